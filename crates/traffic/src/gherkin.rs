//! A recording as a feature: each request spelled out, each answer's status expected.
//!
//! In: a recording. Out: the text of a feature with one scenario, in sentences of the plain client. Never: a name without the
//! scenario's tag, an id of the recording, or an answer's value.

use super::archive::{Body, Entry, Recording};
use super::mapping::{Mapping, Names};
use client::observe::id_text;
use client::wire::{decode_query, split_query};
use scim::secrecy::MARK;
use serde_json::Value;
use std::collections::HashMap;
use std::fmt::Write as _;

/// What stands for the scenario's tag.
const TAG: &str = "<tag>";

/// A feature, and what of the recording is not in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// Its text.
    pub text: String,
    /// What could not be put into it: the entry's place, and why.
    pub left_out: Vec<(usize, String)>,
}

/// Writes the feature.
#[must_use]
pub fn feature(recording: &Recording, title: &str) -> Feature {
    let mut mapping = Mapping {
        names: Names::fresh(recording, TAG),
        ids: HashMap::new(),
        base: (recording.base.clone(), "<base>".to_owned()),
        password: "Recorded.4711".to_owned(),
    };
    let mut text = format!(
        "@recorded\nFeature: {title}\n  Made from recorded traffic: the requests are those of the recording, under names and ids of this run.\n\n  Scenario: The recorded requests are answered as they were\n"
    );
    let mut left_out = Vec::new();
    let mut made = 0;
    for (at, entry) in recording.entries.iter().enumerate() {
        match steps(recording, entry, &mapping) {
            Ok(steps) => text.push_str(&steps),
            Err(why) => {
                left_out.push((at, why));
                continue;
            }
        }
        if let Some(id) = created(recording, entry) {
            made += 1;
            let name = format!("object-{made}");
            let _infallible = writeln!(text, "    And what was created is called \"{name}\"");
            mapping.ids.insert(id, format!("<{name}>"));
        }
    }
    Feature { text: with_roles(&text), left_out }
}

/// The id of what an exchange created.
fn created(recording: &Recording, entry: &Entry) -> Option<String> {
    let answer = entry.answer.as_ref().ok()?;
    let path = split_query(recording.target(entry)).0;
    let creates =
        entry.method == "POST" && answer.status == 201 && !path.contains("/.") && path.matches('/').count() == 1;
    let id = creates.then(|| answer.body.json().as_ref().and_then(id_text)).flatten();
    id.filter(|_| !path.eq_ignore_ascii_case("/Bulk"))
}

/// One request and what was answered.
fn steps(recording: &Recording, entry: &Entry, mapping: &Mapping) -> Result<String, String> {
    let target = recording.target(entry);
    if !["GET", "POST", "PUT", "PATCH", "DELETE"].contains(&entry.method.as_str()) {
        return Err(format!("no sentence sends {}", entry.method));
    }
    if target.contains(MARK) {
        return Err("a secret was taken out of its address".to_owned());
    }
    if let Some(id) = mapping.unknown_id(target) {
        return Err(format!("the recording did not create {id}"));
    }
    let brackets = |text: &str| text.contains(['<', '>']);
    if brackets(&decode_query(target)) || entry.body.text().is_some_and(brackets) {
        return Err("it has < or > in it, which sentences take for a name to put in".to_owned());
    }
    if target.chars().any(char::is_control) {
        return Err("its address has a control character in it".to_owned());
    }
    let status = entry.status().ok_or("it was not answered")?;
    if status == 429 || status >= 500 {
        return Err(format!("{status} is not how a server should answer"));
    }
    let target = placed(&mapping.target(target));
    if target.contains('\'') {
        return Err("its target has an apostrophe, which no sentence can hold".to_owned());
    }
    let mut text = format!("    When a client sends {} '{target}'", entry.method);
    match &entry.body {
        Body::None => text.push('\n'),
        Body::LeftOut(why) => return Err(format!("its body is not in the recording: {why}")),
        Body::Text(_) => {
            let body = entry.body.json().ok_or("its body is no JSON")?;
            let body = placed(&serde_json::to_string_pretty(&mapping.body(&body)).map_err(|e| e.to_string())?);
            text.push_str(" with:\n      \"\"\"\n");
            for line in body.lines() {
                let _infallible = writeln!(text, "      {line}");
            }
            text.push_str("      \"\"\"\n");
        }
    }
    let _infallible = writeln!(text, "    Then the answer is {status}");
    if let Some(total) = looked_up(entry, recording, mapping) {
        let _infallible =
            writeln!(text, "    And the answer lists {total} resource{}", if total == 1 { "" } else { "s" });
    }
    Ok(text)
}

