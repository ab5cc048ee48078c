//! The record as one HTML file that needs no network: findings, requirements, IdPs, scenarios with their exchanges.
//!
//! What the target answered is hostile. It is carried as data, in which no tag can end, and shown as text; the page's
//! policy names its one script and its one style by their hashes and allows nothing else.

use super::inert_json::Inert;
use super::sink::Trouble;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use judge::verdict::{ExchangeRecord, Exchanges, OutcomeKind, RunRecord, ScenarioRecord, Verdict, cause};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use std::io::Write;

const PAGE: &str = include_str!("html/page.html");
const STYLE: &str = include_str!("html/style.css");
const SCRIPT: &str = include_str!("html/report.js");

/// Longest body shown, in bytes.
const BODY: usize = 50_000;
/// How much the exchanges of scenarios that passed may take, in bytes: a browser has to open the file.
const PASSED: usize = 12 << 20;
/// And how much those of all others may.
const OTHERS: usize = 64 << 20;

/// The record as a page.
pub(super) fn make(record: &RunRecord, out: &mut dyn Write) -> Result<(), Trouble> {
    let policy = format!(
        "default-src 'none'; script-src '{}'; style-src '{}'; base-uri 'none'; form-action 'none'",
        hash(SCRIPT),
        hash(STYLE)
    );
    let mut rest = PAGE;
    // In the order they stand in the page: what is put in is not looked through for further places.
    for (place, text) in
        [("@POLICY@", Some(&*policy)), ("@STYLE@", Some(STYLE)), ("@DATA@", None), ("@SCRIPT@", Some(SCRIPT))]
    {
        let lacks = || Trouble::Encode(format!("the page has no {place}"));
        let (before, after) = rest.split_once(place).ok_or_else(lacks)?;
        out.write_all(before.as_bytes())?;
        match text {
            Some(text) => out.write_all(text.as_bytes())?,
            None => data(record, out)?,
        }
        rest = after;
    }
    Ok(out.write_all(rest.as_bytes())?)
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text.as_bytes())))
}

/// The record as the page's script reads it.
#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    record: &'a RunRecord,
    verdict: Verdict,
    cause: Option<String>,
    exchanges_left_out: usize,
}

/// The record with as many exchanges as a browser can open.
fn data(record: &RunRecord, out: &mut dyn Write) -> Result<(), Trouble> {
    let (mut budgets, mut left_out) = ([PASSED, OTHERS], 0);
    let scenarios: Vec<ScenarioRecord> = record
        .scenarios
        .iter()
        .map(|scenario| {
            let passed = scenario.outcome.kind == OutcomeKind::Passed && scenario.findings.is_empty();
            let budget = &mut budgets[usize::from(!passed)];
            let size: usize = scenario.exchanges.iter().map(|x| weight(&x)).sum();
            let fits = size <= *budget;
            *budget -= if fits { size } else { 0 };
            left_out += usize::from(!fits);
            let kept = if fits { scenario.exchanges.shortened(BODY) } else { Exchanges::default() };
            ScenarioRecord { exchanges: kept, ..scenario.clone() }
        })
        .collect();
    let data = Data {
        record: &RunRecord { scenarios, ..record.without_scenarios() },
        verdict: record.verdict(),
        cause: cause(&record.scenarios).map(|cause| cause.to_string()),
        exchanges_left_out: left_out,
    };
    Ok(serde_json::to_writer(Inert::in_page(out), &data)?)
}

fn weight(exchange: &ExchangeRecord) -> usize {
    let body = |text: Option<&String>| text.map_or(0, |t| t.len().min(BODY));
    600 + exchange.url.len() + body(exchange.body.as_ref()) + body(exchange.answer.as_ref().map(|a| &a.body))
}
