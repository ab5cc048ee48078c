//! SARIF 2.1.0, for code scanning: a result for each folded finding and each place in a feature that shows it.
//!
//! The location is the line of the scenario: the server's source is not known here, and the scenario says what was done.

use super::evidence::evidence;
use super::sink::Trouble;
use super::{document, safe_text};
use client::wire::encode_query_value;
use judge::verdict::{Finding, OutcomeKind, RunRecord, ScenarioRecord, Severity, fold};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;

/// The standard's own address of its schema.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The rule of scenarios whose own expectation did not hold, without any requirement behind it.
const EXPECTATION: &str = "SCENARIO";
/// Longest text of one message, in characters.
const CHARACTERS: usize = 2_000;

/// The record as SARIF.
pub(super) fn make(record: &RunRecord, out: &mut dyn Write) -> Result<(), Trouble> {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    let mut results = Vec::new();
    for summary in fold(record.scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure)) {
        let Some((finding, _, shown_by)) = evidence(record, &summary) else { continue };
        rules.entry(finding.requirement.as_str()).or_insert_with(|| rule(finding));
        let message = format!(
            "{} Expected {}, seen {}. {} Remedy: {}",
            finding.text, finding.expected, finding.seen, finding.why, finding.remedy
        );
        let place = summary.place.to_string();
        for scenario in distinct(&shown_by) {
            results.push(json!({
                "ruleId": finding.requirement,
                "level": level(finding.severity),
                "message": { "text": clean(&message) },
                "locations": [location(scenario)],
                "partialFingerprints": { "requirementAndPlace/v1": clean(&format!("{} {place}", finding.requirement)) },
                "properties": {
                    "severity": finding.severity,
                    "place": clean(&place),
                    "count": summary.count,
                    "scenario": clean(&scenario.full_name()),
                },
            }));
        }
    }
    for scenario in failed_otherwise(record) {
        rules.entry(EXPECTATION).or_insert_with(expectation);
        let reason = scenario.outcome.reason.as_deref().unwrap_or("no reason given");
        results.push(json!({
            "ruleId": EXPECTATION,
            "level": "error",
            "message": { "text": clean(&format!("{}: {reason}", scenario.full_name())) },
            "locations": [location(scenario)],
        }));
    }
    let known: Vec<&str> = rules.keys().copied().collect();
    let place_of = |id: &Value| known.iter().position(|k| Some(*k) == id.as_str());
    for result in &mut results {
        let index = place_of(&result["ruleId"]);
        result["ruleIndex"] = json!(index);
    }
    let (name, version) = record.tool.split_once(' ').unwrap_or((&record.tool, ""));
    let log = json!({
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": { "name": name, "version": version, "rules": rules.into_values().collect::<Vec<_>>() } },
            "automationDetails": { "id": format!("scimulate/{}/", record.target.profile) },
            "columnKind": "unicodeCodePoints",
            "invocations": [{
                "executionSuccessful": record.totals.bugs == 0,
                "startTimeUtc": record.started_at,
                "properties": { "seed": record.seed, "target": clean(&record.target.base_url) },
            }],
            "results": results,
        }],
    });
    document::json(&log, out)
}

fn rule(finding: &Finding) -> Value {
    json!({
        "id": finding.requirement,
        "shortDescription": { "text": clean(&finding.text) },
        "fullDescription": { "text": clean(&format!("{} {}", finding.text, finding.why)) },
        "help": { "text": clean(&finding.remedy) },
        "defaultConfiguration": { "level": level(finding.severity) },
    })
}

fn expectation() -> Value {
    json!({ "id": EXPECTATION, "shortDescription": { "text": "A scenario's own expectation did not hold." } })
}

fn level(severity: Severity) -> &'static str {
    if severity.fails() { "error" } else { "warning" }
}

/// One scenario for each place in a feature: the same scenario of another IdP is the same line.
fn distinct<'a>(scenarios: &[&'a ScenarioRecord]) -> Vec<&'a ScenarioRecord> {
    let mut seen = BTreeSet::new();
    scenarios.iter().copied().filter(|s| seen.insert((&s.file, s.line))).collect()
}

fn failed_otherwise(record: &RunRecord) -> impl Iterator<Item = &ScenarioRecord> {
    let failed = record.scenarios.iter().filter(|s| s.outcome.kind == OutcomeKind::Failed);
    failed.filter(|s| !s.findings.iter().any(|f| f.severity.fails()))
}

fn location(scenario: &ScenarioRecord) -> Value {
    json!({
        "physicalLocation": {
            "artifactLocation": { "uri": uri(&scenario.file) },
            "region": { "startLine": scenario.line.max(1) },
        },
        "logicalLocations": [{ "fullyQualifiedName": clean(&scenario.full_name()) }],
    })
}

/// A path as a URI reference: below the folder of the run as it is, elsewhere a file URI.
fn uri(file: &str) -> String {
    let path = file.replace('\\', "/");
    let encoded = path.split('/').map(encode_query_value).collect::<Vec<_>>().join("/");
    if path.starts_with('/') { format!("file://{encoded}") } else { encoded }
}

fn clean(given: &str) -> String {
    safe_text::line(given, CHARACTERS)
}
