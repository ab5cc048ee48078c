//! Sample resources for the fuzz targets.

use serde_json::{Value, json};

/// A user with a value of every kind there is.
pub fn user() -> Value {
    json!({
        "schemas": [
            "urn:ietf:params:scim:schemas:core:2.0:User",
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
        ],
        "id": "u1", "externalId": "x1", "userName": "ada@example.com", "active": true, "displayName": "Ada",
        "name": { "givenName": "Ada", "familyName": "Byron", "formatted": "Ada Byron" },
        "emails": [
            { "value": "ada@example.com", "type": "work", "primary": true },
            { "value": "ada@home.example", "type": "home" }
        ],
        "phoneNumbers": [{ "value": "tel:+1-201-555-0123", "type": "mobile" }],
        "addresses": [{ "type": "work", "locality": "London", "country": "GB" }],
        "roles": [{ "value": "admin", "primary": true }, { "value": "reader" }],
        "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {
            "employeeNumber": "701", "department": "Engines", "manager": { "value": "u2", "displayName": "Charles" }
        },
        "meta": {
            "resourceType": "User", "created": "2024-01-01T00:00:00Z", "lastModified": "2024-02-29T23:59:59.999Z",
            "location": "http://127.0.0.1/scim/v2/Users/u1", "version": "W/\"1\""
        }
    })
}

/// A group with two members.
pub fn group() -> Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"],
        "id": "g1", "externalId": "xg", "displayName": "Engineering",
        "members": [
            { "value": "u1", "type": "User", "display": "Ada", "$ref": "http://127.0.0.1/scim/v2/Users/u1" },
            { "value": "u2", "type": "User" }
        ],
        "meta": { "resourceType": "Group", "created": "2024-01-01T00:00:00Z", "lastModified": "2024-01-01T00:00:00Z" }
    })
}
