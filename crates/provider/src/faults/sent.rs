//! What stands in the body of a write, read as loosely as a careless server reads it.

use serde_json::Value;

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
    let has = |value: Option<&Value>| {
        value.and_then(Value::as_object).is_some_and(|o| o.keys().any(|key| key.eq_ignore_ascii_case(name)))
    };
    let begins = |path: &str| path.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    has(Some(body)) || operations(body).iter().any(|o| begins(path(o)) || has(o.get("value")))
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
pub(super) fn named(operation: &Value) -> Vec<String> {
    let Some(value) = operation.get("value") else { return Vec::new() };
    let list = if path(operation).eq_ignore_ascii_case("members") { value } else { &value["members"] };
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|member| member.get("value")?.as_str()).map(str::to_owned).collect()
}

/// Whether a PATCH has nothing to do.
pub(super) fn is_idle(body: &Value) -> bool {
    let Some(all) = body.get("Operations").and_then(Value::as_array) else { return false };
    let empty = |o: &Value| {
        let hollow = o.get("value").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty);
        !is_op(o, "remove") && path(o).is_empty() && hollow
    };
    all.iter().all(empty)
}
