//! What a customer mailed, read as a state: files in whatever form their product, their script or their browser gave.
//!
//! In: files and folders. Out: a [`Dump`]: the state, and for each file what it was taken for, what was guessed, and what was
//! not understood, counted. Never: a value dropped without a word, a request, or a change of a file.
//!
//! Forms: our capture; a ListResponse (RFC 7644 section 3.4.2) or several; an array; JSON Lines; a HAR; tables (CSV) of users,
//! groups and members; each also packed with Zstandard, and in folders.

mod captured;
mod gather;
mod json;
mod membership;
mod table;

pub use table::{Columns, UnknownColumn};

use crate::capture::unpacked;
use crate::read::TenantState;
use directory::text::{Encoding, decoded};
use gather::Gathered;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, Read as _};
use std::path::{Path, PathBuf};

/// The largest file read that is no capture, in bytes unpacked.
const LARGEST: u64 = 4 << 30;
/// Most files of a folder.
const MOST_FILES: usize = 10_000;

/// Files read as a state.
#[derive(Debug, Default)]
pub struct Dump {
    /// The state.
    pub state: TenantState,
    /// Resources of other types, each with its type.
    pub others: Vec<(String, Value)>,
    /// The base URL of the target, where a file says it.
    pub target: Option<String>,
    /// What each file was read as.
    pub files: Vec<FileRead>,
}

/// What a file was read as.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "camelCase")]
pub struct FileRead {
    /// The file.
    pub path: String,
    /// What it was taken for, for a sentence.
    pub form: String,
    /// Users in it.
    pub users: usize,
    /// Groups in it.
    pub groups: usize,
    /// Memberships in it that stand on lines of their own.
    pub members: usize,
    /// Resources of other types in it.
    pub others: usize,
    /// What had to be assumed.
    pub guesses: Vec<String>,
    /// What was not understood: what it was, how often, and where first.
    pub ignored: BTreeMap<String, Ignored>,
}

/// Something that was not understood.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize)]
pub struct Ignored {
    /// How often.
    pub count: usize,
    /// Where it came first.
    pub first: String,
}

impl FileRead {
    pub(crate) fn ignore(&mut self, what: &str, place: &str) {
        let seen = self.ignored.entry(what.to_owned()).or_default();
        if seen.count == 0 {
            place.clone_into(&mut seen.first);
        }
        seen.count += 1;
    }

    pub(crate) fn guess(&mut self, text: String) {
        if !self.guesses.contains(&text) {
            self.guesses.push(text);
        }
    }
}

/// Why a file is no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{path}: {why}")]
pub struct InputError {
    path: String,
    why: String,
}

impl InputError {
    pub(crate) fn new(path: &Path, why: impl Into<String>) -> Self {
        Self { path: path.display().to_string(), why: why.into() }
    }
}

/// Reads files and folders as one state.
///
/// # Errors
/// When one cannot be read, is cut off, is of a newer version of this program, or is none of the forms; with the place.
pub fn read(paths: &[PathBuf], columns: &Columns) -> Result<Dump, InputError> {
    let mut all = Vec::new();
    for path in paths {
        listed(path, &mut all)?;
    }
    let mut gathered = Gathered::default();
    for path in &all {
        one_file(path, columns, &mut gathered)?;
    }
    columns.all_used().map_err(|why| InputError { path: "--column".to_owned(), why })?;
    membership::join(&mut gathered);
    let dump = gathered.finish();
    if dump.state.users.is_empty() && dump.state.groups.is_empty() && dump.others.is_empty() {
        let path = paths.first().map(|p| p.display().to_string()).unwrap_or_default();
        let unread: Vec<String> = dump.files.iter().flat_map(|f| f.ignored.keys().cloned()).collect();
        let why = if unread.is_empty() { String::new() } else { format!("; not understood: {}", unread.join("; ")) };
        return Err(InputError { path, why: format!("there is no user and no group in it{why}") });
    }
    Ok(dump)
}

/// A file, or the files of a folder in the order of their names.
fn listed(path: &Path, all: &mut Vec<PathBuf>) -> Result<(), InputError> {
    let fail = |e: std::io::Error| InputError::new(path, e.to_string());
    if !std::fs::metadata(path).map_err(fail)?.is_dir() {
        all.push(path.to_owned());
        return Ok(());
    }
    let mut inside = Vec::new();
    for entry in std::fs::read_dir(path).map_err(fail)? {
        let entry = entry.map_err(fail)?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if !hidden && entry.file_type().map_err(fail)?.is_file() {
            inside.push(entry.path());
        }
    }
    inside.sort();
    if inside.is_empty() || inside.len() > MOST_FILES {
        let why = if inside.is_empty() {
            "there is no file in the folder".to_owned()
        } else {
            format!("there are {} files in it, more than {MOST_FILES}", inside.len())
        };
        return Err(InputError::new(path, why));
    }
    all.append(&mut inside);
    Ok(())
}

fn one_file(path: &Path, columns: &Columns, gathered: &mut Gathered) -> Result<(), InputError> {
    let fail = |e: std::io::Error| InputError::new(path, e.to_string());
    let mut file = unpacked(File::open(path).map_err(fail)?).map_err(fail)?;
    let mut read = FileRead { path: path.display().to_string(), ..FileRead::default() };
    if file.fill_buf().map_err(fail)?.starts_with(b"{\"format\":\"scimulate-") {
        captured::read(path, &mut *file, &mut read, gathered)?;
        gathered.files.push(read);
        return Ok(());
    }
    let mut bytes = Vec::new();
    if file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(fail)? as u64 > LARGEST {
        return Err(InputError::new(
            path,
            format!("it has more than {LARGEST} bytes; take a capture (scimulate state capture)"),
        ));
    }
    let (text, encoding) = decoded(&bytes);
    if text.contains('\0') {
        return Err(InputError::new(path, "it is no text; JSON, CSV, HAR and captures are read"));
    }
    if encoding == Encoding::Windows1252 {
        read.guess("it is not UTF-8; it was read as Windows-1252 (Latin-1)".to_owned());
    }
    match text.trim_start().bytes().next() {
        None => return Err(InputError::new(path, "it is empty")),
        Some(b'{' | b'[') => json::read(path, &text, &mut read, gathered)?,
        Some(_) => table::read(path, &text, columns, &mut read, gathered)?,
    }
    gathered.files.push(read);
    Ok(())
}

#[cfg(test)]
mod tests;
