# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: The new IdP has user names in another domain
  A lookup by the new name finds nobody, so everybody who stays gets a second account, unless the old IdP renames them first, while
  it is still in charge. Between two tenants of Entra both accounts have one externalId. Any other name that a lookup does not find
  does the same.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And the new IdP has the user name "{local}@new.example" for "Ada" and "Joe"
    And the switch begins

  Scenario: unassign, clean up, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: second account

  Scenario: unassign, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                               |
      | entra | all   | second account, old link                             |
      | okta  | entra | second account, old link, ghost group, wrong members |
      | okta  | okta  | second account, old link, ghost group                |

  Scenario: first cycle
    When the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                                              |
      | all  | entra | second account, old link, leaver active, ghost group, wrong members |
      | all  | okta  | second account, old link, leaver active, ghost group                |

  Scenario: first cycle, clean up
    When the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: second account, unlinked, stayer locked out, joiner locked out, lost group

  Scenario: rename first, unassign, clean up, first cycle
    When the old IdP renames "Ada" and "Lea" by the pattern "{local}@new.example"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch is clean

  Scenario: unassign, rename first, clean up, first cycle
    When the old IdP removes all its assignments
    And the old IdP renames "Ada" and "Lea" by the pattern "{local}@new.example"
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: second account
