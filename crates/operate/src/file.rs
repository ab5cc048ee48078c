//! The state file: locked while a command runs, read with its version, written as a whole or not at all.
//!
//! In: a path. Out: a state, and the file. Never: a file that is half written, one that others may read, or one overwritten
//! that could not be read.

use super::state::IdpState;
use super::view::Made;
use scim::secrecy::{create_private, open_private};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Write as _};
use std::path::{Path, PathBuf};

/// The form that this version writes, and the only one it reads.
const VERSION: u64 = 1;
/// What the file says that it is.
const KIND: &str = "idp";
/// Largest file read, in bytes.
const LARGEST: u64 = 1 << 30;

/// Why a state file cannot be used. It is left as it is.
#[derive(Debug, thiserror::Error)]
pub enum StateFileError {
    /// There is none.
    #[error("there is no {0}; make one with `scimulate idp new`, or name it with --state FILE")]
    Missing(String),
    /// A new one would take the place of another.
    #[error("{0} is there already and was left as it is; name another with --state FILE, or move it away")]
    There(String),
    /// Another command has it.
    #[error("{file} is in use by another `scimulate idp` command{who}; wait until that has ended. Nothing was sent")]
    InUse {
        /// The file.
        file: String,
        /// The other's process, where it is known.
        who: String,
    },
    /// It was written by a later version.
    #[error(
        "{file} was written by a newer scimulate (format {version}, this one knows {VERSION}); update scimulate. The file was left \
         as it is, and nothing was sent"
    )]
    Newer {
        /// The file.
        file: String,
        /// Its version.
        version: u64,
    },
    /// It is something else.
    #[error("{file} is no state of an IdP: {why}. It was left as it is, and nothing was sent")]
    Other {
        /// The file.
        file: String,
        /// Why.
        why: String,
    },
    /// It cannot be read to its end.
    #[error(
        "{file} is cut off or damaged: {why}. It was left as it is, and nothing was sent; take a copy of it from before, or begin \
         anew with `scimulate idp new` (people are then found by lookup, as after a restart)"
    )]
    Damaged {
        /// The file.
        file: String,
        /// What is wrong, with the place.
        why: String,
    },
    /// The system said no.
    #[error("{file} could not be {done}: {why}")]
    Io {
        /// The file.
        file: String,
        /// What was tried.
        done: &'static str,
        /// The system's reason.
        why: io::Error,
    },
}

impl StateFileError {
    fn io(path: &Path, done: &'static str) -> impl FnOnce(io::Error) -> Self {
        let file = path.display().to_string();
        move |why| Self::Io { file, done, why }
    }
}

/// The file's members: what it is, then the rest.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Envelope<S> {
    scimulate: String,
    version: u64,
    state: S,
}

/// Reads a state, also while another command has it: it is replaced as a whole.
///
/// # Errors
/// When there is none, or it cannot be read.
pub fn read(path: &Path) -> Result<IdpState, StateFileError> {
    let file = path.display().to_string();
    let mut text = String::new();
    let opened = File::open(path).map_err(|error| match error.kind() {
        io::ErrorKind::NotFound => StateFileError::Missing(file.clone()),
        _ => StateFileError::io(path, "read")(error),
    })?;
    match opened.take(LARGEST).read_to_string(&mut text) {
        Err(error) if error.kind() == io::ErrorKind::InvalidData => {
            return Err(StateFileError::Other { file, why: "it is no text".to_owned() });
        }
        read => drop(read.map_err(StateFileError::io(path, "read"))?),
    }
    let damaged = |why: serde_json::Error| StateFileError::Damaged { file: file.clone(), why: why.to_string() };
    let value: Value = serde_json::from_str(&text).map_err(damaged)?;
    if value.get("scimulate").and_then(Value::as_str) != Some(KIND) {
        let why = "it does not say `\"scimulate\": \"idp\"`".to_owned();
        return Err(StateFileError::Other { file, why });
    }
    match value.get("version").and_then(Value::as_u64) {
        Some(VERSION) => {}
        Some(version) if version > VERSION => return Err(StateFileError::Newer { file, version }),
        _ => return Err(StateFileError::Other { file, why: "it has no version that is known".to_owned() }),
    }
    // Read from the text once more, so that a complaint names its line.
    let envelope: Envelope<IdpState> = serde_json::from_str(&text).map_err(damaged)?;
    Ok(envelope.state)
}

