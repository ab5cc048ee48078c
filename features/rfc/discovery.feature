@rfc @discovery
Feature: Discovery documents
  Okta reads the schemas for its attribute mapping; test tools use the configuration to decide what to test.

  @RFC7643-5-01 @RFC7643-5-05 @RFC7643-5-06 @RFC7643-5-07 @RFC7643-5-08 @RFC7643-5-09 @RFC7643-5-10 @RFC7643-5-11 @RFC7643-5-12
  @RFC7643-5-13 @RFC7643-5-14 @RFC7643-5-15 @RFC7643-5-16 @RFC7643-5-17 @RFC7643-5-18 @RFC7643-5-19 @RFC7643-5-22 @RFC7643-5-23
  @RFC7643-5-25 @RFC7643-5-26 @RFC7644-4-02 @RFC7643-2.3.4-01 @RFC7644-3.7.4-01 @RFC7643-5-02 @RFC7643-1.1-E8280
  @RFC7644-3.5-02 @RFC7643-5-24
  Scenario: The configuration
    Then each of these is answered as it says:
      | clause            | needs | request                       | body | answer     | holds                                              |
      | RFC7644-4-02      |       | GET /ServiceProviderConfig    |      | 200        |                                                    |
      | RFC7644-4-02      |       | GET /ServiceProviderConfig    |      | 200        | /Resources absent                                  |
      |                   |       |                               |      |            | /schemas has "<schema ServiceProviderConfig>"      |
      | RFC7643-5-01      |       | GET /ServiceProviderConfig    |      | 200        | /schemas has "<schema ServiceProviderConfig>"      |
      | RFC7643-5-05      |       | GET /ServiceProviderConfig    |      | 200        | /patch present                                     |
      | RFC7643-1.1-E8280 |       |                               |      |            |                                                    |
      | RFC7643-5-06      |       | GET /ServiceProviderConfig    |      | 200        | /patch/supported in [true, false]                  |
      | RFC7643-5-07      |       | GET /ServiceProviderConfig    |      | 200        | /bulk present                                      |
      | RFC7643-5-08      |       | GET /ServiceProviderConfig    |      | 200        | /bulk/supported in [true, false]                   |
      | RFC7643-5-09      |       | GET /ServiceProviderConfig    |      | 200        | /filter present                                    |
      | RFC7643-5-10      |       | GET /ServiceProviderConfig    |      | 200        | /filter/supported in [true, false]                 |
      | RFC7643-5-11      |       | GET /ServiceProviderConfig    |      | 200        | /changePassword present                            |
      | RFC7643-5-12      |       | GET /ServiceProviderConfig    |      | 200        | /changePassword/supported in [true, false]         |
      | RFC7643-5-13      |       | GET /ServiceProviderConfig    |      | 200        | /sort present                                      |
      | RFC7643-5-14      |       | GET /ServiceProviderConfig    |      | 200        | /sort/supported in [true, false]                   |
      | RFC7643-5-15      |       | GET /ServiceProviderConfig    |      | 200        | /etag present                                      |
      | RFC7643-5-16      |       | GET /ServiceProviderConfig    |      | 200        | /etag/supported in [true, false]                   |
      | RFC7643-5-17      |       | GET /ServiceProviderConfig    |      | 200        | /bulk/maxOperations >= 0                           |
      | RFC7643-5-18      |       | GET /ServiceProviderConfig    |      | 200        | /bulk/maxPayloadSize >= 0                          |
      | RFC7644-3.7.4-01  | bulk  | GET /ServiceProviderConfig    |      | 200        | /bulk/maxOperations >= 1                           |
      |                   |       |                               |      |            | /bulk/maxPayloadSize >= 1                          |
      | RFC7643-5-19      |       | GET /ServiceProviderConfig    |      | 200        | /filter/maxResults >= 0                            |
      | RFC7643-2.3.4-01  |       | GET /ServiceProviderConfig    |      | 200        | text lacks ".0,"; text lacks "e+"                  |
      | RFC7643-5-22      |       | GET /ServiceProviderConfig    |      | 200        | /authenticationSchemes present                     |
      | RFC7643-5-23      |       | GET /ServiceProviderConfig    |      | 200        | /authenticationSchemes/*/type every present        |
      | RFC7643-5-25      |       | GET /ServiceProviderConfig    |      | 200        | /authenticationSchemes/*/name every present        |
      | RFC7643-5-26      |       | GET /ServiceProviderConfig    |      | 200        | /authenticationSchemes/*/description every present |
      | RFC7643-5-02      |       | PUT /ServiceProviderConfig    | raw { "schemas": ["<schema ServiceProviderConfig>"], | 4xx or 501 |    |
      |                   |       |                               | "patch": { "supported": false } } |            |                       |
      | RFC7643-5-02      |       | DELETE /ServiceProviderConfig |      | 4xx or 501 |                                                    |
      | RFC7644-3.5-02    |       | GET /ServiceProviderConfig    |      | 200        | /patch/supported = true                            |
      | RFC7643-5-24      |       | GET /ServiceProviderConfig    |      | 200        | /authenticationSchemes/*/type every in ["oauth",   |
      |                   |       |                               |      |            | "oauth2", "oauthbearertoken", "httpbasic",         |
      |                   |       |                               |      |            | "httpdigest"]                                      |

  @RFC7643-6-01 @RFC7643-6-02 @RFC7643-6-03 @RFC7643-6-05 @RFC7643-6-11 @RFC7643-6-14 @RFC7643-6-15 @RFC7643-8.7.2-E7522
  @RFC7644-4-05 @RFC7644-4-06 @RFC7644-4-07 @RFC7643-4.1-01 @RFC7643-4.2-01 @RFC7643-6-07 @RFC7643-6-06
  Scenario: The resource types
    Then each of these is answered as it says:
      | clause              | needs | request                    | body | answer     | tolerated  | holds                                  |
      | RFC7644-4-05        |       | GET /ResourceTypes         |      | 200        | 404 or 501 |                                        |
      | RFC7644-4-05        |       | GET /ResourceTypes         |      | 200        | 404 or 501 | /schemas has "<message ListResponse>"  |
      |                     |       |                            |      |            |            | /Resources/*/endpoint every present    |
      | RFC7644-4-07        |       | GET /ResourceTypes         |      | 200        | 404 or 501 | /totalResults >= 1; /Resources present |
      | RFC7643-6-02        |       | GET /ResourceTypes    |  | 200 | 404 or 501 | /Resources/*/schemas every has "<schema ResourceType>" |
      | RFC7643-6-05        |       | GET /ResourceTypes         |      | 200        | 404 or 501 | /Resources/*/name every present        |
      | RFC7643-6-07        |       | GET /ResourceTypes         |      | 200        | 404 or 501 | /Resources/*/description every present |
      | RFC7643-6-06        |       | GET /ResourceTypes         |      | 200        | 404 or 501 | /Resources/*/name has "User"           |
      | RFC7643-6-03        |       | GET /ResourceTypes         |      | 200        | 404 or 501 | /Resources/*/name every present        |
      |                     |       |                            |      |            |            | /Resources/*/endpoint every present    |
      |                     |       |                            |      |            |            | /Resources/*/schema every present      |
      | RFC7643-6-11        |       | GET /ResourceTypes         |      | 200        | 404 or 501 | /Resources/*/schema every present      |
      | RFC7643-8.7.2-E7522 |       | GET /ResourceTypes         |  | 200 | 404 or 501 | /Resources/*/schemaExtensions/schema every absent |
      | RFC7643-6-14        |       | GET /ResourceTypes      |  | 200 | 404 or 501 | /Resources/*/schemaExtensions/*/schema every present |
      | RFC7643-6-15       |  | GET /ResourceTypes |  | 200 | 404 or 501 | /Resources/*/schemaExtensions/*/required every in [true, false] |
      | RFC7643-4.1-01      |       | GET /ResourceTypes |  | 200 | 404 or 501 | /Resources/*[name=User]/schema every in ["<schema User>"] |
      | RFC7643-4.2-01   | groups | GET /ResourceTypes |  | 200 | 404 or 501 | /Resources/*[name=Group]/schema every in ["<schema Group>"] |
      | RFC7644-4-06        |       | GET /ResourceTypes/User    |      | 200        | 404 or 501 | /Resources absent; /endpoint present   |
      | RFC7643-6-01        |       | DELETE /ResourceTypes/User |      | 4xx or 501 |            |                                        |
      | RFC7643-6-01        |       | POST /ResourceTypes        | raw { "schemas": ["<schema ResourceType>"], | 4xx or 501 |           |  |
      |                     |       |                            | "name": "Lamp" } |            |            |                            |

  @RFC7643-7-02 @RFC7643-7-03 @RFC7643-7-05 @RFC7643-7-07 @RFC7643-7-08 @RFC7643-7-09 @RFC7643-7-10 @RFC7643-7-12 @RFC7643-7-14
  @RFC7643-7-16 @RFC7643-7-17 @RFC7643-7-18 @RFC7643-7-26 @RFC7643-7-33 @RFC7643-7-39 @RFC7643-7-48 @RFC7643-7-E8435
  @RFC7643-1.2-02 @RFC7643-1.2-03 @RFC7643-2.3.7-05 @RFC7643-2.3.8-02 @RFC7643-2.3.8-03 @RFC7643-2.4-03 @RFC7643-7-15 @RFC7644-4-03
  @RFC7643-8.7.2-E8415 @RFC7643-8.7.2-E8417 @RFC7643-8.7.2-E5607 @RFC7643-8.7.1-E5368 @RFC7643-4.1.1-27 @RFC7643-4.1.2-29
  @RFC7643-4.1.1-03 @RFC7644-3.1-04 @RFC7643-3.1-03 @RFC7643-8.7.2-E5606 @RFC7643-2.1-04 @RFC7643-3.1-05 @RFC7643-7-01
  Scenario: The schemas
    Then each of these is answered as it says:
      | clause              | request                       | body | answer | tolerated  | holds                                           |
      | RFC7644-4-03        | GET /Schemas                  |      | 200    | 404 or 501 |                                                 |
      | RFC7644-4-03        | GET /Schemas                  |      | 200    | 404 or 501 | /schemas has "<message ListResponse>"           |
      |                     |                               |      |        |            | /Resources present; /totalResults >= 1          |
      | RFC7643-7-05        | GET /Schemas                  |      | 200   | 404 or 501 | /Resources/*/schemas every has "<schema Schema>" |
      | RFC7643-8.7.2-E8417 | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/meta/resourceType every = "Schema" |
      | RFC7643-7-03        | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/id every present                   |
      | RFC7643-7-08        | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/id every has ":"                   |
      | RFC7643-7-09        | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/id every present                   |
      | RFC7643-7-10        | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/name every present                 |
      | RFC7643-7-12        | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/description every present          |
      | RFC7643-7-07        | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/attributes every present           |
      |                     |                               |      |        |            | /Resources/*/attributes/*/name every present    |
      | RFC7643-7-14        | GET /Schemas                  |      | 200 | 404 or 501 | /Resources/*/attributes/*/type every in ["string", |
      | RFC7643-7-E8435     |                               |      |        |            | "boolean", "decimal", "integer", "dateTime",    |
      | RFC7643-8.7.2-E5606 |                               |      |        |            | "reference", "complex", "binary"]               |
      | RFC7643-7-16        | GET /Schemas            |  | 200 | 404 or 501 | /Resources/*/attributes/*/subAttributes/*/name every present |
      | RFC7643-1.2-03      | GET /Schemas/<schema User>    |  | 200 | 404 or 501 | /attributes/*/subAttributes/*/type every in ["string", |
      | RFC7643-2.3.8-02    |                               |      |        |            | "boolean", "decimal", "integer", "dateTime",    |
      | RFC7643-8.7.2-E8415 |                               |      |        |            | "reference", "binary"]                          |
      | RFC7643-7-17        | GET /Schemas            |  | 200 | 404 or 501 | /Resources/*/attributes/*/multiValued every in [true, false] |
      | RFC7643-7-18        | GET /Schemas                  |     | 200 | 404 or 501 | /Resources/*/attributes/*/description every present |
      | RFC7643-7-26        | GET /Schemas              |  | 200 | 404 or 501 | /Resources/*/attributes/*/mutability every in ["readOnly", |
      |                     |                               |      |        |            | "readWrite", "immutable", "writeOnly", null]    |
      | RFC7643-7-33        | GET /Schemas                  |  | 200 | 404 or 501 | /Resources/*/attributes/*/returned every in ["always", |
      |                     |                               |      |        |            | "never", "default", "request", null]            |
      | RFC7643-7-39        | GET /Schemas                  |  | 200 | 404 or 501 | /Resources/*/attributes/*/uniqueness every in ["none", |
      |                     |                               |      |        |            | "server", "global", null]                       |
      | RFC7643-1.2-02      | GET /Schemas     |  | 200 | 404 or 501 | /Resources/*/attributes/*[type!=complex]/subAttributes every absent |
      | RFC7643-2.3.7-05    | GET /Schemas  |  | 200 | 404 or 501 | /Resources/*/attributes/*[type=reference]/referenceTypes every present |
      | RFC7643-7-48        | GET /Schemas  |  | 200 | 404 or 501 | /Resources/*/attributes/*[type!=reference]/referenceTypes every absent |
      | RFC7643-8.7.2-E5607 | GET /Schemas                  |      | 200    | 404 or 501 |                                                 |
      |                     |          |  |  |  | /Resources/*/attributes/*/subAttributes/*[type=reference]/referenceTypes/0 every present |
      | RFC7643-2.3.8-03 | GET /Schemas |  | 200 | 404 or 501 | /Resources/*/attributes/*[type=complex]/uniqueness every in ["none", null] |
      | RFC7643-7-15        | GET /Schemas  |  | 200 | 404 or 501 | /Resources/*/attributes/*[type=complex]/subAttributes/0 every present |
      | RFC7643-2.4-03      | GET /Schemas                  |      | 200    | 404 or 501 |                                                 |
      |                     |                    |  |  |  | /Resources/*/attributes/*/subAttributes/*[name=primary]/type every = "boolean" |
      |                     |                     |  |  |  | /Resources/*/attributes/*/subAttributes/*[name=$ref]/type every = "reference" |
      | RFC7643-4.1.1-03    | GET /Schemas                  |      | 200    | 404 or 501 |                                                 |
      |                     |                  |  |  |  | /Resources/*[id=<schema User>]/attributes/*[name=userName]/required every = true |
      | RFC7643-4.1.1-27    | GET /Schemas       |  | 200 | 404 or 501 | /Resources/*/attributes/*[name=password]/returned every = "never" |
      |                     |                           |  |  |  | /Resources/*/attributes/*[name=password]/mutability every = "writeOnly" |
      | RFC7643-4.1.2-29    | GET /Schemas                  |      | 200    | 404 or 501 |                                                 |
      |                     |            |  |  |  | /Resources/*[id=<schema User>]/attributes/*[name=groups]/mutability every = "readOnly" |
      | RFC7643-8.7.1-E5368 | GET /Schemas                  |      | 200    | 404 or 501 |                                                 |
      |                     |              |  |  |  | /Resources/*[id=<schema Group>]/attributes/*[name=displayName]/required every = true |
      | RFC7644-3.1-04      | GET /Schemas                 |  | 200 | 404 or 501 | /Resources/*/id every lacks "urn:ietf:params:scim:api:" |
      | RFC7644-3.1-04      | GET /Schemas/<message Error>  |      | 404    | 4xx or 501 |                                                 |
      | RFC7643-2.1-04      | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/attributes/*/name every lacks " "  |
      |                     |                               |      |        |            | /Resources/*/attributes/*/name every lacks "."  |
      |                     |                               |      |        |            | /Resources/*/attributes/*/name every lacks ":"  |
      | RFC7643-3.1-05      | GET /Schemas                  |      | 200    | 404 or 501 |                                                 |
      |                     |                |  |  |  | /Resources/*[id=<schema User>]/attributes/*[name=id]/mutability every = "readOnly" |
      |                     |              |  |  |  | /Resources/*[id=<schema User>]/attributes/*[name=meta]/mutability every = "readOnly" |
      | RFC7643-7-01        | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/id has "<schema User>"             |
      | RFC7643-3.1-03      | GET /Schemas                  |      | 200    | 404 or 501 | /Resources/*/id every lacks ":common"           |
      | RFC7643-7-02        | DELETE /Schemas/<schema User> |      | 4xx    |            |                                                 |
      |                     |                               |      | 501    |            |                                                 |
      | RFC7643-7-02        | POST /Schemas                 | raw { "schemas": ["<schema Schema>"], | 4xx    |            |                |
      |                     |                               | "id": "urn:example:lamp" } | 501    |            |                           |

  @RFC7643-6-09 @RFC7643-6-10 @RFC7643-6-13 @RFC7644-4-04
  @RFC7643-3.2-01 @F220
  Scenario: The documents refer to documents that exist
    Then what the discovery documents name exists

  @RFC7644-4-08 @RFC7644-4-09
  Scenario: Discovery ignores paging parameters
    Then each of these is answered as it says:
      | clause       | request                                 | answer | tolerated | holds |
      | RFC7644-4-08 | GET /ResourceTypes?startIndex=2&count=1&sortBy=id | 200 | 404 or 501 | /Resources/*/name has "User" |
      | RFC7644-4-09 | GET /Schemas?filter=id eq "urn:x"       | 403    | 200 or 4xx or 501 | |

  @RFC7643-5-06 @RFC7643-5-08 @RFC7643-5-10 @RFC7643-5-14
  Scenario: Unsupported features are refused
    Given a user "Ada"
    Then each of these is answered as it says:
      | clause       | needs     | request            | filter | body | op      | method | path        | value | answer     | tolerated |
      | RFC7643-5-06 | no patch  | PATCH /Users/<Ada> |        |      | replace |        | displayName | "x"   | 4xx or 501 |           |
      | RFC7643-5-08 | no bulk   | POST /Bulk         |        | []   |         |        |             |       | 4xx or 501 |           |
      | RFC7643-5-10 | no filter | GET /Users         | userName eq "nobody.<tag>" |      |         |        |       |  | 4xx or 501 | 2xx |
      | RFC7643-5-06 | patch     | PATCH /Users/<Ada> |        |      | replace |        | active      | true  | 200 or 204 | 400       |
      | RFC7643-5-08 | bulk      | POST /Bulk         |        |      |         | DELETE | /Users/nobody-<tag> |       | 200        |      |
      | RFC7643-5-10 | filter    | GET /Users         | userName eq "nobody.<tag>" |      |         |        |             |      | 200 |  |
      | RFC7643-5-14 | sort      | GET /Users?sortBy=userName&count=1 |        |      |         |        |             |       | 200    |  |
