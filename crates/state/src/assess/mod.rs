//! From a full read, and a directory where there is one, to what is wrong: pure functions, no requests.
//!
//! What can be read harmlessly is never called certain: people share mailboxes, products allow groups of one name, and an
//! account without externalId is a local one.

mod groups;
mod odd;
mod people;
mod register;
mod strangers;
mod values;

use crate::TenantState;
use crate::diagnosis::{self, Concerned, Diagnosis, DiagnosisKind, KINDS, Sure};
use crate::invariants::{address, diagnose, id, show, text};
use client::observe::member;
use directory::Export;
use register::Register;
pub use register::fold;
use serde_json::Value;
use std::collections::HashMap;

/// What a state is held against.
#[derive(Debug, Clone, Copy, Default)]
pub struct Against<'a> {
    /// What the IdPs say of their people and groups; with none, only the state itself can be judged.
    pub directories: &'a [&'a Export],
    /// User names of accounts that no directory has to know: local administrators, service accounts. Case does not count.
    pub local_accounts: &'a [String],
}

/// Everything that is wrong with a state, the worst first; with a directory also what only it can tell.
#[must_use]
pub fn assess(state: &TenantState, directory: Option<&Export>) -> Vec<Diagnosis> {
    let one = directory.map(|directory| [directory]);
    let directories: &[&Export] = one.as_ref().map_or(&[], |one| one.as_slice());
    assess_against(state, &Against { directories, ..Against::default() })
}

/// The same with several directories, and with accounts that are known to be local.
#[must_use]
pub fn assess_against(state: &TenantState, against: &Against<'_>) -> Vec<Diagnosis> {
    let register = (!against.directories.is_empty()).then(|| Register::of(against.directories));
    let mut found = Vec::new();
    people::judge(state, register.as_ref(), &mut found);
    if let Some(register) = &register {
        strangers::judge(state, register, against.local_accounts, &mut found);
        values::judge(state, register, &mut found);
    }
    groups::judge(state, register.as_ref(), &mut found);
    from_invariants(state, &mut found);
    let rank = |a: &Diagnosis| KINDS.iter().position(|k| k.id == a.kind.id);
    found.sort_by_key(|a| (rank(a), a.sure));
    found
}

/// The invariants that say all there is to say; the others only give evidence.
const TAKEN_OVER: &[(&str, &DiagnosisKind)] = &[
    ("U1", diagnosis::ILL_FORMED),
    ("U9", diagnosis::ILL_FORMED),
    ("U13", diagnosis::ILL_FORMED),
    ("U15", diagnosis::ILL_FORMED),
    ("U16", diagnosis::ILL_FORMED),
    ("U17", diagnosis::ILL_FORMED),
    ("U18", diagnosis::ILL_FORMED),
    ("G1", diagnosis::ILL_FORMED),
    ("X1", diagnosis::DANGLING_MEMBER),
    ("X2", diagnosis::ILL_FORMED),
    ("X3", diagnosis::SIDES_DISAGREE),
    ("X4", diagnosis::DANGLING_MEMBER),
    ("X5", diagnosis::ILL_FORMED),
    ("L1", diagnosis::UNRELIABLE_LOOKUP),
    ("L2", diagnosis::UNRELIABLE_LOOKUP),
];

fn from_invariants(state: &TenantState, found: &mut Vec<Diagnosis>) {
    let everything: HashMap<String, Concerned> =
        state.groups.iter().map(group).chain(state.users.iter().map(user)).collect();
    let broken = diagnose(state);
    let by_id = state.users.iter().filter_map(|u| Some((text(u, "id")?, u))).collect();
    odd::names(&broken, &by_id, found);
    let lookups = state.lookups.iter().map(|l| (l.invariant, l.objects.clone(), l.text.clone()));
    let all = broken.into_iter().map(|b| (b.invariant, b.objects, b.text)).chain(lookups);
    for (given, ids, text) in all {
        let Some((invariant, kind)) = TAKEN_OVER.iter().find(|(i, _)| *i == given) else { continue };
        let objects = ids.iter().map(|id| match everything.get(id) {
            Some(object) => object.clone(),
            None => {
                Concerned { what: "reference", id: Some(id.clone()), name: "nobody".into(), detail: "not there".into() }
            }
        });
        found.push(Diagnosis {
            kind,
            sure: Sure::Certain,
            known_by: match invariant.starts_with('L') {
                true => format!("lookups held against the full read (invariant {invariant})"),
                false => format!("a full read (invariant {invariant})"),
            },
            objects: objects.collect(),
            text,
        });
    }
}

/// A user as a diagnosis shows it, by its id.
fn user(user: &Value) -> (String, Concerned) {
    let own = id(user);
    let mut detail = Vec::new();
    if let Some(mail) = address(user) {
        detail.push(format!("mail {}", show(mail)));
    }
    detail.push(text(user, "externalId").map_or("no externalId".to_owned(), |e| format!("externalId {}", show(e))));
    if !active(user) {
        detail.push("inactive".to_owned());
    }
    let name = text(user, "userName").unwrap_or("(no userName)").to_owned();
    (own.clone(), Concerned { what: "user", id: Some(own), name, detail: detail.join(", ") })
}

/// A group as a diagnosis shows it, by its id.
fn group(group: &Value) -> (String, Concerned) {
    let own = id(group);
    let count = super::invariants::members(group).count();
    let external = text(group, "externalId").map_or(String::new(), |e| format!(", externalId {}", show(e)));
    let detail = format!("{count} member{}{external}", if count == 1 { "" } else { "s" });
    let name = text(group, "displayName").unwrap_or("(no displayName)").to_owned();
    (own.clone(), Concerned { what: "group", id: Some(own), name, detail })
}

fn objects<'a>(
    all: impl IntoIterator<Item = &'a Value>,
    as_object: fn(&Value) -> (String, Concerned),
) -> Vec<Concerned> {
    all.into_iter().map(|v| as_object(v).1).collect()
}

/// A person's name, for people: as shown, or given and family name.
fn person_name(user: &Value) -> Option<String> {
    let name = member(user, "name");
    let part = |n: &str| name.and_then(|v| text(v, n));
    match (part("givenName"), part("familyName")) {
        (Some(given), Some(family)) => Some(format!("{given} {family}").to_lowercase()),
        _ => text(user, "displayName").map(str::to_lowercase),
    }
}

/// Whether the account can sign in, as a diagnosis takes it: what is not false is active.
#[must_use]
pub fn active(user: &Value) -> bool {
    member(user, "active") != Some(&Value::Bool(false))
}

#[cfg(test)]
mod tests;
