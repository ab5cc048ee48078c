@rfc @race
Feature: Paging by cursor

  Background:
    Given the target supports "cursors"
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

  @RFC9865-2-02 @RFC9865-2-05 @RFC9865-2-08 @RFC9865-2-09 @RFC9865-2-12 @RFC9865-2-04 @RFC9865-2-03 @reads
  Scenario: Cursors lead from the first page to the last
    Then each of these is answered as it says:
      | clause       | request                                                   | answer | tolerated        | holds                  |
      | RFC9865-2-04 | GET /Users?cursor=&count=0&filter=displayName co "<tag>"  | 200    |                  | /Resources absent      |
      | RFC9865-2-03 | GET /Users?cursor=&count=-1&filter=displayName co "<tag>" | 200    | 400 invalidCount | /Resources absent      |
      | RFC9865-2-12 | GET /Users?cursor=&count=2&filter=displayName co "<tag>"  | 200    |                  | /previousCursor absent |
      | RFC9865-2-05 | GET /Users?cursor=&count=2&filter=displayName co "<tag>"  | 200    |                  | /Resources/0 present   |
      |              |                                                           |        |                  | /Resources/2 absent    |
      | RFC9865-2-02 | GET /Users?cursor=&count=2&filter=displayName co "<tag>"  | 200    |                  | /nextCursor lacks "+"  |
      |              |                                                           |        |                  | /nextCursor lacks "/"  |
      |              |                                                           |        |                  | /nextCursor lacks "="  |
      |              |                                                           |        |                  | /nextCursor lacks " "  |
      |              |                                                           |        |                  | /nextCursor lacks "%"  |
      | RFC9865-2-08 | GET /Users?cursor=&count=2&filter=displayName co "<tag>"  | 200    |                  | /nextCursor present    |
      | RFC9865-2-09 | GET /Users?cursor=<last /nextCursor>&count=2&filter=displayName co "<tag>" | 200    |          | /nextCursor absent |
      |              |                                                           |        |                  | /Resources/0 present   |
      |              |                                                           |        |                  | /Resources/1 absent    |
      | RFC9865-2-09 | GET /Users?cursor=&count=5&filter=displayName co "<tag>"  | 200    |                  | /nextCursor absent     |
      |              |                                                           |        |                  | finds Ada, Ben, Cem    |

  @RFC9865-2.1-02 @RFC9865-5.2-06 @reads
  Scenario: Unknown cursors are refused
    Then each of these is answered as it says:
      | clause         | request                            | answer            | tolerated | holds |
      | RFC9865-2.1-02 | GET /Users?cursor=made-up-<tag>    | 400 invalidCursor |           | |
      | RFC9865-5.2-06 | GET /Users?cursor=also-made-up     | 4xx               |           | text lacks "exception"; text lacks "SELECT" |

  @RFC9865-3-01 @reads
  Scenario: Cursors work in a search too
    Given the target supports ".search"
    Then each of these is answered as it says:
      | request             | body                                          | answer | holds                                     |
      | POST /Users/.search | { "cursor": "", "count": 2,                   | 200    | /nextCursor present; /Resources/1 present |
      |                     | "filter": "displayName co \\"<tag>\\"" }      |        | /Resources/2 absent                       |
      | POST /Users/.search | { "cursor": "<last /nextCursor>", "count": 2, | 200    | /nextCursor absent; /Resources/0 present  |
      |                     | "filter": "displayName co \\"<tag>\\"" }      |        | /Resources/1 absent                       |

  @RFC9865-4-03 @RFC9865-4-04 @RFC9865-2.4-02 @reads
  Scenario: The configuration names the paging methods
    Then each of these is answered as it says:
      | clause         | request                     | answer | holds |
      | RFC9865-4-03   | GET /ServiceProviderConfig  | 200    | /pagination/cursor = true |
      | RFC9865-4-04   | GET /ServiceProviderConfig  | 200    | /pagination/index in [true, false] |
      | RFC9865-2.4-02 | GET /Users?count=1          | 200    | /Resources/0 present |
