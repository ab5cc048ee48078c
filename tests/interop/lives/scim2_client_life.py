"""scim2-client (PyPI): people and a group through their life, as its documentation shows it. BASE and TOKEN come from the environment."""

import os

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_models import PatchOp, PatchOperation, SearchRequest

http = Client(base_url=os.environ["BASE"], headers={"Authorization": f"Bearer {os.environ['TOKEN']}"})
scim = SyncSCIMClient(http)
scim.discover()
User, Group = scim.get_resource_model("User"), scim.get_resource_model("Group")

made = [
    scim.create(User(user_name=f"{name}@example.com", active=True, name={"given_name": name},
                     emails=[{"value": f"{name}@example.com", "primary": True}]))
    for name in ("ada", "ben")
]
lookup = SearchRequest(filter='userName eq "ada@example.com"')
scim.query(User, query_parameters=lookup)
scim.search(lookup)
scim.query(User, made[0].id)
made[0].title = "Countess"
scim.replace(made[0])
patch = PatchOp[User](operations=[PatchOperation(op=PatchOperation.Op.replace_, path="active", value=False)])
scim.modify(User, made[1].id, patch)
crew = scim.create(Group(display_name="Crew", members=[{"value": made[0].id}]))
add = PatchOp[Group](
    operations=[PatchOperation(op=PatchOperation.Op.add, path="members", value=[{"value": made[1].id}])])
scim.modify(Group, crew.id, add)
scim.query(Group)
scim.delete(Group, crew.id)
for user in made:
    scim.delete(User, user.id)
