//! The end of a scenario: cleanup, the last judgement, and the evidence handed over.

use super::witness::Witness;
use super::world::World;
use crate::safety::{Proof, clean};
use client::observe::Observation;
use client::wire::{Actor, Answer, Exchange, Failure, Method, Request, TransportOutcome, Truncation};
use judge::check::passive;
use judge::snapshot::{Normaliser, Policy};
use judge::verdict::{AnswerRecord, ExchangeRecord, Finding, Outcome, Repeats, SnapshotRecord, millis};
use std::sync::Arc;
use std::time::Duration;

/// Most of one answer's body that goes into the record, in bytes: the records of all scenarios are held until the end.
const RECORDED: usize = 256 << 10;

/// What is left when a scenario has ended and cleaned up.
pub struct Closing {
    /// What did not hold.
    pub findings: Vec<Finding>,
    /// Requirement ids held against the exchanges, sorted.
    pub exercised: Vec<String>,
    /// Requests sent to the target.
    pub requests: usize,
    /// Those of them that were sent again.
    pub repeats: Repeats,
    /// Whether the target has come to refuse the credential it accepted when the run began.
    pub shut_out: bool,
    /// SCIM base URL.
    pub base_url: String,
    /// The exchanges, where the record keeps them.
    pub exchanges: Vec<Arc<ExchangeRecord>>,
    /// How they compare with the golden ones.
    pub snapshot: Option<SnapshotRecord>,
    /// What cleanup could not remove.
    pub left_behind: Vec<String>,
    /// Remarks.
    pub notes: Vec<String>,
}

impl World {
    /// Ends the scenario: removes what it created, then judges and hands over the evidence.
    pub async fn close(&self, limit: Duration, ended: Option<&Outcome>) -> Closing {
        let left_behind = match tokio::time::timeout(limit, self.clean()).await {
            Ok(left) => left,
            Err(_) => vec![format!("cleanup took longer than {} s", limit.as_secs_f64())],
        };
        Closing { left_behind, ..self.judge(ended).await }
    }

    /// Judges the scenario and hands over the evidence; what it created stays, for the scenario that comes after it.
    pub async fn judge(&self, ended: Option<&Outcome>) -> Closing {
        let exchanges = self.evidence.journal.since(0);
        let shut_out = self.is_shut_out(&exchanges).await;
        let observations: Vec<Observation> =
            exchanges.iter().enumerate().map(|(n, e)| Observation::read(e.clone(), n)).collect();
        let mut verdicts = self.evidence.witness.verdicts();
        if let Some(production) = &self.site.production {
            verdicts.merge(production.witness.verdicts());
        }
        for observation in &observations {
            verdicts.merge(passive(observation, &self.witness_of(&observation.exchange.url).context()));
        }
        let mut findings = self.evidence.judged.findings.clone();
        findings.extend(verdicts.findings.iter().cloned());
        findings.sort_by_key(|f| (f.severity, f.exchange));
        let mut notes = self.evidence.judged.notes.clone();
        notes.extend(not_judged(&exchanges));
        let whole = ended.is_none();
        let snapshot = if whole { self.compare(&observations, &mut notes) } else { None };
        let own = exchanges.get(self.evidence.taken_over..).unwrap_or_default();
        let keep = self.site.session.keep_exchanges || !whole || findings.iter().any(|f| f.severity.fails());
        Closing {
            exercised: self.evidence.clauses.exercised(&verdicts, ended),
            requests: own.iter().filter(|e| sent(e)).count(),
            repeats: repeats(own),
            shut_out,
            base_url: self.site.tenancy.base.to_string(),
            exchanges: if keep { exchanges.iter().map(|e| Arc::new(self.record(e))).collect() } else { Vec::new() },
            findings,
            snapshot,
            left_behind: Vec::new(),
            notes,
        }
    }

    /// A token that ends in the middle of a run makes everything after it look like a defect. Where a 401 was seen with
    /// the credential the run was given, the target is asked once more.
    async fn is_shut_out(&self, exchanges: &[Arc<Exchange>]) -> bool {
        let given = |e: &Exchange| e.actor.is_let_in();
        let refused = |e: &Exchange| e.outcome() == TransportOutcome::CredentialRefused;
        if self.site.has_own_tenant() || !exchanges.iter().any(|e| refused(e) && given(e)) {
            return false;
        }
        let client = self.evidence.client.named(Actor::Preflight);
        let probe = client.send(Request::new(Method::Get, "/Users?count=1")).await;
        refused(&probe)
    }

