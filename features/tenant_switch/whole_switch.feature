@tenant-switch @cleanup
Feature: A switch from beginning to end
  Ada stays, Lea leaves, Joe joins. The group Crew is in both directories, Legacy only in the old one. At the end each person
  has one account, linked only to the new IdP; the groups are those of the new directory; leavers cannot sign in; the product's
  own accounts are unchanged. The scenarios play the right order and the five most instructive wrong ones. docs/switch-matrix.md
  has every other order for every pair of IdPs; --tags @matrix plays them.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And the switch begins

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario: Unassign, switch off, clean up, first cycle: a clean switch
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    Then the switch is clean
    And the local administrator can sign in
    And "Lea" cannot sign in
    And users and groups agree

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario: Without a cleanup the old IdP's links stay, and from Okta its groups too
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                               |
      | entra | all   | old link                             |
      | okta  | entra | old link, ghost group, wrong members |
      | okta  | okta  | old link, ghost group                |

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario: Only switched off: leavers keep their access
    When the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                              |
      | all  | entra | old link, leaver active, ghost group, wrong members |
      | all  | okta  | old link, leaver active, ghost group                |

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario: Cleanup after the first cycle locks everybody out
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario: Unassigning after the first cycle locks out the people who stay, and Entra deletes the group
    When the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                                  |
      | entra | all   | old link, stayer locked out, lost group                 |
      | okta  | entra | old link, stayer locked out, ghost group, wrong members |
      | okta  | okta  | old link, stayer locked out, ghost group                |

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario: Cleanup while the old IdP still runs: its next change brings the old links back, and from Entra the access
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to  | damage                  |
      | entra | all | old link, leaver active |
      | okta  | all | old link                |
