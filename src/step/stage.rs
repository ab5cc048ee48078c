//! A stage: what a feature's background made, for all its scenarios that only read. It is set once; each scenario finds it as
//! the first did, with the requests that made it at the head of its evidence.
//!
//! In: a World whose background has been played. Out: the same World for the next scenario. Never: a stage on which something
//! was written.

use super::clauses::{Clauses, Place};
use super::noted::Noted;
use super::world::World;
use client::wire::Exchange;
use directory::{Person, Population};
use judge::check::Verdicts;
use judge::snapshot::SnapshotName;
use judge::verdict::{Finding, Outcome, OutcomeKind};
use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

/// A World as its background left it.
pub struct Stage {
    exchanges: usize,
    people: Population,
    persons: BTreeMap<String, Person>,
    aliases: BTreeMap<String, BTreeSet<String>>,
    noted: Noted,
    findings: Vec<Finding>,
    notes: Vec<String>,
    verdicts: Verdicts,
    golden: bool,
}

impl Place<'_> {
    /// The name of its golden exchanges.
    pub(super) fn golden_name(&self, profile: String, idp: Option<String>) -> SnapshotName {
        SnapshotName {
            profile,
            feature: self.feature.to_owned(),
            scenario: self.scenario.to_owned(),
            idp,
            source: self.file.to_owned(),
            line: self.line,
        }
    }
}

impl World {
    /// The stage as it stands now.
    #[must_use]
    pub fn stage(&self) -> Stage {
        Stage {
            exchanges: self.journal.len(),
            people: self.people.clone(),
            persons: self.persons.clone(),
            aliases: self.aliases.clone(),
            noted: self.noted.clone(),
            findings: self.findings.clone(),
            notes: self.notes.clone(),
            verdicts: self.witness.verdicts(),
            golden: self.golden,
        }
    }

    /// Why the scenario does not keep to what it says of itself, that it only reads; then nobody may find the stage it leaves.
    #[must_use]
    pub fn wrote_on(&self, stage: &Stage) -> Option<Outcome> {
        let searches = |e: &Exchange| e.request.path().ends_with("/.search");
        let written = self.journal.since(stage.exchanges).into_iter().find(|e| e.method().writes() && !searches(e))?;
        let reason = format!(
            "the feature's text does not fit together: a scenario tagged @reads sent {} {}",
            written.method(),
            written.request.target
        );
        Some(Outcome::of(OutcomeKind::Blocked, reason))
    }

    /// Goes back to the stage, for the next scenario.
    pub fn take_over(&mut self, stage: &Stage, place: Place<'_>) {
        self.journal.truncate(stage.exchanges);
        self.taken_over = stage.exchanges;
        self.people = stage.people.clone();
        self.persons = stage.persons.clone();
        self.aliases = stage.aliases.clone();
        self.noted = stage.noted.clone();
        self.findings = stage.findings.clone();
        self.notes = stage.notes.clone();
        self.witness.go_back_to(stage.verdicts.clone());
        self.name = place.golden_name(self.name.profile.clone(), self.name.idp.clone());
        self.clauses = Clauses::of(place.tags);
        self.golden = place.golden && stage.golden;
        self.opened = Instant::now();
        self.mark = stage.exchanges;
        (self.last, self.before, self.unread) = (None, None, None);
    }
}
