//! The end of a run on one screen: a verdict for each reader, what to mend first, what was not judged, where the rest is.
//!
//! In: the record. Out: about forty lines. Never: a body; `scimulate show` has those.

use super::beside::Beside;
use super::finding_page::titled;
use super::styled_lines::{Paint, StyledLines};
use super::verdict_text::{
    Reason, as_found, counted, dialect, ended, next_step, paint_of_verdict, sentence, slow, unexplained, unit,
    unjudged_reasons, unlocked,
};
use super::{readers_table, safe_text};
use judge::verdict::{
    Cause, FindingSummary, OutcomeKind, Reader, ReaderWord, RunRecord, ScenarioRecord, Severity, Verdict,
};
use std::io;

/// Most causes that get a line, and most reasons and objects left behind.
const CAUSES: usize = 15;
const REASONS: usize = 4;
const OTHERWISE: usize = 2;
const LEFT: usize = 2;
/// Below so many columns a title is broken rather than cut.
const NARROW: usize = 60;

/// Writes the end of a run.
pub(super) fn write(page: &mut StyledLines<'_>, record: &RunRecord, beside: &Beside) -> io::Result<()> {
    page.gap()?;
    verdicts(page, record)?;
    if record.causes.is_empty() {
        findings(page, record)?;
    } else {
        causes(page, record)?;
    }
    failed_otherwise(page, record)?;
    unjudged(page, record)?;
    state_of_the_target(page, record)?;
    rest(page, record, beside)?;
    page.paragraph(0, Paint::Plain, &format!("next: {}", next_step(record, beside)))
}

/// A verdict for each reader; the one of the run where it says more, or there is no other.
pub(super) fn verdicts(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let verdict = record.verdict();
    let table = readers_table::rows(record);
    if let Some((heads, rows)) = &table {
        page.table(heads, rows)?;
        page.gap()?;
        if let Some(limits) = limits(record) {
            page.paragraph(0, Paint::Dim, &limits)?;
        }
    }
    // The rows say of findings what they are to each reader; what else a run came to is the sentence's to say.
    if table.is_none() || verdict != Verdict::Findings {
        page.paragraph(0, paint_of_verdict(verdict), &sentence(record))?;
    }
    counts(page, record)?;
    dialect(record, false).iter().try_for_each(|line| page.paragraph(0, Paint::Plain, line))
}

/// What a limit is, where a verdict names some.
fn limits(record: &RunRecord) -> Option<String> {
    let with = record.readers.iter().find(|verdict| verdict.word == ReaderWord::Works && verdict.other > 0)?;
    let name = with.reader.name();
    Some(format!("a limit: the IdP meets it and goes on; `scimulate show --for {name}` lists its limits"))
}

/// How many scenarios ended how, and what the run took.
fn counts(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    page.paragraph(0, Paint::Dim, &ended(record))
}

/// One line each, what explains most first.
fn causes(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    page.title("What to fix, worst first (x: scenarios; then whom it breaks, besides RFCs)")?;
    let from_here = rfc_alone(&record.causes);
    for (at, Cause { title, severity, findings, seen_in, breaks, .. }) in record.causes.iter().take(CAUSES).enumerate()
    {
        if from_here == Some(at) {
            page.paragraph(0, Paint::Dim, "and for the RFCs alone; no IdP that was played breaks on these:")?;
        }
        line(page, findings.first().copied(), (*severity, title), *seen_in, &whom(breaks))?;
    }
    let inside: usize = record.causes.iter().take(CAUSES).map(|cause| cause.findings.len()).sum();
    and_more(
        page,
        record.causes.len().saturating_sub(CAUSES),
        "more cause",
        record.findings.len().saturating_sub(inside),
    )
}

/// The first of the causes from which on all break the RFCs only, where those before it are others.
fn rfc_alone(causes: &[Cause]) -> Option<usize> {
    let alone = |cause: &Cause| cause.breaks.iter().all(|reader| *reader == Reader::Rfc);
    let before = causes.iter().rposition(|cause| !alone(cause) || cause.holds_back > 0)? + 1;
    (before < causes.len()).then_some(before)
}

/// The same of a record in which nobody looked for causes.
fn findings(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let failing: Vec<&FindingSummary> = record.findings.iter().filter(|s| s.severity.fails()).collect();
    let warnings = record.findings.len() - failing.len();
    if failing.is_empty() {
        return if warnings > 0 { and_more(page, 0, "", warnings) } else { Ok(()) };
    }
    page.title("What to fix, worst first")?;
    for summary in failing.iter().take(CAUSES) {
        one_line(page, summary)?;
    }
    and_more(page, failing.len().saturating_sub(CAUSES), "more finding", warnings)
}

/// `and 34 more findings, 87 warnings`.
fn and_more(page: &mut StyledLines<'_>, more: usize, what: &str, others: usize) -> io::Result<()> {
    let other = if what == "more cause" { "other finding" } else { "warning" };
    let told: Vec<String> =
        [(more, what), (others, other)].iter().filter(|(n, _)| *n > 0).map(|(n, what)| counted(*n, what)).collect();
    if told.is_empty() { Ok(()) } else { page.paragraph(5, Paint::Dim, &format!("and {}", told.join(", "))) }
}

/// `#7   PATCH /Users/{id} answered 200, but title did not change  (12)`, cut where the line ends.
pub(super) fn one_line(page: &mut StyledLines<'_>, summary: &FindingSummary) -> io::Result<()> {
    line(page, Some(summary.number), (summary.severity, titled(summary)), summary.scenarios.len(), "")
}

