@atlan @profile/atlan
Feature: Atlan never changes a user name
  Atlan identifies people by their user names everywhere and never changes one. A change at the source does not arrive. A move to
  another IdP that writes user names in another format separates everybody from their work in Atlan.

  @okta/custom @entra/default @AT3
  Scenario: An automation at the source renames everybody
    Given the IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    And the operator has made "Ada" the owner of asset "Sales"
    When the IdP moves everybody to the domain "new.example"
    Then there is exactly one account for "Ada" and "Ben"
    And the noted account of "Ada" keeps its user name and e-mail address
    And the noted account of "Ben" keeps its user name and e-mail address
    And asset "Sales" belongs to the noted account of "Ada"
    # The link uses the id, so all other changes still arrive.
    When the IdP changes the "given name" of "Ada" to "Adele"
    Then the "given name" of the account of "Ada" is "Adele"

  @AT3
  Scenario: A move from Okta to Entra that keeps the user names keeps everybody
    Given Okta org "acme" has assigned "Ada"
    And the account of "Ada" is noted
    And the operator has made "Ada" the owner of asset "Sales"
    And the new IdP is an Entra tenant
    When the new IdP assigns "Ada"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the new IdP is linked to the account of "Ada"
    And asset "Sales" belongs to "Ada"
    And the new IdP reports no trouble

  # The new IdP looks for the new user name, finds nobody and requests a new user. Whether Atlan accepts a second user with the same
  # e-mail address is not published. In both cases the IdP has not found the person's account.
  @AT3
  Scenario: A move from Okta to Entra that writes the user names in another format loses everybody
    Given Okta org "acme" has assigned "Ada"
    And the account of "Ada" is noted
    And the operator has made "Ada" the owner of asset "Sales"
    And the new IdP is an Entra tenant
    And the new IdP knows "Ada" under the user name "ada.king"
    When the new IdP assigns "Ada"
    Then the new IdP has not found the noted account of "Ada"
    And the noted account of "Ada" keeps its user name and e-mail address
    And asset "Sales" belongs to the noted account of "Ada"

  # User name and e-mail address both differ, so nothing prevents the second user, and no IdP reports anything.
  @AT3
  Scenario: After a move from Okta to another format at Entra a person is two users, and nobody is told
    Given Okta org "acme" has assigned "Ada"
    And the account of "Ada" is noted
    And the operator has made "Ada" the owner of asset "Sales"
    And the new IdP is an Entra tenant
    And the new IdP has moved "Ada" to the domain "new.example"
    When the new IdP assigns "Ada"
    Then the product has 2 users for "Ada"
    And the new IdP reports no trouble
    When Okta org "acme" unassigns "Ada"
    Then the product shows the noted account of "Ada" as Disabled
    And asset "Sales" belongs to the noted account of "Ada"
    # The first user has the first user name. The second user cannot get it, and user names never change anyway.
    When the new IdP gives "Ada" the first user name back
    Then the product has 2 users for "Ada"
    And the new IdP has not found the noted account of "Ada"

  # Atlan does not publish with which status it refuses (409 or 400), nor whether a lookup finds the first user. The scenario checks
  # what its page says: the first user stays, the second is not synced.
  @okta/custom @entra/default @AT9
  Scenario: Somebody with another e-mail address has the user name
    Given somebody else with another e-mail address has the user name of "Ada"
    When the IdP assigns "Ada" and "Ben"
    Then the IdP reports that "Ada" was not provisioned
    And the product still has only the first user under the user name of "Ada"
    And there is exactly one account for "Ben"

  @okta/custom @AT9
  Scenario: Okta leaves the conflict as a failed task until an administrator retries it
    Given somebody else with another e-mail address has the user name of "Ada"
    When the IdP assigns "Ada"
    Then the IdP reports that "Ada" was not provisioned
    When 2 days pass for the IdP
    Then the IdP sent nothing
    And the product still has only the first user under the user name of "Ada"
    When the IdP retries its failed tasks
    Then the product still has only the first user under the user name of "Ada"

  @entra/default @AT9
  Scenario: Entra keeps the conflict in escrow and tries again ever less often
    Given somebody else with another e-mail address has the user name of "Ada"
    When the IdP assigns "Ada"
    Then the IdP reports that "Ada" was not provisioned
    When 1 days pass for the IdP
    And the IdP runs its next cycle
    Then the IdP has tried again
    And the product still has only the first user under the user name of "Ada"

  @okta/custom @AT9
  Scenario: Once the first user is erased, a retried task of Okta's provisions the second
    Given somebody else with another e-mail address has the user name of "Ada"
    And the IdP has assigned "Ada"
    When the operator erases "Ada"
    And the IdP retries its failed tasks
    Then there is exactly one account for "Ada"
    And the account of "Ada" shows what the IdP knows

  @okta/custom @entra/default @AT9
  Scenario: An account from before SCIM with the same user name and e-mail address is taken over, not doubled
    Given a local account for "Ada"
    When the IdP assigns "Ada"
    Then the product has 1 user for "Ada"
    And the account of "Ada" shows what the IdP knows
    And the IdP reports no trouble

  @AT9
  Scenario: A request without a lookup for a taken user name with another e-mail address is refused
    Given Okta org "acme" has assigned "Ada"
    And the account of "Ada" is noted
    When a client creates a user with the userName of "Ada" and another e-mail address
    Then the request is refused
    And the account of "Ada" is unchanged
    And the product has 1 user for "Ada"
