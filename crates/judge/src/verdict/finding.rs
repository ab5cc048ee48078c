//! A finding: one requirement that did not hold, with its evidence.

use super::reader::Reader;
use serde::{Deserialize, Serialize};
use std::fmt;

/// How much a finding weighs. Ordered: the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Data is lost, shown to the wrong person, or success is claimed without effect: wrong for everybody.
    Hazard,
    /// A MUST or MUST NOT does not hold, or an IdP cannot work with the server.
    Violation,
    /// A SHOULD does not hold; shown, but the exit code stays 0.
    Warning,
}

impl Severity {
    /// Whether a finding of this severity fails its scenario.
    #[must_use]
    pub fn fails(self) -> bool {
        self <= Self::Violation
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hazard => "hazard",
            Self::Violation => "violation",
            Self::Warning => "warning",
        })
    }
}

/// How sure it is that an IdP sends what a requirement of its own is about, by the best source. The surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// Requests of the product itself were recorded.
    Recorded,
    /// The vendor's own test tools send it, or ask for it.
    VendorTest,
    /// The vendor's documentation shows it.
    Documented,
    /// One source shows it, and another contradicts it.
    Contradicted,
}

impl fmt::Display for Confidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Recorded => "recorded",
            Self::VendorTest => "vendor test",
            Self::Documented => "documented",
            Self::Contradicted => "contradicted",
        })
    }
}

/// Where in an exchange, or in the target's state, the requirement did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase", tag = "kind", content = "at")]
pub enum Place {
    /// The status line.
    Status,
    /// A response header, by its lower-case name.
    Header(String),
    /// A JSON pointer (RFC 6901) into the answer's body; empty for the whole body.
    Body(String),
    /// The target's state as an independent read shows it; says what was read.
    State(String),
    /// What a client sent, where clients are graded: a JSON pointer into the request's body, `header NAME`, or the part of the URL.
    Sent(String),
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Status => f.write_str("status"),
            Self::Header(name) => write!(f, "header {name}"),
            Self::Body(pointer) if pointer.is_empty() => f.write_str("body"),
            Self::Body(pointer) => write!(f, "body at {pointer}"),
            Self::State(what) => write!(f, "state: {what}"),
            Self::Sent(pointer) if pointer.is_empty() => f.write_str("request: body"),
            Self::Sent(pointer) if pointer.starts_with('/') => write!(f, "request: body at {pointer}"),
            Self::Sent(what) => write!(f, "request: {what}"),
        }
    }
}

/// One requirement that did not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// Id of the requirement, for example `RFC7644-3.3-05`; its text stands in the check's catalogue.
    pub requirement: String,
    /// The requirement in one sentence.
    pub text: String,
    /// How much it weighs.
    pub severity: Severity,
    /// For whom it is blocking; empty where it fails nothing, and in records of older writers.
    #[serde(default)]
    pub breaks: Vec<Reader>,
    /// Of an IdP's need: how sure it is that the IdP has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<Confidence>,
    /// Index into the scenario's exchanges of the one that shows it; absent for state read over many.
    pub exchange: Option<usize>,
    /// Where it shows.
    pub place: Place,
    /// What the requirement asks for, in the terms of this exchange.
    pub expected: String,
    /// What came instead.
    pub seen: String,
    /// Why it matters: which real IdP breaks on it, and how.
    pub why: String,
    /// What to change on the server, or in the client where one is graded.
    pub remedy: String,
}
