//! Placeholders for what differs from run to run. One scanner over text; what it knows stands in the tables below.

use client::wire::encode_query_value;
use std::collections::HashMap;

/// What ends a word: an id stands between two of these. Their percent-encoded forms count as well.
const DELIMITERS: &[char] =
    &[' ', '\t', '\r', '\n', '"', '\'', '/', '?', '&', '=', ',', '(', ')', '[', ']', '<', '>', '{', '}', ';', '\\'];
/// Beginnings of the 20-character keys of Okta's objects.
const OKTA_PREFIXES: &[&str] = &["00u", "00g", "0oa", "00o"];
/// Ids shorter than this are replaced only where nothing but an id can stand: `1` is also a number of other things.
const SHORT: usize = 6;

/// Whether numbers are given out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    /// Ids are learnt, nothing is numbered.
    Learn,
    /// Text to sort by: what has no number yet gets none.
    Sort,
    /// Text that stays: numbered by first appearance.
    Write,
}

/// The ids and keys of one text, numbered by first appearance.
#[derive(Debug, Default)]
pub(super) struct Placeholders {
    /// Text to placeholder, the longest text first.
    bases: Vec<(String, &'static str)>,
    run_tag: String,
    /// Every spelling of every known id, to the id.
    ids: HashMap<String, String>,
    numbers: HashMap<String, usize>,
    keys: HashMap<String, usize>,
}

impl Placeholders {
    pub(super) fn new(bases: &[String], run_tag: &str) -> Self {
        let mut all = Vec::new();
        for base in bases.iter().map(|b| b.trim_end_matches('/')).filter(|b| !b.is_empty()) {
            all.push((base.to_owned(), "[base]"));
            if let Some(origin) = origin(base) {
                all.push((origin.to_owned(), "[origin]"));
            }
        }
        // A stable sort: a base without a path is its own origin, and `[base]` stands before `[origin]`.
        all.sort_by_key(|(text, _)| std::cmp::Reverse(text.len()));
        Self { bases: all, run_tag: run_tag.to_owned(), ..Self::default() }
    }

    /// Notes that this text is an id.
    pub(super) fn learn(&mut self, id: &str) {
        if id.is_empty() || id.starts_with("urn:") || id.starts_with("bulkId:") || self.ids.contains_key(id) {
            return;
        }
        self.ids.insert(id.to_owned(), id.to_owned());
        let encoded = encode_query_value(id);
        if encoded != id {
            self.ids.insert(encoded, id.to_owned());
        }
    }

    /// Text standing where an id stands.
    pub(super) fn id(&mut self, text: &str, mode: Mode) -> String {
        if mode == Mode::Learn {
            self.learn(text);
        }
        match self.ids.get(text).cloned() {
            Some(id) => self.number(&id, mode),
            None => self.text(text, mode),
        }
    }

    /// Any text: URLs, filters, paths, values, headers, messages.
    pub(super) fn text(&mut self, given: &str, mode: Mode) -> String {
        if mode == Mode::Learn {
            return String::new();
        }
        if given.len() >= SHORT
            && let Some(id) = self.ids.get(given).cloned()
        {
            return self.number(&id, mode);
        }
        let mut text = given.to_owned();
        for (base, name) in &self.bases {
            text = replace_whole(&text, base, name);
        }
        self.words(&text, mode)
    }

    fn words(&mut self, text: &str, mode: Mode) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        let mut before = None;
        while let Some(first) = rest.chars().next() {
            if let Some(length) = time_length(rest) {
                out.push_str(time(&rest[..length]));
                rest = &rest[length..];
                before = None;
            } else if let Some(length) = delimiter_length(rest) {
                out.push_str(&rest[..length]);
                before = Some(if rest.starts_with("%22") { '"' } else { first });
                rest = &rest[length..];
            } else {
                let end = word_end(rest);
                let (word, after) = rest.split_at(end);
                out.push_str(&self.word(word, before, after, mode));
                rest = after;
                before = None;
            }
        }
        out
    }

    /// A run of characters between delimiters.
    fn word(&mut self, word: &str, before: Option<char>, after: &str, mode: Mode) -> String {
        if let Some(id) = self.ids.get(word).cloned()
            && (word.len() >= SHORT || stands_alone(before, after))
        {
            return self.number(&id, mode);
        }
        let mut out = String::with_capacity(word.len());
        let mut rest = word;
        while let Some(first) = rest.chars().next() {
            if let Some(length) = time_length(rest) {
                out.push_str(time(&rest[..length]));
                rest = &rest[length..];
                continue;
            }
            let narrow = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
            if !narrow(first) {
                out.push(first);
                rest = &rest[first.len_utf8()..];
                continue;
            }
            let (token, after) = rest.split_at(rest.find(|c| !narrow(c)).unwrap_or(rest.len()));
            if token.len() >= SHORT
                && let Some(id) = self.ids.get(token).cloned()
            {
                out.push_str(&self.number(&id, mode));
            } else if is_key(token) {
                out.push_str(&self.key(token, mode));
            } else {
                out.push_str(&self.without_run_tag(token));
            }
            rest = after;
        }
        out
    }

