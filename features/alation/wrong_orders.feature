@alation @profile/alation @tenant-switch
Feature: Alation: the steps in the wrong order
  The right order is: unassign, switch off, clean up, then start the new identity provider. Each scenario moves one step and
  shows the damage.

  # THE CLEANUP BEFORE THE ASSIGNMENTS ARE REMOVED, PROVISIONING STILL ON

  @cleanup @AL12 @F011
  Scenario Outline: Cleanup too early: an <old> that still runs writes to a group that is gone
    Given a local administrator with built-in sign-in
    And the old IdP is an <old>
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Engineering" with "Ada"
    When the operator runs the server-side cleanup
    And the old IdP renames group "Engineering" to "Platform"
    Then the old IdP reports that an object is gone
    And there is no group "Platform"

    Examples:
      | old                                |
      | Okta catalogue app                 |
      | Entra tenant                       |

  # Entra reads an account before it writes (documented). We derive from this that it also repairs the other differences.
  @cleanup @AL12 @F011 @unverified
  Scenario: Cleanup too early: the next change at an Entra tenant with aadOptscim062020 lets a suspended person in again
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant with aadOptscim062020
    And the old IdP has assigned "Ada"
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    Then the account of "Ada" is active
    And the account of "Ada" carries the externalId of the old IdP

  # Okta's profile push always contains its external ID (captured), and does not change the status (documented).
  @cleanup @AL12 @F011
  Scenario: Cleanup too early: the next change at an Okta org ties a suspended person to it again
    Given a local administrator with built-in sign-in
    And the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    When the operator runs the server-side cleanup
    And the old IdP changes the "title" of "Ada" to "Consultant"
    Then the account of "Ada" is inactive
    And the account of "Ada" carries the externalId of the old IdP

  @cleanup @AL12 @F011
  Scenario: Cleanup too early: a restart of the old Entra tenant undoes all of it
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the operator runs the server-side cleanup
    And the old IdP restarts provisioning and drops its links
    Then the accounts of "Ada" and "Ben" are active
    And the accounts of "Ada" and "Ben" carry the externalId of the old IdP
    And group "Engineering" has exactly the members "Ada" and "Ben"

  # SWITCHED OFF BEFORE THE ASSIGNMENTS ARE REMOVED

  @AL12 @AL6 @AL7
  Scenario Outline: Switched off first: what is unassigned at an <old> afterwards never reaches Alation
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And the old IdP has disabled provisioning
    When the old IdP removes all its assignments
    Then the old IdP sent nothing
    And the accounts of "Ada" and "Ben" are active
    And group "Engineering" has exactly the members "Ada" and "Ben"

    Examples:
      | old                                |
      | Okta org                           |
      | Entra tenant with aadOptscim062020 |

  # Okta does not catch up on changes made while provisioning was off (reported); Entra does (documented).
  @AL12 @AL8
  Scenario: Switched off first: an Okta org that is switched on again does not make up for it
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the old IdP has disabled provisioning
    When the old IdP removes all its assignments
    And the old IdP enables provisioning
    Then the account of "Ada" is active

  @AL12 @AL8 @F015
  Scenario: Switched off first: an Entra tenant that is switched on again disables people the new IdP provisions
    Given the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the old IdP has disabled provisioning
    And the new IdP is an Okta org
    When the old IdP removes all its assignments
    And the new IdP assigns "Ada"
    And the old IdP enables provisioning
    Then the account of "Ada" is inactive
    And the account of "Ada" carries the externalId of the new IdP

  # THE NEW IDP BEFORE THE CLEANUP

  @cleanup @AL12 @AL11
  Scenario Outline: The new IdP first, the cleanup after: everybody the <new> just provisioned is locked out
    Given a local administrator with built-in sign-in
    And the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the new IdP is an <new>
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada" and "Ben"
    And the operator runs the server-side cleanup
    And the new IdP runs its next cycle
    Then the accounts of "Ada" and "Ben" are inactive
    And there is no group "Engineering"
    And the new IdP reports no trouble

    Examples:
      | new                                |
      | Okta catalogue app                 |
      | Entra tenant                       |

  @AL12 @F015
  Scenario: The new IdP first, unassigned at the old Okta org after: the late deactivation locks people out
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the new IdP is an Entra tenant
    And the new IdP has assigned "Ada"
    When the old IdP removes all its assignments
    Then the account of "Ada" is inactive
    And the account of "Ada" carries the externalId of the new IdP

  @AL12 @F089
  Scenario: The new IdP first, unassigned at the old Entra tenant after: the group both know is deleted
    Given the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Engineering" with "Ada"
    And the new IdP is an Okta org
    And the new IdP has assigned "Ada"
    And the new IdP has pushed group "Engineering" with "Ada"
    When the old IdP removes all its assignments
    Then there is no group "Engineering"
    When the new IdP renames group "Engineering" to "Platform"
    Then the new IdP reports that an object is gone
