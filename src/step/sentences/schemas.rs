//! What the target's own schemas promise, held attribute by attribute.

use super::super::stop::Stop;
use super::super::told::Told;
use super::super::world::World;
use super::client::{content, dispatch};
use client::observe::{Observation, id_text, member};
use client::wire::{Method, Request, encode_query_value};
use cucumber::then;
use judge::verdict::{OutcomeKind, Place};
use serde_json::{Value, json};

/// Ends the step where the schemas describe nothing that the sentence is about.
pub(super) fn nothing_like_it(world: &mut World, what: &str) -> Stop {
    world.stop(OutcomeKind::Skipped, format!("this target's schema of users describes no {what}"))
}

/// The requirement this scenario proves, for what is found in a loop.
fn clause(world: &mut World) -> Result<String, Stop> {
    match world.clauses.ids.first() {
        Some(id) => Ok(id.clone()),
        None => Err(world.misuse("this sentence needs a scenario tagged with the requirement it proves")),
    }
}

pub(super) async fn post_user(world: &mut World, with: Value) -> Result<Observation, Stop> {
    let body = world.body_for("/Users", with).await;
    dispatch(world, content(accepting(Method::Post, "/Users"), &body), true).await
}

pub(super) fn accepting(method: Method, target: impl Into<String>) -> Request {
    Request::new(method, target).header("accept", "application/scim+json")
}

pub(super) async fn read(world: &mut World, path: &str) -> Result<Observation, Stop> {
    dispatch(world, accepting(Method::Get, path), true).await
}

/// A user is refused for want of each attribute that the target's schema requires, or the server gives it a value.
/// Example: no user is made without what the target's schema requires
#[then(expr = "no user is made without what the target's schema requires")]
async fn required(world: &mut World) -> Result<(), Stop> {
    let id = clause(world)?;
    let meant = |a: &Told| a.yes("required") && !a.is("mutability", "readOnly");
    let names: Vec<Told> = world.told_attributes().await.into_iter().filter(meant).collect();
    if names.is_empty() {
        return Err(nothing_like_it(world, "required attribute"));
    }
    let mut failed = false;
    for attribute in names {
        let answer = post_user(world, json!({ (attribute.name.as_str()): null })).await?;
        let given = answer.succeeded() && answer.member(&attribute.name).is_some_and(|v| !v.is_null());
        if !given && !matches!(answer.status(), Some(400..=499)) {
            let seen = format!("{} to a create without {}", answer.status_text(), attribute.name);
            failed |= world.tell(&id, answer.index, (Place::Status, "a refusal, 400 to 499".into(), seen, None));
        }
    }
    world.conclude(failed)
}

/// What the target's schema calls read-only keeps its value when a client sends another.
/// Example: a client's PUT of "Ada" changes nothing that the target's schema calls read-only
#[then(expr = "a client's PUT of {string} changes nothing that the target's schema calls read-only")]
async fn read_only(world: &mut World, name: String) -> Result<(), Stop> {
    let id = clause(world)?;
    let path = made(world, &name)?;
    let meant = |a: &Told| a.is("mutability", "readOnly") && !a.is("returned", "never");
    let names: Vec<Told> = world.told_attributes().await.into_iter().filter(meant).collect();
    if names.is_empty() {
        return Err(nothing_like_it(world, "read-only attribute"));
    }
    let before = world.state_at(&path).await?.unwrap_or_default();
    let mut body = before.clone();
    for attribute in &names {
        body[attribute.name.as_str()] = match (attribute.yes("multiValued"), attribute.is("type", "complex")) {
            (true, true) => json!([{ "value": "forged" }]),
            (true, false) => json!(["forged"]),
            (false, true) => json!({ "value": "forged" }),
            (false, false) => json!("forged"),
        };
    }
    let answer = dispatch(world, content(accepting(Method::Put, path.as_str()), &body), true).await?;
    let after = world.state_at(&path).await?.unwrap_or_default();
    let mut failed = false;
    for attribute in &names {
        let (was, is) = (member(&before, &attribute.name), member(&after, &attribute.name));
        if was != is && is.is_some_and(|v| v.to_string().contains("forged")) {
            let place = Place::State(format!("GET {path} at /{}", attribute.name));
            let seen = is.map(Value::to_string).unwrap_or_default();
            failed |= world.tell(&id, answer.index, (place, "the value it had".into(), seen, None));
        }
    }
    world.conclude(failed)
}

