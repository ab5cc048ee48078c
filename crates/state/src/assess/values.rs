//! What an account says of its person against what the directories say, and directories that do not agree on one account.

use super::register::{Register, fold};
use super::{active, address, objects, user};
use crate::TenantState;
use crate::diagnosis::{self, Diagnosis, Sure};
use crate::invariants::{id, show, text};
use serde_json::Value;
use std::collections::HashSet;

/// So many linked accounts make a share of them a sign of a mapping.
const POPULATION: usize = 4;

pub(super) fn judge(state: &TenantState, register: &Register<'_>, found: &mut Vec<Diagnosis>) {
    let told: HashSet<String> = found.iter().flat_map(|d| d.objects.iter().filter_map(|o| o.id.clone())).collect();
    let linked: Vec<(&Value, usize)> = state
        .users
        .iter()
        .filter(|account| !told.contains(&id(account)))
        .filter_map(|account| Some((account, register.by_external_id(account)?)))
        .collect();
    let named = |(account, at): &(&Value, usize)| {
        let own = text(account, "userName").map(fold);
        own.is_some() && own != Some(fold(&register.people[*at].user_name)) && register.by_name(account).is_none()
    };
    let mailed = |(account, at): &(&Value, usize)| {
        let (own, theirs) = (address(account).map(fold), register.people[*at].email.as_deref().map(fold));
        own.is_some() && theirs.is_some() && own != theirs
    };
    for (what, other, sure) in [
        ("userName", &named as &dyn Fn(&(&Value, usize)) -> bool, Sure::Likely),
        ("mail address", &mailed, Sure::Possible),
    ] {
        let all: Vec<(&Value, usize)> = linked.iter().filter(|one| other(one)).copied().collect();
        if linked.len() >= POPULATION && all.len() * 2 > linked.len() {
            found.push(mapped(what, linked.len(), &all));
        } else {
            found.extend(all.into_iter().map(|(account, at)| differs(what, sure, register, (account, at))));
        }
    }
    disagree(state, register, found);
}

/// Most accounts differ: then another attribute is sent, and nothing is wrong with each.
fn mapped(what: &str, linked: usize, all: &[(&Value, usize)]) -> Diagnosis {
    Diagnosis {
        kind: diagnosis::OTHER_VALUES,
        sure: Sure::Possible,
        text: format!("the {what} of {} of {linked} linked accounts is another than in the directory", all.len()),
        known_by: "the directory: so many differ that the IdP probably maps another attribute to it".to_owned(),
        objects: objects(all.iter().map(|(account, _)| *account), user),
    }
}

fn differs(what: &str, sure: Sure, register: &Register<'_>, (account, at): (&Value, usize)) -> Diagnosis {
    let person = register.people[at];
    let theirs =
        if what == "userName" { person.user_name.as_str() } else { person.email.as_deref().unwrap_or_default() };
    Diagnosis {
        kind: diagnosis::OTHER_VALUES,
        sure,
        text: format!("the account of \"{}\" has another {what} than the directory", show(register.called(at))),
        known_by: format!("the directory: the externalId is theirs, and it has the {what} \"{}\"", show(theirs)),
        objects: objects([account], user),
    }
}

/// Accounts of people whom one directory has as active and another not: each IdP writes its own.
fn disagree(state: &TenantState, register: &Register<'_>, found: &mut Vec<Diagnosis>) {
    let accounts: Vec<&Value> =
        state.users.iter().filter(|a| register.owner(a).is_some_and(|at| register.differs(at))).collect();
    for account in accounts {
        let Some(at) = register.owner(account) else { continue };
        let now = if active(account) { "active" } else { "inactive" };
        found.push(Diagnosis {
            kind: diagnosis::TWO_DIRECTORIES,
            sure: Sure::Likely,
            text: format!("two directories claim the account of \"{}\", and do not agree", show(register.called(at))),
            known_by: format!("the directories: one has the person as active, another not; the account is {now}"),
            objects: objects([account], user),
        });
    }
}
