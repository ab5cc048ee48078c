//! `docs/record.schema.json` describes what is written: all of it, and nothing else.

use crate::sample::{everything, exchange, finding, record, scenario};
use judge::verdict::{
    Cause, ClientRecord, Confidence, ExchangeRecord, Hindrance, Outcome, OutcomeKind, PassedOver, Place, RunRecord,
    Severity, SnapshotOutcome, SnapshotRecord,
};
use serde_json::{Value, json};
use std::sync::Arc;

fn validator() -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(include_str!("../../../../docs/record.schema.json")).unwrap();
    jsonschema::draft202012::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn complaints(value: &Value) -> Vec<String> {
    validator().iter_errors(value).map(|e| format!("{} at {}", e, e.instance_path())).collect()
}

/// Every variant of every enum, every optional member absent and present.
fn odd() -> RunRecord {
    let hindrances = [Hindrance::NotOffered, Hindrance::Settings, Hindrance::Setup];
    let kinds = [
        OutcomeKind::Passed,
        OutcomeKind::ExpectedFailure,
        OutcomeKind::Skipped,
        OutcomeKind::NotReached,
        OutcomeKind::Interrupted,
        OutcomeKind::Blocked,
        OutcomeKind::TimedOut,
        OutcomeKind::Failed,
        OutcomeKind::Bug,
    ];
    let places = [Place::Status, Place::Header("etag".into()), Place::Body(String::new()), Place::State("x".into())];
    let snapshots = [
        SnapshotOutcome::Same,
        SnapshotOutcome::Changed,
        SnapshotOutcome::Unseen,
        SnapshotOutcome::Proposed,
        SnapshotOutcome::Accepted,
    ];
    let mut odd = record(
        kinds
            .into_iter()
            .enumerate()
            .map(|(at, kind)| {
                let mut one = scenario("x", at, Outcome::of(kind, "why"));
                one.idp = None;
                one.outcome.hindrance = hindrances.get(at).copied();
                let over = |hindrance| PassedOver { requirement: "R".into(), hindrance, reason: "why".into() };
                one.passed_over = hindrances.into_iter().map(over).collect();
                one.findings = places.iter().cloned().map(finding).collect();
                one.findings[0].exchange = None;
                one.findings[0].confidence = Some(Confidence::Contradicted);
                let lost = ExchangeRecord {
                    body: None,
                    answer: None,
                    failure: Some("closed".into()),
                    ..(*exchange("")).clone()
                };
                one.exchanges = vec![exchange("{}"), Arc::new(lost)].into();
                one.snapshot = snapshots.get(at).map(|outcome| SnapshotRecord {
                    name: "n".into(),
                    outcome: *outcome,
                    diff: String::new(),
                });
                one
            })
            .collect(),
    );
    odd.causes = vec![Cause {
        title: "POST /Users was answered 500".into(),
        requirement: "HTTP-03".into(),
        severity: Severity::Violation,
        request: "POST /Users".into(),
        findings: vec![1],
        explains: 1,
        holds_back: 1,
        seen_in: 1,
        breaks: Vec::new(),
    }];
    odd
}

/// Of a client instead of a server.
fn graded() -> RunRecord {
    let mut graded = everything();
    graded.client =
        Some(ClientRecord { dialect: "looks like nobody".into(), news: vec!["DELETE".into()], remarks: Vec::new() });
    graded.scenarios[0].findings = vec![finding(Place::Sent("/Operations/0/op".into()))];
    graded
}

#[test]
fn records_are_as_the_schema_says() {
    for record in [everything(), odd(), graded(), record(Vec::new())] {
        assert_eq!(complaints(&serde_json::to_value(record).unwrap()), Vec::<String>::new());
    }
}

#[test]
fn every_member_is_required_and_no_other_is_let_in() {
    let whole = serde_json::to_value(odd()).unwrap();
    for pointer in [
        "",
        "/target",
        "/totals",
        "/totals/repeats",
        "/as_found",
        "/coverage",
        "/causes/0",
        "/topics/1",
        "/topics/1/unjudged/0",
        "/scenarios/0/passed_over/0",
        "/readers/0",
        "/scenarios/0/repeats",
        "/findings/0",
        "/scenarios/0",
        "/scenarios/0/steps/0",
        "/scenarios/0/findings/1",
        "/scenarios/0/findings/1/place",
        "/scenarios/0/exchanges/0",
        "/scenarios/0/exchanges/0/answer",
        "/scenarios/0/snapshot",
    ] {
        let names: Vec<String> = whole.pointer(pointer).unwrap().as_object().unwrap().keys().cloned().collect();
        for name in names {
            let mut less = whole.clone();
            less.pointer_mut(pointer).unwrap().as_object_mut().unwrap().remove(&name);
            assert!(!complaints(&less).is_empty(), "{pointer}/{name} may be missing");
            let mut wrong = whole.clone();
            wrong.pointer_mut(pointer).unwrap()[&name] = json!({"no": ["such", "type"]});
            assert!(!complaints(&wrong).is_empty(), "{pointer}/{name} may be anything");
        }
        let mut more = whole.clone();
        more.pointer_mut(pointer).unwrap()["surplus"] = json!(1);
        assert!(!complaints(&more).is_empty(), "{pointer} may have a surplus member");
    }
}

#[test]
fn values_no_record_has_are_refused() {
    let whole = serde_json::to_value(odd()).unwrap();
    for (pointer, value) in [
        ("/version", json!(1)),
        ("/started_at", json!("yesterday")),
        ("/duration_ms", json!(-1)),
        ("/readers/0/word", json!("works, 2 limits")),
        ("/readers/0/reader", json!("")),
        ("/scenarios/0/findings/0/confidence", json!("sure")),
        ("/totals/passed", json!(1.5)),
        ("/findings/0/count", json!(0)),
        ("/findings/0/severity", json!("error")),
        ("/scenarios/0/attempts", json!(0)),
        ("/scenarios/0/outcome/kind", json!("timedOut")),
        ("/scenarios/0/steps/0/exchanges", json!([1])),
        ("/scenarios/0/steps/0/exchanges", json!([1, 2, 3])),
        ("/scenarios/0/findings/0/place", json!({"kind": "status", "at": "x"})),
        ("/scenarios/0/findings/0/exchange", json!(-1)),
        ("/scenarios/0/exchanges/0/headers/0", json!(["only a name"])),
        ("/scenarios/0/exchanges/0/answer/status", json!(42)),
        ("/scenarios/0/snapshot/outcome", json!("Same")),
    ] {
        let mut wrong = whole.clone();
        *wrong.pointer_mut(pointer).unwrap() = value.clone();
        assert!(!complaints(&wrong).is_empty(), "{pointer} may be {value}");
    }
}
