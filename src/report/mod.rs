//! Events and records to bytes: one file per format.
//!
//! In: [`Event`]s in the order they happened. Out: bytes on a stream or in a file. Never: a judgement, a request,
//! or a file that is only half there.

mod ending;
mod json;
mod junit;
mod page;
mod sink;
mod terminal;
mod text;

pub use terminal::{Style, TerminalReport};

use crate::verdict::Event;
use std::path::PathBuf;
use std::str::FromStr;

/// Takes a run's events and writes one format.
pub trait Report: Send {
    /// Takes one event, in the order it happened.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn event(&mut self, event: &Event) -> Result<(), ReportError>;

    /// Ends the report. Called once, also after a run that broke off before its record was made.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn finish(&mut self) -> Result<(), ReportError>;
}

/// What can go wrong with a report.
#[derive(Debug, thiserror::Error)]
pub enum ReportError {
    /// No such format.
    #[error("`{given}` is no report format{hint}; use terminal, json or junit, as in --report json=FILE")]
    Format {
        /// What was given.
        given: String,
        /// `: did you mean ...?`, or nothing.
        hint: String,
    },
    /// A `=` without a file after it.
    #[error("--report {format}= names no file; write {format}=FILE, or {format} alone for standard output")]
    NoFile {
        /// The format.
        format: String,
    },
    /// A report's file cannot be written.
    #[error("report {} cannot be written: {source}; name a file in a folder that exists and may be written", path.display())]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Two reports would write to one place.
    #[error("two reports would write to {place}; give each a file of its own, as in --report json=FILE")]
    Clash {
        /// The file, or `standard output`.
        place: String,
    },
    /// The output was closed or is full.
    #[error("the report could not be written: {0}; check who reads the output, and the space left")]
    Output(#[from] std::io::Error),
    /// The record has no such form.
    #[error("the record could not be written as {format}: {why}; this is a defect of scimulate, please report it")]
    Encode {
        /// The format.
        format: &'static str,
        /// What the encoder said.
        why: String,
    },
}

/// A report's format.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for people.
    Terminal,
    /// The run record.
    Json,
    /// JUnit XML, for continuous integration.
    Junit,
}

/// The formats as the user writes them.
const FORMATS: &[(&str, Format)] = &[("terminal", Format::Terminal), ("json", Format::Json), ("junit", Format::Junit)];

impl FromStr for Format {
    type Err = ReportError;

    fn from_str(text: &str) -> Result<Self, ReportError> {
        if let Some((_, format)) = FORMATS.iter().find(|(name, _)| *name == text) {
            return Ok(*format);
        }
        let near = FORMATS.iter().map(|(name, _)| (strsim::jaro_winkler(name, &text.to_ascii_lowercase()), name));
        let hint = match near.max_by(|a, b| a.0.total_cmp(&b.0)) {
            Some((likeness, name)) if likeness > 0.7 => format!(": did you mean `{name}`?"),
            _ => String::new(),
        };
        Err(ReportError::Format { given: text.to_owned(), hint })
    }
}

/// A report as asked for: `terminal`, `json=FILE`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spec {
    /// The format.
    pub format: Format,
    /// The file; standard output without one.
    pub path: Option<PathBuf>,
}

impl FromStr for Spec {
    type Err = ReportError;

    fn from_str(text: &str) -> Result<Self, ReportError> {
        match text.split_once('=') {
            None => Ok(Self { format: text.parse()?, path: None }),
            Some((format, "")) => Err(ReportError::NoFile { format: format.to_owned() }),
            Some((format, path)) => Ok(Self { format: format.parse()?, path: Some(path.into()) }),
        }
    }
}

/// Makes a report ready, before the run starts: what cannot be written is known before the first request. An older
/// report in the file stays until the new one is whole.
///
/// # Errors
/// When its file cannot be written.
pub fn open(spec: &Spec, style: Style) -> Result<Box<dyn Report>, ReportError> {
    let path = spec.path.as_deref();
    Ok(match spec.format {
        Format::Terminal if path.is_some() => Box::new(terminal::FileReport::open(path, style)?),
        Format::Terminal => Box::new(TerminalReport::new(std::io::stdout(), style)),
        Format::Json => Box::new(json::JsonReport::open(path)?),
        Format::Junit => Box::new(junit::JunitReport::open(path)?),
    })
}

/// Makes several reports ready, each in a place of its own.
///
/// # Errors
/// When two would write to one place, or one cannot be written.
pub fn open_all(specs: &[Spec], style: Style) -> Result<Vec<Box<dyn Report>>, ReportError> {
    let place = |spec: &Spec| spec.path.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
    for (at, spec) in specs.iter().enumerate() {
        if specs[..at].iter().any(|earlier| place(earlier) == place(spec)) {
            let place = spec.path.as_ref().map_or("standard output".to_owned(), |path| path.display().to_string());
            return Err(ReportError::Clash { place });
        }
    }
    specs.iter().map(|spec| open(spec, style)).collect()
}
