//! A recording read from a file, whoever made it.
//!
//! In: a file. Out: its exchanges. Never: a secret that is in the file and that a recording of this program would not have.

use super::archive::{Recording, RecordingError};
use super::redact::Redactor;
use std::path::Path;

impl Recording {
    /// Reads a file, and takes out what proves somebody: what comes of a recording is sent to other servers and written to other files.
    ///
    /// # Errors
    /// When it cannot be read, is cut off, is no HTTP Archive, is of a newer version, or holds no SCIM.
    pub fn read(path: &Path) -> Result<Self, RecordingError> {
        let mut recording = Self::parse(path)?;
        let mut redactor = Redactor::default();
        recording.entries = recording.entries.into_iter().map(|entry| redactor.entry(entry.into())).collect();
        Ok(recording)
    }
}
