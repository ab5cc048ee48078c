//! What a golden file is called: profile / feature / scenario / IdP, never a line number, so that a line moved in a
//! feature file changes no name.

use super::SnapshotError;
use sha2::{Digest, Sha256};
use std::collections::HashMap;

/// Longest part of a name, in bytes; a longer one is cut and gets a mark of the whole.
const PART_BYTES: usize = 80;
/// Names some file systems keep for themselves.
const RESERVED: &[&str] = &["con", "prn", "aux", "nul"];

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

impl SnapshotName {
    /// `profile/feature/scenario.idp`, each made fit for a file name.
    #[must_use]
    pub fn slug(&self) -> String {
        let mut name = format!("{}/{}/{}", slug(&self.profile), slug(&self.feature), slug(&self.scenario));
        if let Some(idp) = &self.idp {
            name.push('.');
            name.push_str(&slug(idp));
        }
        name
    }

    /// The golden file's path below the folder of goldens, with `/`.
    #[must_use]
    pub fn file(&self) -> String {
        format!("{}.snap", self.slug())
    }

    /// `feature / scenario [idp]`.
    pub(super) fn description(&self) -> String {
        match &self.idp {
            Some(idp) => format!("{} / {} [{idp}]", self.feature, self.scenario),
            None => format!("{} / {}", self.feature, self.scenario),
        }
    }

    /// `file:line`.
    pub(super) fn origin(&self) -> String {
        format!("{}:{}", self.source, self.line)
    }

    /// The error of two scenarios that share one name.
    pub(super) fn collision(&self, first: &str) -> SnapshotError {
        SnapshotError::Collision { name: self.slug(), first: first.to_owned(), second: self.origin() }
    }
}

/// Every name that would share a file with an earlier one, in the order given. For the plan: the user learns of it
/// before the run.
#[must_use]
pub fn collisions(names: &[SnapshotName]) -> Vec<SnapshotError> {
    let mut owners: HashMap<String, String> = HashMap::new();
    let mut found = Vec::new();
    for name in names {
        match owners.get(&name.slug()) {
            Some(first) if *first != name.origin() => found.push(name.collision(first)),
            Some(_) => {}
            None => {
                owners.insert(name.slug(), name.origin());
            }
        }
    }
    found
}

/// Lower-case letters, digits and dashes. What would be lost beyond punctuation leaves a mark, so that names that
/// differ keep differing.
fn slug(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            out.push(c.to_ascii_lowercase());
        } else if !out.is_empty() && !out.ends_with('-') {
            out.push('-');
        }
    }
    let mut kept = out.trim_end_matches('-').to_owned();
    let lost = text.chars().any(|c| !c.is_ascii() && c.is_alphanumeric());
    if lost || kept.is_empty() || kept.len() > PART_BYTES || RESERVED.contains(&kept.as_str()) {
        // All ASCII, so any place is a boundary.
        kept.truncate(PART_BYTES);
        let mark = scim::hex(&Sha256::digest(text.as_bytes())[..4]);
        kept = format!("{}-{mark}", kept.trim_end_matches('-')).trim_start_matches('-').to_owned();
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(scenario: &str, line: usize) -> SnapshotName {
        SnapshotName {
            profile: "rfc".into(),
            feature: "Group deletion".into(),
            scenario: scenario.into(),
            idp: Some("okta/default".into()),
            source: "features/x.feature".into(),
            line,
        }
    }

    #[test]
    fn a_name_is_made_of_slugs() {
        assert_eq!(
            name("A user \"leaves\"; she comes back!", 1).file(),
            "rfc/group-deletion/a-user-leaves-she-comes-back.okta-default.snap"
        );
        assert!(name("../../etc/passwd", 1).slug().starts_with("rfc/group-deletion/etc-passwd."));
    }

    #[test]
    fn long_and_foreign_names_stay_bounded_and_apart() {
        let long = |end: &str| slug(&format!("{}{end}", "word ".repeat(60)));
        assert!(long("a").len() <= PART_BYTES + 9);
        assert_ne!(long("a"), long("b"));
        assert_ne!(slug("削除"), slug("作成"));
        assert_ne!(slug("con"), "con");
        assert!(!slug("!").is_empty() && !slug("").is_empty());
    }

    #[test]
    fn two_scenarios_of_one_name_are_told() {
        assert!(collisions(&[name("a", 1), name("b", 2), name("a", 1)]).is_empty());
        let found = collisions(&[name("a", 1), name("A!", 9)]);
        let text = found[0].to_string();
        assert!(text.contains("x.feature:1") && text.contains("x.feature:9"), "{text}");
    }
}
