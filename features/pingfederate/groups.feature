@group @lifecycle
Feature: PingFederate provisions groups
  PingFederate reads all groups and looks for the name itself. Groups are written by PATCH; its bodies were never seen.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted

  @pingfederate
  Scenario: A new group has its members
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @pingfederate
  Scenario: A group that exists already is taken over, not doubled
    When a client creates group "Finance"
    And the IdP pushes group "Finance" with "Ada"
    Then there is exactly one group "Finance"
    And group "Finance" has exactly the member "Ada"

  @pingfederate
  Scenario: A removed member leaves the others
    When the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"
    And users and groups agree
    And the IdP reports no trouble

  @pingfederate
  Scenario: A renamed group keeps id and members
    When the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"
    And group "Platform" keeps its id
    And group "Platform" has exactly the members "Ada" and "Ben"

  @pingfederate
  Scenario: A deleted group goes, and its people stay
    When the IdP deletes group "Engineering"
    Then there is no group "Engineering"
    And the accounts of "Ada" and "Ben" are active
