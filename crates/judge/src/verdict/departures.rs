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
    /// Whether groups never show their members.
    pub members_hidden: bool,
    /// Whether some filters that the RFC knows are refused.
    pub few_filters: bool,
    /// Whether answers show everything, whatever `attributes` and `excludedAttributes` ask for.
    pub unprojected: bool,
    /// Whether a new user or group needs more than the schemas say, or may have less.
    pub demands_more: bool,
    /// Attributes of a user that are refused although the schemas name them.
    pub refused: BTreeSet<String>,
}

impl Departures {
    /// No product: the RFC's letter.
    pub const NONE: Self = Self {
        kept: BTreeSet::new(),
        deleted_stay: false,
        left_out: false,
        members_hidden: false,
        few_filters: false,
        unprojected: false,
        demands_more: false,
        refused: BTreeSet::new(),
    };
}
