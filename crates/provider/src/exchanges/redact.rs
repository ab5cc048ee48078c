//! Bodies and queries without what nobody may read in them.
//!
//! In: what was sent or answered. Out: text of bounded length. What cannot be read as JSON is told by its length alone.

use scim::secrecy::{MARK, Spellings, is_secret_member, names_secret, secrets_of_body, without_in};
use serde_json::Value;

/// Longest text that is kept of a body, in bytes.
const TEXT: usize = 2000;
/// Longest body that is read for it.
const READ: usize = 256 << 10;
/// Deepest value that is written out.
const DEEP: usize = 40;
/// Secrets shorter than this are in any text by chance.
const TELLING: usize = 4;

/// What is secret in one exchange, in whatever spelling: what proves who asks, and what the body says is secret.
pub(super) struct Secrets {
    all: Vec<String>,
    spellings: Spellings,
}

impl Secrets {
    /// What the request was sent with, and what is secret in its body.
    pub(super) fn of(presented: Option<String>, body: &[u8]) -> Self {
        let mut all: Vec<String> = presented.into_iter().collect();
        if let Some(value) = read(body, READ) {
            all.extend(secrets_of_body(&value));
        }
        all.retain(|secret| secret.len() >= TELLING);
        let spellings = Spellings::of(all.iter().map(String::as_str));
        Self { all, spellings }
    }

    /// A line without them.
    pub(super) fn line(&self, said: &str) -> String {
        without_in(said, &[&self.spellings]).into_owned()
    }

    /// A body that was sent.
    pub(super) fn sent(&self, body: &[u8]) -> Option<String> {
        self.body(body, READ)
    }

    /// An answer as it went out.
    pub(super) fn answered(&self, body: &[u8]) -> Option<String> {
        self.body(body, usize::MAX)
    }

    fn body(&self, body: &[u8], most: usize) -> Option<String> {
        if body.is_empty() {
            return None;
        }
        let told = read(body, most).map(|value| shown(&value, self));
        Some(told.unwrap_or_else(|| {
            let why = if body.len() > most { "too long to show" } else { "not JSON" };
            format!("({} bytes, {why})", body.len())
        }))
    }
}

/// A body, where it is JSON and short enough.
fn read(body: &[u8], most: usize) -> Option<Value> {
    (body.len() <= most).then(|| serde_json::from_slice(body).ok()).flatten()
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

fn shown(value: &Value, secrets: &Secrets) -> String {
    let mut text = String::new();
    write(value, secrets, (false, 0), &mut text);
    if text.len() > TEXT {
        let at = (0..=TEXT).rev().find(|at| text.is_char_boundary(*at)).unwrap_or_default();
        text.truncate(at);
        text.push('…');
    }
    text
}

/// Writes JSON until there is enough of it.
fn write(value: &Value, secrets: &Secrets, (hidden, depth): (bool, usize), out: &mut String) {
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
            out.push('{');
            for (at, (name, value)) in object.iter().enumerate().take_while(|(at, _)| *at <= TEXT) {
                out.push_str(if at > 0 { "," } else { "" });
                text(name, secrets, out);
                out.push(':');
                let hidden = hidden || is_secret_member(object, name, value);
                write(value, secrets, (hidden, depth + 1), out);
            }
            out.push('}');
        }
        Value::String(_) | Value::Number(_) if hidden => quoted(MARK, out),
        Value::String(said) => text(said, secrets, out),
        Value::Number(number) if secrets.all.contains(&number.to_string()) => quoted(MARK, out),
        Value::Bool(said) => out.push_str(if *said { "true" } else { "false" }),
        Value::Null => out.push_str("null"),
        Value::Number(number) => out.push_str(&number.to_string()),
    }
}

/// Writes a string. One with a secret in it goes whole: how it was quoted there is anybody's guess.
fn text(said: &str, secrets: &Secrets, out: &mut String) {
    let plain = |secret: &String| said.contains(secret.as_str());
    let tells = secrets.all.iter().any(plain) || secrets.spellings.within(said);
    quoted(if tells { MARK } else { said }, out);
}

fn quoted(said: &str, out: &mut String) {
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

    fn sent(body: &[u8]) -> Option<String> {
        Secrets::of(None, body).sent(body)
    }

    fn kept(body: &Value) -> String {
        sent(body.to_string().as_bytes()).unwrap()
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
        let request = Secrets::of(None, json!({ "password": "hunt\"er2" }).to_string().as_bytes());
        let echo = format!("{:?} is too short", "hunt\"er2");
        let answer = json!({ "detail": echo, "nickName": "hunt\"er2", "status": "400" }).to_string();
        let text = request.answered(answer.as_bytes()).unwrap();
        assert_eq!(text, r#"{"detail":"[redacted]","nickName":"[redacted]","status":"400"}"#);
    }

    #[test]
    fn an_answer_shows_no_secret_that_was_named_besides() {
        let request = Secrets::of(Some("s3cret-token".to_owned()), b"");
        let text = request.answered(br#"{"detail":"the token s3cret-token is not known","dG9r":"czNjcmV0LXRva2Vu"}"#);
        assert_eq!(text.as_deref(), Some(r#"{"detail":"[redacted]","dG9r":"[redacted]"}"#), "also in base64");
        assert_eq!(request.answered(b"<p>s3cret-token</p>").as_deref(), Some("(19 bytes, not JSON)"));
        assert_eq!(request.answered(b""), None);
        assert_eq!(request.line("/Users/s3cret%2Dtoken"), "/Users/[redacted]");
    }

    #[test]
    fn what_is_long_or_broken_is_short() {
        assert_eq!(sent(b"{\"password\":\"hunter2!\"").unwrap(), "(22 bytes, not JSON)");
        assert!(sent(&vec![b'1'; READ + 1]).unwrap().contains("too long"));
        assert!(sent(b"").is_none());
        let many: Vec<Value> = (0..9999).map(|n| json!({ "value": format!("ü{n}") })).collect();
        let text = kept(&Value::from(many));
        assert!(text.ends_with('…') && text.len() < TEXT + 10, "{}", text.len());
        let long = kept(&json!("ü".repeat(100_000)));
        assert!(long.len() < 2 * TEXT, "{}", long.len());
    }
}
