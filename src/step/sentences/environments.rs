//! Production and a copy of it, where another IdP provisions.

use super::super::basis::Basis;
use super::super::expectations;
use super::super::parameters::{IdpName, People};
use super::super::site::Production;
use super::super::step_end::Stop;
use super::super::world::World;
use crate::operator::{Action, Tenancy};
use client::observe::{Observation, id_text, member};
use client::wire::{Actor, BaseUrl, Method, Request, Secret};
use cucumber::{given, then, when};
use judge::verdict::OutcomeKind;
use serde_json::Value;
use state::{TenantState, read_all};
use std::sync::Arc;

/// The operator restores a copy of production elsewhere: the same people, groups, ids and externalIds, with credentials of
/// its own. From here on every sentence that does not say "production" means the copy; the IdPs there are already stay
/// connected to production, those hired later are connected to the copy.
/// Example: production has been copied to a recovery environment
/// Example: production is copied to a recovery environment
#[given(expr = "production has been copied to a recovery environment")]
#[when(expr = "production is copied to a recovery environment")]
async fn copied(world: &mut World) -> Result<(), Stop> {
    if world.site.production.is_some() {
        return Err(world.evidence.misuse("production was copied already in this scenario"));
    }
    let name = format!("{}r", world.cast.tag);
    let answer = world.operate_or_skip(Action::CopyTenant { name: name.clone() }).await?;
    let copy = copy_of(&answer, name)
        .map_err(|e| world.evidence.stop(OutcomeKind::Blocked, format!("the copy cannot be used: {e}")))?;
    let before = world.read_whole().await?;
    let evidence = &mut world.evidence;
    evidence.client = evidence.client.with_base(copy.base.clone()).with_credential(copy.credential.clone());
    let witness = Arc::new(evidence.witness.elsewhere(evidence.client.clone()));
    let witness = std::mem::replace(&mut evidence.witness, witness);
    let tenancy = std::mem::replace(&mut world.site.tenancy, copy);
    world.site.production = Some(Production { tenancy, witness, before });
    Ok(())
}

/// The copied tenant, as the operator's answer describes it.
fn copy_of(answer: &Value, name: String) -> Result<Tenancy, String> {
    let text = |key: &str| answer.get(key).and_then(Value::as_str).unwrap_or_default();
    let base = BaseUrl::parse(text("base_url")).map_err(|e| e.to_string())?;
    let secret = Secret::new(text("token"), "the admin API").map_err(|e| e.to_string())?;
    Ok(Tenancy { name: Some(name), base, credential: Some(secret.into()) })
}

/// What production held when it was copied, and what it holds now.
async fn production_then_and_now(world: &mut World) -> Result<(TenantState, TenantState), Stop> {
    let Some(production) = &world.site.production else {
        return Err(world.evidence.misuse("production was not copied in this scenario"));
    };
    let before = production.before.clone();
    // The journal is one of its own: what happens there is no exchange with the copy.
    let client = world.site.client_aside(&production.tenancy, Actor::Neighbour);
    let now = read_all(&client).await;
    now.map(|now| (before, now)).map_err(|e| world.evidence.stop(OutcomeKind::Blocked, e.to_string()))
}

/// Everybody and every group in production is what it was when it was copied, `meta` aside.
/// Example: production is untouched
#[then(expr = "production is untouched")]
async fn untouched(world: &mut World) -> Result<(), Stop> {
    let (before, now) = production_then_and_now(world).await?;
    let (before, now) = (bare(&before), bare(&now));
    if before == now {
        return Ok(());
    }
    let only = |one: &[Value], other: &[Value]| {
        let all: Vec<String> = one.iter().filter(|r| !other.contains(r)).map(ToString::to_string).collect();
        if all.is_empty() { "nothing more".to_owned() } else { all.join(", ") }
    };
    let read = &Basis::Production;
    Err(world.evidence.broken(expectations::STATE_UNTOUCHED, read, only(&before, &now), only(&now, &before)))
}

fn bare(state: &TenantState) -> Vec<Value> {
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
    let (_, now) = production_then_and_now(world).await?;
    for name in world.cast.names(people) {
        let names = world.cast.user_names(&name);
        let is = |user: &&Value| {
            let user_name = member(user, "userName").and_then(Value::as_str).unwrap_or_default();
            names.contains(&user_name.to_lowercase())
        };
        let seen: Vec<Value> =
            now.users.iter().filter(is).map(|u| member(u, "active").cloned().unwrap_or_default()).collect();
        if seen != [Value::Bool(wanted)] {
            let values: Vec<String> = seen.iter().map(ToString::to_string).collect();
            let seen = match values.as_slice() {
                [] => format!("{name} has no account in production"),
                [one] => format!("active is {one} on the account of {name} in production"),
                several => {
                    format!("{name} has {} accounts in production, with active {}", several.len(), several.join(", "))
                }
            };
            let expected = format!("one account with active {wanted}");
            return Err(world.evidence.broken(expectations::STATE_ACTIVE, &Basis::Production, expected, seen));
        }
    }
    Ok(())
}

/// The credential an IdP has for production opens nothing in the copy.
/// Example: the token that the old IdP has for production is refused in the copy
#[then(expr = "the token that {idp} has for production is refused in the copy")]
async fn production_token(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    let base = world.site.tenancy.base.clone();
    let client = world.player(&idp).await?.idp.client().with_base(base).named(Actor::Stranger);
    let request = Request::new(Method::Get, "/Users?count=1").header("accept", "application/scim+json");
    let exchange = client.send(request).await;
    let answer = Observation::read(exchange, world.evidence.exchanges().saturating_sub(1));
    if answer.status() == Some(401) {
        return Ok(());
    }
    let seen = answer.status_text();
    Err(world.evidence.broken(
        expectations::TENANT_APART,
        &Basis::Other("a request with production's token"),
        "401".into(),
        seen,
    ))
}
