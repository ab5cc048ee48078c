//! Everything a run creates on a target, written down before each create and struck out by cleanup.

use serde::{Deserialize, Serialize};
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// One object a run created, or may have created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Number of the entry, from 0.
    pub number: usize,
    /// Number of the scenario instance in the plan.
    pub scenario: usize,
    /// SCIM base URL it was created below.
    pub base: String,
    /// Resource type's endpoint, for example `/Users`.
    pub endpoint: String,
    /// Its `userName` or `displayName` as sent: the way back to it when no answer came.
    pub key: Option<String>,
    /// Its id, once the target has answered.
    pub id: Option<String>,
    /// Whether the target has refused to create it. That may not be true, so cleanup looks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Intent(Entry),
    Created { number: usize, id: String },
    Refused { number: usize },
    Gone { number: usize },
}

/// Why the ledger could not be kept.
#[derive(Debug, thiserror::Error)]
#[error(
    "the ledger {path} could not be {doing}: {why}; nothing is created without it, so make room or name another folder"
)]
pub struct LedgerError {
    path: String,
    doing: &'static str,
    why: String,
}

/// The ledger of one run: in memory, and in a file where the target outlives the run.
#[derive(Debug)]
pub struct Ledger {
    inner: Mutex<Inner>,
    path: Option<PathBuf>,
}

#[derive(Debug, Default)]
struct Inner {
    entries: Vec<(Entry, bool)>,
    file: Option<File>,
}

