//! Full read of a target and the invariants that hold over it.
//!
//! In: a client. Out: a [`TenantState`], [`BrokenInvariant`] values for machines and
//! [`Diagnosis`]s for support, and what a switch of IdPs has done ([`switch`]). Never: a request other than GET, or a judgement of the
//! protocol (that is `check`'s).

mod assess;
mod diagnosis;
pub mod invariants;
mod read;
pub mod switch;

pub use assess::assess;
pub use diagnosis::{Concerned, Diagnosis, DiagnosisKind, KINDS, Sure};
pub use invariants::BrokenInvariant;
pub use read::{ReadError, RepeatedPage, TenantState, read_all, read_at_most, read_groups, read_users};
