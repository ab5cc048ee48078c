//! `scimulate diff`: what changed from one record to another.

use super::args::DiffArgs;
use super::exit::Exit;
use super::{CommandError, leaving, put, record, run};
use report::Difference;

/// Prints it; exit code 1 where a failing finding is new.
pub(super) fn command(args: &DiffArgs) -> Result<Exit, CommandError> {
    let [before, after] = [&args.before, &args.after].map(|path| record::read(path).map(leaving::record));
    let (before, after) = (before?, after?);
    let difference = Difference::of(&before, &after);
    let mut out = Vec::new();
    difference.write(run::style(false), &mut out).map_err(CommandError::blocked)?;
    put(&out)?;
    Ok(if difference.is_worse() { Exit::Findings } else { Exit::Conformant })
}
