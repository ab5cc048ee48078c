//! Requests spelled out, for shapes no IdP of ours sends and somebody's does, and what their answers hold.

use super::super::basis::Basis;
use super::super::evidence::Evidence;
use super::super::expectations::{self, Expectation};
use super::super::placeholders::{filled, filled_target, noted_group_id};
use super::super::step_end::Stop;
use super::super::table_cells::at;
use super::super::world::World;
use super::client::{content, operating, patch, target};
use client::observe::{Endpoint, id_text, member};
use client::wire::{Method, Request, encode_query_value};
use cucumber::gherkin::Step;
use cucumber::{then, when};
use judge::verdict::OutcomeKind;
use serde_json::{Value, json};

/// A client sends a request without a body.
/// Example: a client sends GET '/Users?count=0'
#[when(expr = "a client sends {word} {string}")]
async fn sends(world: &mut World, method: String, path: String) -> Result<(), Stop> {
    let request = Request::new(verb(&mut world.evidence, &method)?, filled_target(world, &path).await?);
    world.evidence.send(request).await
}

/// A client sends a request with the JSON body that stands below.
/// Example: a client sends POST '/Users' with:
#[when(expr = "a client sends {word} {string} with:")]
async fn sends_with(world: &mut World, method: String, path: String, step: &Step) -> Result<(), Stop> {
    let request = Request::new(verb(&mut world.evidence, &method)?, filled_target(world, &path).await?);
    let mut body = below(world, step).await?;
    if matches!(request.method, Method::Post | Method::Put) {
        body = world.with_what_is_required(&path, body);
    }
    world.evidence.send(content(request, &body)).await
}

/// A client sends a PATCH of a person's account with the operations that stand below.
/// Example: a client patches the account of "Ada" with:
#[when(expr = "a client patches the account of {string} with:")]
async fn patches_account(world: &mut World, name: String, step: &Step) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let operations = below(world, step).await?;
    world.evidence.send(operating(Request::new(Method::Patch, target("/Users", &account)), &operations)).await
}

/// A client sends a PATCH of a group with the operations that stand below.
/// Example: a client patches group "Engineering" with:
#[when(expr = "a client patches group {string} with:")]
async fn patches_group(world: &mut World, name: String, step: &Step) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let operations = below(world, step).await?;
    world.evidence.send(operating(Request::new(Method::Patch, target("/Groups", &group)), &operations)).await
}

/// A client sends an account back as it read it, with the attributes that stand below in place of those it had.
/// Example: a client replaces the account of "Ada" changed by:
#[when(expr = "a client replaces the account of {string} changed by:")]
async fn replaces_account(world: &mut World, name: String, step: &Step) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let body = changed(account.clone(), below(world, step).await?);
    world.evidence.send(content(Request::new(Method::Put, target("/Users", &account)), &body)).await
}

/// A client sends a group back as it read it, with the attributes that stand below in place of those it had.
/// Example: a client replaces group "Engineering" changed by:
#[when(expr = "a client replaces group {string} changed by:")]
async fn replaces_group(world: &mut World, name: String, step: &Step) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let body = changed(group.clone(), below(world, step).await?);
    world.evidence.send(content(Request::new(Method::Put, target("/Groups", &group)), &body)).await
}

/// A client changes a title under an entity tag that no version of the account has.
/// Example: a client changes the title of "Ada" under an outdated version
#[when(expr = "a client changes the title of {string} under an outdated version")]
async fn outdated(world: &mut World, name: String) -> Result<(), Stop> {
    let config = world.evidence.get("/ServiceProviderConfig").await?;
    let supported = config.member("etag").and_then(|etag| member(etag, "supported")).and_then(Value::as_bool);
    if supported != Some(true) {
        return Err(world.evidence.stop(OutcomeKind::Skipped, "this target does not offer entity tags"));
    }
    let account = world.account_of(&name).await?;
    let operation = json!({ "op": "replace", "path": "title", "value": "Late" });
    world.evidence.send(patch("/Users", &account, &operation).header("if-match", "W/\"outdated\"")).await
}

/// A client looks for groups with this filter.
/// Example: a client looks for groups with filter 'displayName sw "Eng"'
#[when(expr = "a client looks for groups with filter {string}")]
async fn filters_groups(world: &mut World, filter: String) -> Result<(), Stop> {
    let filter = encode_query_value(&filled(world, &filter).await?);
    world.evidence.send(Request::new(Method::Get, format!("/Groups?filter={filter}"))).await
}

