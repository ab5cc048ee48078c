//! People and their accounts after a switch.

use super::{DamageKind, Damages, PersonBeforeAndAfter, Switch};
use crate::invariants::{id, key, show, text};
use client::observe::Resource;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeSet;

pub(super) fn judge(switch: &Switch<'_>, found: &mut Damages) {
    for human in switch.people {
        one(switch, human, found);
    }
    old_links(switch, found);
    local_accounts(switch, found);
}

/// The accounts of a person: under a user name they ever had, or under an id that an IdP addresses.
pub(super) fn accounts<'a>(users: &'a [Value], human: &PersonBeforeAndAfter) -> Vec<&'a Value> {
    let links: Vec<&str> = [&human.old, &human.new].into_iter().flatten().filter_map(|c| c.link.as_deref()).collect();
    let named = |user: &Value| text(user, "userName").is_some_and(|n| human.user_names.contains(&n.to_lowercase()));
    let linked = |user: &Value| key(user, "id").is_some_and(|id| links.contains(&&*id));
    users.iter().filter(|user| named(user) || linked(user)).collect()
}

/// The account of a person that counts: the one the new IdP addresses, or else any.
pub(super) fn counting<'a>(accounts: &[&'a Value], human: &PersonBeforeAndAfter) -> Vec<&'a Value> {
    let link = human.new.as_ref().and_then(|claim| claim.link.as_deref());
    let linked: Vec<&Value> =
        accounts.iter().copied().filter(|a| link.is_some() && key(a, "id").as_deref() == link).collect();
    if linked.is_empty() { accounts.to_vec() } else { linked }
}

/// Whether an account lets somebody in: `active` that is not there means yes.
fn active(account: &Value) -> bool {
    Resource::of(account).active().unwrap_or(true)
}

fn one(switch: &Switch<'_>, human: &PersonBeforeAndAfter, found: &mut Damages) {
    let accounts = accounts(&switch.after.users, human);
    let name = &human.name;
    if accounts.len() > 1 {
        let all: Vec<String> = accounts.iter().map(|a| described(a)).collect();
        found.add(DamageKind::SecondAccount, format!("{name} has {} accounts: {}", all.len(), all.join(", ")));
    }
    let Some(claim) = human.new.as_ref().filter(|claim| claim.active) else {
        if let Some(open) = accounts.iter().find(|a| active(a)) {
            found.add(DamageKind::LeaverActive, format!("{name} should not get in, but {} is active", described(open)));
        }
        return;
    };
    lost(switch, human, &accounts, found);
    let counting = counting(&accounts, human);
    let sure = switch.after.complete || !accounts.is_empty();
    if sure && !counting.iter().any(|a| active(a)) {
        let damage = if human.old.is_some() { DamageKind::StayerLockedOut } else { DamageKind::JoinerLockedOut };
        let seen =
            counting.first().map_or("there is no account".to_owned(), |a| format!("{} is inactive", described(a)));
        found.add(damage, format!("{name} should get in, but {seen}"));
    }
    for account in counting {
        let addressed = claim.link.is_some() && key(account, "id").as_deref() == claim.link.as_deref();
        let seen = text(account, "externalId").unwrap_or_default();
        if !addressed {
            found.add(DamageKind::Unlinked, format!("the new IdP does not address {} of {name}", described(account)));
        } else if seen != claim.external_id {
            let (wanted, seen) = (show(&claim.external_id), show(seen));
            let text =
                format!("the account of {name} carries the externalId \"{seen}\", not the new IdP's \"{wanted}\"");
            found.add(DamageKind::Unlinked, text);
        }
    }
}

fn lost(switch: &Switch<'_>, human: &PersonBeforeAndAfter, now: &[&Value], found: &mut Damages) {
    let before = accounts(&switch.before.users, human);
    let kept = |account: &&&Value| now.iter().any(|a| key(a, "id") == key(account, "id"));
    if let Some(first) = before.first().filter(|_| switch.after.complete && !before.iter().any(|a| kept(&a))) {
        found.add(DamageKind::LostAccount, format!("{} of {} is gone", described(first), human.name));
    }
}

/// An externalId of the old IdP, unless the new IdP gives the same person the same (two tenants fed from one source).
fn old_links(switch: &Switch<'_>, found: &mut Damages) {
    for user in &switch.after.users {
        let Some(given) = text(user, "externalId") else { continue };
        let of_old = |human: &&PersonBeforeAndAfter| human.old.as_ref().is_some_and(|claim| claim.external_id == given);
        let Some(human) = switch.people.iter().find(of_old) else { continue };
        let same = human.new.as_ref().is_some_and(|claim| claim.active && claim.external_id == given);
        if !same {
            let text = format!("{} carries the externalId \"{}\" of the old IdP", described(user), show(given));
            found.add(DamageKind::OldLink, text);
        }
    }
}

/// Accounts that were there before and that the old IdP did not know: the product's own.
fn local_accounts(switch: &Switch<'_>, found: &mut Damages) {
    let olds: Vec<&PersonBeforeAndAfter> = switch.people.iter().filter(|h| h.old.is_some()).collect();
    let theirs: BTreeSet<Cow<'_, str>> =
        olds.iter().flat_map(|h| accounts(&switch.before.users, h)).filter_map(|a| key(a, "id")).collect();
    for before in &switch.before.users {
        let Some(own) = key(before, "id").filter(|id| !theirs.contains(id)) else { continue };
        match switch.after.users.iter().find(|user| key(user, "id").as_ref() == Some(&own)) {
            Some(now) if lasting(now) == lasting(before) => {}
            Some(now) => {
                let text = format!("the product's own account {} is another than before", described(now));
                found.add(DamageKind::LocalAccountTouched, text);
            }
            None if switch.after.complete => {
                found.add(
                    DamageKind::LocalAccountTouched,
                    format!("the product's own account {} is gone", described(before)),
                );
            }
            None => {}
        }
    }
}

/// What of a user is the account's own: not `meta`, nor the groups it has come into.
fn lasting(user: &Value) -> Value {
    let mut user = user.clone();
    if let Some(object) = user.as_object_mut() {
        object.retain(|key, _| !["meta", "groups"].iter().any(|name| key.eq_ignore_ascii_case(name)));
        object.sort_keys();
    }
    user
}

fn described(account: &Value) -> String {
    let name = text(account, "userName").map_or_else(|| "(no userName)".to_owned(), show);
    format!("{name} (id {})", show(&id(account)))
}
