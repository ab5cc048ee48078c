//! Full read of a target and the invariants that hold over it.
//!
//! In: a client. Out: a [`TenantState`], [`BrokenInvariant`] values for machines and
//! [`Diagnosis`]s for support, and what a switch of IdPs has done ([`switch`]). Never: a request other than GET, or a judgement of the
//! protocol (that is `check`'s).

mod assess;
pub mod capture;
mod cross;
pub mod diagnosis;
pub mod html;
pub mod input;
pub mod invariants;
mod mask;
mod read;
pub mod switch;

pub use assess::{Against, active, assess, assess_against, fold};
pub use cross::read_checked;
pub use diagnosis::{Concerned, Diagnosis, DiagnosisKind, Forecast, KINDS, Sure};
pub use invariants::{BrokenInvariant, address};
pub use read::{ReadError, RepeatedPage, TenantState, WrongLookup, read_all, read_at_most, read_groups, read_users};
