//! Products that send at once what an event comes to.
//!
//! In: an event. Out: the directory and the assignments changed, and the acts that the event comes to, each handed to the product; what
//! failed waits for the admin, or for the product's own next try. Never: a request; a product says what an act sends.

use super::admin_log::ProvisioningErrorKind;
use super::connection::{Connection, ConnectionState};
use super::dialect::Dialect;
use super::event::Event;
use super::moves::Refusal;
use directory::Change;
use futures::future::{FutureExt, LocalBoxFuture};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::time::Duration;

/// What an event comes to. It holds keys, not values: an act that is tried again sends what the directory says then.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) enum Act {
    /// The admin tests the connection.
    Test,
    /// A person comes into scope, or is provisioned by hand.
    Enter(String),
    /// An attribute of a person changed, the user name among them.
    Change(String),
    /// A person may no longer sign in, and stays in scope.
    Disable(String),
    /// A person may sign in again.
    Enable(String),
    /// A person is no longer in scope.
    Exit(String),
    /// A person was deleted from the directory.
    Delete(String),
    /// A group comes into scope.
    PushGroup(String),
    /// The name of a group in scope changed.
    RenameGroup(String),
    /// People joined a group in scope.
    Join { group: String, people: Vec<String> },
    /// People left a group in scope.
    Leave { group: String, people: Vec<String> },
    /// A group in scope was deleted, or taken out of scope with deletion.
    DropGroup(String),
    /// A group is out of scope and stays on the target.
    ReleaseGroup(String),
    /// Everything in scope is compared or written anew.
    Sync,
    /// The target is read.
    Import,
    /// Provisioning was switched on.
    SwitchedOn,
}

impl Act {
    /// What it is about: a person's or a group's key, or the connection's name.
    fn object<'a>(&'a self, app: &'a str) -> &'a str {
        match self {
            Self::Test | Self::Sync | Self::Import | Self::SwitchedOn => app,
            Self::Enter(key)
            | Self::Change(key)
            | Self::Disable(key)
            | Self::Enable(key)
            | Self::Exit(key)
            | Self::Delete(key)
            | Self::PushGroup(key)
            | Self::RenameGroup(key)
            | Self::Join { group: key, .. }
            | Self::Leave { group: key, .. }
            | Self::DropGroup(key)
            | Self::ReleaseGroup(key) => key,
        }
    }
}

/// What an act came to.
pub(super) type Done = Result<(), Refusal>;

/// How a product tries again by itself what failed.
#[derive(Debug, Clone, Copy)]
pub(super) struct Retry {
    /// Time to the next try.
    pub(super) after: Duration,
    /// Tries in all.
    pub(super) attempts: u32,
    /// Whether only where no answer came.
    pub(super) without_answer: bool,
}

/// What a product remembers beside the links.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Memory {
    /// What the target was last seen to hold, by the directory's keys or by name.
    pub(super) seen: BTreeMap<String, Value>,
    /// The target's discovery document.
    pub(super) config: Option<Value>,
}

/// How one product in one mode speaks.
pub(super) trait Speaks: Copy + 'static {
    /// Its name in notes.
    const NAME: &'static str;
    /// How it tries again; most do not.
    const RETRY: Option<Retry> = None;

    /// Sends what the act comes to. There is one method for all acts, so that the compiler asks for an answer to every act in one `match`.
    async fn act(self, connection: &mut Connection, memory: &mut Memory, act: &Act) -> Done;
}

/// An act that failed.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Failed {
    act: Act,
    attempts: u32,
    /// When it is tried again; never by itself where there is no time.
    due: Option<Duration>,
    /// Whether another answer can be expected without anybody doing something.
    transient: bool,
}

/// What is put away.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    memory: Memory,
    failed: Vec<Failed>,
}

/// The dialect of such a product.
pub(super) struct AtOnce<P> {
    product: P,
    kept: Kept,
}

impl<P: Speaks> AtOnce<P> {
    pub(super) fn boxed(product: P) -> Box<dyn Dialect> {
        Box::new(Self { product, kept: Kept::default() })
    }

