//! `scimulate snapshots`: proposals are looked at, accepted, rejected.

use super::args::{SnapshotsAction, SnapshotsArgs};
use super::exit::Exit;
use super::{CommandError, say};
use judge::snapshot::{Pending, accept, pending, reject, review};
use std::io::IsTerminal as _;

/// Does what the action says.
pub(super) fn command(args: &SnapshotsArgs) -> Result<Exit, CommandError> {
    match &args.action {
        SnapshotsAction::Review(place) => {
            let ask = std::io::stdin().is_terminal() && std::io::stdout().is_terminal();
            let (mut input, mut output) = (std::io::stdin().lock(), std::io::stdout().lock());
            review(&place.dir, ask, &mut input, &mut output).map_err(CommandError::usage)?;
            let left = pending(&place.dir).map_err(CommandError::usage)?.len();
            Ok(if left > 0 { Exit::SnapshotsPending } else { Exit::Conformant })
        }
        SnapshotsAction::Accept(choice) => {
            told("accepted", &accept(&choice.place.dir, &choice.pattern).map_err(CommandError::usage)?)
        }
        SnapshotsAction::Reject(choice) => {
            told("rejected", &reject(&choice.place.dir, &choice.pattern).map_err(CommandError::usage)?)
        }
    }
}

fn told(what: &str, done: &[Pending]) -> Result<Exit, CommandError> {
    let names: String = done.iter().map(|p| format!("{what} {}\n", p.name)).collect();
    say(&format!("{names}{} {what}\n", done.len()))?;
    Ok(Exit::Conformant)
}
