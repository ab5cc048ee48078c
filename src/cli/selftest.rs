//! `scimulate selftest`: every fault of the embedded provider against the features.
//!
//! In: the faults and the built-in features. Out: which check or scenario caught each fault, and which lives. It is the
//! measure of this program: a fault that lives is a defect it would not see on somebody's server either.

use super::args::{SelectArgs, SelftestArgs};
use super::bench::Bench;
use super::embedded::StartedProviders;
use super::exit::Exit;
use super::{CommandError, embedded, features, runtime, say, settings};
use crate::run::Plan;
use client::wire::Transport;
use futures::StreamExt as _;
use judge::verdict::{OutcomeKind, RunRecord, ScenarioRecord, millis};
use provider::{Fault, Profile, faults};
use serde::Serialize;
use std::cell::Cell;
use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Version of the record's JSON shape.
const VERSION: u32 = 2;
/// Scenarios at once against one fault. More would only finish more of them after the first that fails.
const AT_ONCE: usize = 4;

/// What a self-test found.
#[derive(Debug, Serialize)]
struct Record {
    version: u32,
    tool: &'static str,
    seed: u64,
    duration_ms: f64,
    caught: usize,
    /// Faults that live, and may: each has its reason.
    allowed: usize,
    faults: Vec<Tried>,
}

/// One fault, tried.
#[derive(Debug, Serialize)]
struct Tried {
    id: &'static str,
    name: &'static str,
    report: &'static str,
    requirement: &'static str,
    text: &'static str,
    /// The first scenario in the order played that failed; absent when the fault lives.
    caught: Option<Catch>,
    /// Why this fault may live.
    #[serde(skip_serializing_if = "Option::is_none")]
    may_live: Option<&'static str>,
    /// Scenarios that failed, of those played.
    failed: usize,
    played: usize,
    /// Scenarios that ended by a defect of ours.
    bugs: Vec<String>,
    requests: usize,
    duration_ms: f64,
}

/// How a fault was caught.
#[derive(Debug, Serialize)]
struct Catch {
    /// The check's requirement, or the id of the scenario's own expectation.
    requirement: String,
    scenario: String,
    file: String,
    line: usize,
    /// Whether the scenario was written for the fault: it carries the tag of its field report.
    meant: bool,
    expected: String,
    seen: String,
}

/// What all faults are tried with.
struct SelfTest {
    plan: Plan,
    /// The products the plan asks for.
    cast: Vec<(String, Profile)>,
    transport: Transport,
    bench: Bench,
}

/// Tries the faults and prints the table.
pub(super) fn command(args: &SelftestArgs) -> Result<Exit, CommandError> {
    let file = args.report.as_deref().map(report_file).transpose()?;
    let wanted = wanted(&args.faults)?;
    let bench = Bench {
        seed: settings::SEED,
        timeout: super::duration::read(&args.timeout)?,
        jobs: AT_ONCE,
        fail_fast: !args.all,
        policies: true,
    };
    let plan = features::plan(&SelectArgs::default())?;
    let test = SelfTest { cast: embedded::cast(&plan, None)?, plan, transport: bench.transport()?, bench };
    let started = Instant::now();
    let tried = runtime()?.block_on(try_all(&test, &wanted, usize::from(args.jobs)))?;
    let record = Record {
        version: VERSION,
        tool: concat!("scimulate ", env!("CARGO_PKG_VERSION")),
        seed: settings::SEED,
        duration_ms: millis(started.elapsed()),
        caught: tried.iter().filter(|t| t.caught.is_some()).count(),
        allowed: tried.iter().filter(|t| t.caught.is_none() && t.may_live.is_some()).count(),
        faults: tried,
    };
    say(&table(&record))?;
    if let Some(file) = file {
        write(&file, &record)?;
    }
    Ok(exit(&record))
}

/// The faults named, or all.
fn wanted(names: &[String]) -> Result<Vec<&'static Fault>, CommandError> {
    if names.is_empty() {
        return Ok(faults().iter().collect());
    }
    names.iter().map(|name| Fault::find(name).map_err(CommandError::usage)).collect()
}

pub(super) fn report_file(text: &str) -> Result<PathBuf, CommandError> {
    match text.split_once('=') {
        Some(("json", path)) if !path.is_empty() => Ok(PathBuf::from(path)),
        _ => Err(CommandError::usage(format!("`{text}` is no report of a self-test; write json=FILE"))),
    }
}

