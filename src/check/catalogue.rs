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

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// What looks like an id in the text of a check, its tests left out.
    fn ids_in(text: &str) -> BTreeSet<String> {
        let code = text.split("#[cfg(test)]\nmod tests").next().unwrap();
        let words = code.split('"').skip(1).step_by(1);
        let is_id = |w: &&str| {
            ["RFC76", "HTTP-", "IDP-", "HAZARD-"].iter().any(|p| w.starts_with(p))
                && w.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
        };
        words.filter(is_id).map(str::to_owned).collect()
    }

    fn used(dir: &Path, out: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used(&path, out);
            } else if path.extension().is_some_and(|e| e == "rs") && !path.ends_with("testing.rs") {
                out.extend(ids_in(&std::fs::read_to_string(&path).unwrap()));
            }
        }
    }

    #[test]
    fn checks_and_catalogue_name_the_same_requirements() {
        let mut by_checks = BTreeSet::new();
        used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check"), &mut by_checks);
        for pattern in ["RFC76", "HTTP-", "IDP-", "HAZARD-"] {
            by_checks.remove(pattern);
        }
        let listed: BTreeSet<String> = all().map(|r| r.id.clone()).collect();
        assert!(read().is_ok(), "{:?}", read());
        assert_eq!(by_checks.difference(&listed).collect::<Vec<_>>(), Vec::<&String>::new(), "not in the catalogue");
        assert_eq!(listed.difference(&by_checks).collect::<Vec<_>>(), Vec::<&String>::new(), "no check uses it");
    }

    /// The text of all tests of this room, white space taken out.
    fn tests_in(dir: &Path, out: &mut String) {
        for entry in std::fs::read_dir(dir).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                tests_in(&path, out);
            } else if let Some((_, tests)) = std::fs::read_to_string(&path).unwrap().split_once("mod tests {") {
                out.extend(tests.chars().filter(|c| !c.is_whitespace()));
            }
        }
    }

    #[test]
    fn every_requirement_is_seen_to_hold_and_to_fail() {
        let mut tests = String::new();
        tests_in(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src/check"), &mut tests);
        let never_red = |id: &str| {
            !["Hazard", "Violation", "Warning"].iter().any(|weight| tests.contains(&format!("\"{id}\",{weight})")))
        };
        let never_green = |id: &str| !tests.contains(&format!("\"{id}\")")) && !tests.contains(&format!("\"{id}\",);"));
        let red: Vec<&str> = all().map(|r| r.id.as_str()).filter(|id| never_red(id)).collect();
        let green: Vec<&str> = all().map(|r| r.id.as_str()).filter(|id| never_green(id)).collect();
        assert_eq!((red, green), (Vec::new(), Vec::new()), "no test turns these red, or green");
    }

    #[test]
    fn ids_stand_once_and_every_entry_is_filled() {
        let file: File = toml::from_str(include_str!("requirements.toml")).unwrap();
        assert_eq!(file.requirement.len(), all().count(), "an id stands twice");
        for r in all() {
            assert!(![&r.text, &r.why, &r.remedy, &r.topic].iter().any(|t| t.trim().is_empty()), "{}", r.id);
            assert_eq!(r.id.starts_with("HAZARD-"), r.level == Level::Hazard, "{}", r.id);
            assert_eq!(r.id.starts_with("IDP-"), r.level == Level::Idp, "{}", r.id);
        }
    }
}
