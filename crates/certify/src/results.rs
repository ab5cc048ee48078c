//! What a run says to each case of a pack, and to the pack.
//!
//! In: a pack, the record of its run, the statement. Out: a state for each case, and one word. Never: a case that passed although
//! nobody judged it.

use crate::pack::{Case, Kind, Missing, Pack};
use crate::statement::{Review, ReviewAnswer, Statement, Waiver};
use judge::verdict::{Hindrance, OutcomeKind, Reader, RunRecord, ScenarioRecord};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// How a case stands, in the words of the OpenID Foundation's conformance suite.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// It holds.
    Passed,
    /// It holds for the pack's vendor and breaks somebody else, or an optional case failed.
    Warning,
    /// A person has to look.
    Review,
    /// It was not judged; the reason says whether that is open.
    Skipped,
    /// It does not hold.
    Failed,
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Warning => "warning",
            Self::Review => "review",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        })
    }
}

/// A case and how it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseResult {
    /// The vendor's id.
    pub id: String,
    /// What is done.
    pub name: String,
    /// Whether it has to pass.
    pub kind: Kind,
    /// How it stands.
    pub state: State,
    /// Whether somebody still has to do something: look, or play it.
    pub open: bool,
    /// Why it stands so; absent where it simply passed.
    pub reason: Option<String>,
    /// What of it was not judged, a sentence each.
    pub untested: Vec<String>,
    /// Where vendor and RFCs differ.
    pub beside_the_rfc: Option<String>,
    /// The failure that is accepted.
    pub waiver: Option<Waiver>,
    /// The person's answer.
    pub review: Option<Review>,
    /// The scenarios that judged it.
    pub scenarios: Vec<CaseScenario>,
}

/// A scenario that judged a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseScenario {
    /// Its number in the record.
    pub number: usize,
    /// `feature / scenario [idp]`.
    pub name: String,
    /// How it ended.
    pub outcome: OutcomeKind,
}

/// What the pack comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Word {
    /// Every case passed or was skipped for a reason of the vendor's own.
    Passed,
    /// The same, with warnings or accepted failures.
    Warned,
    /// Reviews or tests are open.
    Incomplete,
    /// A case failed.
    Failed,
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Passed => "passed",
            Self::Warned => "passed with warnings",
            Self::Incomplete => "incomplete",
            Self::Failed => "failed",
        })
    }
}

/// Every case of a pack.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Results {
    /// The pack.
    pub pack: String,
    /// Its edition.
    pub edition: String,
    /// What it comes to.
    pub word: Word,
    /// The cases, in the pack's order.
    pub cases: Vec<CaseResult>,
    /// Waivers of cases that did not fail: the statement accepts more than it has to.
    pub stale_waivers: Vec<String>,
}

impl Results {
    /// Judges every case.
    #[must_use]
    pub fn of(pack: &Pack, record: &RunRecord, statement: &Statement) -> Self {
        let cases: Vec<CaseResult> =
            pack.cases.iter().map(|case| result(case, &asked(pack), &record.scenarios, statement)).collect();
        let failed: BTreeSet<&str> = cases.iter().filter(|c| c.state == State::Failed).map(|c| c.id.as_str()).collect();
        let stale = statement.waivers.iter().filter(|waiver| !failed.contains(waiver.case.as_str()));
        let stale_waivers = stale.map(|waiver| waiver.case.clone()).collect();
        let word = word(&cases);
        Self { pack: pack.name.clone(), edition: pack.edition.clone(), word, cases, stale_waivers }
    }

    /// How many cases stand so.
    #[must_use]
    pub fn count(&self, state: State) -> usize {
        self.cases.iter().filter(|case| case.state == state).count()
    }
}

fn word(cases: &[CaseResult]) -> Word {
    let any = |is: fn(&CaseResult) -> bool| cases.iter().any(is);
    let judged = any(|c| matches!(c.state, State::Passed | State::Warning | State::Failed));
    if any(|c| c.state == State::Failed && c.waiver.is_none()) {
        Word::Failed
    } else if any(|c| c.open) || !judged {
        Word::Incomplete
    } else if any(|c| matches!(c.state, State::Warning | State::Failed)) {
        Word::Warned
    } else {
        Word::Passed
    }
}

/// Whose trouble fails a case: the pack's readers, and always whoever answers for the data.
fn asked(pack: &Pack) -> Vec<Reader> {
    let mut asked = pack.readers.clone();
    asked.push(Reader::Data);
    asked
}

