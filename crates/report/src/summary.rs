//! What a person reads when the run is over. The most important stands last, next to the prompt: notes, what could
//! not be judged, warnings, what the target got wrong, snapshots, what was left behind, the verdict, the next step.

use super::beside::Beside;
use super::finding_page::{self, Extent, located};
use super::styled_lines::{Paint, StyledLines, paint_of};
use super::verdict_text::{
    as_found, counted, dialect, next_step, paint_of_verdict, sentence, slow, unexplained, unlocked,
};
use super::{brief, readers_table, safe_text};
use judge::verdict::{
    Evidence, FindingSummary, OutcomeKind, RunRecord, ScenarioRecord, SnapshotOutcome, Topic, evidence,
};
use std::collections::BTreeMap;
use std::io;

/// Most scenarios named under one finding, and most entries of one list.
const NAMED: usize = 5;
/// Most findings told of in full, and most that get at least a line.
const TOLD: usize = 30;
const LISTED: usize = 100;
/// Most lines and characters of one difference.
const DIFF_LINES: usize = 40;
const DIFF_CHARACTERS: usize = 4_000;

/// Writes the end of a run.
pub(super) fn write(page: &mut StyledLines<'_>, record: &RunRecord, beside: &Beside) -> io::Result<()> {
    let all = evidence(&record.scenarios, &record.findings);
    let (broken, warnings): (Vec<_>, Vec<_>) =
        record.findings.iter().zip(&all).partition(|(summary, _)| summary.severity.fails());
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
        findings(page, &warnings)?;
    }
    if record.totals.failed > 0 || !broken.is_empty() {
        page.heading("Failures")?;
        findings(page, &broken)?;
        failed_otherwise(page, record)?;
    }
    vanished(page, record)?;
    snapshots(page, record)?;
    left_behind(page, record)?;
    summary(page, record, beside)
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
    let mut lines: Vec<String> = scenarios.iter().take(NAMED).map(|scenario| located(scenario)).collect();
    if scenarios.len() > NAMED {
        lines.push(format!("and {} more", scenarios.len() - NAMED));
    }
    lines
}

fn findings(page: &mut StyledLines<'_>, all: &[(&FindingSummary, &Option<Evidence<'_>>)]) -> io::Result<()> {
    for (at, (summary, evidence)) in all.iter().take(LISTED).enumerate() {
        match evidence.as_ref().filter(|_| at < TOLD) {
            Some(evidence) => finding_page::write(page, summary, evidence, Extent::Usual)?,
            None => brief::one_line(page, summary)?,
        }
    }
    if all.len() > LISTED {
        let more = all.len() - LISTED;
        page.paragraph(0, Paint::Plain, &format!("and {more} more: `--report json=FILE` has them all"))?;
        page.gap()?;
    }
    Ok(())
}

fn failed_otherwise(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    for scenario in unexplained(record) {
        let word = page.paint(Paint::Bad, "FAILED");
        page.raw(&format!("{word} {}", located(scenario)))?;
        page.paragraph(3, Paint::Plain, scenario.outcome.reason.as_deref().unwrap_or("no reason given"))?;
        if let Some(step) = scenario.steps.iter().find(|s| s.outcome.kind == OutcomeKind::Failed) {
            page.labelled("step", &format!("{} {} (line {})", step.keyword.trim(), step.text, step.line))?;
            let (from, to) = step.exchanges;
            // The last exchange before the step gave up is the one it gave up on.
            let last = if from < to { scenario.exchanges.get(to - 1) } else { None };
            if let Some(exchange) = last {
                finding_page::exchange(page, &exchange)?;
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
fn summary(page: &mut StyledLines<'_>, record: &RunRecord, beside: &Beside) -> io::Result<()> {
    let totals = &record.totals;
    let flaky = record.scenarios.iter().filter(|s| s.attempts > 1 && s.outcome.is_passed()).count();
    let told: Vec<String> = [(flaky, "passed on a later attempt"), (totals.snapshots_pending, "snapshots pending")]
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    page.gap()?;
    if !told.is_empty() {
        page.paragraph(0, Paint::Plain, &told.join(", "))?;
    }
    page.paragraph(0, Paint::Plain, &effort(record))?;
    if let Some(slow) = slow(record) {
        page.paragraph(0, Paint::Odd, &slow)?;
    }
    for line in dialect(record, true) {
        page.paragraph(0, Paint::Plain, &line)?;
    }
    if let Some(topics) = topics(record) {
        page.paragraph(0, Paint::Plain, &safe_text::line(&topics, 1_500))?;
    }
    for (tag, count) in &record.left_out {
        let left = format!("{} tagged @{tag} left out: `--tags @{tag}` plays them", counted(*count, "scenario"));
        page.paragraph(0, Paint::Plain, &safe_text::line(&left, 200))?;
    }
    page.gap()?;
    brief::verdicts(page, record)?;
    if readers_table::rows(record).is_some() {
        page.paragraph(0, paint_of_verdict(record.verdict()), &sentence(record))?;
    }
    for line in unlocked(record).into_iter().chain(as_found(record).map(|(_, told)| told)) {
        page.paragraph(0, Paint::Plain, &line)?;
    }
    page.paragraph(0, Paint::Plain, &format!("next: {}", next_step(record, beside)))
}

/// What the run took.
fn effort(record: &RunRecord) -> String {
    let effort = format!(
        "{} in {:.2} s, {:.2} s of it waiting for answers, {} exercised, seed {}",
        counted(record.totals.requests, "request"),
        record.duration_ms / 1000.0,
        record.waited_ms / 1000.0,
        counted(record.exercised.len(), "requirement"),
        record.seed
    );
    match record.totals.repeats.harness {
        0 => effort,
        n => {
            format!("{effort}, {} sent again because the target or a gateway asked for patience", counted(n, "request"))
        }
    }
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
