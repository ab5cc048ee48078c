//! Requirements of the RFCs, held by requests in tables.
//!
//! A row has a request and may have a body, headers, the answers allowed, what the answer `holds`, what is stored
//! `afterwards`, what is `tolerated` with a warning, what the target `needs` to have, and the `clause` that says so.
//! A row without a clause prepares the ground. What stands in angle brackets is put in, as in other requests.
//!
//! A `filter` has its own column, and so has each part of an operation: `op`, `path` and `value` of a PATCH, `method`, `path`,
//! `bulkId` and `data` of a bulk job. A row without a request goes on with the one above: with another operation, with more that
//! the answer holds, or with the rest of a long cell.

use super::super::parameters::People;
use super::super::placeholders::id_at;
use super::super::step_end::Stop;
use super::super::world::World;
use cucumber::gherkin::Step;
use cucumber::{given, then};
use judge::verdict::OutcomeKind;
use serde_json::{Value, json};

/// A user that fits the target's schemas, made as the ground of the scenario.
/// Example: a user "Ada"
#[given(expr = "a user {string}")]
async fn user(world: &mut World, name: String) -> Result<(), Stop> {
    let person = world.cast.persona(&name);
    world.make(&name, "/Users", json!({ "userName": person.user_name })).await
}

/// The same with the attributes that stand below. Skips the scenario where the target has no such attributes.
/// Example: a user "Ada" with:
#[given(expr = "a user {string} with:")]
async fn user_with(world: &mut World, name: String, step: &Step) -> Result<(), Stop> {
    let mut body = json!({ "userName": world.cast.persona(&name).user_name });
    let with = super::requests::below(world, step).await?;
    if let (Some(body), Value::Object(with)) = (body.as_object_mut(), with) {
        body.extend(with);
    }
    world.make(&name, "/Users", body).await
}

/// A group of what the scenario made, as its ground.
/// Example: a group "Team" of "Ada" and "Ben"
#[given(expr = "a group {string} of {people}")]
async fn group(world: &mut World, name: String, people: People) -> Result<(), Stop> {
    world.needs("groups").await?;
    let mut members = Vec::new();
    for person in world.cast.names(&people) {
        match world.noted.made.get(&person).map(String::as_str).map(id_at) {
            Some(id) => members.push(json!({ "value": id })),
            None => return Err(world.evidence.misuse(format!("{person} was not made in this scenario"))),
        }
    }
    let body = json!({ "displayName": world.cast.group_name(&name), "members": members });
    world.make(&name, "/Groups", body).await
}

/// The target has a feature, by its configuration, or by a single try where nothing announces it; else the scenario is skipped.
/// There are patch, bulk, filter, sort, etag, cursors, password changes, pages by index, groups, /Me, .search, root queries,
/// root searches.
/// Example: the target supports "bulk"
#[given(expr = "the target supports {string}")]
async fn supports(world: &mut World, feature: String) -> Result<(), Stop> {
    // A cursor is the target's own secret and another in each run: no golden exchanges can hold it.
    world.evidence.judged.golden &= feature != "cursors";
    world.needs(&feature).await
}

/// The target says that it lacks a feature; else the scenario is skipped.
/// Example: the target does not support "bulk"
#[given(expr = "the target does not support {string}")]
async fn lacks(world: &mut World, feature: String) -> Result<(), Stop> {
    if world.supports(&feature).await? == Some(false) {
        return Ok(());
    }
    Err(world.evidence.stop(OutcomeKind::Skipped, format!("this target supports {feature}")))
}

/// Each request of the table is answered as its row says.
/// Example: each of these is answered as it says:
#[then(expr = "each of these is answered as it says:")]
async fn table(world: &mut World, step: &Step) -> Result<(), Stop> {
    world.play_table(step.table.as_ref()).await
}
