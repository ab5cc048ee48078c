//! A resource as a client sent it, made fit to be stored (RFC 7644 sections 3.3 and 3.5.1).
//!
//! In: a body, the resource it replaces, rules. Out: the resource to store, or the error a server answers.
//! Never: ids and times; those are the store's.

use super::compare::same_value;
use super::error::ScimError;
use super::key::{self, Object};
use super::rules::PatchRules;
use super::schema::{Attribute, Mutability, ResourceType, Schema};
use super::urn;
use super::value::Reader;
use serde_json::Value;

/// The body of a POST as it is to be stored: canonical names, readOnly and unknown attributes dropped, `schemas`
/// completed. `id` and `meta` are the store's to add.
///
/// # Errors
/// `invalidSyntax` if it is no object, `invalidValue` if a value does not fit its attribute or a required one is missing.
pub fn accept_create(body: &Value, rt: &ResourceType, rules: &PatchRules) -> Result<Value, ScimError> {
    let mut out = read(body, rt, rules)?;
    finish(&mut out, rt)?;
    Ok(Value::Object(out))
}

/// The body of a PUT as it is to be stored. `id`, `meta` and other readOnly attributes are taken from `existing`;
/// what the body leaves out is unassigned, but a writeOnly attribute (`password`) is kept: no client can read it back.
/// An immutable attribute that is left out is kept, too.
///
/// # Errors
/// As [`accept_create`], and `mutability` if an immutable attribute would change.
pub fn accept_replace(
    body: &Value,
    existing: &Value,
    rt: &ResourceType,
    rules: &PatchRules,
) -> Result<Value, ScimError> {
    let mut out = read(body, rt, rules)?;
    let empty = Object::new();
    let old = existing.as_object().unwrap_or(&empty);
    let base = super::schema::common_attributes().iter().chain(&rt.schema.attributes);
    keep(&mut out, old, base)?;
    for (schema, _) in &rt.extensions {
        let Some(old) = key::get(old, &schema.id).and_then(Value::as_object) else { continue };
        let mut inner = match out.remove(&schema.id) {
            Some(Value::Object(inner)) => inner,
            _ => Object::new(),
        };
        keep(&mut inner, old, schema.attributes.iter())?;
        if !inner.is_empty() {
            out.insert(schema.id.clone(), Value::Object(inner));
        }
    }
    finish(&mut out, rt)?;
    Ok(Value::Object(out))
}

/// The known and writable part of a body.
fn read(body: &Value, rt: &ResourceType, rules: &PatchRules) -> Result<Object, ScimError> {
    let Value::Object(body) = body else {
        return Err(ScimError::invalid_syntax("the body is no JSON object"));
    };
    check_schemas(key::get(body, "schemas"), rt)?;
    let reader = Reader { rules, patch: false };
    let mut out = Object::new();
    out.insert("schemas".into(), Value::Null);
    for (name, value) in body {
        if let Some(attribute) = rt.base_attribute(name) {
            if attribute.name != "schemas" {
                read_into(&mut out, value, attribute, reader, &attribute.name)?;
            }
        } else if let Some(schema) = rt.extension(name) {
            let inner = read_extension(value, schema, reader)?;
            out.remove(&schema.id);
            if !inner.is_empty() {
                out.insert(schema.id.clone(), Value::Object(inner));
            }
        }
    }
    Ok(out)
}

fn read_extension(value: &Value, schema: &Schema, reader: Reader<'_>) -> Result<Object, ScimError> {
    let mut out = Object::new();
    match value {
        Value::Null => {}
        Value::Object(given) => {
            for (name, value) in given {
                if let Some(attribute) = schema.attribute(name) {
                    read_into(&mut out, value, attribute, reader, &format!("{}:{}", schema.id, attribute.name))?;
                }
            }
        }
        _ => return Err(ScimError::invalid_value(format!("{} is not an object", schema.id))),
    }
    Ok(out)
}

fn read_into(
    out: &mut Object,
    value: &Value,
    attribute: &Attribute,
    reader: Reader<'_>,
    at: &str,
) -> Result<(), ScimError> {
    if attribute.mutability == Mutability::ReadOnly {
        return Ok(());
    }
    match reader.read(value, attribute, at)? {
        Some(value) => out.insert(attribute.name.clone(), value),
        None => out.shift_remove(&attribute.name),
    };
    Ok(())
}

/// `schemas` of a request: absent is tolerated, extensions we do not know are passed over, another type's is refused.
pub(super) fn check_schemas(schemas: Option<&Value>, rt: &ResourceType) -> Result<(), ScimError> {
    let Some(schemas) = schemas.filter(|s| !s.is_null()) else { return Ok(()) };
    let list = schemas.as_array().filter(|l| l.iter().all(Value::is_string));
    let Some(list) = list else {
        return Err(ScimError::invalid_value("schemas is not an array of strings"));
    };
    if list.iter().filter_map(Value::as_str).any(|s| urn::same(s, &rt.schema.id)) {
        return Ok(());
    }
    Err(ScimError::invalid_value(format!("schemas does not name {}", rt.schema.id)))
}

