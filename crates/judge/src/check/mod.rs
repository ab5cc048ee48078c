//! Checks: pure functions from observations to findings, tied to requirements.
//!
//! In: [`Observation`]s (and, for effects, the resource as it was before). Out: [`Verdicts`]: what did not hold,
//! and what was held at all, red or green. Never: I/O, a clock, or a finding out of an answer that is not the target's own.

mod address;
mod auth;
pub mod catalogue;
mod dialect;
pub mod effect;
mod error_body;
mod examination;
pub mod field_reports;
mod http;
mod identity;
mod list;
pub mod lookup;
mod matching;
mod media;
mod offered;
mod patch;
mod projection;
pub mod readings;
mod resource;
mod shape;
mod status;
#[cfg(test)]
mod testing;

pub use address::names;
pub use dialect::refused_beyond_the_rfc;
pub use examination::clause;
pub(crate) use examination::{quote, show};
pub use offered::Offered;

use crate::verdict::{Departures, Finding};
use client::observe::Observation;
use examination::Examination;
use std::collections::BTreeSet;

/// What a check has to know beside the exchange.
#[derive(Debug, Clone, Copy)]
pub struct Context<'a> {
    /// The family of the IdP whose exchange it is: then what that IdP needs is held as well. None for a client that knows the
    /// RFCs alone.
    pub idp: Option<&'a str>,
    /// What the product that the target is expected to be does on purpose.
    pub departures: &'a Departures,
    /// What the target's users and groups can have, by its own schemas.
    pub offered: &'a Offered,
}

/// What checks say of one or more exchanges.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// Requirements that did not hold.
    pub findings: Vec<Finding>,
    /// Ids of the requirements that applied and were held against the exchange, red or green.
    pub exercised: BTreeSet<&'static str>,
}

impl Verdicts {
    /// Takes another's findings and ids in.
    pub fn merge(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.exercised.extend(other.exercised);
    }
}

/// Holds one exchange against every requirement that it alone can show (RFC 7643, RFC 7644).
///
/// Nothing is said of an exchange whose answer is not the target's own.
#[must_use]
pub fn passive(observation: &Observation, context: &Context<'_>) -> Verdicts {
    let mut bench = Examination::new(observation, context);
    if !observation.outcome().is_the_targets() {
        return Verdicts::default();
    }
    http::check(&mut bench);
    auth::check(&mut bench);
    status::check(&mut bench);
    media::check(&mut bench);
    error_body::check(&mut bench);
    patch::check(&mut bench);
    dialect::check(&mut bench);
    if bench.readable() {
        resource::check(&mut bench);
        list::check(&mut bench);
        if !context.departures.unprojected {
            projection::check(&mut bench);
        }
    }
    bench.verdicts
}
