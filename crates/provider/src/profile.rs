//! Profiles: what is known of one product, where from, and what is not.
//!
//! In: TOML, built in or a file of the user's. Out: a behaviour with its sources, or an error with its place.
//! Never: a default that passes for knowledge: what no source gives is listed as unknown.

use super::behaviour::Behaviour;
use scim::nearest;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::Path;

/// What is known of one product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// The product, in one line.
    pub title: String,
    /// What it does where products differ; what is not given is as the RFCs have it.
    #[serde(default)]
    pub behaviour: Behaviour,
    /// Where the values come from.
    #[serde(default, rename = "source")]
    pub sources: Vec<Source>,
    /// What no source gives, a sentence each.
    #[serde(default)]
    pub unknown: Vec<String>,
    /// Where sources contradict each other, and which one was followed.
    #[serde(default)]
    pub conflicts: Vec<String>,
    /// What is known, and this service does not do.
    #[serde(default)]
    pub not_modelled: Vec<String>,
}

/// Where some of a profile's values come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The values, as paths below `behaviour`.
    pub of: Vec<String>,
    /// How sure it is.
    pub confidence: Confidence,
    /// The document.
    pub text: String,
}

/// How sure a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Confidence {
    /// The vendor, or the standard, says so.
    Documented,
    /// Seen on the wire of the real product.
    Captured,
    /// A maintainer or an employee says so.
    Stated,
    /// A single weak source, or sources that differ.
    Unverified,
    /// No source; chosen here because something has to be done.
    Chosen,
}

impl Confidence {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Documented => "documented",
            Self::Captured => "captured",
            Self::Stated => "stated",
            Self::Unverified => "unverified",
            Self::Chosen => "chosen",
        }
    }
}

/// Why a profile could not be had.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("profile {name}: {why}{}", did_you_mean.as_ref().map(|n| format!("; did you mean {n}?")).unwrap_or_default())]
pub struct BadProfile {
    /// The profile's name, or its file.
    pub name: String,
    /// What is wrong, and where.
    pub why: String,
    /// The nearest name there is, when one is near.
    pub did_you_mean: Option<String>,
}

const BUILT_IN: &[(&str, &str)] = &[
    ("rfc", include_str!("profiles/rfc.toml")),
    ("strict", include_str!("profiles/strict.toml")),
    ("alation", include_str!("profiles/alation.toml")),
    ("atlan", include_str!("profiles/atlan.toml")),
    ("aws-identity-center", include_str!("profiles/aws-identity-center.toml")),
    ("databricks", include_str!("profiles/databricks.toml")),
    ("github-emu", include_str!("profiles/github-emu.toml")),
    ("gitlab", include_str!("profiles/gitlab.toml")),
    ("slack", include_str!("profiles/slack.toml")),
    ("snowflake", include_str!("profiles/snowflake.toml")),
    ("zscaler", include_str!("profiles/zscaler.toml")),
];

/// The names of the built-in profiles.
pub fn profiles() -> impl Iterator<Item = &'static str> {
    BUILT_IN.iter().map(|(name, _)| *name)
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// When it is not TOML, or names a field or a value that does not exist.
    pub fn parse(name: &str, text: &str) -> Result<Self, BadProfile> {
        toml::from_str(text).map_err(|error| BadProfile {
            name: name.to_owned(),
            why: error.to_string().trim_end().to_owned(),
            did_you_mean: meant(error.message()),
        })
    }

    /// The built-in profile of that name.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn built_in(name: &str) -> Result<Self, BadProfile> {
        match BUILT_IN.iter().find(|(known, _)| *known == name) {
            Some((_, text)) => Self::parse(name, text),
            None => {
                let names: Vec<_> = profiles().collect();
                let why = format!("there is none of that name, nor a file; there are: {}", names.join(", "));
                Err(BadProfile {
                    name: name.to_owned(),
                    why,
                    did_you_mean: nearest(name, profiles()).map(str::to_owned),
                })
            }
        }
    }

    /// The built-in profile of that name, or that of a file: whatever looks like a path is one.
    ///
    /// # Errors
    /// When there is no such name or file, or the file is no profile.
    pub fn named(name: &str) -> Result<Self, BadProfile> {
        let is_path = name.contains(['/', '\\']) || Path::new(name).extension().is_some_and(|e| e == "toml");
        if !is_path {
            return Self::built_in(name);
        }
        let unread = |e: std::io::Error| BadProfile { name: name.to_owned(), why: e.to_string(), did_you_mean: None };
        Self::parse(name, &std::fs::read_to_string(name).map_err(unread)?)
    }

    /// Everything known, for a reader: each value that differs from the RFCs' with where it comes from.
    #[must_use]
    pub fn describe(&self, name: &str) -> String {
        let mut text = format!("{name}  {}\n", self.title);
        let values = self.values();
        for source in &self.sources {
            for path in &source.of {
                let value = values.iter().find(|(known, _)| known == path).map(|(_, value)| value.as_str());
                let value = value.unwrap_or("as the RFCs have it");
                let _infallible =
                    writeln!(text, "    {path} = {value}  [{}: {}]", source.confidence.as_str(), source.text);
            }
        }
        for (label, lines) in
            [("unknown", &self.unknown), ("conflict", &self.conflicts), ("not modelled", &self.not_modelled)]
        {
            for line in lines {
                let _infallible = writeln!(text, "    {label}: {line}");
            }
        }
        text
    }

    /// The values that are not the default, as paths and TOML.
    #[must_use]
    pub fn values(&self) -> Vec<(String, String)> {
        let table = |behaviour: &Behaviour| toml::Table::try_from(behaviour).unwrap_or_default();
        let mut found = Vec::new();
        differing("", &table(&self.behaviour), &table(&Behaviour::default()), &mut found);
        found
    }
}

