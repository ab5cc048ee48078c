@username-conflict
Feature: A person is renamed
  A person with a new user name is the same person: same id, same groups, same access. A rename to a taken name is refused and
  changes neither person.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted

  @okta @entra @F038 @F039 @F041
  Scenario: A renamed person keeps account, status and id
    When the IdP renames "Ada" to "ada.king"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the account of "Ada" is active
    And the account of "Ada" has the user name that the IdP gives
    And the IdP reports no trouble

  @okta @entra @F038
  Scenario: A renamed person keeps the groups
    Given the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the IdP renames "Ada" to "ada.king"
    Then group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @okta @entra @F042 @every-mode
  Scenario: A rename to a taken name is refused and changes neither person
    When the IdP renames "Ada" to the user name of "Ben"
    Then the IdP reports a conflict
    And the account of "Ben" is unchanged
    And the account of "Ada" keeps its id
    And there is exactly one account for "Ada"

  @okta @entra @F040 @every-mode
  Scenario: A renamed person leaves and comes back under the new name
    When the IdP renames "Ada" to "ada.king"
    And the IdP deactivates "Ada"
    And the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And the account of "Ada" has the user name that the IdP gives

  @entra @F078
  Scenario: A manager who is renamed is still the manager
    Given the IdP knows "Cem"
    When the IdP makes "Ada" the manager of "Ben"
    And the IdP renames "Ada" to "ada.king"
    Then the account of "Ben" has "Ada" as manager
