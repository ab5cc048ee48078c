//! `scimulate selftest --population`: the features against servers that are sound, each in its own way.
//!
//! In: a seed and how many servers. Out: which requirements were red although nothing was wrong, and how much was judged. It is
//! the other measure of this program: a wrong red costs more than a defect that is missed.

mod play;
mod sample;
mod table;

use super::args::{PopulationArgs, SelectArgs, SelftestArgs};
use super::exit::Exit;
use super::{CommandError, features, say};
use crate::run::Plan;
use judge::verdict::{Reading, millis};
use play::{Bench, Played};
use sample::Sample;
use serde::Serialize;
use std::collections::BTreeMap;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

/// Version of the record's JSON shape.
const VERSION: u32 = 1;
/// What a worker's stack holds: as much as the thread has that a run is on.
const STACK: usize = 8 << 20;
/// What is played: the clauses, and one mode of each identity provider.
const FEATURES: &[&str] = &["features/rfc", "features/lifecycle"];
const IDPS: &[&str] = &["okta/custom", "entra/default"];

/// What the population showed.
#[derive(Debug, Serialize)]
pub(super) struct Record {
    version: u32,
    tool: &'static str,
    reading: Reading,
    seed: u64,
    duration_ms: f64,
    /// Scenarios that each server was played.
    scenarios: usize,
    sound: Vec<Measured>,
}

/// One server, measured.
#[derive(Debug, Serialize)]
pub(super) struct Measured {
    /// `choice=departure` each; none is the embedded provider as it is.
    departures: Vec<String>,
    #[serde(flatten)]
    played: Played,
}

/// Measures, and prints the table.
pub(super) fn command(args: &SelftestArgs) -> Result<Exit, CommandError> {
    let meant = &args.servers;
    let file = args.report.as_deref().map(super::selftest::report_file).transpose()?;
    let timeout = super::duration::read(&args.timeout)?;
    let seed = meant.seed.unwrap_or(super::settings::SEED);
    let bench = Bench { timeout, seed, reading: args.reading.into() };
    let samples = samples(meant, seed);
    let started = Instant::now();
    let (scenarios, sound) = measure(bench, &samples, usize::from(args.jobs))?;
    let record = Record {
        version: VERSION,
        tool: concat!("scimulate ", env!("CARGO_PKG_VERSION")),
        reading: bench.reading,
        seed,
        duration_ms: millis(started.elapsed()),
        scenarios,
        sound,
    };
    say(&table::text(&record))?;
    if let Some(file) = file {
        write(&file, &record)?;
    }
    Ok(if record.sound.iter().all(Measured::is_clean) { Exit::Conformant } else { Exit::Findings })
}

impl Measured {
    fn is_clean(&self) -> bool {
        self.played.reds.is_empty() && self.played.troubles.is_empty()
    }
}

/// The servers meant: each departure alone, and then mixtures.
fn samples(meant: &PopulationArgs, seed: u64) -> Vec<Sample> {
    let alone = sample::alone(meant.choice.as_deref());
    let alone = alone.into_iter().take(meant.alone.unwrap_or(usize::MAX));
    let mixed = (0..meant.mixed).map(|number| sample::mixed(seed, number, meant.choices));
    alone.chain(mixed).collect()
}

/// The plan of every server. Each worker makes its own: a plan stays on its thread.
fn plan() -> Result<Plan, CommandError> {
    let features = FEATURES.iter().map(PathBuf::from).collect();
    features::plan(&SelectArgs { features, tags: None, idp: IDPS.iter().map(|&idp| idp.to_owned()).collect() })
}

/// Plays all of them, so many at once; what one came to does not depend on when it was played.
fn measure(bench: Bench, samples: &[Sample], jobs: usize) -> Result<(usize, Vec<Measured>), CommandError> {
    let (next, done) = (AtomicUsize::new(0), Mutex::new(BTreeMap::new()));
    let work = || -> Result<usize, CommandError> {
        let plan = plan()?;
        let runtime = super::runtime()?;
        while let Some((at, sample)) = taken(&next, samples) {
            let played = runtime.block_on(play::play(&bench, &plan, sample))?;
            let measured = Measured { departures: sample.names(), played };
            let mut done = done.lock().unwrap_or_else(PoisonError::into_inner);
            done.insert(at, measured);
            tell(done.len(), samples.len());
        }
        Ok(plan.instances.len())
    };
    let scenarios = std::thread::scope(|scope| {
        let spawn = |_| std::thread::Builder::new().stack_size(STACK).spawn_scoped(scope, work);
        let workers: Vec<_> = (0..jobs.max(1)).map(spawn).collect();
        let ended = workers.into_iter().map(|worker| match worker.map(std::thread::ScopedJoinHandle::join) {
            Ok(Ok(ended)) => ended,
            Ok(Err(panic)) => std::panic::resume_unwind(panic),
            Err(error) => Err(CommandError::blocked(format!("no thread could be started: {error}"))),
        });
        ended.collect::<Result<Vec<_>, _>>()
    })?;
    let done = done.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok((scenarios.first().copied().unwrap_or_default(), done.into_values().collect()))
}

fn taken<'s>(next: &AtomicUsize, samples: &'s [Sample]) -> Option<(usize, &'s Sample)> {
    let at = next.fetch_add(1, Ordering::Relaxed);
    samples.get(at).map(|sample| (at, sample))
}

fn tell(done: usize, all: usize) {
    if std::io::stderr().is_terminal() {
        let end = if done == all { "\r                              \r" } else { "" };
        let _nobody_reads = write!(std::io::stderr(), "\r{done} of {all} servers{end}");
    }
}

fn write(path: &Path, record: &Record) -> Result<(), CommandError> {
    let json = serde_json::to_string_pretty(record).map_err(CommandError::usage)?;
    std::fs::write(path, json + "\n")
        .map_err(|e| CommandError::usage(format!("the record cannot be written to {}: {e}", path.display())))
}
