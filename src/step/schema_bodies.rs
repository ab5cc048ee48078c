//! Bodies that the target's own schemas accept.

use client::observe::{Capabilities, member};
use directory::Addresses;
use serde_json::{Map, Value, json};

/// Completes a body by what the schemas of its endpoint require, `schemas` included. What the body has stays.
pub(super) fn complete(told: &Capabilities, endpoint: &str, mut body: Value, addresses: &Addresses) -> Value {
    let Some(object) = body.as_object_mut() else { return body };
    let mut urns: Vec<String> = Vec::new();
    for (n, (schema, required)) in told.schemas_of(endpoint).iter().enumerate() {
        let Some(id) = member(schema, "id").and_then(Value::as_str) else { continue };
        let named = object.keys().find(|k| k.eq_ignore_ascii_case(id)).cloned();
        if n > 0 && !required && named.is_none() {
            continue;
        }
        urns.push(id.to_owned());
        if n == 0 {
            fill(object, schema, "attributes", addresses);
        } else if let Some(Value::Object(extension)) =
            Some(object.entry(named.unwrap_or_else(|| id.to_owned())).or_insert_with(|| json!({})))
        {
            fill(extension, schema, "attributes", addresses);
        }
    }
    if !object.contains_key("schemas") {
        object.shift_insert(0, "schemas".to_owned(), json!(urns));
    }
    body
}

/// Puts in what is required and missing.
fn fill(object: &mut Map<String, Value>, of: &Value, list: &str, addresses: &Addresses) {
    let all = member(of, list).and_then(Value::as_array).cloned().unwrap_or_default();
    for attribute in &all {
        let Some(name) = member(attribute, "name").and_then(Value::as_str) else { continue };
        let written = member(attribute, "mutability").and_then(Value::as_str) != Some("readOnly");
        let there = object.keys().find(|k| k.eq_ignore_ascii_case(name)).cloned();
        match there.and_then(|there| object.get_mut(&there)) {
            Some(Value::Object(parts)) => fill(parts, attribute, "subAttributes", addresses),
            Some(Value::Array(values)) => {
                for parts in values.iter_mut().filter_map(Value::as_object_mut) {
                    fill(parts, attribute, "subAttributes", addresses);
                }
            }
            Some(_) => {}
            None if member(attribute, "required") == Some(&Value::Bool(true)) && written => {
                let refers = object.get("value").and_then(Value::as_str).filter(|_| name == "$ref");
                let value = refers.map_or_else(|| sample(attribute, addresses), |id| json!(format!("../Users/{id}")));
                object.insert(name.to_owned(), value);
            }
            None => {}
        }
    }
}

/// A value that fits an attribute's description.
pub(super) fn sample(attribute: &Value, addresses: &Addresses) -> Value {
    let text = |name: &str| member(attribute, name).and_then(Value::as_str).unwrap_or_default();
    let canonical = member(attribute, "canonicalValues").and_then(Value::as_array).and_then(|c| c.first()).cloned();
    let one = match text("type") {
        "boolean" => json!(true),
        "integer" => json!(1),
        "decimal" => json!(1.5),
        "dateTime" => json!("2024-02-29T12:00:00Z"),
        "binary" => json!("c2NpbXVsYXRl"),
        "reference" => json!("https://example.com/scimulate"),
        "complex" => {
            let mut parts = Map::new();
            fill(&mut parts, attribute, "subAttributes", addresses);
            if parts.is_empty() {
                parts.insert("value".to_owned(), json!(format!("text {}", addresses.tag())));
            }
            Value::Object(parts)
        }
        _ => canonical.unwrap_or_else(|| json!(addresses.of(text("name")))),
    };
    if member(attribute, "multiValued") == Some(&Value::Bool(true)) { json!([one]) } else { one }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_targets_schemas_require_is_put_in_and_nothing_else() {
        let types = json!({ "Resources": [{ "endpoint": "/Users", "schema": "urn:a",
            "schemaExtensions": [{ "schema": "urn:x", "required": true }, { "schema": "urn:y", "required": false }] }] });
        let schemas = json!({ "Resources": [
            { "id": "urn:a", "attributes": [
                { "name": "userName", "required": true, "type": "string" }, { "name": "nickName", "type": "string" },
                { "name": "kind", "required": true, "type": "string", "canonicalValues": ["staff", "guest"] },
                { "name": "emails", "required": true, "type": "complex", "multiValued": true,
                  "subAttributes": [{ "name": "value", "required": true, "type": "string" }] },
                { "name": "id", "required": true, "mutability": "readOnly" } ] },
            { "id": "urn:x", "attributes": [{ "name": "level", "required": true, "type": "integer" }] },
            { "id": "urn:y", "attributes": [{ "name": "other", "required": true, "type": "integer" }] },
        ] });
        let told = Capabilities::read(None, Some(&types), Some(&schemas));
        let t1 = Addresses::new("t1", "acme.test");
        let body = complete(&told, "/Users", json!({ "USERNAME": "ada" }), &t1);
        assert_eq!(
            body,
            json!({ "schemas": ["urn:a", "urn:x"], "USERNAME": "ada", "kind": "staff",
                    "emails": [{ "value": "value.t1@acme.test" }], "urn:x": { "level": 1 } })
        );
        let part = json!({ "attributes": [{ "name": "boss", "type": "complex", "subAttributes": [
            { "name": "value", "required": true, "type": "string" }, { "name": "$ref", "required": true, "type": "reference" },
            { "name": "rank", "required": true, "type": "integer" }, { "name": "note", "type": "string" }] }] });
        let mut given = json!({ "boss": { "value": "7" } });
        fill(given.as_object_mut().unwrap(), &part, "attributes", &t1);
        assert_eq!(
            given,
            json!({ "boss": { "value": "7", "$ref": "../Users/7", "rank": 1 } }),
            "parts of what is there"
        );
        let with = complete(&told, "/Users", json!({ "userName": "b", "urn:y": {} }), &t1);
        assert_eq!((&with["schemas"], &with["urn:y"]), (&json!(["urn:a", "urn:x", "urn:y"]), &json!({ "other": 1 })));
    }
}
