@rfc
Feature: The endpoint /Me

  @RFC7644-3.11-06 @RFC7644-3.11-07
  Scenario: A client with an account learns its URL
    Given the target supports "/Me"
    Then each of these is answered as it says:
      | clause          | request                     | answer     | holds                                       |
      | RFC7644-3.11-07 | GET /Me                     | 200        | /id present; /meta/location present         |
      |                 |                             |            | Location in [null, "<last /meta/location>"] |
      | RFC7644-3.11-06 | GET /Me?attributes=userName | 200 or 404 |                                             |

  @RFC7644-3.11-03
  Scenario: A server without /Me answers 501
    Then each of these is answered as it says:
      | needs  | request | answer | tolerated |
      | no /Me | GET /Me | 501    | 4xx       |