/// A client looks for users with a filter in so many brackets, which is sound and which nobody needs.
/// Example: a client looks for users with a filter nested 5000 deep
#[when(expr = "a client looks for users with a filter nested {int} deep")]
async fn filters_deep(world: &mut World, depth: usize) -> Result<(), Stop> {
    let filter = format!("{}userName pr{}", "(".repeat(depth), ")".repeat(depth));
    world.evidence.send(Request::new(Method::Get, format!("/Users?filter={}", encode_query_value(&filter)))).await
}

/// What the last answer created has a name from here on: the name in angle brackets stands for its id.
/// Example: what was created is called "object-1"
#[then(expr = "what was created is called {string}")]
async fn called(world: &mut World, name: String) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    let id = last.json().filter(|_| last.succeeded()).and_then(id_text);
    let Some(id) = id else {
        return Err(world.evidence.unprepared(&format!("nothing was created: {}", last.status_text())));
    };
    let endpoint = last.exchange.request.path().trim_end_matches('/').to_owned();
    world.noted.made.insert(name, format!("{endpoint}/{}", encode_query_value(&id)));
    Ok(())
}

/// The answer was one of success, whichever.
/// Example: the request succeeds
#[then(expr = "the request succeeds")]
async fn succeeds(world: &mut World) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    if last.succeeded() {
        return Ok(());
    }
    let seen = last.status_text();
    Err(world.evidence.broken(expectations::ANSWER_STATUS, &Basis::LastAnswer, "a status from 200 to 299".into(), seen))
}

/// The answer has any status below 500.
/// Example: the answer is not a server error
#[then(expr = "the answer is not a server error")]
async fn no_server_error(world: &mut World) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    let seen = last.status_text();
    if !last.outcome().is_the_targets() {
        let why = format!("the last request was answered {seen}: {}", last.outcome().in_words());
        return Err(world.evidence.stop(OutcomeKind::Blocked, why));
    }
    if last.status().is_some_and(|status| status < 500) {
        return Ok(());
    }
    Err(world.evidence.broken(expectations::ANSWER_STATUS, &Basis::LastAnswer, "a status below 500".into(), seen))
}

/// The answer does not hand out the group noted before.
/// Example: the answer is not the noted group
#[then(expr = "the answer is not the noted group")]
async fn not_the_noted(world: &mut World) -> Result<(), Stop> {
    let noted = noted_group_id(world)?;
    let last = world.evidence.last_answer()?;
    if last.json().and_then(id_text).as_ref() != Some(&noted) {
        return Ok(());
    }
    let text = format!("the group that was there before (id \"{noted}\"), as if it were new");
    Err(world.evidence.broken(
        expectations::STATE_GROUP_ONCE,
        &Basis::LastAnswer,
        "a new group or a conflict".into(),
        text,
    ))
}

/// Where the account has values of this attribute, one has this type.
/// Example: a value of "phoneNumbers" of the account of "Ada" has the type "mobile", or there is none
#[then(expr = "a value of {string} of the account of {string} has the type {string}, or there is none")]
async fn has_type(world: &mut World, attribute: String, name: String, wanted: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let values = member(&account, &attribute).and_then(Value::as_array).cloned().unwrap_or_default();
    let typed = |value: &Value| member(value, "type").and_then(Value::as_str) == Some(&wanted);
    if values.is_empty() || values.iter().any(typed) {
        return Ok(());
    }
    let seen = format!("{attribute} of {name} is {}", Value::from(values));
    let expected = format!("a value of type {wanted}");
    Err(world.evidence.broken(expectations::STATE_ATTRIBUTE, &Basis::Account, expected, seen))
}

/// The answer's body has this JSON value at this JSON pointer.
/// Example: the answer holds '3' at '/totalResults'
#[then(expr = "the answer holds {string} at {string}")]
async fn answer_holds(world: &mut World, value: String, pointer: String) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    if !last.succeeded() {
        let (expected, seen) = (format!("a success that holds {value} at {pointer}"), last.status_text());
        return Err(world.evidence.broken(expectations::ANSWER_STATUS, &Basis::LastAnswer, expected, seen));
    }
    let seen = last.json().cloned().unwrap_or_default();
    if let Endpoint::Collection(endpoint) | Endpoint::Resource(endpoint, _) = &last.endpoint
        && ["/Users", "/Groups"].contains(&endpoint.as_str())
        && last.list().is_none()
    {
        world.evidence.needs_pointer(endpoint, &pointer)?;
    }
    judge(world, expectations::ANSWER_BODY, &Basis::LastAnswer, &seen, (&value, &pointer)).await
}

