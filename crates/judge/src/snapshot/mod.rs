//! Golden exchanges: normalise, store, compare, review.
//!
//! In: the observations of one scenario, and the golden text kept from an earlier run. Out: readable text and a
//! [`SnapshotRecord`](crate::verdict::SnapshotRecord). Never: a judgement of the target, a secret, or a file
//! half written.

mod archive;
mod golden;
mod name;
mod normalise;
mod placeholder;
mod review;
mod store;

pub use name::{SnapshotName, collisions};
pub use normalise::Normaliser;
pub use review::{Decision, Pending, accept, pending, reject, review};
pub use store::{Policy, Store};

use std::path::PathBuf;

/// What can go wrong with golden files. A difference is none of it: that is a result.
#[derive(Debug, thiserror::Error)]
pub enum SnapshotError {
    /// No such policy.
    #[error("`{given}` is no snapshot policy{hint}; use off, check, propose or accept")]
    Policy {
        /// What was given.
        given: String,
        /// `: did you mean ...?`, or nothing.
        hint: String,
    },
    /// A file or folder could not be read.
    #[error("golden file {} could not be read: {source}; check the path and its permissions", path.display())]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file is not in the golden files' format.
    #[error("golden file {name} is damaged: {why}; delete it and accept the exchanges anew")]
    Damaged {
        /// The file.
        name: String,
        /// What is wrong with it.
        why: String,
    },
    /// A file could not be written, renamed or removed.
    #[error("golden file {} could not be written: {source}; check that its folder exists and may be written", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The goldens inside the binary cannot be written.
    #[error("{name} cannot be written: the goldens are inside the program; name a folder for your own")]
    ReadOnly {
        /// The golden's name.
        name: String,
    },
    /// Two scenarios would share one golden file.
    #[error("{first} and {second} have the same snapshot name {name}; give one of the scenarios another name")]
    Collision {
        /// The name both have.
        name: String,
        /// `file:line` of the one that came first.
        first: String,
        /// `file:line` of the other.
        second: String,
    },
    /// The reviewer could not be asked.
    #[error("the review was ended: {0}; run it in a terminal, or use `snapshots accept` and `snapshots reject`")]
    Prompt(std::io::Error),
}

#[cfg(test)]
mod tests;
