@lifecycle
Feature: A person joins
  The IdP looks the person up by user name, finds nobody, and creates an account. Every later request uses the id in the answer
  to that create.

  Background:
    Given the IdP knows "Ada", "Ben" and "Cem"

  @okta @entra @F134 @F120 @basic
  Scenario: A new person gets one account that shows what the IdP knows
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" shows what the IdP knows
    And the account of "Ada" carries the externalId of the IdP
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @okta @entra
  Scenario: Several people are provisioned one by one
    When the IdP assigns "Ada", "Ben" and "Cem"
    Then there is exactly one account for "Ada", "Ben" and "Cem"
    And the accounts of "Ada", "Ben" and "Cem" are active
    And users and groups agree

  @okta @entra
  Scenario: A person who is not assigned gets no account
    When the IdP assigns "Ada"
    Then there is no account for "Ben" and "Cem"

  @okta @entra @every-mode
  Scenario: Testing the connection changes nothing
    When the IdP tests the connection
    Then the IdP changed nothing
    And there is no account for "Ada", "Ben" and "Cem"
    And the IdP reports no trouble

  @entra
  Scenario: An administrator provisions one person on demand, before any cycle
    Given the IdP has assigned "Ada" for its next cycle
    When the IdP provisions "Ada" on demand
    Then there is exactly one account for "Ada"
    And the account of "Ada" shows what the IdP knows
    And the IdP reports no trouble

  @entra @F153
  Scenario: A manager is linked once both have accounts
    Given the IdP has assigned "Ada" and "Ben"
    When the IdP makes "Ada" the manager of "Ben"
    Then the account of "Ben" has "Ada" as manager
    And the IdP reports no trouble

  @entra @F153 @every-mode
  Scenario: A manager is taken away again
    Given the IdP has assigned "Ada" and "Ben"
    When the IdP makes "Ada" the manager of "Ben"
    And the IdP takes the manager from "Ben"
    Then the account of "Ben" has no manager

  @okta @F112 @every-mode
  Scenario: An import reads everybody and changes nothing
    Given the IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When the IdP imports the users of the target
    Then the IdP changed nothing
    And the accounts of "Ada" and "Ben" are unchanged
