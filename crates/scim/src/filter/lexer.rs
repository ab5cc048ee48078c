//! A filter's text cut into words, strings and brackets.

use super::error::FilterError;
use std::ops::Range;

/// What a piece of a filter is.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token<'a> {
    /// An attribute, an operator, `true`, a number: everything between blanks, brackets and quotes.
    Word(&'a str),
    /// A JSON string, its escapes resolved.
    Text(String),
    /// `(`
    Open,
    /// `)`
    Close,
    /// `[`
    OpenPath,
    /// `]`
    ClosePath,
}

/// A piece and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Piece<'a> {
    pub(super) token: Token<'a>,
    pub(super) span: Range<usize>,
}

/// Cuts a filter into pieces.
pub(super) fn cut(text: &str) -> Result<Vec<Piece<'_>>, FilterError> {
    let mut pieces = Vec::new();
    let mut at = 0;
    while let Some(rest) = text.get(at..) {
        let Some(c) = rest.chars().next() else { break };
        if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        }
        let (token, length) = match c {
            '(' => (Token::Open, 1),
            ')' => (Token::Close, 1),
            '[' => (Token::OpenPath, 1),
            ']' => (Token::ClosePath, 1),
            '"' => string(rest, at)?,
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()[]\"".contains(c)).unwrap_or(rest.len());
                (Token::Word(rest.get(..end).unwrap_or(rest)), end)
            }
        };
        pieces.push(Piece { token, span: at..at + length });
        at += length;
    }
    Ok(pieces)
}

/// The JSON string at the start of a text, and its length with quotes.
fn string(rest: &str, at: usize) -> Result<(Token<'_>, usize), FilterError> {
    let mut escaped = false;
    let mut end = None;
    for (i, b) in rest.bytes().enumerate().skip(1) {
        match b {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => {
                end = Some(i + 1);
                break;
            }
            _ => {}
        }
    }
    let Some(end) = end else {
        return Err(FilterError::new(at..at + rest.len(), "a closing quote", "the end"));
    };
    let quoted = rest.get(..end).unwrap_or(rest);
    // JSON refuses raw control characters and bad escapes; so does rule `string` of the grammar.
    let value = serde_json::from_str(quoted)
        .map_err(|_| FilterError::new(at..at + end, "a JSON string", "a bad escape or a control character"))?;
    Ok((Token::Text(value), end))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tokens(text: &str) -> Vec<Token<'_>> {
        cut(text).unwrap().into_iter().map(|p| p.token).collect()
    }

    #[test]
    fn words_end_at_brackets_and_quotes() {
        assert_eq!(
            tokens("a[b eq\"x\"].c"),
            [
                Token::Word("a"),
                Token::OpenPath,
                Token::Word("b"),
                Token::Word("eq"),
                Token::Text("x".into()),
                Token::ClosePath,
                Token::Word(".c"),
            ]
        );
    }

    #[test]
    fn escapes_are_those_of_json() {
        assert_eq!(tokens(r#""a\"b\\\u00e9\ud83d\ude00é""#), [Token::Text("a\"b\\é😀é".into())]);
        for text in [r#"""#, r#""a\"#, r#""\x""#, r#""\ud83d""#, "\"\n\""] {
            assert!(cut(text).is_err(), "{text}");
        }
        assert_eq!(cut("a \"").unwrap_err().span, 2..3);
    }
}
