//! What the target holds of people.

use super::super::basis::Basis;
use super::super::directory_attributes::{self, enterprise, named_values, path_of, value_of};
use super::super::evidence::Evidence;
use super::super::expectations;
use super::super::lacks::{is_kept, is_shown_on_request};
use super::super::parameters::{IdpName, People};
use super::super::resource_values::seen_accounts;
use super::super::step_end::Stop;
use super::super::world::World;
use client::observe::{Capabilities, id_text, member};
use cucumber::gherkin::Step;
use cucumber::{given, then, when};
use judge::verdict::OutcomeKind;
use serde_json::Value;

/// Notes the people's accounts as they are now, for later comparison.
/// Example: the accounts of "Ada" and "Ben" are noted
#[given(expr = "the account(s) of {people} is/are noted")]
#[when(expr = "the account(s) of {people} is/are noted")]
async fn note(world: &mut World, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let account = world.account_of(&name).await?;
        world.noted.accounts.insert(name, account);
    }
    Ok(())
}

/// Each of the people has exactly one account.
/// Example: there is exactly one account for "Ada" and "Ben"
#[then(expr = "there is exactly one account for {people}")]
async fn one_account(world: &mut World, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        world.account_of(&name).await?;
    }
    Ok(())
}

/// Each of the people has so many accounts, under one user name or several.
/// Example: there are 2 accounts for "Ada" and "Ben"
#[then(expr = "there are {int} accounts for {people}")]
async fn so_many_accounts(world: &mut World, count: usize, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let accounts = world.accounts_of(&name).await?;
        if accounts.len() != count {
            let (expected, seen) =
                (format!("exactly {count}"), format!("{name} has {}", seen_accounts(accounts.len(), &accounts)));
            return Err(world.evidence.broken(expectations::STATE_ONE_ACCOUNT, &Basis::AllUsers, expected, seen));
        }
    }
    Ok(())
}

/// Of each of the people's accounts so many are active.
/// Example: 1 account of "Ada" is active
#[then(expr = "{int} account(s) of {people} is/are active")]
async fn so_many_active(world: &mut World, count: usize, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let accounts = world.accounts_of(&name).await?;
        let active = accounts.iter().filter(|a| member(a, "active") == Some(&Value::Bool(true))).count();
        if active != count {
            let (expected, seen) = (format!("exactly {count}"), format!("{name} has {active} active accounts"));
            return Err(world.evidence.broken(expectations::STATE_ACTIVE, &Basis::AllUsers, expected, seen));
        }
    }
    Ok(())
}

/// Of a person's accounts the one that is active is the one this IdP manages.
/// Example: the active account of "Ada" is the one the new IdP is linked to
#[then(expr = "the active account of {string} is the one {idp} is linked to")]
async fn active_is_linked(world: &mut World, name: String, idp: IdpName) -> Result<(), Stop> {
    let key = world.person(&idp, &name).await?;
    let link = world.player(&idp).await?.idp.links().person(&key).map(|l| l.id.clone());
    let accounts = world.accounts_of(&name).await?;
    let active: Vec<_> = accounts.iter().filter(|a| member(a, "active") == Some(&Value::Bool(true))).collect();
    match (active.as_slice(), link) {
        ([one], Some(link)) if id_text(one).as_ref() == Some(&link) => Ok(()),
        (active, link) => {
            let expected = match link {
                Some(link) => format!("one, which {} is linked to (id \"{link}\")", idp.0),
                None => format!("one, which {} is linked to; it is linked to none", idp.0),
            };
            let ids: Vec<_> = active.iter().filter_map(|a| id_text(a)).collect();
            let seen = format!("{name} has {} active accounts, {ids:?}", active.len());
            Err(world.evidence.broken(expectations::STATE_ACTIVE, &Basis::AllUsers, expected, seen))
        }
    }
}

/// The people have no account.
/// Example: there is no account for "Ada"
#[then(expr = "there is no account for {people}")]
async fn no_account(world: &mut World, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let accounts = world.accounts_of(&name).await?;
        if !accounts.is_empty() {
            let (expected, seen) =
                ("none".to_owned(), format!("{name} has {}", seen_accounts(accounts.len(), &accounts)));
            return Err(world.evidence.broken(expectations::STATE_NO_ACCOUNT, &Basis::AllUsers, expected, seen));
        }
    }
    Ok(())
}

