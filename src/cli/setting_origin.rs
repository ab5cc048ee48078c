//! Where a setting's value comes from: defaults < `scimulate.toml` < environment < flags.
//!
//! Of the file, a target's own key counts before the same key of `[run]`. Each choice is remembered, for `--show-settings`.

use super::CommandError;
use super::file::Source;
use scim::nearest;
use std::fmt::Write as _;

/// What every variable of ours begins with.
const PREFIX: &str = "SCIMULATE_";
/// Variables that are no settings of a run.
const OTHERS: &[&str] = &["SCIMULATE_TOKEN", "SCIMULATE_ADMIN_TOKEN", "SCIMULATE_CONFIG"];

/// The values offered for one setting, the strongest first.
pub(super) struct Offers<T> {
    /// As a flag.
    pub flag: Option<T>,
    /// In the target's table, with the key's path there.
    pub target: Option<(T, &'static str)>,
    /// In `[run]`.
    pub run: Option<T>,
    /// Otherwise.
    pub default: T,
}

/// One setting as it was decided.
#[derive(Debug)]
struct Decided {
    key: String,
    value: String,
    origin: String,
}

/// The decisions so far.
pub(super) struct Layers<'a> {
    source: &'a Source,
    target: Option<&'a str>,
    decided: Vec<Decided>,
}

impl<'a> Layers<'a> {
    /// Nothing decided yet.
    pub(super) fn new(source: &'a Source) -> Self {
        Self { source, target: None, decided: Vec::new() }
    }

    /// From now on keys of the file are those of this target.
    pub(super) fn at(&mut self, target: &'a str) {
        self.target = Some(target);
    }

    /// Decides a setting. The environment is asked for `SCIMULATE_` and the key in capitals; `read` reads its text.
    ///
    /// # Errors
    /// When the variable is set to what is no such value.
    pub(super) fn pick<T>(
        &mut self,
        key: &'static str,
        offers: Offers<T>,
        read: impl Fn(&str) -> Result<T, String>,
        show: impl Fn(&T) -> String,
    ) -> Result<T, CommandError> {
        let variable = format!("{PREFIX}{}", key.to_ascii_uppercase());
        let text = std::env::var(&variable).ok().filter(|t| !t.trim().is_empty());
        let typed = text.as_deref().map(|text| read(text.trim())).transpose();
        let typed = typed.map_err(|why| CommandError::usage(format!("environment variable {variable}: {why}")))?;
        let (value, origin) = match (offers.flag, typed, offers.target, offers.run) {
            (Some(value), ..) => (value, format!("flag --{}", key.replace('_', "-"))),
            (_, Some(value), ..) => (value, format!("env {variable}")),
            (_, _, Some((value, path)), _) => (value, self.in_target(path)),
            (_, _, _, Some(value)) => (value, self.source.origin(&format!("run.{key}"))),
            _ => (offers.default, "default".to_owned()),
        };
        self.show(key, show(&value), origin);
        Ok(value)
    }

    /// Where a key of the target stands.
    pub(super) fn in_target(&self, path: &str) -> String {
        self.source.origin(&format!("targets.{}.{path}", self.target.unwrap_or_default()))
    }

    /// Says where a setting comes from that is not as it should be; what was typed needs no such word.
    ///
    /// # Errors
    /// With that origin in front.
    pub(super) fn sound<T>(&self, key: &str, read: Result<T, impl std::fmt::Display>) -> Result<T, CommandError> {
        let origin = self.origin(key).filter(|origin| !origin.starts_with("flag "));
        read.map_err(|why| CommandError::usage(origin.map_or_else(|| why.to_string(), |o| format!("{o}: {why}"))))
    }

    /// Where a setting decided before comes from.
    pub(super) fn origin(&self, key: &str) -> Option<&str> {
        self.decided.iter().rev().find(|d| d.key == key).map(|d| d.origin.as_str())
    }

    /// Notes a setting that is decided elsewhere.
    pub(super) fn show(&mut self, key: &str, value: String, origin: String) {
        self.decided.push(Decided { key: key.to_owned(), value, origin });
    }

    /// Every setting with its value and where that comes from.
    pub(super) fn table(&self) -> String {
        let width = |of: fn(&Decided) -> &str| self.decided.iter().map(|d| of(d).chars().count()).max().unwrap_or(0);
        let (keys, values) = (width(|d| &d.key), width(|d| &d.value).min(60));
        let mut text = String::new();
        for d in &self.decided {
            let _a_string_takes_all = writeln!(text, "{:keys$}  {:values$}  {}", d.key, d.value, d.origin);
        }
        text
    }
}

/// Refuses a variable whose name is nearly one of ours: it would be passed over in silence.
///
/// # Errors
/// With the name that was meant.
pub(super) fn misspelt_variables<'a>(keys: impl Iterator<Item = &'a str>, wanted: &[&str]) -> Result<(), CommandError> {
    let mut known: Vec<String> = keys.map(|k| format!("{PREFIX}{}", k.to_ascii_uppercase())).collect();
    known.extend(OTHERS.iter().map(|o| (*o).to_owned()));
    for (name, _) in std::env::vars_os() {
        let Some(name) = name.to_str().filter(|n| n.starts_with(PREFIX)) else { continue };
        if known.iter().any(|k| k == name) || wanted.contains(&name) {
            continue;
        }
        let own = name.strip_prefix(PREFIX).unwrap_or_default();
        let keys = known.iter().map(|k| k.strip_prefix(PREFIX).unwrap_or_default());
        if let Some(near) = nearest(own, keys) {
            return Err(CommandError::usage(format!(
                "environment variable {name} is no setting; did you mean `{PREFIX}{near}`?"
            )));
        }
    }
    Ok(())
}
