//! One golden file: its format (insta's), reading it, writing it whole or not at all.

use super::SnapshotError;
use scim::secrecy::write_private;
use similar::TextDiff;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Line that opens and closes a file's head.
const FENCE: &str = "---";
/// Most lines of a diff that are shown.
const DIFF_LINES: usize = 200;
/// After this long a diff gets coarser instead of slower.
const DIFF_TIME: Duration = Duration::from_millis(500);

/// Told apart from every other writer's, in this process and in others.
static WRITES: AtomicU64 = AtomicU64::new(0);

/// The text as it is compared: neither the last line's end nor Windows line ends count.
pub(super) fn comparable(text: &str) -> String {
    text.trim_end().replace("\r\n", "\n")
}

/// The whole file.
pub(super) fn file_text(source: &str, description: &str, body: &str) -> String {
    // A JSON string is a valid YAML string.
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    let (source, description) = (quoted(source), quoted(description));
    format!("{FENCE}\nsource: {source}\ndescription: {description}\n{FENCE}\n{}\n", comparable(body))
}

/// The body of a file's text.
pub(super) fn body(name: &str, text: &str) -> Result<String, SnapshotError> {
    let damaged = |why: &str| SnapshotError::Damaged { name: name.to_owned(), why: why.to_owned() };
    let mut lines = text.lines();
    if lines.next().map(str::trim_end) != Some(FENCE) {
        return Err(damaged("it does not begin with ---"));
    }
    if !lines.by_ref().any(|line| line.trim_end() == FENCE) {
        return Err(damaged("its head has no closing ---"));
    }
    Ok(comparable(&lines.collect::<Vec<_>>().join("\n")))
}

/// The body of a file, read by insta; `None` when there is no file.
pub(super) fn read(path: &Path) -> Result<Option<String>, SnapshotError> {
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(source) => return Err(SnapshotError::Read { path: path.to_owned(), source }),
    };
    let name = path.display().to_string();
    // Looked at first: insta writes to standard error when it meets its oldest format.
    body(&name, &text)?;
    let damaged = |why: String| SnapshotError::Damaged { name: name.clone(), why };
    let snapshot = insta::Snapshot::from_file(path).map_err(|error| damaged(error.to_string()))?;
    match snapshot.as_text() {
        Some(text) => Ok(Some(comparable(&text.to_string()))),
        None => Err(damaged("it is a binary snapshot".to_owned())),
    }
}

/// Writes a file so that a reader sees the old one or the new one, never a part.
pub(super) fn write(path: &Path, text: &str) -> Result<(), SnapshotError> {
    let fail = |source| SnapshotError::Write { path: path.to_owned(), source };
    let folder = path.parent().unwrap_or_else(|| Path::new("."));
    fs::create_dir_all(folder).map_err(fail)?;
    let number = WRITES.fetch_add(1, Ordering::Relaxed);
    let part = folder.join(format!(".{}-{number}.part", std::process::id()));
    let written = write_private(&part, text).and_then(|()| fs::rename(&part, path));
    written.map_err(|error| {
        // The first trouble is the one to tell of.
        let _ = fs::remove_file(&part);
        fail(error)
    })
}

/// Removes a file that may not be there.
pub(super) fn remove(path: &Path) -> Result<(), SnapshotError> {
    match fs::remove_file(path) {
        Err(source) if source.kind() != std::io::ErrorKind::NotFound => {
            Err(SnapshotError::Write { path: path.to_owned(), source })
        }
        _ => Ok(()),
    }
}

/// The file of the proposal beside a golden file.
pub(super) fn proposal(golden: &Path) -> PathBuf {
    let mut name = golden.as_os_str().to_owned();
    name.push(".new");
    name.into()
}

/// Unified diff of two bodies, of bounded length.
pub(super) fn diff(golden: &str, seen: &str) -> String {
    let (golden, seen) = (format!("{golden}\n"), format!("{seen}\n"));
    let diff = TextDiff::configure().timeout(DIFF_TIME).diff_lines(&golden, &seen);
    let text = diff.unified_diff().context_radius(3).header("golden", "seen").to_string();
    let lines = text.lines().count();
    if lines <= DIFF_LINES {
        return text;
    }
    let mut kept: Vec<&str> = text.lines().take(DIFF_LINES).collect();
    let more = format!("[{} more lines]", lines - DIFF_LINES);
    kept.push(&more);
    kept.join("\n") + "\n"
}
