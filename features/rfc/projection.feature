@rfc
Feature: Selecting attributes
  Entra leaves members out to keep answers small. Attributes that are always returned stay, whatever the client asks for.

  Background:
    Given a user "Ada" with:
      """
      { "displayName": "Ada <tag>", "nickName": "Addie", "active": true, "name": { "givenName": "Ada", "familyName": "Byron" },
        "emails": [ { "value": "ada.<tag>@one.example", "type": "work" } ] }
      """

  @RFC7644-3.4.2.5-01 @RFC7644-3.4.2.5-03 @RFC7644-3.4.2.5-04 @RFC7644-3.4.2.5-05 @RFC7644-3.4.2.5-06 @RFC7644-3.4.2.5-07
  @RFC7644-3.4.2.5-08 @RFC7644-3.9-04 @RFC7644-3.9-06 @RFC7643-3.1-14 @RFC7643-7-34 @RFC7643-7-37 @RFC7643-3.1-24
  @RFC7644-3.10-01 @RFC7644-3.10-04 @RFC7644-3.10-05 @RFC7644-3.4-02 @F215 @reads
  Scenario: In one resource
    Then each of these is answered as it says:
      | clause             | request                                                   | answer | holds                                    |
      | RFC7644-3.4-02     | GET /Users/<Ada>                                          | 200    | /userName present; /displayName present  |
      |                    |                                                           |        | /nickName = "Addie"                      |
      |                    |                                                           |        | /name/givenName = "Ada"; /emails present |
      |                    |                                                           |        | /password absent                         |
      | RFC7644-3.4.2.5-01 | GET /Users/<Ada>?attributes=userName                      | 200    | /userName present; /nickName absent      |
      | RFC7644-3.4.2.5-03 | GET /Users/<Ada>?excludedAttributes=nickName              | 200    | /nickName absent; /displayName present   |
      | RFC7644-3.4.2.5-04 | GET /Users/<Ada>?attributes=displayName                   | 200    | /displayName = "Ada <tag>"               |
      |                    |                                                           |        | /nickName absent; /emails absent         |
      |                    |                                                           |        | /name absent; /id present                |
      | RFC7643-7-37       | GET /Users/<Ada>?attributes=displayName                   | 200    | /nickName absent; /emails absent         |
      | RFC7644-3.4.2.5-05 | GET /Users/<Ada>?attributes=name.givenName                | 200    | /name/givenName = "Ada"                  |
      |                    |                                                           |        | /name/familyName absent                  |
      | RFC7644-3.10-04    | GET /Users/<Ada>?attributes=<schema User>:name.familyName | 200    | /name/familyName = "Byron"               |
      |                    |                                                           |        | /name/givenName absent                   |
      | RFC7644-3.10-01    | GET /Users/<Ada>?attributes=<schema User>:displayName     | 200    | /displayName = "Ada <tag>"               |
      |                    |                                                           |        | /nickName absent                         |
      | RFC7644-3.10-05    | GET /Users/<Ada>?attributes=DISPLAYNAME                   | 200    | /displayName = "Ada <tag>"               |
      |                    |                                                           |        | /nickName absent                         |
      | RFC7644-3.9-06     | GET /Users/<Ada>?attributes=displayName,nickName          | 200    | /displayName present; /nickName present  |
      |                    |                                                           |        | /emails absent                           |
      | RFC7644-3.4.2.5-06 | GET /Users/<Ada>?excludedAttributes=nickName,emails       | 200    | /nickName absent; /emails absent         |
      |                    |                                                           |        | /displayName present                     |
      | RFC7644-3.4.2.5-07 | GET /Users/<Ada>?excludedAttributes=id                    | 200    | /id = "<Ada>"                            |
      | RFC7643-7-34       | GET /Users/<Ada>?attributes=nickName                      | 200    | /id = "<Ada>"; /nickName present         |
      | RFC7643-3.1-14     | GET /Users/<Ada>?attributes=displayName                   | 200    | /id = "<Ada>"                            |
      | RFC7644-3.9-04     | GET /Users/<Ada>?excludedAttributes=id,nickName           | 200    | /id = "<Ada>"; /nickName absent          |
      | RFC7644-3.4.2.5-08 | GET /Users/<Ada>?excludedAttributes=name.familyName       | 200    | /name/familyName absent                  |
      |                    |                                                           |        | /name/givenName = "Ada"                  |
      | RFC7643-3.1-24     | GET /Users/<Ada>?attributes=meta.location                 | 200    | /meta/location present; /nickName absent |
      | RFC7643-3.1-24     | GET /Users/<Ada>?excludedAttributes=meta                  | 200    | /meta absent; /displayName present       |

  @RFC7644-3.4.2.5-01 @RFC7644-3.4.2.5-03 @RFC7644-3.4.2.5-06 @RFC7643-3.1-14 @reads
  Scenario: In a list
    Given the target supports "filter"
    Then each of these is answered as it says:
      | clause             | request                                                              | answer | holds                         |
      | RFC7644-3.4.2.5-03 | GET /Users?attributes=userName&filter=userName eq "<userName Ada>"   | 200    | finds Ada                     |
      |                    |                                                                      |        | /Resources/0/userName present |
      |                    |                                                                      |        | /Resources/0/nickName absent  |
      |                    |                                                                      |        | /Resources/0/emails absent    |
      | RFC7644-3.4.2.5-06 | GET /Users?excludedAttributes=emails,nickName&filter=userName eq "<userName Ada>" | 200    | finds Ada        |
      |                    |                                                                      |     | /Resources/0/displayName present |
      |                    |                                                                      |        | /Resources/0/emails absent    |
      |                    |                                                                      |        | /Resources/0/nickName absent  |
      | RFC7643-3.1-14     | GET /Users?excludedAttributes=id&filter=userName eq "<userName Ada>" | 200    | /Resources/0/id = "<Ada>"     |
      | RFC7644-3.4.2.5-01 | GET /Users?attributes=displayName&filter=nickName pr and userName eq "<userName Ada>" | 200    | finds Ada    |
      |                    |                                                                      |        | /Resources/0/nickName absent  |

  @RFC7644-3.9-10
  Scenario: In an extension
    Given a user "Eda" with:
      """
      { "nickName": "E", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": { "department": "Tours", "employeeNumber": "701" } }
      """
    Then each of these is answered as it says:
      | request                                                     | answer | holds                                                 |
      | GET /Users/<Eda>?attributes=<enterprise>:department         | 200    | /<enterprise>/department = "Tours"                    |
      |                                                             |        | /<enterprise>/employeeNumber absent; /nickName absent |
      | GET /Users/<Eda>?excludedAttributes=<enterprise>:department | 200    | /<enterprise>/department absent                       |
      |                                                             |        | /<enterprise>/employeeNumber = "701"; /nickName = "E" |

  @RFC7644-3.4.2.5-03 @RFC7643-3.1-14
  Scenario: In a group without its members
    Given a group "Team" of "Ada"
    Then each of these is answered as it says:
      | clause             | request                                       | answer | holds |
      | RFC7644-3.4.2.5-03 | GET /Groups/<Team>?excludedAttributes=members | 200    | /members absent; /displayName present |
      | RFC7643-3.1-14     | GET /Groups/<Team>?attributes=displayName     | 200    | /id = "<Team>"; /members absent |
