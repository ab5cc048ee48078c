@corruption @cleanup
Feature: Out of a corrupted state
  If the product offers a server-side cleanup, the cleanup and a new IdP repair the tenant: no ghosts, one account for each
  person, links of the IdP in charge.

  @AL9 @AL11 @F003 @F087
  Scenario Outline: Ghost groups are gone after the cleanup and an <new>
    Given a local administrator with built-in sign-in
    And the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Legacy" with "Ada" and "Ben"
    And the new IdP is an <new>
    And the diagnosis knows the directory of the new IdP
    When the old IdP deletes its application
    And the operator runs the server-side cleanup
    And the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada" and "Ben"
    Then there is no group "Legacy"
    And there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are active
    And the new IdP is linked to the accounts of "Ada" and "Ben"
    And the diagnosis shows nothing

    Examples:
      | new                                |
      | Entra tenant                       |
      | Entra tenant with aadOptscim062020 |
      | Okta catalogue app                 |

  @AL1 @AL11 @F001 @F018
  Scenario: Stale links are gone after the cleanup and a new IdP that looks people up by user name
    Given a local administrator with built-in sign-in
    And the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the new IdP is an Entra tenant
    And the diagnosis knows the directory of the new IdP
    When the old IdP deletes its application
    And the operator runs the server-side cleanup
    And the new IdP assigns "Ada" and "Ben"
    Then the accounts of "Ada" and "Ben" carry the externalId of the new IdP
    And the diagnosis shows nothing

  @AL5 @AL11 @F121
  Scenario: The cleanup and a full run of another IdP repair what an interrupted run left
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the new IdP is an Okta org
    And the diagnosis knows the directory of the new IdP
    When the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada" and "Ben"
    Then there is exactly one account for "Ada" and "Ben"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And the diagnosis shows nothing