    /// Every event has its arm: a new one does not compile before it is known what it comes to.
    async fn on(&mut self, connection: &mut Connection, event: Event) {
        let gone = match &event {
            Event::Delete { person } | Event::Purge { person } => Some(person.clone()),
            _ => None,
        };
        let acts = match event {
            Event::TestConnection => vec![Act::Test],
            Event::Assign { person } => assigned(connection, person),
            Event::Unassign { person } => unassigned(connection, person),
            Event::UnassignAll => {
                let all = connection.directory.in_order(&connection.assigned);
                all.into_iter().flat_map(|person| unassigned(connection, person)).collect()
            }
            Event::Update { person, change } => changed(connection, P::NAME, &person, change),
            Event::Rename { person, user_name } => changed(connection, P::NAME, &person, Change::UserName(user_name)),
            Event::Deactivate { person } => changed(connection, P::NAME, &person, Change::Active(false)),
            Event::Reactivate { person } => changed(connection, P::NAME, &person, Change::Active(true)),
            Event::Suspend { person } => {
                connection.note(format!(
                    "{} is not known to tell a suspension from a deactivation; this is treated as one",
                    P::NAME
                ));
                changed(connection, P::NAME, &person, Change::Active(false))
            }
            Event::Unsuspend { person } => changed(connection, P::NAME, &person, Change::Active(true)),
            Event::SetManager { person, manager } => {
                changed(connection, P::NAME, &person, Change::Manager(Some(manager)))
            }
            Event::ClearManager { person } => changed(connection, P::NAME, &person, Change::Manager(None)),
            Event::Delete { person } | Event::Purge { person } => deleted(connection, person),
            Event::PushGroup { group } | Event::LinkGroup { group } => pushed(connection, group),
            Event::RenameGroup { group, name } => {
                let known = connection.in_directory(|d| d.rename_group(&group, &name));
                in_scope(connection, known.is_some(), &group, Act::RenameGroup(group.clone()))
            }
            Event::AddMembers { group, people } => {
                let known = connection.in_directory(|d| d.add_members(&group, &people));
                in_scope(connection, known.is_some(), &group, Act::Join { group: group.clone(), people })
            }
            Event::RemoveMembers { group, people } => {
                let known = connection.in_directory(|d| d.remove_members(&group, &people));
                in_scope(connection, known.is_some(), &group, Act::Leave { group: group.clone(), people })
            }
            Event::UnlinkGroup { group, delete } => {
                let act = if delete { Act::DropGroup(group.clone()) } else { Act::ReleaseGroup(group.clone()) };
                out_of_scope(connection, true, &group, act)
            }
            Event::DeleteGroup { group } => {
                let known = connection.in_directory(|d| d.delete_group(&group));
                out_of_scope(connection, known.is_some(), &group, Act::DropGroup(group.clone()))
            }
            Event::Import => vec![Act::Import],
            Event::ForceSync => vec![Act::Sync],
            Event::Restart { full } => {
                connection.note(format!("{} has no restart; this is treated as a full sync", P::NAME));
                if full {
                    connection.links.clear();
                    self.kept = Kept::default();
                }
                vec![Act::Sync]
            }
            Event::ProvisionBacklog => {
                let all = connection.directory.in_order(&connection.assigned);
                let links = &connection.links;
                all.into_iter().filter(|p| links.managed_person(p).is_none()).map(Act::Enter).collect()
            }
            Event::ProvisionOnDemand { person } => match connection.assigned.contains(&person) {
                true => vec![Act::Enter(person)],
                false => nothing(connection, P::NAME, "does not provision a person who is out of scope"),
            },
            Event::RetryTasks => std::mem::take(&mut self.kept.failed).into_iter().map(|failed| failed.act).collect(),
            Event::DisableProvisioning => {
                connection.state = ConnectionState::Disabled;
                Vec::new()
            }
            Event::EnableProvisioning => {
                connection.state = ConnectionState::Enabled;
                vec![Act::SwitchedOn]
            }
            Event::ForgetLink { object } => {
                connection.links.cut_person(&object);
                connection.links.cut_group(&object);
                self.kept.memory.seen.remove(&object);
                Vec::new()
            }
            Event::DeleteApp => self.app_deleted(connection),
            Event::Restore { .. } => nothing(connection, P::NAME, "cannot restore a deleted user"),
            Event::ResetPassword { .. } => nothing(connection, P::NAME, "is not known to send a password"),
            Event::PushNow { .. } | Event::PausePush { .. } | Event::ResumePush { .. } => {
                nothing(connection, P::NAME, "has no push of single groups")
            }
            Event::AllowDeletions => nothing(connection, P::NAME, "has no deletion guard"),
        };
        for act in acts {
            self.run(connection, act, 1).await;
        }
        if let Some(person) = gone {
            // Trouble was told of before.
            let _gone = connection.directory.purge(&person);
        }
    }

    /// What an admin's deletion of the app sends was not found for any of these products.
    fn app_deleted(&mut self, connection: &mut Connection) -> Vec<Act> {
        connection.unverified("what is sent when an app is deleted (nothing is assumed)");
        connection.state = ConnectionState::Disabled;
        connection.links.clear();
        connection.assigned.clear();
        connection.groups.clear();
        self.kept = Kept::default();
        Vec::new()
    }

