//! Text files as offices make them: in UTF-8, in UTF-16 as some shells write it, or in the code page of old spreadsheets.
//!
//! In: bytes. Out: text, and what had to be assumed. Never: a byte dropped.

use std::borrow::Cow;

/// Windows-1252 where it differs from Latin-1: 0x80 to 0x9f. The five that are nothing there stay the controls of Latin-1.
const WINDOWS: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’',
    '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// How the bytes of a text were read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a mark at its beginning.
    Utf8,
    /// UTF-16, by the mark at its beginning.
    Utf16,
    /// Neither, so the code page of Western Europe.
    Windows1252,
}

/// Bytes as text.
#[must_use]
pub fn decoded(bytes: &[u8]) -> (Cow<'_, str>, Encoding) {
    let wide = |rest: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = rest.chunks_exact(2).map(|pair| unit([pair[0], pair[1]]));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect::<String>()
    };
    match bytes {
        [0xff, 0xfe, rest @ ..] => return (Cow::Owned(wide(rest, u16::from_le_bytes)), Encoding::Utf16),
        [0xfe, 0xff, rest @ ..] => return (Cow::Owned(wide(rest, u16::from_be_bytes)), Encoding::Utf16),
        _ => {}
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => (Cow::Borrowed(text), Encoding::Utf8),
        Err(_) => {
            let letter = |byte: &u8| match byte {
                0x80..=0x9f => WINDOWS[usize::from(byte - 0x80)],
                other => char::from(*other),
            };
            (Cow::Owned(bytes.iter().map(letter).collect()), Encoding::Windows1252)
        }
    }
}

/// What parts the fields of a table: of comma, semicolon and tab the one that its first line has most of.
#[must_use]
pub fn delimiter(text: &str) -> u8 {
    let first = text.lines().next().unwrap_or_default();
    let count = |sign: u8| first.bytes().filter(|b| *b == sign).count();
    [b',', b';', b'\t'].into_iter().rev().max_by_key(|sign| count(*sign)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_read_however_it_was_saved() {
        let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain("Zoë".encode_utf16().flat_map(u16::to_le_bytes)).collect();
        for (bytes, encoding) in [
            ("Zoë".as_bytes(), Encoding::Utf8),
            (b"\xef\xbb\xbfZo\xc3\xab", Encoding::Utf8),
            (b"Zo\xeb", Encoding::Windows1252),
            (&wide, Encoding::Utf16),
        ] {
            assert_eq!(decoded(bytes), (Cow::from("Zoë"), encoding));
        }
        assert_eq!(decoded(b"\x80 1").0, "€ 1");
    }

    #[test]
    fn fields_are_parted_by_what_there_is_most_of() {
        for (text, sign) in [("a,b\n1;2;3", b','), ("a;b,c;d", b';'), ("a\tb", b'\t'), ("alone", b',')] {
            assert_eq!(delimiter(text), sign, "{text}");
        }
    }
}
