//! `scimulate selftest --population`: the features against servers that are far from the embedded provider as it is.
//!
//! In: a seed and how many servers. Out: which requirements were red on servers that are sound, and which faults were seen on
//! servers that have several, or that keep little. It is the other measure of this program: `selftest` alone tries one fault at
//! a time on a server that is perfect otherwise.

mod document;
mod held;
mod parallel;
mod play;
mod record;
mod sample;
mod sizes;
mod table;
mod trial;

use super::args::SelftestArgs;
use super::exit::Exit;
use super::{CommandError, say};
use held::Held;
use judge::verdict::millis;
use play::Bench;
use provider::{Server, bases, faults};
use record::{Measured, Record};
use sample::Sample;
use sizes::Sizes;
use std::path::Path;
use std::time::Instant;
use trial::{Reference, Trial};

/// Measures, prints the tables, and compares with what is held.
pub(super) fn command(args: &SelftestArgs) -> Result<Exit, CommandError> {
    let meant = &args.servers;
    let file = args.report.as_deref().map(super::selftest::report_file).transpose()?;
    let held = meant.hold.as_deref().map(Held::read).transpose()?;
    let sizes = held.as_ref().map_or_else(|| Sizes::of(meant), |held| held.sizes.clone());
    let timeout = super::duration::read(&args.timeout)?;
    let bench = Bench { timeout, seed: sizes.seed, reading: args.reading.into() };
    let started = Instant::now();
    let mut record = measure(bench, sizes, meant.choice.as_deref(), usize::from(args.jobs))?;
    record.duration_ms = millis(started.elapsed());
    say(&table::text(&record))?;
    if let Some(file) = file {
        let json = serde_json::to_string_pretty(&record).map_err(CommandError::usage)?;
        write(&file, json + "\n")?;
    }
    if let Some(file) = &meant.document {
        write(file, document::text(&record))?;
    }
    let Some(held) = held else {
        return Ok(if record.sound.iter().all(Measured::is_clean) { Exit::Conformant } else { Exit::Findings });
    };
    let worse = held.worse(&record);
    worse.iter().try_for_each(|line| say(&format!("worse than held: {line}\n")))?;
    Ok(if worse.is_empty() { Exit::Conformant } else { Exit::Findings })
}

fn write(path: &Path, text: String) -> Result<(), CommandError> {
    let trouble = |e| CommandError::usage(format!("{} cannot be written: {e}", path.display()));
    std::fs::write(path, text).map_err(trouble)
}

/// Plays all servers of these sizes.
fn measure(bench: Bench, sizes: Sizes, choice: Option<&str>, jobs: usize) -> Result<Record, CommandError> {
    let sound = sound(bench, &sizes, choice, jobs)?;
    let reference = Reference::default();
    let broken = broken(bench, &sizes, &reference, jobs)?;
    let lossy = lossy(bench, &sizes, &reference, jobs)?;
    Ok(Record::new(bench, sizes, sound, broken, lossy))
}

/// Servers with nothing wrong: each departure alone, and then mixtures.
fn sound(bench: Bench, sizes: &Sizes, choice: Option<&str>, jobs: usize) -> Result<Vec<Measured>, CommandError> {
    let alone = sample::some(sample::alone(choice), sizes.alone, bench.seed);
    let mixed = (0..sizes.mixed).map(|number| sample::mixed(bench.seed, number, sizes.choices));
    let samples: Vec<Sample> = alone.into_iter().chain(mixed).collect();
    parallel::each("sound servers", &samples, jobs, |worker, sample| {
        let server = sample.server().map_err(CommandError::usage)?;
        let played = worker.play(&bench, &server, &[])?;
        Ok(Measured::new(sample.names(), played, &sample.breaks()))
    })
}

/// Sound servers, each with faults laid around it.
fn broken(bench: Bench, sizes: &Sizes, reference: &Reference, jobs: usize) -> Result<Vec<Trial>, CommandError> {
    let numbers: Vec<u64> = (0..sizes.broken).collect();
    let trials = parallel::each("broken servers", &numbers, jobs, |worker, number| {
        let sample = sample::mixed(bench.seed, *number, sizes.choices);
        let server = sample.server().map_err(CommandError::usage)?;
        let base = worker.play(&bench, &server, &[])?;
        let of = |count: &usize| {
            let drawn = sample::drawn(faults(), *count, bench.seed, *number);
            trial::several(&bench, worker, reference, (sample.names(), &server, &base), &drawn)
        };
        sizes.at_once.iter().map(of).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(trials.into_iter().flatten().collect())
}

/// Servers that keep little, each with one fault after the other.
fn lossy(bench: Bench, sizes: &Sizes, reference: &Reference, jobs: usize) -> Result<Vec<Trial>, CommandError> {
    if sizes.lossy == 0 {
        return Ok(Vec::new());
    }
    let trials = parallel::each("lossy servers", bases(), jobs, |worker, base| {
        let server = Server::with([&base.departure()]).map_err(CommandError::usage)?;
        let alone = worker.play(&bench, &server, &[])?;
        let number = bases().iter().position(|b| b.name == base.name).unwrap_or_default() as u64;
        let drawn = sample::drawn(faults(), sizes.lossy, bench.seed, 1000 + number);
        let one = |fault: &&'static provider::Fault| {
            trial::several(&bench, worker, reference, (vec![base.name.clone()], &server, &alone), &[*fault])
        };
        drawn.iter().map(one).collect::<Result<Vec<_>, _>>()
    })?;
    Ok(trials.into_iter().flatten().collect())
}
