//! The run record: everything a run found, as one serde value. Its JSON form is versioned by
//! [`RECORD_VERSION`] and described by `docs/record.schema.json`.
//!
//! Fields that differ between two equal runs end in `_ms`, or are named `started_at` or `base_url`:
//! a comparison of two records leaves those out, and the exchanges of scenarios tagged `@race`: where requests meet,
//! their order is the network's.

use super::cause::Cause;
use super::exchanges::Exchanges;
use super::finding::{Finding, Place, Severity};
use super::outcome::{Hindrance, Outcome, OutcomeKind, PassedOver};
use super::reader::{Reader, ReaderVerdict};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::time::Duration;

/// Version of the record's JSON shape. Raised when a reader of the old shape would misread the new one.
pub const RECORD_VERSION: u32 = 2;

/// The oldest version that is still read: its findings break nobody by name, and it has a verdict for all alone.
pub const OLDEST_VERSION: u32 = 1;

/// A duration as records have it: milliseconds, to the microsecond.
#[must_use]
pub fn millis(duration: Duration) -> f64 {
    (duration.as_secs_f64() * 1e6).round() / 1e3
}

/// Everything a run found.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunRecord {
    /// [`RECORD_VERSION`] of the writer.
    pub version: u32,
    /// Name and version of the writer, for example `scimulate 0.1.0`.
    pub tool: String,
    /// RFC 3339 time at which the run started.
    pub started_at: String,
    /// Wall time of the whole run in milliseconds.
    pub duration_ms: f64,
    /// How much of it was spent waiting for answers, in milliseconds: the time during which one request at least was under
    /// way. The rest is our own, and what the settings' pace makes us wait. 0 in records of older writers.
    #[serde(default)]
    pub waited_ms: f64,
    /// How long after its headers the body of an answer came, where that was so of most answers: a server that writes both apart.
    /// 0 elsewhere, and in records of older writers.
    #[serde(default)]
    pub late_body_ms: f64,
    /// The seed of all randomness.
    pub seed: u64,
    /// Whose verdicts make the exit code red (`--for`); empty where everybody's do.
    #[serde(default)]
    pub asked: Vec<Reader>,
    /// What the run says to each reader: IdPs first, then `rfc`, then `data`. Empty in records of older writers.
    #[serde(default)]
    pub readers: Vec<ReaderVerdict>,
    /// Which part of a run that was divided: `2/4`; absent in the record of a whole run.
    pub shard: Option<String>,
    /// The target.
    pub target: TargetRecord,
    /// How many scenarios ended how.
    pub totals: Totals,
    /// Equal findings folded, the worst first, then the most frequent.
    pub findings: Vec<FindingSummary>,
    /// Requirement ids that were held against at least one exchange, sorted.
    pub exercised: Vec<String>,
    /// How far it went through the requirements of each subject; empty where nobody named the subjects.
    #[serde(default)]
    pub topics: Vec<Topic>,
    /// How much of what the target offers, and the run was to ask, was judged; absent where nobody counted.
    #[serde(default)]
    pub coverage: Option<Coverage>,
    /// What most of the findings come down to, what explains most failures first.
    #[serde(default)]
    pub causes: Vec<Cause>,
    /// Whether the target was left as it was found; absent on the embedded provider.
    pub as_found: Option<AsFound>,
    /// How many instances were left out because nobody asked for their tag, by tag (without `@`).
    #[serde(default)]
    pub left_out: BTreeMap<String, usize>,
    /// What the baseline came to; absent without one.
    #[serde(default)]
    pub baseline: Option<BaselineRecord>,
    /// Where a client was graded, and not a server: who it was taken for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub client: Option<ClientRecord>,
    /// Every scenario instance, in plan order.
    pub scenarios: Vec<ScenarioRecord>,
}

impl RunRecord {
    /// The record's head; its scenarios are many.
    #[must_use]
    pub fn without_scenarios(&self) -> Self {
        Self {
            tool: self.tool.clone(),
            started_at: self.started_at.clone(),
            shard: self.shard.clone(),
            baseline: self.baseline.clone(),
            client: self.client.clone(),
            left_out: self.left_out.clone(),
            asked: self.asked.clone(),
            readers: self.readers.clone(),
            target: self.target.clone(),
            as_found: self.as_found.clone(),
            findings: self.findings.clone(),
            exercised: self.exercised.clone(),
            topics: self.topics.clone(),
            causes: self.causes.clone(),
            scenarios: Vec::new(),
            ..*self
        }
    }
}

/// Whom a graded client is taken for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ClientRecord {
    /// Its dialect in one sentence.
    pub dialect: String,
    /// What it sends that the closest simulated IdP does not.
    pub news: Vec<String>,
    /// What of its traffic was not judged, and why.
    pub remarks: Vec<String>,
}

/// Whether a target was left as it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AsFound {
    /// Whether what is there afterwards is what was there before.
    pub same: bool,
    /// A sentence for users and one for groups: counts and, where there are few, ids.
    pub told: Vec<String>,
}

