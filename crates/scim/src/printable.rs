//! Text from elsewhere made safe to show: what cannot be seen, or changes how the text around it reads, is written out.
//!
//! In: text that may hold anything. Out: the same to read. Never: a character of ours taken for one of these: which they are is
//! said by Unicode's tables (Default_Ignorable_Code_Point, Bidi_Control), not by a list here.

use icu_properties::CodePointSetData;
use icu_properties::props::{BidiControl, DefaultIgnorableCodePoint};
use std::borrow::Cow;

/// Whether a character cannot be seen, or changes how those around it are read: controls, what Unicode calls ignorable, marks of
/// direction, separators of lines, and what is no character.
#[must_use]
pub fn is_hidden(c: char) -> bool {
    const IGNORABLE: icu_properties::CodePointSetDataBorrowed<'static> =
        CodePointSetData::new::<DefaultIgnorableCodePoint>();
    const DIRECTION: icu_properties::CodePointSetDataBorrowed<'static> = CodePointSetData::new::<BidiControl>();
    if c.is_ascii() {
        return c.is_ascii_control();
    }
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{fff9}'..='\u{fffb}')
        || u32::from(c) & 0xfffe == 0xfffe
        || IGNORABLE.contains(c)
        || DIRECTION.contains(c)
}

/// The text with each hidden character written out as `\u{...}`; line breaks and tabs stay.
#[must_use]
pub fn printable(text: &str) -> Cow<'_, str> {
    let shown = |c: char| matches!(c, '\n' | '\t') || !is_hidden(c);
    if text.chars().all(shown) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if shown(c) { out.push(c) } else { out.extend(c.escape_unicode()) }
    }
    Cow::Owned(out)
}

/// The text with no line that a service of continuous integration would take for a command to itself: `::` where a line
/// begins, and `##[`, `##vso[` and their kin anywhere. The first character of it is written out.
#[must_use]
pub fn without_commands(text: &str) -> Cow<'_, str> {
    if !text.contains("::") && !text.contains("##") {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for line in text.split_inclusive(['\n', '\r']) {
        let words = line.trim_start();
        let indent = &line[..line.len() - words.len()];
        out.push_str(indent);
        let rest = if let Some(rest) = words.strip_prefix("::") {
            out.push_str("\\u{3a}:");
            rest
        } else {
            words
        };
        let mut from = 0;
        while let Some(at) = rest[from..].find("##") {
            let at = from + at;
            let name = rest[at + 2..].trim_start_matches(|c: char| c.is_ascii_alphanumeric());
            out.push_str(&rest[from..at]);
            out.push_str(if name.starts_with('[') { "\\u{23}" } else { "#" });
            from = at + 1;
        }
        out.push_str(&rest[from..]);
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_seen_is_written_out() {
        for c in [
            '\u{1b}',
            '\u{7}',
            '\r',
            '\u{7f}',
            '\u{9b}',
            '\u{ad}',
            '\u{61c}',
            '\u{180e}',
            '\u{200b}',
            '\u{200d}',
            '\u{2028}',
            '\u{202e}',
            '\u{2066}',
            '\u{feff}',
            '\u{fffb}',
            '\u{ffff}',
            '\u{3164}',
            '\u{fe0f}',
            '\u{e0001}',
            '\u{e0041}',
            '\u{e01ef}',
            '\u{10ffff}',
        ] {
            assert_eq!(printable(&format!("a{c}b")), format!("a{}b", c.escape_unicode()));
        }
        for text in ["", "plain\n\ttext", "Ærøskøbing 東京 😀 עברית \u{301}\u{a0}"] {
            assert!(matches!(printable(text), Cow::Borrowed(same) if same == text), "{text}");
        }
    }

    #[test]
    fn no_line_is_a_command() {
        for (text, shown) in [
            ("::stop-commands::x", "\\u{3a}:stop-commands::x"),
            ("a\n \t::error::b\r::c", "a\n \t\\u{3a}:error::b\r\\u{3a}:c"),
            ("x ##[error]y ##vso[z] ###[w]", "x \\u{23}#[error]y \\u{23}#vso[z] #\\u{23}#[w]"),
            ("urn::x ## head #[a] ##", "urn::x ## head #[a] ##"),
        ] {
            assert_eq!(without_commands(text), shown);
        }
    }
}
