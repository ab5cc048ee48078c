@atlan @profile/atlan
Feature: People removed from the IdP
  A person who is removed at the IdP is Disabled in Atlan, not erased, and comes back with the same user name. Only Atlan's support
  erases people.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted

  @okta/custom @entra/default @AT8
  Scenario Outline: A person whom the IdP <removes> is Disabled and not erased
    When the IdP <removes> "Ada"
    Then the product shows "Ada" as Disabled
    And there is exactly one account for "Ada"
    And the noted account of "Ada" keeps its user name and e-mail address
    And "Ada" cannot sign in
    And the product shows "Ben" as Enabled

    Examples:
      | removes     |
      | deactivates |
      | unassigns   |
      | deletes     |

  @entra/default @AT8
  Scenario: The deletion that Entra sends after thirty days erases nobody
    When the IdP deletes "Ada"
    And 31 days pass for the IdP
    Then the product shows "Ada" as Disabled
    And there is exactly one account for "Ada"
    And the IdP reports no trouble

  @okta/custom @entra/default @AT8
  Scenario: Only support erases a removed user, and the user name is free then
    When the IdP unassigns "Ada"
    Then the product has 1 user for "Ada"
    When the operator erases "Ada"
    Then the product has 0 users for "Ada"
    When the IdP assigns "Ada"
    Then the product shows "Ada" as Enabled
    And the account of "Ada" has a new id

  @okta/custom @entra/default @AT17
  Scenario: A person who is assigned again is Enabled under the same user name
    Given the IdP has unassigned "Ada"
    When the IdP assigns "Ada"
    Then the product shows "Ada" as Enabled
    And the account of "Ada" keeps its id
    And the noted account of "Ada" keeps its user name and e-mail address
    And "Ada" can sign in
    And the IdP reports no trouble
