//! What one scenario has seen: its exchanges, what the witness makes of them, and what was judged so far.
//!
//! In: requests of the plain client and of the witness. Out: observations, findings, and why a step ends early. Never: who
//! plays in the scenario, or where.

use super::basis::Basis;
use super::clauses::Clauses;
use super::expectations;
use super::lacks::{Lack, is_kept, is_shown_on_request, path_of};
use super::step_end::Stop;
use super::vocabulary::Role;
use super::witness::Witness;
use client::observe::{Capabilities, Observation};
use client::wire::{Actor, Client, Exchange, Failure, Journal, Method, Request};
use judge::check::{Verdicts, clause};
use judge::snapshot::SnapshotName;
use judge::verdict::{Finding, Hindrance, Outcome, OutcomeKind, Place, Severity};
use serde_json::Value;
use state::RepeatedPage;
use std::sync::Arc;
use std::time::Instant;

/// The evidence of one scenario.
pub(super) struct Evidence {
    /// Every exchange with the tenant under test.
    pub(super) journal: Journal,
    /// Reads in the witness's name, not followed itself. Every other client of the scenario is made from it.
    pub(super) client: Client,
    /// Follows every write with a read of its own.
    pub(super) witness: Arc<Witness>,
    /// What the target says of itself.
    pub(super) told: Arc<Capabilities>,
    /// The last exchange a plain client made.
    pub(super) last: Option<Observation>,
    /// What stood at its address before, where that was looked up.
    pub(super) before: Option<Value>,
    /// The page that repeated in the last full read, where one did and nothing made up for it.
    pub(super) repeated_page: Option<RepeatedPage>,
    /// Exchanges at the journal's beginning that another scenario sent, when it set the stage.
    pub(super) taken_over: usize,
    /// Journal length when the last When step began.
    pub(super) mark: usize,
    /// Whether the step under way is setup: what goes wrong in it says nothing of what the scenario asks.
    pub(super) preparing: bool,
    /// When the scenario began.
    pub(super) opened: Instant,
    /// The name of its golden exchanges.
    pub(super) golden_name: SnapshotName,
    /// The requirements the scenario proves.
    pub(super) clauses: Clauses,
    pub(super) judged: Judged,
    stop: Option<Outcome>,
}

/// What was judged so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Judged {
    pub(super) findings: Vec<Finding>,
    pub(super) notes: Vec<String>,
    /// Whether golden exchanges hold it. Not where the plan says so, nor where requests met: their order is the network's.
    pub(super) golden: bool,
}

/// What a mismatch is: where, expected, seen, and its weight where it is not the requirement's.
pub(super) type Mismatch = (Place, String, String, Option<Severity>);

impl Evidence {
    pub(super) fn new(
        client: Client,
        witness: Witness,
        told: Arc<Capabilities>,
        golden_name: SnapshotName,
        clauses: Clauses,
        golden: bool,
    ) -> Self {
        Self {
            journal: client.journal().clone(),
            client,
            witness: Arc::new(witness),
            told,
            last: None,
            before: None,
            repeated_page: None,
            taken_over: 0,
            mark: 0,
            preparing: false,
            opened: Instant::now(),
            golden_name,
            clauses,
            judged: Judged { golden, ..Judged::default() },
            stop: None,
        }
    }

    /// Exchanges so far.
    pub(super) fn exchanges(&self) -> usize {
        self.journal.len()
    }

    /// Makes ready for a step; one that acts sets the mark from which "sent nothing" counts.
    pub(super) fn begin_step(&mut self, role: Role) {
        self.stop = None;
        self.preparing = role == Role::Given;
        self.clauses.judging = role == Role::Then;
        if role == Role::When {
            self.mark = self.journal.len();
        }
    }

    pub(super) fn take_stop(&mut self) -> Option<Outcome> {
        self.stop.take()
    }

    /// Ends the step with a reason. One that is skipped without another word needs what the target does without.
    pub(super) fn stop(&mut self, kind: OutcomeKind, reason: impl Into<String>) -> Stop {
        self.stop = Some(match kind {
            OutcomeKind::Skipped => Outcome::skipped(Hindrance::NotOffered, reason),
            kind => Outcome::of(kind, reason),
        });
        Stop::marker()
    }

    /// Skips what comes next because something was in the way.
    pub(super) fn hindered(&mut self, hindrance: Hindrance, reason: impl Into<String>) -> Stop {
        self.stop = Some(Outcome::skipped(hindrance, reason));
        Stop::marker()
    }

    /// Ends the step because the feature's text asks for something that is not there.
    pub(super) fn misuse(&mut self, what: impl Into<String>) -> Stop {
        let what: String = what.into();
        self.stop(OutcomeKind::Blocked, format!("this scenario could not go on: {what}"))
    }

    /// Ends the step because what the scenario needs to begin with could not be had; other scenarios judge that.
    pub(super) fn unprepared(&mut self, why: &str) -> Stop {
        self.hindered(Hindrance::Setup, format!("setup failed: {why}"))
    }

