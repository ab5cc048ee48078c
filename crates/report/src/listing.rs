//! What a record holds, printed without a run: a list of its findings, one of them whole, or as `curl` commands.

use super::beside::{Beside, RecordPlace};
use super::brief::one_line;
use super::curl::script;
use super::finding_page::{self, Extent};
use super::styled_lines::{Paint, Style, StyledLines};
use super::{brief, readers_table, safe_text};
use judge::verdict::{Evidence, FindingSummary, Reader, RunRecord, concerning, evidence};
use std::io::{self, Write};

/// Most findings in a list.
const LISTED: usize = 2_000;

/// Why a finding of a record cannot be shown.
#[derive(Debug, thiserror::Error)]
pub enum ShowError {
    /// No finding has the number.
    #[error("the record has no finding #{number}; it has {known}")]
    NoSuch {
        /// The number.
        number: u32,
        /// `none`, or `#1 to #87`.
        known: String,
    },
    /// Its exchanges were not kept.
    #[error("the record kept no exchange of #{number}; run again with --report json=FILE, which keeps them")]
    NoExchange {
        /// The number.
        number: u32,
    },
    /// It could not be written.
    #[error("it could not be written: {0}")]
    Output(#[from] io::Error),
}

/// Lists a record: its verdict, and every finding on a line; with a reader those that concern it, what is blocking first.
///
/// # Errors
/// When it cannot be written.
pub fn list(
    record: &RunRecord,
    file: Option<&str>,
    reader: Option<&Reader>,
    style: Style,
    out: &mut dyn Write,
) -> Result<(), ShowError> {
    let page = &mut StyledLines::new(out, style);
    page.paragraph(0, Paint::Plain, &safe_text::line(&of_which_run(record), 300))?;
    brief::verdicts(page, record)?;
    let all = || record.findings.iter();
    match reader {
        None => lines(page, "Findings", all())?,
        Some(reader) => {
            let (name, concerns) = (readers_table::name(reader), concerning(&record.scenarios, reader));
            let of = |s: &FindingSummary| concerns.get(&(s.requirement.clone(), s.severity, s.place.clone())).copied();
            lines(page, &format!("Blocking for {name}"), all().filter(|s| of(s) == Some(true)))?;
            let rest = match reader {
                Reader::Idp(_) => format!("Limits: {name} meets them and goes on"),
                _ => format!("Other findings that concern {name}"),
            };
            lines(page, &rest, all().filter(|s| of(s) == Some(false)))?;
        }
    }
    let place = file.map_or(RecordPlace::LastRun, |file| RecordPlace::File(file.to_owned()));
    let beside = Beside { record: Some(place), html: None };
    let first = record.findings.first().map(|summary| summary.number);
    page.gap()?;
    if let Some(show) = beside.command("show", first).filter(|_| first.is_some()) {
        page.paragraph(0, Paint::Plain, &format!("next: `{show}` shows one whole"))?;
    }
    Ok(())
}

/// Findings under a heading, a line each.
fn lines<'r>(
    page: &mut StyledLines<'_>,
    heading: &str,
    findings: impl Iterator<Item = &'r FindingSummary>,
) -> io::Result<()> {
    page.heading(heading)?;
    let mut count = 0;
    for summary in findings {
        count += 1;
        if count <= LISTED {
            one_line(page, summary)?;
        }
    }
    match count {
        0 => page.paragraph(0, Paint::Plain, "none"),
        many if many > LISTED => page.paragraph(0, Paint::Plain, &format!("and {} more", many - LISTED)),
        _ => Ok(()),
    }
}

/// When the run was, and of which target: the last run may have been somebody else's.
fn of_which_run(record: &RunRecord) -> String {
    let target = &record.target;
    format!("{} of {} ({})", record.started_at, target.name, target.base_url)
}

/// Shows one finding whole, with every exchange.
///
/// # Errors
/// When the record has none of that number, or it cannot be written.
pub fn show(record: &RunRecord, number: u32, style: Style, out: &mut dyn Write) -> Result<(), ShowError> {
    let (summary, evidence) = found(record, number)?;
    let page = &mut StyledLines::new(out, style);
    page.paragraph(0, Paint::Dim, &safe_text::line(&of_which_run(record), 300))?;
    // A line of the causes is numbered by its first finding, and may say more than that one alone.
    let cause = record.causes.iter().find(|cause| cause.findings.contains(&number));
    if let Some(cause) = cause.filter(|cause| cause.title != summary.title) {
        let with = cause.findings.len() - 1;
        let others = match with {
            0 => String::new(),
            1 => " (with 1 other finding)".to_owned(),
            with => format!(" (with {with} other findings)"),
        };
        page.paragraph(0, Paint::Plain, &safe_text::line(&format!("cause: {}{others}", cause.title), 400))?;
    }
    finding_page::write(page, &summary, &evidence, Extent::Whole)?;
    Ok(())
}

/// Writes the requests of one finding as `curl` commands. `token` names the variable that holds the token.
///
/// # Errors
/// When the record has none of that number or none of its exchanges, or it cannot be written.
pub fn curl(record: &RunRecord, number: u32, token: &str, out: &mut dyn Write) -> Result<(), ShowError> {
    let (summary, evidence) = found(record, number)?;
    let script = script(&summary, &evidence, token).ok_or(ShowError::NoExchange { number })?;
    Ok(out.write_all(script.as_bytes())?)
}

fn found(record: &RunRecord, number: u32) -> Result<(FindingSummary, Evidence<'_>), ShowError> {
    let summary = record.findings.iter().find(|summary| summary.number == number);
    let evidence = summary.and_then(|s| evidence(&record.scenarios, std::slice::from_ref(s)).pop().flatten());
    match (summary, evidence) {
        (Some(summary), Some(evidence)) => Ok((summary.clone(), evidence)),
        _ => {
            let known = match record.findings.len() {
                0 => "none".to_owned(),
                1 => "#1".to_owned(),
                many => format!("#1 to #{many}"),
            };
            Err(ShowError::NoSuch { number, known })
        }
    }
}
