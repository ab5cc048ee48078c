//! Whose dialect a recording is in: what it has in common with what the simulated identity providers send, and where it departs.
//!
//! In: golden exchanges of the simulated IdPs, and a recording. Out: how much of it each of them sends as well, and the traits that the
//! closest of them does not have. Never: a list of traits kept by hand: the reference is what the dialects are seen to send.

use super::archive::Recording;
use scim::percent::{decode_query, split_query};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Deepest nesting of a body that is looked into.
const DEEP: usize = 20;
/// What a harness of our own says of itself where the product says nothing.
const OURS: &str = "scimulate/";

/// One trait of a request: what of it, and how it is.
type Trait = (String, String);

/// The traits of each simulated IdP.
#[derive(Debug, Clone, Default)]
pub struct Reference(BTreeMap<String, BTreeMap<String, BTreeSet<String>>>);

/// How much of a recording one IdP sends as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Likeness {
    /// The IdP's id, such as `okta/custom`.
    pub idp: String,
    /// Traits that it has as well.
    pub shared: usize,
    /// Traits of the recording.
    pub of: usize,
}

/// A trait of the recording that the IdP does not have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// Of which requests, and what of them.
    pub what: String,
    /// As it was recorded.
    pub seen: String,
    /// As the IdP has it; empty where it has nothing of the kind.
    pub usual: Vec<String>,
    /// Where: places in the recording.
    pub entries: Vec<usize>,
}

/// What a recording was recognised as.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recognised {
    /// All IdPs, the closest first.
    pub likenesses: Vec<Likeness>,
    /// Where the recording departs from the closest.
    pub departures: Vec<Departure>,
}

/// A request as traits are read from it.
struct Asked<'a> {
    method: &'a str,
    target: &'a str,
    headers: Vec<(String, String)>,
    body: Option<Value>,
}

impl Reference {
    /// Learns from the text of a golden file: each exchange begins with `## NUMBER ACTOR  METHOD TARGET`.
    pub fn learn(&mut self, golden: &str) {
        for exchange in golden.split("\n## ").flat_map(|part| part.strip_prefix("## ").or(Some(part))) {
            let Some((head, rest)) = exchange.split_once('\n') else { continue };
            let Some((who, what)) = head.split_once("  ") else { continue };
            let actor = who.split_once(' ').map_or("", |(_, actor)| actor);
            // Others than IdPs have no mode in their name.
            let Some(idp) = actor.split(' ').next().filter(|idp| idp.contains('/')) else { continue };
            let Some((method, target)) = what.split_once(' ') else { continue };
            let sent = rest.split("\n-> ").next().unwrap_or_default();
            let (lines, body) = sent.split_once("\n\n").unwrap_or((sent, ""));
            let headers = lines.lines().filter_map(|line| line.split_once(": "));
            let asked = Asked {
                method,
                target,
                headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
                body: serde_json::from_str(body).ok(),
            };
            let known = self.0.entry(idp.to_owned()).or_default();
            for (what, how) in traits(&asked) {
                known.entry(what).or_default().insert(how);
            }
        }
    }

    /// An IdP puts a flag on the base URL, which golden files do not show.
    pub fn flag(&mut self, idp: &str, flag: &str) {
        if let Some(known) = self.0.get_mut(idp) {
            known.insert(FLAG.to_owned(), BTreeSet::from([flag.to_owned()]));
        }
    }

    /// Compares a recording with each IdP.
    #[must_use]
    pub fn recognise(&self, recording: &Recording) -> Recognised {
        let mut found: BTreeMap<Trait, Vec<usize>> = BTreeMap::new();
        for (at, entry) in recording.entries.iter().enumerate() {
            let asked = Asked {
                method: &entry.method,
                target: recording.target(entry),
                headers: entry.headers.clone(),
                body: entry.body.json(),
            };
            for one in traits(&asked) {
                let places = found.entry(one).or_default();
                if places.last() != Some(&at) {
                    places.push(at);
                }
            }
        }
        let has = |known: &BTreeMap<String, BTreeSet<String>>, (what, how): &Trait| {
            known.get(what).is_some_and(|all| all.contains(how))
        };
        let mut likenesses: Vec<Likeness> = self
            .0
            .iter()
            .map(|(idp, known)| Likeness {
                idp: idp.clone(),
                shared: found.keys().filter(|one| has(known, one)).count(),
                of: found.len(),
            })
            .collect();
        likenesses.sort_by_key(|one| std::cmp::Reverse(one.shared));
        let closest = likenesses.first().and_then(|one| self.0.get(&one.idp));
        let departures = closest.map_or_else(Vec::new, |known| {
            let strange = found.iter().filter(|(one, _)| !has(known, one));
            strange
                .map(|((what, how), entries)| Departure {
                    what: what.clone(),
                    seen: how.clone(),
                    usual: known.get(what).into_iter().flatten().cloned().collect(),
                    entries: entries.clone(),
                })
                .collect()
        });
        Recognised { likenesses, departures }
    }
}

