//! The id in the body of a PATCH.
//!
//! In: the body as sent. Out: the same without an `id` that asks for nothing.

use super::Work;
use serde_json::Value;

impl Work<'_> {
    /// The body of a PATCH of the resource `own`.
    ///
    /// Okta repeats the resource's id in the value of a rename. The id is readOnly, but one that stays as it is asks
    /// for no change; another one is left for the reader to refuse (RFC 7644 section 3.5.2).
    pub(super) fn understood_patch(&self, mut body: Value, own: &str) -> Value {
        let Some(operations) = operations(&mut body) else { return body };
        if self.behaviour().users.id_is_external_id {
            operations.iter_mut().for_each(name_external_id);
        }
        for operation in operations.iter_mut().filter(|operation| member(operation, "path").is_none()) {
            if let Some(value) = operation.get_mut("value").and_then(Value::as_object_mut) {
                value.retain(|name, value| !(name.eq_ignore_ascii_case("id") && value.as_str() == Some(own)));
            }
        }
        body
    }
}

/// Where the id is the client's, an operation on it is one on externalId.
fn name_external_id(operation: &mut Value) {
    let Some(operation) = operation.as_object_mut() else { return };
    for (name, value) in operation.iter_mut() {
        if name.eq_ignore_ascii_case("path") && value.as_str().is_some_and(|path| path.eq_ignore_ascii_case("id")) {
            *value = "externalId".into();
        }
        if let Some(attributes) = value.as_object_mut()
            && let Some(id) = attributes.shift_remove("id")
        {
            attributes.insert("externalId".into(), id);
        }
    }
}

fn operations(body: &mut Value) -> Option<&mut Vec<Value>> {
    let (_, value) = body.as_object_mut()?.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("operations"))?;
    value.as_array_mut()
}

fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    object.as_object()?.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}
