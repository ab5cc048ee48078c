//! What every product has to say of itself, and what it has to answer.

use super::connection::{Connection, Spelling};
use super::event::Event;
use super::options::Options;
use directory::{KeyShape, Keys, Person};
use futures::future::LocalBoxFuture;
use serde_json::Value;
use std::time::Duration;

/// What is known of a product before it speaks. Each has one, and the list in `lib.rs` names them all: lists, tags,
/// `--idp` and tenants read nothing else.
pub(super) struct Product {
    /// Its name in `--idp` and in tags.
    pub(super) id: &'static str,
    /// Its name for a reader, and in `sources.toml`.
    pub(super) name: &'static str,
    /// What it does to a server that no other product does, in one line.
    pub(super) adds: &'static str,
    /// How what it sends is known, and what of it is not.
    pub(super) known_by: &'static str,
    /// Whether a run plays it without being asked to.
    pub(super) by_default: bool,
    /// Its modes, in the order of every list.
    pub(super) modes: &'static [ProductMode],
    /// What the keys of its directory look like.
    pub(super) keys: Keys,
    /// How its requests are spelled, whatever they say.
    pub(super) spelling: Spelling,
    /// Its settings out of the box, or the best evidence of them.
    pub(super) options: fn() -> Options,
    /// The `externalId` it sends for a person.
    pub(super) external_id: fn(&Person, &Options) -> String,
    /// Whether it sends a group's key as the `externalId`; otherwise it sends none for groups.
    pub(super) sends_group_key: bool,
}

impl Product {
    /// What a product has of which nothing else is known: no header but the RFC's content type, the settings out of the box, and the
    /// directory's key as the `externalId` of people alone. It has neither a name nor a mode; each product says its own.
    pub(super) const PLAIN: Self = Self {
        id: "",
        name: "",
        adds: "",
        known_by: "",
        by_default: false,
        modes: &[],
        // Whatever the product's own keys look like: golden exchanges know these again.
        keys: Keys { person: KeyShape::Guid, group: KeyShape::Guid },
        spelling: Spelling::plain("application/scim+json"),
        options: Options::default,
        external_id: |person, _| person.key.clone(),
        sends_group_key: false,
    };
}

/// One mode of a product.
pub(super) struct ProductMode {
    /// Its name in `--idp`, snapshots and reports: the product's, a slash, its own.
    pub(super) id: &'static str,
    /// Its name for a reader.
    pub(super) name: &'static str,
    /// One line about it, for a list.
    pub(super) summary: &'static str,
    /// The query the caller puts on the base URL, without `?`.
    pub(super) base_query: Option<&'static str>,
    /// Makes one connection's dialect.
    pub(super) dialect: fn() -> Box<dyn Dialect>,
}

/// How one product speaks. There is one method for all events instead of one each, so that the compiler asks for an
/// answer to every event in one `match`.
pub(super) trait Dialect {
    /// Applies the event and does what the product does right away.
    fn handle<'a>(&'a mut self, connection: &'a mut Connection, event: Event) -> LocalBoxFuture<'a, ()>;

    /// Lets time pass to the next scheduled work and does it.
    fn cycle<'a>(&'a mut self, connection: &'a mut Connection) -> LocalBoxFuture<'a, ()>;

    /// Whether waiting would make the product send something more.
    fn pending(&self, connection: &Connection) -> bool;

    /// The clock was moved: what ends by itself ends.
    fn passed(&mut self, connection: &mut Connection);

    /// When, on the connection's clock, it does something by itself next.
    fn due(&self, connection: &Connection) -> Option<Duration>;

    /// What it remembers beside the connection, to be put away.
    ///
    /// # Errors
    /// When it cannot be written as JSON, which its types rule out.
    fn save(&self) -> Result<Value, serde_json::Error>;

    /// Takes up what was put away.
    ///
    /// # Errors
    /// When it is not what [`Dialect::save`] gives.
    fn resume(&mut self, saved: Value) -> Result<(), serde_json::Error>;
}
