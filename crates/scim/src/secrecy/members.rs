//! Values of members named `password` and their kin taken out of JSON text, whole or broken off.
//!
//! In: bytes. Out: the bytes with a mark for each such string or number, whatever it is wrapped in: the value of the member, what is
//! within an object or array there, and the `value` of a PATCH operation whose `path` names one.

use super::{MARK, marked};
use std::ops::Range;

/// How the names end, in lower case. Tokens are known by their value: what an operator's answer gives as one has to be read.
const NAMES: [&str; 3] = ["password", "passwd", "passphrase"];
/// Deepest nesting that is followed; what is deeper is hidden with what is around it.
const DEEP: usize = 200;

/// The bytes without such values; `None` where there is none.
#[must_use]
pub fn without_passwords(given: &[u8]) -> Option<Vec<u8>> {
    if !may_name(given) {
        return None;
    }
    let mut hidden = by_name(given);
    hidden.extend(by_path(given));
    hidden.sort_by_key(|range| (range.start, std::cmp::Reverse(range.end)));
    let is_quoted = |from: usize| from.checked_sub(1).is_some_and(|at| given[at] == b'"');
    marked(given, &hidden, |from| if is_quoted(from) { MARK.into() } else { format!("\"{MARK}\"").into() })
}

/// Whether one of the names may be in it. Asked of every body.
fn may_name(given: &[u8]) -> bool {
    let at = |at: usize, part: &[u8]| given[at..].get(..part.len()).is_some_and(|b| b.eq_ignore_ascii_case(part));
    (0..given.len()).any(|n| match given[n] | 0x20 {
        b'p' => at(n, b"passw") || at(n, b"passp"),
        // A name may be spelt with escapes.
        b'u' => n > 0 && given[n - 1] == b'\\' && at(n, b"u00"),
        _ => false,
    })
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    NAMES.iter().any(|known| name.ends_with(known))
}

/// Whether a path leads to one: `password`, `urn:...:User:password`, `password.value`.
fn leads_to_secret(path: &str) -> bool {
    path.split([':', '.', '[', ']', ' ']).any(is_secret)
}

/// Strings that follow `password":`, also in text that is no JSON or is quoted within JSON.
fn by_name(given: &[u8]) -> Vec<Range<usize>> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < given.len() {
        let quote = quote(given, at);
        // Only the end of a name is compared: it may be `urn:...:password`.
        if let Some(quote) = quote
            && NAMES.iter().any(|name| {
                at.checked_sub(name.len()).is_some_and(|from| given[from..at].eq_ignore_ascii_case(name.as_bytes()))
            })
            && let Some(open) = after_colon(given, at + quote)
            && given[open..].starts_with(&given[at..at + quote])
        {
            let from = open + quote;
            let end = closing(given, from, quote);
            found.push(from..end);
            at = end;
        }
        at += quote.unwrap_or(1);
    }
    found
}

/// The length of a quote there, with the backslashes before it: 1 for `"`, 2 for `\"`.
fn quote(given: &[u8], at: usize) -> Option<usize> {
    let escapes = given[at..].iter().take(8).take_while(|b| **b == b'\\').count();
    (given.get(at + escapes) == Some(&b'"')).then_some(escapes + 1)
}

fn after_colon(given: &[u8], from: usize) -> Option<usize> {
    let skip = |from: usize| from + given[from..].iter().take_while(|b| b.is_ascii_whitespace()).count();
    let colon = skip(from);
    (given.get(colon) == Some(&b':')).then(|| skip(colon + 1)).filter(|at| *at < given.len())
}

/// Where the string ends that is quoted so.
fn closing(given: &[u8], from: usize, quote: usize) -> usize {
    let mut at = from;
    while at < given.len() {
        let escapes = given[at..].iter().take_while(|b| **b == b'\\').count();
        if given.get(at + escapes) == Some(&b'"') && escapes + 1 == quote {
            return at;
        }
        at += escapes + 1;
    }
    given.len()
}

/// What is known of an object or array that is open.
#[derive(Default)]
struct Open {
    object: bool,
    /// The name of the member under way, once its colon has come.
    name: Option<String>,
    last: Option<String>,
    /// All in it is secret.
    hidden: bool,
    /// Its `path` leads to a secret.
    path: bool,
    /// What is within its `value`: which of the texts noted, from and to.
    value: Option<Range<usize>>,
}

impl Open {
    fn named(&self, name: &str) -> bool {
        self.name.as_deref().is_some_and(|own| own.eq_ignore_ascii_case(name))
    }

    fn hides(&self) -> bool {
        self.hidden || self.name.as_deref().is_some_and(is_secret)
    }
}

/// Strings and numbers that the structure says are secret.
fn by_path(given: &[u8]) -> Vec<Range<usize>> {
    // Each with whether it is hidden already.
    let mut texts: Vec<(Range<usize>, bool)> = Vec::new();
    let mut open: Vec<Open> = vec![Open::default()];
    let mut at = 0;
    while at < given.len() {
        let mut scalar = None;
        match given[at] {
            b'"' => {
                let end = closing(given, at + 1, 1);
                scalar = Some(at + 1..end);
                at = end;
            }
            b'-' | b'0'..=b'9' => {
                let length = given[at..].iter().take_while(|b| b"+-.eE0123456789".contains(b)).count();
                scalar = Some(at..at + length);
                at += length - 1;
            }
            b @ (b'{' | b'[') if open.len() < DEEP => {
                let hidden = open.last().is_some_and(Open::hides);
                begin_value(&mut open, texts.len());
                open.push(Open { object: b == b'{', hidden, ..Open::default() });
            }
            b'}' | b']' if open.len() > 1 => {
                end(open.pop(), &mut texts);
                end_value(&mut open, texts.len());
            }
            b':' => {
                if let Some(top) = open.last_mut().filter(|top| top.object) {
                    top.name = top.last.take();
                }
            }
            b',' => {
                if let Some(top) = open.last_mut() {
                    top.name = None;
                }
            }
            _ => {}
        }
        if let Some(range) = scalar {
            note(given, range, &mut open, &mut texts);
        }
        at += 1;
    }
    // It may be broken off anywhere.
    while let Some(last) = open.pop() {
        end(Some(last), &mut texts);
        end_value(&mut open, texts.len());
    }
    texts.into_iter().filter_map(|(range, hidden)| hidden.then_some(range)).collect()
}

