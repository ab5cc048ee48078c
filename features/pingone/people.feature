@lifecycle
Feature: PingOne provisions people
  PingOne writes everything by PUT. It gives one address twice, as work and as home, and both are primary: a server that follows the RFC
  refuses that, or keeps one of the two. The people of most of these scenarios have no address, so that everything else is seen.

  Background:
    Given the IdP knows "Ada" and "Ben"
    When the IdP changes the "email" of "Ada" to ""
    And the IdP changes the "email" of "Ben" to ""

  @pingone
  Scenario: Somebody who joins gets one account
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @pingone
  Scenario: A new title arrives
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP changes the "title" of "Ada" to "Team Lead"
    Then the "title" of the account of "Ada" is "Team Lead"
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @pingone
  Scenario: Somebody who is renamed keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id

  @pingone
  Scenario: Somebody who loses access is deactivated, and gets the account back
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP unassigns "Ada"
    Then the account of "Ada" is inactive
    When the IdP assigns "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And there is exactly one account for "Ada"

  @pingone
  Scenario: Somebody who is deactivated and returns has the same account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    When the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @pingone
  Scenario: An account that exists already is found and written over
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @pingone
  Scenario: Two primary addresses are refused, or the account is there for one person
    When the IdP changes the "email" of "Ada" to "ada.king@example.com"
    And the IdP assigns "Ada"
    Then nobody but "Ada" has an account
