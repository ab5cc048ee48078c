//! Records made by hand.

use judge::title::entitle;
use judge::verdict::{
    AnswerRecord, AsFound, Coverage, ExchangeRecord, Exchanges, Finding, Hindrance, Outcome, OutcomeKind, Place,
    RECORD_VERSION, Reader, ReaderVerdict, ReaderWord, Repeats, RunRecord, ScenarioRecord, Severity, SnapshotOutcome,
    SnapshotRecord, StepRecord, TargetRecord, Topic, Totals, Unjudged, fold,
};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Text a hostile target might answer: a colour, a cleared screen, a bell, a C1 control, reversed writing.
pub(crate) const HOSTILE: &str = "\u{1b}[2J\u{1b}[31mall good\u{7}\u{9b}1m\u{202e}\r\n";

pub(crate) fn target() -> TargetRecord {
    TargetRecord {
        name: "staging".into(),
        base_url: "https://scim.example/v2".into(),
        profile: "rfc".into(),
        token_env: None,
    }
}

pub(crate) fn scenario(name: &str, line: usize, outcome: Outcome) -> ScenarioRecord {
    ScenarioRecord {
        number: line,
        file: "features/group/membership.feature".into(),
        line,
        feature: "Group membership".into(),
        name: name.into(),
        idp: Some("entra/default".into()),
        readers: vec![Reader::named("entra")],
        tags: vec!["groups".into()],
        outcome,
        at_ms: 100.0,
        duration_ms: 1234.5,
        attempts: 1,
        steps: vec![StepRecord {
            keyword: "When ".into(),
            text: "Entra removes a member".into(),
            line: line + 2,
            outcome: Outcome::passed(),
            duration_ms: 12.0,
            exchanges: (0, 1),
        }],
        findings: Vec::new(),
        exercised: vec!["RFC7644-3.5.2-07".into()],
        passed_over: Vec::new(),
        requests: 10,
        repeats: Repeats { harness: 0, idps: 1 },
        base_url: "https://scim.example/v2".into(),
        exchanges: Exchanges::default(),
        snapshot: None,
        left_behind: Vec::new(),
        notes: Vec::new(),
    }
}

pub(crate) fn exchange(answer: &str) -> Arc<ExchangeRecord> {
    Arc::new(ExchangeRecord {
        actor: "entra/default".into(),
        method: "PATCH".into(),
        url: "{base}/Groups/9f2c".into(),
        headers: vec![("content-type".into(), "application/scim+json".into())],
        body: Some(
            r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"Remove","path":"members","value":[{"value":"2819c"}]}]}"#.into(),
        ),
        answer: Some(AnswerRecord {
            status: 200,
            headers: vec![("content-type".into(), "application/scim+json".into())],
            body: answer.into(),
            truncated: false,
        }),
        failure: None,
        at_ms: 1.5,
        duration_ms: 3.2,
    })
}

pub(crate) fn finding(place: Place) -> Finding {
    Finding {
        requirement: "RFC7644-3.5.2-07".into(),
        text: "Removing one member of a group leaves the others in it.".into(),
        severity: Severity::Hazard,
        breaks: vec![Reader::named("entra"), Reader::Data],
        confidence: None,
        exchange: Some(0),
        place,
        expected: "2 of 3 members left".into(),
        seen: "no member left".into(),
        why: "Entra sends one PATCH for each person who leaves a group; the first of them empties the group, and \
              everybody in it loses access until the next full cycle, up to 40 minutes later."
            .into(),
        remedy: "Read `remove` with a `value` as: remove these members, and no others.".into(),
    }
}

fn failed(name: &str, line: usize, state: &str) -> ScenarioRecord {
    ScenarioRecord {
        findings: vec![finding(Place::State(state.into()))],
        exchanges: vec![exchange("{\n  \"id\": \"9f2c\",\n  \"displayName\": \"Sales\"\n}")].into(),
        ..scenario(name, line, Outcome::of(OutcomeKind::Failed, "1 requirement did not hold"))
    }
}

