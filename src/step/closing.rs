//! The end of a scenario: cleanup, the last judgement, and the evidence handed over.

use super::witness::Witness;
use super::world::World;
use crate::safety::{Proof, clean};
use client::observe::Observation;
use client::wire::{Actor, Answer, Exchange, Failure, Method, Request, TransportOutcome, Truncation};
use judge::check::{passive, readings};
use judge::snapshot::{Normaliser, Policy};
use judge::verdict::{
    AnswerRecord, ExchangeRecord, Exchanges, Finding, Outcome, PassedOver, Repeats, Severity, SnapshotRecord, millis,
};
use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

/// Most of one body that goes into the record, in bytes.
const RECORDED: usize = 256 << 10;
/// Most of one header that goes into the record, in bytes.
const HEADER_RECORDED: usize = 8 << 10;
/// Golden exchanges are compared whole, and held in memory for it: not where the answers have more bytes than this.
const COMPARED: usize = 32 << 20;

/// A request whose connection the target closed in place of an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unanswered {
    /// Where it stands among the exchanges of the scenario.
    pub exchange: usize,
    method: Method,
    actor: Actor,
}

impl Unanswered {
    /// The IdP that sent it.
    #[must_use]
    pub fn idp(&self) -> Option<&str> {
        self.actor.family()
    }
}

