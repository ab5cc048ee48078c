//! What every dialect works on: the directory, the target's client, links, assignments, the clock.

use super::admin_log::{AdminLog, ProvisioningError, ProvisioningErrorKind};
use super::link::Links;
use super::options::Options;
use client::wire::Client;
use directory::{Directory, DirectoryError, Person, Random};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::collections::BTreeSet;
use std::time::Duration;

/// How a product spells its requests, whatever they say.
pub(super) struct Spelling {
    /// `User-Agent`; none, and none is sent.
    pub(super) user_agent: Option<&'static str>,
    /// Headers of every request after the `User-Agent`, in the order sent.
    pub(super) headers: &'static [(&'static str, &'static str)],
    /// Further headers of requests with a body, and of those without.
    pub(super) with_body: &'static [(&'static str, &'static str)],
    pub(super) without_body: &'static [(&'static str, &'static str)],
    /// `Accept-Encoding`; none, and none is sent.
    pub(super) accept_encoding: Option<&'static str>,
    /// `Content-Type` of requests with a body; others have none.
    pub(super) content_type: &'static str,
}

impl Spelling {
    /// No header but the content type: nothing else is known of the product, or nothing else is sent.
    pub(super) const fn plain(content_type: &'static str) -> Self {
        Self { user_agent: None, headers: &[], with_body: &[], without_body: &[], accept_encoding: None, content_type }
    }
}

/// What a connection is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum ConnectionState {
    /// Provisioning is on.
    Enabled,
    /// Stopped by the admin; changes are remembered (Entra).
    Paused,
    /// Slowed down for the reason named (Entra).
    Quarantined {
        /// The product's reason code.
        reason: String,
    },
    /// Off: nothing is sent and (Okta) changes are missed.
    Disabled,
}

/// The stuff of one connection.
pub(super) struct Connection {
    pub(super) name: String,
    pub(super) client: Client,
    pub(super) spelling: &'static Spelling,
    pub(super) directory: Directory,
    pub(super) options: Options,
    pub(super) links: Links,
    pub(super) state: ConnectionState,
    /// People assigned to the app.
    pub(super) assigned: BTreeSet<String>,
    /// Groups pushed (Okta) or in scope (Entra).
    pub(super) groups: BTreeSet<String>,
    /// The virtual clock: time since the connection was made.
    pub(super) now: Duration,
    pub(super) random: Random,
    /// Whether the administrator has taken out of the mapping what the target lacks.
    pub(super) unmapped: Cell<bool>,
    /// Filled while an event or a cycle runs.
    pub(super) report: AdminLog,
}

impl Connection {
    /// The stream of the seed that it draws from.
    pub(super) const STREAM: u64 = 2;

    pub(super) fn note(&mut self, note: impl Into<String>) {
        self.report.note(note);
    }

    /// A remark on a request shape nobody has seen on the wire.
    pub(super) fn unverified(&mut self, what: &str) {
        self.report.note(format!("unverified: {what}"));
    }

    pub(super) fn trouble(&mut self, object: impl Into<String>, kind: ProvisioningErrorKind, text: impl Into<String>) {
        self.report.troubles.push(ProvisioningError { object: object.into(), kind, text: text.into() });
    }

    /// Applies a change of the directory; a refusal becomes trouble.
    pub(super) fn in_directory<T>(
        &mut self,
        change: impl FnOnce(&mut Directory) -> Result<T, DirectoryError>,
    ) -> Option<T> {
        match change(&mut self.directory) {
            Ok(value) => Some(value),
            Err(error) => {
                let name = self.name.clone();
                self.trouble(name, ProvisioningErrorKind::NotInDirectory, error.to_string());
                None
            }
        }
    }

    /// The person of that key, or trouble.
    pub(super) fn known(&mut self, key: &str) -> Option<Person> {
        self.in_directory(|d| d.person(key).cloned().ok_or_else(|| DirectoryError::NoPerson(key.to_owned())))
    }

    /// The name of a group of that key, or trouble.
    pub(super) fn known_group(&mut self, key: &str) -> Option<String> {
        self.in_directory(|d| {
            d.group(key).map(|g| g.name.clone()).ok_or_else(|| DirectoryError::NoGroup(key.to_owned()))
        })
    }

    /// The user name or group name of a key, for the admin's eyes.
    pub(super) fn label(&self, key: &str) -> String {
        let linked = || self.links.person(key).or_else(|| self.links.group(key)).map(|l| l.matching.clone());
        let person = self.directory.person(key).map(|p| p.user_name.clone());
        person
            .or_else(|| self.directory.group(key).map(|g| g.name.clone()))
            .or_else(linked)
            .unwrap_or_else(|| key.to_owned())
    }

    /// Whether requests may be sent at all.
    pub(super) fn running(&self) -> bool {
        matches!(self.state, ConnectionState::Enabled | ConnectionState::Quarantined { .. })
    }
}
