//! Characteristics that the target's own schemas give to attributes, the rarer of them: immutable, returned on request,
//! required by an extension, decimal, or not described at all.

use super::super::attribute_descriptions::AttributeDescription;
use super::super::evidence::Evidence;
use super::super::schema_bodies::complete;
use super::super::step_end::Stop;
use super::super::world::World;
use super::client::{content, operating};
use super::schemas::{SERVER_ERROR, accepting, made, nothing_like_it, post_user, read, text};
use client::observe::{Observation, id_text, member};
use client::wire::{Method, encode_query_value};
use cucumber::then;
use directory::Addresses;
use judge::verdict::{OutcomeKind, Place};
use serde_json::{Map, Value, json};

/// The attributes of the target's users, extensions and all, that fit.
async fn those(
    world: &mut World,
    what: &str,
    fits: impl Fn(&AttributeDescription) -> bool,
) -> Result<Vec<AttributeDescription>, Stop> {
    let all: Vec<AttributeDescription> = world.site.all_attributes().await.into_iter().filter(fits).collect();
    if all.is_empty() { Err(nothing_like_it(&mut world.evidence, what)) } else { Ok(all) }
}

/// Makes a user with these attributes set, under a person's own name; its path, where it was made.
async fn make(
    world: &mut World,
    name: &str,
    with: &[(&AttributeDescription, Value)],
) -> Result<Option<(String, Observation)>, Stop> {
    let mut body = json!({ "userName": world.cast.persona(name).user_name });
    for (attribute, value) in with {
        attribute.put(&mut body, value.clone());
    }
    let answer = post_user(world, body).await?;
    let id = answer.json().filter(|_| answer.succeeded()).and_then(id_text);
    Ok(id.map(|id| (format!("/Users/{}", encode_query_value(&id)), answer)))
}

/// Sends a user back by PUT as it is, with one attribute set.
async fn put(
    world: &mut World,
    path: &str,
    attribute: &AttributeDescription,
    value: &Value,
) -> Result<Observation, Stop> {
    let mut body = world.evidence.state_at(path).await?.unwrap_or_default();
    attribute.put(&mut body, value.clone());
    world.evidence.dispatch(content(accepting(Method::Put, path), &body), true).await
}

/// Ends the step where nothing could be asked.
fn unless_asked(evidence: &mut Evidence, asked: bool) -> Result<(), Stop> {
    if asked { Ok(()) } else { Err(evidence.unprepared("no user could be made with such attributes")) }
}

/// What the target's schema calls immutable keeps its value when a PUT or PATCH sends another, and a PUT that is refused is
/// refused with 400.
/// Example: attributes that the target's schema calls immutable keep their first value
#[then(expr = "attributes that the target's schema calls immutable keep their first value")]
async fn immutable(world: &mut World) -> Result<(), Stop> {
    let names = those(world, "immutable attribute", |a| a.is("mutability", "immutable") && a.kept()).await?;
    let patches = world.supports("patch").await? == Some(true);
    let (mut failed, mut asked) = (false, false);
    for (n, attribute) in names.iter().enumerate() {
        let others = Addresses::new(&format!("other.{}", world.cast.tag), world.cast.addresses.domain());
        let (first, other) = (attribute.sample(&world.cast.addresses), attribute.sample(&others));
        if first == other {
            continue;
        }
        let Some((path, _)) = make(world, &format!("Once {n}"), &[(attribute, first)]).await? else { continue };
        let before = world.evidence.state_at(&path).await?.unwrap_or_default();
        let Some(was) = attribute.of(&before).cloned() else { continue };
        asked = true;
        let answer = put(world, &path, attribute, &other).await?;
        if !matches!(answer.status(), Some(400 | 405 | 500 | 501)) {
            let seen = format!("{} to a PUT of another {}", answer.status_text(), attribute.name);
            failed |= world.evidence.tell("RFC7644-3.5.1-13", answer.index, (Place::Status, "400".into(), seen, None));
        }
        failed |= unmoved(&mut world.evidence, &path, attribute, &was, &answer).await?;
        if patches {
            let operations = json!([{ "op": "replace", "path": attribute.path(), "value": other }]);
            let request = operating(accepting(Method::Patch, path.as_str()), &operations);
            let answer = world.evidence.dispatch(request, true).await?;
            failed |= unmoved(&mut world.evidence, &path, attribute, &was, &answer).await?;
        }
    }
    unless_asked(&mut world.evidence, asked)?;
    world.evidence.conclude(failed)
}

