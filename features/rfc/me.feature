@rfc
Feature: A client asks who it is

  @RFC7644-3.11-06 @RFC7644-3.11-07
  Scenario: Who may have an account of its own is told where it is
    Given the target supports "/Me"
    Then each of these is answered as it says:
      | clause          | request                     | answer     | holds                                       |
      | RFC7644-3.11-07 | GET /Me                     | 200        | /id present; /meta/location present         |
      |                 |                             |            | Location in [null, "<last /meta/location>"] |
      | RFC7644-3.11-06 | GET /Me?attributes=userName | 200 or 404 |                                             |

  @RFC7644-3.11-03
  Scenario: Asking does no harm
    Then each of these is answered as it says:
      | needs  | request | answer | tolerated |
      | no /Me | GET /Me | 501    | 4xx       |
