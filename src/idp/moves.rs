//! The moves every dialect is made of: look up, read, create, patch.

use super::connection::Connection;
use super::kind::{Family, Kind};
use super::options::{Options, QuerySpace};
use crate::observe::{Observation, member};
use crate::wire::{Method, Request, encode_query_value};
use serde_json::Value;

/// How a product spells its requests, whatever they say.
#[derive(Debug, Clone)]
pub(super) struct Spelling {
    /// Headers of every request, in the order sent.
    headers: Vec<(&'static str, String)>,
    /// `Content-Type` of requests with a body; others have none.
    content_type: &'static str,
    space: QuerySpace,
}

impl Spelling {
    pub(super) fn of(kind: Kind, options: &Options) -> Self {
        let mut headers = Vec::new();
        if let Some(agent) = &options.user_agent {
            headers.push(("user-agent", agent.clone()));
        }
        let content_type = match kind.family() {
            Family::Okta => {
                // Captured (C), and D in older documentation.
                headers.push(("accept", "application/scim+json".to_owned()));
                headers.push(("accept-charset", "utf-8".to_owned()));
                if options.accept_encoding {
                    headers.push(("accept-encoding", "gzip,deflate".to_owned()));
                }
                "application/scim+json; charset=utf-8"
            }
            Family::Entra => {
                // A1.5: captured in 2019, its presence confirmed since (C, I). Accept: not known, so not set.
                headers.push(("adscimversion", "5.0".to_owned()));
                "application/scim+json"
            }
        };
        Self { headers, content_type, space: options.query_space }
    }

    /// A query value in the product's spelling: quotes `%22`, `@` `%40`, space as it is wont to (A1.8, C; Okta D).
    pub(super) fn query(&self, value: &str) -> String {
        let encoded = encode_query_value(value);
        match self.space {
            QuerySpace::Percent => encoded,
            QuerySpace::Plus => encoded.replace("%20", "+"),
        }
    }
}

/// Sends one request and reads the answer.
pub(super) async fn send(connection: &Connection, method: Method, target: String, body: Option<&Value>) -> Observation {
    let mut request = Request::new(method, target);
    for (name, value) in &connection.spelling.headers {
        request = request.header(name, value.clone());
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

/// The `id` of a resource, when it is a text that is not empty.
pub(super) fn id_of(resource: &Value) -> Option<&str> {
    member(resource, "id").and_then(Value::as_str).filter(|id| !id.is_empty())
}

/// The `active` of a resource, read leniently; absent means active.
pub(super) fn is_active(resource: &Value) -> bool {
    match member(resource, "active") {
        Some(Value::Bool(active)) => *active,
        Some(Value::String(text)) => !text.eq_ignore_ascii_case("false"),
        _ => true,
    }
}

/// What an answer says is wrong: status and detail, or why it could not be read.
pub(super) fn problem(observation: &Observation) -> String {
    let Some(status) = observation.status() else {
        return observation.failure().map_or_else(|| "no answer".to_owned(), ToString::to_string);
    };
    match (&observation.body, observation.member("detail").and_then(Value::as_str)) {
        (_, Some(detail)) => format!("{status}: {detail}"),
        (Some(Err(error)), None) => format!("{status}: the body is no JSON: {error}"),
        _ => format!("{status}"),
    }
}
