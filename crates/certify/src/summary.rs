//! What a pack came to, for people: what was not tested first.
//!
//! In: results, the record, the statement. Out: lines for a terminal, a page of Markdown. Never: a text of a target that does
//! something to its reader.

use crate::results::{CaseResult, Results, State};
use judge::verdict::RunRecord;
use scim::printable::printable;
use std::fmt::Write as _;

/// Most lines of one case on a page.
const OF_ONE: usize = 12;

/// Something that was not tested.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Untested {
    /// The case.
    pub id: String,
    /// What of it, and why.
    pub what: String,
    /// Whether somebody still has to do something about it.
    pub open: bool,
}

/// What was not tested, what is open first.
#[must_use]
pub fn untested(results: &Results) -> Vec<Untested> {
    let whole = |case: &CaseResult| {
        let reason = case.reason.clone().unwrap_or_default();
        let not_judged = matches!(case.state, State::Review | State::Skipped);
        not_judged.then(|| Untested { id: case.id.clone(), what: reason, open: case.open })
    };
    let part = |case: &CaseResult| {
        let judged = !matches!(case.state, State::Review | State::Skipped);
        let parts = case.untested.iter().filter(move |_| judged).cloned();
        let id = case.id.clone();
        parts.map(move |what| Untested { id: id.clone(), what, open: false }).collect::<Vec<_>>()
    };
    let mut all: Vec<Untested> = results.cases.iter().filter_map(whole).collect();
    all.extend(results.cases.iter().flat_map(part));
    all.sort_by_key(|untested| !untested.open);
    all
}

/// The end of a run on a terminal: what was not tested, the cases that did not pass, the word.
#[must_use]
pub fn lines(results: &Results) -> String {
    let mut out = String::new();
    let all = untested(results);
    let open: Vec<&Untested> = all.iter().filter(|u| u.open).collect();
    line(&mut out, format_args!("Not tested: {} open, {} of the target's own", open.len(), all.len() - open.len()));
    for untested in &open {
        line(&mut out, format_args!("  {:<26} {}", untested.id, untested.what));
    }
    let (failed, warned) = (results.count(State::Failed), results.count(State::Warning));
    let (passed, skipped) = (results.count(State::Passed), results.count(State::Skipped));
    let review = results.count(State::Review);
    for case in results.cases.iter().filter(|c| matches!(c.state, State::Failed | State::Warning)) {
        let state = if case.waiver.is_some() { "waived" } else { state_word(case.state) };
        let reason = case.reason.as_deref().unwrap_or_default();
        line(&mut out, format_args!("{state:<8} {:<26} {}", case.id, printable(reason)));
    }
    for case in &results.stale_waivers {
        line(&mut out, format_args!("note     {case:<26} its waiver is not needed: it did not fail"));
    }
    let cases = format_args!("{} cases", results.cases.len()).to_string();
    line(
        &mut out,
        format_args!(
            "{} {}: {} ({cases}: {passed} passed, {warned} warning, {review} review, {skipped} skipped, {failed} failed)",
            results.pack, results.edition, results.word
        ),
    );
    out
}

fn state_word(state: State) -> &'static str {
    match state {
        State::Passed => "passed",
        State::Warning => "warning",
        State::Review => "review",
        State::Skipped => "skipped",
        State::Failed => "failed",
    }
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    let _a_string_takes_everything = writeln!(out, "{text}");
}