const FLAG: &str = "every request: flag in the URL";

/// The traits of one request.
fn traits(asked: &Asked<'_>) -> Vec<Trait> {
    let (path, query) = split_query(asked.target);
    let request = format!("{} {}", asked.method, template(path));
    let mut found = vec![(format!("{request}: is sent"), "yes".to_owned())];
    let header = |name: &str| asked.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
    let agent = header("user-agent").filter(|agent| !agent.is_empty() && !agent.starts_with(OURS));
    found.push(("every request: user-agent".to_owned(), agent.unwrap_or("none").to_owned()));
    // What accepts everything says as little as nothing, and HTTP libraries add it.
    let accept = header("accept").filter(|accept| *accept != "*/*");
    found.push(("every request: accept".to_owned(), accept.unwrap_or("none").to_owned()));
    if asked.body.is_some() {
        found.push(("every body: content-type".to_owned(), header("content-type").unwrap_or("none").to_owned()));
    }
    in_query(&request, query.unwrap_or_default(), &mut found);
    if let Some(body) = &asked.body {
        match asked.method {
            "PATCH" => in_patch(&request, body, &mut found),
            _ => in_body(&format!("{request}: attribute"), body, "", 0, &mut found),
        }
    }
    found
}

/// A path with ids left out.
fn template(path: &str) -> String {
    let segments = path.trim_matches('/').split('/').enumerate();
    let segments = segments.map(|(nth, segment)| match nth {
        0 => segment,
        _ if segment.starts_with('.') || segment == "Me" => segment,
        _ => "{id}",
    });
    format!("/{}", segments.collect::<Vec<_>>().join("/"))
}

fn in_query(request: &str, query: &str, found: &mut Vec<Trait>) {
    let mut flags = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let Some((name, value)) = pair.split_once('=') else {
            flags.push(pair);
            continue;
        };
        found.push((format!("{request}: query parameter"), name.to_owned()));
        if name.eq_ignore_ascii_case("filter") {
            let text = decode_query(value);
            found.push((format!("{request}: filter"), without_values(&text)));
            let spaces = if value.contains('+') { "+" } else { "%20" };
            if text.contains(' ') {
                found.push(("every filter: a space is written".to_owned(), spaces.to_owned()));
            }
        } else if !value.contains(|c: char| c.is_ascii_digit()) {
            found.push((format!("{request}: query parameter {name}"), decode_query(value)));
        }
    }
    let flags = if flags.is_empty() { "none".to_owned() } else { flags.join("&") };
    found.push((FLAG.to_owned(), flags));
}

/// A filter or path with its values left out, but for types such as `work`.
fn without_values(text: &str) -> String {
    let mut out = String::new();
    let mut parts = text.split('"');
    out.push_str(parts.next().unwrap_or_default());
    while let Some(value) = parts.next() {
        let of_type = out.trim_end().ends_with("type eq") || out.trim_end().ends_with("type Eq");
        out.push_str(if of_type { value } else { "…" });
        out.push_str(parts.next().unwrap_or_default());
    }
    out
}

