//! From words to a tree, with bounds: a filter comes from outside and its depth must not become our stack.

use super::ast::{CompareOp, Filter, Literal, Test};
use super::error::FilterError;
use super::lexer::{Piece, Token, cut};
use crate::path::{AttrPath, is_attribute_name};

/// Longest filter that is read, in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;
/// Deepest nesting of brackets that is read.
pub const MAX_DEPTH: usize = 64;

impl Filter {
    /// Reads a filter (RFC 7644 figure 1), at most [`MAX_LENGTH`] bytes and [`MAX_DEPTH`] brackets deep.
    ///
    /// More is accepted than the grammar has: blanks in any number, `not (` as in the RFC's own example, literals in
    /// any case, `$ref`, and [`Filter::ValuePathSub`].
    ///
    /// # Errors
    /// Where the text is no filter.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Parser::run(text, false)
    }

    /// Reads what stands between the brackets of a value path (rule `valFilter`): no value path inside.
    ///
    /// # Errors
    /// Where the text is no such filter.
    pub fn parse_inside_brackets(text: &str) -> Result<Self, FilterError> {
        Parser::run(text, true)
    }
}

struct Parser<'a> {
    pieces: Vec<Piece<'a>>,
    next: usize,
    end: usize,
    depth: usize,
    in_path: bool,
}

impl<'a> Parser<'a> {
    fn run(text: &'a str, in_path: bool) -> Result<Filter, FilterError> {
        if text.len() > MAX_LENGTH {
            return Err(FilterError::new(MAX_LENGTH..text.len(), "at most 64 KiB", "more"));
        }
        let mut parser = Self { pieces: cut(text)?, next: 0, end: text.len(), depth: 0, in_path };
        let filter = parser.alternatives()?;
        match parser.peek() {
            None => Ok(filter),
            Some(_) => Err(parser.unexpected("`and`, `or` or the end")),
        }
    }

