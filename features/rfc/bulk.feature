@rfc
Feature: A bulk job is many requests with one answer

  @RFC7644-3.7-03 @RFC7644-3.7-05 @RFC7644-3.7-14 @RFC7644-3.7-15 @RFC7644-3.7-16 @RFC7644-3.7-18 @RFC7644-3.7-19 @RFC7644-3.7-21
  @RFC7644-3.7-25 @RFC7644-3.7-27 @RFC7644-3.7.3-01 @RFC7644-3.7.3-02 @RFC7644-3.7.3-03 @RFC7644-3.7.3-04 @RFC7644-3.7.3-E5050 @RFC7644-3.7.3-E7916
  @RFC7644-3.7-23
  Scenario: Each operation has its result
    Given the target supports "bulk"
    And a user "Ada" with:
      """
      { "title": "Guide" }
      """
    Then each of these is answered as it says:
      | clause              | needs | request          | body                                                                                                                                  | answer | holds |
      | RFC7644-3.7-03      |       | POST /Bulk       | [{ "method": "POST", "path": "/Users", "bulkId": "a", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.a.<tag>@example.com" } }] | 200 | /schemas are ["urn:ietf:params:scim:api:messages:2.0:BulkResponse"] |
      | RFC7644-3.7-25      |       | POST /Bulk       | [{ "method": "POST", "path": "/Users", "bulkId": "b", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.b.<tag>@example.com" } }] | 200 | /Operations/0/bulkId = "b"; /Operations/0/location has "/Users/" |
      | RFC7644-3.7-15 RFC7644-3.7.3-02 |  | POST /Bulk    | [{ "method": "POST", "path": "/Users", "bulkId": "c", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.c.<tag>@example.com" } }, { "method": "DELETE", "path": "/Users/nobody-<tag>" }] | 200 | /Operations/0/location present; /Operations/1/location has "/Users/nobody-<tag>" |
      | RFC7644-3.7.3-E7916 RFC7644-3.7.3-03 |  | POST /Bulk | [{ "method": "POST", "path": "/Users", "bulkId": "d", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.d.<tag>@example.com" } }, { "method": "DELETE", "path": "/Users/nobody-<tag>" }] | 200 | /Operations/0/status in ["201", { "code": "201" }]; /Operations/1/status in ["404", { "code": "404" }] |
      | RFC7644-3.7-16      |       | POST /Bulk       | [{ "method": "DELETE", "path": "/Users/nobody-<tag>" }]                                                                               | 200    | /Operations/0/response present |
      | RFC7644-3.7-18      |       | POST /Bulk       | [{ "method": "DELETE", "path": "/Users/nobody-<tag>" }]                                                                               | 200    | /Operations/0/response/schemas has "urn:ietf:params:scim:api:messages:2.0:Error"; /Operations/0/response/status = "404" |
      | RFC7644-3.7.3-04    |       | POST /Bulk       | [{ "method": "DELETE", "path": "/Users/nobody-<tag>" }]                                                                               | 200    | /Operations/0/response/detail present |
      | RFC7644-3.7-19      |       | POST /Bulk       | [{ "method": "DELETE", "path": "/Users/nobody-<tag>" }]                                                                               | 200    | /Operations/0/method = "DELETE" |
      | RFC7644-3.7-21      |       | POST /Bulk       | [{ "method": "DELETE", "path": "/Users/nobody-<tag>" }, { "method": "POST", "path": "/Users", "bulkId": "e", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.e.<tag>@example.com" } }] | 200 | /Operations/1/bulkId = "e"; /Operations/1/location present |
      | RFC7644-3.7.3-01    |       | POST /Bulk       | [{ "method": "DELETE", "path": "/Users/nobody-<tag>" }, { "method": "DELETE", "path": "/Users/noone-<tag>" }]                          | 200    | /Operations/0 present; /Operations/1 present; /Operations/2 absent |
      | RFC7644-3.7-23      |       | POST /Bulk       | { "failOnErrors": 1, "Operations": [{ "method": "DELETE", "path": "/Users/nobody-<tag>" }, { "method": "POST", "path": "/Users", "bulkId": "f", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.f.<tag>@example.com" } }] } | 200 | /Operations/0/location present; /Operations/1 absent |
      | RFC7644-3.7-05      |       | POST /Bulk       | { "failOnErrors": 9, "Operations": [{ "method": "DELETE", "path": "/Users/nobody-<tag>" }] }                                           | 200    | /failOnErrors absent |
      | RFC7644-3.7-14 RFC7644-3.7.3-E5050 | patch | POST /Bulk | [{ "method": "PATCH", "path": "/Users/<Ada>", "data": { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "replace", "path": "title", "value": "Lead" }] } }] | 200 | /Operations/0/status in ["200", "204", { "code": "200" }, { "code": "204" }] |
      | RFC7644-3.7-14      | patch | GET /Users/<Ada> |                                                                                                                                       | 200    | /title = "Lead" |
      | RFC7644-3.7-27      | patch | POST /Bulk       | [{ "method": "PATCH", "path": "/Users/<Ada>", "data": { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "replace", "path": "title", "value": "1" }] } }, { "method": "PATCH", "path": "/Users/<Ada>", "data": { "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "replace", "path": "title", "value": "2" }] } }] | 200 | /Operations/1 present |
      | RFC7644-3.7-27      | patch | GET /Users/<Ada> |                                                                                                                                       | 200    | /title = "2" |

  @RFC7644-3.7-02 @RFC7644-3.7-06 @RFC7644-3.7-07 @RFC7644-3.7-08 @RFC7644-3.7-11 @RFC7644-3.7-12 @RFC7644-3.7-13 @RFC7644-3.7-20
  Scenario: What is no job, and what is no operation
    Given the target supports "bulk"
    And a user "Ada"
    Then each of these is answered as it says:
      | clause         | request    | body                                                                                            | answer     | tolerated | holds |
      | RFC7644-3.7-20 | POST /Bulk | text {                                                                                          | 4xx        |           | |
      | RFC7644-3.7-06 | POST /Bulk | raw { "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"] }                         | 4xx        |           | |
      | RFC7644-3.7-02 | POST /Bulk | raw { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "Operations": [] }              | 4xx        | 200       | |
      | RFC7644-3.7-07 | POST /Bulk | [{ "path": "/Users/<Ada>" }]                                                                     | 200 or 4xx |           | /Operations/0/status in ["400", "405", "501", "404", { "code": "400" }] |
      | RFC7644-3.7-07 | POST /Bulk | [{ "method": "GET", "path": "/Users/<Ada>" }]                                                    | 200 or 4xx |           | /Operations/0/status in ["400", "405", "501", "404", { "code": "400" }] |
      | RFC7644-3.7-08 | POST /Bulk | [{ "method": "POST", "path": "/Users", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.g.<tag>@example.com" } }] | 200 or 4xx | | /Operations/0/status in ["400", { "code": "400" }] |
      | RFC7644-3.7-11 | POST /Bulk | [{ "method": "DELETE" }]                                                                         | 200 or 4xx |           | /Operations/0/status in ["400", "404", "405", { "code": "400" }] |
      | RFC7644-3.7-12 | POST /Bulk | [{ "method": "DELETE", "path": "/Users" }]                                                       | 200 or 4xx |           | /Operations/0/status in ["400", "404", "405", "501", { "code": "400" }] |
      | RFC7644-3.7-13 | POST /Bulk | [{ "method": "PUT", "path": "/Users/<Ada>" }]                                                    | 200 or 4xx |           | /Operations/0/status in ["400", { "code": "400" }] |

  @RFC7644-3.7.4-03 @RFC7644-3.7.4-04
  Scenario: A job that is too long is refused as a whole
    Given the target supports "bulk"
    Then a job of more operations than the target allows is refused

  @RFC7644-3.7.1-01 @RFC7644-3.7.2-02 @RFC7644-3.7.2-03
  Scenario: Operations refer to each other
    Given the target supports "bulk"
    And the target supports "groups"
    And a user "Ada"
    Then each of these is answered as it says:
      | clause           | needs | request                                                    | body | answer | holds |
      | RFC7644-3.7.2-02 |       | POST /Bulk                                                 | [{ "method": "POST", "path": "/Users", "bulkId": "u", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.u.<tag>@example.com" } }, { "method": "POST", "path": "/Groups", "bulkId": "g", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Bulk <tag>", "members": [{ "value": "bulkId:u", "type": "User" }] } }] | 200 | /Operations/1/bulkId = "g" |
      | RFC7644-3.7.2-02 | filter | GET /Groups?filter=displayName eq "Bulk <tag>"            |      | 200    | text lacks "bulkId:"; /totalResults = 1; /Resources/0/members/0/value present |
      | RFC7644-3.7.1-01 |       | POST /Bulk                                                 | [{ "method": "POST", "path": "/Groups", "bulkId": "x", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "X <tag>", "members": [{ "value": "bulkId:y", "type": "Group" }] } }, { "method": "POST", "path": "/Groups", "bulkId": "y", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Y <tag>", "members": [{ "value": "bulkId:x", "type": "Group" }] } }] | 200 or 409 | /Operations/0/status in ["201", "409", { "code": "201" }, { "code": "409" }] |
      | RFC7644-3.7.2-03 | urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager | POST /Bulk | [{ "method": "POST", "path": "/Users", "bulkId": "m", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"], "userName": "bulk.m.<tag>@example.com", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "manager": { "value": "bulkId:boss" } } } }, { "method": "POST", "path": "/Users", "bulkId": "boss", "data": { "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "bulk.boss.<tag>@example.com" } }] | 200 | /Operations/1/bulkId present |
      | RFC7644-3.7.2-03 | filter,urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager | GET /Users?filter=userName eq "bulk.m.<tag>@example.com" | | 200 | text lacks "bulkId:" |
