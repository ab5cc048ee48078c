@duplicate-idp
Feature: Two IdPs provision one target
  During a migration, or by mistake, two applications push the same people. They do not know of each other.

  @F017 @AL4
  Scenario Outline: An <second> finds the people of an <first> and makes no twins
    Given the first IdP is an <first>
    And the second IdP is an <second>
    And the first IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When the second IdP assigns "Ada" and "Ben"
    Then there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" keep their ids
    And the first IdP is linked to the accounts of "Ada" and "Ben"
    And the second IdP is linked to the accounts of "Ada" and "Ben"

    Examples:
      | first        | second                             |
      | Okta org     | Entra tenant                       |
      | Entra tenant | Okta org                           |
      | Okta org     | Okta catalogue app                 |
      | Entra tenant | Entra tenant with aadOptscim062020 |

  @F023 @F119 @AL4
  Scenario Outline: An <first> and an <second> begin at the same time and leave one account for each person
    Given the first IdP is an <first>
    And the second IdP is an <second>
    When the first IdP and the second IdP assign "Ada" and "Ben" at the same time
    Then there is exactly one account for "Ada" and "Ben"
    And users and groups agree

    Examples:
      | first        | second             |
      | Okta org     | Entra tenant       |
      | Okta org     | Okta org           |
      | Entra tenant | Entra tenant       |
      | Entra tenant | Okta catalogue app |

  @F015 @F017
  Scenario: One IdP deactivates a person whom the other still assigns
    Given Okta org "acme" has assigned "Ada"
    And Entra tenant "contoso" has assigned "Ada"
    When Okta org "acme" unassigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" is inactive

  @F017
  Scenario: Updates by both do not change the id or the groups
    Given Okta org "acme" has assigned "Ada"
    And Okta org "acme" has pushed group "Engineering" with "Ada"
    And Entra tenant "contoso" has assigned "Ada"
    And the account of "Ada" is noted
    When Okta org "acme" changes the "title" of "Ada" to "Engineer"
    And Entra tenant "contoso" changes the "title" of "Ada" to "Analyst"
    And Okta org "acme" changes the "department" of "Ada" to "Research"
    Then the account of "Ada" keeps its id
    And group "Engineering" has exactly the member "Ada"

  @F079 @F092
  Scenario Outline: Both push a group of the same name: <first>, then <second>
    Given the first IdP is an <first>
    And the second IdP is an <second>
    And the first IdP has assigned "Ada" and "Ben"
    And the second IdP has assigned "Ada" and "Ben"
    When the first IdP pushes group "Engineering" with "Ada" and "Ben"
    And the second IdP pushes group "Engineering" with "Ada" and "Ben"
    Then there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"

    Examples:
      | first        | second       |
      | Okta org     | Entra tenant |
      | Entra tenant | Okta org     |

  @F017 @F089
  Scenario: One IdP deletes a group that the other still pushes
    Given Okta org "acme" has assigned "Ada"
    And Entra tenant "contoso" has assigned "Ada"
    And Okta org "acme" has pushed group "Engineering" with "Ada"
    And Entra tenant "contoso" has pushed group "Engineering" with "Ada"
    When Okta org "acme" unlinks group "Engineering" and deletes it on the target
    And Entra tenant "contoso" renames group "Engineering" to "Platform"
    Then Entra tenant "contoso" reports that an object is gone
    And there is no group "Platform"

  @AL5 @F121
  Scenario: A run that is repeated makes nothing twice
    Given Entra tenant "contoso" has assigned "Ada" and "Ben"
    And Entra tenant "contoso" has pushed group "Engineering" with "Ada" and "Ben"
    When Entra tenant "contoso" restarts provisioning and drops its links
    Then there is exactly one account for "Ada" and "Ben"
    And there is exactly one group "Engineering"
    And group "Engineering" has exactly the members "Ada" and "Ben"
