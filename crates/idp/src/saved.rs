//! A tenant put away, and taken up again.
//!
//! In: a tenant between two events. Out: all that it knows, as data; the tenant again, with a client. Never: a credential, or
//! the client that has it.

use super::connection::{Connection, ConnectionState};
use super::kind::{Kind, UnknownIdp};
use super::link::Links;
use super::options::Options;
use super::tenant::Idp;
use client::wire::Client;
use directory::{Directory, DirectoryError, Group, Person, Random};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;
use std::time::Duration;

/// All that a tenant knows between two events. Its form belongs to this version of the program; who keeps it says which.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SavedIdp {
    /// The kind's id.
    pub kind: String,
    /// The tenant's name.
    pub name: String,
    /// The settings that are not those the product has out of the box.
    pub settings: Map<String, Value>,
    /// The people, in the order of joining.
    pub people: Vec<Person>,
    /// The groups.
    pub groups: Vec<Group>,
    /// What the connection is doing.
    pub state: ConnectionState,
    /// Keys of the people assigned.
    pub assigned: BTreeSet<String>,
    /// Keys of the groups pushed or in scope.
    pub pushed: BTreeSet<String>,
    /// What is remembered of the target.
    pub links: Links,
    /// Seconds on the virtual clock.
    pub seconds: u64,
    /// How much of the seed's stream was used.
    pub random: u64,
    /// Whether what the target lacks was taken out of the mapping.
    pub unmapped: bool,
    /// What the product's dialect remembers.
    pub dialect: Value,
}

/// Why a tenant cannot be taken up.
#[derive(Debug, thiserror::Error)]
pub enum ResumeError {
    /// The kind is none.
    #[error(transparent)]
    Kind(#[from] UnknownIdp),
    /// Two objects have one key, or a group names a member that is not there.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// A part is not of the form it has to have.
    #[error("{what}: {why}")]
    Form {
        /// Which.
        what: &'static str,
        /// The reader's complaint.
        why: serde_json::Error,
    },
}

impl ResumeError {
    fn of(what: &'static str) -> impl FnOnce(serde_json::Error) -> Self {
        move |why| Self::Form { what, why }
    }
}

/// Settings as their names and values.
fn named(options: &Options) -> Result<Map<String, Value>, serde_json::Error> {
    serde_json::from_value(serde_json::to_value(options)?)
}

impl Options {
    /// The settings that are not those the product has out of the box.
    ///
    /// # Errors
    /// When they cannot be written as JSON, which their types rule out.
    pub fn differing(&self, kind: Kind) -> Result<Map<String, Value>, serde_json::Error> {
        let usual = named(&Self::of(kind))?;
        Ok(named(self)?.into_iter().filter(|(name, value)| usual.get(name) != Some(value)).collect())
    }

    /// The product's settings with these in their place.
    ///
    /// # Errors
    /// When there is no setting of a name, or it does not take that value.
    pub fn with(kind: Kind, settings: Map<String, Value>) -> Result<Self, serde_json::Error> {
        let mut all = named(&Self::of(kind))?;
        all.extend(settings);
        serde_json::from_value(Value::Object(all))
    }

    /// The names of all settings.
    #[must_use]
    pub fn names() -> Vec<String> {
        named(&Self::default()).map(|all| all.into_iter().map(|(name, _)| name).collect()).unwrap_or_default()
    }
}

impl SavedIdp {
    /// A tenant that nothing has happened to.
    ///
    /// # Errors
    /// When a part cannot be written as JSON, which their types rule out.
    pub fn new(kind: Kind, name: &str, directory: &Directory, options: &Options) -> Result<Self, serde_json::Error> {
        Ok(Self {
            kind: kind.id().to_owned(),
            name: name.to_owned(),
            settings: options.differing(kind)?,
            people: directory.people().cloned().collect(),
            groups: directory.groups().cloned().collect(),
            state: ConnectionState::Enabled,
            assigned: BTreeSet::new(),
            pushed: BTreeSet::new(),
            links: Links::default(),
            seconds: 0,
            random: 0,
            unmapped: false,
            dialect: (kind.mode().dialect)().save()?,
        })
    }
}

impl Idp {
    /// Puts the tenant away.
    ///
    /// # Errors
    /// When a part cannot be written as JSON, which their types rule out.
    pub fn save(&self) -> Result<SavedIdp, serde_json::Error> {
        let connection = self.connection();
        Ok(SavedIdp {
            kind: self.kind().id().to_owned(),
            name: connection.name.clone(),
            settings: connection.options.differing(self.kind())?,
            people: connection.directory.people().cloned().collect(),
            groups: connection.directory.groups().cloned().collect(),
            state: connection.state.clone(),
            assigned: connection.assigned.clone(),
            pushed: connection.groups.clone(),
            links: connection.links.clone(),
            seconds: connection.now.as_secs(),
            random: connection.random.position(),
            unmapped: connection.unmapped.get(),
            dialect: self.dialect().save()?,
        })
    }

    /// Takes a tenant up; it speaks through `client`. Nothing is sent.
    ///
    /// # Errors
    /// When what was put away does not hold together.
    pub fn resume(saved: SavedIdp, client: Client) -> Result<Self, ResumeError> {
        let kind = Kind::named(&saved.kind)?;
        let options = Options::with(kind, saved.settings).map_err(ResumeError::of("settings"))?;
        let mut directory = Directory::new();
        for person in saved.people {
            directory.join(person)?;
        }
        // A group can be a member of one that was made before it.
        for group in &saved.groups {
            directory.add_group(Group { members: BTreeSet::new(), ..group.clone() })?;
        }
        for group in &saved.groups {
            directory.add_members(&group.key, &group.members.iter().cloned().collect::<Vec<_>>())?;
        }
        let random = Random::new(options.seed, &saved.name, Connection::STREAM).at(saved.random);
        let mut idp = Self::new(kind, &saved.name, client, directory, options);
        let connection = idp.connection_mut();
        connection.state = saved.state;
        connection.assigned = saved.assigned;
        connection.groups = saved.pushed;
        connection.links = saved.links;
        connection.now = Duration::from_secs(saved.seconds);
        connection.random = random;
        connection.unmapped.set(saved.unmapped);
        idp.dialect_mut().resume(saved.dialect).map_err(ResumeError::of("dialect"))?;
        Ok(idp)
    }
}
