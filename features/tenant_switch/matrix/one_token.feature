# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: Both IdPs use one token
  Revoking the old IdP's token locks the new IdP out as well. A first cycle that is refused at the door equals none, so two orders
  stand for all.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And the new IdP uses the token of the old IdP
    And the switch begins

  Scenario: unassign, revoke the token, clean up, first cycle
    When the old IdP removes all its assignments
    And the operator revokes the token of the old IdP
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP tests the connection
    Then the switch has done this damage: unlinked, stayer locked out, joiner locked out, lost group, IdP in trouble

  Scenario: unassign, clean up, first cycle, revoke the token
    When the old IdP removes all its assignments
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the operator revokes the token of the old IdP
    And the old IdP changes the "title" of "Ada" to "Consultant"
    And the old IdP changes the "title" of "Lea" to "Consultant"
    And the old IdP removes "Ada" from group "Crew"
    And the new IdP tests the connection
    Then the switch has done this damage: IdP in trouble
