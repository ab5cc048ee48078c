# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: Every order of a switch that ends before the new IdP's first cycle
  The new IdP has not taken over yet, or never does. The old IdP is switched off after the last thing it does.

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

  Scenario: nothing but switching off
    When the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: old link, unlinked, joiner locked out, leaver active, ghost group, wrong members

  Scenario: unassign
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to  | damage                                                                               |
      | entra | all | old link, unlinked, stayer locked out, joiner locked out, lost group                 |
      | okta  | all | old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members |

  Scenario: clean up
    When the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  @to/okta
  Scenario: link the groups
    When the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: old link, unlinked, joiner locked out, leaver active, ghost group, wrong members

  Scenario: late change
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, joiner locked out, leaver active, ghost group, wrong members

  Scenario: unassign, clean up
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  @to/okta
  Scenario: unassign, link the groups
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                                               |
      | entra | okta | old link, unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble |
      | okta  | okta | old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members |

  @from/okta
  Scenario: unassign, late change
    When the old IdP removes all its assignments
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members

  @from/okta
  Scenario: pause the push, late change
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, joiner locked out, leaver active, ghost group, wrong members

  @to/okta
  Scenario: clean up, link the groups
    When the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble

  Scenario: clean up, late change
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to  | damage                                                               |
      | entra | all | old link, unlinked, joiner locked out, leaver active, lost group     |
      | okta  | all | old link, unlinked, stayer locked out, joiner locked out, lost group |

  @from/entra @to/okta
  Scenario: link the groups, unassign
    When the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group

  @to/okta
  Scenario: link the groups, clean up
    When the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  @to/okta
  Scenario: link the groups, late change
    When the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, joiner locked out, leaver active, ghost group, wrong members

  Scenario: late change, unassign
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to  | damage                                                                               |
      | entra | all | old link, unlinked, stayer locked out, joiner locked out, lost group                 |
      | okta  | all | old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members |

  @to/okta
  Scenario: late change, link the groups
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    Then the switch has done this damage: old link, unlinked, joiner locked out, leaver active, ghost group, wrong members

  @to/okta
  Scenario: unassign, clean up, link the groups
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble

  @to/okta
  Scenario: unassign, link the groups, clean up
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                                     |
      | entra | okta | unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble |
      | okta  | okta | unlinked, stayer locked out, joiner locked out, lost group                 |

  @from/okta @to/okta
  Scenario: unassign, link the groups, late change
    When the old IdP removes all its assignments
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members

  @from/okta @to/okta
  Scenario: unassign, late change, link the groups
    When the old IdP removes all its assignments
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members

  @from/okta
  Scenario: pause the push, late change, unassign
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members

  @from/okta @to/okta
  Scenario: pause the push, late change, link the groups
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    Then the switch has done this damage: old link, unlinked, joiner locked out, leaver active, ghost group, wrong members

  @from/entra @to/okta
  Scenario: clean up, link the groups, unassign
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble

  @to/okta
  Scenario: clean up, link the groups, late change
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                                               |
      | entra | okta | old link, unlinked, joiner locked out, leaver active, lost group, IdP in trouble     |
      | okta  | okta | old link, unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble |

  Scenario: clean up, late change, unassign
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group

  @to/okta
  Scenario: clean up, late change, link the groups
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                                               |
      | entra | okta | old link, unlinked, joiner locked out, leaver active, lost group, IdP in trouble     |
      | okta  | okta | old link, unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble |

  @from/entra @to/okta
  Scenario: link the groups, unassign, clean up
    When the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group

  @from/okta @to/okta
  Scenario: link the groups, pause the push, late change
    When the new IdP links its groups to those of the target
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, joiner locked out, leaver active, ghost group, wrong members

  @to/okta
  Scenario: link the groups, clean up, late change
    When the new IdP links its groups to those of the target
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
  Scenario: link the groups, late change, unassign
    When the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                                               |
      | entra | okta | old link, unlinked, stayer locked out, joiner locked out, lost group                 |
      | okta  | okta | old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members |

  @to/okta
  Scenario: late change, unassign, link the groups
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    Then the switch has done this damage, by pair of IdPs:
      | from  | to   | damage                                                                               |
      | entra | okta | old link, unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble |
      | okta  | okta | old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members |

  @from/entra @to/okta
  Scenario: late change, link the groups, unassign
    When the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group

  @from/okta @to/okta
  Scenario: pause the push, late change, unassign, link the groups
    When the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members

  @to/okta
  Scenario: clean up, link the groups, late change, unassign
    When the operator runs the server-side cleanup
    And the new IdP links its groups to those of the target
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble

  @to/okta
  Scenario: clean up, late change, unassign, link the groups
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP links its groups to those of the target
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble

  @from/entra @to/okta
  Scenario: clean up, late change, link the groups, unassign
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP links its groups to those of the target
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble

  @from/okta @to/okta
  Scenario: link the groups, pause the push, late change, unassign
    When the new IdP links its groups to those of the target
    And the old IdP pauses the push of group "Crew"
    And the old IdP pauses the push of group "Legacy"
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, ghost group, wrong members

  @to/okta
  Scenario: link the groups, clean up, late change, unassign
    When the new IdP links its groups to those of the target
    And the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    Then the switch has done this damage: old link, unlinked, stayer locked out, joiner locked out, lost group
