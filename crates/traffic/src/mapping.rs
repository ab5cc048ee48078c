//! What a recorded name, id or address is where a recording is replayed.
//!
//! In: a recording, and what a target gave as ids. Out: the same requests about other objects, spelled as they were recorded. Never: a
//! recorded id that the replay did not create anew put in for another.

use super::archive::Recording;
use client::observe::member;
use scim::percent::{decode_path, decode_query, encode_part, encode_query_value, split_query};
use scim::secrecy::MARK;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};

/// Attributes by which servers know people and groups.
const NAMES: [&str; 4] = ["userName", "externalId", "displayName", "emails"];
/// An id as short as that may stand in a text by chance.
const SHORT: usize = 6;

/// What names are replayed as.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Names(BTreeMap<String, String>);

impl Names {
    /// As they were recorded.
    #[must_use]
    pub fn as_recorded() -> Self {
        Self::default()
    }

    /// Each with a tag in it, so that nobody there has it. Names that differ in case only still do.
    #[must_use]
    pub fn fresh(recording: &Recording, tag: &str) -> Self {
        let mut found = Vec::new();
        for entry in &recording.entries {
            let target = recording.target(entry);
            let groups = split_query(target).0.starts_with("/Groups");
            if let Some(body) = entry.body.json() {
                names_in(&body, groups, &mut found);
            }
            let query = split_query(target).1.unwrap_or_default();
            let filters = query.split('&').filter_map(|pair| pair.strip_prefix("filter="));
            for filter in filters {
                // Compared by name, whatever the attribute: `emails.value`, `emails[type eq "work"].value`.
                let text = decode_query(filter);
                if NAMES.iter().any(|name| text.contains(name)) {
                    found.extend(quoted(&text).filter(|name| !["work", "home", "other"].contains(&name.as_str())));
                }
            }
        }
        let fresh = |name: &str| match name.split_once('@') {
            Some((local, domain)) => format!("{local}.{tag}@{domain}"),
            None => format!("{name}-{tag}"),
        };
        Self(
            found.into_iter().filter(|name| !name.is_empty() && name != MARK).map(|n| (n.clone(), fresh(&n))).collect(),
        )
    }

    /// The name in the place of a recorded one.
    pub(crate) fn of(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }
}

/// Values of naming attributes, in a resource, in the operations of a PATCH, and in those of a bulk job.
fn names_in(body: &Value, groups: bool, found: &mut Vec<String>) {
    for name in NAMES.iter().filter(|name| groups || **name != "displayName") {
        if let Some(value) = member(body, name) {
            texts(value, found);
        }
    }
    for operation in member(body, "Operations").and_then(Value::as_array).into_iter().flatten() {
        let path = member(operation, "path").and_then(Value::as_str).unwrap_or_default();
        if let Some(data) = member(operation, "data") {
            names_in(data, path.starts_with("/Groups"), found);
        }
        let Some(value) = member(operation, "value") else { continue };
        let named = NAMES
            .iter()
            .filter(|name| groups || **name != "displayName")
            .any(|name| path.split([':', '.', '[']).any(|part| part.eq_ignore_ascii_case(name)));
        if named {
            texts(value, found);
        } else if path.is_empty() {
            names_in(value, groups, found);
        }
    }
}

/// The texts of a value, or of the `value`s in it.
fn texts(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::String(text) => found.push(text.clone()),
        Value::Array(items) => items.iter().for_each(|item| texts(item, found)),
        Value::Object(_) => {
            if let Some(value) = member(value, "value") {
                texts(value, found);
            }
        }
        _ => {}
    }
}

/// What stands in quotes.
fn quoted(text: &str) -> impl Iterator<Item = String> {
    text.split('"').skip(1).step_by(2).map(str::to_owned)
}

/// The first part of a query that stands in quotes, encoded or not: what is before it, the quote, what is in it, what comes after.
fn quoted_part(query: &str) -> Option<(&str, &str, &str, &str)> {
    let at = |text: &str| text.find("%22").into_iter().chain(text.find('"')).min();
    let start = at(query)?;
    let quote = if query[start..].starts_with('"') { "\"" } else { "%22" };
    let inner = &query[start + quote.len()..];
    let end = inner.find(quote)?;
    Some((&query[..start], quote, &inner[..end], &inner[end + quote.len()..]))
}

/// Where a text in quotes ends that begins here, behind its closing quote.
fn end_of_text(quoted: &str) -> Option<usize> {
    let mut escaped = false;
    for (at, byte) in quoted.bytes().enumerate().skip(1) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => return Some(at + 1),
            _ => {}
        }
    }
    None
}

