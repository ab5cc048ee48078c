//! Workflow commands of GitHub Actions: each folded finding becomes an annotation at the line of a scenario.
//!
//! A step shows ten errors and ten warnings; the worst come first and the rest is counted in a notice.

use super::evidence::evidence;
use super::safe_text;
use super::sink::Trouble;
use judge::verdict::{OutcomeKind, RunRecord, fold};
use scim::printable::without_commands;
use std::io::Write;

/// Annotations of one level that GitHub shows for a step.
const SHOWN: usize = 10;
/// Longest message, in characters.
const CHARACTERS: usize = 1_000;

/// The record as workflow commands, a line each.
pub(super) fn make(record: &RunRecord, out: &mut dyn Write) -> Result<(), Trouble> {
    let mut lines = Vec::new();
    let summaries = fold(record.scenarios.iter().filter(|s| s.outcome.kind != OutcomeKind::ExpectedFailure));
    let mut left_out = 0;
    for (fails, level) in [(true, "error"), (false, "warning")] {
        let told = summaries.iter().filter(|s| s.severity.fails() == fails);
        for (at, summary) in told.enumerate() {
            let Some((finding, _, shown_by)) = evidence(record, summary) else { continue };
            if at >= SHOWN {
                left_out += 1;
                continue;
            }
            let Some(scenario) = shown_by.first() else { continue };
            let message = format!(
                "{}\nexpected {}; seen {}\nremedy: {}",
                finding.text, finding.expected, finding.seen, finding.remedy
            );
            let title = format!("{} ({} in {})", summary.requirement, summary.count, scenario.full_name());
            lines.push(command(level, &scenario.file, scenario.line, &title, &message));
        }
    }
    for scenario in record.scenarios.iter().filter(|s| unexplained(s.outcome.kind) && !fails(s)).take(SHOWN) {
        let reason = scenario.outcome.reason.as_deref().unwrap_or("no reason given");
        let title = format!("{}: {}", scenario.outcome.kind, scenario.full_name());
        lines.push(command("error", &scenario.file, scenario.line, &title, reason));
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

fn fails(scenario: &judge::verdict::ScenarioRecord) -> bool {
    scenario.findings.iter().any(|f| f.severity.fails())
}

fn command(level: &str, file: &str, line: usize, title: &str, message: &str) -> String {
    let property =
        |value: &str| data(&without_commands(&safe_text::line(value, 300))).replace(':', "%3A").replace(',', "%2C");
    let message = safe_text::lines(message, 10, CHARACTERS).join("\n");
    format!(
        "::{level} file={},line={line},title={}::{}",
        property(file),
        property(title),
        data(&without_commands(&message))
    )
}

/// What would end a command early is written as GitHub reads it back.
fn data(value: &str) -> String {
    value.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}
