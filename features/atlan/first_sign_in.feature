@atlan @profile/atlan
Feature: People provisioned before their first sign-in
  Provisioning does not depend on a sign-in: people are Enabled, updated, disabled and made owners of assets before they first sign
  in. The product shows when they were last active only after a sign-in.

  Background:
    Given the IdP has assigned "Ada"

  @okta/custom @entra/default @AT11
  Scenario: Before the first sign-in a user is Enabled, and last active shows afterwards only
    Then the product shows "Ada" as Enabled
    And the product shows no last activity of "Ada"
    When "Ada" signs in
    Then the product shows a last activity of "Ada"
    And the product shows "Ada" as Enabled

  @okta/custom @entra/default @AT11
  Scenario: Somebody who never signed in is updated, disabled and enabled again
    When the IdP changes the "family name" of "Ada" to "Married"
    And the IdP changes the "title" of "Ada" to "Head of Data"
    Then the "family name" of the account of "Ada" is "Married"
    And the "title" of the account of "Ada" is "Head of Data"
    And the product shows no last activity of "Ada"
    When the IdP deactivates "Ada"
    Then the product shows "Ada" as Disabled
    And the product shows no last activity of "Ada"
    When the IdP reactivates "Ada"
    Then the product shows "Ada" as Enabled
    And the IdP reports no trouble

  @okta/custom @entra/default @AT12
  Scenario: Somebody who never signed in owns an asset, and keeps it when disabled
    When the operator makes "Ada" the owner of asset "Sales"
    Then asset "Sales" belongs to "Ada"
    When the IdP deactivates "Ada"
    Then the product shows "Ada" as Disabled
    And asset "Sales" belongs to "Ada"
    And the product shows no last activity of "Ada"
    When the IdP reactivates "Ada"
    And "Ada" signs in
    Then asset "Sales" belongs to "Ada"
