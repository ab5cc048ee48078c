@group @lifecycle
Feature: Members come and go
  Every IdP writes this differently: whole lists, single additions, removals by filter or by value. Only the named members
  change.

  Background:
    Given the IdP has assigned "Ada", "Ben" and "Cem"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"

  @okta @entra @F098
  Scenario: A new member joins the others
    When the IdP adds "Cem" to group "Engineering"
    Then group "Engineering" has exactly the members "Ada", "Ben" and "Cem"
    And the IdP reports no trouble

  @okta @entra @F095 @F096 @F097 @every-mode
  Scenario: One member is removed and the others stay
    When the IdP removes "Ben" from group "Engineering"
    Then group "Engineering" has exactly the member "Ada"
    And the IdP reports no trouble

  @okta @entra @F099
  Scenario: The last member leaves and the group stays
    When the IdP removes "Ada" and "Ben" from group "Engineering"
    Then group "Engineering" has no members

  @okta @entra @every-mode
  Scenario: Members are swapped
    When the IdP removes "Ada" from group "Engineering"
    And the IdP adds "Cem" to group "Engineering"
    Then group "Engineering" has exactly the members "Ben" and "Cem"

  @okta @F099
  Scenario: Pushing the group again gives the same members
    When the IdP pushes group "Engineering" now
    Then group "Engineering" has exactly the members "Ada" and "Ben"
    And the IdP reports no trouble

  @okta @every-mode
  Scenario: A paused push sends nothing, and catches up when it goes on
    When the IdP pauses the push of group "Engineering"
    And the IdP adds "Cem" to group "Engineering"
    Then the IdP sent nothing
    When the IdP resumes the push of group "Engineering"
    Then group "Engineering" has exactly the members "Ada", "Ben" and "Cem"

  @okta @entra @F103 @F104 @policy
  Scenario: A member that does not exist is refused and changes nothing
    When a client adds an unknown member to group "Engineering"
    Then the request is refused
    And group "Engineering" has exactly the members "Ada" and "Ben"

  @okta @entra
  Scenario: Removing all members without naming any empties the group
    When a client empties group "Engineering"
    Then group "Engineering" has no members
    And the accounts of "Ada" and "Ben" are active

  @okta @entra @F114
  Scenario: A person in two groups is in both after one changes
    Given the IdP has pushed group "Finance" with "Ada" and "Cem"
    When the IdP removes "Ada" from group "Engineering"
    Then group "Finance" has exactly the members "Ada" and "Cem"
    And group "Engineering" has exactly the member "Ben"
    And users and groups agree

  @F109 @okta @entra @policy
  Scenario: A deleted account leaves its groups usable
    When a client deletes the account of "Ben"
    Then group "Engineering" has exactly the member "Ada"
    And users and groups agree