/// All that is put in for something else.
#[derive(Debug, Clone)]
pub(crate) struct Mapping {
    pub(crate) names: Names,
    /// Recorded ids with those of the target.
    pub(crate) ids: HashMap<String, String>,
    /// The recorded base URL and that of the target.
    pub(crate) base: (String, String),
    /// In the place of what was hidden.
    pub(crate) password: String,
}

impl Mapping {
    /// Path and query of a request.
    pub(crate) fn target(&self, recorded: &str) -> String {
        let (path, query) = split_query(recorded);
        let segment = |segment: &str| match self.ids.get(&decode_path(segment)) {
            Some(id) => encode_part(id),
            None => segment.to_owned(),
        };
        let mut target = path.split('/').map(segment).collect::<Vec<_>>().join("/");
        if let Some(query) = query {
            target.push('?');
            target.push_str(&self.in_query(query));
        }
        target
    }

    /// What a name or an id is now.
    fn now(&self, recorded: &str) -> Option<&str> {
        self.names.of(recorded).or_else(|| self.ids.get(recorded).map(String::as_str))
    }

    /// A query with every value in quotes put in in the spelling that the old one had. Each is looked at once: what was put in for one
    /// may be what another was.
    fn in_query(&self, query: &str) -> String {
        let mut text = String::with_capacity(query.len());
        let mut rest = query;
        while let Some((before, quote, inner, after)) = quoted_part(rest) {
            text.extend([before, quote, self.spelled(inner).as_deref().unwrap_or(inner), quote]);
            rest = after;
        }
        text + rest
    }

    /// What a quoted value of a query is now, in the same spelling.
    fn spelled(&self, inner: &str) -> Option<String> {
        let read: [fn(&str) -> String; 2] = [decode_query, decode_path];
        let (old, new) = read.iter().map(|read| read(inner)).find_map(|old| {
            let new = self.now(&old)?.to_owned();
            Some((old, new))
        })?;
        let plus = |text: &str| encode_query_value(text).replace("%20", "+");
        let ways: [&dyn Fn(&str) -> String; 4] = [&encode_query_value, &encode_part, &str::to_owned, &plus];
        let way = ways.into_iter().find(|way| way(&old) == inner).unwrap_or(&encode_query_value);
        Some(way(&new))
    }

    /// A body, sent or expected.
    pub(crate) fn body(&self, recorded: &Value) -> Value {
        self.value(recorded, "")
    }

    fn value(&self, recorded: &Value, key: &str) -> Value {
        match recorded {
            Value::String(text) => self.text(text, key).into(),
            Value::Array(items) => items.iter().map(|item| self.value(item, key)).collect(),
            Value::Object(object) => {
                object.iter().map(|(name, value)| (name.clone(), self.value(value, name))).collect()
            }
            other => other.clone(),
        }
    }

    fn text(&self, text: &str, key: &str) -> String {
        if text == MARK {
            return self.password.clone();
        }
        if let Some(name) = self.names.of(text) {
            return name.to_owned();
        }
        let by_key = ["id", "value"].iter().any(|known| key.eq_ignore_ascii_case(known));
        if let Some(id) = self.ids.get(text).filter(|_| by_key || text.len() >= SHORT) {
            return id.clone();
        }
        let mut text = text.to_owned();
        if let Some(rest) = text.strip_prefix(&self.base.0) {
            text = format!("{}{rest}", self.base.1);
        }
        // A reference, or the path of an operation in a bulk job.
        if let Some((before, last)) = text.rsplit_once('/')
            && let Some(id) = self.ids.get(&decode_path(last))
        {
            text = format!("{before}/{}", encode_part(id));
        }
        self.in_quotes(&text)
    }

    /// A filter or a path with every text in quotes put in.
    fn in_quotes(&self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some(start) = rest.find('"') {
            let Some(end) = end_of_text(&rest[start..]).map(|end| start + end) else { break };
            let old: Option<String> = serde_json::from_str(&rest[start..end]).ok();
            let new = old.and_then(|old| self.now(&old).map(|new| Value::from(new).to_string()));
            out.push_str(&rest[..start]);
            out.push_str(new.as_deref().unwrap_or(&rest[start..end]));
            rest = &rest[end..];
        }
        out + rest
    }

    /// Whether a query asks for something by a recorded name or id.
    pub(crate) fn names_something(&self, recorded: &str) -> bool {
        split_query(recorded).1.is_some_and(|query| self.in_query(query) != query)
    }

    /// Whether a path is about an object that the replay did not create.
    pub(crate) fn unknown_id(&self, recorded: &str) -> Option<String> {
        let path = split_query(recorded).0;
        let mut segments = path.trim_start_matches('/').split('/');
        let (endpoint, id) = (segments.next()?, segments.next()?);
        let known = matches!(endpoint, "ServiceProviderConfig" | "ResourceTypes" | "Schemas" | "Me" | "Bulk");
        let id = decode_path(id);
        (!known && !id.is_empty() && !id.starts_with('.') && !self.ids.contains_key(&id)).then_some(id)
    }
}