    /// Goes back to where a stage was set, for the next scenario that finds it.
    pub(super) fn go_back_to(&mut self, exchanges: usize, judged: &Judged, verdicts: Verdicts) {
        self.journal.truncate(exchanges);
        (self.taken_over, self.mark) = (exchanges, exchanges);
        self.judged = judged.clone();
        self.witness.go_back_to(verdicts);
        self.opened = Instant::now();
        (self.last, self.before, self.repeated_page) = (None, None, None);
    }

    /// Why a setting kept something from being sent since that exchange: then nothing that follows can be judged.
    pub(super) fn forbidden(&mut self, from: usize) -> Option<Outcome> {
        let why = self.journal.since(from).find_map(|e| match &e.result {
            Err(Failure::Forbidden(why)) => Some(why.clone()),
            _ => None,
        })?;
        self.judged.findings.clear();
        Some(Outcome::skipped(Hindrance::Settings, why))
    }

    /// Ends the step where a request got no answer: that says nothing of the target's conformance.
    pub(super) fn unanswered(&mut self, from: usize) -> Result<(), Stop> {
        // What the harness has sent again, and got an answer to, was not in the way.
        let sent_again = |at: usize, first: &Exchange| {
            let mut later = self.journal.since(from + at + 1).filter(|e| e.actor == first.actor);
            let same = |e: &Exchange| (e.method(), &e.request.target) == (first.method(), &first.request.target);
            first.actor.is_ours() && later.any(|e| same(&e) && e.result.is_ok())
        };
        let silent = self.journal.since(from).enumerate().find_map(|(at, e)| match &e.result {
            Err(failure) if !sent_again(at, &e) => Some(format!("{} {} got no answer: {failure}", e.method(), e.url)),
            _ => None,
        });
        match silent {
            Some(reason) => Err(self.stop(OutcomeKind::Blocked, reason)),
            None => Ok(()),
        }
    }

    /// Adds a remark, once.
    pub(super) fn note(&mut self, note: String) {
        if !self.judged.notes.contains(&note) {
            self.judged.notes.push(note);
        }
    }

    /// Takes a finding in and ends the step by it; a warning lets the scenario go on.
    pub(super) fn found(&mut self, finding: Finding) -> Stop {
        let reason = format!("{}: expected {}; seen: {}", finding.requirement, finding.expected, finding.seen);
        let fails = finding.severity.fails();
        self.clauses.held.insert(finding.requirement.clone());
        self.judged.findings.push(finding);
        if fails { self.stop(OutcomeKind::Failed, reason) } else { self.stop(OutcomeKind::Passed, reason) }
    }

    /// Takes in the finding that a requirement does not hold; says whether it fails the scenario.
    pub(super) fn tell(&mut self, id: &str, exchange: usize, (place, expected, seen, weight): Mismatch) -> bool {
        let finding: Finding = clause(id, Some(exchange), place, (&expected, &seen), weight);
        let fails = finding.severity.fails();
        let _told_by_the_step_as_a_whole = self.found(finding);
        fails
    }

    /// Takes in the finding that an answer has another status than its request calls for, where nothing is known of the rest.
    pub(super) fn tell_status(&mut self, exchange: usize, expected: String, seen: String) {
        let read = Basis::LastAnswer.to_string();
        let finding = expectations::ANSWER_STATUS.broken(Some(exchange), &read, expected, seen);
        self.judged.findings.push(finding);
    }

    /// Ends a step that judged several things: by the first finding that fails, if any.
    pub(super) fn conclude(&mut self, failed: bool) -> Result<(), Stop> {
        let failing: Vec<&Finding> = self.judged.findings.iter().filter(|f| f.severity.fails()).collect();
        let Some(first) = failing.first().filter(|_| failed) else {
            self.take_stop();
            return Ok(());
        };
        let more = if failing.len() > 1 { format!(" ({} more)", failing.len() - 1) } else { String::new() };
        let reason = format!("{}: expected {}; seen: {}{more}", first.requirement, first.expected, first.seen);
        Err(self.stop(OutcomeKind::Failed, reason))
    }

    /// Ends the step where the scenario proves requirements: with a finding of the first of them, or, while it is still
    /// preparing, without one.
    pub(super) fn clause_broken(&mut self, read: &Basis, expected: &str, seen: &str) -> Option<Stop> {
        let id = self.clauses.ids.first()?.clone();
        if !self.clauses.judging {
            return Some(self.unprepared(&format!("expected {expected}; seen: {seen}")));
        }
        let exchange = self.shown_by(read);
        let place = Place::State(read.to_string());
        Some(self.found(clause(&id, exchange, place, (expected, seen), None)))
    }

    /// What the target lacks of what an actor has asked for since that exchange.
    pub(super) fn lack_met_by(&self, actor: &Actor, from: usize) -> Option<Lack> {
        let theirs = self.journal.since(from).enumerate().filter(|(_, e)| e.actor == *actor);
        let mut answers = theirs.map(|(at, exchange)| Observation::read(exchange, from + at));
        answers.find_map(|answer| self.lack_shown_by(&answer))
    }

