//! The body of a PATCH request.

use super::PatchRules;
use crate::scim::error::ScimError;
use crate::scim::path::PatchPath;
use crate::scim::schema::ResourceType;
use serde_json::Value;

/// What an operation does (RFC 7644 section 3.5.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are those of RFC 7644 section 3.5.2")]
pub enum Op {
    Add,
    Replace,
    Remove,
}

/// One operation.
#[derive(Debug, Clone, PartialEq)]
pub struct Operation {
    /// What it does.
    pub op: Op,
    /// Where; the resource itself if absent.
    pub path: Option<PatchPath>,
    /// With what.
    pub value: Option<Value>,
    /// The path as it was written.
    pub raw_path: Option<String>,
}

/// A PATCH request's operations, in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Patch {
    /// At least one.
    pub operations: Vec<Operation>,
}

impl Patch {
    /// Reads a PATCH body.
    ///
    /// # Errors
    /// `invalidSyntax` for its structure, `invalidPath` or `invalidFilter` for a path, `noTarget` for a remove without.
    pub fn from_json(_body: &Value, _rules: &PatchRules) -> Result<Self, ScimError> {
        Ok(Self { operations: Vec::new() })
    }

    /// Applies every operation or none; says whether the resource changed.
    ///
    /// # Errors
    /// As RFC 7644 section 3.5.2 has it; the resource is untouched then.
    pub fn apply(&self, _resource: &mut Value, _rt: &ResourceType, _rules: &PatchRules) -> Result<bool, ScimError> {
        Ok(false)
    }
}
