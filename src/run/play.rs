//! One scenario: its World, its steps in their time, its cleanup, and what it came to. Scenarios of one feature that only read
//! (`@reads`) play on one stage, one after the other: what their background makes is made once.

use super::limits::ScheduleLimits;
use super::plan::{APART, Instance};
use crate::feature::is_embedded;
use crate::step::{Closing, ScenarioPlace, Session, Stage, Unanswered, World, suspends_everybody};
use judge::check::clause;
use judge::check::readings::{self, MetBy};
use judge::verdict::{Finding, Outcome, OutcomeKind, Place, ScenarioRecord, StepRecord, millis};
use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

/// How long a target that does not answer any more is waited for, once: long enough for a restart.
const AWAY: Duration = Duration::from_secs(10);

/// Whether the target let a step down or wait for too long, also where the scenario counts as failed for what was found before.
fn may_be_away(record: &ScenarioRecord) -> bool {
    let steps = record.steps.iter().map(|step| &step.outcome);
    steps.chain([&record.outcome]).any(|outcome| matches!(outcome.kind, OutcomeKind::Blocked | OutcomeKind::TimedOut))
}

/// What all scenarios of a run are played under.
pub(super) struct Conditions<'a> {
    pub(super) session: &'a Rc<Session>,
    pub(super) limits: ScheduleLimits,
    pub(super) interrupted: watch::Receiver<bool>,
    /// Whether the target was waited for in vain.
    pub(super) gone: &'a Cell<bool>,
}

/// A scenario that has ended.
pub(super) struct Ended {
    pub(super) record: ScenarioRecord,
    /// Its first exchange that was broken off, and not by us.
    cut_off: Option<usize>,
    /// Its first request whose connection the target closed in place of an answer.
    unanswered: Option<Unanswered>,
}

/// A stage that is set, with the steps that set it.
pub(super) struct Set {
    world: Box<World>,
    stage: Stage,
    steps: Vec<StepRecord>,
}

