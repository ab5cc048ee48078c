//! The server under test: what is known of it, what its operator can do, what a run made there.
//!
//! In: a base URL and a credential. Out: a [`Preflight`] answer, operator actions carried out, a [`Ledger`] emptied.
//! Never: verdicts on conformance. Everything goes over HTTP, to the embedded provider as to any other server.

mod bulk;
mod cleanup;
mod keeper;
mod ledger;
mod operator;
mod preflight;

pub use cleanup::clean;
pub use keeper::Keeper;
pub use ledger::{Entry, Ledger, LedgerError};
pub use operator::{Action, Operator, OperatorError, Tenancy};
pub use preflight::{Blocked, id_text, preflight};

use crate::verdict::Departures;
use crate::wire::{BaseUrl, Secret};

/// The server under test.
#[derive(Debug, Clone)]
pub struct Target {
    /// The name shown in output.
    pub name: String,
    /// SCIM base URL.
    pub base: BaseUrl,
    /// Its credential.
    pub secret: Option<Secret>,
    /// The profile it is expected to follow.
    pub profile: String,
    /// What that product does on purpose, against the RFC's letter.
    pub departures: Departures,
    /// The folder of its golden exchanges, below that of all.
    pub goldens: String,
    /// How operator actions are carried out.
    pub operator: Operator,
}
