//! The run record as JSON. Its shape is in `docs/record.schema.json`.

use super::sink::Sink;
use super::{Report, ReportError};
use crate::verdict::Event;
use std::path::Path;

/// Writes the record when the run has ended.
#[derive(Debug)]
pub(super) struct JsonReport {
    sink: Sink,
}

impl JsonReport {
    /// A report into a file, or onto standard output.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, ReportError> {
        Ok(Self { sink: Sink::open(path)? })
    }
}

impl Report for JsonReport {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        let Event::RunFinished(record) = event else { return Ok(()) };
        let mut bytes = serde_json::to_vec_pretty(record)
            .map_err(|error| ReportError::Encode { format: "json", why: error.to_string() })?;
        bytes.push(b'\n');
        self.sink.put(&bytes)
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(())
    }
}
