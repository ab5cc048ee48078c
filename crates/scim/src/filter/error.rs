//! The error of a filter that cannot be read.

use crate::error::ScimError;
use std::ops::Range;

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

impl FilterError {
    pub(super) fn new(span: Range<usize>, expected: &str, found: &str) -> Self {
        Self { span, expected: expected.to_owned(), found: found.chars().take(100).collect() }
    }
}

impl From<FilterError> for ScimError {
    fn from(e: FilterError) -> Self {
        Self::invalid_filter(e.to_string())
    }
}
