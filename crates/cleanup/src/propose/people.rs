//! What is to become of accounts.

use super::Believe;
use super::draft::{Draft, Reason, id, link, name, reason};
use super::survivor::choose;
use client::observe::{Resource, member};
use serde_json::Value;
use state::{Diagnosis, active, address, fold};
use std::collections::BTreeSet;

/// Accounts that userName, externalId and address give to two people.
pub(super) fn wrong_person(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    let accounts = draft.users_of(diagnosis);
    let Some(claims) = draft.claims else { return without_directory(draft, diagnosis, &accounts) };
    // Not everybody of whom the diagnosis speaks has something wrong; but something has to be said of somebody.
    let mut said = false;
    for account in accounts {
        let Some(named) = claims.by_name(account) else {
            let why = "the userName is nobody's in the directory: correct it in the product, then plan again";
            draft.leave(diagnosis, why);
            said = true;
            continue;
        };
        let linked = claims.by_link(account);
        let theirs = address(account).is_some_and(|mail| claims.is_anothers_mail(mail, named));
        if linked == Some(named) && !theirs {
            continue;
        }
        said = true;
        if !draft.spared(&id(account), diagnosis) {
            corrected(draft, diagnosis, account, (linked, named));
        }
    }
    if !said {
        draft
            .leave(diagnosis, "userName and externalId are as in the directory: see whose the rest is, in the product");
    }
}

/// The link, and an address that a wrong match has overwritten, get back what the directory has; or the userName does, where that
/// is not believed.
fn corrected(draft: &mut Draft<'_>, diagnosis: &Diagnosis, account: &Value, (linked, named): (Option<usize>, usize)) {
    let Some(claims) = draft.claims else { return };
    let (own, of_name) = (id(account), claims.person(named));
    match linked.filter(|linked| *linked != named).map(|linked| claims.person(linked)) {
        Some(of_link) if draft.options.believe == Believe::Link => {
            let why = format!("the externalId is that of {}, and so is this userName", of_link.user_name);
            draft.user(&own).user_name = Some((of_link.user_name.clone(), reason(diagnosis, why)));
            return;
        }
        Some(_) => {
            let why = format!("the userName is that of {}, and so is this externalId", of_name.user_name);
            draft.user(&own).link = Some((Some(of_name.external_id.clone()), reason(diagnosis, why)));
        }
        // A link that is no person's, but another account's id or name.
        None if linked.is_none() && link(account).is_some() => {
            let why = format!("the directory gives {} this externalId", of_name.user_name);
            draft.user(&own).link.get_or_insert((Some(of_name.external_id.clone()), reason(diagnosis, why)));
        }
        None => {}
    }
    let theirs = address(account).is_some_and(|mail| claims.is_anothers_mail(mail, named));
    if let Some(mail) = of_name.email.clone().filter(|_| theirs) {
        let why = format!("the address is that of somebody else, and {} has this one", of_name.user_name);
        draft.user(&own).mail = Some((mail, reason(diagnosis, why)));
    }
}

/// Only a link that is another account's id or userName is surely wrong; it is taken off, and the IdP matches by userName.
fn without_directory(draft: &mut Draft<'_>, diagnosis: &Diagnosis, accounts: &[&Value]) {
    let mut any = false;
    for account in accounts {
        let Some(external) = link(account) else { continue };
        let taken = accounts
            .iter()
            .any(|other| id(other) != id(account) && (id(other) == external || fold(&name(other)) == fold(&external)));
        if taken && !draft.spared(&id(account), diagnosis) {
            let why = reason(diagnosis, "the externalId is another account's id or userName");
            draft.user(&id(account)).link = Some((None, why));
            any = true;
        }
    }
    if !any {
        draft.leave(diagnosis, "without a directory nobody knows whose account it is: name it with --directory");
    }
}

/// An account that nobody may sign in to.
pub(super) fn deactivate(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    for account in draft.users_of(diagnosis) {
        if !draft.spared(&id(account), diagnosis) {
            draft.user(&id(account)).active = Some((false, reason(diagnosis, diagnosis.known_by.clone())));
        }
    }
}

/// An account that somebody should be able to sign in to.
pub(super) fn activate(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    for account in draft.users_of(diagnosis) {
        draft.user(&id(account)).active = Some((true, reason(diagnosis, diagnosis.known_by.clone())));
    }
}

/// An account with an externalId that is nobody's.
pub(super) fn stale_link(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    let Some(claims) = draft.claims else {
        return draft
            .leave(diagnosis, "without a directory nobody knows the right externalId: name it with --directory");
    };
    for account in draft.users_of(diagnosis) {
        let own = id(account);
        let Some(person) = claims.by_name(account).map(|at| claims.person(at)) else { continue };
        if draft.gives_way.contains_key(&own) || draft.spared(&own, diagnosis) {
            continue;
        }
        let why = reason(diagnosis, format!("the directory gives {} this externalId", person.user_name));
        draft.user(&own).link.get_or_insert((Some(person.external_id.clone()), why));
    }
}

