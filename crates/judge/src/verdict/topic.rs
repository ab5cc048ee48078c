//! How far a run went through the requirements of each subject.

use super::record::{FindingSummary, Topic};
use std::collections::{BTreeMap, BTreeSet};

/// What a run came to, subject by subject in the alphabet's order. `subjects` has the subject of each provable
/// requirement by its id; other ids that a run names count nowhere.
#[must_use]
pub fn topics(subjects: &BTreeMap<String, String>, exercised: &[String], findings: &[FindingSummary]) -> Vec<Topic> {
    let failing = |f: &&FindingSummary| f.severity.fails();
    let broken: BTreeSet<&str> = findings.iter().filter(failing).map(|f| f.requirement.as_str()).collect();
    let exercised: BTreeSet<&str> = exercised.iter().map(String::as_str).collect();
    let mut all: BTreeMap<&str, Topic> = BTreeMap::new();
    for (id, subject) in subjects {
        let blank =
            || Topic { name: subject.clone(), exercised: 0, broken: 0, provable: 0, offered: 0, unjudged: Vec::new() };
        let topic = all.entry(subject).or_insert_with(blank);
        topic.provable += 1;
        topic.broken += usize::from(broken.contains(id.as_str()));
        topic.exercised += usize::from(exercised.contains(id.as_str()) || broken.contains(id.as_str()));
    }
    all.into_values().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fold::testing::{finding, scenario};
    use crate::verdict::{Place, Severity, fold};

    #[test]
    fn a_topic_counts_what_was_held_and_what_did_not() {
        let broken = |id: &str, severity| finding(id, severity, Place::Status);
        let scenario = scenario(
            "one",
            vec![
                broken("P2", Severity::Violation),
                broken("P3", Severity::Warning),
                broken("ELSEWHERE", Severity::Hazard),
            ],
        );
        let exercised = ["F1", "P1", "P2", "P3", "ELSEWHERE"].map(str::to_owned);
        let of = |topic: &str, ids: &[&str]| -> Vec<_> {
            ids.iter().map(|id| ((*id).to_owned(), topic.to_owned())).collect()
        };
        let subjects = of("patch", &["P1", "P2", "P3", "P4"]).into_iter().chain(of("filter", &["F1"])).collect();
        let told: Vec<_> = topics(&subjects, &exercised, &fold([&scenario]))
            .into_iter()
            .map(|t| (t.name, t.exercised, t.broken, t.provable))
            .collect();
        assert_eq!(told, [("filter".to_owned(), 1, 0, 1), ("patch".to_owned(), 3, 1, 4)]);
    }
}
