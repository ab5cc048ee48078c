//! Says what is wrong, with evidence.
//!
//! In: observations of exchanges, and the resources that a target lists. Out: findings, diagnoses, comparisons with golden
//! exchanges, and the run record, all plain data. Never: a request that changes anything.

pub mod check;
pub mod snapshot;
pub mod state;
pub mod title;
pub mod verdict;