/// What the target's schema never returns, or calls write-only, is in no answer, even when it is asked for by name.
/// Example: a user shows nothing that the target's schema never returns
#[then(expr = "a user shows nothing that the target's schema never returns")]
async fn never(world: &mut World) -> Result<(), Stop> {
    let id = clause(world)?;
    let meant = |a: &Told| a.is("returned", "never") || a.is("mutability", "writeOnly");
    let names: Vec<Told> = world.told_attributes().await.into_iter().filter(meant).collect();
    if names.is_empty() {
        return Err(nothing_like_it(world, "attribute that is never returned"));
    }
    let secret = format!("S3cret-{}-x!", world.tag);
    let text = names.iter().filter(|a| a.is("type", "string"));
    let with: serde_json::Map<String, Value> = text.map(|a| (a.name.clone(), json!(secret))).collect();
    let made = post_user(world, Value::Object(with)).await?;
    let Some(made_id) = made.json().filter(|_| made.succeeded()).and_then(id_text) else {
        return Err(world.unprepared("a user with such attributes was not made"));
    };
    let path = format!("/Users/{}", encode_query_value(&made_id));
    let mut answers = vec![made, read(world, &path).await?];
    for attribute in &names {
        answers.push(read(world, &format!("{path}?attributes={}", attribute.name)).await?);
    }
    let mut failed = false;
    for answer in answers {
        for attribute in names.iter().filter(|a| answer.member(&a.name).is_some_and(|v| !v.is_null())) {
            let place = Place::Body(format!("/{}", attribute.name));
            failed |= world.tell(&id, answer.index, (place, "nothing".into(), "a value".into(), None));
        }
    }
    world.conclude(failed)
}

/// What the target's schema always returns stays, whatever is asked for or left out.
/// Example: "Ada" always shows what the target's schema always returns
#[then(expr = "{string} always shows what the target's schema always returns")]
async fn always(world: &mut World, name: String) -> Result<(), Stop> {
    let id = clause(world)?;
    let path = made(world, &name)?;
    let whole = read(world, &path).await?;
    let meant = |a: &Told| a.is("returned", "always") && whole.member(&a.name).is_some();
    let mut names: Vec<String> = world.told_attributes().await.into_iter().filter(meant).map(|a| a.name).collect();
    names.push("id".to_owned());
    names.dedup();
    let mut failed = false;
    for query in [format!("excludedAttributes={}", names.join(",")), "attributes=meta.created".to_owned()] {
        let answer = read(world, &format!("{path}?{query}")).await?;
        for name in names.iter().filter(|n| answer.succeeded() && answer.member(n).is_none()) {
            let place = Place::Body(format!("/{name}"));
            failed |= world.tell(&id, answer.index, (place, "a value".into(), format!("nothing with {query}"), None));
        }
    }
    world.conclude(failed)
}

/// A filter minds the case of a text exactly where the target's schema says so.
/// Example: filters mind the case of each text as the target's schema says
#[then(expr = "filters mind the case of each text as the target's schema says")]
async fn case(world: &mut World) -> Result<(), Stop> {
    let id = clause(world)?;
    let names: Vec<Told> = world
        .told_attributes()
        .await
        .into_iter()
        .filter(|a| a.writable_text() && !a.is("uniqueness", "global"))
        .collect();
    let free = ["displayName", "nickName", "title", "userType", "userName"];
    let mut with = serde_json::Map::new();
    // Other texts may be bound to a form: a locale, a time zone.
    for a in names.iter().filter(|a| free.iter().any(|f| a.name.eq_ignore_ascii_case(f)) && a.name != "userName") {
        with.insert(a.name.clone(), json!(format!("Case {} {}", a.name, world.tag)));
    }
    world.make("the one with cases", "/Users", Value::Object(with.clone())).await?;
    let mut failed = false;
    for a in names.iter().filter(|a| with.contains_key(&a.name)) {
        let value = with[&a.name].as_str().unwrap_or_default().to_uppercase();
        let filter = encode_query_value(&format!("{} eq {}", a.name, Value::from(value)));
        let answer = read(world, &format!("/Users?filter={filter}")).await?;
        if !answer.succeeded() {
            continue;
        }
        let (found, wanted) = (!world.listed(&answer).is_empty(), !a.yes("caseExact"));
        if found != wanted {
            let word = |found: bool| if found { "the user" } else { "nobody" };
            let expected = format!("{}: caseExact of {} is {}", word(wanted), a.name, a.yes("caseExact"));
            let flaw = (Place::Body("/Resources".into()), expected, word(found).to_owned(), None);
            failed |= world.tell(&id, answer.index, flaw);
        }
    }
    world.conclude(failed)
}

/// The path of what the scenario made under a name.
pub(super) fn made(world: &mut World, name: &str) -> Result<String, Stop> {
    match world.noted.made.get(name).cloned() {
        Some(path) => Ok(path),
        None => Err(world.misuse(format!("{name} was not made in this scenario"))),
    }
}