/// No account of this scenario is anybody else's. Skips the scenario where there are too many users to read them all.
/// Example: nobody but "Ada" and "Ben" has an account
#[then(expr = "nobody but {people} has an account")]
async fn nobody_else(world: &mut World, people: People) -> Result<(), Stop> {
    let names = world.cast.names(&people);
    let strangers = world.strangers_to(&names).await?;
    if strangers.is_empty() {
        return Ok(());
    }
    let (expected, seen) = (format!("accounts of {} alone", names.join(", ")), user_names(&strangers));
    Err(world.evidence.broken(expectations::STATE_NO_ACCOUNT, &Basis::AllUsers, expected, seen))
}

/// The user names of accounts, each with whether it is active.
fn user_names(accounts: &[Value]) -> String {
    let named = accounts.iter().map(|account| {
        let name = member(account, "userName").and_then(Value::as_str).unwrap_or_default();
        let active = member(account, "active") == Some(&Value::Bool(true));
        format!("{name}{}", if active { ", active" } else { "" })
    });
    named.collect::<Vec<_>>().join("; ")
}

/// The people's accounts are active.
/// Example: the accounts of "Ada" and "Ben" are active
#[then(expr = "the account(s) of {people} is/are active")]
async fn active(world: &mut World, people: People) -> Result<(), Stop> {
    judge_active(world, &people, true).await
}

/// The people's accounts are there, and inactive.
/// Example: the account of "Ada" is inactive
#[then(expr = "the account(s) of {people} is/are inactive")]
async fn inactive(world: &mut World, people: People) -> Result<(), Stop> {
    judge_active(world, &people, false).await
}

async fn judge_active(world: &mut World, people: &People, wanted: bool) -> Result<(), Stop> {
    for name in world.cast.names(people) {
        let account = world.account_of(&name).await?;
        let seen = member(&account, "active").cloned().unwrap_or(Value::Null);
        if seen.is_null() {
            world.evidence.needs_attribute("/Users", "active")?;
        }
        if seen != Value::Bool(wanted) {
            let (expected, seen) = (format!("active {wanted}"), format!("active is {seen} on the account of {name}"));
            return Err(world.evidence.broken(expectations::STATE_ACTIVE, &Basis::AllUsers, expected, seen));
        }
    }
    Ok(())
}

/// The people's accounts have the ids they had when they were noted.
/// Example: the accounts of "Ada" and "Ben" keep their ids
#[then(expr = "the account(s) of {people} keep(s) its/their id(s)")]
async fn keep_ids(world: &mut World, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let account = world.account_of(&name).await?;
        let before = noted_id(world, &name)?;
        let now = id_text(&account).unwrap_or_default();
        if before != now {
            return Err(world.evidence.broken(
                expectations::STATE_SAME_ID,
                &Basis::AllUsers,
                format!("the id it had before, \"{before}\""),
                format!("the account of {name} has the id \"{now}\""),
            ));
        }
    }
    Ok(())
}

/// The people's accounts have other ids than when they were noted: they are new ones.
/// Example: the account of "Ada" has a new id
#[then(expr = "the account of {string} has a new id")]
async fn new_id(world: &mut World, name: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let before = noted_id(world, &name)?;
    let now = id_text(&account).unwrap_or_default();
    if before == now {
        let seen = format!("the new account of {name} has the id of the deleted one, \"{now}\"");
        let expected = "a new id".to_owned();
        return Err(world.evidence.broken(expectations::STATE_SAME_ID, &Basis::AllUsers, expected, seen));
    }
    Ok(())
}

/// The people's accounts are active if they were when they were noted, and inactive if they were not.
/// Example: the account of "Ada" is as active as it was
#[then(expr = "the account(s) of {people} is/are as active as it/they was/were")]
async fn as_active(world: &mut World, people: People) -> Result<(), Stop> {
    let active = |account: &Value| member(account, "active").cloned().unwrap_or(Value::Null);
    for name in world.cast.names(&people) {
        let now = active(&world.account_of(&name).await?);
        let Some(before) = world.noted.accounts.get(&name).map(active) else {
            return Err(world.evidence.misuse(format!("the account of {name} was not noted in this scenario")));
        };
        if now != before {
            let expected = format!("active {before}, as before");
            let seen = format!("active is {now} on the account of {name}");
            return Err(world.evidence.broken(expectations::STATE_ACTIVE, &Basis::AllUsers, expected, seen));
        }
    }
    Ok(())
}

