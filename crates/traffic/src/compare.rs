//! How an answer differs from the recorded one: in its status, in its shape, in its values.
//!
//! In: two answers. Out: differences, the gravest first. Never: a judgement of which of them is right.

use serde_json::Value;
use std::collections::{BTreeMap, HashSet};
use std::fmt;

/// Longest value that is shown, in characters.
const SHOWN: usize = 80;
/// Deepest nesting that is looked into.
const DEEP: usize = 40;
/// What each server sets as it likes.
const OWN: [&str; 8] = ["id", "location", "created", "lastmodified", "version", "$ref", "detail", "itemsperpage"];

/// How closely answers are compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// By status.
    Status,
    /// By attributes and their types as well, and by how many resources a list has.
    Shape,
    /// By values as well, but for what each server sets as it likes.
    Values,
}

/// In what an answer differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Aspect {
    /// Its status.
    Status,
    /// Its attributes, their types, or how many there are.
    Shape,
    /// A value.
    Value,
}

/// One difference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// In what.
    pub aspect: Aspect,
    /// Where in the body; empty for the status.
    pub path: String,
    /// What was recorded.
    pub expected: String,
    /// What came.
    pub seen: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = |text: &str| {
            let text = scim::printable::printable(text);
            match text.char_indices().nth(SHOWN) {
                Some((at, _)) => format!("{}…", &text[..at]),
                None => text.into_owned(),
            }
        };
        let (expected, seen) = (shown(&self.expected), shown(&self.seen));
        match self.aspect {
            Aspect::Status => write!(f, "status {expected} was recorded, {seen} came"),
            _ => write!(f, "{}: {expected} was recorded, {seen} came", shown(&self.path)),
        }
    }
}

/// An answer, as it is compared.
#[derive(Debug, Clone, Copy)]
pub struct Compared<'a> {
    /// Its status.
    pub status: u16,
    /// Its body, where it is JSON.
    pub body: Option<&'a Value>,
}

/// How two answers differ.
#[must_use]
pub fn compare(expected: Compared<'_>, seen: Compared<'_>, level: Level) -> Vec<Difference> {
    if expected.status != seen.status {
        let (expected, seen) = (expected.status.to_string(), seen.status.to_string());
        return vec![Difference { aspect: Aspect::Status, path: String::new(), expected, seen }];
    }
    if level == Level::Status {
        return Vec::new();
    }
    let (expected, seen) = (leaves(expected.body), leaves(seen.body));
    let mut found: Vec<Difference> = Vec::new();
    let mut paths: Vec<&String> = expected.keys().chain(seen.keys()).collect();
    paths.sort_unstable();
    paths.dedup();
    let mut whole: HashSet<String> = HashSet::new();
    for path in paths {
        // What is within something that differs as a whole says nothing new.
        if path.match_indices('.').any(|(at, _)| whole.contains(&path[..at])) {
            continue;
        }
        let (one, other) = (expected.get(path), seen.get(path));
        let mut differs = |aspect, expected: String, seen: String| {
            if aspect == Aspect::Shape {
                whole.insert(path.clone());
            }
            found.push(Difference { aspect, path: path.clone(), expected, seen });
        };
        match (one, other) {
            (Some(one), None) => differs(Aspect::Shape, one.kind.to_owned(), "nothing".to_owned()),
            (None, Some(other)) => differs(Aspect::Shape, "nothing".to_owned(), other.kind.to_owned()),
            (Some(one), Some(other)) if one.kind != other.kind => {
                differs(Aspect::Shape, one.kind.to_owned(), other.kind.to_owned());
            }
            (Some(one), Some(other)) if counted(path) && one.values != other.values => {
                differs(Aspect::Shape, one.shown(), other.shown());
            }
            (Some(one), Some(other)) if level == Level::Values && one.values != other.values && !is_own(path) => {
                differs(Aspect::Value, one.shown(), other.shown());
            }
            _ => {}
        }
    }
    found.sort_by_key(|d| d.aspect == Aspect::Value);
    found
}

/// What an IdP decides by: how many there are, and which error it is.
fn counted(path: &str) -> bool {
    matches!(path, "totalresults" | "resources" | "scimtype")
}

fn is_own(path: &str) -> bool {
    let last = path.rsplit('.').next().unwrap_or_default();
    OWN.contains(&last) || path.starts_with("meta.") || path.contains(".meta.")
}

