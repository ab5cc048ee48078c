//! The catalogue of requirements: those that checks prove, with why they matter and what to change, and by RFC all
//! the others, which scenarios prove by their tags or nothing does, with the reason.
//!
//! Nothing is read before it is asked for: a run without a finding parses none of the files.

use crate::verdict::{Place, Reader, Severity};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt;
use std::sync::LazyLock;

/// How binding a requirement is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
pub enum Level {
    /// MUST, MUST NOT, SHALL, REQUIRED (RFC 2119).
    #[serde(rename = "MUST", alias = "MUST NOT")]
    Must,
    /// SHOULD, SHOULD NOT, RECOMMENDED (RFC 2119).
    #[serde(rename = "SHOULD", alias = "SHOULD NOT")]
    Should,
    /// MAY, OPTIONAL (RFC 2119): what follows where the choice was made.
    #[serde(rename = "MAY")]
    May,
    /// Beyond the RFC: an IdP cannot work without it.
    #[serde(rename = "IDP")]
    Idp,
    /// Data is lost, shown to the wrong person, or success is claimed without effect.
    #[serde(rename = "HAZARD")]
    Hazard,
    /// Advice for clients that no RFC gives.
    #[serde(rename = "ADVICE")]
    Advice,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Must => "MUST",
            Self::Should => "SHOULD",
            Self::May => "MAY",
            Self::Idp => "IDP",
            Self::Hazard => "HAZARD",
            Self::Advice => "ADVICE",
        })
    }
}

/// Of whom a requirement asks something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Side {
    /// The service provider.
    #[default]
    Server,
    /// The client.
    Client,
    /// Both.
    Both,
}

/// What shows that a requirement holds or does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof<'a> {
    /// A check, on every exchange it applies to.
    Check,
    /// Scenarios that carry its id as a tag.
    Scenarios,
    /// What a client sends, where one is graded.
    Grade,
    /// Nothing yet, though something could; with what is missing.
    Open(&'a str),
    /// Nothing, for this reason.
    Nothing(&'a str),
}

/// One requirement.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Requirement {
    /// Its id, for example `RFC7644-3.3-07` (RFC, section, number), `IDP-ENTRA-01`, `HAZARD-GROUP-EMPTIED`.
    pub id: String,
    /// How binding it is.
    pub level: Level,
    /// Of whom it asks something.
    #[serde(default)]
    pub side: Side,
    /// What it is about, one word.
    pub topic: String,
    /// What has to hold, in one sentence.
    pub text: String,
    /// Which IdP breaks on it, and how; that of the topic where the requirement has none of its own.
    #[serde(default)]
    pub why: String,
    /// What to change on the server; that of the topic where the requirement has none of its own.
    #[serde(default)]
    pub remedy: String,
    /// What was seen where it does not hold, with `{request}`, `{status}`, `{attribute}`, `{expected}` and `{seen}` in it; put
    /// together from the finding where it has none.
    #[serde(default)]
    pub title: Option<String>,
    /// Weight where it is not the one that follows from the level: letter of the RFC and harm differ there.
    #[serde(default)]
    weight: Option<Severity>,
    /// Whom it breaks besides those that its kind breaks: an IdP that a rule of the RFC stops in its own exchanges, or the RFCs
    /// where a hazard is against one of their rules too.
    #[serde(default)]
    pub breaks: Vec<Reader>,
    /// Who says so.
    #[serde(default)]
    pub because: String,
    /// Why nothing proves it.
    #[serde(default)]
    unproven: Option<String>,
    /// Why nothing proves it yet, though something could.
    #[serde(default)]
    open: Option<String>,
    /// Of what is held against clients: which of their tasks show it, by name; empty where every request does.
    #[serde(default)]
    pub of: Vec<String>,
    /// Whether a check proves it.
    #[serde(skip)]
    checked: bool,
    /// Whether clients are held to it.
    #[serde(skip)]
    graded: bool,
    /// Whether `remedy` is that of its topic: good advice for the subject, and not for each of its cases.
    #[serde(skip)]
    general: bool,
}