fn result(case: &Case, asked: &[Reader], scenarios: &[ScenarioRecord], statement: &Statement) -> CaseResult {
    let mut result = CaseResult {
        id: case.id.clone(),
        name: case.name.clone(),
        kind: case.kind,
        state: State::Review,
        open: true,
        reason: Some("nothing of it is on the wire: a person answers it in the statement".to_owned()),
        untested: Vec::new(),
        beside_the_rfc: case.beside_the_rfc.clone(),
        waiver: None,
        review: None,
        scenarios: Vec::new(),
    };
    if case.kind == Kind::Review {
        if let Some(review) = statement.review(&case.id) {
            (result.state, result.open) = (answered(review.answer), false);
            result.reason = Some(format!("answered by {} on {}", review.by, review.date));
            result.review = Some(review.clone());
        }
    } else {
        let played: Vec<&ScenarioRecord> = scenarios.iter().filter(|s| case.is_judged_by_record(s)).collect();
        let told = judged(case, asked, &played);
        (result.state, result.open, result.reason) = (told.state, told.open, told.reason);
        result.untested = case.not_played.iter().map(|what| format!("not played: {what}")).collect();
        result.untested.extend(untested(&played));
        let named = played.iter();
        result.scenarios =
            named.map(|s| CaseScenario { number: s.number, name: s.full_name(), outcome: s.outcome.kind }).collect();
    }
    if result.state == State::Failed {
        result.waiver = statement.waiver(&case.id).cloned();
    }
    result
}

fn answered(answer: ReviewAnswer) -> State {
    match answer {
        ReviewAnswer::Passed => State::Passed,
        ReviewAnswer::Failed => State::Failed,
        ReviewAnswer::NotApplicable => State::Skipped,
    }
}

/// How a case stands that scenarios judge.
struct Told {
    state: State,
    open: bool,
    reason: Option<String>,
}

impl Told {
    fn new(state: State, open: bool, reason: impl Into<String>) -> Self {
        Self { state, open, reason: Some(reason.into()) }
    }
}

fn judged(case: &Case, asked: &[Reader], played: &[&ScenarioRecord]) -> Told {
    let of = |kind: OutcomeKind| played.iter().filter(move |s| s.outcome.kind == kind);
    let broken: Vec<&&ScenarioRecord> = of(OutcomeKind::Failed).filter(|s| s.fails_for(asked)).collect();
    if let Some(first) = broken.first() {
        let reason = failure(first, asked, broken.len());
        return match case.kind {
            Kind::Optional => Told::new(State::Warning, false, format!("optional, and failed: {reason}")),
            _ => Told::new(State::Failed, false, reason),
        };
    }
    if let Some(slow) = of(OutcomeKind::TimedOut).next() {
        return Told::new(State::Failed, false, reason(slow));
    }
    let stuck = |s: &&&ScenarioRecord| {
        use OutcomeKind::{Blocked, Bug, ExpectedFailure, Interrupted, NotReached};
        matches!(s.outcome.kind, Blocked | Bug | ExpectedFailure | Interrupted | NotReached)
    };
    if let Some(stuck) = played.iter().find(stuck) {
        return Told::new(State::Skipped, true, format!("not tested: {}", reason(stuck)));
    }
    if let Some(other) = of(OutcomeKind::Failed).next() {
        let whom: BTreeSet<String> = other.findings.iter().flat_map(|f| &f.breaks).map(ToString::to_string).collect();
        let whom = whom.into_iter().collect::<Vec<_>>().join(", ");
        return Told::new(State::Warning, false, format!("breaks {whom}: {}", failure(other, &[], 1)));
    }
    if of(OutcomeKind::Passed).next().is_some() {
        return Told { state: State::Passed, open: false, reason: None };
    }
    let Some(first) = played.first() else {
        return Told::new(State::Skipped, true, "not tested: no scenario of it was played");
    };
    let lawful = played.iter().all(|s| s.outcome.hindrance == Some(Hindrance::NotOffered));
    match case.missing {
        Missing::Failed if lawful => Told::new(State::Failed, false, reason(first)),
        _ if lawful => Told::new(State::Skipped, false, reason(first)),
        _ => Told::new(State::Skipped, true, format!("not tested: {}", reason(first))),
    }
}

