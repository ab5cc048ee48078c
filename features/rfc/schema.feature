@rfc
Feature: Attributes behave as the target's schemas say
  Nothing here is known beforehand: which attributes are required, read-only or never shown is read from the target.

  @RFC7643-7-19
  Scenario: What is required is needed
    Then no user is made without what the target's schema requires

  @RFC7643-7-27
  Scenario: What is read-only is the server's
    Given a user "Ada"
    Then a client's PUT of "Ada" changes nothing that the target's schema calls read-only

  @RFC7643-7-32
  Scenario: What is never returned is never returned
    Then a user shows nothing that the target's schema never returns

  @RFC7643-7-34
  Scenario: What is always returned is always returned
    Given a user "Ada"
    Then "Ada" always shows what the target's schema always returns

  @RFC7643-7-25
  Scenario: Case counts where the schema says so
    Given the target supports "filter"
    Then filters mind the case of each text as the target's schema says
