//! `scimulate state`: what a target holds, and what is wrong with it.

use super::args::{DiagnoseArgs, StateAction, StateArgs};
use super::connect::{Purpose, TargetChoice, connect};
use super::exit::Exit;
use super::{CommandError, leaving, runtime, say};
use client::wire::{Actor, Client};
use directory::Export;
use scim::secrecy::write_private;
use state::{Diagnosis, Sure, TenantState, assess, read_at_most};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Does what the action asks.
pub(super) fn command(args: &StateArgs) -> Result<Exit, CommandError> {
    match &args.action {
        StateAction::Diagnose(args) => diagnose(args),
    }
}

fn diagnose(args: &DiagnoseArgs) -> Result<Exit, CommandError> {
    let file = args.report.as_deref().map(report_file).transpose()?;
    let directory = args.directory.as_deref().map(Export::read).transpose().map_err(CommandError::usage)?;
    let reached = connect(&TargetChoice::typed(&args.to, Purpose::Read))?;
    let client = reached.client(Actor::Diagnosis);
    let limit = usize::try_from(args.limit).unwrap_or(usize::MAX);
    let state = runtime()?.block_on(async {
        reached.look().await?;
        read_at_most(&client, limit).await.map_err(CommandError::blocked)
    })?;
    let found = assess(&state, directory.as_ref());
    if let Some(path) = file {
        write_report(&path, &client, &state, directory.is_some(), &found)?;
    }
    say(&told(&state, directory.is_some(), &found))?;
    Ok(match (found.is_empty(), state.complete) {
        (false, _) => Exit::Findings,
        (true, true) => Exit::Conformant,
        (true, false) => Exit::Blocked,
    })
}

fn report_file(text: &str) -> Result<PathBuf, CommandError> {
    match text.split_once('=') {
        Some(("json", file)) if !file.is_empty() => Ok(PathBuf::from(file)),
        _ => Err(CommandError::usage(format!("`{text}` is no report; write it like json=diagnosis.json"))),
    }
}

fn write_report(
    path: &Path,
    client: &Client,
    state: &TenantState,
    with_directory: bool,
    found: &[Diagnosis],
) -> Result<(), CommandError> {
    let report = leaving::json(serde_json::json!({
        "target": client.base().as_str(),
        "users": state.users.len(),
        "groups": state.groups.len(),
        "complete": state.complete,
        "remarks": state.remarks,
        "directory": with_directory,
        "found": found,
    }));
    write_private(path, format!("{report:#}\n"))
        .map_err(|e| CommandError::usage(format!("the report could not be written to {}: {e}", path.display())))
}

/// Diagnoses shown; the report has them all.
const SHOWN: usize = 50;

fn told(state: &TenantState, with_directory: bool, found: &[Diagnosis]) -> String {
    let mut text = format!("read {} users and {} groups\n", state.users.len(), state.groups.len());
    for remark in &state.remarks {
        let _infallible = writeln!(text, "remark: {remark}");
    }
    for (nth, diagnosis) in found.iter().take(SHOWN).enumerate() {
        let _infallible = write!(text, "\n{}. {diagnosis}", nth + 1);
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
        text.push_str("next: name the directory in charge with --directory FILE; what is possible becomes certain, or goes away\n");
    }
    text
}
