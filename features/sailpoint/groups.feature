@group @lifecycle
Feature: SailPoint changes members of groups
  SailPoint neither makes nor names a group of the server. It reads them, and changes their members.

  Background:
    Given the IdP has assigned "Ada" and "Ben"

  @sailpoint
  Scenario: A group of the server gets its members
    When a client creates group "Engineering"
    And the IdP pushes group "Engineering" with "Ada" and "Ben"
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @sailpoint
  Scenario: A removed member leaves the others
    When a client creates group "Engineering"
    And the IdP pushes group "Engineering" with "Ada" and "Ben"
    And the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"
    And users and groups agree

  @sailpoint
  Scenario: A group that the server does not have is not made
    When the IdP pushes group "Engineering" with "Ada"
    Then the IdP reports that an object is gone
    And there is no group "Engineering"

  @sailpoint
  Scenario: A group deleted at the source stays on the server
    When a client creates group "Engineering"
    And the IdP pushes group "Engineering" with "Ada"
    And the IdP deletes group "Engineering"
    Then the IdP sent nothing
    And there is exactly one group "Engineering"
