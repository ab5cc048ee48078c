//! The moves every dialect is made of: look up, read, create, patch.

use super::admin_log::ProvisioningErrorKind;
use super::connection::Connection;
use super::mapping;
use super::options::QuerySpace;
use client::observe::{List, Observation, Resource};
use client::wire::{Method, Request, RetryAfter, encode_query_value};
use directory::Person;
use scim::urn;
use serde_json::{Map, Value, json};
use std::borrow::Cow;
use std::time::Duration;

/// Where the users of a target are.
pub(super) const USERS: &str = "/Users";
/// Where its groups are.
pub(super) const GROUPS: &str = "/Groups";

/// A query value in the product's spelling: quotes `%22`, `@` `%40`, a space as the product is wont to (A1.8, C;
/// Okta D).
pub(super) fn query(connection: &Connection, value: &str) -> String {
    let encoded = encode_query_value(value);
    match connection.options.query_space {
        QuerySpace::Percent => encoded,
        QuerySpace::Plus => encoded.replace("%20", "+"),
    }
}

/// A filter `attribute eq "value"` as a query value; quotes and backslashes in the value are escaped as in JSON.
pub(super) fn equals(connection: &Connection, attribute: &str, value: &str) -> String {
    query(connection, &format!("{attribute} eq {}", Value::from(value)))
}

/// Sends one request and reads the answer. Where the target refuses what it lacks, the administrator takes that out of the mapping,
/// and it is sent again without it.
pub(super) async fn send(connection: &Connection, method: Method, target: String, body: Option<&Value>) -> Observation {
    let lacking = &connection.options.lacking;
    // What users lack, groups may have by the same name.
    let Some(body) = body.filter(|_| !lacking.is_empty() && target.starts_with(USERS)) else {
        return send_as_it_is(connection, method, target, body).await;
    };
    let less = mapping::without(body, lacking);
    if connection.unmapped.get() {
        return send_as_it_is(connection, method, target, Some(&less)).await;
    }
    let answer = send_as_it_is(connection, method, target.clone(), Some(body)).await;
    if !matches!(answer.status(), Some(400 | 422)) || less == *body || mapping::is_empty(&less) {
        return answer;
    }
    connection.unmapped.set(true);
    send_as_it_is(connection, method, target, Some(&less)).await
}

/// Sends one request and reads the answer.
async fn send_as_it_is(connection: &Connection, method: Method, target: String, body: Option<&Value>) -> Observation {
    let mut request = Request::new(method, target);
    if let Some(agent) = connection.options.user_agent.as_deref().or(connection.spelling.user_agent) {
        request = request.header("user-agent", agent);
    }
    for (name, value) in connection.spelling.headers {
        request = request.header(name, *value);
    }
    if let Some(encoding) = connection.spelling.accept_encoding.filter(|_| connection.options.accept_encoding) {
        request = request.header("accept-encoding", encoding);
    }
    let more = if body.is_some() { connection.spelling.with_body } else { connection.spelling.without_body };
    for (name, value) in more {
        request = request.header(name, *value);
    }
    if let Some(body) = body {
        request = request.header("content-type", connection.spelling.content_type).json(body);
    }
    let exchange = connection.client.send(request).await;
    Observation::read(exchange, connection.client.journal().len().saturating_sub(1))
}

/// `GET` of a collection with a query already spelled.
pub(super) async fn list(connection: &Connection, endpoint: &str, query: &str) -> Observation {
    send(connection, Method::Get, format!("{endpoint}?{query}"), None).await
}

/// `GET` of one resource; `query` may be empty.
pub(super) async fn read(connection: &Connection, endpoint: &str, id: &str, query: &str) -> Observation {
    let target = match query {
        "" => path(endpoint, id),
        _ => format!("{}?{query}", path(endpoint, id)),
    };
    send(connection, Method::Get, target, None).await
}

/// `POST` to a collection.
pub(super) async fn create(connection: &Connection, endpoint: &str, body: &Value) -> Observation {
    send(connection, Method::Post, endpoint.to_owned(), Some(body)).await
}

