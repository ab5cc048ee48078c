//! Accounts that no directory knows: those that are active, and those that are in groups.
//!
//! An account without externalId may be a local one, which no directory has to know: it is never called more than
//! possible. Who was told of as another's account, or as one too many, is not told of again.

use super::register::{Register, fold};
use super::{active, group, objects, user};
use crate::TenantState;
use crate::diagnosis::{self, Diagnosis, Sure};
use crate::invariants::{id, key, members, show, text};
use serde_json::Value;
use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

/// Says who is a stranger. `local` are the user names of accounts that no directory has to know; `found` is what was said
/// of people so far.
pub(super) fn judge(state: &TenantState, register: &Register<'_>, local: &[String], found: &mut Vec<Diagnosis>) {
    let local: HashSet<String> = local.iter().map(|name| fold(name)).collect();
    let told: HashSet<&str> = found
        .iter()
        .filter(|d| [diagnosis::WRONG_PERSON, diagnosis::TWO_ACCOUNTS].contains(&d.kind) && d.sure != Sure::Possible)
        .flat_map(|d| d.objects.iter().filter_map(|o| o.id.as_deref()))
        .collect();
    let strangers: HashMap<Cow<'_, str>, &Value> = state
        .users
        .iter()
        .filter(|a| register.owner(a).is_none())
        .filter(|a| !text(a, "userName").is_some_and(|name| local.contains(&fold(name))))
        .filter(|a| !told.contains(id(a).as_str()))
        .filter_map(|a| Some((key(a, "id")?, a)))
        .collect();
    let mut more = Vec::new();
    for account in state.users.iter().filter(|a| active(a) && strangers.contains_key(id(a).as_str())) {
        more.push(account_of_nobody(account, register));
    }
    for one in &state.groups {
        more.extend(in_group(one, register, &strangers));
    }
    found.append(&mut more);
}

fn account_of_nobody(account: &Value, register: &Register<'_>) -> Diagnosis {
    let linked = text(account, "externalId").is_some();
    let name = text(account, "userName").unwrap_or("(no userName)");
    let mut known_by = "the directory: nobody there has this userName or externalId".to_owned();
    if let Some(person) = register.by_mail(account) {
        known_by = format!("{known_by}; the mail address is that of \"{}\"", show(register.called(person)));
    }
    if !linked {
        known_by.push_str("; it has no externalId, as an account made in the product has none");
    }
    Diagnosis {
        kind: diagnosis::UNKNOWN_ACCOUNT,
        sure: if linked { Sure::Likely } else { Sure::Possible },
        text: format!("the directory does not know the active account \"{}\"", show(name)),
        known_by,
        objects: objects([account], user),
    }
}

/// A group's strangers; certain where they are active and the directory says who should be in it.
fn in_group(one: &Value, register: &Register<'_>, strangers: &HashMap<Cow<'_, str>, &Value>) -> Option<Diagnosis> {
    let mut once = HashSet::new();
    let who: Vec<&Value> = members(one)
        .filter(|(value, _)| once.insert(value.clone()))
        .filter_map(|(value, _)| strangers.get(&value).copied())
        .collect();
    let some_active = who.iter().any(|account| active(account));
    let listed = register.claim(one).is_some_and(|claim| register.wanted(claim).is_some());
    let (sure, sign) = match (who.is_empty(), some_active, listed) {
        (true, ..) => return None,
        (_, true, true) => (Sure::Certain, "the directory: it says who is in the group, and does not know them"),
        (_, true, false) => (Sure::Likely, "the directory: nobody there has their userName or externalId"),
        (_, false, _) => (Sure::Possible, "the directory does not know them; they are inactive"),
    };
    let name = show(text(one, "displayName").unwrap_or("(no displayName)"));
    let (count, are) =
        if who.len() == 1 { ("a member".to_owned(), "is") } else { (format!("{} members", who.len()), "are") };
    let mut concerned = objects([one], group);
    concerned.extend(objects(who, user));
    Some(Diagnosis {
        kind: diagnosis::UNKNOWN_MEMBER,
        sure,
        text: format!("{count} of group \"{name}\" {are} not known to the directory"),
        known_by: sign.to_owned(),
        objects: concerned,
    })
}
