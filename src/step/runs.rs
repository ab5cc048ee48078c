//! First runs of an IdP that break off at one request after the other, each with people of its own, and are retried.

use super::reading::{display_name, member_ids};
use super::stop::Stop;
use super::words::Called;
use super::world::World;
use client::observe::{id_text, member};
use client::wire::{ConnectionLoss, Lost};
use idp::{Event, Trouble};
use judge::state::State;
use judge::verdict::OutcomeKind;
use serde_json::Value;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Runs at most: a first run of two people and a group has a dozen requests or two.
const MOST: usize = 60;

/// One run that broke off and was retried.
pub(super) struct BrokenRun {
    /// Where, for a message.
    pub(super) broken_off: String,
    /// The user names of its people.
    user_names: [String; 2],
    /// The name of its group on the target.
    group: String,
    /// What the administrator still sees after the retry.
    pub(super) troubles: Vec<Trouble>,
}

impl World {
    /// Breaks a first run off at its first request, another at its second, and so on until one is through before it breaks.
    pub(super) async fn break_off_in_turn(&mut self, called: &Called, loss: Lost) -> Result<(), Stop> {
        let kind = self.player(called).await?.idp.kind();
        self.golden = false;
        for at in 1..=MOST {
            let called = Called(format!("{}, run {at}", called.0));
            self.hire(&called, kind, None).await?;
            if !self.break_off(&called, at, loss).await? {
                return Ok(());
            }
        }
        Err(self.ours(format!("a first run of {} does not end within {MOST} requests", called.0)))
    }

    /// One run with people and a group of its own, and its retry; whether it broke off.
    async fn break_off(&mut self, called: &Called, at: usize, loss: Lost) -> Result<bool, Stop> {
        let mut people = Vec::new();
        for name in ["Ada", "Ben"] {
            people.push(self.person(called, &format!("{name}{at}")).await?);
        }
        let group = self.group(called, &format!("Engineering{at}")).await?;
        let connection_loss = Arc::new(ConnectionLoss::at(at, loss));
        let from = self.exchanges();
        let player = self.player(called).await?;
        let added = player.idp.directory_mut().add_members(&group, &people);
        let whole = player.idp.client().clone();
        player.idp.set_client(whole.with_connection_loss(connection_loss.clone()));
        for person in people {
            player.idp.handle(Event::Assign { person }).await;
        }
        player.idp.handle(Event::PushGroup { group }).await;
        player.idp.cycle().await;
        added.map_err(|e| self.misuse(e.to_string()))?;
        self.silent_on_purpose(from)?;
        let broken_off = self.request_broken(from);
        if connection_loss.has_happened() {
            self.retry(called, whole).await?;
        }
        let user_names = ["Ada", "Ben"].map(|name| self.persona(&format!("{name}{at}")).user_name.to_lowercase());
        let group = self.group_name(&format!("Engineering{at}"));
        let troubles = self.player(called).await?.report.troubles.clone();
        self.runs.push(BrokenRun { broken_off, user_names, group, troubles });
        Ok(connection_loss.has_happened())
    }

    /// The administrator retries what failed, and the next cycles come.
    async fn retry(&mut self, called: &Called, whole: client::wire::Client) -> Result<(), Stop> {
        let from = self.exchanges();
        let player = self.player(called).await?;
        player.idp.set_client(whole);
        let report = player.idp.handle(Event::RetryTasks).await;
        player.report.absorb(report);
        let report = player.idp.settle().await;
        player.report.absorb(report);
        self.world_in_the_way(from)
    }

    /// A request without an answer is the world in the way, unless we kept it from being answered.
    fn silent_on_purpose(&mut self, from: usize) -> Result<(), Stop> {
        let silent = self.journal.since(from).into_iter().find_map(|e| match &e.result {
            Err(failure) if !failure.is_on_purpose() => {
                Some(format!("{} {} got no answer: {failure}", e.method(), e.url))
            }
            _ => None,
        });
        match silent {
            Some(reason) => Err(self.stop(OutcomeKind::Blocked, reason)),
            None => Ok(()),
        }
    }

    /// The first request since then without an answer, without what would differ from run to run.
    fn request_broken(&self, from: usize) -> String {
        let all = self.journal.since(from);
        let broken = all.iter().find(|e| e.result.is_err());
        broken.map_or_else(
            || "a run that did not break off".to_owned(),
            |e| format!("the run that broke off at {} {}", e.method(), e.request.target),
        )
    }

    /// Holds every run against what is on the target now.
    pub(super) async fn judge_runs(
        &mut self,
        judge: impl Fn(&BrokenRun, &State) -> Result<(), (&'static str, String, String)>,
    ) -> Result<(), Stop> {
        if self.runs.len() < 2 {
            return Err(self.misuse("no run broke off in this scenario"));
        }
        let state = self.read_state().await?;
        let wrong = self.runs.iter().find_map(|run| Some((run.broken_off.clone(), judge(run, &state).err()?)));
        match wrong {
            None => Ok(()),
            Some((at, (claim, expected, seen))) => {
                let read = "a full read of /Users and /Groups";
                Err(self.broken(claim, read, format!("{expected}, after {at} and was retried"), seen))
            }
        }
    }
}

impl BrokenRun {
    fn accounts<'s>(&self, state: &'s State) -> Vec<&'s Value> {
        let mine = |user: &&Value| {
            let name = member(user, "userName").and_then(Value::as_str);
            name.is_some_and(|name| self.user_names.contains(&name.to_lowercase()))
        };
        state.users.iter().filter(mine).collect()
    }

    /// One account for each of its people.
    pub(super) fn one_account_each(&self, state: &State) -> Result<(), (&'static str, String, String)> {
        for name in &self.user_names {
            let is_it = |user: &Value| {
                member(user, "userName").and_then(Value::as_str).is_some_and(|n| n.eq_ignore_ascii_case(name))
            };
            let count = self.accounts(state).into_iter().filter(|u| is_it(u)).count();
            if count != 1 {
                return Err(("STATE-ONE-ACCOUNT", format!("one account for {name}"), format!("{count} accounts")));
            }
        }
        Ok(())
    }

    /// One group, with all its people in it and nobody else.
    pub(super) fn one_whole_group(&self, state: &State) -> Result<(), (&'static str, String, String)> {
        let groups: Vec<&Value> =
            state.groups.iter().filter(|g| display_name(g).eq_ignore_ascii_case(&self.group)).collect();
        let [group] = groups.as_slice() else {
            let seen = format!("{} groups of that name", groups.len());
            return Err(("STATE-GROUP-ONCE", format!("one group {}", self.group), seen));
        };
        let wanted: BTreeSet<String> = self.accounts(state).into_iter().filter_map(id_text).collect();
        let seen: BTreeSet<String> = member_ids(group).into_iter().collect();
        if wanted == seen {
            return Ok(());
        }
        Err(("STATE-MEMBERS", format!("the members {wanted:?} in {}", self.group), format!("{seen:?}")))
    }

    /// Nothing is left for the administrator to look at.
    pub(super) fn without_trouble(&self) -> Result<(), (&'static str, String, String)> {
        match self.troubles.first() {
            None => Ok(()),
            Some(first) => Err(("IDP-CONTENT", "no error in the IdP's log".to_owned(), first.to_string())),
        }
    }
}