/// The answer's body has nothing at this JSON pointer.
/// Example: the answer holds nothing at '/password'
#[then(expr = "the answer holds nothing at {string}")]
async fn answer_lacks(world: &mut World, pointer: String) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    match last.json().and_then(|body| at(body, &pointer)) {
        None | Some(Value::Null) => Ok(()),
        Some(seen) => {
            let seen = format!("{pointer} is {seen}");
            let expected = "nothing there".to_owned();
            Err(world.evidence.broken(expectations::ANSWER_BODY, &Basis::LastAnswer, expected, seen))
        }
    }
}

/// A person's account, read afresh, has this JSON value at this JSON pointer.
/// Example: the account of "Ada" holds '"Dr"' at '/title'
#[then(expr = "the account of {string} holds {string} at {string}")]
async fn account_holds(world: &mut World, name: String, value: String, pointer: String) -> Result<(), Stop> {
    world.evidence.needs_pointer("/Users", &pointer)?;
    let account = world.account_of(&name).await?;
    judge(world, expectations::STATE_ATTRIBUTE, &Basis::Account, &account, (&value, &pointer)).await
}

/// A person's account, read afresh, has nothing at this JSON pointer.
/// Example: the account of "Ada" holds nothing at '/emails/1'
#[then(expr = "the account of {string} holds nothing at {string}")]
async fn account_lacks(world: &mut World, name: String, pointer: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    judge(world, expectations::STATE_ATTRIBUTE, &Basis::Account, &account, ("null", &pointer)).await
}

/// A group, read afresh, has this JSON value at this JSON pointer.
/// Example: group "Engineering" holds '"Research"' at '/externalId'
#[then(expr = "group {string} holds {string} at {string}")]
async fn group_holds(world: &mut World, name: String, value: String, pointer: String) -> Result<(), Stop> {
    world.evidence.needs_pointer("/Groups", &pointer)?;
    let group = world.group_called(&name).await?;
    judge(world, expectations::STATE_ATTRIBUTE, &Basis::Group, &group, (&value, &pointer)).await
}

async fn judge(
    world: &mut World,
    expectation: Expectation,
    read: &Basis,
    seen: &Value,
    (value, pointer): (&str, &str),
) -> Result<(), Stop> {
    let text = filled(world, value).await?;
    let Ok(wanted) = serde_json::from_str::<Value>(&text) else {
        return Err(world.evidence.misuse(format!("{text} is no JSON value")));
    };
    // Names in any letter case, as everywhere.
    let found = at(seen, pointer).unwrap_or_default();
    if found == wanted {
        return Ok(());
    }
    let seen = if found.is_null() { format!("{pointer} is missing") } else { format!("{pointer} is {found}") };
    let expected = if wanted.is_null() { "nothing there".to_owned() } else { wanted.to_string() };
    Err(world.evidence.broken(expectation, read, expected, seen))
}

fn changed(mut resource: Value, by: Value) -> Value {
    if let (Some(object), Value::Object(new)) = (resource.as_object_mut(), by) {
        object.shift_remove("meta");
        object.shift_remove("groups");
        for (name, value) in new {
            match value {
                Value::Null => object.shift_remove(&name),
                value => object.insert(name, value),
            };
        }
    }
    resource
}

fn verb(evidence: &mut Evidence, text: &str) -> Result<Method, Stop> {
    match text {
        "GET" => Ok(Method::Get),
        "POST" => Ok(Method::Post),
        "PUT" => Ok(Method::Put),
        "PATCH" => Ok(Method::Patch),
        "DELETE" => Ok(Method::Delete),
        other => Err(evidence.misuse(format!("{other} is no method of SCIM"))),
    }
}

/// The JSON below a step.
pub(super) async fn below(world: &mut World, step: &Step) -> Result<Value, Stop> {
    let text = filled(world, step.docstring.as_deref().unwrap_or_default()).await?;
    serde_json::from_str(&text).map_err(|e| world.evidence.misuse(format!("the text below the step is no JSON: {e}")))
}
