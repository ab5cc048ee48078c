//! The vocabulary as a reader sees it: each sentence with its meaning and an example, read from the very source of the
//! definitions, so that the two cannot drift apart.

use super::catalogue::Role;
use include_dir::{Dir, include_dir};

static DEFINITIONS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/src/step/sentences");

/// One sentence of the vocabulary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// What it is for.
    pub role: Role,
    /// Its Cucumber Expression, for example `{idp} assigns {people}`.
    pub expression: String,
    /// What it means.
    pub meaning: String,
    /// An example, without its keyword.
    pub example: String,
    /// The subject: the name of the file it is defined in.
    pub subject: String,
}

/// Every sentence, by subject in file order.
#[must_use]
pub fn sentences() -> Vec<Sentence> {
    let mut files: Vec<_> = DEFINITIONS.files().collect();
    files.sort_by_key(|f| f.path());
    files
        .into_iter()
        .flat_map(|file| {
            let subject = file.path().file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
            read(&subject, file.contents_utf8().unwrap_or_default())
        })
        .collect()
}

/// Reads the doc comment and the attribute of each definition.
fn read(subject: &str, source: &str) -> Vec<Sentence> {
    let mut found = Vec::new();
    let mut doc: Vec<&str> = Vec::new();
    let mut above = 0;
    let mut lines = source.lines();
    while let Some(line) = lines.next() {
        let line = line.trim();
        if let Some(text) = line.strip_prefix("///") {
            doc.push(text.trim());
            continue;
        }
        let role = [("#[given(", Role::Given), ("#[when(", Role::When), ("#[then(", Role::Then)]
            .into_iter()
            .find_map(|(start, role)| line.starts_with(start).then_some(role));
        let Some(role) = role else {
            doc.clear();
            above = 0;
            continue;
        };
        let mut attribute = line.to_owned();
        while !attribute.trim_end().ends_with(")]") {
            match lines.next() {
                Some(more) => attribute.push_str(more.trim()),
                None => break,
            }
        }
        let (examples, meaning): (Vec<&str>, Vec<&str>) = doc.iter().partition(|l| l.starts_with("Example: "));
        // A function that serves two roles has an example for each, in the order of its attributes.
        let example = examples.get(above).or(examples.last()).and_then(|l| l.strip_prefix("Example: "));
        above += 1;
        found.push(Sentence {
            role,
            expression: expression(&attribute),
            meaning: meaning.join(" ").trim().to_owned(),
            example: example.unwrap_or_default().to_owned(),
            subject: subject.to_owned(),
        });
    }
    found
}

/// The string literal after `expr =`, its escapes undone.
fn expression(attribute: &str) -> String {
    let Some((_, literal)) = attribute.split_once("expr = ") else { return String::new() };
    let raw = literal.trim_start_matches(['r', '#']).trim_start_matches('"');
    let end = raw.rfind('"').unwrap_or(raw.len());
    raw[..end].replace("\\\"", "\"").replace("\\\\", "\\")
}

/// A sentence with what stands in quotes, and numbers, left out: what makes two sentences alike.
pub(super) fn without_values(text: &str) -> String {
    let mut out = String::new();
    for (n, part) in text.split('"').enumerate() {
        if n % 2 == 0 {
            out.extend(part.chars().filter(|c| !c.is_ascii_digit()));
        } else {
            out.push('_');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::super::World;
    use super::super::catalogue::{Catalogue, Phrase};
    use super::*;
    use cucumber::codegen::WorldInventory;
    use cucumber::codegen::inventory;

    #[test]
    fn every_definition_has_a_meaning_and_an_example_that_binds_to_it_alone() {
        let catalogue = Catalogue::new();
        for s in sentences() {
            assert!(!s.meaning.is_empty() && !s.example.is_empty() && !s.expression.is_empty(), "{s:?}");
            let phrase = Phrase { role: s.role, text: &s.example, table: None, doc: None };
            assert!(catalogue.bind(phrase).is_ok(), "{}: {:?}", s.example, catalogue.bind(phrase));
        }
    }

    #[test]
    fn the_source_names_as_many_definitions_as_the_binary_has() {
        let compiled = inventory::iter::<<World as WorldInventory>::Given>.into_iter().count()
            + inventory::iter::<<World as WorldInventory>::When>.into_iter().count()
            + inventory::iter::<<World as WorldInventory>::Then>.into_iter().count();
        assert_eq!(sentences().len(), compiled);
    }
}
