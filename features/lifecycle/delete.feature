@lifecycle
Feature: An account is deleted
  After a delete, no read returns the account, its name is free, and no group lists it.

  Background:
    Given an account each for "Ada" and "Ben", made by a client

 @F070 @F164 @F170
  Scenario: A deleted account is gone from reads, lists and lookups
    When a client deletes the account of "Ada"
    Then the answer is 204
    And there is no account for "Ada"
    And a lookup of the userName of "Ada" finds nobody
    When a client reads the noted account of "Ada"
    Then the answer is 404

 @F071
  Scenario: A second delete is answered 404
    When a client deletes the account of "Ada"
    And a client deletes the noted account of "Ada" again
    Then the answer is 404

 @F059 @F068
  Scenario: The name of a deleted account can be used again, under a new id
    When a client deletes the account of "Ada"
    And a client creates a user for "Ada"
    Then the answer is 201
    And there is exactly one account for "Ada"
    And the account of "Ada" has a new id

  @F011 @F127
  Scenario: An update of a deleted account is answered 404 and makes nothing
    When a client deletes the account of "Ada"
    And a client sends PATCH '/Users/<noted Ada>' with:
      """
      { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "title", "value": "Late" }] }
      """
    Then the answer is 404
    And there is no account for "Ada"

  @F068
  Scenario: The id of a deleted account is not used again
    When a client deletes the account of "Ada"
    And a client creates a user for "Ada"
    Then the account of "Ada" has a new id

  @F197
  Scenario: The externalId of a deleted account can be used again
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "cem.<tag>", "externalId": "ext-<tag>" }
      """
    And a client sends DELETE '/Users/<last>'
    Then the answer is 204
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "dan.<tag>", "externalId": "ext-<tag>" }
      """
    Then the answer is 201

  @F070 @F201 @policy
  Scenario: A deleted account is listed nowhere
    When a client deletes the account of "Ada"
    Then the answer is 204
    When a client looks for users with filter 'userName sw "<userName Ada>"'
    Then the answer lists 0 resources

  @F113
  Scenario: A person deleted and created again can be a member
    Given group "Engineering" of "Ben", made by a client
    When a client deletes the account of "Ada"
    And a client creates a user for "Ada"
    And a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<Ada>", "type": "User" }] }]
      """
    Then group "Engineering" has exactly the members "Ada" and "Ben"
