@rfc
Feature: HTTP
  Media types, methods, errors and credentials: the rules that every request shares.

  @RFC7644-3.8-06 @RFC7644-3.8-10 @RFC7644-3.8-13 @RFC7644-3.8-14 @RFC7644-1.2-01 @F169
  @RFC7644-3.8-07 @RFC7644-3.8-09 @RFC7644-3.8-11 @RFC7644-3.8-12 @RFC7644-3.4.1-03 @RFC7644-3.4.2-03 @RFC7644-3.2-11
  @RFC7644-3.12-22
  Scenario: Media types and bodies
    Given a user "Ada" with:
      """
      { "displayName": "Ada <tag>" }
      """
    Then each of these is answered as it says:
      | clause           | needs  | request             | filter | headers | body     | answer            | tolerated | holds              |
      | RFC7644-3.8-06   |        | GET /Users/<Ada>    |        | Accept: application/scim+json |      | 200 |  | Content-Type has "json" |
      | RFC7644-3.8-10   |        | POST /Users   |  | Content-Type: application/scim+json; charset=utf-8 | user {} | 201 |  | /id present |
      | RFC7644-3.8-10   |        | POST /Users         |        | Content-Type: application/scim+json | user {}  | 201   |  | /id present |
      | RFC7644-3.8-13   |        | GET /Users/<Ada>    |        |         |          | 200               |           | /schemas/0 present |
      |                  |        |                     |        |         |          |                   |           | /userName present  |
      |                  |        |                     |        |         |          |                   |  | /meta/resourceType = "User" |
      | RFC7644-3.8-14   |        | POST /Users         |        |        | text { | 400 invalidSyntax |  | /schemas has "<message Error>" |
      | RFC7644-3.8-14   |        | POST /Users         |        |         | text []  | 400 invalidSyntax |           |                    |
      | RFC7644-3.8-14   |        | POST /Users         |        |         | text "text" | 400 invalidSyntax |           |                 |
      | RFC7644-1.2-01   | filter | GET /Users          | displayName eq "Ada <tag>"           |         |          | 200   |  | finds Ada |
      | RFC7644-3.8-07   |        | GET /Users/<Ada>    |        | Accept: application/json |          | 200         | 406 | /id = "<Ada>" |
      | RFC7644-3.8-09   |        | POST /Users         |        | Content-Type: application/json | user {}  | 201     | 415 | /id present |
      | RFC7644-3.8-11   |        | POST /Users         |        | Content-Type: text/csv | text a,b | 415 or 400        | 4xx       |     |
      | RFC7644-3.8-12   |        | GET /Users/<Ada>    |        | Accept: image/png |          | 200 or 406  |  | Content-Type has "json" |
      | RFC7644-3.4.1-03 |        | GET /Users/<Ada>    |        |         |          | 200         |  | Location = "<Ada /meta/location>" |
      | RFC7644-3.4.2-03 |        | GET /Users?count=1&favourite=red |        |         |          | 200           |  | /totalResults >= 1 |
      | RFC7644-3.2-11   |        | GET /Users/?count=2 |        |         |          | 200               | 3xx       | /totalResults >= 1 |
      |                  |        |                     |        |         |          |                   | 4xx       |                    |
      | RFC7644-3.12-22  |        | POST /Users         |        |         | text {   | 400 invalidSyntax |           |                    |

  @RFC7644-3.12-E7898 @RFC7644-3.4.1-02 @RFC7644-3.2-01 @RFC7644-3.1-03 @RFC7644-3.4.2.1-05
  @RFC7644-3.2-07 @RFC7644-3.12-14 @RFC7644-3.2-08 @RFC7644-3.2-10 @RFC7644-4-11
  Scenario: Errors have a SCIM body
    Then each of these is answered as it says:
      | clause             | needs | request | body | answer | tolerated | holds |
      | RFC7644-3.1-03     |       | GET /Users?count=1 |  | 200 |  | /schemas/0 has "urn:ietf:params:scim:api:" |
      | RFC7644-3.4.2.1-05 |       | GET /Users |  | 200 |  |  |
      |                    |       |  |  | 400 tooMany! |  |  |
      | RFC7644-3.2-01     |       | GET /Users?count=1 |  | 200 |  | /schemas has "<message ListResponse>" |
      |                    |       |  |  |  |  | /totalResults >= 0 |
      | RFC7644-3.12-E7898 |       | GET /Users/nobody-<tag> |  | 404 |  | /schemas has "<message Error>" |
      |                    |       |  |  |  |  | /status = "404" |
      | RFC7644-3.12-E7898 |       | POST /Users | text { | 400 |  | /schemas has "<message Error>" |
      |                    |       |  |  |  |  | /status = "400" |
      | RFC7644-3.4.1-02   |       | GET /Groups/nobody-<tag> |  | 404 |  | /status = "404" |
      | RFC7644-3.2-07     |       | GET /Users/nobody-<tag> |  | 404 |  | /status = "404" |
      | RFC7644-3.12-14    |       |  |  |  |  |  |
      | RFC7644-3.2-08     |       | GET /Users/nobody-<tag> |  | 404 |  | /status = "404" |
      | RFC7644-3.2-10     | alone | PATCH /Users | [] | 405 or 501 | 4xx | /schemas has "<message Error>" |
      | RFC7644-4-11       |       | GET /ResourceTypes/Nobody-<tag> |  | 404 | 4xx or 501 |  |
      | RFC7644-3.12-14    |       |  |  |  |  |  |
      | RFC7644-4-11       |       | GET /Schemas/urn:example:nobody:<tag> |  | 404 | 4xx or 501 |  |

  @RFC7644-3.2-06
  Scenario: Each endpoint supports its methods
    Given a user "Ada"
    Then each of these is answered as it says:
      | needs  | request              | body     | answer                                |
      |        | GET /Users?count=1   |          | 200                                   |
      |        | POST /Users          | user {}  | 201                                   |
      |        | GET /Users/<Ada>     |          | 200                                   |
      |        | PUT /Users/<Ada>     | same {}  | 200                                   |
      | groups | GET /Groups?count=1  |          | 200                                   |
      | groups | POST /Groups         | group {} | 201                                   |
      |        | DELETE /Users/<Ada>  |          | 204                                   |

  @RFC7644-2-11 @RFC9865-5.2-02
  @RFC7644-3.12-12
  Scenario: Requests without a credential are refused
    Given a user "Ada"
    Then each of these is answered as it says:
      | clause          | needs | request             | headers  | body | op      | path        | value | answer | tolerated | afterwards |
      | RFC7644-2-11    |       | GET /Users/<Ada>    | no token |      |         |             |       | 401    | 403       |            |
      | RFC7644-3.12-12 |       |                     |          |      |         |             |       |        |           |            |
      | RFC7644-2-11    |       | GET /Users          | no token |      |         |             |       | 401    | 403       |            |
      | RFC7644-2-11    |       | PUT /Users/<Ada>    | no token | same { "displayName": "Stranger" } |      |  |  | 401 | 403 | unchanged |
      | RFC7644-2-11    | patch | PATCH /Users/<Ada>  | no token |      | replace | displayName | "S"   | 401    | 403       | unchanged  |
      | RFC7644-2-11    |       | DELETE /Users/<Ada> | no token |      |         |             |       | 401    | 403       | unchanged  |
      | RFC9865-5.2-02  | cursors | GET /Users?cursor=  | no token |      |         |             |       | 401    | 403       |           |

  @RFC7644-3.13-02 @RFC7644-1.3-01
  Scenario: The URL of a resource is below the base URL
    Given a user "Ada"
    Then each of these is answered as it says:
      | clause          | request          | answer | holds |
      | RFC7644-3.13-02 | GET /Users/<Ada> | 200    | /meta/location has "/Users/<Ada>" |
      | RFC7644-1.3-01  | GET /Users/<Ada> | 200    | /meta/location lacks "?" |

  @RFC7644-3.13-03
  Scenario: An unknown protocol version is refused
    Then an unknown version of SCIM is refused