    fn without_run_tag(&self, token: &str) -> String {
        if self.run_tag.is_empty() {
            return token.to_owned();
        }
        token.replace(&self.run_tag, "[run]").replace(&self.run_tag.to_ascii_uppercase(), "[RUN]")
    }

    fn number(&mut self, id: &str, mode: Mode) -> String {
        numbered(&mut self.numbers, id, "id", mode)
    }

    fn key(&mut self, key: &str, mode: Mode) -> String {
        numbered(&mut self.keys, key, "key", mode)
    }
}

fn numbered(numbers: &mut HashMap<String, usize>, text: &str, kind: &str, mode: Mode) -> String {
    let next = numbers.len() + 1;
    match (numbers.get(text), mode) {
        // Padded, so that the tenth sorts after the second; `~` sorts after every number.
        (Some(number), Mode::Sort) => format!("[{kind}:{number:09}]"),
        (Some(number), _) => format!("[{kind}:{number}]"),
        (None, Mode::Write) => {
            numbers.insert(text.to_owned(), next);
            format!("[{kind}:{next}]")
        }
        (None, _) => format!("[{kind}:~]"),
    }
}

/// Scheme and authority of a URL.
fn origin(url: &str) -> Option<&str> {
    let authority = url.find("://")? + 3;
    Some(match url[authority..].find('/') {
        Some(path) => &url[..authority + path],
        None => url,
    })
}

/// Replaces `from` where no letter, digit or dot goes on: `http://h/v2` is not the beginning of `http://h/v21`.
fn replace_whole(text: &str, from: &str, to: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(from) {
        let after = &rest[at + from.len()..];
        let goes_on = after.chars().next().is_some_and(|c| c.is_alphanumeric());
        out.push_str(&rest[..at]);
        out.push_str(if goes_on { from } else { to });
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Whether a short id between these can be nothing but an id: a path segment or a quoted value.
fn stands_alone(before: Option<char>, after: &str) -> bool {
    let quoted = before == Some('"') && (after.starts_with('"') || after.starts_with("%22"));
    let segment = before == Some('/') && (after.is_empty() || after.starts_with(['/', '?', '"', ' ']));
    quoted || segment
}

/// Length of the delimiter a text begins with; percent-encoded ones are three bytes long.
fn delimiter_length(text: &str) -> Option<usize> {
    let first = text.chars().next()?;
    if first == '%' {
        let code = text.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok())?;
        return DELIMITERS.contains(&char::from(code)).then_some(3);
    }
    DELIMITERS.contains(&first).then_some(first.len_utf8())
}

fn word_end(text: &str) -> usize {
    text.char_indices()
        .find(|(at, c)| *at > 0 && (DELIMITERS.contains(c) || (*c == '%' && delimiter_length(&text[*at..]).is_some())))
        .map_or(text.len(), |(at, _)| at)
}

/// A GUID, or a key as Okta makes them.
fn is_key(token: &str) -> bool {
    let okta = token.len() == 20
        && OKTA_PREFIXES.iter().any(|prefix| token.starts_with(prefix))
        && token.bytes().all(|b| b.is_ascii_alphanumeric());
    scim::is_guid(token) || okta
}

/// Length of the date and time a text begins with (RFC 3339, its zone optional, its colons perhaps encoded).
fn time_length(text: &str) -> Option<usize> {
    let mut at = 0;
    let digits = |at: &mut usize, count: usize| -> Option<()> {
        let part = text.get(*at..*at + count)?;
        part.bytes().all(|b| b.is_ascii_digit()).then(|| *at += count)
    };
    let one_of = |at: &mut usize, options: &[&str]| -> Option<()> {
        let found = options.iter().find(|o| text.get(*at..).is_some_and(|rest| rest.starts_with(**o)))?;
        *at += found.len();
        Some(())
    };
    const COLON: &[&str] = &[":", "%3A", "%3a"];
    digits(&mut at, 4)?;
    one_of(&mut at, &["-"])?;
    digits(&mut at, 2)?;
    one_of(&mut at, &["-"])?;
    digits(&mut at, 2)?;
    one_of(&mut at, &["T", "t", " "])?;
    digits(&mut at, 2)?;
    one_of(&mut at, COLON)?;
    digits(&mut at, 2)?;
    one_of(&mut at, COLON)?;
    digits(&mut at, 2)?;
    if one_of(&mut at, &["."]).is_some() {
        while digits(&mut at, 1).is_some() {}
    }
    let mut zone = at;
    if one_of(&mut zone, &["Z", "z"]).is_some() {
        return Some(zone);
    }
    if one_of(&mut zone, &["+", "-", "%2B", "%2b"]).is_some()
        && digits(&mut zone, 2).is_some()
        && one_of(&mut zone, COLON).is_some()
        && digits(&mut zone, 2).is_some()
    {
        return Some(zone);
    }
    Some(at)
}

/// A time without a zone is a defect worth seeing.
fn time(text: &str) -> &'static str {
    let zone = text.get(19..).unwrap_or_default();
    if zone.ends_with(['Z', 'z']) || zone.contains(['+', '-']) || zone.contains("%2") {
        "[time]"
    } else {
        "[time without zone]"
    }
}
