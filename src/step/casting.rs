//! Who plays the IdPs that a scenario leaves open.

use idp::{Family, Kind};
use judge::verdict::Reader;
use std::collections::BTreeSet;

/// One way to cast a scenario.
///
/// A scenario tagged with IdP families or modes (`@okta`, `@entra`, `@okta/catalogue`) is played once by each of these, and
/// its sentences say "the IdP". A scenario tagged `@every-pair` says "the old IdP" and "the new IdP" and is played by every
/// pair of modes of [`Family::SWITCHED`], a pair of two tenants of one product among them; `@from/okta` and `@to/entra/default` narrow the pairs, and
/// several of one side add up. A scenario without such a tag names its IdPs itself ("an Okta org", "an Entra tenant") and is
/// played once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Casting {
    open: Open,
    named: Vec<Kind>,
}

/// The parts a scenario leaves open, filled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    None,
    Lead(Kind),
    Pair { old: Kind, new: Kind },
}

/// The tag that asks for every pair.
const EVERY_PAIR: &str = "every-pair";

impl Casting {
    /// The castings of a scenario, from its tags and the IdPs its steps name.
    ///
    /// # Errors
    /// When an IdP tag names a mode nobody knows, or nothing says which product an IdP is.
    pub fn of<'a>(tags: &BTreeSet<String>, steps: impl Iterator<Item = &'a str> + Clone) -> Result<Vec<Self>, String> {
        let open = Open::of(tags)?;
        let filled: &[&'static str] = open.first().map_or(&[], Open::roles);
        if let Some(role) = super::parameters::uncast(steps.clone(), filled) {
            let tag = match role {
                "the IdP" => {
                    let families: Vec<String> = Family::all().map(|f| format!("@{}", f.id())).collect();
                    format!("tag the scenario with {}, or ", families.join(" or "))
                }
                "the old IdP" | "the new IdP" => "tag the scenario with @every-pair, or ".to_owned(),
                _ => String::new(),
            };
            return Err(format!("nothing says which product {role} is; {tag}begin with: Given {role} is an Okta org"));
        }
        let mut named: Vec<Kind> = steps.flat_map(super::parameters::kinds_named).collect();
        named.sort();
        named.dedup();
        Ok(open.into_iter().map(|open| Self { open, named: named.clone() }).collect())
    }

    /// The ids of whoever plays what the scenario leaves open: `okta/custom`, or `okta/custom -> entra/default`.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        match self.open {
            Open::None => None,
            Open::Lead(kind) => Some(kind.id().to_owned()),
            Open::Pair { old, new } => Some(format!("{} -> {}", old.id(), new.id())),
        }
    }

    /// Whoever plays this role, where the scenario leaves it open.
    #[must_use]
    pub fn plays(&self, role: &str) -> Option<Kind> {
        match (self.open, role) {
            (Open::Lead(kind), "the IdP") | (Open::Pair { old: kind, .. }, "the old IdP") => Some(kind),
            (Open::Pair { new, .. }, "the new IdP") => Some(new),
            _ => None,
        }
    }

    /// The families of all IdPs that play in it, each once.
    #[must_use]
    pub fn families(&self) -> Vec<&'static str> {
        let open = ["the IdP", "the old IdP", "the new IdP"].into_iter().filter_map(|role| self.plays(role));
        let all: BTreeSet<Family> = open.chain(self.named.iter().copied()).map(Kind::family).collect();
        all.into_iter().map(Family::id).collect()
    }

    /// Whom it is played for: the IdPs that play in it; the RFCs where none does.
    #[must_use]
    pub fn readers(&self) -> Vec<Reader> {
        let families = self.families();
        if families.is_empty() { vec![Reader::Rfc] } else { families.into_iter().map(Reader::named).collect() }
    }

    /// The first to speak of those the scenario leaves open.
    #[must_use]
    pub fn lead(&self) -> Option<Kind> {
        match self.open {
            Open::None => None,
            Open::Lead(kind) | Open::Pair { old: kind, .. } => Some(kind),
        }
    }

    /// Whether only IdPs with these ids play in it (an empty list allows all).
    #[must_use]
    pub fn only_of(&self, ids: &[String]) -> bool {
        let allowed = |k: &Kind| ids.is_empty() || ids.iter().any(|id| id == k.id());
        let open = ["the IdP", "the old IdP", "the new IdP"].map(|role| self.plays(role));
        open.iter().flatten().all(allowed) && self.named.iter().all(allowed)
    }
}