/// The page that a package opens with.
#[must_use]
pub fn markdown(results: &Results, record: &RunRecord, statement: &str) -> String {
    let mut out = format!("# {}: {}\n\n## Not tested\n\n", escaped(&results.pack), results.word);
    let all = untested(results);
    if all.is_empty() {
        out.push_str("Nothing was left out.\n");
    }
    let mut of_one = (String::new(), 0);
    for Untested { id, what, open } in &all {
        of_one = if of_one.0 == *id { (of_one.0, of_one.1 + 1) } else { (id.clone(), 1) };
        if of_one.1 <= OF_ONE {
            let mark = if *open { "**open** " } else { "" };
            line(&mut out, format_args!("- {mark}`{}`: {}", code(id), escaped(what)));
        } else if of_one.1 == OF_ONE + 1 {
            line(&mut out, format_args!("- `{}`: and more, in cases.json", code(id)));
        }
    }
    out.push_str("\n## Cases\n\n| case | what | kind | state | why |\n|---|---|---|---|---|\n");
    for case in &results.cases {
        let kind = serde_json::to_value(case.kind).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        let state = case.waiver.as_ref().map_or_else(
            || state_word(case.state).to_owned(),
            |w| format!("failed, accepted by {} on {}: {}", escaped(&w.by), escaped(&w.date), escaped(&w.reason)),
        );
        let why = [case.reason.as_deref(), case.beside_the_rfc.as_deref()];
        let why = why.into_iter().flatten().map(escaped).collect::<Vec<_>>().join(" Beside the RFC: ");
        line(&mut out, format_args!("| `{}` | {} | {kind} | {state} | {why} |", code(&case.id), escaped(&case.name)));
    }
    out.push_str("\n## What was tested\n\n");
    line(&mut out, format_args!("- Target: `{}`", code(&record.target.base_url)));
    line(&mut out, format_args!("- Run: {}, by {}, seed {}", record.started_at, escaped(&record.tool), record.seed));
    line(&mut out, format_args!("- {} scenarios, {} requests", record.totals.scenarios, record.totals.requests));
    out.push_str("\nThe statement, as its author wrote it:\n\n");
    for stated in statement.lines() {
        line(&mut out, format_args!("    {}", printable(stated)));
    }
    out
}

/// A text between words of a page: nothing in it is Markdown or HTML.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in printable(text).chars() {
        if matches!(c, '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '~' | '&' | '!') {
            out.push('\\');
        }
        out.push(if c == '\n' { ' ' } else { c });
    }
    out
}

/// A text between backticks.
fn code(text: &str) -> String {
    printable(text).chars().map(|c| if matches!(c, '`' | '|' | '\n') { '\'' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pack::testing::{case, pack};
    use crate::results::testing::{failed, record, scenario, statement};
    use judge::verdict::Outcome;

    fn results() -> (Results, RunRecord) {
        let cases = ["A", "B", "R"].map(|id| case(id, if id == "R" { "review" } else { "mandatory" }, "")).concat();
        let mut bad = failed("B", "entra");
        bad.findings[0].seen = "<img src=x> | `a`\u{1b}[2J".into();
        let run = record(vec![scenario("A", Outcome::passed()), bad]);
        (Results::of(&pack(&cases).unwrap(), &run, &statement("")), run)
    }

    #[test]
    fn what_was_not_tested_comes_first() {
        let (results, run) = results();
        let page = markdown(&results, &run, "format = 1\n");
        let headings: Vec<&str> = page.lines().filter(|l| l.starts_with("## ")).collect();
        assert_eq!(headings, ["## Not tested", "## Cases", "## What was tested"]);
        assert!(page.contains("- **open** `R`: nothing of it is on the wire"), "{page}");
        let lines = lines(&results);
        assert!(lines.starts_with("Not tested: 1 open, 0 of the target's own\n  R "), "{lines}");
        assert!(
            lines.ends_with("mine 1: failed (3 cases: 1 passed, 0 warning, 1 review, 0 skipped, 1 failed)\n"),
            "{lines}"
        );
    }

    #[test]
    fn a_targets_text_does_nothing_to_its_reader() {
        let (results, run) = results();
        let page = markdown(&results, &run, "x = \"\u{1b}[2J\"\n");
        assert!(page.contains("\\<img src=x\\> \\| \\`a\\`") && !page.contains('\u{1b}'), "{page}");
        assert!(!lines(&results).contains('\u{1b}'));
    }
}
