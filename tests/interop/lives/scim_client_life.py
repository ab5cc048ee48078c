"""scim-client (PyPI): a person's life, with every method that it has. BASE and TOKEN come from the environment."""

import os

from scim_client import SCIMClient, User

scim = SCIMClient(base_url=os.environ["BASE"], token=os.environ["TOKEN"])


def person(title):
    # The class asks for an id, also of somebody who is still to be created.
    return User(id="1", external_id="hr-1", user_name="ada@example.com", active=True, display_name=title,
                name={"given_name": "Ada", "family_name": "Lovelace"},
                emails=[{"value": "ada@example.com", "primary": True, "type": "work"}])


made = scim.create_user(person("Ada"))
scim.read_user(made.id)
scim.search_users('userName eq "ada@example.com"', start_index=1)
changed = person("Ada Lovelace")
changed.id = made.id
scim.update_user(changed)
scim.delete_user(made.id)
