//! The identity providers there are.

use directory::{KeyShape, Keys};
use std::fmt;

/// A product line: one dialect, in several modes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// Okta.
    Okta,
    /// Microsoft Entra ID.
    Entra,
}

impl Family {
    /// The family's name in `--idp`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Okta => "okta",
            Self::Entra => "entra",
        }
    }
}

/// One identity provider in one mode.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Okta, an app made in the App Integration Wizard: every update is GET, then PUT.
    OktaCustom,
    /// Okta, an app of the integration network's catalogue: PATCH for activation and for groups.
    OktaCatalogue,
    /// Entra, a non-gallery app without feature flag.
    EntraDefault,
    /// Entra with the feature flag `aadOptscim062020` in the tenant URL.
    EntraOptScim,
}

/// A name no identity provider has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no identity provider `{given}`{}; known are: all, {known}", self.hint())]
pub struct UnknownIdp {
    given: String,
    near: Option<String>,
    known: String,
}

impl UnknownIdp {
    fn hint(&self) -> String {
        self.near.as_ref().map(|near| format!(" (did you mean `{near}`?)")).unwrap_or_default()
    }
}

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &[Self::OktaCustom, Self::OktaCatalogue, Self::EntraDefault, Self::EntraOptScim];

    /// The name in `--idp`, snapshots and reports.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::OktaCustom => "okta/custom",
            Self::OktaCatalogue => "okta/catalogue",
            Self::EntraDefault => "entra/default",
            Self::EntraOptScim => "entra/aadOptscim062020",
        }
    }

    /// The product line.
    #[must_use]
    pub fn family(self) -> Family {
        match self {
            Self::OktaCustom | Self::OktaCatalogue => Family::Okta,
            Self::EntraDefault | Self::EntraOptScim => Family::Entra,
        }
    }

    /// One line about it, for a list.
    #[must_use]
    pub fn summary(self) -> &'static str {
        match self {
            Self::OktaCustom => "updates by GET and PUT, groups pushed as whole member lists",
            Self::OktaCatalogue => "PATCH for activation and groups, PUT for attributes",
            Self::EntraDefault => "cycles of PATCH with title-case operations and booleans as strings",
            Self::EntraOptScim => "cycles of PATCH in the compliant spelling the tenant URL's flag asks for",
        }
    }

    /// The query the caller puts on the base URL, without `?`.
    #[must_use]
    pub fn base_query(self) -> Option<&'static str> {
        match self {
            // The flag is a query of the tenant URL and so travels on every request (A1.3, D).
            Self::EntraOptScim => Some("aadOptscim062020"),
            _ => None,
        }
    }

    /// What the keys of the product's directory look like.
    #[must_use]
    pub fn keys(self) -> Keys {
        match self.family() {
            // Okta ids: 20 characters beginning with 00u and 00g (captures).
            Family::Okta => Keys {
                person: KeyShape::Prefixed { prefix: "00u", length: 20 },
                group: KeyShape::Prefixed { prefix: "00g", length: 20 },
            },
            Family::Entra => Keys { person: KeyShape::Guid, group: KeyShape::Guid },
        }
    }

    /// The kinds a name means: `all`, a family (`okta`) or an id (`okta/custom`).
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn select(name: &str) -> Result<Vec<Self>, UnknownIdp> {
        let is = |other: &str| other.eq_ignore_ascii_case(name.trim());
        let found: Vec<Self> =
            Self::ALL.iter().copied().filter(|k| is("all") || is(k.family().id()) || is(k.id())).collect();
        if !found.is_empty() {
            return Ok(found);
        }
        let families = [Family::Okta, Family::Entra].map(Family::id);
        let known: Vec<&str> = families.into_iter().chain(Self::ALL.iter().map(|k| k.id())).collect();
        let lower = name.trim().to_ascii_lowercase();
        let near = known
            .iter()
            .map(|k| (strsim::jaro_winkler(&lower, &k.to_ascii_lowercase()), *k))
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .filter(|(likeness, _)| *likeness > 0.7)
            .map(|(_, k)| k.to_owned());
        Err(UnknownIdp { given: name.to_owned(), near, known: known.join(", ") })
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::OktaCustom => "Okta (custom app)",
            Self::OktaCatalogue => "Okta (catalogue app)",
            Self::EntraDefault => "Entra ID",
            Self::EntraOptScim => "Entra ID (aadOptscim062020)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_means_a_family_or_one_kind() {
        assert_eq!(Kind::select("okta").unwrap(), [Kind::OktaCustom, Kind::OktaCatalogue]);
        assert_eq!(Kind::select("Entra/aadoptscim062020").unwrap(), [Kind::EntraOptScim]);
        assert_eq!(Kind::select("all").unwrap(), Kind::ALL);
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let text = Kind::select("okta/costum").unwrap_err().to_string();
        assert!(text.contains("did you mean `okta/custom`?") && text.contains("entra/default"), "{text}");
        assert!(!Kind::select("zzz").unwrap_err().to_string().contains("did you mean"));
    }
}
