@alation @profile/alation
Feature: Alation: credentials and lookups
  A token, or a name with a password, opens SCIM. Alation requires userName as the identifier in the IdP, so lookups use
  userName. They also find people whom SCIM did not create, and suspended people.

  @AL18
  Scenario: A token and a name with its password are both accepted
    Given a name and a password for SCIM
    Then a client with the token is let in
    And a client with the name and the password is let in

  @AL16 @F174 @security
  Scenario: A wrong password is refused
    Given a name and a password for SCIM
    Then a client with the name and a wrong password is refused

  @AL16 @F174 @F175 @security
  Scenario Outline: A credential that is <what> is refused
    Then a client with the Authorization header "<header>" is refused

    Examples:
      | what                      | header                       |
      | an unknown token          | Bearer nobody-issued-this    |
      | a name nobody knows       | Basic bm9ib2R5Om5vdGhpbmc=   |

  @AL13
  Scenario: A person who only used single sign-on is not managed: changes at the IdP do not arrive
    Given "Ada" has signed in by single sign-on alone
    And the account of "Ada" is noted
    And Entra tenant "contoso" has assigned "Ben"
    And Entra tenant "contoso" knows "Ada"
    When Entra tenant "contoso" changes the "title" of "Ada" to "Consultant"
    Then Entra tenant "contoso" changed nothing
    And the account of "Ada" is unchanged

  @AL13 @F019 @F020
  Scenario Outline: A person who used single sign-on before is matched by userName when an <idp> assigns them
    Given "Ada" has signed in by single sign-on alone
    And the account of "Ada" is noted
    And the new IdP is an <idp>
    When the new IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the account of "Ada" carries the externalId of the new IdP
    And the new IdP is linked to the account of "Ada"
    When the new IdP changes the "title" of "Ada" to "Consultant"
    Then the "title" of the account of "Ada" is "Consultant"

    Examples:
      | idp                                |
      | Okta catalogue app                 |
      | Entra tenant                       |

  @AL13 @AL9 @cleanup
  Scenario: The cleanup does not touch a person who only used single sign-on
    Given a local administrator with built-in sign-in
    And "Ada" has signed in by single sign-on alone
    And Okta org "acme" has assigned "Ben"
    And the account of "Ada" is noted
    When the operator runs the server-side cleanup
    Then the account of "Ada" is unchanged
    And "Ada" can sign in
    And "Ben" cannot sign in

  @AL14
  Scenario: A lookup by userName finds the one person an Entra tenant provisioned, however it is spelled
    Given the new IdP is an Entra tenant
    And the new IdP has assigned "Ada" and "Ben"
    Then a lookup of the userName of "Ada" finds one account
    And a lookup of the userName of "Ada" in capital letters finds one account
    And a lookup of the userName of "Cem" finds nobody

  # Only the IdP's console says that no import is offered. The lists may answer anyway; this scenario checks that reading
  # everybody changes nobody.
  @AL15
  Scenario: An import changes nobody
    Given Okta org "acme" has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When Okta org "acme" imports the users of the target
    Then Okta org "acme" changed nothing
    And the accounts of "Ada" and "Ben" are unchanged

  @AL17 @F134 @F144
  Scenario: A suspended person is still found and read, with active false: an Entra tenant needs it to match
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the account of "Ada" is noted
    When the operator runs the server-side cleanup
    Then a lookup of the userName of "Ada" finds one account
    And the account of "Ada" is inactive
    When a client reads the noted account of "Ada"
    Then the answer is 200
    And the answer holds 'false' at '/active'
