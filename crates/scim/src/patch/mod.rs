//! PATCH (RFC 7644 section 3.5.2): read, apply as a whole or not at all.
//!
//! In: a PATCH body, a resource, rules. Out: the changed resource, or the error a server answers.
//! Never: a store; [`Patch::only_members`] tells one what to do with rows.
//!
//! Decisions where the RFC is silent or speaks twice:
//!
//! - `remove` through a value path that matches nothing is success without change (3.5.2.2 on absent members).
//! - A value path without sub-attribute merges into the values it matches; what is not named stays, so that no value
//!   loses its `type`.
//! - A value that has the `value` and `type` of a new one is that one: `add` completes it. Of members `value` decides.
//! - Unassigning a required attribute is `mutability` (3.5.2.2), an empty string in one `invalidValue`.
//! - An attribute the schema does not have is `invalidPath`, also as a key of a pathless value; inside a complex value
//!   it is left out, as in POST, unless nothing is known of one value among several: success would be without effect
//!   (`invalidValue`).
//! - A readOnly attribute may be named with the value it has: clients echo `id` and `meta`.
//! - `schemas` follows the data: it may be written, but says in the end what the resource has.

mod apply;
mod engine;
mod members;
mod path;
mod read;
mod target;

#[cfg(test)]
mod tests;

pub use members::MemberChange;
pub use path::PatchPath;
pub use read::{Op, Operation, Patch};
