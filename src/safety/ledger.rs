//! Everything a run creates on a target, written down before each create and struck out by cleanup.
//!
//! In: what is about to be created and what became of it, or the file an earlier run left. Out: what may still be there. Never: a
//! request. The file is locked as long as it is open, so that a sweep and a live run, or two sweeps, exclude each other.

use scim::secrecy::open_private;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fs::{File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

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
    /// The tag that its names carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tag: Option<String>,
    /// Its id, once the target has answered.
    pub id: Option<String>,
    /// Whether the target has refused to create it. That may not be true, so cleanup looks.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub refused: bool,
    /// Whether DELETE has done all it does there: the object is inactive and still listed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deactivated: bool,
    /// Whether its id is from a list that showed its name, and from no answer to a create.
    #[serde(skip)]
    pub found: bool,
}

/// What was at an endpoint before the run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Prior {
    /// SCIM base URL.
    pub base: String,
    /// Resource type's endpoint.
    pub endpoint: String,
    /// The ids that were seen there.
    #[serde(default)]
    pub ids: Vec<String>,
    /// Whether these are all: the list was read to its end.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub whole: bool,
    /// Whether a look-up has shown that no name there carried the run's id.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub untagged: bool,
}

/// How an id stood before the run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Before {
    /// It was there.
    There,
    /// It was not there: everything that was is known.
    Absent,
    /// No name that was there carried the run's id.
    Untagged,
    /// Nobody can say any more, and a person vouches for the run's id.
    Lost,
    /// Nobody can say.
    Unknown,
}

/// One line of the file.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    Before(Prior),
    Intent(Entry),
    Created { number: usize, id: String },
    Refused { number: usize },
    Deactivated { number: usize },
    Gone { number: usize },
}

/// Why the ledger could not be kept, or not be read.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// A file that should be written cannot be.
    #[error(
        "the ledger {path} could not be {doing}: {why}; nothing is created without it, so make room or name another folder"
    )]
    Unwritable {
        /// The file.
        path: String,
        /// What was tried.
        doing: &'static str,
        /// Why it failed.
        why: String,
    },
    /// A file that an earlier run left cannot be read.
    #[error("the ledger {path} could not be read: {why}")]
    Unreadable {
        /// The file.
        path: String,
        /// Why it failed.
        why: String,
    },
    /// Another process has it open.
    #[error("the ledger {path} is in use by a run or by another sweep; wait until it has ended, and sweep again")]
    InUse {
        /// The file.
        path: String,
    },
}

/// The ledger of one run: in memory, and in a file where the target outlives the run.
#[derive(Debug)]
pub struct Ledger {
    inner: Mutex<Inner>,
    path: Option<PathBuf>,
    /// Lines that could not be read: each its number and why.
    damaged: Vec<(usize, String)>,
    /// Whether it stands for one that is lost.
    lost: bool,
}

#[derive(Debug, Default)]
struct Inner {
    prior: Vec<Prior>,
    /// Each with whether it may still be there.
    entries: BTreeMap<usize, (Entry, bool)>,
    file: Option<File>,
}

impl Entry {
    fn new(number: usize, base: &str, endpoint: &str) -> Self {
        Self {
            number,
            scenario: 0,
            base: base.to_owned(),
            endpoint: endpoint.to_owned(),
            key: None,
            tag: None,
            id: None,
            refused: false,
            deactivated: false,
            found: false,
        }
    }
}

impl Inner {
    fn next(&self) -> usize {
        self.entries.last_key_value().map_or(0, |(last, _)| last + 1)
    }

