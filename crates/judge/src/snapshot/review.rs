//! Proposals and what becomes of them.

use super::normalise::escaped;
use super::{SnapshotError, golden};
use std::fs;
use std::io::{self, BufRead, Write};
use std::path::{Path, PathBuf};

/// How a proposal's file ends.
const ENDING: &str = ".snap.new";

/// A proposal that waits for a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Name of the golden, with `/`.
    pub name: String,
    /// The proposal's file.
    pub proposal: PathBuf,
    /// The golden file; it does not exist when this is the first proposal.
    pub golden: PathBuf,
    /// Unified diff from golden to proposal, or why there is none.
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

/// The proposals below a folder, sorted by name. A folder that is not there has none.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn pending(folder: &Path) -> Result<Vec<Pending>, SnapshotError> {
    let mut found = Vec::new();
    collect(folder, "", &mut found)?;
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn collect(folder: &Path, prefix: &str, found: &mut Vec<Pending>) -> Result<(), SnapshotError> {
    let fail = |source| SnapshotError::Read { path: folder.to_owned(), source };
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(source) => return Err(fail(source)),
    };
    for entry in entries {
        let entry = entry.map_err(fail)?;
        // Of the entry itself: a link that leads in a circle is not followed.
        let kind = entry.file_type().map_err(fail)?;
        let Ok(file) = entry.file_name().into_string() else { continue };
        if kind.is_dir() {
            collect(&entry.path(), &format!("{prefix}{file}/"), found)?;
        } else if let Some(stem) = file.strip_suffix(ENDING) {
            let golden = folder.join(format!("{stem}.snap"));
            let diff = match difference(&golden, &entry.path()) {
                Err(damaged @ SnapshotError::Damaged { .. }) => damaged.to_string(),
                other => other?,
            };
            found.push(Pending { name: format!("{prefix}{stem}"), proposal: entry.path(), golden, diff });
        }
    }
    Ok(())
}

fn difference(golden: &Path, proposal: &Path) -> Result<String, SnapshotError> {
    let seen = golden::read(proposal)?.unwrap_or_default();
    Ok(golden::diff(&golden::read(golden)?.unwrap_or_default(), &seen))
}

/// Accepts the proposals the pattern means: a name, a folder of names (`rfc/users`), or a text in which `*` stands
/// for anything. Returns the ones accepted; none when nothing is meant.
///
/// # Errors
/// When a file cannot be read or written, or a proposal is damaged.
pub fn accept(folder: &Path, pattern: &str) -> Result<Vec<Pending>, SnapshotError> {
    let chosen = choose(folder, pattern)?;
    chosen.iter().try_for_each(Pending::accept)?;
    Ok(chosen)
}

/// Rejects the proposals the pattern means, as [`accept`] reads it. Returns the ones rejected.
///
/// # Errors
/// When a file cannot be read or removed.
pub fn reject(folder: &Path, pattern: &str) -> Result<Vec<Pending>, SnapshotError> {
    let chosen = choose(folder, pattern)?;
    chosen.iter().try_for_each(Pending::reject)?;
    Ok(chosen)
}

fn choose(folder: &Path, pattern: &str) -> Result<Vec<Pending>, SnapshotError> {
    Ok(pending(folder)?.into_iter().filter(|p| means(pattern, &p.name)).collect())
}

impl Pending {
    fn accept(&self) -> Result<(), SnapshotError> {
        golden::read(&self.proposal)?;
        fs::rename(&self.proposal, &self.golden)
            .map_err(|source| SnapshotError::Write { path: self.golden.clone(), source })
    }

    fn reject(&self) -> Result<(), SnapshotError> {
        golden::remove(&self.proposal)
    }
}

/// Whether a pattern means a name.
fn means(pattern: &str, name: &str) -> bool {
    let pattern = pattern.trim_end_matches(".new").trim_end_matches(".snap").trim_end_matches('/');
    let mut parts = pattern.split('*');
    let Some(mut rest) = parts.next().and_then(|first| name.strip_prefix(first)) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return !pattern.is_empty() && (rest.is_empty() || rest.starts_with('/'));
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

/// Shows every proposal with its diff and, when `interactive`, asks what to do with it. `interactive` is for a
/// terminal at both ends; the end of the input ends the review.
///
/// # Errors
/// When a file cannot be read or written, or the output is closed.
pub fn review(
    folder: &Path,
    interactive: bool,
    input: &mut dyn BufRead,
    output: &mut dyn Write,
) -> Result<Vec<(Pending, Decision)>, SnapshotError> {
    let proposals = pending(folder)?;
    let count = proposals.len();
    let mut decided = Vec::new();
    let mut asking = interactive;
    for (at, proposal) in proposals.into_iter().enumerate() {
        show(output, &proposal, at + 1, count).map_err(SnapshotError::Prompt)?;
        let decision =
            if asking { ask(input, output).map_err(SnapshotError::Prompt)? } else { Some(Decision::Skipped) };
        match decision {
            Some(Decision::Accepted) => proposal.accept()?,
            Some(Decision::Rejected) => proposal.reject()?,
            Some(Decision::Skipped) => {}
            None => asking = false,
        }
        let decision = decision.unwrap_or(Decision::Skipped);
        decided.push((proposal, decision));
        if interactive && !asking {
            break;
        }
    }
    closing(output, count, &decided).map_err(SnapshotError::Prompt)?;
    Ok(decided)
}

fn show(output: &mut dyn Write, proposal: &Pending, at: usize, count: usize) -> io::Result<()> {
    let state = if proposal.golden.exists() { "changed" } else { "new" };
    writeln!(output, "[{at}/{count}] {} ({state})", escaped(&proposal.name))?;
    for line in proposal.diff.lines() {
        writeln!(output, "  {}", escaped(line))?;
    }
    writeln!(output)
}

/// The answer; `None` to end the review.
fn ask(input: &mut dyn BufRead, output: &mut dyn Write) -> io::Result<Option<Decision>> {
    loop {
        write!(output, "accept (a), reject (r), skip (s) or quit (q)? ")?;
        output.flush()?;
        let mut line = String::new();
        if input.read_line(&mut line)? == 0 {
            writeln!(output)?;
            return Ok(None);
        }
        match line.trim().to_ascii_lowercase().as_str() {
            "a" | "accept" => return Ok(Some(Decision::Accepted)),
            "r" | "reject" => return Ok(Some(Decision::Rejected)),
            "s" | "skip" => return Ok(Some(Decision::Skipped)),
            "q" | "quit" => return Ok(None),
            _ => {}
        }
    }
}

fn closing(output: &mut dyn Write, count: usize, decided: &[(Pending, Decision)]) -> io::Result<()> {
    let of = |wanted: Decision| decided.iter().filter(|(_, decision)| *decision == wanted).count();
    let (accepted, rejected) = (of(Decision::Accepted), of(Decision::Rejected));
    let left = count - accepted - rejected;
    writeln!(output, "{accepted} accepted, {rejected} rejected, {left} pending")?;
    if left > 0 {
        writeln!(output, "decide by name with `scimulate snapshots accept NAME` or `reject NAME` (`*` for all)")?;
    }
    Ok(())
}
