//! What a person reads when the run is over. The most important stands last, next to the prompt: notes, what could
//! not be judged, warnings, what the target got wrong, snapshots, what was left behind, the verdict, the next step.

use super::evidence::evidence;
use super::safe_text;
use super::styled_lines::{Paint, StyledLines, paint_of};
use judge::verdict::{
    ExchangeRecord, FindingSummary, OutcomeKind, RunRecord, ScenarioRecord, SnapshotOutcome, Topic, Verdict, cause,
    fold,
};
use std::collections::{BTreeMap, BTreeSet};
use std::io;

/// Most scenarios named under one finding, and most entries of one list.
const NAMED: usize = 5;
/// Most findings told of in full, and most that get at least a line.
const TOLD: usize = 30;
const LISTED: usize = 100;
/// Most lines and characters of one body, and of one diff.
const BODY_LINES: usize = 16;
const BODY_CHARACTERS: usize = 800;
const DIFF_LINES: usize = 40;
const DIFF_CHARACTERS: usize = 4_000;

/// Writes the end of a run.
pub(super) fn write(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let judged = || record.scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure);
    let (broken, warnings): (Vec<_>, Vec<_>) = fold(judged()).into_iter().partition(|s| s.severity.fails());
    notes(page, record)?;
    reasons(page, record, OutcomeKind::Skipped, "Skipped")?;
    for (kind, title) in [
        (OutcomeKind::Blocked, "Blocked: the way to the target was in trouble"),
        (OutcomeKind::TimedOut, "Timed out"),
        (OutcomeKind::Bug, "Defects of scimulate itself"),
    ] {
        reasons(page, record, kind, title)?;
    }
    if !warnings.is_empty() {
        page.heading("Warnings")?;
        findings(page, record, &warnings)?;
    }
    if record.totals.failed > 0 || !broken.is_empty() {
        page.heading("Failures")?;
        findings(page, record, &broken)?;
        failed_otherwise(page, record)?;
    }
    vanished(page, record)?;
    snapshots(page, record)?;
    left_behind(page, record)?;
    summary(page, record, &broken, warnings.len())
}

/// `file:line  Feature / Scenario [idp]`.
fn place(scenario: &ScenarioRecord) -> String {
    let at = format!("{}:{}", scenario.file, scenario.line);
    format!("{}  {}", safe_text::line(&at, 300), safe_text::line(&scenario.full_name(), 300))
}

/// Equal notes once, with how often they came.
fn notes(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for note in record.scenarios.iter().flat_map(|s| &s.notes) {
        *counts.entry(note).or_default() += 1;
    }
    if counts.is_empty() {
        return Ok(());
    }
    page.heading("Notes")?;
    for (note, count) in counts {
        let times = if count > 1 { format!(" ({count} times)") } else { String::new() };
        page.paragraph(3, Paint::Plain, &format!("{}{times}", safe_text::line(note, 600)))?;
    }
    Ok(())
}

/// The scenarios of one ending, grouped by their reason.
fn reasons(page: &mut StyledLines<'_>, record: &RunRecord, kind: OutcomeKind, title: &str) -> io::Result<()> {
    let mut groups: BTreeMap<&str, Vec<&ScenarioRecord>> = BTreeMap::new();
    for scenario in record.scenarios.iter().filter(|s| s.outcome.kind == kind) {
        groups.entry(scenario.outcome.reason.as_deref().unwrap_or("no reason given")).or_default().push(scenario);
    }
    if groups.is_empty() {
        return Ok(());
    }
    page.heading(title)?;
    for (reason, scenarios) in groups {
        page.paragraph(3, paint_of(kind), reason)?;
        page.block("", &named(&scenarios))?;
    }
    Ok(())
}

fn named(scenarios: &[&ScenarioRecord]) -> Vec<String> {
    let mut lines: Vec<String> = scenarios.iter().take(NAMED).map(|scenario| place(scenario)).collect();
    if scenarios.len() > NAMED {
        lines.push(format!("and {} more", scenarios.len() - NAMED));
    }
    lines
}

fn findings(page: &mut StyledLines<'_>, record: &RunRecord, summaries: &[FindingSummary]) -> io::Result<()> {
    for (at, summary) in summaries.iter().take(LISTED).enumerate() {
        finding(page, record, summary, at + 1)?;
    }
    if summaries.len() > LISTED {
        let more = summaries.len() - LISTED;
        page.paragraph(0, Paint::Plain, &format!("and {more} more: `--report json=FILE` has them all"))?;
        page.gap()?;
    }
    Ok(())
}

