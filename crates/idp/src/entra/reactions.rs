//! What an answer does to an object and to the job (tables A3.2 and A3.3).

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::{Connection, ConnectionState};
use super::super::moves::{asked_to_wait, problem};
use super::{DAY, Entra, INTERVAL, PATIENCE};
use client::observe::{Observation, member};
use directory::Directory;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

/// Something that can fail by itself. References come after the objects they join.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Object {
    Person(String),
    Group(String),
    Manager(String),
    Add(String, String),
    Remove(String, String),
}

impl Object {
    fn is_reference(&self) -> bool {
        matches!(self, Self::Manager(_) | Self::Add(..) | Self::Remove(..))
    }

    /// Whether the directory still has both ends of a reference. Objects can be gone and yet have to be deleted.
    fn exists(&self, directory: &Directory) -> bool {
        let group = |key: &String| directory.group(key).is_some();
        let person = |key: &String| directory.person(key).is_some();
        match self {
            Self::Person(_) | Self::Group(_) => true,
            Self::Manager(key) => person(key),
            Self::Add(key, member) | Self::Remove(key, member) => group(key) && (person(member) || group(member)),
        }
    }

    pub(super) fn key(&self) -> &str {
        match self {
            Self::Person(key) | Self::Group(key) | Self::Manager(key) | Self::Add(key, _) | Self::Remove(key, _) => key,
        }
    }
}

/// A failed object waiting for its next attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Escrow {
    since: Duration,
    attempts: u32,
    pub(super) next: Duration,
    pub(super) transient: bool,
}

/// How far a failure reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// This object, to be tried again in the next cycle.
    Transient,
    /// This object, to be tried again less and less often.
    Lasting,
    /// The whole job.
    Job,
}

/// A failure with the code the provisioning log shows.
#[derive(Debug, Clone)]
pub(super) struct Fail {
    pub(super) kind: ProvisioningErrorKind,
    pub(super) reach: Reach,
    pub(super) text: String,
    pub(super) retry_after: Option<Duration>,
}

impl Fail {
    pub(super) fn lasting(kind: ProvisioningErrorKind, text: impl Into<String>) -> Self {
        Self { kind, reach: Reach::Lasting, text: text.into(), retry_after: None }
    }
}

/// What a request was for: the same status means different things.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Step {
    Probe,
    LookUp,
    Read,
    Create,
    Update,
    Delete,
}

/// Code of an answer that breaks SCIM.
const INCOMPATIBLE: &str = "SystemForCrossDomainIdentityManagementServiceIncompatible";

/// The answer, when it is a success; otherwise the failure.
pub(super) fn judge(step: Step, observation: Observation) -> Result<Observation, Fail> {
    let (kind, reach, code) = match (observation.status(), step) {
        (Some(200..=299), _) => return typed(step, observation),
        // Not documented (A3.2): gone is what was wanted.
        (Some(404), Step::Delete) => return Ok(observation),
        // Independent of any count of failures (S4; D).
        (Some(401), _) => (ProvisioningErrorKind::Unauthorized, Reach::Job, "EncounteredQuarantineException"),
        (Some(429), _) => (ProvisioningErrorKind::Throttled, Reach::Transient, "TooManyRequests"),
        (Some(500..), _) => (ProvisioningErrorKind::ServerError, Reach::Transient, "InternalServerError"),
        (None, _) => (ProvisioningErrorKind::NoAnswer, Reach::Transient, "Timeout"),
        // A 404 is no way to say "none" (S4, S17; D). A probe must be answered by an empty list.
        (Some(404), Step::LookUp) | (Some(_), Step::Probe) => {
            (ProvisioningErrorKind::Incompatible, Reach::Job, INCOMPATIBLE)
        }
        (Some(403), _) => (ProvisioningErrorKind::Forbidden, Reach::Lasting, "InsufficientRights"),
        (Some(405), _) => (ProvisioningErrorKind::Forbidden, Reach::Lasting, "MethodNotAllowed"),
        // The object linked before is gone; it is not created again by itself (S9, S14; D).
        (Some(404), Step::Read | Step::Update) => (ProvisioningErrorKind::NotFound, Reach::Lasting, "InvalidAnchor"),
        // Nothing is adopted (S14; D).
        (Some(409), _) => (ProvisioningErrorKind::Conflict, Reach::Lasting, "EntryConflict"),
        (Some(400..=499), _) => (ProvisioningErrorKind::Rejected, Reach::Lasting, "Rejected"),
        (Some(_), _) => (ProvisioningErrorKind::Rejected, Reach::Transient, "WebExceptionProtocolError"),
    };
    let retry_after = asked_to_wait(&observation);
    Err(Fail { kind, reach, text: format!("{code}: {}", problem(&observation)), retry_after })
}

/// A success must be readable where something is read from it (S14; D).
fn typed(step: Step, observation: Observation) -> Result<Observation, Fail> {
    let reach = if step == Step::Probe { Reach::Job } else { Reach::Lasting };
    let refuse = |why: String| {
        let text = format!("{INCOMPATIBLE}: {why}");
        Err(Fail { kind: ProvisioningErrorKind::Unreadable, reach, text, retry_after: None })
    };
    let needed = !matches!(step, Step::Update | Step::Delete);
    match (&observation.body, observation.json()) {
        (Some(Err(error)), _) => return refuse(format!("the body is no JSON: {error}")),
        (None, _) if needed && step != Step::Create => return refuse("the body is empty".to_owned()),
        _ => {}
    }
    let lists = matches!(step, Step::Probe | Step::LookUp);
    if lists && observation.list().is_none() {
        return refuse("the answer to a filter is no list".to_owned());
    }
    let resources =
        if lists { observation.resources() } else { observation.json().map_or(&[][..], std::slice::from_ref) };
    match resources.iter().find_map(wrong_type) {
        Some(why) => refuse(why),
        None => Ok(observation),
    }
}

