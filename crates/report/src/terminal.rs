//! Text for people: how far a run is, then one screen about what matters; in full where that was asked for.

use super::beside::Beside;
use super::sink::Sink;
use super::styled_lines::{Paint, Style, StyledLines, paint_of};
use super::{Report, ReportError, brief, safe_text, summary};
use indicatif::{ProgressBar, ProgressStyle};
use judge::verdict::{OutcomeKind, RunEvent, ScenarioRecord, TargetRecord};
use std::io::{self, Write};
use std::path::Path;
use std::time::{Duration, Instant};

/// Longest name or reason in a line of its own, in characters.
const LONGEST: usize = 300;
/// How often a run says how far it is where it has no progress bar.
const EVERY: Duration = Duration::from_secs(60);

/// Writes text for people to any stream.
#[derive(Debug)]
pub struct TerminalReport<W> {
    out: W,
    style: Style,
    beside: Beside,
    bar: Option<ProgressBar>,
    progress: Progress,
    /// Whether a run was begun whose record has not come.
    open: bool,
}

/// How far a run is.
#[derive(Debug, Default)]
struct Progress {
    scenarios: usize,
    ended: usize,
    failed: usize,
    told: Option<Instant>,
}

impl Progress {
    /// `14 failed`.
    fn red(&self) -> String {
        if self.failed == 0 { String::new() } else { format!("{} failed", self.failed) }
    }

    /// A line about it, where none was written for a while.
    fn line(&mut self) -> Option<String> {
        let now = Instant::now();
        if now.duration_since(*self.told.get_or_insert(now)) < EVERY {
            return None;
        }
        self.told = Some(now);
        let red = if self.failed == 0 { String::new() } else { format!(", {}", self.red()) };
        Some(format!("{} of {} scenarios{red}", self.ended, self.scenarios))
    }
}

impl<W: Write + Send> TerminalReport<W> {
    /// A report onto `out`.
    #[must_use]
    pub fn new(out: W, style: Style) -> Self {
        Self { out, style, beside: Beside::default(), bar: None, progress: Progress::default(), open: false }
    }

    /// The same, with the other reports to point to.
    #[must_use]
    pub fn beside(self, beside: Beside) -> Self {
        Self { beside, ..self }
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
        self.progress = Progress { scenarios, told: Some(Instant::now()), ..Progress::default() };
        let verbose = self.style.verbose;
        self.write(|page| {
            let (name, url) = (safe_text::line(&target.name, LONGEST), safe_text::line(&target.base_url, LONGEST));
            let name = if target.name == target.base_url { url } else { format!("{name} ({url})") };
            let profile = safe_text::line(&target.profile, LONGEST);
            page.paragraph(0, Paint::Plain, &format!("{name}, profile {profile}: {scenarios} scenarios, seed {seed}"))?;
            if verbose { page.gap() } else { Ok(()) }
        })?;
        if self.style.progress {
            let bar = ProgressBar::new(scenarios as u64);
            if let Ok(style) = ProgressStyle::with_template("{bar:20} {pos}/{len} {elapsed} {prefix} {wide_msg}") {
                bar.set_style(style);
            }
            bar.enable_steady_tick(Duration::from_millis(200));
            self.bar = Some(bar);
        }
        Ok(())
    }

    fn scenario(&mut self, scenario: &ScenarioRecord) -> Result<(), ReportError> {
        self.progress.ended += 1;
        self.progress.failed += usize::from(matches!(scenario.outcome.kind, OutcomeKind::Failed | OutcomeKind::Bug));
        if let Some(bar) = &self.bar {
            bar.inc(1);
            bar.set_prefix(self.progress.red());
            if scenario.outcome.is_passed() {
                return Ok(());
            }
        }
        if self.style.verbose {
            return self.write(|page| scenario_line(page, scenario));
        }
        match self.progress.line().filter(|_| self.bar.is_none()) {
            Some(line) => self.write(|page| page.paragraph(0, Paint::Dim, &line)),
            None => Ok(()),
        }
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
                let (verbose, beside) = (self.style.verbose, self.beside.clone());
                self.write(|page| {
                    if verbose { summary::write(page, record, &beside) } else { brief::write(page, record, &beside) }
                })
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
    pub(super) fn open(path: Option<&Path>, style: Style, beside: &Beside) -> Result<Self, ReportError> {
        // It may be printed later where somebody reads along. A file has room for everything.
        let style = Style { colour: false, progress: false, read_along: true, verbose: true, ..style };
        Ok(Self { report: TerminalReport::new(Vec::new(), style).beside(beside.clone()), sink: Sink::open(path)? })
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
