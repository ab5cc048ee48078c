# Generated: cargo xtask matrix
@tenant-switch @matrix @every-pair
Feature: The old tenant is torn down
  Everybody is deleted and purged at the old IdP, in every order with cleanup and first cycle. Entra deletes on the target whom it
  still manages. Okta deletes nobody there, so from Okta this is the same as unassigning.

  Background:
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada" and "Lea"
    And the old IdP has pushed group "Crew" with "Ada" and "Lea"
    And the old IdP has pushed group "Legacy" with "Ada" and "Lea"
    And the new IdP knows "Ada" and "Joe"
    And the new IdP knows group "Crew" with "Ada" and "Joe"
    And the switch begins

  @from/entra
  Scenario: tear down
    When the old IdP deletes everybody
    And the old IdP purges everybody
    And the old IdP disables provisioning
    Then the switch has done this damage: lost account, old link, stayer locked out, joiner locked out, ghost group

  @from/entra
  Scenario: tear down, clean up
    When the old IdP deletes everybody
    And the old IdP purges everybody
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    Then the switch has done this damage: lost account, stayer locked out, joiner locked out, lost group

  @from/entra
  Scenario: tear down, first cycle
    When the old IdP deletes everybody
    And the old IdP purges everybody
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: lost account, old link, ghost group

  @from/entra
  Scenario: first cycle, tear down
    When the new IdP provisions everybody and every group that it knows
    And the old IdP deletes everybody
    And the old IdP purges everybody
    And the old IdP disables provisioning
    Then the switch has done this damage: lost account, old link, stayer locked out, ghost group

  @from/entra
  Scenario: tear down, clean up, first cycle
    When the old IdP deletes everybody
    And the old IdP purges everybody
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: lost account

  @from/entra
  Scenario: tear down, first cycle, clean up
    When the old IdP deletes everybody
    And the old IdP purges everybody
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    And the operator runs the server-side cleanup
    Then the switch has done this damage: lost account, unlinked, stayer locked out, joiner locked out, lost group

  @from/entra
  Scenario: clean up, first cycle, tear down
    When the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    And the old IdP deletes everybody
    And the old IdP purges everybody
    And the old IdP disables provisioning
    Then the switch has done this damage: lost account, stayer locked out

  @from/entra
  Scenario: first cycle, tear down, clean up
    When the new IdP provisions everybody and every group that it knows
    And the old IdP deletes everybody
    And the old IdP purges everybody
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    Then the switch has done this damage: lost account, unlinked, stayer locked out, joiner locked out, lost group

  @from/entra
  Scenario: switch off, tear down, clean up, first cycle
    When the old IdP disables provisioning
    And the old IdP deletes everybody
    And the old IdP purges everybody
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    Then the switch is clean
