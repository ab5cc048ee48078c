@group @lifecycle
Feature: Membership changes in other shapes
  Not every IdP sends what Okta and Entra ID send. If the target accepts a shape, it must apply it.

  Background:
    Given an account each for "Ada", "Ben" and "Cem", made by a client
    And group "Engineering" of "Ada" and "Ben", made by a client

  @F099
  Scenario: A list that replaces the members removes people who are not on it
    When a client patches group "Engineering" with:
      """
      [{ "op": "replace", "path": "members", "value": [{ "value": "<Ben>" }] }]
      """
    Then group "Engineering" has exactly the member "Ben"

  @F110
  Scenario: One more member than a hundred is one more
    Given a crowd of 102 accounts
    And group "Everybody" holds the crowd
    When a client patches group "Everybody" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<Ada>" }] }]
      """
    Then everybody of the crowd is in group "Everybody"

  @F117 @F118 @race
  Scenario: Members added at the same time are all in
    Given an account each for "Dan", "Eve" and "Finn", made by a client
    When clients add "Dan", "Eve" and "Finn" to group "Engineering" at the same time
    Then group "Engineering" has exactly the members "Ada", "Ben", "Dan", "Eve" and "Finn"

  @F064 @policy
  Scenario: A deactivated account stays in its groups
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    And a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": true }]
      """
    Then group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @F102
  Scenario: Several members are removed in one go
    Given group "Finance" of "Ada", "Ben" and "Cem", made by a client
    When a client patches group "Finance" with:
      """
      [{ "op": "remove", "path": "members[value eq \"<Ada>\" or value eq \"<Ben>\"]" }]
      """
    Then group "Finance" has exactly the member "Cem"

  @F107 @policy
  Scenario: Adding a member twice lists it once
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<Ada>" }] }]
      """
    Then group "Engineering" lists exactly "Ada" and "Ben", each once

  @F108
  Scenario: Removing a person who is not a member causes no error
    When a client patches group "Engineering" with:
      """
      [{ "op": "remove", "path": "members[value eq \"<Cem>\"]" }]
      """
    Then the answer is not a server error
    And group "Engineering" has exactly the members "Ada" and "Ben"

  @F105 @F106 @policy
  Scenario: A member that does not exist is refused and not stored
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "nobody-<tag>" }] }]
      """
    Then the request is refused
    When a client sends GET '/Users/nobody-<tag>'
    Then the answer is 404

  @F105
  Scenario: A member that does not exist causes no server error
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "nobody-<tag>" }] }]
      """
    Then the answer is not a server error

  @F161
  Scenario: A member sent with a reference is accepted
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<Cem>", "type": "User", "$ref": "../Users/<Cem>" }] }]
      """
    Then the request succeeds
    And group "Engineering" has exactly the members "Ada", "Ben" and "Cem"

  @F191
  Scenario: A hundred and two members sent at once are all in
    Given a crowd of 102 accounts
    When a client adds the crowd to group "Engineering"
    Then everybody of the crowd is in group "Engineering"

  @F091
  Scenario: A group made with members has them
    Given group "Finance" of "Ada" and "Cem", made by a client
    Then group "Finance" has exactly the members "Ada" and "Cem"

  @F083
  Scenario: A second group is another group
    Given group "Finance" of "Cem", made by a client
    Then there is exactly one group "Finance"
    And group "Finance" has exactly the member "Cem"
    And group "Engineering" has exactly the members "Ada" and "Ben"

  @F092 @F205
  Scenario: A second group of that name does not touch the first
    When a client sends POST '/Groups' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "<name Engineering>", "members": [{ "value": "<Cem>" }] }
      """
    Then the answer is not the noted group
    And each of these is answered as it says:
      | request                   | answer | holds                                   |
      | GET /Groups/<noted-group> | 200    | /members/*/value are ["<Ada>", "<Ben>"] |

  @F080 @F086
  Scenario: A group made again under an old name starts without members
    When a client deletes group "Engineering"
    And a client creates group "Engineering"
    Then group "Engineering" has no members

  @F079 @F082
  Scenario: A renamed group is found by its new name and by no other
    When a client patches group "Engineering" with:
      """
      [{ "op": "replace", "path": "displayName", "value": "<name Platform>" }]
      """
    Then a lookup of group "Platform" finds 1 group
    And a lookup of group "Engineering" finds 0 groups

  @F189
  Scenario: Members are left out of a lookup that does not want them
    When a client sends GET '/Groups?filter=displayName%20eq%20%22<name Engineering>%22&excludedAttributes=members'
    Then the answer lists 1 resource
    And the answer holds nothing at '/Resources/0/members'

  @F037
  Scenario: A member who is a local account is shown like any other
    Given a local account for "Dan"
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<Dan>" }] }]
      """
    Then group "Engineering" has exactly the members "Ada", "Ben" and "Dan"

  @F093
  Scenario: A group that is asked to be its own member can be read afterwards
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<group Engineering>" }] }]
      """
    Then the answer is not a server error
    When a client sends GET '/Groups/<group Engineering>'
    Then the answer is 200

  @F101
  Scenario: A group sent back as it is keeps members who are in another group too
    Given group "Platform" of "Ada" and "Cem", made by a client
    When a client replaces group "Engineering" changed by:
      """
      {}
      """
    Then group "Engineering" has exactly the members "Ada" and "Ben"