pub(crate) fn record(scenarios: Vec<ScenarioRecord>) -> RunRecord {
    let mut exercised: Vec<String> = scenarios.iter().flat_map(|s| s.exercised.clone()).collect();
    exercised.sort();
    exercised.dedup();
    let unjudged = Unjudged {
        hindrance: Hindrance::Setup,
        reason: "no user with nickName could be made".into(),
        requirements: 66,
    };
    let mut findings = fold(scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure));
    entitle(&mut findings, &scenarios);
    RunRecord {
        version: RECORD_VERSION,
        tool: "scimulate 0.1.0".into(),
        started_at: "2026-01-02T03:04:05Z".into(),
        duration_ms: 4321.0,
        waited_ms: 3210.0,
        late_body_ms: 41.2,
        seed: 42,
        asked: vec![Reader::Rfc, Reader::named("entra")],
        readers: vec![
            ReaderVerdict {
                reader: Reader::named("entra"),
                word: ReaderWord::DoesNotWork,
                blocking: 1,
                other: 1,
                judged: 8,
                of: 11,
            },
            ReaderVerdict {
                reader: Reader::Rfc,
                word: ReaderWord::Conformant,
                blocking: 0,
                other: 1,
                judged: 140,
                of: 509,
            },
            ReaderVerdict { reader: Reader::Data, word: ReaderWord::AtRisk, blocking: 1, other: 0, judged: 3, of: 13 },
        ],
        shard: None,
        baseline: None,
        target: target(),
        totals: Totals::of(&scenarios),
        findings,
        topics: vec![
            Topic { name: "filter".into(), exercised: 0, broken: 0, provable: 61, offered: 0, unjudged: Vec::new() },
            Topic { name: "patch".into(), exercised: 1, broken: 1, provable: 67, offered: 1, unjudged: vec![unjudged] },
        ],
        exercised,
        coverage: Some(Coverage { judged: 3, of: 4 }),
        causes: Vec::new(),
        client: None,
        as_found: Some(AsFound {
            same: true,
            told: vec![
                "users: 2 before and after, the same ids".into(),
                "groups: 0 before and after, the same ids".into(),
            ],
        }),
        left_out: BTreeMap::from([("matrix".to_owned(), 1076)]),
        scenarios,
    }
}

/// One of everything.
pub(crate) fn everything() -> RunRecord {
    let warning = Finding {
        requirement: "RFC7644-3.14-02".into(),
        text: "An answer with a version in its body has it in the ETag header as well.".into(),
        severity: Severity::Warning,
        breaks: Vec::new(),
        confidence: None,
        exchange: None,
        place: Place::Header("etag".into()),
        expected: "an ETag header".into(),
        seen: "none".into(),
        why: String::new(),
        remedy: "Send the header.".into(),
    };
    let mut passed = scenario("A member joins", 3, Outcome::passed());
    passed.findings.push(warning);
    passed.attempts = 2;
    passed.notes.push("the shape of the request is unverified".into());
    passed.snapshot = Some(SnapshotRecord {
        name: "rfc/group-membership/a-member-joins.entra-default".into(),
        outcome: SnapshotOutcome::Changed,
        diff: "--- golden\n+++ seen\n@@ -1 +1 @@\n--> 200\n+-> 201\n".into(),
    });
    let mut many: Vec<_> =
        (0..6).map(|n| failed(&format!("Leaver {n}"), 10 + n, &format!("GET /Groups/9f2{n}"))).collect();
    many[1].left_behind.push("group 9f21: DELETE answered 500".into());
    let mut unexplained = scenario("A step fails", 40, Outcome::of(OutcomeKind::Failed, "expected 3 users, found 2"));
    unexplained.steps[0].outcome = Outcome::of(OutcomeKind::Failed, "expected 3 users, found 2");
    unexplained.exchanges = vec![exchange(HOSTILE)].into();
    let mut all = vec![passed];
    all.append(&mut many);
    all.push(unexplained);
    all.push(scenario("No bulk", 50, Outcome::of(OutcomeKind::Skipped, "the target does not offer bulk")));
    all.push(scenario("Away", 60, Outcome::of(OutcomeKind::Blocked, "the connection was refused")));
    all.push(scenario("Slow", 70, Outcome::of(OutcomeKind::TimedOut, "no end within 30 s")));
    let mut known = failed("Known trouble", 80, "GET /Groups/1");
    known.outcome = Outcome::of(OutcomeKind::ExpectedFailure, "listed in the baseline");
    all.push(known);
    record(all)
}
