@rfc
Feature: Every form of a PATCH path takes every kind of value
  RFC 7644 section 3.5.2 has two forms, an attribute and a filter for its values, each with a part and with a URN or without. IdPs
  send each of them. Texts, booleans, references, objects and lists go through different code at many servers.

  Background:
    Given the target supports "patch"
    And a user "Ada"

  @RFC7644-3.5.2-16 @RFC7644-3.10-04 @RFC7643-2.5-02
  Scenario: An attribute by its name
    Then each of these is answered as it says:
      | clause           | needs            | request            | op      | path             | value | answer | afterwards |
      | RFC7644-3.5.2-16 | title            | PATCH /Users/<Ada> | replace | title            | "Lead" | 200 or 204 | /title = "Lead" |
      | RFC7644-3.5.2-16 | active           | PATCH /Users/<Ada> | replace | active           | false | 200 or 204 | /active = false |
      | RFC7644-3.5.2-16 | profileUrl       | PATCH /Users/<Ada> | add     | profileUrl | "https://example.com/<tag>" | 200 or 204 |  |
      |                  |                  |                    |         |  |  |  | /profileUrl = "https://example.com/<tag>" |
      | RFC7644-3.5.2-16 | name.familyName  | PATCH /Users/<Ada> | replace | name             | { "familyName": "Byron" } | 200 or 204 |  |
      |                  |                  |                    |         |                  |  |  | /name/familyName = "Byron" |
      | RFC7644-3.10-04  | name.middleName  | PATCH /Users/<Ada> | add     | name.middleName  | "K" | 200 or 204 | /name/middleName = "K" |
      |                  |                  |                    |         |                  |  |  | /name/familyName present |
      | RFC7644-3.5.2-16 | phoneNumbers     | PATCH /Users/<Ada> | add     | phoneNumbers | [{ "value": "tel:+49-731-1", | 200 or 204 |  |
      |                  |                  |                    |         |  | "type": "work" }] |  | /phoneNumbers/0/value has "731-1" |
      | RFC7643-2.5-02   | phoneNumbers     | PATCH /Users/<Ada> | replace | phoneNumbers | [] | 200 or 204 or 400 | /phoneNumbers absent |
      | RFC7644-3.5.2-16 | x509Certificates | PATCH /Users/<Ada> | add | x509Certificates | [{ "value": "c2NpbXVsYXRlIHRlc3Q=" }] |  |  |
      |                  |                  |  |  |  |  | 200 or 204 | /x509Certificates/*/value are ["c2NpbXVsYXRlIHRlc3Q="] |

  @RFC7644-3.10-01 @RFC7644-3.10-04
  Scenario: An attribute by its full name
    Then each of these is answered as it says:
      | clause          | needs                   | request            | op      | path | value | answer | afterwards |
      | RFC7644-3.10-01 | title                   | PATCH /Users/<Ada> | add | <schema User>:title | "Head" | 200 or 204 | /title = "Head" |
      | RFC7644-3.10-01 | active | PATCH /Users/<Ada> | replace | <schema User>:active | false | 200 or 204 | /active = false |
      | RFC7644-3.10-01 | name.familyName | PATCH /Users/<Ada> | replace | <schema User>:name | { "familyName": "Noel" } | 200 or 204 |  |
      |                 |                         |                    |         |  |  |  | /name/familyName = "Noel" |
      | RFC7644-3.10-04 | name.givenName          | PATCH /Users/<Ada> | replace | <schema User>:name.givenName | "Anne" | 200 or 204 |  |
      |                 |                         |                    |         |  |  |  | /name/givenName = "Anne" |
      |                 |                         |                    |         |  |  |  | /name/familyName present |
      | RFC7644-3.10-01 | emails.type | PATCH /Users/<Ada> | replace | <schema User>:emails | [{ "value": "full.<tag>@one.example", |  |  |
      |                 |  |  |  |  | "type": "work" }] | 200 or 204 | /emails/*/value are ["full.<tag>@one.example"] |
      | RFC7644-3.10-01 | <enterprise>:department | PATCH /Users/<Ada> | add     | <enterprise>:department      | "Maps" | 200 or 204 |  |
      |                 |                         |                    |         |  |  |  | /<enterprise>/department = "Maps" |
      | RFC7644-3.10-01 | <enterprise>:manager    | PATCH /Users/<Ada> | add | <enterprise>:manager | { "value": "<Ada>" } | 200 or 204 |  |
      |                 |                         |                    |         |  |  |  | /<enterprise>/manager/value = "<Ada>" |
      | RFC7644-3.10-01 | <enterprise>:department | PATCH /Users/<Ada> | remove  | <enterprise>:department      |  | 200 or 204 |  |
      |                 |                         |                    |         |  |  |  | /<enterprise>/department absent |
      | RFC7644-3.10-01 | title                   | PATCH /Users/<Ada> | remove  | <schema User>:title |  | 200 or 204 | /title absent |

  Rule: A filter chooses among the values of an attribute

    Background:
      Given a user "Eda" with:
        """
        { "emails": [ { "value": "work.<tag>@one.example", "type": "work" },
                      { "value": "home.<tag>@two.example", "type": "home" },
                      { "value": "second.<tag>@two.example", "type": "home" } ] }
        """

    @RFC7644-3.5.2-10 @RFC7644-3.10-01 @F226
    Scenario: A filter, and a part behind it
      Then each of these is answered as it says:
        | clause           | needs          | request            | op      | path | value | answer | afterwards |
        | RFC7644-3.5.2-10 | emails.type    | PATCH /Users/<Eda> | replace | emails[type eq "work"].value | "new.<tag>@one.example" |  |  |
        |                  |                |                    |  |  |  | 200 or 204 | /emails/*/value are ["new.<tag>@one.example", |
        |                  |                |                    |         |  |  |  | "home.<tag>@two.example", |
        |                  |                |                    |         |  |  |  | "second.<tag>@two.example"] |
        | RFC7644-3.5.2-10 | emails.display | PATCH /Users/<Eda> | add     | emails[type eq "work"].display | "Desk" | 200 or 204 |  |
        |                  |                |                    |         |  |  |  | /emails[type=work]/display = "Desk" |
        |                  |                |                    |         |  |  |  | /emails[type=home]/display absent |
        | RFC7644-3.5.2-10 | emails.primary | PATCH /Users/<Eda> | replace | emails[type eq "work"].primary | true | 200 or 204 |  |
        |                  |                |                    |         |  |  |  | /emails[primary=true]/type = "work" |
        | RFC7644-3.5.2-10 | emails.type    | PATCH /Users/<Eda> | replace | emails[type eq "work"]                     |  | 200 or 204 |  |
        |                  |  |  |  |  | { "value": "whole.<tag>@one.example", |  | /emails[type=work]/value = "whole.<tag>@one.example" |
        |                  |                |                    |         |  | "type": "work" } |  |  |
        | RFC7644-3.10-01  | emails.type    | PATCH /Users/<Eda> | replace | <schema User>:emails[type eq "work"].value |  | 200 or 204 |  |
        |                  |                |  |  |  | "urn.<tag>@one.example" |  | /emails[type=work]/value = "urn.<tag>@one.example" |
        | RFC7644-3.10-01  | emails.type    | PATCH /Users/<Eda> | remove  | <schema User>:emails[type eq "work"]       |  | 200 or 204 |  |
        |                  |                |                    |         |  |  |  | /emails/*/type are ["home", "home"] |

    # Each row may be refused, so that no row counts on what another one did.
    @RFC7644-3.5.2-10 @RFC7644-3.5.2.2-05 @F227
    Scenario: Filters of every shape
      Then each of these is answered as it says:
        | clause | needs | request | op | path | value | answer | afterwards |
        | RFC7644-3.5.2-10 | emails.type | PATCH /Users/<Eda> |  |  |  | 200 or 204 | /emails/*/value has "third.<tag>@two.example" |
        |  |  |  | replace | emails[type eq "home" and value eq "second.<tag>@two.example"].value | "third.<tag>@two.example" |  |  |
        |  |  |  |  |  |  | 400 invalidFilter | /emails/*/value has "home.<tag>@two.example" |
        |  |  |  |  |  |  | 400 invalidPath | /emails/*/value lacks "second.<tag>@two.example" |
        | RFC7644-3.5.2-10 | emails.type | PATCH /Users/<Eda> |  |  |  | 200 or 204 | /emails/*/value has "work.fourth.<tag>@one.example" |
        |  |  |  | replace | emails[value sw "work." or type eq "pager"].value | "work.fourth.<tag>@one.example" |  |  |
        |  |  |  |  |  |  | 400 invalidFilter | /emails/*/value has "home.<tag>@two.example" |
        |  |  |  |  |  |  | 400 invalidPath |  |
        | RFC7644-3.5.2-10 | emails.type | PATCH /Users/<Eda> |  |  |  | 200 or 204 | /emails/*/value has "work.fifth.<tag>@one.example" |
        |  |  |  | replace | emails[not (type eq "home")].value | "work.fifth.<tag>@one.example" |  |  |
        |  |  |  |  |  |  | 400 invalidFilter | /emails/*/value has "home.<tag>@two.example" |
        |  |  |  |  |  |  | 400 invalidPath |  |
        | RFC7644-3.5.2.2-05 | emails.type | PATCH /Users/<Eda> |  |  |  | 200 or 204 | /emails/*/value lacks "second.<tag>@two.example" |
        |  |  |  | remove | emails[value co "@two." and not (value sw "home.")] |  |  |  |
        |  |  |  |  |  |  | 400 invalidFilter | /emails/*/value lacks "third.<tag>@two.example" |
        |  |  |  |  |  |  | 400 invalidPath | /emails/*/value has "home.<tag>@two.example" |
        | RFC7644-3.5.2.2-05 | emails.type | PATCH /Users/<Eda> |  |  |  | 200 or 204 | /emails[type=work]/value absent |
        |  |  |  | remove | emails[type ne "home"] |  |  |  |
        |  |  |  |  |  |  | 400 invalidFilter | /emails/*/value has "home.<tag>@two.example" |
        |  |  |  |  |  |  | 400 invalidPath |  |