/// Types that are known to break the client: a manager must come back as an object although it is written as a text
/// (Budibase #15369; C).
fn wrong_type(resource: &Value) -> Option<String> {
    let manager = member(resource, super::bodies::EXTENSION).and_then(|e| member(e, "manager"));
    if manager.is_some_and(Value::is_string) {
        return Some("manager is a text, not an object".to_owned());
    }
    let lists = ["emails", "phoneNumbers", "members", "schemas"];
    let wrong = |name: &&&str| member(resource, name).is_some_and(|v| !v.is_array() && !v.is_null());
    lists.iter().find(wrong).map(|name| format!("{name} is no array"))
}

impl Entra {
    /// Books the result of an object: success takes it out of escrow, failure puts it in. Says whether the cycle can
    /// go on.
    pub(super) fn book(&mut self, connection: &mut Connection, object: Object, result: Result<(), Fail>) -> bool {
        let Err(fail) = result else {
            self.escrow.remove(&object);
            if let Object::Person(key) | Object::Group(key) = &object {
                self.wake_references(connection, key);
            }
            return true;
        };
        let label = connection.label(object.key());
        connection.trouble(label, fail.kind, fail.text.clone());
        if fail.reach == Reach::Job {
            self.put_back(&object);
            self.quarantine(connection, "EncounteredQuarantineException");
            return false;
        }
        let now = connection.now;
        let transient = fail.reach == Reach::Transient;
        let escrow = self.escrow.entry(object).or_insert(Escrow { since: now, attempts: 0, next: now, transient });
        escrow.attempts += 1;
        escrow.transient = transient;
        // Two tiers: 40 minutes for what passes, 6, 12, 24 hours and then daily for what stays (Q1; D).
        escrow.next = match (transient, escrow.attempts) {
            (true, _) => now + INTERVAL,
            (false, 1) => escrow.since + DAY / 4,
            (false, 2) => escrow.since + DAY / 2,
            (false, 3) => escrow.since + DAY,
            (false, _) => now + DAY,
        };
        true
    }

    /// References that waited for this person or group are tried in this cycle.
    fn wake_references(&mut self, connection: &Connection, key: &str) {
        let manages = |person: &String| {
            let person = connection.directory.person(person);
            person.is_some_and(|p| p.manager.as_deref() == Some(key))
        };
        let waiting: Vec<Object> = self
            .escrow
            .keys()
            .filter(|object| match object {
                Object::Add(group, member) => member == key || group == key,
                Object::Manager(person) => manages(person),
                _ => false,
            })
            .cloned()
            .collect();
        for object in waiting {
            self.put_back(&object);
        }
    }

    pub(super) fn put_back(&mut self, object: &Object) {
        match object.clone() {
            Object::Person(key) => self.work.person(&key, true),
            Object::Group(key) => self.work.group(&key, true),
            Object::Manager(key) => drop(self.work.managers.insert(key)),
            Object::Add(group, member) => drop(self.work.adds.insert((group, member))),
            Object::Remove(group, member) => drop(self.work.removes.insert((group, member))),
        }
    }

    /// Takes what is due out of escrow into the work of this cycle. What failed for 28 days is dropped and the job
    /// disabled (Q1; D).
    pub(super) fn due_retries(&mut self, connection: &mut Connection) {
        let now = connection.now;
        self.escrow.retain(|object, _| object.exists(&connection.directory));
        let due: Vec<Object> = self.escrow.iter().filter(|(_, e)| e.next <= now).map(|(o, _)| o.clone()).collect();
        for object in due {
            if self.escrow.get(&object).is_some_and(|e| now - e.since > PATIENCE) {
                self.escrow.remove(&object);
                let label = connection.label(object.key());
                connection.trouble(
                    label,
                    ProvisioningErrorKind::GaveUp,
                    "retried for 28 days; dropped, and the job is disabled",
                );
                connection.state = ConnectionState::Disabled;
            } else {
                self.put_back(&object);
            }
        }
    }

    pub(super) fn quarantine(&mut self, connection: &mut Connection, reason: &str) {
        let before = connection.state.clone();
        connection.state = ConnectionState::Quarantined { reason: reason.to_owned() };
        self.quarantined_since.get_or_insert(connection.now);
        if connection.state != before {
            let name = connection.name.clone();
            connection.trouble(name, ProvisioningErrorKind::Quarantined, format!("the job is in quarantine: {reason}"));
        }
    }

    pub(super) fn lift_quarantine(&mut self, connection: &mut Connection) {
        self.quarantined_since = None;
        self.interval = INTERVAL;
        connection.state = ConnectionState::Enabled;
    }

    /// Failures without and with references, for the quarantine limits.
    pub(super) fn failures(&self) -> (usize, usize) {
        let references = self.escrow.keys().filter(|o| o.is_reference()).count();
        (self.escrow.len() - references, references)
    }
}
