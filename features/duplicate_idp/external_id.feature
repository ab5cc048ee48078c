@duplicate-idp
Feature: The externalId belongs to the client
  It is the IdP's own name for a person. The target never replaces it with another value.

  @okta @entra @F028
  Scenario: Whether two people may carry one externalId is decided by one rule
    Given the IdP has assigned "Ada" and "Ben"
    Then create and update agree on giving "Ada" the externalId of "Ben"

  @okta @entra @F027
  Scenario: An update keeps the externalId
    Given the IdP has assigned "Ada"
    When the IdP changes the "title" of "Ada" to "Consultant"
    Then the account of "Ada" carries the externalId of the IdP
