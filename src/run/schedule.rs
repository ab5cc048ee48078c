//! The run loop: several scenarios at once on one thread, each with its limits, each cleaning up after itself.

use super::plan::{Instance, Plan};
use super::play::{Conditions, blank, was_blocked};
use crate::step::{Census, Session};
use crate::verdict::{
    AsFound, Event, Outcome, OutcomeKind, RECORD_VERSION, RunRecord, ScenarioRecord, TargetRecord, Totals, fold,
    millis, topics,
};
use futures::StreamExt as _;
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

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

/// How long is waited for a look at the target after the run, and for a sweep.
const PATIENCE: Duration = Duration::from_secs(60);

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
    let (started, waited) = (Instant::now(), session.waited());
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
    // Scenarios on one stage take turns; the last of them clears it.
    let play = |together: Vec<&Instance>| {
        let together: Vec<Instance> = together.into_iter().cloned().collect();
        let conditions = Conditions { session: &session, limits, interrupted: interrupted.clone(), gone: &gone };
        let (stop, tell, outlives) = (&stop, &tell, before.is_some());
        async move {
            let (mut set, mut records) = (None, Vec::new());
            for (at, instance) in together.iter().enumerate() {
                let at_ms = millis(started.elapsed());
                let mut record = match halted(stop.get(), *conditions.interrupted.borrow()) {
                    Some(outcome) => blank(instance, outcome),
                    None => {
                        tell(Event::ScenarioStarted { name: instance.name() });
                        conditions.play(instance, &mut set, at + 1 < together.len()).await
                    }
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
                if outlives && was_blocked(&record) && !stop.get() {
                    conditions.wait().await;
                }
                records.push((instance.number, record));
            }
            // Where the run was broken off, nobody has cleared the stage.
            let left = conditions.clear(set).await;
            if let Some((_, last)) = records.last_mut() {
                last.left_behind.extend(left);
            }
            records
        }
    };
    let done = futures::stream::iter(plan.stages()).map(play).buffer_unordered(limits.jobs.max(1)).collect::<Vec<_>>();
    let mut done = done.await.concat();
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
        waited_ms: millis(session.waited().saturating_sub(waited)),
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

/// Why nothing new is begun.
fn halted(stopped: bool, interrupted: bool) -> Option<Outcome> {
    match (stopped, interrupted) {
        (true, _) => Some(Outcome::of(OutcomeKind::NotReached, "an earlier scenario failed (--fail-fast)")),
        (_, true) => Some(Outcome::of(OutcomeKind::Interrupted, "the run was interrupted")),
        _ => None,
    }
}

/// What a scenario could not remove, while the target was away for a moment, is removed when all have ended.
async fn removed_late(scenarios: &mut [ScenarioRecord], session: &Session) {
    if session.ledger.outstanding(None).is_empty() || !session.clean_up().await {
        return;
    }
    for scenario in scenarios.iter_mut().filter(|s| !s.left_behind.is_empty()) {
        scenario.left_behind.clear();
        scenario.notes.push("what its cleanup could not remove was removed when the run ended".to_owned());
    }
}

/// Looks again who is there, and removes what of this run is. A target that does not answer any more is not waited for.
async fn compared(before: &Census, session: &Session) -> AsFound {
    let unknown = || (false, vec!["what is there now could not be read in time".to_owned()]);
    let look = async || {
        let after = tokio::time::timeout(PATIENCE, session.census()).await.ok().flatten();
        after.map_or_else(unknown, |after| before.compare(&after, &session.run_id))
    };
    let (same, told) = look().await;
    let swept = if same { 0 } else { tokio::time::timeout(PATIENCE, session.sweep()).await.unwrap_or(0) };
    if swept == 0 {
        return AsFound { same, told };
    }
    let (same, mut told) = look().await;
    let objects =
        if swept == 1 { "1 object that no answer had named was" } else { "objects that no answer had named were" };
    let count = if swept == 1 { String::new() } else { format!("{swept} ") };
    told.push(format!("{count}{objects} found by the run's id and removed"));
    AsFound { same, told }
}
