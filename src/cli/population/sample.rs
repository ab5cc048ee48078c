//! Which servers: departures alone, and mixtures of them drawn by a seed.

use directory::Random;
use provider::{BadServer, Choice, Departure, Server, choices};
use std::collections::BTreeSet;

/// One server of the population.
#[derive(Debug, Clone, Default)]
pub(super) struct Sample {
    /// What it chose, in the order of the choices.
    chosen: Vec<(&'static Choice, &'static Departure)>,
}

impl Sample {
    /// `choice=departure` each.
    pub(super) fn names(&self) -> Vec<String> {
        self.chosen.iter().map(|(choice, departure)| format!("{}={}", choice.name, departure.name)).collect()
    }

    /// The server.
    ///
    /// # Errors
    /// When a departure is none; a test over the file holds that there is no such.
    pub(super) fn server(&self) -> Result<Server, BadServer> {
        Server::with(self.chosen.iter().map(|(_, departure)| *departure))
    }

    /// The requirements it is known to break.
    pub(super) fn breaks(&self) -> BTreeSet<&'static str> {
        self.chosen.iter().flat_map(|(_, departure)| &departure.breaks).map(String::as_str).collect()
    }
}

/// Every departure alone, or those of the choices whose name begins so.
pub(super) fn alone(of: Option<&str>) -> Vec<Sample> {
    let meant = |choice: &&Choice| of.is_none_or(|of| choice.name.starts_with(of));
    let each = choices().iter().filter(meant);
    each.flat_map(|choice| choice.departures.iter().map(move |departure| Sample { chosen: vec![(choice, departure)] }))
        .collect()
}

/// The mixture of that number: as many choices settled otherwise as is said, or any number of them.
pub(super) fn mixed(seed: u64, number: u64, most: Option<usize>) -> Sample {
    let mut random = Random::new(seed, "population", number);
    let all = choices();
    let count = most.unwrap_or_else(|| 1 + random.below(all.len().div_ceil(2))).min(all.len());
    let mut places: BTreeSet<usize> = BTreeSet::new();
    while places.len() < count {
        places.insert(random.below(all.len()));
    }
    let chosen = places.into_iter().filter_map(|at| {
        let choice = all.get(at)?;
        Some((choice, choice.departures.get(random.below(choice.departures.len()))?))
    });
    Sample { chosen: chosen.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_and_a_number_are_a_server() {
        let of = |seed, number| mixed(seed, number, None).names();
        assert_eq!(of(1, 0), of(1, 0));
        assert!((1..20).any(|number| of(1, number) != of(1, 0)) && (2..20).any(|seed| of(seed, 0) != of(1, 0)));
        assert_eq!(mixed(1, 3, Some(5)).names().len(), 5);
    }

    #[test]
    fn alone_is_each_departure_once() {
        let departures: usize = choices().iter().map(|choice| choice.departures.len()).sum();
        assert_eq!(alone(None).len(), departures);
        assert!(alone(Some("page-limit")).iter().all(|sample| sample.names()[0].starts_with("page-limit=")));
    }
}
