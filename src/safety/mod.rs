//! Keeps the target and everybody on it safe: pre-flight, inventory, names that carry the run, ledger, cleanup.
//!
//! In: a [`Target`], a base URL with its credential and settings. Out: a [`Preflight`] answer, a [`Ledger`] emptied. Never: a verdict on
//! conformance, or a write to what this run did not create. Everything goes over HTTP, to the embedded provider as to any other server.

mod bulk;
mod cleanup;
mod inventory;
mod ledger;
mod lookup;
mod names;
mod ownership;
mod pages;
mod preflight;
mod tagged_objects;
mod tenant_settings;
mod write_guard;

pub use cleanup::{Cleaned, Proof, clean, count_of, deactivated_of};
pub use inventory::{Inventory, take_inventory};
pub use ledger::{Before, Entry, Ledger, LedgerError, Prior};
pub use lookup::read_of;
pub use names::{is_run_id, run_id, tag};
pub use ownership::Read;
pub use preflight::{Blocked, Preflight, PreflightItem, preflight, usual_path};
pub use tagged_objects::find_tagged;
pub use tenant_settings::{TenantLock, TenantSettings, add_required};
pub use write_guard::{NotPermitted, WriteGuard};

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
    pub settings: TenantSettings,
    /// How operator actions are carried out.
    pub operator: Operator,
}
