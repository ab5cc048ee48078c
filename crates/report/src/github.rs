//! Workflow commands of GitHub Actions: each folded finding becomes an annotation, at the line of a feature of the user's own where
//! one shows it.
//!
//! A step shows ten errors and ten warnings; the worst come first and the rest is counted in a notice.

use super::beside::Beside;
use super::finding_page::titled;
use super::location::location;
use super::safe_text;
use super::sink::Trouble;
use judge::verdict::{OutcomeKind, Reader, RunRecord, ScenarioRecord, evidence};
use scim::printable::without_commands;
use std::io::Write;

/// Annotations of one level that GitHub shows for a step.
const SHOWN: usize = 10;
/// Longest message, in characters.
const CHARACTERS: usize = 1_000;

/// The record as workflow commands, a line each.
pub(super) fn make(record: &RunRecord, _beside: &Beside, out: &mut dyn Write) -> Result<(), Trouble> {
    let mut lines = Vec::new();
    let mut left_out = 0;
    let all = evidence(&record.scenarios, &record.findings);
    for (fails, level) in [(true, "error"), (false, "warning")] {
        let told = record.findings.iter().zip(&all).filter(|(summary, _)| summary.severity.fails() == fails);
        for (at, (summary, evidence)) in told.enumerate() {
            let Some(evidence) = evidence else { continue };
            if at >= SHOWN {
                left_out += 1;
                continue;
            }
            let finding = evidence.finding;
            let message = format!(
                "{}\nexpected {}; seen {}\nchange: {}",
                finding.text, finding.expected, finding.seen, finding.remedy
            );
            let breaks: Vec<&str> = summary.breaks.iter().map(Reader::name).collect();
            let breaks = if breaks.is_empty() { String::new() } else { format!(", breaks {}", breaks.join(", ")) };
            let title = format!("{} ({}{breaks})", titled(summary), summary.requirement);
            lines.push(command(level, &evidence.shown_by, &title, &message));
        }
    }
    for scenario in record.scenarios.iter().filter(|s| unexplained(s.outcome.kind) && !fails(s)).take(SHOWN) {
        let reason = scenario.outcome.reason.as_deref().unwrap_or("no reason given");
        let title = format!("{}: {}", scenario.outcome.kind, scenario.full_name());
        lines.push(command("error", &[scenario], &title, reason));
    }
    if left_out > 0 {
        lines.push(format!("::notice::{left_out} more: --report sarif=FILE or json=FILE has them all"));
    }
    lines.push(String::new());
    Ok(out.write_all(lines.join("\n").as_bytes())?)
}

fn unexplained(kind: OutcomeKind) -> bool {
    matches!(kind, OutcomeKind::Failed | OutcomeKind::Blocked | OutcomeKind::TimedOut | OutcomeKind::Bug)
}

fn fails(scenario: &ScenarioRecord) -> bool {
    scenario.findings.iter().any(|f| f.severity.fails())
}

fn command(level: &str, scenarios: &[&ScenarioRecord], title: &str, message: &str) -> String {
    let property =
        |value: &str| data(&without_commands(&safe_text::line(value, 300))).replace(':', "%3A").replace(',', "%2C");
    let message = safe_text::lines(message, 10, CHARACTERS).join("\n");
    let at = scenarios.iter().find_map(|scenario| location(scenario));
    let at = at.map(|(file, line)| format!("file={},line={line},", property(&file))).unwrap_or_default();
    format!("::{level} {at}title={}::{}", property(title), data(&without_commands(&message)))
}

/// What would end a command early is written as GitHub reads it back.
fn data(value: &str) -> String {
    value.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
