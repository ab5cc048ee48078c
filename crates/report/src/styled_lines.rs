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
    /// Whether to list every scenario and print every finding, instead of one screen at the end.
    pub verbose: bool,
    /// Whether a service of continuous integration may read along: no line may be a command to it.
    pub read_along: bool,
}

impl Default for Style {
    fn default() -> Self {
        Self { colour: false, progress: false, width: 100, verbose: false, read_along: true }
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

    /// Columns there are.
    pub(super) fn width(&self) -> usize {
        self.style.width
    }

    /// A table: the first column bold, heads dim. Where the terminal is too narrow for it, each row is a paragraph.
    pub(super) fn table(&mut self, heads: &[&str], rows: &[Vec<String>]) -> io::Result<()> {
        let cell = |row: &[String], at: usize| safe_text::line(row.get(at).map_or("", String::as_str), 40);
        let widths: Vec<usize> = (0..heads.len())
            .map(|at| rows.iter().map(|row| cell(row, at).chars().count()).chain([heads[at].len()]).max().unwrap_or(0))
            .collect();
        if widths.iter().sum::<usize>() + 2 * widths.len() > self.style.width {
            for row in rows {
                let told: Vec<String> = (2..heads.len()).map(|at| format!("{} {}", heads[at], cell(row, at))).collect();
                let name = self.paint(Paint::Bold, &cell(row, 0));
                self.raw(&format!("{name}: {}", cell(row, 1)))?;
                self.paragraph(2, Paint::Dim, &told.join(", "))?;
            }
            return Ok(());
        }
        let line = |cells: Vec<String>| -> String {
            let padded =
                cells.iter().zip(&widths).enumerate().map(|(at, (cell, width))| {
                    if at < 2 { format!("{cell:width$}") } else { format!("{cell:>width$}") }
                });
            padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
        };
        let head = line(heads.iter().map(|head| (*head).to_owned()).collect());
        let head = self.paint(Paint::Dim, &head);
        self.raw(&head)?;
        for row in rows {
            let text = line((0..heads.len()).map(|at| cell(row, at)).collect());
            self.raw(&text)?;
        }
        Ok(())
    }

    /// An empty line, where there is none yet.
    pub(super) fn gap(&mut self) -> io::Result<()> {
        if std::mem::replace(&mut self.blank, true) { Ok(()) } else { writeln!(self.out) }
    }

    /// A heading close to what follows it.
    pub(super) fn title(&mut self, title: &str) -> io::Result<()> {
        let title = self.paint(Paint::Bold, &safe_text::line(title, VALUE));
        self.gap()?;
        self.raw(&title)
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

    /// A text beside a word, wrapped. Both are safe already.
    pub(super) fn block_at(&mut self, word: &str, safe: &str, paint: Paint) -> io::Result<()> {
        let indent = word.chars().count();
        for (at, line) in safe_text::wrap(safe, self.style.width.saturating_sub(indent)).iter().enumerate() {
            let head = if at == 0 { self.paint(Paint::Dim, word) } else { " ".repeat(indent) };
            let line = self.paint(paint, line);
            self.raw(&format!("{head}{line}"))?;
        }
        Ok(())
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
