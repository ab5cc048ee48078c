//! The moves every dialect is made of: look up, read, create, patch.

use super::connection::Connection;
use super::mapping;
use super::options::QuerySpace;
use client::observe::{Observation, Resource};
use client::wire::{Method, Request, RetryAfter, encode_query_value};
use serde_json::{Map, Value};
use std::borrow::Cow;
use std::time::Duration;

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
    let Some(body) = body.filter(|_| !lacking.is_empty() && target.starts_with("/Users")) else {
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
    let body = serde_json::json!({
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

/// So many characters of a `detail` tell what is wrong.
const DETAIL: usize = 1000;

/// `Retry-After`, where it is in seconds: neither product is known to honour a date.
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
        let body = serde_json::json!({ "detail": detail }).to_string();
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
