@lifecycle
Feature: OneLogin provisions people
  OneLogin looks a user up with a query that ends in `&`, and writes the whole template to a path that ends in `?`. Who loses access is
  suspended out of the box. What a template holds is up to the admin of the connector.

  Background:
    Given the IdP knows "Ada" and "Ben"

  @onelogin
  Scenario: Testing the connection asks for somebody who does not exist
    When the IdP tests the connection
    Then the IdP changed nothing
    And the IdP reports no trouble

  @onelogin/core
  Scenario: Somebody who joins gets one account
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  @onelogin/core
  Scenario: A new title arrives, with everything else once more
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP changes the "title" of "Ada" to "Team Lead"
    Then the "title" of the account of "Ada" is "Team Lead"
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @onelogin/core
  Scenario: Somebody who is renamed keeps the account
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" has the user name that the IdP gives
    And the account of "Ada" keeps its id

  @onelogin/core
  Scenario: Somebody who loses access is suspended, and gets the account back
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the IdP unassigns "Ada"
    Then the account of "Ada" is inactive
    When the IdP assigns "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
    And there is exactly one account for "Ada"

  @onelogin/core
  Scenario: An account that exists already is found and written over
    Given an account each for "Ada", made by a client
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the IdP is linked to the account of "Ada"
    And the IdP reports no trouble

  # URNs of SCIM 1.1, `emails` as one object, the status as text: a server refuses all of it or takes all of it.
  @onelogin/enterprise
  Scenario: The enterprise template is refused, or leads to one account
    When the IdP assigns "Ada"
    Then nobody but "Ada" has an account
