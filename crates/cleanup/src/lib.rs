//! Puts a SCIM tenant right: a plan that a person edits, its execution with a journal, and the way back.
//!
//! In: a full read of a target with its diagnoses, and the directory of the IdP in charge. Out: a [`plan::Plan`], and what became
//! of each of its items. Never: a write that no item of the plan names.

pub mod apply;
#[cfg(test)]
mod fixtures;
pub mod forecast;
pub mod journal;
mod mark;
pub mod plan;
pub mod propose;
pub mod restore;
pub mod rollback;

pub use mark::{mark, mark_of_state};
