//! Microsoft Entra ID: changes are collected and go out in cycles, users first, then groups, then references.
//!
//! In: events, which mark objects as changed. Out: the requests of a cycle or of provisioning on demand. Never:
//! `PUT`, `/Bulk`, ETags, or a `password` (A1.10, A1.11; D, absence U).

mod bodies;
mod cycle;
mod events;
mod groups;
mod reactions;
mod users;

use super::admin_log::ProvisioningErrorKind;
use super::connection::{Connection, ConnectionState, Spelling};
use super::dialect::{Dialect, Product, ProductMode};
use super::event::Event;
use super::options::{Options, QuerySpace};
use directory::{KeyShape, Keys};
use futures::future::{FutureExt, LocalBoxFuture};
use reactions::{Escrow, Object};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

/// Microsoft Entra ID.
pub(super) const ENTRA: Product = Product {
    id: "entra",
    name: "Entra",
    adds: "collects changes for a cycle of 40 minutes, writes \"True\" and \"False\" as text, retries for weeks, quarantines a bad target",
    known_by: "documented and captured",
    by_default: true,
    modes: &[
        ProductMode {
            id: "entra/default",
            name: "Entra ID",
            summary: "cycles of PATCH with title-case operations and booleans as strings",
            base_query: None,
            dialect: || Box::new(Entra::new(DEFAULT)),
        },
        ProductMode {
            id: "entra/aadOptscim062020",
            name: "Entra ID (aadOptscim062020)",
            summary: "cycles of PATCH in the compliant spelling the tenant URL's flag asks for",
            // The flag is a query of the tenant URL and so travels on every request (A1.3, D).
            base_query: Some("aadOptscim062020"),
            dialect: || Box::new(Entra::new(FLAGGED)),
        },
    ],
    keys: Keys { person: KeyShape::Guid, group: KeyShape::Guid },
    spelling: SPELLING,
    options: || Options { query_space: QuerySpace::Plus, honour_retry_after: false, ..Options::default() },
    external_id: bodies::external_id,
    // The default mapping writes it.
    sends_group_key: true,
};

/// `ADSCIMVersion` was captured in 2019 and is reported since (A1.5; C, I). `Accept` is not known, so not set. A read
/// has no `Content-Type` (A1.7; I), and nothing has a `User-Agent` (A1.6, P28; I).
const SPELLING: Spelling =
    Spelling { headers: &[("adscimversion", "5.0")], ..Spelling::plain("application/scim+json") };

/// What the feature flag changes (table A4; D).
#[derive(Debug, Clone, Copy)]
struct Mode {
    add: &'static str,
    replace: &'static str,
    remove: &'static str,
    /// Booleans in PATCH as `"True"` and `"False"` (S2; D, S25; C).
    text_booleans: bool,
    /// Several simple attributes in one operation without path, keys dotted or whole URNs (S2; D, S28; C).
    joins_attributes: bool,
    /// A member is removed by a filter in the path instead of a list in the value (S2; D).
    removes_by_filter: bool,
}

fn default_mode() -> Mode {
    DEFAULT
}

const DEFAULT: Mode = Mode {
    add: "Add",
    replace: "Replace",
    remove: "Remove",
    text_booleans: true,
    joins_attributes: false,
    removes_by_filter: false,
};

const FLAGGED: Mode = Mode {
    add: "add",
    replace: "replace",
    remove: "remove",
    text_booleans: false,
    joins_attributes: true,
    removes_by_filter: true,
};

/// Time between cycles (A2.1; D).
const INTERVAL: Duration = Duration::from_secs(40 * 60);
/// Longest time between cycles in quarantine (Q4; D).
const DAY: Duration = Duration::from_secs(24 * 60 * 60);
/// Time in the bin (L13; D).
const BIN: Duration = Duration::from_secs(30 * 24 * 60 * 60);
/// Time in quarantine, or of retries, after which the job is disabled (Q1, Q4; D).
const PATIENCE: Duration = Duration::from_secs(28 * 24 * 60 * 60);

