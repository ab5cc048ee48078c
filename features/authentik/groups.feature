@group @lifecycle
Feature: authentik provisions groups
  authentik creates a group without members and adds them afterwards. A rename is a PATCH of the whole group without a path; after it the
  group is read, and its members are compared. A member is removed with a value list, which no RFC describes.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted

  @authentik
  Scenario: A new group has its members
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @authentik
  Scenario: A renamed group keeps id and members
    When the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"
    And group "Platform" keeps its id
    And group "Platform" has exactly the members "Ada" and "Ben"
    And the IdP reports no trouble

  @authentik
  Scenario: Removing one member with a value list leaves the others
    When the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"
    And users and groups agree

  @authentik
  Scenario: A member who comes back is in the group once
    When the IdP removes "Ada" from group "Engineering"
    And the IdP adds "Ada" to group "Engineering"
    Then group "Engineering" lists exactly "Ada" and "Ben", each once

  @authentik
  Scenario: A deleted group goes, and its people stay
    When the IdP deletes group "Engineering"
    Then there is no group "Engineering"
    And the accounts of "Ada" and "Ben" are active
    And the IdP reports no trouble
