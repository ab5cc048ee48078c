//! What a plain SCIM client asks, and the answer it gets.

use super::super::basis::Basis;
use super::super::evidence::Evidence;
use super::super::expectations;
use super::super::parameters::People;
use super::super::resource_values::{member_ids, seen_accounts};
use super::super::step_end::Stop;
use super::super::world::World;
use client::observe::{List, Observation, id_text, member};
use client::wire::{Method, Request, encode_query_value};
use cucumber::{given, then, when};
use judge::verdict::Hindrance;
use serde_json::{Value, json};

pub(super) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(super) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// A client creates a user with a person's own name and e-mail address.
/// Example: a client creates a user for "Ada"
#[when(expr = "a client creates a user for {string}")]
async fn creates(world: &mut World, name: String) -> Result<(), Stop> {
    let body = user(world, &name);
    post(&mut world.evidence, "/Users", &body).await
}

/// A client creates a user with a person's user name and another e-mail address.
/// Example: a client creates a user with the userName of "Ada" and another e-mail address
#[when(expr = "a client creates a user with the userName of {string} and another e-mail address")]
async fn creates_other_mail(world: &mut World, name: String) -> Result<(), Stop> {
    let mut body = user(world, &name);
    if let Some(address) = body.pointer_mut("/emails/0/value") {
        *address = world.cast.addresses.of("other").into();
    }
    post(&mut world.evidence, "/Users", &body).await
}

/// A client creates a user with a person's user name in capital letters.
/// Example: a client creates a user with the userName of "Ada" in capital letters
#[when(expr = "a client creates a user with the userName of {string} in capital letters")]
async fn creates_upper(world: &mut World, name: String) -> Result<(), Stop> {
    let mut body = user(world, &name);
    body["userName"] = world.cast.persona(&name).user_name.to_uppercase().into();
    post(&mut world.evidence, "/Users", &body).await
}

/// A client creates a user whose user name begins with this text, which may be unusual.
/// Example: a client creates a user called "o'neil+test%_"
#[when(expr = "a client creates a user called {string}")]
async fn creates_called(world: &mut World, text: String) -> Result<(), Stop> {
    let user_name = world.cast.addresses.of(&text);
    world.cast.alias(&text, &user_name);
    let body = json!({
        "schemas": [USER], "userName": user_name, "displayName": text, "active": true,
        "name": { "givenName": text, "familyName": "Example" },
        "emails": [{ "value": world.cast.addresses.of("called"), "type": "work", "primary": true }],
    });
    let body = world.fitting("/Users", body);
    post(&mut world.evidence, "/Users", &body).await
}

/// A client creates an empty group.
/// Example: a client creates group "Engineering"
#[when(expr = "a client creates group {string}")]
async fn creates_group(world: &mut World, name: String) -> Result<(), Stop> {
    let body = world.fitting("/Groups", json!({ "schemas": [GROUP], "displayName": world.cast.group_name(&name) }));
    post(&mut world.evidence, "/Groups", &body).await
}

/// People have accounts that a client made; they are noted.
/// Example: an account each for "Ada" and "Ben", made by a client
#[given(expr = "an account each for {people}, made by a client")]
async fn accounts_by_client(world: &mut World, people: People) -> Result<(), Stop> {
    for name in world.cast.names(&people) {
        let body = user(world, &name);
        post(&mut world.evidence, "/Users", &body).await?;
        let account = world.account_of(&name).await?;
        world.noted.accounts.insert(name, account);
    }
    Ok(())
}

/// A client makes a group with these people.
/// Example: group "Engineering" of "Ada" and "Ben", made by a client
#[given(expr = "group {string} of {people}, made by a client")]
async fn group_by_client(world: &mut World, name: String, people: People) -> Result<(), Stop> {
    let mut members = Vec::new();
    for person in world.cast.names(&people) {
        members.push(json!({ "value": id_text(&world.account_of(&person).await?), "type": "User" }));
    }
    let body = json!({ "schemas": [GROUP], "displayName": world.cast.group_name(&name), "members": members });
    let body = world.fitting("/Groups", body);
    post(&mut world.evidence, "/Groups", &body).await?;
    let group = world.group_called(&name).await?;
    world.noted.group = Some(group);
    Ok(())
}

