//! Which servers: departures alone, and mixtures of them drawn by a seed.

use crate::cli::CommandError;
use directory::Random;
use provider::{BadServer, Choice, Departure, Fault, Server, choices};
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

/// The choices that a sentence of an RFC holds: whoever settles one otherwise is sound.
fn verified() -> impl Iterator<Item = &'static Choice> {
    choices().iter().filter(|choice| choice.unverified.is_none())
}

/// Every departure alone that is sound, or those of the choices whose name begins so, be they or not.
pub(super) fn alone(of: Option<&str>) -> Result<Vec<Sample>, CommandError> {
    let meant = |choice: &&Choice| of.map_or(choice.unverified.is_none(), |of| choice.name.starts_with(of));
    let each = choices().iter().filter(meant);
    let samples: Vec<Sample> = each
        .flat_map(|choice| choice.departures.iter().map(move |departure| Sample { chosen: vec![(choice, departure)] }))
        .collect();
    match of {
        Some(of) if samples.is_empty() => Err(CommandError::usage(format!(
            "no choice is called `{of}` or begins so; docs/population.md lists them all"
        ))),
        _ => Ok(samples),
    }
}

/// So many of the samples, spread over all by the seed; all of them without a number.
pub(super) fn some(samples: Vec<Sample>, count: Option<usize>, seed: u64) -> Vec<Sample> {
    let Some(count) = count.filter(|count| *count < samples.len()) else { return samples };
    let places = places(&mut Random::new(seed, "alone", 0), count, samples.len());
    places.into_iter().filter_map(|at| samples.get(at).cloned()).collect()
}

/// So many faults, drawn for the server of that number.
pub(super) fn drawn(faults: &'static [Fault], count: usize, seed: u64, number: u64) -> Vec<&'static Fault> {
    let mut random = Random::new(seed, &format!("{count} faults"), number);
    places(&mut random, count.min(faults.len()), faults.len()).into_iter().filter_map(|at| faults.get(at)).collect()
}

/// So many different places below a bound.
fn places(random: &mut Random, count: usize, bound: usize) -> BTreeSet<usize> {
    let mut places = BTreeSet::new();
    while places.len() < count.min(bound) {
        places.insert(random.below(bound));
    }
    places
}

/// The mixture of that number: as many choices settled otherwise as is said, or any number of them.
pub(super) fn mixed(seed: u64, number: u64, most: Option<usize>) -> Sample {
    let mut random = Random::new(seed, "population", number);
    let all: Vec<&'static Choice> = verified().collect();
    let count = most.unwrap_or_else(|| 1 + random.below(all.len().div_ceil(2))).min(all.len());
    let chosen = places(&mut random, count, all.len()).into_iter().filter_map(|at| {
        let choice = *all.get(at)?;
        Some((choice, choice.departures.get(random.below(choice.departures.len()))?))
    });
    Sample { chosen: chosen.collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use judge::check::catalogue::{Proof, Side};

    #[test]
    fn a_seed_and_a_number_are_a_server() {
        let of = |seed, number| mixed(seed, number, None).names();
        assert_eq!(of(1, 0), of(1, 0));
        assert!((1..20).any(|number| of(1, number) != of(1, 0)) && (2..20).any(|seed| of(seed, 0) != of(1, 0)));
        assert_eq!(mixed(1, 3, Some(5)).names().len(), 5);
    }

    #[test]
    fn alone_is_each_departure_once() {
        let departures: usize = verified().map(|choice| choice.departures.len()).sum();
        assert_eq!(alone(None).unwrap().len(), departures);
        assert!(verified().count() < choices().len());
        assert_eq!(
            alone(Some("remove-with-value")).unwrap().len(),
            1,
            "what nobody has verified is played when it is named"
        );
        assert!(alone(Some("page-limit")).unwrap().iter().all(|sample| sample.names()[0].starts_with("page-limit=")));
        assert!(alone(Some("no-such-choice")).is_err(), "nothing measured is no success");
    }

    #[test]
    fn what_a_departure_breaks_can_be_red_on_a_server() {
        for departure in choices().iter().flat_map(|choice| &choice.departures) {
            for id in &departure.breaks {
                let found = judge::check::catalogue::get(id);
                let requirement = found.unwrap_or_else(|| panic!("{}: there is no {id}", departure.name));
                let proven = matches!(requirement.proof(), Proof::Check | Proof::Scenarios);
                assert!(requirement.side == Side::Server && proven, "{}: {id} can never be red", departure.name);
            }
        }
    }
}
