//! The part of a body that shows a finding: what it is about and whom it concerns stays, the rest is counted.

use super::safe_text;
use judge::verdict::{Finding, Place};
use serde_json::{Map, Value};

/// A body that is no longer than this is shown whole, in bytes.
const WHOLE: usize = 700;
/// Elements of a list that are kept where nothing says which matter.
const FIRST: usize = 2;
/// Longest body that is read as JSON for this, in bytes.
const READ: usize = 4 << 20;
/// Names of members that say whom or what an object is about.
const IDENTITY: &[&str] = &[
    "id",
    "userName",
    "displayName",
    "externalId",
    "value",
    "type",
    "op",
    "path",
    "active",
    "status",
    "scimType",
    "detail",
    "totalResults",
    "error",
];

/// What a finding is about: where to look in a body, and the texts that tell whose part it is.
#[derive(Debug, Default)]
pub(super) struct Subject {
    pointer: Vec<String>,
    needles: Vec<String>,
}

impl Subject {
    /// The subject of a finding whose exchange has that URL.
    pub(super) fn of(finding: &Finding, url: &str) -> Self {
        let pointer = match &finding.place {
            Place::Body(pointer) | Place::Sent(pointer) if pointer.is_empty() || pointer.starts_with('/') => {
                pointer.split('/').skip(1).map(|p| p.replace("~1", "/").replace("~0", "~")).collect()
            }
            _ => Some(judge::title::attribute(finding)).filter(|name| !name.is_empty()).into_iter().collect(),
        };
        let quoted = |text: &str| -> Vec<String> {
            text.split('"').skip(1).step_by(2).filter(|part| part.len() > 2).map(str::to_owned).collect()
        };
        let mut needles = quoted(&finding.expected);
        needles.extend(quoted(&finding.seen));
        let (path, query) = client::wire::split_query(url);
        needles.extend(path.rsplit('/').next().filter(|id| id.len() > 5).map(str::to_owned));
        needles.extend(quoted(&client::wire::decode_query(query.unwrap_or_default())));
        Self { pointer, needles }
    }

    /// The lines of a body that matter to it, safe to show.
    pub(super) fn lines(&self, body: &str, most: usize, characters: usize) -> Vec<String> {
        let text = self.shown(body);
        safe_text::lines(text.as_deref().unwrap_or(body), most, characters)
    }

    /// The body without what does not matter; `None` where it is short, or no JSON.
    fn shown(&self, body: &str) -> Option<String> {
        if body.len() <= WHOLE || body.len() > READ {
            return None;
        }
        let value: Value = serde_json::from_str(body).ok()?;
        Some(self.kept(&value, &self.pointer, 0).to_string())
    }

    fn kept(&self, value: &Value, path: &[String], depth: usize) -> Value {
        match value {
            Value::Array(items) => self.of_array(items, path, depth),
            Value::Object(members) => self.of_object(members, path, depth),
            other => other.clone(),
        }
    }

    fn of_array(&self, items: &[Value], path: &[String], depth: usize) -> Value {
        let at = path.first().and_then(|part| part.parse::<usize>().ok());
        let below = if at.is_some() { &path[1..] } else { path };
        let wanted = |(n, item): &(usize, &Value)| at.map_or_else(|| self.names(item), |at| at == *n);
        let mut kept: Vec<Value> = items
            .iter()
            .enumerate()
            .filter(wanted)
            .take(5)
            .map(|(_, item)| self.kept(item, below, depth + 1))
            .collect();
        if kept.is_empty() {
            kept = items.iter().take(FIRST).map(|item| self.kept(item, below, depth + 1)).collect();
        }
        let left = items.len() - kept.len();
        if left > 0 {
            kept.push(Value::String(format!("[{left} more]")));
        }
        Value::Array(kept)
    }

    fn of_object(&self, members: &Map<String, Value>, path: &[String], depth: usize) -> Value {
        let named = path.first().map(String::as_str);
        let mut kept = Map::new();
        for (name, value) in members {
            if named.is_some_and(|wanted| wanted.eq_ignore_ascii_case(name)) {
                kept.insert(name.clone(), self.kept(value, &path[1..], depth + 1));
            } else if IDENTITY.contains(&name.as_str()) && !value.is_object() && !value.is_array() {
                kept.insert(name.clone(), value.clone());
            } else if (depth < 2 && matches!(name.as_str(), "Resources" | "Operations" | "members"))
                || self.names(value)
            {
                kept.insert(name.clone(), self.kept(value, path, depth + 1));
            }
        }
        // A pointer that leads nowhere says that something is missing: then all of the object is looked at.
        let lacks = path.len() == 1 && !members.keys().any(|name| named.is_some_and(|n| n.eq_ignore_ascii_case(name)));
        if kept.is_empty() || (lacks && depth > 0 && members.len() <= 12) {
            return Value::Object(members.clone());
        }
        let left = members.len() - kept.len();
        if left > 0 {
            kept.insert("...".to_owned(), Value::String(format!("[{left} more]")));
        }
        Value::Object(kept)
    }

    /// Whether a value holds one of the texts.
    fn names(&self, value: &Value) -> bool {
        match value {
            Value::String(text) => self.needles.iter().any(|needle| text.contains(needle.as_str())),
            Value::Array(items) => items.iter().any(|item| self.names(item)),
            Value::Object(members) => members.values().any(|value| self.names(value)),
            _ => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use judge::verdict::Severity;
    use serde_json::json;

    fn subject(place: Place, seen: &str, url: &str) -> Subject {
        let text = String::new;
        let finding = Finding {
            requirement: "X".into(),
            text: text(),
            severity: Severity::Violation,
            breaks: Vec::new(),
            confidence: None,
            exchange: None,
            place,
            expected: text(),
            seen: seen.into(),
            why: text(),
            remedy: text(),
        };
        Subject::of(&finding, url)
    }

    fn people() -> String {
        let all: Vec<Value> = (0..200)
            .map(|n| json!({ "id": format!("id-{n}"), "userName": format!("person.{n}@x"), "name": { "familyName": "F" }, "meta": { "created": "c" } }))
            .collect();
        json!({ "schemas": ["urn:x"], "totalResults": 200, "Resources": all }).to_string()
    }

    #[test]
    fn the_person_concerned_is_never_cut_away() {
        let at = subject(Place::Body("/Resources/150/meta/created".into()), "\"c\"", "{base}/Users");
        let text = at.lines(&people(), 20, 900).join("");
        assert!(
            text.contains("person.150@x") && text.contains("\"created\":\"c\"") && text.contains("[199 more]"),
            "{text}"
        );
        let named = subject(Place::Status, "nobody called \"person.177@x\"", "{base}/Users");
        assert!(named.lines(&people(), 20, 900).join("").contains("person.177@x"));
        let asked =
            subject(Place::Body("/totalResults".into()), "9", "{base}/Users?filter=userName%20eq%20%22person.3@x%22");
        let text = asked.lines(&people(), 20, 900).join("");
        assert!(text.contains("\"totalResults\":200") && text.contains("person.3@x"), "{text}");
    }

    #[test]
    fn what_is_short_or_no_json_stays_as_it_came() {
        let any = Subject::default();
        assert_eq!(any.lines("{ \"a\": 1 }", 5, 100), ["{ \"a\": 1 }"]);
        let page = "<html>".repeat(500);
        assert_eq!(any.lines(&page, 5, 20), [format!("{} [...]", &page[..20])]);
        assert!(Subject::default().lines(&people(), 5, 900).join("").contains("[198 more]"));
    }
}
