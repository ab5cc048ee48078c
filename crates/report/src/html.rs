//! The record as one HTML file that needs no network: findings, requirements, IdPs, scenarios with their exchanges.
//!
//! What the target answered is hostile. It is carried as data, in which no tag can end, and shown as text; the page's
//! policy names its one script and its one style by their hashes and allows nothing else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use judge::verdict::{ExchangeRecord, OutcomeKind, RunRecord, ScenarioRecord, cause};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::sync::Arc;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/report.js");

/// Longest body shown, in bytes.
const BODY: usize = 50_000;
/// How much the exchanges of scenarios that passed may take, in bytes: a browser has to open the file.
const BUDGET: usize = 12 << 20;

/// The record as a page.
pub(super) fn make(record: &RunRecord) -> Result<Vec<u8>, String> {
    let data = data(record).map_err(|error| error.to_string())?;
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let mut page = String::with_capacity(PAGE.len() + STYLE.len() + SCRIPT.len() + data.len());
    let mut rest = PAGE;
    // In the order they stand in the page: what is put in is not looked through for further places.
    for (place, text) in [("@POLICY@", &*policy), ("@STYLE@", STYLE), ("@DATA@", &*data), ("@SCRIPT@", SCRIPT)] {
        let (before, after) = rest.split_once(place).ok_or_else(|| format!("the page has no {place}"))?;
        page.push_str(before);
        page.push_str(text);
        rest = after;
    }
    page.push_str(rest);
    Ok(page.into_bytes())
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The record as JSON in which nothing can end the script element around it.
fn data(record: &RunRecord) -> serde_json::Result<String> {
    let mut budget = BUDGET;
    let mut left_out = 0;
    let scenarios: Vec<ScenarioRecord> = record
        .scenarios
        .iter()
        .map(|scenario| {
            let passed = scenario.outcome.kind == OutcomeKind::Passed && scenario.findings.is_empty();
            let size: usize = scenario.exchanges.iter().map(|x| weight(x)).sum();
            let fits = !passed || size <= budget;
            if passed && fits {
                budget -= size;
            }
            left_out += usize::from(!fits);
            let kept = if fits { scenario.exchanges.iter().map(cut).collect() } else { Vec::new() };
            ScenarioRecord { exchanges: kept, ..scenario.clone() }
        })
        .collect();
    let mut value = serde_json::to_value(RunRecord { scenarios, ..without_scenarios(record) })?;
    value["verdict"] = json!(record.verdict());
    value["cause"] = json!(cause(&record.scenarios).map(|cause| cause.to_string()));
    value["exchanges_left_out"] = Value::from(left_out);
    Ok(serde_json::to_string(&value)?
        .replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
        .replace('\u{2028}', "\\u2028")
        .replace('\u{2029}', "\\u2029"))
}

/// The record's head; its scenarios are many.
fn without_scenarios(record: &RunRecord) -> RunRecord {
    RunRecord {
        tool: record.tool.clone(),
        started_at: record.started_at.clone(),
        shard: record.shard.clone(),
        baseline: record.baseline.clone(),
        left_out: record.left_out.clone(),
        target: record.target.clone(),
        as_found: record.as_found.clone(),
        findings: record.findings.clone(),
        exercised: record.exercised.clone(),
        topics: record.topics.clone(),
        scenarios: Vec::new(),
        ..*record
    }
}

fn weight(exchange: &ExchangeRecord) -> usize {
    let body = |text: Option<&String>| text.map_or(0, |t| t.len().min(BODY));
    600 + exchange.url.len() + body(exchange.body.as_ref()) + body(exchange.answer.as_ref().map(|a| &a.body))
}

/// The exchange with bodies of bounded length.
fn cut(exchange: &Arc<ExchangeRecord>) -> Arc<ExchangeRecord> {
    let long = |text: &String| text.len() > BODY;
    if !exchange.body.as_ref().is_some_and(long) && !exchange.answer.as_ref().is_some_and(|a| long(&a.body)) {
        return exchange.clone();
    }
    let mut copy = (**exchange).clone();
    let shorten = |text: &mut String| {
        if let Some(at) = (0..=BODY).rev().find(|at| text.is_char_boundary(*at)).filter(|_| text.len() > BODY) {
            text.truncate(at);
            text.push_str("\n[cut]");
        }
    };
    if let Some(body) = &mut copy.body {
        shorten(body);
    }
    if let Some(answer) = &mut copy.answer {
        shorten(&mut answer.body);
    }
    Arc::new(copy)
}
