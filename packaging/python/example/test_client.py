"""How a SCIM client is tested with the fixture. `packaging/check` runs this from an installed wheel."""

import json
import urllib.request

import pytest
from scimulate import Provider, ProviderError

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"


def call(provider, method, path, body=None):
    """A very small SCIM client."""
    headers = {"Authorization": f"Bearer {provider.token}", "Content-Type": "application/scim+json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(provider.base_url + path, data, headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
    return json.loads(text) if text else None


def a_group_of_two_loses_one(provider):
    """Removes Ben, and says who is left."""
    ada, ben = (call(provider, "POST", "/Users", {"schemas": [USER], "userName": name})["id"] for name in ("ada", "ben"))
    members = [{"value": ada}, {"value": ben}]
    group = call(provider, "POST", "/Groups", {"schemas": [GROUP], "displayName": "Engineering", "members": members})["id"]
    remove = {"op": "remove", "path": "members", "value": [{"value": ben}]}
    call(provider, "PATCH", f"/Groups/{group}", {"schemas": [PATCH], "Operations": [remove]})
    return len(call(provider, "GET", f"/Groups/{group}").get("members", []))


def test_a_server_as_the_rfcs_have_it(scim_provider):
    assert a_group_of_two_loses_one(scim_provider) == 1


@pytest.mark.scim_provider(fault="M095")
def test_a_server_that_empties_the_group(scim_provider):
    assert a_group_of_two_loses_one(scim_provider) == 0


@pytest.mark.scim_provider(profile="slack")
def test_a_server_that_is_a_product(scim_provider):
    assert call(scim_provider, "GET", "/ServiceProviderConfig")["bulk"]["supported"] is False


@pytest.mark.scim_provider(state="tenant.json")
def test_a_server_that_holds_something_already(scim_provider):
    assert call(scim_provider, "GET", "/Users/u1")["active"] is False


def test_a_product_that_nobody_knows():
    with pytest.raises(ProviderError, match="did you mean slack"):
        Provider(profile="slak").start()
