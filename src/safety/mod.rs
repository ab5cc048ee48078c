//! Keeps the target and everybody on it safe: pre-flight, census, names that carry the run, ledger, cleanup.
//!
//! In: a [`Target`], a base URL with its credential and terms. Out: a [`Preflight`] answer, a [`Ledger`] emptied. Never: a verdict on
//! conformance, or a write to what this run did not create. Everything goes over HTTP, to the embedded provider as to any other server.

mod bulk;
mod census;
mod cleanup;
mod keeper;
mod ledger;
mod names;
mod ours;
mod preflight;
mod strays;
mod terms;

pub use census::{Census, census};
pub use cleanup::clean;
pub use keeper::Keeper;
pub use ledger::{Entry, Ledger, LedgerError};
pub use names::{is_run_id, run_id, tag};
pub use preflight::{Blocked, Look, Preflight, preflight, usual_path};
pub use strays::strays;
pub use terms::{Room, Terms, dress};

use crate::operator::Operator;
use client::wire::{BaseUrl, Credential};
use judge::verdict::Departures;

/// The server under test.
#[derive(Debug, Clone)]
pub struct Target {
    /// The name shown in output.
    pub name: String,
    /// SCIM base URL.
    pub base: BaseUrl,
    /// Its credential.
    pub credential: Option<Credential>,
    /// The profile it is expected to follow.
    pub profile: String,
    /// What that product does on purpose, against the RFC's letter.
    pub departures: Departures,
    /// The folder of its golden exchanges, below that of all.
    pub goldens: String,
    /// What the tenant asks for and allows.
    pub terms: Terms,
    /// How operator actions are carried out.
    pub operator: Operator,
}
