//! What the target's own schemas promise, held attribute by attribute.

use super::super::attribute_descriptions::AttributeDescription;
use super::super::evidence::Evidence;
use super::super::step_end::Stop;
use super::super::world::World;
use super::client::content;
use client::observe::{Observation, id_text, member};
use client::wire::{Method, Request, encode_query_value};
use cucumber::then;
use judge::verdict::{OutcomeKind, Place};
use serde_json::{Value, json};

/// Ends the step where the schemas describe nothing that the sentence is about.
pub(super) fn nothing_like_it(evidence: &mut Evidence, what: &str) -> Stop {
    evidence.stop(OutcomeKind::Skipped, format!("this target's schema of users describes no {what}"))
}

/// Why an answer of 500 proves nothing else.
pub(super) const SERVER_ERROR: &str = "it was answered 500, which HTTP-03 is about";

/// The requirement this scenario proves, for what is found in a loop.
fn clause(evidence: &mut Evidence) -> Result<String, Stop> {
    match evidence.clauses.ids.first() {
        Some(id) => Ok(id.clone()),
        None => Err(evidence.misuse("this sentence needs a scenario tagged with the requirement it proves")),
    }
}

pub(super) async fn post_user(world: &mut World, with: Value) -> Result<Observation, Stop> {
    let body = world.body_for("/Users", with).await;
    world.evidence.dispatch(content(accepting(Method::Post, "/Users"), &body), true).await
}

pub(super) fn accepting(method: Method, target: impl Into<String>) -> Request {
    Request::new(method, target).header("accept", "application/scim+json")
}

pub(super) async fn read(evidence: &mut Evidence, path: &str) -> Result<Observation, Stop> {
    evidence.dispatch(accepting(Method::Get, path), true).await
}

/// A user is refused for want of each attribute that the target's schema requires, or the server gives it a value.
/// Example: no user is created without the attributes that the target's schema requires
#[then(expr = "no user is created without the attributes that the target's schema requires")]
async fn required(world: &mut World) -> Result<(), Stop> {
    let id = clause(&mut world.evidence)?;
    let meant = |a: &AttributeDescription| a.yes("required") && !a.is("mutability", "readOnly");
    let names: Vec<AttributeDescription> = world.site.base_attributes().await.into_iter().filter(meant).collect();
    if names.is_empty() {
        return Err(nothing_like_it(&mut world.evidence, "required attribute"));
    }
    let mut failed = false;
    for attribute in names {
        let answer = post_user(world, json!({ (attribute.name.as_str()): null })).await?;
        let given = answer.succeeded() && answer.member(&attribute.name).is_some_and(|v| !v.is_null());
        if !given && !matches!(answer.status(), Some(400..=500)) {
            let seen = format!("{} to a create without {}", answer.status_text(), attribute.name);
            failed |=
                world.evidence.tell(&id, answer.index, (Place::Status, "a refusal, 400 to 499".into(), seen, None));
        }
    }
    world.evidence.conclude(failed)
}

/// What the target's schema calls read-only keeps its value when a client sends another.
/// Example: a client's PUT of "Ada" changes nothing that the target's schema calls read-only
#[then(expr = "a client's PUT of {string} changes nothing that the target's schema calls read-only")]
async fn read_only(world: &mut World, name: String) -> Result<(), Stop> {
    let id = clause(&mut world.evidence)?;
    let path = made(world, &name)?;
    let meant = |a: &AttributeDescription| a.is("mutability", "readOnly") && !a.is("returned", "never");
    let names: Vec<AttributeDescription> = world.site.base_attributes().await.into_iter().filter(meant).collect();
    if names.is_empty() {
        return Err(nothing_like_it(&mut world.evidence, "read-only attribute"));
    }
    let before = world.evidence.state_at(&path).await?.unwrap_or_default();
    let mut body = before.clone();
    for attribute in &names {
        body[attribute.name.as_str()] = match (attribute.yes("multiValued"), attribute.is("type", "complex")) {
            (true, true) => json!([{ "value": "forged" }]),
            (true, false) => json!(["forged"]),
            (false, true) => json!({ "value": "forged" }),
            (false, false) => json!("forged"),
        };
    }
    let answer = world.evidence.dispatch(content(accepting(Method::Put, path.as_str()), &body), true).await?;
    let after = world.evidence.state_at(&path).await?.unwrap_or_default();
    let mut failed = false;
    for attribute in &names {
        let (was, is) = (member(&before, &attribute.name), member(&after, &attribute.name));
        if was != is && is.is_some_and(|v| v.to_string().contains("forged")) {
            let place = Place::State(format!("GET {path} at /{}", attribute.name));
            let seen = is.map(Value::to_string).unwrap_or_default();
            failed |= world.evidence.tell(&id, answer.index, (place, "the value it had".into(), seen, None));
        }
    }
    world.evidence.conclude(failed)
}