/// `PUT` of one resource.
pub(super) async fn put(connection: &Connection, endpoint: &str, id: &str, body: &Value) -> Observation {
    send(connection, Method::Put, path(endpoint, id), Some(body)).await
}

/// `PATCH` of one resource with these operations.
pub(super) async fn patch(connection: &Connection, endpoint: &str, id: &str, operations: Vec<Value>) -> Observation {
    let body = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
        "Operations": operations,
    });
    send(connection, Method::Patch, path(endpoint, id), Some(&body)).await
}

/// `DELETE` of one resource.
pub(super) async fn delete(connection: &Connection, endpoint: &str, id: &str) -> Observation {
    send(connection, Method::Delete, path(endpoint, id), None).await
}

fn path(endpoint: &str, id: &str) -> String {
    format!("{endpoint}/{}", encode_query_value(id))
}

/// The `id` of a resource. A product reads a number into a text field as readily as a text.
pub(super) fn id_of(resource: &Value) -> Option<Cow<'_, str>> {
    Resource::of(resource).id()
}

/// The `active` of a resource, read leniently; absent means active.
pub(super) fn is_active(resource: &Value) -> bool {
    Resource::of(resource).active().unwrap_or(true)
}

/// Why a product cannot go on with an object: what its admin sees.
#[derive(Debug)]
pub(super) struct Refusal {
    /// What kind of trouble it is.
    pub(super) kind: ProvisioningErrorKind,
    /// What it says.
    pub(super) text: String,
    /// How long the target asked to be left alone.
    pub(super) after: Option<Duration>,
}

impl Refusal {
    pub(super) fn new(kind: ProvisioningErrorKind, text: impl Into<String>) -> Self {
        Self { kind, text: text.into(), after: None }
    }

    /// Of an answer that the product cannot use.
    pub(super) fn unreadable(text: impl Into<String>) -> Self {
        Self::new(ProvisioningErrorKind::Unreadable, text)
    }
}

/// The answer, when it is a success; otherwise why not.
pub(super) fn checked(observation: Observation) -> Result<Observation, Refusal> {
    let kind = match observation.status() {
        Some(200..=299) => return Ok(observation),
        Some(401) => ProvisioningErrorKind::Unauthorized,
        Some(403 | 405) => ProvisioningErrorKind::Forbidden,
        Some(404) => ProvisioningErrorKind::NotFound,
        Some(409) => ProvisioningErrorKind::Conflict,
        Some(429) => ProvisioningErrorKind::Throttled,
        Some(500..) => ProvisioningErrorKind::ServerError,
        Some(_) => ProvisioningErrorKind::Rejected,
        None => ProvisioningErrorKind::NoAnswer,
    };
    Err(Refusal { after: asked_to_wait(&observation), ..Refusal::new(kind, problem(&observation)) })
}

/// The body of an answer, read as JSON.
pub(super) fn readable(observation: &Observation) -> Result<&Value, Refusal> {
    observation.json().ok_or_else(|| {
        Refusal::unreadable(match &observation.body {
            Some(Err(error)) => format!("the answer is no JSON: {error}"),
            _ => "the answer has no body".to_owned(),
        })
    })
}

/// The id of a resource just created.
pub(super) fn created_id(observation: &Observation, what: &str) -> Result<String, Refusal> {
    let missing = |text| Refusal::new(ProvisioningErrorKind::MissingId, text);
    if observation.body.is_none() {
        return Err(missing(format!("create returned empty {what}")));
    }
    let id = id_of(readable(observation)?).map(Cow::into_owned);
    id.ok_or_else(|| missing(format!("create returned a {what} without id")))
}

/// The first hit of a query already spelled.
pub(super) async fn find(connection: &Connection, endpoint: &str, query: &str) -> Result<Option<Value>, Refusal> {
    Ok(checked(list(connection, endpoint, query).await)?.resources().first().cloned())
}

