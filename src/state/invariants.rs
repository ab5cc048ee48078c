//! Invariants over a whole state: pure functions, no requests.

use super::State;

/// One invariant that does not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    /// The invariant's id, for example `U2`.
    pub invariant: &'static str,
    /// Ids of the objects concerned, in the order read.
    pub objects: Vec<String>,
    /// What is wrong, in one sentence.
    pub text: String,
}

/// Every invariant that does not hold over `state`, in the order of their ids.
#[must_use]
pub fn diagnose(_state: &State) -> Vec<Diagnosis> {
    Vec::new()
}