/// What the target's schema never returns, or calls write-only, is in no answer, even when it is asked for by name.
/// Example: a user shows nothing that the target's schema never returns
#[then(expr = "a user shows nothing that the target's schema never returns")]
async fn never(world: &mut World) -> Result<(), Stop> {
    let id = clause(&mut world.evidence)?;
    let meant = |a: &AttributeDescription| a.is("returned", "never") || a.is("mutability", "writeOnly");
    let names: Vec<AttributeDescription> = world.site.base_attributes().await.into_iter().filter(meant).collect();
    if names.is_empty() {
        return Err(nothing_like_it(&mut world.evidence, "attribute that is never returned"));
    }
    let secret = format!("S3cret-{}-x!", world.cast.tag);
    let text = names.iter().filter(|a| a.is("type", "string"));
    let with: serde_json::Map<String, Value> = text.map(|a| (a.name.clone(), json!(secret))).collect();
    let made = post_user(world, Value::Object(with)).await?;
    let Some(made_id) = made.json().filter(|_| made.succeeded()).and_then(id_text) else {
        return Err(world.evidence.unprepared("a user with such attributes was not made"));
    };
    let path = format!("/Users/{}", encode_query_value(&made_id));
    let mut answers = vec![made, read(&mut world.evidence, &path).await?];
    for attribute in &names {
        answers.push(read(&mut world.evidence, &format!("{path}?attributes={}", attribute.name)).await?);
    }
    let mut failed = false;
    for answer in answers {
        // A password that is shown is told by the check of every answer.
        let shown = |a: &&AttributeDescription| {
            a.name != "password" && answer.member(&a.name).is_some_and(|value| !value.is_null())
        };
        for attribute in names.iter().filter(shown) {
            let place = Place::Body(format!("/{}", attribute.name));
            failed |= world.evidence.tell(&id, answer.index, (place, "nothing".into(), "a value".into(), None));
        }
    }
    world.evidence.conclude(failed)
}

/// What the target's schema always returns stays, whatever is asked for or left out.
/// Example: "Ada" always shows the attributes that the target's schema always returns
#[then(expr = "{string} always shows the attributes that the target's schema always returns")]
async fn always(world: &mut World, name: String) -> Result<(), Stop> {
    let id = clause(&mut world.evidence)?;
    let path = made(world, &name)?;
    let whole = read(&mut world.evidence, &path).await?;
    let meant = |a: &AttributeDescription| a.is("returned", "always") && whole.member(&a.name).is_some();
    let mut names: Vec<String> = world.site.base_attributes().await.into_iter().filter(meant).map(|a| a.name).collect();
    names.push("id".to_owned());
    names.dedup();
    let mut failed = false;
    for query in [format!("excludedAttributes={}", names.join(",")), "attributes=meta.created".to_owned()] {
        let answer = read(&mut world.evidence, &format!("{path}?{query}")).await?;
        for name in names.iter().filter(|n| answer.succeeded() && answer.member(n).is_none()) {
            let place = Place::Body(format!("/{name}"));
            failed |= world.evidence.tell(
                &id,
                answer.index,
                (place, "a value".into(), format!("nothing with {query}"), None),
            );
        }
    }
    world.evidence.conclude(failed)
}

/// A filter minds the case of a text exactly where the target's schema says so.
/// Example: filters mind the case of each text as the target's schema says
#[then(expr = "filters mind the case of each text as the target's schema says")]
async fn case(world: &mut World) -> Result<(), Stop> {
    let id = clause(&mut world.evidence)?;
    let names: Vec<AttributeDescription> = world
        .site
        .base_attributes()
        .await
        .into_iter()
        .filter(|a| a.writable_text() && !a.is("uniqueness", "global"))
        .collect();
    let free = ["displayName", "nickName", "title", "userType", "userName"];
    let mut with = serde_json::Map::new();
    // Other texts may be bound to a form: a locale, a time zone.
    for a in names.iter().filter(|a| free.iter().any(|f| a.name.eq_ignore_ascii_case(f)) && a.name != "userName") {
        with.insert(a.name.clone(), json!(format!("Case {} {}", a.name, world.cast.tag)));
    }
    world.make("the one with cases", "/Users", Value::Object(with.clone())).await?;
    let mut failed = false;
    for a in names.iter().filter(|a| with.contains_key(&a.name)) {
        let value = with[&a.name].as_str().unwrap_or_default().to_uppercase();
        let filter = encode_query_value(&format!("{} eq {}", a.name, Value::from(value)));
        let answer = read(&mut world.evidence, &format!("/Users?filter={filter}")).await?;
        if !answer.succeeded() {
            continue;
        }
        let (found, wanted) = (!world.noted.listed(answer.resources()).is_empty(), !a.yes("caseExact"));
        if found != wanted {
            let word = |found: bool| if found { "the user" } else { "nobody" };
            let expected = format!("{}: caseExact of {} is {}", word(wanted), a.name, a.yes("caseExact"));
            let mismatch = (Place::Body("/Resources".into()), expected, word(found).to_owned(), None);
            failed |= world.evidence.tell(&id, answer.index, mismatch);
        }
    }
    world.evidence.conclude(failed)
}

