@tenant-switch
Feature: Another IdP takes over
  A company replaces its identity provider, or moves to another tenant of the same vendor. The new IdP knows the same
  people under its own keys, and finds them by user name. Each person keeps one account.

  @F001 @F005 @F008 @AL1 @AL2
  Scenario Outline: From an <old> to an <new>, everybody keeps their account
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada", "Ben" and "Cem"
    And the accounts of "Ada", "Ben" and "Cem" are noted
    And the old IdP has disabled provisioning
    And the new IdP is an <new>
    And the new IdP knows everybody that the old IdP knows
    When the new IdP assigns "Ada", "Ben" and "Cem"
    Then there is exactly one account for "Ada", "Ben" and "Cem"
    And the accounts of "Ada", "Ben" and "Cem" keep their ids
    And the accounts of "Ada", "Ben" and "Cem" are active
    And the new IdP is linked to the accounts of "Ada", "Ben" and "Cem"
    And the new IdP reports no trouble

    Examples:
      | old                                | new                                |
      | Okta org                           | Entra tenant                       |
      | Okta catalogue app                 | Entra tenant with aadOptscim062020 |
      | Entra tenant                       | Okta org                           |
      | Entra tenant with aadOptscim062020 | Okta catalogue app                 |
      | Okta org                           | Okta org                           |
      | Entra tenant                       | Entra tenant                       |

  @F001
  Scenario Outline: After the switch to an <new> the accounts carry its externalId
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada"
    And the old IdP has disabled provisioning
    And the new IdP is an <new>
    When the new IdP assigns "Ada"
    Then the account of "Ada" carries the externalId of the new IdP

    Examples:
      | old          | new                                |
      | Okta org     | Entra tenant                       |
      | Okta org     | Entra tenant with aadOptscim062020 |
      | Entra tenant | Okta org                           |
      | Okta org     | Okta catalogue app                 |

  @F001 @F018 @AL1
  Scenario: A new IdP that looks people up only by externalId is refused, and nobody gets a second account
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant that matches users by externalId
    When the new IdP assigns "Ada" and "Ben"
    Then the new IdP reports a conflict
    And there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are unchanged

  @F003
  Scenario Outline: Groups of the same name are taken over by an <new>
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted
    And the old IdP has disabled provisioning
    And the new IdP is an <new>
    When the new IdP assigns "Ada" and "Ben"
    And the new IdP pushes group "Engineering" with "Ada" and "Ben"
    Then there is exactly one group "Engineering"
    And group "Engineering" keeps its id
    And group "Engineering" has exactly the members "Ada" and "Ben"

    Examples:
      | old          | new          |
      | Okta org     | Entra tenant |
      | Entra tenant | Okta org     |

  @F003 @F087
  Scenario: A group that only the old IdP knew stays behind as a ghost
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Legacy" with "Ada"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant
    When the new IdP assigns "Ada"
    Then there is exactly one group "Legacy"
    And group "Legacy" has exactly the member "Ada"

  @F058
  Scenario Outline: A person inactive under the old IdP is active again under an <new>
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada"
    And the account of "Ada" is noted
    And the old IdP has deactivated "Ada"
    And the old IdP has disabled provisioning
    And the new IdP is an <new>
    When the new IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is active
    And the account of "Ada" keeps its id

    Examples:
      | old          | new                                |
      | Okta org     | Entra tenant                       |
      | Okta org     | Entra tenant with aadOptscim062020 |
      | Entra tenant | Okta org                           |
      | Entra tenant | Okta catalogue app                 |

  @F002 @F038
  Scenario: A rebrand moves everybody to a new mail domain and keeps the accounts
    Given Okta org "acme" has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When Okta org "acme" moves "Ada" and "Ben" to the domain "new.example"
    Then there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" keep their ids
    And the accounts of "Ada" and "Ben" have the user names that Okta org "acme" gives

  @F037 @F074
  Scenario: A person whom only the old IdP knew keeps an account that nobody manages
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the account of "Ben" is noted
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant
    When the new IdP assigns "Ada"
    Then the account of "Ben" is unchanged

  @F183 @AL2 @F004
  Scenario: The old IdP's token is revoked and the new IdP's works
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada"
    And the new IdP is an Okta org
    When the operator revokes the token of the old IdP
    Then the token of the old IdP is refused
    And the token of the new IdP works
