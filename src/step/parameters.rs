//! The parameters of sentences: people, IdPs, kinds of IdP.

use cucumber::Parameter;
use idp::Kind;
use std::str::FromStr;

/// Some of the people of a scenario.
#[derive(Debug, Clone, PartialEq, Eq, Parameter)]
#[param(name = "people", regex = r#"everybody|"[^"]*"(?:, "[^"]*")*(?: and "[^"]*")?"#)]
pub(super) enum People {
    /// Everybody in the directory of the IdP meant.
    Everybody,
    /// These, by given name.
    Named(Vec<String>),
}

impl FromStr for People {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if text == "everybody" {
            return Ok(Self::Everybody);
        }
        Ok(Self::Named(text.split('"').skip(1).step_by(2).map(str::to_owned).collect()))
    }
}

/// An IdP of a scenario, as a sentence calls it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Parameter)]
#[param(
    name = "idp",
    regex = r#"the IdP|the (?:old|new|first|second) IdP|Okta org "[^"]*"|Okta catalogue app "[^"]*"|Entra tenant "[^"]*""#
)]
pub(super) struct IdpName(pub String);

impl FromStr for IdpName {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl IdpName {
    /// The kind the name itself tells, such as `Okta org "acme"`.
    #[must_use]
    pub(super) fn kind(&self) -> Option<Kind> {
        match self.0.split(" \"").next()? {
            "Okta org" => Some(Kind::OKTA_CUSTOM),
            "Okta catalogue app" => Some(Kind::OKTA_CATALOGUE),
            "Entra tenant" => Some(Kind::ENTRA_DEFAULT),
            _ => None,
        }
    }

    /// A short name for evidence: what stands in quotes, or the role.
    #[must_use]
    pub(super) fn short(&self) -> &str {
        self.0.split('"').nth(1).unwrap_or(match self.0.as_str() {
            "the old IdP" => "old",
            "the new IdP" => "new",
            "the first IdP" => "first",
            "the second IdP" => "second",
            _ => "idp",
        })
    }
}

/// A kind of IdP, as a sentence writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(name = "kind", regex = "Okta org|Okta catalogue app|Entra tenant|Entra tenant with aadOptscim062020")]
pub(super) struct KindWord(pub Kind);

impl FromStr for KindWord {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        KINDS.iter().find(|(word, _)| *word == text).map(|(_, kind)| Self(*kind)).ok_or_else(|| text.to_owned())
    }
}

/// An account that SCIM did not make.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Parameter)]
#[param(
    name = "local",
    regex = "is a local administrator with built-in sign-in|is a local administrator without built-in sign-in|has signed in by single sign-on alone"
)]
pub(super) struct LocalWord {
    pub(super) admin: bool,
    pub(super) builtin_sign_in: bool,
}

impl FromStr for LocalWord {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self { admin: text.contains("administrator"), builtin_sign_in: text.contains(" with ") })
    }
}

/// How features write each kind. Longest first: one is the beginning of another.
const KINDS: &[(&str, Kind)] = &[
    ("Entra tenant with aadOptscim062020", Kind::ENTRA_OPT_SCIM),
    ("Entra tenant", Kind::ENTRA_DEFAULT),
    ("Okta catalogue app", Kind::OKTA_CATALOGUE),
    ("Okta org", Kind::OKTA_CUSTOM),
];

/// The kinds of IdP a step's text names.
#[must_use]
pub(super) fn kinds_named(text: &str) -> Vec<Kind> {
    let mut rest = text.to_owned();
    let mut found = Vec::new();
    for (word, kind) in KINDS {
        if rest.contains(word) {
            found.push(*kind);
            rest = rest.replace(word, "");
        }
    }
    found
}

/// The first role that steps speak of before any of them says which product it is. Who is `filled` is already known.
pub(super) fn uncast<'a>(steps: impl Iterator<Item = &'a str>, filled: &[&'static str]) -> Option<&'static str> {
    const ROLES: &[&str] = &["the IdP", "the old IdP", "the new IdP", "the first IdP", "the second IdP"];
    let mut known: Vec<&str> = filled.to_vec();
    for step in steps {
        // What stands in quotes is a value, whatever it says.
        let text: String = step.split('"').step_by(2).collect();
        for role in ROLES {
            if [" is an ", " is hired as an "].iter().any(|is| text.starts_with(&format!("{role}{is}"))) {
                known.push(role);
            } else if text.contains(role) && !known.contains(role) {
                return Some(role);
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_are_read_from_a_list() {
        let people: People = r#""Ada", "Ben" and "Cem""#.parse().unwrap();
        assert_eq!(people, People::Named(vec!["Ada".into(), "Ben".into(), "Cem".into()]));
    }

    #[test]
    fn a_role_nobody_plays_is_found() {
        let steps = ["the new IdP is an Okta org", "the new IdP assigns \"the old IdP\"", "the IdP assigns \"Ada\""];
        assert_eq!(uncast(steps.into_iter(), &[]), Some("the IdP"));
        assert_eq!(uncast(steps.into_iter(), &["the IdP"]), None);
        assert_eq!(uncast(steps.into_iter().skip(1), &["the IdP"]), Some("the new IdP"));
    }

    #[test]
    fn the_longer_kind_is_not_taken_for_the_shorter() {
        assert_eq!(kinds_named("the new IdP is an Entra tenant with aadOptscim062020"), [Kind::ENTRA_OPT_SCIM]);
        assert_eq!(kinds_named(r#"Okta org "acme" hands over to Entra tenant "contoso""#).len(), 2);
    }
}
