//! The verdict of a run in words: one sentence, why it is not a whole one, and what to do next.

use super::beside::Beside;
use super::styled_lines::Paint;
use super::{readers_table, safe_text};
use judge::verdict::{FindingSummary, OutcomeKind, RunRecord, ScenarioRecord, Topic, Verdict};
use std::collections::{BTreeMap, BTreeSet};

/// Why scenarios were not judged.
pub(super) struct Reason {
    /// How many were not, for this reason.
    pub(super) count: usize,
    /// How they ended.
    pub(super) kind: OutcomeKind,
    /// The reason; texts that differ only in an id or a number are one.
    pub(super) text: String,
}

/// The colour of a verdict.
pub(super) fn paint_of_verdict(verdict: Verdict) -> Paint {
    match verdict {
        Verdict::Conformant => Paint::Good,
        Verdict::Findings | Verdict::Bug | Verdict::FindingsAndBug => Paint::Bad,
        _ => Paint::Odd,
    }
}

/// Why scenarios were not judged, the most frequent reason first. Those of products that nobody asked for are one.
pub(super) fn unjudged_reasons(record: &RunRecord) -> Vec<Reason> {
    let unjudged = |kind| !matches!(kind, OutcomeKind::Passed | OutcomeKind::Failed | OutcomeKind::ExpectedFailure);
    let mut groups: BTreeMap<(OutcomeKind, String), (usize, String)> = BTreeMap::new();
    for scenario in record.scenarios.iter().filter(|s| unjudged(s.outcome.kind)) {
        let reason = scenario.outcome.reason.as_deref().unwrap_or("no reason given");
        let (key, text) = match reason.split_once("--profile ") {
            Some(_) if scenario.outcome.kind == OutcomeKind::Skipped => {
                let text = "of products you did not name (`--profile NAME`; `scimulate list profiles`)".to_owned();
                (text.clone(), text)
            }
            _ => (without_numbers(reason), reason.to_owned()),
        };
        let group = groups.entry((scenario.outcome.kind, key)).or_insert((0, text));
        group.0 += 1;
    }
    let mut reasons: Vec<Reason> =
        groups.into_iter().map(|((kind, _), (count, text))| Reason { count, kind, text }).collect();
    // What went wrong before what was passed over.
    reasons.sort_by_key(|reason| (std::cmp::Reverse(reason.kind), std::cmp::Reverse(reason.count)));
    reasons
}

/// The text with `*` for each word that has a digit in it: an id, a count, a name that carries the run.
fn without_numbers(text: &str) -> String {
    let star = |word: &str| if word.bytes().any(|b| b.is_ascii_digit()) { "*".to_owned() } else { word.to_owned() };
    text.chars().take(1_000).collect::<String>().split(' ').map(star).collect::<Vec<_>>().join(" ")
}

/// The verdict in one plain sentence.
pub(super) fn sentence(record: &RunRecord) -> String {
    let (broken, warnings): (Vec<_>, Vec<_>) = record.findings.iter().partition(|s| s.severity.fails());
    worded(record, record.verdict(), &broken, warnings.len())
}

fn worded(record: &RunRecord, verdict: Verdict, broken: &[&FindingSummary], warnings: usize) -> String {
    let totals = &record.totals;
    match verdict {
        Verdict::Conformant | Verdict::SnapshotsPending => {
            let requirements = counted(record.exercised.len(), "requirement");
            let held = counted(totals.judged() - totals.expected_failures, unit(record));
            let mut text = match totals.expected_failures {
                0 if !broken.is_empty() => {
                    let asked: Vec<String> = record.asked.iter().map(readers_table::name).collect();
                    let (asked, others) = (asked.join(", "), counted(broken.len(), "finding"));
                    format!("nothing broken for {asked}, as asked; {others} for others")
                }
                0 => format!("conformant: {requirements} held in {held}"),
                known => format!("nothing new: {} as the baseline says, all held in {held}", counted(known, "failure")),
            };
            if warnings > 0 {
                text.push_str(&format!(", {}", counted(warnings, "warning")));
            }
            if totals.snapshots_pending > 0 {
                text.push_str(&format!("; {} to look at", counted(totals.snapshots_pending, "snapshot")));
            }
            text
        }
        Verdict::FindingsAndBug => {
            let why = first_reason(record, &[OutcomeKind::Bug]);
            let findings = worded(record, Verdict::Findings, broken, warnings);
            format!("{findings}; scimulate itself failed in {}{why}", counted(totals.bugs, "scenario"))
        }
        Verdict::Findings => {
            let ids: BTreeSet<&str> = broken.iter().map(|s| s.requirement.as_str()).collect();
            let vanished = record.baseline.as_ref().map_or(0, |b| b.vanished.len());
            if ids.is_empty() && totals.failed == 0 {
                return format!("not as known: {} of the baseline vanished", counted(vanished, "finding"));
            }
            if ids.is_empty() {
                return format!("NOT conformant: {} failed", counted(totals.failed, unit(record)));
            }
            let showing: BTreeSet<&String> = broken.iter().flat_map(|s| &s.scenarios).collect();
            let mut text = format!(
                "NOT conformant: {} broken in {}",
                counted(ids.len(), "requirement"),
                counted(showing.len(), unit(record))
            );
            let others = unexplained(record).count();
            if others > 0 {
                text.push_str(&format!(", {} failed otherwise", counted(others, "scenario")));
            }
            text
        }
        Verdict::PartlyJudged => partly(record),
        Verdict::Blocked | Verdict::NothingJudged => unjudged(record),
        Verdict::Bug => {
            let why = first_reason(record, &[OutcomeKind::Bug]);
            format!("no verdict: scimulate itself failed in {}{why}", counted(totals.bugs, "scenario"))
        }
        Verdict::Interrupted => {
            let ended = totals.scenarios.saturating_sub(totals.interrupted + totals.not_reached);
            format!("no verdict: interrupted after {ended} of {}", counted(totals.scenarios, "scenario"))
        }
    }
}

