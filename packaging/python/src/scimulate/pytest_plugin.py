"""The fixture `scim_provider`: a SCIM server for one test.

    @pytest.mark.scim_provider(profile="slack", fault="M095", state="tenant.jsonl")
    def test_sync(scim_provider):
        sync(scim_provider.base_url, scim_provider.token)

Without the mark it is a server as the RFCs have it. A state file is looked for beside the test, then where pytest runs.
"""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from .provider import Provider, ProviderError

_MARK = "scim_provider"


def pytest_configure(config: pytest.Config) -> None:
    """Makes the mark known, so that --strict-markers takes it."""
    config.addinivalue_line(
        "markers", f"{_MARK}(profile, fault, state): what the server of the fixture scim_provider is, what is wrong with it, what it holds"
    )


def _beside(test: Path, state: object) -> object:
    if isinstance(state, (list, tuple)):
        return [_beside(test, one) for one in state]
    near = test.parent / str(state)
    return near if near.exists() else state


@pytest.fixture
def scim_provider(request: pytest.FixtureRequest) -> Iterator[Provider]:
    """A running SCIM server: base_url, token, admin_url, admin_token. It stops with the test."""
    mark = request.node.get_closest_marker(_MARK)
    asked = dict(mark.kwargs) if mark else {}
    if mark and mark.args:
        pytest.fail(f"the mark {_MARK} takes names: @pytest.mark.{_MARK}(profile=..., fault=..., state=...)", pytrace=False)
    if "state" in asked:
        asked["state"] = _beside(Path(str(request.node.fspath)), asked["state"])
    try:
        provider = Provider(**asked).start()
    except (ProviderError, TypeError) as error:
        pytest.fail(f"{_MARK}: {error}", pytrace=False)
    yield provider
    provider.stop()
