//! The path of a PATCH operation (RFC 7644 section 3.5.2).
//!
//! In: text. Out: a path. Never: whether any schema has such an attribute.

use crate::filter::Filter;
use crate::path::{AttrPath, PathError, is_attribute_name};
use std::fmt;

/// `attrPath / valuePath [subAttr]` (RFC 7644 figure 7).
#[derive(Debug, Clone, PartialEq)]
pub struct PatchPath {
    /// The attribute. With a filter it has no sub-attribute.
    pub attr: AttrPath,
    /// Which values of a multi-valued attribute.
    pub filter: Option<Filter>,
    /// The sub-attribute after the closing bracket.
    pub sub: Option<String>,
}

impl PatchPath {
    /// Reads the path of a PATCH operation.
    ///
    /// # Errors
    /// When the text is neither an attribute path nor a value path.
    pub fn parse(text: &str) -> Result<Self, PathError> {
        let text = text.trim();
        let Some(open) = text.find('[') else {
            return Ok(Self { attr: AttrPath::parse(text)?, filter: None, sub: None });
        };
        // The last bracket closes: one inside a quoted value stands before it.
        let Some(close) = text.rfind(']').filter(|close| *close > open) else {
            return Err(PathError::new(text, "the bracket is not closed"));
        };
        let attr = AttrPath::parse(text.get(..open).unwrap_or_default())?;
        if attr.sub.is_some() {
            return Err(PathError::new(text, "a sub-attribute before the bracket"));
        }
        let inner = text.get(open + 1..close).unwrap_or_default();
        let filter = Filter::parse_inside_brackets(inner).map_err(|e| PathError::in_filter(text, e.to_string()))?;
        let sub = match text.get(close + 1..).unwrap_or_default() {
            "" => None,
            rest => match rest.strip_prefix('.').filter(|name| is_attribute_name(name)) {
                Some(name) => Some(name.to_owned()),
                None => return Err(PathError::new(text, format!("{rest:?} after the bracket"))),
            },
        };
        Ok(Self { attr, filter: Some(filter), sub })
    }

    /// The sub-attribute, wherever the path names it: `name.givenName` or `emails[...].value`.
    #[must_use]
    pub fn sub_name(&self) -> Option<&str> {
        self.sub.as_deref().or(self.attr.sub.as_deref())
    }
}

impl fmt::Display for PatchPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.attr)?;
        if let Some(filter) = &self.filter {
            write!(f, "[{filter}]")?;
        }
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
    fn patch_paths() {
        let path = PatchPath::parse(r#"emails[type eq "a]b" and value pr].value"#).unwrap();
        assert_eq!(path.sub.as_deref(), Some("value"));
        assert_eq!(path.to_string(), r#"emails[type eq "a]b" and value pr].value"#);
        assert!(PatchPath::parse(r#"members[value eq"x"]"#).is_ok(), "as in an example of section 3.5.2.2");
        for text in
            ["", "emails[", "emails]", "emails[]", "emails[type]", "a.b[c pr]", "a[b pr]c", "a[b pr].c.d", "a[b pr]."]
        {
            assert!(PatchPath::parse(text).is_err(), "{text}");
        }
    }
}