impl Requirement {
    /// How much a finding of this requirement weighs.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.weight.unwrap_or(match self.level {
            Level::Must | Level::Idp => Severity::Violation,
            Level::Should | Level::May | Level::Advice => Severity::Warning,
            Level::Hazard => Severity::Hazard,
        })
    }

    /// What to change where it did not hold at a place. What is expected there is always true; the advice of a whole topic is not.
    #[must_use]
    pub fn remedy_at(&self, place: &Place, expected: &str) -> String {
        if !self.general || expected.is_empty() {
            return self.remedy.clone();
        }
        match place {
            Place::Status => format!("Answer this request with {expected}."),
            Place::Header(name) => format!("Send the header {name} with {expected}."),
            Place::Body(pointer) if pointer.is_empty() => format!("Answer this request with {expected}."),
            Place::Body(pointer) => format!("Show {expected} at {pointer}."),
            Place::State(_) => format!("Keep the rule: {}", self.text),
            Place::Sent(_) => format!("Send {expected}."),
        }
    }

    /// What shows that it holds or does not.
    #[must_use]
    pub fn proof(&self) -> Proof<'_> {
        match (&self.unproven, &self.open) {
            _ if self.checked => Proof::Check,
            (Some(_), _) if self.graded => Proof::Grade,
            _ if self.graded && self.side == Side::Client => Proof::Grade,
            (Some(reason), _) => Proof::Nothing(reason),
            (None, Some(reason)) => Proof::Open(reason),
            (None, None) => Proof::Scenarios,
        }
    }
}

#[derive(Deserialize)]
struct RequirementsFile {
    requirement: Vec<Requirement>,
}

/// Why the requirements of a topic matter, and what to change.
#[derive(Deserialize)]
struct TopicText {
    why: String,
    remedy: String,
}

type ById = BTreeMap<String, Requirement>;

fn read(text: &str) -> Result<ById, toml::de::Error> {
    let file: RequirementsFile = text.parse().and_then(toml::Table::try_into)?;
    Ok(file.requirement.into_iter().map(|r| (r.id.clone(), r)).collect())
}

fn topics() -> Result<BTreeMap<String, TopicText>, toml::de::Error> {
    include_str!("requirements/topics.toml").parse().and_then(toml::Table::try_into)
}

// A catalogue that cannot be read is caught by the tests below, before anybody meets an empty one.
static CHECKED: LazyLock<ById> = LazyLock::new(|| {
    let mut all = read(include_str!("requirements.toml")).unwrap_or_default();
    all.values_mut().for_each(|r| r.checked = true);
    all
});

/// What no check proves, file by file: the RFC's number in the ids, and the text.
const FILES: &[(&str, &str)] = &[
    ("RFC7643", include_str!("requirements/7643.toml")),
    ("RFC7644", include_str!("requirements/7644.toml")),
    ("RFC9865", include_str!("requirements/9865.toml")),
    ("RFC9967", include_str!("requirements/9967.toml")),
    ("", include_str!("requirements/drafts.toml")),
];

/// What clients are held to, by id: of a clause that binds both sides, the client's half.
static OF_CLIENTS: LazyLock<ById> = LazyLock::new(|| {
    let mut all = read(include_str!("requirements/client.toml")).unwrap_or_default();
    all.values_mut().for_each(|r| (r.graded, r.side) = (true, Side::Client));
    all
});

static OTHERS: LazyLock<Vec<ById>> = LazyLock::new(|| {
    let topics = topics().unwrap_or_default();
    let filled = |text: &str| {
        let mut file = read(text).unwrap_or_default();
        for requirement in file.values_mut() {
            requirement.graded = OF_CLIENTS.contains_key(&requirement.id);
            if let Some(topic) = topics.get(&requirement.topic) {
                let put = |own: &mut String, of: &str| {
                    if own.is_empty() {
                        of.clone_into(own);
                    }
                };
                requirement.general = requirement.remedy.is_empty();
                put(&mut requirement.why, &topic.why);
                put(&mut requirement.remedy, &topic.remedy);
            }
        }
        file
    };
    FILES.iter().map(|(_, text)| filled(text)).collect()
});

/// The requirement of that id: as it binds servers, where it does.
#[must_use]
pub fn get(id: &str) -> Option<&'static Requirement> {
    of_servers(id).or_else(|| of_client(id))
}

fn of_servers(id: &str) -> Option<&'static Requirement> {
    CHECKED.get(id).or_else(|| OTHERS.iter().find_map(|file| file.get(id)))
}

