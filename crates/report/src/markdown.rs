//! Markdown: a step summary in continuous integration, a comment, a page of a wiki.

use super::evidence::evidence;
use super::safe_text;
use judge::verdict::{FindingSummary, OutcomeKind, RunRecord, Topic, Totals, Verdict, cause, fold};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Most findings told of in full, and most that get a row.
const TOLD: usize = 20;
const LISTED: usize = 200;
/// Most reasons of scenarios that were not judged.
const REASONS: usize = 30;

/// The record as Markdown.
pub(super) fn make(record: &RunRecord) -> Result<Vec<u8>, String> {
    let mut page = String::new();
    // Writing to a String cannot fail.
    let _ = write(&mut page, record);
    Ok(page.into_bytes())
}

fn write(page: &mut String, record: &RunRecord) -> std::fmt::Result {
    let target = &record.target;
    writeln!(page, "# SCIM conformance: {}\n", verdict(record.verdict()))?;
    writeln!(
        page,
        "{} ({}), profile {}, {} scenarios, {} requests in {:.1} s, {} requirements exercised, seed {}\n",
        inline(&target.name),
        inline(&target.base_url),
        inline(&target.profile),
        record.totals.scenarios,
        record.totals.requests,
        record.duration_ms / 1000.0,
        record.exercised.len(),
        record.seed
    )?;
    counts(page, &record.totals)?;
    if let Some(cause) = cause(&record.scenarios) {
        writeln!(page, "**{}**\n", inline(&cause.to_string()))?;
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
    for Topic { name, exercised, broken, provable } in &record.topics {
        let broken = if *broken > 0 { broken.to_string() } else { String::new() };
        writeln!(page, "| {} | {exercised} | {provable} | {broken} |", inline(name))?;
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
        let requirement = inline(&summary.requirement);
        writeln!(page, "| {severity} | {requirement} | {} | {count} | {scenarios} |", inline(text))?;
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
    writeln!(page, "<details><summary>{}: {}</summary>\n", inline(&head), inline(&finding.text))?;
    for (name, value) in [
        ("where", summary.place.to_string()),
        ("expected", finding.expected.clone()),
        ("seen", finding.seen.clone()),
        ("why", finding.why.clone()),
        ("remedy", finding.remedy.clone()),
    ] {
        writeln!(page, "- {name}: {}", inline(&value))?;
    }
    if let Some(scenario) = shown_by.first() {
        let at = format!("{}:{} {}", scenario.file, scenario.line, scenario.full_name());
        writeln!(page, "- shown by: {}", inline(&at))?;
    }
    if let Some(exchange) = exchange {
        let mut lines = vec![format!("{} {}", exchange.method, exchange.url)];
        lines.extend(exchange.body.clone());
        match &exchange.answer {
            Some(answer) => lines.extend([format!("-> {}", answer.status), answer.body.clone()]),
            None => lines.push(format!("-> no answer: {}", exchange.failure.as_deref().unwrap_or("no reason given"))),
        }
        let shown = safe_text::lines(&lines.join("\n"), 40, 3_000);
        writeln!(page)?;
        // Four blanks make a block that nothing in it can end.
        for line in shown {
            writeln!(page, "    {line}")?;
        }
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
        writeln!(page, "| {kind} | {} | {count} |", inline(reason))?;
    }
    Ok(())
}

/// Text within a line or a table's cell: neither Markdown nor HTML.
fn inline(given: &str) -> String {
    let mut out = String::new();
    for c in safe_text::line(given, 600).chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '|' | '\\' | '`' | '*' | '_' | '[' | ']' | '#' | '!' | '~' | '@' => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
    }
    out
}
