"""slack-scim (PyPI), Slack's client of SCIM 1.1: people and a group. BASE and TOKEN come from the environment.

It is made for another version of the protocol, so much of what it sends is refused; its life goes on all the same."""

import os

from slack_scim import SCIMClient
from slack_scim.v1.errors import SCIMApiError

scim = SCIMClient(token=os.environ["TOKEN"], base_url=os.environ["BASE"])


def tried(call, *given, **named):
    try:
        return call(*given, **named)
    # What it cannot make of an answer of version 2.0 it meets with an assertion.
    except (SCIMApiError, AssertionError, TypeError) as error:
        print(f"{call.__name__}: {error!r}"[:200])


ada = {"userName": "ada", "name": {"givenName": "Ada", "familyName": "Lovelace"},
       "emails": [{"value": "ada@example.com", "primary": True}]}
tried(scim.create_user, ada)
found = tried(scim.search_users, filter='userName eq "ada"', count=1)
id = found.resources[0].id if found and found.resources else "nobody"
tried(scim.read_user, id)
tried(scim.patch_user, id, {"title": "Countess"})
tried(scim.update_user, id, {**ada, "title": "Countess"})
tried(scim.create_group, {"displayName": "Crew", "members": [{"value": id}]})
tried(scim.delete_user, id)
