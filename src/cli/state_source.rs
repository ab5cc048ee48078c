//! Where a state comes from: a live target, or what a customer mailed.
//!
//! In: what was typed. Out: the state with the story of its reading. Never: a request other than GET.

use super::args::StateSourceArgs;
use super::connect::{Purpose, TargetChoice, connect};
use super::{CommandError, runtime};
use client::wire::Actor;
use serde_json::Value;
use state::input::{Columns, FileRead};
use state::{TenantState, read_checked};
use std::fmt::Write as _;
use std::path::PathBuf;

/// A state, and where it is from.
pub(super) struct Source {
    /// The state.
    pub(super) state: TenantState,
    /// The target's base URL; empty where no file says it.
    pub(super) target: String,
    /// What each file was read as.
    pub(super) files: Vec<FileRead>,
    /// Resources of other types, each with its type.
    pub(super) others: Vec<(String, Value)>,
}

/// Reads the state; of a live target no more than `most` users, and groups.
///
/// # Errors
/// When a file is none of the forms that are read, or the target cannot be read.
pub(super) fn read(args: &StateSourceArgs, most: usize) -> Result<Source, CommandError> {
    let Some(target) = &args.target else {
        return read_files(&args.inputs, &args.column);
    };
    let choice = TargetChoice { target, config: args.config.as_deref(), token: &args.token, purpose: Purpose::Read };
    let reached = connect(&choice)?;
    let client = reached.client(Actor::Diagnosis);
    let state = runtime()?.block_on(async {
        reached.look().await?;
        let mut random = [0_u8; 8];
        getrandom::fill(&mut random).map_err(CommandError::blocked)?;
        let nobody = format!("nobody-{}", scim::hex(&random));
        read_checked(&client, most, &nobody).await.map_err(CommandError::blocked)
    })?;
    Ok(Source { state, target: client.base().as_str().to_owned(), files: Vec::new(), others: Vec::new() })
}

/// Reads files as a state. `columns` say which column of a table is what.
///
/// # Errors
/// When a file is none of the forms that are read.
pub(super) fn read_files(inputs: &[PathBuf], columns: &[String]) -> Result<Source, CommandError> {
    let columns = Columns::named(columns).map_err(CommandError::usage)?;
    let dump = state::input::read(inputs, &columns).map_err(CommandError::usage)?;
    let target = dump.target.unwrap_or_default();
    Ok(Source { state: dump.state, target, files: dump.files, others: dump.others })
}

/// Kinds of what was not understood that are shown of one file; the report has them all.
const SHOWN: usize = 8;

impl Source {
    /// What was read, for a terminal.
    pub(super) fn told(&self) -> String {
        let mut text = String::new();
        for file in &self.files {
            let _infallible = writeln!(text, "{}: {}, {}", file.path, file.form, counted(file));
            for guess in &file.guesses {
                let _infallible = writeln!(text, "   {guess}");
            }
            for (what, ignored) in file.ignored.iter().take(SHOWN) {
                let _infallible =
                    writeln!(text, "   not understood: {} x {what} (first: {})", ignored.count, ignored.first);
            }
            if file.ignored.len() > SHOWN {
                let _infallible =
                    writeln!(text, "   and {} more kinds that were not understood", file.ignored.len() - SHOWN);
            }
        }
        let _infallible =
            writeln!(text, "read {} users and {} groups", self.state.users.len(), self.state.groups.len());
        if !self.others.is_empty() {
            let _infallible = writeln!(text, "{} resources of other types are not looked at", self.others.len());
        }
        for remark in &self.state.remarks {
            let _infallible = writeln!(text, "remark: {remark}");
        }
        text
    }
}

fn counted(file: &FileRead) -> String {
    let all = [(file.users, "users"), (file.groups, "groups"), (file.members, "memberships"), (file.others, "others")];
    let some: Vec<String> = all.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    if some.is_empty() { "nothing in it".to_owned() } else { some.join(", ") }
}
