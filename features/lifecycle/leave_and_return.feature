@lifecycle
Feature: A person leaves and returns
  Provisioning matters most when people leave: nobody reviews the access of an account that stays active. A person who returns
  gets the old account back, not a second one.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted

  @okta @entra @F061 @F149 @F157 @F067
  Scenario: A leaver's account is deactivated and stays readable
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    And the account of "Ada" keeps its id
    And the account of "Ben" is unchanged
    And the IdP reports no trouble

  @okta @entra @F060
  Scenario: A person removed from the application is deactivated, not erased
    When the IdP unassigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is inactive

  @okta @entra @F058
  Scenario: The lookup finds a deactivated account
    When the IdP deactivates "Ada"
    Then a lookup of the userName of "Ada" finds one account

  @okta @entra @F058
  Scenario: A returner gets the same account back
    Given the IdP has deactivated "Ada"
    When the IdP reactivates "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" keeps its id
    And the IdP reports no trouble

  @okta @entra @F058 @AT17 @every-mode
  Scenario: A person who is assigned again gets the same account back
    Given the IdP has unassigned "Ada"
    When the IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" keeps its id

  @okta
  Scenario: A suspension at the IdP sends nothing
    When the IdP suspends "Ada"
    Then the IdP sent nothing
    And the account of "Ada" is unchanged

  @okta @entra @F096
  Scenario: A leaver who was in a group leaves the other members in it
    Given the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the IdP deactivates "Ada"
    And the IdP removes "Ada" from group "Engineering"
    Then group "Engineering" has exactly the member "Ben"

  @okta
  Scenario: Deleting a deactivated user at the IdP sends nothing more
    Given the IdP has deactivated "Ada"
    When the IdP deletes "Ada"
    Then the IdP sent nothing
    And the account of "Ada" is inactive

  @entra @F074 @every-mode
  Scenario: A deleted person is disabled first and erased after thirty days
    When the IdP deletes "Ada"
    Then the account of "Ada" is inactive
    When 31 days pass for the IdP
    Then there is no account for "Ada"
    And the account of "Ben" is unchanged
    And the IdP reports no trouble

  @entra
  Scenario: A person restored from the bin is active again
    When the IdP deletes "Ada"
    And the IdP restores "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id

  @entra @F074
  Scenario: The IdP never erases a person who was unassigned earlier
    Given the IdP has unassigned "Ada"
    When the IdP deletes "Ada"
    And 31 days pass for the IdP
    Then the account of "Ada" is inactive

  @entra @F204
  Scenario: A mass deletion is held back until the administrator allows it
    Given the IdP stops at more than 1 deletions
    When the IdP unassigns "Ada" and "Ben"
    Then the IdP holds the deletions back
    When the administrator of the IdP allows the deletions
    Then the accounts of "Ada" and "Ben" are inactive
