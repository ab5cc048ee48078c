# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: A joiner has an account of the product's own
  An IdP cannot tell who made an account: it takes over the one that has the name.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And a local account for "Joe"
    And the switch begins

  Scenario: unassign, clean up, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: local account touched

  Scenario: unassign, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                                      |
      | entra | all   | old link, local account touched                             |
      | okta  | entra | old link, ghost group, wrong members, local account touched |
      | okta  | okta  | old link, ghost group, local account touched                |

  Scenario: first cycle, clean up
    When the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, lost group, local account touched

  Scenario: unassign, clean up
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, lost group
