//! Pseudonyms: what a tenant holds, without the people in it.
//!
//! In: a resource, a key. Out: the same resource, each value replaced by one made from it with HMAC-SHA-256 (RFC 2104), so
//! that equal values stay equal wherever they stand, and nobody without the key can go back. Never: a change of an attribute's
//! name, of what a value's type is, or of which values are equal.
//!
//! A text is taken apart into words, and each word has its pseudonym: an address keeps its domain, and a user name that is
//! made of a person's names still is. A word's pseudonym comes from the form in which names are compared, and is then written
//! as the word was: in capitals, in wide letters, with a composed accent or a separate one. So what differed in case, width,
//! composition or blanks only, still does. What can be seen afterwards: how values are put together, how long words of more than
//! 14 letters are, numbers of one or two digits within a text, and how often a value occurs.

use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::ToSpan as _;
use jiff::civil::Date;
use scim::is_guid;
use scim::prepared::prepared;
use serde_json::{Map, Number, Value};
use sha2::Sha256;

/// Letters of pseudonyms: each has a composed form with an acute accent, in both cases.
const LETTERS: &[u8; 16] = b"acegiklmnoprsuwy";
const ACCENTED: [char; 16] = ['á', 'ć', 'é', 'ǵ', 'í', 'ḱ', 'ĺ', 'ḿ', 'ń', 'ó', 'ṕ', 'ŕ', 'ś', 'ú', 'ẃ', 'ý'];
const ACUTE: char = '\u{301}';
/// A word's pseudonym has no fewer letters: with 56 bits a million words do not meet by chance.
const SHORTEST: usize = 14;
/// Nor has it more.
const LONGEST: usize = 64;
/// Values that say something by themselves and nothing of anybody: what an `active` may be, and the kinds of values and
/// references (RFC 7643 sections 4.1.2, 4.2 and 6).
const PLAIN: &[&str] = &[
    "true",
    "false",
    "yes",
    "no",
    "work",
    "home",
    "other",
    "mobile",
    "fax",
    "pager",
    "photo",
    "thumbnail",
    "user",
    "group",
    "direct",
    "indirect",
];
/// Attributes whose texts are names of kinds.
const KINDS: &[&str] = &["type", "active", "primary"];

/// A key, and the pseudonyms made with it.
#[derive(Clone)]
pub struct Mask {
    mac: Hmac<Sha256>,
    days: i64,
}

impl std::fmt::Debug for Mask {
    /// Without the key.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mask(..)")
    }
}

/// Why a text is no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a key of pseudonyms is 64 hexadecimal digits")]
pub struct MaskError;

