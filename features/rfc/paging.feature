@rfc
Feature: Pages are counted from one and show everybody once

  Background:
    Given the target supports "pages by index"
    And the target supports "filter"
    And a user "Ada" with:
      """
      { "displayName": "Ada <tag>" }
      """
    And a user "Ben" with:
      """
      { "displayName": "Ben <tag>" }
      """
    And a user "Cem" with:
      """
      { "displayName": "Cem <tag>" }
      """

  @RFC7644-3.4.2.4-03 @RFC7644-3.4.2.4-04 @RFC7644-3.4.2.4-06 @RFC7644-3.4.2.4-07 @RFC7644-3.4.2.4-08 @RFC7644-3.4.2.4-09
  @RFC7643-5-20 @RFC7644-3.4.2.1-04
  @RFC7644-3.4.2.4-12 @RFC7644-3.4.2.4-13 @RFC7644-3.4.2.4-14
  Scenario: Numbers below the first, none, and too many
    Then each of these is answered as it says:
      | clause             | request                                                | filter | answer | tolerated   | holds                |
      | RFC7644-3.4.2.4-03 | GET /Users?startIndex=1&count=10&filter=displayName co "<tag>" |        | 200    |        | /totalResults = 3 |
      |                    |                                                        |        |        |             | finds Ada, Ben, Cem  |
      | RFC7644-3.4.2.4-03 | GET /Users?count=10&filter=displayName co "<tag>"      |        | 200    |             | /totalResults = 3    |
      |                    |                                                        |        |        |             | finds Ada, Ben, Cem  |
      | RFC7644-3.4.2.4-04 | GET /Users?startIndex=0&filter=displayName co "<tag>"  |        | 200    |             | finds Ada, Ben, Cem  |
      | RFC7644-3.4.2.4-04 | GET /Users?startIndex=-5&filter=displayName co "<tag>" |        | 200    |             | finds Ada, Ben, Cem  |
      | RFC7644-3.4.2.4-07 | GET /Users?count=-1&filter=displayName co "<tag>"      |        | 200    |             | /totalResults = 3    |
      |                    |                                                        |        |        |             | /Resources absent    |
      | RFC7644-3.4.2.4-08 | GET /Users?count=0&filter=displayName co "<tag>"       |        | 200    |             | /totalResults = 3    |
      |                    |                                                        |        |        |             | /Resources absent    |
      | RFC7644-3.4.2.4-06 | GET /Users?startIndex=3&count=2&filter=displayName co "<tag>" |        | 200    |         | /totalResults = 3 |
      |                    |                                                        |        |        |             | /Resources/0 present |
      |                    |                                                        |        |        |             | /Resources/1 absent  |
      | RFC7644-3.4.2.4-09 | GET /Users                                            | displayName co "<tag>" | 200 |  | finds Ada, Ben, Cem |
      | RFC7643-5-20       | GET /Users?count=100000&filter=displayName co "<tag>"  |        | 200    |             | finds Ada, Ben, Cem  |
      |                    |                                                        |        | 400 tooMany |             |                 |
      | RFC7644-3.4.2.1-04 | GET /Users?count=1                                     |        | 200    |             | /totalResults >= 1   |
      |                    |                                                        |        | 400    |             |                      |
      | RFC7644-3.4.2.4-12 | GET /Users?startIndex=99&filter=displayName co "<tag>" |        | 200    |             | /totalResults = 3    |
      |                    |                                                        |        |        |             | /Resources absent    |
      | RFC7644-3.4.2.4-13 | GET /Users?count=many&filter=displayName co "<tag>"    |        | 200    |             | /totalResults = 3    |
      |                    |                                                        |        | 400    |             |                      |
      | RFC7644-3.4.2.4-14 | GET /Users?count=100000&filter=displayName co "<tag>"  |        | 200    | 400 tooMany | finds Ada, Ben, Cem  |

  @RFC7644-3.4.2.4-11
  Scenario: Everybody is shown once
    Given a crowd of 5 accounts
    Then the crowd read 2 at a time is whole
