//! Production and a copy of it, where another IdP provisions.

use super::super::stop::Stop;
use super::super::words::{Called, People};
use super::super::world::World;
use client::observe::{Observation, id_text, member};
use client::wire::{Actor, Method, Request};
use cucumber::{given, then, when};
use judge::state::State;
use serde_json::Value;

/// The operator restores a copy of production elsewhere: the same people, groups, ids and externalIds, with credentials of
/// its own. From here on every sentence that does not say "production" means the copy; the IdPs there are already stay
/// connected to production, those hired later are connected to the copy.
/// Example: production has been copied to a recovery environment
/// Example: production is copied to a recovery environment
#[given(expr = "production has been copied to a recovery environment")]
#[when(expr = "production is copied to a recovery environment")]
async fn copied(world: &mut World) -> Result<(), Stop> {
    world.go_on_in_a_copy().await
}

/// Everybody and every group in production is what it was when it was copied, `meta` aside.
/// Example: production is untouched
#[then(expr = "production is untouched")]
async fn untouched(world: &mut World) -> Result<(), Stop> {
    let (before, now) = world.production_then_and_now().await?;
    let (before, now) = (bare(&before), bare(&now));
    if before == now {
        return Ok(());
    }
    let only = |one: &[Value], other: &[Value]| {
        let all: Vec<String> = one.iter().filter(|r| !other.contains(r)).map(ToString::to_string).collect();
        if all.is_empty() { "nothing more".to_owned() } else { all.join(", ") }
    };
    let read = "a full read of production";
    Err(world.broken("STATE-UNTOUCHED", read, only(&before, &now), only(&now, &before)))
}

fn bare(state: &State) -> Vec<Value> {
    let mut all: Vec<Value> = state.users.iter().chain(&state.groups).cloned().collect();
    for resource in &mut all {
        if let Some(object) = resource.as_object_mut() {
            // A location names the environment.
            object.retain(|k, _| !k.eq_ignore_ascii_case("meta"));
            object.sort_keys();
        }
    }
    all.sort_by_key(id_text);
    all
}

/// The people's accounts in production are active.
/// Example: in production the accounts of "Ada" and "Ben" are active
#[then(expr = "in production the account(s) of {people} is/are active")]
async fn active_there(world: &mut World, people: People) -> Result<(), Stop> {
    judge_active(world, &people, true).await
}

/// The people's accounts in production are there, and inactive.
/// Example: in production the accounts of "Ada" and "Ben" are inactive
#[then(expr = "in production the account(s) of {people} is/are inactive")]
async fn inactive_there(world: &mut World, people: People) -> Result<(), Stop> {
    judge_active(world, &people, false).await
}

async fn judge_active(world: &mut World, people: &People, wanted: bool) -> Result<(), Stop> {
    let (_, now) = world.production_then_and_now().await?;
    for name in world.names(people) {
        let names = world.user_names(&name);
        let is = |user: &&Value| {
            let user_name = member(user, "userName").and_then(Value::as_str).unwrap_or_default();
            names.contains(&user_name.to_lowercase())
        };
        let seen: Vec<Value> =
            now.users.iter().filter(is).map(|u| member(u, "active").cloned().unwrap_or_default()).collect();
        if seen != [Value::Bool(wanted)] {
            let expected = format!("one account of {name} with active {wanted}");
            let seen = format!("{} of that name, active {seen:?}", seen.len());
            return Err(world.broken("STATE-ACTIVE", "a full read of production", expected, seen));
        }
    }
    Ok(())
}

/// The credential an IdP has for production opens nothing in the copy.
/// Example: the token that the old IdP has for production is refused in the copy
#[then(expr = "the token that {idp} has for production is refused in the copy")]
async fn production_token(world: &mut World, idp: Called) -> Result<(), Stop> {
    let base = world.tenancy.base.clone();
    let client = world.player(&idp).await?.idp.client().with_base(base).named(Actor::Stranger);
    let request = Request::new(Method::Get, "/Users?count=1").header("accept", "application/scim+json");
    let exchange = client.send(request).await;
    let answer = Observation::read(exchange, world.exchanges().saturating_sub(1));
    if answer.status() == Some(401) {
        return Ok(());
    }
    let seen = answer.status_text();
    Err(world.broken("TENANT-APART", "a request with production's token", "401".into(), seen))
}
