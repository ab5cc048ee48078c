//! A group's PATCH as changes of rows, so that a store need not load a group to add one member.

use super::{Patch, PatchRules};
use serde_json::Value;

/// One change of a group's member rows, to be applied in order.
#[derive(Debug, Clone, PartialEq)]
pub enum MemberChange {
    /// Add these members (objects with a `value`); one that is there already is no change.
    Add(Vec<Value>),
    /// Remove the members with these `value`s; one that is not there is no change.
    Remove(Vec<String>),
    /// These members (objects with a `value`) and no others.
    Replace(Vec<Value>),
    /// Remove every member.
    Clear,
}

impl Patch {
    /// The patch as row changes, if it touches nothing but `members` in row-wise shapes; `None` means: load the group
    /// and use [`Patch::apply`], which also gives the error if there is one.
    #[must_use]
    pub fn only_members(&self, _rules: &PatchRules) -> Option<Vec<MemberChange>> {
        None
    }
}
