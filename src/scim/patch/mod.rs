//! PATCH (RFC 7644 section 3.5.2): read, apply as a whole or not at all.
//!
//! In: a PATCH body, a resource, rules. Out: the changed resource, or the error a server answers.
//! Never: a store; [`Patch::only_members`] tells one what to do with rows.

mod members;
mod read;
mod rules;

pub use members::MemberChange;
pub use read::{Op, Operation, Patch};
pub use rules::{NoMatch, PatchRules, RemoveValue, StringBooleans};
