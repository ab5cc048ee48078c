//! The requirements a scenario proves: tags such as `@RFC7644-3.5.2-07`. What does not hold in such a scenario is a finding of
//! that requirement; what it only needs in order to begin is none.

use judge::check::Verdicts;
use judge::verdict::{Hindrance, Outcome, PassedOver};
use std::collections::{BTreeMap, BTreeSet};

/// The requirements of a scenario, and how far it has come with them.
#[derive(Debug, Clone, Default)]
pub(super) struct Clauses {
    /// Their ids, in order.
    pub(super) ids: Vec<String>,
    /// Those that were held against an answer.
    pub(super) held: BTreeSet<String>,
    /// Whether the step under way judges; before, trouble is a matter of other scenarios.
    pub(super) judging: bool,
    /// Those of rows that were not sent or not judged, and why first: of these only what another row held counts.
    pub(super) passed_over: BTreeMap<String, (Hindrance, String)>,
}

impl Clauses {
    /// The requirements that tags name.
    pub(super) fn of(tags: &BTreeSet<String>) -> Self {
        let ids = tags.iter().filter(|t| is_id(t)).cloned().collect();
        Self { ids, ..Self::default() }
    }

    /// Notes that a row judged none of these. What the target should have had weighs more than what it may do without.
    pub(super) fn pass_over(&mut self, ids: Vec<String>, hindrance: Hindrance, reason: &str) {
        for id in ids {
            let known = self.passed_over.entry(id).or_insert_with(|| (hindrance, reason.to_owned()));
            if hindrance > known.0 {
                *known = (hindrance, reason.to_owned());
            }
        }
    }

    /// Those of rows that nothing else has held, and why.
    pub(super) fn not_judged(&self, exercised: &[String]) -> Vec<PassedOver> {
        let open = self.passed_over.iter().filter(|(id, _)| exercised.binary_search(id).is_err());
        let told = open.map(|(id, (hindrance, reason))| PassedOver {
            requirement: id.clone(),
            hindrance: *hindrance,
            reason: reason.clone(),
        });
        told.collect()
    }

    /// The ids held against the scenario's exchanges, by checks or by itself, sorted. A scenario played to its end has held
    /// all of its own.
    pub(super) fn exercised(&self, verdicts: &Verdicts, ended: Option<&Outcome>) -> Vec<String> {
        let mut all: BTreeSet<String> = verdicts.exercised.iter().map(|id| (*id).to_owned()).collect();
        all.extend(self.held.iter().cloned());
        if ended.is_none() {
            all.extend(self.ids.iter().filter(|id| !self.passed_over.contains_key(*id)).cloned());
        }
        all.into_iter().collect()
    }
}

/// Whether a tag is the id of an RFC's requirement.
pub(super) fn is_id(tag: &str) -> bool {
    let number = tag.strip_prefix("RFC").and_then(|rest| rest.split_once('-'));
    number.is_some_and(|(n, rest)| n.len() == 4 && n.bytes().all(|b| b.is_ascii_digit()) && !rest.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;
    use judge::verdict::OutcomeKind;

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
        clauses.pass_over(vec!["RFC7644-3.6-02".to_owned()], Hindrance::NotOffered, "no bulk");
        clauses.pass_over(vec!["RFC7644-3.6-02".to_owned()], Hindrance::Setup, "no user");
        let open = |held: &[&str]| clauses.not_judged(&held.iter().map(|id| (*id).to_owned()).collect::<Vec<_>>());
        assert_eq!((open(&[]).len(), open(&[])[0].hindrance), (1, Hindrance::Setup));
        assert!(open(&["RFC7644-3.6-02"]).is_empty());
        assert_eq!(clauses.exercised(&none, None), ["RFC7644-3.6-03"]);
        let early = Outcome::of(OutcomeKind::Skipped, "no bulk");
        assert!(clauses.exercised(&none, Some(&early)).is_empty());
        clauses.held.insert("RFC7644-3.6-03".to_owned());
        assert_eq!(clauses.exercised(&none, Some(&early)), ["RFC7644-3.6-03"]);
    }
}
