@group @lifecycle
Feature: A group is pushed
  The IdP looks the group up by name, creates it, and gives it its members.

  Background:
    Given the IdP has assigned "Ada", "Ben" and "Cem"

  @okta @entra @F091 @F115 @F116 @basic
  Scenario: A pushed group has exactly its members
    When the IdP pushes group "Engineering" with "Ada" and "Ben"
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree
    And the IdP reports no trouble

  @okta @entra @every-mode
  Scenario: A group without members can be pushed
    When the IdP pushes group "Newcomers"
    Then group "Newcomers" has no members
    And the IdP reports no trouble

  # Microsoft's tutorial shows this; its validators send only the core schema.
  @entra
  Scenario: A group that lists Microsoft's own schema beside the core one is created
    Given the IdP lists Microsoft's own schema in new groups
    When the IdP pushes group "Engineering" with "Ada"
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the member "Ada"

  @okta @entra @F083
  Scenario: Groups pushed one after the other stay apart
    When the IdP pushes group "Engineering" with "Ada"
    And the IdP pushes group "Finance" with "Ben"
    And the IdP pushes group "Sales" with "Cem"
    Then group "Engineering" has exactly the member "Ada"
    And group "Finance" has exactly the member "Ben"
    And group "Sales" has exactly the member "Cem"

  @okta @entra @F131
  Scenario Outline: A group called <name> can be pushed and found
    When the IdP pushes group "<name>" with "Ada"
    Then a lookup of group "<name>" finds 1 group
    And group "<name>" has exactly the member "Ada"

    Examples:
      | name              |
      | Equity Team       |
      | R&D / Lab. (West) |
      | 100% Büro_Team    |

  @okta @entra @F079 @every-mode
  Scenario: A group of that name that exists already is taken over, not doubled
    When a client creates group "Engineering"
    And the IdP pushes group "Engineering" with "Ada"
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the member "Ada"
