//! Full read of a target and the invariants that hold over it.
//!
//! In: a client. Out: a [`State`], [`Diagnosis`] values for machines and
//! [`Ailment`]s for support, and what a switch of IdPs has done ([`switch`]). Never: a request other than GET, or a judgement of the
//! protocol (that is `check`'s).

mod ailment;
mod assess;
pub mod invariants;
mod read;
pub mod switch;

pub use ailment::{Ailment, KINDS, Kind, Object, Sure};
pub use assess::assess;
pub use invariants::Diagnosis;
pub use read::{ReadError, RepeatedPage, State, read_all, read_at_most};