/// `POST` to a collection, and the id of what was made.
pub(super) async fn make(connection: &Connection, endpoint: &str, body: &Value, what: &str) -> Result<String, Refusal> {
    created_id(&checked(create(connection, endpoint, body).await)?, what)
}

/// Links whoever has this value in this attribute and replaces the account, or makes one. Nobody reads the account before that.
pub(super) async fn replace_or_make(
    connection: &mut Connection,
    person: &Person,
    attribute: &str,
    body: impl Fn(Option<&str>) -> Value,
) -> Result<(), Refusal> {
    let query = format!("filter={}", equals(connection, attribute, &person.user_name));
    let id = match find(connection, USERS, &query).await? {
        Some(hit) => {
            let id = found_id(&hit, "user")?;
            checked(put(connection, USERS, &id, &body(Some(&id))).await)?;
            id
        }
        None => make(connection, USERS, &body(None), "user").await?,
    };
    connection.links.tie_person(&person.key, &id, &person.user_name, person.active);
    Ok(())
}

/// Replaces an account by this body.
pub(super) async fn replace_user(
    connection: &mut Connection,
    person: &Person,
    id: &str,
    body: &Value,
) -> Result<(), Refusal> {
    checked(put(connection, USERS, id, body).await)?;
    connection.links.tie_person(&person.key, id, &person.user_name, person.active);
    Ok(())
}

/// Notes that a person's account was switched on, or off.
pub(super) fn note_access(connection: &mut Connection, person: &Person, id: &str, active: bool) {
    match active {
        true => connection.links.tie_person(&person.key, id, &person.user_name, true),
        false => connection.links.rest_person(&person.key, connection.assigned.contains(&person.key)),
    }
}

/// Links the group of that name among all groups of the target, or makes one without members.
pub(super) async fn link_or_make_group(
    connection: &mut Connection,
    key: &str,
    name: &str,
    all: &[Value],
) -> Result<(), Refusal> {
    let id = match named(all, name) {
        Some(hit) => found_id(hit, "group")?,
        None => make(connection, GROUPS, &plain_group(name), "group").await?,
    };
    connection.links.tie_group(key, &id, name);
    Ok(())
}

/// Renames a group by `replace` of its name; how that is spelled is as unverified as `unverified` says.
pub(super) async fn rename_group(connection: &mut Connection, key: &str, unverified: &str) -> Result<(), Refusal> {
    let Some((name, _)) = contents(connection, key) else { return Ok(()) };
    let Some(id) = connection.links.group_id(key) else { return Ok(()) };
    connection.unverified(unverified);
    checked(patch(connection, GROUPS, &id, vec![replace("displayName", name.as_str())]).await)?;
    connection.links.tie_group(key, &id, &name);
    Ok(())
}

/// The id of a resource that a lookup found.
pub(super) fn found_id(hit: &Value, what: &str) -> Result<String, Refusal> {
    let missing = || Refusal::new(ProvisioningErrorKind::MissingId, format!("the {what} found has no id"));
    id_of(hit).map(Cow::into_owned).ok_or_else(missing)
}

/// Pages read at most: a target whose counter never ends must not hold the run.
const PAGES: usize = 1_000;

/// A whole collection, so many resources a page.
pub(super) async fn pages(connection: &Connection, endpoint: &str, page: usize) -> Result<Vec<Value>, Refusal> {
    let mut all = Vec::new();
    for at in 0..PAGES {
        let query = format!("startIndex={}&count={page}", at * page + 1);
        let observation = checked(list(connection, endpoint, &query).await)?;
        readable(&observation)?;
        if let Some(complaint) = counter_complaint(&observation) {
            return Err(Refusal::unreadable(complaint));
        }
        let total = observation.list().and_then(List::total).unwrap_or(0);
        let got = observation.resources();
        all.extend_from_slice(got);
        if total <= (at as u64 + 1) * page as u64 {
            return Ok(all);
        }
        if got.is_empty() {
            let text = format!("totalResults is {total}, but a page before the end is empty");
            return Err(Refusal::unreadable(text));
        }
    }
    Err(Refusal::unreadable(format!("no end after {PAGES} pages")))
}

