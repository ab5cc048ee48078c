@group @lifecycle
Feature: Rauthy provisions groups
  A membership belongs to the user. Rauthy writes the user, reads `groups` in the answer, and sends one PATCH for each difference. A server
  whose answer has no `groups` gets every membership again each time, and never a removal.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted

  @rauthy
  Scenario: A new group has its members
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @rauthy
  Scenario: A renamed group keeps id and members
    When the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"
    And group "Platform" keeps its id
    And group "Platform" has exactly the members "Ada" and "Ben"

  @rauthy
  Scenario: A removed member is known by the answer to the user's own update
    When the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"
    And users and groups agree
    And the IdP reports no trouble

  @rauthy
  Scenario: A group that somebody else made is taken over, not doubled
    When a client creates group "Finance"
    And the IdP pushes group "Finance" with "Ada"
    Then there is exactly one group "Finance"
    And group "Finance" has exactly the member "Ada"

  @rauthy
  Scenario: A deleted group goes, and its people stay
    When the IdP deletes group "Engineering"
    Then there is no group "Engineering"
    And the accounts of "Ada" and "Ben" are active
    And the IdP reports no trouble
