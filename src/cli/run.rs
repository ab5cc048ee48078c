//! `scimulate run`: the main job.

use super::args::RunArgs;
use super::embedded::StartedProviders;
use super::exit::Exit;
use super::file::Source;
use super::interrupt::Interrupts;
use super::run_settings::{Connected, ForeignTarget, RunSettings};
use super::{
    CommandError, baseline, connect, discovery_documents, embedded, features, kept, leaving, notice as warn, record,
    runtime, say, settings,
};
use crate::operator::Operator;
use crate::run::{Plan, ScheduleLimits, Shard, durations, run};
use crate::safety::{Ledger, Target, count_of, deactivated_of, run_id};
use crate::step::{Discovery, Session, Snapshots};
use ::certify::Answer;
use client::wire::{self, Actor, Client, Credential, Journal, Transport};
use judge::snapshot::{Policy, Store};
use judge::verdict::{RunEvent, RunRecord};
use provider::Profile;
use report::{Beside, Format, Report, ReportError, Spec, Style, open, open_all};
use std::cell::Cell;
use std::collections::BTreeMap;
use std::io::{ErrorKind, IsTerminal as _};
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// All of `snapshots/`, packed by the build script.
static GOLDENS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/goldens.zlib"));

/// The golden exchanges that the program carries.
pub(super) fn goldens() -> Store {
    Store::packed(GOLDENS)
}

/// Plays the scenarios and reports.
pub(super) fn command(args: RunArgs) -> Result<Exit, CommandError> {
    let source = connect::source(args.config.as_deref())?;
    let args = &with_target(args, &source)?;
    let meant = RunSettings::of(args, &source)?;
    if args.show_settings {
        return say(&meant.shown).map(|()| Exit::Conformant);
    }
    if args.preflight_only {
        return preflight_only(&meant, meant.connect(&args.token, &source)?);
    }
    connect::guard(&meant, args.i_may_write)?;
    let connected = meant.connect(&args.token, &source)?;
    let plan = part(features::plan(&meant.select)?, args)?;
    let mut reports = reports(&meant.report, args.verbose, true)?;
    let (record, _) = played(args, &meant, connected, plan, &mut reports, Extent::Plan)?;
    for report in &mut reports {
        told(report.finish())?;
    }
    Ok(record.verdict().into())
}

/// How much of a target is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Extent {
    /// What the plan asks.
    Plan,
    /// The discovery documents besides, as they are.
    WithDiscovery,
}

/// Plays a plan against the target meant, and tells the reports.
pub(super) fn played(
    args: &RunArgs,
    meant: &RunSettings,
    connected: Option<Connected>,
    mut plan: Plan,
    reports: &mut [Box<dyn Report>],
    extent: Extent,
) -> Result<(RunRecord, Vec<Answer>), CommandError> {
    let cast = match connected {
        Some(_) => Vec::new(),
        None => embedded::cast(&plan, meant.profile.as_deref())?,
    };
    if meant.snapshots.is_some_and(writes) {
        writable(&meant.snapshots_dir)?;
    }
    runtime()?.block_on(async {
        let (stage, transport) = match (&meant.target, connected) {
            (Some(target), Some(connected)) => {
                let transport =
                    Transport::build(connected.setup).map_err(CommandError::usage)?.with_spool(meant.spool());
                let known =
                    foreign(meant, target, (connected.credential, connected.operator), &transport, args.i_may_write)
                        .await?;
                (StartedProviders::of(known), transport)
            }
            _ => {
                let request = meant.timeout.min(Duration::from_secs(60));
                let connect = meant.timeout.min(Duration::from_secs(10));
                let silence = meant.timeout;
                let limits = wire::TransportLimits { connect, request, silence, ..wire::TransportLimits::default() };
                (
                    StartedProviders::start(meant.seed, &cast, &[]).await?,
                    Transport::new(limits).map_err(CommandError::blocked)?.with_spool(meant.spool()),
                )
            }
        };
        let running = stage.running;
        let before = args.baseline.as_deref().map(|path| baseline::read(path, &stage.target.name)).transpose()?;
        plan.baseline.clone_from(&before);
        let documents = match extent {
            Extent::Plan => Vec::new(),
            Extent::WithDiscovery => {
                let (base, credential) = (stage.target.base.clone(), stage.target.credential.clone());
                let client = Client::new(transport.clone(), base, credential, Actor::Discovery, Journal::default());
                discovery_documents::documents(&client).await
            }
        };
        let targets = (stage.target, stage.products);
        let session = Rc::new(session(meant, targets, transport, !running.is_empty())?);
        let how = connect::flags(&session.target.name, args.config.as_deref(), &args.token);
        let token_env = args.token.token_env.as_deref();
        let record = play((meant, how, token_env), &plan, session, reports).await?;
        if let Some(path) = &args.write_baseline {
            baseline::write(path, &record, before.as_deref())?;
        }
        for provider in running {
            provider.stop().await;
        }
        Ok((record, documents))
    })
}

