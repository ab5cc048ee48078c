//! JUnit XML for continuous integration: a suite for each feature file, a case for each scenario instance.

use super::beside::Beside;
use super::safe_text;
use super::sink::Trouble;
use judge::verdict::{Finding, OutcomeKind, Reader, RunRecord, ScenarioRecord};
use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};
use scim::printable::without_commands;
use std::io::Write;
use std::time::Duration;

/// Longest text of one element, in lines and characters.
const LINES: usize = 200;
const CHARACTERS: usize = 20_000;

/// The record as JUnit XML.
pub(super) fn make(record: &RunRecord, _beside: &Beside, out: &mut dyn Write) -> Result<(), Trouble> {
    let text = document(record).to_string().map_err(|error| Trouble::Encode(error.to_string()))?;
    Ok(out.write_all(text.as_bytes())?)
}

fn document(record: &RunRecord) -> quick_junit::Report {
    let mut report = quick_junit::Report::new(clean(&record.tool));
    report.set_time(duration(record.duration_ms));
    let mut files: Vec<&str> = Vec::new();
    for scenario in &record.scenarios {
        if !files.contains(&scenario.file.as_str()) {
            files.push(&scenario.file);
        }
    }
    for file in files {
        let scenarios = || record.scenarios.iter().filter(|s| s.file == file);
        let feature = scenarios().next().map_or(file, |s| &s.feature);
        let mut suite = TestSuite::new(clean(feature));
        suite.add_property(property("file", file));
        suite.add_property(property("target", &format!("{} {}", record.target.name, record.target.base_url)));
        suite.add_property(property("profile", &record.target.profile));
        suite.add_property(property("seed", &record.seed.to_string()));
        suite.set_time(duration(scenarios().map(|s| s.duration_ms).sum()));
        suite.add_test_cases(scenarios().map(|scenario| case(scenario, &record.asked)));
        report.add_test_suite(suite);
    }
    report
}

fn property(name: &str, value: &str) -> Property {
    Property::new(name, clean(value))
}

fn case(scenario: &ScenarioRecord, asked: &[Reader]) -> TestCase {
    let name = match &scenario.idp {
        Some(idp) => format!("{} [{idp}]", scenario.name),
        None => scenario.name.clone(),
    };
    let mut case = TestCase::new(clean(&name), status(scenario, asked));
    case.set_classname(clean(&scenario.feature));
    case.set_time(duration(scenario.duration_ms));
    case.add_property(property("at", &format!("{}:{}", scenario.file, scenario.line)));
    if scenario.outcome.kind == OutcomeKind::Failed {
        let breaks: Vec<String> = scenario.breaks().iter().map(ToString::to_string).collect();
        case.add_property(property("breaks", &breaks.join(",")));
    }
    if scenario.attempts > 1 {
        case.add_property(property("attempts", &scenario.attempts.to_string()));
    }
    let warnings = scenario.findings.iter().filter(|f| !f.severity.fails()).map(describe);
    let notes: Vec<String> = scenario.notes.iter().cloned().chain(warnings).collect();
    if !notes.is_empty() {
        case.set_system_out(clean(&notes.join("\n")));
    }
    if !scenario.left_behind.is_empty() {
        case.set_system_err(clean(&format!("left behind: {}", scenario.left_behind.join("\nleft behind: "))));
    }
    case
}

/// What the target did wrong is a failure; what kept us from judging it is an error. What fails for nobody who was asked for is no
/// failure: it leaves the exit code green, and so it leaves the build.
fn status(scenario: &ScenarioRecord, asked: &[Reader]) -> TestCaseStatus {
    let reason = scenario.outcome.reason.clone().unwrap_or_default();
    if scenario.outcome.kind == OutcomeKind::Failed && !scenario.fails_for(asked) {
        let mut status = TestCaseStatus::skipped();
        let whom: Vec<String> = scenario.breaks().iter().map(ToString::to_string).collect();
        status
            .set_type("failed for others")
            .set_message(clean(&format!("fails for {} alone: {reason}", whom.join(", "))));
        return status;
    }
    let mut status = match scenario.outcome.kind {
        OutcomeKind::Passed => return TestCaseStatus::success(),
        OutcomeKind::Skipped | OutcomeKind::NotReached | OutcomeKind::Interrupted | OutcomeKind::ExpectedFailure => {
            TestCaseStatus::skipped()
        }
        OutcomeKind::Failed => return failure(scenario, &reason),
        OutcomeKind::Blocked | OutcomeKind::TimedOut | OutcomeKind::Bug => {
            TestCaseStatus::non_success(NonSuccessKind::Error)
        }
    };
    status.set_message(clean(&reason)).set_type(scenario.outcome.kind.to_string());
    status
}

fn failure(scenario: &ScenarioRecord, reason: &str) -> TestCaseStatus {
    let mut broken: Vec<&Finding> = scenario.findings.iter().filter(|f| f.severity.fails()).collect();
    broken.sort_by_key(|finding| finding.severity);
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
    match broken.first() {
        None => status.set_type("failed").set_message(clean(reason)),
        Some(worst) => {
            let all: Vec<String> = broken.iter().map(|finding| describe(finding)).collect();
            let message = format!("{}: expected {}, seen {}", worst.text, worst.expected, worst.seen);
            status
                .set_type(clean(&worst.requirement))
                .set_message(without_commands(&safe_text::line(&message, 500)).into_owned());
            status.set_description(clean(&all.join("\n")))
        }
    };
    status
}

fn describe(finding: &Finding) -> String {
    format!(
        "{} ({}{}) {}\n  where: {}\n  expected: {}\n  seen: {}\n  why: {}\n  remedy: {}\n",
        finding.requirement,
        finding.severity,
        whom(&finding.breaks),
        finding.text,
        finding.place,
        finding.expected,
        finding.seen,
        finding.why,
        finding.remedy
    )
}

/// Whom a finding breaks, to stand behind its severity.
fn whom(breaks: &[Reader]) -> String {
    let names: Vec<&str> = breaks.iter().map(Reader::name).collect();
    if names.is_empty() { String::new() } else { format!(", breaks {}", names.join(", ")) }
}

/// XML cannot carry most control characters at all, not even escaped.
fn clean(given: &str) -> String {
    without_commands(&safe_text::lines(given, LINES, CHARACTERS).join("\n")).into_owned()
}

fn duration(ms: f64) -> Duration {
    Duration::try_from_secs_f64(ms / 1000.0).unwrap_or_default()
}
