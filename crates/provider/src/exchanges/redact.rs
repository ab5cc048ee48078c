//! Bodies and queries without what nobody may read in them.
//!
//! In: what was sent or answered. Out: text of bounded length. What cannot be read as JSON is told by its length alone.

use scim::secrecy::{MARK, names_secret};
use serde_json::Value;

/// Longest text that is kept of a body, in bytes.
const TEXT: usize = 2000;
/// Longest body that is read for it.
const READ: usize = 256 << 10;
/// Deepest value that is written out.
const DEEP: usize = 40;
/// Secrets shorter than this are in any text by chance.
const TELLING: usize = 4;

/// Why a body is told by its length alone.
const NOT_JSON: &str = "not JSON";

/// A body that was sent, and the secrets that were in it.
#[derive(Default)]
pub(super) struct Redacted {
    pub(super) text: Option<String>,
    secrets: Vec<String>,
}

impl Redacted {
    /// One more secret, which the answer may not give back.
    pub(super) fn hide(&mut self, secret: Option<String>) {
        self.secrets.extend(secret.filter(|secret| secret.len() >= TELLING));
    }
}

/// The text up to so many characters.
pub(super) fn cut(text: &str, most: usize) -> String {
    if text.len() <= most {
        return text.to_owned();
    }
    match text.char_indices().nth(most) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text.to_owned(),
    }
}

/// A query, decoded; whatever speaks of something secret keeps its name alone.
pub(super) fn query(parameters: &[(String, String)]) -> String {
    let shown = parameters.iter().map(|(name, value)| {
        let value = if names_secret(name) || names_secret(value) { MARK } else { value };
        format!("{name}={value}")
    });
    shown.collect::<Vec<_>>().join("&")
}

/// A body as it was sent.
pub(super) fn sent(body: &[u8]) -> Redacted {
    if body.is_empty() {
        return Redacted::default();
    }
    let value: Option<Value> = (body.len() <= READ).then(|| serde_json::from_slice(body).ok()).flatten();
    let Some(value) = value else {
        let why = if body.len() > READ { "too long to show" } else { NOT_JSON };
        return Redacted { text: Some(untold(body, why)), secrets: Vec::new() };
    };
    let mut secrets = Vec::new();
    gather(&value, false, &mut secrets);
    Redacted { text: Some(shown(&value, &[])), secrets }
}

/// An answer as it went out; what was secret in the request is so here, wherever it stands.
pub(super) fn answered(body: &[u8], request: &Redacted) -> Option<String> {
    if body.is_empty() {
        return None;
    }
    let value: Option<Value> = serde_json::from_slice(body).ok();
    Some(value.map_or_else(|| untold(body, NOT_JSON), |value| shown(&value, &request.secrets)))
}

fn untold(body: &[u8], why: &str) -> String {
    format!("({} bytes, {why})", body.len())
}

fn shown(value: &Value, secrets: &[String]) -> String {
    let mut text = String::new();
    write(value, secrets, (false, 0), &mut text);
    if text.len() > TEXT {
        let at = (0..=TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(at);
        text.push('…');
    }
    text
}

/// Whether the value below `name` is secret; the `value` of a PATCH operation is what its `path` says.
fn hides(name: &str, value: &Value, of_secret_path: bool) -> bool {
    let expression = ["filter", "path"].iter().any(|known| name.eq_ignore_ascii_case(known));
    let tells = expression && value.as_str().is_some_and(|text| text.contains('"') && names_secret(text));
    tells || names_secret(name) || (of_secret_path && name.eq_ignore_ascii_case("value"))
}

fn has_secret_path(object: &serde_json::Map<String, Value>) -> bool {
    object.iter().any(|(name, value)| name.eq_ignore_ascii_case("path") && value.as_str().is_some_and(names_secret))
}

/// The texts that are secret.
fn gather(value: &Value, secret: bool, found: &mut Vec<String>) {
    match value {
        Value::String(text) if secret && text.len() >= TELLING => found.push(text.clone()),
        Value::Number(number) if secret && number.to_string().len() >= TELLING => found.push(number.to_string()),
        Value::Array(items) => items.iter().for_each(|item| gather(item, secret, found)),
        Value::Object(object) => {
            let of_secret_path = has_secret_path(object);
            for (name, value) in object {
                gather(value, secret || hides(name, value, of_secret_path), found);
            }
        }
        _ => {}
    }
}

/// Writes JSON until there is enough of it.
fn write(value: &Value, secrets: &[String], (hidden, depth): (bool, usize), out: &mut String) {
    if out.len() > TEXT {
        return;
    }
    match value {
        _ if depth > DEEP => out.push('…'),
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate().take_while(|(at, _)| *at <= TEXT) {
                out.push_str(if at > 0 { "," } else { "" });
                write(item, secrets, (hidden, depth + 1), out);
            }
            out.push(']');
        }
        Value::Object(object) => {
            let of_secret_path = has_secret_path(object);
            out.push('{');
            for (at, (name, value)) in object.iter().enumerate().take_while(|(at, _)| *at <= TEXT) {
                out.push_str(if at > 0 { "," } else { "" });
                text(name, secrets, out);
                out.push(':');
                let hidden = hidden || hides(name, value, of_secret_path);
                write(value, secrets, (hidden, depth + 1), out);
            }
            out.push('}');
        }
        Value::String(_) | Value::Number(_) if hidden => text(MARK, &[], out),
        Value::String(said) => text(said, secrets, out),
        Value::Number(number) if secrets.contains(&number.to_string()) => text(MARK, &[], out),
        Value::Bool(said) => out.push_str(if *said { "true" } else { "false" }),
        Value::Null => out.push_str("null"),
        Value::Number(number) => out.push_str(&number.to_string()),
    }
}