/// Each resource type's endpoint, schema and extensions are there, and each schema can be read by its id.
/// Example: what the discovery documents name is there
#[then(expr = "what the discovery documents name is there")]
async fn names_are_there(world: &mut World) -> Result<(), Stop> {
    let types = read(world, "/ResourceTypes").await?;
    let schemas = read(world, "/Schemas").await?;
    if !types.succeeded() || !schemas.succeeded() {
        return Err(world.unprepared("the lists of types and schemas cannot be read"));
    }
    let ids: Vec<String> = schemas.resources().iter().filter_map(|s| text(s, "id")).collect();
    let mut failed = false;
    for kind in types.resources() {
        let name = text(kind, "name").unwrap_or_default();
        let own = (name != "User" && name != "Group").then_some("RFC7643-3.2-01");
        let extensions = member(kind, "schemaExtensions").and_then(Value::as_array).cloned().unwrap_or_default();
        let named = extensions.iter().map(|e| ("RFC7643-6-13", text(e, "schema")));
        for (id, schema) in std::iter::once(("RFC7643-6-10", text(kind, "schema"))).chain(named) {
            let known = schema.as_ref().is_some_and(|s| ids.iter().any(|i| i.eq_ignore_ascii_case(s)));
            if !known {
                let seen = format!("{} of {name} in no schema's id", schema.unwrap_or_else(|| "nothing".into()));
                let flaw = (Place::Body("/Resources".into()), "the id of a schema at /Schemas".to_owned(), seen, None);
                for id in std::iter::once(id).chain(own) {
                    failed |= world.tell(id, types.index, flaw.clone());
                }
            }
        }
        if let Some(endpoint) = text(kind, "endpoint").filter(|e| !e.contains("://")) {
            let endpoint = format!("/{}", endpoint.trim_matches('/'));
            let list = read(world, &format!("{endpoint}?count=1")).await?;
            if matches!(list.status(), Some(404 | 405)) {
                let seen = format!("{} to GET {endpoint}", list.status_text());
                let flaw = (Place::Status, "an endpoint that answers".to_owned(), seen, None);
                for id in std::iter::once("RFC7643-6-09").chain(own) {
                    failed |= world.tell(id, list.index, flaw.clone());
                }
            }
        }
    }
    for id in &ids {
        let one = read(world, &format!("/Schemas/{id}")).await?;
        if one.json().and_then(id_text).as_ref() != Some(id) {
            let seen = format!("{} to GET /Schemas/{id}", one.status_text());
            let flaw = (Place::Body("/id".into()), format!("the schema {id}"), seen, None);
            failed |= world.tell("RFC7644-4-04", one.index, flaw);
        }
    }
    world.conclude(failed)
}

pub(super) fn text(of: &Value, name: &str) -> Option<String> {
    member(of, name).and_then(Value::as_str).map(str::to_owned)
}

/// A job of one operation more than the configuration allows is answered 413, with the limit in its text. Skips the scenario
/// where that would be a job too long to send.
/// Example: a job of more operations than the target allows is refused
#[then(expr = "a job of more operations than the target allows is refused")]
async fn long_job(world: &mut World) -> Result<(), Stop> {
    const LONGEST: u64 = 10_000;
    let told = world.capabilities().await;
    let Some(limit) = told.setting("bulk", "maxOperations").and_then(Value::as_u64).filter(|n| *n < LONGEST) else {
        return Err(world.stop(OutcomeKind::Skipped, "the target names no limit that a job could exceed"));
    };
    let one = json!({ "method": "DELETE", "path": format!("/Users/nobody-{}", world.tag) });
    let operations = vec![one; usize::try_from(limit).unwrap_or_default() + 1];
    let job = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
    let answer = dispatch(world, content(accepting(Method::Post, "/Bulk"), &job), true).await?;
    let mut failed = false;
    if answer.status() != Some(413) {
        let seen = format!("{} to a job of {}", answer.status_text(), limit + 1);
        failed = world.tell("RFC7644-3.7.4-03", answer.index, (Place::Status, "413".into(), seen, None));
    } else {
        let detail = answer.member("detail").and_then(Value::as_str).unwrap_or_default();
        if !detail.contains(&limit.to_string()) && !detail.to_lowercase().contains("operations") {
            let expected = format!("the limit, {limit} operations");
            let flaw = (Place::Body("/detail".into()), expected, detail.to_owned(), None);
            failed = world.tell("RFC7644-3.7.4-04", answer.index, flaw);
        }
    }
    world.conclude(failed)
}
