//! `scimulate selftest --population`: the features against servers that are far from the embedded provider as it is.
//!
//! In: a seed and how many servers. Out: which requirements were red on servers that are sound, and which faults were seen on
//! servers that have several, or that keep little. It is the other measure of this program: `selftest` alone tries one fault at
//! a time on a server that is perfect otherwise.

mod document;
mod faulty;
mod parallel;
mod play;
mod record;
mod sample;
mod sizes;
mod table;
mod thresholds;

use super::args::SelftestArgs;
use super::bench::Bench;
use super::exit::Exit;
use super::{CommandError, say};
use faulty::{Faultless, FaultyServer, Reference};
use judge::verdict::millis;
use parallel::Workers;
use provider::{Server, bases, faults};
use record::{Record, SoundServer};
use sample::Sample;
use sizes::Sizes;
use std::path::Path;
use std::time::Instant;
use thresholds::Thresholds;

/// Measures, prints the tables, and compares with an earlier measurement.
pub(super) fn command(args: &SelftestArgs) -> Result<Exit, CommandError> {
    let meant = &args.servers;
    let file = args.report.as_deref().map(super::selftest::report_file).transpose()?;
    let thresholds = meant.hold.as_deref().map(Thresholds::read).transpose()?;
    let sizes = thresholds.as_ref().map_or_else(|| Sizes::of(meant), |thresholds| thresholds.sizes.clone());
    let bench = Bench {
        seed: sizes.seed,
        timeout: super::duration::read(&args.timeout)?,
        // One at a time: a server's clock moves by what is written, so equal runs get equal answers.
        jobs: 1,
        fail_fast: false,
        policies: false,
    };
    let workers = Workers { bench, count: usize::from(args.jobs) };
    let alone = sample::alone(meant.choice.as_deref())?;
    let started = Instant::now();
    let mut record = measure(workers, sizes, alone)?;
    record.duration_ms = millis(started.elapsed());
    say(&table::text(&record))?;
    if let Some(file) = file {
        let json = serde_json::to_string_pretty(&record).map_err(CommandError::usage)?;
        write(&file, json + "\n")?;
    }
    if let Some(file) = &meant.document {
        write(file, document::text(&record))?;
    }
    let Some(thresholds) = thresholds else {
        return Ok(if record.sound.iter().all(SoundServer::is_clean) { Exit::Conformant } else { Exit::Findings });
    };
    let worse = thresholds.worse(&record);
    worse.iter().try_for_each(|line| say(&format!("worse than held: {line}\n")))?;
    Ok(if worse.is_empty() { Exit::Conformant } else { Exit::Findings })
}

/// The sound server that settles these choices otherwise: `choice=departure`, several with commas between.
///
/// # Errors
/// When there is no such choice or departure, with the nearest there is.
pub(super) fn server(names: &str) -> Result<Server, CommandError> {
    sample::named_one(names)?.server().map_err(CommandError::usage)
}

fn write(path: &Path, text: String) -> Result<(), CommandError> {
    let trouble = |e| CommandError::usage(format!("{} cannot be written: {e}", path.display()));
    std::fs::write(path, text).map_err(trouble)
}

/// Plays all servers of these sizes. None at all is never a success.
fn measure(workers: Workers, sizes: Sizes, alone: Vec<Sample>) -> Result<Record, CommandError> {
    let reference = Reference::default();
    let mut record = Record::new(sizes);
    record.sound = sound(workers, &record.sizes, alone)?;
    record.broken = broken(workers, &record.sizes, &reference)?;
    record.lossy = lossy(workers, &record.sizes, &reference)?;
    if record.sound.is_empty() && record.broken.is_empty() && record.lossy.is_empty() {
        return Err(CommandError::blocked(
            "no server was measured; ask for some with --alone, --mixed, --broken or --lossy",
        ));
    }
    Ok(record)
}

/// Servers with nothing wrong: each departure alone, and then mixtures.
fn sound(workers: Workers, sizes: &Sizes, alone: Vec<Sample>) -> Result<Vec<SoundServer>, CommandError> {
    let alone = sample::some(alone, sizes.alone, sizes.seed);
    let mixed = (0..sizes.mixed).map(|number| sample::mixed(sizes.seed, number, sizes.choices));
    let named = sample::named(&sizes.servers)?;
    let samples: Vec<Sample> = named.into_iter().chain(alone).chain(mixed).collect();
    workers.each("sound servers", &samples, |worker, sample| {
        let server = sample.server().map_err(CommandError::usage)?;
        Ok(SoundServer::new(sample.names(), worker.play(&server, &[])?, &sample.breaks()))
    })
}

/// Sound servers, each with faults laid around it.
fn broken(workers: Workers, sizes: &Sizes, reference: &Reference) -> Result<Vec<FaultyServer>, CommandError> {
    let numbers: Vec<u64> = (0..sizes.broken).collect();
    let servers = workers.each("broken servers", &numbers, |worker, number| {
        let sample = sample::mixed(sizes.seed, *number, sizes.choices);
        let faultless = Faultless::play(worker, sample.names(), sample.server())?;
        let of =
            |count: &usize| faultless.with(worker, reference, &sample::drawn(faults(), *count, sizes.seed, *number));
        sizes.at_once.iter().map(of).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(servers.into_iter().flatten().collect())
}

/// Servers that keep little, each with one fault after the other.
fn lossy(workers: Workers, sizes: &Sizes, reference: &Reference) -> Result<Vec<FaultyServer>, CommandError> {
    if sizes.lossy == 0 {
        return Ok(Vec::new());
    }
    let numbered: Vec<_> = (1000..).zip(bases()).collect();
    let servers = workers.each("lossy servers", &numbered, |worker, (number, base)| {
        let faultless = Faultless::play(worker, vec![base.name.clone()], Server::with([&base.departure()]))?;
        let drawn = sample::drawn(faults(), sizes.lossy, sizes.seed, *number);
        drawn.iter().map(|fault| faultless.with(worker, reference, &[*fault])).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(servers.into_iter().flatten().collect())
}
