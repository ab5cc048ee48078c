//! How far a run went through the requirements of each subject, and why not further.
//!
//! A requirement is judged when it was held against an answer, by a check or a scenario. It is *asked* when a scenario of the run names
//! it. A scenario that was skipped has judged nothing, whatever its tags say: then what stood in its way decides. What the target
//! lawfully does without, and what the run's own settings leave out, is not held against it; what could not be set up is.
//!
//! The sum over all subjects counts only what was asked: what checks judge in passing they judge on any server.

use super::finding::Severity;
use super::outcome::{Hindrance, OutcomeKind};
use super::record::{Coverage, FindingSummary, ScenarioRecord, Topic, Unjudged};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// What a run came to, subject by subject in the alphabet's order, and in all. `subjects` has the subject of each provable
/// requirement by its id; other ids that a run names count nowhere.
#[must_use]
pub fn topics(
    subjects: &BTreeMap<String, String>,
    exercised: &[String],
    findings: &[FindingSummary],
    scenarios: &[ScenarioRecord],
) -> (Vec<Topic>, Coverage) {
    let failing = |f: &&FindingSummary| f.severity <= Severity::Violation;
    let broken: BTreeSet<&str> = findings.iter().filter(failing).map(|f| f.requirement.as_str()).collect();
    let exercised: BTreeSet<&str> = exercised.iter().map(String::as_str).collect();
    let open = unjudged(subjects, scenarios);
    let asked: BTreeSet<&str> = scenarios.iter().flat_map(|s| &s.tags).map(String::as_str).collect();
    let (mut judged, mut of) = (0, 0);
    let mut all: BTreeMap<&str, Topic> = BTreeMap::new();
    let mut reasons: BTreeMap<&str, BTreeMap<(Hindrance, String), usize>> = BTreeMap::new();
    for (id, subject) in subjects {
        let name = subject.clone();
        let blank = || Topic { name, exercised: 0, broken: 0, provable: 0, offered: 0, unjudged: Vec::new() };
        let topic = all.entry(subject).or_insert_with(blank);
        topic.provable += 1;
        topic.broken += usize::from(broken.contains(id.as_str()));
        if exercised.contains(id.as_str()) || broken.contains(id.as_str()) {
            topic.exercised += 1;
            topic.offered += 1;
            judged += usize::from(asked.contains(id.as_str()));
            of += usize::from(asked.contains(id.as_str()));
        } else if let Some((hindrance, reason)) = open.get(id.as_str()) {
            topic.offered += usize::from(*hindrance == Hindrance::Setup);
            of += usize::from(*hindrance == Hindrance::Setup);
            *reasons.entry(subject).or_default().entry((*hindrance, alike(reason))).or_default() += 1;
        }
    }
    for (subject, reasons) in reasons {
        let told =
            reasons.into_iter().map(|((hindrance, reason), requirements)| Unjudged { hindrance, reason, requirements });
        let mut told: Vec<Unjudged> = told.collect();
        told.sort_by_key(|u| (u.hindrance != Hindrance::Setup, Reverse(u.requirements)));
        if let Some(topic) = all.get_mut(subject) {
            topic.unjudged = told;
        }
    }
    let topics: Vec<Topic> = all.into_values().collect();
    (topics, Coverage { judged, of })
}

/// What stood in the way of each requirement that a scenario names and did not judge; of several what weighs most.
fn unjudged<'a>(
    subjects: &'a BTreeMap<String, String>,
    scenarios: &'a [ScenarioRecord],
) -> BTreeMap<&'a str, (Hindrance, &'a str)> {
    let mut all: BTreeMap<&str, (Hindrance, &str)> = BTreeMap::new();
    for scenario in scenarios {
        for id in scenario.tags.iter().filter(|tag| subjects.contains_key(*tag)) {
            let Some(found) = in_the_way(scenario, id) else { continue };
            let known = all.entry(id).or_insert(found);
            if found.0 > known.0 {
                *known = found;
            }
        }
    }
    all
}

