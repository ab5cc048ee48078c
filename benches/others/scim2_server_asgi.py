"""scim2-server's own ASGI application and storage in memory, behind uvicorn: faster than its command, which serves by wsgiref."""

import json
import os
import secrets

from scim2_models import ResourceType, Schema, ScimProvider
from scim2_server.applications.asgi import ASGIApplication
from scim2_server.memory import AsyncInMemoryStorage
from scim2_server.service import ScimService
from scim2_server.utils import (
    load_default_resource_types,
    load_default_schemas,
    load_default_service_provider_config,
)

provider = ScimProvider.from_discovery(
    load_default_schemas().values(),
    load_default_resource_types().values(),
    config=load_default_service_provider_config(),
)
service = ScimService(provider, secret=secrets.token_urlsafe(32))
inner = ASGIApplication(AsyncInMemoryStorage(), provider, service)
expected = b"Bearer " + os.environ["SCIM_TOKEN"].encode()


async def app(scope, receive, send):
    if scope["type"] == "http" and dict(scope["headers"]).get(b"authorization") != expected:
        body = json.dumps({"status": "401"}).encode()
        await send({"type": "http.response.start", "status": 401, "headers": [(b"content-length", str(len(body)).encode())]})
        await send({"type": "http.response.body", "body": body})
        return
    await inner(scope, receive, send)
