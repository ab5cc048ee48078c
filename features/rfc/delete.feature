@rfc
Feature: Deleting users and groups
  After a DELETE, the IdP believes that the account is gone from every read and every list.

  @RFC7644-3.6-02 @RFC7644-3.6-03 @RFC7644-3.6-05 @RFC7644-3.6-07 @RFC7644-3.4.1-02
  @RFC7644-3.6-04
  @RFC7644-3.6-09
  Scenario: No request reaches a deleted user
    Given a user "Ada"
    And a user "Ben"
    Then each of these is answered as it says:
      | clause           | needs  | request                    | filter | body | op | path | value | answer | tolerated  | holds           |
      | RFC7644-3.6-02   |        | DELETE /Users/<Ada>        |        |      |    |      |       | 204    | 2xx or 501 |                 |
      | RFC7644-3.6-09   |        |                            |        |      |    |      |       |        |            |                 |
      | RFC7644-3.6-02   |        | GET /Users/<Ada>           |        |      |    |      |       | 404    |            | /status = "404" |
      | RFC7644-3.6-02   |        | PUT /Users/<Ada>           |        | user { "userName": "<userName Ada>" } |    |      |  | 404 |  |  |
      | RFC7644-3.6-02   | patch  | PATCH /Users/<Ada>         |        |      | replace | displayName | "x"   | 404    |            |     |
      | RFC7644-3.6-02   |        | DELETE /Users/<Ada>        |        |      |    |      |       | 404    |            |                 |
      | RFC7644-3.6-03   | filter | GET /Users                 | userName eq "<userName Ada>" |      |  |  |  | 200 |  | /totalResults = 0 |
      |                  |        |                            |        |      |    |      |       |        |            | finds nobody    |
      | RFC7644-3.6-03   | filter | GET /Users                 | userName eq "<userName Ben>" |      |    |      |    | 200 |  | finds Ben |
      | RFC7644-3.6-05   |        | POST /Users           |  | user { "userName": "<userName Ada>" } |  |  |  | 201 | 409 | /id != "<Ada>" |
      | RFC7644-3.6-04   |        |                            |        |      |    |      |       |        |            |                 |
      | RFC7644-3.6-07   |        | DELETE /Users/nobody-<tag> |        |      |    |      |     | 404 |  | /schemas has "<message Error>" |
      |                  |        |                            |        |      |    |      |       |        |            | /status = "404" |
      | RFC7644-3.4.1-02 |        | GET /Users/nobody-<tag>    |        |      |    |      |     | 404 |  | /schemas has "<message Error>" |
      |                  |        |                            |        |      |    |      |       |        |            | /status = "404" |

  @RFC7644-3.6-02 @RFC7644-3.6-03
  Scenario: No request reaches a deleted group
    Given a user "Ada"
    And a group "Team" of "Ada"
    Then each of these is answered as it says:
      | clause         | needs  | request               | filter | op      | path        | value | answer | tolerated  | holds             |
      | RFC7644-3.6-02 |        | DELETE /Groups/<Team> |        |         |             |       | 204    | 2xx or 501 |                   |
      | RFC7644-3.6-02 |        | GET /Groups/<Team>    |        |         |             |       | 404    |            |                   |
      | RFC7644-3.6-02 | patch  | PATCH /Groups/<Team>  |        | replace | displayName | "x"   | 404    |            |                   |
      | RFC7644-3.6-03 | filter | GET /Groups           | displayName eq "<name Team>" |         |         |  | 200 |  | /totalResults = 0 |
      | RFC7644-3.6-02 |        | GET /Users/<Ada>      |        |         |             |       | 200 |  | /groups/*/value lacks "<Team>" |

  @RFC7644-3.6-08
  Scenario: A deleted user is in no group
    Given a user "Ada"
    And a user "Ben"
    And a group "Team" of "Ada" and "Ben"
    Then each of these is answered as it says:
      | clause         | request             | answer | tolerated | holds |
      |                | DELETE /Users/<Ada> | 204    | 2xx       | |
      | RFC7644-3.6-08 | GET /Groups/<Team>  | 200    |           | /members/*/value are ["<Ben>"] |
