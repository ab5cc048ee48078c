//! Member lists that look overwritten, cut, or run together, and user names that look left behind: by their shape alone, so never more
//! than possible.

use super::{active, group, objects, user};
use crate::TenantState;
use crate::diagnosis::{self, Diagnosis, Sure};
use crate::invariants::{BrokenInvariant, id, members, show, text};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap, HashSet};

/// Where products and clients cut lists.
const CEILINGS: &[usize] = &[50, 100, 1_000];
/// So many groups that have members make a population.
const POPULATION: usize = 3;

/// Groups whose members are odd; `told` are those of which a directory has said what is wrong.
pub(super) fn members_of_groups(state: &TenantState, told: &HashSet<String>, found: &mut Vec<Diagnosis>) {
    // Counts, and no sets: a tenant may have ten million memberships.
    let all: Vec<Counted<'_>> =
        state.groups.iter().map(|g| (g, members(g).count())).filter(|(_, count)| *count > 0).collect();
    let mut more: Vec<(&Value, String)> = Vec::new();
    more.extend(run_together(state, &all));
    more.extend(cut(&all));
    more.extend(overwritten(&all));
    let named = |group: &Value| show(text(group, "displayName").unwrap_or("(no displayName)"));
    found.extend(more.into_iter().filter(|(group, _)| !told.contains(&id(group))).map(|(one, known_by)| Diagnosis {
        kind: diagnosis::ODD_MEMBERS,
        sure: Sure::Possible,
        text: format!("the members of group \"{}\" look wrong", named(one)),
        known_by,
        objects: objects([one], group),
    }));
}

/// A group that has members, and how many.
type Counted<'a> = (&'a Value, usize);

/// One group that has the members of all others (G7), and is not everybody's.
fn run_together<'a>(state: &TenantState, all: &[Counted<'a>]) -> Option<(&'a Value, String)> {
    let (at, (largest, most)) = all.iter().enumerate().max_by_key(|(_, (_, count))| *count)?;
    let others = || all.iter().enumerate().filter(move |(nth, _)| *nth != at).map(|(_, one)| one);
    if all.len() <= POPULATION || others().any(|(_, count)| count == most) {
        return None;
    }
    let own: HashSet<Cow<'_, str>> = members(largest).map(|(value, _)| value).collect();
    if !others().all(|(group, _)| members(group).all(|(value, _)| own.contains(&value))) {
        return None;
    }
    let union: HashSet<Cow<'_, str>> = others().flat_map(|(group, _)| members(group)).map(|(value, _)| value).collect();
    let everybody = state.users.iter().filter(|u| active(u)).all(|u| own.contains(id(u).as_str()));
    (!everybody && union.len() == own.len()).then(|| {
        let known_by = format!(
            "it has the members of all {} other groups, and nobody else, as after groups of one cut name were taken for one (G7)",
            all.len() - 1
        );
        (*largest, known_by)
    })
}

/// Groups that all end at a round number (G9).
fn cut<'a>(all: &[Counted<'a>]) -> Vec<(&'a Value, String)> {
    let largest = all.iter().map(|(_, count)| *count).max().unwrap_or_default();
    let at: Vec<&Counted<'a>> = all.iter().filter(|(_, count)| *count == largest).collect();
    if !CEILINGS.contains(&largest) || at.len() < 2 {
        return Vec::new();
    }
    let known_by = format!(
        "{} groups have exactly {largest} members, and none has more: what came after may have been cut off (G9)",
        at.len()
    );
    at.into_iter().map(|(group, _)| (*group, known_by.clone())).collect()
}

/// Most groups have exactly one member, where some have many (G8).
fn overwritten<'a>(all: &[Counted<'a>]) -> Vec<(&'a Value, String)> {
    let single: Vec<&Counted<'a>> = all.iter().filter(|(_, count)| *count == 1).collect();
    let large = all.iter().filter(|(_, count)| *count >= 10).count();
    if single.len() < POPULATION || large == 0 || single.len() * 2 <= all.len() {
        return Vec::new();
    }
    let known_by = "most groups have exactly one member and others have many, as where each added member takes the place of those before (G8)";
    single.into_iter().map(|(group, _)| (*group, known_by.to_owned())).collect()
}

/// What a member list that is not the directory's looks like: empty or with one member, where the directory has many (G8, G10).
pub(super) fn shape(there: usize, wanted: usize) -> &'static str {
    match there {
        0 if wanted > 2 => "; nobody is left, as after a list that was sent empty or refused in part",
        1 if wanted > 2 => "; one is left, as where each added member takes the place of those before",
        n if CEILINGS.contains(&n) && wanted > n => "; it ends at a round number, as a list that was cut",
        _ => "",
    }
}

/// User names that look left behind (U10), those of one form together.
pub(super) fn names(broken: &[BrokenInvariant], users: &HashMap<&str, &Value>, found: &mut Vec<Diagnosis>) {
    let mut forms: BTreeMap<&str, Vec<&Value>> = BTreeMap::new();
    for one in broken.iter().filter(|one| one.invariant == "U10") {
        let form = one.text.rsplit("\" is that of ").next().unwrap_or_default();
        let account = one.objects.first().and_then(|id| users.get(id.as_str()));
        forms.entry(form).or_default().extend(account);
    }
    for (form, accounts) in forms {
        found.push(Diagnosis {
            kind: diagnosis::LEFTOVER_NAME,
            sure: Sure::Possible,
            text: format!("{} user names look like those of {form}", accounts.len()),
            known_by: "the form of the userName (invariant U10)".to_owned(),
            objects: objects(accounts, user),
        });
    }
}