/// So many characters of a `detail` tell what is wrong.
const DETAIL: usize = 1000;

/// `Retry-After`, where it is in seconds: no product is known to honour a date.
pub(super) fn asked_to_wait(observation: &Observation) -> Option<Duration> {
    match RetryAfter::of(observation.exchange.result.as_ref().ok()?)? {
        RetryAfter::Seconds(seconds) => Some(Duration::from_secs(seconds.into())),
        RetryAfter::Date(_) => None,
    }
}

/// What an answer says is wrong: status and detail, or why it could not be read.
pub(super) fn problem(observation: &Observation) -> String {
    let Some(status) = observation.status() else {
        return observation.failure().map_or_else(|| "no answer".to_owned(), ToString::to_string);
    };
    match (&observation.body, observation.member("detail").and_then(Value::as_str)) {
        (_, Some(detail)) if detail.chars().nth(DETAIL).is_some() => {
            format!("{status}: {}…", detail.chars().take(DETAIL).collect::<String>())
        }
        (_, Some(detail)) => format!("{status}: {detail}"),
        (Some(Err(error)), None) => format!("{status}: the body is no JSON: {error}"),
        _ => format!("{status}"),
    }
}

/// The body without what is not known of the object: members that are null.
pub(super) fn filled(mut body: Value) -> Value {
    if let Some(object) = body.as_object_mut() {
        object.retain(|_, value| !value.is_null());
    }
    body
}

/// The target's ids of those who are provisioned, with their keys; who is not is left out, with a note.
pub(super) fn provisioned(connection: &mut Connection, keys: &[String]) -> Vec<(String, String)> {
    let mut ids = Vec::new();
    for key in keys {
        let Some(person) = connection.directory.person(key) else { continue };
        let name = person.user_name.clone();
        match connection.links.managed_person(key) {
            Some(id) => ids.push((key.clone(), id)),
            None => connection.note(format!("{name} is not provisioned and left out of the group")),
        }
    }
    ids
}

/// The name of a group and the keys of its members, in the directory's order.
pub(super) fn contents(connection: &Connection, group: &str) -> Option<(String, Vec<String>)> {
    let group = connection.directory.group(group)?;
    Some((group.name.clone(), connection.directory.in_order(&group.members)))
}

/// What members are written as where nothing but the id is: `[{"value": id}]`.
pub(super) fn values<'a>(ids: impl IntoIterator<Item = &'a str>) -> Value {
    ids.into_iter().map(|id| json!({ "value": id })).collect()
}

/// One operation on `members` with a value list, of those who are provisioned; nothing where nobody is.
pub(super) async fn patch_members(
    connection: &mut Connection,
    group: &str,
    (op, people): (&str, &[String]),
) -> Result<(), Refusal> {
    let Some(id) = connection.links.group_id(group) else { return Ok(()) };
    let ids = provisioned(connection, people);
    if ids.is_empty() {
        return Ok(());
    }
    let value = values(ids.iter().map(|(_, id)| id.as_str()));
    let operation = json!({"op": op, "path": "members", "value": value});
    checked(patch(connection, GROUPS, &id, vec![operation]).await).map(|_| ())
}

/// A linked group's id, and the operations by which those of these people who are provisioned join or leave it; none where nobody is.
pub(super) fn member_change(
    connection: &mut Connection,
    group: &str,
    people: &[String],
    join: bool,
) -> Option<(String, Vec<Value>)> {
    let id = connection.links.group_id(group)?;
    let ids = provisioned(connection, people);
    (!ids.is_empty()).then(|| (id, member_operations(&ids, join)))
}