fn differing(prefix: &str, own: &toml::Table, default: &toml::Table, found: &mut Vec<(String, String)>) {
    for (name, value) in own {
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}.{name}") };
        match (value, default.get(name)) {
            (value, Some(same)) if same == value => {}
            // One level of tables holds fields; a table below it is a value.
            (toml::Value::Table(own), Some(toml::Value::Table(default))) if prefix.is_empty() => {
                differing(&path, own, default, found);
            }
            (value, _) => found.push((path, value.to_string())),
        }
    }
}

/// What a reader's message about an unknown field or value offers in its place.
fn meant(message: &str) -> Option<String> {
    let mut words = message.split('`').skip(1).step_by(2);
    let wrong = words.next()?;
    message.starts_with("unknown ").then(|| nearest(wrong, words).map(str::to_owned)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_rfc_profile_is_the_default() {
        assert_eq!(Profile::built_in("rfc").unwrap().behaviour, Behaviour::default());
    }

    #[test]
    fn every_value_of_a_profile_has_a_source_and_every_source_a_value() {
        for name in profiles() {
            let profile = Profile::built_in(name).unwrap_or_else(|e| panic!("{e}"));
            let values: BTreeSet<String> = profile.values().into_iter().map(|(path, _)| path).collect();
            let sourced: Vec<String> = profile.sources.iter().flat_map(|s| s.of.clone()).collect();
            for value in &values {
                assert_eq!(sourced.iter().filter(|s| *s == value).count(), 1, "{name}: source of {value}");
            }
            let template = toml::Table::try_from(&profile.behaviour).unwrap();
            for path in &sourced {
                let known =
                    path.split('.').try_fold(toml::Value::Table(template.clone()), |at, key| at.get(key).cloned());
                assert!(known.is_some(), "{name}: {path} is no value");
            }
            assert!(name == "rfc" || name == "strict" || !profile.unknown.is_empty(), "{name} knows everything?");
            for line in profile.unknown.iter().chain(&profile.conflicts).chain(&profile.not_modelled) {
                assert!(line.ends_with('.'), "{name}: a sentence, please: {line}");
            }
        }
    }

    #[test]
    fn trouble_has_a_place_and_a_suggestion() {
        let error = Profile::parse("x", "title = \"x\"\n[behaviour]\ngroup_name_unike = true\n").unwrap_err();
        assert_eq!(error.did_you_mean.as_deref(), Some("group_name_unique"));
        assert!(error.to_string().contains("line 3, column 1"), "{error}");
        let error = Profile::parse("x", "title = \"x\"\n[behaviour]\ndelete_user = \"deactivat\"\n").unwrap_err();
        assert_eq!(error.did_you_mean.as_deref(), Some("deactivate"), "{error}");
        assert!(Profile::parse("x", "title = \"x\"\nbehaviour.faults = {}").is_err(), "no profile sets a fault");
        let error = Profile::named("gitlap").unwrap_err();
        assert_eq!(error.did_you_mean.as_deref(), Some("gitlab"));
        assert!(Profile::named("no/such.toml").unwrap_err().to_string().contains("no/such.toml"));
    }
}
