@atlan @profile/atlan
Feature: Atlan's SCIM token
  The token does not expire. It ends only when it is deleted in Atlan. Atlan does not publish what a deleted token is answered; the
  RFC says 401.

  Background:
    Given the IdP has assigned "Ada"

  @okta/custom @entra/default @AT10
  Scenario: A year later the token still works
    When 365 days pass for the product
    Then the token of the IdP works
    When the IdP assigns "Ben"
    Then the product shows "Ben" as Enabled
    And the IdP reports no trouble

  @okta/custom @AT10
  Scenario: The token is deleted for good: Okta's task fails, and waits for its administrator
    When the operator revokes the token of the IdP
    And 365 days pass for the product
    Then the token of the IdP is refused
    When the IdP assigns "Ben"
    Then the IdP reports that it is not let in
    And the product has 0 users for "Ben"
    When the operator issues a new token to the IdP
    And 2 days pass for the IdP
    Then the product has 0 users for "Ben"
    When the IdP retries its failed tasks
    Then the product shows "Ben" as Enabled

  @entra/default @AT10
  Scenario: The token is deleted: Entra's job goes into quarantine, and goes on by itself with a new token
    When the operator revokes the token of the IdP
    And the IdP assigns "Ben"
    Then the IdP reports that it is not let in
    And the IdP is in quarantine
    And the product has 0 users for "Ben"
    When the operator issues a new token to the IdP
    And 2 days pass for the IdP
    Then the product shows "Ben" as Enabled

  @okta/custom @entra/default @AT18
  Scenario: The connection test fails with a wrong token and passes with the right one
    Then the token of the IdP works
    When the administrator of the IdP puts a wrong token in
    Then the token of the IdP is refused
    And the IdP reports that it is not let in