impl Open {
    fn of(tags: &BTreeSet<String>) -> Result<Vec<Self>, String> {
        let mut leads = BTreeSet::new();
        let (mut from, mut to) = (BTreeSet::new(), BTreeSet::new());
        for tag in tags {
            let (side, name) = match (tag.strip_prefix("from/"), tag.strip_prefix("to/")) {
                (Some(name), _) => (&mut from, name),
                (_, Some(name)) => (&mut to, name),
                _ if Family::all().any(|family| Some(family.id()) == tag.split('/').next()) => {
                    (&mut leads, tag.as_str())
                }
                _ => continue,
            };
            side.extend(Kind::select(name).map_err(|e| e.to_string())?);
        }
        let in_order =
            |chosen: &BTreeSet<Kind>| Kind::ALL.iter().copied().filter(|k| chosen.contains(k)).collect::<Vec<_>>();
        if !tags.contains(EVERY_PAIR) && from.is_empty() && to.is_empty() {
            let leads: Vec<Self> = in_order(&leads).into_iter().map(Self::Lead).collect();
            return Ok(if leads.is_empty() { vec![Self::None] } else { leads });
        }
        if !leads.is_empty() {
            return Err("it is tagged for one IdP and for pairs of IdPs; only one of the two can be".to_owned());
        }
        let switched = || Family::SWITCHED.into_iter().flat_map(Family::kinds).collect();
        let all = |side: &BTreeSet<Kind>| if side.is_empty() { switched() } else { in_order(side) };
        let new = all(&to);
        Ok(all(&from).into_iter().flat_map(|old| new.iter().map(move |new| Self::Pair { old, new: *new })).collect())
    }

    fn roles(&self) -> &'static [&'static str] {
        match self {
            Self::None => &[],
            Self::Lead(_) => &["the IdP"],
            Self::Pair { .. } => &["the old IdP", "the new IdP"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cast(tags: &[&str], steps: &[&'static str]) -> Result<Vec<String>, String> {
        let tags = tags.iter().map(|t| (*t).to_owned()).collect();
        Ok(Casting::of(&tags, steps.iter().copied())?.iter().map(|c| c.id().unwrap_or_default()).collect())
    }

    #[test]
    fn every_pair_is_sixteen_and_tags_narrow_it() {
        let steps = ["the old IdP assigns \"Ada\"", "the new IdP assigns \"Ada\""];
        let all = cast(&["every-pair"], &steps).unwrap();
        assert_eq!(all.len(), 16);
        assert_eq!(all[1], "okta/custom -> okta/catalogue");
        let some = cast(&["from/entra", "to/okta/custom"], &steps).unwrap();
        assert_eq!(some, ["entra/default -> okta/custom", "entra/aadOptscim062020 -> okta/custom"]);
        assert_eq!(cast(&["every-pair", "to/okta"], &steps).unwrap().len(), 8);
    }

    #[test]
    fn roles_nobody_plays_and_mixed_tags_are_refused() {
        let steps = ["the old IdP assigns \"Ada\""];
        let open = cast(&[], &steps).unwrap_err();
        assert!(open.contains("@every-pair"), "{open}");
        let lead = cast(&["every-pair"], &["the IdP assigns \"Ada\""]).unwrap_err();
        assert!(lead.contains("which product the IdP is"), "{lead}");
        assert!(cast(&["every-pair", "okta"], &steps).unwrap_err().contains("pairs"));
        assert!(cast(&["from/octa"], &steps).unwrap_err().contains("did you mean `okta`"));
    }

    #[test]
    fn both_sides_of_a_pair_must_be_among_the_idps_asked_for() {
        let tags = BTreeSet::from(["every-pair".to_owned()]);
        let of = |ids: &[&str]| {
            let ids: Vec<String> = ids.iter().map(|id| (*id).to_owned()).collect();
            let all = Casting::of(&tags, std::iter::empty()).unwrap();
            all.iter().filter(|c| c.only_of(&ids)).count()
        };
        assert_eq!([of(&[]), of(&["okta/custom"]), of(&["okta/custom", "entra/default"])], [16, 1, 4]);
    }
}
