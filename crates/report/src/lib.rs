//! Events and records to bytes: one file per format.
//!
//! In: [`RunEvent`]s in the order they happened. Out: bytes on a stream or in a file. Never: a judgement, a request,
//! a file that is only half there, or all exchanges of a run in memory: formats that show them are written bit by bit.

mod beside;
mod brief;
mod curl;
mod difference;
mod document;
mod events;
mod excerpt;
mod finding_page;
mod github;
mod har;
mod html;
mod inert_json;
mod json;
mod junit;
mod listing;
mod location;
mod markdown;
mod readers_table;
mod safe_text;
mod sarif;
mod sink;
mod styled_lines;
mod summary;
mod terminal;
mod verdict_text;

pub use beside::{Beside, RecordPlace};
pub use difference::Difference;
pub use listing::{ShowError, curl, list, show};
pub use styled_lines::Style;
pub use terminal::TerminalReport;
pub use verdict_text::counted;

use judge::verdict::RunEvent;
use std::path::PathBuf;
use std::str::FromStr;

/// Takes a run's events and writes one format.
pub trait Report: Send {
    /// Takes one event, in the order it happened.
    ///
    /// # Errors
    /// When the output cannot be written.
    fn event(&mut self, event: &RunEvent) -> Result<(), ReportError>;

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
    #[error("`{given}` is no report format{hint}; there are {known}, as in --report json=FILE")]
    Format {
        /// What was given.
        given: String,
        /// `: did you mean ...?`, or nothing.
        hint: String,
        /// The formats there are.
        known: String,
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
    /// Each event as it happens, a JSON object a line.
    Events,
    /// A document made when the run has ended.
    Document(&'static DocumentFormat),
}

/// A format that is one document.
#[derive(Debug)]
pub struct DocumentFormat {
    /// As the user writes it.
    pub name: &'static str,
    /// Whether it shows the exchanges of scenarios that passed, too.
    pub exchanges: bool,
    /// Whether on standard output it stands below the text for people instead of in its place.
    pub below_text: bool,
    make: document::Make,
}

impl PartialEq for DocumentFormat {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for DocumentFormat {}

/// The formats that are one document. A new one is a file with a `make`, and a line here.
static DOCUMENTS: &[DocumentFormat] = &[
    DocumentFormat { name: "json", exchanges: true, below_text: false, make: json::make },
    DocumentFormat { name: "junit", exchanges: false, below_text: false, make: junit::make },
    DocumentFormat { name: "sarif", exchanges: false, below_text: false, make: sarif::make },
    DocumentFormat { name: "github", exchanges: false, below_text: true, make: github::make },
    DocumentFormat { name: "markdown", exchanges: false, below_text: false, make: markdown::make },
    DocumentFormat { name: "har", exchanges: true, below_text: false, make: har::make },
    DocumentFormat { name: "html", exchanges: false, below_text: false, make: html::make },
];

impl Format {
    /// Every format there is.
    pub fn all() -> impl Iterator<Item = Self> {
        [Self::Terminal, Self::Events].into_iter().chain(DOCUMENTS.iter().map(Self::Document))
    }

    /// As the user writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Terminal => "terminal",
            Self::Events => "events",
            Self::Document(document) => document.name,
        }
    }

    /// Whether on standard output it stands below the text for people instead of in its place.
    #[must_use]
    pub fn below_text(self) -> bool {
        matches!(self, Self::Document(document) if document.below_text)
    }

    /// Whether it shows the exchanges of scenarios that passed, too.
    #[must_use]
    pub fn exchanges(self) -> bool {
        matches!(self, Self::Document(document) if document.exchanges)
    }
}

impl FromStr for Format {
    type Err = ReportError;

    fn from_str(text: &str) -> Result<Self, ReportError> {
        if let Some(format) = Self::all().find(|format| format.name() == text) {
            return Ok(format);
        }
        let near = scim::nearest(text, Self::all().map(Self::name));
        let hint = near.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default();
        let known: Vec<&str> = Self::all().map(Self::name).collect();
        Err(ReportError::Format { given: text.to_owned(), hint, known: known.join(", ") })
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
pub fn open(spec: &Spec, style: Style, beside: &Beside) -> Result<Box<dyn Report>, ReportError> {
    let path = spec.path.as_deref();
    Ok(match spec.format {
        Format::Terminal if path.is_some() => Box::new(terminal::FileReport::open(path, style, beside)?),
        Format::Terminal => Box::new(TerminalReport::new(std::io::stdout(), style).beside(beside.clone())),
        Format::Events => Box::new(events::EventReport::open(path)?),
        Format::Document(format) => Box::new(document::Document::open(path, format.name, format.make, beside)?),
    })
}

/// Makes several reports ready, each in a place of its own.
///
/// # Errors
/// When two would write to one place, or one cannot be written.
pub fn open_all(specs: &[Spec], style: Style, beside: &Beside) -> Result<Vec<Box<dyn Report>>, ReportError> {
    let place = |spec: &Spec| spec.path.as_ref().map(|path| std::path::absolute(path).unwrap_or_else(|_| path.clone()));
    let below = |spec: &Spec| spec.path.is_none() && spec.format.below_text();
    for (at, spec) in specs.iter().enumerate().filter(|(_, spec)| !below(spec)) {
        if specs[..at].iter().any(|earlier| !below(earlier) && place(earlier) == place(spec)) {
            let place = spec.path.as_ref().map_or("standard output".to_owned(), |path| path.display().to_string());
            return Err(ReportError::Clash { place });
        }
    }
    specs.iter().map(|spec| open(spec, style, beside)).collect()
}
