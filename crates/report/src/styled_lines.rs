//! Lines of text for people: colours, columns and wrapping in one place.

use super::safe_text;
use judge::verdict::OutcomeKind;
use scim::printable::without_commands;
use std::io::{self, Write};

/// Width of the column of labels.
const LABEL: usize = 10;
/// Longest value of a label, in characters.
const VALUE: usize = 1_000;

/// How the text looks; the caller knows the terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether to use colours.
    pub colour: bool,
    /// Whether to show a progress bar on standard error instead of a line for each scenario that passed.
    pub progress: bool,
    /// Columns to wrap at.
    pub width: usize,
    /// Whether a service of continuous integration may read along: no line may be a command to it.
    pub read_along: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, progress: false, width: 100, read_along: true }
    }
}

/// How a piece of text is marked where colours are used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Paint {
    Plain,
    Bold,
    Dim,
    Good,
    Bad,
    Odd,
}

/// The colour of an ending.
pub(super) fn paint_of(kind: OutcomeKind) -> Paint {
    match kind {
        OutcomeKind::Passed => Paint::Good,
        OutcomeKind::Failed | OutcomeKind::Bug => Paint::Bad,
        OutcomeKind::Blocked | OutcomeKind::TimedOut | OutcomeKind::Interrupted => Paint::Odd,
        OutcomeKind::Skipped | OutcomeKind::NotReached | OutcomeKind::ExpectedFailure => Paint::Dim,
    }
}

/// Writes lines in a style.
pub(super) struct StyledLines<'a> {
    out: &'a mut dyn Write,
    style: Style,
    /// Whether the last line written is empty: two in a row say no more than one.
    blank: bool,
}

impl<'a> StyledLines<'a> {
    pub(super) fn new(out: &'a mut dyn Write, style: Style) -> Self {
        Self { out, style, blank: false }
    }

    /// Text that is marked, or left as it is without colours. The text itself is safe already.
    pub(super) fn paint(&self, paint: Paint, safe: &str) -> String {
        let code = match paint {
            _ if !self.style.colour || safe.is_empty() => return safe.to_owned(),
            Paint::Plain => return safe.to_owned(),
            Paint::Bold => "1",
            Paint::Dim => "2",
            Paint::Good => "32",
            Paint::Bad => "1;31",
            Paint::Odd => "33",
        };
        format!("\u{1b}[{code}m{safe}\u{1b}[0m")
    }

    /// A line made of parts that are safe already.
    pub(super) fn raw(&mut self, safe: &str) -> io::Result<()> {
        self.blank = false;
        // As it stands in the end: a line may begin where a longer one was broken.
        let safe = if self.style.read_along { without_commands(safe) } else { safe.into() };
        writeln!(self.out, "{safe}")
    }

    /// An empty line, where there is none yet.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.blank, true) { Ok(()) } else { writeln!(self.out) }
    }

    /// A heading, with an empty line before and after it.
    pub(super) fn heading(&mut self, title: &str) -> io::Result<()> {
        let title = self.paint(Paint::Bold, &safe_text::line(title, VALUE));
        self.gap()?;
        self.raw(&title)?;
        self.gap()
    }

    /// A paragraph, wrapped, each line indented.
    pub(super) fn paragraph(&mut self, indent: usize, paint: Paint, given: &str) -> io::Result<()> {
        for line in safe_text::wrap(&safe_text::line(given, VALUE), self.style.width.saturating_sub(indent)) {
            let line = self.paint(paint, &line);
            self.raw(&format!("{:indent$}{line}", ""))?;
        }
        Ok(())
    }

    /// `label   value`, wrapped beside the label; nothing when the value is empty.
    pub(super) fn labelled(&mut self, label: &str, given: &str) -> io::Result<()> {
        if given.is_empty() {
            return Ok(());
        }
        self.block(label, &[safe_text::line(given, VALUE)])
    }

    /// Lines beside a label, each wrapped. They are safe already.
    pub(super) fn block(&mut self, label: &str, safe: &[String]) -> io::Result<()> {
        let indent = 3 + LABEL;
        let mut label = label;
        for line in safe {
            for line in safe_text::wrap(line, self.style.width.saturating_sub(indent)) {
                let head = self.paint(Paint::Dim, &format!("{label:LABEL$}"));
                self.raw(format!("   {head}{line}").trim_end())?;
                label = "";
            }
        }
        Ok(())
    }
}