    async fn run(&mut self, connection: &mut Connection, act: Act, attempts: u32) {
        if connection.state != ConnectionState::Enabled && act != Act::Test {
            connection.note("provisioning is off: nothing is sent, and only a full sync makes up for it later");
            return;
        }
        let object = connection.label(act.object(&connection.name));
        let Err(refusal) = Box::pin(self.product.act(connection, &mut self.kept.memory, &act)).await else { return };
        let unanswered = refusal.kind == ProvisioningErrorKind::NoAnswer;
        let transient =
            unanswered || matches!(refusal.kind, ProvisioningErrorKind::Throttled | ProvisioningErrorKind::ServerError);
        let retry = P::RETRY.filter(|retry| attempts < retry.attempts && (unanswered || !retry.without_answer));
        let due = retry.map(|retry| connection.now + retry.after);
        connection.trouble(object, refusal.kind, refusal.text);
        self.kept.failed.push(Failed { act, attempts, due, transient });
    }

    fn next_due(&self) -> Option<Duration> {
        self.kept.failed.iter().filter_map(|failed| failed.due).min()
    }

    /// Lets time pass to the next try, and tries what is due then.
    async fn try_again(&mut self, connection: &mut Connection) {
        let Some(next) = self.next_due() else { return };
        if connection.state != ConnectionState::Enabled {
            return;
        }
        connection.now = connection.now.max(next);
        let now = connection.now;
        let is_due = |failed: &Failed| failed.due.is_some_and(|due| due <= now);
        let (due, later): (Vec<_>, Vec<_>) = std::mem::take(&mut self.kept.failed).into_iter().partition(is_due);
        self.kept.failed = later;
        for failed in due {
            self.run(connection, failed.act, failed.attempts + 1).await;
        }
    }
}

impl<P: Speaks> Dialect for AtOnce<P> {
    fn handle<'a>(&'a mut self, connection: &'a mut Connection, event: Event) -> LocalBoxFuture<'a, ()> {
        self.on(connection, event).boxed_local()
    }

    fn cycle<'a>(&'a mut self, connection: &'a mut Connection) -> LocalBoxFuture<'a, ()> {
        self.try_again(connection).boxed_local()
    }

    /// Nobody waits for what fails until somebody does something about it.
    fn pending(&self, connection: &Connection) -> bool {
        let waits = self.kept.failed.iter().any(|failed| failed.due.is_some() && failed.transient);
        connection.state == ConnectionState::Enabled && waits
    }

    fn passed(&mut self, _connection: &mut Connection) {}

    fn due(&self, connection: &Connection) -> Option<Duration> {
        if connection.state == ConnectionState::Enabled { self.next_due() } else { None }
    }

    fn save(&self) -> Result<Value, serde_json::Error> {
        serde_json::to_value(&self.kept)
    }

    fn resume(&mut self, saved: Value) -> Result<(), serde_json::Error> {
        self.kept = serde_json::from_value(saved)?;
        Ok(())
    }
}

/// Nothing is sent, for that reason.
fn nothing(connection: &mut Connection, name: &str, why: &str) -> Vec<Act> {
    connection.note(format!("{name} {why}; nothing is sent"));
    Vec::new()
}

fn assigned(connection: &mut Connection, person: String) -> Vec<Act> {
    if connection.known(&person).is_none() {
        return Vec::new();
    }
    connection.assigned.insert(person.clone());
    vec![Act::Enter(person)]
}

fn unassigned(connection: &mut Connection, person: String) -> Vec<Act> {
    let was = connection.known(&person).is_some() && connection.assigned.remove(&person);
    was.then_some(Act::Exit(person)).into_iter().collect()
}

/// None of these products maps the manager out of the box.
fn changed(connection: &mut Connection, name: &str, person: &str, change: Change) -> Vec<Act> {
    let act = match &change {
        Change::Manager(_) => None,
        Change::Active(true) => Some(Act::Enable(person.to_owned())),
        Change::Active(false) => Some(Act::Disable(person.to_owned())),
        _ => Some(Act::Change(person.to_owned())),
    };
    if connection.in_directory(|d| d.change(person, change)).is_none() {
        return Vec::new();
    }
    match act {
        None => nothing(connection, name, "does not map the manager out of the box"),
        Some(act) if connection.assigned.contains(person) => vec![act],
        Some(_) => Vec::new(),
    }
}

/// The person is gone after the act, which may have to say who it was.
fn deleted(connection: &mut Connection, person: String) -> Vec<Act> {
    if connection.in_directory(|d| d.leave(&person)).is_none() {
        return Vec::new();
    }
    connection.assigned.remove(&person);
    vec![Act::Delete(person)]
}

fn pushed(connection: &mut Connection, group: String) -> Vec<Act> {
    if connection.known_group(&group).is_none() {
        return Vec::new();
    }
    connection.groups.insert(group.clone());
    vec![Act::PushGroup(group)]
}

fn in_scope(connection: &Connection, known: bool, group: &str, act: Act) -> Vec<Act> {
    (known && connection.groups.contains(group)).then_some(act).into_iter().collect()
}

fn out_of_scope(connection: &mut Connection, known: bool, group: &str, act: Act) -> Vec<Act> {
    (known && connection.groups.remove(group)).then_some(act).into_iter().collect()
}
