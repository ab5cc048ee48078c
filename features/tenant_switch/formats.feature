@tenant-switch
Feature: User names have another format after a switch
  An IdP finds people by user name. If the new IdP writes it differently from the old one, the lookup finds nobody, and the IdP
  creates a second account. Case does not matter, because user names are compared without case. To prepare, rename people at the
  old IdP while it is still in charge, so that the accounts have the new names before the new IdP looks for them.

  Scenario Outline: <what>: nobody is found, and Ada gets a second account
    Given the old IdP has assigned "Ada"
    And the old IdP has pushed group "Crew" with "Ada"
    And the new IdP has the user name "<name>" for "Ada"
    And the new IdP knows group "Crew" with "Ada"
    And the switch begins
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage, by pair of IdPs:
      | from  | to    | damage                                  |
      | okta  | okta  | second account, old link                |
      | okta  | entra | second account, old link, wrong members |
      | entra | okta  | second account, old link                |

    @from/okta/custom @to/okta/catalogue @to/entra/default
    Examples:
      | what                           | name                               |
      | Another domain                 | {local}@new.example                |
      | A prefix for external people   | EXT\\{local}@{domain}              |
      | An initial in front            | a.{local}@{domain}                 |
      | A sign-in name for the address | {local}@contoso.onmicrosoft.example |
      | No domain at all               | {local}                            |

    @from/entra/aadOptscim062020 @to/okta/custom
    Examples:
      | what                                 | name                |
      | Another domain, from Entra           | {local}@new.example |
      | A prefix for external people, from Entra | EXT\\{local}@{domain}|

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario: Capitals: everybody is found, and there is nothing to prepare
    Given the old IdP has assigned "Ada"
    And the old IdP has pushed group "Crew" with "Ada"
    And the new IdP has the user name "{LOCAL}@{domain}" for "Ada"
    And the new IdP knows group "Crew" with "Ada"
    And the switch begins
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch is clean
    And the account of "Ada" has the user name that the new IdP gives

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario Outline: <what>, and the old IdP renames first: everybody is found
    Given the old IdP has assigned "Ada"
    And the old IdP has pushed group "Crew" with "Ada"
    And the new IdP has the user name "<name>" for "Ada"
    And the new IdP knows group "Crew" with "Ada"
    And the switch begins
    When the old IdP renames "Ada" by the pattern "<name>"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch is clean
    And the account of "Ada" has the user name that the new IdP gives

    Examples:
      | what           | name                 |
      | Another domain | {local}@new.example  |
      | A prefix       | EXT\\{local}@{domain}|

  @from/okta/custom @from/entra/default @to/okta/catalogue @to/entra/aadOptscim062020
  Scenario: The old IdP renames after it is switched off: too late
    Given the old IdP has assigned "Ada"
    And the new IdP has the user name "EXT\{local}@{domain}" for "Ada"
    And the accounts of "Ada" are noted
    When the old IdP disables provisioning
    And the old IdP renames "Ada" by the pattern "EXT\{local}@{domain}"
    Then the old IdP sent nothing
    And the accounts of "Ada" are unchanged

  @from/okta/custom @to/okta/catalogue @to/entra/default
  Scenario: Cleanup does not help against another user name: the second account is created anyway
    Given a local administrator with built-in sign-in
    And the old IdP has assigned "Ada"
    And the new IdP has the user name "{local}@new.example" for "Ada"
    And the switch begins
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: second account

  @policy @from/entra/default @to/entra/default @to/entra/aadOptscim062020
  Scenario: Two Entra tenants, another domain: the externalId stays, and a second account has it where externalIds may be shared
    Given the old IdP has assigned "Ada"
    And the new IdP has the user name "{local}@new.example" for "Ada"
    And the switch begins
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch has done this damage: second account

  # A name with é equals the same name with e and a combining accent (RFC 7644 section 5 requires this comparison). A product that
  # compares the characters as they arrive finds nobody and creates a second account.
  @policy @from/okta/custom @to/okta/catalogue @to/entra/default
  Scenario: A name with an accent in the other Unicode form is the same name: everybody is found
    Given the old IdP has the user name "ren\u00e9.{local}@{domain}" for "Ada"
    And the old IdP has assigned "Ada"
    And the new IdP has the user name "rene\u0301.{local}@{domain}" for "Ada"
    And the switch begins
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch is clean

  @from/okta/custom @to/okta/catalogue @to/entra/default
  Scenario: A name with an accent, composed the same: everybody is found
    Given the old IdP has the user name "ren\u00e9.{local}@{domain}" for "Ada"
    And the old IdP has assigned "Ada"
    And the new IdP has the user name "REN\u00c9.{local}@{domain}" for "Ada"
    And the switch begins
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP provisions everybody and every group that it knows
    Then the switch is clean