/// The arguments with the target that stands among the features: a URL, or a name of the settings where no such file is.
fn with_target(mut args: RunArgs, source: &Source) -> Result<RunArgs, CommandError> {
    let is_target = |path: &PathBuf| {
        let text = path.to_str().unwrap_or_default();
        text.contains("://") || (source.file.targets.contains_key(text) && !path.exists())
    };
    let (targets, features): (Vec<PathBuf>, Vec<PathBuf>) = args.select.features.drain(..).partition(is_target);
    args.select.features = features;
    match (targets.as_slice(), &args.target) {
        ([], _) => {}
        ([one], None) => args.target = Some(one.display().to_string()),
        (all, _) => {
            let named: Vec<String> =
                all.iter().map(|one| one.display().to_string()).chain(args.target.clone()).collect();
            return Err(CommandError::usage(format!("a run has one target, and here are {}", named.join(" and "))));
        }
    }
    Ok(args)
}

/// The part of the plan that is meant.
fn part(plan: Plan, args: &RunArgs) -> Result<Plan, CommandError> {
    let Some(shard) = args.shard.as_deref() else { return Ok(plan) };
    let shard: Shard = shard.parse().map_err(CommandError::usage)?;
    let times = args.shard_times.as_deref().map(record::read).transpose()?;
    Ok(plan.shard(shard, &times.as_ref().map(durations).unwrap_or_default()))
}

/// A reader that went away (`scimulate run | head`) is no trouble: the verdict is in the exit code.
pub(super) fn told(written: Result<(), ReportError>) -> Result<(), CommandError> {
    match written {
        Err(ReportError::Output(error)) if error.kind() == ErrorKind::BrokenPipe => Ok(()),
        other => other.map_err(CommandError::blocked),
    }
}

fn writes(policy: Policy) -> bool {
    matches!(policy, Policy::Propose | Policy::Accept)
}

/// Tries the folder before the run: a golden file that cannot be written afterwards would be a run for nothing.
fn writable(folder: &Path) -> Result<(), CommandError> {
    let probe = folder.join(format!(".{}.part", std::process::id()));
    std::fs::create_dir_all(folder)
        .and_then(|()| std::fs::write(&probe, ""))
        .and_then(|()| std::fs::remove_file(&probe))
        .map_err(|e| {
            let folder = folder.display();
            CommandError::usage(format!(
                "snapshots cannot be written to {folder}: {e}; name another folder with --snapshots-dir"
            ))
        })
}

/// The reports asked for.
fn specs(asked: &[String]) -> Result<Vec<Spec>, CommandError> {
    asked.iter().map(|text| text.parse().map_err(CommandError::usage)).collect()
}

