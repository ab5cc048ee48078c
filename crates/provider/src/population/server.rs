//! One server of the population.

use super::choices::Departure;
use crate::behaviour::Behaviour;
use scim::schema::Registry;
use toml::Value;

/// What a server of the population is started with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Server {
    /// What it does where servers differ.
    pub behaviour: Behaviour,
    /// The resource types it has.
    pub types: Registry,
}

/// Departures that make no server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("departure {departure}: {why}")]
pub struct BadServer {
    /// The name of the departure.
    pub departure: String,
    /// What is wrong.
    pub why: String,
}

impl Server {
    /// The embedded provider with these departures, one after the other.
    ///
    /// # Errors
    /// When one names a value or an attribute that does not exist.
    pub fn with<'a>(departures: impl IntoIterator<Item = &'a Departure>) -> Result<Self, BadServer> {
        let mut server = Self::default();
        for departure in departures {
            let bad = |why: String| BadServer { departure: departure.name.clone(), why };
            let mut table = toml::Table::try_from(&server.behaviour).map_err(|e| bad(e.to_string()))?;
            merge(&mut table, &departure.behaviour);
            server.behaviour = table.try_into().map_err(|e| bad(e.to_string()))?;
            departure.schema.iter().try_for_each(|edit| edit.apply(&mut server.types)).map_err(bad)?;
        }
        Ok(server)
    }
}

/// Lays one table over another, tables inside them as well.
fn merge(into: &mut toml::Table, from: &toml::Table) {
    for (name, value) in from {
        match (into.get_mut(name), value) {
            (Some(Value::Table(into)), Value::Table(from)) => merge(into, from),
            _ => drop(into.insert(name.clone(), value.clone())),
        }
    }
}