async fn unmoved(
    evidence: &mut Evidence,
    path: &str,
    of: &AttributeDescription,
    was: &Value,
    write: &Observation,
) -> Result<bool, Stop> {
    let after = read(evidence, path).await?;
    let now = after.json().and_then(|body| of.of(body));
    if now == Some(was) || !after.succeeded() {
        return Ok(false);
    }
    let seen = now.map_or_else(|| "nothing".to_owned(), Value::to_string);
    let place = Place::State(format!("GET {path} at {}", of.pointer()));
    Ok(evidence.tell("RFC7643-7-30", write.index, (place, was.to_string(), seen, None)))
}

/// An immutable attribute that has no value yet takes the one a PUT brings.
/// Example: attributes that the target's schema calls immutable can be set by a PUT while they have no value
#[then(expr = "attributes that the target's schema calls immutable can be set by a PUT while they have no value")]
async fn unset(world: &mut World) -> Result<(), Stop> {
    let optional = |a: &AttributeDescription| a.is("mutability", "immutable") && a.kept() && !a.yes("required");
    let names = those(world, "immutable attribute that may be missing", optional).await?;
    let (mut failed, mut asked) = (false, false);
    for (n, attribute) in names.iter().enumerate() {
        let Some((path, _)) = make(world, &format!("Later {n}"), &[]).await? else { continue };
        if world.evidence.state_at(&path).await?.is_none_or(|stored| attribute.of(&stored).is_some()) {
            continue;
        }
        let value = attribute.sample(&world.cast.addresses);
        let answer = put(world, &path, attribute, &value).await?;
        if matches!(answer.status(), Some(405 | 501)) {
            continue;
        }
        asked = true;
        let after = read(&mut world.evidence, &path).await?;
        let now = after.json().and_then(|body| attribute.of(body));
        if now.is_none() && after.succeeded() {
            let place = Place::State(format!("GET {path} at {}", attribute.pointer()));
            let seen = format!("nothing, after {} to the PUT", answer.status_text());
            failed |= world.evidence.tell("RFC7644-3.5.1-15", answer.index, (place, value.to_string(), seen, None));
        }
    }
    unless_asked(&mut world.evidence, asked)?;
    world.evidence.conclude(failed)
}

/// What the target's schema returns on request only is in the answer to the write that set it, in no plain read, and in a read
/// that names it.
/// Example: attributes that the target's schema returns on request are shown only on request
#[then(expr = "attributes that the target's schema returns on request are shown only on request")]
async fn on_request(world: &mut World) -> Result<(), Stop> {
    let names = those(world, "attribute returned on request", |a| a.is("returned", "request") && a.kept()).await?;
    let (mut failed, mut asked) = (false, false);
    for (n, attribute) in names.iter().enumerate() {
        let value = attribute.sample(&world.cast.addresses);
        let Some((path, created)) = make(world, &format!("Asked {n}"), &[(attribute, value)]).await? else { continue };
        asked = true;
        let plain = read(&mut world.evidence, &path).await?;
        let named =
            read(&mut world.evidence, &format!("{path}?attributes={}", encode_query_value(&attribute.path()))).await?;
        for (answer, wanted) in [(created, true), (plain, false), (named, true)] {
            let there = answer.json().is_some_and(|body| attribute.of(body).is_some());
            if answer.succeeded() && there != wanted {
                let word = |there: bool| if there { "a value" } else { "nothing" }.to_owned();
                let mismatch = (Place::Body(attribute.pointer()), word(wanted), word(there), None);
                failed |= world.evidence.tell("RFC7643-7-38", answer.index, mismatch);
            }
        }
    }
    unless_asked(&mut world.evidence, asked)?;
    world.evidence.conclude(failed)
}

