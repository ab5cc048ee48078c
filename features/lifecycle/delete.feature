@lifecycle
Feature: An account is deleted
  After a delete the account is gone from every read, its name is free, and nothing of it stays in groups.

  Background:
    Given an account each for "Ada" and "Ben", made by a client

  @S109 @F070 @F164 @F170
  Scenario: A deleted account is gone from reads, lists and lookups
    When a client deletes the account of "Ada"
    Then the answer is 204
    And there is no account for "Ada"
    And a lookup of the userName of "Ada" finds nobody
    When a client reads the noted account of "Ada"
    Then the answer is 404

  @S111 @F071
  Scenario: A second delete is answered 404
    When a client deletes the account of "Ada"
    And a client deletes the noted account of "Ada" again
    Then the answer is 404

  @S112 @S113 @F059 @F068
  Scenario: The name of a deleted account can be used again, under a new id
    When a client deletes the account of "Ada"
    And a client creates a user for "Ada"
    Then the answer is 201
    And there is exactly one account for "Ada"
    And the account of "Ada" has a new id
