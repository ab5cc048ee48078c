@rfc
Feature: A PATCH changes what it names, and that only
  Each row is one PATCH. What is stored is read afterwards, so that success without effect shows.

  Background:
    Given the target supports "patch"
    And a user "Ada" with:
      """
      { "externalId": "ext-<tag>", "displayName": "Ada", "nickName": "Addie", "title": "Guide", "active": true,
        "name": { "givenName": "Ada", "familyName": "Byron", "middleName": "K" },
        "emails": [ { "value": "work.<tag>@one.example", "type": "work", "primary": true }, { "value": "home.<tag>@two.example", "type": "home" } ] }
      """

  @RFC7644-3.5.2.1-03 @RFC7644-3.5.2.1-04 @RFC7644-3.5.2.1-05 @RFC7644-3.5.2.1-06 @RFC7644-3.5.2.1-07 @RFC7644-3.5.2.1-08
  Scenario: Add
    Then each of these is answered as it says:
      | clause              | needs     | request            | body                                                                                      | answer     | afterwards |
      | RFC7644-3.5.2.1-04  | userType  | PATCH /Users/<Ada> | [{ "op": "add", "path": "userType", "value": "Staff" }]                                    | 200 or 204 | /userType = "Staff"; /title = "Guide" |
      | RFC7644-3.5.2.1-08  | profileUrl | PATCH /Users/<Ada> | [{ "op": "add", "path": "profileUrl", "value": "https://example.com/ada" }]              | 200 or 204 | /profileUrl = "https://example.com/ada" |
      | RFC7644-3.5.2.1-07  |           | PATCH /Users/<Ada> | [{ "op": "add", "path": "displayName", "value": "Ada B" }]                                 | 200 or 204 | /displayName = "Ada B" |
      | RFC7644-3.5.2.1-05  |           | PATCH /Users/<Ada> | [{ "op": "add", "path": "name", "value": { "middleName": "Q" } }]                          | 200 or 204 | /name/middleName = "Q"; /name/givenName = "Ada"; /name/familyName = "Byron" |
      | RFC7644-3.5.2.1-06  |           | PATCH /Users/<Ada> | [{ "op": "add", "path": "emails", "value": [{ "value": "new.<tag>@two.example", "type": "other" }] }] | 200 or 204 | /emails/*/value are ["work.<tag>@one.example", "home.<tag>@two.example", "new.<tag>@two.example"] |
      | RFC7644-3.5.2.1-03  |           | PATCH /Users/<Ada> | [{ "op": "add", "value": { "nickName": "Countess", "title": "Lead" } }]                    | 200 or 204 | /nickName = "Countess"; /title = "Lead"; /displayName = "Ada B" |

  @RFC7644-3.5.2.1-09 @RFC7644-3.5.2.1-10 @RFC7644-3.5.2.1-11 @RFC7643-2.4-08
  @RFC7643-4.2-11
  Scenario: What is there already is not added again
    Given a user "Ben"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | clause             | request              | body                                                                 | answer     | tolerated | holds | afterwards |
      | RFC7644-3.5.2.1-11 | PATCH /Groups/<Team> | [{ "op": "add", "path": "members", "value": [{ "value": "<Ada>" }] }] | 200 or 204 | 4xx       |       | unchanged |
      | RFC7644-3.5.2.1-10 | PATCH /Groups/<Team> | [{ "op": "add", "path": "members", "value": [{ "value": "<Ada>" }] }] | 200 or 204 | 4xx       |       | /members/*/value has "<Ada>" |
      | RFC7644-3.5.2.1-09 | PATCH /Groups/<Team> | [{ "op": "add", "path": "members", "value": [{ "value": "<Ada>" }] }] | 200 or 204 | 4xx       |       | /members/*/value are ["<Ada>"] |
      | RFC7643-2.4-08 RFC7643-4.2-11     | PATCH /Groups/<Team> | [{ "op": "add", "path": "members", "value": [{ "value": "<Ben>" }, { "value": "<Ada>" }] }] | 200 or 204 | 4xx |  | /members/*/value has "<Ben>" |

  @RFC7644-3.5.2.2-02 @RFC7644-3.5.2.2-05 @RFC7644-3.5.2.2-06 @RFC7644-3.5.2.2-07 @RFC7643-2.5-02
  @RFC7644-3.5.2-35 @RFC7644-3.5.2.2-14
  Scenario: Remove
    Then each of these is answered as it says:
      | clause             | needs  | request            | body                                                                 | answer     | holds | afterwards |
      | RFC7644-3.5.2.2-02 |        | PATCH /Users/<Ada> | [{ "op": "remove", "path": "nickName" }]                              | 200 or 204 |       | /nickName absent; /title = "Guide" |
      | RFC7643-2.5-02     | filter | GET /Users?filter=nickName pr and userName eq "<userName Ada>" |                           | 200        | finds nobody | |
      | RFC7644-3.5.2.2-06 |        | PATCH /Users/<Ada> | [{ "op": "remove", "path": "name.middleName" }]                       | 200 or 204 |       | /name/middleName absent; /name/givenName = "Ada"; /name/familyName = "Byron" |
      | RFC7644-3.5.2.2-05 |        | PATCH /Users/<Ada> | [{ "op": "remove", "path": "emails[type eq \\"home\\"]" }]            | 200 or 204 |       | /emails/*/value are ["work.<tag>@one.example"] |
      | RFC7644-3.5.2.2-07 |        | PATCH /Users/<Ada> | [{ "op": "remove", "path": "emails[type eq \\"work\\"]" }]            | 200 or 204 or 400 |  | /emails absent |
      | RFC7644-3.5.2-35 |  | PATCH /Users/<Ada> | [{ "op": "replace", "path": "title", "value": null }] | 200 or 204 or 400 |  | /title absent |
      | RFC7644-3.5.2.2-14 |  | PATCH /Users/<Ada> | [{ "op": "remove", "path": "emails[type eq \\"pager\\"]" }] | 200 or 204 or 400 noTarget |  | /displayName = "Ada" |

  @RFC7644-3.5.2.2-03 @RFC7644-3.5.2.2-04
  @RFC7644-3.5.2.2-11
  Scenario: Members are removed
    Given a user "Ben"
    And a user "Cem"
    And a group "Team" of "Ada" and "Ben"
    And a group "Solo" of "Cem"
    Then each of these is answered as it says:
      | clause             | request              | body                                                                      | answer     | afterwards | tolerated |
      | RFC7644-3.5.2.2-04 | PATCH /Groups/<Solo> | [{ "op": "remove", "path": "members[value eq \\"<Cem>\\"]" }]              | 200 or 204 | /members absent; /displayName present |  |
      | RFC7644-3.5.2.2-03 | PATCH /Groups/<Team> | [{ "op": "remove", "path": "members" }]                                    | 200 or 204 | /members absent; /displayName present |  |
      | RFC7644-3.5.2.2-11 | PATCH /Groups/<Solo> | [{ "op": "remove", "path": "members[value eq \\"<Ada>\\"]" }] | 200 or 204 | /displayName present | 400 noTarget |

  @RFC7644-3.5.2.3-01 @RFC7644-3.5.2.3-02 @RFC7644-3.5.2.3-03 @RFC7644-3.5.2.3-04 @RFC7644-3.5.2.3-05 @RFC7644-3.5.2.3-06
  @RFC7644-3.5.2-10
  @RFC7644-3.5.2-38
  Scenario: Replace
    Then each of these is answered as it says:
      | clause             | needs    | request            | body                                                                                     | answer     | afterwards | tolerated |
      | RFC7644-3.5.2.3-02 |          | PATCH /Users/<Ada> | [{ "op": "replace", "path": "displayName", "value": "Ada C" }]                            | 200 or 204 | /displayName = "Ada C"; /nickName = "Addie" |  |
      | RFC7644-3.5.2.3-04 | userType | PATCH /Users/<Ada> | [{ "op": "replace", "path": "userType", "value": "Staff" }]                               | 200 or 204 | /userType = "Staff" |  |
      | RFC7644-3.5.2.3-05 |          | PATCH /Users/<Ada> | [{ "op": "replace", "path": "name", "value": { "givenName": "Augusta" } }]                | 200 or 204 | /name/givenName = "Augusta" |  |
      | RFC7644-3.5.2.3-06 |          | PATCH /Users/<Ada> | [{ "op": "replace", "path": "name", "value": { "givenName": "Ada" } }]                    | 200 or 204 | /name/givenName = "Ada"; /name/familyName = "Byron"; /name/middleName = "K" |  |
      | RFC7644-3.5.2-10   |          | PATCH /Users/<Ada> | [{ "op": "replace", "path": "emails[type eq \\"work\\"].value", "value": "w2.<tag>@one.example" }] | 200 or 204 | /emails/*/value are ["w2.<tag>@one.example", "home.<tag>@two.example"] |  |
      | RFC7644-3.5.2.3-01 |          | PATCH /Users/<Ada> | [{ "op": "replace", "value": { "displayName": "Ada D", "title": "Head" } }]               | 200 or 204 | /displayName = "Ada D"; /title = "Head"; /nickName = "Addie" |  |
      | RFC7644-3.5.2.3-03 |          | PATCH /Users/<Ada> | [{ "op": "replace", "path": "emails", "value": [{ "value": "only.<tag>@one.example", "type": "work" }] }] | 200 or 204 | /emails/*/value are ["only.<tag>@one.example"] |  |
      | RFC7644-3.5.2-38 |  | PATCH /Users/<Ada> | raw { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "operations": [{ "op": "replace", "path": "nickName", "value": "Lower" }] } | 200 or 204 | /nickName = "Lower" | 4xx |

  @RFC7644-3.5.2.3-07 @RFC7644-3.5.2.3-08
  Scenario: Every value that the filter finds is replaced
    Given a user "Eda" with:
      """
      { "addresses": [ { "type": "work", "streetAddress": "1", "locality": "Ulm" }, { "type": "home", "streetAddress": "3", "locality": "Bonn" } ] }
      """
    Then each of these is answered as it says:
      | clause             | request            | body                                                                                                  | answer     | afterwards |
      | RFC7644-3.5.2.3-08 | PATCH /Users/<Eda> | [{ "op": "replace", "path": "addresses[type eq \\"work\\"].streetAddress", "value": "9" }]             | 200 or 204 | /addresses[type=work]/streetAddress = "9"; /addresses[type=work]/locality = "Ulm"; /addresses[type=home]/streetAddress = "3" |
      | RFC7644-3.5.2.3-07 | PATCH /Users/<Eda> | [{ "op": "replace", "path": "addresses[type eq \\"work\\"]", "value": { "type": "work", "locality": "Rom" } }] | 200 or 204 | /addresses[type=work]/locality = "Rom"; /addresses[type=home]/locality = "Bonn" |

  @RFC7644-3.5.2-02 @RFC7644-3.5.2-04 @RFC7644-3.5.2-05 @RFC7644-3.5.2-09 @RFC7644-3.5.2-15 @RFC7644-3.5.2-03
  @RFC7644-3.5.2.1-01 @RFC7644-3.5.2.3-11 @RFC7644-3.5.2.2-01
  @RFC7644-3.5.2-34 @RFC7644-3.12-24 @RFC7644-3.12-23
  Scenario: What is no PATCH is refused and changes nothing
    Then each of these is answered as it says:
      | clause             | request            | body                                                                                    | answer            | tolerated | holds | afterwards |
      | RFC7644-3.5.2-02   | PATCH /Users/<Ada> | [{ "op": "move", "from": "title", "path": "nickName" }]                                  | 4xx               |       |   | unchanged |
      | RFC7644-3.5.2-02   | PATCH /Users/<Ada> | [{ "op": "replace", "path": "emails/0", "value": { "value": "x.<tag>@one.example" } }]    | 4xx               |       |   | unchanged |
      | RFC7644-3.5.2-04   | PATCH /Users/<Ada> | raw { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"] }                     | 4xx               |       |   | unchanged |
      | RFC7644-3.5.2-04   | PATCH /Users/<Ada> | raw { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [] }   | 4xx               | 2xx   |   | unchanged |
      | RFC7644-3.5.2-03   | PATCH /Users/<Ada> | raw { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "Operations": [{ "op": "replace", "path": "title", "value": "No" }] } | 4xx | 2xx | | |
      | RFC7644-3.5.2-05   | PATCH /Users/<Ada> | [{ "path": "title", "value": "No" }]                                                      | 4xx               |       |   | unchanged |
      | RFC7644-3.5.2-09   | PATCH /Users/<Ada> | [{ "op": "replace", "path": "emails[", "value": "No" }]                                   | 400 invalidPath or 400 invalidFilter |  |  | unchanged |
      | RFC7644-3.5.2-09   | PATCH /Users/<Ada> | [{ "op": "replace", "path": "name..givenName", "value": "No" }]                           | 400 invalidPath   |       |   | unchanged |
      | RFC7644-3.5.2-09   | PATCH /Users/<Ada> | [{ "op": "replace", "path": "emails[type eq ].value", "value": "No" }]                    | 400 invalidFilter or 400 invalidPath |  |  | unchanged |
      | RFC7644-3.5.2.1-01 | PATCH /Users/<Ada> | [{ "op": "add", "path": "title" }]                                                        | 400 invalidValue or 400 invalidSyntax |  |  | unchanged |
      | RFC7644-3.5.2.3-11 | PATCH /Users/<Ada> | [{ "op": "replace", "path": "title" }]                                                    | 400 invalidValue or 400 invalidSyntax | 2xx |  |  |
      | RFC7644-3.5.2.2-01 | PATCH /Users/<Ada> | [{ "op": "remove" }]                                                                      | 400 noTarget      |       |   | unchanged |
      | RFC7644-3.5.2-15   | PATCH /Users/<Ada> | [{ "op": "remove" }]                                                                      | 4xx               |       | /schemas has "urn:ietf:params:scim:api:messages:2.0:Error"; /status present | |
      | RFC7644-3.5.2-34 | PATCH /Users/<Ada> | [{ "op": "replace", "path": "favouriteColour", "value": "red" }] | 4xx | 2xx |  | /favouriteColour absent |
      | RFC7644-3.12-24 | PATCH /Users/<Ada> | [{ "op": "remove" }] | 400 noTarget |  |  | unchanged |
      | RFC7644-3.12-23 | PATCH /Users/<Ada> | [{ "op": "replace", "path": "name..givenName", "value": "No" }] | 400 invalidPath |  |  | unchanged |

  @RFC7644-3.5.2-11 @RFC7644-3.5.2-13 @RFC7644-3.5.2.2-08 @RFC7644-3.5.2.2-09 @RFC7644-3.5.2.2-10
  @RFC7643-3.1-13 @RFC7643-3.1-23 @RFC7643-2-01
  @RFC7644-3.12-21
  Scenario: What an attribute does not allow is refused and changes nothing
    Then each of these is answered as it says:
      | clause             | request            | body                                                                                   | answer           | tolerated | afterwards |
      | RFC7644-3.5.2-11   | PATCH /Users/<Ada> | [{ "op": "replace", "path": "active", "value": "maybe" }]                               | 400 invalidValue or 400 invalidSyntax |           | /active = true |
      | RFC7643-2-01       | PATCH /Users/<Ada> | [{ "op": "replace", "path": "name", "value": "Ada" }]                                   | 400 invalidValue or 400 invalidSyntax |           | unchanged |
      | RFC7644-3.5.2-13   | PATCH /Users/<Ada> | [{ "op": "replace", "path": "id", "value": "other-<tag>" }]                             | 400 mutability   | 2xx       | /id = "<Ada>" |
      | RFC7643-3.1-13     | PATCH /Users/<Ada> | [{ "op": "add", "value": { "id": "other-<tag>" } }]                                     | 400 mutability   | 2xx       | /id = "<Ada>" |
      | RFC7643-3.1-23     | PATCH /Users/<Ada> | [{ "op": "replace", "path": "meta.created", "value": "2001-01-01T00:00:00Z" }]          | 400 mutability   | 2xx       | /meta/created = "<Ada /meta/created>" |
      | RFC7643-3.1-23     | PATCH /Users/<Ada> | [{ "op": "replace", "path": "meta.resourceType", "value": "Evil" }]                     | 400 mutability   | 2xx       | /meta/resourceType = "User" |
      | RFC7644-3.5.2.2-08 | PATCH /Users/<Ada> | [{ "op": "remove", "path": "userName" }]                                                | 4xx              |           | unchanged |
      | RFC7644-3.5.2.2-10 RFC7644-3.12-21 | PATCH /Users/<Ada> | [{ "op": "remove", "path": "userName" }]                                                | 400 mutability   |           | unchanged |
      | RFC7644-3.5.2.2-09 | PATCH /Users/<Ada> | [{ "op": "remove", "path": "id" }]                                                      | 400 mutability   |           | unchanged |

  @RFC7644-3.5.2-22 @RFC7644-3.5.2-24 @RFC7644-3.5.2-25 @RFC7644-3.5.2-20 @RFC7644-3.5.2-23
  Scenario: All operations are carried out, or none
    Then each of these is answered as it says:
      | clause           | request            | body                                                                                                                           | answer     | holds | afterwards |
      | RFC7644-3.5.2-24 | PATCH /Users/<Ada> | [{ "op": "replace", "path": "title", "value": "Half" }, { "op": "remove", "path": "userName" }]                                 | 4xx        | /schemas has "urn:ietf:params:scim:api:messages:2.0:Error" | |
      | RFC7644-3.5.2-22 | PATCH /Users/<Ada> | [{ "op": "replace", "path": "title", "value": "Half" }, { "op": "add", "path": "emails", "value": [{ "value": "half.<tag>@one.example" }] }, { "op": "remove", "path": "userName" }] | 4xx | | /title = "Guide"; /emails/*/value are ["work.<tag>@one.example", "home.<tag>@two.example"] |
      | RFC7644-3.5.2-23 | PATCH /Users/<Ada> | [{ "op": "replace", "path": "title", "value": "Half" }, { "op": "replace", "path": "active", "value": { "no": "boolean" } }]     | 4xx        |       | unchanged |
      | RFC7644-3.5.2-25 | PATCH /Users/<Ada> | [{ "op": "replace", "path": "title", "value": "Half" }, { "op": "remove" }]                                                     | 4xx        | /schemas has "urn:ietf:params:scim:api:messages:2.0:Error"; /status in ["400", "403", "409", "422"] | unchanged |
      | RFC7644-3.5.2-20 | PATCH /Users/<Ada> | [{ "op": "remove", "path": "nickName" }, { "op": "add", "path": "nickName", "value": "a" }, { "op": "replace", "path": "nickName", "value": "b" }] | 200 or 204 | | /nickName = "b" |

  @RFC7644-3.5.2-21
  Scenario: Only one value is primary
    Then each of these is answered as it says:
      | request            | body                                                                                                              | answer     | afterwards |
      | PATCH /Users/<Ada> | [{ "op": "replace", "path": "emails[type eq \\"home\\"].primary", "value": true }]                                 | 200 or 204 | /emails[primary=true]/type = "home"; /emails[type=work]/primary != true |
      | PATCH /Users/<Ada> | [{ "op": "add", "path": "emails", "value": [{ "value": "third.<tag>@one.example", "type": "other", "primary": true }] }] | 200 or 204 | /emails[primary=true]/value = "third.<tag>@one.example"; /emails[type=home]/primary != true |

  @RFC7644-3.5.2-16 @RFC7644-3.5.2-31 @RFC7644-3.10-01 @RFC7644-3.10-05 @RFC7643-2.1-03
  Scenario: Paths are written in any case, with their schema or without
    Given a group "Team" of "Ada"
    Then each of these is answered as it says:
      | clause           | request              | body                                                                                                                | answer     | afterwards |
      | RFC7644-3.5.2-16 | PATCH /Users/<Ada>   | [{ "op": "replace", "path": "displayName", "value": "U" }]                                                           | 200 or 204 | /displayName = "U" |
      | RFC7644-3.5.2-16 | PATCH /Groups/<Team> | [{ "op": "replace", "path": "displayName", "value": "G <tag>" }]                                                     | 200 or 204 | /displayName = "G <tag>"; /members/*/value are ["<Ada>"] |
      | RFC7644-3.5.2-31 | PATCH /Users/<Ada>   | [{ "op": "replace", "path": "NAME.FAMILYNAME", "value": "N" }]                                                       | 200 or 204 | /name/familyName = "N" |
      | RFC7643-2.1-03   | PATCH /Users/<Ada>   | [{ "op": "replace", "path": "DISPLAYNAME", "value": "V" }]                                                           | 200 or 204 | /displayName = "V" |
      | RFC7644-3.10-01  | PATCH /Users/<Ada>   | [{ "op": "replace", "path": "urn:ietf:params:scim:schemas:core:2.0:User:title", "value": "T" }]                      | 200 or 204 | /title = "T" |
      | RFC7644-3.10-05  | PATCH /Users/<Ada>   | [{ "op": "replace", "path": "URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:NAME.GIVENNAME", "value": "M" }]             | 200 or 204 | /name/givenName = "M" |

  @RFC7644-3.5.2-19 @RFC7643-3-12 @RFC7643-4.3-01 @RFC7644-3.5.2-17
  @RFC7644-3.5.2.1-13
  Scenario: An extension comes with its first attribute
    Given a user "Eda" with:
      """
      { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Tours", "employeeNumber": "701" } }
      """
    Then each of these is answered as it says:
      | clause           | request            | body                                                                                                                            | answer     | holds | afterwards |
      | RFC7643-4.3-01   | GET /Users/<Eda>   |                                                                                                                                 | 200        | /urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department = "Tours"; /schemas has "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" | |
      | RFC7643-3-12     | GET /Users/<Eda>   |                                                                                                                                 | 200        | /department absent; /employeeNumber absent | |
      | RFC7644-3.5.2-19 | PATCH /Users/<Ada> | [{ "op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber", "value": "702" }]           | 200 or 204 | | /urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber = "702"; /schemas has "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User" |
      | RFC7644-3.5.2-17 | PATCH /Users/<Ada> | [{ "op": "remove", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber" }, { "op": "add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department", "value": "Maps" }] | 200 or 204 | | /urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/department = "Maps"; /urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber absent |
      | RFC7644-3.5.2.1-13 | PATCH /Users/<Eda> | [{ "op": "add", "value": { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "costCenter": "C1" } } }] | 200 or 204 |  | /urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/costCenter = "C1"; /urn:ietf:params:scim:schemas:extension:enterprise:2.0:User/employeeNumber = "701" |

  @RFC7644-3.5.2-28 @RFC7644-3.5.2-29 @RFC7644-3.5.2-30 @RFC7644-3.5.2-32
  Scenario: The answer to a PATCH
    Given a user "Ben"
    Then each of these is answered as it says:
      | clause           | request                                   | body                                                                     | answer     | holds | afterwards |
      | RFC7644-3.5.2-28 | PATCH /Users/<Ada>?attributes=displayName | [{ "op": "replace", "path": "displayName", "value": "Shown" }]            | 200        | | |
      | RFC7644-3.5.2-29 | PATCH /Users/<Ada>?attributes=displayName | [{ "op": "replace", "path": "displayName", "value": "Seen" }]             | 200 or 204 | /id present; /nickName absent; /emails absent | |
      | RFC7644-3.5.2-30 | PATCH /Users/nobody-<tag>                 | [{ "op": "replace", "path": "displayName", "value": "Nobody" }]           | 404        | /schemas has "urn:ietf:params:scim:api:messages:2.0:Error" | |
      | RFC7644-3.5.2-32 | PATCH /Users/<Ben>                        | [{ "op": "replace", "path": "userName", "value": "<userName Ada>" }]      | 409 uniqueness or 400 uniqueness | | unchanged |

  @RFC7643-4.1.1-19
  Scenario: An account is switched off and on, and stays there to be read
    Then each of these is answered as it says:
      | request            | body                                                       | answer     | afterwards |
      | PATCH /Users/<Ada> | [{ "op": "replace", "path": "active", "value": false }]     | 200 or 204 | /active = false; /userName present |
      | PATCH /Users/<Ada> | [{ "op": "replace", "path": "active", "value": true }]      | 200 or 204 | /active = true |

  @RFC7643-4.1.1-29
  Scenario: A password is changed
    Given the target supports "password changes"
    Then each of these is answered as it says:
      | needs    | request            | body                                                                    | answer     | holds |
      | password | PATCH /Users/<Ada> | [{ "op": "replace", "path": "password", "value": "N3w-<tag>-secret!" }]  | 200 or 204 | text lacks "N3w-<tag>" |

  @RFC7643-4.2-04
  Scenario: A member is not turned into another
    Given a user "Ben"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | request              | body                                                                                               | answer         | tolerated | afterwards |
      | PATCH /Groups/<Team> | [{ "op": "replace", "path": "members[value eq \\"<Ada>\\"].value", "value": "<Ben>" }]              | 400 mutability | 2xx       | |

  @RFC7643-4.1.2-28
  Scenario: Groups are not joined through the user
    Given a user "Ben"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | request              | body                                                                       | answer | tolerated | holds |
      | PATCH /Users/<Ben>   | [{ "op": "add", "path": "groups", "value": [{ "value": "<Team>" }] }]       | 4xx    | 2xx       | |
      | GET /Groups/<Team>   |                                                                            | 200    |           | /members/*/value are ["<Ada>"] |