/// A decimal attribute comes back as the number that was sent.
/// Example: each decimal of the target's schema comes back as the same number
#[then(expr = "each decimal of the target's schema comes back as the same number")]
async fn decimals(world: &mut World) -> Result<(), Stop> {
    let single = |a: &AttributeDescription| a.is("type", "decimal") && a.kept() && !a.yes("multiValued");
    let names = those(world, "decimal attribute", single).await?;
    let (mut failed, mut asked) = (false, false);
    for (n, attribute) in names.iter().enumerate() {
        for (m, sent) in [0.5, 3.0].into_iter().enumerate() {
            let name = format!("Decimal {n} {m}");
            let Some((path, _)) = make(world, &name, &[(attribute, json!(sent))]).await? else { continue };
            asked = true;
            let answer = read(&mut world.evidence, &path).await?;
            let now = answer.json().and_then(|body| attribute.of(body));
            if answer.succeeded() && now.and_then(Value::as_f64) != Some(sent) {
                let seen = now.map_or_else(|| "nothing".to_owned(), Value::to_string);
                let mismatch = (Place::Body(attribute.pointer()), format!("the number {sent}"), seen, None);
                failed |= world.evidence.tell("RFC7643-2.3.3-01", answer.index, mismatch);
            }
        }
    }
    unless_asked(&mut world.evidence, asked)?;
    world.evidence.conclude(failed)
}

/// A user without an extension that the target's resource type requires, or without what that extension requires, is refused,
/// or the server gives the values.
/// Example: no user is created without the target's required extensions
#[then(expr = "no user is created without the target's required extensions")]
async fn required_extensions(world: &mut World) -> Result<(), Stop> {
    let told = world.site.capabilities().await;
    let urn = |schema: &Value| text(schema, "id");
    let extensions: Vec<String> = told
        .schemas_of("/Users")
        .iter()
        .skip(1)
        .filter(|(_, required)| *required)
        .filter_map(|(s, _)| urn(s))
        .collect();
    if extensions.is_empty() {
        return Err(nothing_like_it(&mut world.evidence, "required extension"));
    }
    let mut failed = false;
    for extension in &extensions {
        let whole = world.body_for("/Users", json!({})).await;
        let Some(mut body) = whole.as_object().cloned() else { continue };
        body.shift_remove(extension);
        if let Some(Value::Array(schemas)) = body.get_mut("schemas") {
            schemas.retain(|s| s.as_str() != Some(extension));
        }
        let bare = Value::Object(body);
        let answer = world.evidence.dispatch(content(accepting(Method::Post, "/Users"), &bare), true).await?;
        if answer.succeeded() && answer.member(extension).is_none() {
            let seen = format!("{}, and a user without it", answer.status_text());
            failed |= world.evidence.tell(
                "RFC7643-6-16",
                answer.index,
                (Place::Status, format!("{extension}, or 400"), seen, None),
            );
        }
        let own = |a: &AttributeDescription| a.urn.as_ref() == Some(extension) && a.yes("required") && a.kept();
        for attribute in world.site.all_attributes().await.into_iter().filter(own) {
            let mut body = world.body_for("/Users", json!({})).await;
            if let Some(holder) = body.get_mut(extension).and_then(Value::as_object_mut) {
                holder.shift_remove(&attribute.name);
            }
            let answer = world.evidence.dispatch(content(accepting(Method::Post, "/Users"), &body), true).await?;
            if answer.succeeded() && answer.json().is_none_or(|body| attribute.of(body).is_none()) {
                let seen = format!("{}, and a user without it", answer.status_text());
                let mismatch = (Place::Status, format!("{}, or 400", attribute.path()), seen, None);
                failed |= world.evidence.tell("RFC7643-6-17", answer.index, mismatch);
            }
        }
    }
    world.evidence.conclude(failed)
}

/// A user with what the target's schemas require, and no more, is made.
/// Example: a user with only the attributes that the target's schemas require is created
#[then(expr = "a user with only the attributes that the target's schemas require is created")]
async fn enough(world: &mut World) -> Result<(), Stop> {
    let name = world.cast.addresses.of("user.enough");
    let told = world.site.capabilities().await;
    let body = complete(&told, "/Users", json!({ "userName": name }), &world.cast.addresses);
    let answer = world.evidence.dispatch(content(accepting(Method::Post, "/Users"), &body), true).await?;
    if answer.succeeded() || world.evidence.witness.departures().demands_more {
        return Ok(());
    }
    if answer.status() == Some(500) {
        return Err(world.evidence.stop(OutcomeKind::Skipped, SERVER_ERROR));
    }
    let detail = answer.member("detail").and_then(Value::as_str).unwrap_or("no reason");
    let seen = format!("{} and {detail}", answer.status_text());
    let failed = world.evidence.tell("RFC7643-1.1-02", answer.index, (Place::Status, "201".to_owned(), seen, None));
    world.evidence.conclude(failed)
}

