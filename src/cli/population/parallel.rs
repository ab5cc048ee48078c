//! Several servers at once, in one process: each worker has a thread, a plan and a runtime of its own.

use super::play::{self, Played};
use crate::cli::args::SelectArgs;
use crate::cli::bench::Bench;
use crate::cli::{CommandError, features, runtime};
use crate::run::Plan;
use provider::Server;
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};

/// What a worker's stack holds: as much as the thread has that a run is on.
const STACK: usize = 8 << 20;
/// What is played: everything a run plays, by one mode of each identity provider.
const IDPS: &[&str] = &["okta/custom", "entra/default"];

/// Plays servers one after the other.
pub(super) struct Worker {
    bench: Bench,
    plan: Plan,
    runtime: tokio::runtime::Runtime,
}

impl Worker {
    /// A plan stays on its thread, so each worker makes its own.
    fn new(bench: Bench) -> Result<Self, CommandError> {
        let idp = IDPS.iter().map(|&idp| idp.to_owned()).collect();
        Ok(Self {
            bench,
            plan: features::plan(&SelectArgs { features: Vec::new(), tags: None, idp })?,
            runtime: runtime()?,
        })
    }

    /// Plays one server, with these faults around it.
    pub(super) fn play(&self, server: &Server, faults: &[&str]) -> Result<Played, CommandError> {
        self.runtime.block_on(play::play(&self.bench, &self.plan, server, faults))
    }
}

/// So many workers, for servers that are all played under the same.
#[derive(Clone, Copy)]
pub(super) struct Workers {
    pub(super) bench: Bench,
    pub(super) count: usize,
}

impl Workers {
    /// Does the work for each item; the results stand in the order of the items, whenever each was done.
    pub(super) fn each<I: Sync, T: Send>(
        self,
        what: &str,
        items: &[I],
        work: impl Fn(&Worker, &I) -> Result<T, CommandError> + Sync,
    ) -> Result<Vec<T>, CommandError> {
        let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
        let one = || -> Result<(), CommandError> {
            let worker = Worker::new(self.bench)?;
            loop {
                let at = next.fetch_add(1, Ordering::Relaxed);
                let Some(item) = items.get(at) else { return Ok(()) };
                let result = work(&worker, item)?;
                let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
                done.insert(at, result);
                tell(what, done.len(), items.len());
            }
        };
        std::thread::scope(|scope| {
            let spawn = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, one);
            let workers: Vec<_> = (0..self.count.clamp(1, items.len().max(1))).map(spawn).collect();
            let ended = workers.into_iter().map(|worker| match worker.map(std::thread::ScopedJoinHandle::join) {
                Ok(Ok(ended)) => ended,
                Ok(Err(panic)) => std::panic::resume_unwind(panic),
                Err(error) => Err(CommandError::blocked(format!("no thread could be started: {error}"))),
            });
            ended.collect::<Result<(), _>>()
        })?;
        Ok(done.into_inner().unwrap_or_else(PoisonError::into_inner).into_values().collect())
    }
}

fn tell(what: &str, done: usize, all: usize) {
    if std::io::stderr().is_terminal() {
        let end = if done == all { "\r                              \r" } else { "" };
        let _nobody_reads = write!(std::io::stderr(), "\r{what}: {done} of {all}{end}");
    }
}