/// The people's accounts are exactly as they were noted, `meta` aside.
/// Example: the account of "Ada" is unchanged
#[then(expr = "the account(s) of {people} is/are unchanged")]
async fn unchanged(world: &mut World, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let account = world.account_of(&name).await?;
        let Some(before) = world.noted.accounts.get(&name).cloned() else {
            return Err(world.evidence.misuse(format!("the account of {name} was not noted in this scenario")));
        };
        let bare = |v: &Value| {
            let mut v = v.clone();
            if let Some(object) = v.as_object_mut() {
                object.retain(|k, _| !k.eq_ignore_ascii_case("meta"));
                object.sort_keys();
            }
            v
        };
        if bare(&before) != bare(&account) {
            return Err(world.evidence.broken(
                expectations::STATE_UNTOUCHED,
                &Basis::AllUsers,
                bare(&before).to_string(),
                bare(&account).to_string(),
            ));
        }
    }
    Ok(())
}

/// The people's accounts show what the IdP's directory knows: names, e-mail address, title, department, status.
/// Example: the account of "Ada" shows what the IdP knows
#[then(expr = "the account(s) of {people} show(s) what {idp} knows")]
async fn shows(world: &mut World, people: People, idp: IdpName) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let key = world.person(&idp, &name).await?;
        let player = world.player(&idp).await?;
        let Some(person) = player.idp.directory().person(&key).cloned() else {
            return Err(world.evidence.misuse(format!("{} does not know {name}", idp.0)));
        };
        let account = world.account_of(&name).await?;
        let wanted = [
            ("user name", Some(person.user_name.clone())),
            ("given name", Some(person.given_name.clone())),
            ("family name", Some(person.family_name.clone())),
            ("display name", Some(person.display_name.clone())),
            ("email", person.email.clone()),
            ("title", person.title.clone()),
            ("department", person.department.clone()),
        ];
        for (attribute, value) in wanted {
            let Some(value) = value else { continue };
            judge_if_kept(&mut world.evidence, &account, &name, attribute, &value)?;
        }
    }
    Ok(())
}

/// An attribute of a person's account; the names are those of the IdP's directory.
/// Example: the "department" of the account of "Ada" is "Research"
#[then(expr = "the {string} of the account of {string} is {string}")]
async fn attribute_is(world: &mut World, attribute: String, name: String, value: String) -> Result<(), Stop> {
    let path = known(&mut world.evidence, &attribute)?;
    world.evidence.needs_attribute("/Users", &path)?;
    if world.sent_nothing_for_want_of_a_mapping() {
        let why = "the target's schemas lack what the IdP maps, so that it had nothing to send";
        return Err(world.evidence.stop(OutcomeKind::Skipped, why));
    }
    let account = world.account_of(&name).await?;
    let value = world.cast.addresses.in_text(&value);
    judge_attribute(&mut world.evidence, &account, &name, &attribute, &value)
}

/// Attributes of a person's account, one a line; those that the target's schemas lack are left out.
/// Example: the account of "Ada" holds these:
#[then(expr = "the account of {string} holds these:")]
async fn attributes_are(world: &mut World, name: String, step: &Step) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    for (attribute, value) in named_values(step).map_err(|why| world.evidence.misuse(why))? {
        let value = world.cast.addresses.in_text(&value);
        judge_if_kept(&mut world.evidence, &account, &name, &attribute, &value)?;
    }
    Ok(())
}

