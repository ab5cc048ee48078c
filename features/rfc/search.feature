@rfc
Feature: A search by POST answers like a query
  A filter in a body does not appear in URL logs. The answer equals that of the GET.

  Background:
    Given the target supports ".search"
    And the target supports "filter"
    And a user "Ada" with:
      """
      { "displayName": "Ada <tag>", "nickName": "Addie", "name": { "givenName": "Ada", "familyName": "Byron" } }
      """
    And a user "Ben" with:
      """
      { "displayName": "Ben <tag>", "name": { "givenName": "Ben", "familyName": "Boer" } }
      """

  @RFC7644-3.4.3-02 @RFC7644-3.4.3-04 @RFC7644-3.4.3-05 @RFC7644-3.4.3-07 @RFC7644-3.4.3-08 @RFC7644-3.4.3-10 @RFC7644-3.4.3-12
  @RFC7644-3.4.3-13 @RFC7644-3.4.3-18 @RFC7643-4.1.1-20
  Scenario: Parameters in the body
    Then each of these is answered as it says:
      | clause           | needs | request             | body                                             | answer | tolerated | holds     |
      | RFC7644-3.4.3-02 |       | POST /Users/.search | { "filter": "userName eq \\"<userName Ada>\\"" } | 200    |           | finds Ada |
      |                  |       |                     |                                                  |        |   | /totalResults = 1 |
      |                  |       |                     |                                     |  |  | /schemas has "<message ListResponse>" |
      | RFC7644-3.4.3-18 |       | POST /Users/.search | { "filter": "displayName co \\"<tag>\\"",        | 200    |      | finds Ada, Ben |
      |                  |       |                     | "count": 10, "startIndex": 1 }                   |        |   | /totalResults = 2 |
      | RFC7644-3.4.3-05 |       | POST /Users/.search | { "filter": "userName eq \\"<userName Ada>\\"",  | 200    |           |           |
      |                  |       |                     | "attributes": ["userName", "name.givenName"] }   |        |           |           |
      |                  |       |                     |                                       |  |  | /Resources/0/name/givenName = "Ada" |
      |                  |       |                     |                                       |  |  | /Resources/0/name/familyName absent |
      |                  |       |                     |                                              |  |  | /Resources/0/nickName absent |
      | RFC7644-3.4.3-07 |    | POST /Users/.search | { "filter": "userName eq \\"<userName Ada>\\"", | 200 |  | /Resources/0/id = "<Ada>" |
      |                  |       |                     | "excludedAttributes": ["id"] }                   |        |           |           |
      | RFC7644-3.4.3-08 |       | POST /Users/.search | { "filter": "userName eq \\"<userName Ada>\\"",  | 200    |           |           |
      |                  |       |                     | "excludedAttributes": ["name.familyName",        |        |           |           |
      |                  |       |                     | "nickName"] }                                    |        |           |           |
      |                  |       |                     |                                       |  |  | /Resources/0/name/familyName absent |
      |                  |       |                     |                                       |  |  | /Resources/0/name/givenName = "Ada" |
      |                  |       |                     |                                              |  |  | /Resources/0/nickName absent |
      | RFC7644-3.4.3-10 |       | POST /Users/.search | { "filter": "userName eq" }                      | 400 invalidFilter |         |  |
      | RFC7644-3.4.3-12 | sort  | POST /Users/.search | { "filter": "displayName co \\"<tag>\\"",        | 200    |      | order Ben, Ada |
      |                  |       |                     | "sortBy": "displayName",                         |        |           |           |
      |                  |       |                     | "sortOrder": "descending" }                      |        |           |           |
      | RFC7644-3.4.3-13 | sort  | POST /Users/.search | { "filter": "displayName co \\"<tag>\\"",        | 200    |      | order Ben, Ada |
      |                  |       |                     | "sortBy": "name.familyName" }                    |        |           |           |
      | RFC7644-3.4.3-04 |       | POST /Users/.search | raw { "filter": "userName pr", "count": 2 }      | 400    | 200       |           |
      | RFC7643-4.1.1-20 |       | POST /Users/.search | { "filter": "userName eq \\"<userName Ada>\\"",  | 200    |           |           |
      |                  |       |                     | "attributes": ["password"] }                     |        |           |           |
      |                  |       |                     |                                              |  |  | /Resources/0/password absent |

  Rule: Users and groups are found together

    Background:
      Given a group "Team" of "Ada"

    @RFC7644-3.4.2.1-02 @RFC7644-3.4.2.1-06 @RFC7644-3.4.2.1-07 @RFC7644-3.4.2.1-08 @RFC7643-3.1-26 @reads
    Scenario: A query at the root
      Given the target supports "root queries"
      Then each of these is answered as it says:
        | clause             | request | filter                                                        | answer | holds                |
        | RFC7644-3.4.2.1-02 | GET /   | displayName co "<tag>"                                        | 200    | finds Ada, Ben, Team |
        | RFC7644-3.4.2.1-06 | GET /   | displayName co "<tag>" and not (userName eq "<userName Ada>") | 200    | finds Ben, Team      |
        | RFC7644-3.4.2.1-07 | GET /   | userName pr and displayName co "<tag>"                        | 200    | finds Ada, Ben       |
        | RFC7644-3.4.2.1-08 | GET /   | members.value eq "<Ada>" and displayName co "<tag>"           | 200    | finds Team           |
        | RFC7643-3.1-26     | GET /   | meta.resourceType eq "user" and displayName co "<tag>"        | 200    | finds nobody         |
        | RFC7643-3.1-26     | GET /   | meta.resourceType eq "User" and displayName co "<tag>"        | 200    | finds Ada, Ben       |

    @RFC7644-3.4.3-02 @RFC7644-3.4.2.1-02 @reads
    Scenario: A search at the root
      Given the target supports "root searches"
      Then each of these is answered as it says:
        | clause             | request         | body                                          | answer | holds |
        | RFC7644-3.4.3-02   | POST /.search   | { "filter": "displayName co \\"<tag>\\"" }     | 200    | finds Ada, Ben, Team |
        | RFC7644-3.4.2.1-02 | POST /.search   | { "filter": "userName eq \\"<userName Ben>\\"" } | 200  | finds Ben |
