//! Okta: every event is a job that runs at once; what fails waits in the admin's task list.
//!
//! In: events. Out: the requests of the two app types, custom (PUT family) and catalogue (PATCH family). Never:
//! `DELETE` of a user, `/Bulk`, `.search` or a discovery endpoint (P01, P04; D).

mod bodies;
mod events;
mod groups;
mod import;
mod jobs;
mod users;

use super::connection::{Connection, ConnectionState, Spelling};
use super::dialect::{Dialect, Product, ProductMode};
use super::event::Event;
use super::options::Options;
use directory::{KeyShape, Keys};
use futures::future::{FutureExt, LocalBoxFuture};
use jobs::{Job, Paused};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// Okta.
pub(super) const OKTA: Product = Product {
    id: "okta",
    name: "Okta",
    adds: "reads a user whole and puts it back whole, unknown attributes and `meta` included; never deletes a user",
    known_by: "captured and documented",
    by_default: true,
    modes: &[
        ProductMode {
            id: "okta/custom",
            name: "Okta (custom app)",
            summary: "updates by GET and PUT, groups pushed as whole member lists",
            base_query: None,
            dialect: || Box::new(Okta::new(CUSTOM)),
        },
        ProductMode {
            id: "okta/catalogue",
            name: "Okta (catalogue app)",
            summary: "PATCH for activation and groups, PUT for attributes",
            base_query: None,
            dialect: || Box::new(Okta::new(CATALOGUE)),
        },
    ],
    // Okta ids: 20 characters beginning with 00u and 00g (captures).
    keys: Keys {
        person: KeyShape::Prefixed { prefix: "00u", length: 20 },
        group: KeyShape::Prefixed { prefix: "00g", length: 20 },
    },
    spelling: SPELLING,
    options: Options::default,
    external_id: |person, _| person.key.clone(),
    // Okta's captures have none.
    sends_group_key: false,
};

/// Headers as captured (C) and in older documentation (D); `charset` is part of the content type.
const SPELLING: Spelling = Spelling {
    // Documented and captured (OKD20; D, C).
    user_agent: Some("Okta SCIM Client 1.0.0"),
    headers: &[("accept", "application/scim+json"), ("accept-charset", "utf-8")],
    accept_encoding: Some("gzip,deflate"),
    ..Spelling::plain("application/scim+json; charset=utf-8")
};

/// What tells the two app types apart (OKD20, OKFAQ; D).
#[derive(Debug, Clone, Copy)]
struct Mode {
    /// Activation, deactivation and password by PATCH instead of GET and PUT.
    patches_status: bool,
    /// Groups by PATCH instead of GET and PUT.
    patches_groups: bool,
}

fn custom() -> Mode {
    CUSTOM
}

const CUSTOM: Mode = Mode { patches_status: false, patches_groups: false };
const CATALOGUE: Mode = Mode { patches_status: true, patches_groups: true };

/// Wait of a throttled job without a usable `Retry-After` (OKCON, 2026; D).
const PAUSE: Duration = Duration::from_secs(5 * 60);
/// Attempts of a throttled job, after which it has failed for good (OKCON; D).
const ATTEMPTS: u32 = 10;

const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";

/// Whether the push of a group is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Push {
    Active,
    Paused,
    /// After a failed push the membership pushes stop until the admin pushes again (META113; I).
    Failed,
}

/// One Okta org's app.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Okta {
    #[serde(skip, default = "custom")]
    mode: Mode,
    paused: Vec<Paused>,
    failed: Vec<Job>,
    pushes: BTreeMap<String, Push>,
    /// Groups of the target seen by the last import: name to id.
    imported: BTreeMap<String, String>,
}

impl Okta {
    fn new(mode: Mode) -> Self {
        Self { mode, paused: Vec::new(), failed: Vec::new(), pushes: BTreeMap::new(), imported: BTreeMap::new() }
    }
}

impl Dialect for Okta {
    fn handle<'a>(&'a mut self, connection: &'a mut Connection, event: Event) -> LocalBoxFuture<'a, ()> {
        self.on(connection, event).boxed_local()
    }

    /// Okta has no cycles; the jobs a 429 has paused run when they are due.
    fn cycle<'a>(&'a mut self, connection: &'a mut Connection) -> LocalBoxFuture<'a, ()> {
        self.resume(connection).boxed_local()
    }

    fn pending(&self, connection: &Connection) -> bool {
        connection.state == ConnectionState::Enabled && !self.paused.is_empty()
    }

    fn passed(&mut self, _connection: &mut Connection) {}

    fn due(&self, connection: &Connection) -> Option<Duration> {
        self.pending(connection).then(|| self.next_due()).flatten()
    }

    fn save(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(self)
    }

    fn resume(&mut self, saved: Value) -> Result<(), serde_json::Error> {
        *self = Self { mode: self.mode, ..serde_json::from_value(saved)? };
        Ok(())
    }
}
