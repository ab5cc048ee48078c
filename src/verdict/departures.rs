//! Where a known product departs from the RFC's letter on purpose.

use std::collections::BTreeSet;

/// What the vendor of the product that a target is expected to be documents of it, against the RFC's letter. Nothing is
/// found wrong in a target that does just that; one that does as the RFC has it is not found wrong either.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Departures {
    /// Attributes of a user that keep their first value while an update that changes them succeeds.
    pub kept: BTreeSet<String>,
    /// Whether a deleted user can still be read, inactive.
    pub deleted_stay: bool,
    /// Whether members whom the product knows under another name are left out of groups while the request succeeds.
    pub left_out: bool,
}

impl Departures {
    /// No product: the RFC's letter.
    pub const NONE: Self = Self { kept: BTreeSet::new(), deleted_stay: false, left_out: false };
}
