//! From what somebody typed to events.
//!
//! In: an act with names as typed, and the directory. Out: events with keys. Never: some of the events of an act of which one
//! cannot be understood.

use super::names::{self, Unknown};
use directory::{Change, Directory};
use idp::{Event, Idp};

/// What somebody wants the provider to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Press *Test connection*.
    Test,
    /// Assign people.
    Assign(Vec<String>),
    /// Assign everybody who is active.
    AssignAll,
    /// Take assignments back.
    Unassign(Vec<String>),
    /// Take all assignments back.
    UnassignAll,
    /// Change attributes of a person, each as `name=value`.
    Edit(String, Vec<String>),
    /// Change a user name.
    Rename(String, String),
    /// Delete people in the directory.
    Delete(Vec<String>),
    /// Bring people back from the bin.
    Restore(Vec<String>),
    /// Provision people at once.
    Provision(Vec<String>),
    /// Push groups; one that is pushed already is pushed again.
    PushGroup(Vec<String>),
    /// Link groups to those of the target with their names.
    LinkGroup(Vec<String>),
    /// Stop pushing groups; with `true` they are deleted on the target.
    UnlinkGroup(Vec<String>, bool),
    /// Delete a group in the directory.
    DeleteGroup(String),
    /// Rename a group.
    RenameGroup(String, String),
    /// Add members to a group.
    AddMembers(String, Vec<String>),
    /// Remove members from a group.
    RemoveMembers(String, Vec<String>),
    /// Read what the target has.
    Import,
    /// Try again what failed.
    Retry,
    /// Stop provisioning.
    Pause,
    /// Start provisioning.
    Resume,
    /// Restart provisioning; with `true` the links are dropped.
    Restart(bool),
    /// Let deletions go out that were withheld.
    AllowDeletions,
    /// Forget the link of a person or group.
    Forget(String),
}

/// Why an act cannot be done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ActError {
    /// Nobody is called so.
    #[error(transparent)]
    Unknown(#[from] Unknown),
    /// The change is no change.
    #[error("{0}")]
    Change(String),
}

fn people(directory: &Directory, all: &[String]) -> Result<Vec<String>, Unknown> {
    all.iter().map(|name| names::person(directory, name)).collect()
}

fn groups(directory: &Directory, all: &[String]) -> Result<Vec<String>, Unknown> {
    all.iter().map(|name| names::group(directory, name)).collect()
}

/// A person's or a group's key: members can be both.
fn anything(directory: &Directory, name: &str) -> Result<String, Unknown> {
    names::person(directory, name).or_else(|unknown| names::group(directory, name).map_err(|_| unknown))
}

