//! Writes HTML of which every text is a text.
//!
//! In: names of elements, which are ours, and texts, which may hold anything. Out: HTML. Never: a text as markup, or a hidden
//! character that is not written out.

use scim::printable::is_hidden;
use std::fmt::Write as _;
use std::io::{self, Write};

/// A page on its way out.
pub(super) struct Page<'a> {
    out: &'a mut dyn Write,
}

impl<'a> Page<'a> {
    pub(super) fn new(out: &'a mut dyn Write) -> Self {
        Self { out }
    }

    /// Markup of ours.
    pub(super) fn raw(&mut self, markup: &str) -> io::Result<()> {
        self.out.write_all(markup.as_bytes())
    }

    /// A text.
    pub(super) fn text(&mut self, text: &str) -> io::Result<()> {
        self.raw(&escaped(text))
    }

    /// An element with a text in it; `start` is its name with attributes of ours.
    pub(super) fn element(&mut self, start: &str, text: &str) -> io::Result<()> {
        let name = start.split(' ').next().unwrap_or(start);
        self.raw(&format!("<{start}>{}</{name}>", escaped(text)))
    }

    /// A row of a table; all cells but the first are numbers where `numbers` says so.
    pub(super) fn row(&mut self, kind: &str, cells: &[&str], numbers: bool) -> io::Result<()> {
        self.raw("<tr>")?;
        for (at, cell) in cells.iter().enumerate() {
            let class = if numbers && at > 0 { " class=\"n\"" } else { "" };
            self.raw(&format!("<{kind}{class}>{}</{kind}>", escaped(cell)))?;
        }
        self.raw("</tr>\n")
    }

    /// A name and a text of a list of them; nothing where the text is empty.
    pub(super) fn pair(&mut self, name: &str, text: &str) -> io::Result<()> {
        if text.is_empty() { Ok(()) } else { self.raw(&format!("<dt>{name}</dt><dd>{}</dd>", escaped(text))) }
    }
}

/// A text as HTML has it, in an element or in an attribute's quotes.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '\n' => out.push('\n'),
            c if is_hidden(c) => {
                let _ = write!(out, "{}", c.escape_unicode());
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_markup() {
        assert_eq!(
            escaped("</pre><img src='x' onerror=\"a()\">&\u{202e}\n"),
            "&lt;/pre&gt;&lt;img src=&#39;x&#39; onerror=&quot;a()&quot;&gt;&amp;\\u{202e}\n"
        );
        let mut out = Vec::new();
        Page::new(&mut out).element("p class=\"x\"", "<b>").unwrap();
        assert_eq!(String::from_utf8(out).unwrap(), "<p class=\"x\">&lt;b&gt;</p>");
    }
}