/// A client deletes a group.
/// Example: a client deletes group "Engineering"
#[when(expr = "a client deletes group {string}")]
async fn deletes_group(world: &mut World, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    world.evidence.send(Request::new(Method::Delete, target("/Groups", &group))).await
}

/// A client finds the account it made under an unusual name, by that name.
/// Example: a client finds the account called "o'neil"
#[then(expr = "a client finds the account called {string}")]
async fn finds_called(world: &mut World, text: String) -> Result<(), Stop> {
    let user_name = world.cast.addresses.of(&text);
    lookup(&mut world.evidence, "/Users", "userName", &user_name, 1).await
}

/// A client looks an unusual name up and finds nobody.
/// Example: a client does not find an account called "a_b"
#[then(expr = "a client does not find an account called {string}")]
async fn misses_called(world: &mut World, text: String) -> Result<(), Stop> {
    let user_name = world.cast.addresses.of(&text);
    lookup(&mut world.evidence, "/Users", "userName", &user_name, 0).await
}

/// A client deletes a person's account.
/// Example: a client deletes the account of "Ada"
#[when(expr = "a client deletes the account of {string}")]
async fn deletes(world: &mut World, name: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    world.noted.accounts.insert(name, account.clone());
    world.evidence.send(Request::new(Method::Delete, target("/Users", &account))).await
}

/// A client deletes the account noted before, which is gone already.
/// Example: a client deletes the noted account of "Ada" again
#[when(expr = "a client deletes the noted account of {string} again")]
async fn deletes_again(world: &mut World, name: String) -> Result<(), Stop> {
    let account = noted(world, &name)?;
    world.evidence.send(Request::new(Method::Delete, target("/Users", &account))).await
}

/// A client reads the account noted before.
/// Example: a client reads the noted account of "Ada"
#[when(expr = "a client reads the noted account of {string}")]
async fn reads(world: &mut World, name: String) -> Result<(), Stop> {
    let account = noted(world, &name)?;
    world.evidence.send(Request::new(Method::Get, target("/Users", &account))).await
}

/// A client sets a person's externalId to the one another person has.
/// Example: a client gives "Ada" the externalId of "Ben"
#[when(expr = "a client gives {string} the externalId of {string}")]
async fn gives_external_id(world: &mut World, name: String, other: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let other = world.account_of(&other).await?;
    let value = member(&other, "externalId").cloned().unwrap_or_default();
    let operation = json!({ "op": "replace", "path": "externalId", "value": value });
    world.evidence.send(patch("/Users", &account, &operation)).await
}

/// A client corrupts the links: each of two people gets the externalId of the other.
/// Example: a client exchanges the external IDs of "Ada" and "Ben"
#[when(expr = "a client exchanges the external IDs of {string} and {string}")]
async fn exchanges_external_ids(world: &mut World, one: String, two: String) -> Result<(), Stop> {
    let (one, two) = (world.account_of(&one).await?, world.account_of(&two).await?);
    let link = |account: &Value| member(account, "externalId").cloned().unwrap_or_default();
    // By way of a third one, since two accounts may not share one even for a moment.
    for (account, value) in
        [(&one, json!(format!("exchanged-{}", world.cast.tag))), (&two, link(&one)), (&one, link(&two))]
    {
        let operation = json!({ "op": "replace", "path": "externalId", "value": value });
        world.evidence.send(patch("/Users", account, &operation)).await?;
    }
    Ok(())
}

/// A client adds a member that does not exist to a group.
/// Example: a client adds an unknown member to group "Engineering"
#[when(expr = "a client adds an unknown member to group {string}")]
async fn adds_unknown(world: &mut World, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    let unknown = format!("00000000-0000-4000-8000-{:0>12}", world.evidence.exchanges());
    let operation = json!({ "op": "add", "path": "members", "value": [{ "value": unknown }] });
    world.evidence.send(patch("/Groups", &group, &operation)).await
}

/// A client sends two changes in one PATCH, the second of which cannot be applied.
/// Example: a client changes "Ada" in two steps of which the second is wrong
#[when(expr = "a client changes {string} in two steps of which the second is wrong")]
async fn half_wrong(world: &mut World, name: String) -> Result<(), Stop> {
    let account = world.account_of(&name).await?;
    let operations = json!([
        { "op": "replace", "path": "displayName", "value": "Half Done" },
        { "op": "remove", "path": "userName" },
    ]);
    world.evidence.send(operating(Request::new(Method::Patch, target("/Users", &account)), &operations)).await
}

