@lifecycle
Feature: Everything that the IdP maps is kept
  An administrator maps more than names: the office address, the organization, the cost center, the language, the role in the
  application. The target stores all of it, and a change of one attribute leaves the others alone. Otherwise people lose their role
  when they get a new title.

  Background:
    Given the IdP knows "Dan" with these:
      | attribute          | value            |
      | street             | Allee 1          |
      | city               | Berlin           |
      | postal code        | 10178            |
      | country            | DE               |
      | organization       | Example AG       |
      | division           | Retail           |
      | cost center        | 4130             |
      | preferred language | de-DE            |
      | role               | Approver         |

  @entra @F155 @F208 @every-mode
  Scenario: A new person arrives with everything that is mapped
    When the IdP assigns "Dan"
    Then there is exactly one account for "Dan"
    And the account of "Dan" holds these:
      | attribute          | value            |
      | street             | Allee 1          |
      | city               | Berlin           |
      | postal code        | 10178            |
      | country            | DE               |
      | organization       | Example AG       |
      | division           | Retail           |
      | cost center        | 4130             |
      | preferred language | de-DE            |
      | role               | Approver         |
    And the IdP reports no trouble

  @entra @F208 @every-mode
  Scenario: A new title and a new city leave everything else as it was
    Given the IdP has assigned "Dan"
    When the IdP changes the "title" of "Dan" to "Team Lead"
    And the IdP changes the "city" of "Dan" to "Potsdam"
    Then the account of "Dan" holds these:
      | attribute          | value            |
      | title              | Team Lead        |
      | street             | Allee 1          |
      | city               | Potsdam          |
      | postal code        | 10178            |
      | country            | DE               |
      | organization       | Example AG       |
      | division           | Retail           |
      | cost center        | 4130             |
      | preferred language | de-DE            |
      | role               | Approver         |
    And the IdP reports no trouble