impl Ledger {
    /// A ledger without a file, for targets that vanish with the run.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { inner: Mutex::default(), path: None }
    }

    /// A ledger that will write to this file, made with the first entry.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { inner: Mutex::default(), path: Some(path) }
    }

    /// Reads what an earlier run left in its ledger file.
    ///
    /// # Errors
    /// When the file cannot be read or a line of it is no ledger line. A last line cut short by a crash is let go:
    /// what it announced was not created yet.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let fail = |why: String| LedgerError { path: path.display().to_string(), doing: "read", why };
        let text = std::fs::read_to_string(path).map_err(|e| fail(e.to_string()))?;
        let mut inner = Inner::default();
        let whole = text.rsplit_once('\n').map_or("", |(whole, _)| whole);
        for (number, line) in whole.lines().enumerate() {
            match serde_json::from_str(line).map_err(|e| fail(format!("line {}: {e}", number + 1)))? {
                Line::Intent(entry) => inner.entries.push((entry, true)),
                Line::Created { number, id } => {
                    if let Some((entry, _)) = inner.entries.get_mut(number) {
                        entry.id = Some(id);
                    }
                }
                Line::Refused { number } => {
                    if let Some((entry, _)) = inner.entries.get_mut(number) {
                        entry.refused = true;
                    }
                }
                Line::Gone { number } => {
                    if let Some((_, alive)) = inner.entries.get_mut(number) {
                        *alive = false;
                    }
                }
            }
        }
        inner.file = Some(File::options().append(true).open(path).map_err(|e| fail(e.to_string()))?);
        Ok(Self { inner: Mutex::new(inner), path: Some(path.to_owned()) })
    }

    /// The file, if it keeps one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// Notes that something is about to be created. Returns the entry's number.
    ///
    /// # Errors
    /// When the file cannot be written: then the create must not be sent.
    pub fn intend(
        &self,
        scenario: usize,
        base: &str,
        endpoint: &str,
        key: Option<String>,
    ) -> Result<usize, LedgerError> {
        let mut inner = self.lock();
        if let (None, Some(path)) = (&inner.file, &self.path) {
            inner.file = Some(create(path).map_err(|e| self.trouble("made", &e))?);
        }
        let number = inner.entries.len();
        let (base, endpoint) = (base.to_owned(), endpoint.to_owned());
        let entry = Entry { number, scenario, base, endpoint, key, id: None, refused: false };
        self.write(&mut inner, &Line::Intent(entry.clone()))?;
        inner.entries.push((entry, true));
        Ok(number)
    }

    /// Notes the id of what was created. A ledger that cannot be written any more still knows it in memory.
    pub fn created(&self, number: usize, id: &str) {
        let mut inner = self.lock();
        if let Some((entry, _)) = inner.entries.get_mut(number) {
            entry.id = Some(id.to_owned());
        }
        let _kept_in_memory = self.write(&mut inner, &Line::Created { number, id: id.to_owned() });
    }

    /// Notes that the target says it has not created it.
    pub fn refused(&self, number: usize) {
        let mut inner = self.lock();
        if let Some((entry, _)) = inner.entries.get_mut(number) {
            entry.refused = true;
        }
        let _kept_in_memory = self.write(&mut inner, &Line::Refused { number });
    }

    /// Strikes an entry out: it was never created, or is gone.
    pub fn gone(&self, number: usize) {
        let mut inner = self.lock();
        if let Some((_, alive)) = inner.entries.get_mut(number) {
            *alive = false;
        }
        let _kept_in_memory = self.write(&mut inner, &Line::Gone { number });
    }

    /// The entry of the object with that id, if this run created it.
    #[must_use]
    pub fn find(&self, base: &str, endpoint: &str, id: &str) -> Option<usize> {
        let inner = self.lock();
        let found = inner
            .entries
            .iter()
            .rev()
            .find(|(e, alive)| *alive && e.id.as_deref() == Some(id) && e.endpoint == endpoint && e.base == base);
        found.map(|(e, _)| e.number)
    }

    /// What is still there, the last made first; of one scenario, or of all.
    #[must_use]
    pub fn outstanding(&self, scenario: Option<usize>) -> Vec<Entry> {
        let inner = self.lock();
        let alive = inner.entries.iter().rev().filter(|(e, alive)| *alive && scenario.is_none_or(|s| s == e.scenario));
        alive.map(|(e, _)| e.clone()).collect()
    }

    /// Removes the file once nothing is outstanding. Returns whether all is gone.
    pub fn close(&self) -> bool {
        let empty = self.outstanding(None).is_empty();
        if let (true, Some(path)) = (empty, &self.path) {
            self.lock().file = None;
            let _may_never_have_been_made = std::fs::remove_file(path);
            if let Some(folder) = path.parent() {
                let _may_hold_others = std::fs::remove_dir(folder);
            }
        }
        empty
    }

    fn write(&self, inner: &mut Inner, line: &Line) -> Result<(), LedgerError> {
        let Some(file) = &mut inner.file else { return Ok(()) };
        let mut text = serde_json::to_string(line).map_err(|e| self.trouble("written", &e))?;
        text.push('\n');
        let before = file.metadata().map_err(|e| self.trouble("written", &e))?.len();
        file.write_all(text.as_bytes()).map_err(|e| {
            // Half a line in the middle would make the whole ledger unreadable to `sweep`.
            let _what_is_cut_off_is_no_line = file.set_len(before);
            self.trouble("written", &e)
        })
    }

    fn trouble(&self, doing: &'static str, why: &dyn std::fmt::Display) -> LedgerError {
        let path = self.path.as_deref().unwrap_or(Path::new("")).display().to_string();
        LedgerError { path, doing, why: why.to_string() }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    let made = || {
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        File::options().create_new(true).append(true).open(path)
    };
    match made() {
        // Another run that ends in the same place takes the empty folder away between the two.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => made(),
        done => done,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_killed_run_is_found_again_in_its_file() {
        let folder = std::env::temp_dir().join(format!("scimulate-ledger-{}", std::process::id()));
        let path = folder.join("run.jsonl");
        let ledger = Ledger::at(path.clone());
        let first = ledger.intend(0, "http://h", "/Users", Some("ada".into())).unwrap();
        let second = ledger.intend(1, "http://h", "/Groups", Some("eng".into())).unwrap();
        ledger.created(first, "1");
        ledger.gone(second);
        drop(ledger);
        std::fs::write(&path, std::fs::read_to_string(&path).unwrap() + "{\"intent\":{\"num").unwrap();
        let again = Ledger::read(&path).unwrap();
        let left = again.outstanding(None);
        assert_eq!((left.len(), left[0].id.as_deref()), (1, Some("1")));
        assert_eq!(again.find("http://h", "/Users", "1"), Some(first));
        again.gone(first);
        assert!(again.close());
        assert!(!path.exists());
    }

    #[test]
    fn without_a_place_to_write_nothing_may_be_created() {
        let ledger = Ledger::at(PathBuf::from("/proc/nowhere/run.jsonl"));
        let error = ledger.intend(0, "http://h", "/Users", None).unwrap_err();
        assert!(error.to_string().contains("/proc/nowhere/run.jsonl"), "{error}");
    }
}
