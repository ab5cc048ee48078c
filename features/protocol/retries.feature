@protocol
Feature: Concurrent and repeated requests
  Answers are lost, jobs overlap, operators press the button again. The stored state must be right all the same.

  @F121 @F119
  Scenario: A create whose answer was lost makes no twin when it is sent again
    When a client creates a user for "Ada" and loses the answer
    And a client creates a user for "Ada"
    Then the answer is 409 with scimType "uniqueness"
    And there is exactly one account for "Ada"

  @F119 @F023 @race
  Scenario: Of several creates at the same time one wins
    When 5 clients create a user for "Ada" at the same time
    Then there is exactly one account for "Ada"

  @F125
  Scenario: A write under an outdated version is refused
    Given an account each for "Ada", made by a client
    When a client changes the title of "Ada" under an outdated version
    Then the answer is 412
    And the account of "Ada" is unchanged
