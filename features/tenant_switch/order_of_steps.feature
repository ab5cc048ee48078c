@tenant-switch
Feature: The order of a switch
  Vendors' runbooks contradict each other on the order of unassigning, switching off, cleaning up and assigning.
  These scenarios show what each order leaves behind.

  @F004 @AL7
  Scenario Outline: Switching provisioning off at an <old> sends nothing and deletes nothing
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When the old IdP disables provisioning
    Then the old IdP sent nothing
    And the accounts of "Ada" and "Ben" are unchanged

    Examples:
      | old                |
      | Okta org           |
      | Okta catalogue app |
      | Entra tenant       |

  @F004 @AL8
  Scenario Outline: Switching provisioning on again at an <old> keeps the stored links
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada"
    And the account of "Ada" is noted
    And the old IdP has disabled provisioning
    When the old IdP enables provisioning
    And the old IdP changes the "title" of "Ada" to "Consultant"
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the "title" of the account of "Ada" is "Consultant"

    Examples:
      | old          |
      | Okta org     |
      | Entra tenant |

  @AL6
  Scenario Outline: Removing the assignments at an <old> deactivates everybody
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    When the old IdP removes all its assignments
    Then the accounts of "Ada" and "Ben" are inactive
    And the old IdP reports no trouble

    Examples:
      | old                                |
      | Okta org                           |
      | Okta catalogue app                 |
      | Entra tenant                       |
      | Entra tenant with aadOptscim062020 |

  @F014 @F015 @AL6
  Scenario Outline: Unassign at an <old>, switch off, assign at an <new>: everybody is back with one account
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When the old IdP removes all its assignments
    And the old IdP disables provisioning
    And the new IdP is hired as an <new>
    And the new IdP assigns "Ada" and "Ben"
    Then there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are active
    And the accounts of "Ada" and "Ben" keep their ids
    And the new IdP is linked to the accounts of "Ada" and "Ben"

    Examples:
      | old          | new          |
      | Okta org     | Entra tenant |
      | Entra tenant | Okta org     |
      | Okta org     | Okta org     |

  @F015
  Scenario Outline: Assign at an <new> first, unassign at an <old> afterwards: the late deactivation hits people in use
    Given the old IdP is an <old>
    And the old IdP has assigned "Ada"
    And the account of "Ada" is noted
    And the new IdP is an <new>
    When the new IdP assigns "Ada"
    And the old IdP removes all its assignments
    Then there is exactly one account for "Ada"
    And the account of "Ada" keeps its id
    And the account of "Ada" is inactive

    Examples:
      | old          | new          |
      | Okta org     | Entra tenant |
      | Entra tenant | Okta org     |

  @F012
  Scenario: A leaver during the pause stays active until somebody looks
    Given the old IdP is an Okta org
    And the old IdP has assigned "Ada" and "Ben"
    And the old IdP has disabled provisioning
    When the old IdP deactivates "Ada"
    Then the old IdP sent nothing
    And the accounts of "Ada" and "Ben" are active

  @F011 @F036 @AL12
  Scenario: A restart that keeps the links keeps writing to accounts that are gone
    Given Entra tenant "contoso" has assigned "Ada"
    When a client deletes the account of "Ada"
    And Entra tenant "contoso" changes the "title" of "Ada" to "Consultant"
    Then Entra tenant "contoso" reports that an object is gone
    And there is no account for "Ada"

  @F011
  Scenario: A restart that drops the links finds everybody again
    Given Entra tenant "contoso" has assigned "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" are noted
    When Entra tenant "contoso" restarts provisioning and drops its links
    Then there is exactly one account for "Ada" and "Ben"
    And the accounts of "Ada" and "Ben" keep their ids
    And Entra tenant "contoso" is linked to the accounts of "Ada" and "Ben"
    And Entra tenant "contoso" reports no trouble
