@lifecycle
Feature: JumpCloud provisions people
  The test of a connection creates a user and a group and deletes both. A change of status is a PUT of five attributes with `emails` as
  null: a server that follows the RFC takes the other attributes away.

  Background:
    Given the IdP knows "Ada" and "Ben"

  @jumpcloud
  Scenario: Testing the connection leaves nothing behind
    When the IdP tests the connection
    Then nobody but "Ada" has an account
    And there is no account for "Ada" and "Ben"
    And the IdP reports no trouble

  @jumpcloud
  Scenario: Somebody who joins gets one account
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" carries the externalId of the IdP
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @jumpcloud
  Scenario: A new department arrives, with the extension named first
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP changes the "department" of "Ada" to "Research"
    Then the "department" of the account of "Ada" is "Research"
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @jumpcloud
  Scenario: Somebody who is renamed keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id

  @jumpcloud
  Scenario: Somebody who is deactivated loses address and externalId, and keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    And the account of "Ada" keeps its id
    And the account of "Ada" carries no externalId

  @jumpcloud
  Scenario: Somebody who is assigned again gets everything back
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP unassigns "Ada"
    Then the account of "Ada" is inactive
    When the IdP assigns "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And the account of "Ada" carries the externalId of the IdP
    And there is exactly one account for "Ada"

  @jumpcloud
  Scenario: An account that exists already is found and written over
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the IdP reports no trouble
