@alation @profile/alation @tenant-switch @cleanup
Feature: Alation: a local administrator has to be left
  The server-side cleanup suspends everybody whom SCIM provisioned. During that time somebody must be able to sign in: a
  Server Admin who uses the product's own password and whom no identity provider manages. Check this before anything else.

  @AL10 @F199
  Scenario: Without any local account the cleanup is refused, and nothing has changed
    Given Okta org "acme" has assigned "Ada"
    And Okta org "acme" has pushed group "Engineering" with "Ada"
    And the account of "Ada" is noted
    And group "Engineering" is noted
    When the operator runs the server-side cleanup
    Then the server-side cleanup is refused
    And the account of "Ada" is unchanged
    And group "Engineering" keeps its id
    And "Ada" can sign in

  @AL10
  Scenario: A local account that is not an administrator does not count
    Given a local account for "Eve"
    And Okta org "acme" has assigned "Ada"
    When the operator runs the server-side cleanup
    Then the server-side cleanup is refused
    And the account of "Ada" is active

  @AL10
  Scenario: A local administrator who signs in only through the IdP does not count
    Given "Eve" is a local administrator without built-in sign-in
    And Okta org "acme" has assigned "Ada"
    When the operator runs the server-side cleanup
    Then the server-side cleanup is refused
    And the account of "Ada" is active

  # The vendor requires an administrator who does not depend on SCIM. We read this as: an account created by hand depends on
  # SCIM once the IdP has matched it.
  @AL10 @unverified
  Scenario: An administrator whom an Okta org manages does not count, however the account was made
    Given "Eve" is a local administrator with built-in sign-in
    And the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Eve"
    When the operator runs the server-side cleanup
    Then the server-side cleanup is refused
    And the accounts of "Ada" and "Eve" are active

  @AL9 @AL10
  Scenario: With a local administrator it is done, and only the administrator can sign in after an Entra tenant
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada" and "Ben"
    When the operator runs the server-side cleanup
    Then the server-side cleanup is done
    And the local administrator can sign in
    And "Ada" cannot sign in
    And "Ben" cannot sign in
