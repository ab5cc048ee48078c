//! What stands in the body of a write, read as loosely as a careless server reads it.

use crate::service::{Call, Done, Method, Target};
use scim::schema::{Attribute, Registry, ResourceType};
use serde_json::{Map, Value};

/// The body of a call, its names spelled as the RFCs do: clients may write them in any letter case (RFC 7643 section 2.1).
/// None where it is no JSON.
pub(super) fn sent(call: &Call, types: &Registry) -> Option<Value> {
    let body: Value = serde_json::from_slice(&call.body).ok()?;
    if call.target.is_search() {
        return Some(body);
    }
    let rt = match &call.target {
        Target::Groups | Target::Group(_) => &types.groups,
        _ => &types.users,
    };
    Some(if call.method == Method::Patch { respelt_patch(body, rt) } else { respelt_resource(body, rt) })
}

fn respelt(value: Value, spelling: impl Fn(String, Value) -> (String, Value)) -> Value {
    match value {
        Value::Object(object) => Value::Object(object.into_iter().map(|(n, v)| spelling(n, v)).collect()),
        other => other,
    }
}

fn named(name: String, known: &[&str]) -> String {
    known.iter().find(|known| known.eq_ignore_ascii_case(&name)).map_or(name, |known| (*known).to_owned())
}

fn respelt_patch(body: Value, rt: &ResourceType) -> Value {
    respelt(body, |name, value| match (named(name, &["schemas", "Operations"]), value) {
        (name, Value::Array(list)) if name == "Operations" => {
            (name, list.into_iter().map(|operation| respelt_operation(operation, rt)).collect())
        }
        other => other,
    })
}

fn respelt_operation(operation: Value, rt: &ResourceType) -> Value {
    let mut operation = respelt(operation, |name, value| (named(name, &["op", "path", "value"]), value));
    let attribute = rt.base_attribute(attribute(path(&operation)));
    let pathless = path(&operation).is_empty();
    if let Some(value) = operation.get_mut("value") {
        *value = match attribute {
            _ if pathless => respelt_resource(value.take(), rt),
            Some(attribute) => respelt_value(value.take(), attribute),
            None => return operation,
        };
    }
    operation
}

fn respelt_resource(body: Value, rt: &ResourceType) -> Value {
    respelt(body, |name, value| match rt.base_attribute(&name) {
        Some(attribute) => (attribute.name.clone(), respelt_value(value, attribute)),
        None => (name, value),
    })
}

fn respelt_value(value: Value, attribute: &Attribute) -> Value {
    match value {
        Value::Array(list) => list.into_iter().map(|value| respelt_value(value, attribute)).collect(),
        other => respelt(other, |name, value| match attribute.sub(&name) {
            Some(sub) => (sub.name.clone(), value),
            None => (name, value),
        }),
    }
}

/// The member of that name of what a client sent, in any letter case.
pub(super) fn member<'v>(value: &'v Value, name: &str) -> Option<&'v Value> {
    value.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The operations of a PATCH body.
pub(super) fn operations(body: &Value) -> &[Value] {
    body.get("Operations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The path of an operation; empty without one.
pub(super) fn path(operation: &Value) -> &str {
    operation.get("path").and_then(Value::as_str).unwrap_or_default()
}

/// Whether an operation is of that kind.
pub(super) fn is_op(operation: &Value, op: &str) -> bool {
    operation.get("op").and_then(Value::as_str).is_some_and(|o| o.eq_ignore_ascii_case(op))
}

/// Whether a body, or an operation in it, speaks of an attribute.
pub(super) fn speaks_of(body: &Value, name: &str) -> bool {
    member(body, name).is_some() || operations(body).iter().any(|operation| reaches(operation, name))
}

/// The attribute a path names, its URN and what follows aside.
fn attribute(path: &str) -> &str {
    let whole = path.split('[').next().unwrap_or_default();
    let local = whole.rsplit(':').next().unwrap_or_default();
    local.split('.').next().unwrap_or_default()
}

/// Whether an operation reaches an attribute, by its path or by a key of its value.
pub(super) fn reaches(operation: &Value, name: &str) -> bool {
    if !path(operation).is_empty() {
        return attribute(path(operation)).eq_ignore_ascii_case(name);
    }
    let keys = operation.get("value").and_then(Value::as_object);
    keys.is_some_and(|value| value.keys().any(|key| attribute(key).eq_ignore_ascii_case(name)))
}

/// The list of members in an operation, or in a resource.
pub(super) fn members(operation: &mut Value) -> Option<&mut Vec<Value>> {
    if attribute(path(operation)).eq_ignore_ascii_case("members") {
        return operation.get_mut("value")?.as_array_mut();
    }
    let holder = if operation.get("op").is_some() { operation.get_mut("value")? } else { operation };
    holder.get_mut("members")?.as_array_mut()
}

/// The ids of the members an operation names in its value.
pub(super) fn named_members(operation: &Value) -> Vec<String> {
    let Some(value) = operation.get("value") else { return Vec::new() };
    let list = if path(operation).eq_ignore_ascii_case("members") { Some(value) } else { value.get("members") };
    let list = list.and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|member| member.get("value")?.as_str()).map(str::to_owned).collect()
}

/// Whether a PATCH has nothing to do.
pub(super) fn is_idle(body: &Value) -> bool {
    let Some(all) = body.get("Operations").and_then(Value::as_array) else { return false };
    let empty = |o: &Value| {
        let hollow = o.get("value").and_then(Value::as_object).is_some_and(Map::is_empty);
        !is_op(o, "remove") && path(o).is_empty() && hollow
    };
    all.iter().all(empty)
}

/// Leaves out the values of which `keep` does not say that they stay.
pub(super) fn keep_where(values: &mut Vec<Value>, mut keep: impl FnMut(&Value) -> Done<bool>) -> Done<()> {
    let mut kept = Vec::with_capacity(values.len());
    for value in values.drain(..) {
        if keep(&value)? {
            kept.push(value);
        }
    }
    *values = kept;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use bytes::Bytes;
    use serde_json::json;

    #[test]
    fn names_are_read_in_any_letter_case() {
        let call = |method, target, body: Value| {
            let tenant = crate::store::Tenant { row: 0, name: String::new() };
            Call::plain(tenant, method, target, Bytes::from(body.to_string()))
        };
        let types = Registry::default();
        let patch = json!({ "operations": [{ "OP": "Add", "Path": "members", "VALUE": [{ "Value": "a" }] }] });
        let read = sent(&call(Method::Patch, Target::Group("g".into()), patch), &types).unwrap();
        assert_eq!(named_members(&operations(&read)[0]), ["a"]);
        assert!(is_op(&operations(&read)[0], "add") && reaches(&operations(&read)[0], "members"));
        let user = json!({ "USERNAME": "ann", "Emails": [{ "Value": "a@x" }], "mine": 1 });
        let read = sent(&call(Method::Post, Target::Users, user), &types).unwrap();
        assert_eq!(read, json!({ "userName": "ann", "emails": [{ "value": "a@x" }], "mine": 1 }));
        assert!(!speaks_of(&json!({ "Operations": [{ "op": "add", "path": "activeUntil" }] }), "active"));
    }
}