/// The requirement of that id as it binds clients.
#[must_use]
pub fn of_client(id: &str) -> Option<&'static Requirement> {
    OF_CLIENTS.get(id)
}

/// What clients are held to, by id.
pub fn of_clients() -> impl Iterator<Item = &'static Requirement> {
    OF_CLIENTS.values()
}

/// The requirements that checks prove, by id.
pub fn checked() -> impl Iterator<Item = &'static Requirement> {
    CHECKED.values()
}

/// All requirements, each id once.
#[must_use]
pub fn all() -> Vec<&'static Requirement> {
    let own = OF_CLIENTS.values().filter(|r| of_servers(&r.id).is_none());
    let mut all: Vec<_> = CHECKED.values().chain(OTHERS.iter().flat_map(BTreeMap::values)).chain(own).collect();
    all.sort_by_key(|r| order(&r.id));
    all
}

/// An id's place in a list: sections and numbers count as numbers.
fn order(id: &str) -> Vec<Vec<(u32, &str)>> {
    id.split('-').map(|part| part.split('.').map(|n| (n.parse().unwrap_or(u32::MAX), n)).collect()).collect()
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
            ["RFC76", "RFC98", "HTTP-", "IDP-", "HAZARD-"].iter().any(|p| w.starts_with(p))
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
        for pattern in ["RFC76", "RFC98", "RFC7643", "RFC7644", "RFC9865", "RFC9967", "HTTP-", "IDP-", "HAZARD-"] {
            by_checks.remove(pattern);
        }
        let listed: BTreeSet<String> = checked().map(|r| r.id.clone()).collect();
        let file = read(include_str!("requirements.toml"));
        assert!(file.is_ok(), "{file:?}");
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
        let red: Vec<&str> = checked().map(|r| r.id.as_str()).filter(|id| never_red(id)).collect();
        let green: Vec<&str> = checked().map(|r| r.id.as_str()).filter(|id| never_green(id)).collect();
        assert_eq!((red, green), (Vec::new(), Vec::new()), "no test turns these red, or green");
    }

    #[test]
    fn ids_stand_once_and_every_entry_is_filled() {
        let texts = FILES.iter().map(|(_, text)| *text).chain([include_str!("requirements.toml")]);
        let entries: usize = texts
            .map(|t| t.parse::<toml::Table>().unwrap().try_into::<RequirementsFile>().unwrap().requirement.len())
            .sum();
        assert!(topics().is_ok(), "{:?}", topics().err());
        let ids: BTreeSet<&str> = all().iter().map(|r| r.id.as_str()).collect();
        let own = of_clients().filter(|r| of_servers(&r.id).is_none()).count();
        assert_eq!((entries + own, all().len()), (ids.len(), ids.len()), "an id stands twice");
        assert!(read(include_str!("requirements/client.toml")).is_ok_and(|all| all.len() == of_clients().count()));
        for r in all() {
            assert!(![&r.text, &r.why, &r.remedy, &r.topic].iter().any(|t| t.trim().is_empty()), "{}", r.id);
            assert_eq!(r.id.starts_with("HAZARD-"), r.level == Level::Hazard, "{}", r.id);
            assert_eq!(r.id.starts_with("IDP-"), r.level == Level::Idp, "{}", r.id);
            assert_eq!(r.id.starts_with("CLIENT-"), r.level == Level::Advice, "{}", r.id);
            assert_eq!(r.breaks.is_empty(), r.because.is_empty(), "{}: whom it breaks needs a source", r.id);
            assert!(get(&r.id).is_some_and(|found| found == r), "{}", r.id);
        }
        for ((prefix, _), file) in FILES.iter().zip(OTHERS.iter()) {
            assert!(file.keys().all(|id| id.starts_with(prefix)), "an id stands in another RFC's file than {prefix}");
        }
    }

    #[test]
    fn ids_are_in_the_order_of_sections() {
        let before = |a, b| assert!(order(a) < order(b), "{a} {b}");
        before("RFC7644-3.5.2-07", "RFC7644-3.10-01");
        before("RFC7643-7-48", "RFC7643-7-E8435");
        before("RFC7644-3.5.2-36", "RFC7644-3.5.2.1-01");
    }
}
