@lifecycle
Feature: PingFederate provisions people
  PingFederate looks a user up only while it has no id of the account. The connector for GitHub asks for user 0 before every write, and
  expects to be told that there is none. Its documentation is all that is known.

  Background:
    Given the IdP knows "Ada" and "Ben"

  @pingfederate
  Scenario: Somebody who joins gets one account
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @pingfederate
  Scenario: A new title arrives
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP changes the "title" of "Ada" to "Team Lead"
    Then the "title" of the account of "Ada" is "Team Lead"
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @pingfederate
  Scenario: Somebody who is renamed keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id

  @pingfederate
  Scenario: Somebody who loses access is deactivated, and gets the account back
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP unassigns "Ada"
    Then the account of "Ada" is inactive
    When the IdP assigns "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And there is exactly one account for "Ada"

  @pingfederate @every-mode
  Scenario: Somebody who is deactivated and returns has the same account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    When the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @pingfederate
  Scenario: An account that exists already is found and written over
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @pingfederate
  Scenario: Somebody who is disabled at the source is not created
    When the IdP deactivates "Ada"
    And the IdP assigns "Ada"
    Then the IdP sent nothing
    And there is no account for "Ada"
