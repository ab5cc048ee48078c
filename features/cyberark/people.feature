@lifecycle
Feature: CyberArk provisions people
  CyberArk reads resource types and schemas one by one, by their ids. What it sends for somebody who leaves is not known, so nothing is
  sent.

  Background:
    Given the IdP knows "Ada" and "Ben"

  @cyberark
  Scenario: Somebody who joins gets one account
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @cyberark
  Scenario: A new title arrives
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP changes the "title" of "Ada" to "Team Lead"
    Then the "title" of the account of "Ada" is "Team Lead"
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @cyberark
  Scenario: Somebody who is renamed keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id

  @cyberark
  Scenario: An account that exists already is found and written over
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @cyberark
  Scenario: Testing the connection reads discovery by id and changes nothing
    When the IdP tests the connection
    Then the IdP changed nothing
    And the IdP reports no trouble

  @cyberark
  Scenario: Somebody who leaves keeps an active account, as far as anybody knows
    Given the IdP has assigned "Ada"
    When the IdP unassigns "Ada"
    Then the IdP sent nothing
    And the account of "Ada" is active
