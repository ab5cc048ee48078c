//! One cause of what a run found, as the record has it. How causes are found: `causes`, beside.

use super::finding::Severity;
use super::reader::Reader;
use serde::{Deserialize, Serialize};

/// Findings that have one place to be mended at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// What was seen, in one line.
    pub title: String,
    /// Id of the requirement that most of it is about.
    pub requirement: String,
    /// The worst of its findings.
    pub severity: Severity,
    /// The kind of request that it shows at, for example `PATCH /Groups, members`; empty where it shows at several kinds, or none was kept.
    pub request: String,
    /// Its findings, by their numbers.
    pub findings: Vec<u32>,
    /// Failing scenarios that would pass with its findings excused, and those of the causes before it.
    pub explains: usize,
    /// Scenarios that were skipped or blocked because of it.
    pub holds_back: usize,
    /// Failing scenarios in which it shows.
    pub seen_in: usize,
    /// For whom one of its findings is blocking.
    #[serde(default)]
    pub breaks: Vec<Reader>,
}
