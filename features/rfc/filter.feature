@rfc
Feature: Filters
  The lookup before a create is a filter. Each row sends one filter and compares its results with the people created here.

  Background:
    Given the target supports "filter"
    And a user "Ada" with:
      """
      { "externalId": "Ext-<tag>-Ada", "displayName": "Ada <tag>", "title": "Guide <tag>", "userType": "Employee", "active": true,
        "name": { "givenName": "Ada <tag>", "familyName": "Ärger" },
        "emails": [ { "value": "ada.work.<tag>@one.example", "type": "work", "primary": true },
                    { "value": "ada.home.<tag>@two.example", "type": "home" } ] }
      """
    And a user "Ben" with:
      """
      { "externalId": "Ext-<tag>-Ben", "displayName": "Ben <tag>", "userType": "Employee", "active": false,
        "name": { "givenName": "Ben <tag>", "familyName": "Boer" },
        "emails": [ { "value": "ben.work.<tag>@two.example", "type": "work" } ] }
      """
    And a user "Cem" with:
      """
      { "externalId": "Ext-<tag>-Cem", "displayName": "Cem <tag>", "title": "Scout <tag>", "userType": "Intern", "active": true,
        "name": { "givenName": "Cem <tag>", "familyName": "Can" },
        "emails": [ { "value": "cem.work.<tag>@two.example", "type": "work" } ] }
      """

  @RFC7644-3.4.2.2-10 @RFC7644-3.4.2.2-11 @RFC7644-3.4.2.2-12 @RFC7644-3.4.2.2-13 @RFC7644-3.4.2.2-14 @RFC7644-3.4.2.2-15
  @RFC7644-3.4.2-13 @reads
  Scenario: Operators on strings and booleans
    Then each of these is answered as it says:
      | clause             | request    | filter                                                | answer | holds               |
      | RFC7644-3.4.2.2-10 | GET /Users | userName eq "<userName Ada>"                          | 200    | finds Ada           |
      | RFC7644-3.4.2.2-10 | GET /Users | displayName eq "Ada"                                  | 200    | finds nobody        |
      | RFC7644-3.4.2.2-10 | GET /Users | displayName co "<tag>" and active eq true             | 200    | finds Ada, Cem      |
      | RFC7644-3.4.2.2-10 | GET /Users | displayName co "<tag>" and active eq false            | 200    | finds Ben           |
      | RFC7644-3.4.2.2-11 | GET /Users | displayName co "<tag>" and displayName ne "Ada <tag>" | 200    | finds Ben, Cem      |
      | RFC7644-3.4.2.2-12 | GET /Users | displayName co "da <tag>"                             | 200    | finds Ada           |
      | RFC7644-3.4.2.2-12 | GET /Users | displayName co "<tag>"                                | 200    | finds Ada, Ben, Cem |
      | RFC7644-3.4.2.2-13 | GET /Users | title sw "Guide <tag>"                                | 200    | finds Ada           |
      | RFC7644-3.4.2.2-13 | GET /Users | title sw "uide <tag>"                                 | 200    | finds nobody        |
      | RFC7644-3.4.2.2-13 | GET /Users | title sw "Guide" and displayName co "<tag>"           | 200    | finds Ada           |
      | RFC7644-3.4.2.2-14 | GET /Users | displayName ew "n <tag>"                              | 200    | finds Ben           |
      | RFC7644-3.4.2.2-14 | GET /Users | displayName ew "Ben <tag>"                            | 200    | finds Ben           |
      | RFC7644-3.4.2.2-15 | GET /Users | title pr and displayName co "<tag>"                   | 200    | finds Ada, Cem      |
      | RFC7644-3.4.2.2-15 | GET /Users | name pr and displayName co "<tag>"                    | 200    | finds Ada, Ben, Cem |
      | RFC7644-3.4.2-13   | GET /Users | userName eq "nobody.<tag>"                            | 200    | /totalResults = 0   |

  @RFC7644-3.4.2.2-24 @RFC7644-3.4.2.2-25 @RFC7644-3.4.2.2-26 @RFC7644-3.4.2.2-35
  @RFC7644-3.4.2.2-E7319 @reads
  Scenario: And, or, not and parentheses
    Then each of these is answered as it says:
      | clause                | request    | filter                                                  | answer | tolerated | holds          |
      | RFC7644-3.4.2.2-24    | GET /Users | title pr and userType eq "Employee"                     | 200    |           | finds Ada      |
      |                       |            | and displayName co "<tag>"                              |        |           |                |
      | RFC7644-3.4.2.2-25    | GET /Users | displayName eq "Ada <tag>"                              | 200    |           | finds Ada, Cem |
      |                       |            | or displayName eq "Cem <tag>"                           |        |           |                |
      | RFC7644-3.4.2.2-26    | GET /Users | displayName co "<tag>" and not (userType eq "Employee") | 200    |           | finds Cem      |
      | RFC7644-3.4.2.2-26    | GET /Users | not (userType eq "Employee") and displayName co "<tag>" | 200    |           | finds Cem      |
      | RFC7644-3.4.2.2-35    | GET /Users | displayName eq "Ada <tag>" or displayName co "<tag>"    | 200    |           | finds Ada, Cem |
      |                       |            | and userType eq "Intern"                                |        |           |                |
      | RFC7644-3.4.2.2-35    | GET /Users | (displayName eq "Ada <tag>" or displayName co "<tag>")  | 200    |           | finds Cem      |
      |                       |            | and userType eq "Intern"                                |        |           |                |
      | RFC7644-3.4.2.2-35    | GET /Users | not (title pr) and displayName co "<tag>"               | 200    |           | finds Ben      |
      | RFC7644-3.4.2.2-26    | GET /Users | displayName co "<tag>" and not (title pr                | 200    |           | finds Ben, Cem |
      |                       |            | and userType eq "Employee")                             |        |           |                |
      | RFC7644-3.4.2.2-E7319 | GET /Users | displayName co "<tag>" and not(userType eq "Employee")  | 200    | 400       | finds Cem      |
      | RFC7644-3.4.2.2-E7319 | GET /Users | displayName co "<tag>" and not (userType eq "Employee") | 200    | 400       | finds Cem      |

  @RFC7644-3.4.2.2-16 @RFC7644-3.4.2.2-17 @RFC7644-3.4.2.2-18 @RFC7644-3.4.2.2-19 @reads
  Scenario: Times are compared as times
    Then each of these is answered as it says:
      | clause             | request    | filter                                                               | answer | holds          |
      | RFC7644-3.4.2.2-16 | GET /Users | meta.created gt "2001-01-01T00:00:00Z" and displayName co "<tag>"    | 200 | finds Ada, Ben, Cem |
      | RFC7644-3.4.2.2-16 | GET /Users | meta.created gt "<Cem /meta/created>" and displayName co "<tag>"     | 200    | finds nobody   |
      | RFC7644-3.4.2.2-17 | GET /Users | meta.created ge "<Ada /meta/created>" and displayName eq "Ada <tag>" | 200    | finds Ada      |
      | RFC7644-3.4.2.2-18 | GET /Users | meta.created lt "2001-01-01T00:00:00Z" and displayName co "<tag>"    | 200    | finds nobody   |
      | RFC7644-3.4.2.2-18 | GET /Users | meta.created lt "<Ada /meta/created>" and displayName eq "Ada <tag>" | 200    | finds nobody   |
      | RFC7644-3.4.2.2-19 | GET /Users | meta.created le "<Ada /meta/created>" and displayName eq "Ada <tag>" | 200    | finds Ada      |
      | RFC7644-3.4.2.2-16 | GET /Users | displayName gt "Ben <tag>" and displayName co "<tag>"                | 200    | finds Cem      |
      | RFC7644-3.4.2.2-17 | GET /Users | displayName ge "Ben <tag>" and displayName co "<tag>"                | 200    | finds Ben, Cem |
      | RFC7644-3.4.2.2-18 | GET /Users | displayName lt "Ben <tag>" and displayName co "<tag>"                | 200    | finds Ada      |
      | RFC7644-3.4.2.2-19 | GET /Users | displayName le "Ben <tag>" and displayName co "<tag>"                | 200    | finds Ada, Ben |

  @RFC7644-3.4.2.2-20 @RFC7644-3.4.2.2-21 @RFC7644-3.4.2.2-22 @RFC7644-3.4.2.2-23 @reads
  Scenario: Booleans have no order
    Then each of these is answered as it says:
      | clause             | request                             | answer            |
      | RFC7644-3.4.2.2-20 | GET /Users?filter=active gt true    | 400 invalidFilter |
      | RFC7644-3.4.2.2-21 | GET /Users?filter=active ge true    | 400 invalidFilter |
      | RFC7644-3.4.2.2-22 | GET /Users?filter=active lt true    | 400 invalidFilter |
      | RFC7644-3.4.2.2-23 | GET /Users?filter=active le true    | 400 invalidFilter |

  @RFC7644-3.4.2.2-05 @RFC7644-3.4.2.2-34 @RFC7644-3.10-01 @RFC7644-3.10-04 @RFC7644-3.10-05 @RFC7643-2.1-03 @RFC7643-3-10
  @reads
  Scenario: Attribute names in any case, with or without their URN
    Then each of these is answered as it says:
      | clause             | request    | filter                                                                  | answer | holds     |
      | RFC7644-3.4.2.2-05 | GET /Users | USERNAME EQ "<userName Ada>"                                            | 200    | finds Ada |
      | RFC7643-2.1-03     | GET /Users | username eQ "<userName Ada>"                                            | 200    | finds Ada |
      | RFC7644-3.4.2.2-05 | GET /Users | userName eq "<userName Ada>" AND active Eq true                         | 200    | finds Ada |
      | RFC7644-3.4.2.2-34 | GET /Users | <schema User>:userName eq "<userName Ada>"                              | 200    | finds Ada |
      | RFC7644-3.10-01    | GET /Users | <schema User>:displayName eq "Ada <tag>"                                | 200    | finds Ada |
      | RFC7644-3.10-05    | GET /Users | URN:IETF:PARAMS:SCIM:SCHEMAS:CORE:2.0:USER:USERNAME eq "<userName Ada>" | 200    | finds Ada |
      | RFC7644-3.10-04    | GET /Users | name.givenName eq "Ada <tag>"                                           | 200    | finds Ada |
      | RFC7644-3.10-04    | GET /Users | <schema User>:name.givenName eq "Ada <tag>"                             | 200    | finds Ada |
      | RFC7643-3-10       | GET /Users | id eq "<Ada>"                                                           | 200    | finds Ada |
      | RFC7643-3-10       | GET /Users | externalId eq "Ext-<tag>-Ada"                                           | 200    | finds Ada |
      | RFC7643-3-10       | GET /Users | meta.created eq "<Ada /meta/created>" and userName eq "<userName Ada>"  | 200    | finds Ada |

  @RFC7643-7-22 @RFC7643-7-25 @RFC7643-4.1.1-04 @RFC7643-3.1-19 @reads
  Scenario: Case matters if the attribute is caseExact
    Then each of these is answered as it says:
      | clause           | needs                 | request    | filter                        | answer | holds        |
      | RFC7643-4.1.1-04 |                       | GET /Users | userName eq "<UserName Ada>"  | 200    | finds Ada    |
      | RFC7643-7-22     |                       | GET /Users | userName sw "<UserName Ada>"  | 200    | finds Ada    |
      | RFC7643-7-22     |                       | GET /Users | userName co "<UserName Ada>"  | 200    | finds Ada    |
      | RFC7643-7-22     |                       | GET /Users | userName ew "<UserName Ada>"  | 200    | finds Ada    |
      | RFC7643-3.1-19   |                       | GET /Users | externalId eq "ext-<tag>-ada" | 200    | finds nobody |
      | RFC7643-3.1-19   |                       | GET /Users | externalId eq "Ext-<tag>-Ada" | 200    | finds Ada    |
      | RFC7643-7-25     |  | GET /Users | emails[type eq "WORK" and value eq "ADA.WORK.<tag>@ONE.example"] | 200    | finds Ada    |
      |                  | caseless emails.value |            |                               |        |              |
      |                  | caseless emails.type  |            |                               |        |              |

  @RFC7644-3.4.2.2-29 @RFC7644-3.4.2.2-36 @RFC7644-3.4.2.2-37 @RFC7643-2.4-06
  @RFC7644-3.4.2.2-E7322 @RFC7644-3.4.2.2-46 @RFC7644-3.4.2.2-47 @reads
  Scenario: Filters on attributes with several values
    Then each of these is answered as it says:
      | clause                | request    | filter                                       | answer     | tolerated         | holds        |
      | RFC7644-3.4.2.2-36    | GET /Users | emails.value eq "ada.home.<tag>@two.example" | 200        |                   | finds Ada    |
      | RFC7644-3.4.2.2-36    | GET /Users | emails.value eq "ada.work.<tag>@one.example" | 200        |                   | finds Ada    |
      | RFC7644-3.4.2.2-29    | GET /Users | emails[type eq "work"                        | 200       | 400 invalidFilter | finds Ben, Cem |
      |                       |            | and value co "<tag>@two.example"]            |            |                   |              |
      | RFC7644-3.4.2.2-29    | GET /Users | emails[type eq "home"                        | 200        | 400 invalidFilter | finds nobody |
      |                       |            | and value co "<tag>@one.example"]            |            |                   |              |
      | RFC7644-3.4.2.2-36    | GET /Users | emails.type eq "home"                        | 200        |                   | finds Ada    |
      |                       |            | and emails.value co "<tag>@one.example"      |            |                   |              |
      | RFC7643-2.4-06        | GET /Users | emails.primary eq true                       | 200        |                   | finds nobody |
      |                       |            | and displayName eq "Ben <tag>"               |            |                   |              |
      | RFC7644-3.4.2.2-37    | GET /Users | name.familyName eq "Boer"                    | 200        |                   | finds Ben    |
      |                       |            | and displayName co "<tag>"                   |            |                   |              |
      | RFC7644-3.4.2.2-37    | GET /Users | name eq "Boer" and displayName co "<tag>"    | 400 or 200 |                   | finds nobody |
      | RFC7644-3.4.2.2-E7322 | GET /Users | emails[(type eq "work" or type eq "home")    | 200        | 400 invalidFilter | finds Ada    |
      |                       |            | and value co "<tag>@one.example"]            |            |                   |              |
      | RFC7644-3.4.2.2-46    | GET /Users | favouriteColour eq "red"                     | 200 or 400 |                   | finds nobody |
      |                       |            | and displayName co "<tag>"                   |            |                   |              |
      | RFC7644-3.4.2.2-47    | GET /Users | active eq "Ada <tag>"                        | 200 or 400 |                   | finds nobody |
      |                       |            | and displayName co "<tag>"                   |            |                   |              |

  @RFC7644-3.4.2.2-06 @RFC7644-3.4.2.2-07 @RFC7644-3.4.2.2-30 @RFC7644-3.4.2.2-32 @RFC7644-3.4.2.2-40 @RFC7644-3.4.2.2-41
  @RFC7644-3.4.2.2-42 @reads
  Scenario: Malformed filters are refused
    Then each of these is answered as it says:
      | clause             | request                                                     | answer            | holds           |
      | RFC7644-3.4.2.2-06 | GET /Users?filter=userName                                  | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-07 | GET /Users?filter="ada" eq userName                         | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-07 | GET /Users?filter=userName "ada"                            | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-07 | GET /Users?filter=userName eq                               | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-30 | GET /Users?filter=emails[]                                  | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-30 | GET /Users?filter=emails[type]                              | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-32 | GET /Users?filter=(userName eq "ada"                        | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-32 | GET /Users?filter=userName eq "ada")                        | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-32 | GET /Users?filter=userName pr garbage                       | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-32 | GET /Users?filter=userName eq "ada" and                     | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-32 | GET /Users?filter=userName eq "ada                          | 400 invalidFilter |                 |
      | RFC7644-3.4.2.2-40 | GET /Users?filter=userName resembles "ada"                  | 400               |                 |
      | RFC7644-3.4.2.2-41 | GET /Users?filter=userName resembles "ada"                  | 400 invalidFilter! | /detail present |
      | RFC7644-3.4.2.2-42 | GET /Users?filter=userName resembles "ada" | 400 invalidFilter | /detail has "resembles" |

  @RFC7644-3.4.2.2-33 @RFC7643-2.3.1-01
  Scenario: A filter value is a JSON string
    Given a user "Dua" with:
      """
      { "displayName": "a\"b\\c é 𝔘 <tag>" }
      """
    Then each of these is answered as it says:
      | clause             | request          | filter                                      | answer | holds     |
      | RFC7644-3.4.2.2-33 | GET /Users       | displayName eq "a\\"b\\\\c é 𝔘 <tag>"       | 200    | finds Dua |
      | RFC7644-3.4.2.2-33 | GET /Users       | displayName eq "a\\"b\\\\c \\u00e9 𝔘 <tag>" | 200    | finds Dua |
      | RFC7643-2.3.1-01   | GET /Users/<Dua> |                                             | 200  | /displayName = "a\\"b\\\\c é 𝔘 <tag>" |

  @RFC7644-3.4.2.2-45 @reads
  Scenario: The server understands the example filters of the RFC
    Then each of these is answered as it says:
      | request                                                                                                             | answer |
      | GET /Users?count=1&filter=userName eq "bjensen"                                                                     | 200    |
      | GET /Users?count=1&filter=name.familyName co "O'Malley"                                                             | 200    |
      | GET /Users?count=1&filter=userName sw "J"                                                                           | 200    |
      | GET /Users?count=1&filter=<schema User>:userName sw "J"                                                             | 200    |
      | GET /Users?count=1&filter=title pr                                                                                  | 200    |
      | GET /Users?count=1&filter=meta.lastModified gt "2011-05-13T04:42:34Z"                                               | 200    |
      | GET /Users?count=1&filter=meta.lastModified ge "2011-05-13T04:42:34Z"                                               | 200    |
      | GET /Users?count=1&filter=meta.lastModified lt "2011-05-13T04:42:34Z"                                               | 200    |
      | GET /Users?count=1&filter=meta.lastModified le "2011-05-13T04:42:34Z"                                               | 200    |
      | GET /Users?count=1&filter=title pr and userType eq "Employee"                                                       | 200    |
      | GET /Users?count=1&filter=title pr or userType eq "Intern"                                                          | 200    |
      | GET /Users?count=1&filter=userType eq "Employee" and (emails.type eq "work")                                        | 200    |
      | GET /Users?count=1&filter=schemas eq "<schema User>"                                                                | 200    |
      |                                                                                                                     | 400    |
      | GET /Users?count=1&filter=userType eq "Employee" and (emails co "example.com" or emails.value co "example.org")     | 200    |
      |                                                                                                                     | 400    |
      | GET /Users?count=1&filter=userType ne "Employee" and not (emails co "example.com" or emails.value co "example.org") | 200    |
      |                                                                                                                     | 400    |
      | GET /Users?count=1&filter=userType eq "Employee" and emails[type eq "work" and value co "@example.com"]             | 200    |
      |                                                                                                                     | 400    |
      | GET /Users?count=1&filter=emails[type eq "work" and value co "@example.com"] or ims[type eq "xmpp" and value co "@foo.com"] | 200  |
      |                                                                                                                     | 400    |

  @RFC7644-7.7-03 @reads
  Scenario: Text in quotes cannot change the filter
    Then each of these is answered as it says:
      | request                                                              | answer     | holds        |
      | GET /Users?filter=userName eq "x' OR '1'='1"                         | 200 or 400 | finds nobody |
      | GET /Users?filter=userName eq "x\\" or userName pr or userName eq \\"" | 200 or 400 | finds nobody |
      | GET /Users?filter=userName eq "*"                                    | 200 or 400 | finds nobody |

  @RFC7643-2.3.7-04 @RFC7643-4.2-05
  Scenario: Groups are found by their members
    Given the target supports "groups"
    And a group "Team" of "Ada" and "Ben"
    Then each of these is answered as it says:
      | clause           | request                                                | answer     | holds                       |
      | RFC7643-4.2-05   | GET /Groups/<Team>                                     | 200        | /members/*/value are ["<Ada>", "<Ben>"] |
      | RFC7643-4.2-05   | GET /Groups?filter=members.value eq "<Ada>"            | 200 or 400 | finds Team                  |
      | RFC7643-4.2-05   | GET /Groups?filter=members.value eq "<Cem>"            | 200 or 400 | finds nobody                |
      | RFC7643-2.3.7-04 | GET /Groups?filter=members.$ref eq "<base>/USERS/<Ada>" | 200 or 400 | finds nobody               |

  @RFC7643-2.5-01 @reads
  Scenario: An attribute without a value is not present
    Then each of these is answered as it says:
      | clause         | request    | filter                              | answer | holds          |
      |                | GET /Users | title pr and displayName co "<tag>" | 200    | finds Ada, Cem |
      | RFC7643-2.5-01 | GET /Users | roles pr and displayName co "<tag>" | 200    | finds nobody   |

  @RFC7644-3.4.2.2-38 @reads
  Scenario: Filters find values that the server set
    Then each of these is answered as it says:
      | clause             | request    | filter                                         | answer | holds     |
      |                    | GET /Users | title pr and displayName eq "Ada <tag>"        | 200    | finds Ada |
      | RFC7644-3.4.2.2-38 | GET /Users | active pr and displayName eq "Ada <tag>"       | 200    | finds Ada |
      | RFC7644-3.4.2.2-38 | GET /Users | active eq true and displayName eq "Ada <tag>"  | 200    | finds Ada |