    async fn clean(&self) -> Vec<String> {
        let ledger = &self.site.session.ledger;
        let entries = ledger.outstanding(Some(self.site.number));
        let production = self.site.production.iter().map(|p| &p.tenancy);
        let second = self.site.second_tenant.iter().map(|second| &second.tenancy);
        for other in second.chain(production).filter_map(|tenancy| tenancy.name.as_deref()) {
            if let Err(error) = self.site.operator.close_tenant(&self.site.session.transport, other).await {
                return vec![error.to_string()];
            }
        }
        if let Some(tenant) = &self.site.tenancy.name {
            let closed = self.site.operator.close_tenant(&self.site.session.transport, tenant).await;
            if let Err(error) = closed {
                return vec![error.to_string()];
            }
            entries.iter().for_each(|e| ledger.gone(e.number));
            return Vec::new();
        }
        let client = self.site.client_aside(&self.site.tenancy, Actor::Cleanup);
        clean(&client, ledger, &entries, Proof::Id).await.remaining()
    }

    fn compare(&self, observations: &[Observation], notes: &mut Vec<String>) -> Option<SnapshotRecord> {
        let snapshots = &self.site.session.snapshots;
        if snapshots.policy == Policy::Off || !self.evidence.judged.golden {
            return None;
        }
        let normaliser = Normaliser::new(
            &self.site.bases().iter().map(|(base, _)| (*base).to_owned()).collect::<Vec<_>>(),
            &self.cast.tag,
        );
        let told: Vec<&Observation> = observations.iter().filter(|o| o.exchange.actor != Actor::Witness).collect();
        let text = normaliser.render(&told);
        match snapshots.store.check(&self.evidence.golden_name, &text, snapshots.policy) {
            Ok(record) => record,
            Err(error) => {
                notes.push(error.to_string());
                None
            }
        }
    }

    /// Who watches over the environment an exchange was sent to.
    fn witness_of(&self, url: &str) -> &Witness {
        let production = self.site.production.as_ref().filter(|p| url.starts_with(p.tenancy.base.as_str()));
        production.map_or(&self.evidence.witness, |p| &p.witness)
    }

    fn record(&self, exchange: &Exchange) -> ExchangeRecord {
        let bases = self.site.bases();
        let relative = |text: &str| bases.iter().fold(text.to_owned(), |text, (base, name)| text.replace(base, name));
        let text = |bytes: &[u8]| relative(&String::from_utf8_lossy(bytes));
        // `date` is the other side's clock: it tells nothing that `started_at` does not, and no two runs share it.
        let kept = |all: &[(String, String)]| all.iter().filter(|(n, _)| n != "date").cloned().collect::<Vec<_>>();
        let headers = |all: &[(String, String)]| kept(all).into_iter().map(|(n, v)| (n, relative(&v))).collect();
        ExchangeRecord {
            actor: exchange.actor.to_string(),
            method: exchange.method().to_string(),
            url: relative(&exchange.url),
            headers: headers(&exchange.request.headers),
            body: exchange.request.body.as_deref().map(text),
            answer: exchange.result.as_ref().ok().map(|a| AnswerRecord {
                status: a.status,
                headers: headers(&a.headers),
                body: text(&a.body[..a.body.len().min(RECORDED)]),
                truncated: a.truncated.is_some() || a.body.len() > RECORDED,
            }),
            failure: exchange.result.as_ref().err().map(Failure::to_string),
            at_ms: millis(exchange.began.saturating_duration_since(self.evidence.opened)),
            duration_ms: millis(exchange.elapsed),
        }
    }
}

/// What of the answers no check has read.
fn not_judged(exchanges: &[Arc<Exchange>]) -> Vec<String> {
    let count = |unread: fn(&Answer) -> bool| exchanges.iter().filter(|e| e.result.as_ref().is_ok_and(unread)).count();
    let unkept = count(|answer| answer.truncated == Some(Truncation::Room));
    let packed = count(Answer::packed);
    let told = [
        (unkept, "were too long to be kept beside what the scenario had kept already"),
        (packed, "were packed (Content-Encoding), and nothing is unpacked"),
    ];
    told.into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, why)| format!("not judged: {count} of {} answers {why}", exchanges.len()))
        .collect()
}

/// Whether a request left this machine.
fn sent(exchange: &Exchange) -> bool {
    exchange.outcome() != TransportOutcome::NotSent
}

/// Counts what was sent again: the same request of the same actor right after it was asked for patience, or
/// after it got no answer it could use.
fn repeats(exchanges: &[Arc<Exchange>]) -> Repeats {
    let mut count = Repeats::default();
    for (at, exchange) in exchanges.iter().enumerate() {
        let before = exchanges[..at].iter().rev().find(|e| e.actor == exchange.actor);
        let again = before.is_some_and(|e| {
            let failed = match e.outcome() {
                TransportOutcome::Answered => e.status().is_some_and(|s| s >= 500) && !e.actor.is_ours(),
                TransportOutcome::CredentialRefused | TransportOutcome::NotSent => false,
                _ => true,
            };
            let (old, new) = (&e.request, &exchange.request);
            failed && old.method == new.method && old.target == new.target && old.body == new.body
        });
        match again {
            true if exchange.actor.is_ours() => count.harness += 1,
            true => count.idps += 1,
            false => {}
        }
    }
    count
}
