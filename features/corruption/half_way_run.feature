@corruption
Feature: A provisioning run that breaks off
  The network fails, a token expires, a server restarts: the first run stops somewhere and is retried later. Wherever it
  stopped, the retry must find what the first attempt created, and create the rest.

  @okta @entra @AL5 @F120 @F121
  Scenario: A run that breaks off before any one of its requests leaves nothing twice and nothing half after the retry
    When the first run of the IdP breaks off at each of its requests in turn, and is retried
    Then every run has left exactly one account for each person
    And every run has left exactly one group with everybody in it
    And no retry has met any trouble
    And users and groups agree

  @okta @entra @AL5 @F120 @F121 @F123
  Scenario: A run that loses any one of its answers leaves nothing twice and nothing half after the retry
    When the first run of the IdP loses each of its answers in turn, breaks off there, and is retried
    Then every run has left exactly one account for each person
    And every run has left exactly one group with everybody in it
    And no retry has met any trouble
    And users and groups agree