/// What stands at one path, in all elements of the arrays on the way.
#[derive(Debug, Default)]
struct Leaf {
    kind: &'static str,
    values: Vec<String>,
}

impl Leaf {
    fn shown(&self) -> String {
        self.values.join(", ")
    }
}

/// The values of a body by their paths, in lower case: names of attributes know no case (RFC 7643 section 2.1). Absent, null and
/// an empty array are one (section 2.5).
fn leaves(body: Option<&Value>) -> BTreeMap<String, Leaf> {
    let mut found = BTreeMap::new();
    if let Some(body) = body {
        gather(body, "", 0, &mut found);
    }
    found.values_mut().for_each(|leaf: &mut Leaf| leaf.values.sort_unstable());
    found
}

fn gather(value: &Value, path: &str, depth: usize, found: &mut BTreeMap<String, Leaf>) {
    if depth > DEEP {
        return;
    }
    let mut note = |kind: &'static str, value: Option<String>| {
        let leaf = found.entry(path.to_owned()).or_default();
        leaf.kind = match leaf.kind {
            "" => kind,
            known if known == kind => kind,
            _ => "values of several types",
        };
        leaf.values.extend(value);
    };
    match value {
        Value::Null => {}
        Value::Bool(b) => note("a boolean", Some(b.to_string())),
        Value::Number(n) => note("a number", Some(n.to_string())),
        Value::String(s) => note("a text", Some(s.clone())),
        Value::Array(items) => {
            if path == "resources" {
                note("a list", Some(items.len().to_string()));
            }
            // The elements stand below the array's own path only where they are objects.
            for item in items {
                gather(item, if path == "resources" { "resources[]" } else { path }, depth + 1, found);
            }
        }
        Value::Object(members) => {
            if !path.is_empty() && path != "resources[]" {
                note("an object", None);
            }
            for (name, value) in members {
                let name = name.to_lowercase();
                let path = if path.is_empty() { name } else { format!("{path}.{name}") };
                gather(value, &path, depth + 1, found);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn differences(expected: &Value, seen: &Value, level: Level) -> Vec<String> {
        let of = |body| Compared { status: 200, body: Some(body) };
        compare(of(expected), of(seen), level).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn status_shape_and_values_are_told_apart() {
        let of = |status| Compared { status, body: None };
        let found = compare(of(201), of(400), Level::Values);
        assert_eq!(found[0].to_string(), "status 201 was recorded, 400 came");
        let one = json!({"id": "1", "userName": "ada", "name": {"givenName": "Ada"}, "active": true, "groups": [],
                         "emails": [{"value": "a@x"}, {"value": "b@x"}], "meta": {"version": "1"}});
        let same = json!({"ID": "2", "username": "ada", "name": {"givenName": "Ada"}, "active": true,
                          "emails": [{"value": "b@x"}, {"value": "a@x"}], "meta": {"version": "2"}});
        assert_eq!(differences(&one, &same, Level::Values), Vec::<String>::new());
        let other = json!({"id": "2", "userName": "eve", "active": "true", "emails": [{"value": "a@x"}], "meta": {"version": "2"}});
        let shape = differences(&one, &other, Level::Shape);
        assert_eq!(
            shape,
            ["active: a boolean was recorded, a text came", "name: an object was recorded, nothing came"]
        );
        let values = differences(&one, &other, Level::Values);
        assert_eq!(
            values[2..],
            [
                "emails.value: a@x, b@x was recorded, a@x came".to_owned(),
                "username: ada was recorded, eve came".to_owned()
            ]
        );
    }

    #[test]
    fn how_many_a_lookup_finds_is_part_of_the_shape() {
        let list = |all: Value, total: u64| json!({"totalResults": total, "Resources": all, "itemsPerPage": 1});
        let found = differences(&list(json!([{"id": "1"}]), 1), &list(json!([]), 0), Level::Shape);
        assert!(found.contains(&"totalresults: 1 was recorded, 0 came".to_owned()), "{found:?}");
        assert!(found.contains(&"resources: 1 was recorded, 0 came".to_owned()), "{found:?}");
        let error = |kind: &str| json!({"scimType": kind, "detail": kind});
        assert_eq!(differences(&error("uniqueness"), &error("mutability"), Level::Shape).len(), 1);
    }
}
