//! What a diagnosis says of the state a scenario has made. A target that never got into that state has nothing to be
//! diagnosed: the scenario is skipped. A state that is there and not seen for what it is, is a defect of ours.

use super::super::basis::Basis;
use super::super::evidence::Evidence;
use super::super::expectations;
use super::super::parameters::{IdpName, People};
use super::super::step_end::Stop;
use super::super::world::World;
use client::observe::{id_text, member};
use cucumber::{given, then};
use judge::verdict::Hindrance;
use serde_json::Value;
use state::{Diagnosis, Sure};
use std::collections::BTreeSet;

/// The diagnosis is given what this IdP's directory holds, as a file exported from it would.
/// Example: the diagnosis knows the directory of the new IdP
#[given(expr = "the diagnosis knows the directory of {idp}")]
async fn knows(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    world.noted.directory_in_charge = Some(idp);
    Ok(())
}

/// The diagnosis shows that a person has two accounts, for certain or likely.
/// Example: the diagnosis shows two accounts for "Ada"
#[then(expr = "the diagnosis shows two accounts for {string}")]
async fn two_accounts(world: &mut World, name: String) -> Result<(), Stop> {
    let accounts = ids(&world.accounts_of(&name).await?);
    if accounts.len() < 2 {
        return Err(never(&mut world.evidence, &format!("{} account for {name}", accounts.len())));
    }
    expect(world, &format!("two accounts for {name}"), |a| {
        a.kind.id == "two-accounts" && a.sure != Sure::Possible && accounts.is_subset(&on_target(a))
    })
    .await
}

/// The diagnosis does not say that these people's accounts are one person's for certain.
/// Example: the diagnosis does not take "Ada" and "Ben" for one person
#[then(expr = "the diagnosis does not take {people} for one person")]
async fn not_one(world: &mut World, people: People) -> Result<(), Stop> {
    let mut accounts = BTreeSet::new();
    for name in world.cast.names(&people) {
        accounts.extend(ids(&world.accounts_of(&name).await?));
    }
    let taken = |a: &Diagnosis| {
        a.kind.id == "two-accounts" && a.sure == Sure::Certain && on_target(a).intersection(&accounts).count() > 1
    };
    match findings(world).await?.iter().find(|a| taken(a)) {
        None => Ok(()),
        Some(wrong) => {
            Err(world.not_as_documented(&format!("the diagnosis takes several people for one: {}", wrong.text)))
        }
    }
}

/// The diagnosis shows a group that no IdP in charge pushes: for certain where it knows the directory, else as possible.
/// Example: the diagnosis shows group "Legacy" as claimed by nobody
#[then(expr = "the diagnosis shows group {string} as claimed by nobody")]
async fn unclaimed(world: &mut World, name: String) -> Result<(), Stop> {
    let groups = world.groups_called(&name).await?;
    let Some(id) = groups.first().and_then(id_text) else {
        return Err(never(&mut world.evidence, &format!("no group {name}")));
    };
    let certain = world.noted.directory_in_charge.is_some();
    expect(world, &format!("group {name} claimed by nobody"), |a| {
        a.kind.id == "unclaimed-group" && on_target(a).contains(&id) && (a.sure == Sure::Certain) == certain
    })
    .await
}

/// The diagnosis shows that the IdP addresses one person and reaches the account of another.
/// Example: the diagnosis shows that "Ada" is linked to the account of "Ben"
#[then(expr = "the diagnosis shows that {string} is linked to the account of {string}")]
async fn wrong_person(world: &mut World, linked: String, of: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&of).user_name;
    let state = world.read_state().await?;
    let named = |user: &&Value| {
        member(user, "userName").and_then(Value::as_str).is_some_and(|n| n.eq_ignore_ascii_case(&user_name))
    };
    let id = state.users.iter().find(named).and_then(id_text).unwrap_or_default();
    if !world.cast.linked_ids(&linked).contains(&id) {
        return Err(never(&mut world.evidence, &format!("no link from {linked} to the account of {of}")));
    }
    let (linked, of) = (world.cast.persona(&linked).display_name, world.cast.persona(&of).display_name);
    let text = format!("\"{linked}\" is linked to the account of \"{of}\"");
    expect(world, &text, |a| a.kind.id == "wrong-person" && a.text == text && on_target(a).contains(&id)).await
}

