@alation @profile/alation @duplicate-idp
Feature: Alation: duplicates, ghosts and wrong links
  Two applications that provision one environment, or a run that breaks off, leave a state that no further run repairs: a
  person with two records, a group that nobody manages, an account with somebody else's external ID. A full cleanup does.

  # HOW IT COMES ABOUT

  @AL4 @AL1 @F017
  Scenario: Two applications that write user names differently make a second record for everybody
    Given Okta org "acme" has assigned "Ada" and "Ben"
    And Entra tenant "contoso" knows "Ada" and "Ben" in the domain "contoso.example"
    When Entra tenant "contoso" assigns "Ada" and "Ben"
    Then there are 2 accounts for "Ada" and "Ben"
    And 2 accounts of "Ada" and "Ben" are active

  @AL4 @F017 @F023
  Scenario: An Okta org and an Entra tenant that begin at once leave one account, with the link of one of them
    Given the first IdP is an Okta org
    And the second IdP is an Entra tenant
    When the first IdP and the second IdP assign "Ada" and "Ben" at the same time
    And the second IdP retries its failed tasks
    And the second IdP runs its next cycle
    Then there is exactly one account for "Ada" and "Ben"
    And the second IdP is linked to the accounts of "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" carry the externalId of the second IdP

  # Each org looks up the name before the other one has created the group. Whether a second group of that name is refused is
  # the product's choice. Here it is refused, and the later org has to push its group again.
  @AL4 @AL1 @F079 @F092 @unverified
  Scenario: Two Okta orgs that push a group of the same name at once leave one group
    Given the first IdP is an Okta org
    And the second IdP is an Okta org
    And the first IdP has assigned "Ada"
    And the second IdP has assigned "Ada"
    When the first IdP and the second IdP push group "Engineering" with "Ada" at the same time
    Then there is exactly one group "Engineering"
    And the second IdP reports a conflict

  # What Okta sends when an application is deleted is not published.
  @AL4 @F087
  Scenario: An application that is deleted at an Entra tenant leaves its groups behind as ghosts
    Given the old IdP is an Entra tenant
    And the old IdP has assigned "Ada"
    And the old IdP has pushed group "Engineering" with "Ada"
    When the old IdP deletes its application
    Then the old IdP sent nothing
    And group "Engineering" has exactly the member "Ada"
    And "Ada" can sign in

  @AL5 @F121
  Scenario: A run that breaks off half-way and is repeated creates nobody twice
    Given Entra tenant "contoso" has assigned "Ada"
    And Entra tenant "contoso" has pushed group "Engineering" with "Ada"
    When the operator revokes the token of Entra tenant "contoso"
    And Entra tenant "contoso" assigns "Ben" and "Cem"
    Then Entra tenant "contoso" reports that it is not let in
    When the operator issues a new token to Entra tenant "contoso"
    And Entra tenant "contoso" restarts provisioning and drops its links
    Then there is exactly one account for "Ada", "Ben" and "Cem"
    And there is exactly one group "Engineering"
    And group "Engineering" has exactly the member "Ada"
    And users and groups agree

  # The vendor mentions people with wrong external IDs. How a server answers a client that sends an external ID in use is the
  # product's choice (here it refuses), so the effect of a run on such links is too.
  @AL1 @F026 @unverified
  Scenario: Without cleanup: under exchanged external IDs the next run is refused
    Given Entra tenant "contoso" has assigned "Ada" and "Ben"
    When a client exchanges the external IDs of "Ada" and "Ben"
    And Entra tenant "contoso" restarts provisioning and drops its links
    Then Entra tenant "contoso" reports a conflict

  # REPAIRED BY THE CLEANUP

  @cleanup @AL11 @AL9
  Scenario: With cleanup: exchanged external IDs are gone, and everybody gets their own again
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada" and "Ben"
    When a client exchanges the external IDs of "Ada" and "Ben"
    And the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the operator runs the server-side cleanup
    And the new IdP is hired as an Entra tenant
    And the new IdP assigns "Ada" and "Ben"
    Then there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" carry the externalId of the new IdP
    And the accounts of "Ada" and "Ben" are active
    And the new IdP reports no trouble

  @cleanup @AL11 @AL9 @F087
  Scenario: With cleanup: the ghosts of a deleted application are gone
    Given a local administrator with built-in sign-in
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And group "Engineering" is noted
    When the old IdP deletes its application
    And the operator runs the server-side cleanup
    And the new IdP is hired as an Entra tenant
    And the new IdP assigns "Ada"
    Then there is no group "Engineering"
    And nobody lists the noted group
    And the account of "Ada" is active
    And the account of "Ben" is inactive

  @cleanup @AL4 @AL11
  Scenario: With cleanup: of two applications one is left, and of two records one can be used
    Given a local administrator with built-in sign-in
    And Okta org "acme" has assigned "Ada"
    And Entra tenant "contoso" knows "Ada" in the domain "contoso.example"
    And Entra tenant "contoso" has assigned "Ada"
    When Okta org "acme" removes all its assignments
    And Entra tenant "contoso" removes all its assignments
    And Okta org "acme" disables provisioning
    And Entra tenant "contoso" disables provisioning
    And the operator runs the server-side cleanup
    And Okta org "acme" enables provisioning
    And Okta org "acme" assigns "Ada"
    Then there are 2 accounts for "Ada"
    And the active account of "Ada" is the one Okta org "acme" is linked to
