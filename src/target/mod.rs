//! The server under test: what is known of it, what its operator can do, what a run made there.
//!
//! In: a base URL and a credential. Out: a [`Preflight`] answer, operator actions carried out, a [`Ledger`] emptied.
//! Never: verdicts on conformance. Everything goes over HTTP, to the embedded provider as to any other server.

mod action;
mod bulk;
mod census;
mod cleanup;
mod configured;
mod keeper;
mod ledger;
mod names;
mod operator;
mod ours;
mod preflight;
mod strays;
mod terms;

pub use action::{ACTIONS, Action};
pub use census::{Census, census};
pub use cleanup::clean;
pub use configured::{ALWAYS, Body, Configured, How, Way, unknown_placeholders};
pub use keeper::Keeper;
pub use ledger::{Entry, Ledger, LedgerError};
pub use names::{id_text, is_run_id, names, run_id, tag};
pub use operator::{Operator, OperatorError, Tenancy};
pub use preflight::{Blocked, Look, Preflight, preflight, usual_path};
pub use strays::strays;
pub use terms::{Room, Terms, dress};

use crate::verdict::Departures;
use crate::wire::{BaseUrl, Credential};

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
