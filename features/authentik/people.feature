@lifecycle
Feature: authentik provisions people
  authentik creates a user without asking first. Only a 409 makes it look the user up, and it links what it finds as it is. A user who
  is no longer in scope is deleted. What the last answer already showed is not written again.

  Background:
    Given the IdP knows "Ada" and "Ben"

  @authentik
  Scenario: One request creates the account of somebody who joins
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" carries the externalId of the IdP
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @authentik
  Scenario: A new name arrives with given name and family name, cut from the one name that authentik has
    Given the IdP has assigned "Ada"
    When the IdP changes the "display name" of "Ada" to "Ada King"
    Then the "display name" of the account of "Ada" is "Ada King"
    And the "family name" of the account of "Ada" is "King"
    And the IdP reports no trouble

  @authentik
  Scenario: A change of what is not mapped sends nothing
    Given the IdP has assigned "Ada"
    When the IdP changes the "department" of "Ada" to "Research"
    Then the IdP sent nothing

  @authentik
  Scenario: Somebody who is renamed keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id

  @authentik
  Scenario: Somebody who is deactivated and returns has the same account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    When the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @authentik
  Scenario: Somebody who loses access loses the account, and gets a new one on return
    Given the IdP has assigned "Ada" and "Ben"
    And the account of "Ada" is noted
    When the IdP unassigns "Ada"
    Then there is no account for "Ada"
    And there is exactly one account for "Ben"
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" has a new id

  @authentik/default
  Scenario: An account that somebody else made is linked as it is
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the IdP is linked to the account of "Ada"
    And the account of "Ada" is unchanged
    And the IdP reports no trouble

  @authentik/unquoted
  Scenario: Before 2025.10 the lookup after the conflict is no filter, and the person stays without a link
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then the IdP reports that "Ada" was not provisioned
    And there is exactly one account for "Ada"
    And the account of "Ada" is unchanged
