@security
Feature: Tenants and tokens keep strangers out
  A tenant is a customer. Nothing of one customer is read, changed or betrayed by a request of another's.

  @F171
  Scenario: An id of another tenant is no id here
    Given a second tenant with an account for "Ada"
    When a client sends GET '/Users/<other>'
    Then the answer is 404
    When a client sends PATCH '/Users/<other>' with:
      """
      { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "replace", "path": "title", "value": "Stolen" }] }
      """
    Then the answer is 404
    And the account in the second tenant is unchanged

  @F172 @F173 @S050
  Scenario: A user name that another tenant has is free here
    Given a second tenant with an account for "Ada"
    When a client creates a user for "Ada"
    Then the answer is 201
    And the answer is no account of the second tenant
    And there is exactly one account for "Ada"
    And the account in the second tenant is unchanged