/// The reports asked for; the terminal one is always there. The record is kept for `scimulate show` where nobody asked for one
/// and `keep` says so.
pub(super) fn reports(asked: &[String], verbose: bool, keep: bool) -> Result<Vec<Box<dyn Report>>, CommandError> {
    let mut specs = specs(asked)?;
    let kept =
        if keep && !specs.iter().any(|s| s.format.name() == "json" && s.path.is_some()) { kept::ready() } else { None };
    let beside = Beside::of(&specs, kept.is_some());
    if !specs.iter().any(|s| s.format == Format::Terminal || (s.path.is_none() && !s.format.below_text())) {
        specs.insert(0, Spec { format: Format::Terminal, path: None });
    }
    let mut all = open_all(&specs, style(verbose), &beside).map_err(CommandError::usage)?;
    let record = kept.and_then(|path| Some(Spec { format: "json".parse().ok()?, path: Some(path) }));
    // Where it cannot be kept the run says nothing of it, and goes on.
    all.extend(record.and_then(|spec| open(&spec, style(false), &beside).ok()));
    Ok(all)
}

/// How text for people looks here.
pub(super) fn style(verbose: bool) -> Style {
    let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
    let progress = std::io::stderr().is_terminal();
    Style { colour, progress, width: terminal_width(), verbose, read_along: leaving::read_along() }
}

/// Columns of the terminal: what the variable says before what the terminal does; a hundred where there is none.
fn terminal_width() -> usize {
    let told = std::env::var("COLUMNS").ok().and_then(|columns| columns.parse::<usize>().ok());
    let own = || terminal_size::terminal_size().map(|(width, _)| usize::from(width.0));
    told.or_else(own).filter(|width| *width > 0).map_or(100, |width| width.clamp(30, 400))
}

/// Looks, tells, and judges nothing.
fn preflight_only(meant: &RunSettings, connected: Option<Connected>) -> Result<Exit, CommandError> {
    let (Some(target), Some(connected)) = (&meant.target, connected) else {
        return Err(CommandError::usage("--preflight-only looks at a target; name one with --target"));
    };
    let transport = Transport::build(connected.setup).map_err(CommandError::usage)?;
    let (base, credential) = (target.base.clone(), connected.credential);
    let client = Client::new(transport, base, credential, Actor::Preflight, Journal::default());
    let seen = runtime()?.block_on(connect::look(&client));
    say(&seen.lines())?;
    match seen.blocked {
        Some(blocked) => Err(CommandError::blocked(blocked)),
        None => Ok(Exit::Conformant),
    }
}

/// Looks at somebody's server before anything is judged.
async fn foreign(
    meant: &RunSettings,
    target: &ForeignTarget,
    connected: (Option<Credential>, Operator),
    transport: &Transport,
    may_write: bool,
) -> Result<Target, CommandError> {
    let (base, (credential, operator)) = (target.base.clone(), connected);
    let client = |actor| Client::new(transport.clone(), base.clone(), credential.clone(), actor, Journal::default());
    let seen = connect::look(&client(Actor::Preflight)).await;
    if let Some(blocked) = seen.blocked {
        return Err(CommandError::blocked(blocked));
    }
    for odd in seen.items.iter().filter(|l| l.remedy.is_some()) {
        warn(&format!("note: {}: {}; {}", odd.what, odd.seen, odd.remedy.as_deref().unwrap_or_default()));
    }
    if !may_write && !meant.read_only {
        connect::empty_enough(target, &seen, &client(Actor::Census)).await?;
    }
    let chosen = meant.profile.as_deref().unwrap_or(embedded::RFC);
    let known = Profile::named(chosen).map_err(CommandError::usage)?;
    Ok(Target {
        name: target.name.clone(),
        base,
        credential,
        profile: embedded::profile_name(chosen),
        departures: embedded::departures(&known.behaviour),
        goldens: target.goldens(),
        settings: target.settings.clone(),
        operator,
    })
}

