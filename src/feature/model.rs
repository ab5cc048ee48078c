//! Scenarios as plain data.

use std::collections::BTreeSet;
use std::sync::Arc;

/// One feature file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// File as the user would open it.
    pub file: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The prose under the name, trimmed.
    pub description: String,
    /// Its scenarios in file order, outlines expanded to one scenario per example row.
    pub scenarios: Vec<Scenario>,
}

/// One scenario, or one example row of an outline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// File as the user would open it.
    pub file: Arc<str>,
    /// Line of the scenario, or of its example row, from 1.
    pub line: usize,
    /// Name of the feature.
    pub feature: Arc<str>,
    /// Its name, placeholders filled in.
    pub name: String,
    /// Tags of feature, rule, scenario and examples, without `@`.
    pub tags: BTreeSet<String>,
    /// Its steps, the background's first.
    pub steps: Vec<Step>,
    /// How many of the steps are the background's.
    pub background: usize,
}

impl Scenario {
    /// The products whose behaviour the scenario expects (`@profile/alation`).
    pub fn profiles(&self) -> impl Iterator<Item = &str> {
        self.tags.iter().filter_map(|tag| tag.strip_prefix("profile/"))
    }
}

/// What a step is for: `And` and `But` take the kind of the step before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum StepKind {
    /// Sets the stage.
    Given,
    /// Does something.
    When,
    /// Expects something.
    Then,
}

/// One step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// Its kind.
    pub kind: StepKind,
    /// Keyword as written, for example `And`.
    pub keyword: String,
    /// Text after the keyword.
    pub text: String,
    /// Line in the file, from 1.
    pub line: usize,
    /// The table below it, row by row.
    pub table: Option<Vec<Vec<String>>>,
    /// The doc string below it, without its media type.
    pub doc: Option<String>,
}
