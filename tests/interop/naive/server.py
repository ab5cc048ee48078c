#!/usr/bin/env python3
"""A SCIM server as a team writes it in an afternoon: it answers, and it looks right from afar.

It is what scimulate's own output is tried on. Its mistakes are the usual ones, and they stay:
PATCH answers 200 and understands little, the one filter is `userName eq`, creates have no Location, `"False"` is no
boolean, PUT merges, removing one member empties the group, DELETE has a body, errors are no SCIM errors, and headers
and body are written apart, which costs 40 ms an answer.

    python3 server.py 8000        base URL http://127.0.0.1:8000/scim/v2, no token
"""
import json
import re
import sys
import threading
import uuid
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
KINDS = {"Users": USER, "Groups": GROUP}
STORE = {"Users": {}, "Groups": {}}
LOCK = threading.Lock()

CONFIG = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"],
    "patch": {"supported": True},
    "bulk": {"supported": False},
    "filter": {"supported": True, "maxResults": 100},
    "changePassword": {"supported": False},
    "sort": {"supported": False},
    "etag": {"supported": False},
}


class Refused(Exception):
    def __init__(self, status, detail):
        super().__init__(detail)
        self.status, self.detail = status, detail


def find(kind, key):
    if key not in STORE[kind]:
        raise Refused(404, f"{kind} {key} not found")
    return STORE[kind][key]


def search(kind, query):
    found = list(STORE[kind].values())
    match = re.fullmatch(r'userName eq "(.*)"', query.get("filter", [""])[0])
    if match:
        found = [one for one in found if one.get("userName") == match.group(1)]
    start = int(query.get("startIndex", ["1"])[0])
    count = int(query.get("count", ["100"])[0])
    page = found[start - 1:start - 1 + count]
    return {"schemas": [LIST], "totalResults": len(page), "Resources": page}


def create(kind, body):
    name = "userName" if kind == "Users" else "displayName"
    if name not in body:
        raise Refused(500, f"KeyError: '{name}'")
    if kind == "Users" and any(one["userName"] == body["userName"] for one in STORE[kind].values()):
        raise Refused(500, "duplicate key value violates unique constraint users_user_name_key")
    one = {**body, "id": str(uuid.uuid4()), "schemas": [KINDS[kind]], "meta": {"resourceType": kind}}
    if kind == "Users":
        one.setdefault("active", True)
    else:
        one.setdefault("members", [])
    STORE[kind][one["id"]] = one
    return one


def replace(kind, one, body):
    one.update({key: value for key, value in body.items() if key not in ("id", "schemas", "meta")})
    return one


def patch(kind, one, body):
    for operation in body["Operations"]:
        op, path, value = operation.get("op"), operation.get("path"), operation.get("value")
        if kind == "Groups" and path and path.startswith("members"):
            if op in ("add", "Add"):
                one["members"] = one["members"] + (value if isinstance(value, list) else [value])
            elif op in ("remove", "Remove"):
                one["members"] = []
            else:
                one["members"] = value
        elif op in ("replace", "Replace") and isinstance(value, dict):
            one.update({key: part for key, part in value.items() if key in ("active", "userName", "displayName")})
        elif op in ("replace", "Replace") and path == "active" and isinstance(value, bool):
            one["active"] = value
        elif op in ("replace", "Replace") and path in ("displayName", "userName"):
            one[path] = value
        # TODO: the other paths
    return one


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self, status, body):
        text = json.dumps(body).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def handle_one(self):
        url = urlsplit(self.path)
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = [unquote(part) for part in url.path.removeprefix("/scim/v2").strip("/").split("/")]
        try:
            with LOCK:
                status, answer = self.route(parts, parse_qs(url.query), json.loads(body) if body else {})
        except Refused as refused:
            status, answer = refused.status, {"error": refused.detail}
        except Exception as error:  # noqa: BLE001
            status, answer = 500, {"error": f"{type(error).__name__}: {error}"}
        self.answer(status, answer)

    def route(self, parts, query, body):
        kind, method = parts[0], self.command
        if kind == "ServiceProviderConfig":
            return 200, CONFIG
        if kind not in KINDS:
            raise Refused(404, "no such page")
        if len(parts) == 1:
            return (201, create(kind, body)) if method == "POST" else (200, search(kind, query))
        one = find(kind, parts[1])
        if method == "PUT":
            one = replace(kind, one, body)
        elif method == "PATCH":
            one = patch(kind, one, body)
        elif method == "DELETE":
            del STORE[kind][parts[1]]
        return 200, one

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = handle_one

    def log_message(self, *arguments):
        pass


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8000
    server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
    print(f"http://127.0.0.1:{server.server_port}/scim/v2", flush=True)
    server.serve_forever()
