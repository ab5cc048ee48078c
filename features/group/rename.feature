@group @lifecycle
Feature: A group is renamed
  A rename changes the name and nothing else: same id, same members, no second group.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted

  @okta @entra @F078 @F100 @AT4 @every-mode
  Scenario: A group renamed at the source keeps its id and members
    When the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"
    And group "Platform" keeps its id
    And group "Platform" has exactly the members "Ada" and "Ben"
    And the IdP reports no trouble

  @okta @entra @F082
  Scenario: The old name is free after a rename and leaves no alias
    When the IdP renames group "Engineering" to "Platform"
    Then there is no group "Engineering"
    And a lookup of group "Engineering" finds 0 groups
    And a lookup of group "Platform" finds 1 group

  @okta @entra @F078 @AT5
  Scenario: A group renamed in the product still follows the IdP
    When the operator renames group "Engineering" to "Makers" in the product
    And the IdP removes "Ben" from group "Engineering"
    Then the IdP reports no trouble
    And users and groups agree

  @okta @entra
  Scenario: A group renamed twice ends under the last name
    When the IdP renames group "Engineering" to "Platform"
    And the IdP renames group "Platform" to "Engineering"
    Then group "Engineering" keeps its id
    And there is no group "Platform"
    And group "Engineering" has exactly the members "Ada" and "Ben"