/// What changed since the last cycle.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Work {
    /// People, and whether more than their status changed.
    people: BTreeMap<String, bool>,
    /// Groups, and whether their attributes changed.
    groups: BTreeMap<String, bool>,
    /// People whose manager changed.
    managers: BTreeSet<String>,
    /// Memberships to add: group and member.
    adds: BTreeSet<(String, String)>,
    /// Memberships to remove.
    removes: BTreeSet<(String, String)>,
}

impl Work {
    fn is_empty(&self) -> bool {
        self.people.is_empty()
            && self.groups.is_empty()
            && self.managers.is_empty()
            && self.adds.is_empty()
            && self.removes.is_empty()
    }

    fn person(&mut self, key: &str, attributes: bool) {
        *self.people.entry(key.to_owned()).or_default() |= attributes;
    }

    fn group(&mut self, key: &str, attributes: bool) {
        *self.groups.entry(key.to_owned()).or_default() |= attributes;
    }
}

/// One provisioning job.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entra {
    #[serde(skip, default = "default_mode")]
    mode: Mode,
    /// Whether the initial cycle (or the one after a restart) has run.
    started: bool,
    work: Work,
    #[serde(with = "crate::pairs")]
    escrow: BTreeMap<Object, Escrow>,
    /// Removals withheld by the deletion guard.
    staged: Work,
    deletions_allowed: bool,
    /// Managers written: person to manager.
    managers: BTreeMap<String, String>,
    /// Members written: group to member to the member's id on the target.
    members: BTreeMap<String, BTreeMap<String, String>>,
    /// Who is in the bin, since when.
    bin: BTreeMap<String, Duration>,
    next_cycle: Duration,
    interval: Duration,
    quarantined_since: Option<Duration>,
}

impl Entra {
    fn new(mode: Mode) -> Self {
        Self {
            mode,
            started: false,
            work: Work::default(),
            escrow: BTreeMap::new(),
            staged: Work::default(),
            deletions_allowed: false,
            managers: BTreeMap::new(),
            members: BTreeMap::new(),
            bin: BTreeMap::new(),
            next_cycle: Duration::ZERO,
            interval: INTERVAL,
            quarantined_since: None,
        }
    }
}

impl Dialect for Entra {
    fn handle<'a>(&'a mut self, connection: &'a mut Connection, event: Event) -> LocalBoxFuture<'a, ()> {
        self.on(connection, event).boxed_local()
    }

    fn cycle<'a>(&'a mut self, connection: &'a mut Connection) -> LocalBoxFuture<'a, ()> {
        self.run_cycle(connection).boxed_local()
    }

    fn pending(&self, connection: &Connection) -> bool {
        let retries = self.escrow.values().any(|e| e.transient);
        let in_scope = !connection.assigned.is_empty() || !connection.groups.is_empty() || !connection.links.is_empty();
        connection.running() && (!self.work.is_empty() || retries || (!self.started && in_scope))
    }

    fn passed(&mut self, connection: &mut Connection) {
        let now = connection.now;
        let gone: Vec<String> =
            self.bin.iter().filter(|(_, at)| now - **at >= BIN).map(|(key, _)| key.clone()).collect();
        for key in gone {
            self.purge(connection, &key);
        }
        let quarantined = matches!(connection.state, ConnectionState::Quarantined { .. });
        if quarantined && self.quarantined_since.is_some_and(|since| now - since > PATIENCE) {
            connection.state = ConnectionState::Disabled;
            self.quarantined_since = None;
            let name = connection.name.clone();
            connection.trouble(
                name,
                ProvisioningErrorKind::GaveUp,
                "the job was in quarantine for four weeks and is disabled",
            );
        }
    }

    /// A cycle comes when it comes, whether there is work or not.
    fn due(&self, connection: &Connection) -> Option<Duration> {
        connection.running().then(|| self.next_cycle.max(connection.now))
    }

    fn save(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    fn resume(&mut self, saved: Value) -> Result<(), serde_json::Error> {
        *self = Self { mode: self.mode, ..serde_json::from_value(saved)? };
        Ok(())
    }
}
