//! The file of a capture while it is taken, and when it is whole.
//!
//! In: resources, page after page. Out: `FILE.part` with every page, and at the end `FILE`. Never: a file that others may
//! read, a line of a page that did not come whole, or a file that was there before written over.

use super::{FORMAT, Header, Mask, PageMark, Trailer, VERSION, pack::pack};
use crate::read::walk::Place;
use client::observe::id_text;
use scim::secrecy::{create_private, open_private, without_passwords};
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::{File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

/// Why a capture cannot be taken.
#[derive(Debug, thiserror::Error)]
pub enum CaptureError {
    /// The file is there already.
    #[error("{0} is there already, and a capture is not written over; name another file, or remove that one")]
    Exists(String),
    /// The file cannot be written or read.
    #[error("{path} cannot be written: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: io::Error,
    },
    /// What a reading that broke off left is not the beginning of this one.
    #[error("{path} is what an earlier reading left, and {why}; go on with the same flags as then, or remove the file")]
    Other {
        /// Which.
        path: String,
        /// In what it differs.
        why: String,
    },
    /// The target cannot be read.
    #[error(transparent)]
    Read(#[from] crate::ReadError),
}

/// A capture under way.
pub struct CaptureWriter {
    out: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
    mask: Option<Mask>,
    counts: BTreeMap<String, usize>,
    resumed: usize,
    /// Of a reading that broke off: where each endpoint stood, and which ids it had.
    before: HashMap<String, (Place, HashSet<String>)>,
}

impl CaptureWriter {
    /// Begins a capture of `target`, or goes on with one that broke off. `taken` is the time, as RFC 3339 has it.
    ///
    /// # Errors
    /// When the file is there already, cannot be written, or another reading left its beginning.
    pub fn open(out: &Path, target: &str, taken: &str, tool: &str, mask: Option<Mask>) -> Result<Self, CaptureError> {
        if out.exists() {
            return Err(CaptureError::Exists(out.display().to_string()));
        }
        let mut part = out.as_os_str().to_owned();
        part.push(".part");
        let part = PathBuf::from(part);
        let header = Header {
            format: FORMAT.to_owned(),
            version: VERSION,
            target: if mask.is_some() { "masked".to_owned() } else { target.to_owned() },
            taken: taken.to_owned(),
            tool: tool.to_owned(),
            mask: mask.as_ref().map(Mask::fingerprint),
        };
        let trouble = |source| CaptureError::File { path: part.display().to_string(), source };
        let mut begun = Begun::default();
        if part.exists() {
            begun = Begun::read(&part, &header)?;
        }
        let mut options = OpenOptions::new();
        let file = open_private(options.create(true).write(true).truncate(false), &part).map_err(trouble)?;
        file.set_len(begun.whole).map_err(trouble)?;
        let mut file = BufWriter::with_capacity(1 << 18, file);
        io::Seek::seek(&mut file, io::SeekFrom::End(0)).map_err(trouble)?;
        let mut writer = Self {
            out: out.to_owned(),
            part: part.clone(),
            file,
            mask,
            counts: begun.counts,
            resumed: begun.resumed + usize::from(begun.whole > 0),
            before: begun.before,
        };
        match begun.whole {
            0 => writer.line(&json!(header))?,
            _ => writer.line(&json!({"resumed": writer.resumed}))?,
        }
        Ok(writer)
    }

    /// How often the reading broke off before.
    #[must_use]
    pub fn resumed(&self) -> usize {
        self.resumed
    }

    pub(super) fn mask(&self) -> Option<&Mask> {
        self.mask.as_ref()
    }

    /// Where an endpoint stood when the reading broke off, and the ids it had.
    pub(super) fn before(&mut self, endpoint: &str) -> Option<(Place, HashSet<String>)> {
        self.before.remove(endpoint)
    }

    /// Writes a resource.
    pub(super) fn resource(&mut self, kind: &str, resource: &Value) -> Result<(), CaptureError> {
        *self.counts.entry(kind.to_owned()).or_default() += 1;
        match &self.mask {
            Some(mask) => self.line(&json!({"type": kind, "resource": mask.resource(resource)})),
            None => self.line(&json!({"type": kind, "resource": resource})),
        }
    }

    /// Marks the end of a page, from which a reading may go on; it is on the disk when this returns.
    pub(super) fn page(&mut self, endpoint: &str, place: Place) -> Result<(), CaptureError> {
        self.line(&json!({"page": PageMark { endpoint: endpoint.to_owned(), place }}))?;
        self.file.flush().map_err(|source| self.trouble(source))
    }

    fn line(&mut self, value: &Value) -> Result<(), CaptureError> {
        let mut line = value.to_string().into_bytes();
        // A target that shows passwords is said to; what they are stays there.
        if let Some(without) = without_passwords(&line) {
            line = without;
        }
        line.push(b'\n');
        self.file.write_all(&line).map_err(|source| self.trouble(source))
    }

    fn trouble(&self, source: io::Error) -> CaptureError {
        CaptureError::File { path: self.part.display().to_string(), source }
    }

    /// Ends the capture: writes the file without the marks, packed where its name says so, and removes the part.
    ///
    /// # Errors
    /// When the file cannot be written; the part is kept.
    pub fn finish(mut self, mut trailer: Trailer) -> Result<Trailer, CaptureError> {
        trailer.counts = std::mem::take(&mut self.counts);
        trailer.resumed = self.resumed;
        self.line(&json!({"end": trailer}))?;
        self.file.flush().map_err(|source| self.trouble(source))?;
        let mut whole = self.out.as_os_str().to_owned();
        whole.push(".new");
        let whole = PathBuf::from(whole);
        let trouble = |source| CaptureError::File { path: self.out.display().to_string(), source };
        let lines =
            WithoutMarks { lines: BufReader::new(File::open(&self.part).map_err(trouble)?), line: Vec::new(), at: 0 };
        let mut file = BufWriter::new(create_private(&whole).map_err(trouble)?);
        if self.out.extension().is_some_and(|e| e.eq_ignore_ascii_case("zst")) {
            pack(lines, &mut file).map_err(trouble)?;
        } else {
            io::copy(&mut BufReader::new(lines), &mut file).map_err(trouble)?;
        }
        file.flush().and_then(|()| file.get_ref().sync_all()).map_err(trouble)?;
        std::fs::rename(&whole, &self.out).and_then(|()| std::fs::remove_file(&self.part)).map_err(trouble)?;
        Ok(trailer)
    }
}

/// The lines of a part that belong into the file.
struct WithoutMarks<R> {
    lines: R,
    line: Vec<u8>,
    at: usize,
}

impl<R: io::BufRead> io::Read for WithoutMarks<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.line.len() {
            (self.at, self.line) = (0, Vec::new());
            if self.lines.read_until(b'\n', &mut self.line)? == 0 {
                return Ok(0);
            }
            if self.line.starts_with(b"{\"page\":") || self.line.starts_with(b"{\"resumed\":") {
                self.at = self.line.len();
            }
        }
        let some = buffer.len().min(self.line.len() - self.at);
        buffer[..some].copy_from_slice(&self.line[self.at..self.at + some]);
        self.at += some;
        Ok(some)
    }
}