/// The path of what the scenario made under a name.
pub(super) fn made(world: &mut World, name: &str) -> Result<String, Stop> {
    match world.noted.made.get(name).cloned() {
        Some(path) => Ok(path),
        None => Err(world.evidence.misuse(format!("{name} was not made in this scenario"))),
    }
}

/// Each resource type's endpoint, schema and extensions are there, and each schema can be read by its id.
/// Example: what the discovery documents name exists
#[then(expr = "what the discovery documents name exists")]
async fn names_are_there(world: &mut World) -> Result<(), Stop> {
    let types = read(&mut world.evidence, "/ResourceTypes").await?;
    let schemas = read(&mut world.evidence, "/Schemas").await?;
    if !types.succeeded() || !schemas.succeeded() {
        return Err(world.evidence.unprepared("the lists of types and schemas cannot be read"));
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
                let mismatch =
                    (Place::Body("/Resources".into()), "the id of a schema at /Schemas".to_owned(), seen, None);
                for id in std::iter::once(id).chain(own) {
                    failed |= world.evidence.tell(id, types.index, mismatch.clone());
                }
            }
        }
        failed |= endpoint_is_there(world, types.index, kind, own).await?;
    }
    for id in &ids {
        let one = read(&mut world.evidence, &format!("/Schemas/{id}")).await?;
        if one.status() != Some(500) && one.json().and_then(id_text).as_ref() != Some(id) {
            let seen = format!("{} to GET /Schemas/{id}", one.status_text());
            let mismatch = (Place::Body("/id".into()), format!("the schema {id}"), seen, None);
            failed |= world.evidence.tell("RFC7644-4-04", one.index, mismatch);
        }
    }
    world.evidence.conclude(failed)
}

/// Whether the endpoint of a resource type is not below the base URL, or nothing is there; `types` is the exchange that shows it, and
/// `own` the requirement of types that are neither users nor groups.
async fn endpoint_is_there(
    world: &mut World,
    types: usize,
    kind: &Value,
    own: Option<&'static str>,
) -> Result<bool, Stop> {
    let Some(endpoint) = text(kind, "endpoint").filter(|endpoint| !endpoint.is_empty()) else { return Ok(false) };
    let base = world.site.tenancy.base.to_string();
    // Written out in full it is no relative path, and still the right place where it begins as the base URL does.
    let below = endpoint.strip_prefix(&base).unwrap_or(&endpoint);
    let (index, place, expected, seen) = if below.contains("://") || below.starts_with("//") {
        (types, Place::Body("/Resources".into()), format!("a path below {base}"), endpoint)
    } else {
        let path = format!("/{}", below.trim_matches('/'));
        let list = read(&mut world.evidence, &format!("{path}?count=1")).await?;
        if !matches!(list.status(), Some(404 | 405)) {
            return Ok(false);
        }
        let seen = format!("{} to GET {path}", list.status_text());
        (list.index, Place::Status, "an endpoint that answers".to_owned(), seen)
    };
    let mut failed = false;
    for id in std::iter::once("RFC7643-6-09").chain(own) {
        failed |= world.evidence.tell(id, index, (place.clone(), expected.clone(), seen.clone(), None));
    }
    Ok(failed)
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
    let told = world.site.capabilities().await;
    let Some(limit) = told.setting("bulk", "maxOperations").and_then(Value::as_u64).filter(|n| *n < LONGEST) else {
        return Err(world.evidence.stop(OutcomeKind::Skipped, "the target names no limit that a job could exceed"));
    };
    let one = json!({ "method": "DELETE", "path": format!("/Users/nobody-{}", world.cast.tag) });
    let operations = vec![one; usize::try_from(limit).unwrap_or_default() + 1];
    let job = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations });
    let answer = world.evidence.dispatch(content(accepting(Method::Post, "/Bulk"), &job), true).await?;
    let mut failed = false;
    if answer.status() == Some(500) {
        return Err(world.evidence.stop(OutcomeKind::Skipped, SERVER_ERROR));
    }
    if answer.status() != Some(413) {
        let seen = format!("{} to a job of {}", answer.status_text(), limit + 1);
        failed = world.evidence.tell("RFC7644-3.7.4-03", answer.index, (Place::Status, "413".into(), seen, None));
    } else {
        let detail = answer.member("detail").and_then(Value::as_str).unwrap_or_default();
        if !detail.contains(&limit.to_string()) && !detail.to_lowercase().contains("operations") {
            let expected = format!("the limit, {limit} operations");
            let mismatch = (Place::Body("/detail".into()), expected, detail.to_owned(), None);
            failed = world.evidence.tell("RFC7644-3.7.4-04", answer.index, mismatch);
        }
    }
    world.evidence.conclude(failed)
}
