//! Grades a client by its recorded traffic, for `serve --grade` and `traffic grade`.
//!
//! In: a recording, the resource types of the server. Out: reports as of a run, and the exit code. Never: a request.

use super::exit::Exit;
use super::{CommandError, dialect, leaving, run};
use ::traffic::{Body, Entry, Recording};
use client::wire::Spool;
use judge::client_side::{Head, Sent, record};
use judge::verdict::{AnswerRecord, ClientRecord, ExchangeRecord, RunEvent, RunRecord, TargetRecord};
use report::Report;
use scim::schema::{Registry, ResourceType};
use std::sync::Arc;

/// Bytes of exchanges that a report may hold in memory; the rest goes to a temporary file.
const MEMORY: usize = 64 << 20;

/// A client's traffic, and what is known of the server.
pub(super) struct Graded {
    pub(super) recording: Recording,
    pub(super) types: Registry,
    pub(super) target: TargetRecord,
    /// Where the traffic is, as reports name it.
    pub(super) file: String,
    /// Exchanges that found no room in the recording.
    pub(super) left_out: usize,
}

/// Grades, and reports.
pub(super) fn report(graded: Graded, mut reports: Vec<Box<dyn Report>>) -> Result<Exit, CommandError> {
    let whole = leaving::record(judged(graded)?);
    let verdict = whole.verdict();
    let finished = whole.scenarios.iter().map(|scenario| RunEvent::ScenarioFinished(Box::new(scenario.clone())));
    let mut told: Vec<RunEvent> = finished.collect();
    told.push(RunEvent::RunFinished(Arc::new(whole)));
    for report in &mut reports {
        for event in &told {
            run::told(report.event(event))?;
        }
        run::told(report.finish())?;
    }
    Ok(verdict.into())
}

fn judged(graded: Graded) -> Result<RunRecord, CommandError> {
    let Graded { recording, types, target, file, left_out } = graded;
    let client = client(&recording, left_out)?;
    let instants: Vec<Option<jiff::Timestamp>> =
        recording.entries.iter().map(|entry| entry.began.parse().ok()).collect();
    let begun = instants.first().copied().flatten();
    let since = |at: Option<jiff::Timestamp>| match (begun, at) {
        (Some(begun), Some(at)) => at.duration_since(begun).as_secs_f64() * 1000.0,
        _ => 0.0,
    };
    let ended = recording.entries.iter().zip(&instants).map(|(entry, at)| since(*at) + entry.millis);
    let head = Head {
        tool: concat!("scimulate ", env!("CARGO_PKG_VERSION")).to_owned(),
        started_at: begun.map(|at| at.to_string()).unwrap_or_default(),
        duration_ms: ended.fold(0.0, f64::max),
        target,
        file,
        client,
    };
    let base = recording.base.clone();
    let entries = recording.entries.into_iter().zip(instants).enumerate();
    let all: Vec<Sent> = entries.map(|(nth, (entry, at))| sent(nth, entry, since(at), &base)).collect();
    let types: Vec<ResourceType> = types.all().cloned().collect();
    Ok(record(head, all, &types, &Spool::of(MEMORY)))
}

/// An entry of a recording as an exchange of a record.
fn sent(nth: usize, entry: Entry, at_ms: f64, base: &str) -> Sent {
    let below = entry.url.strip_prefix(base).map(|rest| format!("{{base}}{rest}"));
    let unread = matches!(entry.body, Body::LeftOut(_));
    let text = |body: &Body| body.text().unwrap_or_default().to_owned();
    let (answer, failure) = match entry.answer {
        Ok(answer) => {
            let (body, truncated) = (text(&answer.body), matches!(answer.body, Body::LeftOut(_)));
            (Some(AnswerRecord { status: answer.status, headers: answer.headers, body, truncated }), None)
        }
        Err(why) => (None, Some(why)),
    };
    let exchange = ExchangeRecord {
        actor: format!("client, entry {}", nth + 1),
        method: entry.method,
        url: below.unwrap_or(entry.url),
        headers: entry.headers,
        body: entry.body.text().map(str::to_owned),
        answer,
        failure,
        at_ms,
        duration_ms: entry.millis,
    };
    Sent { exchange, unread }
}

/// Whom the client is taken for, and what of it is new.
fn client(recording: &Recording, left_out: usize) -> Result<ClientRecord, CommandError> {
    let mut remarks = recording.remarks.clone();
    if left_out > 0 {
        remarks
            .push(format!("{left_out} later exchanges found no room and were not judged; `traffic record` keeps more"));
    }
    let found = dialect::reference()?.recognise(recording);
    let told = match found.likenesses.first() {
        Some(closest) if closest.of >= dialect::TELLING => {
            format!("{} ({} of {} traits)", dialect::sentence(closest), closest.shared, closest.of)
        }
        _ => {
            return Ok(ClientRecord {
                dialect: "too little was sent to tell an IdP by".to_owned(),
                news: Vec::new(),
                remarks,
            });
        }
    };
    Ok(ClientRecord { dialect: told, news: found.departures.iter().map(dialect::departure).collect(), remarks })
}
