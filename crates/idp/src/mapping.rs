//! What an administrator takes out of the mapping. Both products send what they map out of the box, whatever the target's schemas say:
//! neither reads them (OKFAQ; D, L2; D). A target that lacks an attribute may refuse who has it; then the administrator takes out of the
//! mapping what the target lacks, and the request is sent again without it.
//!
//! In: a request's body, the attributes the target lacks. Out: the body without them. Never: an attribute that the target has.

use client::observe::member;
use scim::prune::take_out;
use serde_json::Value;

/// The body without what the target lacks.
pub(super) fn without(body: &Value, lacking: &[String]) -> Value {
    let mut less = body.clone();
    match less.get_mut("Operations").and_then(Value::as_array_mut) {
        Some(operations) => *operations = mapped(std::mem::take(operations), lacking),
        None => strip(&mut less, lacking),
    }
    less
}

/// The operations without what the target lacks.
pub(super) fn mapped(operations: Vec<Value>, lacking: &[String]) -> Vec<Value> {
    let left = operations.into_iter().filter_map(|mut operation| {
        match member(&operation, "path").and_then(Value::as_str) {
            Some(path) => return (!lacking.iter().any(|lacks| is_of(path, lacks))).then_some(operation),
            None => {
                let value = operation.get_mut("value")?;
                let object = value.as_object_mut()?;
                object.retain(|name, _| !lacking.iter().any(|lacks| is_of(name, lacks)));
            }
        }
        let empty = operation.get("value").and_then(Value::as_object).is_some_and(serde_json::Map::is_empty);
        (!empty).then_some(operation)
    });
    left.collect()
}

/// Whether there is nothing left to be sent.
pub(super) fn is_empty(body: &Value) -> bool {
    body.get("Operations").and_then(Value::as_array).is_some_and(Vec::is_empty)
}

fn strip(body: &mut Value, lacking: &[String]) {
    for path in lacking {
        take_out(body, path);
    }
    if let Some(schemas) = body.get_mut("schemas").and_then(Value::as_array_mut) {
        schemas.retain(|urn| !lacking.iter().any(|lacks| urn == lacks));
    }
}

/// Whether a path is that attribute or a part of it, or picks values by it.
fn is_of(path: &str, attribute: &str) -> bool {
    let picked = path.split_once('[').zip(attribute.split_once('.'));
    if picked.is_some_and(|((of, filter), (holder, part))| of == holder && filter.starts_with(part)) {
        return true;
    }
    path.get(..attribute.len()).is_some_and(|start| start.eq_ignore_ascii_case(attribute))
        && path[attribute.len()..].chars().next().is_none_or(|next| matches!(next, '.' | ':' | '['))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";

    #[test]
    fn what_the_target_lacks_is_left_out_and_nothing_else() {
        let lacking = [EXTENSION.to_owned(), "title".to_owned(), "emails.type".to_owned()];
        let body = json!({ "schemas": ["urn:core", EXTENSION], "userName": "ada", "title": "x",
            "emails": [{ "value": "a", "type": "work" }], EXTENSION: { "department": "D" } });
        let less = json!({ "schemas": ["urn:core"], "userName": "ada", "emails": [{ "value": "a" }] });
        assert_eq!(without(&body, &lacking), less);
        let operation = |path: &str| json!({ "op": "Replace", "path": path, "value": "v" });
        let joined = json!({ "op": "Replace", "value": { "title": "x", "displayName": "A" } });
        let body =
            json!({ "Operations": [operation(&format!("{EXTENSION}:department")), operation("titles"), joined] });
        let less = json!({ "Operations": [operation("titles"), { "op": "Replace", "value": { "displayName": "A" } }] });
        assert_eq!(without(&body, &lacking), less);
        let picked = json!({ "Operations": [operation("emails[type eq \"work\"].value")] });
        assert!(is_empty(&without(&picked, &lacking)));
        assert!(is_empty(&without(&json!({ "Operations": [operation("title")] }), &lacking)) && !is_empty(&less));
    }
}
