@corruption @cleanup
Feature: Diagnosis of corrupted tenants
  Support sees a tenant after years of two IdPs, half-finished runs and renamed people. The diagnosis reads everything, compares it
  with the directory in charge, and says what is wrong.

  @okta @entra @exclusive @F200 @every-mode
  Scenario: A sound tenant has nothing to show
    Given the diagnosis knows the directory of the IdP
    And the IdP has assigned "Ada", "Ben" and "Cem"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the IdP changes the "title" of "Ada" to "Consultant"
    Then the diagnosis shows nothing

  @F003 @F087
  Scenario: No IdP claims the group of a former IdP
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Legacy" with "Ada"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant
    And the diagnosis knows the directory of the new IdP
    When the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada" and "Ben"
    Then the diagnosis shows group "Legacy" as claimed by nobody

  @F087
  Scenario: Without a directory a group without members may be a ghost
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Legacy" with "Ada"
    When the old IdP removes "Ada" from group "Legacy"
    And the old IdP deletes its application
    Then the diagnosis shows group "Legacy" as claimed by nobody

  @F022 @F034 @F042
  Scenario Outline: An <new> with two user names exchanged is linked to the wrong people, and stays so
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an <new>
    And the new IdP has exchanged the user names of "Ada" and "Ben"
    And the diagnosis knows the directory of the new IdP
    When the new IdP assigns "Ada" and "Ben"
    And the new IdP gives "Ada" and "Ben" their own user names back
    Then the diagnosis shows that "Ada" is linked to the account of "Ben"
    And the diagnosis shows that "Ben" is linked to the account of "Ada"

    Examples:
      | old          | new          |
      | Okta org     | Entra tenant |
      | Entra tenant | Okta org     |

  @F002 @F005 @F038
  Scenario: New user names together with a new IdP give people a second account
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant
    And the new IdP knows "Ada" under user names of its own
    And the diagnosis knows the directory of the new IdP
    When the new IdP assigns "Ada" and "Ben"
    Then the diagnosis shows two accounts for "Ada"

  @F001 @F018
  Scenario: A new IdP that looks people up by externalId finds the links of the old one
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant that matches users by externalId
    And the diagnosis knows the directory of the new IdP
    When the new IdP assigns "Ada" and "Ben"
    Then the diagnosis shows stale links of "Ada" and "Ben"

  @F012 @F061
  Scenario: A leaver during the pause is shown
    Given the IdP is an Okta org
    And the IdP has assigned "Ada" and "Ben"
    And the diagnosis knows the directory of the IdP
    And the IdP has disabled provisioning
    When the IdP deactivates "Ada"
    Then the diagnosis shows that "Ada" has left with an active account

  @F024
  Scenario: Two people who share a mailbox are not diagnosed as one
    Given the IdP is an Okta org
    And the IdP knows "Ada" and "Ben"
    When the IdP changes the "email" of "Ada" to "family@example.com"
    And the IdP changes the "email" of "Ben" to "family@example.com"
    And the IdP assigns "Ada" and "Ben"
    Then the diagnosis does not take "Ada" and "Ben" for one person
