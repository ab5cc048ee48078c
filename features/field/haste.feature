@field @load
Feature: More requests than a target wants
  A first cycle is a storm: a lookup and a create for every person, as fast as the IdP can send. A target that asks the IdP to wait
  says for how long, and has not applied the request.

  @F194 @F126 @M194 @policy @race
  Scenario: An answer that asks a client to wait says for how long
    When a client creates 30 users in one go
    Then each answer 429 says how long to wait
    And the accounts are those that were answered with success

  @F194 @F126 @M194 @profile/slack @race
  Scenario: Slack takes twenty new users at once and tells the others to wait
    When a client creates 60 users in one go
    Then some of them were answered 429
    And each answer 429 says how long to wait
    And the accounts are those that were answered with success
