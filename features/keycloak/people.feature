@lifecycle
Feature: Keycloak provisions people
  The client of libre.sh never looks anything up: a user whose account exists already is refused and forgotten. With its patchOp option it
  sends three attributes and the status as text. The commercial client gets first, and has sent JSON within a text.

  Background:
    Given the IdP knows "Ada" and "Ben"

  @keycloak
  Scenario: Somebody who joins gets one account
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" carries the externalId of the IdP
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @keycloak/put @keycloak/commercial
  Scenario: A new family name arrives
    Given the IdP has assigned "Ada"
    When the IdP changes the "family name" of "Ada" to "King"
    Then the "family name" of the account of "Ada" is "King"
    And the IdP reports no trouble

  @keycloak/patch
  Scenario: With patchOp a new address never arrives
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP changes the "email" of "Ada" to "ada.king@example.com"
    Then the account of "Ada" is unchanged
    And the IdP reports no trouble

  @keycloak
  Scenario: Somebody who is renamed keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id

  # With patchOp the status is the text "false", then "true".
  @keycloak @every-mode
  Scenario: Somebody who is deactivated and returns has the same account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    When the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id

  @keycloak
  Scenario: A deleted user is deleted on the server
    Given the IdP has assigned "Ada" and "Ben"
    When the IdP deletes "Ada"
    Then there is no account for "Ada"
    And there is exactly one account for "Ben"
    And the IdP reports no trouble

  @keycloak/put @keycloak/patch
  Scenario: A user whose account exists already is refused, and never heard of again
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then the IdP reports a conflict
    And there is exactly one account for "Ada"
    And the account of "Ada" is unchanged
    When the IdP changes the "family name" of "Ada" to "King"
    Then the IdP sent nothing

  @keycloak/commercial
  Scenario: The commercial client finds the account that exists already
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the IdP is linked to the account of "Ada"

  # One report: a server that takes the text for an object loses what it held.
  @keycloak/commercial
  Scenario: A reconcile whose value is JSON within a text is refused, and changes nothing
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP forces a sync
    Then the account of "Ada" is unchanged
    And there is exactly one account for "Ada"