impl Conditions<'_> {
    /// Plays an instance until it passes or its retries are used up; the last attempt counts. A target that is away is
    /// waited for in between, unless that was in vain before. Where others play on the same stage, `set` is the stage as an
    /// earlier one left it, and is left for the `next` one.
    pub(super) async fn play(&self, instance: &Instance, set: &mut Option<Set>, next: bool) -> Ended {
        let mut ended = self.once(instance, 1, set, next).await;
        while ended.record.attempts <= self.limits.retries && may_pass(&ended.record) && !*self.interrupted.borrow() {
            // The next attempt needs the room that the stage holds where a tenant is shared.
            let left = self.clear(set.take()).await;
            if may_be_away(&ended.record) {
                self.wait().await;
            }
            let attempt = ended.record.attempts + 1;
            ended = self.once(instance, attempt, set, false).await;
            ended.record.attempts = attempt;
            ended.record.left_behind.extend(left);
        }
        ended
    }

    /// Plays a scenario once more in which the target closed a connection in place of an answer. Once may be the network, or an idle
    /// connection that ended just then; where the same request meets it again, and the target goes on, that is a finding.
    pub(super) async fn play_again_unanswered(&self, instance: &Instance, ended: &mut Ended, set: &mut Option<Set>) {
        let Some(first) = ended.unanswered.clone() else { return };
        self.wait().await;
        if self.gone.get() || *self.interrupted.borrow() {
            return;
        }
        let left = self.clear(set.take()).await;
        let attempt = ended.record.attempts + 1;
        let mut again = self.once(instance, attempt, set, false).await;
        if again.unanswered.as_ref() != Some(&first) {
            // What the first attempt came to stays: only `--retries` makes another one count.
            ended.record.left_behind.extend(left.into_iter().chain(again.record.left_behind));
            return;
        }
        again.record.attempts = attempt;
        again.record.left_behind.extend(left);
        let finding = unanswered(&first, &instance.casting.families());
        if !matches!(again.record.outcome.kind, OutcomeKind::Failed | OutcomeKind::Bug) {
            again.record.outcome = failed_for(&finding);
        }
        again.record.findings.insert(0, finding);
        *ended = again;
    }

    /// Looks whether the target is still there, where a scenario was let down or is known to end servers. Of those a target that went
    /// away with a request, and stays away, is a finding: nothing else was under way. Elsewhere somebody may have stopped it.
    pub(super) async fn look_after(&self, ended: &mut Ended, known_to_end_servers: bool) {
        if self.gone.get() || !(known_to_end_servers || may_be_away(&ended.record)) {
            return;
        }
        self.wait().await;
        let Some(cut_off) = ended.cut_off.filter(|_| self.gone.get() && known_to_end_servers) else { return };
        if self.session.nobody_listens().await {
            let finding = over(cut_off);
            ended.record.outcome = failed_for(&finding);
            ended.record.findings.insert(0, finding);
        }
    }

    /// Waits for a target that is away, unless that was in vain before or the user wants to stop.
    async fn wait(&self) {
        if self.gone.get() {
            return;
        }
        let mut interrupted = self.interrupted.clone();
        let back = tokio::select! {
            biased;
            () = until_true(&mut interrupted) => true,
            back = self.session.comes_back(AWAY) => back,
        };
        self.gone.set(!back);
    }

    async fn once(&self, instance: &Instance, attempt: u32, set: &mut Option<Set>, next: bool) -> Ended {
        let started = Instant::now();
        let mut record = blank(instance, Outcome::passed());
        let scenario = &instance.scenario;
        let place = place(instance);
        let (mut world, mut stage) = match set.take() {
            Some(Set { mut world, stage, steps }) => {
                world.take_over(&stage, place);
                record.steps = steps;
                (world, Some(stage))
            }
            None => match World::open(self.session.clone(), &instance.casting, instance.number, place, attempt).await {
                Ok(world) => (Box::new(world), None),
                Err(outcome) => {
                    record.outcome = outcome;
                    record.duration_ms = millis(started.elapsed());
                    return Ended { record, cut_off: None, unanswered: None };
                }
            },
        };
        let ended = self.steps(instance, &mut world, &mut stage, &mut record).await;
        let written = stage.as_ref().and_then(|stage| world.wrote_on(stage));
        let sound = written.is_none() && ended.as_ref().is_none_or(leaves_the_stage);
        let ended = ended.or(written);
        let closing = match stage.filter(|_| next && sound) {
            Some(stage) => {
                let closing = world.judge(ended.as_ref()).await;
                let steps = record.steps.iter().take(scenario.background);
                let steps = steps.map(|step| StepRecord { duration_ms: 0.0, ..step.clone() }).collect();
                *set = Some(Set { world, stage, steps });
                closing
            }
            None => world.close(self.limits.cleanup, ended.as_ref()).await,
        };
        let (cut_off, unanswered) = (closing.cut_off, closing.unanswered.clone());
        settle(&mut record, ended, closing);
        record.duration_ms = millis(started.elapsed());
        Ended { record, cut_off, unanswered }
    }

    /// Plays the steps that are not in the record yet, and notes the stage when it is set; why the scenario ended, unless it is
    /// through.
    async fn steps(
        &self,
        instance: &Instance,
        world: &mut World,
        stage: &mut Option<Stage>,
        record: &mut ScenarioRecord,
    ) -> Option<Outcome> {
        let scenario = &instance.scenario;
        let deadline = tokio::time::Instant::now() + self.limits.scenario;
        let mut interrupted = self.interrupted.clone();
        let mut ended: Option<Outcome> = None;
        let steps = scenario.steps.iter().zip(instance.bound.iter()).enumerate().skip(record.steps.len());
        for (at, (step, bound)) in steps {
            if instance.shares() && at == scenario.background && ended.is_none() {
                stage.get_or_insert_with(|| world.stage());
            }
            let began = Instant::now();
            let first = world.exchanges();
            let outcome = if ended.is_some() {
                Outcome::of(OutcomeKind::NotReached, "an earlier step ended the scenario")
            } else {
                tokio::select! {
                    biased;
                    () = until_true(&mut interrupted) => Outcome::of(OutcomeKind::Interrupted, "the run was interrupted"),
                    played = tokio::time::timeout_at(deadline, bound.play(world)) => played.unwrap_or_else(|_| {
                        let limit = self.limits.scenario.as_secs_f64();
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
        ended
    }

    /// Removes what a stage holds on which nobody plays any more; what could not be removed.
    pub(super) async fn clear(&self, set: Option<Set>) -> Vec<String> {
        match set {
            Some(set) => set.world.close(self.limits.cleanup, None).await.left_behind,
            None => Vec::new(),
        }
    }
}

/// The finding that the target ended with an exchange.
fn over(exchange: usize) -> Finding {
    let within = AWAY.as_secs();
    let seen = format!("the connection was closed without an answer, and {within} s later nobody listens there");
    let told = ("an answer, and a server that goes on", seen.as_str());
    let mut finding = clause("HTTP-03", Some(exchange), Place::Status, told, None);
    readings::address(&mut finding, MetBy { idp: None, cast: &[] });
    finding
}

/// How a scenario ended that one finding ended.
fn failed_for(finding: &Finding) -> Outcome {
    Outcome::of(OutcomeKind::Failed, format!("{}: {}", finding.requirement, finding.seen))
}

/// The finding that the target closed the connection of a request in place of an answer, and went on.
fn unanswered(sent: &Unanswered, cast: &[&str]) -> Finding {
    let told = ("an answer", "the connection was closed without an answer, twice; other requests were answered");
    let mut finding = clause("HTTP-03", Some(sent.exchange), Place::Status, told, None);
    readings::address(&mut finding, MetBy { idp: sent.idp(), cast });
    finding
}

/// Whether another attempt may end otherwise.
fn may_pass(record: &ScenarioRecord) -> bool {
    matches!(record.outcome.kind, OutcomeKind::Failed | OutcomeKind::TimedOut | OutcomeKind::Blocked)
}

/// Whether a scenario that ended so has left the stage as it was: no request of its own was under way.
fn leaves_the_stage(ended: &Outcome) -> bool {
    matches!(ended.kind, OutcomeKind::Passed | OutcomeKind::Failed | OutcomeKind::Skipped)
}

/// Where an instance stands. Of our own features the golden exchanges are those of a product's first mode; whoever keeps features
/// of their own keeps those of every mode.
fn place(instance: &Instance) -> ScenarioPlace<'_> {
    let scenario = &instance.scenario;
    ScenarioPlace {
        file: &scenario.file,
        line: scenario.line,
        feature: &scenario.feature,
        scenario: &scenario.name,
        tags: &scenario.tags,
        profile: scenario.profiles().next(),
        alone: scenario.tags.contains("exclusive") || scenario.steps.iter().any(|s| suspends_everybody(&s.text)),
        golden: !(APART.iter().any(|tag| scenario.tags.contains(*tag))
            || instance.repeats && is_embedded(&scenario.file)),
        shared: instance.shares(),
    }
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
        Some(Outcome { kind: OutcomeKind::Blocked | OutcomeKind::TimedOut, reason, .. })
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
    record.passed_over = closing.passed_over;
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

pub(super) fn blank(instance: &Instance, outcome: Outcome) -> ScenarioRecord {
    let scenario = &instance.scenario;
    ScenarioRecord {
        number: instance.number,
        file: scenario.file.to_string(),
        line: scenario.line,
        feature: scenario.feature.to_string(),
        name: scenario.name.clone(),
        idp: instance.casting.id(),
        readers: instance.casting.readers(),
        tags: scenario.tags.iter().cloned().collect(),
        outcome,
        ..ScenarioRecord::blank()
    }
}
