//! Full read of a target and the invariants that hold over it.
//!
//! In: a client. Out: a [`State`], [`Diagnosis`] values, and what a switch of IdPs has done ([`switch`]). Never: a request other than GET, or a judgement of the
//! protocol (that is `check`'s).

pub mod invariants;
mod read;
mod references;
pub mod switch;

pub use invariants::Diagnosis;
pub use read::{ReadError, State, read_all};
