# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: Orders that were left out, one for each argument
  Each of these orders equals one of the other features by an argument; here it is played, so that the argument is seen to hold.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And the switch begins

  Scenario: revoke the token, unassign, clean up, first cycle, late change
    When the operator revokes the token of the old IdP
    And the old IdP removes all its assignments
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch is clean

  Scenario: late change, unassign, clean up, first cycle
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    Then the switch is clean

  Scenario: unassign, clean up, first cycle, late change
    When the old IdP removes all its assignments
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch is clean

  @from/okta
  Scenario: pause the push, unassign, clean up, first cycle
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch is clean

  @from/okta
  Scenario: pause the push, first cycle, late change
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                                        |
      | okta | entra | old link, unlinked, leaver active, ghost group, wrong members |
      | okta | okta  | old link, unlinked, leaver active, ghost group                |

  Scenario: clean up, unassign, first cycle
    When the operator runs the server-side cleanup
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch is clean

  @from/okta @to/okta
  Scenario: link the groups, unassign, first cycle
    When the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                               |
      | okta | okta/catalogue | old link, ghost group, wrong members |
      | okta | okta/custom    | old link, ghost group                |
