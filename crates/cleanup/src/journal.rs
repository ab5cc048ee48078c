//! The journal of a cleanup: what was about to be done, with the object as it was, and what came of it.
//!
//! In: items and images. Out: the same from the file, so that a killed run goes on where it was and everything can be taken back.
//! Never: a request that is sent before its line is on disk. A last line that a crash cut off is dropped; any other that cannot be
//! read stops everything.

use crate::mark::digest;
use crate::plan::{Item, Plan};
use scim::secrecy::open_private;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// What a journal's first line says.
const FORMAT: &str = "scimulate cleanup journal";
const VERSION: u32 = 1;

/// What became of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Outcome {
    /// It was done, and a read showed it.
    Done,
    /// It was so already.
    Already,
    /// It was not tried: the object changed or is gone, or something before it in its case was not done.
    Skipped,
    /// The target refused it, or accepted it without effect.
    Failed,
}

impl Outcome {
    /// Its name in output.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Already => "already so",
            Self::Skipped => "skipped",
            Self::Failed => "failed",
        }
    }
}

/// One line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "line", rename_all = "kebab-case")]
enum Line {
    Journal {
        format: String,
        version: u32,
        target: String,
        plan: String,
        made: String,
    },
    /// Before a request.
    Before {
        at: String,
        item: Box<Item>,
        image: Value,
    },
    /// After it, or instead of it.
    After {
        at: String,
        number: u32,
        id: String,
        outcome: Outcome,
        why: String,
        mark: Option<String>,
    },
    /// Before what takes an item back; for what is created again, who has its name already.
    UndoBefore {
        at: String,
        number: u32,
        there: Vec<String>,
    },
    /// After it.
    UndoAfter {
        at: String,
        number: u32,
        outcome: Outcome,
        why: String,
        new_id: Option<String>,
    },
}

/// What is known of one item.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// The item, where it was about to be done.
    pub item: Option<Item>,
    /// The object as it was before.
    pub image: Value,
    /// What came of it.
    pub outcome: Option<Outcome>,
    /// The mark of the object afterwards; `None` where it is gone.
    pub mark: Option<String>,
    /// Who had its name when it was about to be created again.
    pub undo_began: Option<Vec<String>>,
    /// What came of taking it back.
    pub undone: Option<Outcome>,
    /// The id of what was created again.
    pub new_id: Option<String>,
}

/// Why there is no journal.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file cannot be had.
    #[error("the journal {} cannot be used: {why}", .path.display())]
    File {
        /// Its path.
        path: PathBuf,
        /// Why not.
        why: String,
    },
    /// Somebody else has it.
    #[error("the journal {} is in use by another `state apply` or `state rollback`; wait until it has ended", .0.display())]
    InUse(PathBuf),
    /// It belongs to something else.
    #[error("the journal {} is of {what}; name another file with --journal", .path.display())]
    Other {
        /// Its path.
        path: PathBuf,
        /// What it is of.
        what: String,
    },
    /// A line is damaged.
    #[error("line {line} of the journal {} is damaged: {why}; nothing is done on the strength of the rest", .path.display())]
    Damaged {
        /// Its path.
        path: PathBuf,
        /// The line.
        line: usize,
        /// What is wrong.
        why: String,
    },
}

/// A journal that is open, and nobody else's until it is dropped.
#[derive(Debug)]
pub struct Journal {
    path: PathBuf,
    file: File,
    target: String,
    entries: BTreeMap<u32, Entry>,
    /// The last mark of each object that was changed.
    marks: HashMap<String, String>,
}

/// What a plan's items are known by.
fn identity(plan: &Plan) -> String {
    let items = serde_json::to_string(&plan.items).unwrap_or_default();
    digest(format!("{} {items}", plan.target).as_bytes())
}

impl Journal {
    /// Opens the journal of a plan, or begins one.
    ///
    /// # Errors
    /// When the file cannot be had, is in use, damaged, or another plan's.
    pub fn of_plan(path: &Path, plan: &Plan, made: &str) -> Result<Self, JournalError> {
        let (plan_id, target) = (identity(plan), plan.target.clone());
        let mut journal = Self::open(path, OpenOptions::new().create(true))?;
        let begins = |journal: &mut Self| {
            journal.put(&Line::Journal {
                format: FORMAT.to_owned(),
                version: VERSION,
                target: target.clone(),
                plan: plan_id.clone(),
                made: made.to_owned(),
            })
        };
        match journal.load()? {
            None => begins(&mut journal)?,
            // Of a plan that was refused before anything was done, nothing is lost.
            Some(found) if found != plan_id && !journal.has_begun() => {
                journal.emptied()?;
                begins(&mut journal)?;
            }
            Some(found) if found != plan_id => {
                return Err(journal.other("another plan, or of this one before it was edited"));
            }
            Some(_) => {}
        }
        journal.target = target;
        Ok(journal)
    }