fn reason(scenario: &ScenarioRecord) -> String {
    let kind = scenario.outcome.kind;
    scenario.outcome.reason.clone().unwrap_or_else(|| kind.to_string())
}

/// What failed, with the first thing that was seen and breaks one of these readers: what breaks another one failed nothing here.
fn failure(scenario: &ScenarioRecord, asked: &[Reader], count: usize) -> String {
    let fails = || scenario.findings.iter().filter(|finding| finding.severity.fails());
    let first = fails().find(|f| f.breaks.iter().any(|reader| asked.contains(reader))).or_else(|| fails().next());
    let seen = first.map_or_else(|| reason(scenario), |f| format!("{}: {} ({})", f.requirement, f.seen, f.place));
    match count {
        1 => seen,
        more => format!("{seen} (and {} more)", more - 1),
    }
}

/// What of the scenarios said nothing, though others did.
fn untested(played: &[&ScenarioRecord]) -> Vec<String> {
    let mut all = Vec::new();
    for scenario in played {
        if scenario.outcome.kind == OutcomeKind::Skipped {
            all.push(format!("{}: {}", scenario.full_name(), reason(scenario)));
        }
        for passed_over in &scenario.passed_over {
            all.push(format!("{}: {}", passed_over.requirement, passed_over.reason));
        }
    }
    all
}

#[cfg(test)]
pub(crate) mod testing {
    use super::*;
    use judge::verdict::{Finding, Outcome, Place, Severity};

    /// A scenario tagged with a case.
    pub(crate) fn scenario(tag: &str, outcome: Outcome) -> ScenarioRecord {
        ScenarioRecord { name: tag.to_owned(), tags: vec![tag.to_owned()], outcome, ..ScenarioRecord::blank() }
    }

    /// A scenario that failed for somebody.
    pub(crate) fn failed(tag: &str, whom: &str) -> ScenarioRecord {
        let finding = Finding {
            requirement: "RFC7644-3.3-01".to_owned(),
            text: String::new(),
            severity: Severity::Violation,
            breaks: vec![Reader::named(whom)],
            confidence: None,
            exchange: Some(0),
            place: Place::Status,
            expected: "201".to_owned(),
            seen: "200".to_owned(),
            why: String::new(),
            remedy: String::new(),
        };
        let outcome = Outcome::of(OutcomeKind::Failed, "1 finding");
        ScenarioRecord { findings: vec![finding], ..scenario(tag, outcome) }
    }

    /// A statement of these waivers and reviews.
    pub(crate) fn statement(more: &str) -> Statement {
        let text = format!(
            "format = 1\n[product]\nname = \"App\"\nversion = \"1\"\n[environment]\nname = \"e\"\n[tester]\nname = \"Ada\"\n{more}"
        );
        Statement::parse("s", &text).unwrap()
    }

    /// A record of these scenarios.
    pub(crate) fn record(scenarios: Vec<ScenarioRecord>) -> RunRecord {
        let blank = serde_json::json!({
            "version": judge::verdict::RECORD_VERSION, "tool": "scimulate 0", "started_at": "2026-11-30T00:00:00Z",
            "duration_ms": 0.0, "seed": 1, "target": { "name": "t", "base_url": "https://t.example/scim", "profile": "rfc" },
            "totals": judge::verdict::Totals::of(&scenarios), "findings": [], "exercised": [], "scenarios": []
        });
        RunRecord { scenarios, ..serde_json::from_value(blank).unwrap() }
    }
}

#[cfg(test)]
mod tests {
    use super::testing::{failed, record, scenario, statement};
    use super::*;
    use crate::pack::testing::{case, pack};
    use judge::verdict::Outcome;

    fn one(kind: &str, more: &str, scenarios: Vec<ScenarioRecord>) -> (State, bool, Word) {
        let pack = pack(&case("A", kind, more)).unwrap();
        let results = Results::of(&pack, &record(scenarios), &statement(""));
        (results.cases[0].state, results.cases[0].open, results.word)
    }

    fn skipped(why: Hindrance) -> ScenarioRecord {
        scenario("A", Outcome::skipped(why, "there are no groups"))
    }

