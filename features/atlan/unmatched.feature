@atlan @profile/atlan
Feature: Accounts from before SCIM whose user names do not match
  Atlan compares user names exactly. A person whose account was `ada` before the IdP came, and whom the IdP sends as
  `ada@example.com`, is left out of the mapped groups. The requests succeed and the IdP reports no trouble. Only a comparison of the
  expected members with the actual ones shows it; these scenarios make that comparison. How Atlan recognises an account from before
  SCIM is not published; here it is by the e-mail address.

  Background:
    Given "Ada" has an older account with a shorter user name
    And the IdP has assigned "Ada" and "Ben"
    And the product has a group "Analysts" of its own
    And the operator has mapped product group "Analysts" to group "Engineering"

  @okta/custom @entra/default @AT14
  Scenario: A pushed group silently leaves out people known by another name
    When the IdP pushes group "Engineering" with "Ada" and "Ben"
    Then the IdP was told success, and yet "Ada" is not in product group "Analysts"
    And product group "Analysts" has exactly the member "Ben"

  @okta/custom @entra/default @AT14
  Scenario: A person who joins later is silently left out too
    Given the IdP has pushed group "Engineering" with "Ben"
    When the IdP adds "Ada" to group "Engineering"
    Then the IdP was told success, and yet "Ada" is not in product group "Analysts"
    And product group "Analysts" has exactly the member "Ben"

  @okta/custom @entra/default @AT14
  Scenario: An account from before SCIM whose user name matches is in the group
    Given a local account for "Cem"
    And the IdP has assigned "Cem"
    When the IdP pushes group "Engineering" with "Ben" and "Cem"
    Then product group "Analysts" has exactly the members "Ben" and "Cem"
    And the product has 1 user for "Cem"