/// The events of an act, in their order.
///
/// # Errors
/// When somebody or something that is named is not known; then nothing of the act is done.
pub fn events(act: &Act, idp: &Idp) -> Result<Vec<Event>, ActError> {
    let directory = idp.directory();
    let each = |all: &[String], event: fn(String) -> Event| -> Result<Vec<Event>, ActError> {
        Ok(people(directory, all)?.into_iter().map(event).collect())
    };
    let of_groups = |all: &[String], event: &dyn Fn(String) -> Event| -> Result<Vec<Event>, ActError> {
        Ok(groups(directory, all)?.into_iter().map(event).collect())
    };
    Ok(match act {
        Act::Test => vec![Event::TestConnection],
        Act::Assign(who) => each(who, |person| Event::Assign { person })?,
        Act::AssignAll => {
            let active = directory.people().filter(|p| p.active && !p.deleted && !idp.assigned(&p.key));
            active.map(|p| Event::Assign { person: p.key.clone() }).collect()
        }
        Act::Unassign(who) => each(who, |person| Event::Unassign { person })?,
        Act::UnassignAll => vec![Event::UnassignAll],
        Act::Edit(who, changes) => edits(directory, who, changes)?,
        Act::Rename(who, user_name) => vec![rename(directory, names::person(directory, who)?, user_name)?],
        Act::Delete(who) => each(who, |person| Event::Delete { person })?,
        Act::Restore(who) => each(who, |person| Event::Restore { person })?,
        Act::Provision(who) => each(who, |person| Event::ProvisionOnDemand { person })?,
        Act::PushGroup(all) => of_groups(all, &|group| {
            if idp.pushed().contains(&group) { Event::PushNow { group } } else { Event::PushGroup { group } }
        })?,
        Act::LinkGroup(all) => of_groups(all, &|group| Event::LinkGroup { group })?,
        Act::UnlinkGroup(all, delete) => of_groups(all, &|group| Event::UnlinkGroup { group, delete: *delete })?,
        Act::DeleteGroup(name) => vec![Event::DeleteGroup { group: names::group(directory, name)? }],
        Act::RenameGroup(group, name) => {
            let group = names::group(directory, group)?;
            let taken = directory.groups().any(|other| other.key != group && other.name.eq_ignore_ascii_case(name));
            if taken || name.trim().is_empty() {
                let why =
                    if taken { format!("there is a group {name} already") } else { "a group needs a name".to_owned() };
                return Err(ActError::Change(why));
            }
            vec![Event::RenameGroup { group, name: name.clone() }]
        }
        Act::AddMembers(group, who) => {
            let people = who.iter().map(|name| anything(directory, name)).collect::<Result<_, _>>()?;
            vec![Event::AddMembers { group: names::group(directory, group)?, people }]
        }
        Act::RemoveMembers(group, who) => {
            let people = who.iter().map(|name| anything(directory, name)).collect::<Result<_, _>>()?;
            vec![Event::RemoveMembers { group: names::group(directory, group)?, people }]
        }
        Act::Import => vec![Event::Import],
        Act::Retry => vec![Event::RetryTasks],
        Act::Pause => vec![Event::DisableProvisioning],
        Act::Resume => vec![Event::EnableProvisioning],
        Act::Restart(full) => vec![Event::Restart { full: *full }],
        Act::AllowDeletions => vec![Event::AllowDeletions],
        Act::Forget(name) => vec![Event::ForgetLink { object: anything(directory, name)? }],
    })
}

fn rename(directory: &Directory, person: String, user_name: &str) -> Result<Event, ActError> {
    if user_name.trim().is_empty() {
        return Err(ActError::Change("a user name cannot be empty".to_owned()));
    }
    let taken = directory.people().find(|p| p.key != person && p.user_name.eq_ignore_ascii_case(user_name));
    match taken {
        Some(other) => Err(ActError::Change(format!("{} has that user name already", other.display_name))),
        None => Ok(Event::Rename { person, user_name: user_name.to_owned() }),
    }
}

/// Attributes that are events of their own.
const OWN: &[&str] = &["active", "manager"];

fn edits(directory: &Directory, who: &str, changes: &[String]) -> Result<Vec<Event>, ActError> {
    let person = names::person(directory, who)?;
    changes.iter().map(|change| edit(directory, &person, change)).collect()
}

fn edit(directory: &Directory, person: &str, change: &str) -> Result<Event, ActError> {
    let person = person.to_owned();
    let Some((name, value)) = change.split_once('=') else {
        return Err(ActError::Change(format!(
            "`{change}` is no change; write it like title=Engineer, or title= to clear it"
        )));
    };
    Ok(match name.trim().to_lowercase().as_str() {
        "active" => match value.trim().to_lowercase().as_str() {
            "true" | "yes" => Event::Reactivate { person },
            "false" | "no" => Event::Deactivate { person },
            _ => return Err(ActError::Change(format!("active is true or false, not `{value}`"))),
        },
        "manager" if value.is_empty() => Event::ClearManager { person },
        "manager" => Event::SetManager { person, manager: names::person(directory, value)? },
        _ => match self::change(name, value)? {
            Change::UserName(user_name) => rename(directory, person, &user_name)?,
            change => Event::Update { person, change },
        },
    })
}

/// The change of an attribute by its name.
///
/// # Errors
/// When there is no such attribute, with the nearest.
pub fn change(name: &str, value: &str) -> Result<Change, ActError> {
    Change::named(name, value).map_err(|unknown| {
        let known = Change::attributes().chain(OWN.iter().copied());
        let near = scim::nearest(name, known).map(|near| format!("; did you mean `{near}`?"));
        ActError::Change(format!("{unknown}, {}{}", OWN.join(", "), near.unwrap_or_default()))
    })
}
