@rfc
Feature: Attributes behave as the target's schemas say
  The scenarios assume nothing: they read from the target which attributes are required, readOnly or never returned.

  @RFC7643-7-19
  Scenario: A create without a required attribute is refused
    Then no user is created without the attributes that the target's schema requires

  @RFC7643-7-27
  Scenario: A client cannot set a readOnly attribute
    Given a user "Ada"
    Then a client's PUT of "Ada" changes nothing that the target's schema calls read-only

  @RFC7643-7-32
  Scenario: Attributes with returned=never are not returned
    Then a user shows nothing that the target's schema never returns

  @RFC7643-7-25
  Scenario: Comparison follows caseExact
    Given the target supports "filter"
    Then filters mind the case of each text as the target's schema says

  @RFC7643-7-30 @RFC7644-3.5.1-13
  Scenario: An immutable value cannot be changed
    Then attributes that the target's schema calls immutable keep their first value

  @RFC7644-3.5.1-15
  Scenario: An immutable attribute without a value can be set
    Then attributes that the target's schema calls immutable can be set by a PUT while they have no value

  @RFC7643-7-38
  Scenario: Attributes with returned=request are returned on request
    Then attributes that the target's schema returns on request are shown only on request

  @RFC7643-2.3.3-01
  Scenario: A decimal stays a number
    Then each decimal of the target's schema comes back as the same number

  @RFC7643-6-16 @RFC7643-6-17
  Scenario: A required extension must be there, with its required attributes
    Then no user is created without the target's required extensions

  @RFC7643-7-47
  Scenario: References name resource types that exist
    Then references name resource types that exist

  @RFC7643-2.3.7-03 @RFC7643-2.3.7-07 @F218 @F221
  Scenario: A reference leads to the resource it names
    Given a user "Ada"
    And a group "Team" of "Ada"
    Then each reference of "Ada" leads to the resource it names
    And each reference of "Team" leads to the resource it names

  @RFC7643-1.1-02
  Scenario: A create with only the required attributes succeeds
    Then a user with only the attributes that the target's schemas require is created

  Rule: A user as it is read

    Background:
      Given a user "Ada"

    @RFC7643-7-34 @reads
    Scenario: Attributes with returned=always are always returned
      Then "Ada" always shows the attributes that the target's schema always returns

    @RFC7643-2.2-03 @reads
    Scenario: An attribute is a single string by default
      Then attributes of "Ada" without a type in the target's schema are single strings

    @RFC7643-3-06 @reads
    Scenario: Resources name only the schemas of their type
      Then resources name only the schemas of their type

    @RFC7643-3.1-12 @reads
    Scenario: Ids are case-sensitive
      Then no user has the id of "Ada" in the other case
