@rfc
Feature: PATCH
  Each row is one PATCH. A read afterwards shows what was stored, so that success without effect is found.

  Background:
    Given the target supports "patch"
    And a user "Ada" with:
      """
      { "externalId": "ext-<tag>", "displayName": "Ada", "nickName": "Addie", "title": "Guide", "active": true,
        "name": { "givenName": "Ada", "familyName": "Byron", "middleName": "K" },
        "emails": [ { "value": "work.<tag>@one.example", "type": "work", "primary": true },
                    { "value": "home.<tag>@two.example", "type": "home" } ] }
      """

  @RFC7644-3.5.2.1-03 @RFC7644-3.5.2.1-04 @RFC7644-3.5.2.1-05 @RFC7644-3.5.2.1-06 @RFC7644-3.5.2.1-07 @RFC7644-3.5.2.1-08
  Scenario: Add
    Then each of these is answered as it says:
      | clause             | needs | request            | op  | path        | value              | answer     | afterwards                 |
      | RFC7644-3.5.2.1-04 | userType | PATCH /Users/<Ada> | add | userType    | "Staff"            | 200 or 204 | /userType = "Staff"     |
      |                    |       |                    |     |             |                    |            | /title = "Guide"           |
      | RFC7644-3.5.2.1-08 | profileUrl | PATCH /Users/<Ada> |     |             |  | 200 or 204 | /profileUrl = "https://example.com/ada" |
      |                    |       |                    | add | profileUrl  | "https://example.com/ada" |            |                     |
      | RFC7644-3.5.2.1-07 |       | PATCH /Users/<Ada> | add | displayName | "Ada B"            | 200 or 204 | /displayName = "Ada B"     |
      | RFC7644-3.5.2.1-05 |       | PATCH /Users/<Ada> | add | name        | { "middleName": "Q" } | 200 or 204 | /name/middleName = "Q"  |
      |                    |       |                    |     |             |                    |            | /name/givenName = "Ada"    |
      |                    |       |                    |     |             |                    |            | /name/familyName = "Byron" |
      | RFC7644-3.5.2.1-06 |       | PATCH /Users/<Ada> |     |           |  | 200 or 204 | /emails/*/value are ["work.<tag>@one.example", |
      |                    |       |                  | add | emails | [{ "value": "new.<tag>@two.example", |  | "home.<tag>@two.example", |
      |                    |       |                    |     |             | "type": "home" }]  |            | "new.<tag>@two.example"]   |
      | RFC7644-3.5.2.1-03 |       | PATCH /Users/<Ada> | add |          | { "nickName": "Countess", | 200 or 204 | /nickName = "Countess" |
      |                    |       |                    |     |             | "title": "Lead" }  |            | /title = "Lead"            |
      |                    |       |                    |     |             |                    |            | /displayName = "Ada B"     |

  @RFC7643-3.1-02 @F008
  Scenario: Another externalId changes nothing else
    Then each of these is answered as it says:
      | clause         | request            | op      | path       | value         | answer     | tolerated | afterwards       |
      | RFC7643-3.1-02 | PATCH /Users/<Ada> | replace | externalId | "other-<tag>" | 200 or 204 | 4xx       | /id = "<Ada>"    |
      |                |                    |         |            |               |            |           | /title = "Guide" |

  @RFC7644-3.5.2.1-09 @RFC7644-3.5.2.1-10 @RFC7644-3.5.2.1-11 @RFC7643-2.4-08
  @RFC7643-4.2-11
  Scenario: Add does not duplicate a value
    Given a user "Ben"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | clause             | request              | op  | path    | value                  | answer     | tolerated | afterwards |
      | RFC7644-3.5.2.1-11 | PATCH /Groups/<Team> | add | members | [{ "value": "<Ada>" }] | 200 or 204 | 4xx       | unchanged  |
      | RFC7644-3.5.2.1-10 | PATCH /Groups/<Team> |     |         |                      | 200 or 204 | 4xx | /members/*/value has "<Ada>" |
      |                    |                      | add | members | [{ "value": "<Ada>" }] |            |           |            |
      | RFC7644-3.5.2.1-09 | PATCH /Groups/<Team> |     |         |                    | 200 or 204 | 4xx | /members/*/value are ["<Ada>"] |
      |                    |                      | add | members | [{ "value": "<Ada>" }] |            |           |            |
      | RFC7643-2.4-08   | PATCH /Groups/<Team> | add | members | [{ "value": "<Ben>" }, | 200 or 204 | 4xx | /members/*/value has "<Ben>" |
      | RFC7643-4.2-11     |                      |     |         | { "value": "<Ada>" }]  |            |           |            |

  @RFC7644-3.5.2.2-02 @RFC7644-3.5.2.2-05 @RFC7644-3.5.2.2-06 @RFC7644-3.5.2.2-07 @RFC7643-2.5-02
  @RFC7644-3.5.2-35 @RFC7644-3.5.2.2-14
  Scenario: Remove
    Then each of these is answered as it says:
      | clause             | needs  | request            | filter | op      | path  | value | answer            | holds | afterwards       |
      | RFC7644-3.5.2.2-02 |        | PATCH /Users/<Ada> |        | remove  | nickName |       | 200 or 204        |    | /nickName absent |
      |                    |        |                    |        |         |       |       |                   |       | /title = "Guide" |
      | RFC7643-2.5-02     | filter | GET /Users         | nickName pr |         |       |       | 200               | finds nobody |      |
      |                    |        |                    | and userName eq "<userName Ada>" |         |       |       |              |  |  |
      | RFC7644-3.5.2.2-06 |        | PATCH /Users/<Ada> |        | remove  | name.middleName |  | 200 or 204 |  | /name/middleName absent |
      |                    |        |                    |        |         |       |       |                 |  | /name/givenName = "Ada" |
      |                    |        |                    |        |         |       |       |              |  | /name/familyName = "Byron" |
      | RFC7644-3.5.2.2-05 |        | PATCH /Users/<Ada> |       |  |  |  | 200 or 204 |  | /emails/*/value are ["work.<tag>@one.example"] |
      |                    |        |                    |        | remove  | emails[type eq "home"] |       |                   |      |  |
      | RFC7644-3.5.2.2-07 |        | PATCH /Users/<Ada> |    | remove | emails[type eq "work"] |  | 200 or 204 or 400 |  | /emails absent |
      | RFC7644-3.5.2-35   |        | PATCH /Users/<Ada> |        | replace | title | null  | 200 or 204 or 400 |       | /title absent    |
      | RFC7644-3.5.2.2-14 |        | PATCH /Users/<Ada> |    | remove | emails[type eq "pager"] |  | 200 or 204 |  | /displayName = "Ada" |
      |                    |        |                    |        |         |       |       | 400 noTarget      |       |                  |

  @RFC7644-3.5.2.2-03 @RFC7644-3.5.2.2-04
  @RFC7644-3.5.2.2-11
  Scenario: Members are removed
    Given a user "Ben"
    And a user "Cem"
    And a group "Team" of "Ada" and "Ben"
    And a group "Solo" of "Cem"
    Then each of these is answered as it says:
      | clause             | request              | op     | path                      | answer     | tolerated    | afterwards           |
      | RFC7644-3.5.2.2-04 | PATCH /Groups/<Solo> | remove | members[value eq "<Cem>"] | 200 or 204 |              | /members absent      |
      |                    |                      |        |                           |            |              | /displayName present |
      | RFC7644-3.5.2.2-03 | PATCH /Groups/<Team> | remove | members                   | 200 or 204 |              | /members absent      |
      |                    |                      |        |                           |            |              | /displayName present |
      | RFC7644-3.5.2.2-11 | PATCH /Groups/<Solo> | remove | members[value eq "<Ada>"] | 200 or 204 | 400 noTarget | /displayName present |

  @RFC7644-3.5.2.3-01 @RFC7644-3.5.2.3-02 @RFC7644-3.5.2.3-03 @RFC7644-3.5.2.3-04 @RFC7644-3.5.2.3-05 @RFC7644-3.5.2.3-06
  @RFC7644-3.5.2-10
  @RFC7644-3.5.2-38
  Scenario: Replace
    Then each of these is answered as it says:
      | clause             | needs | request            | body | op      | path   | value   | answer     | tolerated | afterwards          |
      | RFC7644-3.5.2.3-02 |       | PATCH /Users/<Ada> |      | replace | displayName | "Ada C" | 200 or 204 |   | /displayName = "Ada C" |
      |                    |       |                    |      |         |        |         |            |           | /nickName = "Addie" |
      | RFC7644-3.5.2.3-04 | userType | PATCH /Users/<Ada> |      | replace | userType | "Staff" | 200 or 204 |      | /userType = "Staff" |
      | RFC7644-3.5.2.3-05 |       | PATCH /Users/<Ada> |      |         |        |         | 200 or 204 |   | /name/givenName = "Augusta" |
      |                    |       |                    |      | replace | name   | { "givenName": "Augusta" } |            |           |  |
      | RFC7644-3.5.2.3-06 |   | PATCH /Users/<Ada> |  | replace | name | { "givenName": "Ada" } | 200 or 204 |  | /name/givenName = "Ada" |
      |                    |       |                    |      |         |        |         |            |    | /name/familyName = "Byron" |
      |                    |       |                    |      |         |        |         |            |        | /name/middleName = "K" |
      | RFC7644-3.5.2-10   |       | PATCH /Users/<Ada> |      |      |  |  | 200 or 204 |  | /emails/*/value are ["w2.<tag>@one.example", |
      |                    |     |  |  | replace | emails[type eq "work"].value | "w2.<tag>@one.example" |  |  | "home.<tag>@two.example"] |
      | RFC7644-3.5.2.3-01 |     | PATCH /Users/<Ada> |  | replace |  | { "displayName": "Ada D", | 200 or 204 |  | /displayName = "Ada D" |
      |                    |       |                    |      |         |        | "title": "Head" } |            |     | /title = "Head" |
      |                    |       |                    |      |         |        |         |            |           | /nickName = "Addie" |
      | RFC7644-3.5.2.3-03 |       | PATCH /Users/<Ada> |      |    |  |  | 200 or 204 |  | /emails/*/value are ["only.<tag>@one.example"] |
      |                    |       |                    |      | replace | emails | [{ "value": "only.<tag>@one.example", |          |  |  |
      |                    |       |                    |      |         |        | "type": "work" }] |            |           |           |
      | RFC7644-3.5.2-38   |       | PATCH /Users/<Ada> | raw { "schemas": ["<message PatchOp>"], |         |     |  | 200 or 204 | 4xx |  |
      |                    |       |                    | "operations": [{ "op": "replace", |         |        |         |           |  |  |
      |                    |       |                    | "path": "nickName", |         |        |         |            |           |      |
      |                    |       |                    | "value": "Lower" }] } |         |        |         |            |           |    |
      |                    |       |                    |      |         |        |         |            |           | /nickName = "Lower" |

  @RFC7644-3.5.2.3-07 @RFC7644-3.5.2.3-08
  Scenario: Replace changes every value that the filter matches
    Given a user "Eda" with:
      """
      { "addresses": [ { "type": "work", "streetAddress": "1", "locality": "Ulm" },
                       { "type": "home", "streetAddress": "3", "locality": "Bonn" } ] }
      """
    Then each of these is answered as it says:
      | clause             | request            | op      | path | value             | answer | afterwards                                |
      | RFC7644-3.5.2.3-08 | PATCH /Users/<Eda> |         |      |                   | 200    | /addresses[type=work]/streetAddress = "9" |
      |                    |                    |         |      |                   | 204    | /addresses[type=work]/locality = "Ulm"    |
      |                    |      | replace | addresses[type eq "work"].streetAddress | "9" |  | /addresses[type=home]/streetAddress = "3" |
      | RFC7644-3.5.2.3-07 | PATCH /Users/<Eda> |         |      |                   | 200    | /addresses[type=work]/locality = "Rom"    |
      |                    |                    |         |      |                   | 204    | /addresses[type=home]/locality = "Bonn"   |
      |                    |                    | replace | addresses[type eq "work"] | { "type": "work", |        |                       |
      |                    |                    |         |      | "locality": "Rom" } |        |                                          |

  @RFC7644-3.5.2-02 @RFC7644-3.5.2-04 @RFC7644-3.5.2-05 @RFC7644-3.5.2-09 @RFC7644-3.5.2-15 @RFC7644-3.5.2-03
  @RFC7644-3.5.2.1-01 @RFC7644-3.5.2.3-11 @RFC7644-3.5.2.2-01
  @RFC7644-3.5.2-34 @RFC7644-3.12-24 @RFC7644-3.12-23
  Scenario: A malformed PATCH is refused and changes nothing
    Then each of these is answered as it says:
      | clause             | request            | body | op      | path     | value | answer            | tolerated | holds | afterwards |
      | RFC7644-3.5.2-02   | PATCH /Users/<Ada> | [{ "op": "move", |         |          |       | 4xx               |       |  | unchanged |
      |                    |                    | "from": "title", |         |          |       |                   |           |       |  |
      |                    |                    | "path": "nickName" }] |         |          |       |                   |           |  |  |
      | RFC7644-3.5.2-02   | PATCH /Users/<Ada> |      | replace | emails/0 | { "value": "x.<tag>@one.example" } | 4xx   |  |  | unchanged |
      | RFC7644-3.5.2-04   | PATCH /Users/<Ada> | raw { "schemas": ["<message PatchOp>"] } |         |          |  | 4xx |  |  | unchanged |
      | RFC7644-3.5.2-04   | PATCH /Users/<Ada> | raw { "schemas": ["<message PatchOp>"], |         |        |  | 4xx | 2xx |  | unchanged |
      |                    |                    | "Operations": [] } |         |          |       |                   |           |     |  |
      | RFC7644-3.5.2-03   | PATCH /Users/<Ada> | raw { "schemas": ["<schema User>"], |         |          |       | 4xx       | 2xx |  |  |
      |                    |                    | "Operations": [{ "op": "replace", |         |          |       |                |  |  |  |
      |                    |                    | "path": "title", |         |          |       |                   |           |       |  |
      |                    |                    | "value": "No" }] } |         |          |       |                   |           |     |  |
      | RFC7644-3.5.2-03 | PATCH /Users/<Ada> | raw { "Operations": [{ "op": "replace", | | | | 4xx | 2xx | | |
      |                    |                    | "path": "title", |         |          |       |                   |           |       |  |
      |                    |                    | "value": "No" }] } |         |          |       |                   |           |     |  |
      | RFC7644-3.5.2-05   | PATCH /Users/<Ada> | [{ "path": "title", |         |          |       | 4xx               |    |  | unchanged |
      |                    |                    | "value": "No" }] |         |          |       |                   |           |       |  |
      | RFC7644-3.5.2-09   | PATCH /Users/<Ada> |      | replace | emails[  | "No"  | 400 invalidPath   |           |       | unchanged  |
      |                    |                    |      |         |          |       | 400 invalidFilter |           |       |            |
      | RFC7644-3.5.2-09   | PATCH /Users/<Ada> |      | replace | name..givenName | "No"  | 400 invalidPath   |           |   | unchanged |
      | RFC7644-3.5.2-09   | PATCH /Users/<Ada> |      | replace | emails[type eq ].value | "No"  | 400 invalidFilter |     |  | unchanged |
      |                    |                    |      |         |          |       | 400 invalidPath   |           |       |            |
      | RFC7644-3.5.2.1-01 | PATCH /Users/<Ada> |      | add     | title    |       | 400 invalidValue  |           |       | unchanged  |
      |                    |                    |      |         |          |       | 400 invalidSyntax |           |       |            |
      | RFC7644-3.5.2.3-11 | PATCH /Users/<Ada> |      | replace | title    |       | 400 invalidValue  | 2xx       |       |            |
      |                    |                    |      |         |          |       | 400 invalidSyntax |           |       |            |
      | RFC7644-3.5.2.2-01 | PATCH /Users/<Ada> |      | remove  |          |       | 400 noTarget      |           |       | unchanged  |
      | RFC7644-3.5.2-15   | PATCH /Users/<Ada> |      | remove  |          |       | 4xx           |  | /schemas has "<message Error>" |  |
      |                    |                    |      |         |          |       |                   |           | /status present |    |
      | RFC7644-3.5.2-34   | PATCH /Users/<Ada> |      | replace | favouriteColour | "red" | 4xx        | 2xx |  | /favouriteColour absent |
      | RFC7644-3.12-24    | PATCH /Users/<Ada> |      | remove  |          |       | 400 noTarget      |           |       | unchanged  |
      | RFC7644-3.12-23    | PATCH /Users/<Ada> |      | replace | name..givenName | "No"  | 400 invalidPath   |           |   | unchanged |

  @RFC7644-3.5.2.3-09
  Scenario: A replace whose filter matches nothing fails with noTarget
    Then each of these is answered as it says:
      | request            | op      | path                                      | value               | answer                     |
      | PATCH /Users/<Ada> | replace | emails[value eq "nobody.<tag>@x.example"] | { "type": "other" } | 400 noTarget or 200 or 204 |

  @RFC7644-3.5.2-11 @RFC7644-3.5.2-13 @RFC7644-3.5.2.2-08 @RFC7644-3.5.2.2-09 @RFC7644-3.5.2.2-10
  @RFC7643-3.1-13 @RFC7643-3.1-23 @RFC7643-2-01
  @RFC7644-3.12-21
  Scenario: A PATCH that an attribute does not allow is refused and changes nothing
    Then each of these is answered as it says:
      | clause             | request            | op      | path         | value         | answer            | tolerated | afterwards     |
      | RFC7644-3.5.2-11   | PATCH /Users/<Ada> | replace | active       | "maybe"       | 400 invalidValue  |           | /active = true |
      |                    |                    |         |              |               | 400 invalidSyntax |           |                |
      | RFC7643-2-01       | PATCH /Users/<Ada> | replace | name         | "Ada"         | 400 invalidValue  |           | unchanged      |
      |                    |                    |         |              |               | 400 invalidSyntax |           |                |
      | RFC7644-3.5.2-13   | PATCH /Users/<Ada> | replace | id           | "other-<tag>" | 400 mutability    | 2xx       | /id = "<Ada>"  |
      | RFC7643-3.1-13     | PATCH /Users/<Ada> | add     |              | { "id": "other-<tag>" } | 400 mutability  | 2xx | /id = "<Ada>" |
      | RFC7643-3.1-23     | PATCH /Users/<Ada> |         |              |  | 400 mutability | 2xx | /meta/created = "<Ada /meta/created>" |
      |                    |                    | replace | meta.created | "2001-01-01T00:00:00Z" |                   |           |        |
      | RFC7643-3.1-23    | PATCH /Users/<Ada> | replace | meta.resourceType | "Evil" | 400 mutability | 2xx | /meta/resourceType = "User" |
      | RFC7644-3.5.2.2-08 | PATCH /Users/<Ada> | remove  | userName     |               | 4xx               |           | unchanged      |
      | RFC7644-3.5.2.2-10 | PATCH /Users/<Ada> | remove  | userName     |               | 400 mutability    |           | unchanged      |
      | RFC7644-3.12-21    |                    |         |              |               |                   |           |                |
      | RFC7644-3.5.2.2-09 | PATCH /Users/<Ada> | remove  | id           |               | 400 mutability    |           | unchanged      |

  @RFC7644-3.5.2.1-03 @F214
  Scenario: Members are added without a path
    Given a user "Ben"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | request              | op  | path | value                                  | answer     | afterwards                              |
      | PATCH /Groups/<Team> | add |      | { "members": [{ "value": "<Ben>" }] }  | 200 or 204 | /members/*/value are ["<Ada>", "<Ben>"] |

  @RFC7644-3.5.2-10 @F213
  Scenario: A path selects a value by a boolean
    Then each of these is answered as it says:
      | needs          | request            | op      | path | value | answer | afterwards |
      | emails.primary | PATCH /Users/<Ada> |         |      |       | 200    | /emails/*/value are ["p.<tag>@one.example", |
      |                |                    |         |      |       | 204    | "home.<tag>@two.example"] |
      |                |                    | replace | emails[primary eq true].value | "p.<tag>@one.example" | | |

  @RFC7644-3.5.2-20 @F212
  Scenario: Several parts of a missing value become one value
    Given a user "Eda" with:
      """
      { "addresses": [ { "type": "home", "locality": "Bonn" } ] }
      """
    Then each of these is answered as it says:
      | needs          | request            | op  | path | value | answer | afterwards |
      | addresses.type | PATCH /Users/<Eda> |     |      |       | 200    | /addresses/*/type are ["home", "work"] |
      |                |                    |     |      |       | 204    | /addresses[type=work]/locality = "Ulm" |
      |                |                    |     |      |       | 400    | /addresses[type=work]/country = "DE" |
      |                |                    | add | addresses[type eq "work"].locality | "Ulm" |        |  |
      |                |                    | add | addresses[type eq "work"].postalCode | "89073" |        |  |
      |                |                    | add | addresses[type eq "work"].country | "DE" |        |  |

  @RFC7644-3.5.2.3-02 @RFC7644-3.1-06 @F208
  Scenario: A PATCH leaves other attributes unchanged
    Given a user "Eda" with:
      """
      { "title": "Guide", "roles": [ { "value": "auditor" } ], "entitlements": [ { "value": "desk" } ],
        "photos": [ { "value": "https://photos.example/<tag>.jpg", "type": "photo" } ],
        "addresses": [ { "type": "work", "locality": "Ulm", "country": "DE" } ],
        "phoneNumbers": [ { "value": "tel:+49-731-1", "type": "mobile" }, { "value": "tel:+49-731-2", "type": "fax" } ],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "organization": "Tours", "costCenter": "C1" } }
      """
    Then each of these is answered as it says:
      | clause             | request            | body                      | answer     | afterwards                          |
      | RFC7644-3.5.2.3-02 | PATCH /Users/<Eda> | [{ "op": "replace",       | 200 or 204 | /roles/*/value are ["auditor"]      |
      |                    |                    | "path": "title",          |            | /entitlements/*/value are ["desk"]  |
      |                    |                    | "value": "Head" }]        |            | /photos/0 present                   |
      |                    |                    |                           |            | /addresses/*/locality are ["Ulm"]   |
      |                    |                    |                           |            | /phoneNumbers/1 present             |
      |                    |                    |                           |            | /<enterprise>/organization = "Tours" |
      |                    |                    |                           |            | /<enterprise>/costCenter = "C1"     |
      | RFC7644-3.1-06     | PUT /Users/<Eda>   | same { "title": "Chief" } | 200        | /roles/*/value are ["auditor"]      |
      |                    |                    |                           |            | /entitlements/*/value are ["desk"]  |
      |                    |                    |                           |            | /photos/0 present                   |
      |                    |                    |                           |            | /addresses/*/locality are ["Ulm"]   |
      |                    |                    |                           |            | /phoneNumbers/1 present             |
      |                    |                    |                           |            | /<enterprise>/organization = "Tours" |
      |                    |                    |                           |            | /<enterprise>/costCenter = "C1"     |

  @RFC7644-3.5.2-22 @RFC7644-3.5.2-24 @RFC7644-3.5.2-25 @RFC7644-3.5.2-20 @RFC7644-3.5.2-23
  Scenario: All operations are applied, or none
    Then each of these is answered as it says:
      | clause           | request            | op      | path     | value  | answer | holds                          | afterwards       |
      | RFC7644-3.5.2-24 | PATCH /Users/<Ada> | replace | title    | "Half" | 4xx    | /schemas has "<message Error>" |                  |
      |                  |                    | remove  | userName |        |        |                                |                  |
      | RFC7644-3.5.2-22 | PATCH /Users/<Ada> | replace | title    | "Half" | 4xx    |                                | /title = "Guide" |
      |                 |  | add | emails | [{ "value": "half.<tag>@one.example" }] |  |  | /emails/*/value are ["work.<tag>@one.example", |
      |                  |                    | remove  | userName |        |        |                         | "home.<tag>@two.example"] |
      | RFC7644-3.5.2-23 | PATCH /Users/<Ada> | replace | title    | "Half" | 4xx    |                                | unchanged        |
      |                  |                    | replace | active   | { "no": "boolean" } |        |                                |       |
      | RFC7644-3.5.2-25 | PATCH /Users/<Ada> | replace | title    | "Half" | 4xx    | /schemas has "<message Error>" | unchanged        |
      |                  |                    | remove  |          |        |        | /status in ["400", "403",      |                  |
      |                  |                    |         |          |        |        | "409", "422"]                  |                  |
      | RFC7644-3.5.2-20 | PATCH /Users/<Ada> | remove  | nickName |        | 200    |                                | /nickName = "b"  |
      |                  |                    | add     | nickName | "a"    | 204    |                                |                  |
      |                  |                    | replace | nickName | "b"    |        |                                |                  |

  @RFC7644-3.5.2-21
  Scenario: Only one value is primary
    Then each of these is answered as it says:
      | request            | op      | path   | value                                  | answer     | afterwards                          |
      | PATCH /Users/<Ada> | replace | emails[type eq "home"].primary | true            | 200 or 204 | /emails[primary=true]/type = "home" |
      |                    |         |        |                                        |            | /emails[type=work]/primary != true  |
      | PATCH /Users/<Ada> |         |        |                     | 200 or 204 | /emails[primary=true]/value = "third.<tag>@one.example" |
      |                    | add     | emails | [{ "value": "third.<tag>@one.example", |            | /emails[type=home]/primary != true  |
      |                    |         |        | "type": "work", "primary": true }]     |            |                                     |

  @RFC7644-3.5.2-16 @RFC7644-3.5.2-31 @RFC7644-3.10-01 @RFC7644-3.10-05 @RFC7643-2.1-03
  Scenario: Paths in any case, with or without their URN
    Given a group "Team" of "Ada"
    Then each of these is answered as it says:
      | clause           | request              | op      | path                | value     | answer     | afterwards                     |
      | RFC7644-3.5.2-16 | PATCH /Users/<Ada>   | replace | displayName         | "U"       | 200 or 204 | /displayName = "U"             |
      | RFC7644-3.5.2-16 | PATCH /Groups/<Team> | replace | displayName         | "G <tag>" | 200 or 204 | /displayName = "G <tag>"       |
      |                  |                      |         |                     |           |            | /members/*/value are ["<Ada>"] |
      | RFC7644-3.5.2-31 | PATCH /Users/<Ada>   | replace | NAME.FAMILYNAME     | "N"       | 200 or 204 | /name/familyName = "N"         |
      | RFC7643-2.1-03   | PATCH /Users/<Ada>   | replace | DISPLAYNAME         | "V"       | 200 or 204 | /displayName = "V"             |
      | RFC7644-3.10-01  | PATCH /Users/<Ada>   | replace | <schema User>:title | "T"       | 200 or 204 | /title = "T"                   |
      | RFC7644-3.10-05  | PATCH /Users/<Ada>   |         |                     |           | 200 or 204 | /name/givenName = "M"          |
      |                  |                      | replace | URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:NAME.GIVENNAME | "M"       |     |  |

  @RFC7644-3.5.2-19 @RFC7643-3-12 @RFC7643-4.3-01 @RFC7644-3.5.2-17
  @RFC7644-3.5.2.1-13
  Scenario: The first attribute of an extension adds its URN to schemas
    Given a user "Eda" with:
      """
      { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Tours", "employeeNumber": "701" } }
      """
    Then each of these is answered as it says:
      | clause             | request            | op     | path                        | value  | answer | holds              | afterwards |
      | RFC7643-4.3-01     | GET /Users/<Eda>   |        |                             |     | 200 | /<enterprise>/department = "Tours" |  |
      |                    |                    |        |                             |        |        | /schemas has "<enterprise>" |   |
      | RFC7643-3-12       | GET /Users/<Eda>   |        |                             |        | 200    | /department absent |            |
      |                    |                    |        |                             |        |        | /employeeNumber absent |        |
      | RFC7644-3.5.2-19  | PATCH /Users/<Ada> | add | <enterprise>:employeeNumber | "702" | 200 |  | /<enterprise>/employeeNumber = "702" |
      |                    |                    |        |                             |        | 204    |   | /schemas has "<enterprise>" |
      | RFC7644-3.5.2-17   | PATCH /Users/<Ada> | remove | <enterprise>:employeeNumber |      | 200 |  | /<enterprise>/department = "Maps" |
      |                    |                    | add    | <enterprise>:department | "Maps" | 204 |  | /<enterprise>/employeeNumber absent |
      | RFC7644-3.5.2.1-13 | PATCH /Users/<Eda> |        |                             |        | 200 |  | /<enterprise>/costCenter = "C1" |
      |                    |                    |        |                             |   | 204 |  | /<enterprise>/employeeNumber = "701" |
      |                    |                    | add    |                           | { "<enterprise>": { "costCenter": "C1" } } |  |  |  |

  @RFC7644-3.5.2-28 @RFC7644-3.5.2-29 @RFC7644-3.5.2-30 @RFC7644-3.5.2-32
  Scenario: The answer to a PATCH
    Given a user "Ben"
    Then each of these is answered as it says:
      | clause           | request                   | op      | path        | value    | answer         | holds            | afterwards |
      | RFC7644-3.5.2-28 | PATCH /Users/<Ada>?attributes=displayName | replace | displayName | "Shown"  | 200            |              |  |
      | RFC7644-3.5.2-29 | PATCH /Users/<Ada>?attributes=displayName | replace | displayName | "Seen"   | 200 or 204     | /id present  |  |
      |                  |                           |         |             |          |                | /nickName absent |            |
      |                  |                           |         |             |          |                | /emails absent   |            |
      | RFC7644-3.5.2-30 | PATCH /Users/nobody-<tag> | replace | displayName | "Nobody" | 404          | /schemas has "<message Error>" |  |
      | RFC7644-3.5.2-32 | PATCH /Users/<Ben>        | replace | userName    | "<userName Ada>" | 409 uniqueness |             | unchanged |
      |                  |                           |         |             |          | 400 uniqueness |                  |            |

  @RFC7643-4.1.1-19
  Scenario: An account is deactivated and activated, and stays readable
    Then each of these is answered as it says:
      | request            | body                                                       | answer     | afterwards |
      | PATCH /Users/<Ada> | [{ "op": "replace", "path": "active", "value": false }]     | 200 or 204 | /active = false; /userName present |
      | PATCH /Users/<Ada> | [{ "op": "replace", "path": "active", "value": true }]      | 200 or 204 | /active = true |

  @RFC7643-4.1.1-29
  Scenario: A password is changed
    Given the target supports "password changes"
    Then each of these is answered as it says:
      | needs    | request            | op      | path     | value               | answer     | holds                  |
      | password | PATCH /Users/<Ada> | replace | password | "N3w-<tag>-secret!" | 200 or 204 | text lacks "N3w-<tag>" |

  @RFC7643-4.2-04
  Scenario: The value of a member cannot be changed
    Given a user "Ben"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | request              | op      | path                            | value   | answer         | tolerated |
      | PATCH /Groups/<Team> | replace | members[value eq "<Ada>"].value | "<Ben>" | 400 mutability | 2xx       |

  @RFC7643-4.1.2-28
  Scenario: A PATCH of a user does not change its groups
    Given a user "Ben"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | request            | op  | path   | value                   | answer | tolerated | holds                          |
      | PATCH /Users/<Ben> | add | groups | [{ "value": "<Team>" }] | 4xx    | 2xx       |                                |
      | GET /Groups/<Team> |     |        |                         | 200    |           | /members/*/value are ["<Ada>"] |
