//! What is wrong with `scimulate.toml`: where, which key, what it should be, and what was probably meant.
//!
//! In: the file's text and what its reader said. Out: one message in the words of the file. Never: a value that may be a
//! secret, which people write where only its place belongs.

use scim::nearest;
use std::path::Path;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

/// Words in a line that may hold a secret.
const DELICATE: &[&str] =
    &["token", "password", "passphrase", "secret", "value", "header", "authorization", "cookie", "key"];

/// What the reader of the file calls a type, and what people call it.
const KINDS: &[(&str, &str)] = &[
    ("a string", "text in quotes"),
    ("string", "text in quotes"),
    ("a boolean", "true or false"),
    ("a sequence", "a list"),
    ("a map", "a table of keys"),
    ("struct ", "a table of keys"),
    ("path string", "text in quotes"),
    ("f64", "a number"),
    ("i64", "a whole number"),
    ("u8", "a whole number from 0 to 255"),
    ("u16", "a whole number from 0 to 65535"),
    ("a nonzero u16", "a whole number from 1 to 65535"),
    ("u32", "a whole number from 0 to 4294967295"),
    ("u64", "a whole number, 0 or more"),
];

/// What was found instead, by the first word of how the reader calls it.
const FOUND: &[(&str, &str)] = &[
    ("string", "text"),
    ("integer", "a whole number"),
    ("floating", "a number with a fraction"),
    ("boolean", "true or false"),
    ("sequence", "a list"),
    ("map", "a table of keys"),
];

/// The whole message about a file that could not be read.
pub(super) fn told(path: &Path, text: &str, error: &toml::de::Error) -> String {
    let at = error.span().unwrap_or_default().start;
    let key = DeTable::parse(text).ok().map(|table| key_at(table.get_ref(), at)).unwrap_or_default();
    format!("{}: {}{}", place(path, text, at), mended(error.message(), &key), excerpt(text, at))
}

/// A reader's message in the file's words. `key` is the key's path, empty where the file is no TOML.
fn mended(message: &str, key: &str) -> String {
    let message = message.lines().next().unwrap_or_default();
    let mut names = message.split('`').skip(1).step_by(2);
    let (first, known) = (names.next().unwrap_or_default(), names.collect::<Vec<_>>());
    let meant = || nearest(first, known.iter().copied()).map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
    let all = || known.iter().map(|k| format!("`{k}`")).collect::<Vec<_>>().join(", ");
    let table = key.strip_suffix(first).and_then(|table| table.strip_suffix('.')).unwrap_or("the top of the file");
    if message.starts_with("unknown field ") {
        let there = if known.is_empty() { "there is no key".to_owned() } else { format!("the keys are {}", all()) };
        return format!("unknown key `{first}`{}\n  in {table} {there}", meant());
    }
    if message.starts_with("unknown variant ") {
        return format!("{key} cannot be `{first}`{}\n  it is one of {}", meant(), all());
    }
    if message.starts_with("missing field ") {
        return format!("{key} lacks the key `{first}`");
    }
    if message == "duplicate key" {
        return "this key or table stands in the file already; keep one of the two".to_owned();
    }
    if message == "wanted string or table" {
        return format!("{key} must be text in quotes");
    }
    let kind = message.strip_prefix("invalid type: ").or_else(|| message.strip_prefix("invalid value: "));
    match kind.and_then(|rest| rest.rsplit_once(", expected ")) {
        Some((found, wanted)) => {
            let found = FOUND.iter().find(|(word, _)| found.starts_with(word)).map_or("something else", |(_, is)| is);
            let range = message.starts_with("invalid value: ");
            let instead = if range { String::new() } else { format!(", not {found}") };
            format!("{key} must be {}{instead}", wanted_kind(wanted))
        }
        None if key.is_empty() => format!("this is no TOML: {message}"),
        None => format!("{key}: {message}"),
    }
}

fn wanted_kind(wanted: &str) -> &str {
    if wanted == "struct SecretTable" {
        return "the place of a secret, never the secret: { env = \"NAME\" }, { file = \"path\" } or { command = [...] }";
    }
    let fits = |(name, _): &&(&str, &str)| if name.ends_with(' ') { wanted.starts_with(name) } else { wanted == *name };
    KINDS.iter().find(fits).map_or(wanted, |(_, is)| is)
}

/// The path of the key that stands, or whose value stands, at a place of the file.
fn key_at(table: &DeTable<'_>, at: usize) -> String {
    let mut found = Vec::new();
    walk(table, at, &mut Vec::new(), &mut found);
    found.into_iter().max_by_key(Vec::len).unwrap_or_default().join(".")
}

fn walk(table: &DeTable<'_>, at: usize, path: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    for (key, value) in table {
        path.push(key.get_ref().to_string());
        if key.span().contains(&at) || value.span().contains(&at) {
            found.push(path.clone());
        }
        match Spanned::get_ref(value) {
            DeValue::Table(inner) => walk(inner, at, path, found),
            DeValue::Array(all) => {
                for inner in all.iter().filter_map(|v| v.get_ref().as_table()) {
                    walk(inner, at, path, found);
                }
            }
            _ => {}
        }
        path.pop();
    }
}

