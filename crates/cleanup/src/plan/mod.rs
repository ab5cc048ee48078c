//! The plan of a cleanup: what is to be done to whom, as data that a person reads and edits.
//!
//! In: items, from [`crate::propose`] or from a file. Out: the same, in a file with one item a line, and the reasons why a plan
//! cannot be carried out. Never: a credential, or a request.

mod check;
mod file;
mod limits;

pub use check::PlanError;
pub use limits::{Limit, LimitError, Limits};

use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt;

/// What a plan's file begins with.
pub const FORMAT: &str = "scimulate cleanup plan";
/// The version of the file that is written; a newer one is refused.
pub const VERSION: u32 = 1;

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// [`FORMAT`].
    pub format: String,
    /// [`VERSION`].
    pub version: u32,
    /// The target's base URL, without credentials and query.
    pub target: String,
    /// When it was made, RFC 3339.
    pub made: String,
    /// The state it was made from.
    pub state: PlannedState,
    /// How much it may take away.
    pub limits: Limits,
    /// Accounts and groups that no item may take anything from: id to name.
    pub protected: BTreeMap<String, String>,
    /// Accounts and groups that were chosen to stay where there were several: id to name.
    pub kept: BTreeMap<String, String>,
    /// What to do, in this order.
    pub items: Vec<Item>,
    /// What was found and is not planned.
    #[serde(default)]
    pub left: Vec<Left>,
}

/// The state a plan was made from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedState {
    /// [`crate::mark_of_state`].
    pub mark: String,
    /// Users read.
    pub users: usize,
    /// Groups read.
    pub groups: usize,
    /// Members of all groups together.
    pub memberships: usize,
    /// Whether everything could be read; without that nothing is deleted.
    pub complete: bool,
}

/// Something that was found and is not planned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Left {
    /// The kind of the diagnosis.
    pub found: String,
    /// What is wrong.
    pub text: String,
    /// Why no item puts it right, and what does.
    pub why: String,
}

/// One change to one object.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Item {
    /// Its number in the plan, from 1.
    pub number: u32,
    /// Items of one case belong together: when one of them cannot be done, those after it are not tried.
    pub case: u32,
    /// What to do.
    pub action: Action,
    /// What the object is.
    #[serde(rename = "type")]
    pub object: ObjectType,
    /// The target's id of the object.
    pub id: String,
    /// Its name, for the reader.
    pub name: String,
    /// What is there now: a value, or a member's id.
    #[serde(default)]
    pub before: Value,
    /// What is there afterwards: a value, or a member's id.
    #[serde(default)]
    pub after: Value,
    /// The kind of the diagnosis that asks for it.
    pub reason: String,
    /// Why this object, and this value.
    pub why: String,
    /// What may go wrong for people.
    pub risk: Risk,
    /// Whether `state rollback` can take it back.
    pub reversible: Reversible,
    /// [`crate::mark()`] of the object as it was read. An object that has another one by then is left alone.
    pub mark: String,
}

/// What an item does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Takes the externalId off.
    ClearLink,
    /// Writes an externalId.
    SetLink,
    /// Writes a userName.
    Rename,
    /// Writes the address that stands for a user.
    SetMail,
    /// Sets `active` to true.
    Activate,
    /// Sets `active` to false.
    Deactivate,
    /// Puts a member into a group.
    AddMember,
    /// Takes a member out of a group.
    RemoveMember,
    /// Deletes a user.
    DeleteUser,
    /// Deletes a group.
    DeleteGroup,
}

impl Action {
    /// Every action.
    pub const ALL: [Self; 10] = [
        Self::ClearLink,
        Self::SetLink,
        Self::Rename,
        Self::SetMail,
        Self::Activate,
        Self::Deactivate,
        Self::AddMember,
        Self::RemoveMember,
        Self::DeleteUser,
        Self::DeleteGroup,
    ];

    /// Its name in a plan.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::ClearLink => "clear-link",
            Self::SetLink => "set-link",
            Self::Rename => "rename",
            Self::SetMail => "set-mail",
            Self::Activate => "activate",
            Self::Deactivate => "deactivate",
            Self::AddMember => "add-member",
            Self::RemoveMember => "remove-member",
            Self::DeleteUser => "delete-user",
            Self::DeleteGroup => "delete-group",
        }
    }

    /// Whether it takes access, a membership or an object away.
    #[must_use]
    pub fn takes_away(self) -> bool {
        matches!(self, Self::Deactivate | Self::RemoveMember) || self.deletes()
    }

    /// Whether the object is gone afterwards.
    #[must_use]
    pub fn deletes(self) -> bool {
        matches!(self, Self::DeleteUser | Self::DeleteGroup)
    }

    /// What may go wrong for people.
    #[must_use]
    pub fn risk(self) -> Risk {
        match self {
            Self::ClearLink | Self::SetLink | Self::SetMail | Self::AddMember => Risk::Low,
            Self::Rename | Self::Activate | Self::Deactivate | Self::RemoveMember => Risk::Medium,
            Self::DeleteUser | Self::DeleteGroup => Risk::High,
        }
    }

    /// Whether it can be taken back.
    #[must_use]
    pub fn reversible(self) -> Reversible {
        if self.deletes() { Reversible::WithNewId } else { Reversible::Yes }
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What an object is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ObjectType {
    /// A user.
    User,
    /// A group.
    Group,
}

impl ObjectType {
    /// Where objects of the type are (RFC 7644 section 3.2).
    #[must_use]
    pub fn endpoint(self) -> &'static str {
        match self {
            Self::User => "/Users",
            Self::Group => "/Groups",
        }
    }

    /// Its name in a plan.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Group => "group",
        }
    }
}

/// What may go wrong for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Nobody notices.
    Low,
    /// Somebody may lose or get access, and gets it back by a rollback.
    Medium,
    /// What the product keeps with the object may be lost for good.
    High,
}

/// Whether an item can be taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Reversible {
    /// The object is afterwards as it was.
    #[serde(rename = "yes")]
    Yes,
    /// The object is created again, and the target gives it another id.
    #[serde(rename = "with a new id")]
    WithNewId,
}

impl Item {
    /// The member that it puts in or takes out.
    #[must_use]
    pub fn member(&self) -> Option<&str> {
        match self.action {
            Action::AddMember => self.after.as_str(),
            Action::RemoveMember => self.before.as_str(),
            _ => None,
        }
    }

    /// What it does, in one line.
    #[must_use]
    pub fn told(&self) -> String {
        let (before, after) = (shown(&self.before), shown(&self.after));
        let what = match self.action {
            Action::ClearLink => format!("clear externalId {before}"),
            Action::SetLink => format!("externalId {before} -> {after}"),
            Action::Rename => format!("userName {before} -> {after}"),
            Action::SetMail => format!("mail {before} -> {after}"),
            Action::Activate => "activate".to_owned(),
            Action::Deactivate => "deactivate".to_owned(),
            Action::AddMember => format!("add member {after}"),
            Action::RemoveMember => format!("remove member {before}"),
            Action::DeleteUser | Action::DeleteGroup => "delete".to_owned(),
        };
        let (object, name, id) = (self.object.name(), scim::printable::printable(&self.name), shown_text(&self.id));
        format!("{}. {object} {name} (id {id}): {what}", self.number)
    }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => "none".to_owned(),
        Value::String(text) => shown_text(text),
        other => other.to_string(),
    }
}

fn shown_text(text: &str) -> String {
    text.chars().take(80).flat_map(char::escape_debug).collect()
}
