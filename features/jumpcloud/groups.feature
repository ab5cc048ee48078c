@group @lifecycle
Feature: JumpCloud provisions groups
  A group without members is not created. One of that name that exists already is taken over. What JumpCloud sends is documented, how it
  looks is not.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted

  @jumpcloud
  Scenario: A new group has its members
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree

  @jumpcloud
  Scenario: A group without members is not created
    When the IdP pushes group "Newcomers"
    Then the IdP sent nothing
    And there is no group "Newcomers"

  @jumpcloud
  Scenario: A renamed group keeps id and members
    When the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"
    And group "Platform" keeps its id
    And group "Platform" has exactly the members "Ada" and "Ben"

  @jumpcloud
  Scenario: A removed member leaves the others
    When the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"
    And users and groups agree

  @jumpcloud
  Scenario: A deleted group goes, and its people stay
    When the IdP deletes group "Engineering"
    Then there is no group "Engineering"
    And the accounts of "Ada" and "Ben" are active

  @jumpcloud
  Scenario: A group taken from the application stays, and its people are deactivated
    When the IdP unlinks group "Engineering" and leaves it on the target
    Then there is exactly one group "Engineering"
    And the accounts of "Ada" and "Ben" are inactive
