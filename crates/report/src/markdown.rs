//! Markdown: a step summary in continuous integration, a comment, a page of a wiki.

use super::evidence::evidence;
use super::safe_text;
use super::sink::Trouble;
use judge::verdict::{FindingSummary, OutcomeKind, RunRecord, Topic, Totals, Verdict, cause, fold};
use scim::printable::without_commands;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

/// Most findings told of in full, and most that get a row.
const TOLD: usize = 20;
const LISTED: usize = 200;
/// Most reasons of scenarios that were not judged.
const REASONS: usize = 30;

/// The record as Markdown.
pub(super) fn make(record: &RunRecord, out: &mut dyn Write) -> Result<(), Trouble> {
    let mut page = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut page, record);
    Ok(out.write_all(page.as_bytes())?)
}

fn write(page: &mut String, record: &RunRecord) -> std::fmt::Result {
    let target = &record.target;
    writeln!(page, "# SCIM conformance: {}\n", verdict(record.verdict()))?;
    writeln!(
        page,
        "{} ({}), profile {}, {} scenarios, {} requests in {:.1} s, {} requirements exercised, seed {}\n",
        code(&target.name),
        code(&target.base_url),
        code(&target.profile),
        record.totals.scenarios,
        record.totals.requests,
        record.duration_ms / 1000.0,
        record.exercised.len(),
        record.seed
    )?;
    counts(page, &record.totals)?;
    if let Some(cause) = cause(&record.scenarios) {
        writeln!(page, "{}\n", code(&cause.to_string()))?;
    }
    let judged = record.scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure);
    let summaries = fold(judged);
    if !summaries.is_empty() {
        findings(page, record, &summaries)?;
    }
    topics(page, record)?;
    reasons(page, record)
}

/// How far the run went, subject by subject.
fn topics(page: &mut String, record: &RunRecord) -> std::fmt::Result {
    if record.topics.is_empty() {
        return Ok(());
    }
    writeln!(page, "<details><summary>Requirements by topic</summary>\n")?;
    writeln!(page, "| topic | exercised | provable | not held |\n|---|---:|---:|---:|")?;
    for Topic { name, exercised, broken, provable, .. } in &record.topics {
        let broken = if *broken > 0 { broken.to_string() } else { String::new() };
        writeln!(page, "| {} | {exercised} | {provable} | {broken} |", cell(name))?;
    }
    writeln!(page, "\n</details>\n")
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Conformant => "conformant",
        Verdict::Findings => "NOT conformant",
        Verdict::Blocked => "not judged in full",
        Verdict::NothingJudged => "nothing could be judged",
        Verdict::SnapshotsPending => "conformant, snapshots to look at",
        Verdict::Bug => "no verdict, scimulate itself failed",
        Verdict::FindingsAndBug => "NOT conformant; scimulate itself failed too",
        Verdict::Interrupted => "no verdict, interrupted",
    }
}

fn counts(page: &mut String, totals: &Totals) -> std::fmt::Result {
    let all = [
        ("passed", totals.passed),
        ("failed", totals.failed),
        ("skipped", totals.skipped),
        ("blocked", totals.blocked),
        ("timed out", totals.timed_out),
        ("expected failure", totals.expected_failures),
        ("interrupted", totals.interrupted),
        ("not reached", totals.not_reached),
        ("defect of scimulate", totals.bugs),
    ];
    let (names, numbers): (Vec<&str>, Vec<String>) =
        all.iter().filter(|(_, n)| *n > 0).map(|(name, n)| (*name, n.to_string())).unzip();
    if names.is_empty() {
        return Ok(());
    }
    writeln!(page, "| {} |\n|{}\n| {} |\n", names.join(" | "), "---:|".repeat(names.len()), numbers.join(" | "))
}