/// `file:line:column`.
pub(super) fn place(path: &Path, text: &str, at: usize) -> String {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
    format!("{}:{line}:{column}", path.display())
}

/// The line, below the message; of one that may hold a secret only what no secret can be.
pub(super) fn excerpt(text: &str, at: usize) -> String {
    let before = text.get(..at.min(text.len())).unwrap_or(text);
    let line = text.lines().nth(before.matches('\n').count()).unwrap_or_default().trim_end();
    let above = before.rsplit_once('\n').map_or("", |(above, _)| above);
    // What a line within a text of several lines belongs to stands above it.
    if ["\"\"\"", "'''"].iter().any(|quotes| above.matches(quotes).count() % 2 == 1) {
        return "\n  ...".to_owned();
    }
    let lower = line.to_lowercase();
    let header = line.trim_start().starts_with('[');
    let line = match DELICATE.iter().any(|word| lower.contains(word)) && !header {
        true => masked(line),
        false => line.to_owned(),
    };
    let shown: String = line.chars().filter(|c| !c.is_control()).take(120).collect();
    if shown.trim().is_empty() { String::new() } else { format!("\n  {shown}") }
}

/// The line with an ellipsis for every value: what stands after `=` and is no brace. Where a value ends is known of plain text
/// in quotes alone, and only where a brace or another key follows; after any other nothing more is shown.
fn masked(line: &str) -> String {
    let mut out = String::new();
    let mut rest = line;
    while let Some((before, after)) = rest.split_once('=') {
        if !out.is_empty() && !between(before) {
            return out;
        }
        out = out + before + "=";
        let value = after.trim_start();
        if let Some(inner) = value.strip_prefix('{') {
            out += " {";
            rest = inner;
            continue;
        }
        out += " ...";
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''));
        let Some((inner, after)) = quote.and_then(|quote| value[1..].split_once(quote)) else { return out };
        // A quote too many: where the value ends is not sure.
        if inner.contains('\\') || quote.is_some_and(|quote| after.matches(quote).count() % 2 == 1) {
            return out;
        }
        rest = after;
    }
    match rest.trim_matches([' ', '}']) {
        _ if out.is_empty() => "...".to_owned(),
        "" => out + rest,
        _ => out,
    }
}

/// Whether this may stand between a value, or an opening brace, and the `=` of the next key: closing braces, a comma, the key.
fn between(text: &str) -> bool {
    let key = text.trim_start_matches([' ', '}']).trim_start_matches([',', ' ']).trim_end();
    !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_that_may_hold_a_secret_shows_none() {
        for (line, shown) in [
            ("token = \"hunter2\"", "token = ..."),
            ("auth = { kind = \"bearer\", token = \"hunter2\" }", "auth = { kind = ..., token = ... }"),
            ("auth = { token = { env = 'hunter2' } }", "auth = { token = { env = ... } }"),
            ("password = \"hunter2\\\"hunter2\"", "password = ..."),
            ("token = \"hunter2", "token = ..."),
            ("password = 1234", "password = ..."),
            ("token \"hunter2\"", "..."),
            (r#"password = "a\",hunter2""#, "password = ..."),
            (r#"password = "a\", hunter2=1, b = "x""#, "password = ..."),
            (r#"auth = { token = "a\\", kind = "bearer" }"#, "auth = { token = ..."),
            (r#"password = "a", hunter2""#, "password = ..."),
            (r#"password = "a", hunter2=b""#, "password = ..."),
            (r#"password = "a", "hunter2""#, "password = ..."),
            ("password = 'a', hunter2'", "password = ..."),
            ("password = a,hunter2", "password = ..."),
            ("auth = { token = hunter1, hunter2 = 3 }", "auth = { token = ..."),
            ("auth = { token = hunter1} hunter2", "auth = { token = ..."),
            ("token = [\"hunter1\", \"hunter2\"]", "token = ..."),
            (
                "auth = { token = { env = 'hunter2' }, kind = 'bearer' } # hunter2",
                "auth = { token = { env = ... }, kind = ...",
            ),
        ] {
            assert_eq!(excerpt(line, 0), format!("\n  {shown}"), "{line}");
        }
        let lines = "[a]\ntoken = \"\"\"\nhunter1\nhunter2\\q\"\"\"\njobs = \"3\"";
        assert_eq!(excerpt(lines, lines.find("hunter2").unwrap()), "\n  ...");
        assert_eq!(excerpt(lines, lines.find("jobs").unwrap()), "\n  jobs = \"3\"");
        assert_eq!(excerpt("jobs = \"3\"", 0), "\n  jobs = \"3\"");
        assert_eq!(excerpt("[targets.x.auth.token]", 0), "\n  [targets.x.auth.token]");
    }

    #[test]
    fn the_path_of_a_key_is_found_however_it_is_written() {
        for text in ["[targets.x.pace]\njobs = 'a'", "targets.x.pace.jobs = 'a'", "targets = {x={pace={jobs = 'a'}}}"] {
            let table = DeTable::parse(text).unwrap();
            assert_eq!(key_at(table.get_ref(), text.find("'a'").unwrap()), "targets.x.pace.jobs", "{text}");
            assert_eq!(key_at(table.get_ref(), text.find("jobs").unwrap()), "targets.x.pace.jobs", "{text}");
        }
    }
}