    /// Takes in a line of the file.
    fn take(&mut self, line: Line) -> Result<(), String> {
        let unknown = |number: &usize| format!("no line announces an object {number}");
        match line {
            Line::Before(prior) => self.prior.push(prior),
            Line::Intent(entry) => {
                let number = entry.number;
                if self.entries.contains_key(&number) {
                    return Err(format!("the number {number} stands for another object already"));
                }
                self.entries.insert(number, (entry, true));
            }
            Line::Created { number, id } => {
                self.entries.get_mut(&number).ok_or_else(|| unknown(&number))?.0.id = Some(id);
            }
            Line::Refused { number } => self.entries.get_mut(&number).ok_or_else(|| unknown(&number))?.0.refused = true,
            Line::Deactivated { number } => {
                self.entries.get_mut(&number).ok_or_else(|| unknown(&number))?.0.deactivated = true;
            }
            Line::Gone { number } => self.entries.get_mut(&number).ok_or_else(|| unknown(&number))?.1 = false,
        }
        Ok(())
    }
}

impl Ledger {
    /// A ledger without a file, for targets that vanish with the run.
    #[must_use]
    pub fn in_memory() -> Self {
        Self { inner: Mutex::default(), path: None, damaged: Vec::new(), lost: false }
    }

    /// A ledger in the place of one that is lost: what was there before the run is not known any more.
    #[must_use]
    pub fn lost() -> Self {
        Self { lost: true, ..Self::in_memory() }
    }

    /// A ledger that will write to this file, made with the first entry.
    #[must_use]
    pub fn at(path: PathBuf) -> Self {
        Self { path: Some(path), ..Self::in_memory() }
    }

    /// Reads what an earlier run left in its ledger file. A last line cut short by a crash is let go, and cut off: what it
    /// announced was not created yet. Other lines that cannot be read are left alone and told by [`damaged`](Self::damaged).
    ///
    /// # Errors
    /// When the file cannot be read, is in use, or has no line of a ledger.
    pub fn read(path: &Path) -> Result<Self, LedgerError> {
        let shown = || path.display().to_string();
        let fail = |why: String| LedgerError::Unreadable { path: shown(), why };
        let file = File::options().read(true).append(true).open(path).map_err(|e| fail(e.to_string()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(LedgerError::InUse { path: shown() }),
            Err(TryLockError::Error(e)) => return Err(fail(format!("it could not be locked: {e}"))),
        }
        let bytes = std::fs::read(path).map_err(|e| fail(e.to_string()))?;
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        let (mut inner, mut damaged, mut sound) = (Inner::default(), Vec::new(), 0);
        for (at, line) in bytes[..whole].split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            let read = serde_json::from_slice::<Line>(line).map_err(|e| e.to_string());
            match read.and_then(|line| inner.take(line)) {
                Ok(()) => sound += 1,
                Err(why) => damaged.push((at + 1, why)),
            }
        }
        if let (0, Some((line, why))) = (sound, damaged.first()) {
            return Err(fail(format!("line {line}: {why}")));
        }
        if whole < bytes.len() {
            file.set_len(whole as u64)
                .map_err(|e| fail(format!("its last line is cut short, and could not be cut off: {e}")))?;
        }
        inner.file = Some(file);
        Ok(Self { inner: Mutex::new(inner), path: Some(path.to_owned()), damaged, lost: false })
    }

    /// The file, if it keeps one.
    #[must_use]
    pub fn path(&self) -> Option<&Path> {
        self.path.as_deref()
    }

    /// The lines that could not be read: each its number and why. What they stood for is not known.
    #[must_use]
    pub fn damaged(&self) -> &[(usize, String)] {
        &self.damaged
    }

    /// Notes what was there before anything is created. It goes into the file with the first entry.
    pub fn found_before(&self, prior: Vec<Prior>) {
        self.lock().prior.extend(prior);
    }

    /// What was there before, as far as it was noted.
    #[must_use]
    pub fn prior(&self) -> Vec<Prior> {
        self.lock().prior.clone()
    }

