//! Says what is wrong, with evidence.
//!
//! In: observations of exchanges. Out: findings, comparisons with golden exchanges, and the run record, all plain data. Never: a
//! request that changes anything.

pub mod causes;
pub mod check;
pub mod client_side;
pub mod snapshot;
pub mod title;
pub mod verdict;