/// A finding folded over scenarios, shown by the first that has its exchange.
fn finding(page: &mut StyledLines<'_>, record: &RunRecord, summary: &FindingSummary, number: usize) -> io::Result<()> {
    let paint = if summary.severity.fails() { Paint::Bad } else { Paint::Odd };
    let head = format!("{number}. {} {}", summary.severity.to_string().to_uppercase(), summary.requirement);
    let head = page.paint(paint, &safe_text::line(&head, 200));
    if number > TOLD {
        let rest = format!("{} ({})", summary.place, counted(summary.count, "time"));
        return page.raw(&format!("{head}  {}", safe_text::line(&rest, 200)));
    }
    let Some((finding, exchange, shown_by)) = evidence(record, summary) else { return Ok(()) };
    let times = if summary.count > 1 {
        format!("  ({} times in {})", summary.count, counted(shown_by.len(), "scenario"))
    } else {
        String::new()
    };
    page.raw(&format!("{head}{times}"))?;
    page.paragraph(3, Paint::Bold, &finding.text)?;
    page.labelled("where", &summary.place.to_string())?;
    page.labelled("expected", &finding.expected)?;
    page.labelled("seen", &finding.seen)?;
    if let Some(exchange) = exchange {
        page.block("exchange", &exchange_lines(&exchange))?;
    }
    page.labelled("why", &finding.why)?;
    page.labelled("remedy", &finding.remedy)?;
    page.block("shown by", &named(&shown_by))?;
    page.gap()
}

fn exchange_lines(exchange: &ExchangeRecord) -> Vec<String> {
    let bounded = |body: &str| safe_text::lines(body, BODY_LINES, BODY_CHARACTERS);
    let mut lines = vec![safe_text::line(&format!("{} {} ({})", exchange.method, exchange.url, exchange.actor), 500)];
    if let Some(body) = &exchange.body {
        lines.extend(bounded(body));
    }
    match (&exchange.answer, &exchange.failure) {
        (Some(answer), _) => {
            lines.push(format!("-> {}", answer.status));
            lines.extend(bounded(&answer.body));
        }
        (None, Some(failure)) => lines.push(safe_text::line(&format!("-> no answer: {failure}"), 500)),
        (None, None) => lines.push("-> no answer".to_owned()),
    }
    lines
}

/// Scenarios that failed without a finding: a step's own expectation did not hold.
fn unexplained(record: &RunRecord) -> impl Iterator<Item = &ScenarioRecord> {
    let failed = record.scenarios.iter().filter(|s| s.outcome.kind == OutcomeKind::Failed);
    failed.filter(|s| !s.findings.iter().any(|f| f.severity.fails()))
}

fn failed_otherwise(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    for scenario in unexplained(record) {
        let word = page.paint(Paint::Bad, "FAILED");
        page.raw(&format!("{word} {}", place(scenario)))?;
        page.paragraph(3, Paint::Plain, scenario.outcome.reason.as_deref().unwrap_or("no reason given"))?;
        if let Some(step) = scenario.steps.iter().find(|s| s.outcome.kind == OutcomeKind::Failed) {
            page.labelled("step", &format!("{} {} (line {})", step.keyword.trim(), step.text, step.line))?;
            let (from, to) = step.exchanges;
            // The last exchange before the step gave up is the one it gave up on.
            let last = if from < to { scenario.exchanges.get(to - 1) } else { None };
            if let Some(exchange) = last {
                page.block("exchange", &exchange_lines(&exchange))?;
            }
        }
        page.gap()?;
    }
    Ok(())
}

/// Known findings that are no more: good news that has to be written down.
fn vanished(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let Some(baseline) = record.baseline.as_ref().filter(|b| !b.vanished.is_empty()) else { return Ok(()) };
    page.heading("Known findings that vanished")?;
    for what in baseline.vanished.iter().take(LISTED) {
        page.paragraph(3, Paint::Odd, &safe_text::line(what, 300))?;
    }
    page.paragraph(3, Paint::Plain, "take them out of the baseline, or write it anew with --write-baseline FILE")
}

