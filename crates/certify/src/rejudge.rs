//! Judging a package again: from its exchanges to its findings, from its findings to its cases.
//!
//! In: a package, and what the product that its target was expected to be does on purpose. Out: how much was judged again, and
//! every place where that comes to something else. Never: a word on what one exchange alone does not show; that is counted.

use crate::package::Package;
use crate::results::{CaseResult, Results};
use bytes::Bytes;
use client::observe::{Capabilities, Observation};
use client::wire::{Actor, Answer, Exchange, Method, Request};
use judge::check::{Context, Offered, Verdicts, passive};
use judge::verdict::{Departures, ExchangeRecord, Finding, OutcomeKind, ScenarioRecord};
use serde_json::Value;
use std::sync::Arc;

/// What stands for the base URL in a record.
const BASE: &str = "{base}";
/// How a body ends that the record has cut.
const CUT: &str = "\n[cut]";
/// The requirements whose findings a run takes back where others write to the tenant, with a note of it.
const COUNTS: [&str; 2] = ["RFC7644-3.4.2-06", "RFC7644-3.4.2-08"];
const COUNTS_TAKEN_BACK: &str = "the counts of ";

/// What came of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejudged {
    /// Exchanges that were judged again.
    pub exchanges: usize,
    /// Exchanges that were not: no answer, cut in the record, bytes that are no text, or not below the base URL.
    pub unreadable: usize,
    /// Findings that one exchange shows, and that were found again.
    pub again: usize,
    /// Findings that stand as recorded: they rest on several exchanges, on a step's own question, or on an independent read.
    pub standing: usize,
    /// Where the package says something else than its exchanges.
    pub differences: Vec<String>,
}

/// Why a package cannot be judged again.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum RejudgeError {
    /// The record has no exchanges.
    #[error(
        "its record has no exchanges, and the run sent {0} requests: there is nothing to judge again; `scimulate certify` keeps \
         every exchange"
    )]
    NoExchanges(usize),
}

/// Judges a package again.
///
/// # Errors
/// When its record has no exchanges.
pub fn rejudge(package: &Package, departures: &Departures) -> Result<Rejudged, RejudgeError> {
    let record = &package.record;
    let kept: usize = record.scenarios.iter().map(|s| s.exchanges.len()).sum();
    if kept == 0 && record.totals.requests > 0 {
        return Err(RejudgeError::NoExchanges(record.totals.requests));
    }
    let offered = Offered::of(&announced(package));
    let mut told = Rejudged::default();
    for scenario in &record.scenarios {
        judge_scenario(scenario, (departures, &offered), &mut told);
    }
    let results = Results::of(&package.pack, record, &package.statement);
    told.differences.extend(case_differences(&package.results, &results));
    Ok(told)
}

/// What the target's discovery documents say.
fn announced(package: &Package) -> Capabilities {
    let read = |path: &str| {
        let answer = package.discovery.iter().find(|a| a.path == path && a.status == Some(200))?;
        serde_json::from_str::<Value>(&answer.body).ok()
    };
    let [config, types, schemas] = ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas"].map(read);
    Capabilities::read(config.as_ref(), types.as_ref(), schemas.as_ref())
}

fn judge_scenario(scenario: &ScenarioRecord, (departures, offered): (&Departures, &Offered), told: &mut Rejudged) {
    let mut again = 0;
    for (index, exchange) in scenario.exchanges.iter().enumerate() {
        let Some(observation) = restored(&exchange, scenario, index) else {
            told.unreadable += 1;
            continue;
        };
        told.exchanges += 1;
        let actor = &observation.exchange.actor;
        let Verdicts { findings, .. } = passive(&observation, &Context { idp: actor.family(), departures, offered });
        for finding in findings {
            if scenario.findings.iter().any(|known| is_same(known, &finding)) {
                again += 1;
            } else if !is_excused(scenario, &finding) {
                let Finding { requirement, place, seen, .. } = &finding;
                told.differences.push(format!(
                    "record.json, scenario {} ({}), exchange {index}: it breaks {requirement} ({place}: {seen}), and no finding \
                     says so",
                    scenario.number,
                    scenario.full_name()
                ));
            }
        }
    }
    let fails = scenario.findings.iter().any(|finding| finding.severity.fails());
    if fails && scenario.outcome.kind == OutcomeKind::Passed {
        told.differences.push(format!(
            "record.json, scenario {} ({}): it passed although findings fail it",
            scenario.number,
            scenario.full_name()
        ));
    }
    told.again += again;
    told.standing += scenario.findings.len().saturating_sub(again);
}