/// A value of the wrong type: `active` as text is given its meaning. The rest is not ours.
pub(super) fn ill_formed(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    let accounts = draft.users_of(diagnosis);
    let text = accounts.iter().copied().find(|a| member(a, "active").is_some_and(Value::is_string));
    if let Some((account, meant)) = text.and_then(|a| Some((a, Resource::of(a).active()?))) {
        if !draft.spared(&id(account), diagnosis) {
            let why = reason(diagnosis, "active has to be true or false (RFC 7643 section 4.1.1)");
            draft.user(&id(account)).active.get_or_insert((meant, why));
        }
        return;
    }
    let itself = draft.groups_of(diagnosis).into_iter().find(|g| super::draft::members(g).any(|m| m == id(g)));
    match itself {
        Some(group) => {
            let own = id(group);
            draft.member(&own, &own, false, reason(diagnosis, "a group is no member of itself"));
        }
        None => draft.leave(diagnosis, "no change over SCIM surely puts this right: correct it in the product"),
    }
}

/// Several accounts of one person: one stays, the others give way to it.
pub(super) fn two_accounts(draft: &mut Draft<'_>, diagnosis: &Diagnosis) {
    let mut accounts = draft.users_of(diagnosis);
    accounts.retain(|a| !draft.gives_way.contains_key(&id(a)));
    let owners: BTreeSet<usize> = accounts.iter().filter_map(|a| draft.owner(a)).collect();
    // A link that two accounts share makes no one person of two whom the directory tells apart.
    if accounts.len() < 2 || owners.len() > 1 {
        return;
    }
    let Some((stays, because)) = choose(draft, &accounts, true) else {
        return draft.leave(diagnosis, "several of them are protected; decide by hand");
    };
    let own = id(stays);
    draft.kept.insert(own.clone(), name(stays));
    let others: Vec<&Value> = accounts.iter().copied().filter(|a| id(a) != own).collect();
    let person = owners.first().copied();
    if let Some(at) = person {
        draft.accounts.insert(at, own.clone());
    }
    draft.together.push(accounts.iter().map(|a| id(a)).collect());
    keep(draft, diagnosis, stays, &others, (person, &because));
    for other in others {
        retire(draft, diagnosis, other, stays, person);
    }
}

/// The account that stays gets what makes it the person's: the link, the userName, the right to sign in.
fn keep(
    draft: &mut Draft<'_>,
    diagnosis: &Diagnosis,
    stays: &Value,
    others: &[&Value],
    (person, because): (Option<usize>, &str),
) {
    let own = id(stays);
    if draft.protected.contains_key(&own) {
        return;
    }
    let why = |what: &str| -> Reason { reason(diagnosis, format!("it stays, because {because}; {what}")) };
    let wanted = match (draft.claims, person) {
        (Some(claims), Some(at)) => {
            let person = claims.person(at);
            let theirs = |value: &Value| link(value).as_deref() == Some(person.external_id.as_str());
            // Without a link it is found by userName: then nothing has to be written.
            let needed = link(stays).is_some() || others.iter().any(|o| theirs(o));
            let takes_name = others.iter().any(|o| fold(&name(o)) == fold(&person.user_name));
            if takes_name && fold(&name(stays)) != fold(&person.user_name) {
                let wish = (person.user_name.clone(), why("the directory gives the person this userName"));
                draft.user(&own).user_name = Some(wish);
            }
            if person.active && !active(stays) {
                draft.user(&own).active = Some((true, why("the directory has the person active")));
            }
            needed.then(|| person.external_id.clone())
        }
        _ => {
            if !active(stays) && others.iter().any(|o| active(o)) {
                draft.user(&own).active = Some((true, why("the person could sign in to another of them")));
            }
            let mut links: Vec<String> = others.iter().filter_map(|o| link(o)).collect();
            links.dedup();
            (link(stays).is_none() && links.len() == 1).then(|| links.swap_remove(0))
        }
    };
    if let Some(external) = wanted.filter(|e| Some(e) != link(stays).as_ref()) {
        draft.user(&own).link = Some((Some(external), why("it takes over the link")));
    }
}

/// An account that gives way: memberships move, the link goes, nobody signs in any more, and it is deleted where that was asked
/// for.
fn retire(draft: &mut Draft<'_>, diagnosis: &Diagnosis, other: &Value, stays: &Value, person: Option<usize>) {
    let (own, heir) = (id(other), id(stays));
    let why = |what: &str| reason(diagnosis, format!("{} (id {heir}) stays in its place; {what}", name(stays)));
    draft.gives_way.insert(own.clone(), heir.clone());
    for group in draft.memberships.get(&own).cloned().unwrap_or_default() {
        let wanted = draft.groups.get(&group).copied().and_then(|g| draft.claims?.wanted(g));
        let belongs = wanted.is_none_or(|wanted| person.is_some_and(|at| wanted.contains(&at)));
        let there = draft.memberships.get(&heir).is_some_and(|groups| groups.contains(&group));
        if belongs && !there {
            draft.member(
                &group,
                &heir,
                true,
                reason(diagnosis, format!("it takes over the membership of {}", name(other))),
            );
        }
        draft.member(&group, &own, false, why("the membership moves there"));
    }
    if link(other).is_some() {
        draft.user(&own).link = Some((None, why("the link goes")));
    }
    if active(other) {
        draft.user(&own).active = Some((false, why("nobody signs in to this one any more")));
    }
    match draft.may_delete() {
        Ok(()) => draft.user(&own).delete = Some(why("it is deleted, as asked for")),
        Err(not) => draft.leave(
            diagnosis,
            &format!("the account that gives way ({}, id {own}) is emptied and stays: {not}", name(other)),
        ),
    }
}
