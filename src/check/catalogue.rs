//! The requirements that checks prove, with why they matter and what to change.

use crate::verdict::Severity;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

/// How binding a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Level {
    /// MUST, MUST NOT, SHALL, REQUIRED (RFC 2119).
    #[serde(rename = "MUST")]
    Must,
    /// SHOULD, SHOULD NOT, RECOMMENDED (RFC 2119).
    #[serde(rename = "SHOULD")]
    Should,
    /// Beyond the RFC: an IdP cannot work without it.
    #[serde(rename = "IDP")]
    Idp,
    /// Data is lost, shown to the wrong person, or success is claimed without effect.
    #[serde(rename = "HAZARD")]
    Hazard,
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its id, for example `RFC7644-3.3-07` (RFC, section, number), `IDP-ENTRA-01`, `HAZARD-GROUP-EMPTIED`.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// What it is about, one word.
    pub topic: String,
    /// What has to hold, in one sentence.
    pub text: String,
    /// Which IdP breaks on it, and how.
    pub why: String,
    /// What to change on the server.
    pub remedy: String,
    /// Weight where it is not the one that follows from the level: letter of the RFC and harm differ there.
    #[serde(default)]
    weight: Option<Severity>,
}

impl Requirement {
    /// How much a finding of this requirement weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.weight.unwrap_or(match self.level {
            Level::Must | Level::Idp => Severity::Violation,
            Level::Should => Severity::Warning,
            Level::Hazard => Severity::Hazard,
        })
    }
}

#[derive(Deserialize)]
struct File {
    requirement: Vec<Requirement>,
}

fn read() -> Result<BTreeMap<String, Requirement>, toml::de::Error> {
    let file: File = toml::from_str(include_str!("requirements.toml"))?;
    Ok(file.requirement.into_iter().map(|r| (r.id.clone(), r)).collect())
}

// A catalogue that cannot be read is caught by the test below, before anybody meets an empty one.
static ALL: LazyLock<BTreeMap<String, Requirement>> = LazyLock::new(|| read().unwrap_or_default());

/// The requirement of that id.
#[must_use]
pub fn get(id: &str) -> Option<&'static Requirement> {
    ALL.get(id)
}

/// All requirements, by id.
pub fn all() -> impl Iterator<Item = &'static Requirement> {
    ALL.values()
}
