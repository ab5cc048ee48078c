//! The requirements a scenario proves: tags such as `@RFC7644-3.5.2-07`. What does not hold in such a scenario is a finding of
//! that requirement; what it only needs in order to begin is none.

use super::stop::Stop;
use super::world::World;
use judge::check::{Verdicts, clause};
use judge::verdict::{self, Finding, Outcome, OutcomeKind};
use std::collections::BTreeSet;

/// Where a scenario stands.
#[derive(Debug, Clone, Copy)]
pub struct Place<'a> {
    /// Feature file.
    pub file: &'a str,
    /// Line of the scenario.
    pub line: usize,
    /// Name of the feature.
    pub feature: &'a str,
    /// Name of the scenario.
    pub scenario: &'a str,
    /// Its tags without `@`. `policy` says that what it expects is a product's choice; RFC ids, what it proves.
    pub tags: &'a BTreeSet<String>,
    /// The product whose behaviour it expects (`@profile/NAME`).
    pub profile: Option<&'a str>,
    /// Whether it needs the tenant to itself.
    pub alone: bool,
    /// Whether golden exchanges hold it.
    pub golden: bool,
    /// Whether other scenarios find what its background made, because all of them only read.
    pub shared: bool,
}

/// The requirements of a scenario, and how far it has come with them.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// Their ids, in order.
    pub(super) ids: Vec<String>,
    /// Those that were held against an answer.
    pub(super) held: BTreeSet<String>,
    /// Whether the step under way judges; before, trouble is a matter of other scenarios.
    pub(super) judging: bool,
    /// Those of rows that were not sent or not judged: of these only what another row held counts.
    pub(super) passed_over: BTreeSet<String>,
}

impl Clauses {
    /// The requirements that tags name.
    pub(super) fn of(tags: &BTreeSet<String>) -> Self {
        let ids = tags.iter().filter(|t| is_id(t)).cloned().collect();
        Self { ids, ..Self::default() }
    }

    /// The ids held against the scenario's exchanges, by checks or by itself, sorted. A scenario played to its end has held
    /// all of its own.
    pub(super) fn exercised(&self, verdicts: &Verdicts, ended: Option<&Outcome>) -> Vec<String> {
        let mut all: BTreeSet<String> = verdicts.exercised.iter().map(|id| (*id).to_owned()).collect();
        all.extend(self.held.iter().cloned());
        if ended.is_none() {
            all.extend(self.ids.iter().filter(|id| !self.passed_over.contains(*id)).cloned());
        }
        all.into_iter().collect()
    }
}

/// Whether a tag is the id of an RFC's requirement.
pub(super) fn is_id(tag: &str) -> bool {
    let number = tag.strip_prefix("RFC").and_then(|rest| rest.split_once('-'));
    number.is_some_and(|(n, rest)| n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()) && !rest.is_empty())
}

impl World {
    /// Ends the step where the scenario proves requirements: with a finding of the first of them, or, while it is still
    /// preparing, without one.
    pub(super) fn clause_broken(&mut self, read: &str, expected: &str, seen: &str) -> Option<Stop> {
        let id = self.clauses.ids.first()?.clone();
        if !self.clauses.judging {
            return Some(self.unprepared(&format!("expected {expected}; seen: {seen}")));
        }
        let exchange = match &self.last {
            Some(last) if read == "the last answer" => Some(last.index),
            _ => self.evidence(read),
        };
        let place = verdict::Place::State(read.to_owned());
        Some(self.found(clause(&id, exchange, place, (expected, seen), None)))
    }

    /// Ends the step because what the scenario needs to begin with could not be had; other scenarios judge that.
    pub(super) fn unprepared(&mut self, why: &str) -> Stop {
        self.stop(OutcomeKind::Skipped, format!("what this scenario begins with could not be had: {why}"))
    }

    /// Takes a finding in and ends the step by it; a warning lets the scenario go on.
    pub(super) fn found(&mut self, finding: Finding) -> Stop {
        let reason = format!("{}: expected {}; seen: {}", finding.requirement, finding.expected, finding.seen);
        let fails = finding.severity.fails();
        self.clauses.held.insert(finding.requirement.clone());
        self.findings.push(finding);
        if fails { self.stop(OutcomeKind::Failed, reason) } else { self.stop(OutcomeKind::Passed, reason) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_requirements_are_told_from_other_tags() {
        assert!(is_id("RFC7644-3.5.2-07") && is_id("RFC7643-7-E8435"));
        assert!(!is_id("policy") && !is_id("F095") && !is_id("RFC-1") && !is_id("RFC7644-") && !is_id("RFCABCD-1"));
    }

    #[test]
    fn a_scenario_played_to_its_end_has_held_what_it_proves() {
        let tags = ["RFC7644-3.6-02", "policy", "RFC7644-3.6-03"].map(str::to_owned).into();
        let mut clauses = Clauses::of(&tags);
        let none = Verdicts::default();
        assert_eq!(clauses.exercised(&none, None), ["RFC7644-3.6-02", "RFC7644-3.6-03"]);
        clauses.passed_over.insert("RFC7644-3.6-02".to_owned());
        assert_eq!(clauses.exercised(&none, None), ["RFC7644-3.6-03"]);
        let early = Outcome::of(OutcomeKind::Skipped, "no bulk");
        assert!(clauses.exercised(&none, Some(&early)).is_empty());
        clauses.held.insert("RFC7644-3.6-03".to_owned());
        assert_eq!(clauses.exercised(&none, Some(&early)), ["RFC7644-3.6-03"]);
    }
}
