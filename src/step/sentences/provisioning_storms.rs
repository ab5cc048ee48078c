//! Requests in a crowd: more at once than a target may want, and who is told to wait.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::noted::StormAnswer;
use super::super::step_end::Stop;
use super::super::world::World;
use super::client::{USER, content};
use client::observe::{Observation, Resource};
use client::wire::{Actor, Method, Request};
use cucumber::{then, when};
use futures::future::join_all;
use judge::verdict::OutcomeKind;
use serde_json::json;
use std::collections::BTreeSet;

/// A client creates so many users without waiting for answers: an IdP's first cycle, faster than the target may want.
/// Example: a client creates 30 users in one go
#[when(expr = "a client creates {int} users in one go")]
async fn storm(world: &mut World, count: usize) -> Result<(), Stop> {
    // Short, for products that allow no long user names.
    let names: Vec<String> = (0..count).map(|n| format!("s{n}.{}", world.cast.tag)).collect();
    let client = world.evidence.client.named(Actor::Client).with_interceptor(world.evidence.witness.ledger_only());
    let domain = world.cast.addresses.domain().to_owned();
    let requests = names.iter().map(|name| {
        let body = json!({ "schemas": [USER], "userName": name, "displayName": name, "active": true,
            "emails": [{ "value": format!("{name}@{domain}"), "type": "work", "primary": true }] });
        client.send(content(Request::new(Method::Post, "/Users"), &body).header("accept", "application/scim+json"))
    });
    let answers: Vec<Observation> =
        join_all(requests).await.into_iter().map(|exchange| Observation::read(exchange, 0)).collect();
    world.evidence.judged.golden = false;
    world.evidence.witness.forget();
    world.noted.storm =
        Some(names.iter().zip(&answers).map(|(name, answer)| StormAnswer::read(name, answer)).collect());
    match answers.iter().find(|a| a.status().is_none()) {
        Some(silent) => {
            let why = silent.failure().map(ToString::to_string).unwrap_or_default();
            Err(world.evidence.stop(OutcomeKind::Blocked, format!("a create got no answer: {why}")))
        }
        None => Ok(()),
    }
}

/// Those of the storm that were told to wait.
fn waiting(world: &mut World) -> Result<Vec<StormAnswer>, Stop> {
    match &world.noted.storm {
        Some(all) => Ok(all.iter().filter(|one| one.status == Some(429)).cloned().collect()),
        None => Err(world.evidence.misuse("nobody created users in one go in this scenario")),
    }
}

/// The target has limits, and the storm was beyond them.
/// Example: some of them were answered 429
#[then(expr = "some of them were answered 429")]
async fn some_waited(world: &mut World) -> Result<(), Stop> {
    if !waiting(world)?.is_empty() {
        return Ok(());
    }
    Err(world.evidence.broken(
        expectations::WAIT_TOLD,
        &Basis::Other("the answers to the creates"),
        "429 for some of them".into(),
        "no create was answered 429".into(),
    ))
}

/// Each 429 says when to come back, in seconds or as a date, in a SCIM error; without any there is nothing to hold.
/// Example: each answer 429 says how long to wait
#[then(expr = "each answer 429 says how long to wait")]
async fn told_how_long(world: &mut World) -> Result<(), Stop> {
    let all = waiting(world)?;
    let vague = |one: &&StormAnswer| {
        let after = one.retry_after.as_deref().unwrap_or_default().trim();
        // A date has blanks and a colon; seconds are digits alone.
        let clear = !after.is_empty() && (after.bytes().all(|b| b.is_ascii_digit()) || after.contains(':'));
        !clear || !one.scim_error
    };
    let Some(first) = all.iter().find(vague) else { return Ok(()) };
    let body = if first.scim_error { "a SCIM error" } else { "no SCIM error" };
    let seen = match &first.retry_after {
        Some(after) => format!("a 429 came with Retry-After {} and {body} as its body", json!(after)),
        None => format!("a 429 came without Retry-After and with {body} as its body"),
    };
    Err(world.evidence.broken(
        expectations::WAIT_TOLD,
        &Basis::Other("an answer 429"),
        "Retry-After and a SCIM error".into(),
        seen,
    ))
}

/// Whoever was answered 201 has one account, and whoever was told to wait has none.
/// Example: the accounts are those that were answered with success
#[then(expr = "the accounts are those that were answered with success")]
async fn accounts_of_storm(world: &mut World) -> Result<(), Stop> {
    let all = world.noted.storm.clone().unwrap_or_default();
    let made = |one: &&StormAnswer| one.status == Some(201);
    let wanted: BTreeSet<&str> = all.iter().filter(made).map(|one| one.user_name.as_str()).collect();
    let state = world.read_state().await?;
    let named: Vec<&str> = state.users.iter().filter_map(|u| Resource::of(u).text("userName")).collect();
    let of_storm: Vec<&str> = named.into_iter().filter(|n| all.iter().any(|one| one.user_name == **n)).collect();
    let seen: BTreeSet<&str> = of_storm.iter().copied().collect();
    if seen == wanted && seen.len() == of_storm.len() {
        return Ok(());
    }
    let (missing, extra) = (wanted.difference(&seen).count(), of_storm.len() - seen.intersection(&wanted).count());
    let expected = "one account for each 201, and no others".to_owned();
    let text = format!(
        "{} creates were answered 201; {missing} of these accounts are missing, {extra} others are there",
        wanted.len()
    );
    Err(world.evidence.broken(expectations::WAIT_TOLD, &Basis::AllUsers, expected, text))
}