fn snapshots(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let all = record.scenarios.iter().filter_map(|s| s.snapshot.as_ref());
    let pending: Vec<_> = all.filter(|s| s.outcome.pending()).collect();
    if pending.is_empty() {
        return Ok(());
    }
    page.heading("Snapshots pending")?;
    for (at, snapshot) in pending.iter().enumerate() {
        let state = match snapshot.outcome {
            SnapshotOutcome::Unseen => "never accepted",
            SnapshotOutcome::Proposed if snapshot.diff.is_empty() => "never accepted, proposal written",
            SnapshotOutcome::Proposed => "changed, proposal written",
            _ => "changed",
        };
        page.paragraph(3, Paint::Odd, &format!("{} ({state})", snapshot.name))?;
        if at < NAMED {
            page.block("", &safe_text::lines(&snapshot.diff, DIFF_LINES, DIFF_CHARACTERS))?;
        }
    }
    Ok(())
}

fn left_behind(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let left: Vec<&String> = record.scenarios.iter().flat_map(|s| &s.left_behind).collect();
    if left.is_empty() {
        return Ok(());
    }
    page.heading("Left behind on the target")?;
    for what in left {
        page.paragraph(3, Paint::Bad, what)?;
    }
    page.paragraph(3, Paint::Plain, "`scimulate sweep LEDGER` removes what the run's ledger still names")
}

/// Counts, the verdict, the next step.
fn summary(
    page: &mut StyledLines<'_>,
    record: &RunRecord,
    broken: &[FindingSummary],
    warnings: usize,
) -> io::Result<()> {
    let totals = &record.totals;
    let flaky = record.scenarios.iter().filter(|s| s.attempts > 1 && s.outcome.is_passed()).count();
    let counts = [
        (totals.passed, "passed"),
        (totals.failed, "failed"),
        (totals.blocked, "blocked"),
        (totals.timed_out, "timed out"),
        (totals.bugs, "ended by a defect of scimulate"),
        (totals.interrupted, "interrupted"),
        (totals.not_reached, "not reached"),
        (totals.expected_failures, "failed as expected"),
        (totals.skipped, "skipped"),
        (flaky, "passed only when retried"),
        (totals.snapshots_pending, "with a pending snapshot"),
    ];
    let counts: Vec<_> = counts.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    page.gap()?;
    page.paragraph(0, Paint::Plain, &format!("{}{counts}", counted(totals.scenarios, "scenario")))?;
    let effort = format!(
        "{} in {:.2} s, {:.2} s of it waiting for answers, {} exercised, seed {}",
        counted(totals.requests, "request"),
        record.duration_ms / 1000.0,
        record.waited_ms / 1000.0,
        counted(record.exercised.len(), "requirement"),
        record.seed
    );
    let repeats = record.totals.repeats;
    let effort = match repeats.harness {
        0 => effort,
        n => {
            format!("{effort}, {} sent again because the target or a gateway asked for patience", counted(n, "request"))
        }
    };
    page.paragraph(0, Paint::Plain, &effort)?;
    if let Some(topics) = topics(record) {
        page.paragraph(0, Paint::Plain, &safe_text::line(&topics, 1_500))?;
    }
    for (tag, count) in &record.left_out {
        let left = format!("{} tagged @{tag} left out: `--tags @{tag}` plays them", counted(*count, "scenario"));
        page.paragraph(0, Paint::Plain, &safe_text::line(&left, 200))?;
    }
    let verdict = record.verdict();
    let paint = match verdict {
        Verdict::Conformant => Paint::Good,
        Verdict::Findings | Verdict::Bug | Verdict::FindingsAndBug => Paint::Bad,
        _ => Paint::Odd,
    };
    page.paragraph(0, paint, &sentence(record, verdict, broken, warnings))?;
    if let Some(cause) = cause(&record.scenarios) {
        page.paragraph(0, Paint::Bold, &safe_text::line(&cause.to_string(), 900))?;
    }
    for line in unlocked(record).into_iter().chain(as_found(record)) {
        page.paragraph(0, Paint::Plain, &line)?;
    }
    page.paragraph(0, Paint::Plain, &format!("next: {}", next_step(record, verdict, broken)))
}

/// How far the run went, subject by subject.
fn topics(record: &RunRecord) -> Option<String> {
    let told = record.topics.iter().filter(|topic| topic.exercised > 0).map(|topic| {
        let Topic { name, exercised, broken, provable, .. } = topic;
        let broken = if *broken > 0 { format!(" ({broken} not held)") } else { String::new() };
        format!("{name} {exercised} of {provable}{broken}")
    });
    let told: Vec<String> = told.collect();
    (!told.is_empty()).then(|| format!("requirements exercised by topic: {}", told.join(", ")))
}

