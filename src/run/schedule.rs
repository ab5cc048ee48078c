//! The run loop: several scenarios at once on one thread, each with its limits, each cleaning up after itself.

use super::left::{compared, removed_late};
use super::plan::{APART, Instance, Plan};
use crate::step::{Closing, Place, Session, World, suspends_everybody};
use crate::verdict::{
    Event, Outcome, OutcomeKind, RECORD_VERSION, RunRecord, ScenarioRecord, StepRecord, TargetRecord, Totals, fold,
    millis, topics,
};
use futures::StreamExt as _;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long a target that does not answer any more is waited for, once: long enough for a restart.
const AWAY: Duration = Duration::from_secs(10);

/// Bounds of a run.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Scenarios at once.
    pub jobs: usize,
    /// Time for the steps of one scenario, cleanup not included.
    pub scenario: Duration,
    /// Time for the cleanup of one scenario.
    pub cleanup: Duration,
    /// How often a failed scenario is tried again.
    pub retries: u32,
    /// Start no further scenario once one has failed.
    pub fail_fast: bool,
}

/// Plays the plan. `interrupted` turns true when the user wants to stop: then nothing new starts, steps under way end
/// at once, and every scenario still cleans up.
pub async fn run(
    plan: &Plan,
    session: Rc<Session>,
    limits: Limits,
    interrupted: watch::Receiver<bool>,
    on_event: &mut dyn FnMut(Event),
) -> RunRecord {
    let before = session.census().await;
    let started = Instant::now();
    let started_at = session.now();
    let target = TargetRecord {
        name: session.target.name.clone(),
        base_url: session.target.base.to_string(),
        profile: session.target.profile.clone(),
    };
    let on_event = RefCell::new(on_event);
    let tell = |event: Event| (on_event.borrow_mut())(event);
    tell(Event::RunStarted { target: target.clone(), scenarios: plan.instances.len(), seed: session.seed });
    let (stop, gone) = (Cell::new(false), Cell::new(false));
    let play = |instance: &Instance| {
        let (instance, session, interrupted) = (instance.clone(), session.clone(), interrupted.clone());
        let (stop, gone, tell, outlives) = (&stop, &gone, &tell, before.is_some());
        async move {
            let at_ms = millis(started.elapsed());
            let mut record = if stop.get() || *interrupted.borrow() {
                let (kind, reason) = if stop.get() {
                    (OutcomeKind::NotReached, "an earlier scenario failed (--fail-fast)")
                } else {
                    (OutcomeKind::Interrupted, "the run was interrupted")
                };
                blank(&instance, Outcome::of(kind, reason))
            } else {
                tell(Event::ScenarioStarted { name: instance.name() });
                tried(&instance, &session, limits, interrupted.clone(), gone).await
            };
            record.at_ms = at_ms;
            if let Some(baseline) = &plan.baseline {
                baseline.mark(&mut record);
            }
            if limits.fail_fast && matches!(record.outcome.kind, OutcomeKind::Failed | OutcomeKind::Bug) {
                stop.set(true);
            }
            tell(Event::ScenarioFinished(Box::new(record.clone())));
            // The rest of the plan would be blocked within the second that a restart takes.
            if outlives && was_blocked(&record) && !gone.get() && !stop.get() {
                gone.set(!back(&session, interrupted).await);
            }
            (instance.number, record)
        }
    };
    let mut done: Vec<_> =
        futures::stream::iter(&plan.instances).map(play).buffer_unordered(limits.jobs.max(1)).collect().await;
    done.sort_by_key(|(number, _)| *number);
    let mut scenarios: Vec<ScenarioRecord> = done.into_iter().map(|(_, record)| record).collect();
    if before.is_some() && !gone.get() {
        removed_late(&mut scenarios, &session).await;
    }
    let as_found = match &before {
        Some(before) => Some(compared(before, &session).await),
        None => None,
    };
    let exercised: BTreeSet<&String> = scenarios.iter().flat_map(|s| &s.exercised).collect();
    let mut record = RunRecord {
        version: RECORD_VERSION,
        tool: concat!("scimulate ", env!("CARGO_PKG_VERSION")).to_owned(),
        started_at,
        duration_ms: millis(started.elapsed()),
        seed: session.seed,
        reading: session.reading,
        shard: plan.shard.map(|shard| shard.to_string()),
        target,
        totals: Totals::of(&scenarios),
        findings: fold(scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure)),
        baseline: plan.baseline.as_ref().map(|baseline| baseline.verdict(&scenarios, plan.shard.is_none())),
        exercised: exercised.into_iter().cloned().collect(),
        topics: Vec::new(),
        as_found,
        left_out: plan.left_out.clone(),
        scenarios,
    };
    record.topics = topics(&plan.subjects, &record.exercised, &record.findings);
    tell(Event::RunFinished(Box::new(record.clone())));
    record
}

/// Whether the target let a step down, also where the scenario counts as failed for what was found before.
fn was_blocked(record: &ScenarioRecord) -> bool {
    let steps = record.steps.iter().map(|step| &step.outcome);
    steps.chain([&record.outcome]).any(|outcome| outcome.kind == OutcomeKind::Blocked)
}

/// Waits for a target that is away, unless the user wants to stop.
async fn back(session: &Session, mut interrupted: watch::Receiver<bool>) -> bool {
    tokio::select! {
        biased;
        () = until_true(&mut interrupted) => true,
        back = session.comes_back(AWAY) => back,
    }
}

