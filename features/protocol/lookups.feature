@protocol
Feature: Lookups of other clients
  A filter is a small language. Text in quotes is only text, and a filter that the server does not understand is refused.

  Background:
    Given an account each for "Ada" and "Ben", made by a client

  @F131 @F054 @F090 @F056 @F132
  Scenario Outline: A name with <what> is found by that name and no other
    When a client creates a user called '<name>'
    Then the answer is 201
    And a client finds the account called '<name>'
    And a client does not find an account called '<other>'

    Examples:
      | what           | name    | other  |
      | eq in it       | seqeq   | s      |
      | an accent      | renée   | renee  |
      | a plus sign    | a+b     | a b    |
      | an underscore  | x_y     | x-y    |

  @F132
  Scenario: A wildcard of the database is a letter like any other
    When a client creates a user called "axb"
    Then a client does not find an account called "a_b"
    And a client does not find an account called "a%b"

  @F090 @policy
  Scenario: A quote in a value is escaped by a backslash
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "q.<tag>", "nickName": "the \"q\" <tag>" }
      """
    And a client sends GET '/Users?filter=nickName%20eq%20%22the%20%5C%22q%5C%22%20<tag>%22'
    Then the answer lists 1 resource

  @F031 @F129 @policy
  Scenario: A filter on an unknown attribute is refused
    When a client looks for users with filter 'favouriteColour eq "red"'
    Then the answer is 400 with scimType "invalidFilter"

  @F135
  Scenario: An unknown operator is refused
    When a client looks for users with filter 'userName resembles "ada"'
    Then the answer is 400 with scimType "invalidFilter"

  @F137
  Scenario: Operators may be written in capitals
    When a client looks for users with filter 'userName EQ "<userName Ada>"'
    Then the answer lists 1 resource

  @F045
  Scenario: A joined filter compares like a simple one
    When a client looks for users with filter 'userName eq "<UserName Ada>" and active eq true'
    Then the answer lists 1 resource

  @F133 @policy
  Scenario: A filter may reach into a value
    When a client looks for users with filter 'userName eq "<userName Ada>" and emails[type eq "work" and value co "@"]'
    Then the answer lists 1 resource

  @F016 @F167 @policy
  Scenario: Other attributes than names can be looked for
    When a client looks for users with filter 'active eq true'
    Then the request succeeds
    When a client patches the account of "Ada" with:
      """
      [{ "op": "replace", "path": "title", "value": "Title <tag>" }]
      """
    And a client looks for users with filter 'title eq "Title <tag>"'
    Then the answer lists 1 resource

  @F187
  Scenario: A quote does not break out of a value
    When a client sends GET '/Users?filter=userName%20eq%20%22x%27%20OR%20%271%27%3D%271%22'
    Then the answer lists 0 resources

  @F144
  Scenario: The list shows everybody it counts
    When a client looks for users with filter 'userName eq "<userName Ada>"'
    Then the answer lists 1 resource

  @F143
  Scenario: itemsPerPage counts what is shown
    When a client sends GET '/Users?filter=userName%20eq%20%22<userName Ada>%22&count=50'
    Then the answer lists 1 resource

  @F148
  Scenario: Accounts of the service itself are no users
    When a client sends GET '/Users?count=5'
    Then the request succeeds

  @F166 @policy
  Scenario: An error without a scimType has none
    When a client sends GET '/Users/nobody-<tag>'
    Then the answer is 404
    And the answer holds nothing at '/scimType'

  @F151
  Scenario: A value created through a filter has the filter's type
    When a client patches the account of "Ada" with:
      """
      [{ "op": "add", "path": "phoneNumbers[type eq \"mobile\"].value", "value": "+1 555 0100" }]
      """
    Then the answer is not a server error
    And a value of "phoneNumbers" of the account of "Ada" has the type "mobile", or there is none

  @F179 @heavy
  Scenario: A filter in thousands of brackets does not stop the server
    When a client looks for users with a filter nested 5000 deep
    Then the answer is not a server error
    When a client looks for users with filter 'userName eq "<userName Ada>"'
    Then the answer lists 1 resource

  @F085
  Scenario: A group is found by its name, not by one that looks like it in an address
    When a client sends POST '/Groups' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "road works <tag>" }
      """
    And a client sends POST '/Groups' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "road-works <tag>" }
      """
    Then the answer is 201
    When a client looks for groups with filter 'displayName eq "road works <tag>"'
    Then the answer lists 1 resource
