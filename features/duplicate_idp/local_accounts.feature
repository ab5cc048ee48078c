@duplicate-idp
Feature: People who already have an account
  Before provisioning begins, people have local accounts. Either the IdP's lookup finds them, or its create is answered with a
  conflict. If neither happens, the person gets a second account.

  @okta @entra @F019 @F020 @F134 @every-mode
  Scenario: A local account is found by the lookup and taken over
    Given a local account for "Ada"
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the IdP is linked to the account of "Ada"
    And the account of "Ada" carries the externalId of the IdP

  @F020 @F177 @F019
  Scenario: A create that conflicts with a local account is one the lookup finds
    Given a local account for "Ada"
    When a client creates a user for "Ada"
    Then the answer is 409 with scimType "uniqueness"
    And a lookup of the userName of "Ada" finds one account

  @okta @entra
  Scenario: A local account that nobody assigns stays unchanged
    Given a local account for "Ben"
    And the account of "Ben" is noted
    When the IdP assigns "Ada"
    Then the account of "Ben" is unchanged