/// Writes a string. One with a secret in it goes whole: how it was quoted there is anybody's guess.
fn text(said: &str, secrets: &[String], out: &mut String) {
    let escaped = |secret: &String| said.contains(secret.escape_debug().to_string().as_str());
    let tells = secrets.iter().any(|secret| said.contains(secret.as_str()) || escaped(secret));
    let said = if tells { MARK } else { said };
    if said.len() > TEXT || said.bytes().any(|b| b < 0x20 || matches!(b, b'"' | b'\\')) {
        out.push_str(&Value::String(cut(said, TEXT)).to_string());
        return;
    }
    // Nothing in it has to be escaped.
    out.push('"');
    out.push_str(said);
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn kept(body: &Value) -> String {
        sent(body.to_string().as_bytes()).text.unwrap()
    }

    #[test]
    fn secrets_are_hidden_wherever_they_stand() {
        for body in [
            json!({ "userName": "ann", "password": "hunter2!" }),
            json!({ "userName": "ann", "Password": { "value": "hunter2!" } }),
            json!({ "userName": "ann", "Operations": [{ "op": "replace", "value": "hunter2!", "path": "password" }] }),
            json!({ "userName": "ann", "Operations": [{ "op": "add", "value": { "passWord": ["hunter2!"] } }] }),
            json!({ "userName": "ann", "filter": "password eq \"hunter2!\"" }),
            json!({ "userName": "ann", "Operations": [{ "data": { "urn:x:User:clientSecret": "hunter2!" } }] }),
        ] {
            let text = kept(&body);
            assert!(!text.contains("hunter2!") && text.contains(MARK) && text.contains("ann"), "{text}");
        }
        assert!(!kept(&json!("x")).contains(MARK));
        let named = |name: &str, value: &str| query(&[(name.to_owned(), value.to_owned())]);
        assert_eq!(named("access_token", "abc"), "access_token=[redacted]");
        assert_eq!(named("filter", "password eq \"x\""), "filter=[redacted]");
        assert_eq!(named("filter", "userName eq \"x\""), "filter=userName eq \"x\"");
    }

    #[test]
    fn an_answer_does_not_give_a_secret_of_the_request_back() {
        let request = sent(json!({ "password": "hunt\"er2" }).to_string().as_bytes());
        let echo = format!("{:?} is too short", "hunt\"er2");
        let answer = json!({ "detail": echo, "nickName": "hunt\"er2", "status": "400" }).to_string();
        let text = answered(answer.as_bytes(), &request).unwrap();
        assert_eq!(text, r#"{"detail":"[redacted]","nickName":"[redacted]","status":"400"}"#);
    }

    #[test]
    fn an_answer_shows_no_secret_that_was_named_besides() {
        let mut request = sent(b"");
        request.hide(Some("s3cret-token".to_owned()));
        let text = answered(br#"{"detail":"the token s3cret-token is not known"}"#, &request);
        assert_eq!(text.as_deref(), Some(r#"{"detail":"[redacted]"}"#));
        assert_eq!(answered(b"<p>s3cret-token</p>", &request).as_deref(), Some("(19 bytes, not JSON)"));
        assert_eq!(answered(b"", &request), None);
    }

    #[test]
    fn what_is_long_or_broken_is_short() {
        assert_eq!(sent(b"{\"password\":\"hunter2!\"").text.unwrap(), "(22 bytes, not JSON)");
        assert!(sent(&vec![b'1'; READ + 1]).text.unwrap().contains("too long"));
        assert!(sent(b"").text.is_none());
        let many: Vec<Value> = (0..9999).map(|n| json!({ "value": format!("ü{n}") })).collect();
        let text = kept(&Value::from(many));
        assert!(text.ends_with('…') && text.len() < TEXT + 10, "{}", text.len());
        let long = kept(&json!("ü".repeat(100_000)));
        assert!(long.len() < 2 * TEXT, "{}", long.len());
    }
}