    fn peek(&self) -> Option<&Token<'a>> {
        self.pieces.get(self.next).map(|p| &p.token)
    }

    fn take(&mut self) -> Option<Piece<'a>> {
        let piece = self.pieces.get(self.next).cloned();
        self.next += usize::from(piece.is_some());
        piece
    }

    /// The error at the piece that comes next.
    fn unexpected(&self, expected: &str) -> FilterError {
        let Some(piece) = self.pieces.get(self.next) else {
            return FilterError::new(self.end..self.end, expected, "the end");
        };
        let found = match &piece.token {
            Token::Word(word) => format!("`{word}`"),
            Token::Text(text) => format!("{text:?}"),
            Token::Open => "`(`".to_owned(),
            Token::Close => "`)`".to_owned(),
            Token::OpenPath => "`[`".to_owned(),
            Token::ClosePath => "`]`".to_owned(),
        };
        FilterError::new(piece.span.clone(), expected, &found)
    }

    fn next_is(&self, word: &str) -> bool {
        matches!(self.peek(), Some(Token::Word(w)) if w.eq_ignore_ascii_case(word))
    }

    fn joined(
        &mut self,
        word: &str,
        part: fn(&mut Self) -> Result<Filter, FilterError>,
        join: fn(Vec<Filter>) -> Filter,
    ) -> Result<Filter, FilterError> {
        let first = part(self)?;
        if !self.next_is(word) {
            return Ok(first);
        }
        let mut parts = vec![first];
        while self.next_is(word) {
            self.next += 1;
            parts.push(part(self)?);
        }
        Ok(join(parts))
    }

    fn alternatives(&mut self) -> Result<Filter, FilterError> {
        self.joined("or", Self::conjunction, Filter::Or)
    }

    fn conjunction(&mut self) -> Result<Filter, FilterError> {
        self.joined("and", Self::term, Filter::And)
    }

    fn term(&mut self) -> Result<Filter, FilterError> {
        if self.peek() == Some(&Token::Open) {
            return self.group();
        }
        // `not` is an attribute's name too, unless a bracket follows.
        let bracket_follows = self.pieces.get(self.next + 1).is_some_and(|p| p.token == Token::Open);
        if self.next_is("not") && bracket_follows {
            self.next += 1;
            return Ok(Filter::Not(Box::new(self.group()?)));
        }
        let path = self.attribute()?;
        if self.peek() == Some(&Token::OpenPath) {
            return self.value_path(path);
        }
        Ok(Filter::Attr { path, test: self.test()? })
    }

    /// Whatever stands between two brackets, counted.
    fn nested(&mut self, close: &Token<'a>, expected: &str) -> Result<Filter, FilterError> {
        if self.depth >= MAX_DEPTH {
            return Err(self.unexpected("at most 64 nested brackets"));
        }
        self.next += 1;
        self.depth += 1;
        let inner = self.alternatives()?;
        self.depth -= 1;
        if self.peek() != Some(close) {
            return Err(self.unexpected(expected));
        }
        self.next += 1;
        Ok(inner)
    }

    fn group(&mut self) -> Result<Filter, FilterError> {
        self.nested(&Token::Close, "`and`, `or` or `)`")
    }

    fn attribute(&mut self) -> Result<AttrPath, FilterError> {
        let path = match self.peek() {
            Some(Token::Word(word)) => AttrPath::parse(word).ok(),
            _ => None,
        };
        let path = path.ok_or_else(|| self.unexpected("an attribute, `not (` or `(`"))?;
        self.next += 1;
        Ok(path)
    }

    fn value_path(&mut self, attr: AttrPath) -> Result<Filter, FilterError> {
        if self.in_path {
            return Err(self.unexpected("an operator: brackets do not nest"));
        }
        if attr.sub.is_some() {
            return Err(self.unexpected("an operator: brackets follow an attribute, not its sub-attribute"));
        }
        self.in_path = true;
        let filter = Box::new(self.nested(&Token::ClosePath, "`and`, `or` or `]`")?);
        self.in_path = false;
        let close = self.pieces.get(self.next.saturating_sub(1)).map_or(0, |p| p.span.end);
        let sub = match self.pieces.get(self.next) {
            Some(Piece { token: Token::Word(word), span }) if span.start == close => {
                word.strip_prefix('.').filter(|name| is_attribute_name(name)).map(str::to_owned)
            }
            _ => None,
        };
        let Some(sub) = sub else { return Ok(Filter::ValuePath { attr, filter }) };
        self.next += 1;
        Ok(Filter::ValuePathSub { attr, filter, sub, test: self.test()? })
    }

    fn test(&mut self) -> Result<Test, FilterError> {
        let op = match self.peek() {
            Some(Token::Word(word)) if word.eq_ignore_ascii_case("pr") => {
                self.next += 1;
                return Ok(Test::Present);
            }
            Some(Token::Word(word)) => CompareOp::parse(word),
            _ => None,
        };
        let op = op.ok_or_else(|| self.unexpected("an operator (eq ne co sw ew pr gt ge lt le)"))?;
        self.next += 1;
        Ok(Test::Compare(op, self.literal()?))
    }

    fn literal(&mut self) -> Result<Literal, FilterError> {
        let expected = "a string in double quotes, a number, true, false or null";
        let wrong = self.unexpected(expected);
        let literal = match self.take().map(|p| p.token) {
            Some(Token::Text(text)) => Some(Literal::String(text)),
            Some(Token::Word(word)) => match word.to_ascii_lowercase().as_str() {
                "true" => Some(Literal::Bool(true)),
                "false" => Some(Literal::Bool(false)),
                "null" => Some(Literal::Null),
                _ => serde_json::from_str(word).ok().map(Literal::Number),
            },
            _ => None,
        };
        literal.ok_or(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ScimError;

    fn shape(text: &str) -> String {
        fn go(f: &Filter) -> String {
            let list = |parts: &[Filter]| parts.iter().map(go).collect::<Vec<_>>().join(" ");
            match f {
                Filter::Attr { path, .. } => path.to_string(),
                Filter::ValuePath { attr, filter } => format!("{attr}[{}]", go(filter)),
                Filter::ValuePathSub { attr, filter, sub, .. } => format!("{attr}[{}].{sub}", go(filter)),
                Filter::Not(inner) => format!("!{}", go(inner)),
                Filter::And(parts) => format!("(& {})", list(parts)),
                Filter::Or(parts) => format!("(| {})", list(parts)),
            }
        }
        go(&Filter::parse(text).unwrap())
    }

    #[test]
    fn a_number_reads_back_as_it_was_printed() {
        // One whose nearest neighbour a hasty reader takes.
        let filter = Filter::parse("count ge -88888988888888888888888e88").unwrap();
        assert_eq!(Filter::parse(&filter.to_string()).unwrap(), filter);
    }

    #[test]
    fn not_before_and_before_or() {
        assert_eq!(shape("a pr or b pr and c pr"), "(| a (& b c))");
        assert_eq!(shape("a pr and b pr or c pr"), "(| (& a b) c)");
        assert_eq!(shape("(a pr or b pr) and c pr"), "(& (| a b) c)");
        assert_eq!(shape("not (a pr) and b pr"), "(& !a b)");
        assert_eq!(shape("NOT(a pr Or b pr) AND not pr"), "(& !(| a b) not)");
        assert_eq!(shape(&["a pr"; 1000].join(" or ")).matches('a').count(), 1000);
    }

    #[test]
    fn value_paths() {
        assert_eq!(shape(r#"emails[type eq "work" and value co "@x"] or a pr"#), "(| emails[(& type value)] a)");
        assert_eq!(shape(r#"emails[type eq "work"].value eq "x""#), "emails[type].value");
        assert_eq!(shape("urn:x:y:User:emails[not(primary eq true)]"), "urn:x:y:User:emails[!primary]");
        for text in ["a[b[c pr]]", "a.b[c pr]", "a[]", "a[b pr", "a[b pr] .c pr", "a[b pr].c", "a[b pr] eq 1"] {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
        assert!(Filter::parse_inside_brackets("a[b pr]").is_err());
    }

    #[test]
    fn literals() {
        let literal = |text: &str| match Filter::parse(&format!("a eq {text}")).unwrap() {
            Filter::Attr { test: Test::Compare(_, literal), .. } => literal.to_json().to_string(),
            other => panic!("{other:?}"),
        };
        for (text, read) in
            [("1", "1"), ("-1.5e+2", "-150.0"), ("True", "true"), ("null", "null"), (r#""\t""#, r#""\t""#)]
        {
            assert_eq!(literal(text), read);
        }
        for text in ["01", "+1", "1e999", "x", "'x'", "yes", "(1)", "{}", ""] {
            assert!(Filter::parse(&format!("a eq {text}")).is_err(), "{text}");
        }
    }

    #[test]
    fn errors_say_where_and_what() {
        let error = Filter::parse(r#"userName regex "x""#).unwrap_err();
        assert_eq!((error.span.clone(), error.found.as_str()), (9..14, "`regex`"));
        let scim: ScimError = error.into();
        assert_eq!(scim.scim_type, Some(crate::error::ScimType::InvalidFilter));
        assert_eq!(Filter::parse("a eq").unwrap_err().span, 4..4);
        for text in
            ["", " ", "a", "eq", "a pr b", "a pr and", "and a pr", "(a pr", "a pr)", "()", "not a pr", "\"a\" pr"]
        {
            assert!(Filter::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn bounds() {
        let deep = |n: usize| format!("{}a pr{}", "(".repeat(n), ")".repeat(n));
        assert!(Filter::parse(&deep(MAX_DEPTH)).is_ok());
        assert!(Filter::parse(&deep(MAX_DEPTH + 1)).is_err());
        let flat = vec!["(a[b pr])"; MAX_DEPTH * 2].join(" and ");
        assert!(Filter::parse(&flat).is_ok(), "brackets side by side are not deep");
        assert!(Filter::parse(&"not(".repeat(10_000)).is_err());
        let long = format!("a eq \"{}\"", "x".repeat(MAX_LENGTH));
        assert!(Filter::parse(&long).is_err());
    }

    #[test]
    fn prints_what_reads_back() {
        for text in [
            r#"userName eq "bj\"ensen""#,
            r#"a pr and (b pr or c pr) and not (d pr and e gt 1.5)"#,
            r#"(a pr and b pr) and c pr or (d pr or e pr)"#,
            r#"emails[type eq "work" or value pr].value ne null"#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:name.givenName sw "J""#,
            r#"members[$ref ew "/1"]"#,
        ] {
            assert_eq!(Filter::parse(text).unwrap().to_string(), text);
        }
    }
}