    /// How an id stood before the run.
    #[must_use]
    pub fn before(&self, base: &str, endpoint: &str, id: &str) -> Before {
        let inner = self.lock();
        let mut all = inner.prior.iter().filter(|p| p.base == base && p.endpoint == endpoint).peekable();
        if all.peek().is_none() {
            return if self.lost { Before::Lost } else { Before::Unknown };
        }
        // A target that compares ids without regard to case means the same object.
        let id = id.to_lowercase();
        let (mut whole, mut untagged) = (false, false);
        for prior in all {
            if prior.ids.iter().any(|there| there.to_lowercase() == id) {
                return Before::There;
            }
            whole |= prior.whole;
            untagged |= prior.untagged;
        }
        match (whole, untagged) {
            (true, _) => Before::Absent,
            (false, true) => Before::Untagged,
            (false, false) => Before::Unknown,
        }
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
        (key, tag): (Option<String>, Option<&str>),
    ) -> Result<usize, LedgerError> {
        let mut inner = self.lock();
        if let (None, Some(path)) = (&inner.file, &self.path) {
            inner.file = Some(create(path).map_err(|e| self.trouble("made", &e))?);
            for prior in inner.prior.clone() {
                self.write(&mut inner, &Line::Before(prior))?;
            }
        }
        let number = inner.next();
        let tag = tag.map(str::to_owned);
        let entry = Entry { scenario, key, tag, ..Entry::new(number, base, endpoint) };
        self.write(&mut inner, &Line::Intent(entry.clone()))?;
        inner.entries.insert(number, (entry, true));
        Ok(number)
    }

    /// Takes in what a list has shown under a name that the run gave.
    pub fn found(&self, base: &str, endpoint: &str, (key, id): (&str, &str)) {
        let mut inner = self.lock();
        let number = inner.next();
        let (key, id) = (Some(key.to_owned()), Some(id.to_owned()));
        inner.entries.insert(number, (Entry { key, id, found: true, ..Entry::new(number, base, endpoint) }, true));
    }

    /// Notes the id of what was created. A ledger that cannot be written any more still knows it in memory.
    pub fn created(&self, number: usize, id: &str) {
        self.note(Line::Created { number, id: id.to_owned() });
    }

    /// Notes that the target says it has not created it.
    pub fn refused(&self, number: usize) {
        self.note(Line::Refused { number });
    }

    /// Notes that DELETE has made it inactive, and that it is still listed.
    pub fn deactivated(&self, number: usize) {
        self.note(Line::Deactivated { number });
    }

    /// Strikes an entry out: it was never created, or is gone.
    pub fn gone(&self, number: usize) {
        self.note(Line::Gone { number });
    }

    fn note(&self, line: Line) {
        let mut inner = self.lock();
        let _kept_in_memory = self.write(&mut inner, &line);
        let _its_number_is_known = inner.take(line);
    }

    /// The entry of the object with that id, if this run created it.
    #[must_use]
    pub fn find(&self, base: &str, endpoint: &str, id: &str) -> Option<usize> {
        let inner = self.lock();
        let found = inner
            .entries
            .values()
            .rev()
            .find(|(e, alive)| *alive && e.id.as_deref() == Some(id) && e.endpoint == endpoint && e.base == base);
        found.map(|(e, _)| e.number)
    }

    /// What is still there, the last made first; of one scenario, or of all.
    #[must_use]
    pub fn outstanding(&self, scenario: Option<usize>) -> Vec<Entry> {
        let inner = self.lock();
        let alive =
            inner.entries.values().rev().filter(|(e, alive)| *alive && scenario.is_none_or(|s| s == e.scenario));
        alive.map(|(e, _)| e.clone()).collect()
    }