/// What a reading that broke off left.
#[derive(Default)]
struct Begun {
    /// Bytes up to the end of the last page that came whole.
    whole: u64,
    counts: BTreeMap<String, usize>,
    resumed: usize,
    before: HashMap<String, (Place, HashSet<String>)>,
}

impl Begun {
    fn read(part: &Path, wanted: &Header) -> Result<Self, CaptureError> {
        let trouble = |source| CaptureError::File { path: part.display().to_string(), source };
        let other = |why: &str| CaptureError::Other { path: part.display().to_string(), why: why.to_owned() };
        let mut lines = BufReader::with_capacity(1 << 18, File::open(part).map_err(trouble)?);
        let (mut begun, mut line, mut bytes) = (Self::default(), Vec::new(), 0);
        let mut page: (Vec<String>, BTreeMap<String, usize>) = Default::default();
        loop {
            line.clear();
            let read = lines.read_until(b'\n', &mut line).map_err(trouble)?;
            // What broke off in the middle of a line came after the last whole page.
            if read == 0 || line.last() != Some(&b'\n') {
                return Ok(begun);
            }
            let Ok(value) = serde_json::from_slice::<Value>(&line) else { return Ok(begun) };
            bytes += read as u64;
            if begun.whole == 0 {
                let header: Header = serde_json::from_value(value).map_err(|_| other("it is no capture"))?;
                begun.accept(&header, wanted).map_err(other)?;
                begun.whole = bytes;
            } else if let Some(mark) = value.get("page") {
                let mark: PageMark = serde_json::from_value(mark.clone()).map_err(|_| other("it was changed"))?;
                begun.whole = bytes;
                let (place, ids) = begun.before.entry(mark.endpoint).or_default();
                *place = mark.place;
                ids.extend(std::mem::take(&mut page.0));
                for (kind, count) in std::mem::take(&mut page.1) {
                    *begun.counts.entry(kind).or_default() += count;
                }
            } else if let Some(kind) = value.get("type").and_then(Value::as_str) {
                page.0.extend(value.get("resource").and_then(id_text));
                *page.1.entry(kind.to_owned()).or_default() += 1;
            } else if value.get("resumed").is_some() {
                begun.resumed += 1;
            }
        }
    }

    fn accept(&self, header: &Header, wanted: &Header) -> Result<(), &'static str> {
        match () {
            () if header.format != wanted.format => Err("it is no capture"),
            () if header.version != wanted.version => Err("another version of this program wrote it"),
            () if header.mask != wanted.mask => Err("it has another mask"),
            () if header.target != wanted.target => Err("it is of another target"),
            () => Ok(()),
        }
    }
}
