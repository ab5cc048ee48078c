//! `run --baseline` and `run --write-baseline`: what is known to be wrong with a target, read and written.

use super::CommandError;
use crate::run::{Baseline, baseline_of};
use judge::verdict::RunRecord;
use scim::secrecy::write_private;
use std::path::Path;
use std::rc::Rc;

/// Reads the baseline of a target.
pub(super) fn read(path: &Path, target: &str) -> Result<Rc<Baseline>, CommandError> {
    let name = path.display();
    let text = std::fs::read_to_string(path).map_err(|e| {
        CommandError::usage(format!("baseline {name} cannot be read: {e}; --write-baseline {name} writes one"))
    })?;
    Baseline::read(&text, target).map(Rc::new).map_err(|e| CommandError::usage(format!("{name}: {e}")))
}

/// Writes what a run found as what is known, all of it or nothing.
pub(super) fn write(path: &Path, record: &RunRecord, before: Option<&Baseline>) -> Result<(), CommandError> {
    let today = record.started_at.get(..10).unwrap_or_default();
    let text = baseline_of(record, before, today).map_err(CommandError::usage)?;
    let part = path.with_extension("part");
    write_private(&part, text)
        .and_then(|()| std::fs::rename(&part, path))
        .map_err(|e| CommandError::usage(format!("baseline {} cannot be written: {e}", path.display())))
}