async fn try_all(test: &SelfTest, wanted: &[&'static Fault], jobs: usize) -> Result<Vec<Tried>, CommandError> {
    let done = Cell::new(0);
    let shown = std::io::stderr().is_terminal();
    let tell = |fault: &Fault| {
        done.set(done.get() + 1);
        if shown {
            let _nobody_reads =
                write!(std::io::stderr(), "\r{} of {} faults: {}   ", done.get(), wanted.len(), fault.id);
        }
    };
    let tried = futures::stream::iter(wanted)
        .map(|fault| async {
            let tried = try_one(test, fault).await;
            tell(fault);
            tried
        })
        .buffered(jobs)
        .collect::<Vec<_>>()
        .await;
    if shown {
        let _nobody_reads = write!(std::io::stderr(), "\r{:60}\r", "");
    }
    tried.into_iter().collect()
}

/// Starts the provider with the fault, plays, and looks at what failed.
async fn try_one(test: &SelfTest, fault: &'static Fault) -> Result<Tried, CommandError> {
    let started = Instant::now();
    let stage = StartedProviders::start(test.bench.seed, &test.cast, &[&fault.id]).await?;
    let plan = meant_first(&test.plan, &fault.report);
    let record = test.bench.measure(&plan, (stage.target, stage.products), test.transport.clone()).await;
    for provider in stage.running {
        provider.stop().await;
    }
    Ok(judged(fault, &plan, &record, started.elapsed()))
}

/// The same plan, the scenarios of this field report first.
fn meant_first(plan: &Plan, report: &str) -> Plan {
    let mut instances = plan.instances.clone();
    instances.sort_by_key(|instance| !instance.scenario.tags.contains(report));
    Plan { instances, ..Plan::default() }
}

fn judged(fault: &'static Fault, plan: &Plan, record: &RunRecord, took: Duration) -> Tried {
    let of = |kind: OutcomeKind| record.scenarios.iter().filter(move |s| s.outcome.kind == kind);
    let place = |s: &ScenarioRecord| plan.instances.iter().position(|i| i.name() == s.full_name());
    let first = of(OutcomeKind::Failed).min_by_key(|s| place(s));
    Tried {
        id: &fault.id,
        name: &fault.name,
        report: &fault.report,
        requirement: &fault.requirement,
        text: &fault.text,
        caught: first.map(|scenario| catch(fault, scenario)),
        may_live: fault.may_live.as_deref(),
        failed: of(OutcomeKind::Failed).count(),
        played: record.scenarios.len() - of(OutcomeKind::NotReached).count(),
        bugs: of(OutcomeKind::Bug).map(ScenarioRecord::full_name).collect(),
        requests: record.totals.requests,
        duration_ms: millis(took),
    }
}

fn catch(fault: &Fault, scenario: &ScenarioRecord) -> Catch {
    let failing = || scenario.findings.iter().filter(|f| f.severity.fails());
    let finding = failing().find(|f| f.requirement == fault.requirement).or_else(|| failing().next());
    Catch {
        requirement: finding.map_or_else(|| "a step".to_owned(), |f| f.requirement.clone()),
        scenario: scenario.full_name(),
        file: scenario.file.clone(),
        line: scenario.line,
        meant: scenario.tags.contains(&fault.report),
        expected: finding.map_or_else(String::new, |f| f.expected.clone()),
        seen: finding.map_or_else(|| scenario.outcome.reason.clone().unwrap_or_default(), |f| f.seen.clone()),
    }
}

/// One line for each fault, and the sum.
fn table(record: &Record) -> String {
    let mut text = String::new();
    for tried in &record.faults {
        let how = match (&tried.caught, tried.may_live) {
            (Some(catch), _) => {
                let mark = if catch.meant { "" } else { "  (not tagged for it)" };
                format!("{}; {}{mark}", catch.requirement, catch.scenario)
            }
            (None, Some(reason)) => format!("LIVES, as it may: {reason}"),
            (None, None) => format!("LIVES: {}", tried.text),
        };
        let count =
            if tried.failed > 1 { format!("  [{} of {} failed]", tried.failed, tried.played) } else { String::new() };
        text.push_str(&format!("{} {:<40} {how}{count}\n", tried.id, tried.name));
        for bug in &tried.bugs {
            text.push_str(&format!("     a defect of scimulate showed in: {bug}\n"));
        }
    }
    let seconds = record.duration_ms / 1e3;
    let allowed = if record.allowed > 0 { format!(", {} may live", record.allowed) } else { String::new() };
    text.push_str(&format!("\ncaught {} of {}{allowed}, in {seconds:.1} s\n", record.caught, record.faults.len()));
    text
}

fn write(path: &Path, record: &Record) -> Result<(), CommandError> {
    let json = serde_json::to_string_pretty(record).map_err(CommandError::usage)?;
    std::fs::write(path, json + "\n")
        .map_err(|e| CommandError::usage(format!("the record cannot be written to {}: {e}", path.display())))
}

fn exit(record: &Record) -> Exit {
    if record.caught + record.allowed < record.faults.len() { Exit::Findings } else { Exit::Conformant }
}
