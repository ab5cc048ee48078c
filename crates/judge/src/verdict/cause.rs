//! Names the one defect behind most failures: a server that answers every create with 500 turns all red, and has one thing
//! to mend.

use super::finding::{Finding, Place, Severity};
use super::fold::common;
use super::outcome::OutcomeKind;
use super::record::ScenarioRecord;
use client::wire::split_query;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::fmt;

/// Fewer failing scenarios are read one by one sooner than explained.
const FEWEST: usize = 4;
/// Most kinds of request that are named.
const NAMED: usize = 3;

/// Findings that have one place to be mended at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What was seen, in one line.
    pub title: String,
    /// Id of the requirement that does not hold where it begins.
    pub requirement: String,
    /// The worst of its findings.
    pub severity: Severity,
    /// The kind of request that it shows at, for example `PATCH /Groups, members`; empty where none was sent.
    pub request: String,
    /// Its findings, by their place in the record's list, from 1.
    pub findings: Vec<u32>,
    /// Failing scenarios that would pass with its findings excused.
    pub explains: usize,
    /// Scenarios that were skipped or blocked because of it.
    pub holds_back: usize,
    /// Failing scenarios in which it shows.
    pub seen_in: usize,
}

/// The finding that most likely explains most of what failed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LikelyCause {
    /// Id of the requirement.
    pub requirement: String,
    /// The requirement in one sentence.
    pub text: String,
    /// Where it shows; `*` stands for what differs.
    pub place: Place,
    /// What came instead, where it shows first.
    pub seen: String,
    /// The kinds of request that show it, for example `POST /Users`; empty when they are too many to name.
    pub requests: Vec<String>,
    /// Failing scenarios that show it.
    pub shown_by: usize,
    /// Those of them in which nothing else failed before.
    pub first: usize,
    /// All failing scenarios: failed, blocked or timed out.
    pub failing: usize,
}

impl fmt::Display for LikelyCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { requirement, text, place, seen, shown_by, first, failing, .. } = self;
        let at = match self.requests.as_slice() {
            [] => place.to_string(),
            requests => format!("{place} of {}", requests.join(", ")),
        };
        write!(f, "most likely one cause: {requirement}, {} Seen: {seen} ({at}).", sentence(text))?;
        write!(f, " Shown by {shown_by} of {failing} failing scenarios, in {first} of them before anything else failed")
    }
}

fn sentence(text: &str) -> String {
    let text = text.trim_end();
    if text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}

/// Where a finding shows first in a scenario.
struct Showing<'a> {
    finding: &'a Finding,
    scenario: &'a ScenarioRecord,
    first: bool,
}

/// The one finding behind most of the scenarios that failed, were blocked or timed out: three quarters of them show it,
/// and in at least half of those nothing had failed before. `None` where no finding is like that.
///
/// It is a likelihood: what comes first in time need not be the cause of what follows.
#[must_use]
pub fn cause<'a>(scenarios: impl IntoIterator<Item = &'a ScenarioRecord>) -> Option<LikelyCause> {
    let ended_badly = |s: &&ScenarioRecord| {
        matches!(s.outcome.kind, OutcomeKind::Failed | OutcomeKind::Blocked | OutcomeKind::TimedOut)
    };
    let failing: Vec<&ScenarioRecord> = scenarios.into_iter().filter(ended_badly).collect();
    let mut shown: HashMap<(&str, Place), Vec<Showing<'_>>> = HashMap::new();
    for scenario in &failing {
        for (what, showing) in showings(scenario) {
            shown.entry(what).or_default().push(showing);
        }
    }
    let firsts = |all: &[Showing<'_>]| all.iter().filter(|s| s.first).count();
    let likely = shown
        .into_iter()
        .filter(|(_, all)| all.len() >= FEWEST && all.len() * 4 >= failing.len() * 3 && firsts(all) * 2 >= all.len());
    let ((requirement, place), all) = likely.min_by_key(|((requirement, place), all)| {
        let severity = all.first().map(|s| s.finding.severity);
        (Reverse(firsts(all)), Reverse(all.len()), severity, *requirement, place.to_string())
    })?;
    let example = all.iter().find(|s| s.first).or(all.first())?.finding;
    Some(LikelyCause {
        requirement: requirement.to_owned(),
        text: example.text.clone(),
        place,
        seen: example.seen.clone(),
        requests: requests(&all),
        shown_by: all.len(),
        first: firsts(&all),
        failing: failing.len(),
    })
}

/// What fails a scenario, each requirement and place once, by where it shows first.
fn showings(scenario: &ScenarioRecord) -> HashMap<(&str, Place), Showing<'_>> {
    let failing = || scenario.findings.iter().filter(|f| f.severity.fails());
    // What a step or a full read found came after the exchanges it was read from.
    let when = |finding: &Finding| finding.exchange.unwrap_or(usize::MAX);
    let earliest = failing().map(when).min();
    let mut found: HashMap<_, Showing<'_>> = HashMap::new();
    for finding in failing() {
        let key = (finding.requirement.as_str(), common(&finding.place));
        let known = found.get(&key).map(|s| when(s.finding));
        if known.is_none_or(|known| when(finding) < known) {
            let first = Some(when(finding)) == earliest;
            found.insert(key, Showing { finding, scenario, first });
        }
    }
    found
}

