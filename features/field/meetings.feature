@field @protocol
Feature: Concurrent changes
  Entra adds members one by one, in parallel. Jobs overlap, and an administrator presses a button while they run. The target keeps
  every change, in whatever order they arrive.

  Background:
    Given an account each for "Ada", "Ben", "Cem" and "Dan", made by a client
    And group "Engineering" of "Ada" and "Ben", made by a client

  @F117 @M117 @race
  Scenario: Members join while others leave
    When clients add "Cem" and "Dan" to group "Engineering" and remove "Ada" from it at the same time
    Then group "Engineering" has exactly the members "Ben", "Cem" and "Dan"
    And users and groups agree

  @F117 @F100 @race
  Scenario: Members join while the group is renamed
    When clients add "Cem" and "Dan" to group "Engineering" and rename it to "Platform" at the same time
    Then group "Platform" has exactly the members "Ada", "Ben", "Cem" and "Dan"
    And there is no group "Engineering"

  @F117 @F077 @race
  Scenario: Members join while the group is deleted
    Given group "Engineering" is noted
    When clients add "Cem" and "Dan" to group "Engineering" and delete it at the same time
    Then there is no group "Engineering"
    And nobody lists the noted group
    And users and groups agree

  @F061 @F117 @race
  Scenario: A deactivation survives other changes at the same moment
    When clients deactivate "Ada" and change the title of the account at the same time
    Then the account of "Ada" is inactive

  @F107 @F121
  Scenario: An addition sent again adds nobody a second time
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<Cem>", "type": "User" }] }]
      """
    And a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<Cem>", "type": "User" }] }]
      """
    Then the request succeeds
    And group "Engineering" has exactly the members "Ada", "Ben" and "Cem"

  @F121 @F061
  Scenario: A deactivation sent again causes no error
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    And a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "active", "value": false }]
      """
    Then the request succeeds
    And the account of "Ada" is inactive

  @F193 @F110 @M193 @race
  Scenario: No read shows a large group half empty while it is written
    Given a crowd of 105 accounts
    And group "Everybody" holds the crowd
    When a client writes the members of group "Everybody" anew 5 times while another reads it
    Then no reader saw group "Everybody" with fewer members
    And everybody of the crowd is in group "Everybody"
