@atlan @profile/atlan
Feature: Atlan's groups and those of the IdP
  Atlan has its own groups. An operator maps one to a group of the IdP, and from then on it has the members of that group. Changes
  of the IdP's group follow the mapping; changes of Atlan's group do not reach SCIM.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the product has a group "Analysts" of its own

  @okta/custom @entra/default @AT15
  Scenario: A group that is not mapped is not synced until it is
    When the IdP pushes group "Engineering" with "Ada" and "Ben"
    Then product group "Analysts" has no members
    And the product has no group "Engineering" of its own
    When the operator maps product group "Analysts" to group "Engineering"
    And the IdP assigns "Cem"
    And the IdP adds "Cem" to group "Engineering"
    Then product group "Analysts" has exactly the members "Ada", "Ben" and "Cem"

  @okta/custom @entra/default @AT15
  Scenario: A group of the same name is not mapped by itself
    Given the product has a group "Engineering" of its own
    When the IdP pushes group "Engineering" with "Ada" and "Ben"
    Then product group "Engineering" is not mapped
    And product group "Engineering" has no members

  @okta/custom @entra/default @AT4
  Scenario: A mapped group is renamed at the IdP, and the mapping follows
    Given the operator has mapped product group "Analysts" to group "Engineering"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the IdP renames group "Engineering" to "Platform"
    Then product group "Platform" is mapped to group "Platform"
    And product group "Platform" has exactly the members "Ada" and "Ben"
    When the IdP removes "Ben" from group "Platform"
    Then product group "Platform" has exactly the member "Ada"
    And the IdP reports no trouble

  @okta/custom @entra/default @AT5
  Scenario: A mapped group is renamed in Atlan, and SCIM neither notices nor renames it back
    Given the operator has mapped product group "Analysts" to group "Engineering"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the operator renames product group "Analysts" to "Data team"
    Then there is exactly one group "Engineering"
    When the IdP removes "Ben" from group "Engineering"
    Then product group "Data team" has exactly the member "Ada"
    And product group "Data team" is mapped to group "Engineering"
    And there is exactly one group "Engineering"
    And the product has no group "Analysts" of its own
    And the IdP reports no trouble

  @okta @AT5
  Scenario: A whole push does not rename Atlan's group back either
    Given the operator has mapped product group "Analysts" to group "Engineering"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the operator renames product group "Analysts" to "Data team"
    And the IdP pushes group "Engineering" now
    Then product group "Data team" has exactly the members "Ada" and "Ben"
    And there is exactly one group "Engineering"

  # Okta deletes a pushed group if its push ends with the choice to delete it; Entra if the group is deleted or unassigned.
  @okta/custom @entra/default @AT6
  Scenario: A mapped group is deleted through the IdP: the mapping goes, Atlan's group stays and is emptied
    Given the operator has mapped product group "Analysts" to group "Engineering"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the IdP unlinks group "Engineering" and deletes it on the target
    Then there is no group "Engineering"
    And the product still has its group "Analysts"
    And product group "Analysts" is not mapped
    And product group "Analysts" has no members
    And the product shows "Ada" and "Ben" as Enabled

  @entra/default @AT6
  Scenario: A mapped group is deleted in the Entra directory
    Given the operator has mapped product group "Analysts" to group "Engineering"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the IdP deletes group "Engineering"
    Then there is no group "Engineering"
    And product group "Analysts" is not mapped
    And product group "Analysts" has no members

  # To keep the members, delete the mapping in Atlan before the group is deleted at the IdP.
  @okta/custom @entra/default @AT7
  Scenario: Once the mapping is deleted nothing of the IdP's arrives, and the members stay when its group goes
    Given the operator has mapped product group "Analysts" to group "Engineering"
    And the IdP has pushed group "Engineering" with "Ada" and "Ben"
    When the operator ends the mapping of product group "Analysts"
    Then product group "Analysts" has exactly the members "Ada" and "Ben"
    When the IdP removes "Ben" from group "Engineering"
    Then group "Engineering" has exactly the member "Ada"
    And product group "Analysts" has exactly the members "Ada" and "Ben"
    When the IdP unlinks group "Engineering" and deletes it on the target
    Then there is no group "Engineering"
    And product group "Analysts" has exactly the members "Ada" and "Ben"
