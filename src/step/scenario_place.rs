//! Where a scenario stands in its feature, and what that says of how it is played.

use judge::snapshot::SnapshotName;
use std::collections::BTreeSet;

/// Where a scenario stands.
#[derive(Debug, Clone, Copy)]
pub struct ScenarioPlace<'a> {
    /// Feature file.
    pub file: &'a str,
    /// Line of the scenario.
    pub line: usize,
    /// Name of the feature.
    pub feature: &'a str,
    /// Name of the scenario.
    pub scenario: &'a str,
    /// Its tags without `@`. `policy` says that what it expects is a product's choice; RFC ids, what it proves.
    pub tags: &'a BTreeSet<String>,
    /// The product whose behaviour it expects (`@profile/NAME`).
    pub profile: Option<&'a str>,
    /// Whether it needs the tenant to itself.
    pub alone: bool,
    /// Whether golden exchanges hold it.
    pub golden: bool,
    /// Whether other scenarios find what its background made, because all of them only read.
    pub shared: bool,
}

impl ScenarioPlace<'_> {
    /// The name of its golden exchanges.
    pub(super) fn golden_name(&self, profile: String, idp: Option<String>) -> SnapshotName {
        SnapshotName {
            profile,
            feature: self.feature.to_owned(),
            scenario: self.scenario.to_owned(),
            idp,
            source: self.file.to_owned(),
            line: self.line,
        }
    }
}
