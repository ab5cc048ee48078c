@username-conflict
Feature: Former user names
  A former name is free again for the person who had it, and for everybody after an erasure.

  Background:
    Given an account each for "Ada" and "Ben", made by a client

  @F040
  Scenario: A person can get a former name back
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "userName", "value": "gone.<tag>@example.com" }]
      """
    Then the request succeeds
    When a client sends PATCH '/Users/<noted Ada>' with:
      """
      { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "userName", "value": "<userName Ada>" }] }
      """
    Then the request succeeds
    And there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
