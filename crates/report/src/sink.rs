//! Where a report's bytes go: standard output, or a file that is replaced only by a whole report.

use super::ReportError;
use scim::secrecy::create_private;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

/// A place that has been tried already: opening it before the run shows what would fail after it.
#[derive(Debug)]
pub(super) enum Sink {
    /// Standard output.
    Stdout,
    /// A pipe, a device, or a file that grows during the run: written to as it is.
    Stream(File, PathBuf),
    /// A file; the part beside it takes its place when it is whole.
    File { path: PathBuf, part: PathBuf, file: File },
}

/// Why a document could not be made.
#[derive(Debug)]
pub(super) enum Trouble {
    /// It could not be written.
    Write(io::Error),
    /// The record has no such form.
    Encode(String),
}

impl From<io::Error> for Trouble {
    fn from(error: io::Error) -> Self {
        Self::Write(error)
    }
}

impl From<serde_json::Error> for Trouble {
    fn from(error: serde_json::Error) -> Self {
        if error.is_io() { Self::Write(error.into()) } else { Self::Encode(error.to_string()) }
    }
}

impl Sink {
    /// Opens the place; an older report there stays as it is.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, ReportError> {
        let Some(path) = path else { return Ok(Self::Stdout) };
        let fail = |source| ReportError::Unwritable { path: path.to_owned(), source };
        let kind = fs::metadata(path).map(|m| m.file_type());
        if kind.as_ref().is_ok_and(fs::FileType::is_dir) {
            return Err(fail(io::Error::from(io::ErrorKind::IsADirectory)));
        }
        if kind.is_ok_and(|k| !k.is_file()) {
            let file = File::options().write(true).open(path).map_err(fail)?;
            return Ok(Self::Stream(file, path.to_owned()));
        }
        // A link stays a link: what it leads to is replaced.
        let path = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let name = path.file_name().ok_or_else(|| fail(io::Error::from(io::ErrorKind::InvalidInput)))?;
        let mut part = std::ffi::OsString::from(".");
        part.push(name);
        part.push(format!(".{}.part", std::process::id()));
        let part = path.with_file_name(part);
        let file = create_private(&part).map_err(fail)?;
        Ok(Self::File { path, part, file })
    }

    /// Opens a place that is written to bit by bit; an older file there is emptied.
    ///
    /// # Errors
    /// When it cannot be written.
    pub(super) fn stream(path: Option<&Path>) -> Result<Self, ReportError> {
        let Some(path) = path else { return Ok(Self::Stdout) };
        let file = create_private(path).map_err(|source| ReportError::Unwritable { path: path.to_owned(), source })?;
        Ok(Self::Stream(file, path.to_owned()))
    }

    /// Writes the whole report, or the next part of a stream.
    ///
    /// # Errors
    /// When it cannot be written; an older report is then still whole.
    pub(super) fn put(&mut self, bytes: &[u8]) -> Result<(), ReportError> {
        self.write("", |out| Ok(out.write_all(bytes)?))
    }

    /// Has the whole report written bit by bit, or the next part of a stream.
    ///
    /// # Errors
    /// When it cannot be made or written; an older report is then still whole.
    pub(super) fn write(
        &mut self,
        format: &'static str,
        make: impl FnOnce(&mut dyn Write) -> Result<(), Trouble>,
    ) -> Result<(), ReportError> {
        let made = |out: &mut dyn Write| {
            let mut out = BufWriter::with_capacity(1 << 16, out);
            make(&mut out)?;
            Ok(out.flush()?)
        };
        let (done, path) = match self {
            Self::Stdout => (made(&mut io::stdout().lock()), None),
            Self::Stream(file, path) => (made(file), Some(path)),
            Self::File { path, part, file } => {
                let done = made(file).and_then(|()| Ok(file.sync_all().and_then(|()| fs::rename(part, &*path))?));
                (done, Some(path))
            }
        };
        done.map_err(|trouble| match (trouble, path) {
            (Trouble::Encode(why), _) => ReportError::Encode { format, why },
            (Trouble::Write(source), Some(path)) => ReportError::Unwritable { path: path.clone(), source },
            (Trouble::Write(error), None) => ReportError::Output(error),
        })
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        if let Self::File { part, .. } = self {
            // After a whole report there is no such file any more.
            let _ = fs::remove_file(part);
        }
    }
}
