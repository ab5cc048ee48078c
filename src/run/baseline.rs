//! The baseline: what is known to be wrong with a target, so that a run fails for what is new, and for what is no more.
//!
//! In: a TOML file, scenarios as they end. Out: the same scenarios, known failures marked as expected; what vanished; a file
//! of what was found. Never: a finding that nobody wrote down, passed over.

use judge::verdict::{BaselineRecord, Outcome, OutcomeKind, RunRecord, ScenarioRecord};
use serde::{Deserialize, Serialize};
use std::cell::RefCell;
use std::collections::BTreeSet;

/// Version of the file's shape.
const VERSION: u32 = 1;
/// What an entry names when a step failed without any requirement behind it.
const EXPECTATION: &str = "SCENARIO";
/// The reason of entries that nobody has given one yet.
const NO_REASON: &str = "not looked at yet";

/// What is known to be wrong with a target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Baseline {
    version: u32,
    /// The target it was written for: its name in the settings, or its base URL.
    target: String,
    /// The findings that are known.
    #[serde(default)]
    known: Vec<KnownFailure>,
    #[serde(skip)]
    seen: RefCell<BTreeSet<usize>>,
}

/// One known finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnownFailure {
    /// The requirement that does not hold; `SCENARIO` for an expectation of the scenario itself.
    pub requirement: String,
    /// `feature / scenario [idp]` that shows it; every scenario without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scenario: Option<String>,
    /// Why it is lived with.
    pub reason: String,
    /// Since when, as a date.
    pub since: String,
}

/// Why a baseline cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BaselineError {
    /// It is none.
    #[error("this is no baseline: {0}")]
    Unreadable(String),
    /// Its shape is another.
    #[error(
        "this is a baseline of version {0}, and this program reads {VERSION}; write a new one with --write-baseline"
    )]
    Version(u32),
    /// It speaks of another target.
    #[error("this baseline is of the target {of}, and the run is against {against}")]
    Target {
        /// The baseline's.
        of: String,
        /// The run's.
        against: String,
    },
}

/// What is looked at first: another version may have another shape.
#[derive(Deserialize)]
struct BaselineHead {
    version: u32,
}

impl Baseline {
    /// Reads a baseline for a target.
    ///
    /// # Errors
    /// When it is none, of another version, or of another target.
    pub fn read(text: &str, target: &str) -> Result<Self, BaselineError> {
        let wrong = |e: toml::de::Error| BaselineError::Unreadable(e.to_string().trim_end().to_owned());
        let head: BaselineHead = toml::from_str(text).map_err(wrong)?;
        if head.version != VERSION {
            return Err(BaselineError::Version(head.version));
        }
        let baseline: Self = toml::from_str(text).map_err(wrong)?;
        if baseline.target != target {
            return Err(BaselineError::Target { of: baseline.target, against: target.to_owned() });
        }
        Ok(baseline)
    }

    /// Marks what is known in a scenario that has ended. One whose failures are all known is an expected failure; of another
    /// the known findings become remarks, so that what is left is new.
    pub(super) fn mark(&self, scenario: &mut ScenarioRecord) {
        let name = scenario.full_name();
        let find = |requirement: &str| {
            let fits = |known: &KnownFailure| {
                known.requirement == requirement && known.scenario.as_ref().is_none_or(|wanted| *wanted == name)
            };
            let at = self.known.iter().position(fits)?;
            self.seen.borrow_mut().insert(at);
            Some(&self.known[at])
        };
        if scenario.outcome.kind != OutcomeKind::Failed {
            return;
        }
        let failing = || scenario.findings.iter().filter(|f| f.severity.fails());
        if failing().next().is_none() {
            if let Some(known) = find(EXPECTATION) {
                scenario.outcome = expected(&[known]);
            }
            return;
        }
        let known: Vec<&KnownFailure> = failing().filter_map(|f| find(&f.requirement)).collect();
        if known.len() == failing().count() {
            scenario.outcome = expected(&known);
            return;
        }
        let ids: BTreeSet<&str> = known.iter().map(|k| k.requirement.as_str()).collect();
        scenario.notes.extend(known.iter().map(|k| remark(k)));
        scenario.findings.retain(|f| !(f.severity.fails() && ids.contains(f.requirement.as_str())));
    }