    /// What an answer shows the target to lack.
    pub(super) fn lack_shown_by(&self, answer: &Observation) -> Option<Lack> {
        let now = self.witness.latest(answer.exchange.request.path());
        Lack::shown_by(&self.told, answer, now.as_ref())
    }

    /// What an actor has sent since the last When step began.
    pub(super) fn sent_by(&self, actor: &Actor) -> Vec<Arc<Exchange>> {
        self.journal.since(self.mark).filter(|e| e.actor == *actor).collect()
    }

    /// Where an exchange stands in the journal, at or after `from`.
    fn place_of(&self, exchange: &Arc<Exchange>, from: usize) -> usize {
        // Of what one client sends, no two begin at one moment; and what was read back is another copy.
        let same = |e: &Exchange| e.began == exchange.began && e.actor == exchange.actor && e.url == exchange.url;
        let found = self.journal.since(from).position(|e| same(&e));
        from + found.unwrap_or_default()
    }

    /// One read in the witness's name.
    pub(super) async fn get(&mut self, target: &str) -> Result<Observation, Stop> {
        let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
        let exchange = self.client.send(request).await;
        if let Err(failure) = &exchange.result {
            return Err(self.stop(OutcomeKind::Blocked, format!("GET {target} got no answer: {failure}")));
        }
        Ok(Observation::read(exchange, self.journal.len() - 1))
    }

    /// What stands at a path now: as the witness saw it, where nothing was written since. `None` where nothing is read.
    pub(super) async fn state_at(&mut self, path: &str) -> Result<Option<Value>, Stop> {
        if let Some(value) = self.witness.latest(path) {
            return Ok(Some(value));
        }
        let read = self.get(path).await?;
        Ok(read.json().filter(|_| read.succeeded()).cloned())
    }

    /// Sends as it is, in the client's name, with or without the credential, followed by the witness.
    pub(super) async fn dispatch(&mut self, request: Request, credential: bool) -> Result<Observation, Stop> {
        if let Some(why) = self.witness.unprovable(&request) {
            return Err(self.hindered(Hindrance::Settings, why));
        }
        let mut client = self.client.named(Actor::Client).with_interceptor(self.witness.clone());
        if !credential {
            client = client.with_credential(None);
        }
        let index = self.exchanges();
        let before_read = request.method.writes();
        let exchange = client.send(request).await;
        if let Err(failure) = &exchange.result {
            return Err(self.stop(OutcomeKind::Blocked, format!("{} got no answer: {failure}", exchange.url)));
        }
        // The witness may have read before a write, so the place is looked up.
        let at = if before_read { self.place_of(&exchange, index) } else { index };
        Ok(Observation::read(exchange, at))
    }

    /// Sends a client's request and keeps the answer as the last one.
    pub(super) async fn send(&mut self, request: Request) -> Result<(), Stop> {
        let answer = self.dispatch(request.header("accept", "application/scim+json"), true).await?;
        let lack = self.lack_shown_by(&answer);
        self.last = Some(answer);
        lack.map_or(Ok(()), |lack| Err(self.lacking(&lack)))
    }

    /// Ends the step because the target lacks what it needs, lawfully: whatever follows cannot be asked.
    pub(super) fn lacking(&mut self, lack: &Lack) -> Stop {
        self.stop(OutcomeKind::Skipped, lack.in_words(&self.told))
    }

    /// Ends the step where resources of the target have no such attribute, by its own schemas, or it alone sets it.
    pub(super) fn needs_attribute(&mut self, endpoint: &str, path: &str) -> Result<(), Stop> {
        let what = if endpoint == "/Groups" { "groups" } else { "users" };
        if ["meta", "id", "schemas", "externalId"].iter().any(|common| path.split('.').next() == Some(common)) {
            return Ok(());
        }
        let why = if !self.told.knows(endpoint, path) {
            format!("this target's schemas give {what} no {path}")
        } else if is_kept(&self.told, endpoint, path, "readonly") {
            format!("this target's schemas make {path} of {what} readOnly")
        } else {
            return Ok(());
        };
        Err(self.stop(OutcomeKind::Skipped, why))
    }

    /// The same for what stands at a JSON pointer of a resource.
    pub(super) fn needs_pointer(&mut self, endpoint: &str, pointer: &str) -> Result<(), Stop> {
        let path = path_of(pointer);
        let first = path.split('.').next().unwrap_or_default();
        if is_shown_on_request(&self.told, endpoint, first) {
            let why = format!("this target's schemas return {first} only on request");
            return Err(self.stop(OutcomeKind::Skipped, why));
        }
        self.needs_attribute(endpoint, &path)
    }

    /// The last answer to a client.
    pub(super) fn last_answer(&mut self) -> Result<Observation, Stop> {
        match self.last.clone() {
            Some(last) => Ok(last),
            None => Err(self.misuse("no client has asked anything in this scenario")),
        }
    }
}
