@lifecycle
Feature: Everybody is found by whoever reads all
  An import reads page by page. A person who is missing is provisioned again; a person who appears twice is counted twice.

  @F138 @F139 @F140 @F142 @F143
  Scenario: Pages side by side show everybody once
    Given a crowd of 8 accounts
    Then the crowd read 3 at a time is whole
    And the crowd read 5 at a time is whole

  @F141 @F136 @F144
  Scenario: More than a hundred are counted and shown
    Given a crowd of 105 accounts
    Then the crowd read 60 at a time is whole

  @F146
  Scenario: Nobody is shown to whoever asks for the number alone
    Given a crowd of 3 accounts
    When a client sends GET '/Users?count=0'
    Then the answer is 200
    And the answer holds nothing at '/Resources/0'
