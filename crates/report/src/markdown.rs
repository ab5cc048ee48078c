//! Markdown: a step summary in continuous integration, a comment, a page of a wiki. It is short; the HTML report has the rest.

use super::beside::Beside;
use super::finding_page::titled;
use super::readers_table;
use super::safe_text;
use super::sink::Trouble;
use super::verdict_text::{as_found, dialect, sentence, unjudged_reasons};
use judge::verdict::{RunRecord, Severity};
use scim::printable::without_commands;
use std::fmt::Write as _;
use std::io::Write;

/// Most causes, findings and reasons that get a row: all of it stays below sixty lines.
const ROWS: usize = 20;
const REASONS: usize = 8;

/// The record as Markdown.
pub(super) fn make(record: &RunRecord, beside: &Beside, out: &mut dyn Write) -> Result<(), Trouble> {
    let mut page = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut page, record, beside);
    Ok(out.write_all(page.as_bytes())?)
}

fn write(page: &mut String, record: &RunRecord, beside: &Beside) -> std::fmt::Result {
    let target = &record.target;
    writeln!(page, "# SCIM: {}\n", code(&sentence(record)))?;
    writeln!(
        page,
        "{} ({}), profile {}: {} scenarios, {} failed, {} skipped; {} requests in {:.1} s; seed {}\n",
        code(&target.name),
        code(&target.base_url),
        code(&target.profile),
        record.totals.scenarios,
        record.totals.failed,
        record.totals.skipped,
        record.totals.requests,
        record.duration_ms / 1000.0,
        record.seed
    )?;
    if let Some((heads, rows)) = readers_table::rows(record) {
        writeln!(page, "| {} |\n|---|---|---:|---:|---:|", heads.join(" | "))?;
        for row in rows {
            writeln!(page, "| {} |", row.iter().map(|text| cell(text)).collect::<Vec<_>>().join(" | "))?;
        }
        writeln!(page)?;
    }
    for line in dialect(record, true) {
        writeln!(page, "{}\n", code(&line))?;
    }
    if record.causes.is_empty() {
        findings(page, record, beside)?;
    } else {
        causes(page, record, beside)?;
    }
    reasons(page, record)?;
    if let Some((_, told)) = as_found(record) {
        writeln!(page, "{}\n", code(&told))?;
    }
    match &beside.html {
        Some(html) => writeln!(page, "Everything, with each exchange: [the HTML report]({})", link(html, "")),
        None => Ok(()),
    }
}

/// What to fix, what explains most first.
fn causes(page: &mut String, record: &RunRecord, beside: &Beside) -> std::fmt::Result {
    writeln!(page, "## What to fix\n\n| | weight | what | findings | scenarios |\n|---|---|---|---:|---:|")?;
    for cause in record.causes.iter().take(ROWS) {
        let number = cause.findings.first().copied();
        row(page, beside, number, cause.severity, &cause.title, [cause.findings.len(), cause.seen_in])?;
    }
    more(page, record.causes.len())
}

fn findings(page: &mut String, record: &RunRecord, beside: &Beside) -> std::fmt::Result {
    if record.findings.is_empty() {
        return Ok(());
    }
    writeln!(page, "## Findings\n\n| | weight | what | times | scenarios |\n|---|---|---|---:|---:|")?;
    for summary in record.findings.iter().take(ROWS) {
        let numbers = [summary.count, summary.scenarios.len()];
        row(page, beside, Some(summary.number), summary.severity, titled(summary), numbers)?;
    }
    more(page, record.findings.len())
}

fn row(
    page: &mut String,
    beside: &Beside,
    number: Option<u32>,
    severity: Severity,
    what: &str,
    [first, second]: [usize; 2],
) -> std::fmt::Result {
    let number = match (number, &beside.html) {
        (Some(number), Some(html)) => format!("[#{number}]({})", link(html, &format!("#f{number}"))),
        (Some(number), None) => format!("#{number}"),
        // It holds scenarios back, and has no finding of its own.
        (None, _) => String::new(),
    };
    writeln!(page, "| {number} | {severity} | {} | {first} | {second} |", cell(what))
}

fn more(page: &mut String, all: usize) -> std::fmt::Result {
    if all > ROWS { writeln!(page, "\nand {} more\n", all - ROWS) } else { writeln!(page) }
}

fn reasons(page: &mut String, record: &RunRecord) -> std::fmt::Result {
    let reasons = unjudged_reasons(record);
    if reasons.is_empty() {
        return Ok(());
    }
    writeln!(page, "## Not judged\n\n| ending | reason | scenarios |\n|---|---|---:|")?;
    for reason in reasons.iter().take(REASONS) {
        writeln!(page, "| {} | {} | {} |", reason.kind, cell(&reason.text), reason.count)?;
    }
    if reasons.len() > REASONS {
        writeln!(page, "\nand {} other reasons", reasons.len() - REASONS)?;
    }
    writeln!(page)
}

/// The address of a file beside this one, with a place in it.
fn link(file: &str, place: &str) -> String {
    let name = file.rsplit(['/', '\\']).next().unwrap_or(file);
    format!("{}{place}", client::wire::encode_query_value(name))
}

/// Text within a line: a code span, in which nothing is Markdown.
fn code(given: &str) -> String {
    span(&without_commands(&safe_text::line(given, 600)))
}

/// The same within a table's cell, which a bar would end.
fn cell(given: &str) -> String {
    span(&without_commands(&safe_text::line(given, 600)).replace('|', "\\u{7c}"))
}

fn span(text: &str) -> String {
    if text.trim().is_empty() {
        return String::new();
    }
    let ticks = "`".repeat(longest_run(text) + 1);
    // Blanks that are taken off again, one on each side.
    let pad = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{ticks}{pad}{text}{pad}{ticks}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}
