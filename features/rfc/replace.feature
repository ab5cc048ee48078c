@rfc
Feature: PUT
  Okta sends the whole account back. The server ignores what a client may not write, and refuses what breaks a rule.

  Background:
    Given a user "Ada" with:
      """
      { "displayName": "Ada", "nickName": "Addie", "title": "Guide", "active": true, "name": { "givenName": "Ada", "familyName": "Byron" } }
      """

  @RFC7644-3.5-01 @RFC7644-3.1-06 @RFC7644-3.5.1-16 @RFC7643-3.1-13 @RFC7643-3.1-22 @RFC7644-3.5.1-05 @RFC7643-2.5-02
  @RFC7643-2.1-03 @RFC7643-2.3.8-01
  @RFC7644-3.5.1-22 @RFC7643-3.1-02 @F008 @F216 @F225
  Scenario: A client can change what it read and send it back
    Then each of these is answered as it says:
      | clause           | request          | body                                     | answer     | tolerated | afterwards             |
      | RFC7644-3.5-01   | PUT /Users/<Ada> | same {}                                  | 200        |           | /displayName = "Ada"   |
      | RFC7644-3.5.1-22 |                  |                                          |            |           | /nickName = "Addie"    |
      | RFC7644-3.1-06   | PUT /Users/<Ada> | same { "displayName": "Ada B" }          | 200        |           | /displayName = "Ada B" |
      |                  |                  |                                          |            |           | /title = "Guide"       |
      |                  |                  |                                          |            |           | /id = "<Ada>"          |
      | RFC7643-3.1-13   | PUT /Users/<Ada> | same { "id": "other-<tag>" }             | 200        | 400       | /id = "<Ada>"          |
      | RFC7643-3.1-02   | PUT /Users/<Ada> | same { "externalId": "other-<tag>" }     | 200        | 4xx       | /id = "<Ada>"          |
      | RFC7644-3.5.1-16 | PUT /Users/<Ada> | same { "meta": { "resourceType": "Evil", | 200        |        | /meta/resourceType = "User" |
      |                  |                  | "created": "1999-01-01T00:00:00Z",       |      |  | /meta/created != "1999-01-01T00:00:00Z" |
      |                  |                  | "location": "http://evil.example/" } }   |            |           |                        |
      | RFC7643-3.1-22   | PUT /Users/<Ada> | same { "meta": { "created": "1999-01-01T00:00:00Z" } } | 200        |           |            |
      |                  |                  |                                          |      |  | /meta/created != "1999-01-01T00:00:00Z" |
      | RFC7643-2.5-02   | PUT /Users/<Ada> | same { "nickName": "(null)",             | 200        |           | /displayName = "Ada C" |
      |                  |                  | "displayName": "Ada C" }                 |            |           | /nickName absent       |
      | RFC7644-3.5.1-05 | PUT /Users/<Ada> | same { "password": "n3w-<tag>-X!" }      | 200        | 4xx       | /password absent       |
      | RFC7643-2.1-03   | PUT /Users/<Ada> | same { "displayName": null,              | 200        |           | /displayName = "Ada D" |
      |                  |                  | "DISPLAYNAME": "Ada D" }                 |            |           |                        |
      | RFC7643-2.3.8-01 | PUT /Users/<Ada> | { "title": "Head",                       | 200 or 400 |           |                        |
      |                  |                  | "name": { "familyName": "Byron",         |            |           |                        |
      |                  |                  | "givenName": "Ada" },                    |            |           |                        |
      |                  |                  | "userName": "<userName Ada>",            |            |           |                        |
      |                  |                  | "schemas": ["<schema User>"] }           |            |           |                        |

  @RFC7644-3.5.1-18 @RFC7644-3.5.1-21 @RFC7644-3.2-05 @RFC7643-4.1.1-02
  Scenario: Invalid requests are refused
    Given a user "Ben"
    Then each of these is answered as it says:
      | clause           | request                 | body                                  | answer            | tolerated | afterwards |
      | RFC7644-3.5.1-18 | PUT /Users/<Ada>        | same { "userName": null }     | 400 invalidValue | 2xx | /userName = "<userName Ada>" |
      |                  |                         |                                       | 400 invalidSyntax |           |            |
      | RFC7644-3.5.1-21 | PUT /Users/<Ben>        | same { "userName": "<userName Ada>" } | 409 uniqueness    |           | unchanged  |
      |                  |                         |                                       | 400 uniqueness    |           |            |
      | RFC7643-4.1.1-02 | PUT /Users/<Ben>        | same { "userName": "<UserName Ada>" } | 409 or 400        |           | unchanged  |
      | RFC7644-3.2-05   | PUT /Users/nobody-<tag> | user {}                               | 404               | 4xx       | gone       |

  @RFC7643-2.4-04 @F224
  Scenario: Of several primary values one stays, or none is taken
    Then each of these is answered as it says:
      | needs          | request          | body                                          | answer | afterwards        |
      | emails.primary | PUT /Users/<Ada> | same { "emails": [                            | 200    | /userName present |
      |                |                  | { "value": "a.<tag>@one.example",             | 4xx    |                   |
      |                |                  | "type": "work", "primary": true },            |        |                   |
      |                |                  | { "value": "b.<tag>@two.example",             |        |                   |
      |                |                  | "type": "home", "primary": true } ] }         |        |                   |

  @RFC7643-4.1.2-28 @RFC7644-3.5.1-16
  Scenario: A PUT of a user does not change its groups
    Given a user "Ben"
    And a group "Team" of "Ben"
    Then each of these is answered as it says:
      | clause           | request            | body                                      | answer | holds |
      | RFC7644-3.5.1-16 | PUT /Users/<Ada>   | same { "groups": [{ "value": "<Team>" }] } | 200    | |
      | RFC7643-4.1.2-28 | GET /Groups/<Team> |                                           | 200    | /members/*/value are ["<Ben>"] |

  @RFC7644-3.5.1-14
  Scenario: The members of a group are replaced
    Given a user "Ben"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | request            | body                                      | answer | afterwards |
      | PUT /Groups/<Team> | same { "members": [{ "value": "<Ben>" }] } | 200    | /members/*/value are ["<Ben>"] |

  @RFC7644-3.5.1-20
  Scenario: The answer honours the selection of attributes
    Then each of these is answered as it says:
      | request                              | body    | answer | holds |
      | PUT /Users/<Ada>?attributes=userName | same {} | 200    | /id present; /nickName absent; /title absent |

  @RFC7644-3.5.1-10
  Scenario: Attributes that a PUT omits follow one rule
    Then a PUT treats all that it leaves out alike
