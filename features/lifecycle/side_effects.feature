@lifecycle
Feature: Side effects of changes
  Status, groups, roles and addresses are independent. A change of one leaves the others alone.

  Background:
    Given an account each for "Ada" and "Ben", made by a client

  @F039
  Scenario: A rename leaves the status
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "userName", "value": "<userName Ada>.new" }]
      """
    Then the request succeeds
    When a client sends GET '/Users/<noted Ada>'
    Then the answer holds 'true' at '/active'

  @F049 @F053
  Scenario: Another address leaves the groups and is stored
    Given group "Engineering" of "Ada" and "Ben", made by a client
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "emails", "value": [{ "value": "new.<tag>@example.com", "type": "work", "primary": true }] }]
      """
    Then group "Engineering" has exactly the members "Ada" and "Ben"
    And the account of "Ada" holds '"new.<tag>@example.com"' at '/emails/0/value'

  @F050 @F127
  Scenario: An account sent back as it is stays as it is
    Given group "Engineering" of "Ada" and "Ben", made by a client
    When a client replaces the account of "Ada" changed by:
      """
      {}
      """
    Then the answer is 200
    And group "Engineering" has exactly the members "Ada" and "Ben"

  @F065
  Scenario: A new title does not reactivate an account
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    And a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "title", "value": "Consultant" }]
      """
    Then the account of "Ada" is inactive

  @F014 @policy
  Scenario: A person who comes back has the same roles
    When a client patches the account of "Ada" with:
      """
      [{ "op": "add", "path": "roles", "value": [{ "value": "auditor" }] }]
      """
    And a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    And a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": true }]
      """
    Then the account of "Ada" holds '"auditor"' at '/roles/0/value'

  @F075
  Scenario: A change without a path leaves other attributes unchanged
    Given the account of "Ada" is noted
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "value": { "active": false } }]
      """
    Then the account of "Ada" is inactive
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "value": { "active": true } }]
      """
    Then the account of "Ada" is unchanged

  @F067 @F126 @F158
  Scenario: A deactivation and its undoing are answered with success
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    Then the request succeeds
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": true }]
      """
    Then the request succeeds
    And the account of "Ada" is active

  @F160
  Scenario: A list that contains false does not activate an account
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    And a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": [false] }]
      """
    Then the account of "Ada" is inactive

  @F072
  Scenario: A person who leaves the last group stays active
    Given group "Engineering" of "Ada" and "Ben", made by a client
    When a client patches group "Engineering" with:
      """
      [{ "op": "remove", "path": "members[value eq \"<Ada>\"]" }]
      """
    Then the account of "Ada" is active

  @F021
  Scenario: A person in two groups is listed once
    Given group "Engineering" of "Ada" and "Ben", made by a client
    And group "Finance" of "Ada" and "Ben", made by a client
    When a client looks for users with filter 'userName eq "<userName Ada>"'
    Then the answer lists 1 resource

  @F190
  Scenario: The groups of a person do not reveal other members
    Given group "Engineering" of "Ada" and "Ben", made by a client
    When a client sends GET '/Users/<Ada>'
    Then the answer holds nothing at '/groups/0/members'

  @F178
  Scenario: No read shows a password
    When a client sends GET '/Users/<Ada>'
    Then the answer is 200

  @F124
  Scenario: Several changes are applied in their order
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "title", "value": "First" }, { "op": "replace", "path": "title", "value": "Second" }]
      """
    Then the account of "Ada" holds '"Second"' at '/title'

  @F154 @policy
  Scenario: A change of an unknown attribute is refused
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "favouriteColour", "value": "red" }]
      """
    Then the request is refused

  @F111 @F152 @policy
  Scenario: Attributes are known by their full names
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:title", "value": "Full" }]
      """
    Then the account of "Ada" holds '"Full"' at '/title'
    When a client patches the account of "Ada" with:
      """
      [{ "op": "add", "value": { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department": "Research" } }]
      """
    Then the account of "Ada" holds '"Research"' at '/urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department'

  @F088
  Scenario: A group that is deleted leaves its members as active as they were
    Given group "Newcomers" of "Ada", made by a client
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": true }]
      """
    And the account of "Ada" is noted
    And a client deletes group "Newcomers"
    Then the account of "Ada" is as active as it was

  @F155 @policy
  Scenario: People live somewhere
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "cem.<tag>",
        "addresses": [{ "type": "work", "locality": "Berlin", "country": "DE" }] }
      """
    Then the answer is 201
    And the answer holds '"Berlin"' at '/addresses/0/locality'

  @F066 @F032
  Scenario: A new account is active under the name it was given
    When a client creates a user for "Cem"
    Then the answer is 201
    And there is exactly one account for "Cem"
    And the account of "Cem" is active
    And a lookup of the userName of "Cem" finds one account

  @F153
  Scenario: A manager given only by id causes no server error
    When a client patches the account of "Ben" with:
      """
      [{ "op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": "<Ada>" }]
      """
    Then the answer is not a server error

  @F047
  Scenario: An e-mail address in other case is accepted
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "case.<tag>",
        "emails": [{ "value": "case.<tag>@example.com", "type": "work", "primary": true }] }
      """
    Then the answer is 201
    When a client sends PUT '/Users/<last>' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "case.<tag>",
        "emails": [{ "value": "Case.<tag>@example.com", "type": "work", "primary": true }] }
      """
    Then the request succeeds

  @F159
  Scenario: An id inside a change does not become the account's id
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "value": { "id": "other-<tag>", "title": "Guide" } }]
      """
    Then the answer is not a server error
    When a client reads the noted account of "Ada"
    Then the answer is 200

  @F162 @policy
  Scenario: Unknown parts of a name are not stored
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "parts.<tag>",
        "name": { "givenName": "Ida", "favouriteColour": "red" } }
      """
    Then the answer is 201
    And the answer holds nothing at '/name/favouriteColour'

  @F180
  Scenario: A change aimed at the program's internals changes nobody
    Given the accounts of "Ada" and "Ben" are noted
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "__proto__.title", "value": "everybody <tag>" }]
      """
    Then the answer is not a server error
    And the account of "Ben" is unchanged

  @F222
  Scenario: Nobody gets an account besides those who were created
    Then nobody but "Ada" and "Ben" has an account
