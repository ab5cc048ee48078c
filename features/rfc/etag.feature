@rfc
Feature: Entity tags

  Background:
    Given the target supports "etag"
    And a user "Ada" with:
      """
      { "displayName": "Ada", "title": "Guide" }
      """

  @RFC7644-3.14-02 @RFC7644-3.14-05 @RFC7644-3.14-06 @RFC7644-3.14-08 @RFC7643-3.1-35
  @RFC7644-3.14-03
  @RFC7644-3.14-11 @RFC7644-3.14-12 @RFC7644-3.12-16
  Scenario: Conditional reads and writes
    Then each of these is answered as it says:
      | clause          | needs | request             | headers | body | op | path  | value  | answer | tolerated | holds | afterwards     |
      | RFC7644-3.14-02 |       | GET /Users/<Ada>    |         |      |    |       |        | 200    |           | ETag present |         |
      | RFC7643-3.1-35  |       | GET /Users/<Ada>    |         |      |    |       |  | 200 |  | ETag has "\\""; /meta/version present |  |
      | RFC7644-3.14-03 |       |                     |         |      |    |       |        |        |           |       |                |
      | RFC7644-3.14-05 |       | GET /Users/<Ada>    | If-None-Match: <Ada /meta/version> |      |    |       |       | 304 |  | empty |  |
      | RFC7644-3.14-06 |       | GET /Users/<Ada>    | If-None-Match: W/"other-<tag>" |      |    |       |    | 200 |  | ETag present |  |
      |                 |       |                     |         |      |    |       |        |        |           | /id = "<Ada>" |        |
      | RFC7644-3.14-08 | patch | PATCH /Users/<Ada>  | If-Match: W/"other-<tag>" |  | replace | title | "Late" | 412 | 409 |  | unchanged |
      | RFC7644-3.14-08 |    | PUT /Users/<Ada> | If-Match: W/"other-<tag>" | same { "title": "Late" } |  |  |  | 412 | 409 |  | unchanged |
      | RFC7644-3.14-08 |       | DELETE /Users/<Ada> | If-Match: W/"other-<tag>" |      |    |       |        | 412  | 409 |  | unchanged |
      | RFC7644-3.14-08 |      | PUT /Users/<Ada> | If-Match: <Ada /meta/version> | same { "title": "In time" } |  |  |  | 200 | 412 |  |  |
      |                 |       |                     |         |      |    |       |        |        |           |       | /title present |
      | RFC7644-3.14-06 |       | GET /Users/<Ada>    | If-None-Match: W/"other-<tag>" |      |    |       |    | 200 |  | ETag present |  |
      | RFC7644-3.14-11 |   | GET /Users/<Ada>?attributes=userName | If-None-Match: <Ada /meta/version> |  |  |  |  | 304 | 200 | empty |  |
      | RFC7644-3.14-12 |       | DELETE /Users/<Ada> | If-Match: W/"other-<tag>" |      |    |       |        | 412  | 409 |  | unchanged |
      | RFC7644-3.12-16 |       |                     |         |      |    |       |        |        |           |       |                |

  @RFC7643-3.1-33
  Scenario: Entity tags are case-sensitive
    Then no write of "Ada" passes under its version in the other case
