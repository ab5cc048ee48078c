@group @lifecycle
Feature: PingOne provisions groups
  PingOne reads all groups, creates the one that is missing, and writes it whole by PUT.

  Background:
    Given the IdP knows "Ada" and "Ben"
    When the IdP changes the "email" of "Ada" to ""
    And the IdP changes the "email" of "Ben" to ""
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted

  @pingone
  Scenario: A new group has its members
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @pingone
  Scenario: A group that exists already is taken over, not doubled
    When a client creates group "Finance"
    And the IdP pushes group "Finance" with "Ada"
    Then there is exactly one group "Finance"
    And group "Finance" has exactly the member "Ada"

  @pingone
  Scenario: A removed member leaves the others
    When the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"
    And users and groups agree
    And the IdP reports no trouble

  @pingone
  Scenario: A renamed group keeps id and members
    When the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"
    And group "Platform" keeps its id
    And group "Platform" has exactly the members "Ada" and "Ben"

  @pingone
  Scenario: A deleted group goes, and its people stay
    When the IdP deletes group "Engineering"
    Then there is no group "Engineering"
    And the accounts of "Ada" and "Ben" are active
