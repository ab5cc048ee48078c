//! How much a plan may take away: by count or by share, for users, groups and memberships apart.
//!
//! In: what the operator typed, and totals. Out: what is allowed. Never: a limit that is left out: without a word there is one.

use super::{Action, Plan};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// So many may be taken away in a tenant however small.
const FEW: usize = 10;
/// The share, in percent, of a larger one.
const SHARE: u8 = 20;

/// How many of one kind may be taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Limit {
    /// Ten, or 20 % where that is more.
    Default,
    /// A number.
    Count(usize),
    /// A share in percent, rounded up.
    Percent(u8),
}

/// A text that is no limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no limit; write a number (40), a share (25%) or default")]
pub struct LimitError(String);

impl Limit {
    /// How many that is out of so many.
    #[must_use]
    pub fn allows(self, total: usize) -> usize {
        let share = |percent: u8| (total * usize::from(percent)).div_ceil(100);
        match self {
            Self::Default => FEW.max(share(SHARE)),
            Self::Count(count) => count,
            Self::Percent(percent) => share(percent),
        }
    }
}

impl FromStr for Limit {
    type Err = LimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || LimitError(text.to_owned());
        match text.trim() {
            "default" => Ok(Self::Default),
            given => match given.strip_suffix('%') {
                Some(share) => {
                    share.trim().parse().ok().filter(|share| *share <= 100).map(Self::Percent).ok_or_else(wrong)
                }
                None => given.parse().map(Self::Count).map_err(|_| wrong()),
            },
        }
    }
}

impl TryFrom<String> for Limit {
    type Error = LimitError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Limit> for String {
    fn from(limit: Limit) -> Self {
        limit.to_string()
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::Count(count) => write!(f, "{count}"),
            Self::Percent(share) => write!(f, "{share}%"),
        }
    }
}

/// The limits of a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Users deactivated or deleted.
    pub users: Limit,
    /// Groups deleted.
    pub groups: Limit,
    /// Memberships taken away.
    pub memberships: Limit,
}

impl Default for Limits {
    fn default() -> Self {
        Self { users: Limit::Default, groups: Limit::Default, memberships: Limit::Default }
    }
}

impl Limits {
    /// Where a plan takes away more than it may: what, how many, how many are allowed, and of how many.
    #[must_use]
    pub fn exceeded_by(&self, plan: &Plan) -> Vec<(&'static str, usize, usize, usize)> {
        let distinct = |actions: &[Action]| {
            let ids: std::collections::BTreeSet<&str> =
                plan.items.iter().filter(|i| actions.contains(&i.action)).map(|i| i.id.as_str()).collect();
            ids.len()
        };
        let removed = plan.items.iter().filter(|i| i.action == Action::RemoveMember).count();
        let rows = [
            ("users", self.users, distinct(&[Action::Deactivate, Action::DeleteUser]), plan.state.users),
            ("groups", self.groups, distinct(&[Action::DeleteGroup]), plan.state.groups),
            ("memberships", self.memberships, removed, plan.state.memberships),
        ];
        let over = rows.into_iter().map(|(what, limit, count, total)| (what, count, limit.allows(total), total));
        over.filter(|(_, count, allowed, _)| count > allowed).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_a_number_or_a_share() {
        let allows = |text: &str, total| text.parse::<Limit>().unwrap().allows(total);
        assert_eq!((allows("40", 3), allows("25%", 9), allows("100%", 7), allows("0", 5)), (40, 3, 7, 0));
        assert_eq!((allows("default", 6), allows("default", 1_000)), (10, 200));
        for wrong in ["", "-1", "101%", "many", "1.5%"] {
            assert!(wrong.parse::<Limit>().unwrap_err().to_string().contains("25%"), "{wrong}");
        }
    }
}