/// The diagnosis shows that the people's accounts carry the externalId of an IdP that is gone.
/// Example: the diagnosis shows stale links of "Ada" and "Ben"
#[then(expr = "the diagnosis shows stale links of {people}")]
async fn stale(world: &mut World, people: People) -> Result<(), Stop> {
    each(world, &people, "stale-link").await
}

/// The diagnosis shows that the people have left and can still sign in.
/// Example: the diagnosis shows that "Ada" has left with an active account
#[then(expr = "the diagnosis shows that {people} has/have left with an active account")]
async fn leavers(world: &mut World, people: People) -> Result<(), Stop> {
    each(world, &people, "active-leaver").await
}

async fn each(world: &mut World, people: &People, kind: &str) -> Result<(), Stop> {
    for name in world.cast.names(people) {
        let accounts = ids(&world.accounts_of(&name).await?);
        if accounts.is_empty() {
            return Err(never(&mut world.evidence, &format!("no account for {name}")));
        }
        let what = format!("{kind} for {name}");
        expect(world, &what, |a| a.kind.id == kind && accounts.intersection(&on_target(a)).next().is_some()).await?;
    }
    Ok(())
}

/// The diagnosis finds nothing wrong with what this scenario has made.
/// Example: the diagnosis shows nothing
#[then(expr = "the diagnosis shows nothing")]
async fn nothing(world: &mut World) -> Result<(), Stop> {
    let found = findings(world).await?;
    let Some(first) = found.first() else { return Ok(()) };
    let more = if found.len() > 1 { format!(" (and {} more)", found.len() - 1) } else { String::new() };
    let seen = format!("{} ({}): {}{more}", first.kind.id, first.sure, first.text);
    Err(world.evidence.broken(expectations::STATE_CONSISTENT, &Basis::Everything, "nothing wrong".into(), seen))
}

/// What the diagnosis finds about this scenario's objects.
async fn findings(world: &mut World) -> Result<Vec<Diagnosis>, Stop> {
    // What is diagnosed is the whole target: a member that belongs to somebody else would look dangling otherwise.
    let state = world.read_whole().await?;
    world.diagnosed(&state).await
}

/// A view that is not whole though no page repeats is one of a tenant that others change.
async fn expect(world: &mut World, what: &str, is_it: impl Fn(&Diagnosis) -> bool) -> Result<(), Stop> {
    let found = findings(world).await?;
    if found.iter().any(is_it) {
        return Ok(());
    }
    if let Some(repeated_page) = world.evidence.repeated_page.take() {
        return Err(world.evidence.pages_repeat(&repeated_page));
    }
    let seen: Vec<String> = found.iter().map(|a| format!("{} ({}): {}", a.kind.id, a.sure, a.text)).collect();
    Err(world.not_as_documented(&format!("the diagnosis does not show {what}; it shows: {}", seen.join("; "))))
}

/// The target did not get into the state: it is not to be blamed for that.
fn never(evidence: &mut Evidence, seen: &str) -> Stop {
    evidence.hindered(
        Hindrance::Setup,
        format!("this target never reached the state that the diagnosis should find: {seen}"),
    )
}

fn ids(accounts: &[Value]) -> BTreeSet<String> {
    accounts.iter().filter_map(id_text).collect()
}

fn on_target(diagnosis: &Diagnosis) -> BTreeSet<String> {
    diagnosis.objects.iter().filter_map(|o| o.id.clone()).collect()
}
