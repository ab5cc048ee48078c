//! The file of a recording while it is made. After each exchange it is a whole HTTP Archive: whoever ends the program in between
//! loses nothing.
//!
//! In: exchanges without secrets. Out: a file that its owner alone may read. Never: a file that was there before written over.

use super::archive::{Entry, LARGEST, head};
use scim::secrecy::open_private;
use std::fs::{File, OpenOptions};
use std::io::{self, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// What ends the file.
const TAIL: &[u8] = b"\n]}}\n";

/// Why nothing can be recorded.
#[derive(Debug, thiserror::Error)]
pub enum RecorderError {
    /// The file is there already.
    #[error("{} is there already, and a recording is not written over; name another file, or remove that one", .0.display())]
    Exists(PathBuf),
    /// Whoever wrote ended before the proxy did.
    #[error("the recording was broken off by a defect of scimulate; please report it. What is in the file is whole")]
    Ended,
    /// The file cannot be written.
    #[error("{} cannot be written: {source}", .path.display())]
    File {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// A file that exchanges are added to.
#[derive(Debug)]
pub struct Recorder {
    path: PathBuf,
    file: File,
    /// Where the next entry goes: over the file's end.
    at: u64,
    count: usize,
    /// Exchanges that found no room any more.
    left_out: usize,
    /// Most bytes of the file.
    most: u64,
}

impl Recorder {
    /// Begins a recording of a server; `tool` is a name and a version.
    ///
    /// # Errors
    /// When the file is there already, or cannot be written.
    pub fn create(path: &Path, base: &str, tool: &str) -> Result<Self, RecorderError> {
        let fail = |source: io::Error| match source.kind() {
            io::ErrorKind::AlreadyExists => RecorderError::Exists(path.to_owned()),
            _ => RecorderError::File { path: path.to_owned(), source },
        };
        let file = open_private(OpenOptions::new().write(true).create_new(true), path).map_err(fail)?;
        let text = head(base, tool).to_string();
        // An empty list of entries, open for the first.
        let open = text.trim_end_matches("]}}");
        let mut recorder =
            Self { path: path.to_owned(), file, at: open.len() as u64, count: 0, left_out: 0, most: LARGEST };
        recorder.file.write_all(&[open.as_bytes(), TAIL].concat()).map_err(fail)?;
        Ok(recorder)
    }

    /// The same, with at most so many bytes.
    #[must_use]
    pub fn at_most(self, bytes: u64) -> Self {
        Self { most: bytes.min(LARGEST), ..self }
    }

    /// Adds an exchange; where the file is as large as one may be, it is counted only.
    ///
    /// # Errors
    /// When the file cannot be written.
    pub fn add(&mut self, entry: &Entry) -> Result<(), RecorderError> {
        let comma = if self.count > 0 { ",\n" } else { "\n" };
        let text = format!("{comma}{}", entry.to_json());
        if self.at + (text.len() + TAIL.len()) as u64 > self.most {
            self.left_out += 1;
            return Ok(());
        }
        let whole = [text.as_bytes(), TAIL].concat();
        if let Err(source) = self.put(&whole) {
            // What was written before stays a whole file.
            let _no_room_either = self.put(TAIL).and_then(|()| self.file.set_len(self.at + TAIL.len() as u64));
            return Err(RecorderError::File { path: self.path.clone(), source });
        }
        self.at += text.len() as u64;
        self.count += 1;
        Ok(())
    }

    /// Writes over the file's end.
    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.seek(SeekFrom::Start(self.at))?;
        self.file.write_all(bytes)
    }

    /// Exchanges in the file, and those that found no room.
    #[must_use]
    pub fn counts(&self) -> (usize, usize) {
        (self.count, self.left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::super::archive::{Body, Recording};
    use super::*;

    #[test]
    fn the_file_is_whole_after_each_exchange_and_is_never_written_over() {
        let place = tempfile::tempdir().unwrap();
        let file = place.path().join("x.har");
        let mut recorder = Recorder::create(&file, "http://h/scim", "scimulate 1").unwrap();
        assert_eq!(Recording::read(&file).unwrap().entries.len(), 0);
        for count in 1..4 {
            let entry = Entry {
                began: "2026-01-01T00:00:00Z".into(),
                millis: 1.0,
                method: "GET".into(),
                url: format!("http://h/scim/Users/{count}"),
                headers: Vec::new(),
                body: Body::None,
                answer: Err("refused".into()),
            };
            recorder.add(&entry).unwrap();
            let read = Recording::read(&file).unwrap();
            assert_eq!((read.entries.len(), read.base.as_str()), (count, "http://h/scim"));
            assert!(read.remarks.is_empty(), "{:?}", read.remarks);
        }
        assert_eq!(recorder.counts(), (3, 0));
        let mut full = recorder.at_most(10);
        full.add(&Recording::read(&file).unwrap().entries[0]).unwrap();
        assert_eq!((full.counts(), Recording::read(&file).unwrap().entries.len()), ((3, 1), 3));
        let again = Recorder::create(&file, "http://h", "x").unwrap_err().to_string();
        assert!(again.contains("is there already"), "{again}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }
}
