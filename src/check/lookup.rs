//! The cross-check behind most duplicates: a create that conflicts must be findable by the same key.

use super::Verdicts;
use crate::observe::Observation;

/// Holds a create answered 409 against the lookups made for the same person or group.
#[must_use]
pub fn judge(_conflict: &Observation, _lookups: &[&Observation]) -> Verdicts {
    Verdicts::default()
}
