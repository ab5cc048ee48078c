@rfc
Feature: Creating users and groups
  An IdP learns the id from the answer to a create. The server decides everything that the client may not decide.

  @RFC7643-2.1-03 @RFC7643-2.3.8-01 @RFC7643-3-07 @RFC7643-3.1-10 @RFC7643-3.1-22 @RFC7644-3.3-01 @RFC7644-3.3-02
  @RFC7644-3.3-16 @RFC7643-2.1-01 @RFC7644-3.3.1-01 @RFC7643-3.1-01 @RFC7643-3.1-27 @RFC7643-2.3.5-02 @RFC7643-2.3.5-03
  @RFC7643-3-11 @RFC7643-3-04 @RFC7643-3.3-02
  @RFC7644-3.1-05
  @RFC7644-3.3-15 @F211
  Scenario: The server stores what a client may set, and ignores the rest
    Given a user "Ada" with:
      """
      { "displayName": "Ada", "nickName": "Addie", "<enterprise>": { "department": "D" } }
      """
    Then each of these is answered as it says:
      | clause           | needs    | request     | body                                      | answer | tolerated | holds                 |
      | RFC7643-2.1-01   |          | POST /Users | user {}                                   | 201    |    | /schemas has "<schema User>" |
      | RFC7643-3-04     |          | POST /Users | user {}                                   | 201    |           | /schemas present      |
      | RFC7643-3.3-02   |          |             |                                           |        |           |                       |
      | RFC7643-3.1-01   |          | POST /Users | user {}                                   | 201    |           | /id present           |
      |                  |          |             |                                           |        |           | /meta present         |
      | RFC7644-3.3.1-01 |          | POST /Users | user {}                                   | 201    |     | /meta/resourceType = "User" |
      | RFC7643-3.1-27   |          | POST /Users | user {}                                   | 201    |           | /meta/created has "T" |
      | RFC7643-2.3.5-02 |          |             |                                           |        |           | /meta/created has ":" |
      | RFC7643-2.3.5-03 |          |             |                                           |        |           |                       |
      | RFC7643-3.1-10   |          | POST /Users | user { "id": "chosen-<tag>" }             | 201    |           | /id != "chosen-<tag>" |
      |                  |          |             |                                           |        |           | /id present           |
      | RFC7643-3.1-10   |          | GET /Users/chosen-<tag> |                                           | 404    |           |           |
      | RFC7643-3.1-22   |          | POST /Users | user { "meta": { "resourceType": "Evil",  | 201    |     | /meta/resourceType = "User" |
      |                  |          |             | "created": "1999-01-01T00:00:00Z",     |  |  | /meta/created != "1999-01-01T00:00:00Z" |
      |                  |          |             | "location": "http://evil.example/",   |  |  | /meta/location != "http://evil.example/" |
      |                  |          |             | "version": "W/\\"evil\\"" } }             |       |  | /meta/version != "W/\\"evil\\"" |
      | RFC7644-3.3-02   | groups   | POST /Users | user { "groups": [{ "value": "no-group-<tag>" }] } | 201    |           |              |
      |                  |          |             |                                         |  |  | /groups/*/value lacks "no-group-<tag>" |
      | RFC7644-3.3-16   |          | POST /Users | user { "favouriteColour": "red" }         | 201    | 4xx       |                       |
      | RFC7644-3.1-05   |          |             |                                           |        |           |                       |
      | RFC7644-3.3-16   |          | GET /Users/<last> |                                     | 200    |         | /favouriteColour absent |
      | RFC7643-3-07     |          | POST /Users | user { "schemas": ["<schema User>",       | 201    | 4xx       |                       |
      |                  |          |             | "urn:example:unknown:<tag>"] }            |        |           |                       |
      | RFC7643-3-07     |       | GET /Users/<last> |                        | 200 |  | /schemas lacks "urn:example:unknown:<tag>" |
      | RFC7643-2.1-03   | displayName | POST /Users | user { "displayName": null,               | 201    |       | /displayName = "Upper" |
      |                  |          |             | "DISPLAYNAME": "Upper" }                  |        |           |                       |
      | RFC7643-2.3.8-01 |          | POST /Users | { "emails": [{ "primary": true,           | 201    |           | /userName present     |
      |                  |          |             | "type": "work",                           | 400    |           |                       |
      |                  |          |             | "value": "r.<tag>@one.example" }],        |        |           |                       |
      |                  |          |             | "name": { "familyName": "B",              |        |           |                       |
      |                  |          |             | "givenName": "A" },                       |        |           |                       |
      |                  |          |             | "userName": "reversed.<tag>@example.com", |        |           |                       |
      |                  |          |             | "schemas": ["<schema User>"] }            |        |           |                       |
      | RFC7643-3-11     | displayName | POST /Users | user { "displayName": "Top" }             | 201    |         | /displayName = "Top" |
      |                  |          |             |                                           |        |           | /<schema User> absent |
      | RFC7644-3.3-01   | nickName | POST /Users | user { "id": "mine", "nickName": "N",     | 201    |           | /id != "mine"         |
      |                  |          |             | "password": "s3cret-<tag>-X!" }           |        |           | /nickName = "N"       |
      |                  |          |             |                                           |        |           | /password absent      |
      | RFC7644-3.3-15   | displayName | POST /Users?attributes=userName | user {}                                  | 201 |  | /id present |
      |                  |          |             |                                           |        |           | /displayName absent   |

  @RFC7643-4.1.1-02 @RFC7644-3.3-11 @RFC7644-3.3-14 @RFC7644-3.3-12 @RFC7643-4.1.1-04
  @RFC7644-5-02
  @RFC7643-7-42
  @RFC7643-7-44
  @RFC7644-3.12-20
  @RFC7644-3.12-15
  Scenario: A create with a taken user name is refused and leaves nothing behind
    Given a user "Ada"
    Then each of these is answered as it says:
      | clause           | needs  | request     | filter | body                                  | answer          | holds             |
      | RFC7644-3.3-11   |        | POST /Users |        | user { "userName": "<userName Ada>" } | 409             |                   |
      | RFC7643-7-42     |        |             |        |                                       |                 |                   |
      | RFC7643-7-44     |        |             |        |                                       |                 |                   |
      | RFC7644-3.3-12   |        | POST /Users |        | user { "userName": "<userName Ada>" } | 409 uniqueness! |                   |
      | RFC7644-3.12-20  |        |             |        |                                       |                 |                   |
      | RFC7644-3.12-15  |        |             |        |                                       |                 |                   |
      | RFC7643-4.1.1-04 |        | POST /Users |        | user { "userName": "<UserName Ada>" } | 409             |                   |
      | RFC7644-5-02     |        |             |        |                                       |                 |                   |
      | RFC7643-4.1.1-02 | filter | GET /Users  | userName eq "<userName Ada>" |                                 | 200 | /totalResults = 1 |
      |                  |        |             |        |                                       |                 | finds Ada         |
      | RFC7644-3.3-14   | filter | GET /Users  | userName eq "<userName Ada>" |                                 | 200 | /totalResults = 1 |
      |                  |        |             |        |                                       |                 | finds Ada         |

  @F219
  @RFC7643-7-19 @RFC7643-4.1.1-03 @RFC7644-3.3-13 @RFC7643-2-01 @RFC7643-2.5-01 @RFC7643-2.4-02 @RFC7643-2.3.6-01
  @RFC7644-3.12-25
  @RFC7644-3.12-11
  Scenario: A resource that breaks its schema is not created
    Then each of these is answered as it says:
      | clause           | needs    | request             | body                                       | answer | holds                  |
      | RFC7643-4.1.1-03 |          | POST /Users         | user { "userName": null }                  | 400 invalidValue |                |
      |                  |          |                     |                                            | 400 invalidSyntax |               |
      | RFC7643-4.1.1-03 |          | POST /Users         | user { "userName": "" }                    | 400 invalidValue |                |
      |                  |          |                     |                                            | 400 invalidSyntax |               |
      | RFC7643-7-19     |          | POST /Users         | raw { "schemas": ["<schema User>"],        | 4xx    |                        |
      |                  |          |                     | "displayName": "Nobody <tag>" }            |        |                        |
      | RFC7643-2-01     | active   | POST /Users         | user { "active": "maybe" }                 | 400 invalidValue |                |
      | RFC7644-3.12-11  |          |                     |                                            | 400 invalidSyntax |               |
      | RFC7643-2-01     | name     | POST /Users         | user { "name": "Ada" }                     | 400 invalidValue |                |
      |                  |          |                     |                                            | 400 invalidSyntax |               |
      | RFC7643-2-01     | userName | POST /Users         | user { "userName": { "is": "an object" } } | 400 invalidValue |                |
      | RFC7644-3.12-25  |          |                     |                                            | 400 invalidSyntax |               |
      | RFC7643-2.4-02   | emails   | POST /Users         | user { "emails": ["no object <tag>"] }     | 4xx    | /emails/*/value absent |
      |                  |          |                     |                                            | 201    |                        |
      | RFC7643-2.3.6-01 | x509Certificates.value | POST /Users   | user { "x509Certificates": [{ "value": "!! no base64 !!" }] } | 4xx |  |
      |                  |          |                     |                                            | 201    |                        |
      |                  |          |                     |                         |  | /x509Certificates/*/value lacks "!! no base64 !!" |
      | RFC7644-3.3-13   |          | POST /Users/x-<tag> | user {}                                    | 404    |                        |
      |                  |          |                     |                                            | 405    |                        |
      |                  |          |                     |                                            | 501    |                        |
      |                  |          |                     |                                            | 400    |                        |
      | RFC7643-2.5-01   | nickName | POST /Users         | user { "nickName": "(null)", "roles": [] } | 201    | /nickName absent       |
      |                  |          |                     |                                            |        | /roles absent          |

  @RFC7643-3-09
  Scenario: The schemas may be in any order
    Given a user "Ada" with:
      """
      { "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "D" } }
      """
    Then each of these is answered as it says:
      | request     | body                                                                | answer | holds                          |
      | POST /Users | user { "schemas": ["<enterprise>", "<schema User>"],                | 201    | /<enterprise>/department = "D" |
      |             | "<enterprise>": { "department": "D" } }                             |        |                                |

  @RFC7643-4.3-05
  Scenario: A client cannot set the display name of a manager
    Given a user "Ada"
    Then each of these is answered as it says:
      | needs                            | request     | body                                                    | answer | holds |
      | <enterprise>:manager.displayName | POST /Users | user { "<enterprise>": { "manager": { "value": "<Ada>", | 201    |       |
      |                                  |             | "displayName": "Forged" } } }                           |        |       |
      |                                  |             |                                |  | /<enterprise>/manager/displayName != "Forged" |

  @RFC7643-2.3.1-01 @RFC7644-3.8-02
  Scenario: Names in every script come back unchanged
    Given a user "Ada" with:
      """
      { "displayName": "Ægir Żółć 王小明 שלום 👩‍🚀 <tag>" }
      """
    Then each of these is answered as it says:
      | clause           | request          | answer | holds |
      | RFC7643-2.3.1-01 | GET /Users/<Ada> | 200    | /displayName = "Ægir Żółć 王小明 שלום 👩‍🚀 <tag>" |
      | RFC7644-3.8-02   | GET /Users?filter=displayName eq "Ægir Żółć 王小明 שלום 👩‍🚀 <tag>" | 200 or 400 or 501 | finds Ada |

  @RFC7643-4.2-05 @RFC7643-4.2-06 @RFC7643-4.1.2-25 @RFC7643-4.1.2-26
  @RFC7643-4.2-10 @F223
  Scenario: A group and its members refer to each other
    Given a user "Ada"
    And a user "Ben"
    And a group "Team" of "Ada"
    And a group "Crew" of "Ben"
    Then each of these is answered as it says:
      | clause           | needs  | request            | answer | holds |
      | RFC7643-4.2-05   |        | GET /Groups/<Team> | 200    | /members/*/value are ["<Ada>"]; /meta/resourceType = "Group" |
      | RFC7643-4.2-05   |        | GET /Groups/<Crew> | 200    | /members/*/value are ["<Ben>"]; /meta/resourceType = "Group" |
      | RFC7643-4.1.2-25 | groups | GET /Users/<Ada>   | 200    | /groups/*/value in [["<Team>"], []] |
      | RFC7643-4.1.2-26 | groups | GET /Users/<Ada>   | 200    | /groups[value=<Team>]/$ref leads to "/Groups/<Team>" |
      | RFC7643-4.2-06   |        | GET /Groups/<Team> | 200    | /members[value=<Ada>]/$ref leads to "/Users/<Ada>" |
      | RFC7643-4.2-10 |  | GET /Groups/<Team> | 200 | /members[value=<Ada>]/type in [null, "User"] |

  @RFC7643-2.4-04 @F224
  Scenario: Of several primary values one stays, or none is taken
    Then each of these is answered as it says:
      | needs          | request     | body                                                 | answer |
      | emails.primary | POST /Users | user { "emails": [ { "value": "a.<tag>@one.example", | 201    |
      |                |             | "type": "work", "primary": true },                   | 4xx    |
      |                |             | { "value": "b.<tag>@two.example",                    |        |
      |                |             | "type": "home", "primary": true } ] }                |        |

  @RFC7643-4.1.1-20 @RFC7643-4.1.1-28 @RFC7643-7-32
  Scenario: No answer contains a password
    Then each of these is answered as it says:
      | clause           | needs | request             | body | op      | path | value             | answer   | holds                     |
      | RFC7643-4.1.1-20 | password | POST /Users | user { "password": "s3cret-<tag>-X!" } |  |  |  | 201 | text lacks "s3cret-<tag>" |
      |                  |       |                     |      |         |      |                   |          | /password absent          |
      | RFC7643-4.1.1-20 | password | GET /Users/<last> |  |         |      |                   | 200      | text lacks "s3cret-<tag>" |
      |                  |       |                     |      |         |      |                   |          | /password absent          |
      | RFC7643-7-32     | password | GET /Users/<last>?attributes=password |  |         |      |       | 200 | text lacks "s3cret-<tag>" |
      |                  |       |                     |      |         |      |                   |          | /password absent          |
      | RFC7643-4.1.1-28 | patch | PATCH /Users/<last> |   | replace | password | "s3cret-<tag>-Y!" | anything | text lacks "s3cret-<tag>" |
      |                  | password |                  |      |         |      |                   |          |                           |
      |                  |       |                     |      |         |      |                   |          | /password absent          |

  @RFC7644-5-01 @RFC7644-7.8-01
  Scenario: Both Unicode forms of an accent are the same name
    Then each of these is answered as it says:
      | clause         | needs       | request     | filter | body                                                  | answer | holds |
      |                |             | POST /Users |        | user { "userName": "renée.<tag>@example.com",         | 201    |       |
      |                |             |             |        | "displayName": "Renée <tag>" }                        |        |       |
      | RFC7644-5-01   |             | POST /Users |        | user { "userName": "rene\\u0301e.<tag>@example.com" } | 409    |       |
      | RFC7644-5-01   |             | POST /Users |        | user { "userName": "RENE\\u0301E.<tag>@example.com" } | 409    |       |
      | RFC7644-7.8-01 | filter      | GET /Users  | userName eq "renée.<tag>@example.com" |               | 200 | /totalResults = 1 |
      | RFC7644-7.8-01 | filter      | GET /Users  | displayName eq "Renée <tag>" |                        | 200 | /totalResults = 1 |
      |                | displayName |             |        |                                                       |        |       |

  @RFC7643-2.3.6-04
  Scenario: Binary values keep their case
    Given a user "Ada" with:
      """
      { "x509Certificates": [{ "value": "c2NpbXVsYXRlIHRlc3Q=" }] }
      """
    Then each of these is answered as it says:
      | needs  | request    | filter                                           | answer            | holds        |
      | filter | GET /Users | x509Certificates.value eq "C2nPBxvSyxrLihrLC3q=" | 200 or 4xx or 501 | finds nobody |
      |        |            | and userName eq "<userName Ada>"                 |                   |              |
