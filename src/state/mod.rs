//! Full read of a target and the invariants that hold over it.
//!
//! In: a client. Out: a [`State`] and [`Diagnosis`] values. Never: a request other than GET, or a judgement of the
//! protocol (that is `check`'s).

pub mod invariants;
mod read;
mod references;

pub use invariants::Diagnosis;
pub use read::{ReadError, State, read_all};
