"""Starts `scimulate serve` for a test and stops it.

In: a product, faults, a state file. Out: a SCIM base URL with a token, and the admin API's. Never: a token in an argument, where
other users of the machine could read it; and never a server that outlives the process that started it.
"""

import os
import queue
import secrets
import shutil
import subprocess
import sysconfig
import threading
from typing import Dict, Iterable, List, Optional, Union

Path = Union[str, "os.PathLike[str]"]

_KEYS = {"base URL": "base_url", "admin API": "admin_url", "page": "page_url"}
_LAST_LINE = "stop with Ctrl-C"
_STOPPING = 10.0


class ProviderError(Exception):
    """The server could not be started; the message says why and what to do."""


def binary() -> str:
    """The path of the program: SCIMULATE_BINARY, else the one this package installed, else the one on the PATH."""
    named = os.environ.get("SCIMULATE_BINARY")
    if named:
        return named
    schemes = [sysconfig.get_default_scheme()] if hasattr(sysconfig, "get_default_scheme") else []
    schemes += [scheme for scheme in (f"{os.name}_user",) if scheme in sysconfig.get_scheme_names()]
    folders = [sysconfig.get_path("scripts")] + [sysconfig.get_path("scripts", scheme) for scheme in schemes]
    for folder in folders:
        found = shutil.which("scimulate", path=folder)
        if found:
            return found
    found = shutil.which("scimulate")
    if found:
        return found
    raise ProviderError("there is no program `scimulate` here; install it again, or name it in SCIMULATE_BINARY")


def _each(given: Union[None, Path, Iterable[Path]]) -> List[str]:
    if given is None:
        return []
    if isinstance(given, (str, os.PathLike)):
        return [os.fspath(given)]
    return [os.fspath(one) for one in given]


class Provider:
    """A SCIM server of its own process, on a free port of this machine, with its state in memory.

    profile: the product to be, as `scimulate list profiles` names it, or a TOML file.
    fault: one fault or several, as `scimulate list faults` names them.
    state: files or folders with what it holds from the beginning, as `scimulate serve --state` reads them.
    arguments: further arguments of `scimulate serve`.
    timeout: seconds until it has to serve.
    """

    base_url: str
    token: str
    admin_url: str
    admin_token: str
    page_url: str

    def __init__(
        self,
        profile: Path = "rfc",
        fault: Union[None, str, Iterable[str]] = None,
        state: Union[None, Path, Iterable[Path]] = None,
        arguments: Iterable[str] = (),
        timeout: float = 30.0,
    ) -> None:
        self.token = secrets.token_urlsafe(24)
        self.admin_token = secrets.token_urlsafe(24)
        self._arguments = ["serve", "--port", "0", "--stop-at-eof", "--profile", os.fspath(profile)]
        for name in _each(fault):
            self._arguments += ["--fault", name]
        for path in _each(state):
            self._arguments += ["--state", path]
        self._arguments += list(arguments)
        self._timeout = timeout
        self._process: Optional["subprocess.Popen[str]"] = None

    def start(self) -> "Provider":
        """Starts it, and returns when it serves."""
        if self._process is not None:
            raise ProviderError("it has been started already")
        environment = {**os.environ, "SCIMULATE_TOKEN": self.token, "SCIMULATE_ADMIN_TOKEN": self.admin_token}
        pipe = subprocess.PIPE
        try:
            process = subprocess.Popen(
                [binary(), *self._arguments], env=environment, stdin=pipe, stdout=pipe, stderr=subprocess.STDOUT, text=True
            )
        except OSError as error:
            raise ProviderError(f"the program cannot be started: {error}") from error
        self._process = process
        lines: "queue.Queue[Optional[str]]" = queue.Queue()
        threading.Thread(target=_read, args=(process, lines), daemon=True).start()
        try:
            self._take(_until_served(lines, self._timeout))
        except ProviderError:
            self.stop()
            raise
        return self

    def _take(self, told: Dict[str, str]) -> None:
        for key, name in _KEYS.items():
            if key not in told:
                raise ProviderError(f"the program did not say its {key}; is SCIMULATE_BINARY of another version?")
            setattr(self, name, told[key])

    def stop(self) -> None:
        """Stops it. Everything it held is gone."""
        process, self._process = self._process, None
        if process is None:
            return
        try:
            if process.stdin is not None:
                process.stdin.close()
            process.wait(_STOPPING)
        except (OSError, subprocess.TimeoutExpired):
            process.kill()
            process.wait()

    def __enter__(self) -> "Provider":
        return self.start()

    def __exit__(self, *_raised: object) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"<scimulate.Provider at {getattr(self, 'base_url', 'no address yet')}>"


def _read(process: "subprocess.Popen[str]", lines: "queue.Queue[Optional[str]]") -> None:
    """Hands over what it says until it serves, and reads on, so that it never writes into a full pipe."""
    served = False
    with process.stdout as out:  # type: ignore[union-attr]
        for line in out:
            if not served:
                lines.put(line.rstrip("\n"))
            served = served or line.startswith(_LAST_LINE)
    lines.put(None)


def _until_served(lines: "queue.Queue[Optional[str]]", timeout: float) -> Dict[str, str]:
    """What it says before it serves, by the words before the colon."""
    said: List[str] = []
    while True:
        try:
            line = lines.get(timeout=timeout)
        except queue.Empty:
            raise ProviderError(f"it did not serve after {timeout:g} seconds; it said: {said}") from None
        if line is None:
            raise ProviderError("\n".join(said) or "the program ended without a word")
        if line.startswith(_LAST_LINE):
            return {key: value for key, _, value in (one.partition(": ") for one in said)}
        said.append(line)
