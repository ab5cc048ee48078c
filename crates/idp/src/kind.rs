//! The identity providers there are, as everybody else names them: what each is like is said by its dialect.

use super::PRODUCTS;
use super::dialect::{Product, ProductMode};
use super::options::Options;
use directory::Keys;
use std::fmt;

/// A product line: one dialect, in several modes. Its place in the list of products.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Family(usize);

impl Family {
    /// Okta.
    pub const OKTA: Self = Self(0);
    /// Microsoft Entra ID.
    pub const ENTRA: Self = Self(1);
    /// The families between which switches are foretold and played, by `@every-pair` and in the table of orders. A new
    /// product joins when somebody has found out what a switch from and to it leaves behind.
    pub const SWITCHED: [Self; 2] = [Self::OKTA, Self::ENTRA];

    /// Every family.
    pub fn all() -> impl DoubleEndedIterator<Item = Self> {
        (0..PRODUCTS.len()).map(Self)
    }

    /// The family's name in `--idp`.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.product().id
    }

    /// The family's name for a reader.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.product().name
    }

    /// What it does to a server that no other family does, in one line.
    #[must_use]
    pub fn adds(self) -> &'static str {
        self.product().adds
    }

    /// How what it sends is known, and what of it is unverified.
    #[must_use]
    pub fn known_by(self) -> &'static str {
        self.product().known_by
    }

    /// Whether a run plays it without being asked to.
    #[must_use]
    pub fn by_default(self) -> bool {
        self.product().by_default
    }

    /// Its modes.
    pub fn kinds(self) -> impl Iterator<Item = Kind> {
        (0..self.product().modes.len()).map(move |mode| Kind { family: self, mode })
    }

    fn product(self) -> &'static Product {
        PRODUCTS[self.0]
    }
}

/// One identity provider in one mode.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind {
    family: Family,
    /// Its place among the family's modes.
    mode: usize,
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

/// How many kinds there are.
const COUNT: usize = {
    let (mut count, mut family) = (0, 0);
    while family < PRODUCTS.len() {
        count += PRODUCTS[family].modes.len();
        family += 1;
    }
    count
};

/// The modes of all products, one product after the other.
const EVERY: [Kind; COUNT] = {
    let mut every = [Kind::OKTA_CUSTOM; COUNT];
    let (mut at, mut family) = (0, 0);
    while family < PRODUCTS.len() {
        let mut mode = 0;
        while mode < PRODUCTS[family].modes.len() {
            every[at] = Kind { family: Family(family), mode };
            at += 1;
            mode += 1;
        }
        family += 1;
    }
    every
};

impl Kind {
    /// Every kind.
    pub const ALL: &'static [Self] = &EVERY;
    /// Okta, an app made in the App Integration Wizard: every update is GET, then PUT.
    pub const OKTA_CUSTOM: Self = Self { family: Family::OKTA, mode: 0 };
    /// Okta, an app of the integration network's catalogue: PATCH for activation and for groups.
    pub const OKTA_CATALOGUE: Self = Self { family: Family::OKTA, mode: 1 };
    /// Entra, a non-gallery app without feature flag.
    pub const ENTRA_DEFAULT: Self = Self { family: Family::ENTRA, mode: 0 };
    /// Entra with the feature flag `aadOptscim062020` in the tenant URL.
    pub const ENTRA_OPT_SCIM: Self = Self { family: Family::ENTRA, mode: 1 };

