@username-conflict
Feature: A user name is taken
  A second create with a user name in use is refused with 409 uniqueness, and the existing account stays
  unchanged.

  Background:
    Given Okta org "acme" has assigned "Ada"
    And the account of "Ada" is noted

  @F163 @F033 @F165
  Scenario: A second create is a conflict and changes nothing
    When a client creates a user for "Ada"
    Then the answer is 409 with scimType "uniqueness"
    And there is exactly one account for "Ada"
    And the account of "Ada" is unchanged

  @F122
  Scenario: A refused create repeated changes nothing either
    When a client creates a user for "Ada"
    And a client creates a user for "Ada"
    And a client creates a user for "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is unchanged

  @F052 @AT9
  Scenario: The same user name with another e-mail address is refused
    When a client creates a user with the userName of "Ada" and another e-mail address
    Then the request is refused
    And there is exactly one account for "Ada"
    And the account of "Ada" is unchanged

  @F043
  Scenario: The same user name in capital letters is refused
    When a client creates a user with the userName of "Ada" in capital letters
    Then the answer is 409 with scimType "uniqueness"
    And there is exactly one account for "Ada"

  @F058
  Scenario: The user name of an inactive account leads back to that account
    Given Okta org "acme" has deactivated "Ada"
    When a client creates a user for "Ada"
    Then the request is refused
    And a lookup of the userName of "Ada" finds one account
    And the account of "Ada" is inactive

  @F001 @AT9
  Scenario: An IdP whose lookup misses meets the conflict and gives up on that person
    Given Entra tenant "contoso" knows "Ben"
    And the second IdP is an Entra tenant that matches users by externalId
    When the second IdP assigns "Ada" and "Ben"
    Then the second IdP reports a conflict
    And there is exactly one account for "Ada" and "Ben"
    And the account of "Ada" is unchanged

  @F034 @policy
  Scenario: Two accounts may share an e-mail address
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "first.<tag>",
        "emails": [{ "value": "desk.<tag>@example.com", "type": "work", "primary": true }] }
      """
    Then the answer is 201
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "second.<tag>",
        "emails": [{ "value": "desk.<tag>@example.com", "type": "work", "primary": true }] }
      """
    Then the answer is 201

  @F057 @policy
  Scenario: A user without a user name is a bad request, not a failed condition
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "displayName": "nobody <tag>" }
      """
    Then the answer is 400 with scimType "invalidValue"
