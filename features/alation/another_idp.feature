@alation @profile/alation @tenant-switch
Feature: Alation: from one identity provider to another
  A company replaces Okta with Entra ID, or Entra ID with Okta. What the old IdP left behind obstructs the new one until the
  three steps are done: unassign, switch off, clean up.

  # WITHOUT THE CLEANUP. The vendor says that mappings become invalid, but not what the new IdP then encounters. These
  # scenarios show what follows from the behaviour of the IdPs.

  @AL1 @F001
  Scenario Outline: Without cleanup: after the switch to an <new>, people who are not assigned yet carry the old externalId
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an <new>
    When the new IdP assigns "Ada"
    Then the account of "Ada" carries the externalId of the new IdP
    And the account of "Ben" carries the externalId of the old IdP
    And the account of "Ben" is active

    Examples:
      | old          | new                                |
      | Okta org     | Entra tenant                       |
      | Entra tenant | Okta catalogue app                 |

  @AL1 @F001 @F018
  Scenario: Without cleanup: an Entra tenant that looks for its own externalId is refused for everybody
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant that matches users by externalId
    When the new IdP assigns "Ada" and "Ben"
    Then the new IdP reports a conflict
    And there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" carry the externalId of the old IdP

  # Entra never asks for a group's members (documented), so it cannot know of members that it did not send.
  @AL1 @F003
  Scenario: Without cleanup: an Entra tenant takes the group of the same name over, with a member only Okta had put there
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant
    When the new IdP assigns "Ada"
    And the new IdP pushes group "Engineering" with "Ada"
    Then there is exactly one group "Engineering"
    And group "Engineering" keeps its id
    And group "Engineering" has exactly the members "Ada" and "Ben"

  @AL1 @F003 @F087
  Scenario: Without cleanup: a group that only the old IdP knew stays, and still grants what it granted
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Legacy" with "Ada"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant
    When the new IdP assigns "Ada"
    Then group "Legacy" has exactly the member "Ada"

  # WITH THE CLEANUP

  @cleanup @AL11
  Scenario Outline: With cleanup: from an <old> to an <new> everybody has one account, and the groups are the new IdP's
    Given a local administrator with built-in sign-in
    And the old IdP is an <old>
    And the old IdP has assigned "Ada", "Ben" and "Cem"
    And the old IdP has pushed group "Engineering" with "Ada", "Ben" and "Cem"
    And the old IdP has pushed group "Legacy" with "Ada"
    And group "Engineering" is noted
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP is hired as an <new>
    And the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada" and "Ben"
    Then there is exactly one account for "Ada", "Ben" and "Cem"
    And the accounts of "Ada" and "Ben" are active
    And the accounts of "Ada" and "Ben" carry the externalId of the new IdP
    And the new IdP is linked to the accounts of "Ada" and "Ben"
    And the account of "Cem" is inactive
    And the account of "Cem" carries no externalId
    And there is exactly one group "Engineering"
    And group "Engineering" has a new id
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And there is no group "Legacy"
    And users and groups agree
    And the new IdP reports no trouble

    Examples:
      | old                                | new                                |
      | Okta org                           | Entra tenant                       |
      | Okta org                           | Entra tenant with aadOptscim062020 |
      | Okta catalogue app                 | Entra tenant                       |
      | Entra tenant                       | Okta org                           |
      | Entra tenant                       | Okta catalogue app                 |

  @cleanup @AL11 @AL8
  Scenario Outline: There and back: from an <old> to an <new> and home again, with the three steps each time
    Given a local administrator with built-in sign-in
    And the old IdP is an <old>
    And the old IdP has assigned "Ada"
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP is hired as an <new>
    And the new IdP assigns "Ada"
    And the new IdP removes all its assignments
    And the new IdP disables provisioning
    And the operator runs the server-side cleanup
    And the old IdP enables provisioning
    And the old IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" carries the externalId of the old IdP
    And the old IdP is linked to the account of "Ada"

    Examples:
      | old          | new                |
      | Okta org     | Entra tenant       |
      | Entra tenant | Okta catalogue app |

  # After the cleanup, the suspended account keeps its user name. An IdP that does not look up user names cannot find it.
  # Alation's guide for Okta requires userName as the identifier. What Alation answers here is not published.
  @cleanup @AL11 @AL14 @unverified
  Scenario: With cleanup: an Entra tenant that looks for its own externalId is still refused
    Given a local administrator with built-in sign-in
    And the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the new IdP is an Entra tenant that matches users by externalId
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP assigns "Ada"
    Then the new IdP reports a conflict
    And there is exactly one account for "Ada"
    And the account of "Ada" is inactive
