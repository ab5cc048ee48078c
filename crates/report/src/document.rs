//! Formats that are one document, made from the record when the run has ended.

use super::sink::{Sink, Trouble};
use super::{Report, ReportError};
use judge::verdict::{RunEvent, RunRecord};
use std::io::Write;
use std::path::Path;

/// How the document is made.
#[derive(Debug, Clone, Copy)]
pub(super) enum Make {
    /// At once, from findings and outcomes; an `Err` says what the encoder said.
    Whole(fn(&RunRecord) -> Result<Vec<u8>, String>),
    /// Bit by bit, since it shows exchanges, which may be more than fit into memory.
    Streamed(fn(&RunRecord, &mut dyn Write) -> Result<(), Trouble>),
}

/// Writes one document when the run has ended.
#[derive(Debug)]
pub(super) struct Document {
    sink: Sink,
    format: &'static str,
    make: Make,
}

impl Document {
    /// A document into a file, or onto standard output.
    pub(super) fn open(path: Option<&Path>, format: &'static str, make: Make) -> Result<Self, ReportError> {
        Ok(Self { sink: Sink::open(path)?, format, make })
    }
}

impl Report for Document {
    fn event(&mut self, event: &RunEvent) -> Result<(), ReportError> {
        let RunEvent::RunFinished(record) = event else { return Ok(()) };
        let make = self.make;
        self.sink.write(self.format, |out| match make {
            Make::Whole(make) => Ok(out.write_all(&make(record).map_err(Trouble::Encode)?)?),
            Make::Streamed(make) => make(record, out),
        })
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(())
    }
}

/// A short value as JSON text that ends its line.
pub(super) fn text(value: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}

/// A value as JSON text that ends its line, written bit by bit.
pub(super) fn json(value: &impl serde::Serialize, out: &mut dyn Write) -> Result<(), Trouble> {
    serde_json::to_writer_pretty(&mut *out, value)?;
    Ok(out.write_all(b"\n")?)
}
