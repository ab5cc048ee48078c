@entra/default
Feature: Entra's gallery validation
  The validation's own SCIM requests, and what no other feature plays so.

  Background:
    Given the IdP has assigned "Ada" and "Ben"

  @Schema_Discoverability
  Scenario: The schemas name what is mapped out of the box
    Then each of these is answered as it says:
      | request                      | answer | holds                                      |
      | GET /Schemas                 | 200    | /Resources/0/id present                    |
      | GET /Schemas/<schema User>   | 200    | /attributes/*/name has "userName"          |
      |                              |        | /attributes/*/name has "active"            |
      |                              |        | /attributes/*/name has "displayName"       |
      |                              |        | /attributes/*/name has "name"              |
      |                              |        | /attributes/*/name has "emails"            |
      | GET /Schemas/<schema Group>  | 200    | /attributes/*/name has "displayName"       |
      |                              |        | /attributes/*/name has "members"           |

  @SCIM_Null_Update
  Scenario: An optional attribute is set to nothing
    Then each of these is answered as it says:
      | needs       | request            | op      | path        | value       | answer     | afterwards                  |
      | title       | PATCH /Users/<Ada> | replace | title       | "Team Lead" | 200 or 204 | /title = "Team Lead"        |
      | title       | PATCH /Users/<Ada> | replace | title       | ""          | 200 or 204 | /title in ["", null]        |
      | title       | PATCH /Users/<Ada> | replace | title       | "Team Lead" | 200 or 204 | /title = "Team Lead"        |
      | title       | PATCH /Users/<Ada> | replace | title       | null        | 200 or 204 | /title in ["", null]        |
      | displayName | PATCH /Users/<Ada> | replace | displayName | "Ada A"     | 200 or 204 | /displayName = "Ada A"      |
      | displayName | PATCH /Users/<Ada> | replace | displayName | null        | 200 or 204 | /displayName in ["", null]  |

  @SCIM_User_Create
  Scenario: A user is created by a plain POST
    Then each of these is answered as it says:
      | request     | body                                            | answer     | holds                                   |
      | POST /Users | user { "userName": "gallery.<tag>@example.com", | 200 or 201 | /id present                             |
      |             | "active": true }                                |            | /userName = "gallery.<tag>@example.com" |

  @SCIM_User_Update
  Scenario: Single values of a user are changed by PATCH
    Then each of these is answered as it says:
      | needs             | request            | op      | path              | value             | answer     | afterwards                      |
      | displayName       | PATCH /Users/<Ada> | replace | displayName       | "Ada A"           | 200 or 204 | /displayName = "Ada A"          |
      | title             | PATCH /Users/<Ada> | replace | title             | "Team Lead"       | 200 or 204 | /title = "Team Lead"            |
      | nickName          | PATCH /Users/<Ada> | replace | nickName          | "Addie"           | 200 or 204 | /nickName = "Addie"             |
      | userType          | PATCH /Users/<Ada> | replace | userType          | "Employee"        | 200 or 204 | /userType = "Employee"          |
      | preferredLanguage | PATCH /Users/<Ada> | replace | preferredLanguage | "en-GB"           | 200 or 204 | /preferredLanguage = "en-GB"    |
      | locale            | PATCH /Users/<Ada> | replace | locale            | "en-GB"           | 200 or 204 | /locale = "en-GB"               |
      | timezone          | PATCH /Users/<Ada> | replace | timezone          | "Europe/London"   | 200 or 204 | /timezone = "Europe/London"     |

  @SCIM_Group_Create
  Scenario: A group is created by a plain POST
    Then each of these is answered as it says:
      | needs  | request      | body                                     | answer     | holds                            |
      | groups | POST /Groups | group { "displayName": "Gallery <tag>" } | 200 or 201 | /id present                      |
      |        |              |                                          |            | /displayName = "Gallery <tag>"   |

  @SCIM_Group_Update
  Scenario: The name of a group is changed by PATCH
    Given the IdP has pushed group "Engineering" with "Ada"
    Then each of these is answered as it says:
      | needs  | request                           | op      | path        | value            | answer     | afterwards                       |
      | groups | PATCH /Groups/<group Engineering> | replace | displayName | "Platform <tag>" | 200 or 204 | /displayName = "Platform <tag>"  |

  @SCIM_User_Pagination
  Scenario: Users are read five at a time
    Given a crowd of 11 accounts
    Then the crowd read 5 at a time is whole
    And each of these is answered as it says:
      | request                         | answer | holds                   |
      | GET /Users?startIndex=1&count=5 | 200    | /startIndex = 1         |
      |                                 |        | /Resources/4 present    |
      | GET /Users?startIndex=6&count=5 | 200    | /startIndex = 6         |
      |                                 |        | /Resources/0 present    |

  @SCIM_Group_Pagination
  Scenario: Groups are read a page at a time
    When the IdP pushes group "Engineering" with "Ada"
    And the IdP pushes group "Finance" with "Ben"
    And the IdP pushes group "Sales" with "Ada" and "Ben"
    Then each of these is answered as it says:
      | needs  | request                          | answer | holds                |
      | groups | GET /Groups?startIndex=1&count=2 | 200    | /startIndex = 1      |
      |        |                                  |        | /totalResults >= 3   |
      |        |                                  |        | /Resources/1 present |
      | groups | GET /Groups?startIndex=3&count=2 | 200    | /startIndex = 3      |
      |        |                                  |        | /Resources/0 present |

  @SCIM_Update_Manager
  Scenario: A manager is set, set again and taken away by PATCH
    Then each of these is answered as it says:
      | needs                | request            | op      | path                       | value                 | answer     | afterwards |
      | <enterprise>:manager | PATCH /Users/<Ada> | add     | <enterprise>:manager       | { "value": "<Ben>" }  | 200 or 204 | /<enterprise>/manager/value = "<Ben>" |
      | <enterprise>:manager | PATCH /Users/<Ada> | replace | <enterprise>:manager       | { "value": "<Ben>" }  | 200 or 204 | /<enterprise>/manager/value = "<Ben>" |
      | <enterprise>:manager | PATCH /Users/<Ada> | replace | <enterprise>:manager       | ""                    | 200 or 204 | /<enterprise>/manager/value != "<Ben>" |

  @POD_Group
  Scenario: A group is pushed by itself
    When the IdP pushes group "Engineering" with "Ada"
    Then a lookup of group "Engineering" finds 1 group
    And group "Engineering" has exactly the member "Ada"