/// What is left when a scenario has ended and cleaned up.
pub struct Closing {
    /// What did not hold.
    pub findings: Vec<Finding>,
    /// Requirement ids held against the exchanges, sorted.
    pub exercised: Vec<String>,
    /// Requirements of rows that were not judged, and why.
    pub passed_over: Vec<PassedOver>,
    /// Requests sent to the target.
    pub requests: usize,
    /// Those of them that were sent again.
    pub repeats: Repeats,
    /// Whether the target has come to refuse the credential it accepted when the run began.
    pub shut_out: bool,
    /// The first exchange that was broken off, and not by us.
    pub cut_off: Option<usize>,
    /// The first request whose connection the target closed in place of an answer.
    pub unanswered: Option<Unanswered>,
    /// SCIM base URL.
    pub base_url: String,
    /// The exchanges, where the record keeps them.
    pub exchanges: Exchanges,
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
        let shut_out = self.is_shut_out().await;
        let mut verdicts = self.evidence.witness.verdicts();
        if let Some(production) = &self.site.production {
            verdicts.merge(production.witness.verdicts());
        }
        let mut notes = self.evidence.judged.notes.clone();
        let whole = ended.is_none();
        let compared = whole && self.is_compared(&mut notes);
        let (mut tally, mut told) = (Tally::default(), Vec::new());
        // One at a time: read as SCIM, an exchange takes several times its bytes.
        for (index, exchange) in self.evidence.journal.since(0).enumerate() {
            tally.count(&exchange, index >= self.evidence.taken_over);
            let observation = Observation::read(exchange, index);
            let mut found =
                passive(&observation, &self.witness_of(&observation.exchange.url).context(&observation.exchange.actor));
            notes.extend(self.without_moved_counts(&observation, &mut found).await);
            verdicts.merge(found);
            if compared && observation.exchange.actor != Actor::Witness {
                told.push(observation);
            }
        }
        let mut findings = self.evidence.judged.findings.clone();
        findings.extend(verdicts.findings.iter().cloned());
        findings.sort_by_key(|f| (f.severity, f.exchange));
        weigh_once(&mut findings);
        self.address(&mut findings);
        notes.extend(tally.not_judged());
        let snapshot = if compared { self.compare(&told, &mut notes) } else { None };
        drop(told);
        let keep = self.site.session.keep_exchanges || !whole || findings.iter().any(|f| f.severity.fails());
        let exercised = self.evidence.clauses.exercised(&verdicts, ended);
        Closing {
            passed_over: self.evidence.clauses.not_judged(&exercised),
            exercised,
            requests: tally.sent,
            repeats: tally.repeats,
            shut_out,
            cut_off: self.evidence.journal.since(0).position(|e| {
                e.outcome() == TransportOutcome::CutOff && !matches!(e.result, Ok(_) | Err(Failure::AnswerLost))
            }),
            unanswered: self.unanswered(),
            base_url: self.site.tenancy.base.to_string(),
            exchanges: if keep { self.recorded(&mut notes) } else { Exchanges::default() },
            findings,
            snapshot,
            left_behind: Vec::new(),
            notes,
        }
    }

    /// The first request whose connection the target closed in place of an answer.
    fn unanswered(&self) -> Option<Unanswered> {
        let closed = |(_, e): &(usize, Arc<Exchange>)| matches!(e.result, Err(Failure::Closed(_)));
        let (exchange, sent) = self.evidence.journal.since(0).enumerate().find(closed)?;
        Some(Unanswered { exchange, method: sent.method(), actor: sent.actor.clone() })
    }

    /// Says of each finding whom it breaks: the IdP whose exchange shows it, or those that play.
    fn address(&self, findings: &mut [Finding]) {
        let cast = self.cast.casting.families();
        for finding in findings {
            let shown = finding.exchange.and_then(|at| self.evidence.journal.get(at));
            let idp = shown.as_ref().and_then(|exchange| exchange.actor.family());
            readings::address(finding, readings::MetBy { idp, cast: &cast });
        }
    }

    /// The exchanges as the record keeps them, in memory or in the run's spool.
    fn recorded(&self, notes: &mut Vec<String>) -> Exchanges {
        let mut cuts = 0;
        let all = self.evidence.journal.since(0).map(|exchange| self.record(&exchange, &mut cuts));
        let kept = Exchanges::kept(all, self.site.session.transport.spool());
        if cuts > 0 {
            notes.push(format!(
                "cut in the record: {cuts} bodies longer than {} KiB or headers longer than {} KiB",
                RECORDED >> 10,
                HEADER_RECORDED >> 10
            ));
        }
        kept
    }

    /// A token that ends in the middle of a run makes everything after it look like a defect. Where a 401 was seen with
    /// the credential the run was given, the target is asked once more.
    async fn is_shut_out(&self) -> bool {
        let given = |e: &Exchange| e.actor.is_let_in();
        let refused = |e: &Exchange| e.outcome() == TransportOutcome::CredentialRefused;
        if self.site.has_own_tenant() || !self.evidence.journal.since(0).any(|e| refused(&e) && given(&e)) {
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
        // One that stays open is no reason to leave the others open.
        let mut open = Vec::new();
        for other in second.chain(production).filter_map(|tenancy| tenancy.name.as_deref()) {
            open.extend(self.close_tenant(other).await);
        }
        if let Some(tenant) = &self.site.tenancy.name {
            match self.close_tenant(tenant).await {
                Some(error) => open.push(error),
                None => entries.iter().for_each(|e| ledger.gone(e.number)),
            }
            return open;
        }
        let client = self.site.client_aside(&self.site.tenancy, Actor::Cleanup);
        open.extend(clean(&client, ledger, &entries, Proof::Id).await.remaining());
        open
    }

    /// Closes a tenant; why it stays open, where it does.
    async fn close_tenant(&self, name: &str) -> Option<String> {
        let closed = self.site.operator.close_tenant(&self.site.session.transport, name).await;
        closed.err().map(|error| format!("tenant {name}: {error}"))
    }

    /// Whether golden exchanges are to be held against the scenario's.
    fn is_compared(&self, notes: &mut Vec<String>) -> bool {
        if self.site.session.snapshots.policy == Policy::Off || !self.evidence.judged.golden {
            return false;
        }
        let small = self.evidence.journal.answered() <= COMPARED;
        if !small {
            let most = COMPARED >> 20;
            notes.push(format!("not compared with golden exchanges: the answers have more than {most} MiB"));
        }
        small
    }

    fn compare(&self, told: &[Observation], notes: &mut Vec<String>) -> Option<SnapshotRecord> {
        let snapshots = &self.site.session.snapshots;
        let normaliser = Normaliser::new(
            &self.site.bases().iter().map(|(base, _)| (*base).to_owned()).collect::<Vec<_>>(),
            &self.cast.tag,
        );
        let text = normaliser.render(&told.iter().collect::<Vec<_>>());
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

    /// One exchange as the record keeps it; `cuts` counts what of it was too long.
    fn record(&self, exchange: &Exchange, cuts: &mut usize) -> ExchangeRecord {
        let bases = self.site.bases();
        let relative = |text: &str| bases.iter().fold(text.to_owned(), |text, (base, name)| text.replace(base, name));
        let text = |bytes: &[u8]| relative(&String::from_utf8_lossy(&bytes[..bytes.len().min(RECORDED)]));
        let mut long = |is: bool| {
            *cuts += usize::from(is);
            is
        };
        // `date` is the other side's clock: it tells nothing that `started_at` does not, and no two runs share it.
        let mut headers = |all: &[(String, String)]| {
            let kept = all.iter().filter(|(name, _)| name != "date");
            let whole = |(name, value): &(String, String)| match value.len() {
                length if long(length > HEADER_RECORDED) => {
                    let end = (0..=HEADER_RECORDED).rev().find(|at| value.is_char_boundary(*at)).unwrap_or_default();
                    let shown = relative(&value[..end]);
                    (name.clone(), format!("{shown} [cut: it has {length} bytes]"))
                }
                _ => (name.clone(), relative(value)),
            };
            kept.map(whole).collect::<Vec<_>>()
        };
        let (sent, answer) = (exchange.request.body.as_deref(), exchange.result.as_ref().ok());
        let request_headers = headers(&exchange.request.headers);
        let answer_headers = answer.map(|a| headers(&a.headers));
        let cut_request = sent.is_some_and(|body| long(body.len() > RECORDED));
        let cut_answer = answer.is_some_and(|a| long(a.body.len() > RECORDED));
        ExchangeRecord {
            actor: exchange.actor.to_string(),
            method: exchange.method().to_string(),
            url: relative(&exchange.url),
            headers: request_headers,
            body: sent.map(|body| text(body) + if cut_request { "\n[cut]" } else { "" }),
            answer: answer.zip(answer_headers).map(|(a, headers)| AnswerRecord {
                status: a.status,
                headers,
                body: text(&a.body),
                truncated: a.truncated.is_some() || cut_answer,
            }),
            failure: exchange.result.as_ref().err().map(Failure::to_string),
            at_ms: millis(exchange.began.saturating_duration_since(self.evidence.opened)),
            duration_ms: millis(exchange.elapsed),
        }
    }
}

/// Keeps of what one exchange shows of one requirement the findings of one weight: the heaviest, which come first.
fn weigh_once(findings: &mut Vec<Finding>) {
    let mut weights: HashMap<(String, usize), Severity> = HashMap::new();
    findings.retain(|finding| {
        let Some(exchange) = finding.exchange else { return true };
        let weight = weights.entry((finding.requirement.clone(), exchange)).or_insert(finding.severity);
        *weight == finding.severity
    });
}

/// What is counted over the exchanges of a scenario, one after the other.
#[derive(Default)]
struct Tally {
    all: usize,
    /// Of the scenario's own, those that left this machine.
    sent: usize,
    unkept: usize,
    packed: usize,
    repeats: Repeats,
    /// The last exchange of each actor.
    last: HashMap<Actor, Arc<Exchange>>,
}

impl Tally {
    /// Counts an exchange; `own` where no earlier scenario on the same stage sent it.
    fn count(&mut self, exchange: &Arc<Exchange>, own: bool) {
        self.all += 1;
        if let Ok(answer) = &exchange.result {
            self.unkept += usize::from(answer.truncated == Some(Truncation::Room));
            self.packed += usize::from(Answer::packed(answer));
        }
        if !own {
            return;
        }
        self.sent += usize::from(exchange.outcome() != TransportOutcome::NotSent);
        let before = self.last.insert(exchange.actor.clone(), exchange.clone());
        match before.is_some_and(|before| sent_again(&before, exchange)) {
            true if exchange.actor.is_ours() => self.repeats.harness += 1,
            true => self.repeats.idps += 1,
            false => {}
        }
    }

    /// What of the answers no check has read.
    fn not_judged(&self) -> Vec<String> {
        let told = [
            (self.unkept, "were too long to be kept beside what the scenario had kept already"),
            (self.packed, "were packed (Content-Encoding), and nothing is unpacked"),
        ];
        let told = told.into_iter().filter(|(count, _)| *count > 0);
        told.map(|(count, why)| format!("not judged: {count} of {} answers {why}", self.all)).collect()
    }
}

/// Whether the same request of one actor was sent again: right after it was asked for patience, or after it got no answer it
/// could use.
fn sent_again(before: &Exchange, exchange: &Exchange) -> bool {
    let failed = match before.outcome() {
        TransportOutcome::Answered => before.status().is_some_and(|s| s >= 500) && !before.actor.is_ours(),
        TransportOutcome::CredentialRefused | TransportOutcome::NotSent => false,
        _ => true,
    };
    let (old, new) = (&before.request, &exchange.request);
    failed && old.method == new.method && old.target == new.target && old.body == new.body
}

#[cfg(test)]
mod tests {
    use super::*;
    use judge::check::clause;
    use judge::verdict::Place;

    #[test]
    fn one_exchange_shows_a_requirement_in_one_weight() {
        let of = |exchange, weight| clause("RFC7644-3.9-02", exchange, Place::Status, ("a", "b"), Some(weight));
        let (heavy, light) = (Severity::Violation, Severity::Warning);
        let mut all =
            vec![of(Some(1), heavy), of(Some(1), light), of(Some(2), light), of(None, light), of(Some(1), heavy)];
        all.sort_by_key(|f| (f.severity, f.exchange));
        weigh_once(&mut all);
        let kept: Vec<_> = all.iter().map(|f| (f.exchange, f.severity)).collect();
        assert_eq!(kept, [(Some(1), heavy), (Some(1), heavy), (None, light), (Some(2), light)]);
    }
}