/// Members added by one value list, or removed one by one by a filter in the path.
pub(super) fn member_operations(ids: &[(String, String)], join: bool) -> Vec<Value> {
    let ids = ids.iter().map(|(_, id)| id.as_str());
    match join {
        true => vec![json!({"op": "add", "path": "members", "value": values(ids)})],
        false => {
            let path = |id| format!("members[value eq {}]", Value::from(id));
            ids.map(|id| json!({"op": "remove", "path": path(id)})).collect()
        }
    }
}

/// A user as an ordinary mapping has it: for products of which no body was found.
pub(super) fn plain_user(person: &Person, id: Option<&str>) -> Value {
    let emails = person.email.as_ref().map(|email| json!([{"value": email, "type": "work", "primary": true}]));
    filled(json!({
        "schemas": [urn::USER],
        "id": id,
        "userName": person.user_name,
        "name": {"familyName": person.family_name, "givenName": person.given_name},
        "displayName": person.display_name,
        "title": person.title,
        "emails": emails,
        "active": person.active,
    }))
}

/// A new group without members, likewise.
pub(super) fn plain_group(name: &str) -> Value {
    json!({"schemas": [urn::GROUP], "displayName": name})
}

/// `replace` of one attribute by its path.
pub(super) fn replace(path: &str, value: impl Into<Value>) -> Value {
    json!({"op": "replace", "path": path, "value": value.into()})
}

/// The group of that name among all groups of the target.
pub(super) fn named<'a>(groups: &'a [Value], name: &str) -> Option<&'a Value> {
    groups.iter().find(|group| Resource::of(group).text("displayName") == Some(name))
}

/// The account of somebody whom the product manages, with its id; a note where there is none.
pub(super) fn managed(connection: &mut Connection, key: &str) -> Option<(Person, String)> {
    let id = connection.links.managed_person(key);
    let known = connection.directory.person(key).cloned().zip(id);
    if known.is_none() {
        connection.note("the user was never provisioned here; nothing is sent");
    }
    known
}

/// `DELETE` of a resource; one that is gone already is deleted as well.
pub(super) async fn remove(connection: &Connection, endpoint: &str, id: &str) -> Result<(), Refusal> {
    match checked(delete(connection, endpoint, id).await) {
        Err(refusal) if refusal.kind != ProvisioningErrorKind::NotFound => Err(refusal),
        _ => Ok(()),
    }
}

/// Sets a member of an object in its place; a name that differs in case only is the same member.
pub(super) fn set(object: &mut Map<String, Value>, name: &str, value: Value) {
    let spelt = object.keys().find(|k| k.eq_ignore_ascii_case(name)).cloned();
    object.insert(spelt.unwrap_or_else(|| name.to_owned()), value);
}

/// The text of an answer's first complaint about list counters: they must be numbers.
pub(super) fn counter_complaint(observation: &Observation) -> Option<String> {
    ["totalResults", "startIndex", "itemsPerPage"].into_iter().find_map(|name| {
        observation
            .member(name)
            .filter(|v| !v.is_number())
            .map(|v| format!("{name} in the list answer is {v}, not a number"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Answer, Exchange};
    use std::sync::Arc;

    fn refused(retry_after: &str, detail: &str) -> Observation {
        let body = json!({ "detail": detail }).to_string();
        let answer = Answer::made_up(429, &[("retry-after", retry_after)], body);
        Observation::read(Arc::new(Exchange::made_up("http://h", Request::new(Method::Get, "/Users"), Ok(answer))), 0)
    }

    #[test]
    fn no_wait_overflows_a_clock_and_no_detail_a_report() {
        assert_eq!(asked_to_wait(&refused("120", "")), Some(Duration::from_secs(120)));
        assert_eq!(asked_to_wait(&refused(&u64::MAX.to_string(), "")), Some(Duration::from_secs(u32::MAX.into())));
        assert_eq!(asked_to_wait(&refused("Wed, 21 Oct 2026 07:28:00 GMT", "")), None);
        assert_eq!(problem(&refused("1", "busy")), "429: busy");
        assert_eq!(problem(&refused("1", &"no ".repeat(1 << 20))).chars().count(), "429: …".chars().count() + DETAIL);
    }
}
