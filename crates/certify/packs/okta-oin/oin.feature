@okta
Feature: Okta's test plan for the integration network
  What an administrator does in an Okta org, where no other feature plays it so.

  Background:
    Given the IdP knows "Ada", "Ben" and "Cem"

  @C9339
  Scenario: Nothing arrives while provisioning is switched off
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP disables provisioning
    And the IdP changes the "title" of "Ada" to "Team Lead"
    Then the IdP sent nothing
    And the account of "Ada" is unchanged

  @C9340
  Scenario: A wrong credential fails the connection test
    When the administrator of the IdP puts a wrong token in
    Then the token of the IdP is refused
    And the IdP reports that it is not let in

  @C9341
  Scenario: The right credential passes the connection test
    When the IdP tests the connection
    Then the token of the IdP works
    And the IdP reports no trouble

  @C9335
  Scenario: A person who has an account of that name is linked, not doubled
    Given an account each for "Ada" and "Ben", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the account of "Ada" shows what the IdP knows
    And the IdP is linked to the account of "Ada"

  @C9309
  Scenario: A change for everybody reaches everybody
    Given the IdP has assigned "Ada" and "Ben"
    When the IdP changes the "department" of "Ada" to "Research"
    And the IdP changes the "department" of "Ben" to "Research"
    Then the "department" of the account of "Ada" is "Research"
    And the "department" of the account of "Ben" is "Research"

  @C9337
  Scenario: A value that is emptied is empty on the target
    Given the IdP has assigned "Ada"
    When the IdP changes the "title" of "Ada" to "Team Lead"
    And the IdP changes the "title" of "Ada" to ""
    Then the account of "Ada" shows what the IdP knows
    And the IdP reports no trouble

  @C9311
  Scenario: Everybody whose assignment is removed is inactive
    Given the IdP has assigned "Ada" and "Ben"
    When the IdP removes all its assignments
    Then the accounts of "Ada" and "Ben" are inactive

  @C9305
  Scenario: A person who was imported is updated like any other
    Given an account each for "Ada" and "Ben", made by a client
    When the IdP imports the users of the target
    And the IdP assigns "Ada"
    And the IdP changes the "title" of "Ada" to "Team Lead"
    Then the "title" of the account of "Ada" is "Team Lead"
    And there is exactly one account for "Ada"

  @C9338
  Scenario: Groups are listed for an import
    Given an account each for "Ada" and "Ben", made by a client
    And group "Engineering" of "Ada" and "Ben", made by a client
    Then each of these is answered as it says:
      | needs  | request                            | answer | holds                                 |
      | groups | GET /Groups?startIndex=1&count=100 | 200    | /schemas has "<message ListResponse>" |
      |        |                                    |        | /totalResults >= 1                    |
      | groups | GET /Groups/<group Engineering>    | 200    | /displayName = "<name Engineering>"   |

  @C9315
  Scenario: A group that is linked is renamed, and is not made a second time
    Given the IdP has assigned "Ada" and "Ben"
    When a client creates group "Engineering"
    And the IdP pushes group "Engineering" with "Ada" and "Ben"
    And the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"
    And there is no group "Engineering"
    And group "Platform" has exactly the members "Ada" and "Ben"

  @C9316
  Scenario: Push Now writes the members that the IdP has
    Given the IdP has assigned "Ada", "Ben" and "Cem"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When a client empties group "Engineering"
    And the IdP pushes group "Engineering" now
    Then group "Engineering" has exactly the members "Ada" and "Ben"

  @C9322
  Scenario: A group that is linked again goes on being synced
    Given the IdP has assigned "Ada", "Ben" and "Cem"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the IdP unlinks group "Engineering" and leaves it on the target
    And the IdP pushes group "Engineering" with "Ada", "Ben" and "Cem"
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada", "Ben" and "Cem"