impl Mask {
    /// With a key as its file has it: 64 hexadecimal digits.
    ///
    /// # Errors
    /// When the text is something else.
    pub fn with_key(text: &str) -> Result<Self, MaskError> {
        let text = text.trim();
        if text.len() != 64 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
            return Err(MaskError);
        }
        let digits = (0..32).map(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16));
        let key = digits.collect::<Result<Vec<u8>, _>>().map_err(|_| MaskError)?;
        let mac = Hmac::<Sha256>::new_from_slice(&key).map_err(|_| MaskError)?;
        let mut mask = Self { mac, days: 0 };
        let far = mask.digest("days", "", 0);
        mask.days = 1 + i64::from(u16::from_be_bytes([far[0], far[1]]) % 3650);
        Ok(mask)
    }

    /// What tells one key from another, and nothing else of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        scim::hex(&self.digest("fingerprint", "", 0)[..8])
    }

    /// A resource under the mask.
    #[must_use]
    pub fn resource(&self, resource: &Value) -> Value {
        self.value("", resource)
    }

    fn value(&self, name: &str, value: &Value) -> Value {
        match value {
            Value::Object(all) => {
                let masked = |(name, value): (&String, &Value)| (name.clone(), self.member(name, value));
                Value::Object(all.iter().map(masked).collect::<Map<String, Value>>())
            }
            Value::Array(all) => Value::Array(all.iter().map(|value| self.value(name, value)).collect()),
            Value::String(text) if kind(name, text) => value.clone(),
            Value::String(text) => Value::String(self.text(text)),
            Value::Number(number) => Value::Number(self.number(number)),
            Value::Bool(_) | Value::Null => value.clone(),
        }
    }

    fn member(&self, name: &str, value: &Value) -> Value {
        // Names of schemas and of resource types speak of the product, and without them nothing can be read.
        let of_schema = name.eq_ignore_ascii_case("schemas") || name.eq_ignore_ascii_case("resourceType");
        if of_schema { value.clone() } else { self.value(name, value) }
    }

    /// A text under the mask.
    #[must_use]
    pub fn text(&self, text: &str) -> String {
        if let Some(day) = self.instant(text) {
            return day;
        }
        if let Some((scheme, rest)) = text.split_once("://") {
            let parts = rest.split('/').map(|part| match part {
                "Users" | "Groups" => part.to_owned(),
                part => self.part(part),
            });
            return format!("{scheme}://{}", parts.collect::<Vec<_>>().join("/"));
        }
        self.part(text)
    }

    /// A text that is no URL.
    fn part(&self, text: &str) -> String {
        if is_guid(text) {
            return self.guid(text);
        }
        if let Some(rest) = text.strip_prefix("00u").filter(|_| is_okta_key(text)) {
            return format!("00u{}", self.letters(rest, rest, 17));
        }
        let mut out = String::with_capacity(text.len() * 2);
        let mut rest = text;
        while let Some(start) = rest.find(in_word) {
            out.push_str(&rest[..start]);
            let word = &rest[start..];
            let end = word.find(|c| !in_word(c)).unwrap_or(word.len());
            out.push_str(&self.word(&word[..end], end == text.len()));
            rest = &word[end..];
        }
        out.push_str(rest);
        // Signs alone may be a value too.
        if out == text && text.chars().count() > 5 { self.letters(text, "", SHORTEST) } else { out }
    }

    /// A word; `alone` where it is the whole text.
    fn word(&self, word: &str, alone: bool) -> String {
        let folded = prepared(word, false);
        if folded.bytes().all(|b| b.is_ascii_digit()) {
            return if folded.len() <= 2 && !alone { word.to_owned() } else { self.digits(&folded, word) };
        }
        self.letters(&folded, word, SHORTEST)
    }

    /// The pseudonym of what is compared as `folded`, written as `word` is.
    fn letters(&self, folded: &str, word: &str, shortest: usize) -> String {
        let mut out = String::new();
        let mut shapes = word.chars().peekable();
        let length = word.chars().filter(|c| !is_mark(*c)).count().clamp(shortest, LONGEST.max(shortest));
        for byte in self.stream(folded, length) {
            let letter = usize::from(byte & 15);
            let shape = shapes.next().unwrap_or('a');
            let mut plain = char::from(LETTERS[letter]);
            if !shape.is_ascii() && !is_wide(shape) && shape.is_alphabetic() {
                plain = ACCENTED[letter];
            }
            if shape.is_uppercase() {
                plain = plain.to_uppercase().next().unwrap_or(plain);
            }
            if is_wide(shape) && plain.is_ascii() {
                plain = char::from_u32(u32::from(plain) + 0xfee0).unwrap_or(plain);
            }
            out.push(plain);
            while shapes.next_if(|c| is_mark(*c)).is_some() {
                out.push(ACUTE);
            }
        }
        out
    }

    /// The pseudonym of a number that stands as text; it does not begin with a zero unless the number does.
    fn digits(&self, folded: &str, word: &str) -> String {
        let length = folded.len().clamp(SHORTEST, LONGEST);
        let mut shapes = word.chars();
        let digit = |(at, byte): (usize, u8)| match at {
            0 if folded.starts_with('0') => '0',
            0 => char::from(b'1' + byte % 9),
            _ => char::from(b'0' + byte % 10),
        };
        let written = |digit: char| match shapes.next() {
            Some(shape) if is_wide(shape) => char::from_u32(u32::from(digit) + 0xfee0).unwrap_or(digit),
            _ => digit,
        };
        self.stream(folded, length).into_iter().enumerate().map(digit).map(written).collect()
    }

    /// A number under the mask: the same digits as where it stands as text, as far as a number can have them.
    fn number(&self, number: &Number) -> Number {
        let text = number.to_string();
        let digits = text.bytes().all(|b| b.is_ascii_digit());
        let masked = if digits { self.digits(&text, &text) } else { self.digits("", &text) };
        masked.get(..SHORTEST).and_then(|m| m.parse::<u64>().ok()).map_or_else(|| Number::from(0), Number::from)
    }

    fn guid(&self, text: &str) -> String {
        let folded = text.to_ascii_lowercase();
        let digest = self.digest("guid", &folded, 0);
        let mut nibbles = digest.iter().flat_map(|b| [b >> 4, b & 15]);
        let upper = text.bytes().any(|b| b.is_ascii_uppercase());
        let digit = |c: char| match c {
            '-' => '-',
            _ => {
                let digit = char::from_digit(u32::from(nibbles.next().unwrap_or(0)), 16).unwrap_or('0');
                if upper { digit.to_ascii_uppercase() } else { digit }
            }
        };
        text.chars().map(digit).collect()
    }

    /// An instant, moved by as many days as all others; order and distances stay.
    fn instant(&self, text: &str) -> Option<String> {
        let (date, rest) = (text.get(..10)?, text.get(10..)?);
        let like = |pattern: &str, text: &str| {
            text.len() == pattern.len()
                && text.bytes().zip(pattern.bytes()).all(|(b, p)| if p == b'0' { b.is_ascii_digit() } else { b == p })
        };
        if !like("0000-00-00", date) || !like("T00:00:00", rest.get(..9)?) {
            return None;
        }
        let moved = date.parse::<Date>().ok()?.checked_sub(self.days.days()).ok()?;
        Some(format!("{moved}{rest}"))
    }

    /// So many bytes of what the key makes of a text.
    fn stream(&self, folded: &str, length: usize) -> Vec<u8> {
        (0..length.div_ceil(32)).flat_map(|block| self.digest("word", folded, block)).take(length).collect()
    }

    fn digest(&self, domain: &str, text: &str, block: usize) -> [u8; 32] {
        let mut mac = self.mac.clone();
        mac.update(domain.as_bytes());
        mac.update(&[0]);
        mac.update(&u64::try_from(block).unwrap_or(u64::MAX).to_be_bytes());
        mac.update(text.as_bytes());
        mac.finalize().into_bytes().into()
    }
}

