@group @lifecycle
Feature: Keycloak provisions groups
  For each member who comes or goes the client of libre.sh writes the whole group, then the whole user. A group that becomes empty is
  written without `members`. The commercial client sends the difference.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted

  @keycloak
  Scenario: A new group has its members
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @keycloak
  Scenario: A renamed group keeps id and members
    When the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"
    And group "Platform" keeps its id
    And group "Platform" has exactly the members "Ada" and "Ben"

  @keycloak @every-mode
  Scenario: A removed member leaves the others
    When the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"
    And users and groups agree
    And the IdP reports no trouble

  @keycloak @every-mode
  Scenario: The last member goes as well
    When the IdP removes "Ada" and "Ben" from group "Engineering"
    Then group "Engineering" has no members
    And group "Engineering" keeps its id

  @keycloak
  Scenario: A deleted group goes, and its people stay
    When the IdP deletes group "Engineering"
    Then there is no group "Engineering"
    And the accounts of "Ada" and "Ben" are active