/// A client looks for users with this filter; what stands in angle brackets is put in.
/// Example: a client looks for users with filter 'userName sw "ada"'
#[when(expr = "a client looks for users with filter {string}")]
async fn filters(world: &mut World, filter: String) -> Result<(), Stop> {
    let filter = encode_query_value(&super::super::placeholders::filled(world, &filter).await?);
    world.evidence.send(Request::new(Method::Get, format!("/Users?filter={filter}"))).await
}

/// The answer has this status.
/// Example: the answer is 409
#[then(expr = "the answer is {int}")]
async fn answer_is(world: &mut World, status: u16) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    match last.status() {
        Some(seen) if seen == status => Ok(()),
        _ => Err(world.evidence.broken(
            expectations::ANSWER_STATUS,
            &Basis::LastAnswer,
            status.to_string(),
            last.status_text(),
        )),
    }
}

/// The answer has this status and this scimType.
/// Example: the answer is 409 with scimType "uniqueness"
#[then(expr = "the answer is {int} with scimType {string}")]
async fn answer_is_with(world: &mut World, status: u16, scim_type: String) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    let seen = last.member("scimType").and_then(Value::as_str).unwrap_or("none").to_owned();
    if last.status() == Some(status) && seen == scim_type {
        return Ok(());
    }
    let expected = format!("{status} with scimType {scim_type}");
    let seen = format!("{} with scimType {seen}", last.status_text());
    Err(world.evidence.broken(expectations::ANSWER_STATUS, &Basis::LastAnswer, expected, seen))
}

/// The request was refused with a status from 400 to 499.
/// Example: the request is refused
#[then(expr = "the request is refused")]
async fn refused(world: &mut World) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    match last.status() {
        Some(400..=499) => Ok(()),
        _ => Err(world.evidence.broken(
            expectations::ANSWER_STATUS,
            &Basis::LastAnswer,
            "a status from 400 to 499".into(),
            last.status_text(),
        )),
    }
}

/// The answer lists this many resources, in its counter and in fact.
/// Example: the answer lists 1 resource
#[then(expr = "the answer lists {int} resource(s)")]
async fn lists(world: &mut World, count: usize) -> Result<(), Stop> {
    let last = world.evidence.last_answer()?;
    let total = last.list().and_then(List::total);
    let shown = whole(&mut world.evidence, &last).await?.len();
    if last.succeeded() && total == Some(count as u64) && shown == count {
        return Ok(());
    }
    if world.refuses_plainly(&last).await? {
        let why = "the target refuses this filter in its plainest spelling too (RFC 7644 section 3.4.2.2)";
        return Err(world.evidence.hindered(Hindrance::NotOffered, why));
    }
    let counted = total.map_or_else(|| "no totalResults".to_owned(), |total| format!("totalResults {total}"));
    let seen = match last.succeeded() {
        true => format!("{counted} and {}", counted_as(shown, "resource")),
        false => last.status_text(),
    };
    Err(world.evidence.broken(expectations::LOOKUP_FINDS, &Basis::LastAnswer, counted_as(count, "resource"), seen))
}

/// The lookup an IdP does before a create finds a person's one account.
/// Example: a lookup of the userName of "Ada" finds one account
#[then(expr = "a lookup of the userName of {string} finds one account")]
async fn lookup_finds(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&name).user_name;
    lookup(&mut world.evidence, "/Users", "userName", &user_name, 1).await
}

/// The same lookup with the user name in capital letters finds the same account.
/// Example: a lookup of the userName of "Ada" in capital letters finds one account
#[then(expr = "a lookup of the userName of {string} in capital letters finds one account")]
async fn lookup_upper(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&name).user_name.to_uppercase();
    lookup(&mut world.evidence, "/Users", "userName", &user_name, 1).await
}

/// The lookup an IdP does before a create finds nobody.
/// Example: a lookup of the userName of "Ada" finds nobody
#[then(expr = "a lookup of the userName of {string} finds nobody")]
async fn lookup_misses(world: &mut World, name: String) -> Result<(), Stop> {
    let user_name = world.cast.persona(&name).user_name;
    lookup(&mut world.evidence, "/Users", "userName", &user_name, 0).await
}