/// What settings would let skipped scenarios be played.
fn unlocked(record: &RunRecord) -> Option<String> {
    let mut wants: BTreeMap<&str, usize> = BTreeMap::new();
    for scenario in record.scenarios.iter().filter(|s| s.outcome.kind == OutcomeKind::Skipped) {
        let reason = scenario.outcome.reason.as_deref().unwrap_or_default();
        let operator = reason.split_once("configure ").and_then(|(_, rest)| rest.split(' ').next());
        let safety = reason.split(' ').find(|word| word.starts_with("safety."));
        if let Some(key) = operator.filter(|key| key.starts_with("operator.")).or(safety) {
            *wants.entry(key).or_default() += 1;
        }
    }
    let told: Vec<String> =
        wants.iter().map(|(key, n)| format!("{} skipped: configure {key}", counted(*n, "scenario"))).collect();
    (!told.is_empty()).then(|| format!("{} (docs/targets.md)", told.join("; ")))
}

/// Whether the target was left as it was found.
fn as_found(record: &RunRecord) -> Option<String> {
    let found = record.as_found.as_ref()?;
    let word = if found.same { "left as found" } else { "NOT shown to be left as found" };
    Some(format!("{word}: {}", safe_text::line(&found.told.join("; "), 600)))
}

/// The verdict in one plain sentence.
fn sentence(record: &RunRecord, verdict: Verdict, broken: &[FindingSummary], warnings: usize) -> String {
    let totals = &record.totals;
    match verdict {
        Verdict::Conformant | Verdict::SnapshotsPending => {
            let requirements = counted(record.exercised.len(), "requirement");
            let held = counted(totals.judged() - totals.expected_failures, "scenario");
            let mut text = match totals.expected_failures {
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
            let findings = sentence(record, Verdict::Findings, broken, warnings);
            format!("{findings}; scimulate itself failed in {}{why}", counted(totals.bugs, "scenario"))
        }
        Verdict::Findings => {
            let ids: BTreeSet<&str> = broken.iter().map(|s| s.requirement.as_str()).collect();
            let vanished = record.baseline.as_ref().map_or(0, |b| b.vanished.len());
            if ids.is_empty() && totals.failed == 0 {
                return format!("not as known: {} of the baseline vanished", counted(vanished, "finding"));
            }
            if ids.is_empty() {
                return format!("NOT conformant: {} failed", counted(totals.failed, "scenario"));
            }
            let showing: BTreeSet<&String> = broken.iter().flat_map(|s| &s.scenarios).collect();
            let mut text = format!(
                "NOT conformant: {} broken in {}",
                counted(ids.len(), "requirement"),
                counted(showing.len(), "scenario")
            );
            let others = unexplained(record).count();
            if others > 0 {
                text.push_str(&format!(", {} failed otherwise", counted(others, "scenario")));
            }
            text
        }
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
    let all = counted(totals.scenarios, "scenario");
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

/// What to type or do now.
fn next_step(record: &RunRecord, verdict: Verdict, broken: &[FindingSummary]) -> String {
    match verdict {
        Verdict::Findings | Verdict::FindingsAndBug => match broken.first() {
            Some(worst) => {
                let id = safe_text::line(&worst.requirement, 100);
                format!(
                    "`scimulate explain {id}` says more of the first; `--write-baseline FILE` writes down what is known"
                )
            }
            None if record.totals.failed == 0 => "`--write-baseline FILE` writes down what is known now".to_owned(),
            None => "read the failures above".to_owned(),
        },
        Verdict::Conformant => "keep it so: `scimulate run --report junit=FILE` in continuous integration".to_owned(),
        Verdict::SnapshotsPending => "`scimulate snapshots review` to look at what changed".to_owned(),
        Verdict::Blocked => "check the target's URL, credential and network, then run again".to_owned(),
        Verdict::NothingJudged => "`scimulate plan` shows what a selection would run, without a request".to_owned(),
        Verdict::Bug => {
            format!("please report it with the record of `scimulate run --seed {} --report json=FILE`", record.seed)
        }
        Verdict::Interrupted => format!("`--seed {}` runs the same again", record.seed),
    }
}

/// `1 scenario`, `2 scenarios`.
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
