//! Which of several accounts of one person, or groups of one name, stays.

use super::draft::{Draft, id, link, members};
use client::observe::Resource;
use serde_json::Value;
use state::active;
use std::cmp::Reverse;
use std::fmt;
use std::str::FromStr;

/// One rule; the first in the order that tells two candidates apart decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rule {
    /// The directory in charge knows it: by externalId before by name. Without a directory: it has an externalId.
    Claimed,
    /// It is active.
    Active,
    /// It was created first.
    Oldest,
    /// It is in most groups; of groups, it has most members.
    Memberships,
}

/// A name that no rule has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no rule `{given}`{}; there are: {}", self.hint(), Rule::ORDER.map(|r| r.name()).join(", "))]
pub struct UnknownRule {
    given: String,
}

impl UnknownRule {
    fn hint(&self) -> String {
        let near = scim::nearest(&self.given, Rule::ORDER.iter().map(|r| r.name()));
        near.map(|name| format!(" (did you mean `{name}`?)")).unwrap_or_default()
    }
}

impl Rule {
    /// All rules in their usual order.
    pub const ORDER: [Self; 4] = [Self::Claimed, Self::Active, Self::Oldest, Self::Memberships];

    /// Its name on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Claimed => "claimed",
            Self::Active => "active",
            Self::Oldest => "oldest",
            Self::Memberships => "memberships",
        }
    }

    /// Why a candidate stays, where this rule decided.
    fn because(self) -> &'static str {
        match self {
            Self::Claimed => "the IdP in charge is linked to it",
            Self::Active => "it is the active one",
            Self::Oldest => "it is the oldest",
            Self::Memberships => "it has the most memberships",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Rule {
    type Err = UnknownRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ORDER.into_iter().find(|rule| rule.name().eq_ignore_ascii_case(text.trim()));
        known.ok_or_else(|| UnknownRule { given: text.to_owned() })
    }
}

/// How a candidate stands by one rule; the smallest stays.
type Rank = (Reverse<usize>, String);

/// The one that stays, and why. What is protected stays before everything else; `None` where several are protected.
pub(super) fn choose<'v>(draft: &Draft<'_>, candidates: &[&'v Value], users: bool) -> Option<(&'v Value, String)> {
    let protected: Vec<&'v Value> =
        candidates.iter().copied().filter(|c| draft.protected.contains_key(&id(c))).collect();
    match protected[..] {
        [] => {}
        [one] => return Some((one, "it is protected".to_owned())),
        _ => return None,
    }
    let mut remaining: Vec<&'v Value> = candidates.to_vec();
    let mut because = "nothing tells them apart, so the smallest id decided";
    for rule in &draft.options.survivor {
        let ranks: Vec<Rank> = remaining.iter().map(|c| rank(draft, *rule, c, users)).collect();
        let best = ranks.iter().min().cloned()?;
        let before = remaining.len();
        remaining = remaining.into_iter().zip(ranks).filter(|(_, rank)| *rank == best).map(|(c, _)| c).collect();
        if remaining.len() < before {
            because = rule.because();
        }
        if remaining.len() == 1 {
            break;
        }
    }
    let chosen = remaining.into_iter().min_by_key(|c| id(c))?;
    Some((chosen, because.to_owned()))
}

fn rank(draft: &Draft<'_>, rule: Rule, candidate: &Value, users: bool) -> Rank {
    let most = |n: usize| (Reverse(n), String::new());
    match rule {
        Rule::Claimed => most(claimed(draft, candidate, users)),
        Rule::Active => most(usize::from(!users || active(candidate))),
        Rule::Oldest => {
            let created = Resource::of(candidate).member("meta").and_then(|m| Resource::of(m).text("created"));
            (Reverse(0), created.unwrap_or("~").to_owned())
        }
        Rule::Memberships if users => most(draft.memberships.get(&id(candidate)).map_or(0, Vec::len)),
        Rule::Memberships => most(members(candidate).count()),
    }
}

fn claimed(draft: &Draft<'_>, candidate: &Value, users: bool) -> usize {
    let Some(claims) = draft.claims else { return usize::from(link(candidate).is_some()) };
    if users {
        return if claims.by_link(candidate).is_some() { 2 } else { usize::from(claims.by_name(candidate).is_some()) };
    }
    match claims.group(candidate) {
        Some(group) if group.external_id.is_some() && group.external_id == link(candidate) => 2,
        Some(_) => 1,
        None => 0,
    }
}