/// An exchange as it was; `None` where the record does not have all of it.
fn restored(record: &ExchangeRecord, scenario: &ScenarioRecord, index: usize) -> Option<Observation> {
    let whole = |text: &str| !text.ends_with(CUT) && !text.contains('\u{fffd}') && !text.contains("[cut: ");
    let back = |text: &str| text.replace(BASE, &scenario.base_url);
    let headers = |all: &[(String, String)]| {
        let all: Vec<(String, String)> = all.iter().map(|(name, value)| (name.clone(), back(value))).collect();
        all.iter().all(|(_, value)| whole(value)).then_some(all)
    };
    let (answer, target) = (record.answer.as_ref()?, record.url.strip_prefix(BASE)?);
    let sent = record.body.as_deref();
    if answer.truncated || !whole(&answer.body) || !sent.is_none_or(whole) {
        return None;
    }
    let mut request = Request::new(method(&record.method)?, back(target));
    request.headers = headers(&record.headers)?;
    request.body = sent.map(|body| Bytes::from(back(body)));
    let body = Bytes::from(back(&answer.body));
    let result = Ok(Answer { status: answer.status, headers: headers(&answer.headers)?, body, truncated: None });
    let mut exchange = Exchange::made_up(&scenario.base_url, request, result);
    exchange.actor = actor(&record.actor);
    Some(Observation::read(Arc::new(exchange), index))
}

fn method(name: &str) -> Option<Method> {
    [Method::Get, Method::Post, Method::Put, Method::Patch, Method::Delete].into_iter().find(|m| m.as_str() == name)
}

fn actor(shown: &str) -> Actor {
    let plain = [
        Actor::Client,
        Actor::Witness,
        Actor::Cleanup,
        Actor::Preflight,
        Actor::Census,
        Actor::Diagnosis,
        Actor::Discovery,
        Actor::Operator,
        Actor::Stranger,
        Actor::Neighbour,
    ];
    plain.into_iter().find(|actor| actor.to_string() == shown).unwrap_or_else(|| Actor::Idp(shown.into()))
}

fn is_same(known: &Finding, found: &Finding) -> bool {
    (&known.requirement, known.exchange, &known.place, known.severity, &known.expected, &known.seen)
        == (&found.requirement, found.exchange, &found.place, found.severity, &found.expected, &found.seen)
}

/// Whether a run itself leaves such a finding out: a heavier one of the same requirement stands for it, or others moved what was
/// counted.
fn is_excused(scenario: &ScenarioRecord, found: &Finding) -> bool {
    let heavier = |known: &Finding| {
        known.requirement == found.requirement && known.exchange == found.exchange && known.severity < found.severity
    };
    let moved = || scenario.notes.iter().any(|note| note.starts_with(COUNTS_TAKEN_BACK));
    scenario.findings.iter().any(heavier) || (COUNTS.contains(&found.requirement.as_str()) && moved())
}

