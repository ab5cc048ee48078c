//! Members of a JSON object by name without regard to case (RFC 7643 section 2.1).

use super::prepared::prepared;
use serde_json::{Map, Value};
use std::borrow::Cow;

/// A JSON object.
pub(super) type Object = Map<String, Value>;

/// The member of that name; the exact spelling first.
pub(super) fn get<'a>(object: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    object.get(name).or_else(|| object.iter().find(|(k, _)| k.eq_ignore_ascii_case(name)).map(|(_, v)| v))
}

/// Whether a value counts as no value: null, an empty array (RFC 7643 section 2.5), an empty object.
pub(super) fn is_unassigned(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(a) => a.iter().all(is_unassigned),
        Value::Object(o) => o.values().all(is_unassigned),
        _ => false,
    }
}

/// A text for comparison.
pub(super) fn fold(text: &str, case_exact: bool) -> Cow<'_, str> {
    prepared(text, case_exact)
}

/// Sets the member of that name, under the spelling it has already.
pub(super) fn set(object: &mut Map<String, Value>, name: &str, value: Value) {
    let key = match object.contains_key(name) {
        true => None,
        false => object.keys().find(|k| k.eq_ignore_ascii_case(name)).cloned(),
    };
    object.insert(key.unwrap_or_else(|| name.to_owned()), value);
}

/// Removes every member of that name; the others keep their order.
pub(super) fn remove(object: &mut Map<String, Value>, name: &str) {
    if get(object, name).is_some() {
        object.retain(|k, _| !k.eq_ignore_ascii_case(name));
    }
}

/// The member of that name, to be changed.
pub(super) fn get_mut<'a>(object: &'a mut Map<String, Value>, name: &str) -> Option<&'a mut Value> {
    let key = match object.contains_key(name) {
        true => name.to_owned(),
        false => object.keys().find(|k| k.eq_ignore_ascii_case(name))?.clone(),
    };
    object.get_mut(&key)
}