/// A string or number: a member's name, or a value.
fn note(given: &[u8], range: Range<usize>, open: &mut [Open], texts: &mut Vec<(Range<usize>, bool)>) {
    let Some(top) = open.last_mut() else { return };
    let text = || {
        let text = String::from_utf8_lossy(&given[range.clone()]);
        super::unfold::unfolded(&text).unwrap_or_else(|| text.into_owned())
    };
    if top.object && top.name.is_none() {
        top.last = Some(text());
        return;
    }
    if top.named("path") {
        top.path |= leads_to_secret(&text());
    }
    let hidden = top.hides();
    begin_value(open, texts.len());
    texts.push((range, hidden));
    end_value(open, texts.len());
}

fn begin_value(open: &mut [Open], at: usize) {
    if let Some(top) = open.last_mut().filter(|top| top.named("value")) {
        top.value.get_or_insert(at..at);
    }
}

fn end_value(open: &mut [Open], at: usize) {
    if let Some(top) = open.last_mut()
        && top.named("value")
        && let Some(value) = &mut top.value
    {
        value.end = at;
    }
}

/// What an object said of its `value` is known at its end.
fn end(closed: Option<Open>, texts: &mut [(Range<usize>, bool)]) {
    if let Some(Open { path: true, value: Some(value), .. }) = closed
        && let Some(within) = texts.get_mut(value)
    {
        within.iter_mut().for_each(|(_, hidden)| *hidden = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clean(text: &str) -> String {
        without_passwords(text.as_bytes()).map_or("-".into(), |bytes| String::from_utf8(bytes).unwrap())
    }

    #[test]
    fn passwords_are_known_by_their_name() {
        assert_eq!(clean(r#"{"password" : "a\"b","x":"y"}"#), r#"{"password" : "[redacted]","x":"y"}"#);
        assert_eq!(clean(r#"{"PASSWORD":"abc"}"#), r#"{"PASSWORD":"[redacted]"}"#);
        assert_eq!(clean(r#"{"urn:x:oldPasswd":7}"#), r#"{"urn:x:oldPasswd":"[redacted]"}"#);
        assert_eq!(clean(r#"{"pass\u0077ord":"abc"}"#), r#"{"pass\u0077ord":"[redacted]"}"#);
        assert_eq!(
            clean(r#"{"password":{"value":"a","n":[1,"b",true]},"c":"d"}"#),
            r#"{"password":{"value":"[redacted]","n":["[redacted]","[redacted]",true]},"c":"d"}"#
        );
        assert_eq!(clean(r#"{"password":null,"a":1}"#), "-");
        assert_eq!(clean(r#"{"name":"password","type":"string","a":[{"value":"x"}]}"#), "-");
    }

    #[test]
    fn passwords_are_known_in_what_is_no_json() {
        assert_eq!(clean("no json password\":\"x"), "no json password\":\"[redacted]");
        assert_eq!(
            clean(r#"{"detail":"you sent {\"password\": \"a\\\"b\", \"x\": 1}"}"#),
            r#"{"detail":"you sent {\"password\": \"[redacted]\", \"x\": 1}"}"#
        );
        assert_eq!(clean(r#"{"password":"abc"#), r#"{"password":"[redacted]"#);
        assert_eq!(clean("[[[\"password\":[[{{\"}]]]]"), "-");
    }

    #[test]
    fn the_value_of_a_path_that_leads_to_one_is_one() {
        let op = |path: &str, value: &str| {
            format!(r#"{{"Operations":[{{"value":{value},"path":"{path}"}},{{"value":"kept"}}]}}"#)
        };
        for path in [
            "password",
            "urn:ietf:params:scim:schemas:core:2.0:User:password",
            "PassWord",
            "password.value",
            r"pass\u0077ord",
        ] {
            assert_eq!(clean(&op(path, r#""x""#)), op(path, r#""[redacted]""#), "{path}");
            let (deep, hidden) = (r#"[{"a":{"b":"x"}},12,true]"#, r#"[{"a":{"b":"[redacted]"}},"[redacted]",true]"#);
            assert_eq!(clean(&op(path, deep)), op(path, hidden), "{path}");
        }
        for path in ["userName", r#"emails[type eq \"password\"].value"#] {
            assert_eq!(clean(&op(path, r#""x""#)), "-", "{path}");
        }
        let bulk = r#"{"Operations":[{"path":"/Users/1","data":{"Operations":[{"path":"password","value":"x"}]}}]}"#;
        assert_eq!(clean(bulk), bulk.replace("\"x\"", "\"[redacted]\""));
        let broken = r#"{"Operations":[{"path":"password","value":"x"#;
        assert_eq!(clean(broken), broken.strip_suffix('x').unwrap().to_owned() + "[redacted]");
    }
}
