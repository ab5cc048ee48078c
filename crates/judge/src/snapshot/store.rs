//! Where golden files live, and how a text is compared with one.

use super::archive::Archive;
use super::{SnapshotError, SnapshotName, golden};
use crate::verdict::{SnapshotOutcome, SnapshotRecord};
use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};

/// What to do with a scenario's exchanges.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Policy {
    /// Nothing: they are not compared.
    Off,
    /// Compare, write nothing.
    #[default]
    Check,
    /// Compare, and write what differs beside the golden file for a review.
    Propose,
    /// Compare, and make what differs the golden file.
    Accept,
}

/// The policies as the user writes them.
const POLICIES: &[(&str, Policy)] =
    &[("off", Policy::Off), ("check", Policy::Check), ("propose", Policy::Propose), ("accept", Policy::Accept)];

impl FromStr for Policy {
    type Err = SnapshotError;

    fn from_str(text: &str) -> Result<Self, SnapshotError> {
        if let Some((_, policy)) = POLICIES.iter().find(|(name, _)| *name == text) {
            return Ok(*policy);
        }
        let near = scim::nearest(text, POLICIES.iter().map(|(name, _)| *name));
        let hint = near.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
        Err(SnapshotError::Policy { given: text.to_owned(), hint })
    }
}

/// Golden files: those inside the binary, those in a folder, or a folder laid over the binary's. Shared by threads.
#[derive(Debug, Default)]
pub struct Store {
    carried: Option<Archive>,
    folder: Option<PathBuf>,
    /// Which scenario a name was used by, as `file:line`.
    owners: Mutex<HashMap<String, String>>,
}

impl Store {
    /// The goldens that a program carries: a zlib stream of, for each file, a line `PATH LENGTH` and its text. Read-only
    /// without a folder over it.
    #[must_use]
    pub fn packed(archive: &'static [u8]) -> Self {
        Self { carried: Some(Archive::new(archive)), ..Self::default() }
    }

    /// The goldens in a folder; it need not exist yet.
    #[must_use]
    pub fn folder(path: PathBuf) -> Self {
        Self::default().over(path)
    }

    /// The same store with a folder laid over it: read first, and the only place written to.
    #[must_use]
    pub fn over(self, path: PathBuf) -> Self {
        Self { folder: Some(path), ..self }
    }

    /// The texts of all goldens that the program carries, in no order.
    ///
    /// # Errors
    /// When what it carries is damaged.
    pub fn carried(&self) -> Result<Vec<&str>, SnapshotError> {
        self.carried.as_ref().map_or_else(|| Ok(Vec::new()), Archive::texts)
    }

    /// Compares a text with the golden one of that name. `None` with [`Policy::Off`].
    ///
    /// # Errors
    /// When a file cannot be read or written, or another scenario has used the name.
    pub fn check(
        &self,
        name: &SnapshotName,
        text: &str,
        policy: Policy,
    ) -> Result<Option<SnapshotRecord>, SnapshotError> {
        if policy == Policy::Off {
            return Ok(None);
        }
        self.claim(name)?;
        let seen = golden::comparable(text);
        let known = self.golden(name)?;
        let same = known.as_ref() == Some(&seen);
        let diff = match &known {
            Some(known) if !same => golden::diff(known, &seen),
            _ => String::new(),
        };
        let outcome = match policy {
            Policy::Off | Policy::Check if same => SnapshotOutcome::Same,
            Policy::Off | Policy::Check if known.is_none() => SnapshotOutcome::Unseen,
            Policy::Off | Policy::Check => SnapshotOutcome::Changed,
            Policy::Propose | Policy::Accept => self.write(name, &seen, same, policy)?,
        };
        Ok(Some(SnapshotRecord { name: name.slug(), outcome, diff }))
    }

    /// Two scenarios must not share a file; a retried scenario may come again.
    fn claim(&self, name: &SnapshotName) -> Result<(), SnapshotError> {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        let first = owners.entry(name.slug()).or_insert_with(|| name.origin());
        if *first == name.origin() { Ok(()) } else { Err(name.collision(first)) }
    }

    fn golden(&self, name: &SnapshotName) -> Result<Option<String>, SnapshotError> {
        let file = name.file();
        if let Some(folder) = &self.folder
            && let Some(body) = golden::read(&below(folder, &file))?
        {
            return Ok(Some(body));
        }
        let carried = self.carried.as_ref().map(|archive| archive.file(&file)).transpose()?.flatten();
        carried.map(|text| golden::body(&file, text)).transpose()
    }

    fn write(
        &self,
        name: &SnapshotName,
        seen: &str,
        same: bool,
        policy: Policy,
    ) -> Result<SnapshotOutcome, SnapshotError> {
        let Some(folder) = &self.folder else {
            return if same { Ok(SnapshotOutcome::Same) } else { Err(SnapshotError::ReadOnly { name: name.slug() }) };
        };
        let path = below(folder, &name.file());
        let proposal = golden::proposal(&path);
        if same {
            golden::remove(&proposal)?;
            return Ok(SnapshotOutcome::Same);
        }
        let text = golden::file_text(&name.source, &name.description(), seen);
        if policy == Policy::Accept {
            golden::write(&path, &text)?;
            golden::remove(&proposal)?;
            return Ok(SnapshotOutcome::Accepted);
        }
        golden::write(&proposal, &text)?;
        Ok(SnapshotOutcome::Proposed)
    }
}

fn below(folder: &Path, file: &str) -> PathBuf {
    file.split('/').fold(folder.to_owned(), |path, part| path.join(part))
}
