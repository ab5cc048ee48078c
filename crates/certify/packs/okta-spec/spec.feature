@okta/custom
Feature: Okta's SPEC test and CRUD test
  The twelve requests that Okta asks of a SCIM 2.0 server before anything else, in their order, and the five moves of its CRUD test.

  Background:
    Given the IdP has assigned "Ada"
    And the account of "Ada" is noted

  @SPEC-01
  Scenario: One user is listed, with what Okta maps
    Then each of these is answered as it says:
      | request                         | answer | holds                                 |
      | GET /Users?count=1&startIndex=1 | 200    | /schemas has "<message ListResponse>" |
      |                                 |        | /itemsPerPage >= 1                    |
      |                                 |        | /startIndex >= 1                      |
      |                                 |        | /totalResults >= 1                    |
      |                                 |        | /Resources/0/id present               |
      |                                 |        | /Resources/0/name/givenName present   |
      |                                 |        | /Resources/0/name/familyName present  |
      |                                 |        | /Resources/0/userName present         |
      |                                 |        | /Resources/0/active present           |
      |                                 |        | /Resources/0/emails/0/value present   |

  @SPEC-02
  Scenario: A user is read by id
    Then each of these is answered as it says:
      | request          | answer | holds                    |
      | GET /Users/<Ada> | 200    | /id = "<Ada>"            |
      |                  |        | /name/givenName present  |
      |                  |        | /name/familyName present |
      |                  |        | /userName present        |
      |                  |        | /active present          |
      |                  |        | /emails/0/value present  |

  @SPEC-03
  Scenario: A lookup of a user name nobody has finds nobody
    Then each of these is answered as it says:
      | request    | filter                              | answer | holds                                 |
      | GET /Users | userName eq "nobody.<tag>@example.com" | 200 | /schemas has "<message ListResponse>" |
      |            |                                     |        | /totalResults = 0                     |

  @SPEC-04
  Scenario: An id that nobody has is answered with an error message
    Then each of these is answered as it says:
      | request                 | answer | holds                          |
      | GET /Users/nobody-<tag> | 404    | /schemas has "<message Error>" |
      |                         |        | /detail present                |

  @SPEC-05
  Scenario: A lookup before a create finds nobody
    Then each of these is answered as it says:
      | request    | filter                               | answer | holds                                 |
      | GET /Users | userName eq "newcomer.<tag>@example.com" | 200 | /schemas has "<message ListResponse>" |
      |            |                                      |        | /totalResults = 0                     |

  @SPEC-06
  Scenario: A user is created
    Then each of these is answered as it says:
      | request     | body                                             | answer | holds                                      |
      | POST /Users | user { "userName": "newcomer.<tag>@example.com", | 201    | /active = true                             |
      |             | "name": { "givenName": "Sol",                    |        | /id present                                |
      |             | "familyName": "Okafor" }, "active": true,        |        | /name/givenName = "Sol"                    |
      |             | "emails": [{ "primary": true, "type": "work",    |        | /name/familyName = "Okafor"                |
      |             | "value": "newcomer.<tag>@example.com" }] }       |        | /userName = "newcomer.<tag>@example.com"   |
      |             |                                                  |        | /schemas has "<schema User>"               |

  @SPEC-07
  Scenario: What was created is read back
    Then each of these is answered as it says:
      | request          | answer | holds                     |
      | GET /Users/<Ada> | 200    | /userName = "<userName Ada>" |
      |                  |        | /name/givenName present   |
      |                  |        | /name/familyName present  |

  @SPEC-08
  Scenario: The same user name is not created twice
    When a client creates a user for "Ada"
    Then the answer is 409

  @SPEC-09
  Scenario: A lookup in capitals is answered
    Then each of these is answered as it says:
      | request    | filter                        | answer | holds                                 |
      | GET /Users | userName eq "<UserName Ada>"  | 200    | /schemas has "<message ListResponse>" |

  @SPEC-10
  Scenario: Groups are listed
    Then each of these is answered as it says:
      | needs  | request     | answer | holds                                 |
      | groups | GET /Groups | 200    | /schemas has "<message ListResponse>" |

  @SPEC-11
  Scenario: Without a valid credential the answer is an error message
    Then each of these is answered as it says:
      | request    | headers  | filter                       | answer | holds                          |
      | GET /Users | no token | userName eq "<userName Ada>" | 401    | /schemas has "<message Error>" |
      |            |          |                              |        | /status = "401"                |
      |            |          |                              |        | /detail present                |

  @SPEC-12
  Scenario: An id that looks like a number is no other id
    Then each of these is answered as it says:
      | request                 | answer | holds                          |
      | GET /Users/919288221112222 | 404 | /schemas has "<message Error>" |
      |                         |        | /status = "404"                |
      |                         |        | /detail present                |

  @CRUD-1
  Scenario: A person who is assigned is found by user name
    Then a lookup of the userName of "Ada" finds one account
    And the account of "Ada" shows what the IdP knows

  @CRUD-2
  Scenario: Another first name arrives
    When the IdP changes the "given name" of "Ada" to "Augusta"
    Then the "given name" of the account of "Ada" is "Augusta"
    And the account of "Ada" keeps its id

  @CRUD-3
  Scenario: A person who is deactivated can still be read
    When the IdP deactivates "Ada"
    Then the account of "Ada" is inactive
    And a lookup of the userName of "Ada" finds one account

  @CRUD-4
  Scenario: A person who is activated and assigned again is active
    Given the IdP has deactivated "Ada"
    When the IdP reactivates "Ada"
    Then the account of "Ada" is active
    And the account of "Ada" keeps its id

  @CRUD-5
  Scenario: A person whose assignment is removed can still be read, inactive
    When the IdP unassigns "Ada"
    Then the account of "Ada" is inactive
