@username-conflict
Feature: The same name, spelled differently
  User names are compared without regard to case, and every character in them is taken literally.

  @okta @entra @F044
  Scenario: The lookup does not care about case
    Given the IdP has assigned "Ada"
    Then a lookup of the userName of "Ada" finds one account
    And a lookup of the userName of "Ada" in capital letters finds one account

  @F056 @F090 @F132
  Scenario Outline: A user name with <what> can be created and found
    When a client creates a user called "<name>"
    Then the answer is 201
    And a client finds the account called "<name>"

    Examples:
      | what          | name     |
      | an apostrophe | o'neil   |
      | a plus sign   | a+b      |
      | a percent     | a%b      |
      | an underscore | a_b      |
      | an accent     | renée    |
      | a word of the filter language | eq.and.or |

  @F132
  Scenario: An underscore in a lookup is no wildcard
    When a client creates a user called "axb"
    Then a client does not find an account called "a_b"

  @F129
  Scenario: A malformed filter is refused, not answered with everybody
    Given Okta org "acme" has assigned "Ada"
    When a client looks for users with filter 'userName eq'
    Then the answer is 400 with scimType "invalidFilter"

  @F130 @F045 @policy
  Scenario: All of a filter counts, not only its first part
    Given Okta org "acme" has assigned "Ada" and "Ben"
    When a client looks for users with filter 'userName sw "ada.<tag>" and active eq false'
    Then the answer lists 0 resources
    When a client looks for users with filter 'userName sw "ADA.<tag>" and active eq true'
    Then the answer lists 1 resource

  @F123
  Scenario: A change that is half wrong is not applied by half
    Given Okta org "acme" has assigned "Ada"
    And the account of "Ada" is noted
    When a client changes "Ada" in two steps of which the second is wrong
    Then the request is refused
    And the account of "Ada" is unchanged

  @F055 @policy
  Scenario: A combining accent creates no second account
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ren\u00e9e.<tag>" }
      """
    Then the answer is 201
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "rene\u0301e.<tag>" }
      """
    Then the answer is 409 with scimType "uniqueness"