/// Why there is no verdict, or only half a one.
fn unjudged(record: &RunRecord) -> String {
    let totals = &record.totals;
    let all = counted(totals.scenarios, unit(record));
    if totals.scenarios == 0 {
        return "nothing could be judged: no scenario was selected".to_owned();
    }
    // A skip explains itself only where nothing worse stood in the way.
    let hindered = first_reason(record, &[OutcomeKind::Blocked, OutcomeKind::TimedOut]);
    if totals.judged() > 0 {
        let without = totals.blocked + totals.timed_out + totals.not_reached;
        return format!("not judged in full: {without} of {all} came to no verdict{hindered}");
    }
    if totals.skipped == totals.scenarios {
        let why = first_reason(record, &[OutcomeKind::Skipped]);
        return format!("nothing could be judged: {all} skipped{why}");
    }
    format!("nothing could be judged: {all} blocked, timed out or skipped{hindered}")
}

/// The first reason of such an ending, in brackets.
fn first_reason(record: &RunRecord, kinds: &[OutcomeKind]) -> String {
    let mut ended = record.scenarios.iter().filter(|s| kinds.contains(&s.outcome.kind));
    ended.find_map(|s| s.outcome.reason.as_ref()).map_or(String::new(), |reason| format!(" ({reason})"))
}

/// How much was judged, and where most is missing.
fn partly(record: &RunRecord) -> String {
    let percent = record.coverage.map_or(0, |coverage| coverage.percent());
    let mut text = format!("nothing wrong in the {percent} % that could be judged");
    let missing = |topic: &&Topic| topic.offered.saturating_sub(topic.exercised);
    // Of several as bad the first, in the alphabet's order.
    let worst = record.topics.iter().rev().max_by_key(missing).filter(|topic| missing(topic) > 0);
    if let Some(worst @ Topic { name, exercised, offered, unjudged, .. }) = worst {
        text.push_str(&format!("; {name}: {exercised} of {offered} judged, {} not", missing(&worst)));
        if let Some(why) = unjudged.first() {
            text.push_str(&format!(" ({} of them: {})", why.requirements, why.reason));
        }
    }
    safe_text::line(&text, 600)
}

/// What to type or do now.
pub(super) fn next_step(record: &RunRecord, beside: &Beside) -> String {
    match record.verdict() {
        Verdict::Findings | Verdict::FindingsAndBug => match worst(record) {
            Some(worst) => mend(worst, beside),
            None if record.totals.failed == 0 => "`--write-baseline FILE` writes down what is known now".to_owned(),
            None => "read the failures above".to_owned(),
        },
        Verdict::Conformant if record.client.is_some() => {
            "keep it so: `scimulate serve --grade` under the tests of the client".to_owned()
        }
        Verdict::PartlyJudged | Verdict::NothingJudged if record.client.is_some() => {
            "let the client create somebody, change and deactivate them, and grade it again".to_owned()
        }
        Verdict::Conformant => "keep it so: `scimulate run --report junit=FILE` in continuous integration".to_owned(),
        Verdict::SnapshotsPending => "`scimulate snapshots review` shows what changed".to_owned(),
        Verdict::PartlyJudged => {
            "see to what was in the way: `--report json=FILE` has it by subject, with every reason".to_owned()
        }
        Verdict::Blocked => "check the target's URL, credential and network, then run again".to_owned(),
        Verdict::NothingJudged => "`scimulate plan` shows what a selection would run, without a request".to_owned(),
        Verdict::Bug => {
            format!("please report it with the record of `scimulate run --seed {} --report json=FILE`", record.seed)
        }
        Verdict::Interrupted => format!("`--seed {}` runs the same again", record.seed),
    }
}

/// The finding that the first line of the causes is numbered by; without causes the first that fails.
fn worst(record: &RunRecord) -> Option<&FindingSummary> {
    let first = record.causes.iter().find_map(|cause| cause.findings.first());
    let fails = |summary: &&FindingSummary| summary.severity.fails();
    let of_cause = record.findings.iter().filter(fails).find(|summary| Some(&summary.number) == first);
    of_cause.or_else(|| record.findings.iter().find(fails))
}

