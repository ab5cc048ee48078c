//! Whom a broken expectation is charged to: the target, with its evidence; its pages; or a gateway, the world, nobody.
//!
//! In: an expectation that does not hold, the scenario's exchanges. Out: a finding, or a scenario that ends without one. Never: a
//! target blamed for what follows from a refusal the RFC allows it.

use super::basis::Basis;
use super::evidence::Evidence;
use super::expectations::{self, Expectation};
use super::step_end::Stop;
use client::observe::{Observation, member};
use client::wire::{Actor, Exchange, Method};
use judge::check::{readings, refused_beyond_the_rfc};
use judge::verdict::{Finding, Hindrance, OutcomeKind};
use serde_json::Value;
use state::RepeatedPage;

impl Evidence {
    /// Ends the step with the finding that an expectation does not hold.
    pub(super) fn broken(&mut self, expectation: Expectation, read: &Basis, expected: String, seen: String) -> Stop {
        if let Some(reason) = self.gateway_in_the_way() {
            return self.stop(OutcomeKind::Blocked, reason);
        }
        if let Some(refused) = self.refused_setup() {
            return self.unprepared(&format!("{refused}; expected {expected}; seen: {seen}"));
        }
        if let Some(reason) = self.beyond_the_rfc() {
            return self.hindered(Hindrance::Setup, reason);
        }
        if let Some(repeated_page) = self.repeated_page.take().filter(|_| read.is_full_read()) {
            return self.pages_repeat(&repeated_page);
        }
        if let Some(stop) = self.clause_broken(read, &expected, &seen) {
            return stop;
        }
        // The refusal is what the target is to be asked about; what a scenario then finds is what it leads to.
        if let Some((at, request)) = self.refusal_before(read) {
            let (wanted, seen) = ("a status from 200 to 299".to_owned(), format!("({seen}; expected {expected})"));
            return self.failed(expectations::ANSWER_REFUSED.broken(Some(at), &request, wanted, seen));
        }
        self.failed(expectation.broken(self.shown_by(read), &read.to_string(), expected, seen))
    }

    /// Ends the step with a finding.
    fn failed(&mut self, finding: Finding) -> Stop {
        let reason = format!("expected {}; seen: {}", finding.expected, finding.seen);
        self.judged.findings.push(finding);
        self.stop(OutcomeKind::Failed, reason)
    }

    /// The write that was refused while the scenario set its stage: what it then lacks is not what it asks for.
    fn refused_setup(&self) -> Option<String> {
        let refused = |e: &Exchange| {
            e.actor != Actor::Witness && e.method().writes() && e.status().is_some_and(|status| status >= 400)
        };
        let first = self.journal.since(0).find(|e| self.preparing && refused(e))?;
        let status = first.status().unwrap_or_default();
        Some(format!("{} {} was answered {status}", first.method(), first.request.target))
    }

    /// An answer to an IdP or client that is not the target's own, because something in between kept that from coming: what
    /// follows from it says nothing of the target.
    fn gateway_in_the_way(&self) -> Option<String> {
        let theirs = |e: &Exchange| e.actor != Actor::Witness && e.status().is_some() && e.outcome().is_in_between();
        let failed = self.journal.since(0).rev().find(|e| theirs(e))?;
        let status = failed.status().unwrap_or_default();
        Some(format!(
            "{} {} was answered {status}: {}",
            failed.method(),
            failed.request.target,
            failed.outcome().in_words()
        ))
    }

    /// Ends the step because the target's pages repeat: what was read says nothing of what stands on the others.
    pub(super) fn pages_repeat(&mut self, page: &RepeatedPage) -> Stop {
        let read = if page.endpoint == "/Groups" { Basis::GroupPages } else { Basis::UserPages };
        let (expected, seen) = ("each page to continue where the one before ended".to_owned(), page.to_string());
        self.failed(expectations::LIST_WHOLE.broken(Some(page.exchange), &read.to_string(), expected, seen))
    }

    /// Why the target cannot be blamed for what follows: it refused a request that no RFC makes it accept. Of an IdP that needs
    /// it the refusal is the finding, and what follows is not told beside it; of a plain client it is a warning.
    fn beyond_the_rfc(&self) -> Option<String> {
        let mut observed = self.journal.since(0).enumerate().map(|(n, e)| Observation::read(e, n));
        let (refused, id) = observed.find_map(|o| refused_beyond_the_rfc(&o).map(|id| (o, id)))?;
        let needs = |idp: &str| readings::need(id, idp).is_some();
        let told = match refused.exchange.actor.family() {
            Some(idp) if needs(idp) => format!("which is a finding of its own ({id})"),
            _ => format!("as the RFC allows ({id})"),
        };
        let status = refused.status().unwrap_or_default();
        let request = format!("{} {}", refused.method(), refused.exchange.request.target);
        Some(format!("{request}, spelled as an IdP does, was answered {status}, {told}"))
    }

    /// The last write of an IdP that was refused before an expectation did not hold: where it stands, and what it was.
    /// What an answer says is shown by that answer.
    fn refusal_before(&self, read: &Basis) -> Option<(usize, String)> {
        if *read == Basis::LastAnswer {
            return None;
        }
        let refused = |e: &Exchange| {
            let written = e.method().writes() && !matches!(e.actor, Actor::Witness | Actor::Client);
            written && e.status().is_some_and(|s| s >= 400 && !matches!(s, 404 | 409))
        };
        let repeated = |at: usize, e: &Exchange| self.journal.since(at + 1).any(|later| is_accepted_repeat(e, &later));
        let (at, last) = self.journal.since(0).enumerate().rev().find(|(at, e)| refused(e) && !repeated(*at, e))?;
        Some((at, format!("{} {}", last.request.method, last.request.target)))
    }

    /// The exchange that shows what was read: the last answer to a client; the last one of that endpoint; for an IdP's own view,
    /// the last it was refused, or else the last it sent.
    pub(super) fn shown_by(&self, read: &Basis) -> Option<usize> {
        if let Some(answer) = self.last.as_ref().filter(|_| *read == Basis::LastAnswer) {
            return Some(answer.index);
        }
        let last = |fits: &dyn Fn(&Exchange) -> bool| self.journal.since(0).rposition(|e| fits(&e));
        let found = match read.endpoint() {
            Some(endpoint) => last(&|e| e.request.target.starts_with(endpoint) && e.method() == Method::Get),
            None if read.is_of_the_idp() => {
                let refused = last(&|e| e.actor != Actor::Witness && e.status().is_none_or(|s| s >= 400));
                refused.or_else(|| last(&|e| e.actor != Actor::Witness))
            }
            None => None,
        };
        found.or_else(|| self.journal.len().checked_sub(1))
    }
}

/// Whether a later write does what an earlier one was refused: of the same IdP, to the same address, and of whom it names.
fn is_accepted_repeat(refused: &Exchange, later: &Exchange) -> bool {
    let named = |e: &Exchange| -> Option<(Option<Value>, Option<Value>)> {
        let body: Value = serde_json::from_slice(e.request.body.as_deref()?).ok()?;
        Some((member(&body, "userName").cloned(), member(&body, "displayName").cloned()))
    };
    let same = later.actor == refused.actor
        && later.method() == refused.method()
        && later.request.target == refused.request.target
        && named(later) == named(refused);
    same && later.status().is_some_and(|status| status < 300)
}
