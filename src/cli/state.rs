//! `scimulate state`: what a target holds, and what is wrong with it.

use super::args::{DiagnoseArgs, StateAction, StateArgs};
use super::exit::Exit;
use super::state_source::{Source, read};
use super::{CommandError, leaving, say, state_apply, state_capture, state_plan, state_restore};
use directory::Export;
use scim::secrecy::write_private;
use state::html::{PageHead, page};
use state::{Against, Diagnosis, DiagnosisKind, Sure, assess_against};
use std::fmt::Write as _;
use std::path::PathBuf;

/// Does what the action asks.
pub(super) fn command(args: &StateArgs) -> Result<Exit, CommandError> {
    match &args.action {
        StateAction::Capture(args) => state_capture::command(args),
        StateAction::Diagnose(args) => diagnose(args),
        StateAction::Plan(args) => state_plan::command(args),
        StateAction::Apply(args) => state_apply::command(args),
        StateAction::Rollback(args) => state_apply::take_back(args),
        StateAction::Restore(args) => state_restore::command(args),
    }
}

fn diagnose(args: &DiagnoseArgs) -> Result<Exit, CommandError> {
    let reports = args.report.iter().map(|text| report_file(text)).collect::<Result<Vec<_>, _>>()?;
    let directories = args.directory.iter().map(|path| Export::read(path));
    let directories = directories.collect::<Result<Vec<_>, _>>().map_err(CommandError::usage)?;
    let source = read(&args.of, usize::try_from(args.limit).unwrap_or(usize::MAX))?;
    let directories: Vec<&Export> = directories.iter().collect();
    let against = Against { directories: &directories, local_accounts: &args.local_account };
    let found = assess_against(&source.state, &against);
    for (format, path) in &reports {
        let text = match format {
            Format::Json => json(&source, !directories.is_empty(), &found),
            Format::Html => html(&source, &found),
        };
        write_private(path, text)
            .map_err(|e| CommandError::usage(format!("the report could not be written to {}: {e}", path.display())))?;
    }
    say(&told(&source, !directories.is_empty(), &found))?;
    Ok(match (found.is_empty(), source.state.complete) {
        (false, _) => Exit::Findings,
        (true, true) => Exit::Conformant,
        (true, false) => Exit::Blocked,
    })
}

/// What a report is written as.
#[derive(Debug, Clone, Copy)]
enum Format {
    Json,
    Html,
}

fn report_file(text: &str) -> Result<(Format, PathBuf), CommandError> {
    match text.split_once('=') {
        Some(("json", file)) if !file.is_empty() => Ok((Format::Json, PathBuf::from(file))),
        Some(("html", file)) if !file.is_empty() => Ok((Format::Html, PathBuf::from(file))),
        _ => Err(CommandError::usage(format!(
            "`{text}` is no report; write it like json=diagnosis.json or html=diagnosis.html"
        ))),
    }
}

fn html(source: &Source, found: &[Diagnosis]) -> String {
    let files: Vec<&str> = source.files.iter().map(|file| file.path.as_str()).collect();
    let named = if source.target.is_empty() { files.join(", ") } else { source.target.clone() };
    let state = &source.state;
    let (users, groups, complete) = (state.users.len(), state.groups.len(), state.complete);
    let head = PageHead { source: &named, users, groups, complete, remarks: &state.remarks };
    leaving::text(&page(&head, found))
}

fn json(source: &Source, with_directory: bool, found: &[Diagnosis]) -> String {
    let state = &source.state;
    let report = leaving::json(serde_json::json!({
        "target": source.target,
        "files": source.files,
        "users": state.users.len(),
        "groups": state.groups.len(),
        "others": source.others.len(),
        "complete": state.complete,
        "remarks": state.remarks,
        "directory": with_directory,
        "found": found,
    }));
    format!("{report:#}\n")
}

/// How many of each kind there are, the worst first.
fn by_kind(found: &[Diagnosis]) -> Vec<(&'static DiagnosisKind, usize)> {
    let mut all: Vec<(&DiagnosisKind, usize)> = Vec::new();
    for diagnosis in found {
        match all.last_mut() {
            Some((kind, count)) if *kind == diagnosis.kind => *count += 1,
            _ => all.push((diagnosis.kind, 1)),
        }
    }
    all
}

/// Diagnoses shown; the report has them all.
const SHOWN: usize = 50;

fn told(source: &Source, with_directory: bool, found: &[Diagnosis]) -> String {
    let (state, mut text) = (&source.state, source.told());
    for (kind, count) in by_kind(found) {
        let _infallible = writeln!(text, "   {count:>6}  {}: {}", kind.id, kind.title);
    }
    let shown = &found[..found.len().min(SHOWN)];
    for (nth, diagnosis) in shown.iter().enumerate() {
        let _infallible = write!(text, "\n{}. {diagnosis:#}", nth + 1);
        // What is the same for all of a kind is said after the last of it.
        if shown.get(nth + 1).is_none_or(|next| next.kind != diagnosis.kind) {
            text += &diagnosis.kind.advice();
        }
    }
    if found.len() > SHOWN {
        let _infallible = writeln!(text, "\nand {} more; --report json=FILE has them all", found.len() - SHOWN);
    }
    let count = |sure: Sure| found.iter().filter(|a| a.sure == sure).count();
    let _infallible = match (found.is_empty(), state.complete) {
        (true, true) => writeln!(text, "nothing is wrong"),
        (true, false) => writeln!(text, "nothing wrong was seen, but not everything could be read"),
        (false, _) => {
            let (certain, likely, possible) = (count(Sure::Certain), count(Sure::Likely), count(Sure::Possible));
            writeln!(text, "\n{} found: {certain} certain, {likely} likely, {possible} possible", found.len())
        }
    };
    if !found.is_empty() && !with_directory {
        text.push_str("next: name the directory in charge with --directory FILE; the diagnosis then says what is certain, and finds whom the directory does not know\n");
    }
    text
}
