//! JSON that can be looked at: no hidden character and no command to a log stands in its text as it is.
//!
//! In: JSON, bit by bit. Out: JSON of the same value. Never: the whole of it in memory.

use scim::printable::is_hidden;
use std::fmt::Write as _;
use std::io::{self, Write};

/// JSON on its way out.
pub(super) struct Inert<'a> {
    out: &'a mut dyn Write,
    /// What stands for a character, where it does not stay; the text is what follows it.
    instead: fn(char, &str) -> Option<String>,
}

impl<'a> Inert<'a> {
    /// The same value: each such character by its number.
    pub(super) fn same(out: &'a mut dyn Write) -> Self {
        Self { out, instead: |c, rest| (hidden(c) || (c == '#' && rest.starts_with('#'))).then(|| numbered(c)) }
    }
}

/// Outside of strings JSON has none of them but line breaks.
fn hidden(c: char) -> bool {
    c != '\n' && is_hidden(c)
}

fn numbered(c: char) -> String {
    let mut out = String::new();
    for unit in c.encode_utf16(&mut [0; 2]) {
        let _infallible = write!(out, "\\u{unit:04x}");
    }
    out
}

impl Write for Inert<'_> {
    fn write(&mut self, given: &[u8]) -> io::Result<usize> {
        // A text comes in one piece as far as nothing in it is escaped, so no character and no pair is cut in two.
        let text = std::str::from_utf8(given).map_err(|why| io::Error::new(io::ErrorKind::InvalidData, why))?;
        let mut done = 0;
        for (at, c) in text.char_indices() {
            let end = at + c.len_utf8();
            if let Some(instead) = (self.instead)(c, &text[end..]) {
                self.out.write_all(&text.as_bytes()[done..at])?;
                self.out.write_all(instead.as_bytes())?;
                done = end;
            }
        }
        self.out.write_all(&text.as_bytes()[done..])?;
        Ok(given.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn it_is_the_same_value() {
        let value = json!({ "a\u{ad}": ["x\u{e0041}y\u{7f}##[error]\u{1b}###[w]\u{2028}", "plain </script> &"] });
        let mut out = Vec::new();
        serde_json::to_writer_pretty(Inert::same(&mut out), &value).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.contains(r"\udb40\udc41") && !text.contains("##") && !text.contains('\u{ad}'), "{text}");
        assert_eq!(serde_json::from_str::<Value>(&text).unwrap(), value);
    }
}
