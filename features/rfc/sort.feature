@rfc
Feature: Sorting

  Background:
    Given the target supports "sort"
    And the target supports "filter"
    And a user "Cem" with:
      """
      { "displayName": "c <tag>", "title": "alpha", "externalId": "B-<tag>",
        "emails": [ { "value": "z.<tag>@x.example", "type": "work" },
                    { "value": "a.<tag>@x.example", "type": "home", "primary": true } ] }
      """
    And a user "Ada" with:
      """
      { "displayName": "A <tag>", "externalId": "a-<tag>", "emails": [ { "value": "m.<tag>@x.example", "type": "work" } ] }
      """
    And a user "Ben" with:
      """
      { "displayName": "B <tag>", "title": "Beta", "externalId": "C-<tag>",
        "emails": [ { "value": "t.<tag>@x.example", "type": "work", "primary": true } ] }
      """

  @RFC7644-3.4.2.3-03 @RFC7644-3.4.2.3-05 @RFC7644-3.4.2.3-06 @RFC7644-3.4.2.3-07 @RFC7644-3.4.2.3-08 @RFC7644-3.4.2.3-09
  @RFC7644-3.4.2.3-04 @RFC7644-3.4.2.3-10 @RFC7644-3.10-01
  @RFC7644-3.4.2.3-11 @RFC7644-3.4.2.3-12
  Scenario: By one attribute, ascending and descending
    Then each of these is answered as it says:
      | clause             | needs | request                                      | filter                 | answer     | holds |
      | RFC7644-3.4.2.3-03 |  | GET /Users?sortBy=displayName                | displayName co "<tag>" | 200        | order Ada, Ben, Cem |
      | RFC7644-3.4.2.3-08 |  | GET /Users?sortBy=userName                   | displayName co "<tag>" | 200        | order Ada, Ben, Cem |
      | RFC7644-3.4.2.3-07 |  | GET /Users?sortBy=displayName&sortOrder=descending | displayName co "<tag>" | 200 | order Cem, Ben, Ada |
      | RFC7644-3.4.2.3-08 |  | GET /Users?sortBy=displayName&sortOrder=ascending | displayName co "<tag>" | 200 | order Ada, Ben, Cem |
      | RFC7644-3.4.2.3-10 |  | GET /Users?sortBy=displayName                | displayName co "<tag>" | 200        | order Ada, Ben, Cem |
      | RFC7644-3.4.2.3-09 |  | GET /Users?sortBy=meta.created               | displayName co "<tag>" | 200        | order Cem, Ada, Ben |
      | RFC7644-3.4.2.3-06 | caseless title | GET /Users?sortBy=title | displayName co "<tag>" | 200 | order Cem, Ben, Ada |
      | RFC7644-3.4.2.3-06 |  | GET /Users?sortBy=title&sortOrder=descending | displayName co "<tag>" | 200        | order Ada, Ben, Cem |
      |                    | caseless title |                                              |                        |            |  |
      | RFC7644-3.4.2.3-04 | emails.primary | GET /Users?sortBy=emails.value | displayName co "<tag>" | 200 | order Cem, Ada, Ben |
      | RFC7644-3.4.2.3-05 |  | GET /Users?sortBy=name.givenName             | displayName co "<tag>" | 200        | finds Ada, Ben, Cem |
      | RFC7644-3.10-01    |  | GET /Users?sortBy=<schema User>:displayName  | displayName co "<tag>" | 200        | order Ada, Ben, Cem |
      | RFC7644-3.4.2.3-11 |  | GET /Users?sortBy=displayName&startIndex=2&count=1 | displayName co "<tag>" | 200        | order Ben |
      | RFC7644-3.4.2.3-12 |  | GET /Users?sortBy=favouriteColour            | displayName co "<tag>" | 200 or 400 | finds Ada, Ben, Cem |