    /// What the baseline comes to after a run, or after one shard of it: known findings of scenarios that were judged, and
    /// did not show.
    pub(super) fn verdict(&self, scenarios: &[ScenarioRecord], whole: bool) -> BaselineRecord {
        let seen = self.seen.borrow();
        let judged = |s: &&ScenarioRecord| {
            matches!(s.outcome.kind, OutcomeKind::Passed | OutcomeKind::Failed | OutcomeKind::ExpectedFailure)
        };
        let was_judged = |known: &KnownFailure| {
            scenarios.iter().filter(judged).any(|s| match &known.scenario {
                Some(name) => *name == s.full_name(),
                None => s.exercised.contains(&known.requirement),
            })
        };
        let mut record = BaselineRecord { known: self.known.len(), ..BaselineRecord::default() };
        for (at, known) in self.known.iter().enumerate() {
            let shown = seen.contains(&at);
            if !shown && !was_judged(known) {
                continue;
            }
            if known.scenario.is_none() && !whole {
                record.everywhere.insert(name_of(known), shown);
            } else if !shown {
                record.vanished.push(name_of(known));
            }
        }
        record
    }
}

fn expected(known: &[&KnownFailure]) -> Outcome {
    let mut told: Vec<String> = known.iter().map(|k| remark(k)).collect();
    told.dedup();
    Outcome::of(OutcomeKind::ExpectedFailure, told.join("; "))
}

fn remark(known: &KnownFailure) -> String {
    format!("known since {}: {}, {}", known.since, known.requirement, known.reason)
}

fn name_of(known: &KnownFailure) -> String {
    match &known.scenario {
        Some(scenario) => format!("{} in {scenario}", known.requirement),
        None => format!("{} in every scenario", known.requirement),
    }
}

/// The baseline of a run as TOML: an entry for each failing finding of each scenario. What was known before keeps its reason
/// and date; `today` is the date of the others.
///
/// # Errors
/// When it cannot be written as TOML.
pub fn written(record: &RunRecord, before: Option<&Baseline>, today: &str) -> Result<String, String> {
    let known = entries(&record.scenarios, before, today);
    let baseline = Baseline { version: VERSION, target: record.target.name.clone(), known, seen: RefCell::default() };
    toml::to_string_pretty(&baseline).map_err(|e| e.to_string())
}

