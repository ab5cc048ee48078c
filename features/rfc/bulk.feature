@rfc
Feature: Bulk jobs

  @RFC7644-3.7-03 @RFC7644-3.7-05 @RFC7644-3.7-14 @RFC7644-3.7-15 @RFC7644-3.7-16 @RFC7644-3.7-18 @RFC7644-3.7-19 @RFC7644-3.7-21
  @RFC7644-3.7-25 @RFC7644-3.7-27 @RFC7644-3.7.3-01 @RFC7644-3.7.3-02 @RFC7644-3.7.3-03 @RFC7644-3.7.3-04 @RFC7644-3.7.3-E5050
  @RFC7644-3.7.3-E7916
  @RFC7644-3.7-23
  Scenario: Every operation has its own result
    Given the target supports "bulk"
    And a user "Ada" with:
      """
      { "title": "Guide" }
      """
    Then each of these is answered as it says:
      | clause           | needs | request          | body | method | path                | bulkId | data                | answer | holds |
      | RFC7644-3.7-03   |       | POST /Bulk       |      |        |                |  |  | 200 | /schemas are ["<message BulkResponse>"] |
      |                  |       |                  |      | POST   | /Users        | a | { "userName": "bulk.a.<tag>@example.com" } |  |  |
      | RFC7644-3.7-25   |       | POST /Bulk       |      |        |                     |        |    | 200 | /Operations/0/bulkId = "b" |
      |                |  |  |  | POST | /Users | b | { "userName": "bulk.b.<tag>@example.com" } |  | /Operations/0/location has "/Users/" |
      | RFC7644-3.7-15   |       | POST /Bulk       |      |        |                     |      |  | 200 | /Operations/0/location present |
      | RFC7644-3.7.3-02 |       |                  |      |        |          |  |  |  | /Operations/1/location has "/Users/nobody-<tag>" |
      |                  |       |                  |      | POST   | /Users        | c | { "userName": "bulk.c.<tag>@example.com" } |  |  |
      |                  |       |                  |      | DELETE | /Users/nobody-<tag> |        |                     |        |       |
      | RFC7644-3.7.3-E7916 |       | POST /Bulk       |      |        |  |  |  | 200 | /Operations/0/status in ["201", { "code": "201" }] |
      | RFC7644-3.7.3-03 |       |                  |      |        |        |  |  |  | /Operations/1/status in ["404", { "code": "404" }] |
      |                  |       |                  |      | POST   | /Users        | d | { "userName": "bulk.d.<tag>@example.com" } |  |  |
      |                  |       |                  |      | DELETE | /Users/nobody-<tag> |        |                     |        |       |
      | RFC7644-3.7-16   |       | POST /Bulk       |      | DELETE | /Users/nobody-<tag> |      |  | 200 | /Operations/0/response present |
      | RFC7644-3.7-18   |       | POST /Bulk       |      |        |   |  |  | 200 | /Operations/0/response/schemas has "<message Error>" |
      |                  |       |                  |      | DELETE | /Users/nobody-<tag> |  |  |  | /Operations/0/response/status = "404" |
      | RFC7644-3.7.3-04 |       | POST /Bulk       |   | DELETE | /Users/nobody-<tag> |  |  | 200 | /Operations/0/response/detail present |
      | RFC7644-3.7-19   |       | POST /Bulk       |      | DELETE | /Users/nobody-<tag> |     |  | 200 | /Operations/0/method = "DELETE" |
      | RFC7644-3.7-21   |       | POST /Bulk       |      | DELETE | /Users/nobody-<tag> |        |    | 200 | /Operations/1/bulkId = "e" |
      |                  |      |  |  | POST | /Users | e | { "userName": "bulk.e.<tag>@example.com" } |  | /Operations/1/location present |
      | RFC7644-3.7.3-01 |       | POST /Bulk       |      | DELETE | /Users/nobody-<tag> |        |         | 200 | /Operations/0 present |
      |                  |       |                  |      | DELETE | /Users/noone-<tag>  |        |            |  | /Operations/1 present |
      |                  |       |                  |      |        |                     |        |             |  | /Operations/2 absent |
      | RFC7644-3.7-23 |  | POST /Bulk | { "failOnErrors": 1 } | DELETE | /Users/nobody-<tag> |  |  | 200 | /Operations/0/location present |
      |                  |       |           |  | POST | /Users | f | { "userName": "bulk.f.<tag>@example.com" } |  | /Operations/1 absent |
      | RFC7644-3.7-05   |       | POST /Bulk    | { "failOnErrors": 9 } | DELETE | /Users/nobody-<tag> |  |  | 200 | /failOnErrors absent |
      | RFC7644-3.7-14   | patch | POST /Bulk   |  | PATCH | /Users/<Ada> |  | [{ "op": "replace", | 200 | /Operations/0/status in ["200", |
      | RFC7644-3.7.3-E5050 |       |                  |     |  |  |  | "path": "title", |  | "204", { "code": "200" }, { "code": "204" }] |
      |                  |       |                  |      |        |                     |        | "value": "Lead" }]  |        |       |
      | RFC7644-3.7-14   | patch | GET /Users/<Ada> |      |        |                     |        |               | 200 | /title = "Lead" |
      | RFC7644-3.7-27   | patch | POST /Bulk       |      | PATCH  | /Users/<Ada>  |  | [{ "op": "replace", | 200 | /Operations/1 present |
      |                  |       |                  |      |        |                     |        | "path": "title",    |        |       |
      |                  |       |                  |      |        |                     |        | "value": "1" }]     |        |       |
      |                  |       |                  |      | PATCH  | /Users/<Ada>        |        | [{ "op": "replace", |        |       |
      |                  |       |                  |      |        |                     |        | "path": "title",    |        |       |
      |                  |       |                  |      |        |                     |        | "value": "2" }]     |        |       |
      | RFC7644-3.7-27   | patch | GET /Users/<Ada> |      |        |                     |        |                  | 200 | /title = "2" |

  @RFC7644-3.7-02 @RFC7644-3.7-06 @RFC7644-3.7-07 @RFC7644-3.7-08 @RFC7644-3.7-11 @RFC7644-3.7-12 @RFC7644-3.7-13 @RFC7644-3.7-20
  Scenario: Malformed jobs and operations are refused
    Given the target supports "bulk"
    And a user "Ada"
    Then each of these is answered as it says:
      | clause         | needs | request | body | method | path | data | answer | tolerated | holds |
      | RFC7644-3.7-20 |       | POST /Bulk | text { |  |  |  | 4xx |  |  |
      | RFC7644-3.7-06 |       | POST /Bulk | raw { "schemas": ["<message BulkRequest>"] } |  |  |  | 4xx |  |  |
      | RFC7644-3.7-02 |       | POST /Bulk | raw { "schemas": ["<schema User>"], |  |  |  | 4xx | 200 |  |
      |                |       |  | "Operations": [] } |  |  |  |  |  |  |
      | RFC7644-3.7-07 |       | POST /Bulk | [{ "path": "/Users/<Ada>" }] |  |  |  | 200 or 4xx |  | /Operations/0/status in ["400", |
      |                |       |  |  |  |  |  |  |  | "405", "501", |
      |                |       |  |  |  |  |  |  |  | "404", { "code": "400" }] |
      | RFC7644-3.7-07 |       | POST /Bulk |  | GET | /Users/<Ada> |  | 200 or 4xx |  | /Operations/0/status in ["400", |
      |                |       |  |  |  |  |  |  |  | "405", "501", |
      |                |       |  |  |  |  |  |  |  | "404", { "code": "400" }] |
      | RFC7644-3.7-08 |       | POST /Bulk |  |  |  |  | 200 or 4xx |  | /Operations/0/status in ["400", { "code": "400" }] |
      |                |       |  |  | POST | /Users | { "userName": "bulk.g.<tag>@example.com" } |  |  |  |
      | RFC7644-3.7-11 | alone | POST /Bulk |  | DELETE |  |  | 200 or 4xx |  | /Operations/0/status in ["400", |
      |                |       |  |  |  |  |  |  |  | "404", "405", { "code": "400" }] |
      | RFC7644-3.7-12 | alone | POST /Bulk |  | DELETE | /Users |  | 200 or 4xx |  | /Operations/0/status in ["400", |
      |                |       |  |  |  |  |  |  |  | "404", "405", |
      |                |       |  |  |  |  |  |  |  | "501", { "code": "400" }] |
      | RFC7644-3.7-13 |  | POST /Bulk |  | PUT | /Users/<Ada> |  | 200 or 4xx |  | /Operations/0/status in ["400", { "code": "400" }] |

  @RFC7644-3.7.4-03 @RFC7644-3.7.4-04 @heavy
  Scenario: A job that is too long is refused as a whole
    Given the target supports "bulk"
    Then a job of more operations than the target allows is refused

  @RFC7644-3.7.1-01 @RFC7644-3.7.2-02 @RFC7644-3.7.2-03
  Scenario: Operations refer to each other
    Given the target supports "bulk"
    And the target supports "groups"
    Then each of these is answered as it says:
      | clause           | needs  | request     | filter | method | path    | bulkId | data                               | answer | holds |
      | RFC7644-3.7.2-02 |        | POST /Bulk  |        |        |         |        |                  | 200 | /Operations/1/bulkId = "g" |
      |                  |        |             |        | POST   | /Users  | u      | { "userName": "bulk.u.<tag>@example.com" } |     |  |
      |                  |        |             |        | POST   | /Groups | g      | { "displayName": "Bulk <tag>",     |        |       |
      |                  |        |             |        |        |         |        | "members": [{ "value": "bulkId:u", |        |       |
      |                  |        |             |        |        |         |        | "type": "User" }] }                |        |       |
      | RFC7644-3.7.2-02 | filter | GET /Groups | displayName eq "Bulk <tag>" |        |         |        |   | 200 | text lacks "bulkId:" |
      |                  |        |             |        |        |         |        |                              |  | /totalResults = 1 |
      |                  |        |             |        |        |         |        |           |  | /Resources/0/members/0/value present |
      | RFC7644-3.7.1-01 |      | POST /Bulk |  | POST | /Groups | x | { "displayName": "X <tag>", | 200 | /Operations/0/status in ["201", |
      |                  |        |  |  |  |  |  | "members": [{ "value": "bulkId:y", | 409 | "400", "409", { "code": "201" }, |
      |                  |        |             |        |        |         |        | "type": "Group" }] } |  | { "code": "400" }, |
      |                  |        |             |        |        |         |        |                      |  | { "code": "409" }] |
      |                  |        |             |        | POST   | /Groups | y      | { "displayName": "Y <tag>",        |        |       |
      |                  |        |             |        |        |         |        | "members": [{ "value": "bulkId:x", |        |       |
      |                  |        |             |        |        |         |        | "type": "Group" }] }               |        |       |
      | RFC7644-3.7.1-01 | <enterprise>:manager | POST /Bulk |   |        |         |        |  | 200 | /Operations/0/status in ["201", |
      |                  |        |             |  | POST | /Users | v | { "schemas": ["<schema User>", | 409 | "409", { "code": "201" }, |
      |                  |        |             |        |        |         |        |                       |        | { "code": "409" }] |
      |                  |        |             |        |        |         |        | "<enterprise>"],                   |        |       |
      |                  |        |             |        |        |         |        | "userName": "bulk.v.<tag>@example.com", |   |       |
      |                  |        |             |        |        |  |  | "<enterprise>": { "manager": { "value": "bulkId:w" } } } |  |  |
      |                  |        |             |        | POST   | /Users  | w      | { "schemas": ["<schema User>",     |        |       |
      |                  |        |             |        |        |         |        | "<enterprise>"],                   |        |       |
      |                  |        |             |        |        |         |        | "userName": "bulk.w.<tag>@example.com", |   |       |
      |                  |        |             |        |        |  |  | "<enterprise>": { "manager": { "value": "bulkId:v" } } } |  |  |
      | RFC7644-3.7.2-03 | <enterprise>:manager | POST /Bulk  |        |        |         |        |  | 200 | /Operations/1/bulkId present |
      |                  |        |             |        | POST   | /Users  | m      | { "schemas": ["<schema User>",     |        |       |
      |                  |        |             |        |        |         |        | "<enterprise>"],                   |        |       |
      |                  |        |             |        |        |         |        | "userName": "bulk.m.<tag>@example.com", |        |  |
      |                  |        |             |        |       |  |  | "<enterprise>": { "manager": { "value": "bulkId:boss" } } } |  |  |
      |                  |        |             |        | POST   | /Users  | boss   | { "userName": "bulk.boss.<tag>@example.com" } |  |  |
      | RFC7644-3.7.2-03 | filter | GET /Users  | userName eq "bulk.m.<tag>@example.com" |        |     |  |  | 200 | text lacks "bulkId:" |
      |                  | <enterprise>:manager |             |        |        |         |        |                                 |  |  |
