@lifecycle
Feature: A person changes
  A new department, a new name after a wedding, a new title. The IdP sends it once. If the target does not store it then, it is
  lost.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted

  @okta @entra @F150 @F210 @every-mode
  Scenario Outline: The <attribute> changes at the source and then on the target
    When the IdP changes the "<attribute>" of "Ada" to "<value>"
    Then the "<attribute>" of the account of "Ada" is "<value>"
    And the account of "Ada" keeps its id
    And the account of "Ada" is active
    And the account of "Ben" is unchanged
    And the IdP reports no trouble

    Examples:
      | attribute    | value       |
      | department   | Research    |
      | title        | Team Lead   |
      | family name  | King        |
      | display name | Ada King    |

  @okta @entra @F049 @F156 @F053 @every-mode
  Scenario: A new e-mail address changes nothing else
    Given the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the IdP changes the "email" of "Ada" to "ada.king@example.com"
    Then the "email" of the account of "Ada" is "ada.king@example.com"
    And the account of "Ada" keeps its id
    And group "Engineering" has exactly the members "Ada" and "Ben"

  @okta @entra @F065 @every-mode
  Scenario: A later update does not reactivate an account
    Given the IdP has deactivated "Ada"
    When the IdP changes the "title" of "Ada" to "Consultant"
    Then the account of "Ada" is inactive

  @okta @F050
  Scenario: A forced sync without changes changes nothing
    When the IdP forces a sync
    Then the account of "Ada" shows what the IdP knows
    And the accounts of "Ada" and "Ben" keep their ids
    And there is exactly one account for "Ada" and "Ben"
    And the IdP reports no trouble

  @entra
  Scenario: A quiet cycle sends no change
    When the IdP runs its next cycle
    Then the IdP changed nothing
    And the accounts of "Ada" and "Ben" are unchanged

  @okta @F178 @every-mode
  Scenario: A password reset at the IdP shows nowhere
    When the IdP resets the password of "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id
