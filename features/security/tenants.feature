@security
Feature: Tenants and tokens keep strangers out
  A tenant is a customer. A request of one customer must not read, change or reveal anything of another.

  @F171
  Scenario: The id of another tenant finds nothing here
    Given a second tenant with an account for "Ada"
    When a client sends GET '/Users/<other>'
    Then the answer is 404
    When a client sends PATCH '/Users/<other>' with:
      """
      { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": [{ "op": "replace", "path": "title", "value": "Stolen" }] }
      """
    Then the answer is 404
    And the account in the second tenant is unchanged

  @F172 @F173
  Scenario: A user name that another tenant has is free here
    Given a second tenant with an account for "Ada"
    When a client creates a user for "Ada"
    Then the answer is 201
    And the answer is not the account of the second tenant
    And there is exactly one account for "Ada"
    And the account in the second tenant is unchanged

  @F174 @F175 @F184
  Scenario Outline: A token that is <what> is refused
    Then a client with the Authorization header "<header>" is refused

    Examples:
      | what            | header                                         |
      | missing         |                                                |
      | empty           | Bearer                                         |
      | unknown         | Bearer nobody-issued-this                      |
      | made up         | Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIn0.x   |

  @F171 @field
  Scenario: Nobody of another tenant is replaced or deleted
    Given a second tenant with an account for "Ada"
    When a client sends PUT '/Users/<other>' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "stolen.<tag>@example.com", "active": false }
      """
    Then the answer is 404
    When a client sends DELETE '/Users/<other>'
    Then the answer is 404
    And the account in the second tenant is unchanged

  @F171 @field
  Scenario: Nobody of another tenant is found
    Given a second tenant with an account for "Ada"
    When a client looks for users with filter 'userName eq "<userName Ada>"'
    Then the answer lists 0 resources
    When a client looks for users with filter 'id eq "<other>"'
    Then the answer lists 0 resources

  @F171 @field
  Scenario: The group of another tenant does not exist here
    Given a second tenant with an account for "Ada"
    And the second tenant has a group "Board" of its account
    When a client looks for groups with filter 'displayName eq "<name Board>"'
    Then the answer lists 0 resources
    When a client sends GET '/Groups/<other-group>'
    Then the answer is 404
    When a client sends PATCH '/Groups/<other-group>' with:
      """
      { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "remove", "path": "members" }] }
      """
    Then the answer is 404
    When a client sends DELETE '/Groups/<other-group>'
    Then the answer is 404
    And the group in the second tenant is unchanged

  @F171 @field
  Scenario: Somebody of another tenant cannot be drawn into a group here
    Given a second tenant with an account for "Ada"
    And an account each for "Ben", made by a client
    And group "Engineering" of "Ben", made by a client
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<other>", "type": "User" }] }]
      """
    Then the answer is not a server error
    And the account in the second tenant is unchanged

  @F171 @policy @field
  Scenario: A member of another tenant is refused like one that does not exist
    Given a second tenant with an account for "Ada"
    And an account each for "Ben", made by a client
    And group "Engineering" of "Ben", made by a client
    When a client patches group "Engineering" with:
      """
      [{ "op": "add", "path": "members", "value": [{ "value": "<other>", "type": "User" }] }]
      """
    Then the request is refused
    And group "Engineering" has exactly the member "Ben"

  @F171 @F183 @field
  Scenario: A token opens its own tenant and no other
    Given a second tenant with an account for "Ada"
    Then the second tenant refuses the token of this one

  @F176 @field
  Scenario: A header does not say whose token it is
    Given a second tenant with an account for "Ada"
    When a client names the second tenant in headers and reads its account
    Then the request is refused
    And the answer is not the account of the second tenant