/// Requests sent again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Repeats {
    /// By the harness itself, because the target asked for patience.
    pub harness: usize,
    /// By simulated IdPs, as is their habit.
    pub idps: usize,
}

/// What a baseline of known findings came to.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaselineRecord {
    /// Entries in it.
    pub known: usize,
    /// Known findings that did not show though their scenarios were judged: the baseline says too much.
    pub vanished: Vec<String>,
    /// Of a shard: findings known of every scenario whose requirement was held here, and whether they showed. What showed in no
    /// shard has vanished, which only all shards together can say.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub everywhere: BTreeMap<String, bool>,
}

/// The server under test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TargetRecord {
    /// `embedded provider` or the name the user gave.
    pub name: String,
    /// SCIM base URL.
    pub base_url: String,
    /// The profile it is expected to follow, for example `rfc`.
    pub profile: String,
    /// The variable that held the token, where the run was told one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_env: Option<String>,
}

/// Scenario instances by ending, and requests sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// All instances in the plan.
    pub scenarios: usize,
    /// Ended passed.
    pub passed: usize,
    /// Ended failed.
    pub failed: usize,
    /// Those of them that break only readers nobody asked for (`--for`): they make no exit code red.
    #[serde(default)]
    pub unasked: usize,
    /// Ended skipped.
    pub skipped: usize,
    /// Ended blocked.
    pub blocked: usize,
    /// Ended timed out.
    pub timed_out: usize,
    /// Ended as an expected failure.
    pub expected_failures: usize,
    /// Ended interrupted by the user.
    pub interrupted: usize,
    /// Never started, because the run ended early (`--fail-fast`).
    pub not_reached: usize,
    /// Ended by a defect of ours.
    pub bugs: usize,
    /// Requests sent to the target.
    pub requests: usize,
    /// Those of them that were sent again.
    #[serde(default)]
    pub repeats: Repeats,
    /// Snapshots that differ or have never been accepted.
    pub snapshots_pending: usize,
}

impl Totals {
    /// Counts the given scenarios.
    #[must_use]
    pub fn of(scenarios: &[ScenarioRecord]) -> Self {
        let mut totals = Self { scenarios: scenarios.len(), ..Self::default() };
        for scenario in scenarios {
            match scenario.outcome.kind {
                OutcomeKind::Passed => totals.passed += 1,
                OutcomeKind::Failed => totals.failed += 1,
                OutcomeKind::Skipped => totals.skipped += 1,
                OutcomeKind::Blocked => totals.blocked += 1,
                OutcomeKind::TimedOut => totals.timed_out += 1,
                OutcomeKind::ExpectedFailure => totals.expected_failures += 1,
                OutcomeKind::Interrupted => totals.interrupted += 1,
                OutcomeKind::NotReached => totals.not_reached += 1,
                OutcomeKind::Bug => totals.bugs += 1,
            }
            totals.requests += scenario.requests;
            totals.repeats.harness += scenario.repeats.harness;
            totals.repeats.idps += scenario.repeats.idps;
            if let Some(snapshot) = &scenario.snapshot
                && snapshot.outcome.pending()
            {
                totals.snapshots_pending += 1;
            }
        }
        totals
    }
}

/// Findings that say the same, folded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FindingSummary {
    /// Its number in this record, from 1: what `scimulate show RECORD 7` asks for. 0 in records of older writers.
    #[serde(default)]
    pub number: u32,
    /// What was seen, with the method, the resource and the attribute. Empty in records of older writers.
    #[serde(default)]
    pub title: String,
    /// Id of the requirement.
    pub requirement: String,
    /// How much it weighs.
    pub severity: Severity,
    /// For whom it is blocking: what its findings break.
    #[serde(default)]
    pub breaks: Vec<Reader>,
    /// Where it shows; `*` stands for what differs between the folded ones.
    pub place: Place,
    /// How many findings were folded.
    pub count: usize,
    /// `feature / scenario [idp]` of the scenarios that show it, in plan order.
    pub scenarios: Vec<String>,
}

