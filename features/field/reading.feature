@field @protocol
Feature: Reading during changes
  An import takes minutes, and people join and leave during that time. A read shows a write at once, and a second import finds
  everybody.

  @F138
  Scenario: Somebody goes and somebody comes while an import reads
    Given a crowd of 9 accounts
    When a client reads the crowd 3 at a time while it changes
    Then the crowd read 3 at a time is whole
    And the crowd read 4 at a time is whole

  @F147 @F070 @M147
  Scenario: Active and inactive accounts are counted together
    Given a crowd of 9 accounts, every second of them inactive
    Then the crowd read 2 at a time is whole
    And the crowd read 4 at a time is whole

  @F128 @M128
  Scenario: A change can be read as soon as it is answered
    When a client creates a user for "Ada"
    Then the answer is 201
    And a lookup of the userName of "Ada" finds one account
    When a client sends GET '/Users/<last>'
    Then the answer is 200
    When a client deletes the account of "Ada"
    Then a lookup of the userName of "Ada" finds nobody

  @F192 @policy
  Scenario: Whether somebody is a member can be asked without reading the members
    Given an account each for "Ada", "Ben" and "Cem", made by a client
    And group "Engineering" of "Ada" and "Ben", made by a client
    When a client looks for groups with filter 'id eq "<group Engineering>" and members.value eq "<Ada>"'
    Then the answer lists 1 resource
    When a client looks for groups with filter 'id eq "<group Engineering>" and members.value eq "<Cem>"'
    Then the answer lists 0 resources
