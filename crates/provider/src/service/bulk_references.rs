//! `bulkId:` references in a bulk job (RFC 7644 section 3.7.2).
//!
//! In: the data and paths of operations. Out: what they refer to, and the same with the ids that are known by now.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

const PREFIX: &str = "bulkId:";

/// The resources a job has made, by bulkId.
#[derive(Debug, Default)]
pub(super) struct References(BTreeMap<String, String>);

impl References {
    /// Notes a resource by its path below the base URL, `/Users/1`.
    pub(super) fn made(&mut self, bulk_id: String, path: &str) {
        self.0.insert(bulk_id, path.to_owned());
    }

    pub(super) fn knows(&self, bulk_id: &str) -> bool {
        self.0.contains_key(bulk_id)
    }

    pub(super) fn path(&self, bulk_id: &str) -> Option<String> {
        self.0.get(bulk_id).cloned()
    }

    fn id(&self, bulk_id: &str) -> Option<&str> {
        self.0.get(bulk_id).and_then(|path| path.rsplit('/').next())
    }

    /// The bulkIds that data and a path refer to, each once, in order.
    pub(super) fn wanted(data: Option<&Value>, path: &str) -> Vec<String> {
        let mut out = Vec::new();
        let mut note = |text: &str| {
            for id in named(text) {
                if !out.contains(&id) {
                    out.push(id);
                }
            }
        };
        note(path);
        if let Some(data) = data {
            each_text(data, &mut note);
        }
        out
    }

    /// A text with the ids that are known in the place of references to them.
    pub(super) fn in_text(&self, text: &str) -> String {
        let mut out = text.to_owned();
        for bulk_id in named(text) {
            if let Some(id) = self.id(&bulk_id) {
                out = out.replace(&format!("{PREFIX}{bulk_id}"), id);
            }
        }
        out
    }
}

/// The bulkIds a text refers to: one that is a reference as a whole, or those inside a path or a filter, where
/// anything that cannot be part of an id ends them. Longest first, as one may begin with another.
fn named(text: &str) -> Vec<String> {
    let mut out: Vec<String> = match text.strip_prefix(PREFIX) {
        Some(id) if !id.contains(['/', '"', '[', ']', ' ']) => vec![id.to_owned()],
        _ => {
            let ends = |c: char| c.is_whitespace() || "/\"'[]()".contains(c);
            text.split(PREFIX).skip(1).map(|rest| rest.split(ends).next().unwrap_or_default().to_owned()).collect()
        }
    };
    out.retain(|id| !id.is_empty());
    out.sort_by_key(|id| std::cmp::Reverse(id.len()));
    out
}

/// Shows every text that may be a reference: whole values, and the paths of PATCH operations.
fn each_text(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(list) => list.iter().for_each(|v| each_text(v, visit)),
        Value::Object(object) => object.values().for_each(|v| each_text(v, visit)),
        _ => {}
    }
}

/// The data with ids in the place of references.
pub(super) fn substitute(value: &Value, references: &References) -> Value {
    match value {
        Value::String(text) => references.in_text(text).into(),
        Value::Array(list) => list.iter().map(|v| substitute(v, references)).collect(),
        Value::Object(object) => {
            object.iter().map(|(k, v)| (k.clone(), substitute(v, references))).collect::<Map<_, _>>().into()
        }
        other => other.clone(),
    }
}

/// The data without what refers to these bulkIds. A complex value whose `value` goes, goes as a whole.
pub(super) fn without(value: &Value, open: &[String]) -> Option<Value> {
    match value {
        Value::String(text) => (!named(text).iter().any(|id| open.contains(id))).then(|| value.clone()),
        Value::Array(list) => Some(list.iter().filter_map(|v| without(v, open)).collect()),
        Value::Object(object) => {
            let mut out = Map::new();
            for (name, value) in object {
                match without(value, open) {
                    Some(value) => out.insert(name.clone(), value),
                    None if name.eq_ignore_ascii_case("value") => return None,
                    None => continue,
                };
            }
            Some(out.into())
        }
        other => Some(other.clone()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn references_are_found_and_replaced() {
        let mut references = References::default();
        references.made("a".into(), "/Users/1");
        references.made("ab".into(), "/Users/2");
        let data = json!({"members": [{"value": "bulkId:ab"}], "path": "members[value eq \"bulkId:a\"]", "n": 1});
        assert_eq!(References::wanted(Some(&data), "/Users/bulkId:c"), ["c", "ab", "a"]);
        let known = substitute(&data, &references);
        assert_eq!(known, json!({"members": [{"value": "2"}], "path": "members[value eq \"1\"]", "n": 1}));
        assert_eq!(references.in_text("/Users/bulkId:ab"), "/Users/2");
        assert_eq!(references.in_text("bulkId:other"), "bulkId:other");
    }

    #[test]
    fn open_references_are_left_out_with_their_value() {
        let data = json!({"displayName": "g", "members": [{"value": "bulkId:a", "display": "A"}, {"value": "1"}],
            "manager": {"value": "bulkId:a"}});
        let left = without(&data, &["a".to_owned()]).unwrap();
        assert_eq!(left, json!({"displayName": "g", "members": [{"value": "1"}]}));
    }
}
