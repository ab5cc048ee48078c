//! Whether a resource matches a filter.

use super::ast::Filter;
use crate::scim::schema::ResourceType;
use serde_json::Value;

impl Filter {
    /// Whether the resource matches (RFC 7644 section 3.4.2.2).
    #[must_use]
    pub fn matches(&self, _resource: &Value, _rt: &ResourceType) -> bool {
        false
    }
}