/// Makes a new state file.
///
/// # Errors
/// When there is a file of that name, or it cannot be written.
pub fn create(path: &Path, state: &IdpState) -> Result<(), StateFileError> {
    let locked = Locked::take(path)?;
    if path.symlink_metadata().is_ok() {
        return Err(StateFileError::There(path.display().to_string()));
    }
    locked.write(state)
}

/// A state file that no other command changes meanwhile.
#[derive(Debug)]
pub struct Locked {
    path: PathBuf,
    _lock: File,
}

/// A file beside another, hidden.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!(".{name}.{ending}"))
}

impl Locked {
    /// Locks a state file. The lock goes with the process, however that ends.
    ///
    /// # Errors
    /// When another command has it, or the lock cannot be made.
    pub fn take(path: &Path) -> Result<Self, StateFileError> {
        // What a link leads to is locked and written, not the link.
        let path = path.canonicalize().unwrap_or_else(|_| path.to_owned());
        let place = beside(&path, "lock");
        let io = || StateFileError::io(&place, "made, to lock the state file");
        let mut lock = open_private(OpenOptions::new().read(true).write(true).create(true).truncate(false), &place)
            .map_err(io())?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut process = String::new();
                let read = (&mut lock).take(20).read_to_string(&mut process);
                let known = read.is_ok() && process.trim().parse::<u32>().is_ok();
                let who = if known { format!(" (process {})", process.trim()) } else { String::new() };
                return Err(StateFileError::InUse { file: path.display().to_string(), who });
            }
            Err(TryLockError::Error(error)) => return Err(io()(error)),
        }
        // Who has it, for the message of another command; the lock holds without it.
        let _told = lock.set_len(0).and_then(|()| write!(lock, "{}", std::process::id()));
        Ok(Self { path, _lock: lock })
    }

    /// Reads the state, with what a command that was killed had created.
    ///
    /// # Errors
    /// When there is none, or it cannot be read.
    pub fn read(&self) -> Result<IdpState, StateFileError> {
        let mut state = read(&self.path)?;
        let noted = match std::fs::read_to_string(beside(&self.path, "made")) {
            Ok(text) => text,
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            Err(error) => return Err(StateFileError::io(&self.path, "read with what was created last")(error)),
        };
        // A line that was cut off is of a create that had no answer yet.
        for made in noted.lines().filter_map(|line| serde_json::from_str::<Made>(line).ok()) {
            if !state.view.made.iter().any(|known| known.endpoint == made.endpoint && known.id == made.id) {
                state.view.made.push(made);
            }
        }
        Ok(state)
    }

    /// Where a command notes what it creates, until the state is written.
    #[must_use]
    pub fn notes(&self) -> MadeNotes {
        MadeNotes(beside(&self.path, "made"))
    }

    /// Writes the state beside the file, and puts it in the file's place when it is on the disk.
    ///
    /// # Errors
    /// When it cannot be written; the file is then as it was.
    pub fn write(&self, state: &IdpState) -> Result<(), StateFileError> {
        let part = beside(&self.path, "part");
        let envelope = Envelope { scimulate: KIND.to_owned(), version: VERSION, state };
        let written = serde_json::to_vec_pretty(&envelope).map_err(io::Error::other).and_then(|mut bytes| {
            bytes.push(b'\n');
            let mut file = create_private(&part)?;
            file.write_all(&bytes)?;
            file.sync_all()?;
            std::fs::rename(&part, &self.path)?;
            settle(&self.path)
        });
        if written.is_ok() {
            // Everything in it is in the state now; what stays is read again and known.
            let _may_not_be_there = std::fs::remove_file(beside(&self.path, "made"));
        }
        written.map_err(|why| {
            let _may_not_be_there = std::fs::remove_file(&part);
            StateFileError::io(&self.path, "written, and is as it was before")(why)
        })
    }
}