/// Takes over from the old resource what a PUT cannot change.
fn keep<'a>(out: &mut Object, old: &Object, attributes: impl Iterator<Item = &'a Attribute>) -> Result<(), ScimError> {
    for attribute in attributes.filter(|a| a.name != "schemas") {
        let Some(before) = key::get(old, &attribute.name).filter(|v| !key::is_unassigned(v)) else { continue };
        match attribute.mutability {
            Mutability::ReadOnly => key::set(out, &attribute.name, before.clone()),
            Mutability::WriteOnly | Mutability::Immutable if !out.contains_key(&attribute.name) => {
                key::set(out, &attribute.name, before.clone());
            }
            Mutability::Immutable
                if !out.get(&attribute.name).is_some_and(|now| same_value(now, before, attribute)) =>
            {
                return Err(ScimError::mutability(format!("{} is immutable", attribute.name)));
            }
            _ => keep_derived(out, before, attribute),
        }
    }
    Ok(())
}

/// What the server derived from a reference (`manager.displayName`) stays while the reference does.
fn keep_derived(out: &mut Object, before: &Value, attribute: &Attribute) {
    let (Some(Value::Object(now)), Value::Object(before)) = (out.get_mut(&attribute.name), before) else { return };
    if key::get(now, "value") == key::get(before, "value") {
        for sub in attribute.sub_attributes.iter().filter(|s| s.mutability == Mutability::ReadOnly) {
            if let Some(value) = key::get(before, &sub.name) {
                now.insert(sub.name.clone(), value.clone());
            }
        }
    }
}

fn finish(out: &mut Object, rt: &ResourceType) -> Result<(), ScimError> {
    let missing = |a: &&Attribute, holder: &Object| {
        let value = key::get(holder, &a.name);
        a.required && a.mutability != Mutability::ReadOnly && value.is_none_or(|v| v.as_str() == Some(""))
    };
    if let Some(attribute) = rt.schema.attributes.iter().find(|a| missing(a, out)) {
        return Err(ScimError::invalid_value(format!("{} is required", attribute.name)));
    }
    for (schema, required) in &rt.extensions {
        match out.get(&schema.id).and_then(Value::as_object) {
            Some(inner) => {
                if let Some(a) = schema.attributes.iter().find(|a| missing(a, inner)) {
                    return Err(ScimError::invalid_value(format!("{}:{} is required", schema.id, a.name)));
                }
            }
            None if *required => return Err(ScimError::invalid_value(format!("{} is required", schema.id))),
            None => {}
        }
    }
    complete_schemas(out, rt);
    Ok(())
}

