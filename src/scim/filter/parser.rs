//! From words to a tree, with bounds: a filter comes from outside and its depth must not become our stack.

use super::ast::Filter;
use crate::scim::error::ScimError;
use std::ops::Range;

/// Longest filter that is read, in bytes.
pub const MAX_LENGTH: usize = 64 * 1024;
/// Deepest nesting of brackets that is read.
pub const MAX_DEPTH: usize = 64;

/// Why a text is no filter, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("filter: expected {expected}, found {found} at byte {}", .span.start)]
pub struct FilterError {
    /// The bytes that do not fit.
    pub span: Range<usize>,
    /// What would have fitted.
    pub expected: String,
    /// What stood there.
    pub found: String,
}

impl From<FilterError> for ScimError {
    fn from(e: FilterError) -> Self {
        Self::invalid_filter(e.to_string())
    }
}

impl Filter {
    /// Reads a filter (RFC 7644 figure 1), at most [`MAX_LENGTH`] bytes and [`MAX_DEPTH`] brackets deep.
    ///
    /// # Errors
    /// Where the text is no filter.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        Err(FilterError { span: 0..text.len(), expected: "a parser".into(), found: "none".into() })
    }

    /// Reads what stands between the brackets of a value path (rule `valFilter`).
    ///
    /// # Errors
    /// Where the text is no such filter.
    pub fn parse_inside_brackets(text: &str) -> Result<Self, FilterError> {
        Self::parse(text)
    }
}
