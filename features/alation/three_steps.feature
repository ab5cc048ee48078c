@alation @profile/alation @tenant-switch @cleanup
Feature: Alation: what each of the three steps does
  First, remove the assignments at the old identity provider. Then switch provisioning off there. Then support runs the
  server-side cleanup. Each step does something that the others do not.

  # The vendor says that removing the assignments clears the external ID. No IdP sends a request that does this: on the wire,
  # people are only deactivated. Whether Alation itself clears the external ID is not published.
  @AL6 @F074
  Scenario Outline: Step 1: removing the assignments at an <old> deactivates everybody and deletes nobody
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When the old IdP removes all its assignments
    Then the accounts of "Ada" and "Ben" are inactive
    And the accounts of "Ada" and "Ben" keep their ids
    And "Ada" cannot sign in
    And the old IdP reports no trouble

    Examples:
      | old                                |
      | Okta org                           |
      | Entra tenant with aadOptscim062020 |

  # Users report, but no document says, that a group is deleted when it is removed from the application.
  @AL6 @unverified
  Scenario: Step 1: an Entra tenant deletes its groups with the assignments
    Given the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Engineering" with "Ada"
    When the old IdP removes all its assignments
    Then there is no group "Engineering"

  @AL6 @F087
  Scenario: Step 1: at an Okta catalogue app the pushed groups are a step of their own
    Given the old IdP is an Okta catalogue app
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Engineering" with "Ada"
    When the old IdP removes all its assignments
    Then there is exactly one group "Engineering"
    When the old IdP unlinks group "Engineering" and deletes it on the target
    Then there is no group "Engineering"
    And the old IdP reports no trouble

  @AL7 @F004
  Scenario Outline: Step 2: switching provisioning off at an <old> sends nothing, that day and for a month
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When the old IdP disables provisioning
    Then the old IdP sent nothing
    When 31 days pass for the old IdP
    Then the old IdP sent nothing
    And the accounts of "Ada" and "Ben" are unchanged
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And "Ada" can sign in

    Examples:
      | old                                |
      | Okta catalogue app                 |
      | Entra tenant                       |

  @AL8 @F004
  Scenario: Step 2 undone: an Entra tenant that is switched on again writes to the same accounts as before
    Given the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the account of "Ada" is noted
    And the old IdP has disabled provisioning
    When the old IdP enables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    Then the "title" of the account of "Ada" is "Consultant"
    And the account of "Ada" keeps its id
    And the old IdP is linked to the account of "Ada"
    And the account of "Ada" carries the externalId of the old IdP

  @AL8 @F001
  Scenario: Step 2 alone: the objects are still there, and a new IdP still collides with them
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the account of "Ada" is noted
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant that matches users by externalId
    When the new IdP assigns "Ada"
    Then the new IdP reports a conflict
    And the account of "Ada" is unchanged

  @AL9 @F087
  Scenario Outline: Step 3: the cleanup suspends and unlinks everybody an <old> provisioned, and removes its groups
    Given a local administrator with built-in sign-in
    And the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted
    And the accounts of "Ada" and "Ben" are noted
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    Then the server-side cleanup is done
    And the accounts of "Ada" and "Ben" are inactive
    And the accounts of "Ada" and "Ben" keep their ids
    And the accounts of "Ada" and "Ben" carry no externalId
    And there is no group "Engineering"
    And nobody lists the noted group
    And users and groups agree

    Examples:
      | old                |
      | Okta org           |
      | Entra tenant       |
