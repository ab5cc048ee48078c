@group @lifecycle
Feature: OneLogin provisions groups
  A rule makes a group where the list of all groups does not have it, and members come and go by PATCH with a value list. What a renamed or
  a deleted group sends is not known, so nothing is sent.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted

  @onelogin/core
  Scenario: A new group has its members
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @onelogin/core
  Scenario: Removing one member with a value list leaves the others
    When the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"
    And users and groups agree
    And the IdP reports no trouble

  @onelogin/core
  Scenario: A group that exists already is taken over, not doubled
    When a client creates group "Finance"
    And the IdP pushes group "Finance" with "Ada"
    Then there is exactly one group "Finance"
    And group "Finance" has exactly the member "Ada"

  @onelogin/core
  Scenario: A group deleted at the source stays on the server
    When the IdP deletes group "Engineering"
    Then the IdP sent nothing
    And there is exactly one group "Engineering"
