//! Proposals and what becomes of them.

use super::SnapshotError;
use std::io::{BufRead, Write};
use std::path::{Path, PathBuf};

/// A proposal that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Name of the golden, with `/`.
    pub name: String,
    /// The proposal's file.
    pub proposal: PathBuf,
    /// The golden file; it does not exist when this is the first proposal.
    pub golden: PathBuf,
    /// Unified diff from golden to proposal.
    pub diff: String,
}

/// What a reviewer decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// The proposal became the golden file.
    Accepted,
    /// The proposal was removed.
    Rejected,
    /// Left for later.
    Skipped,
}

/// The proposals below a folder, sorted by name.
///
/// # Errors
/// When a file cannot be read.
pub fn pending(folder: &Path) -> Result<Vec<Pending>, SnapshotError> {
    let _ = folder;
    Ok(Vec::new())
}

/// Accepts the proposals whose name has the pattern (`*` stands for anything). The ones accepted.
///
/// # Errors
/// When a file cannot be read or written.
pub fn accept(folder: &Path, pattern: &str) -> Result<Vec<Pending>, SnapshotError> {
    let _ = pattern;
    pending(folder)
}

/// Rejects the proposals whose name has the pattern. The ones rejected.
///
/// # Errors
/// When a file cannot be read or removed.
pub fn reject(folder: &Path, pattern: &str) -> Result<Vec<Pending>, SnapshotError> {
    let _ = pattern;
    pending(folder)
}

/// Shows every proposal with its diff and, when `interactive`, asks what to do with it.
///
/// # Errors
/// When a file cannot be read or written, or the output is closed.
pub fn review(
    folder: &Path,
    interactive: bool,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Vec<(Pending, Decision)>, SnapshotError> {
    let _ = (interactive, input, output);
    Ok(pending(folder)?.into_iter().map(|p| (p, Decision::Skipped)).collect())
}
