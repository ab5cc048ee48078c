@alation @profile/alation @tenant-switch
Feature: Alation: another tenant of the same vendor
  After a rebrand or a merger, people move to another Okta org or another Entra tenant. The product is the same, but every
  person has another key there, and perhaps another mail domain, and the token belongs to the old tenant.

  # WITHOUT THE CLEANUP

  @AL2 @AL1
  Scenario: Without cleanup: another Okta org is as much a stranger as another vendor
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Okta org
    When the new IdP assigns "Ada"
    Then the account of "Ada" carries the externalId of the new IdP
    And the account of "Ben" carries the externalId of the old IdP
    And the account of "Ben" is active

  # An Entra tenant sends the mail nickname as externalId unless the mapping says otherwise. Two tenants of one company have
  # the same nicknames, so the people's externalIds do not show the switch. Those of the groups do.
  @AL2 @AL1 @F003
  Scenario: Without cleanup: another Entra tenant takes the group over with a member it does not know
    Given the old IdP is an Entra tenant
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant
    When the new IdP assigns "Ada"
    And the new IdP pushes group "Engineering" with "Ada"
    Then group "Engineering" has exactly the members "Ada" and "Ben"
    And "Ben" can sign in

  @AL2 @F183 @F004
  Scenario: Without a new token: an old Okta org that was not switched off still writes
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the new IdP is an Okta org
    And the new IdP has assigned "Ada"
    When the old IdP changes the "title" of "Ada" to "Consultant"
    Then the "title" of the account of "Ada" is "Consultant"
    When the operator revokes the token of the old IdP
    And the old IdP changes the "title" of "Ada" to "Analyst"
    Then the old IdP reports that it is not let in
    And the "title" of the account of "Ada" is "Consultant"
    And the token of the new IdP works

  @AL2 @AL1 @F002
  Scenario: Without cleanup: under a new mail domain another Okta org makes a second record for everybody
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Okta org
    And the new IdP knows "Ada" and "Ben" in the domain "new.example"
    When the new IdP assigns "Ada" and "Ben"
    Then there are 2 accounts for "Ada" and "Ben"
    And 2 accounts of "Ada" and "Ben" are active
    And the new IdP reports no trouble

  # The user name is new, but the mail nickname is not: the old tenant's record has the externalId. Whether Alation refuses
  # an externalId in use, as here, or creates a second record is not published.
  @AL2 @AL1 @F002 @F001 @unverified
  Scenario: Without cleanup: under a new mail domain another Entra tenant is refused for everybody
    Given the old IdP is an Entra tenant
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant
    And the new IdP knows "Ada" and "Ben" in the domain "new.example"
    When the new IdP assigns "Ada" and "Ben"
    Then the new IdP reports a conflict
    And there is exactly one account for "Ada" and "Ben"

  # WITH THE CLEANUP

  @AL2 @AL11 @cleanup
  Scenario Outline: With cleanup: the new <tenant> has everybody's one account, and the old token is refused
    Given a local administrator with built-in sign-in
    And the old IdP is an <tenant>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the operator revokes the token of the old IdP
    And the new IdP is hired as an <tenant>
    And the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada"
    Then there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are active
    And the accounts of "Ada" and "Ben" carry the externalId of the new IdP
    And group "Engineering" has exactly the member "Ada"
    And the token of the old IdP is refused
    And the token of the new IdP works
    And users and groups agree

    Examples:
      | tenant                             |
      | Okta org                           |
      | Entra tenant                       |

  # The vendor's description of the cleanup implies that the old record stays suspended. Whether support can merge the two
  # records is not published.
  @AL2 @AL11 @cleanup @F002
  Scenario Outline: With cleanup, under a new mail domain: the new <tenant>'s record works, the old one stays, suspended
    Given a local administrator with built-in sign-in
    And the old IdP is an <tenant>
    And the old IdP has assigned "Ada"
    And the new IdP is an <tenant>
    And the new IdP knows "Ada" in the domain "new.example"
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP assigns "Ada"
    Then there are 2 accounts for "Ada"
    And the active account of "Ada" is the one the new IdP is linked to

    Examples:
      | tenant       |
      | Okta org     |
      | Entra tenant |

  @AL2 @AL11 @cleanup @F002
  Scenario: The rename first, at the old Entra tenant, then the three steps: one account each
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the account of "Ada" is noted
    And the old IdP has moved everybody to the domain "new.example"
    And the new IdP is an Entra tenant
    And the new IdP knows "Ada" in the domain "new.example"
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the account of "Ada" is active
    And the account of "Ada" has the user name that the new IdP gives
