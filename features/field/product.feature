@field @product
Feature: Changes in the product outside SCIM
  People sign in, administrators disable and erase people by hand, groups carry roles. SCIM sees none of this, and what SCIM
  wrote must stay valid. Only an operator can play these scenarios; the embedded provider has one.

  Background:
    Given the IdP has assigned "Ada" and "Ben"

  @okta @F025 @M025
  Scenario: Signing in does not bring a membership back
    Given the IdP has pushed group "Engineering" with "Ada" and "Ben"
    And "Ada" has signed in
    When the IdP removes "Ada" from group "Engineering"
    And "Ada" signs in
    Then group "Engineering" has exactly the member "Ben"

  @okta @entra @F062 @F061 @M062
  Scenario: A deactivated person cannot sign in, however the IdP spells it
    Given "Ada" has signed in
    When the IdP deactivates "Ada"
    Then "Ada" cannot sign in
    And "Ben" can sign in

  @okta @entra @F063 @M063
  Scenario: A refused sign-in leaves nothing in the way of a return
    When the IdP deactivates "Ada"
    Then "Ada" cannot sign in
    And there is exactly one account for "Ada"
    When the IdP reactivates "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And "Ada" can sign in
    And the IdP reports no trouble

  @okta @entra @F073 @M073 @policy @every-mode
  Scenario: A person disabled by hand can sign in again when the IdP reactivates them
    When an administrator disables "Ada" by hand
    Then the product allows it
    When the IdP deactivates "Ada"
    And the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And "Ada" can sign in

  @okta @F081 @M081
  Scenario: What a group grants survives a new list of members
    Given the product has a group "Analysts" of its own
    And the operator has mapped product group "Analysts" to group "Engineering"
    And group "Engineering" of "Ada" and "Ben", made by a client
    When a client replaces group "Engineering" changed by:
      """
      { "members": [{ "value": "<Ada>", "type": "User" }] }
      """
    Then the request succeeds
    And group "Engineering" has exactly the member "Ada"
    And product group "Analysts" is mapped to group "Engineering"

  @okta @F094 @M094 @policy
  Scenario: A product group does not absorb a group pushed under its name
    Given the product has a group "Everyone" of its own
    When a client creates group "Everyone"
    Then the answer is 201
    And a lookup of group "Everyone" finds 1 group

  @okta @entra @F198 @M198
  Scenario: A person left behind by an IdP can be removed in the product
    When the IdP disables provisioning
    And the operator erases "Ada"
    Then there is no account for "Ada"
    And there is exactly one account for "Ben"

  @okta @F207 @M207
  Scenario: A person erased by hand in the product can come back
    Given the IdP has disabled provisioning
    When the operator erases "Ada"
    Then a lookup of the userName of "Ada" finds nobody
    When the IdP enables provisioning
    And the second IdP is hired as an Entra tenant
    And the second IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And "Ada" can sign in
