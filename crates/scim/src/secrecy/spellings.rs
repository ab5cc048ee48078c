//! Finds secrets in text, however they are spelt.
//!
//! In: the secrets. Out: texts and bytes without them. A secret is known as it is, in capitals, in base64 (of itself and of
//! something with it inside), in hexadecimal, and in each of these with any of its characters escaped as JSON, a URL, HTML or a
//! program would, up to three times over. A form that is telling is taken out wherever it stands, also glued to a word; a shorter one
//! where it is a word of its own, since it may be part of an id by chance. Never: the secret in a `Debug`.

use super::forms::{forms, telling};
use super::unfold::{LAYERS, Unfolded};
use super::{MARK, marked};
use aho_corasick::{AhoCorasick, AhoCorasickKind, Input, MatchKind};
use std::borrow::Cow;
use std::fmt;
use std::ops::Range;

/// All spellings of some secrets.
pub struct Spellings {
    /// `None` where there is no secret.
    search: Option<AhoCorasick>,
    forms: Vec<Form>,
}

struct Form {
    text: String,
    telling: bool,
}

impl Spellings {
    /// Of these secrets.
    #[must_use]
    pub fn of<'a>(secrets: impl IntoIterator<Item = &'a str>) -> Self {
        let mut all: Vec<String> = secrets.into_iter().filter(|s| !s.is_empty()).flat_map(forms).collect();
        all.sort();
        all.dedup();
        let search = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .match_kind(MatchKind::LeftmostLongest)
            // Made for each credential, so it has to be made fast.
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(&all)
            .ok()
            .filter(|_| !all.is_empty());
        let form = |text: String| Form { telling: telling(&text), text };
        Self { search, forms: all.into_iter().map(form).collect() }
    }

    /// Whether one of them is in it.
    #[must_use]
    pub fn within(&self, text: &str) -> bool {
        !found(text.as_bytes(), &[self]).is_empty()
    }

    fn search(&self, given: &[u8], found: &mut Vec<Range<usize>>) {
        let Some(search) = &self.search else { return };
        let mut from = 0;
        while let Some(hit) = search.find(Input::new(given).range(from..)) {
            let form = &self.forms[hit.pattern().as_usize()];
            let seen = &given[hit.range()];
            if form.telling || (alone(given, hit.range()) && one_case(seen, form.text.as_bytes())) {
                found.push(hit.range());
                from = hit.end();
            } else {
                from = hit.start() + 1;
            }
        }
    }
}

/// Whether it is a word of its own.
fn alone(given: &[u8], range: Range<usize>) -> bool {
    let in_word = |b: Option<&u8>| b.is_some_and(|b| b.is_ascii_alphanumeric() || b"-_.".contains(b));
    let before = range.start.checked_sub(1).and_then(|at| given.get(at));
    // A number of JSON is no text, and without it there would be no JSON.
    let number = given[range.clone()].iter().all(u8::is_ascii_digit)
        && given[..range.start].trim_ascii_end().last().is_some_and(|b| b":[,".contains(b));
    !in_word(before) && !in_word(given.get(range.end)) && !number
}

/// As it was given, or in capitals, or without any: a short secret in another case is another word.
fn one_case(seen: &[u8], form: &[u8]) -> bool {
    seen == form || !seen.iter().any(u8::is_ascii_lowercase) || !seen.iter().any(u8::is_ascii_uppercase)
}

impl fmt::Debug for Spellings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Spellings({MARK})")
    }
}

/// The bytes without the secrets; `None` where there is none in them.
#[must_use]
pub fn without(given: &[u8], known: &[&Spellings]) -> Option<Vec<u8>> {
    marked(given, &found(given, known), |_| MARK.into())
}

/// The text without the secrets.
#[must_use]
pub fn without_in<'a>(given: &'a str, known: &[&Spellings]) -> Cow<'a, str> {
    match without(given.as_bytes(), known) {
        Some(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes).into_owned()),
        None => Cow::Borrowed(given),
    }
}

