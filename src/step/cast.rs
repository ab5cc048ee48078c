//! Who plays the IdPs that a scenario leaves open.

use crate::idp::Kind;
use std::collections::BTreeSet;

/// One way to cast a scenario.
///
/// A scenario tagged with IdP families or modes (`@okta`, `@entra`, `@okta/catalogue`) is played once by each of these, and
/// its sentences say "the IdP". A scenario without such a tag names its IdPs itself ("an Okta org", "an Entra tenant") and is
/// played once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Casting {
    lead: Option<Kind>,
    named: Vec<Kind>,
}

impl Casting {
    /// The castings of a scenario, from its tags and the IdPs its steps name.
    ///
    /// # Errors
    /// When an IdP tag names a mode nobody knows, or nothing says which product an IdP is.
    pub fn of<'a>(tags: &BTreeSet<String>, steps: impl Iterator<Item = &'a str> + Clone) -> Result<Vec<Self>, String> {
        let mut leads = BTreeSet::new();
        for tag in tags {
            let family = tag.split('/').next().unwrap_or(tag);
            if Kind::ALL.iter().any(|k| k.family().id() == family) {
                leads.extend(Kind::select(tag).map_err(|e| e.to_string())?);
            }
        }
        if let Some(role) = super::words::uncast(steps.clone(), !leads.is_empty()) {
            let tag = if role == "the IdP" { "tag the scenario with @okta or @entra, or " } else { "" };
            return Err(format!("nothing says which product {role} is; {tag}begin with: Given {role} is an Okta org"));
        }
        let mut named: Vec<Kind> = steps.flat_map(super::words::kinds_named).collect();
        named.sort();
        named.dedup();
        if leads.is_empty() {
            return Ok(vec![Self { lead: None, named }]);
        }
        let ordered = Kind::ALL.iter().copied().filter(|k| leads.contains(k));
        Ok(ordered.map(|lead| Self { lead: Some(lead), named: named.clone() }).collect())
    }

    /// The lead's id, where the scenario leaves one open.
    #[must_use]
    pub fn id(&self) -> Option<&'static str> {
        self.lead.map(Kind::id)
    }

    /// The lead.
    #[must_use]
    pub fn lead(&self) -> Option<Kind> {
        self.lead
    }

    /// Whether only IdPs with these ids play in it (an empty list allows all).
    #[must_use]
    pub fn only_of(&self, ids: &[String]) -> bool {
        let allowed = |k: &Kind| ids.is_empty() || ids.iter().any(|id| id == k.id());
        self.lead.iter().all(allowed) && self.named.iter().all(allowed)
    }
}
