@lifecycle
Feature: Rauthy provisions people
  Rauthy looks a user up before every write: by externalId, then by user name, without a page size. An account with somebody else's
  externalId is an error, and nothing is written. The e-mail address is the user name and the name to show.

  Background:
    Given the IdP knows "Ada" and "Ben"

  @rauthy
  Scenario: Somebody who joins is looked up twice and created
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" carries the externalId of the IdP
    And the IdP reports no trouble

  @rauthy
  Scenario: A new family name arrives
    Given the IdP has assigned "Ada"
    When the IdP changes the "family name" of "Ada" to "King"
    Then the "family name" of the account of "Ada" is "King"
    And the IdP reports no trouble

  @rauthy
  Scenario: Somebody who is renamed is found by externalId and keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id
    And there is exactly one account for "Ada"

  @rauthy
  Scenario: Somebody who is deactivated and returns has the same account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    When the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id

  # The operator has to switch deletions on; out of the box they are off.
  @rauthy
  Scenario: A user deleted in Rauthy stays active on the server
    Given the IdP has assigned "Ada"
    When the IdP deletes "Ada"
    Then the IdP sent nothing
    And there is exactly one account for "Ada"

  @rauthy
  Scenario: A user who is out of scope loses the externalId with the next full sync, and nothing else
    Given the IdP has assigned "Ada" and "Ben"
    When the IdP unassigns "Ada"
    Then the IdP sent nothing
    When the IdP forces a sync
    Then the account of "Ada" carries no externalId
    And the account of "Ada" is active

  @rauthy
  Scenario: An account without an externalId is taken over
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the account of "Ada" carries the externalId of the IdP
    And the IdP reports no trouble

  @rauthy
  Scenario: An account with another externalId is left alone
    Given an account each for "Ada", made by a client
    And the IdP has assigned "Ben"
    When a client gives "Ada" the externalId of "Ben"
    And the IdP assigns "Ada"
    Then the IdP reports a conflict
    And the IdP changed nothing
    And there is exactly one account for "Ada"
