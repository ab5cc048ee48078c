//! A cleanup over SCIM, as `scimulate state` does it: a capture, its diagnosis, a plan, the plan carried out.

use super::super::parameters::IdpName;
use super::super::step_end::Stop;
use super::super::world::World;
use cucumber::{Parameter, given, then, when};
use state::KINDS;
use std::collections::BTreeSet;
use std::str::FromStr;

/// Kinds of diagnoses as a sentence lists them.
#[derive(Debug, Clone, PartialEq, Eq, Parameter)]
#[param(name = "troubles", regex = r#""[^"]*"(?:, "[^"]*")*(?: and "[^"]*")?"#)]
struct Troubles(Vec<String>);

impl FromStr for Troubles {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.split('"').skip(1).step_by(2).map(str::to_owned).collect()))
    }
}

/// A person's account belongs to the product itself: no directory has to know it, and no cleanup touches it.
/// Example: the cleanup protects the account of "Eve"
#[given(expr = "the cleanup protects the account of {string}")]
async fn protects(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&name).user_name;
    world.noted.scim_cleanup.protected.push(user_name);
    Ok(())
}

/// Everything on the target is read into a file, which is read again.
/// Example: the target is captured
#[when(expr = "the target is captured")]
async fn captured(world: &mut World) -> Result<(), Stop> {
    world.capture().await
}

/// The diagnosis of the file is the one that the target gets itself.
/// Example: the diagnosis of the capture is that of the target
#[then(expr = "the diagnosis of the capture is that of the target")]
async fn the_same(world: &mut World) -> Result<(), Stop> {
    let (captured, _) = world.captured()?;
    let live = world.read_whole().await?;
    let (captured, live) = (world.diagnosed(&captured).await?, world.diagnosed(&live).await?);
    if captured == live {
        return Ok(());
    }
    let texts = |all: &[state::Diagnosis]| all.iter().map(|d| d.text.clone()).collect::<Vec<_>>().join("; ");
    let (captured, live) = (texts(&captured), texts(&live));
    Err(world.not_as_documented(&format!("the capture is diagnosed with: {captured}; the target with: {live}")))
}

/// The diagnosis of the capture finds trouble of these kinds, and of no others.
/// Example: the diagnosis of the capture names "stale-link" and "unclaimed-group"
#[then(expr = "the diagnosis of the capture names {troubles}")]
async fn names(world: &mut World, troubles: Troubles) -> Result<(), Stop> {
    if let Some(unknown) = troubles.0.iter().find(|name| KINDS.iter().all(|kind| kind.id != **name)) {
        return Err(world.evidence.misuse(format!("no diagnosis is called {unknown}")));
    }
    let (state, _) = world.captured()?;
    let found = world.diagnosed(&state).await?;
    let seen: BTreeSet<&str> = found.iter().map(|d| d.kind.id).collect();
    if seen == troubles.0.iter().map(String::as_str).collect() {
        return Ok(());
    }
    let seen: Vec<String> = found.iter().map(|d| format!("{} ({}): {}", d.kind.id, d.sure, d.text)).collect();
    let wanted = troubles.0.join(", ");
    Err(world.not_as_documented(&format!("the diagnosis should name {wanted}; it shows: {}", seen.join("; "))))
}

/// What would put the captured tenant in step with the directory in charge is planned. What is superfluous is deleted.
/// Example: a cleanup is planned from the capture
#[when(expr = "a cleanup is planned from the capture")]
async fn planned(world: &mut World) -> Result<(), Stop> {
    world.plan_cleanup().await
}

/// The plan is carried out on the target, item by item.
/// Example: the cleanup is carried out
#[when(expr = "the cleanup is carried out")]
async fn carried_out(world: &mut World) -> Result<(), Stop> {
    world.carry_out().await
}

/// The forecast for the next cycle of the IdP shows no conflict.
/// Example: the forecast shows no conflict for the new IdP
#[then(expr = "the forecast shows no conflict for {idp}")]
async fn no_conflict(world: &mut World, idp: IdpName) -> Result<(), Stop> {
    match world.conflicts_ahead(&idp).await?.as_slice() {
        [] => Ok(()),
        all => Err(world.not_as_documented(&format!("the forecast shows conflicts: {}", all.join("; ")))),
    }
}
