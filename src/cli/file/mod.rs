//! `scimulate.toml` as written: tables and keys, read strictly.
//!
//! In: the file's text. Out: its tables, or an error with line, column and the nearest key there is. Never: what the
//! keys come to together (that is `settings`), a secret (the file has none, only where to find it).

mod operator;
mod secret;
mod target;
mod wrong;

pub(super) use operator::{ActionTable, HttpMethod, OperatorTable};
pub(super) use secret::{HeaderText, SecretTable};
pub(super) use target::{AuthKind, AuthTable, ClientAuth, ResourceKind, TargetTable};

use super::CommandError;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The file's name in the working folder.
pub(super) const NAME: &str = "scimulate.toml";

/// The whole file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct File {
    /// What every run is like unless said otherwise.
    #[serde(default)]
    pub run: RunTable,
    /// Servers by name.
    #[serde(default)]
    pub targets: BTreeMap<String, TargetTable>,
}

/// `[run]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunTable {
    pub target: Option<String>,
    pub profile: Option<String>,
    #[serde(rename = "for")]
    pub asked: Option<Vec<String>>,
    pub tags: Option<String>,
    pub idp: Option<Vec<String>>,
    pub jobs: Option<Jobs>,
    pub seed: Option<u64>,
    pub retries: Option<u32>,
    pub memory: Option<u32>,
    pub fail_fast: Option<bool>,
    pub timeout: Option<Span>,
    pub snapshots: Option<String>,
    pub snapshots_dir: Option<PathBuf>,
    pub report: Option<Vec<String>>,
}

/// A number of scenarios at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Jobs(pub u16);

impl<'de> Deserialize<'de> for Jobs {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let number = i64::deserialize(reader)?;
        let fitting = u16::try_from(number).ok().filter(|n| (1..=256).contains(n));
        fitting.map(Self).ok_or_else(|| D::Error::custom(format!("{number} is not in 1 to 256")))
    }
}

/// A duration such as `"90s"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(reader: D) -> Result<Self, D::Error> {
        let text = String::deserialize(reader)?;
        super::duration::read(&text).map(Self).map_err(|t| D::Error::custom(t.message))
    }
}

/// The file with its text, so that trouble can be shown where it stands.
#[derive(Debug, Default)]
pub(super) struct Source {
    /// Where it is; empty when there is none.
    pub path: PathBuf,
    text: String,
    /// What it says.
    pub file: File,
}

impl Source {
    /// The file named, or the one in the working folder, or none.
    ///
    /// # Errors
    /// When a file named cannot be read, or what was found is not as it should be.
    pub(super) fn find(named: Option<&Path>) -> Result<Self, CommandError> {
        let path = named.unwrap_or(Path::new(NAME));
        match std::fs::read_to_string(path) {
            Ok(text) => Self::parse(path, text),
            Err(error) if named.is_none() && error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(error) => {
                let hint = "`scimulate init` writes one";
                Err(CommandError::usage(format!("{} could not be read: {error}; {hint}", path.display())))
            }
        }
    }

    fn parse(path: &Path, text: String) -> Result<Self, CommandError> {
        match toml::from_str(&text) {
            Ok(file) => Ok(Self { path: path.to_owned(), text, file }),
            Err(error) => Err(CommandError::usage(wrong::told(path, &text, &error))),
        }
    }

    /// The error that something is wrong at a place of the file, with the line that stands there.
    pub(super) fn trouble(&self, at: usize, what: &str) -> CommandError {
        let line = wrong::excerpt(&self.text, at);
        CommandError::usage(format!("{}: {what}{line}", wrong::place(&self.path, &self.text, at)))
    }

    /// Where a key of a target stands, as the origin of a value.
    pub(super) fn origin(&self, key: &str) -> String {
        format!("{} {key}", self.path.display())
    }

    /// A path of the file, which is meant from the file's own folder.
    pub(super) fn beside(&self, path: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(path)
    }

    /// The target of that name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub(super) fn target(&self, name: &str) -> Result<&TargetTable, CommandError> {
        if let Some(target) = self.file.targets.get(name) {
            return Ok(target);
        }
        let names: Vec<&str> = self.file.targets.keys().map(String::as_str).collect();
        let meant =
            scim::nearest(name, names.iter().copied()).map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
        let there = match names.as_slice() {
            [] => format!("`{name}` is no base URL, and no target has a name: {NAME} names none"),
            _ => format!("no target is called `{name}`; {} names: {}", self.path.display(), names.join(", ")),
        };
        Err(CommandError::usage(format!("{there}{meant}; write it like https://host/scim/v2, or as a name of {NAME}")))
    }
}
