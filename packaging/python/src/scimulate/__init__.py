"""scimulate: plays real identity providers against any SCIM 2.0 server.

The program is the command `scimulate`. This module starts its SCIM server for the tests of a SCIM client:

    from scimulate import Provider

    with Provider(profile="slack", fault="M095") as provider:
        sync(provider.base_url, provider.token)

In a test, the fixture `scim_provider` does the same.
"""

from .provider import Provider, ProviderError, binary

__all__ = ["Provider", "ProviderError", "binary"]