fn entries(scenarios: &[ScenarioRecord], before: Option<&Baseline>, today: &str) -> Vec<KnownFailure> {
    let mut known: Vec<KnownFailure> = Vec::new();
    for scenario in scenarios {
        if !matches!(scenario.outcome.kind, OutcomeKind::Failed | OutcomeKind::ExpectedFailure) {
            continue;
        }
        let name = scenario.full_name();
        let failing = scenario.findings.iter().filter(|f| f.severity.fails()).map(|f| f.requirement.as_str());
        let mut ids: BTreeSet<&str> = failing.collect();
        if ids.is_empty() {
            ids.insert(EXPECTATION);
        }
        for id in ids {
            let fits = |k: &&KnownFailure| k.requirement == id && k.scenario.as_ref().is_none_or(|s| *s == name);
            let old = before.and_then(|b| b.known.iter().find(fits));
            let entry = old.cloned().unwrap_or_else(|| KnownFailure {
                requirement: id.to_owned(),
                scenario: Some(name.clone()),
                reason: NO_REASON.to_owned(),
                since: today.to_owned(),
            });
            if !known.contains(&entry) {
                known.push(entry);
            }
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;
    use judge::verdict::{Finding, Place, Severity};

    fn finding(requirement: &str, severity: Severity) -> Finding {
        Finding {
            requirement: requirement.to_owned(),
            text: String::new(),
            severity,
            breaks: Vec::new(),
            confidence: None,
            exchange: None,
            place: Place::Status,
            expected: String::new(),
            seen: String::new(),
            why: String::new(),
            remedy: String::new(),
        }
    }

    fn scenario(name: &str, broken: &[&str]) -> ScenarioRecord {
        let outcome = if broken.is_empty() { Outcome::passed() } else { Outcome::of(OutcomeKind::Failed, "x") };
        ScenarioRecord {
            feature: "F".into(),
            name: name.into(),
            outcome,
            findings: broken.iter().map(|id| finding(id, Severity::Violation)).collect(),
            exercised: vec!["R1".into(), "R2".into()],
            ..ScenarioRecord::blank()
        }
    }

    fn baseline(known: &str) -> Baseline {
        Baseline::read(&format!("version = 1\ntarget = \"staging\"\n{known}"), "staging").unwrap()
    }

    const R1_IN_A: &str =
        "[[known]]\nrequirement = \"R1\"\nscenario = \"F / a\"\nreason = \"#12\"\nsince = \"2026-01-02\"\n";

    #[test]
    fn a_failure_that_is_known_is_expected_and_another_is_not() {
        let known = baseline(R1_IN_A);
        let (mut a, mut b) = (scenario("a", &["R1"]), scenario("b", &["R1"]));
        known.mark(&mut a);
        known.mark(&mut b);
        assert_eq!(a.outcome, Outcome::of(OutcomeKind::ExpectedFailure, "known since 2026-01-02: R1, #12"));
        assert_eq!((b.outcome.kind, b.findings.len()), (OutcomeKind::Failed, 1));
        let mut mixed = scenario("a", &["R1", "R2"]);
        known.mark(&mut mixed);
        assert_eq!(mixed.outcome.kind, OutcomeKind::Failed);
        assert_eq!(mixed.findings.iter().map(|f| f.requirement.as_str()).collect::<Vec<_>>(), ["R2"]);
        assert_eq!(mixed.notes, ["known since 2026-01-02: R1, #12"]);
        assert!(known.verdict(&[a, b, mixed], true).vanished.is_empty());
    }

    #[test]
    fn what_vanished_is_told_only_of_scenarios_that_were_judged() {
        let known = baseline(R1_IN_A);
        assert_eq!(known.verdict(&[scenario("a", &[])], true).vanished, ["R1 in F / a"]);
        assert!(known.verdict(&[scenario("b", &[])], true).vanished.is_empty());
        let skipped = ScenarioRecord { outcome: Outcome::of(OutcomeKind::Skipped, "x"), ..scenario("a", &[]) };
        assert!(known.verdict(&[skipped], true).vanished.is_empty());
        let wide = baseline("[[known]]\nrequirement = \"R2\"\nreason = \"\"\nsince = \"2026-01-02\"\n");
        let mut c = scenario("c", &["R2"]);
        wide.mark(&mut c);
        assert_eq!(c.outcome.kind, OutcomeKind::ExpectedFailure);
        assert!(wide.verdict(&[c], true).vanished.is_empty());
        let wide = baseline("[[known]]\nrequirement = \"R2\"\nreason = \"\"\nsince = \"2026-01-02\"\n");
        assert_eq!(wide.verdict(&[scenario("c", &[])], true).vanished, ["R2 in every scenario"]);
        let shard = wide.verdict(&[scenario("c", &[])], false);
        assert!(shard.vanished.is_empty() && !shard.everywhere["R2 in every scenario"]);
    }

    #[test]
    fn a_warning_is_in_no_baseline_and_fails_no_run() {
        let warned = |name: &str, broken: &[&str]| {
            let mut made = scenario(name, broken);
            made.findings.push(finding("R9", Severity::Warning));
            made
        };
        let entries = entries(&[warned("a", &["R1"]), warned("b", &[])], None, "2026-01-02");
        assert_eq!(entries.iter().map(|k| k.requirement.as_str()).collect::<Vec<_>>(), ["R1"]);
        let known = baseline(R1_IN_A);
        let [mut a, mut b] = [warned("a", &["R1"]), warned("b", &[])];
        known.mark(&mut a);
        known.mark(&mut b);
        assert_eq!((a.outcome.kind, b.outcome.kind), (OutcomeKind::ExpectedFailure, OutcomeKind::Passed));
        assert_eq!(b.findings.len(), 1, "it is still shown");
    }

    #[test]
    fn what_is_no_baseline_for_this_run_is_refused() {
        let read = |text: &str| Baseline::read(text, "staging").unwrap_err();
        assert_eq!(read("version = 9\nother = 1"), BaselineError::Version(9));
        assert!(matches!(read("version = 1\ntarget = \"live\""), BaselineError::Target { .. }));
        assert!(read("version = 1\ntarget = \"staging\"\nknwon = []").to_string().contains("knwon"));
        assert!(matches!(read("nonsense"), BaselineError::Unreadable(_)));
    }
}
