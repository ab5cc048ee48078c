@entra/default
Feature: Entra's SCIM validator
  What the browser tool sends: users, groups, and several operations at once.

  Background:
    Given the IdP has assigned "Ada" and "Ben"
    And the IdP has pushed group "Engineering" with "Ada"
    And the accounts of "Ada" and "Ben" are noted

  @user-create
  Scenario: A user is created
    Then each of these is answered as it says:
      | request     | body                                              | answer | holds                                     |
      | POST /Users | user { "userName": "validator.<tag>@example.com", | 201    | /id present                               |
      |             | "active": true }                                  |        | /userName = "validator.<tag>@example.com" |

  @user-duplicate
  Scenario: A user name is not created twice
    When a client creates a user for "Ada"
    Then the answer is 409

  @user-filter
  Scenario: A user is found
    Then a lookup of the userName of "Ada" finds one account

  @user-filter-nobody
  Scenario: Nobody is found
    Then each of these is answered as it says:
      | request    | filter                                 | answer | holds             |
      | GET /Users | userName eq "nobody.<tag>@example.com" | 200    | /totalResults = 0 |

  @user-filter-case
  Scenario: A user is found in capitals
    Then a lookup of the userName of "Ada" in capital letters finds one account

  @user-replace
  Scenario: Attributes of a user are replaced
    Then each of these is answered as it says:
      | needs       | request            | op      | path            | value       | answer     | afterwards                 |
      | displayName | PATCH /Users/<Ada> | replace | displayName     | "Ada A"     | 200 or 204 | /displayName = "Ada A"     |
      | title       | PATCH /Users/<Ada> | replace | title           | "Team Lead" | 200 or 204 | /title = "Team Lead"       |
      |             | PATCH /Users/<Ada> | replace | name.givenName  | "Augusta"   | 200 or 204 | /name/givenName = "Augusta" |

  @user-add
  Scenario: Attributes of a user are added
    Then each of these is answered as it says:
      | needs    | request            | op  | path     | value    | answer     | afterwards            |
      | nickName | PATCH /Users/<Ada> | add | nickName | "Addie"  | 200 or 204 | /nickName = "Addie"   |
      | title    | PATCH /Users/<Ada> | add | title    | "Guide"  | 200 or 204 | /title = "Guide"      |

  @user-rename
  Scenario: A user name is changed
    When the IdP renames "Ada" to "ada.king"
    Then the account of "Ada" keeps its id
    And there is exactly one account for "Ada"
    And the IdP reports no trouble

  @user-disable
  Scenario: A user who is disabled is still found, inactive
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    And a lookup of the userName of "Ada" finds one account

  @manager-add
  Scenario: A manager is set
    When the IdP makes "Ada" the manager of "Ben"
    Then the account of "Ben" has "Ada" as manager

  @manager-replace
  Scenario: A manager is replaced
    Given the IdP has assigned "Cem"
    When the IdP makes "Ada" the manager of "Ben"
    And the IdP makes "Cem" the manager of "Ben"
    Then the account of "Ben" has "Cem" as manager

  @manager-remove
  Scenario: A manager is taken away
    When the IdP makes "Ada" the manager of "Ben"
    And the IdP takes the manager from "Ben"
    Then the account of "Ben" has no manager

  @user-delete
  Scenario: A user is deleted, and gone
    When a client deletes the account of "Ada"
    Then there is no account for "Ada"
    And a lookup of the userName of "Ada" finds nobody

  @group-read
  Scenario: A group is read without its members
    Then each of these is answered as it says:
      | needs  | request                                                    | answer | holds           |
      | groups | GET /Groups/<group Engineering>?excludedAttributes=members | 200    | /id present     |
      |        |                                                            |        | /members absent |

  @group-filter-bare
  Scenario: A group is looked up without its members
    Then each of these is answered as it says:
      | needs  | request                                | filter                              | answer | holds                       |
      | groups | GET /Groups?excludedAttributes=members | displayName eq "<name Engineering>" | 200    | /totalResults = 1           |
      |        |                                        |                                     |        | /Resources/0/members absent |

  @group-filter
  Scenario: A group is found
    Then a lookup of group "Engineering" finds 1 group

  @group-filter-nobody
  Scenario: No group is found
    Then a lookup of group "Finance" finds 0 groups

  @group-filter-case
  Scenario: A group is found in small letters
    When the IdP pushes group "engineering"
    Then a lookup of group "engineering" finds 1 group

  @group-create
  Scenario: A group is created
    Then each of these is answered as it says:
      | needs  | request      | body                                       | answer | holds                            |
      | groups | POST /Groups | group { "displayName": "Validator <tag>" } | 201    | /id present                      |
      |        |              |                                            |        | /displayName = "Validator <tag>" |

  @group-duplicate
  Scenario: A second group of that name is refused, or is another group
    Given group "Engineering" is noted
    When a client creates group "Engineering"
    Then the answer is not the noted group

  @group-replace
  Scenario: The members of a group are replaced
    Then each of these is answered as it says:
      | needs  | request                           | op      | path    | value                  | answer     | afterwards                     |
      | groups | PATCH /Groups/<group Engineering> | replace | members | [{ "value": "<Ben>" }] | 200 or 204 | /members/*/value are ["<Ben>"] |

  @group-rename
  Scenario: The name of a group is changed
    When the IdP renames group "Engineering" to "Platform"
    Then there is exactly one group "Platform"

  @member-add
  Scenario: A member is added
    When the IdP adds "Ben" to group "Engineering"
    Then group "Engineering" has exactly the members "Ada" and "Ben"

  @member-remove
  Scenario: A member is removed
    Given the IdP has pushed group "Finance" with "Ada" and "Ben"
    When the IdP removes "Ada" from group "Finance"
    Then group "Finance" has exactly the member "Ben"

  @group-delete
  Scenario: A group is deleted, and gone
    When a client deletes group "Engineering"
    Then there is no group "Engineering"

  @user-several-same
  Scenario: Several operations on one attribute of a user
    Then each of these is answered as it says:
      | needs | request            | op      | path  | value       | answer     | afterwards           |
      | title | PATCH /Users/<Ada> | replace | title | "Guide"     | 200 or 204 | /title = "Team Lead" |
      |       |                    | replace | title | "Team Lead" |            |                      |

  @user-several
  Scenario: Several operations on several attributes of a user
    Then each of these is answered as it says:
      | needs | request            | op      | path           | value       | answer     | afterwards                  |
      | title | PATCH /Users/<Ada> | replace | title          | "Team Lead" | 200 or 204 | /title = "Team Lead"        |
      |       |                    | replace | name.givenName | "Augusta"   |            | /name/givenName = "Augusta" |

  @user-delete-nobody
  Scenario: A user who is not there is not deleted
    Then each of these is answered as it says:
      | request                    | answer |
      | DELETE /Users/nobody-<tag> | 404    |

  @user-delete-again
  Scenario: A user is not deleted twice
    When a client deletes the account of "Ada"
    And a client deletes the noted account of "Ada" again
    Then the answer is 404

  @group-several
  Scenario: Several operations on a group
    Then each of these is answered as it says:
      | needs  | request                           | op      | path        | value                  | answer     | afterwards                       |
      | groups | PATCH /Groups/<group Engineering> | replace | displayName | "Platform <tag>"       | 200 or 204 | /displayName = "Platform <tag>"  |
      |        |                                   | add     | members     | [{ "value": "<Ben>" }] |            | /members/*/value has "<Ben>"     |

  @group-delete-nobody
  Scenario: A group that is not there is not deleted
    Then each of these is answered as it says:
      | needs  | request                     | answer |
      | groups | DELETE /Groups/nobody-<tag> | 404    |

  @group-delete-again
  Scenario: A group is not deleted twice
    Given group "Engineering" is noted
    Then each of these is answered as it says:
      | needs  | request                            | answer     |
      | groups | DELETE /Groups/<group Engineering> | 200 or 204 |
      | groups | DELETE /Groups/<noted-group>       | 404        |
