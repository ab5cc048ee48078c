@atlan @profile/atlan
Feature: What Atlan stores, and what it stores only once
  Atlan syncs first name, last name, user name, e-mail address, groups (through a mapping) and status. It stores user name and
  e-mail address when the account is first provisioned, and never changes them. Whether Atlan answers a later change of them with
  success or with a refusal is not published, so these scenarios check only what is stored afterwards.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted

  @okta/custom @entra/default @AT1
  Scenario: A new user arrives with names, user name, e-mail address and status
    Then the accounts of "Ada" and "Ben" show what the IdP knows
    And the product shows "Ada" and "Ben" as Enabled
    And the product has 1 user for "Ada"
    And the IdP reports no trouble

  @okta/custom @entra/default @AT1
  Scenario: The groups of a new user arrive through a mapping
    Given the product has a group "Analysts" of its own
    And the operator has mapped product group "Analysts" to group "Engineering"
    When the IdP pushes group "Engineering" with "Ada" and "Ben"
    Then product group "Analysts" has exactly the members "Ada" and "Ben"
    And the IdP reports no trouble

  @okta/custom @entra/default @AT2
  Scenario: A later change of the e-mail address does not arrive
    When the IdP changes the "email" of "Ada" to "ada.married@example.com"
    Then the noted account of "Ada" keeps its user name and e-mail address
    And the account of "Ben" is unchanged

  @okta/custom @entra/default @AT2
  Scenario: Names and status still arrive after the user name and the e-mail address were changed in vain
    When the IdP moves "Ada" to the domain "new.example"
    And the IdP changes the "family name" of "Ada" to "Married"
    Then the "family name" of the account of "Ada" is "Married"
    And the noted account of "Ada" keeps its user name and e-mail address
    And the product has 1 user for "Ada"
    When the IdP deactivates "Ada"
    Then the product shows "Ada" as Disabled
    And the noted account of "Ada" keeps its user name and e-mail address