/// Where `cases.json` is not what pack, record and statement come to.
fn case_differences(said: &Results, found: &Results) -> Vec<String> {
    let mut all = Vec::new();
    let state = |case: &CaseResult| case.state;
    for case in &found.cases {
        match said.cases.iter().find(|other| other.id == case.id) {
            None => all.push(format!("cases.json: case {} is not there, and it is {}", case.id, case.state)),
            Some(other) if state(other) != case.state => all.push(format!(
                "cases.json: case {} is {} there, and the record makes it {}",
                case.id, other.state, case.state
            )),
            Some(other) if other != case => {
                all.push(format!("cases.json: what it says of case {} is not what the record says", case.id));
            }
            Some(_) => {}
        }
    }
    if all.is_empty() && said != found {
        all.push(format!("cases.json: it says `{}`, and its cases come to `{}`", said.word, found.word));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::testing::{changed, package};
    use crate::package::{CASES, RECORD};
    use crate::results::testing::{record, scenario};
    use judge::verdict::{AnswerRecord, Outcome, RunRecord, Totals};

    /// A read of a user who is not there, answered as given.
    fn exchange(media: &str, body: &str) -> Arc<ExchangeRecord> {
        Arc::new(ExchangeRecord {
            actor: "client".into(),
            method: "GET".into(),
            url: "{base}/Users/1".into(),
            headers: vec![("accept".into(), "application/scim+json".into())],
            answer: Some(AnswerRecord {
                status: 404,
                headers: vec![("content-type".into(), media.into())],
                body: body.into(),
                truncated: false,
            }),
            ..ExchangeRecord::default()
        })
    }

    const ERROR: &str =
        r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:Error"],"status":"404","detail":"nobody"}"#;

    /// A run of one scenario with this exchange, and the findings that it shows.
    fn run(exchange: &Arc<ExchangeRecord>) -> RunRecord {
        let mut played = scenario("A", Outcome::passed());
        played.file = "features/a.feature".into();
        played.base_url = "https://app.example/scim".into();
        let offered = Offered::of(&Capabilities::read(None, None, None));
        let seen = restored(exchange, &played, 0).unwrap();
        let context = Context { idp: None, departures: &Departures::NONE, offered: &offered };
        played.findings = passive(&seen, &context).findings;
        if played.findings.iter().any(|f| f.severity.fails()) {
            played.outcome = Outcome::of(OutcomeKind::Failed, "findings");
        }
        played.exchanges = vec![exchange.clone()].into();
        let mut run = record(vec![played]);
        run.totals = Totals { requests: 1, ..Totals::of(&run.scenarios) };
        run
    }

    fn told(bytes: &[u8]) -> Result<Rejudged, RejudgeError> {
        rejudge(&Package::read(bytes).unwrap(), &Departures::NONE)
    }

    #[test]
    fn what_the_exchanges_show_is_found_again() {
        let sound = told(&package(&run(&exchange("application/scim+json", ERROR)), None)).unwrap();
        assert_eq!(sound, Rejudged { exchanges: 1, ..Rejudged::default() });
        let broken = run(&exchange("text/html", "<h1>gone</h1>"));
        let count = broken.scenarios[0].findings.len();
        assert!(count > 0);
        let again = told(&package(&broken, None)).unwrap();
        assert_eq!(again, Rejudged { exchanges: 1, again: count, ..Rejudged::default() });
    }

    #[test]
    fn a_finding_that_was_taken_out_is_missed() {
        let mut broken = run(&exchange("text/html", "<h1>gone</h1>"));
        let gone = broken.scenarios[0].findings.remove(0).requirement;
        let found = told(&package(&broken, None)).unwrap().differences;
        assert!(
            found.iter().any(|d| d.contains(&gone) && d.contains("scenario 0") && d.contains("exchange 0")),
            "{found:?}"
        );
    }

    #[test]
    fn an_answer_that_was_mended_leaves_findings_standing_and_a_worse_one_is_missed() {
        let sound = package(&run(&exchange("application/scim+json", ERROR)), None);
        let worse =
            changed(&sound, RECORD, |text| text.replace("\\\"status\\\":\\\"404\\\"", "\\\"status\\\":404"), true);
        assert_ne!(told(&worse).unwrap().differences, Vec::<String>::new());
    }

    #[test]
    fn cases_that_say_more_than_the_record_are_told() {
        let broken = run(&exchange("text/html", "<h1>gone</h1>"));
        let whole = package(&broken, None);
        let state = Package::read(&whole).unwrap().results.cases[0].state.to_string();
        assert_ne!(state, "passed");
        let better = changed(&whole, CASES, |text| text.replace(&format!("\"{state}\""), "\"passed\""), true);
        let found = told(&better).unwrap().differences;
        assert!(found.iter().any(|d| d.contains("case A is passed there")), "{found:?}");
        let lied = changed(&whole, RECORD, |text| text.replace("\"kind\":\"failed\"", "\"kind\":\"passed\""), true);
        assert_ne!(lied, whole);
        let found = told(&lied).unwrap().differences;
        assert!(found.iter().any(|d| d.contains("it passed although findings fail it")), "{found:?}");
    }

    #[test]
    fn a_record_without_exchanges_is_no_evidence() {
        let mut bare = run(&exchange("application/scim+json", ERROR));
        bare.scenarios[0].exchanges = Vec::new().into();
        assert_eq!(told(&package(&bare, None)), Err(RejudgeError::NoExchanges(1)));
    }

    #[test]
    fn what_the_record_does_not_have_whole_is_counted() {
        let mut run = run(&exchange("application/scim+json", ERROR));
        let mut cut = ExchangeRecord::clone(&exchange("text/html", "<h1>"));
        cut.answer.as_mut().unwrap().truncated = true;
        let foreign = ExchangeRecord { url: "{production}/Users".into(), ..cut.clone() };
        run.scenarios[0].exchanges = vec![Arc::new(cut), Arc::new(foreign)].into();
        let found = told(&package(&run, None)).unwrap();
        assert_eq!((found.exchanges, found.unreadable, found.differences.len()), (0, 2, 0));
    }
}
