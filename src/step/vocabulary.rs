//! The vocabulary as a reader sees it: each sentence with its meaning and an example. The table is made from the definitions'
//! own comments and attributes when the program is built, so that the two cannot drift apart.

include!(concat!(env!("OUT_DIR"), "/vocabulary.rs"));

/// What a sentence is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Sets the stage.
    Given,
    /// Does something.
    When,
    /// Expects something.
    Then,
}

/// One sentence of the vocabulary.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sentence {
    /// What it is for.
    pub role: Role,
    /// Its Cucumber Expression, for example `{idp} assigns {people}`.
    pub expression: &'static str,
    /// What it means.
    pub meaning: &'static str,
    /// An example, without its keyword.
    pub example: &'static str,
    /// The subject: the name of the file it is defined in.
    pub subject: &'static str,
}

/// Every sentence, by subject in file order.
#[must_use]
pub fn sentences() -> &'static [Sentence] {
    SENTENCES
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
            let phrase = Phrase { role: s.role, text: s.example, table: None, doc: None };
            assert!(catalogue.bind(phrase).is_ok(), "{}: {:?}", s.example, catalogue.bind(phrase));
        }
    }

    #[test]
    fn the_table_has_as_many_sentences_as_the_binary_has_definitions() {
        let compiled = inventory::iter::<<World as WorldInventory>::Given>.into_iter().count()
            + inventory::iter::<<World as WorldInventory>::When>.into_iter().count()
            + inventory::iter::<<World as WorldInventory>::Then>.into_iter().count();
        assert_eq!(sentences().len(), compiled);
    }
}