/// A person's account has the user name that this IdP gives the person.
/// Example: the account of "Ada" has the user name that the IdP gives
#[then(expr = "the account(s) of {people} has/have the user name(s) that {idp} gives")]
async fn user_name_of(world: &mut World, people: People, idp: IdpName) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let key = world.person(&idp, &name).await?;
        let player = world.player(&idp).await?;
        let wanted = player.idp.directory().person(&key).map(|p| p.user_name.clone()).unwrap_or_default();
        let account = world.account_of(&name).await?;
        if is_same_fixed_name(&world.evidence.told, &account, &wanted) {
            continue;
        }
        judge_attribute(&mut world.evidence, &account, &name, "user name", &wanted)?;
    }
    Ok(())
}

/// Whether the account has this name in other letters, on a target whose schemas fix the first name and tell no case apart: to it
/// both are one value, so that it may take the update and keep what it has (RFC 7643 section 7).
fn is_same_fixed_name(told: &Capabilities, account: &Value, wanted: &str) -> bool {
    let own = told.attribute("/Users", "userName");
    let exact = own.as_ref().and_then(|own| member(own, "caseExact")).and_then(Value::as_bool) == Some(true);
    let seen = member(account, "userName").and_then(Value::as_str).unwrap_or_default();
    is_kept(told, "/Users", "userName", "immutable") && !exact && seen.to_lowercase() == wanted.to_lowercase()
}

/// A person's account names another person's account as the manager.
/// Example: the account of "Ben" has "Ada" as manager
#[then(expr = "the account of {string} has {string} as manager")]
async fn has_manager(world: &mut World, name: String, manager: String) -> Result<(), Stop> {
    let path = known(&mut world.evidence, "manager")?;
    world.evidence.needs_attribute("/Users", &path)?;
    let wanted = id_text(&world.account_of(&manager).await?).unwrap_or_default();
    let account = world.account_of(&name).await?;
    let seen = enterprise(&account, "manager").and_then(|m| member(m, "value")).cloned().unwrap_or(Value::Null);
    if seen.as_str() == Some(&wanted) {
        return Ok(());
    }
    Err(world.evidence.broken(
        expectations::STATE_ATTRIBUTE,
        &Basis::AllUsers,
        format!("manager {wanted}, the account of {manager}"),
        format!("manager is {seen} on the account of {name}"),
    ))
}

/// A person's account names no manager.
/// Example: the account of "Ben" has no manager
#[then(expr = "the account of {string} has no manager")]
async fn no_manager(world: &mut World, name: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let seen = enterprise(&account, "manager").and_then(|m| member(m, "value")).cloned().unwrap_or(Value::Null);
    if seen.is_null() || seen.as_str() == Some("") {
        return Ok(());
    }
    Err(world.evidence.broken(
        expectations::STATE_ATTRIBUTE,
        &Basis::AllUsers,
        "no manager".to_owned(),
        format!("manager is {seen} on the account of {name}"),
    ))
}

/// The people's accounts carry the externalId this IdP gives them.
/// Example: the accounts of "Ada" and "Ben" carry the externalId of the new IdP
#[then(expr = "the account(s) of {people} carry/carries the externalId of {idp}")]
async fn carries(world: &mut World, people: People, idp: IdpName) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let wanted = external_id(world, &idp, &name).await?;
        let account = world.account_of(&name).await?;
        let seen = member(&account, "externalId").cloned().unwrap_or(Value::Null);
        if seen.as_str() != Some(&wanted) {
            let expected = format!("externalId {wanted}");
            let seen = format!("externalId is {seen} on the account of {name}");
            return Err(world.evidence.broken(expectations::STATE_LINKED, &Basis::AllUsers, expected, seen));
        }
    }
    Ok(())
}

/// The IdP addresses the people's one account, and no other.
/// Example: the new IdP is linked to the accounts of "Ada" and "Ben"
#[then(expr = "{idp} is linked to the account(s) of {people}")]
async fn linked(world: &mut World, idp: IdpName, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let account = world.account_of(&name).await?;
        let id = id_text(&account).unwrap_or_default();
        let key = world.person(&idp, &name).await?;
        let link = world.player(&idp).await?.idp.links().person(&key).map(|l| l.id.clone());
        if link.as_deref() != Some(id.as_str()) {
            let expected = format!("a link to the account of {name} (id \"{id}\")");
            let seen = match link {
                Some(link) => format!("{} is linked to another id for {name}, \"{link}\"", idp.0),
                None => format!("{} is not linked to {name}", idp.0),
            };
            return Err(world.evidence.broken(expectations::STATE_LINKED, &Basis::IdpLinks, expected, seen));
        }
    }
    Ok(())
}