/// `Okta, Entra`: whom a cause breaks, besides the RFCs, in few letters.
pub(super) fn whom(breaks: &[Reader]) -> String {
    let others = breaks.iter().filter(|reader| **reader != Reader::Rfc);
    let name = |reader: &Reader| readers_table::name(reader).trim_end_matches(" ID").to_owned();
    others.map(name).collect::<Vec<_>>().join(", ")
}

/// A cause that only holds scenarios back has no finding, and no number to be shown by.
fn line(
    page: &mut StyledLines<'_>,
    number: Option<u32>,
    (severity, title): (Severity, &str),
    times: usize,
    whom: &str,
) -> io::Result<()> {
    let number = number.map_or("     ".to_owned(), |number| format!("#{number:<4}"));
    let times = if times > 1 { format!("  {times}x") } else { String::new() };
    let times = if whom.is_empty() { times } else { format!("{times}  {whom}") };
    if page.width() < NARROW {
        let paint = if severity.fails() { Paint::Plain } else { Paint::Dim };
        return page.block_at(&number, &safe_text::line(&format!("{title}{times}"), 200), paint);
    }
    let room = page.width().saturating_sub(number.chars().count() + times.len()).max(20);
    let title = safe_text::fitting(&safe_text::line(title, 400), room);
    let paint = match severity {
        Severity::Hazard => Paint::Bad,
        Severity::Violation => Paint::Plain,
        Severity::Warning => Paint::Dim,
    };
    let text = [page.paint(Paint::Dim, &number), page.paint(paint, &title), page.paint(Paint::Dim, &times)].concat();
    page.raw(&text)
}

/// Scenarios that failed without a finding.
fn failed_otherwise(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let all: Vec<&ScenarioRecord> = unexplained(record).collect();
    if all.is_empty() {
        return Ok(());
    }
    page.title("Failed without a finding of their own")?;
    for scenario in all.iter().take(OTHERWISE) {
        let reason = scenario.outcome.reason.as_deref().unwrap_or("no reason given");
        let text = safe_text::line(&format!("{}: {reason}", scenario.full_name()), 400);
        page.raw(&safe_text::fitting(&text, page.width()))?;
    }
    if all.len() > OTHERWISE {
        page.paragraph(0, Paint::Dim, &format!("and {} more", all.len() - OTHERWISE))
    } else {
        Ok(())
    }
}

/// What was not judged, the most frequent reason first.
fn unjudged(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    let reasons = unjudged_reasons(record);
    if reasons.is_empty() {
        return Ok(());
    }
    let all: usize = reasons.iter().map(|reason| reason.count).sum();
    page.title(&format!("Not judged: {} of {}", all, counted(record.totals.scenarios, unit(record))))?;
    for Reason { count, text, kind } in reasons.iter().take(REASONS) {
        // What stood in the way is told whole; what was passed over, in a line.
        if *kind == OutcomeKind::Skipped {
            let text = safe_text::fitting(&safe_text::line(text, 400), page.width().saturating_sub(6).max(20));
            page.raw(&format!("{count:>4}  {text}"))?;
        } else {
            let text = safe_text::line(&format!("{kind}: {text}"), 400);
            page.block_at(&format!("{count:>4}  "), &text, Paint::Odd)?;
        }
    }
    if let Some(unlocked) = unlocked(record) {
        page.block_at("      ", &safe_text::line(&unlocked, 240), Paint::Dim)?;
    }
    let more: usize = reasons.iter().skip(REASONS).map(|reason| reason.count).sum();
    if more > 0 {
        page.raw(&format!("{more:>4}  for {}", counted(reasons.len() - REASONS, "other reason")))
    } else {
        Ok(())
    }
}

/// What a run must never leave unsaid: what it left behind.
fn state_of_the_target(page: &mut StyledLines<'_>, record: &RunRecord) -> io::Result<()> {
    page.gap()?;
    if let Some(slow) = slow(record) {
        page.paragraph(0, Paint::Odd, &slow)?;
    }
    if let Some((same, told)) = as_found(record) {
        page.paragraph(0, if same { Paint::Plain } else { Paint::Bad }, &safe_text::line(&told, 300))?;
    }
    let left: Vec<&String> = record.scenarios.iter().flat_map(|s| &s.left_behind).collect();
    for what in left.iter().take(LEFT) {
        page.paragraph(0, Paint::Bad, &format!("left behind: {}", safe_text::line(what, 200)))?;
    }
    match left.len().saturating_sub(LEFT) {
        0 => Ok(()),
        more => {
            page.paragraph(0, Paint::Bad, &format!("left behind: {more} more; `scimulate sweep LEDGER` removes them"))
        }
    }
}

/// Where the rest is.
fn rest(page: &mut StyledLines<'_>, record: &RunRecord, beside: &Beside) -> io::Result<()> {
    if let Some(vanished) = record.baseline.as_ref().map(|b| b.vanished.len()).filter(|n| *n > 0) {
        let told = format!("{} of the baseline vanished; -v names them", counted(vanished, "known finding"));
        page.paragraph(0, Paint::Odd, &told)?;
    }
    for (tag, count) in &record.left_out {
        let left = format!("{} tagged @{tag} left out: `--tags @{tag}` plays them", counted(*count, "scenario"));
        page.paragraph(0, Paint::Dim, &safe_text::line(&left, 200))?;
    }
    if let Some(show) = beside.command("show", None) {
        page.paragraph(0, Paint::Plain, &format!("all findings: `{show}`; all of it as text: -v"))?;
    }
    match &beside.html {
        Some(html) => page.paragraph(0, Paint::Plain, &format!("in a browser: {}", safe_text::line(html, 300))),
        None => Ok(()),
    }
}