#[cfg(test)]
mod tests {
    use super::super::archive::{Body, Entry};
    use super::*;
    use serde_json::json;

    fn entry(method: &str, target: &str, body: &Value) -> Entry {
        Entry {
            began: String::new(),
            millis: 0.0,
            method: method.into(),
            url: format!("http://old/scim{target}"),
            headers: Vec::new(),
            body: if body.is_null() { Body::None } else { Body::Text(body.to_string()) },
            answer: Err(String::new()),
        }
    }

    fn mapping(entries: Vec<Entry>) -> Mapping {
        let recording = Recording { base: "http://old/scim".into(), entries, remarks: Vec::new() };
        Mapping {
            names: Names::fresh(&recording, "r1"),
            ids: [("7".to_owned(), "new id".to_owned()), ("long-id-0001".to_owned(), "b".to_owned())].into(),
            base: ("http://old/scim".into(), "https://new/v2".into()),
            password: "pass".into(),
        }
    }

    #[test]
    fn names_ids_and_addresses_are_put_in_as_they_were_spelled() {
        let user = json!({"userName": "Ada@x.example", "title": "7", "emails": [{"value": "ada@x.example"}], "password": MARK});
        let group = json!({"Operations": [
            {"op": "Add", "path": "members", "value": [{"value": "7"}, {"value": "long-id-0001", "$ref": "http://old/scim/Users/7"}]},
            {"op": "remove", "path": "members[value eq \"7\"]"},
            {"op": "replace", "value": {"displayName": "Crew"}},
        ]});
        let lookup = "/Users?filter=userName+eq+%22Ada%40x.example%22&count=1";
        let spaced = "/Groups?filter=displayName%20eq%20%22Night%20Crew%22";
        let all = mapping(vec![
            entry("POST", "/Users", &user),
            entry("PATCH", "/Groups/long-id-0001", &group),
            entry("GET", lookup, &Value::Null),
            entry("GET", spaced, &Value::Null),
        ]);
        assert_eq!(all.target(lookup), "/Users?filter=userName+eq+%22Ada.r1%40x.example%22&count=1");
        assert_eq!(all.target(spaced), "/Groups?filter=displayName%20eq%20%22Night%20Crew-r1%22");
        assert_eq!(all.target("/Users/7?attributes=id"), "/Users/new%20id?attributes=id");
        let sent = all.body(&user);
        assert_eq!((&sent["userName"], &sent["title"]), (&json!("Ada.r1@x.example"), &json!("7")), "no id by chance");
        assert_eq!((&sent["emails"][0]["value"], &sent["password"]), (&json!("ada.r1@x.example"), &json!("pass")));
        let sent = all.body(&group);
        let operations = &sent["Operations"];
        assert_eq!(
            operations[0]["value"],
            json!([{"value": "new id"}, {"value": "b", "$ref": "https://new/v2/Users/new%20id"}])
        );
        assert_eq!(operations[1]["path"], "members[value eq \"new id\"]");
        assert_eq!(operations[2]["value"]["displayName"], "Crew-r1");
    }

    #[test]
    fn an_id_that_was_put_in_is_not_taken_for_a_recorded_one() {
        let ids = [("3", "5"), ("5", "7"), ("7", "3")].map(|(old, new)| (old.to_owned(), new.to_owned()));
        let all = Mapping { ids: ids.into(), ..mapping(Vec::new()) };
        let path = json!({"path": "members[value eq \"3\" or value eq \"5\" or value eq \"a\\\"7\\\"\"]"});
        assert_eq!(all.body(&path)["path"], "members[value eq \"5\" or value eq \"7\" or value eq \"a\\\"7\\\"\"]");
        assert_eq!(
            all.target("/Groups?filter=members+eq+%223%22+or+members+eq+%225%22"),
            "/Groups?filter=members+eq+%225%22+or+members+eq+%227%22"
        );
        assert_eq!(
            all.target("/Users?filter=id eq \"7\" and x eq \"open"),
            "/Users?filter=id eq \"3\" and x eq \"open"
        );
    }

    #[test]
    fn what_the_replay_did_not_create_is_known_as_unknown() {
        let all = mapping(Vec::new());
        assert_eq!(all.unknown_id("/Users/8?x=1").as_deref(), Some("8"));
        for known in ["/Users/7", "/Users", "/Users/.search", "/Schemas/urn:x", "/ServiceProviderConfig", "", "/"] {
            assert_eq!(all.unknown_id(known), None, "{known}");
        }
    }
}
