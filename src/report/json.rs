//! The run record as json.

use super::{Report, ReportError};
use crate::verdict::Event;
use std::path::PathBuf;

/// Writes json.
#[derive(Debug)]
pub(super) struct JsonReport {
    path: Option<PathBuf>,
}

impl JsonReport {
    /// A report into a file, or onto standard output.
    #[must_use]
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self { path }
    }
}

impl Report for JsonReport {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        let _ = (event, &self.path);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(())
    }
}
