@group-deletion
Feature: A group is deleted
  The group goes, with its name and its memberships. The people stay.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted
    And the accounts of "Ada" and "Ben" are noted

  @okta @entra @F088
  Scenario: The people of a deleted group stay active
    When the IdP unlinks group "Engineering" and deletes it on the target
    Then there is no group "Engineering"
    And the accounts of "Ada" and "Ben" are active
    And the accounts of "Ada" and "Ben" keep their ids
    And the IdP reports no trouble

  @okta @entra @F077
  Scenario: Nobody lists a deleted group
    When the IdP unlinks group "Engineering" and deletes it on the target
    Then nobody lists the noted group
    And users and groups agree

  @okta @entra @F076
  Scenario: A lookup of a deleted group finds nothing
    When the IdP unlinks group "Engineering" and deletes it on the target
    Then a lookup of group "Engineering" finds 0 groups

  @okta @entra @F076 @F080
  Scenario: A group pushed again under the old name is a new group
    When the IdP unlinks group "Engineering" and deletes it on the target
    And the IdP pushes group "Engineering"
    Then there is exactly one group "Engineering"
    And group "Engineering" has a new id
    And the IdP reports no trouble

  @entra
  Scenario: A group deleted at the source is deleted on the target
    When the IdP deletes group "Engineering"
    Then there is no group "Engineering"
    And the accounts of "Ada" and "Ben" are active

  @okta @F087
  Scenario: Unlinking without deleting sends nothing and leaves the group
    When the IdP unlinks group "Engineering" and leaves it on the target
    Then the IdP sent nothing
    And there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"

  @okta @entra @F088 @every-mode
  Scenario: Removing the members first has the same result
    When the IdP removes "Ada" and "Ben" from group "Engineering"
    And the IdP unlinks group "Engineering" and deletes it on the target
    Then there is no group "Engineering"
    And nobody lists the noted group
    And the accounts of "Ada" and "Ben" are active

  @okta @entra @F089 @every-mode
  Scenario: A push to a group that somebody else deleted fails visibly
    When a client deletes group "Engineering"
    And the IdP renames group "Engineering" to "Platform"
    Then the IdP reports that an object is gone

  @okta @entra
  Scenario: Of two groups only the one deleted goes
    Given the IdP has pushed group "Finance" with "Ada" and "Ben"
    When the IdP unlinks group "Engineering" and deletes it on the target
    Then group "Finance" has exactly the members "Ada" and "Ben"
    And users and groups agree
