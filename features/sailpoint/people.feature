@lifecycle
Feature: SailPoint provisions people
  SailPoint knows an account by its last aggregation. Somebody who was not in it is created without a lookup, and meets the conflict.

  Background:
    Given the IdP knows "Ada" and "Ben"

  @sailpoint
  Scenario: Somebody who joins gets one account
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @sailpoint @every-mode
  Scenario: A new title arrives
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP changes the "title" of "Ada" to "Team Lead"
    Then the "title" of the account of "Ada" is "Team Lead"
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @sailpoint
  Scenario: Somebody who is renamed keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id

  @sailpoint
  Scenario: Somebody who loses access is deactivated, and gets the account back
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP unassigns "Ada"
    Then the account of "Ada" is inactive
    When the IdP assigns "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And there is exactly one account for "Ada"

  @sailpoint
  Scenario: Somebody who is deactivated and returns has the same account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    When the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @sailpoint
  Scenario: Testing the connection reads discovery and changes nothing
    When the IdP tests the connection
    Then the IdP changed nothing
    And the IdP reports no trouble

  @sailpoint
  Scenario: An account that was not aggregated is a conflict
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then the IdP reports a conflict
    And there is exactly one account for "Ada"
    And the account of "Ada" is unchanged

  @sailpoint
  Scenario: An account that was aggregated is written over
    Given an account each for "Ada", made by a client
    When the IdP imports the users of the target
    Then the IdP changed nothing
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble
