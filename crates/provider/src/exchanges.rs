//! The exchanges of late: what the page of a served provider shows while clients are at work.
//!
//! In: a request and its answer. Out: the last of them, shortened, without tokens and passwords. Never: a secret kept,
//! not even for a moment longer than the exchange; and nothing at all unless the provider was asked to record.

mod redact;

use jiff::Timestamp;
use redact::Secrets;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How many exchanges are kept.
const KEPT: usize = 500;
/// Longest a question for later exchanges waits for one.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// Longest path and query that are kept, in characters.
const LINE: usize = 400;

/// One exchange as it is shown.
#[derive(Debug, Clone, Serialize)]
struct Exchange {
    number: u64,
    #[serde(serialize_with = "shown_time")]
    time: Timestamp,
    millis: u64,
    tenant: Option<String>,
    method: String,
    path: String,
    query: String,
    status: u16,
    /// The work was done, and the answer never sent.
    lost: bool,
    request: Option<String>,
    answer: Option<String>,
}

fn shown_time<S: serde::Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.collect_str(&time.strftime("%Y-%m-%dT%H:%M:%S%.3fZ"))
}

/// The exchanges of late, and who waits for more.
pub(super) struct Exchanges {
    kept: Mutex<VecDeque<Exchange>>,
    latest: watch::Sender<Latest>,
}

#[derive(Clone, Copy)]
struct Latest {
    number: u64,
    stopping: bool,
}

/// The first half of an exchange.
pub(super) struct Asked {
    began: Instant,
    tenant: Option<String>,
    method: String,
    path: String,
    query: String,
    body: Option<String>,
    /// What it was sent with, and what is secret in its body, until the answer is there.
    secrets: Secrets,
}

/// The second half.
pub(super) struct Answered<'a> {
    pub(super) status: u16,
    pub(super) lost: bool,
    /// As it went out; none where nobody may see it.
    pub(super) body: Option<&'a [u8]>,
}

impl Asked {
    /// What is known before the answer: when it began, whose it is, its method and path, and its query, decoded.
    pub(super) fn new(
        began: Instant,
        tenant: Option<&str>,
        (method, path): (&str, &str),
        query: &[(String, String)],
    ) -> Self {
        Self {
            began,
            tenant: tenant.map(str::to_owned),
            method: redact::cut(method, 20),
            path: path.to_owned(),
            query: redact::query(query),
            body: None,
            secrets: Secrets::of(None, b""),
        }
    }

    /// What it was sent with, and its body where that may be shown: what is secret there is shown nowhere in this exchange.
    pub(super) fn sent(&mut self, presented: Option<String>, body: &[u8]) {
        self.secrets = Secrets::of(presented, body);
        self.body = self.secrets.sent(body);
    }
}

impl Exchanges {
    pub(super) fn new() -> Self {
        let (latest, _) = watch::channel(Latest { number: 0, stopping: false });
        Self { kept: Mutex::new(VecDeque::with_capacity(KEPT)), latest }
    }

    /// Keeps an exchange, and lets go of the oldest.
    pub(super) fn keep(&self, asked: Asked, answered: &Answered<'_>) {
        let answer = answered.body.and_then(|body| asked.secrets.answered(body));
        let line = |said: &str| redact::cut(&asked.secrets.line(said), LINE);
        let (tenant, path, query) = (asked.tenant.as_deref().map(line), line(&asked.path), line(&asked.query));
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let number = kept.back().map_or(1, |last| last.number + 1);
        if kept.len() == KEPT {
            kept.pop_front();
        }
        kept.push_back(Exchange {
            number,
            time: Timestamp::now(),
            millis: u64::try_from(asked.began.elapsed().as_millis()).unwrap_or(u64::MAX),
            tenant,
            method: asked.method,
            path,
            query,
            status: answered.status,
            lost: answered.lost,
            request: asked.body,
            answer,
        });
        // Under the lock, so that numbers are told in their order.
        self.latest.send_modify(|latest| latest.number = number);
    }

    /// What is kept after an exchange, the oldest first.
    pub(super) fn after(&self, since: u64) -> Value {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        let latest = kept.back().map_or(0, |last| last.number);
        let first = kept.partition_point(|exchange| exchange.number <= since);
        let later: Vec<&Exchange> = kept.iter().skip(first).collect();
        json!({ "recording": true, "latest": latest, "exchanges": later })
    }

    /// Waits until there is one after `since`, the time is over, or the service stops.
    pub(super) async fn wait(&self, since: u64, seconds: u64) {
        let mut latest = self.latest.subscribe();
        let later = latest.wait_for(|latest| latest.number > since || latest.stopping);
        let _over_or_there = tokio::time::timeout(Duration::from_secs(seconds).min(LONGEST_WAIT), later).await;
    }

    /// Nobody waits any longer.
    pub(super) fn stop(&self) {
        self.latest.send_modify(|latest| latest.stopping = true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_are_kept_and_numbered() {
        let exchanges = Exchanges::new();
        for n in 0..KEPT + 7 {
            let asked = Asked::new(Instant::now(), None, ("GET", &format!("/{n}")), &[]);
            exchanges.keep(asked, &Answered { status: 404, lost: false, body: None });
        }
        let all = exchanges.after(0);
        assert_eq!(all["exchanges"].as_array().unwrap().len(), KEPT);
        assert_eq!((&all["exchanges"][0]["number"], &all["latest"]), (&json!(8), &json!(KEPT + 7)));
        let later = exchanges.after(506);
        assert_eq!(later["exchanges"].as_array().unwrap().len(), 1);
        assert_eq!(later["exchanges"][0]["path"], "/506");
        exchanges.wait(506, 600).await;
        exchanges.stop();
        exchanges.wait(507, 600).await;
    }
}
