//! One IdP tenant with one connection to one target.

use super::admin_log::AdminLog;
use super::connection::{Connection, ConnectionState};
use super::dialect::Dialect;
use super::event::Event;
use super::kind::Kind;
use super::link::Links;
use super::options::Options;
use client::wire::Client;
use directory::{Directory, Export, ExportedGroup, ExportedPerson, Person, Random};
use std::collections::BTreeSet;
use std::fmt;
use std::time::Duration;

/// An IdP tenant: a directory and a connection of it to a target.
pub struct Idp {
    kind: Kind,
    connection: Connection,
    dialect: Box<dyn Dialect>,
}

/// Cycles [`Idp::settle`] runs at most.
const SETTLING: usize = 12;

impl Idp {
    /// A tenant that speaks through `client`. Nothing is sent. The client's base URL should carry
    /// [`Kind::base_query`].
    #[must_use]
    pub fn new(kind: Kind, name: &str, client: Client, directory: Directory, options: Options) -> Self {
        let connection = Connection {
            name: name.to_owned(),
            client,
            spelling: &kind.product().spelling,
            directory,
            random: Random::new(options.seed, name, Connection::STREAM),
            options,
            links: Links::default(),
            state: ConnectionState::Enabled,
            assigned: BTreeSet::new(),
            groups: BTreeSet::new(),
            now: Duration::ZERO,
            unmapped: std::cell::Cell::new(false),
            report: AdminLog::default(),
        };
        Self { kind, connection, dialect: (kind.mode().dialect)() }
    }

    pub(super) fn connection(&self) -> &Connection {
        &self.connection
    }

    pub(super) fn connection_mut(&mut self) -> &mut Connection {
        &mut self.connection
    }

    pub(super) fn dialect(&self) -> &dyn Dialect {
        &*self.dialect
    }

    pub(super) fn dialect_mut(&mut self) -> &mut dyn Dialect {
        &mut *self.dialect
    }

    /// When it does something by itself next, on the virtual clock: a cycle of Entra's, a paused job of Okta's.
    #[must_use]
    pub fn due(&self) -> Option<Duration> {
        self.dialect.due(&self.connection)
    }

    /// Whether waiting would make the product send something more.
    #[must_use]
    pub fn pending(&self) -> bool {
        self.dialect.pending(&self.connection)
    }

    /// Keys of the groups that are pushed (Okta) or in scope (Entra).
    #[must_use]
    pub fn pushed(&self) -> &BTreeSet<String> {
        &self.connection.groups
    }

    /// Applies an event to the directory and does what the product does right away: Okta runs the job, Entra keeps
    /// it for the next cycle.
    pub async fn handle(&mut self, event: Event) -> AdminLog {
        self.dialect.handle(&mut self.connection, event).await;
        std::mem::take(&mut self.connection.report)
    }

    /// Lets virtual time pass to the next scheduled work and does it: a cycle of Entra's, the paused jobs of Okta's.
    pub async fn cycle(&mut self) -> AdminLog {
        self.dialect.cycle(&mut self.connection).await;
        std::mem::take(&mut self.connection.report)
    }

    /// Lets virtual time pass until waiting brings nothing more, within bounds: a failure the product would retry
    /// for weeks is not waited for.
    pub async fn settle(&mut self) -> AdminLog {
        let mut report = AdminLog::default();
        for _ in 0..SETTLING {
            if !self.dialect.pending(&self.connection) {
                break;
            }
            report.absorb(self.cycle().await);
            if matches!(self.connection.state, ConnectionState::Quarantined { .. }) {
                break;
            }
        }
        report
    }

    /// Moves the virtual clock. Nothing is sent; what has become due is done by the next [`Idp::cycle`].
    pub fn advance(&mut self, by: Duration) {
        self.connection.now += by;
        self.dialect.passed(&mut self.connection);
    }

    /// Time since the connection was made, on the virtual clock.
    #[must_use]
    pub fn now(&self) -> Duration {
        self.connection.now
    }

    /// What the connection remembers of the target.
    #[must_use]
    pub fn links(&self) -> &Links {
        &self.connection.links
    }

    /// What the connection is doing.
    #[must_use]
    pub fn state(&self) -> &ConnectionState {
        &self.connection.state
    }

    /// The directory.
    #[must_use]
    pub fn directory(&self) -> &Directory {
        &self.connection.directory
    }

    /// The directory, to fill it before the first event. A later change made here is one the product never notices;
    /// send an [`Event`] instead.
    pub fn directory_mut(&mut self) -> &mut Directory {
        &mut self.connection.directory
    }

    /// The `externalId` this product sends for a person of the directory.
    #[must_use]
    pub fn external_id(&self, person: &str) -> Option<String> {
        self.connection.directory.person(person).map(|known| self.external_id_of(known))
    }

    /// The `externalId` this product sends for a person, whether or not the directory still has them.
    #[must_use]
    pub fn external_id_of(&self, person: &Person) -> String {
        (self.kind.product().external_id)(person, &self.connection.options)
    }

    /// The directory as its admin would export it: everybody in it, active where the app should give access, and every
    /// group pushed, with the `externalId` the product sends.
    #[must_use]
    pub fn export(&self) -> Export {
        let Connection { directory, assigned, groups, .. } = &self.connection;
        let people = directory.people().filter_map(|person| {
            Some(ExportedPerson {
                external_id: self.external_id(&person.key)?,
                user_name: person.user_name.clone(),
                display_name: Some(person.display_name.clone()),
                email: person.email.clone(),
                active: person.active && !person.deleted && assigned.contains(&person.key),
            })
        });
        let groups = directory.in_order(groups).into_iter().filter_map(|key| {
            let group = directory.group(&key)?;
            let members = directory.in_order(&group.members);
            Some(ExportedGroup {
                external_id: self.kind.product().sends_group_key.then(|| key.clone()),
                display_name: group.name.clone(),
                members: Some(members.iter().filter_map(|m| self.external_id(m)).collect()),
            })
        });
        Export { people: people.collect(), groups: Some(groups.collect()) }
    }

    /// Whether the person is assigned to the app.
    #[must_use]
    pub fn assigned(&self, person: &str) -> bool {
        self.connection.assigned.contains(person)
    }

    /// The tenant's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.connection.name
    }

    /// Which product in which mode.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The client it speaks through.
    #[must_use]
    pub fn client(&self) -> &Client {
        &self.connection.client
    }

    /// Gives it another client: a new credential or base URL typed in by the admin.
    pub fn set_client(&mut self, client: Client) {
        self.connection.client = client;
    }

    /// Whether the administrator had to take attributes out of the mapping, because the target lacks them and refuses them.
    #[must_use]
    pub fn has_unmapped(&self) -> bool {
        self.connection.unmapped.get()
    }

    /// The settings.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.connection.options
    }

    /// The settings, to change some.
    pub fn options_mut(&mut self) -> &mut Options {
        &mut self.connection.options
    }
}

impl fmt::Debug for Idp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Idp")
            .field("name", &self.connection.name)
            .field("kind", &self.kind)
            .field("state", &self.connection.state)
            .field("links", &self.connection.links)
            .finish_non_exhaustive()
    }
}
