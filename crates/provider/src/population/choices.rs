//! What the RFCs leave open, as data.

use super::schema_edits::SchemaEdit;
use serde::Deserialize;
use std::sync::LazyLock;

/// Something the RFCs leave to the server.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Its name, in kebab-case.
    pub name: String,
    /// Where the RFCs leave it open.
    pub rfc: String,
    /// What is left open, in one line.
    pub text: String,
    /// Why no sentence of an RFC holds it, where none does: nobody knows then that such a server is sound.
    #[serde(default)]
    pub unverified: Option<String>,
    /// Why it is in no mixture and not played alone, but only where it is named.
    #[serde(default)]
    pub apart: Option<String>,
    /// The ways to settle it otherwise than the embedded provider does of itself.
    #[serde(rename = "departure")]
    pub departures: Vec<Departure>,
}

/// A way to settle a choice.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Departure {
    /// Its name, in kebab-case.
    pub name: String,
    /// The requirements it breaks, where it is not sound after all: known beforehand, and no wrong red.
    #[serde(default)]
    pub breaks: Vec<String>,
    /// The values of the behaviour that are other.
    #[serde(default)]
    pub(super) behaviour: toml::Table,
    /// What is other about the schemas.
    #[serde(default)]
    pub(super) schema: Vec<SchemaEdit>,
    /// What is other about requests and answers.
    #[serde(default)]
    pub(super) outside: toml::Table,
}

impl Departure {
    /// Whether the schemas say something else: a client that cannot read them takes the server for another than it is.
    #[must_use]
    pub fn edits_schemas(&self) -> bool {
        !self.schema.is_empty()
    }

    /// Whether no client can read the schemas.
    #[must_use]
    pub fn hides_schemas(&self) -> bool {
        let requests = self.outside.get("requests").and_then(toml::Value::as_table);
        let missing = requests.and_then(|requests| requests.get("missing")).and_then(toml::Value::as_array);
        missing.into_iter().flatten().any(|endpoint| endpoint.as_str() == Some("Schemas"))
    }
}

/// A server that keeps little.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Base {
    /// Its name, in kebab-case.
    pub name: String,
    /// What it does, in one line.
    pub text: String,
    #[serde(default)]
    schema: Vec<SchemaEdit>,
    #[serde(default)]
    outside: toml::Table,
}

impl Base {
    /// What makes it of the embedded provider.
    #[must_use]
    pub fn departure(&self) -> Departure {
        let Self { name, schema, outside, .. } = self.clone();
        Departure { name, breaks: Vec::new(), behaviour: toml::Table::new(), schema, outside }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct LossyFile {
    base: Vec<Base>,
}

/// As with the choices, a test reads the file.
static BASES: LazyLock<Vec<Base>> = LazyLock::new(|| {
    let table = include_str!("lossy.toml").parse::<toml::Table>();
    table.and_then(toml::Table::try_into::<LossyFile>).map(|file| file.base).unwrap_or_default()
});

/// Every server that keeps little, in the order of the file.
#[must_use]
pub fn bases() -> &'static [Base] {
    &BASES
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    choice: Vec<Choice>,
}

/// The file is part of the program and a test reads it, so an unreadable one gives no choices rather than a panic.
static CHOICES: LazyLock<Vec<Choice>> = LazyLock::new(|| read_all().unwrap_or_default());

fn read_all() -> Result<Vec<Choice>, toml::de::Error> {
    include_str!("choices.toml").parse().and_then(toml::Table::try_into::<File>).map(|file| file.choice)
}

/// Every choice, in the order of the file.
#[must_use]
pub fn choices() -> &'static [Choice] {
    &CHOICES
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::population::Server;
    use std::collections::BTreeSet;

    #[test]
    fn the_file_reads_and_no_name_stands_twice() {
        let all = read_all().unwrap();
        let names: BTreeSet<&String> = all.iter().map(|choice| &choice.name).collect();
        assert_eq!(names.len(), all.len());
        for choice in &all {
            let names: BTreeSet<&String> = choice.departures.iter().map(|departure| &departure.name).collect();
            assert!(!names.is_empty() && names.len() == choice.departures.len(), "{}", choice.name);
            assert!(choice.rfc.starts_with("RFC "), "{}: {}", choice.name, choice.rfc);
        }
    }

    #[test]
    fn there_are_forty_choices_and_ten_lossy_bases() {
        assert!(choices().len() >= 40, "{}", choices().len());
        let names: BTreeSet<&String> = bases().iter().map(|base| &base.name).collect();
        assert_eq!(names.len(), 10);
        let plain = Server::default();
        for base in bases() {
            let server = Server::with([&base.departure()]).unwrap_or_else(|e| panic!("{e}"));
            assert_ne!(server, plain, "{}", base.name);
        }
    }

    #[test]
    fn one_departure_hides_the_schemas_that_others_edit() {
        let all = || choices().iter().flat_map(|choice| &choice.departures);
        let hiding: Vec<&str> = all().filter(|d| d.hides_schemas()).map(|d| d.name.as_str()).collect();
        assert_eq!(hiding, ["no-schemas"]);
        assert!(all().filter(|d| d.edits_schemas()).count() > 20);
    }

    #[test]
    fn every_departure_makes_another_server() {
        let plain = Server::with([]).unwrap();
        for choice in choices() {
            for departure in &choice.departures {
                let server = Server::with([departure]).unwrap_or_else(|e| panic!("{}: {e}", choice.name));
                assert_ne!(server, plain, "{}={}", choice.name, departure.name);
            }
        }
    }
}
