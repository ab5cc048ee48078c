"""scim2-flask on the storage in memory that scim2-server brings along: the protocol is all theirs."""

import os

from flask import Flask, abort, request
from scim2_flask import ScimServer
from scim2_models import EnterpriseUser, Group, ResourceType, ScimProvider, User
from scim2_server.memory import InMemoryStorage

app = Flask(__name__)
provider = ScimProvider(
    models=[User, Group, EnterpriseUser],
    resource_types=[ResourceType.from_resource(User[EnterpriseUser]), ResourceType.from_resource(Group)],
)
ScimServer(InMemoryStorage(), provider, app=app)


@app.before_request
def check():
    if request.headers.get("Authorization") != f"Bearer {os.environ['SCIM_TOKEN']}":
        abort(401, "wrong token")


app.run("127.0.0.1", int(os.environ["PORT"]), threaded=True)
