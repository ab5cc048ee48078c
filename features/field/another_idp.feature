@field @tenant-switch
Feature: Leftovers of a former IdP
  An application is deleted, a contract ends, a mail domain is given up. What remains must not obstruct the IdP that comes
  next.

  @F006 @F076 @M006
  Scenario Outline: The groups of an <old> that is gone do not block those of an <new>
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    When a client deletes group "Engineering"
    And the old IdP deletes its application
    And the new IdP is hired as an <new>
    And the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada"
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the member "Ada"
    When the new IdP deactivates "Ben"
    Then the account of "Ben" is inactive

    Examples:
      | old          | new          |
      | Okta org     | Entra tenant |
      | Entra tenant | Okta org     |

  @F206 @M206
  Scenario Outline: People created by an <old> are updated by an <new> with its own token
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada"
    And the account of "Ada" is noted
    And the old IdP has disabled provisioning
    When the new IdP is hired as an <new>
    And the new IdP assigns "Ada"
    And the new IdP changes the "title" of "Ada" to "Head of Data"
    Then the "title" of the account of "Ada" is "Head of Data"
    And the account of "Ada" keeps its id
    And the new IdP reports no trouble

    Examples:
      | old          | new          |
      | Okta org     | Entra tenant |
      | Entra tenant | Okta org     |

  @F009 @M009
  Scenario: A person created with the identifier of another IdP is found by both names
    When a client sends POST '/Users' with:
      """
      { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "nomad.<tag>@example.com",
        "externalId": "00u-other-idp-<tag>", "active": true }
      """
    Then the request succeeds
    When a client looks for users with filter 'userName eq "nomad.<tag>@example.com"'
    Then the answer lists 1 resource
    And the answer holds '"00u-other-idp-<tag>"' at '/Resources/0/externalId'

  @okta @entra @F051 @F038 @M051 @every-mode
  Scenario: A move to another mail domain is a change of one account, after a conflict too
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted
    When a client creates a user for "Ada"
    Then the answer is 409 with scimType "uniqueness"
    When the IdP moves "Ada" to the domain "merged.example"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the account of "Ada" has the user name that the IdP gives
    And the IdP reports no trouble