fn findings(page: &mut String, record: &RunRecord, summaries: &[FindingSummary]) -> std::fmt::Result {
    writeln!(page, "## Findings\n\n| severity | requirement | what | times | scenarios |\n|---|---|---|---:|---:|")?;
    for summary in summaries.iter().take(LISTED) {
        let text = evidence(record, summary).map_or("", |(finding, _, _)| finding.text.as_str());
        let (severity, count, scenarios) = (summary.severity, summary.count, summary.scenarios.len());
        let requirement = cell(&summary.requirement);
        writeln!(page, "| {severity} | {requirement} | {} | {count} | {scenarios} |", cell(text))?;
    }
    if summaries.len() > LISTED {
        writeln!(page, "\nand {} more", summaries.len() - LISTED)?;
    }
    writeln!(page)?;
    for summary in summaries.iter().take(TOLD) {
        told(page, record, summary)?;
    }
    Ok(())
}

fn told(page: &mut String, record: &RunRecord, summary: &FindingSummary) -> std::fmt::Result {
    let Some((finding, exchange, shown_by)) = evidence(record, summary) else { return Ok(()) };
    let head = format!("{} {}", summary.severity, summary.requirement);
    writeln!(page, "<details><summary>{}: {}</summary>\n", html(&head), html(&finding.text))?;
    for (name, value) in [
        ("where", summary.place.to_string()),
        ("expected", finding.expected.clone()),
        ("seen", finding.seen.clone()),
        ("why", finding.why.clone()),
        ("remedy", finding.remedy.clone()),
    ] {
        writeln!(page, "- {name}: {}", code(&value))?;
    }
    if let Some(scenario) = shown_by.first() {
        let at = format!("{}:{} {}", scenario.file, scenario.line, scenario.full_name());
        writeln!(page, "- shown by: {}", code(&at))?;
    }
    if let Some(exchange) = exchange {
        let mut lines = vec![format!("{} {}", exchange.method, exchange.url)];
        lines.extend(exchange.body.clone());
        match &exchange.answer {
            Some(answer) => lines.extend([format!("-> {}", answer.status), answer.body.clone()]),
            None => lines.push(format!("-> no answer: {}", exchange.failure.as_deref().unwrap_or("no reason given"))),
        }
        let shown = safe_text::lines(&lines.join("\n"), 40, 3_000);
        block(page, &shown)?;
    }
    writeln!(page, "\n</details>\n")
}

fn reasons(page: &mut String, record: &RunRecord) -> std::fmt::Result {
    let mut groups: BTreeMap<(OutcomeKind, &str), usize> = BTreeMap::new();
    let unjudged = |kind| !matches!(kind, OutcomeKind::Passed | OutcomeKind::Failed | OutcomeKind::ExpectedFailure);
    for scenario in record.scenarios.iter().filter(|s| unjudged(s.outcome.kind)) {
        let reason = scenario.outcome.reason.as_deref().unwrap_or("no reason given");
        *groups.entry((scenario.outcome.kind, reason)).or_default() += 1;
    }
    if groups.is_empty() {
        return Ok(());
    }
    writeln!(page, "## Not judged\n\n| ending | reason | scenarios |\n|---|---|---:|")?;
    for ((kind, reason), count) in groups.iter().take(REASONS) {
        writeln!(page, "| {kind} | {} | {count} |", cell(reason))?;
    }
    Ok(())
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

/// A block that nothing in it can end: its fence is longer than any run of backticks within.
fn block(page: &mut String, lines: &[String]) -> std::fmt::Result {
    let longest = lines.iter().map(|line| longest_run(line)).max().unwrap_or_default();
    let fence = "`".repeat(longest.max(2) + 1);
    writeln!(page, "\n{fence}text")?;
    for line in lines {
        writeln!(page, "{}", without_commands(line))?;
    }
    writeln!(page, "{fence}")
}

fn longest_run(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or_default()
}

/// Text within HTML.
fn html(given: &str) -> String {
    let text = safe_text::line(given, 600).replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    format!("<code>{text}</code>")
}