/// What kept a scenario from judging a requirement that it names.
fn in_the_way<'a>(scenario: &'a ScenarioRecord, id: &str) -> Option<(Hindrance, &'a str)> {
    if let Some(over) = scenario.passed_over.iter().find(|over| over.requirement == id) {
        return Some((over.hindrance, &over.reason));
    }
    let outcome = &scenario.outcome;
    let reason = outcome.reason.as_deref().unwrap_or_default();
    let hindrance = match (outcome.hindrance, outcome.kind) {
        (Some(hindrance), _) => hindrance,
        (None, OutcomeKind::Passed | OutcomeKind::ExpectedFailure) => return None,
        (None, OutcomeKind::Skipped | OutcomeKind::NotReached | OutcomeKind::Interrupted) => Hindrance::Settings,
        (None, _) => Hindrance::Setup,
    };
    Some((hindrance, reason))
}

/// A reason as every scenario would word it: without what differs from one to the next.
fn alike(reason: &str) -> String {
    let bare = [" was not judged: ", " was not sent: "].iter().find_map(|word| reason.split_once(word));
    let bare = bare.map_or(reason, |(_, why)| why);
    let varies = |word: &str| {
        let own = word.bytes().any(|b| b.is_ascii_digit()) && word.bytes().any(|b| b.is_ascii_alphabetic());
        word.contains('@') || own && !word.starts_with("RFC") && !word.starts_with("IDP-")
    };
    bare.split(' ').map(|word| if varies(word) { "*" } else { word }).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::fold::testing::{finding, scenario};
    use crate::verdict::{Outcome, PassedOver, Place, fold};

    fn of(topic: &str, ids: &[&str]) -> BTreeMap<String, String> {
        ids.iter().map(|id| ((*id).to_owned(), topic.to_owned())).collect()
    }

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
        let subjects = of("patch", &["P1", "P2", "P3", "P4"]).into_iter().chain(of("filter", &["F1"])).collect();
        let (told, coverage) = topics(&subjects, &exercised, &fold([&scenario]), &[scenario]);
        let told: Vec<_> = told.into_iter().map(|t| (t.name, t.exercised, t.broken, t.provable, t.offered)).collect();
        assert_eq!(told, [("filter".to_owned(), 1, 0, 1, 1), ("patch".to_owned(), 3, 1, 4, 3)]);
        assert_eq!(coverage, Coverage { judged: 0, of: 0 }, "nobody asked for them");
    }

    #[test]
    fn a_tag_of_what_was_skipped_is_no_coverage_and_the_reason_decides_whether_it_counts() {
        let skipped = |name: &str, id: &str, hindrance, reason: &str| ScenarioRecord {
            tags: vec![id.to_owned()],
            outcome: Outcome::skipped(hindrance, reason),
            ..scenario(name, Vec::new())
        };
        let over = |id: &str| PassedOver {
            requirement: id.to_owned(),
            hindrance: Hindrance::Setup,
            reason: "GET /Users/a1 was not sent: this target does not store nickName of users".to_owned(),
        };
        let partly = ScenarioRecord {
            tags: vec!["P0".to_owned(), "P4".to_owned(), "P5".to_owned()],
            passed_over: vec![over("P4"), over("P5")],
            outcome: Outcome::passed(),
            ..scenario("partly", Vec::new())
        };
        let all = [
            skipped("a", "P1", Hindrance::Setup, "no user b2 could be made"),
            skipped("b", "P2", Hindrance::NotOffered, "no PATCH"),
            skipped("c", "P1", Hindrance::NotOffered, "no PATCH"),
            skipped("d", "P3", Hindrance::Settings, "not allowed"),
            partly,
        ];
        let (told, coverage) =
            topics(&of("patch", &["P0", "P1", "P2", "P3", "P4", "P5", "P6"]), &["P0".to_owned()], &[], &all);
        assert_eq!((told[0].exercised, told[0].offered, told[0].provable), (1, 4, 7));
        assert_eq!(coverage, Coverage { judged: 1, of: 4 });
        let why: Vec<_> = told[0].unjudged.iter().map(|u| (u.hindrance, u.reason.as_str(), u.requirements)).collect();
        assert_eq!(
            why,
            [
                (Hindrance::Setup, "this target does not store nickName of users", 2),
                (Hindrance::Setup, "no user * could be made", 1),
                (Hindrance::NotOffered, "no PATCH", 1),
                (Hindrance::Settings, "not allowed", 1),
            ]
        );
    }
}
