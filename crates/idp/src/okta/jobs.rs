//! Jobs: what one event makes Okta do, and what an answer does to the job.

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::{Connection, ConnectionState};
use super::super::moves::{self, Refusal};
use super::{ATTEMPTS, Okta, PAUSE, Push};
use client::observe::Observation;
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One job. It holds keys, not values: a job that runs later sends what the directory says then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Job {
    TestConnection,
    Provision(String),
    Profile(String),
    Deactivate { person: String, id: String },
    Password(String),
    PushNew(String),
    PushAll(String),
    RenameGroup(String),
    Members { group: String, added: Vec<String>, removed: Vec<String> },
    LinkGroup(String),
    DeleteGroup { name: String, id: String },
    Import,
}

/// A job waiting for its next attempt.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paused {
    job: Job,
    attempts: u32,
    due: Duration,
}

/// Why a job stopped.
#[derive(Debug)]
pub(super) enum Halt {
    /// A task for the admin; there is no retry by itself.
    Task(ProvisioningErrorKind, String),
    /// To be tried again by itself, after the time the target asked for.
    Wait(ProvisioningErrorKind, String, Option<Duration>),
}

impl Job {
    /// What the job is about: a person's or a group's key, or a name.
    fn object<'a>(&'a self, app: &'a str) -> &'a str {
        match self {
            Self::TestConnection | Self::Import => app,
            Self::Provision(key) | Self::Profile(key) | Self::Password(key) | Self::Deactivate { person: key, .. } => {
                key
            }
            Self::PushNew(key)
            | Self::PushAll(key)
            | Self::RenameGroup(key)
            | Self::LinkGroup(key)
            | Self::Members { group: key, .. } => key,
            Self::DeleteGroup { name, .. } => name,
        }
    }

    /// The group whose push the job is part of.
    fn pushes(&self) -> Option<&str> {
        match self {
            Self::PushNew(key)
            | Self::PushAll(key)
            | Self::RenameGroup(key)
            | Self::LinkGroup(key)
            | Self::Members { group: key, .. } => Some(key),
            _ => None,
        }
    }
}

impl From<Refusal> for Halt {
    /// After a 429 an integer to wait is honoured, an HTTP date is not (OKCON; D). There is no retry by itself after 401 (Inf), 400
    /// (FLEET52600; I) or 409 (OKD20; D). The schedule after 5xx was not found; a capture shows the admin retrying by hand.
    fn from(Refusal { kind, text, after }: Refusal) -> Self {
        match kind {
            ProvisioningErrorKind::Throttled => Self::Wait(kind, text, after),
            _ => Self::Task(kind, text),
        }
    }
}

/// The answer, when it is a success; otherwise what it does to the job (table "Reaction to responses").
pub(super) fn checked(observation: Observation) -> Result<Observation, Halt> {
    Ok(moves::checked(observation)?)
}

impl Okta {
    /// Runs a job now.
    pub(super) async fn run(&mut self, connection: &mut Connection, job: Job) {
        if connection.state != ConnectionState::Enabled && job != Job::TestConnection {
            // D: switching provisioning off sends nothing, and what happens meanwhile is not made up for (DF22746; I).
            connection.note("provisioning is off: nothing is sent, and the change is not made up for later");
            return;
        }
        self.attempt(connection, job, 1).await;
    }

    /// When the next paused job is due.
    pub(super) fn next_due(&self) -> Option<Duration> {
        self.paused.iter().map(|p| p.due).min()
    }

    /// Lets time pass to the next paused job that is due, and runs what is due then.
    pub(super) async fn resume(&mut self, connection: &mut Connection) {
        let Some(next) = self.next_due() else { return };
        if connection.state != ConnectionState::Enabled {
            return;
        }
        connection.now = connection.now.max(next);
        let now = connection.now;
        let (due, later) = std::mem::take(&mut self.paused).into_iter().partition(|p| p.due <= now);
        self.paused = later;
        let due: Vec<Paused> = due;
        for paused in due {
            self.attempt(connection, paused.job, paused.attempts + 1).await;
        }
    }

    /// The admin retries every failed task.
    pub(super) async fn retry_failed(&mut self, connection: &mut Connection) {
        for job in std::mem::take(&mut self.failed) {
            if let Some(group) = job.pushes() {
                self.pushes.insert(group.to_owned(), Push::Active);
            }
            self.run(connection, job).await;
        }
    }

    async fn attempt(&mut self, connection: &mut Connection, job: Job, attempts: u32) {
        let Err(halt) = Box::pin(self.perform(connection, &job)).await else { return };
        let object = connection.label(job.object(&connection.name));
        match halt {
            Halt::Wait(kind, text, after) if attempts < ATTEMPTS => {
                let asked = after.filter(|_| connection.options.honour_retry_after);
                let wait = asked.unwrap_or_else(|| PAUSE * 2_u32.pow(attempts - 1));
                let due = connection.now + wait;
                connection.trouble(object, kind, format!("{text}; the job is paused for {} s", wait.as_secs()));
                self.paused.push(Paused { job, attempts, due });
            }
            Halt::Wait(_, text, _) => {
                connection.trouble(
                    object,
                    ProvisioningErrorKind::GaveUp,
                    format!("{text}; given up after {attempts} attempts"),
                );
                self.fail(job);
            }
            Halt::Task(kind, text) => {
                connection.trouble(object, kind, text);
                self.fail(job);
            }
        }
    }

    fn fail(&mut self, job: Job) {
        if let Some(group) = job.pushes() {
            self.pushes.insert(group.to_owned(), Push::Failed);
        }
        self.failed.push(job);
    }

    async fn perform(&mut self, connection: &mut Connection, job: &Job) -> Result<(), Halt> {
        match job {
            Job::TestConnection => Self::test(connection).await,
            Job::Provision(person) => self.provision(connection, person).await,
            Job::Profile(person) => Self::push_profile(connection, person).await,
            Job::Deactivate { id, .. } => self.deactivate(connection, id).await,
            Job::Password(person) => self.push_password(connection, person).await,
            Job::PushNew(group) => self.push_new(connection, group).await,
            Job::PushAll(group) => self.push_all(connection, group).await,
            Job::RenameGroup(group) => self.rename_group(connection, group).await,
            Job::Members { group, added, removed } => self.push_members(connection, group, added, removed).await,
            Job::LinkGroup(group) => self.link_group(connection, group).await,
            Job::DeleteGroup { id, .. } => Self::delete_group(connection, id).await,
            Job::Import => self.import(connection).await,
        }
    }
}
