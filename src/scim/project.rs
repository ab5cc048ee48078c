//! Which attributes an answer shows (RFC 7644 section 3.9, RFC 7643 section 7 `returned`).

use super::error::ScimError;
use super::path::AttrPath;
use super::schema::ResourceType;
use serde_json::Value;

/// What a client asked to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    attributes: Option<Vec<AttrPath>>,
    excluded: Vec<AttrPath>,
}

impl Projection {
    /// Reads the query parameters `attributes` and `excludedAttributes`.
    ///
    /// # Errors
    /// `invalidValue` if both are given or a name is none.
    pub fn parse(_attributes: Option<&str>, _excluded: Option<&str>) -> Result<Self, ScimError> {
        Ok(Self::default())
    }

    /// The resource as it is to be shown.
    #[must_use]
    pub fn apply(&self, resource: &Value, _rt: &ResourceType) -> Value {
        resource.clone()
    }

    /// Whether anything of the attribute will be shown, so that a store can leave it unread.
    #[must_use]
    pub fn wants(&self, _name: &str, _rt: &ResourceType) -> bool {
        true
    }
}
