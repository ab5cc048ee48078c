//! Equality of values under an attribute's characteristics (RFC 7643 sections 2.2 to 2.4).

use super::schema::{Attribute, ResourceType};
use serde_json::Value;

/// One place where a resource is not what was expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// JSON pointer (RFC 6901) into the expected resource.
    pub pointer: String,
    /// What was expected; `None` if nothing was.
    pub expected: Option<Value>,
    /// What was seen; `None` if nothing was.
    pub seen: Option<Value>,
}

/// Whether two values of an attribute are the same.
#[must_use]
pub fn same_value(a: &Value, b: &Value, _attribute: &Attribute) -> bool {
    a == b
}

/// Where `seen` differs from `expected`. What a server adds is no difference.
#[must_use]
pub fn difference(_expected: &Value, _seen: &Value, _rt: &ResourceType) -> Vec<Difference> {
    Vec::new()
}
