@rfc
Feature: Paging by index

  Background:
    Given the target supports "pages by index"
    And a user "Ada"
    And a user "Ben"
    And a user "Cem"

  @RFC7644-3.4.2.4-03 @RFC7644-3.4.2.4-04 @RFC7644-3.4.2.4-06 @RFC7644-3.4.2.4-07 @RFC7644-3.4.2.4-08 @RFC7644-3.4.2.4-09
  @RFC7643-5-20 @RFC7644-3.4.2.1-04 @F217
  @RFC7644-3.4.2.4-12 @RFC7644-3.4.2.4-13 @RFC7644-3.4.2.4-14
  Scenario: Values of startIndex and count out of range
    Then each of these is answered as it says:
      | clause             | needs  | request                              | filter              | answer | tolerated | holds |
      | RFC7644-3.4.2.4-03 | filter | GET /Users?startIndex=1&count=10     | userName co "<tag>" | 200    |  | /totalResults = 3 |
      |                    |        |                                      |                     |        |  | finds Ada, Ben, Cem |
      | RFC7644-3.4.2.4-03 | filter | GET /Users?count=10                  | userName co "<tag>" | 200    |  | /totalResults = 3 |
      |                    |        |                                      |                     |        |  | finds Ada, Ben, Cem |
      | RFC7644-3.4.2.4-04 |        | GET /Users?startIndex=0&count=1      |                     | 200    |  | /totalResults >= 3 |
      |                    |        |                                      |                     |        |  | /Resources/0 present |
      | RFC7644-3.4.2.4-04 |        | GET /Users?startIndex=-5&count=1     |                     | 200    |  | /totalResults >= 3 |
      |                    |        |                                      |                     |        |  | /Resources/0 present |
      | RFC7644-3.4.2.4-07 |        | GET /Users?count=-1                  |                     | 200    |  | /totalResults >= 3 |
      |                    |        |                                      |                     |        |  | /Resources absent |
      | RFC7644-3.4.2.4-08 |        | GET /Users?count=0                   |                     | 200    |  | /totalResults >= 3 |
      |                    |        |                                      |                     |        |  | /Resources absent |
      | RFC7644-3.4.2.4-06 | filter | GET /Users?startIndex=3&count=2      | userName co "<tag>" | 200    |  | /totalResults = 3 |
      |                    |        |                                      |                     |        |  | /Resources/0 present |
      |                    |        |                                      |                     |        |  | /Resources/1 absent |
      | RFC7644-3.4.2.4-09 | filter | GET /Users                           | userName co "<tag>" | 200    |  | finds Ada, Ben, Cem |
      | RFC7643-5-20       | filter | GET /Users?count=100000              | userName co "<tag>" | 200    |  | finds Ada, Ben, Cem |
      |                    |        |                                      |                     |        | 400 tooMany |  |
      | RFC7644-3.4.2.1-04 |        | GET /Users?count=1                   |                     | 200    |  | /totalResults >= 1 |
      |                    |        |                                      |                     | 400    |  |  |
      | RFC7644-3.4.2.4-12 |        | GET /Users?startIndex=999999&count=1 |                     | 200    |  | /totalResults >= 3 |
      |                    |        |                                      |                     |        |  | /Resources absent |
      | RFC7644-3.4.2.4-13 |        | GET /Users?count=many                |                     | 200    |  | /totalResults >= 3 |
      |                    |        |                                      |                     | 400    |  |  |
      | RFC7644-3.4.2.4-14 | filter | GET /Users?count=100000              | userName co "<tag>" | 200    |  | finds Ada, Ben, Cem |
      |                    |        |                                      |                     |        | 400 tooMany |  |

  @RFC7644-3.4.2.4-11
  Scenario: All pages together show everybody once
    Given the target supports "filter"
    And a crowd of 5 accounts
    Then the crowd read 2 at a time is whole
