//! Folds findings that say the same: one defect of a server shows in many scenarios.

use super::finding::Place;
use super::record::{FindingSummary, ScenarioRecord};

/// Folds the findings of the given scenarios by requirement, severity and place.
///
/// Places that differ only in what changes from one exchange to the next (an index in a JSON pointer, an id in a
/// state) count as one; the summary then shows `*` there.
///
/// # Order
/// The worst severity first, then the most frequent, then by requirement id.
#[must_use]
pub fn fold<'a>(scenarios: impl IntoIterator<Item = &'a ScenarioRecord>) -> Vec<FindingSummary> {
    let mut folded: Vec<FindingSummary> = Vec::new();
    for scenario in scenarios {
        let name = scenario.full_name();
        for finding in &scenario.findings {
            let place = common(&finding.place);
            let known = folded
                .iter_mut()
                .find(|s| s.requirement == finding.requirement && s.severity == finding.severity && s.place == place);
            match known {
                Some(summary) => {
                    summary.count += 1;
                    if summary.scenarios.last() != Some(&name) {
                        summary.scenarios.push(name.clone());
                    }
                }
                None => folded.push(FindingSummary {
                    requirement: finding.requirement.clone(),
                    severity: finding.severity,
                    place,
                    count: 1,
                    scenarios: vec![name.clone()],
                }),
            }
        }
    }
    folded.sort_by(|a, b| {
        (a.severity, std::cmp::Reverse(a.count), &a.requirement).cmp(&(
            b.severity,
            std::cmp::Reverse(b.count),
            &b.requirement,
        ))
    });
    folded
}

/// The place as every scenario that shows the same defect would name it.
#[must_use]
pub(super) fn common(place: &Place) -> Place {
    let star = |text: &str, variable: fn(&str) -> bool| {
        let parts: Vec<&str> = text.split('/').map(|part| if variable(part) { "*" } else { part }).collect();
        parts.join("/")
    };
    match place {
        Place::Body(pointer) => {
            Place::Body(star(pointer, |part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit())))
        }
        Place::State(what) => {
            let words = what.split(' ').map(|word| star(word, |part| part.bytes().any(|b| b.is_ascii_digit())));
            Place::State(words.collect::<Vec<_>>().join(" "))
        }
        other => other.clone(),
    }
}