/// How many a lookup found.
fn looked_up(entry: &Entry, recording: &Recording, mapping: &Mapping) -> Option<usize> {
    let lookup = entry.method == "GET" && mapping.names_something(recording.target(entry));
    let answer = entry.answer.as_ref().ok().filter(|answer| lookup && answer.status == 200)?;
    let body = answer.body.json()?;
    let total = body.get("totalResults").and_then(Value::as_u64)?;
    usize::try_from(total).ok()
}

/// A text in which what stands in angle brackets is not encoded: a sentence puts it in, and encodes it.
fn placed(target: &str) -> String {
    target.replace("%3C", "<").replace("%3E", ">")
}

/// Steps of one kind in a row begin with `And`.
fn with_roles(text: &str) -> String {
    let mut last = "";
    let mut out = String::with_capacity(text.len());
    for line in text.lines() {
        let trimmed = line.trim_start();
        let word = trimmed.split(' ').next().unwrap_or_default();
        if line.starts_with("    ") && !line.starts_with("     ") && ["When", "Then"].contains(&word) {
            let shown = if word == last { "And" } else { word };
            let _infallible = writeln!(out, "    {shown}{}", &trimmed[word.len()..]);
            last = if word == "When" { "When" } else { "Then" };
        } else {
            out.push_str(line);
            out.push('\n');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::archive::Answered;
    use super::*;
    use serde_json::json;

    fn entry(method: &str, target: &str, body: &Value, status: u16, answer: &Value) -> Entry {
        let text = |body: &Value| if body.is_null() { Body::None } else { Body::Text(body.to_string()) };
        Entry {
            began: String::new(),
            millis: 0.0,
            method: method.into(),
            url: format!("http://h/scim{target}"),
            headers: Vec::new(),
            body: text(body),
            answer: Ok(Answered { status, headers: Vec::new(), body: text(answer) }),
        }
    }

    #[test]
    fn a_recording_becomes_steps_without_its_names_and_ids() {
        let user = json!({"userName": "ada@example.com"});
        let found = json!({"totalResults": 1, "Resources": [{"id": "u-4711"}]});
        let entries = vec![
            entry("POST", "/Users", &user, 201, &json!({"id": "u-4711"})),
            entry("GET", "/Users?filter=userName+eq+%22ada%40example.com%22", &Value::Null, 200, &found),
            entry("PATCH", "/Users/u-4711", &json!({"Operations": []}), 204, &Value::Null),
            entry("DELETE", "/Users/of-old", &Value::Null, 204, &Value::Null),
        ];
        let feature = feature(&Recording { base: "http://h/scim".into(), entries, remarks: Vec::new() }, "A title");
        assert_eq!(feature.left_out, [(3, "the recording did not create of-old".to_owned())]);
        let steps: Vec<&str> = feature.text.lines().skip(5).map(str::trim_end).collect();
        let expected = r#"    When a client sends POST '/Users' with:
      """
      {
        "userName": "ada.<tag>@example.com"
      }
      """
    Then the answer is 201
    And what was created is called "object-1"
    When a client sends GET '/Users?filter=userName+eq+%22ada.<tag>%40example.com%22'
    Then the answer is 200
    And the answer lists 1 resource
    When a client sends PATCH '/Users/<object-1>' with:
      """
      {
        "Operations": []
      }
      """
    Then the answer is 204"#;
        assert_eq!(steps.join("\n"), expected, "{}", feature.text);
    }
}