    #[test]
    fn each_outcome_has_its_state() {
        let passed = || scenario("A", Outcome::passed());
        let of = |kind| scenario("A", Outcome::of(kind, "why"));
        assert_eq!(one("mandatory", "", vec![passed()]), (State::Passed, false, Word::Passed));
        let for_entra = failed("A", "entra");
        assert_eq!(one("mandatory", "", vec![passed(), for_entra.clone()]), (State::Failed, false, Word::Failed));
        assert_eq!(one("optional", "", vec![for_entra]), (State::Warning, false, Word::Warned));
        assert_eq!(one("mandatory", "", vec![failed("A", "rfc")]), (State::Warning, false, Word::Warned));
        assert_eq!(one("mandatory", "", vec![failed("A", "data")]), (State::Failed, false, Word::Failed));
        assert_eq!(one("mandatory", "", vec![of(OutcomeKind::TimedOut)]), (State::Failed, false, Word::Failed));
        for kind in [OutcomeKind::Blocked, OutcomeKind::Bug, OutcomeKind::Interrupted, OutcomeKind::NotReached] {
            assert_eq!(one("mandatory", "", vec![passed(), of(kind)]), (State::Skipped, true, Word::Incomplete));
        }
    }

    #[test]
    fn a_failure_is_told_by_what_breaks_the_packs_reader() {
        let mut both = failed("A", "rfc");
        let mut own = failed("A", "entra").findings.remove(0);
        (own.requirement, own.seen) = ("IDP-ENTRA-01".into(), "400".into());
        both.findings.push(own);
        let pack = pack(&case("A", "mandatory", "")).unwrap();
        let results = Results::of(&pack, &record(vec![both]), &statement(""));
        let reason = results.cases[0].reason.as_deref().unwrap_or_default();
        assert!(reason.starts_with("IDP-ENTRA-01: 400 ("), "{reason}");
    }

    #[test]
    fn what_is_not_judged_never_passes() {
        assert_eq!(one("mandatory", "", vec![]), (State::Skipped, true, Word::Incomplete));
        assert_eq!(one("review", "", vec![]), (State::Review, true, Word::Incomplete));
        let lacking = || vec![skipped(Hindrance::NotOffered)];
        assert_eq!(one("mandatory", "", lacking()), (State::Skipped, false, Word::Incomplete), "nothing was judged");
        assert_eq!(one("mandatory", "missing = \"failed\"", lacking()), (State::Failed, false, Word::Failed));
        assert_eq!(one("mandatory", "", vec![skipped(Hindrance::Setup)]), (State::Skipped, true, Word::Incomplete));
        let both = vec![skipped(Hindrance::Setup), scenario("A", Outcome::passed())];
        let pack = pack(&case("A", "mandatory", "")).unwrap();
        let results = Results::of(&pack, &record(both), &statement(""));
        assert_eq!((results.word, results.cases[0].untested.len()), (Word::Passed, 1));
    }

    #[test]
    fn a_waiver_accepts_a_failure_and_nothing_else() {
        let pack = pack(&(case("A", "mandatory", "") + &case("B", "mandatory", ""))).unwrap();
        let all = record(vec![failed("A", "entra"), scenario("B", Outcome::passed())]);
        let waiver = |case: &str| {
            statement(&format!(
                "[[waiver]]\ncase = \"{case}\"\nreason = \"old\"\nby = \"Ada\"\ndate = \"2026-11-30\"\n"
            ))
        };
        let known = Results::of(&pack, &all, &waiver("A"));
        assert_eq!((known.word, known.cases[0].state), (Word::Warned, State::Failed));
        let stale = Results::of(&pack, &all, &waiver("B"));
        assert_eq!((stale.word, stale.stale_waivers), (Word::Failed, vec!["B".to_owned()]));
    }

    #[test]
    fn a_person_answers_what_is_not_on_the_wire() {
        let pack = pack(&(case("A", "mandatory", "") + &case("R", "review", ""))).unwrap();
        let all = record(vec![scenario("A", Outcome::passed())]);
        let told = |answer: &str| {
            let review =
                format!("[[review]]\ncase = \"R\"\nanswer = \"{answer}\"\nby = \"Ada\"\ndate = \"2026-11-30\"\n");
            let results = Results::of(&pack, &all, &statement(&review));
            (results.cases[1].state, results.word)
        };
        assert_eq!(told("passed"), (State::Passed, Word::Passed));
        assert_eq!(told("failed"), (State::Failed, Word::Failed));
        assert_eq!(told("not-applicable"), (State::Skipped, Word::Passed));
    }
}
