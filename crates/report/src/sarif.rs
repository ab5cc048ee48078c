//! SARIF 2.1.0, for code scanning: a result for each folded finding.
//!
//! The location is a feature of the user's own that shows it, else their settings: the server's source is not known here, and
//! a feature of ours is in nobody's repository.

use super::beside::Beside;
use super::finding_page::titled;
use super::location::location;
use super::sink::Trouble;
use super::verdict_text::unexplained;
use super::{document, safe_text};
use client::wire::encode_query_value;
use judge::verdict::{Evidence, Finding, FindingSummary, RunRecord, ScenarioRecord, Severity, evidence};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::io::Write;

/// The standard's own address of its schema.
const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";
/// The rule of scenarios whose own expectation did not hold, without any requirement behind it.
const EXPECTATION: &str = "SCENARIO";
/// Most scenarios named in a result.
const NAMED: usize = 20;
/// Longest text of one message, in characters.
const CHARACTERS: usize = 2_000;

/// The record as SARIF.
pub(super) fn make(record: &RunRecord, _beside: &Beside, out: &mut dyn Write) -> Result<(), Trouble> {
    let mut rules: BTreeMap<&str, Value> = BTreeMap::new();
    let mut results = Vec::new();
    let all = evidence(&record.scenarios, &record.findings);
    for (summary, evidence) in record.findings.iter().zip(&all) {
        let Some(evidence) = evidence else { continue };
        rules.entry(evidence.finding.requirement.as_str()).or_insert_with(|| rule(evidence.finding));
        results.push(result(summary, evidence));
    }
    for scenario in unexplained(record) {
        rules.entry(EXPECTATION).or_insert_with(expectation);
        let reason = scenario.outcome.reason.as_deref().unwrap_or("no reason given");
        results.push(json!({
            "ruleId": EXPECTATION,
            "level": "error",
            "message": { "text": clean(&format!("{}: {reason}", scenario.full_name())) },
            "locations": located(&[scenario]),
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

/// One finding. What makes it the same in the next run is its requirement and place.
fn result(summary: &FindingSummary, evidence: &Evidence<'_>) -> Value {
    let finding = evidence.finding;
    let place = summary.place.to_string();
    let message = format!(
        "{}. {} Expected {}, seen {}. {} Change: {}",
        titled(summary).trim_end_matches('.'),
        finding.text,
        finding.expected,
        finding.seen,
        finding.why,
        finding.remedy
    );
    json!({
        "ruleId": finding.requirement,
        "level": level(finding.severity),
        "message": { "text": clean(&message) },
        "locations": located(&evidence.shown_by),
        "occurrenceCount": summary.count,
        "partialFingerprints": { "requirementAndPlace/v1": clean(&format!("{} {place}", finding.requirement)) },
        "properties": {
            "number": summary.number,
            "severity": finding.severity,
            "breaks": summary.breaks,
            "place": clean(&place),
            "count": summary.count,
            "scenarios": summary.scenarios.iter().take(NAMED).map(|name| clean(name)).collect::<Vec<_>>(),
        },
    })
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

/// The first of the scenarios that is in a file of the user's; none where none is.
fn located(scenarios: &[&ScenarioRecord]) -> Vec<Value> {
    let found = scenarios.iter().find_map(|scenario| Some((*scenario, location(scenario)?)));
    let place = found.map(|(scenario, (file, line))| {
        json!({
            "physicalLocation": { "artifactLocation": { "uri": uri(&file) }, "region": { "startLine": line } },
            "logicalLocations": [{ "fullyQualifiedName": clean(&scenario.full_name()) }],
        })
    });
    place.into_iter().collect()
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
