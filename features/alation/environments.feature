@alation @profile/alation @tenant-switch @environment
Feature: Alation: production restored to another environment
  A recovery or test environment is a copy of production with its own identity provider. The copy contains production's
  people, groups and external IDs. They have to be removed from the copy, and only from the copy.

  # Whether Alation's restore copies the SCIM token is not published. It must not, because the old token would open both.
  @AL3 @F013
  Scenario: The copy has its own credentials
    Given Okta org "production" has assigned "Ada"
    And a name and a password for SCIM
    And production has been copied to a recovery environment
    Then the token that Okta org "production" has for production is refused in the copy
    And a client with the name and the password is refused
    And a client with the token is let in

  @AL3 @F013
  Scenario: The IdP of production knows nothing of the copy
    Given Okta org "production" has assigned "Ada"
    And production has been copied to a recovery environment
    And the account of "Ada" is noted
    When Okta org "production" deactivates "Ada"
    Then in production the account of "Ada" is inactive
    And the account of "Ada" is unchanged
    And "Ada" can sign in

  @AL3 @AL1 @F013
  Scenario: Without cleanup: the copy is full of production's people, groups and external IDs
    Given Okta org "production" has assigned "Ada" and "Ben"
    And Okta org "production" has pushed group "Legacy" with "Ada" and "Ben"
    And production has been copied to a recovery environment
    When Entra tenant "recovery" assigns "Ada"
    Then the account of "Ben" carries the externalId of Okta org "production"
    And "Ben" can sign in
    And group "Legacy" has exactly the members "Ada" and "Ben"
    And production is untouched

  @AL3 @AL1 @F013 @F001
  Scenario: Without cleanup: an IdP that looks for its own externalId is refused for everybody in the copy
    Given Okta org "production" has assigned "Ada" and "Ben"
    And production has been copied to a recovery environment
    And the new IdP is an Entra tenant that matches users by externalId
    When the new IdP assigns "Ada" and "Ben"
    Then the new IdP reports a conflict
    And the accounts of "Ada" and "Ben" carry the externalId of Okta org "production"
    And production is untouched

  @AL3 @AL12
  Scenario: Wrong: step 1 for the copy, done at the Okta org of production, locks production out
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And production has been copied to a recovery environment
    When the old IdP removes all its assignments
    Then in production the accounts of "Ada" and "Ben" are inactive
    And the accounts of "Ada" and "Ben" are active

  # The old IdP never had an application for the copy, so there is nothing to do in steps 1 and 2. Only the cleanup remains.
  @AL3 @AL11 @cleanup
  Scenario Outline: With cleanup: the copy of an <old> belongs only to the <new>, and production is untouched
    Given a local administrator with built-in sign-in
    And the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And the old IdP has pushed group "Legacy" with "Ben"
    And production has been copied to a recovery environment
    When the operator runs the server-side cleanup
    And the new IdP is hired as an <new>
    And the new IdP assigns "Ada"
    And the new IdP pushes group "Engineering" with "Ada"
    Then there is exactly one account for "Ada" and "Ben"
    And the account of "Ada" is active
    And the account of "Ada" carries the externalId of the new IdP
    And the account of "Ben" carries no externalId
    And "Ben" cannot sign in
    And group "Engineering" has exactly the member "Ada"
    And there is no group "Legacy"
    And the local administrator can sign in
    And users and groups agree
    And the new IdP reports no trouble
    And production is untouched

    Examples:
      | old          | new                                |
      | Okta org     | Entra tenant                       |
      | Entra tenant | Entra tenant with aadOptscim062020 |

  @AL3 @AL10 @cleanup
  Scenario: The copy needs a local administrator too, and has one if production had
    Given Okta org "production" has assigned "Ada"
    And production has been copied to a recovery environment
    When the operator runs the server-side cleanup
    Then the server-side cleanup is refused
    And the account of "Ada" is active
    And production is untouched
