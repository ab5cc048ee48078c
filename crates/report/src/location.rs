//! Where a finding points to in the user's own repository: a feature of theirs, the settings,
//! the workflow, or nothing.
//!
//! In: a scenario, and the working folder. Out: a file that is there. Never: a file of ours, which nobody could open.

use judge::verdict::ScenarioRecord;
use std::path::{Component, Path};

/// The file that names the target.
const SETTINGS: &str = "scimulate.toml";

/// A file of the user's, and the line in it.
pub(super) fn location(scenario: &ScenarioRecord) -> Option<(String, usize)> {
    if is_here(&scenario.file) {
        return Some((scenario.file.clone(), scenario.line.max(1)));
    }
    let workflow = || workflow_of(&std::env::var("GITHUB_WORKFLOW_REF").ok()?);
    is_here(SETTINGS).then(|| SETTINGS.to_owned()).or_else(workflow).map(|file| (file, 1))
}

/// The file of the workflow that runs this, where GitHub says it: code scanning takes no result without a file.
fn workflow_of(reference: &str) -> Option<String> {
    let (path, _) = reference.split_once('@')?;
    let file = path.splitn(3, '/').nth(2)?;
    is_here(file).then(|| file.to_owned())
}

/// Whether a file is below the working folder.
fn is_here(file: &str) -> bool {
    let path = Path::new(file);
    let below = path.components().all(|part| matches!(part, Component::Normal(_) | Component::CurDir));
    below && !file.is_empty() && path.is_file()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_file_that_is_there_is_pointed_to() {
        assert_eq!(workflow_of("me/scim/src/lib.rs@refs/heads/main").as_deref(), Some("src/lib.rs"));
        for none in ["me/scim/.github/workflows/none.yml@x", "me/scim/../report/src/lib.rs@x", "me", ""] {
            assert_eq!(workflow_of(none), None, "{none}");
        }
    }
}
