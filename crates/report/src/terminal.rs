//! Text for people: a line for each scenario as it ends, then what matters most, last.

use super::sink::Sink;
use super::styled_lines::{Paint, Style, StyledLines, paint_of};
use super::{Report, ReportError, safe_text, summary};
use indicatif::{ProgressBar, ProgressStyle};
use judge::verdict::{OutcomeKind, RunEvent, ScenarioRecord, TargetRecord};
use std::io::{self, Write};
use std::path::Path;

/// Longest name or reason in a line of its own, in characters.
const LONGEST: usize = 300;

/// Writes text for people to any stream.
#[derive(Debug)]
pub struct TerminalReport<W> {
    out: W,
    style: Style,
    bar: Option<ProgressBar>,
    /// Whether a run was begun whose record has not come.
    open: bool,
}

impl<W: Write + Send> TerminalReport<W> {
    /// A report onto `out`.
    #[must_use]
    pub fn new(out: W, style: Style) -> Self {
        Self { out, style, bar: None, open: false }
    }

    /// Writes lines without the progress bar between them.
    fn write(&mut self, lines: impl FnOnce(&mut StyledLines<'_>) -> io::Result<()>) -> Result<(), ReportError> {
        let (out, style) = (&mut self.out, self.style);
        let work = || lines(&mut StyledLines::new(out, style));
        let written = match &self.bar {
            Some(bar) => bar.suspend(work),
            None => work(),
        };
        Ok(written.and_then(|()| self.out.flush())?)
    }

    fn start(&mut self, target: &TargetRecord, scenarios: usize, seed: u64) -> Result<(), ReportError> {
        self.open = true;
        self.write(|page| {
            let (name, url) = (safe_text::line(&target.name, LONGEST), safe_text::line(&target.base_url, LONGEST));
            let name = if target.name == target.base_url { url } else { format!("{name} ({url})") };
            let profile = safe_text::line(&target.profile, LONGEST);
            page.paragraph(0, Paint::Plain, &format!("{name}, profile {profile}: {scenarios} scenarios, seed {seed}"))?;
            page.gap()
        })?;
        if self.style.progress {
            let bar = ProgressBar::new(scenarios as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:30} {pos}/{len} {elapsed} {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(std::time::Duration::from_millis(200));
            self.bar = Some(bar);
        }
        Ok(())
    }

    fn scenario(&mut self, scenario: &ScenarioRecord) -> Result<(), ReportError> {
        if let Some(bar) = &self.bar {
            bar.inc(1);
            if scenario.outcome.is_passed() {
                return Ok(());
            }
        }
        self.write(|page| scenario_line(page, scenario))
    }

    fn clear_bar(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }
}

/// `passed  0.12 s  Feature / Scenario [idp]`, and the reason where there is one.
fn scenario_line(page: &mut StyledLines<'_>, scenario: &ScenarioRecord) -> io::Result<()> {
    let kind = scenario.outcome.kind;
    let word = page.paint(paint_of(kind), &format!("{:16}", label(kind)));
    let seconds = scenario.duration_ms / 1000.0;
    let retried = if scenario.attempts > 1 { format!(" (attempt {})", scenario.attempts) } else { String::new() };
    page.raw(&format!("{word} {seconds:>7.2} s  {}{retried}", safe_text::line(&scenario.full_name(), LONGEST)))?;
    match &scenario.outcome.reason {
        // A failure is told of in full at the end.
        Some(reason) if kind != OutcomeKind::Failed => page.paragraph(28, Paint::Dim, reason),
        _ => Ok(()),
    }
}

fn label(kind: OutcomeKind) -> String {
    match kind {
        OutcomeKind::Failed | OutcomeKind::Bug => kind.to_string().to_uppercase(),
        other => other.to_string(),
    }
}

impl<W: Write + Send> Report for TerminalReport<W> {
    fn event(&mut self, event: &RunEvent) -> Result<(), ReportError> {
        match event {
            RunEvent::RunStarted { target, scenarios, seed } => self.start(target, *scenarios, *seed),
            RunEvent::ScenarioStarted { name } => {
                if let Some(bar) = &self.bar {
                    bar.set_message(safe_text::line(name, LONGEST));
                }
                Ok(())
            }
            RunEvent::ScenarioFinished(scenario) => self.scenario(scenario),
            RunEvent::Notice(notice) => self.write(|page| page.paragraph(0, Paint::Odd, &format!("note: {notice}"))),
            RunEvent::RunFinished(record) => {
                self.clear_bar();
                self.open = false;
                self.write(|page| summary::write(page, record))
            }
        }
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        self.clear_bar();
        if std::mem::take(&mut self.open) {
            self.write(|page| page.paragraph(0, Paint::Bad, "the run broke off before its record was made"))?;
        }
        Ok(self.out.flush()?)
    }
}

/// The same text into a file, whole when the run has ended.
#[derive(Debug)]
pub(super) struct FileReport {
    report: TerminalReport<Vec<u8>>,
    sink: Sink,
}

impl FileReport {
    pub(super) fn open(path: Option<&Path>, style: Style) -> Result<Self, ReportError> {
        // It may be printed later where somebody reads along.
        let style = Style { colour: false, progress: false, read_along: true, ..style };
        Ok(Self { report: TerminalReport::new(Vec::new(), style), sink: Sink::open(path)? })
    }
}

impl Report for FileReport {
    fn event(&mut self, event: &RunEvent) -> Result<(), ReportError> {
        self.report.event(event)
    }

    fn finish(&mut self) -> Result<(), ReportError> {
        self.report.finish()?;
        self.sink.put(&std::mem::take(&mut self.report.out))
    }
}
