@username-conflict
Feature: Identifiers
  The id addresses an account, the externalId is the client's own key, and people type the userName. None
  of them replaces another.

  Background:
    Given an account each for "Ada" and "Ben", made by a client

  @F030
  Scenario: An externalId is not an id
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "externalId", "value": "ext-ada-<tag>" }]
      """
    Then the request succeeds
    When a client sends GET '/Users/ext-ada-<tag>'
    Then the answer is 404

  @F008
  Scenario: Another externalId does not make another account
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "externalId", "value": "ext-ada-<tag>" }]
      """
    And a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "externalId", "value": "ext-new-<tag>" }]
      """
    Then the request succeeds
    And there is exactly one account for "Ada"
    And the account of "Ada" keeps its id

  @F007 @F016 @policy
  Scenario: An externalId that was stored is found
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "externalId", "value": "ext-ada-<tag>" }]
      """
    And a client looks for users with filter 'externalId eq "ext-ada-<tag>"'
    Then the answer lists 1 resource

  @F035
  Scenario: The externalId of an inactive account is treated by one rule
    When a client patches the account of "Ben" with:
      """
      [{ "op": "replace", "path": "externalId", "value": "ext-ben-<tag>" }]
      """
    And a client patches the account of "Ben" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    Then create and update agree on giving "Ada" the externalId of "Ben"

  @F026
  Scenario: A person and a group may have the same externalId
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "externalId", "value": "ext-<tag>" }]
      """
    And a client sends POST '/Groups' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "<name Engineering>", "externalId": "ext-<tag>" }
      """
    Then the answer is 201

  @F029 @policy
  Scenario: Several people may have an empty externalId
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "cem.<tag>@example.com", "externalId": "", "active": true }
      """
    Then the answer is 201
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "dan.<tag>@example.com", "externalId": "", "active": true }
      """
    Then the answer is 201

  @F027 @policy
  Scenario: An update without an externalId does not make one up
    When a client replaces the account of "Ada" changed by:
      """
      { "externalId": null, "title": "Consultant" }
      """
    And a client looks for users with filter 'externalId eq "<Ada>"'
    Then the answer lists 0 resources

  @F018 @F023 @F052
  Scenario: A user name is taken, whatever the externalId
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "<userName Ada>",
        "externalId": "another-<tag>", "active": true }
      """
    Then the answer is 409 with scimType "uniqueness"
    And there is exactly one account for "Ada"
    And the account of "Ada" is unchanged

  @F002 @policy
  Scenario: The same name in another mail domain is another person
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "same.<tag>@one.example", "active": true }
      """
    Then the answer is 201
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "same.<tag>@two.example", "active": true }
      """
    Then the answer is 201
    When a client looks for users with filter 'userName sw "same.<tag>@"'
    Then the answer lists 2 resources

  @F069
  Scenario: A create does not activate an inactive account of that name
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    And a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "<userName Ada>",
        "externalId": "another-<tag>", "active": true }
      """
    Then the request is refused
    And the account of "Ada" is inactive

  @F122
  Scenario: A refused create leaves the externalId of the account that is there
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "externalId", "value": "ext-ada-<tag>" }]
      """
    And a client creates a user for "Ada"
    Then the answer is 409 with scimType "uniqueness"
    And the account of "Ada" holds '"ext-ada-<tag>"' at '/externalId'

  @F048
  Scenario: A lookup by user name does not find e-mail addresses
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "cem.<tag>",
        "emails": [{ "value": "box.<tag>@example.com", "type": "work" }] }
      """
    And a client looks for users with filter 'userName eq "box.<tag>@example.com"'
    Then the answer lists 0 resources

  @F022 @policy
  Scenario: A lookup with several matches shows them all
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "cem.<tag>",
        "emails": [{ "value": "box.<tag>@example.com", "type": "work" }] }
      """
    And a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "dan.<tag>",
        "emails": [{ "value": "box.<tag>@example.com", "type": "work" }] }
      """
    And a client looks for users with filter 'emails.value eq "box.<tag>@example.com"'
    Then the answer lists 2 resources
