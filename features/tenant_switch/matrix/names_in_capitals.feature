# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: The new IdP has user names in capitals
  User names are compared in any case, so everybody is found.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And the new IdP has the user name "{LOCAL}@{domain}" for "Ada" and "Joe"
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
      | from  | to    | damage                               |
      | entra | all   | old link                             |
      | okta  | entra | old link, ghost group, wrong members |
      | okta  | okta  | old link, ghost group                |

  Scenario: first cycle
    When the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                              |
      | all  | entra | old link, leaver active, ghost group, wrong members |
      | all  | okta  | old link, leaver active, ghost group                |