/// Makes `schemas` say what is there: the base schema and each extension that has data. Unchanged if it does already.
pub(super) fn complete_schemas(resource: &mut Object, rt: &ResourceType) {
    let has_data = |s: &Schema| key::get(resource, &s.id).is_some_and(|v| !key::is_unassigned(v));
    let extensions = rt.extensions.iter().map(|(schema, _)| schema).filter(|s| has_data(s));
    let right: Vec<&str> = std::iter::once(&rt.schema).chain(extensions).map(|s| s.id.as_str()).collect();
    let listed = key::get(resource, "schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let holds = |list: &[Value], id: &str| list.iter().filter_map(Value::as_str).any(|s| urn::same(s, id));
    if listed.len() == right.len() && right.iter().all(|id| holds(listed, id)) {
        return;
    }
    let right: Value = right.into_iter().map(Value::from).collect();
    key::set(resource, "schemas", right);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ScimType;
    use crate::rules::StringBooleans;
    use serde_json::json;

    fn create(body: &Value) -> Result<Value, ScimError> {
        accept_create(body, ResourceType::user(), &PatchRules::default())
    }

    #[test]
    fn names_become_canonical_and_what_is_not_the_clients_is_dropped() {
        let body = json!({
            "SCHEMAS": [urn::USER], "USERNAME": "bob", "Name": {"GIVENNAME": "Bob", "shoe": 46}, "id": "mine", "meta": {},
            "groups": [{"value": "g"}], "nothing": 1, "title": null, "roles": [], "emails": [{}, null],
            "urn:ietf:params:scim:schemas:extension:enterprise:2.0:user": {"Department": "x", "manager": {"value": "m", "displayName": "M"}},
        });
        assert_eq!(
            create(&body).unwrap(),
            json!({
                "schemas": [urn::USER, urn::ENTERPRISE_USER], "userName": "bob", "name": {"givenName": "Bob"},
                (urn::ENTERPRISE_USER): {"department": "x", "manager": {"value": "m"}},
            })
        );
    }

    #[test]
    fn a_wrong_type_names_its_attribute() {
        for (body, at) in [
            (json!({"userName": 1}), "userName"),
            (json!({"userName": "b", "active": 1}), "active"),
            (json!({"userName": "b", "active": "yes"}), "active"),
            (json!({"userName": "b", "name": "Bob"}), "name"),
            (json!({"userName": "b", "name": {"givenName": []}}), "name.givenName"),
            (json!({"userName": "b", "emails": {"value": "x"}}), "emails"),
            (json!({"userName": "b", "emails": ["x"]}), "emails"),
            (json!({"userName": "b", "emails": [{"primary": "x"}]}), "emails.primary"),
            (json!({"userName": "b", "x509Certificates": [{"value": "ä"}]}), "x509Certificates.value"),
            (json!({"userName": "b", (urn::ENTERPRISE_USER): []}), urn::ENTERPRISE_USER),
            (json!({"userName": "b", "schemas": "x"}), "schemas"),
            (json!({"userName": "b", "schemas": [urn::GROUP]}), "schemas"),
            (json!({}), "userName is required"),
            (json!({"userName": ""}), "userName is required"),
            (
                json!({"userName": "b", "emails": [{"value": "1", "primary": true}, {"value": "2", "primary": true}]}),
                "emails",
            ),
        ] {
            let error = create(&body).unwrap_err();
            assert_eq!(error.scim_type, Some(ScimType::InvalidValue), "{body}");
            assert!(error.detail.starts_with(at), "{}", error.detail);
        }
        assert_eq!(create(&json!([])).unwrap_err().scim_type, Some(ScimType::InvalidSyntax));
    }

    #[test]
    fn a_repeated_value_is_one_value() {
        let emails = json!([{"value": "A@x", "type": "work"}, {"value": "a@x", "type": "work", "primary": true}, {"value": "a@x"}]);
        let user = create(&json!({"userName": "b", "emails": emails})).unwrap();
        assert_eq!(user["emails"], json!([{"value": "a@x", "type": "work", "primary": true}, {"value": "a@x"}]));
        let body =
            json!({"displayName": "g", "members": [{"value": "1"}, {"value": "1", "display": "One", "type": "User"}]});
        let group = accept_create(&body, ResourceType::group(), &PatchRules::default()).unwrap();
        assert_eq!(group["members"], json!([{"value": "1", "type": "User"}]));
    }

    #[test]
    fn string_booleans_follow_the_rule() {
        let with = |string_booleans, text| {
            let rules = PatchRules { string_booleans, ..PatchRules::default() };
            let body = json!({"userName": "b", "active": text});
            accept_create(&body, ResourceType::user(), &rules).map(|u| u["active"].clone())
        };
        assert_eq!(with(StringBooleans::Coerce, "False").unwrap(), json!(false));
        assert!(with(StringBooleans::Reject, "False").is_err());
    }

    #[test]
    fn replace_keeps_what_is_the_servers() {
        let old = json!({
            "schemas": [urn::USER, urn::ENTERPRISE_USER], "id": "1", "userName": "bob", "title": "x", "password": "p",
            "meta": {"version": "1"}, "groups": [{"value": "g"}],
            (urn::ENTERPRISE_USER): {"manager": {"value": "m", "displayName": "M"}},
        });
        let replace = |body: Value| accept_replace(&body, &old, ResourceType::user(), &PatchRules::default()).unwrap();
        let new = replace(
            json!({"userName": "rob", "id": "2", "groups": [], (urn::ENTERPRISE_USER): {"manager": {"value": "m"}}}),
        );
        assert_eq!(new["id"], "1");
        assert_eq!(new["userName"], "rob");
        assert_eq!(new.get("title"), None);
        assert_eq!(new["password"], "p");
        assert_eq!(new["groups"], old["groups"]);
        assert_eq!(new[urn::ENTERPRISE_USER]["manager"]["displayName"], "M");
        let other = replace(json!({"userName": "rob", (urn::ENTERPRISE_USER): {"manager": {"value": "n"}}}));
        assert_eq!(other[urn::ENTERPRISE_USER]["manager"], json!({"value": "n"}));
        assert_eq!(replace(json!({"userName": "rob"}))["schemas"], json!([urn::USER]));
    }

    #[test]
    fn an_immutable_attribute_keeps_its_first_value() {
        let mut rt = ResourceType::user().clone();
        rt.schema.attributes[9].mutability = Mutability::Immutable;
        let name = rt.schema.attributes[9].name.clone();
        let old = json!({"userName": "b", (name.as_str()): "first"});
        let replace = |value: Value| {
            accept_replace(&json!({"userName": "b", (name.as_str()): value}), &old, &rt, &PatchRules::default())
        };
        assert_eq!(replace(json!("second")).unwrap_err().scim_type, Some(ScimType::Mutability));
        assert_eq!(replace(json!("first")).unwrap()[&name], "first");
        assert_eq!(replace(json!(null)).unwrap()[&name], "first");
    }
}