/// How to get from the worst finding to the change that mends it.
fn mend(worst: &FindingSummary, beside: &Beside) -> String {
    let number = Some(worst.number);
    match (beside.command("show", number), beside.command("curl", number)) {
        (Some(show), Some(curl)) => format!("`{show}` shows the first whole, `{curl}` repeats it by hand"),
        _ => {
            let id = safe_text::line(&worst.requirement, 100);
            format!(
                "`scimulate explain {id}` says more of the first; `--report json=FILE` keeps a record for `scimulate show`"
            )
        }
    }
}

/// How many scenarios ended how, and what the run took: `3 scenarios: 2 passed, 1 failed; 40 requests in 0.3 s`.
pub(super) fn ended(record: &RunRecord) -> String {
    let totals = &record.totals;
    let all = [
        (totals.passed, "passed"),
        (totals.failed, "failed"),
        (totals.blocked, "blocked"),
        (totals.timed_out, "timed out"),
        (totals.expected_failures, "failed as expected"),
        (totals.skipped, "skipped"),
        (totals.not_reached, "not reached"),
        (totals.interrupted, "interrupted"),
        (totals.bugs, "defects of scimulate"),
    ];
    let told: Vec<String> = all.iter().filter(|(n, _)| *n > 0).map(|(n, word)| format!("{n} {word}")).collect();
    let (scenarios, requests) = (counted(totals.scenarios, unit(record)), counted(totals.requests, "request"));
    format!("{scenarios}: {}; {requests} in {:.1} s", told.join(", "), record.duration_ms / 1000.0)
}

/// `1 scenario`, `2 scenarios`.
#[must_use]
pub fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// Scenarios that failed without a finding: a step's own expectation did not hold.
pub(super) fn unexplained(record: &RunRecord) -> impl Iterator<Item = &ScenarioRecord> {
    let failed = record.scenarios.iter().filter(|s| s.outcome.kind == OutcomeKind::Failed);
    failed.filter(|s| !s.findings.iter().any(|f| f.severity.fails()))
}

/// What a server does to its own answers that writes headers and body apart.
pub(super) fn slow(record: &RunRecord) -> Option<String> {
    let late = record.late_body_ms;
    (late > 0.0).then(|| {
        format!(
            "slow: in most answers the body comes {late:.0} ms after the headers; write both at once, or set TCP_NODELAY"
        )
    })
}

/// Whether the target was left as it was found.
pub(super) fn as_found(record: &RunRecord) -> Option<(bool, String)> {
    let found = record.as_found.as_ref()?;
    let word = if found.same { "left as found" } else { "NOT left as found" };
    Some((found.same, format!("{word}: {}", safe_text::line(&found.told.join("; "), 600))))
}

/// What settings would let skipped scenarios be played.
pub(super) fn unlocked(record: &RunRecord) -> Option<String> {
    let mut wants: BTreeMap<&str, usize> = BTreeMap::new();
    for scenario in record.scenarios.iter().filter(|s| s.outcome.kind == OutcomeKind::Skipped) {
        let reason = scenario.outcome.reason.as_deref().unwrap_or_default();
        let operator = reason.split_once("configure ").and_then(|(_, rest)| rest.split(' ').next());
        let safety = reason.split(' ').find(|word| word.starts_with("safety."));
        if let Some(key) = operator.filter(|key| key.starts_with("operator.")).or(safety) {
            *wants.entry(key).or_default() += 1;
        }
    }
    let told: Vec<String> = wants.iter().map(|(key, n)| format!("{key} ({})", counted(*n, "scenario"))).collect();
    (!told.is_empty())
        .then(|| format!("to play more, set in scimulate.toml: {}; docs/targets.md says how", told.join(", ")))
}

/// What a record is divided into: scenarios of a run, or a client's tasks.
pub(super) fn unit(record: &RunRecord) -> &'static str {
    if record.client.is_some() { "task" } else { "scenario" }
}

/// Departures from a dialect that are told where there is little room.
const NEWS: usize = 5;

/// Whom a graded client is taken for, and what of it is new; nothing where a server was judged.
pub(super) fn dialect(record: &RunRecord, all: bool) -> Vec<String> {
    let Some(client) = &record.client else { return Vec::new() };
    let mut lines = vec![format!("the client {}", client.dialect)];
    if client.dialect.starts_with("too little") {
        lines[0].clone_from(&client.dialect);
    }
    let shown = if all { client.news.len() } else { NEWS };
    lines.extend(client.news.iter().take(shown).map(|news| format!("new: {news}")));
    if client.news.len() > shown {
        lines.push(format!("and {} more that is new; -v and the reports tell all of it", client.news.len() - shown));
    }
    lines.extend(client.remarks.iter().map(|remark| format!("remark: {remark}")));
    lines.iter().map(|line| safe_text::line(line, 300)).collect()
}
