@atlan @profile/atlan
Feature: What administrators may still do by hand in Atlan
  Atlan's page has a table of what is allowed by hand, with SCIM on or off and single sign-on enforced or not. The copies we found
  lost its symbols. One row reads "only for unmapped groups" with SCIM on; an older copy has the answers for inviting and for two cells
  of editing a profile. Every other cell is unknown, and the simulated product says so instead of guessing.

  Background:
    Given Okta org "acme" has assigned "Ada"
    And the product has a group "Analysts" of its own
    And the product has a group "Visitors" of its own
    And the operator has mapped product group "Analysts" to group "Engineering"
    And Okta org "acme" has pushed group "Engineering" with "Ada"

  @AT13
  Scenario Outline: With SCIM on and single sign-on <sso> people are added by hand to unmapped groups only
    Given SCIM is "on" and single sign-on is "<sso>"
    And Okta org "acme" has assigned "Ben"
    When an administrator adds "Ben" to product group "Analysts" by hand
    Then the product refuses it
    And product group "Analysts" has exactly the member "Ada"
    When an administrator adds "Ben" to product group "Visitors" by hand
    Then the product allows it
    And product group "Visitors" has exactly the member "Ben"

    Examples:
      | sso          |
      | enforced     |
      | not enforced |

  @AT19
  Scenario Outline: Inviting by hand with SCIM <scim> and single sign-on <sso>: <answer>
    Given SCIM is "<scim>" and single sign-on is "<sso>"
    When an administrator invites "Zoe" by hand
    Then <answer>
    And the product has <count> users for "Zoe"

    Examples:
      | scim | sso          | answer                 | count |
      | on   | enforced     | the product refuses it | 0     |
      | on   | not enforced | the product allows it  | 1     |
      | off  | enforced     | the product refuses it | 0     |
      | off  | not enforced | the product allows it  | 1     |

  @AT19
  Scenario Outline: Editing a profile by hand with SCIM on and single sign-on <sso>: <answer>
    Given SCIM is "on" and single sign-on is "<sso>"
    When an administrator edits the profile of "Ada" by hand
    Then <answer>

    Examples:
      | sso          | answer                 |
      | enforced     | the product refuses it |
      | not enforced | the product allows it  |

  @AT13 @AT19
  Scenario Outline: What no copy of the table shows with single sign-on <sso> is not known
    Given SCIM is "on" and single sign-on is "<sso>"
    When an administrator disables "Ada" by hand
    Then whether the product allows it is not known
    When an administrator enables "Ada" by hand
    Then whether the product allows it is not known
    Given SCIM is "off" and single sign-on is "<sso>"
    When an administrator edits the profile of "Ada" by hand
    Then whether the product allows it is not known
    When an administrator disables "Ada" by hand
    Then whether the product allows it is not known
    When an administrator enables "Ada" by hand
    Then whether the product allows it is not known
    When an administrator adds "Ada" to product group "Visitors" by hand
    Then whether the product allows it is not known
    And product group "Visitors" has no members
    And the product shows "Ada" as Enabled

    Examples:
      | sso          |
      | enforced     |
      | not enforced |