    /// The name in `--idp`, snapshots and reports.
    #[must_use]
    pub fn id(self) -> &'static str {
        self.mode().id
    }

    /// The product line.
    #[must_use]
    pub fn family(self) -> Family {
        self.family
    }

    /// One line about it, for a list.
    #[must_use]
    pub fn summary(self) -> &'static str {
        self.mode().summary
    }

    /// The query the caller puts on the base URL, without `?`.
    #[must_use]
    pub fn base_query(self) -> Option<&'static str> {
        self.mode().base_query
    }

    /// What the keys of the product's directory look like.
    #[must_use]
    pub fn keys(self) -> Keys {
        self.product().keys
    }

    pub(super) fn product(self) -> &'static Product {
        self.family.product()
    }

    pub(super) fn mode(self) -> &'static ProductMode {
        &self.product().modes[self.mode]
    }

    /// The kind of an id, or the usual mode of a family.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn named(name: &str) -> Result<Self, UnknownIdp> {
        let found = Self::select(name)?;
        match found.first() {
            Some(kind) if !name.trim().eq_ignore_ascii_case("all") => Ok(*kind),
            _ => Err(Self::unknown(name)),
        }
    }

    fn unknown(name: &str) -> UnknownIdp {
        let known: Vec<&str> = Family::all().map(Family::id).chain(Self::ALL.iter().map(|k| k.id())).collect();
        let near = scim::nearest(name, known.iter().copied()).map(str::to_owned);
        UnknownIdp { given: name.to_owned(), near, known: known.join(", ") }
    }

    /// The kinds a name means: `all`, a family (`okta`) or an id (`okta/custom`).
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn select(name: &str) -> Result<Vec<Self>, UnknownIdp> {
        let is = |other: &str| other.eq_ignore_ascii_case(name.trim());
        let found: Vec<Self> =
            Self::ALL.iter().copied().filter(|k| is("all") || is(k.family().id()) || is(k.id())).collect();
        if found.is_empty() { Err(Self::unknown(name)) } else { Ok(found) }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.mode().name)
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl fmt::Debug for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id())
    }
}

impl Options {
    /// The settings a product has out of the box.
    #[must_use]
    pub fn of(kind: Kind) -> Self {
        (kind.product().options)()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_product_has_its_place_and_every_mode_its_name() {
        let named = [Kind::OKTA_CUSTOM, Kind::OKTA_CATALOGUE, Kind::ENTRA_DEFAULT, Kind::ENTRA_OPT_SCIM].map(Kind::id);
        assert_eq!(named, ["okta/custom", "okta/catalogue", "entra/default", "entra/aadOptscim062020"]);
        let usual: Vec<Family> = Family::all().filter(|family| family.by_default()).collect();
        assert_eq!(usual, Family::SWITCHED, "a run plays what it played before there were others");
        let told = |family: Family| [family.id(), family.name(), family.adds(), family.known_by()];
        assert!(Family::all().flat_map(told).all(|text| !text.is_empty()), "a product says itself what it is");
        let by_family: Vec<Kind> = Family::all().flat_map(Family::kinds).collect();
        assert_eq!(by_family, Kind::ALL);
        for kind in Kind::ALL {
            let (family, mode) = kind.id().split_once('/').unwrap();
            assert!(family == kind.family().id() && !mode.is_empty(), "{kind:?}");
            assert_eq!(Kind::select(kind.id()).unwrap(), [*kind]);
            assert_eq!(Kind::select(family).unwrap(), kind.family().kinds().collect::<Vec<_>>());
        }
    }

    #[test]
    fn a_name_means_a_family_or_one_kind() {
        assert_eq!(Kind::select("okta").unwrap(), [Kind::OKTA_CUSTOM, Kind::OKTA_CATALOGUE]);
        assert_eq!(Kind::select("Entra/aadoptscim062020").unwrap(), [Kind::ENTRA_OPT_SCIM]);
        assert_eq!(Kind::select("all").unwrap(), Kind::ALL);
    }

    #[test]
    fn a_misspelt_name_is_answered_with_the_nearest() {
        let text = Kind::select("okta/costum").unwrap_err().to_string();
        assert!(text.contains("did you mean `okta/custom`?") && text.contains("entra/default"), "{text}");
        assert!(!Kind::select("zzz").unwrap_err().to_string().contains("did you mean"));
    }
}