    /// Opens a journal that is there, to take back what it says.
    ///
    /// # Errors
    /// When there is none, or it is in use or damaged.
    pub fn existing(path: &Path) -> Result<Self, JournalError> {
        let mut journal = Self::open(path, &mut OpenOptions::new())?;
        match journal.load()? {
            Some(_) => Ok(journal),
            None => Err(journal.other("nothing: it is empty")),
        }
    }

    fn open(path: &Path, options: &mut OpenOptions) -> Result<Self, JournalError> {
        let fail = |why: String| JournalError::File { path: path.to_owned(), why };
        let file = open_private(options.read(true).write(true), path).map_err(|e| fail(e.to_string()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(JournalError::InUse(path.to_owned())),
            Err(TryLockError::Error(e)) => return Err(fail(e.to_string())),
        }
        let (entries, marks) = (BTreeMap::new(), HashMap::new());
        Ok(Self { path: path.to_owned(), file, target: String::new(), entries, marks })
    }

    fn emptied(&mut self) -> Result<(), JournalError> {
        let emptied = self.file.set_len(0).and_then(|()| self.file.seek(SeekFrom::Start(0)));
        emptied.map(drop).map_err(|e| self.failed(&e))
    }

    fn other(&self, what: &str) -> JournalError {
        JournalError::Other { path: self.path.clone(), what: what.to_owned() }
    }

    fn failed(&self, why: &std::io::Error) -> JournalError {
        JournalError::File { path: self.path.clone(), why: why.to_string() }
    }

    /// Reads what is there; the plan it is of, where there is a first line. What a crash cut off is cut off for good.
    fn load(&mut self) -> Result<Option<String>, JournalError> {
        let mut bytes = Vec::new();
        self.file.read_to_end(&mut bytes).map_err(|e| self.failed(&e))?;
        let whole = bytes.iter().rposition(|b| *b == b'\n').map_or(0, |at| at + 1);
        if whole < bytes.len() && whole == 0 && !bytes.starts_with(b"{\"line\":\"journal\"") {
            return Err(self.other("something else: it does not begin as a journal"));
        }
        let mut plan = None;
        for (nth, line) in bytes[..whole].split(|b| *b == b'\n').enumerate().filter(|(_, line)| !line.is_empty()) {
            let damaged = |why: String| JournalError::Damaged { path: self.path.clone(), line: nth + 1, why };
            let line: Line = serde_json::from_slice(line).map_err(|e| damaged(e.to_string()))?;
            match line {
                Line::Journal { format, version, .. } if format != FORMAT || version > VERSION => {
                    return Err(self.other(&format!("`{format}`, version {version}, which this program does not read")));
                }
                Line::Journal { target, plan: found, .. } => {
                    self.target = target;
                    plan = Some(found);
                }
                _ if plan.is_none() => {
                    return Err(damaged("the first line does not say of which plan it is".to_owned()));
                }
                line => self.take(line),
            }
        }
        if whole < bytes.len() {
            self.file.set_len(whole as u64).map_err(|e| self.failed(&e))?;
        }
        self.file.seek(SeekFrom::End(0)).map_err(|e| self.failed(&e))?;
        Ok(plan)
    }

    fn take(&mut self, line: Line) {
        match line {
            Line::Journal { .. } => {}
            Line::Before { item, image, .. } => {
                let entry = self.entries.entry(item.number).or_default();
                (entry.item, entry.image) = (Some(*item), image);
            }
            Line::After { number, id, outcome, mark, .. } => {
                if let Some(mark) = &mark {
                    self.marks.insert(id, mark.clone());
                }
                let entry = self.entries.entry(number).or_default();
                (entry.outcome, entry.mark) = (Some(outcome), mark);
            }
            Line::UndoBefore { number, there, .. } => {
                self.entries.entry(number).or_default().undo_began.get_or_insert(there);
            }
            Line::UndoAfter { number, outcome, new_id, .. } => {
                let entry = self.entries.entry(number).or_default();
                (entry.undone, entry.new_id) = (Some(outcome), new_id);
            }
        }
    }

    /// Writes a line and waits until it is on disk.
    fn put(&mut self, line: &Line) -> Result<(), JournalError> {
        let mut text = serde_json::to_vec(line).map_err(|e| self.failed(&e.into()))?;
        text.push(b'\n');
        let written = self.file.write_all(&text).and_then(|()| self.file.sync_data());
        written.map_err(|e| self.failed(&e))?;
        self.take(line.clone());
        Ok(())
    }

    pub(crate) fn before(&mut self, at: String, item: &Item, image: &Value) -> Result<(), JournalError> {
        self.put(&Line::Before { at, item: Box::new(item.clone()), image: image.clone() })
    }

    pub(crate) fn after(
        &mut self,
        at: String,
        item: &Item,
        (outcome, why): (Outcome, &str),
        mark: Option<String>,
    ) -> Result<(), JournalError> {
        let (number, id, why) = (item.number, item.id.clone(), why.to_owned());
        self.put(&Line::After { at, number, id, outcome, why, mark })
    }

    pub(crate) fn undo_before(&mut self, at: String, number: u32, there: Vec<String>) -> Result<(), JournalError> {
        self.put(&Line::UndoBefore { at, number, there })
    }

    pub(crate) fn undo_after(
        &mut self,
        at: String,
        number: u32,
        (outcome, why): (Outcome, &str),
        new_id: Option<String>,
    ) -> Result<(), JournalError> {
        self.put(&Line::UndoAfter { at, number, outcome, why: why.to_owned(), new_id })
    }

    /// The target it is of.
    #[must_use]
    pub fn target(&self) -> &str {
        &self.target
    }

    /// What is known of each item, by its number.
    #[must_use]
    pub fn entries(&self) -> &BTreeMap<u32, Entry> {
        &self.entries
    }

    /// Whether anything was about to be done.
    #[must_use]
    pub fn has_begun(&self) -> bool {
        !self.entries.is_empty()
    }

    /// The mark an object had after the last change to it.
    pub(crate) fn mark_of(&self, id: &str) -> Option<&str> {
        self.marks.get(id).map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::{item, plan};
    use crate::plan::Action;
    use serde_json::json;

    #[test]
    fn a_journal_is_read_back_whole_and_a_torn_last_line_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.journal");
        let item = item(1, Action::SetLink, "u1", json!(null), json!("e"));
        let plan = plan(vec![item.clone()]);
        let mut journal = Journal::of_plan(&path, &plan, "now").unwrap();
        assert!(!journal.has_begun());
        journal.before("t".into(), &item, &json!({"id": "u1"})).unwrap();
        assert!(matches!(Journal::of_plan(&path, &plan, "now"), Err(JournalError::InUse(_))));
        drop(journal);
        for torn in ["", "{\"line\":\"after\",\"at\":\"t\",\"num"] {
            let mut file = OpenOptions::new().append(true).open(&path).unwrap();
            file.write_all(torn.as_bytes()).unwrap();
            let journal = Journal::of_plan(&path, &plan, "later").unwrap();
            assert_eq!((journal.entries()[&1].outcome, &journal.entries()[&1].image), (None, &json!({"id": "u1"})));
        }
        let mut journal = Journal::existing(&path).unwrap();
        journal.after("t".into(), &item, (Outcome::Done, ""), Some("m".into())).unwrap();
        drop(journal);
        let journal = Journal::existing(&path).unwrap();
        assert_eq!((journal.entries()[&1].outcome, journal.mark_of("u1")), (Some(Outcome::Done), Some("m")));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn another_plan_a_damaged_line_and_a_foreign_file_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("plan.journal");
        let first = plan(vec![item(1, Action::SetLink, "u1", json!(null), json!("e"))]);
        let edited = plan(vec![item(1, Action::SetLink, "u1", json!(null), json!("f"))]);
        drop(Journal::of_plan(&path, &edited, "now").unwrap());
        let mut journal = Journal::of_plan(&path, &first, "now").unwrap();
        journal.before("t".into(), &first.items[0], &json!({})).unwrap();
        drop(journal);
        let error = Journal::of_plan(&path, &edited, "now").unwrap_err().to_string();
        assert!(error.contains("before it was edited") && error.contains("--journal"), "{error}");
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, format!("{text}{{\"line\":\"after\"}}\n")).unwrap();
        let error = Journal::existing(&path).unwrap_err().to_string();
        assert!(error.contains("line 3") && error.contains("damaged"), "{error}");
        for foreign in ["my diary", "my diary\nof today\n", "my diary\nof to"] {
            std::fs::write(&path, foreign).unwrap();
            assert!(Journal::of_plan(&path, &first, "now").is_err());
            assert_eq!(std::fs::read_to_string(&path).unwrap(), foreign, "nothing of it is lost");
        }
        assert!(Journal::existing(&folder.path().join("none")).is_err());
    }
}
