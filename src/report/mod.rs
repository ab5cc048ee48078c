//! Events and records to bytes: one file per format.
//!
//! In: [`Event`]s in the order they happened. Out: bytes on a stream or in a file. Never: a judgement, a request,
//! or a file that is only half there.

mod json;
mod junit;
mod terminal;

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

impl FromStr for Format {
    type Err = ReportError;

    fn from_str(text: &str) -> Result<Self, ReportError> {
        match text {
            "terminal" => Ok(Self::Terminal),
            "json" => Ok(Self::Json),
            "junit" => Ok(Self::Junit),
            other => Err(ReportError::Format { given: other.to_owned(), hint: String::new() }),
        }
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
        let (format, path) = match text.split_once('=') {
            Some((format, path)) => (format, Some(PathBuf::from(path))),
            None => (text, None),
        };
        Ok(Self { format: format.parse()?, path })
    }
}

/// Makes a report ready, before the run starts: what cannot be written is known before the first request.
///
/// # Errors
/// When its file cannot be written.
pub fn open(spec: &Spec, style: Style) -> Result<Box<dyn Report>, ReportError> {
    Ok(match spec.format {
        Format::Terminal => Box::new(TerminalReport::new(std::io::stdout(), style)),
        Format::Json => Box::new(json::JsonReport::new(spec.path.clone())),
        Format::Junit => Box::new(junit::JunitReport::new(spec.path.clone())),
    })
}
