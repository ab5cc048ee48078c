//! What the population showed, as data.

use super::faulty::{Fate, FaultyServer, Tried};
use super::play::Played;
use super::sizes::Sizes;
use judge::check::readings;
use serde::Serialize;
use std::collections::BTreeSet;

/// Version of the record's JSON shape.
const VERSION: u32 = 4;

/// What the population showed.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    version: u32,
    tool: &'static str,
    pub(super) sizes: Sizes,
    pub(super) duration_ms: f64,
    pub(super) sound: Vec<SoundServer>,
    pub(super) broken: Vec<FaultyServer>,
    pub(super) lossy: Vec<FaultyServer>,
}

/// One sound server, measured.
#[derive(Debug, Serialize)]
pub(super) struct SoundServer {
    /// `choice=departure` each; none is the embedded provider as it is.
    pub(super) departures: Vec<String>,
    /// What it was told. Its reds are wrong ones: those the server is known to break are left out, and what an IdP needs beyond the
    /// RFC, which is rightly red on a server that is sound by the RFC alone.
    #[serde(flatten)]
    pub(super) told: Played,
}

impl SoundServer {
    pub(super) fn new(departures: Vec<String>, mut told: Played, known: &BTreeSet<&str>) -> Self {
        let lawful = |id: &str| known.contains(id) || readings::is_beyond_the_rfc(id);
        told.reds.retain(|red| !lawful(&red.requirement));
        Self { departures, told }
    }

    /// Whether nothing was red.
    pub(super) fn is_clean(&self) -> bool {
        self.told.reds.is_empty() && self.told.troubles.is_empty()
    }
}

impl Record {
    /// Of nothing yet.
    pub(super) fn new(sizes: Sizes) -> Self {
        let tool = concat!("scimulate ", env!("CARGO_PKG_VERSION"));
        let (sound, broken, lossy) = (Vec::new(), Vec::new(), Vec::new());
        Self { version: VERSION, tool, sizes, duration_ms: 0.0, sound, broken, lossy }
    }

    /// Wrong reds, each requirement once for each server.
    pub(super) fn wrong_reds(&self) -> usize {
        self.sound.iter().map(|server| server.told.reds.len() + server.told.troubles.len()).sum()
    }

    /// The faults of broken servers that have so many.
    pub(super) fn of_count(&self, count: usize) -> impl Iterator<Item = &Tried> {
        self.broken.iter().filter(move |server| server.faults.len() == count).flat_map(|server| &server.faults)
    }
}

/// How many of some faults were found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) found: usize,
    pub(super) warned: usize,
    pub(super) told_otherwise: usize,
    pub(super) missed: usize,
    pub(super) not_provoked: usize,
    pub(super) masked: usize,
    pub(super) red_before: usize,
}

impl Tally {
    pub(super) fn of<'t>(faults: impl IntoIterator<Item = &'t Tried>) -> Self {
        let mut tally = Self::default();
        for fault in faults {
            *match fault.fate {
                Fate::Found => &mut tally.found,
                Fate::Warned => &mut tally.warned,
                Fate::ToldOtherwise => &mut tally.told_otherwise,
                Fate::Missed => &mut tally.missed,
                Fate::NotProvoked => &mut tally.not_provoked,
                Fate::Masked => &mut tally.masked,
                Fate::RedBefore => &mut tally.red_before,
            } += 1;
        }
        tally
    }

    /// Told of those that could be, in per mille: red, or a warning where the catalogue makes no more of it. What was in the way
    /// of a fault is proven, and what was red before was red.
    /// None where there was none.
    pub(super) fn recall(self) -> Option<usize> {
        let told = self.found + self.warned + self.told_otherwise;
        let could = told + self.missed + self.not_provoked;
        (could > 0).then(|| told * 1000 / could)
    }
}
