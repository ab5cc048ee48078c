@tenant-switch @cleanup @exclusive
Feature: Cleaning up before a new IdP
  Some products ask for a server-side cleanup before another IdP may provision: everybody provisioned is suspended and
  every provisioned group removed. A local administrator must be left who can sign in.

  @AL9
  Scenario: Cleanup suspends the provisioned people, removes the groups and leaves the local administrator
    Given a local administrator with built-in sign-in
    And Okta org "acme" has assigned "Ada" and "Ben"
    And Okta org "acme" has pushed group "Engineering" with "Ada" and "Ben"
    When the operator runs the server-side cleanup
    Then the server-side cleanup is done
    And the accounts of "Ada" and "Ben" are inactive
    And there is no group "Engineering"
    And the local administrator can sign in
    And "Ada" cannot sign in

  @AL10 @F199
  Scenario: Cleanup is refused while no local administrator could sign in
    Given Okta org "acme" has assigned "Ada"
    When the operator runs the server-side cleanup
    Then the server-side cleanup is refused
    And the account of "Ada" is active

  @AL11 @S019 @S027
  Scenario Outline: The three steps in order, then an <new>: nobody is doubled
    Given a local administrator with built-in sign-in
    And the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP is hired as an <new>
    And the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada" and "Ben"
    Then there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are active
    And the new IdP is linked to the accounts of "Ada" and "Ben"
    And there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
    And users and groups agree
    And the new IdP reports no trouble

    Examples:
      | old          | new                                |
      | Okta org     | Entra tenant                       |
      | Entra tenant | Okta catalogue app                 |
      | Okta org     | Okta org                           |
      | Entra tenant | Entra tenant with aadOptscim062020 |

  @AL12 @F011
  Scenario: Cleanup while the old IdP still runs leaves it writing to groups that are gone
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Engineering" with "Ada"
    When the operator runs the server-side cleanup
    And the old IdP renames group "Engineering" to "Platform"
    Then the old IdP reports that an object is gone
