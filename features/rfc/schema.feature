@rfc
Feature: Attributes behave as the target's schemas say
  The scenarios assume nothing: they read from the target which attributes are required, readOnly or never returned.

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

  @RFC7643-7-25
  Scenario: Case counts where the schema says so
    Given the target supports "filter"
    Then filters mind the case of each text as the target's schema says

  @RFC7643-7-30 @RFC7644-3.5.1-13
  Scenario: What is immutable is set once
    Then what the target's schema calls immutable keeps its first value

  @RFC7644-3.5.1-15
  Scenario: What is immutable and has no value can be set
    Then what the target's schema calls immutable can be set by a PUT while it has no value

  @RFC7643-7-38
  Scenario: What is returned on request is shown on request
    Then what the target's schema returns on request is shown on request only

  @RFC7643-2.3.3-01
  Scenario: A decimal stays a number
    Then each decimal of the target's schema comes back as the number it was

  @RFC7643-6-16 @RFC7643-6-17
  Scenario: A required extension is needed, with all it requires
    Then no user is made without what the target's required extensions ask for

  @RFC7643-7-47
  Scenario: References name what there is
    Then references name kinds of resources that there are

  @RFC7643-2.3.7-03 @RFC7643-2.3.7-07 @F221
  Scenario: A reference leads to what it names
    Given a user "Ada"
    And a group "Team" of "Ada"
    Then each reference of "Ada" leads to what it names
    And each reference of "Team" leads to what it names

  @RFC7643-1.1-02
  Scenario: What the schemas require is enough
    Then a user with what the target's schemas require is made

  Rule: What a user shows

    Background:
      Given a user "Ada"

    @RFC7643-7-34 @reads
    Scenario: What is always returned is always returned
      Then "Ada" always shows what the target's schema always returns

    @RFC7643-2.2-03 @reads
    Scenario: What a schema does not say is a single text
      Then what the target's schema leaves out of "Ada" is a single text

    @RFC7643-3-06 @reads
    Scenario: Resources name the schemas of their type
      Then resources name only the schemas of their type

    @RFC7643-3.1-12 @reads
    Scenario: An id in other letters is another id
      Then nobody answers to the id of "Ada" in the other case
