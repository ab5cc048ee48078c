//! HTTP Archive 1.2: every exchange of the run, for the browser's network panel and other viewers.
//!
//! Secrets are taken out before anything gets here. A page is a scenario.

use super::beside::Beside;
use super::document;
use super::sink::Trouble;
use client::wire::split_query;
use jiff::{SignedDuration, Timestamp};
use judge::verdict::{ExchangeRecord, RunRecord, ScenarioRecord};
use serde::{Serialize, Serializer};
use serde_json::{Value, json};
use std::io::Write;

/// An archive that is written page by page and entry by entry.
#[derive(Serialize)]
struct Archive<'a> {
    log: Log<'a>,
}

#[derive(Serialize)]
struct Log<'a> {
    version: &'static str,
    creator: Value,
    pages: Pages<'a>,
    entries: Entries<'a>,
}

struct Pages<'a>(&'a RunRecord);

struct Entries<'a>(&'a RunRecord);

impl Serialize for Pages<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let began = began(self.0);
        serializer.collect_seq(with_exchanges(self.0).map(|(id, scenario)| {
            json!({
                "startedDateTime": moment(began, scenario.at_ms),
                "id": id,
                "title": scenario.full_name(),
                "pageTimings": { "onLoad": scenario.duration_ms },
                "comment": format!("{}:{} {}", scenario.file, scenario.line, scenario.outcome.kind),
            })
        }))
    }
}

impl Serialize for Entries<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let began = began(self.0);
        serializer.collect_seq(with_exchanges(self.0).flat_map(|(id, scenario)| {
            scenario.exchanges.iter().map(move |exchange| entry(&id, began, scenario, &exchange))
        }))
    }
}

/// The scenarios that have exchanges, each with its page's id.
fn with_exchanges(record: &RunRecord) -> impl Iterator<Item = (String, &ScenarioRecord)> {
    let all = record.scenarios.iter().enumerate().filter(|(_, scenario)| !scenario.exchanges.is_empty());
    all.map(|(number, scenario)| (format!("scenario-{}", number + 1), scenario))
}

fn began(record: &RunRecord) -> Timestamp {
    record.started_at.parse().unwrap_or_default()
}

/// The record's exchanges as an HTTP Archive.
pub(super) fn make(record: &RunRecord, _beside: &Beside, out: &mut dyn Write) -> Result<(), Trouble> {
    let (name, version) = record.tool.split_once(' ').unwrap_or((&record.tool, ""));
    let creator = json!({ "name": name, "version": version });
    document::json(
        &Archive { log: Log { version: "1.2", creator, pages: Pages(record), entries: Entries(record) } },
        out,
    )
}

fn entry(page: &str, began: Timestamp, scenario: &ScenarioRecord, exchange: &ExchangeRecord) -> Value {
    let whole = |text: &str| text.replace("{base}", &scenario.base_url);
    let url = whole(&exchange.url);
    let body = exchange.body.as_deref().map(whole);
    let mut request = json!({
        "method": exchange.method,
        "url": url,
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(&exchange.headers, &whole),
        "queryString": query(&url),
        "headersSize": -1,
        "bodySize": body.as_ref().map_or(0, String::len),
    });
    if let Some(text) = body {
        let kind = value_of(&exchange.headers, "content-type");
        request["postData"] = json!({ "mimeType": kind, "params": [], "text": text });
    }
    let mut entry = json!({
        "pageref": page,
        "startedDateTime": moment(began, scenario.at_ms + exchange.at_ms),
        "time": exchange.duration_ms,
        "request": request,
        "response": response(exchange, &whole),
        "cache": {},
        "timings": { "send": 0, "wait": exchange.duration_ms, "receive": 0 },
        "comment": exchange.actor,
    });
    if let Some(failure) = &exchange.failure {
        entry["response"]["comment"] = json!(format!("no answer: {failure}"));
    }
    entry
}

/// The answer; viewers take status 0 for a request without one.
fn response(exchange: &ExchangeRecord, whole: &dyn Fn(&str) -> String) -> Value {
    let answer = exchange.answer.as_ref();
    let body = answer.map(|a| whole(&a.body)).unwrap_or_default();
    let all = answer.map_or(&[][..], |a| &a.headers);
    json!({
        "status": answer.map_or(0, |a| a.status),
        "statusText": "",
        "httpVersion": "HTTP/1.1",
        "cookies": [],
        "headers": headers(all, whole),
        "content": { "size": body.len(), "mimeType": value_of(all, "content-type"), "text": body },
        "redirectURL": value_of(all, "location"),
        "headersSize": -1,
        "bodySize": body.len(),
    })
}

fn headers(all: &[(String, String)], whole: &dyn Fn(&str) -> String) -> Vec<Value> {
    all.iter().map(|(name, value)| json!({ "name": name, "value": whole(value) })).collect()
}

fn value_of<'a>(all: &'a [(String, String)], wanted: &str) -> &'a str {
    all.iter().find(|(name, _)| name == wanted).map_or("", |(_, value)| value)
}

fn query(url: &str) -> Vec<Value> {
    let Some(query) = split_query(url).1 else { return Vec::new() };
    let pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    pairs.map(|(name, value)| json!({ "name": name, "value": value })).collect()
}

fn moment(began: Timestamp, after_ms: f64) -> String {
    let after = SignedDuration::try_from_secs_f64(after_ms / 1000.0).unwrap_or_default();
    began.checked_add(after).unwrap_or(began).to_string()
}
