@corruption @cleanup @exclusive
Feature: From a corrupted tenant to a sound one, over SCIM alone
  In four situations, vendors tell their customers to clean up. Not every product has a server-side cleanup. Here each situation is
  made by IdPs, captured, diagnosed, planned and cleaned by SCIM requests, and the next cycle of the new IdP finds everything
  in order.

  @AL1 @F001 @F003 @F018 @F087
  Scenario: Switching identity providers
    Given an account each for "Eve", made by a client
    And the cleanup protects the account of "Eve"
    And the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Legacy" with "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Entra tenant that matches users by externalId
    And the diagnosis knows the directory of the new IdP
    When the new IdP assigns "Ada" and "Ben"
    And the target is captured
    Then the diagnosis of the capture is that of the target
    And the diagnosis of the capture names "stale-link" and "unclaimed-group"
    When a cleanup is planned from the capture
    And the cleanup is carried out
    Then the forecast shows no conflict for the new IdP
    When the new IdP restarts provisioning and drops its links
    Then the new IdP is linked to the accounts of "Ada" and "Ben"
    And there is no group "Legacy"
    And the diagnosis shows nothing

  @AL3 @AL1 @F013 @F087
  Scenario: Production is restored to an environment with another IdP
    Given an account each for "Eve", made by a client
    And the cleanup protects the account of "Eve"
    And the old IdP is an Entra tenant
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Legacy" with "Ada" and "Ben"
    And production has been copied to a recovery environment
    And the new IdP is an Okta org
    And the diagnosis knows the directory of the new IdP
    When the new IdP assigns "Ada"
    And the target is captured
    Then the diagnosis of the capture is that of the target
    And the diagnosis of the capture names "unknown-account", "unknown-member" and "unclaimed-group"
    When a cleanup is planned from the capture
    And the cleanup is carried out
    Then the forecast shows no conflict for the new IdP
    When the new IdP pushes group "Engineering" with "Ada"
    Then the new IdP is linked to the account of "Ada"
    And the account of "Ben" is inactive
    And there is no group "Legacy"
    And the diagnosis shows nothing
    And production is untouched
    And in production the accounts of "Ada" and "Ben" are active

  @AL2 @F002 @F005 @F038
  Scenario: A new tenant of the same vendor, with the domain of the new brand
    Given an account each for "Eve", made by a client
    And the cleanup protects the account of "Eve"
    And the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has pushed group "Engineering" with "Ada" and "Ben"
    And the old IdP has disabled provisioning
    And the new IdP is an Okta org
    And the new IdP knows "Ada" and "Ben" under user names of its own
    And the diagnosis knows the directory of the new IdP
    When the new IdP assigns "Ada" and "Ben"
    And the target is captured
    Then the diagnosis of the capture is that of the target
    And the diagnosis of the capture names "two-accounts" and "unclaimed-group"
    When a cleanup is planned from the capture
    And the cleanup is carried out
    Then the forecast shows no conflict for the new IdP
    When the new IdP pushes group "Engineering" with "Ada" and "Ben"
    And the new IdP forces a sync
    Then 1 account of "Ada" and "Ben" is active
    And the new IdP is linked to the accounts of "Ada" and "Ben"
    And the diagnosis shows nothing

  @AL4 @AL5 @F010 @F016 @F017 @F023
  Scenario: Two applications at once: duplicate users, a ghost group and wrong external IDs
    Given an account each for "Eve", made by a client
    And the cleanup protects the account of "Eve"
    And the first IdP is an Okta org
    And the second IdP is an Entra tenant
    And the second IdP knows "Ada" and "Ben" under user names of its own
    And the diagnosis knows the directory of the first IdP
    When the first IdP and the second IdP assign "Ada" and "Ben" at the same time
    And the second IdP pushes group "Legacy" with "Ada" and "Ben"
    And the second IdP disables provisioning
    And the first IdP assigns "Cem" and "Dan"
    And a client exchanges the external IDs of "Cem" and "Dan"
    And the target is captured
    Then the diagnosis of the capture is that of the target
    And the diagnosis of the capture names "two-accounts", "unclaimed-group" and "wrong-person"
    When a cleanup is planned from the capture
    And the cleanup is carried out
    Then the forecast shows no conflict for the first IdP
    When the first IdP pushes group "Engineering" with "Ada", "Ben", "Cem" and "Dan"
    And the first IdP forces a sync
    Then 1 account of "Ada" and "Ben" is active
    And the first IdP is linked to the accounts of "Ada", "Ben", "Cem" and "Dan"
    And the diagnosis shows nothing