/// Where they are, in order, none touching another.
fn found(given: &[u8], known: &[&Spellings]) -> Vec<Range<usize>> {
    let mut all = Vec::new();
    if known.iter().all(|spellings| spellings.search.is_none()) {
        return all;
    }
    known.iter().for_each(|spellings| spellings.search(given, &mut all));
    let mut layers: Vec<Unfolded> = Vec::new();
    while layers.len() < LAYERS {
        let Some(next) = Unfolded::of(layers.last().map_or(given, |layer| &layer.bytes)) else { break };
        layers.push(next);
        let mut here = Vec::new();
        known.iter().for_each(|spellings| spellings.search(&layers[layers.len() - 1].bytes, &mut here));
        let original = |range: Range<usize>| layers.iter().rev().fold(range, |range, layer| layer.original(&range));
        all.extend(here.into_iter().map(original));
    }
    all.sort_by_key(|range| range.start);
    all.dedup_by(|next, kept| {
        let touches = next.start <= kept.end;
        if touches {
            kept.end = kept.end.max(next.end);
        }
        touches
    });
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "s3cr/t+\"Tok=en-7";

    fn clean(text: &str, secrets: &[&str]) -> String {
        without_in(text, &[&Spellings::of(secrets.iter().copied())]).into_owned()
    }

    fn escaped(text: &str, each: impl Fn(u8) -> String) -> String {
        text.bytes().map(each).collect()
    }

    #[test]
    fn a_secret_is_found_however_it_is_spelt() {
        use base64::Engine as _;
        use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD, URL_SAFE};
        let json = serde_json::to_string(TOKEN).unwrap();
        let json = json.trim_matches('"');
        let nested = serde_json::to_string(json).unwrap();
        let percent =
            escaped(TOKEN, |b| if b.is_ascii_alphanumeric() { char::from(b).into() } else { format!("%{b:02x}") });
        let hex = escaped(TOKEN, |b| format!("{b:02x}"));
        let pair = |before: &str| STANDARD.encode(format!("{before}{TOKEN}"));
        for spelt in [
            TOKEN.to_owned(),
            json.to_owned(),
            json.replace('/', "\\/"),
            json.replace('+', "\\u002B"),
            nested.trim_matches('"').to_owned(),
            escaped(TOKEN, |b| format!("\\u{b:04x}")),
            escaped(TOKEN, |b| format!("\\x{b:02x}")),
            escaped(TOKEN, |b| format!("&#{b};")),
            escaped(TOKEN, |b| format!("&#x{b:X};")),
            TOKEN.replace('"', "&quot;"),
            percent.to_uppercase(),
            percent.replace('%', "%25"),
            percent,
            escaped(TOKEN, |b| format!("%{b:02X}")),
            hex.to_uppercase(),
            hex,
            TOKEN.to_uppercase(),
            TOKEN.to_lowercase(),
            STANDARD_NO_PAD.encode(TOKEN),
            URL_SAFE.encode(TOKEN).trim_end_matches('=').to_owned(),
            format!("{TOKEN:?}").trim_matches('"').to_owned(),
        ] {
            for text in [format!("x {spelt} y"), spelt.clone(), format!("glued{spelt}word")] {
                let expected = text.replace(&spelt, MARK);
                assert_eq!(clean(&text, &[TOKEN]), expected, "{text}");
            }
        }
        for before in ["", "a:", "ad:", "ada:"] {
            let left = clean(&pair(before), &[TOKEN]);
            assert!(left.contains(MARK) && left.len() < MARK.len() + 10, "{left}");
        }
    }

    #[test]
    fn a_short_secret_does_not_eat_ids_that_hold_it_by_chance() {
        for kept in ["6c43tok-1230c", "a tok-123-b", "tok-1234", "Tok-123", "/Users/tok-123x"] {
            assert_eq!(clean(kept, &["tok-123"]), kept);
        }
        for (text, expected) in [
            ("Bearer tok-123, tok-123", "Bearer [redacted], [redacted]"),
            ("TOK-123/t\\u006fk-123", "[redacted]/[redacted]"),
            ("\"746f6b2d313233\"", "\"[redacted]\""),
            ("\"dG9rLTEyMw==\"", "\"[redacted]==\""),
        ] {
            assert_eq!(clean(text, &["tok-123"]), expected);
        }
        assert_eq!(clean("{\"n\":123456,\"s\":\"123456\"}", &["123456"]), "{\"n\":123456,\"s\":\"[redacted]\"}");
        assert_eq!(clean("a true 1", &["1", "a"]), "a true 1");
        assert_eq!(clean("/x0123456789abcdefx", &["0123456789abcdef"]), "/x[redacted]x");
        assert_eq!(
            clean("tok-123 and 0123456789abcdef", &["tok-123", "0123456789abcdef"]),
            "[redacted] and [redacted]"
        );
    }

    #[test]
    fn what_holds_none_stays_as_it_is() {
        for text in ["", r"\u00e9 100% &amp;", "{\"userName\":\"ada\"}"] {
            assert!(without(text.as_bytes(), &[&Spellings::of([TOKEN])]).is_none(), "{text}");
            assert!(without(text.as_bytes(), &[&Spellings::of([""]), &Spellings::of([])]).is_none(), "{text}");
        }
        assert!(!format!("{:?}", Spellings::of([TOKEN])).contains("s3cr"));
    }

    #[test]
    fn a_secret_with_escapes_in_it_is_found_too() {
        assert_eq!(clean("me:p%40ss-w0rd-12@proxy", &["p%40ss-w0rd-12"]), "me:[redacted]@proxy");
        assert_eq!(clean("it was p@ss-w0rd-12!", &["p%40ss-w0rd-12"]), "it was [redacted]!");
        assert_eq!(clean("pass+phrase+of+words", &["pass phrase of words"]), MARK);
        let long = "x1".repeat(40_000);
        assert_eq!(clean(&format!("a {long} b"), &[&long]), "a [redacted] b");
    }

    proptest::proptest! {
        #[test]
        fn what_is_taken_out_is_all_of_it(before in "[ -~]{0,20}", after in "[ -~]{0,20}", which in 0..4_usize) {
            let each: fn(u8) -> String = [
                |b| format!("\\u{b:04x}"),
                |b| format!("%{b:02x}"),
                |b| format!("&#{b};"),
                |b| char::from(b).to_string(),
            ][which];
            let given = format!("{before}{}{after}", escaped(TOKEN, each));
            let left = clean(&given, &[TOKEN]);
            proptest::prop_assert!(left.contains(MARK), "{left}");
            proptest::prop_assert!(left.starts_with(&before[..before.len().saturating_sub(8)]), "{left}");
        }
    }
}