fn session(
    meant: &RunSettings,
    (target, products): (Target, BTreeMap<String, Target>),
    transport: Transport,
    embedded: bool,
) -> Result<Session, CommandError> {
    // On the embedded provider the same seed is the same run; elsewhere two runs must not meet in one tenant.
    let salt = if embedded { meant.seed } else { super::entropy::entropy() };
    let run_id = run_id(salt);
    let ledger = if embedded {
        Ledger::in_memory()
    } else {
        Ledger::at(PathBuf::from(".scimulate").join(format!("ledger-{run_id}.jsonl")))
    };
    let folder = meant.snapshots_dir.join(&target.goldens);
    // Without another profile asked for, every scenario has golden exchanges.
    let ours = embedded && meant.profile.as_deref().is_none_or(|profile| profile == embedded::RFC);
    let usual = ours && meant.select.features.is_empty() && meant.seed == settings::SEED;
    let usually = if usual || (!embedded && folder.is_dir()) { Policy::Check } else { Policy::Off };
    let policy = meant.snapshots.unwrap_or(usually);
    let store = match (embedded, writes(policy)) {
        (true, false) => goldens(),
        (true, true) => goldens().over(meant.snapshots_dir.clone()),
        (false, _) => Store::folder(meant.snapshots_dir.clone()),
    };
    Ok(Session {
        target,
        products,
        transport,
        seed: meant.seed,
        run_id,
        asked: meant.asked.clone(),
        ledger: Arc::new(ledger),
        snapshots: Snapshots { store, policy },
        policies: ours || meant.select.tags.as_ref().is_some_and(|t| t.contains("@policy")),
        ours_and_faultless: embedded,
        keep_exchanges: specs(&meant.report)?.iter().any(|spec| spec.format.exchanges()),
        too_large: Cell::new(None),
        discovery: Discovery::default(),
        clock: || jiff::Timestamp::now().to_string(),
    })
}

async fn play(
    (meant, how, token_env): (&RunSettings, String, Option<&str>),
    plan: &Plan,
    session: Rc<Session>,
    reports: &mut [Box<dyn Report>],
) -> Result<RunRecord, CommandError> {
    let embedded = matches!(session.target.operator, Operator::Admin { .. });
    let limits = ScheduleLimits {
        jobs: usize::from(meant.jobs.unwrap_or(if embedded { 8 } else { 4 })),
        scenario: meant.timeout,
        cleanup: Duration::from_secs(60),
        retries: meant.retries,
        fail_fast: meant.fail_fast,
    };
    let ledger = session.ledger.clone();
    let interrupted = listen(&session, how.clone());
    let mut broken = None;
    let mut tell = |event: &RunEvent| {
        for report in reports.iter_mut() {
            if let Err(trouble) = told(report.event(event)) {
                broken.get_or_insert(trouble);
            }
        }
    };
    let mut record = run(plan, session, limits, interrupted, &mut |event| tell(&leaving::event(event))).await;
    record.target.token_env = token_env.map(str::to_owned);
    // One record and no copy: of a long run it is many megabytes.
    let record = Arc::new(leaving::record(record));
    tell(&RunEvent::RunFinished(record.clone()));
    if !ledger.close() {
        left_behind(&ledger, &how);
    }
    broken.map_or_else(|| Ok(Arc::unwrap_or_clone(record)), Err)
}

/// Says how to remove what is still on the target.
fn left_behind(ledger: &Ledger, how: &str) {
    let (deactivated, left): (Vec<_>, Vec<_>) =
        ledger.outstanding(None).into_iter().partition(|entry| entry.deactivated);
    let Some(path) = ledger.path() else { return };
    let path = path.display();
    if !left.is_empty() {
        let count = count_of(left.len());
        warn(&format!("{count} left on the target; remove with: scimulate sweep {path} {how}"));
    }
    if !deactivated.is_empty() {
        let count = deactivated_of(deactivated.len());
        warn(&format!("{count}; {path} names them"));
    }
}

/// The first interrupt asks the run to stop and clean up; the second leaves at once and says what stays.
fn listen(session: &Session, how: String) -> watch::Receiver<bool> {
    let (sender, receiver) = watch::channel(false);
    let ledger = session.ledger.clone();
    tokio::spawn(async move {
        let Ok(mut interrupts) = Interrupts::listen() else { return };
        if !interrupts.next().await {
            return;
        }
        warn("interrupted: cleaning up; once more to leave at once");
        let _nobody_listens_after_the_run = sender.send(true);
        if interrupts.next().await {
            left_behind(&ledger, &how);
            std::process::exit(i32::from(Exit::Interrupted.code()));
        }
    });
    receiver
}
