//! What the population showed, as data.

use super::play::{Bench, Played, Red};
use super::sizes::Sizes;
use super::trial::{Fate, Trial, Tried};
use judge::verdict::Reading;
use serde::Serialize;
use std::collections::BTreeSet;

/// Version of the record's JSON shape.
const VERSION: u32 = 1;

/// What the population showed.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    version: u32,
    tool: &'static str,
    reading: Reading,
    pub(super) sizes: Sizes,
    pub(super) duration_ms: f64,
    pub(super) sound: Vec<Measured>,
    pub(super) broken: Vec<Trial>,
    pub(super) lossy: Vec<Trial>,
}

/// One sound server, measured.
#[derive(Debug, Serialize)]
pub(super) struct Measured {
    /// `choice=departure` each; none is the embedded provider as it is.
    pub(super) departures: Vec<String>,
    /// The requirements that were red, but for those the server is known to break: wrong ones.
    pub(super) reds: Vec<Red>,
    /// Scenarios that ended by a defect of ours or by their time, and a run that did not begin.
    pub(super) troubles: Vec<String>,
    pub(super) scenarios: usize,
    pub(super) judged: usize,
    pub(super) requests: usize,
    pub(super) duration_ms: f64,
}

impl Measured {
    pub(super) fn new(departures: Vec<String>, played: Played, known: &BTreeSet<&str>) -> Self {
        let Played { mut reds, troubles, scenarios, judged, requests, duration_ms, .. } = played;
        reds.retain(|red| !known.contains(red.requirement.as_str()));
        Self { departures, reds, troubles, scenarios, judged, requests, duration_ms }
    }

    /// Whether nothing was red.
    pub(super) fn is_clean(&self) -> bool {
        self.reds.is_empty() && self.troubles.is_empty()
    }
}

impl Record {
    pub(super) fn new(bench: Bench, sizes: Sizes, sound: Vec<Measured>, broken: Vec<Trial>, lossy: Vec<Trial>) -> Self {
        let tool = concat!("scimulate ", env!("CARGO_PKG_VERSION"));
        Self { version: VERSION, tool, reading: bench.reading, sizes, duration_ms: 0.0, sound, broken, lossy }
    }

    /// Wrong reds, each requirement once for each server.
    pub(super) fn wrong_reds(&self) -> usize {
        self.sound.iter().map(|server| server.reds.len() + server.troubles.len()).sum()
    }

    /// The faults of broken servers that have so many.
    pub(super) fn of_count(&self, count: usize) -> impl Iterator<Item = &Tried> {
        self.broken.iter().filter(move |trial| trial.faults.len() == count).flat_map(|trial| &trial.faults)
    }
}

/// How many of some faults were found.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Tally {
    pub(super) found: usize,
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
                Fate::Missed => &mut tally.missed,
                Fate::NotProvoked => &mut tally.not_provoked,
                Fate::Masked => &mut tally.masked,
                Fate::RedBefore => &mut tally.red_before,
            } += 1;
        }
        tally
    }

    /// Found of those that could be, in per mille: what was in the way of a fault is proven, and what was red before was red.
    /// None where there was none.
    pub(super) fn recall(self) -> Option<usize> {
        let could = self.found + self.missed + self.not_provoked;
        (could > 0).then(|| self.found * 1000 / could)
    }
}
