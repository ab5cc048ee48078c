# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: Every order of a switch during which the old IdP lives on
  Somewhere on the way people change at the old IdP, and somebody leaves a group there. The old IdP is switched off after the last
  thing it does.

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

  Scenario: first cycle, late change
    When the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                                        |
      | entra | entra | old link, leaver active, ghost group, wrong members           |
      | entra | okta  | old link, unlinked, leaver active, ghost group, wrong members |
      | okta  | all   | old link, unlinked, leaver active, ghost group, wrong members |

  Scenario: late change, first cycle
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                              |
      | all  | entra | old link, leaver active, ghost group, wrong members |
      | all  | okta  | old link, leaver active, ghost group                |

  @from/okta
  Scenario: unassign, first cycle, late change
    When the old IdP removes all its assignments
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, ghost group, wrong members

  @from/okta
  Scenario: unassign, late change, first cycle
    When the old IdP removes all its assignments
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from           | to    | damage                               |
      | okta/catalogue | entra | old link, ghost group, wrong members |
      | okta/catalogue | okta  | old link, ghost group                |
      | okta/custom    | all   | old link, ghost group                |

  @from/okta
  Scenario: pause the push, late change, first cycle
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                              |
      | okta | entra | old link, leaver active, ghost group, wrong members |
      | okta | okta  | old link, leaver active, ghost group                |

  Scenario: clean up, first cycle, late change
    When the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                            |
      | entra | entra | old link, leaver active           |
      | entra | okta  | old link, unlinked, leaver active |
      | okta  | all   | old link, unlinked                |

  Scenario: clean up, late change, first cycle
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to  | damage                  |
      | entra | all | old link, leaver active |
      | okta  | all | old link                |

  @to/okta
  Scenario: link the groups, first cycle, late change
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, leaver active, ghost group, wrong members

  @to/okta
  Scenario: link the groups, late change, first cycle
    When the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                              |
      | all  | okta/catalogue | old link, leaver active, ghost group, wrong members |
      | all  | okta/custom    | old link, leaver active, ghost group                |

  @from/okta
  Scenario: first cycle, unassign, late change
    When the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, stayer locked out, ghost group, wrong members

  @from/okta
  Scenario: first cycle, pause the push, late change
    When the new IdP provisions everybody and every group that it knows
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                                        |
      | okta | entra | old link, unlinked, leaver active, ghost group, wrong members |
      | okta | okta  | old link, unlinked, leaver active, ghost group                |

  Scenario: first cycle, clean up, late change
    When the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to  | damage                                                               |
      | entra | all | old link, unlinked, joiner locked out, leaver active, lost group     |
      | okta  | all | old link, unlinked, stayer locked out, joiner locked out, lost group |

  Scenario: first cycle, late change, unassign
    When the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                                            |
      | entra | entra | old link, stayer locked out, lost group                           |
      | entra | okta  | old link, unlinked, stayer locked out, lost group                 |
      | okta  | all   | old link, unlinked, stayer locked out, ghost group, wrong members |

  Scenario: late change, unassign, first cycle
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                               |
      | entra | all   | old link                             |
      | okta  | entra | old link, ghost group, wrong members |
      | okta  | okta  | old link, ghost group                |

  @to/okta
  Scenario: late change, link the groups, first cycle
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                              |
      | all  | okta/catalogue | old link, leaver active, ghost group, wrong members |
      | all  | okta/custom    | old link, leaver active, ghost group                |

  Scenario: late change, first cycle, unassign
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                                  |
      | entra | all   | old link, stayer locked out, lost group                 |
      | okta  | entra | old link, stayer locked out, ghost group, wrong members |
      | okta  | okta  | old link, stayer locked out, ghost group                |

  @from/okta @to/okta
  Scenario: unassign, link the groups, first cycle, late change
    When the old IdP removes all its assignments
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, ghost group, wrong members

  @from/okta @to/okta
  Scenario: unassign, link the groups, late change, first cycle
    When the old IdP removes all its assignments
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from           | to             | damage                               |
      | okta/catalogue | okta/catalogue | old link, ghost group, wrong members |
      | okta/catalogue | okta/custom    | old link, ghost group                |
      | okta/custom    | okta           | old link, ghost group                |

  @from/okta @to/okta
  Scenario: unassign, late change, link the groups, first cycle
    When the old IdP removes all its assignments
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from           | to             | damage                               |
      | okta/catalogue | okta/catalogue | old link, ghost group, wrong members |
      | okta/catalogue | okta/custom    | old link, ghost group                |
      | okta/custom    | okta           | old link, ghost group                |

  @from/okta
  Scenario: pause the push, late change, unassign, first cycle
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                               |
      | okta | entra | old link, ghost group, wrong members |
      | okta | okta  | old link, ghost group                |

  @from/okta @to/okta
  Scenario: pause the push, late change, link the groups, first cycle
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                              |
      | okta | okta/catalogue | old link, leaver active, ghost group, wrong members |
      | okta | okta/custom    | old link, leaver active, ghost group                |

  @from/okta
  Scenario: pause the push, late change, first cycle, unassign
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                                  |
      | okta | entra | old link, stayer locked out, ghost group, wrong members |
      | okta | okta  | old link, stayer locked out, ghost group                |

  @to/okta
  Scenario: clean up, link the groups, first cycle, late change
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                            |
      | entra | okta | old link, unlinked, leaver active, IdP in trouble |
      | okta  | okta | old link, unlinked, IdP in trouble                |

  @to/okta
  Scenario: clean up, link the groups, late change, first cycle
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                  |
      | entra | okta | old link, leaver active, IdP in trouble |
      | okta  | okta | old link, IdP in trouble                |

  Scenario: clean up, first cycle, late change, unassign
    When the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                |
      | entra | entra | old link, stayer locked out           |
      | entra | okta  | old link, unlinked, stayer locked out |
      | okta  | all   | old link, unlinked, stayer locked out |

  Scenario: clean up, late change, unassign, first cycle
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: old link

  @to/okta
  Scenario: clean up, late change, link the groups, first cycle
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                  |
      | entra | okta | old link, leaver active, IdP in trouble |
      | okta  | okta | old link, IdP in trouble                |

  Scenario: clean up, late change, first cycle, unassign
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, stayer locked out

  @from/okta @to/okta
  Scenario: link the groups, pause the push, late change, first cycle
    When the new IdP links its groups to those of the target
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                              |
      | okta | okta/catalogue | old link, leaver active, ghost group, wrong members |
      | okta | okta/custom    | old link, leaver active, ghost group                |

  @to/okta
  Scenario: link the groups, clean up, first cycle, late change
    When the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                        |
      | entra | okta | old link, unlinked, leaver active, lost group, IdP in trouble |
      | okta  | okta | old link, unlinked, lost group, IdP in trouble                |

  @to/okta
  Scenario: link the groups, clean up, late change, first cycle
    When the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                              |
      | entra | okta | old link, leaver active, lost group, IdP in trouble |
      | okta  | okta | old link, lost group, IdP in trouble                |

  @from/okta @to/okta
  Scenario: link the groups, first cycle, unassign, late change
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, stayer locked out, ghost group, wrong members

  @from/okta @to/okta
  Scenario: link the groups, first cycle, pause the push, late change
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                                        |
      | okta | okta/catalogue | old link, unlinked, leaver active, ghost group, wrong members |
      | okta | okta/custom    | old link, unlinked, leaver active, ghost group                |

  @to/okta
  Scenario: link the groups, first cycle, clean up, late change
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                               |
      | entra | okta | old link, unlinked, joiner locked out, leaver active, lost group     |
      | okta  | okta | old link, unlinked, stayer locked out, joiner locked out, lost group |

  @to/okta
  Scenario: link the groups, first cycle, late change, unassign
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                            |
      | entra | okta | old link, unlinked, stayer locked out, lost group                 |
      | okta  | okta | old link, unlinked, stayer locked out, ghost group, wrong members |

  @to/okta
  Scenario: link the groups, late change, unassign, first cycle
    When the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to             | damage                               |
      | entra | okta           | old link, lost group, IdP in trouble |
      | okta  | okta/catalogue | old link, ghost group, wrong members |
      | okta  | okta/custom    | old link, ghost group                |

  @to/okta
  Scenario: link the groups, late change, first cycle, unassign
    When the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to             | damage                                                  |
      | entra | okta           | old link, stayer locked out, lost group                 |
      | okta  | okta/catalogue | old link, stayer locked out, ghost group, wrong members |
      | okta  | okta/custom    | old link, stayer locked out, ghost group                |

  @from/okta
  Scenario: first cycle, pause the push, late change, unassign
    When the new IdP provisions everybody and every group that it knows
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from | to    | damage                                                            |
      | okta | entra | old link, unlinked, stayer locked out, ghost group, wrong members |
      | okta | okta  | old link, unlinked, stayer locked out, ghost group                |

  Scenario: first cycle, clean up, late change, unassign
    When the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group

  @to/okta
  Scenario: late change, unassign, link the groups, first cycle
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to             | damage                               |
      | entra | okta           | old link, IdP in trouble             |
      | okta  | okta/catalogue | old link, ghost group, wrong members |
      | okta  | okta/custom    | old link, ghost group                |

  @from/entra @to/okta
  Scenario: late change, link the groups, unassign, first cycle
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: old link, lost group, IdP in trouble

  @to/okta
  Scenario: late change, link the groups, first cycle, unassign
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to             | damage                                                  |
      | entra | okta           | old link, stayer locked out, lost group                 |
      | okta  | okta/catalogue | old link, stayer locked out, ghost group, wrong members |
      | okta  | okta/custom    | old link, stayer locked out, ghost group                |

  @from/okta @to/okta
  Scenario: pause the push, late change, unassign, link the groups, first cycle
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                               |
      | okta | okta/catalogue | old link, ghost group, wrong members |
      | okta | okta/custom    | old link, ghost group                |

  @from/okta @to/okta
  Scenario: pause the push, late change, link the groups, first cycle, unassign
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                                  |
      | okta | okta/catalogue | old link, stayer locked out, ghost group, wrong members |
      | okta | okta/custom    | old link, stayer locked out, ghost group                |

  @to/okta
  Scenario: clean up, link the groups, first cycle, late change, unassign
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, IdP in trouble

  @to/okta
  Scenario: clean up, link the groups, late change, unassign, first cycle
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: old link, IdP in trouble

  @to/okta
  Scenario: clean up, link the groups, late change, first cycle, unassign
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, stayer locked out, IdP in trouble

  @to/okta
  Scenario: clean up, late change, unassign, link the groups, first cycle
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: old link, IdP in trouble

  @from/entra @to/okta
  Scenario: clean up, late change, link the groups, unassign, first cycle
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: old link, IdP in trouble

  @to/okta
  Scenario: clean up, late change, link the groups, first cycle, unassign
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, stayer locked out, IdP in trouble

  @from/okta @to/okta
  Scenario: link the groups, pause the push, late change, unassign, first cycle
    When the new IdP links its groups to those of the target
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                               |
      | okta | okta/catalogue | old link, ghost group, wrong members |
      | okta | okta/custom    | old link, ghost group                |

  @from/okta @to/okta
  Scenario: link the groups, pause the push, late change, first cycle, unassign
    When the new IdP links its groups to those of the target
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                                  |
      | okta | okta/catalogue | old link, stayer locked out, ghost group, wrong members |
      | okta | okta/custom    | old link, stayer locked out, ghost group                |

  @to/okta
  Scenario: link the groups, clean up, first cycle, late change, unassign
    When the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, lost group, IdP in trouble

  @to/okta
  Scenario: link the groups, clean up, late change, unassign, first cycle
    When the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: old link, lost group, IdP in trouble

  @to/okta
  Scenario: link the groups, clean up, late change, first cycle, unassign
    When the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP provisions everybody and every group that it knows
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, stayer locked out, lost group, IdP in trouble

  @from/okta @to/okta
  Scenario: link the groups, first cycle, pause the push, late change, unassign
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from | to             | damage                                                            |
      | okta | okta/catalogue | old link, unlinked, stayer locked out, ghost group, wrong members |
      | okta | okta/custom    | old link, unlinked, stayer locked out, ghost group                |

  @to/okta
  Scenario: link the groups, first cycle, clean up, late change, unassign
    When the new IdP links its groups to those of the target
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group
