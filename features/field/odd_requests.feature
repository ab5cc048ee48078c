@field @security
Feature: Odd requests
  Some requests are malicious, and some proxies send false headers. Neither may affect anybody else.

  @F168 @M168 @policy
  Scenario: A forged host appears in no address
    Given an account each for "Ada", made by a client
    When a client forges the host "elsewhere.example" and reads the account of "Ada"
    Then the answer is not a server error
    And the answer does not name "elsewhere.example"

  @F181 @heavy
  Scenario: Thousands of blanks in a filter do not stop the server
    Given an account each for "Ada", made by a client
    When a client looks for users with a filter of 2000 blanks
    Then the answer is not a server error
    And a lookup of the userName of "Ada" finds one account

  @F182 @M182
  Scenario: No answer repeats a credential
    Then a client with the Authorization header "Bearer canary-4f2a91c7e0" is refused

  @F084 @M084 @policy
  Scenario: Names of groups that look alike are judged by one rule
    Then create and rename agree on names like "Engineering"

  @F209 @M209 @policy
  Scenario: A group's name comes back as it was sent
    When a client sends POST '/Groups' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "iOS team McKAY <tag>" }
      """
    Then the answer is 201
    And the answer holds '"iOS team McKAY <tag>"' at '/displayName'

  @F046 @M046 @policy
  Scenario: A user name comes back as it was sent
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "Ann.Lee.<tag>@Example.com", "active": true }
      """
    Then the answer is 201
    And the answer holds '"Ann.Lee.<tag>@Example.com"' at '/userName'
    When a client looks for users with filter 'userName eq "Ann.Lee.<tag>@Example.com"'
    Then the answer lists 1 resource
    And the answer holds '"Ann.Lee.<tag>@Example.com"' at '/Resources/0/userName'