/// Plays an instance until it passes or its retries are used up; the last attempt counts. A target that is away is waited
/// for in between, unless it is `gone`: waited for in vain before.
async fn tried(
    instance: &Instance,
    session: &Rc<Session>,
    limits: Limits,
    interrupted: watch::Receiver<bool>,
    gone: &Cell<bool>,
) -> ScenarioRecord {
    let mut attempt = 1;
    loop {
        let mut record = once(instance, session, limits, interrupted.clone(), attempt).await;
        record.attempts = attempt;
        let again = matches!(record.outcome.kind, OutcomeKind::Failed | OutcomeKind::TimedOut | OutcomeKind::Blocked);
        if attempt > limits.retries || !again || *interrupted.borrow() {
            return record;
        }
        if was_blocked(&record) && !gone.get() {
            gone.set(!back(session, interrupted.clone()).await);
        }
        attempt += 1;
    }
}

async fn once(
    instance: &Instance,
    session: &Rc<Session>,
    limits: Limits,
    mut interrupted: watch::Receiver<bool>,
    attempt: u32,
) -> ScenarioRecord {
    let started = Instant::now();
    let mut record = blank(instance, Outcome::passed());
    let scenario = &instance.scenario;
    let place = Place {
        file: &scenario.file,
        line: scenario.line,
        feature: &scenario.feature,
        scenario: &scenario.name,
        tags: &scenario.tags,
        profile: scenario.profiles().next(),
        alone: scenario.tags.contains("exclusive") || scenario.steps.iter().any(|s| suspends_everybody(&s.text)),
        golden: !APART.iter().any(|tag| scenario.tags.contains(*tag)),
    };
    let opening = World::open(session.clone(), &instance.casting, instance.number, place, attempt);
    let mut world = match opening.await {
        Ok(world) => world,
        Err(outcome) => {
            record.outcome = outcome;
            record.duration_ms = millis(started.elapsed());
            return record;
        }
    };
    let deadline = tokio::time::Instant::now() + limits.scenario;
    let mut ended: Option<Outcome> = None;
    for (step, bound) in scenario.steps.iter().zip(instance.bound.iter()) {
        let began = Instant::now();
        let first = world.exchanges();
        let outcome = if ended.is_some() {
            Outcome::of(OutcomeKind::NotReached, "an earlier step ended the scenario")
        } else {
            tokio::select! {
                biased;
                () = until_true(&mut interrupted) => Outcome::of(OutcomeKind::Interrupted, "the run was interrupted"),
                played = tokio::time::timeout_at(deadline, bound.play(&mut world)) => played.unwrap_or_else(|_| {
                    let limit = limits.scenario.as_secs_f64();
                    Outcome::of(OutcomeKind::TimedOut, format!("the scenario took longer than {limit} s (--timeout)"))
                }),
            }
        };
        if !outcome.is_passed() && ended.is_none() {
            ended = Some(outcome.clone());
        }
        record.steps.push(StepRecord {
            keyword: step.keyword.clone(),
            text: step.text.clone(),
            line: step.line,
            outcome,
            duration_ms: millis(began.elapsed()),
            exchanges: (first, world.exchanges()),
        });
    }
    let closing = world.close(limits.cleanup, ended.as_ref()).await;
    settle(&mut record, ended, closing);
    record.duration_ms = millis(started.elapsed());
    record
}

/// Joins what the steps said with what the checks found.
fn settle(record: &mut ScenarioRecord, mut ended: Option<Outcome>, mut closing: Closing) {
    if closing.shut_out {
        let reason =
            "the target refuses the credential that it accepted when the run began: it has ended or was revoked";
        ended = Some(Outcome::of(OutcomeKind::Blocked, reason));
        closing.findings.clear();
    }
    let failing = closing.findings.iter().filter(|f| f.severity.fails()).count();
    let unmet = || format!("{failing} {} not hold", if failing == 1 { "requirement does" } else { "requirements do" });
    record.outcome = match ended {
        // What was seen until then was seen.
        Some(Outcome { kind: OutcomeKind::Blocked | OutcomeKind::TimedOut, reason })
            if failing > 0 && !closing.shut_out =>
        {
            Outcome::of(OutcomeKind::Failed, format!("{}, and then: {}", unmet(), reason.unwrap_or_default()))
        }
        Some(outcome) if outcome.kind != OutcomeKind::Skipped || failing == 0 => outcome,
        _ if failing > 0 => Outcome::of(OutcomeKind::Failed, unmet()),
        _ => Outcome::passed(),
    };
    record.findings = closing.findings;
    record.exercised = closing.exercised;
    record.requests = closing.requests;
    record.repeats = closing.repeats;
    record.base_url = closing.base_url;
    record.exchanges = closing.exchanges;
    record.snapshot = closing.snapshot;
    record.left_behind = closing.left_behind;
    record.notes = closing.notes;
}

async fn until_true(flag: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone: then nobody can interrupt any more.
    if flag.wait_for(|stop| *stop).await.is_err() {
        std::future::pending::<()>().await;
    }
}

fn blank(instance: &Instance, outcome: Outcome) -> ScenarioRecord {
    let scenario = &instance.scenario;
    ScenarioRecord {
        number: instance.number,
        file: scenario.file.to_string(),
        line: scenario.line,
        feature: scenario.feature.to_string(),
        name: scenario.name.clone(),
        idp: instance.casting.id(),
        tags: scenario.tags.iter().cloned().collect(),
        outcome,
        ..ScenarioRecord::blank()
    }
}
