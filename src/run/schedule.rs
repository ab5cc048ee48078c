//! The run loop: several scenarios at once on one thread, each with its limits, each cleaning up after itself.

use super::as_found::{compared, removed_late};
use super::limits::ScheduleLimits;
use super::plan::{Instance, Plan};
use super::play::{Conditions, blank};
use crate::step::Session;
use futures::StreamExt as _;
use idp::Family;
use judge::causes::causes;
use judge::title::entitle;
use judge::verdict::{
    Outcome, OutcomeKind, RECORD_VERSION, RunEvent, RunRecord, ScenarioRecord, TargetRecord, Totals, fold, millis,
    readers, topics, unasked,
};
use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::time::Instant;
use tokio::sync::watch;

/// Plays the plan. `interrupted` turns true when the user wants to stop: then nothing new starts, steps under way end
/// at once, and every scenario still cleans up. The last event, with the record, is the caller's to tell: it owns the record.
pub async fn run(
    plan: &Plan,
    session: Rc<Session>,
    limits: ScheduleLimits,
    interrupted: watch::Receiver<bool>,
    on_event: &mut dyn FnMut(RunEvent),
) -> RunRecord {
    let before = session.look_before(limits.cleanup).await;
    let (started, waited) = (Instant::now(), session.waited());
    let started_at = session.now();
    let target = TargetRecord {
        name: session.target.name.clone(),
        base_url: session.target.base.to_string(),
        profile: session.target.profile.clone(),
        token_env: None,
    };
    let on_event = RefCell::new(on_event);
    let tell = |event: RunEvent| (on_event.borrow_mut())(event);
    tell(RunEvent::RunStarted { target: target.clone(), scenarios: plan.instances.len(), seed: session.seed });
    if let (Some(rate), most) = session.transport.bounds() {
        tell(RunEvent::Notice(foretold(plan.requests(&session), rate, most)));
    }
    let (stop, gone) = (Cell::new(false), Cell::new(false));
    // Scenarios on one stage take turns; the last of them clears it.
    let play = |together: Vec<&Instance>, one_by_one: bool| {
        let together: Vec<Instance> = together.into_iter().cloned().collect();
        let conditions = Conditions { session: &session, limits, interrupted: interrupted.clone(), gone: &gone };
        let (stop, tell, outlives, asked) = (&stop, &tell, before.is_some(), &session.asked);
        async move {
            let (mut set, mut records) = (None, Vec::new());
            for (at, instance) in together.iter().enumerate() {
                let at_ms = millis(started.elapsed());
                // Looked at beforehand: what is borrowed in a `match` is held to its end, and nobody could interrupt.
                let wanted = *conditions.interrupted.borrow();
                let mut record = match halted(stop.get(), wanted) {
                    Some(outcome) => blank(instance, outcome),
                    None => {
                        tell(RunEvent::ScenarioStarted { name: instance.name() });
                        let mut ended = conditions.play(instance, &mut set, at + 1 < together.len()).await;
                        if outlives && !one_by_one {
                            conditions.play_again_unanswered(instance, &mut ended, &mut set).await;
                        }
                        if outlives {
                            // Without a wait the rest of the plan would be blocked within the second that a restart takes.
                            conditions.look_after(&mut ended, one_by_one).await;
                        }
                        ended.record
                    }
                };
                record.at_ms = at_ms;
                if let Some(baseline) = &plan.baseline {
                    baseline.mark(&mut record);
                }
                let bad = record.outcome.kind == OutcomeKind::Bug || record.fails_for(asked);
                if limits.fail_fast && bad {
                    stop.set(true);
                }
                tell(RunEvent::ScenarioFinished(Box::new(record.clone())));
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
    // Nothing ends the embedded provider early, and a self-test has put first what is most likely to see the fault.
    let (side_by_side, one_by_one) = if before.is_some() { plan.in_order() } else { (plan.stages(), Vec::new()) };
    let side_by_side = futures::stream::iter(side_by_side).map(|stage| play(stage, false));
    // Moved, not copied: of a long run the steps alone are many megabytes.
    let done = side_by_side.buffer_unordered(limits.jobs.max(1)).collect::<Vec<_>>().await;
    let mut done: Vec<(usize, ScenarioRecord)> = done.into_iter().flatten().collect();
    for stage in one_by_one {
        done.extend(Box::pin(play(stage, true)).await);
    }
    done.sort_by_key(|(number, _)| *number);
    let mut scenarios: Vec<ScenarioRecord> = done.into_iter().map(|(_, record)| record).collect();
    if before.is_some() {
        removed_late(&mut scenarios, &session, limits.cleanup).await;
    }
    let as_found = match &before {
        Some(before) => Some(compared(before, &mut scenarios, &session, limits.cleanup).await),
        None => None,
    };
    let exercised: BTreeSet<&String> = scenarios.iter().flat_map(|s| &s.exercised).collect();
    let mut record = RunRecord {
        version: RECORD_VERSION,
        tool: concat!("scimulate ", env!("CARGO_PKG_VERSION")).to_owned(),
        started_at,
        duration_ms: millis(started.elapsed()),
        waited_ms: millis(session.waited().saturating_sub(waited)),
        late_body_ms: millis(session.late_bodies()),
        seed: session.seed,
        asked: session.asked.clone(),
        readers: Vec::new(),
        shard: plan.shard.map(|shard| shard.to_string()),
        target,
        totals: Totals { unasked: unasked(&scenarios, &session.asked), ..Totals::of(&scenarios) },
        findings: fold(scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure)),
        baseline: plan.baseline.as_ref().map(|baseline| baseline.verdict(&scenarios, plan.shard.is_none())),
        exercised: exercised.into_iter().cloned().collect(),
        topics: Vec::new(),
        coverage: None,
        causes: Vec::new(),
        as_found,
        left_out: plan.left_out.clone(),
        client: None,
        scenarios,
    };
    entitle(&mut record.findings, &record.scenarios);
    told_in_sum(&mut record, &plan.subjects);
    record
}

/// Draws from the scenarios and findings of a record how much was judged, and what most of it comes down to.
pub fn told_in_sum(record: &mut RunRecord, subjects: &BTreeMap<String, String>) {
    let (topics, coverage) = topics(subjects, &record.exercised, &record.findings, &record.scenarios);
    record.topics = topics;
    record.coverage = Some(coverage);
    let judged = record.scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure);
    record.causes = causes(judged, &record.findings);
    let idps: Vec<&str> = Family::all().map(Family::id).collect();
    record.readers = readers(&record.scenarios, &idps, &record.exercised, subjects.keys().map(String::as_str));
}

/// How long a bounded run takes, at its beginning.
fn foretold(requests: usize, rate: f64, most: Option<u64>) -> String {
    let most = most.and_then(|most| usize::try_from(most).ok()).filter(|most| *most < requests);
    let seconds = most.unwrap_or(requests) as f64 / rate;
    let time = match seconds {
        short if short < 90.0 => format!("{short:.0} s"),
        long if long < 5_400.0 => format!("{:.0} minutes", long / 60.0),
        longer => format!("{:.1} hours", longer / 3_600.0),
    };
    let ends = most.map_or(String::new(), |most| format!(", or until {most} of them are sent (pace.max_requests)"));
    format!(
        "about {requests} requests to send, {rate} a second at most (pace.requests_per_second): about {time}{ends}; \
         scenarios that differ most between servers are played first"
    )
}

/// Why nothing new is begun.
fn halted(stopped: bool, interrupted: bool) -> Option<Outcome> {
    match (stopped, interrupted) {
        (true, _) => Some(Outcome::of(OutcomeKind::NotReached, "an earlier scenario failed (--fail-fast)")),
        (_, true) => Some(Outcome::of(OutcomeKind::Interrupted, "the run was interrupted")),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bounded_run_says_how_long_it_takes() {
        let told = foretold(9_000, 10.0, None);
        assert!(
            told.starts_with("about 9000 requests to send, 10 a second at most") && told.contains("about 15 minutes;")
        );
        assert!(foretold(9_000, 10.0, Some(300)).contains("about 30 s, or until 300 of them are sent"));
        assert!(foretold(9_000, 1.0, Some(90_000)).contains("about 2.5 hours;"));
    }
}
