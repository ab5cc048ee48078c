//! A server with faults, and which of them were seen.
//!
//! A fault that was not seen is one of three things, told apart by what the server and we said to each other: it altered
//! exchanges and nobody saw it; it alters exchanges of a server that is sound otherwise, and altered none here, so that the
//! server or another fault was in its way; or no scenario ever provokes it.

use super::parallel::Worker;
use super::play::Played;
use crate::cli::CommandError;
use judge::check::catalogue;
use provider::{BadServer, Fault, Server};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, OnceLock, PoisonError};

/// What became of a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Fate {
    /// Its own requirement was red, and was not without it.
    Found,
    /// Its own requirement weighs a warning by the catalogue, and was told as one, and was not without it.
    Warned,
    /// Something is red because of it, and not its own requirement.
    ToldOtherwise,
    /// The requirement was red before: whoever reads it would not have learnt more.
    RedBefore,
    /// It altered what was said, and its requirement was not red.
    Missed,
    /// It altered nothing of what was said, as it does alone: something was in its way.
    Masked,
    /// It alters nothing even alone: no scenario provokes it.
    NotProvoked,
}

/// One fault of a server.
#[derive(Debug, Serialize)]
pub(super) struct Tried {
    pub(super) id: &'static str,
    pub(super) name: &'static str,
    pub(super) requirement: &'static str,
    pub(super) topic: String,
    pub(super) fate: Fate,
}

/// A server with faults.
#[derive(Debug, Serialize)]
pub(super) struct FaultyServer {
    /// `choice=departure` each, or the name of a lossy base.
    #[serde(rename = "server")]
    pub(super) names: Vec<String>,
    pub(super) faults: Vec<Tried>,
    /// Requirements that were red, and are neither those of its faults nor red without any.
    pub(super) others: Vec<String>,
    pub(super) requests: usize,
    pub(super) duration_ms: f64,
}

/// What each fault does alone to the embedded provider as it is, found out where it is asked for.
#[derive(Default)]
pub(super) struct Reference {
    plain: OnceLock<u64>,
    alone: Mutex<BTreeMap<&'static str, bool>>,
}

impl Reference {
    /// Whether a fault alone alters anything of what is said.
    fn alters(&self, worker: &Worker, fault: &'static Fault) -> Result<bool, CommandError> {
        // The lock is not held while a server is played.
        let known = self.alone.lock().unwrap_or_else(PoisonError::into_inner).get(fault.id.as_str()).copied();
        if let Some(known) = known {
            return Ok(known);
        }
        let server = Server::default();
        let plain = match self.plain.get() {
            Some(plain) => *plain,
            None => {
                let sum = worker.play(&server, &[])?.sum;
                *self.plain.get_or_init(|| sum)
            }
        };
        let alters = worker.play(&server, &[&fault.id])?.sum != plain;
        self.alone.lock().unwrap_or_else(PoisonError::into_inner).insert(&fault.id, alters);
        Ok(alters)
    }
}

/// A server without any fault, and what it was told: what the same server with faults is compared with.
pub(super) struct Faultless {
    names: Vec<String>,
    server: Server,
    told: Played,
}

impl Faultless {
    pub(super) fn play(
        worker: &Worker,
        names: Vec<String>,
        server: Result<Server, BadServer>,
    ) -> Result<Self, CommandError> {
        let server = server.map_err(CommandError::usage)?;
        let told = worker.play(&server, &[])?;
        Ok(Self { names, server, told })
    }

    /// The same server with these faults laid around it.
    pub(super) fn with(
        &self,
        worker: &Worker,
        reference: &Reference,
        faults: &[&'static Fault],
    ) -> Result<FaultyServer, CommandError> {
        let ids: Vec<&str> = faults.iter().map(|fault| fault.id.as_str()).collect();
        let played = worker.play(&self.server, &ids)?;
        let (before, after) = (self.told.requirements(), played.requirements());
        let found = |f: &&&Fault| after.contains(f.requirement.as_str()) && !before.contains(f.requirement.as_str());
        let warned = |f: &Fault| {
            played.warned.contains(f.requirement.as_str()) && !self.told.warned.contains(f.requirement.as_str())
        };
        let seen = |f: &&&Fault| found(f) || warned(f);
        let unseen: Vec<&str> = faults.iter().filter(|f| !seen(f)).map(|f| f.id.as_str()).collect();
        let (idle, told) = self.without_each(worker, &ids, &played, &unseen)?;
        let mut tried = Vec::new();
        for fault in faults {
            let requirement = fault.requirement.as_str();
            let fate = match (after.contains(requirement), before.contains(requirement)) {
                (true, false) => Fate::Found,
                _ if warned(fault) => Fate::Warned,
                _ if told.contains(fault.id.as_str()) => Fate::ToldOtherwise,
                (_, true) => Fate::RedBefore,
                (false, false) if !idle.contains(fault.id.as_str()) => Fate::Missed,
                (false, false) if reference.alters(worker, fault)? => Fate::Masked,
                (false, false) => Fate::NotProvoked,
            };
            let topic = catalogue::get(requirement).map_or_else(String::new, |r| r.topic.clone());
            tried.push(Tried { id: &fault.id, name: &fault.name, requirement, topic, fate });
        }
        let own: BTreeSet<&str> = faults.iter().map(|fault| fault.requirement.as_str()).collect();
        let others = after.iter().filter(|red| !before.contains(*red) && !own.contains(*red));
        Ok(FaultyServer {
            names: self.names.clone(),
            faults: tried,
            others: others.map(|&red| red.to_owned()).collect(),
            requests: played.requests,
            duration_ms: played.duration_ms,
        })
    }

    /// Of the unseen faults those without which the same was said, to the letter, and those without which something is not red that
    /// is red with them: each is taken away alone from all that are there. One that made no difference is taken away for good, so that
    /// of two that hide each other one is left to be missed.
    fn without_each<'f>(
        &self,
        worker: &Worker,
        all: &[&'f str],
        with: &Played,
        unseen: &[&'f str],
    ) -> Result<(BTreeSet<&'f str>, BTreeSet<&'f str>), CommandError> {
        let (mut idle, mut told) = (BTreeSet::new(), BTreeSet::new());
        let mut left = all.to_vec();
        for &fault in unseen {
            let fewer: Vec<&str> = left.iter().copied().filter(|id| *id != fault).collect();
            let played;
            let without = if fewer.is_empty() {
                &self.told
            } else {
                played = worker.play(&self.server, &fewer)?;
                &played
            };
            if without.sum == with.sum {
                idle.insert(fault);
                left = fewer;
            } else if !with.places.is_subset(&without.places) {
                told.insert(fault);
            }
        }
        Ok((idle, told))
    }
}