fn kind(name: &str, text: &str) -> bool {
    KINDS.iter().any(|kind| name.eq_ignore_ascii_case(kind))
        && PLAIN.iter().any(|plain| text.trim().eq_ignore_ascii_case(plain))
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || is_mark(c)
}

/// Accents that stand behind their letter.
fn is_mark(c: char) -> bool {
    ('\u{300}'..='\u{36f}').contains(&c)
}

fn is_wide(c: char) -> bool {
    ('\u{ff00}'..='\u{ffef}').contains(&c)
}

/// Okta's keys of users are 20 letters and digits that begin with 00u.
fn is_okta_key(text: &str) -> bool {
    text.len() == 20 && text.bytes().all(|b| b.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn mask() -> Mask {
        Mask::with_key(&"0123456789abcdef".repeat(4)).unwrap()
    }

    #[test]
    fn what_compares_equal_still_does_and_what_differs_still_differs() {
        let mask = mask();
        let forms =
            ["Ada", "ada", "ADA", "aDa", " ada", "ada ", "\u{ff41}da", "René", "Rene\u{301}", "RENÉ", "007", "7"];
        let masked: Vec<String> = forms.iter().map(|form| mask.text(form)).collect();
        for (a, ma) in forms.iter().zip(&masked) {
            for (b, mb) in forms.iter().zip(&masked) {
                assert_eq!(a == b, ma == mb, "{a} {b}: {ma} {mb}");
                let same = |a: &str, b: &str| prepared(a.trim(), false) == prepared(b.trim(), false);
                assert_eq!(same(a, b), same(ma, mb), "{a} {b}: {ma} {mb}");
            }
        }
        assert_ne!(mask.text("ada"), Mask::with_key(&"f".repeat(64)).unwrap().text("ada"));
    }

    #[test]
    fn domains_names_ids_and_references_hang_together() {
        let mask = mask();
        let user = json!({"id": 4711, "userName": "ada.love@corp.example", "name": {"givenName": "Ada"}, "active": "False",
            "externalId": "6d591249-4169-496e-827d-dfaea6494616", "schemas": [scim::urn::USER],
            "emails": [{"value": "ben@corp.example", "type": "work"}],
            "meta": {"resourceType": "User", "created": "2024-03-01T10:00:00Z", "lastModified": "2024-03-02T10:00:00Z",
                     "location": "https://app.example/scim/v2/Users/4711"}});
        let out = mask.resource(&user);
        let text = |v: &Value| v.as_str().unwrap().to_owned();
        let domain = |v: &Value| text(v).split_once('@').unwrap().1.to_owned();
        assert_eq!(domain(&out["userName"]), domain(&out["emails"][0]["value"]));
        assert!(text(&out["userName"]).starts_with(&text(&out["name"]["givenName"]).to_lowercase()));
        assert_eq!(out["id"].to_string(), mask.text("4711"), "an id is one, as number and as text");
        assert!(text(&out["meta"]["location"]).ends_with(&format!("/Users/{}", out["id"])));
        assert!(is_guid(&text(&out["externalId"])) && out["externalId"] != user["externalId"]);
        assert_eq!(
            (&out["active"], &out["emails"][0]["type"], &out["schemas"]),
            (&json!("False"), &json!("work"), &user["schemas"])
        );
        let (created, modified) = (text(&out["meta"]["created"]), text(&out["meta"]["lastModified"]));
        assert!(created < modified && created.ends_with("T10:00:00Z") && !created.starts_with("2024-03-01"));
        assert_eq!(mask.text("name_2").rsplit('_').next(), Some("2"), "the twin of a name is still seen to be one");
    }

    #[test]
    fn an_instant_moves_by_whole_days_over_the_ends_of_years() {
        let mask = Mask { days: 60, ..mask() };
        assert_eq!(mask.instant("2024-03-01T08:00:00Z").as_deref(), Some("2024-01-01T08:00:00Z"));
        assert_eq!(mask.instant("2024-02-29T08:00:00+02:00").as_deref(), Some("2023-12-31T08:00:00+02:00"));
        assert_eq!(mask.instant("2024-02-30T08:00:00Z"), None, "no day of the calendar is a text like any other");
    }

    #[test]
    fn a_key_is_64_digits() {
        for bad in ["", "abc", &"g".repeat(64), &"é".repeat(32)] {
            assert!(Mask::with_key(bad).is_err(), "{bad}");
        }
        assert_eq!(mask().fingerprint().len(), 16);
        assert_eq!(format!("{:?}", mask()), "Mask(..)");
    }
}
