//! Attributes taken out of a body, by name.
//!
//! In: a body, and paths: `title`, `emails.type`, those of extensions behind their URN. Out: the body without them. Never: a value
//! looked at.

use serde_json::Value;

/// Takes an attribute out of a body; out of each value, where there are several. A value that has no parts left goes as well.
/// Whether there was something to take out.
pub fn take_out(body: &mut Value, path: &str) -> bool {
    let Some(object) = body.as_object_mut() else { return false };
    if object.shift_remove(path).is_some() {
        return true;
    }
    let holds = |name: &&String| path.strip_prefix(name.as_str()).is_some_and(|rest| rest.starts_with(['.', ':']));
    let Some(name) = object.keys().filter(holds).max_by_key(|name| name.len()).cloned() else { return false };
    let inside = path[name.len() + 1..].to_owned();
    let (taken, empty) = match object.get_mut(&name) {
        Some(Value::Array(items)) => {
            let mut taken = false;
            for item in items.iter_mut() {
                taken |= take_out(item, &inside);
            }
            items.retain(|item| item.as_object().is_none_or(|parts| !parts.is_empty()));
            (taken, items.is_empty())
        }
        Some(value) => (take_out(value, &inside), value.as_object().is_some_and(serde_json::Map::is_empty)),
        None => (false, false),
    };
    if taken && empty {
        object.shift_remove(&name);
    }
    taken
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_there_is_taken_out_and_the_rest_left() {
        let mut body = json!({ "title": "x", "name": { "givenName": "A" }, "urn:x:Ext": { "level": 1, "grade": 2 },
            "emails": [{ "value": "a", "type": "work" }, { "type": "home" }], "roles": [] });
        for path in ["title", "name.givenName", "urn:x:Ext:level", "emails.type"] {
            assert!(take_out(&mut body, path), "{path}");
        }
        assert_eq!(body, json!({ "urn:x:Ext": { "grade": 2 }, "emails": [{ "value": "a" }], "roles": [] }));
        assert!(!take_out(&mut body, "emails.type") && !take_out(&mut body, "nobody"));
        assert!(!take_out(&mut body, "roles.type") && body.get("roles").is_some());
    }
}
