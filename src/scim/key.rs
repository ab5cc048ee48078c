//! Members of a JSON object by name without regard to case (RFC 7643 section 2.1).

use serde_json::{Map, Value};
use std::borrow::Cow;

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

/// A text for comparison: as it is where case counts, else in lower case.
pub(super) fn fold(text: &str, case_exact: bool) -> Cow<'_, str> {
    if case_exact { Cow::Borrowed(text) } else { Cow::Owned(text.to_lowercase()) }
}
