//! Which servers: departures alone, and mixtures of them drawn by a seed.

use crate::cli::CommandError;
use directory::Random;
use provider::{BadServer, Choice, Departure, Fault, Server, choices};
use scim::nearest;
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

/// The choices that a sentence of an RFC holds, so that whoever settles one otherwise is sound, and that can be measured beside
/// others.
fn drawn_from() -> impl Iterator<Item = &'static Choice> {
    choices().iter().filter(|choice| choice.unverified.is_none() && choice.apart.is_none())
}

/// The servers that are named, each by its departures: `choice=departure`, several with commas between.
///
/// # Errors
/// When there is no such choice or departure, with the nearest there is.
pub(super) fn named(servers: &[String]) -> Result<Vec<Sample>, CommandError> {
    servers.iter().map(|server| named_one(server)).collect()
}

/// One of them.
pub(super) fn named_one(server: &str) -> Result<Sample, CommandError> {
    let chosen = server.split(',').map(|name| departure(name.trim())).collect::<Result<_, _>>()?;
    Ok(Sample { chosen })
}

fn departure(name: &str) -> Result<(&'static Choice, &'static Departure), CommandError> {
    let all = || choices().iter().flat_map(|choice| choice.departures.iter().map(move |departure| (choice, departure)));
    let called = |(choice, departure): &(&Choice, &Departure)| format!("{}={}", choice.name, departure.name);
    all().find(|one| called(one) == name).ok_or_else(|| {
        let names: Vec<String> = all().map(|one| called(&one)).collect();
        let near = nearest(name, names.iter().map(String::as_str));
        let near = near
            .map_or_else(|| "; docs/population.md lists them all".to_owned(), |near| format!("; did you mean {near}?"));
        CommandError::usage(format!("no departure is called `{name}`{near}"))
    })
}

/// Every departure alone that is sound, or those of the choices whose name begins so, be they or not.
pub(super) fn alone(of: Option<&str>) -> Result<Vec<Sample>, CommandError> {
    let drawn: Vec<&str> = drawn_from().map(|choice| choice.name.as_str()).collect();
    let meant = |choice: &&Choice| of.map_or(drawn.contains(&choice.name.as_str()), |of| choice.name.starts_with(of));
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

/// The mixture of that number: as many choices settled otherwise as is said, or any number of them. Where it hides its schemas they
/// are the RFCs': what a client cannot read it cannot know.
pub(super) fn mixed(seed: u64, number: u64, most: Option<usize>) -> Sample {
    let mut random = Random::new(seed, "population", number);
    let all: Vec<&'static Choice> = drawn_from().collect();
    let count = most.unwrap_or_else(|| 1 + random.below(all.len().div_ceil(2))).min(all.len());
    let chosen = places(&mut random, count, all.len()).into_iter().filter_map(|at| {
        let choice = *all.get(at)?;
        Some((choice, choice.departures.get(random.below(choice.departures.len()))?))
    });
    let mut chosen: Vec<(&Choice, &Departure)> = chosen.collect();
    if chosen.iter().any(|(_, departure)| departure.hides_schemas()) {
        chosen.retain(|(_, departure)| !departure.edits_schemas());
    }
    Sample { chosen }
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
        let hiding = (0..200)
            .map(|number| mixed(1, number, None))
            .filter(|sample| sample.chosen.iter().any(|(_, departure)| departure.hides_schemas()));
        let hiding: Vec<Sample> = hiding.collect();
        assert!(!hiding.is_empty());
        assert!(hiding.iter().all(|sample| sample.chosen.iter().all(|(_, departure)| !departure.edits_schemas())));
    }

    #[test]
    fn alone_is_each_departure_once() {
        let departures: usize = drawn_from().map(|choice| choice.departures.len()).sum();
        assert_eq!(alone(None).unwrap().len(), departures);
        assert!(drawn_from().count() < choices().len());
        assert_eq!(
            alone(Some("remove-with-value")).unwrap().len(),
            1,
            "what nobody has verified is played when it is named"
        );
        assert!(alone(Some("page-limit")).unwrap().iter().all(|sample| sample.names()[0].starts_with("page-limit=")));
        assert!(alone(Some("no-such-choice")).is_err(), "nothing measured is no success");
    }

    #[test]
    fn a_server_is_named_by_its_departures() {
        let servers = ["sort=none, entity-tags=none".to_owned(), "rate-limit=of-writes".to_owned()];
        let named = named(&servers).unwrap();
        assert_eq!(named[0].names(), ["sort=none", "entity-tags=none"]);
        assert_eq!(named[1].names(), ["rate-limit=of-writes"], "what is in no mixture is played when it is named");
        let wrong = format!("{:?}", super::named(&["sort=nome".to_owned()]).unwrap_err());
        assert!(wrong.contains("did you mean sort=none?"), "{wrong}");
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
