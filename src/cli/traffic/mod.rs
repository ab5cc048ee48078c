//! `scimulate traffic`: what an IdP and a server said to each other, recorded and made use of.

mod explain;
mod feature;
mod grade;
mod ground;
mod record;
mod replay;
mod shrink;

use super::CommandError;
use super::args::{CompareArg, TrafficAction, TrafficArgs};
use super::exit::Exit;
use std::path::Path;
use traffic::Recording;
use traffic::compare::Level;

/// Does what is asked.
pub(super) fn command(args: &TrafficArgs) -> Result<Exit, CommandError> {
    match &args.action {
        TrafficAction::Record(args) => record::command(args),
        TrafficAction::Explain(args) => explain::command(args),
        TrafficAction::Grade(args) => grade::command(args),
        TrafficAction::Replay(args) => replay::command(args),
        TrafficAction::Shrink(args) => shrink::command(args),
        TrafficAction::ToFeature(args) => feature::command(args),
    }
}

/// Reads a recording that has something in it.
fn read(path: &Path) -> Result<Recording, CommandError> {
    let recording = Recording::read(path).map_err(CommandError::usage)?;
    if recording.entries.is_empty() {
        return Err(CommandError::blocked(format!("{}: there is no exchange in it", path.display())));
    }
    Ok(recording)
}

/// What was read, for a terminal.
fn told(recording: &Recording) -> String {
    let mut text = format!("{} exchanges with {}\n", recording.entries.len(), recording.base);
    for remark in &recording.remarks {
        text.push_str(&format!("remark: {remark}\n"));
    }
    text
}

/// One request of a recording, in a line.
fn line(recording: &Recording, at: usize) -> String {
    let Some(entry) = recording.entries.get(at) else { return String::new() };
    let target: String = recording.target(entry).chars().take(120).collect();
    format!("entry {}  {} {target}", at + 1, entry.method)
}

fn level(compare: CompareArg) -> Level {
    match compare {
        CompareArg::Status => Level::Status,
        CompareArg::Shape => Level::Shape,
        CompareArg::Values => Level::Values,
    }
}
