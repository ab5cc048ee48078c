# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: Every order of a switch
  The old IdP changes nothing any more before it is switched off. The old IdP is switched off after the last thing it does.

  From okta to okta: of 109601 orders 42079 cannot occur, 67413 equal another by an argument, 109 are played.
  From okta to entra: of 109601 orders 95901 cannot occur, 13660 equal another by an argument, 40 are played.
  From entra to okta: of 109601 orders 100957 cannot occur, 8553 equal another by an argument, 91 are played.
  From entra to entra: of 109601 orders 107644 cannot occur, 1928 equal another by an argument, 29 are played.
  docs/switch-matrix.md has the arguments.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And the switch begins

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

  Scenario: clean up, first cycle
    When the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch is clean

  @to/okta
  Scenario: link the groups, first cycle
    When the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                              |
      | all  | okta/catalogue | old link, leaver active, ghost group, wrong members |
      | all  | okta/custom    | old link, leaver active, ghost group                |

  Scenario: first cycle, unassign
    When the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                                  |
      | entra | all   | old link, stayer locked out, lost group                 |
      | okta  | entra | old link, stayer locked out, ghost group, wrong members |
      | okta  | okta  | old link, stayer locked out, ghost group                |

  Scenario: first cycle, clean up
    When the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  Scenario: unassign, clean up, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch is clean

  @to/okta
  Scenario: unassign, link the groups, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to             | damage                               |
      | entra | okta           | old link, IdP in trouble             |
      | okta  | okta/catalogue | old link, ghost group, wrong members |
      | okta  | okta/custom    | old link, ghost group                |

  Scenario: unassign, first cycle, clean up
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  @to/okta
  Scenario: clean up, link the groups, first cycle
    When the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: IdP in trouble

  Scenario: clean up, first cycle, unassign
    When the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: stayer locked out

  @from/entra @to/okta
  Scenario: link the groups, unassign, first cycle
    When the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: old link, lost group, IdP in trouble

  @to/okta
  Scenario: link the groups, clean up, first cycle
    When the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: lost group, IdP in trouble

  @to/okta
  Scenario: link the groups, first cycle, unassign
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to             | damage                                                  |
      | entra | okta           | old link, stayer locked out, lost group                 |
      | okta  | okta/catalogue | old link, stayer locked out, ghost group, wrong members |
      | okta  | okta/custom    | old link, stayer locked out, ghost group                |

  @to/okta
  Scenario: link the groups, first cycle, clean up
    When the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  Scenario: first cycle, unassign, clean up
    When the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  @to/okta
  Scenario: unassign, clean up, link the groups, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: IdP in trouble

  @to/okta
  Scenario: unassign, link the groups, clean up, first cycle
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                     |
      | entra | okta | IdP in trouble             |
      | okta  | okta | lost group, IdP in trouble |

  @to/okta
  Scenario: unassign, link the groups, first cycle, clean up
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                                     |
      | entra | okta | unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble |
      | okta  | okta | unlinked, stayer locked out, joiner locked out, lost group                 |

  @from/entra @to/okta
  Scenario: clean up, link the groups, unassign, first cycle
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: IdP in trouble

  @to/okta
  Scenario: clean up, link the groups, first cycle, unassign
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: stayer locked out, IdP in trouble

  @from/entra @to/okta
  Scenario: link the groups, unassign, clean up, first cycle
    When the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: lost group, IdP in trouble

  @from/entra @to/okta
  Scenario: link the groups, unassign, first cycle, clean up
    When the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble

  @to/okta
  Scenario: link the groups, clean up, first cycle, unassign
    When the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: stayer locked out, lost group, IdP in trouble

  @to/okta
  Scenario: link the groups, first cycle, unassign, clean up
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group
