//! A resource taken apart into what a client wrote or may rely on, attribute by attribute.

use client::observe::member;
use scim::compare::difference;
use scim::schema::{Attribute, Kind, Mutability, ResourceType, Returned};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// The attributes that the schema knows, a client may write and an answer shows, by their canonical name (extension
/// attributes with their URN). What has no value is left out (RFC 7643 section 2.5).
pub(super) type WrittenAttributes = BTreeMap<String, Value>;

/// Takes a resource apart. What servers may add or rewrite is taken off: `display`, `$ref` and `type` of references,
/// `formatted`, the punctuation of phone numbers.
pub(super) fn parts(resource: &Value, rt: &ResourceType) -> WrittenAttributes {
    let mut out = WrittenAttributes::new();
    for (name, value) in resource.as_object().into_iter().flatten() {
        if let Some(attribute) = rt.base_attribute(name) {
            take(&mut out, &attribute.name, attribute, value);
        } else if let Some(extension) = rt.extension(name) {
            for (name, value) in value.as_object().into_iter().flatten() {
                if let Some(attribute) = extension.attribute(name) {
                    take(&mut out, &format!("{}:{}", extension.id, attribute.name), attribute, value);
                }
            }
        }
    }
    out
}

fn take(out: &mut WrittenAttributes, key: &str, attribute: &Attribute, value: &Value) {
    let set_by_client = attribute.mutability != Mutability::ReadOnly
        && !matches!(attribute.returned, Returned::Never | Returned::Request);
    if !set_by_client || matches!(key, "schemas" | "id" | "meta" | "password") {
        return;
    }
    if let Some(value) = essence(attribute, value) {
        out.insert(key.to_owned(), value);
    }
}

/// The value as far as it has to be kept; `None` for no value. An empty text is none: IdPs send it for "nothing".
fn essence(attribute: &Attribute, value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::String(text) if text.trim().is_empty() => None,
        Value::Array(items) => {
            let items: Vec<Value> = items.iter().filter_map(|item| essence(attribute, item)).collect();
            (!items.is_empty()).then_some(Value::Array(items))
        }
        Value::Object(_) if matches!(attribute.name.as_str(), "members" | "manager") => {
            let id = member(value, "value").filter(|v| !v.is_null() && *v != "")?;
            Some(json!({ "value": id }))
        }
        Value::Object(object) => {
            let mut kept = Map::new();
            for (name, value) in object {
                let Some(sub) = attribute.sub(name).filter(|s| !matches!(s.name.as_str(), "display" | "formatted"))
                else {
                    continue;
                };
                let Some(value) = essence(sub, value) else { continue };
                let phone = attribute.name == "phoneNumbers" && sub.name == "value";
                kept.insert(sub.name.clone(), if phone { dialled(&value) } else { value });
            }
            (!kept.is_empty()).then_some(Value::Object(kept))
        }
        Value::String(text) if attribute.kind == Kind::Boolean => {
            Some(boolean(text).map_or_else(|| value.clone(), Value::Bool))
        }
        Value::String(text) if attribute.name == "manager" => Some(json!({ "value": text })),
        Value::String(text) if matches!(attribute.name.as_str(), "locale" | "preferredLanguage") => {
            Some(text.replace('_', "-").into())
        }
        other => Some(other.clone()),
    }
}

fn dialled(value: &Value) -> Value {
    let text = value.as_str().unwrap_or_default();
    let bare = text.strip_prefix("tel:").unwrap_or(text);
    bare.chars().filter(char::is_ascii_alphanumeric).collect::<String>().into()
}

/// What a text in a boolean's place means.
pub(super) fn boolean(text: &str) -> Option<bool> {
    match text.trim().to_ascii_lowercase().as_str() {
        "true" => Some(true),
        "false" => Some(false),
        _ => None,
    }
}

/// Whether an attribute is as expected; what the server adds to a complex value is no difference.
pub(super) fn agrees(key: &str, expected: &WrittenAttributes, seen: &WrittenAttributes, rt: &ResourceType) -> bool {
    match (expected.get(key), seen.get(key)) {
        (None, None) => true,
        (Some(_), None) | (None, Some(_)) => false,
        (Some(a), Some(b)) if key == "members" => ids(Some(a)) == ids(Some(b)),
        (Some(a), Some(b)) => difference(&wrapped(key, a), &wrapped(key, b), rt).is_empty(),
    }
}

fn wrapped(key: &str, value: &Value) -> Value {
    match key.rsplit_once(':') {
        Some((urn, name)) => json!({ urn: { name: value } }),
        None => json!({ key: value }),
    }
}

/// The ids in a list of references.
pub(super) fn ids(members: Option<&Value>) -> BTreeSet<String> {
    let items = members.and_then(Value::as_array).into_iter().flatten();
    items.filter_map(|m| member(m, "value").and_then(Value::as_str).or_else(|| m.as_str())).map(str::to_owned).collect()
}

/// Attributes whose loss or change is felt at once: who may enter, who belongs, who is meant.
pub(super) fn weighty(key: &str, rt: &ResourceType) -> bool {
    matches!(key, "members" | "active" | "externalId" | "roles" | "entitlements" | "userName")
        || (key == "displayName" && rt.name == "Group")
}

/// Where `after` is not as `before`, attribute by attribute, both ways.
pub(super) fn changed(before: &WrittenAttributes, after: &WrittenAttributes, rt: &ResourceType) -> Vec<String> {
    let keys: BTreeSet<&String> = before.keys().chain(after.keys()).collect();
    keys.into_iter().filter(|key| !same(key, before, after, rt)).cloned().collect()
}

/// Whether an attribute is the same in both, additions counted.
pub(super) fn same(key: &str, a: &WrittenAttributes, b: &WrittenAttributes, rt: &ResourceType) -> bool {
    agrees(key, a, b, rt) && agrees(key, b, a, rt)
}
