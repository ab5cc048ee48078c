@corruption @duplicate-idp
Feature: Two IdP applications at once
  By mistake, two applications push the same people to one target, request by request. If both write the same user name, the
  target prevents duplicates. If each writes its own user names, only a diagnosis finds them.

  @AL4 @F023 @F119
  Scenario Outline: An <first> and an <second> push people and a group at the same time
    Given the first IdP is an <first>
    And the second IdP is an <second>
    When the first IdP and the second IdP assign "Ada" and "Ben" at the same time
    And the first IdP and the second IdP push group "Engineering" with "Ada" and "Ben" at the same time
    Then there is exactly one account for "Ada" and "Ben"
    And users and groups agree

    Examples:
      | first              | second                             |
      | Okta org           | Entra tenant                       |
      | Okta catalogue app | Entra tenant with aadOptscim062020 |
      | Entra tenant       | Entra tenant                       |
      | Okta org           | Okta catalogue app                 |

  @AL4 @F010 @F016 @F017
  Scenario Outline: An <first> and an <second> with different user names give everybody a second account
    Given the first IdP is an <first>
    And the second IdP is an <second>
    And the second IdP knows "Ada" and "Ben" under user names of its own
    When the first IdP and the second IdP assign "Ada" and "Ben" at the same time
    Then the diagnosis shows two accounts for "Ada"
    And the diagnosis shows two accounts for "Ben"

    Examples:
      | first        | second             |
      | Okta org     | Entra tenant       |
      | Entra tenant | Okta catalogue app |
