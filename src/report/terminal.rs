//! Text for people.

use super::{Report, ReportError};
use crate::verdict::Event;
use std::io::Write;

/// How the text looks; the caller knows the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours.
    pub colour: bool,
    /// Whether to show a progress bar on standard error instead of one line per scenario.
    pub progress: bool,
    /// Columns to wrap at.
    pub width: usize,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, progress: false, width: 100 }
    }
}

/// Writes text for people to any stream.
#[derive(Debug)]
pub struct TerminalReport<W> {
    out: W,
    style: Style,
}

impl<W: Write + Send> TerminalReport<W> {
    /// A report onto `out`.
    #[must_use]
    pub fn new(out: W, style: Style) -> Self {
        Self { out, style }
    }
}

impl<W: Write + Send> Report for TerminalReport<W> {
    fn event(&mut self, event: &Event) -> Result<(), ReportError> {
        let _ = (event, self.style);
        Ok(())
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        Ok(self.out.flush()?)
    }
}