/// Operations: their spelling, their paths, the types of their values.
fn in_patch(request: &str, body: &Value, found: &mut Vec<Trait>) {
    let member = |of: &Value, name: &str| -> Option<Value> {
        of.as_object()?.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value.clone())
    };
    for operation in member(body, "Operations").as_ref().and_then(Value::as_array).into_iter().flatten() {
        let op = member(operation, "op").and_then(|op| op.as_str().map(str::to_owned)).unwrap_or_default();
        found.push((format!("{request}: op"), op.clone()));
        let op = op.to_ascii_lowercase();
        let path = member(operation, "path").and_then(|path| path.as_str().map(without_values));
        let path = path.unwrap_or_else(|| "(no path)".to_owned());
        found.push((format!("{request}: path of {op}"), path.clone()));
        if let Some(value) = member(operation, "value") {
            let of = format!("{request}: value of {op} {path}");
            in_body(&of, &value, "", 0, found);
        }
    }
}

/// Attributes and their types.
fn in_body(of: &str, value: &Value, path: &str, depth: usize, found: &mut Vec<Trait>) {
    let key = || if path.is_empty() { of.to_owned() } else { format!("{of} {path}") };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "text",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    if !path.is_empty() || !value.is_object() {
        found.push((key(), kind.to_owned()));
    }
    if depth > DEEP {
        return;
    }
    match value {
        Value::Array(items) => {
            for item in items {
                in_body(of, item, &format!("{path}[]"), depth + 1, found);
            }
        }
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                in_body(of, value, &path, depth + 1, found);
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::archive::{Body, Entry};
    use super::*;

    const GOLDEN: &str = "## 1 entra/default idp  GET /Users?filter=userName+eq+%22[key:1]%22
-> 200
content-type: application/scim+json

{}


## 2 witness  GET /Groups
-> 200

{}

## 3 entra/default idp  PATCH /Users/[id:1]
content-type: application/scim+json

{
  \"Operations\": [{\"op\": \"Replace\", \"path\": \"active\", \"value\": \"False\"}]
}

-> 204

## 4 okta/custom old  GET /Users?filter=userName%20eq%20%22a%22&startIndex=1&count=100
accept: application/scim+json
user-agent: Okta SCIM Client 1.0.0

-> 200
";

    fn entry(method: &str, target: &str, body: &str) -> Entry {
        Entry {
            began: String::new(),
            millis: 0.0,
            method: method.into(),
            url: format!("http://h/scim{target}"),
            headers: vec![
                ("user-agent".into(), "scimulate/0.1.0".into()),
                ("content-type".into(), "application/scim+json".into()),
            ],
            body: if body.is_empty() { Body::None } else { Body::Text(body.into()) },
            answer: Err(String::new()),
        }
    }

    fn recognised(entries: Vec<Entry>) -> Recognised {
        let mut reference = Reference::default();
        reference.learn(GOLDEN);
        reference.recognise(&Recording { base: "http://h/scim".into(), entries, remarks: Vec::new() })
    }

    #[test]
    fn a_recording_is_the_dialect_of_whoever_sends_most_of_it() {
        let lookup = entry("GET", "/Users?filter=userName+eq+%22ada%22", "");
        let patch = |op: &str, value: &str| {
            let body = format!(r#"{{"Operations": [{{"op": "{op}", "path": "active", "value": {value}}}]}}"#);
            entry("PATCH", "/Users/4711", &body)
        };
        let same = recognised(vec![lookup.clone(), patch("Replace", "\"True\"")]);
        assert_eq!(same.likenesses[0].idp, "entra/default");
        assert_eq!((same.likenesses[0].shared, &same.departures[..]), (same.likenesses[0].of, &[][..]));
        let other = recognised(vec![lookup, patch("replace", "false"), entry("DELETE", "/Users/4711", "")]);
        let told: Vec<String> =
            other.departures.iter().map(|d| format!("{} {} {:?} {:?}", d.what, d.seen, d.usual, d.entries)).collect();
        assert_eq!(
            told,
            [
                r#"DELETE /Users/{id}: is sent yes [] [2]"#,
                r#"PATCH /Users/{id}: op replace ["Replace"] [1]"#,
                r#"PATCH /Users/{id}: value of replace active boolean ["text"] [1]"#,
            ]
        );
    }

    #[test]
    fn values_are_left_out_and_types_are_kept() {
        assert_eq!(without_values(r#"emails[type eq "work"].value"#), "emails[type eq work].value");
        assert_eq!(without_values(r#"members[value eq "47 11"]"#), "members[value eq …]");
        assert_eq!(template("/Users/a%20b"), "/Users/{id}");
        assert_eq!(template("/Users/.search"), "/Users/.search");
    }
}
