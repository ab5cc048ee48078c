//! Which values of a JSON body are secret, by what the names around them say.
//!
//! In: values as they were read. Out: the texts that nobody is to see. Never: a guess by what a text looks like.

use super::names_secret;
use serde_json::{Map, Value};

/// Whether the value below `name` is secret; the `value` of a PATCH operation is what its `path` says, and a filter may compare a
/// password.
#[must_use]
pub fn is_secret_member(object: &Map<String, Value>, name: &str, value: &Value) -> bool {
    let named = |known: &str| name.eq_ignore_ascii_case(known);
    let tells =
        || (named("filter") || named("path")) && value.as_str().is_some_and(|t| t.contains('"') && names_secret(t));
    names_secret(name) || tells() || (named("value") && has_secret_path(object))
}

fn has_secret_path(object: &Map<String, Value>) -> bool {
    object.iter().any(|(name, value)| name.eq_ignore_ascii_case("path") && value.as_str().is_some_and(names_secret))
}

/// The texts and numbers of a body that are secret.
#[must_use]
pub fn secrets_of_body(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    gather(body, false, &mut found);
    found
}

fn gather(value: &Value, secret: bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if secret => found.push(text.clone()),
        Value::Number(number) if secret => found.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, secret, found)),
        Value::Object(object) => {
            for (name, value) in object {
                gather(value, secret || is_secret_member(object, name, value), found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_is_secret_by_its_name_its_path_or_what_it_compares() {
        let of = |body: Value| secrets_of_body(&body);
        assert_eq!(
            of(json!({ "userName": "ann", "Password": { "value": "a" }, "x": [{ "clientSecret": 7 }] })),
            ["a", "7"]
        );
        assert_eq!(of(json!({ "op": "replace", "value": "a", "path": "password" })), ["a"]);
        assert_eq!(of(json!({ "op": "replace", "value": "a", "path": "title" })), Vec::<String>::new());
        assert_eq!(of(json!({ "filter": "password eq \"a\"" })), ["password eq \"a\""]);
        assert_eq!(of(json!({ "path": "x[token eq \"a\"].y" })), ["x[token eq \"a\"].y"]);
    }
}
