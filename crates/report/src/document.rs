//! Formats that are one document, made from the record when the run has ended.

use super::sink::Sink;
use super::{Report, ReportError};
use judge::verdict::{RunEvent, RunRecord};
use std::path::Path;

/// Makes the document; an `Err` says what the encoder said.
pub(super) type Make = fn(&RunRecord) -> Result<Vec<u8>, String>;

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
        let bytes = (self.make)(record).map_err(|why| ReportError::Encode { format: self.format, why })?;
        self.sink.put(&bytes)
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(())
    }
}

/// A value as JSON text that ends its line.
pub(super) fn json(value: &impl serde::Serialize) -> Result<Vec<u8>, String> {
    let mut bytes = serde_json::to_vec_pretty(value).map_err(|error| error.to_string())?;
    bytes.push(b'\n');
    Ok(bytes)
}
