@duplicate-idp
Feature: The externalId belongs to the client
  It is the IdP's own name for a person. Two people never share one, and no answer replaces it with something else.

  @okta @entra @F028 @policy
  Scenario: A person cannot be given the externalId of another
    Given the IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When a client gives "Ada" the externalId of "Ben"
    Then the answer is 409 with scimType "uniqueness"
    And the accounts of "Ada" and "Ben" are unchanged

  @okta @entra @F027
  Scenario: An update keeps the externalId
    Given the IdP has assigned "Ada"
    When the IdP changes the "title" of "Ada" to "Consultant"
    Then the account of "Ada" carries the externalId of the IdP
