//! Who sends a request: what may be sent again, what a budget counts and what a target's settings hold is asked of it.

use std::fmt;
use std::sync::Arc;

/// Who sends a request. Its text is what evidence and reports show.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Actor {
    /// A connection of a simulated IdP, by the IdP's id and the connection's name.
    Idp(Arc<str>),
    /// A plain SCIM client, which knows the RFCs alone.
    Client,
    /// Reads after every write what it left.
    Witness,
    /// Removes what a run made.
    Cleanup,
    /// Looks at a target before anything is judged, and whether it is still there.
    Preflight,
    /// Counts who was there before a run, and who is there after it.
    Census,
    /// Reads all that a target holds, to say what is wrong with it.
    Diagnosis,
    /// Asks what a target says it can do.
    Discovery,
    /// Carries out what a product can do only outside SCIM.
    Operator,
    /// Somebody without the credential that the target was given for a run.
    Stranger,
    /// The owner of another tenant, or of another environment, with that one's credential.
    Neighbour,
}

impl Actor {
    /// A connection of a simulated IdP.
    #[must_use]
    pub fn idp(id: &str, name: &str) -> Self {
        Self::Idp(format!("{id} {name}").into())
    }

    /// The family of a simulated IdP: what stands before the mode in its id.
    #[must_use]
    pub fn family(&self) -> Option<&str> {
        match self {
            Self::Idp(shown) => shown.split('/').next(),
            _ => None,
        }
    }

    /// Whether it sends for the harness itself. What a simulated IdP sends again is its own habit; for everybody else the
    /// wire does.
    #[must_use]
    pub fn is_ours(&self) -> bool {
        !matches!(self, Self::Idp(_))
    }

    /// Whether a run's budget counts its requests and holds them up: what was made has to go, and it has to be shown that it
    /// went.
    #[must_use]
    pub fn spends_budget(&self) -> bool {
        !matches!(self, Self::Cleanup | Self::Census)
    }

    /// Whether a target's settings hold it (`read_only`, `never_create`, `never_delete`): cleanup removes only what a run made.
    #[must_use]
    pub fn is_held_by_settings(&self) -> bool {
        *self != Self::Cleanup
    }

    /// Whether it uses a credential that was given for the tenant under test, or one issued there.
    #[must_use]
    pub fn is_let_in(&self) -> bool {
        !matches!(self, Self::Stranger | Self::Neighbour)
    }
}

impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Idp(shown) => shown,
            Self::Client => "client",
            Self::Witness => "witness",
            Self::Cleanup => "cleanup",
            Self::Preflight => "preflight",
            Self::Census => "census",
            Self::Diagnosis => "diagnosis",
            Self::Discovery => "discovery",
            Self::Operator => "operator",
            Self::Stranger => "stranger",
            Self::Neighbour => "neighbour",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_an_administrator_gave_makes_no_idp_one_of_us() {
        let idp = Actor::idp("okta/custom", "cleanup");
        assert_eq!(idp.to_string(), "okta/custom cleanup");
        assert_eq!((idp.family(), Actor::Client.family()), (Some("okta"), None));
        assert!(!idp.is_ours() && idp.spends_budget() && idp.is_held_by_settings() && idp.is_let_in());
    }

    #[test]
    fn cleanup_alone_is_held_by_no_setting_and_the_census_spends_nothing() {
        assert!(!Actor::Cleanup.is_held_by_settings() && !Actor::Cleanup.spends_budget());
        assert!(Actor::Census.is_held_by_settings() && !Actor::Census.spends_budget());
        assert!(Actor::Witness.is_held_by_settings() && Actor::Witness.spends_budget());
    }
}
