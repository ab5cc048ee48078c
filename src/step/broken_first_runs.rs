//! First runs of an IdP that break off at one request after the other, each with people of its own, and are retried.
//!
//! In: an IdP, and what is lost where it breaks off. Out: the runs, to be judged. Never: a run without its retry.

use super::basis::Basis;
use super::broken_run::{BrokenExpectation, BrokenRun};
use super::parameters::IdpName;
use super::step_end::Stop;
use super::world::World;
use client::wire::{ConnectionLoss, Lost};
use idp::Event;
use judge::verdict::OutcomeKind;
use state::TenantState;
use std::sync::Arc;

/// Runs at most: a first run of two people and a group has a dozen requests or two.
const MOST: usize = 60;

impl World {
    /// Breaks a first run off at its first request, another at its second, and so on until one is through before it breaks.
    pub(super) async fn break_off_in_turn(&mut self, called: &IdpName, loss: Lost) -> Result<(), Stop> {
        let kind = self.player(called).await?.idp.kind();
        self.evidence.judged.golden = false;
        for at in 1..=MOST {
            let called = IdpName(format!("{}, run {at}", called.0));
            self.hire(&called, kind, None).await?;
            if !self.break_off(&called, at, loss).await? {
                return Ok(());
            }
        }
        Err(self.not_as_documented(&format!("a first run of {} does not end within {MOST} requests", called.0)))
    }

    /// One run with people and a group of its own, and its retry; whether it broke off.
    async fn break_off(&mut self, called: &IdpName, at: usize, loss: Lost) -> Result<bool, Stop> {
        let mut people = Vec::new();
        for name in ["Ada", "Ben"] {
            people.push(self.person(called, &format!("{name}{at}")).await?);
        }
        let group = self.group(called, &format!("Engineering{at}")).await?;
        let connection_loss = Arc::new(ConnectionLoss::at(at, loss));
        let from = self.evidence.exchanges();
        let player = self.player(called).await?;
        let added = player.idp.directory_mut().add_members(&group, &people);
        let whole = player.idp.client().clone();
        player.idp.set_client(whole.with_connection_loss(connection_loss.clone()));
        for person in people {
            player.idp.handle(Event::Assign { person }).await;
        }
        player.idp.handle(Event::PushGroup { group }).await;
        player.idp.cycle().await;
        added.map_err(|e| self.evidence.misuse(e.to_string()))?;
        self.silent_on_purpose(from)?;
        self.lacking_for(called, from)?;
        let broken_off = self.request_broken(from);
        if connection_loss.has_happened() {
            self.retry(called, whole).await?;
        }
        let user_names = ["Ada", "Ben"].map(|name| self.cast.persona(&format!("{name}{at}")).user_name.to_lowercase());
        let group = self.cast.group_name(&format!("Engineering{at}"));
        let troubles = self.player(called).await?.report.troubles.clone();
        self.noted.broken_runs.push(BrokenRun { broken_off, user_names, group, troubles });
        Ok(connection_loss.has_happened())
    }

    /// The administrator retries what failed, and the next cycles come.
    async fn retry(&mut self, called: &IdpName, whole: client::wire::Client) -> Result<(), Stop> {
        let from = self.evidence.exchanges();
        let player = self.player(called).await?;
        player.idp.set_client(whole);
        let mut report = player.idp.handle(Event::RetryTasks).await;
        report.absorb(player.idp.settle().await);
        self.take_in(called, report, from)
    }

    /// A request without an answer is the world in the way, unless we kept it from being answered.
    fn silent_on_purpose(&mut self, from: usize) -> Result<(), Stop> {
        let silent = self.evidence.journal.since(from).find_map(|e| match &e.result {
            Err(failure) if !failure.is_on_purpose() => {
                Some(format!("{} {} got no answer: {failure}", e.method(), e.url))
            }
            _ => None,
        });
        match silent {
            Some(reason) => Err(self.evidence.stop(OutcomeKind::Blocked, reason)),
            None => Ok(()),
        }
    }

    /// The first request since then without an answer, without what would differ from run to run.
    fn request_broken(&self, from: usize) -> String {
        let broken = self.evidence.journal.since(from).find(|e| e.result.is_err());
        broken.map_or_else(
            || "a run that did not break off".to_owned(),
            |e| format!("the run that broke off at {} {}", e.method(), e.request.target),
        )
    }

    /// Holds every run against what is on the target now.
    pub(super) async fn judge_runs(
        &mut self,
        judge: impl Fn(&BrokenRun, &TenantState) -> Result<(), BrokenExpectation>,
    ) -> Result<(), Stop> {
        if self.noted.broken_runs.len() < 2 {
            return Err(self.evidence.misuse("no run broke off in this scenario"));
        }
        let state = self.read_state().await?;
        let wrong =
            self.noted.broken_runs.iter().find_map(|run| Some((run.broken_off.clone(), judge(run, &state).err()?)));
        match wrong {
            None => Ok(()),
            Some((at, (expectation, expected, seen))) => {
                let read = &Basis::Everything;
                Err(self.evidence.broken(expectation, read, format!("{expected}, after {at} and was retried"), seen))
            }
        }
    }
}
