//! Effects: a write held against the state that an independent read shows afterwards.

use super::{Context, Verdicts};
use crate::observe::Observation;
use serde_json::Value;

/// What a write has to leave behind.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// The resource as it was before: the write was refused.
    Unchanged,
    /// No resource: it was deleted.
    Gone,
    /// What was sent, as far as the server's rules let it through.
    Stored(Value),
    /// One of these states; the first is the chosen reading's own.
    OneOf(Vec<Value>),
    /// Nothing can be said, for this reason.
    Open(&'static str),
}

/// What `write` has to leave behind, given the resource as it was read `before` (RFC 7644 sections 3.3 to 3.6).
#[must_use]
pub fn expect(_write: &Observation, _before: Option<&Value>, _context: &Context<'_>) -> Expectation {
    Expectation::Open("not written yet")
}

/// Holds `write` against `after`, the witness's GET of the same resource.
#[must_use]
pub fn judge(_write: &Observation, _before: Option<&Value>, _after: &Observation, _context: &Context<'_>) -> Verdicts {
    Verdicts::default()
}