/// One scenario instance: a scenario played by one IdP.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ScenarioRecord {
    /// Its number in the whole plan, from 0.
    pub number: usize,
    /// Feature file as the user would open it, for example `features/group/deletion.feature`.
    pub file: String,
    /// Line of the scenario (or of its example row).
    pub line: usize,
    /// Name of the feature.
    pub feature: String,
    /// Name of the scenario.
    pub name: String,
    /// The IdP it was played by, for example `entra/default`; absent when the scenario names its own.
    pub idp: Option<String>,
    /// Whom it is played for: the IdPs that take part, or `rfc` where none does. Empty in records of older writers.
    #[serde(default)]
    pub readers: Vec<Reader>,
    /// Tags of feature, rule, scenario and examples, without `@`, sorted.
    pub tags: Vec<String>,
    /// How it ended.
    pub outcome: Outcome,
    /// When it began, in milliseconds after the run began.
    pub at_ms: f64,
    /// Wall time in milliseconds, cleanup included.
    pub duration_ms: f64,
    /// Which attempt this is, from 1; above 1 the scenario was retried.
    pub attempts: u32,
    /// Its steps, in order.
    pub steps: Vec<StepRecord>,
    /// What did not hold.
    pub findings: Vec<Finding>,
    /// Requirement ids held against its exchanges, sorted.
    pub exercised: Vec<String>,
    /// Requirements of its tags and tables that were not held against anything, and why; those of the scenario as a whole are
    /// not repeated here, its outcome tells.
    #[serde(default)]
    pub passed_over: Vec<PassedOver>,
    /// Requests sent, those of cleanup included.
    pub requests: usize,
    /// Those of them that were sent again.
    #[serde(default)]
    pub repeats: Repeats,
    /// SCIM base URL it ran against.
    pub base_url: String,
    /// The exchanges, in the order sent. Left empty for passed scenarios unless a report asked for them.
    pub exchanges: Exchanges,
    /// How the exchanges compare with the golden ones; absent with `--snapshots off`.
    pub snapshot: Option<SnapshotRecord>,
    /// What cleanup could not remove, one sentence each; empty is what everybody wants.
    pub left_behind: Vec<String>,
    /// Remarks worth reading that are no findings, such as an IdP's task errors or an unverified request shape.
    pub notes: Vec<String>,
}

impl ScenarioRecord {
    /// A scenario that nothing has happened in.
    #[must_use]
    pub fn blank() -> Self {
        Self {
            number: 0,
            file: String::new(),
            line: 0,
            feature: String::new(),
            name: String::new(),
            idp: None,
            readers: Vec::new(),
            tags: Vec::new(),
            outcome: Outcome::passed(),
            at_ms: 0.0,
            duration_ms: 0.0,
            attempts: 1,
            steps: Vec::new(),
            findings: Vec::new(),
            exercised: Vec::new(),
            passed_over: Vec::new(),
            requests: 0,
            repeats: Repeats::default(),
            base_url: String::new(),
            exchanges: Exchanges::default(),
            snapshot: None,
            left_behind: Vec::new(),
            notes: Vec::new(),
        }
    }

    /// `feature / scenario [idp]`, the name used in all output.
    #[must_use]
    pub fn full_name(&self) -> String {
        match &self.idp {
            Some(idp) => format!("{} / {} [{idp}]", self.feature, self.name),
            None => format!("{} / {}", self.feature, self.name),
        }
    }
}

/// One step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepRecord {
    /// Keyword as written, for example `When`.
    pub keyword: String,
    /// Text after the keyword.
    pub text: String,
    /// Line in the feature file.
    pub line: usize,
    /// How it ended.
    pub outcome: Outcome,
    /// Wall time in milliseconds.
    pub duration_ms: f64,
    /// Indices of the exchanges made in this step: first, and one past the last.
    pub exchanges: (usize, usize),
}

/// How a scenario's exchanges compare with the golden ones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SnapshotRecord {
    /// Name, made fit for a file: `profile/feature/scenario.idp`.
    pub name: String,
    /// The comparison.
    pub outcome: SnapshotOutcome,
    /// Unified diff, golden to seen; empty when equal or unseen.
    pub diff: String,
}

/// A comparison's ending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SnapshotOutcome {
    /// Equal to the golden one.
    Same,
    /// Differs from the golden one; nothing was written.
    Changed,
    /// There is no golden one; nothing was written.
    Unseen,
    /// A proposal was written beside the golden one.
    Proposed,
    /// The golden one was written.
    Accepted,
}

impl SnapshotOutcome {
    /// Whether somebody has to look at it before the run can count as clean.
    #[must_use]
    pub fn pending(self) -> bool {
        matches!(self, Self::Changed | Self::Unseen | Self::Proposed)
    }
}

/// The requirements of one subject.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Topic {
    /// The subject, for example `patch`.
    pub name: String,
    /// How many of them were held against at least one exchange.
    pub exercised: usize,
    /// How many of them did not hold; those that only warn and those the baseline knows are not counted.
    pub broken: usize,
    /// How many there are that a check or a scenario can hold against a server.
    pub provable: usize,
    /// How many of these the run was to ask, of a target that offers what they are about.
    #[serde(default)]
    pub offered: usize,
    /// Why the rest of them was not judged: what stood in the way of most first.
    #[serde(default)]
    pub unjudged: Vec<Unjudged>,
}

/// Requirements that were not judged for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unjudged {
    /// What was in the way.
    pub hindrance: Hindrance,
    /// The same in one sentence.
    pub reason: String,
    /// How many.
    pub requirements: usize,
}

/// How much of what could be asked was judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Coverage {
    /// Requirements that a scenario asks for and that were held against at least one answer.
    pub judged: usize,
    /// Those that the run was to ask, of a target that offers what they are about.
    pub of: usize,
}
