//! One server of the population.

use super::choices::Departure;
use crate::behaviour::Behaviour;
use crate::outside::{Outside, own_extension};
use scim::schema::Registry;
use serde::Serialize;
use serde::de::DeserializeOwned;
use toml::Value;

/// What a server of the population is started with.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Server {
    /// What it does where servers differ.
    pub behaviour: Behaviour,
    /// The resource types it has.
    pub types: Registry,
    /// What stands between it and its clients.
    pub outside: Outside,
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
            server.behaviour = laid_over(&server.behaviour, &departure.behaviour).map_err(bad)?;
            server.outside = laid_over(&server.outside, &departure.outside).map_err(bad)?;
            departure.schema.iter().try_for_each(|edit| edit.apply(&mut server.types)).map_err(bad)?;
        }
        if server.outside.answers.own_extension {
            let bad = |e: toml::de::Error| BadServer { departure: "own-extension".to_owned(), why: e.to_string() };
            let schema = own_extension().map_err(bad)?;
            server.types.users.extensions.push((schema, false));
        }
        Ok(server)
    }
}

/// A value with a table over it.
fn laid_over<T: Serialize + DeserializeOwned>(value: &T, over: &toml::Table) -> Result<T, String> {
    let mut table = toml::Table::try_from(value).map_err(|e| e.to_string())?;
    merge(&mut table, over);
    table.try_into().map_err(|e: toml::de::Error| e.to_string())
}

/// Lays one table over another, tables inside them as well; a list goes on with the other's elements.
fn merge(into: &mut toml::Table, from: &toml::Table) {
    for (name, value) in from {
        match (into.get_mut(name), value) {
            (Some(Value::Table(into)), Value::Table(from)) => merge(into, from),
            (Some(Value::Array(into)), Value::Array(from)) => into.extend(from.iter().cloned()),
            _ => drop(into.insert(name.clone(), value.clone())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::choices;

    fn departure(choice: &str, name: &str) -> &'static Departure {
        let choice = choices().iter().find(|known| known.name == choice).unwrap();
        choice.departures.iter().find(|departure| departure.name == name).unwrap()
    }

    #[test]
    fn what_one_departure_does_without_another_does_not_bring_back() {
        let both = [departure("entity-tags", "none"), departure("sort", "none"), departure("patch", "none")];
        let server = Server::with(both).unwrap();
        assert_eq!(server.outside.answers.unsupported, ["etag", "sort", "patch"]);
    }
}
