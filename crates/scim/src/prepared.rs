//! The form in which texts are compared (RFC 7644 sections 5 and 7.8).
//!
//! In: a text. Out: the text to compare in its place. Never: what is stored or shown, which stays as it was sent.
//!
//! RFC 7644 points to PRECIS, whose user name profiles map widths, then case, then compose (RFC 8265 section 3.3). That
//! is done here to every text that has no case, and composing alone to a text that has: one accented letter or a letter
//! and its accent are the same text to whoever reads them. Left out on purpose: the characters PRECIS forbids (a product
//! that takes names with blanks is common) and compatibility forms beyond width, which PRECIS leaves out too.

use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use std::borrow::Cow;

const COMPOSED: ComposingNormalizerBorrowed<'static> = ComposingNormalizerBorrowed::new_nfc();
const PLAIN: DecomposingNormalizerBorrowed<'static> = DecomposingNormalizerBorrowed::new_nfkd();

/// A text as it is compared: composed, and where case does not count in one width and in lower case.
#[must_use]
pub fn prepared(text: &str, case_exact: bool) -> Cow<'_, str> {
    match (text.is_ascii(), case_exact) {
        (true, true) => Cow::Borrowed(text),
        (true, false) => Cow::Owned(text.to_ascii_lowercase()),
        (false, true) => COMPOSED.normalize(text),
        (false, false) => {
            let lower = one_width(text).to_lowercase();
            Cow::Owned(COMPOSED.normalize(&lower).into_owned())
        }
    }
}

/// Full-width and half-width characters as the ones they are a wide or narrow form of.
fn one_width(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut buffer = [0; 4];
    for c in text.chars() {
        match c {
            '\u{ff00}'..='\u{ffef}' => out.push_str(&PLAIN.normalize(c.encode_utf8(&mut buffer))),
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_reads_the_same_is_the_same() {
        for (a, b) in [
            ("Ren\u{e9}e", "rene\u{301}e"),
            ("\u{ff41}\u{ff44}\u{ff41}", "ADA"),
            ("\u{212b}ngstr\u{f6}m", "a\u{30a}ngstro\u{308}m"),
            ("\u{ff76}\u{ff9e}", "\u{30ac}"),
        ] {
            assert_eq!(prepared(a, false), prepared(b, false), "{a} {b}");
        }
        assert_eq!(prepared("Ren\u{e9}e", true), prepared("Rene\u{301}e", true));
        for (a, b) in [("\u{ff21}", "A"), ("Ren\u{e9}e", "ren\u{e9}e")] {
            assert_ne!(prepared(a, true), prepared(b, true), "{a} {b}");
        }
        for (a, b) in [("renee", "ren\u{e9}e"), ("\u{fb01}n", "fin"), ("stra\u{df}e", "strasse")] {
            assert_ne!(prepared(a, false), prepared(b, false), "{a} {b}");
        }
    }
}
