@lifecycle
Feature: A person joins
  The IdP looks the person up, finds nobody, and creates an account.

  @okta @entra @S068
  Scenario: A new person gets one account that shows what the IdP knows
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" shows what the IdP knows
    And the account of "Ada" carries the externalId of the IdP
    And the IdP reports no trouble
