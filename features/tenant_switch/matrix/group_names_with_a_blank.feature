# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: The new IdP has a blank behind a group's name
  To a lookup that is another name; people take it for the same. The old group stays beside the new one, unless somebody removed it.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And the new IdP writes the name of group "Crew" as "{name} "
    And the switch begins

  Scenario: unassign, clean up, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch is clean

  Scenario: unassign, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to  | damage                                 |
      | entra | all | old link                               |
      | okta  | all | old link, same-name group, ghost group |

  Scenario: first cycle
    When the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: old link, leaver active, same-name group, ghost group