/// Notes of what was created since the state was written, for the command after one that is killed.
#[derive(Debug, Clone)]
pub struct MadeNotes(PathBuf);

impl MadeNotes {
    /// Notes one.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn note(&self, made: &Made) -> io::Result<()> {
        let mut file = open_private(OpenOptions::new().append(true).create(true), &self.0)?;
        let line = serde_json::to_string(made).map_err(io::Error::other)?;
        // In one piece, so that no other line gets between.
        file.write_all(format!("{line}\n").as_bytes())
    }
}

/// Sees to it that the new name is on the disk, where folders can be opened.
fn settle(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::people::seeded;
    use super::*;
    use idp::{Kind, Options};

    fn state() -> IdpState {
        let directory = seeded(7, "acme", 3, Kind::OKTA_CUSTOM.keys());
        IdpState::new(Kind::OKTA_CUSTOM, "acme", &directory, &Options::of(Kind::OKTA_CUSTOM)).unwrap()
    }

    #[test]
    fn what_is_written_is_read_again_and_nobody_else_may() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("idp.json");
        let state = state();
        create(&path, &state).unwrap();
        assert_eq!(read(&path).unwrap(), state);
        assert!(matches!(create(&path, &state), Err(StateFileError::There(_))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(!beside(&path, "part").exists());
    }

    #[test]
    fn two_commands_exclude_each_other_and_reading_goes_on() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("idp.json");
        create(&path, &state()).unwrap();
        let first = Locked::take(&path).unwrap();
        let told = Locked::take(&path).unwrap_err().to_string();
        assert!(told.contains(&format!("(process {})", std::process::id())), "{told}");
        assert!(read(&path).is_ok());
        drop(first);
        Locked::take(&path).unwrap();
    }

    #[test]
    fn what_a_killed_command_created_is_known_to_the_next() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("idp.json");
        create(&path, &state()).unwrap();
        let made = |id: &str| Made { endpoint: "/Users".into(), id: id.into(), names: vec!["ada".into()] };
        let locked = Locked::take(&path).unwrap();
        locked.notes().note(&made("7")).unwrap();
        locked.notes().note(&made("8")).unwrap();
        let notes = beside(&path, "made");
        let text = std::fs::read_to_string(&notes).unwrap();
        std::fs::write(&notes, format!("{text}{{\"endpoint\":\"/Us")).unwrap();
        let state = locked.read().unwrap();
        assert_eq!(state.view.made, [made("7"), made("8")]);
        locked.write(&state).unwrap();
        assert!(!notes.exists());
        assert_eq!(locked.read().unwrap().view.made.len(), 2);
    }

    #[test]
    fn what_cannot_be_read_is_left_as_it_is() {
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("idp.json");
        create(&path, &state()).unwrap();
        let whole = std::fs::read_to_string(&path).unwrap();
        let told = |text: &str| {
            std::fs::write(&path, text).unwrap();
            let told = Locked::take(&path).unwrap().read().unwrap_err().to_string();
            assert_eq!(std::fs::read_to_string(&path).unwrap(), text);
            told
        };
        assert!(told(&whole[..whole.len() / 2]).contains("cut off or damaged: EOF"));
        assert!(told(&whole.replace("\"version\": 1", "\"version\": 2")).contains("newer scimulate (format 2"));
        assert!(told("{}").contains("no state of an IdP"));
        assert!(told(&whole.replace("\"assigned\"", "\"asigned\"")).contains("unknown field `asigned`"));
        std::fs::write(&path, [0xff, 0xfe]).unwrap();
        assert!(read(&path).unwrap_err().to_string().contains("it is no text"));
    }
}
