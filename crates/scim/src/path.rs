//! The small language that names an attribute (RFC 7644 section 3.10).
//!
//! In: text. Out: a path. Never: whether any schema has such an attribute.

use super::error::ScimError;
use std::fmt;

/// Longest path that is read.
const MAX_LENGTH: usize = 64 * 1024;

/// `[URN ":"] name ["." sub]` (RFC 7644 figure 1, rule `attrPath`).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct AttrPath {
    /// Schema URN before the last colon, as written.
    pub urn: Option<String>,
    /// Attribute name, as written. When a path names a whole extension this is the end of its URN
    /// (see [`ResourceType::whole_extension`](super::schema::ResourceType::whole_extension)).
    pub name: String,
    /// Sub-attribute name, as written.
    pub sub: Option<String>,
}

/// Why a text is no path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no attribute path: {reason}")]
pub struct PathError {
    text: String,
    reason: String,
    in_filter: bool,
}

impl PathError {
    pub(super) fn new(text: &str, reason: impl Into<String>) -> Self {
        Self { text: text.chars().take(200).collect(), reason: reason.into(), in_filter: false }
    }

    /// The error of a filter inside a path.
    pub(super) fn in_filter(text: &str, reason: impl Into<String>) -> Self {
        Self { in_filter: true, ..Self::new(text, reason) }
    }
}

impl From<PathError> for ScimError {
    fn from(e: PathError) -> Self {
        // Table 9 has a keyword of its own for the filter inside a path.
        if e.in_filter { Self::invalid_filter(e.to_string()) } else { Self::invalid_path(e.to_string()) }
    }
}

/// Rule `ATTRNAME`, and a leading `$` because RFC 7643 itself names an attribute `$ref` (erratum 8924).
#[must_use]
pub fn is_attribute_name(text: &str) -> bool {
    let mut chars = text.strip_prefix('$').unwrap_or(text).chars();
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
}

/// Whether a text can stand before the last colon: a URI with a scheme, nothing that ends a word in a filter.
fn is_uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let mut chars = scheme.chars();
    let ends_word = |c: char| c.is_whitespace() || c.is_control() || "()[]\"\\<>{}|^`".contains(c);
    chars.next().is_some_and(|c| c.is_ascii_alphabetic())
        && chars.all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
        && !rest.is_empty()
        && !rest.chars().any(ends_word)
}

impl AttrPath {
    /// A bare name.
    #[must_use]
    pub fn name(name: impl Into<String>) -> Self {
        Self { urn: None, name: name.into(), sub: None }
    }

    /// Reads a path.
    ///
    /// # Errors
    /// When the text is no attribute path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        if text.len() > MAX_LENGTH {
            return Err(PathError::new(text, "too long"));
        }
        let (urn, rest) = match text.rsplit_once(':') {
            Some((urn, rest)) => (Some(urn), rest),
            None => (None, text),
        };
        if urn.is_some_and(|u| !is_uri(u)) {
            return Err(PathError::new(text, "what stands before the last colon is no URI"));
        }
        let (name, sub) = match rest.split_once('.') {
            Some((name, sub)) => (name, Some(sub)),
            None => (rest, None),
        };
        for part in std::iter::once(name).chain(sub) {
            if !is_attribute_name(part) {
                return Err(PathError::new(text, format!("{part:?} is no attribute name")));
            }
        }
        Ok(Self { urn: urn.map(str::to_owned), name: name.to_owned(), sub: sub.map(str::to_owned) })
    }

    /// Whether both name the same place: names and URNs without regard to case.
    #[must_use]
    pub fn same(&self, other: &Self) -> bool {
        let both = |a: &Option<String>, b: &Option<String>| match (a, b) {
            (None, None) => true,
            (Some(a), Some(b)) => a.eq_ignore_ascii_case(b),
            _ => false,
        };
        both(&self.urn, &other.urn) && self.name.eq_ignore_ascii_case(&other.name) && both(&self.sub, &other.sub)
    }
}

impl fmt::Display for AttrPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(urn) = &self.urn {
            write!(f, "{urn}:")?;
        }
        f.write_str(&self.name)?;
        if let Some(sub) = &self.sub {
            write!(f, ".{sub}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_colon_ends_the_urn() {
        let path = AttrPath::parse("urn:ietf:params:scim:schemas:core:2.0:User:name.givenName").unwrap();
        assert_eq!(path.urn.as_deref(), Some("urn:ietf:params:scim:schemas:core:2.0:User"));
        assert_eq!((path.name.as_str(), path.sub.as_deref()), ("name", Some("givenName")));
        assert!(path.same(&AttrPath::parse("URN:ietf:params:scim:schemas:core:2.0:user:NAME.givenname").unwrap()));
    }

    #[test]
    fn what_is_no_attribute_path() {
        for text in ["", ".", "a.", ".a", "a.b.c", "1a", "a b", "urn:", "x:a", ":a", "urn:x:1", "é", "a[", "u rn:x:a"]
        {
            assert!(AttrPath::parse(text).is_err(), "{text}");
        }
        assert!(AttrPath::parse(&"a".repeat(MAX_LENGTH + 1)).is_err());
        for text in ["$ref", "members.$ref", "a-b_c1"] {
            assert!(AttrPath::parse(text).is_ok(), "{text}");
        }
    }
}
