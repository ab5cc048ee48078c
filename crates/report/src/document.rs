//! Formats that are one document, made from the record when the run has ended.

use super::beside::Beside;
use super::inert_json::Inert;
use super::sink::{Sink, Trouble};
use super::{Report, ReportError};
use judge::verdict::{RunEvent, RunRecord};
use std::io::Write;
use std::path::Path;

/// How a document is made: bit by bit, since those that show exchanges may be more than fits into memory.
pub(super) type Make = fn(&RunRecord, &Beside, &mut dyn Write) -> Result<(), Trouble>;

/// Writes one document when the run has ended.
#[derive(Debug)]
pub(super) struct Document {
    sink: Sink,
    format: &'static str,
    make: Make,
    beside: Beside,
}

impl Document {
    /// A document into a file, or onto standard output.
    pub(super) fn open(
        path: Option<&Path>,
        format: &'static str,
        make: Make,
        beside: &Beside,
    ) -> Result<Self, ReportError> {
        Ok(Self { sink: Sink::open(path)?, format, make, beside: beside.clone() })
    }
}

impl Report for Document {
    fn event(&mut self, event: &RunEvent) -> Result<(), ReportError> {
        let RunEvent::RunFinished(record) = event else { return Ok(()) };
        let (make, beside) = (self.make, &self.beside);
        self.sink.write(self.format, |out| make(record, beside, out))
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(())
    }
}

/// A value as JSON text that ends its line, written bit by bit.
pub(super) fn json(value: &impl serde::Serialize, out: &mut dyn Write) -> Result<(), Trouble> {
    serde_json::to_writer_pretty(Inert::same(out), value)?;
    Ok(out.write_all(b"\n")?)
}