/// Users, groups, members and identifiers agree with each other everywhere in what this scenario made.
/// Example: users and groups agree
#[then(expr = "users and groups agree")]
async fn agree(world: &mut World) -> Result<(), Stop> {
    // What is diagnosed is the whole target: a member that belongs to somebody else would look dangling otherwise.
    let state = world.read_whole().await?;
    let mine = world.of_this_scenario(state.clone());
    let ids: Vec<String> = mine.users.iter().chain(&mine.groups).filter_map(id_text).collect();
    let mut found = state::invariants::diagnose(&state);
    // A password that is shown contradicts nothing: the check of every answer tells it.
    found.retain(|d| d.severity.fails() && d.invariant != "U16" && d.objects.iter().any(|o| ids.contains(o)));
    match found.first() {
        None => Ok(()),
        Some(first) => {
            let more = if found.len() > 1 { format!(" (and {} more)", found.len() - 1) } else { String::new() };
            let seen = format!("{}: {}{more}", first.invariant, first.text);
            Err(world.evidence.broken(
                expectations::STATE_CONSISTENT,
                &Basis::Everything,
                "users and groups that agree".into(),
                seen,
            ))
        }
    }
}

/// The people's accounts carry no externalId at all: no IdP is linked to them.
/// Example: the accounts of "Ada" and "Ben" carry no externalId
#[then(expr = "the account(s) of {people} carry/carries no externalId")]
async fn carries_none(world: &mut World, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let account = world.account_of(&name).await?;
        if let Some(seen) = member(&account, "externalId").filter(|v| !v.is_null()) {
            let (expected, seen) =
                ("no externalId".to_owned(), format!("externalId is {seen} on the account of {name}"));
            return Err(world.evidence.broken(expectations::STATE_LINKED, &Basis::AllUsers, expected, seen));
        }
    }
    Ok(())
}

async fn external_id(world: &mut World, idp: &IdpName, name: &str) -> Result<String, Stop> {
    let key = world.person(idp, name).await?;
    Ok(world.player(idp).await?.idp.external_id(&key).unwrap_or(key))
}

fn noted_id(world: &mut World, name: &str) -> Result<String, Stop> {
    match world.noted.accounts.get(name).and_then(id_text) {
        Some(id) => Ok(id),
        None => Err(world.evidence.misuse(format!("the account {name} was not noted in this scenario"))),
    }
}

/// Where an attribute stands; the feature's text is wrong where it is none.
fn known(evidence: &mut Evidence, attribute: &str) -> Result<String, Stop> {
    path_of(attribute).ok_or_else(|| {
        evidence
            .misuse(format!("an account has no attribute `{attribute}`; there are: {}", directory_attributes::names()))
    })
}

/// Judges an attribute, unless the target lacks it or shows it only to who asks for it.
fn judge_if_kept(evidence: &mut Evidence, account: &Value, name: &str, which: &str, wanted: &str) -> Result<(), Stop> {
    let path = known(evidence, which)?;
    let first = path.split('.').next().unwrap_or_default();
    if is_shown_on_request(&evidence.told, "/Users", first) {
        return Ok(());
    }
    if evidence.needs_attribute("/Users", &path).is_err() {
        evidence.take_stop();
        return Ok(());
    }
    judge_attribute(evidence, account, name, which, wanted)
}

fn judge_attribute(
    evidence: &mut Evidence,
    account: &Value,
    name: &str,
    which: &str,
    wanted: &str,
) -> Result<(), Stop> {
    let seen = value_of(account, which);
    if seen.and_then(Value::as_str) == Some(wanted) || (wanted.is_empty() && seen.is_none()) {
        return Ok(());
    }
    let seen = match seen {
        Some(seen) => format!("{which} is {seen} on the account of {name}"),
        None => format!("{which} is missing on the account of {name}"),
    };
    let expected = format!("{which} {wanted:?}");
    Err(evidence.broken(expectations::STATE_ATTRIBUTE, &Basis::AllUsers, expected, seen))
}
