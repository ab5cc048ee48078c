//! Who plays in a scenario: the IdPs, and the people they provision.
//!
//! In: the names that sentences use. Out: the persons and IdPs behind them. Never: a request.

use super::casting::Casting;
use super::parameters::{IdpName, People};
use directory::{Addresses, Person, Population, tagged};
use idp::{AdminLog, Idp, Kind};
use std::collections::{BTreeMap, BTreeSet};

/// One IdP of a scenario, with what the scenario calls its people and groups.
pub(super) struct Player {
    pub(super) idp: Idp,
    pub(super) keys: Population,
    pub(super) people: BTreeMap<String, String>,
    pub(super) groups: BTreeMap<String, String>,
    pub(super) report: AdminLog,
    pub(super) token: Option<String>,
}

/// Everybody who plays in one scenario.
pub(super) struct Cast {
    pub(super) casting: Casting,
    /// What the people's names depend on: feature and scenario, or the feature alone where scenarios share a stage.
    pub(super) role: String,
    /// The names of all that the scenario makes carry it.
    pub(super) tag: String,
    /// Gives the mail addresses of what it makes.
    pub(super) addresses: Addresses,
    pub(super) players: BTreeMap<IdpName, Player>,
    pub(super) persons: Persons,
}

/// The people whom a scenario has met.
#[derive(Debug, Clone)]
pub(super) struct Persons {
    population: Population,
    /// By the name that sentences have for each.
    met: BTreeMap<String, Person>,
    /// User names each person ever had, lower case.
    user_names: BTreeMap<String, BTreeSet<String>>,
}

impl Cast {
    pub(super) fn new(casting: Casting, seed: u64, role: String, tag: String, mail_domain: &str) -> Self {
        let keys = casting.lead().unwrap_or(Kind::OKTA_CUSTOM).keys();
        let population = Population::cast(seed, &role, &tag, mail_domain, keys);
        let persons = Persons { population, met: BTreeMap::new(), user_names: BTreeMap::new() };
        let addresses = Addresses::new(&tag, mail_domain);
        Self { casting, role, tag, addresses, players: BTreeMap::new(), persons }
    }

    /// A group's name on the target.
    pub(super) fn group_name(&self, name: &str) -> String {
        tagged(name, &self.tag)
    }

    /// A person as the scenario first met them; made when first named.
    pub(super) fn persona(&mut self, name: &str) -> Person {
        let Persons { population, met, .. } = &mut self.persons;
        let person = met.entry(name.to_owned()).or_insert_with(|| population.named(name)).clone();
        self.alias(name, &person.user_name);
        person
    }

    /// The names a sentence means; everybody is everybody the scenario has met.
    pub(super) fn names(&self, people: &People) -> Vec<String> {
        match people {
            People::Named(names) => names.clone(),
            People::Everybody => self.persons.met.keys().cloned().collect(),
        }
    }

    /// Everybody whom the scenario has met, by the name that sentences have for each.
    pub(super) fn everybody(&self) -> BTreeMap<String, Person> {
        self.persons.met.clone()
    }

    /// Notes a user name of a person.
    pub(super) fn alias(&mut self, name: &str, user_name: &str) {
        self.persons.user_names.entry(name.to_owned()).or_default().insert(user_name.to_lowercase());
    }

    /// Every user name the person ever had, lower case.
    pub(super) fn user_names(&self, name: &str) -> BTreeSet<String> {
        self.persons.user_names.get(name).cloned().unwrap_or_default()
    }

    /// Every target id that an IdP links the person to.
    pub(super) fn linked_ids(&self, name: &str) -> BTreeSet<String> {
        let links = self.players.values().filter_map(|p| {
            let key = p.people.get(name)?;
            Some(p.idp.links().person(key)?.id.clone())
        });
        links.collect()
    }
}
