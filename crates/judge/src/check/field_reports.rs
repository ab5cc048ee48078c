//! Failures that provisioning met in the field: what happened, how it shows, who reported it.
//!
//! In: `field_reports.toml`. Out: reports by id. Scenarios and faults name the report they were made from; a report without a scenario
//! says why. Never: a judgement.

use serde::Deserialize;
use std::fmt;
use std::sync::LazyLock;

/// How far a report is to be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    /// A field report or a merged fix describes the failure.
    Observed,
    /// A vendor's documentation describes the behaviour.
    Documented,
    /// A review or an audit of code found it; not seen in production.
    Reviewed,
    /// No report of its own: it follows from the RFC or from a neighbouring report.
    Derived,
}

impl fmt::Display for Trust {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Observed => "observed: a field report or a merged fix describes it",
            Self::Documented => "documented: a vendor's documentation describes it",
            Self::Reviewed => "reviewed: an audit of code found it, not seen in production",
            Self::Derived => "derived: from the RFC or a neighbouring report, without a report of its own",
        })
    }
}

/// One report.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FieldReport {
    /// Its id, for example `F095`: a tag of the scenarios that reproduce it.
    pub id: String,
    /// The failure, in one sentence.
    pub text: String,
    /// How it shows.
    pub seen: String,
    /// How far to trust it.
    pub known: Trust,
    /// Where it was read: addresses, or the titles of documents.
    pub sources: Vec<String>,
    /// Why no scenario reproduces it; absent where one does.
    #[serde(default)]
    pub unplayed: Option<String>,
}

#[derive(Deserialize)]
struct ReportsFile {
    report: Vec<FieldReport>,
}

/// The file is part of the program and a test reads it, so an unreadable one gives no reports rather than a panic.
static REPORTS: LazyLock<Vec<FieldReport>> = LazyLock::new(|| {
    let table = include_str!("field_reports.toml").parse::<toml::Table>();
    table.and_then(toml::Table::try_into::<ReportsFile>).map(|file| file.report).unwrap_or_default()
});

/// Every report, by id.
#[must_use]
pub fn reports() -> &'static [FieldReport] {
    &REPORTS
}

/// The report of that id, whatever its case.
#[must_use]
pub fn report(id: &str) -> Option<&'static FieldReport> {
    reports().iter().find(|report| report.id.eq_ignore_ascii_case(id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_reads_and_every_report_is_filled() {
        let table = include_str!("field_reports.toml").parse::<toml::Table>();
        let file = table.and_then(toml::Table::try_into::<ReportsFile>).map(|f| f.report.len());
        assert_eq!(file, Ok(227));
        for (number, report) in reports().iter().enumerate() {
            assert_eq!(report.id, format!("F{:03}", number + 1), "ids are in order and without a gap");
            let texts = [&report.text, &report.seen].into_iter().chain(&report.sources).chain(&report.unplayed);
            assert!(texts.into_iter().all(|text| !text.trim().is_empty()), "{}", report.id);
            assert!(!report.sources.is_empty(), "{}", report.id);
        }
        assert!(report("f095").is_some_and(|found| found.id == "F095") && report("F999").is_none());
    }
}