    /// Removes the file once nothing is outstanding and every line of it was understood. Returns whether all is gone.
    pub fn close(&self) -> bool {
        let empty = self.outstanding(None).is_empty() && self.damaged.is_empty();
        if let (true, Some(path)) = (empty, &self.path) {
            let _may_never_have_been_made = std::fs::remove_file(path);
            self.lock().file = None;
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
            // Half a line in the middle would be a damaged line to `sweep`.
            let _what_is_cut_off_is_no_line = file.set_len(before);
            self.trouble("written", &e)
        })
    }

    fn trouble(&self, doing: &'static str, why: &dyn std::fmt::Display) -> LedgerError {
        let path = self.path.as_deref().unwrap_or(Path::new("")).display().to_string();
        LedgerError::Unwritable { path, doing, why: why.to_string() }
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn create(path: &Path) -> std::io::Result<File> {
    let made = || {
        path.parent().map_or(Ok(()), std::fs::create_dir_all)?;
        open_private(File::options().create_new(true).append(true), path)
    };
    let file = match made() {
        // Another run that ends in the same place takes the empty folder away between the two.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => made(),
        done => done,
    }?;
    // Where a file system has no locks, a run goes on without one.
    let _nobody_else_has_just_made_it = file.try_lock();
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(name: &str) -> PathBuf {
        std::env::temp_dir().join(format!("scimulate-ledger-{}-{name}", std::process::id())).join("run.jsonl")
    }

    fn ada(ledger: &Ledger) -> usize {
        ledger.intend(0, "http://h", "/Users", (Some("ada".into()), Some("rk3f9001"))).unwrap()
    }

    #[test]
    fn a_killed_run_is_found_again_in_its_file() {
        let path = place("killed");
        let ledger = Ledger::at(path.clone());
        let (base, endpoint, ids) = ("http://h".into(), "/Users".into(), vec!["9a".to_owned()]);
        let prior = Prior { base, endpoint, ids, whole: true, untagged: false };
        ledger.found_before(vec![prior]);
        let first = ada(&ledger);
        let second = ledger.intend(1, "http://h", "/Groups", (Some("eng".into()), None)).unwrap();
        ledger.created(first, "1");
        ledger.gone(second);
        drop(ledger);
        let sound = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, sound.clone() + "{\"intent\":{\"num").unwrap();
        let again = Ledger::read(&path).unwrap();
        let left = again.outstanding(None);
        assert_eq!((left.len(), left[0].id.as_deref()), (1, Some("1")));
        assert_eq!(again.find("http://h", "/Users", "1"), Some(first));
        let before = |id| again.before("http://h", "/Users", id);
        assert_eq!((before("9A"), before("1")), (Before::There, Before::Absent));
        assert_eq!(again.before("http://h", "/Groups", "1"), Before::Unknown);
        assert_eq!(std::fs::read_to_string(&path).unwrap(), sound, "the torn line is cut off");
        let third = ada(&again);
        assert_eq!(third, 2);
        assert!(std::fs::read_to_string(&path).unwrap().starts_with(&format!("{sound}{{\"intent\"")));
        again.gone(first);
        again.gone(third);
        assert!(again.close());
        assert!(!path.exists());
    }

    #[test]
    fn a_damaged_line_is_refused_alone_and_the_file_stays() {
        let path = place("damaged");
        let ledger = Ledger::at(path.clone());
        ada(&ledger);
        drop(ledger);
        let line = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{{\"intent\":{{}}}}\n{line}{line}{{\"gone\":{{\"number\":7}}}}\n")).unwrap();
        let again = Ledger::read(&path).unwrap();
        assert_eq!(again.damaged().iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 3, 4], "{:?}", again.damaged());
        again.gone(0);
        assert!(!again.close() && path.exists());
        std::fs::write(&path, "no ledger\n").unwrap();
        drop(again);
        assert!(Ledger::read(&path).unwrap_err().to_string().contains("line 1"));
        std::fs::remove_file(&path).unwrap();
    }

    #[test]
    fn who_has_it_open_keeps_others_out() {
        let path = place("locked");
        let ledger = Ledger::at(path.clone());
        let number = ada(&ledger);
        assert!(matches!(Ledger::read(&path), Err(LedgerError::InUse { .. })), "beside a live run");
        drop(ledger);
        let sweep = Ledger::read(&path).unwrap();
        assert!(matches!(Ledger::read(&path), Err(LedgerError::InUse { .. })), "beside another sweep");
        sweep.gone(number);
        assert!(sweep.close());
    }

    #[test]
    fn without_a_place_to_write_nothing_may_be_created() {
        let ledger = Ledger::at(PathBuf::from("/proc/nowhere/run.jsonl"));
        let error = ledger.intend(0, "http://h", "/Users", (None, None)).unwrap_err();
        assert!(error.to_string().contains("/proc/nowhere/run.jsonl"), "{error}");
    }
}