/// The lookup an IdP does before it pushes a group finds this many groups of that name.
/// Example: a lookup of group "Engineering" finds 1 group
#[then(expr = "a lookup of group {string} finds {int} group(s)")]
async fn lookup_group(world: &mut World, name: String, count: usize) -> Result<(), Stop> {
    let name = world.cast.group_name(&name);
    lookup(&mut world.evidence, "/Groups", "displayName", &name, count).await
}

async fn lookup(
    evidence: &mut Evidence,
    endpoint: &'static str,
    attribute: &str,
    value: &str,
    count: usize,
) -> Result<(), Stop> {
    let filter = encode_query_value(&format!("{attribute} eq {}", Value::from(value)));
    let answer = evidence.get(&format!("{endpoint}?filter={filter}")).await?;
    if let Some(lack) = evidence.lack_shown_by(&answer) {
        return Err(evidence.lacking(&lack));
    }
    let found = whole(evidence, &answer).await?;
    if answer.succeeded() && found.len() == count {
        return Ok(());
    }
    let what = if endpoint == "/Users" { "account" } else { "group" };
    let seen = match answer.status() {
        Some(200) if endpoint == "/Users" => seen_accounts(found.len(), &found),
        Some(200) => counted_as(found.len(), what),
        _ => answer.status_text(),
    };
    let read = Basis::Lookup { endpoint, filter: format!("{attribute} eq {value}") };
    Err(evidence.broken(expectations::LOOKUP_FINDS, &read, counted_as(count, what), seen))
}

/// `1 account`, `2 accounts`.
fn counted_as(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

/// What a list shows on all its pages; skips the scenario where that cannot be read.
async fn whole(evidence: &mut Evidence, list: &Observation) -> Result<Vec<Value>, Stop> {
    match evidence.whole_list(list).await? {
        Ok(all) => Ok(all),
        Err(why) => Err(evidence.hindered(Hindrance::Setup, why)),
    }
}

pub(super) fn user(world: &mut World, name: &str) -> Value {
    let person = world.cast.persona(name);
    let body = json!({
        "schemas": [USER],
        "userName": person.user_name,
        "name": { "givenName": person.given_name, "familyName": person.family_name },
        "displayName": person.display_name,
        "emails": [{ "value": person.email, "type": "work", "primary": true }],
        "active": true,
    });
    world.fitting("/Users", body)
}

pub(super) fn content(request: Request, body: &Value) -> Request {
    request.header("content-type", "application/scim+json").json(body)
}

/// A PATCH of a resource with one operation.
pub(super) fn patch(endpoint: &str, resource: &Value, operation: &Value) -> Request {
    operating(Request::new(Method::Patch, target(endpoint, resource)), &json!([operation]))
}

/// Gives a PATCH the operations it asks for.
pub(super) fn operating(request: Request, operations: &Value) -> Request {
    content(request, &json!({ "schemas": [PATCH], "Operations": operations }))
}

pub(super) async fn post(evidence: &mut Evidence, endpoint: &str, body: &Value) -> Result<(), Stop> {
    evidence.send(content(Request::new(Method::Post, endpoint), body)).await
}

/// A person's account as it was noted.
pub(super) fn noted(world: &mut World, name: &str) -> Result<Value, Stop> {
    match world.noted.accounts.get(name).cloned() {
        Some(account) => Ok(account),
        None => Err(world.evidence.misuse(format!("the account of {name} was not noted in this scenario"))),
    }
}

pub(super) fn target(endpoint: &str, resource: &Value) -> String {
    format!("{endpoint}/{}", encode_query_value(&id_text(resource).unwrap_or_default()))
}

/// A client replaces a whole group's members with nobody.
/// Example: a client empties group "Engineering"
#[when(expr = "a client empties group {string}")]
async fn empties(world: &mut World, name: String) -> Result<(), Stop> {
    let group = world.group_called(&name).await?;
    if member_ids(&group).is_empty() {
        return Err(world.evidence.misuse(format!("group {name} is empty already")));
    }
    world.evidence.send(patch("/Groups", &group, &json!({ "op": "remove", "path": "members" }))).await
}