/// An attribute whose description names no type has a text, and one that does not say it has several values has one.
/// Example: attributes of "Ada" without a type in the target's schema are single strings
#[then(expr = "attributes of {string} without a type in the target's schema are single strings")]
async fn left_out(world: &mut World, name: String) -> Result<(), Stop> {
    let path = made(world, &name)?;
    let told = world.site.capabilities().await;
    let base = told.schemas_of("/Users").first().and_then(|(schema, _)| text(schema, "id")).unwrap_or_default();
    let schemas = read(&mut world.evidence, "/Schemas").await?;
    let user = read(&mut world.evidence, &path).await?;
    let shown = user.json().cloned().unwrap_or_default();
    let schema = schemas.resources().iter().find(|s| text(s, "id").is_some_and(|id| id.eq_ignore_ascii_case(&base)));
    let all = schema.and_then(|s| member(s, "attributes")).and_then(Value::as_array).cloned().unwrap_or_default();
    let (mut failed, mut asked) = (false, false);
    for attribute in &all {
        let Some((name, value)) = text(attribute, "name").and_then(|n| Some((n.clone(), member(&shown, &n)?))) else {
            continue;
        };
        let silent = |of: &str| member(attribute, of).is_none_or(Value::is_null);
        let (typed, counted) = (!silent("type"), !silent("multiValued"));
        asked |= !typed || !counted;
        let several = value.is_array() && !counted;
        let other = !typed && (value.is_number() || value.is_boolean() || value.is_object());
        if several || other {
            let mismatch = (
                Place::Body(format!("/{name}")),
                "a single text, as nothing else is said".to_owned(),
                value.to_string(),
                None,
            );
            failed |= world.evidence.tell("RFC7643-2.2-03", user.index, mismatch);
        }
    }
    if !asked {
        return Err(nothing_like_it(&mut world.evidence, "attribute without its type and number"));
    }
    world.evidence.conclude(failed)
}

/// Of the optional texts of a user that a PUT leaves out, either all are gone or all are kept; what the server sets to something
/// else has a default.
/// Example: a PUT treats all that it leaves out alike
#[then(expr = "a PUT treats all that it leaves out alike")]
async fn alike(world: &mut World) -> Result<(), Stop> {
    let free = ["nickName", "title", "userType"];
    let usable = |a: &AttributeDescription| {
        a.urn.is_none() && free.contains(&a.name.as_str()) && a.writable_text() && !a.yes("required")
    };
    let names = those(world, "optional text", usable).await?;
    let values: Vec<(&AttributeDescription, Value)> =
        names.iter().map(|a| (a, json!(format!("{} here", a.name)))).collect();
    let Some((path, _)) = make(world, "Left Out", &values).await? else {
        return Err(world.evidence.unprepared("a user with such attributes was not made"));
    };
    let before = world.evidence.state_at(&path).await?.unwrap_or_default();
    let set: Vec<(&AttributeDescription, Value)> =
        values.into_iter().filter(|(a, value)| a.of(&before) == Some(value)).collect();
    let mut body: Map<String, Value> = before.as_object().cloned().unwrap_or_default();
    for (attribute, _) in &set {
        body.shift_remove(&attribute.name);
    }
    let answer =
        world.evidence.dispatch(content(accepting(Method::Put, path.as_str()), &Value::Object(body)), true).await?;
    if set.len() < 2 || !answer.succeeded() {
        return Err(world.evidence.unprepared("no PUT could leave out several texts that were stored"));
    }
    let after = read(&mut world.evidence, &path).await?.json().cloned().unwrap_or_default();
    let named = |fits: &dyn Fn(&AttributeDescription, &Value) -> bool| -> Vec<&str> {
        set.iter().filter(|(a, value)| fits(a, value)).map(|(a, _)| a.name.as_str()).collect()
    };
    let kept = named(&|a, value| a.of(&after) == Some(value));
    let gone = named(&|a, _| a.of(&after).is_none());
    let mixed = !kept.is_empty() && !gone.is_empty();
    let seen = format!("{} kept, {} gone", kept.join(", "), gone.join(", "));
    let mismatch =
        (Place::State(format!("GET {path}")), "all that was left out kept, or all gone".to_owned(), seen, None);
    let failed = mixed && world.evidence.tell("RFC7644-3.5.1-10", answer.index, mismatch);
    world.evidence.conclude(failed)
}
