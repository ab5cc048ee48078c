@group @lifecycle
Feature: Membership changes in other shapes
  Not every IdP sends what Okta and Entra ID send. A shape the target accepts has to do what it says.

  Background:
    Given an account each for "Ada", "Ben" and "Cem", made by a client
    And group "Engineering" of "Ada" and "Ben", made by a client

  @F099 @S149
  Scenario: A list that replaces the members removes who is not on it
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

  @F117 @F118 @S177
  Scenario: Members added at the same time are all in
    When clients add "Ada", "Ben" and "Cem" to group "Engineering" at the same time
    Then group "Engineering" has exactly the members "Ada", "Ben" and "Cem"

  @F064 @S103
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
