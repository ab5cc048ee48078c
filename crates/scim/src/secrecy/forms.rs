//! The forms a secret may be written in, one text each. What only writes single characters otherwise is for `unfold`.

use super::names_secret;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// A text this long is taken for the secret wherever it stands. A shorter one may be part of an id or a name by chance, and
/// cleanup needs those as they are.
const UNMISTAKABLE: usize = 16;
/// As long is enough where letters, digits and other characters are mixed.
const MIXED: usize = 12;
/// A piece of a form shorter than this says nothing.
const PIECE: usize = 8;
/// A secret longer than this is looked for as it is and with escapes only: what it is searched with would grow with each form.
const LONG: usize = 8 << 10;
/// Values of a query, and words of a header, that are shorter than this stand everywhere.
const VALUE: usize = 6;
/// So does a secret that is shorter than this.
const SHORTEST: usize = 4;

/// Whether a text cannot be in another by chance.
pub(super) fn telling(text: &str) -> bool {
    let kinds = |text: &str| {
        let has = |of: fn(&u8) -> bool| usize::from(text.bytes().any(|b| of(&b)));
        has(u8::is_ascii_alphabetic) + has(u8::is_ascii_digit) + has(|b| !b.is_ascii_alphanumeric())
    };
    text.len() >= UNMISTAKABLE || (text.len() >= MIXED && kinds(text) > 1)
}

/// What proves somebody in a header's value: all of it, and each word of it without its scheme (`Token X`,
/// `Token token="X"`).
#[must_use]
pub fn credentials_in(value: &str) -> Vec<&str> {
    let mut all = vec![value];
    for word in value.split([' ', ',']).filter(|word| !word.is_empty()).skip(1) {
        // The padding of base64 is no assignment.
        let given = word.trim_end_matches('=').split_once('=').map_or(word, |(name, _)| &word[name.len() + 1..]);
        all.push(given.trim_matches('"'));
    }
    all.retain(|text| text.len() >= VALUE || *text == value);
    all
}

/// Whether a parameter of a query is a secret by its name.
#[must_use]
pub fn names_secret_parameter(name: &str) -> bool {
    const KEYS: [&str; 10] = ["key", "apikey", "api_key", "api-key", "code", "sig", "signature", "auth", "sas", "pass"];
    names_secret(name) || KEYS.iter().any(|key| name.eq_ignore_ascii_case(key))
}

/// The values of a URL's query that nobody is to see: those whose name says so, and those that look like nothing else.
pub fn secrets_of_query(query: &str) -> impl Iterator<Item = &str> {
    query.split('&').filter_map(|pair| pair.split_once('=')).filter_map(|(name, value)| {
        let secret = if names_secret_parameter(name) {
            value.len() >= VALUE
        } else {
            telling(value) && !value.contains(['/', ':'])
        };
        secret.then_some(value)
    })
}

/// A text, and the texts that carry it in another alphabet.
pub(super) fn forms(secret: &str) -> Vec<String> {
    let mut all = vec![secret.to_owned()];
    all.extend(super::unfold::unfolded(secret));
    if secret.len() <= LONG {
        for text in all.clone() {
            if text.contains(' ') {
                all.push(text.replace(' ', "+"));
            }
            encoded(text.as_bytes(), &mut all);
        }
    }
    all.retain(|form| form.len() >= SHORTEST);
    all.sort();
    all.dedup();
    all
}

/// Hexadecimal and base64.
fn encoded(bytes: &[u8], all: &mut Vec<String>) {
    all.push(crate::hex(bytes));
    for engine in [&STANDARD_NO_PAD, &URL_SAFE_NO_PAD] {
        all.push(engine.encode(bytes));
        // As part of something longer, such as `user:password`: the characters that carry nothing but the secret.
        for (before, from) in [(0, 0), (1, 2), (2, 3)] {
            let whole = engine.encode([&vec![0; before][..], bytes].concat());
            let to = (before + bytes.len()) * 4 / 3;
            if to >= from + PIECE {
                all.push(whole[from..to].to_owned());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_holds_its_words_and_a_query_its_values() {
        assert_eq!(credentials_in("abc"), ["abc"]);
        assert_eq!(credentials_in("Token abcdef"), ["Token abcdef", "abcdef"]);
        assert_eq!(credentials_in("Basic YTpiYw=="), ["Basic YTpiYw==", "YTpiYw=="]);
        assert_eq!(credentials_in("Token token=\"abcdef\", v=1"), ["Token token=\"abcdef\", v=1", "abcdef"]);
        let of = |query| secrets_of_query(query).collect::<Vec<_>>();
        assert_eq!(of("aadOptscim062020&code=s3cret-7&version=2"), ["s3cret-7"]);
        assert_eq!(of("x=0123456789abcdef&key=1&dir=https://h.example/abcdef"), ["0123456789abcdef"]);
    }

    #[test]
    fn only_what_is_no_word_is_telling() {
        assert!(["correct-horse-battery", "abcdefghijkl1", "aaaaaaaaaaaaaaaa"].into_iter().all(telling));
        assert!(!["tok-123", "administrator", "12345678901"].into_iter().any(telling));
    }
}
