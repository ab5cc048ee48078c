//! JUnit XML, read back by quick-junit.

use crate::sample::{HOSTILE, everything, finding, record, scenario};
use judge::verdict::{Outcome, OutcomeKind, Place, RunEvent, RunRecord};
use quick_junit::{NonSuccessKind, Report as Parsed, TestCaseStatus};
use report::{Beside, Spec, Style, open};
use std::sync::Arc;

fn xml(record: &RunRecord, name: &str) -> String {
    let path = std::env::temp_dir().join(format!("scimulate-junit-{}-{name}.xml", std::process::id()));
    let spec = Spec { format: "junit".parse().unwrap(), path: Some(path.clone()) };
    let mut report = open(&spec, Style::default(), &Beside::default()).unwrap();
    report.event(&RunEvent::RunFinished(Arc::new(record.clone()))).unwrap();
    report.finish().unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    text
}

#[test]
fn every_ending_has_its_element() {
    let text = xml(&everything(), "all");
    let parsed = Parsed::deserialize_from_str(&text).unwrap();
    assert_eq!(parsed.test_suites.len(), 1);
    let suite = &parsed.test_suites[0];
    let skipped = suite.test_cases.iter().filter(|case| matches!(case.status, TestCaseStatus::Skipped { .. })).count();
    assert_eq!(
        (suite.name.as_str(), suite.tests, suite.failures, suite.errors, skipped),
        ("Group membership", 12, 7, 2, 2)
    );
    let leaver = &suite.test_cases[1];
    assert_eq!(leaver.name.as_str(), "Leaver 0 [entra/default]");
    assert_eq!(leaver.time.unwrap().as_millis(), 1234);
    let TestCaseStatus::NonSuccess { kind: NonSuccessKind::Failure, ty, description, .. } = &leaver.status else {
        panic!("{leaver:?}")
    };
    assert_eq!(ty.as_ref().unwrap().as_str(), "RFC7644-3.5.2-07");
    let description = description.as_ref().unwrap().as_str();
    assert!(description.contains("expected: 2 of 3") && description.contains("remedy: Read"), "{description}");
    assert!(suite.test_cases[0].system_out.as_ref().unwrap().contains("RFC7644-3.14-02"));
    assert!(suite.test_cases[2].system_err.as_ref().unwrap().contains("left behind: group 9f21"));
}

#[test]
fn hostile_text_leaves_the_document_whole() {
    let hostile = format!("{HOSTILE}</failure>]]>&lt;\u{0}\u{fffe}");
    let mut failed = scenario(&hostile, 1, Outcome::of(OutcomeKind::Failed, hostile.clone()));
    failed.findings.push(finding(Place::Body(hostile.clone())));
    failed.findings[0].seen = hostile.clone();
    failed.notes.push(hostile.clone());
    failed.file = hostile.clone();
    let odd = scenario("odd", 2, Outcome::of(OutcomeKind::Bug, hostile));
    let text = xml(&record(vec![failed, odd]), "hostile");
    let allowed = |c: char| c == '\n' || !(c.is_control() || c == '\u{fffe}');
    assert!(text.chars().all(allowed), "{text:?}");
    assert_eq!(Parsed::deserialize_from_str(&text).unwrap().test_suites.len(), 2);
}
