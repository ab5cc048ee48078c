@lifecycle
Feature: Reading everybody
  An import reads page by page. A person who is missing is provisioned again; a person who appears twice is counted twice.

  @F138 @F139 @F140 @F142 @F143
  Scenario: All pages together show everybody once
    Given a crowd of 8 accounts
    Then the crowd read 3 at a time is whole
    And the crowd read 5 at a time is whole

  @F141 @F136 @F144
  Scenario: A list of more than a hundred is complete
    Given a crowd of 105 accounts
    Then the crowd read 60 at a time is whole

  @F146
  Scenario: A request for the total returns nobody
    Given a crowd of 3 accounts
    When a client sends GET '/Users?count=0'
    Then the answer is 200
    And the answer holds nothing at '/Resources/0'
