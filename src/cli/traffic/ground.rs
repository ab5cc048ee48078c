//! The ground of a replay: a target where the run writes under its own names, and what it leaves is removed.
//!
//! In: what was typed. Out: a client whose writes reach nothing that the run did not make; afterwards, a target as it was. Never: a
//! create that is not in the ledger before.

use super::super::args::ReplayTerms;
use super::super::connect::{self, CENSUS, Purpose, Reached, TargetChoice, connect};
use super::super::{CommandError, entropy};
use crate::safety::{Ledger, Proof, WriteGuard, add_required, clean, run_id, tag, take_inventory};
use client::wire::{Actor, Client};
use std::path::PathBuf;
use std::sync::Arc;

/// A target that is replayed to.
pub(super) struct Ground {
    reached: Reached,
    ledger: Arc<Ledger>,
    run: String,
    /// Names and ids are sent as they were recorded: what is there is nobody's.
    as_recorded: bool,
    /// The flags by which another command reaches the target.
    how: String,
}

impl Ground {
    /// Finds out how to reach it; nothing is sent.
    ///
    /// # Errors
    /// When it is not known, or may not be written to.
    pub(super) fn reach(terms: &ReplayTerms, as_recorded: bool) -> Result<Self, CommandError> {
        let purpose = Purpose::Write { allowed: terms.i_may_write };
        let reached = connect(&TargetChoice::typed(&terms.to, purpose))?;
        if as_recorded && !reached.target.base.is_loopback() {
            return Err(CommandError::usage(format!(
                "--as-recorded changes objects that the replay did not create, so it is for a server on this machine, such as \
                 `scimulate serve --state FILE`; {} is not",
                reached.target.base
            )));
        }
        let run = run_id(entropy::entropy());
        let path = PathBuf::from(".scimulate").join(format!("ledger-{run}.jsonl"));
        let how = connect::flags(&terms.to.target, terms.to.config.as_deref(), &terms.to.token);
        let ledger = if as_recorded { Ledger::in_memory() } else { Ledger::at(path) };
        Ok(Self { reached, ledger: Arc::new(ledger), run, as_recorded, how })
    }

    /// Looks at it, and at what is there before.
    ///
    /// # Errors
    /// When it does not answer, or somebody may live there.
    pub(super) async fn look(&self) -> Result<(), CommandError> {
        self.reached.look_before_writing().await?;
        let before = take_inventory(&self.reached.client(Actor::Census), Some(&self.run), CENSUS).await;
        self.ledger.found_before(before.prior(self.reached.target.base.as_str()));
        Ok(())
    }

    /// The tag of the names of one replay of this run.
    pub(super) fn tag(&self, number: usize) -> String {
        tag(&self.run, number, 1)
    }

    /// A client for one replay, whose writes reach what carries its tag alone.
    pub(super) fn client(&self, tag: &str) -> Client {
        let client = self.reached.client(Actor::Client);
        if self.as_recorded {
            return client;
        }
        let guard = WriteGuard::new(self.ledger.clone(), 0, client.named(Actor::Witness), (tag, true)).provable();
        let add = (self.reached.target.settings.add.clone(), tag.to_owned());
        client
            .with_interceptor(Arc::new(guard))
            .with_rewrite(Arc::new(move |request| add_required(&add.0, &add.1, request)))
    }

    /// Removes what was created; what could not be is told, with the command that removes it later.
    pub(super) async fn clean(&self) -> Vec<String> {
        if self.as_recorded {
            return Vec::new();
        }
        let entries = self.ledger.outstanding(None);
        let cleaned = clean(&self.reached.client(Actor::Cleanup), &self.ledger, &entries, Proof::Id).await;
        let mut left: Vec<String> = cleaned.remaining().into_iter().map(|left| format!("left: {left}")).collect();
        if !self.ledger.close() {
            let path = self.ledger.path().map(|path| path.display().to_string()).unwrap_or_default();
            left.push(format!("remove it with: scimulate sweep {path} {}", self.how));
        }
        left
    }
}
