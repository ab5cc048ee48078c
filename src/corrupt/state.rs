//! The corrupted states there are.

use std::fmt;
use std::str::FromStr;

/// A corrupted state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CorruptedState {
    /// Two IdP applications push the same people at once under different user names.
    TwoApplications,
    /// An initial cycle that breaks off at a request and is not retried.
    HalfWayRun,
    /// Groups of an IdP that is gone.
    GhostGroups,
    /// Accounts linked to another person's externalId.
    ForeignExternalId,
    /// Everybody twice after a switch with a change of user names.
    DuplicateUsers,
    /// Accounts that carry the externalId of an IdP that is gone.
    StaleLinks,
    /// People who left while provisioning was off.
    ActiveLeavers,
}

/// A name no state has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no corrupted state `{given}`{}; there are: {}", self.hint(), CorruptedState::ALL.map(CorruptedState::id).join(", "))]
pub struct UnknownState {
    given: String,
}

impl UnknownState {
    fn hint(&self) -> String {
        let near = scim::nearest(&self.given, CorruptedState::ALL.iter().map(|d| d.id()));
        near.map(|id| format!(" (did you mean `{id}`?)")).unwrap_or_default()
    }
}

impl CorruptedState {
    /// Every state.
    pub const ALL: [Self; 7] = [
        Self::TwoApplications,
        Self::HalfWayRun,
        Self::GhostGroups,
        Self::ForeignExternalId,
        Self::DuplicateUsers,
        Self::StaleLinks,
        Self::ActiveLeavers,
    ];

    /// Its name.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::TwoApplications => "two-applications",
            Self::HalfWayRun => "half-way-run",
            Self::GhostGroups => "ghost-groups",
            Self::ForeignExternalId => "foreign-external-id",
            Self::DuplicateUsers => "duplicate-users",
            Self::StaleLinks => "stale-links",
            Self::ActiveLeavers => "active-leavers",
        }
    }

    /// What it is, in one line.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::TwoApplications => {
                "two IdP applications push the same people at once, each with user names of its own"
            }
            Self::HalfWayRun => "a first provisioning run breaks off half-way (--at) and nobody retries it",
            Self::GhostGroups => "an IdP that is gone leaves groups behind that nobody manages",
            Self::ForeignExternalId => "accounts are linked to another person's externalId",
            Self::DuplicateUsers => "a switch of IdP with new user names gives people a second account",
            Self::StaleLinks => "accounts keep the externalId of an IdP that is gone, and the new one is refused",
            Self::ActiveLeavers => "people leave while provisioning is off and keep active accounts",
        }
    }
}

impl fmt::Display for CorruptedState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl FromStr for CorruptedState {
    type Err = UnknownState;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|d| d.id().eq_ignore_ascii_case(text.trim()));
        known.ok_or_else(|| UnknownState { given: text.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_found_by_its_name_and_a_near_miss_is_told() {
        for damage in CorruptedState::ALL {
            assert_eq!(damage.id().parse(), Ok(damage));
        }
        let error = "ghost-group".parse::<CorruptedState>().unwrap_err().to_string();
        assert!(error.contains("did you mean `ghost-groups`?"), "{error}");
        assert!(!"zzz".parse::<CorruptedState>().unwrap_err().to_string().contains("did you mean"));
    }
}