/// The kinds of request that show it: method and collection.
fn requests(all: &[Showing<'_>]) -> Vec<String> {
    let kinds: BTreeSet<String> = all
        .iter()
        .filter_map(|s| {
            let exchange = s.scenario.exchanges.get(s.finding.exchange?)?;
            let path = exchange.url.strip_prefix("{base}").unwrap_or(&exchange.url);
            let collection = split_query(path).0.split('/').nth(1).unwrap_or_default();
            Some(format!("{} /{collection}", exchange.method))
        })
        .collect();
    if kinds.len() > NAMED { Vec::new() } else { kinds.into_iter().collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Outcome;
    use crate::verdict::fold::testing::{finding, scenario};

    fn at(requirement: &str, severity: Severity, exchange: Option<usize>) -> Finding {
        Finding { exchange, ..finding(requirement, severity, Place::Status) }
    }

    fn many(count: usize, findings: &[Finding]) -> Vec<ScenarioRecord> {
        (0..count).map(|n| scenario(&n.to_string(), findings.to_vec())).collect()
    }

    #[test]
    fn what_most_show_and_show_first_is_the_cause() {
        let root = at("ROOT", Severity::Violation, Some(2));
        let symptom = at("SYMPTOM", Severity::Hazard, Some(5));
        let state = at("STATE", Severity::Hazard, None);
        let mut all = many(8, &[state.clone(), symptom.clone(), root]);
        all.extend(many(2, &[symptom, state]));
        let found = cause(&all).unwrap();
        assert_eq!((found.requirement.as_str(), found.shown_by, found.first, found.failing), ("ROOT", 8, 8, 10));
        assert!(found.to_string().contains("Shown by 8 of 10 failing scenarios, in 8 of them"), "{found}");
    }

    #[test]
    fn several_defects_have_no_one_cause() {
        let one = |name| at(name, Severity::Violation, Some(0));
        let half: Vec<_> = many(5, &[one("A")]).into_iter().chain(many(5, &[one("B")])).collect();
        assert_eq!(cause(&half), None);
        assert_eq!(cause(&many(3, &[one("A")])), None, "three are read one by one");
        assert_eq!(cause(&many(9, &[at("W", Severity::Warning, Some(0))])), None, "a warning fails nothing");
        assert_eq!(cause(&many(9, &[])), None);
    }

    #[test]
    fn what_always_comes_later_is_no_cause() {
        let first = |n: usize| at(&format!("A{n}"), Severity::Violation, Some(0));
        let later = at("LATER", Severity::Violation, Some(3));
        let all: Vec<_> = (0..8).flat_map(|n| many(1, &[first(n), later.clone()])).collect();
        assert_eq!(cause(&all), None);
    }

    #[test]
    fn only_what_ended_badly_counts() {
        let root = at("ROOT", Severity::Violation, Some(0));
        let mut all = many(6, &[root]);
        for (n, s) in all.iter_mut().enumerate() {
            if n < 3 {
                s.outcome = Outcome::passed();
            }
        }
        assert_eq!(cause(&all), None);
    }
}
