//! A stage: what a feature's background made, for all its scenarios that only read. It is set once; each scenario finds it as
//! the first did, with the requests that made it at the head of its evidence.
//!
//! In: a World whose background has been played. Out: the same World for the next scenario. Never: a stage on which something
//! was written.

use super::cast::Persons;
use super::clauses::Clauses;
use super::evidence::Judged;
use super::noted::Noted;
use super::scenario_place::ScenarioPlace;
use super::world::World;
use client::wire::Exchange;
use judge::check::Verdicts;
use judge::snapshot::SnapshotName;
use judge::verdict::{Outcome, OutcomeKind};

/// A World as its background left it.
pub struct Stage {
    exchanges: usize,
    persons: Persons,
    noted: Noted,
    judged: Judged,
    verdicts: Verdicts,
}

impl World {
    /// The stage as it stands now.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage {
            exchanges: self.exchanges(),
            persons: self.cast.persons.clone(),
            noted: self.noted.clone(),
            judged: self.evidence.judged.clone(),
            verdicts: self.evidence.witness.verdicts(),
        }
    }

    /// Why the scenario does not keep to what it says of itself, that it only reads; then nobody may find the stage it leaves.
    #[must_use]
    pub fn wrote_on(&self, stage: &Stage) -> Option<Outcome> {
        let searches = |e: &Exchange| e.request.path().ends_with("/.search");
        let written = self.evidence.journal.since(stage.exchanges).find(|e| e.method().writes() && !searches(e))?;
        let reason = format!("a scenario tagged @reads sent {} {}", written.method(), written.request.target);
        Some(Outcome::of(OutcomeKind::Blocked, reason))
    }

    /// Goes back to the stage, for the next scenario.
    pub fn take_over(&mut self, stage: &Stage, place: ScenarioPlace<'_>) {
        self.cast.persons = stage.persons.clone();
        self.noted = stage.noted.clone();
        self.evidence.go_back_to(stage.exchanges, &stage.judged, stage.verdicts.clone());
        let SnapshotName { profile, idp, .. } = &self.evidence.golden_name;
        self.evidence.golden_name = place.golden_name(profile.clone(), idp.clone());
        self.evidence.clauses = Clauses::of(place.tags);
        self.evidence.judged.golden &= place.golden;
    }
}
