//! Folds findings that say the same: one defect of a server shows in many scenarios.

use super::finding::{Finding, Place, Severity};
use super::record::{FindingSummary, ScenarioRecord};
use std::collections::HashMap;

/// Folds the findings of the given scenarios by requirement, severity and place.
///
/// Places that differ only in what changes from one exchange to the next (an index in a JSON pointer, an id in a
/// state) count as one; the summary then shows `*` there.
///
/// # Order
/// The worst severity first, then the most frequent, then by requirement id. They are numbered so, from 1; their titles are
/// for [`crate::title::entitle`] to write.
#[must_use]
pub fn fold<'a>(scenarios: impl IntoIterator<Item = &'a ScenarioRecord>) -> Vec<FindingSummary> {
    let mut folded: Vec<FindingSummary> = Vec::new();
    let mut known: HashMap<(&str, Severity, Place), usize> = HashMap::new();
    for scenario in scenarios {
        let name = scenario.full_name();
        for finding in &scenario.findings {
            let place = common(&finding.place);
            let at = *known.entry((&finding.requirement, finding.severity, place)).or_insert_with_key(|key| {
                folded.push(FindingSummary {
                    number: 0,
                    title: String::new(),
                    requirement: finding.requirement.clone(),
                    severity: finding.severity,
                    breaks: Vec::new(),
                    place: key.2.clone(),
                    count: 0,
                    scenarios: Vec::new(),
                });
                folded.len() - 1
            });
            let summary = &mut folded[at];
            summary.count += 1;
            summary.breaks.extend(finding.breaks.iter().cloned());
            if summary.scenarios.last() != Some(&name) {
                summary.scenarios.push(name.clone());
            }
        }
    }
    for summary in &mut folded {
        summary.breaks.sort();
        summary.breaks.dedup();
    }
    folded.sort_by(|a, b| {
        (a.severity, std::cmp::Reverse(a.count), &a.requirement).cmp(&(
            b.severity,
            std::cmp::Reverse(b.count),
            &b.requirement,
        ))
    });
    for (summary, number) in folded.iter_mut().zip(1..) {
        summary.number = number;
    }
    folded
}

impl FindingSummary {
    /// Whether a finding is one of those folded into this summary.
    #[must_use]
    pub fn covers(&self, finding: &Finding) -> bool {
        self.requirement == finding.requirement
            && self.severity == finding.severity
            && self.place == common(&finding.place)
    }
}

/// The place as every scenario that shows the same defect would name it.
pub(crate) fn common(place: &Place) -> Place {
    let star = |text: &str, variable: fn(&str) -> bool| {
        let parts: Vec<&str> = text.split('/').map(|part| if variable(part) { "*" } else { part }).collect();
        parts.join("/")
    };
    let is_index = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    match place {
        Place::Body(pointer) => Place::Body(star(pointer, is_index)),
        Place::Sent(pointer) => Place::Sent(star(pointer, is_index)),
        Place::State(what) => {
            let words = what.split(' ').map(|word| star(word, |part| part.bytes().any(|b| b.is_ascii_digit())));
            Place::State(words.collect::<Vec<_>>().join(" "))
        }
        other => other.clone(),
    }
}

/// Findings and scenarios by hand, for the tests of this room.
#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use crate::verdict::{Outcome, OutcomeKind};

    pub(crate) fn finding(requirement: &str, severity: Severity, place: Place) -> Finding {
        let text = String::new;
        Finding {
            requirement: requirement.to_owned(),
            text: text(),
            severity,
            breaks: Vec::new(),
            confidence: None,
            exchange: None,
            place,
            expected: text(),
            seen: text(),
            why: text(),
            remedy: text(),
        }
    }

    pub(crate) fn scenario(name: &str, findings: Vec<Finding>) -> ScenarioRecord {
        ScenarioRecord {
            feature: "F".into(),
            name: name.into(),
            outcome: Outcome::of(OutcomeKind::Failed, "a finding"),
            findings,
            ..ScenarioRecord::blank()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{finding, scenario};
    use super::*;

    #[test]
    fn equal_findings_fold_whatever_their_index_or_id() {
        let body = |pointer: &str| finding("A", Severity::Violation, Place::Body(pointer.to_owned()));
        let state = |what: &str| finding("B", Severity::Hazard, Place::State(what.to_owned()));
        let folded = fold(&[
            scenario("one", vec![body("/Resources/0/id"), body("/Resources/1/id"), body("/Resources")]),
            scenario("two", vec![body("/Resources/7/id"), state("GET /Users/a1"), state("GET /Users/b2")]),
        ]);
        let told: Vec<_> = folded.iter().map(|s| (s.requirement.as_str(), s.count, s.scenarios.len())).collect();
        assert_eq!(told, [("B", 2, 1), ("A", 3, 2), ("A", 1, 1)]);
        assert_eq!(folded[0].place, Place::State("GET /Users/*".into()));
        assert_eq!(folded[1].place, Place::Body("/Resources/*/id".into()));
        assert_eq!(folded[1].scenarios, ["F / one", "F / two"]);
    }

    #[test]
    fn the_worst_stands_first_then_the_most_frequent() {
        let of = |requirement: &str, severity| finding(requirement, severity, Place::Status);
        let folded = fold(&[scenario(
            "one",
            vec![
                of("W", Severity::Warning),
                of("V1", Severity::Violation),
                of("V2", Severity::Violation),
                of("V2", Severity::Violation),
                of("H", Severity::Hazard),
            ],
        )]);
        let order: Vec<_> = folded.iter().map(|s| s.requirement.as_str()).collect();
        assert_eq!(order, ["H", "V2", "V1", "W"]);
        assert!(folded.iter().map(|s| s.number).eq(1..=4));
        assert!(fold(&[]).is_empty());
    }
}
