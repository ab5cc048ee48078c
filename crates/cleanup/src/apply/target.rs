//! The target, as a cleanup talks to it: one object read, one change asked for, in the way the target can.
//!
//! In: a client, an object, a [`Change`]. Out: what the target says. Never: a second attempt that could do something twice.

use super::change::Change;
use crate::plan::ObjectType;
use client::observe::{Capabilities, Observation, Resource};
use client::wire::{Client, Method, Request, TransportOutcome, encode_part};
use serde_json::Value;

const SCIM: &str = "application/scim+json";
/// Longest piece of a refusal that is kept, in characters.
const DETAIL: usize = 200;

/// Why nothing can go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}: {why}")]
pub struct Unanswered {
    what: String,
    why: String,
}

/// An object as the target shows it now.
#[derive(Debug, Clone)]
pub(crate) enum Seen {
    /// It is there.
    There {
        /// As read.
        resource: Value,
        /// Its version, for `If-Match`.
        version: Option<String>,
    },
    /// The target answers 404.
    Gone,
    /// The target answers something else.
    Refused(String),
}

/// What became of a request that changes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Written {
    /// It was answered with success; with the id where something was created.
    Yes(u16, Option<String>),
    /// Somebody else was faster (412).
    Overtaken,
    /// The target has no such method.
    NoMethod(u16),
    /// It was refused.
    Refused(String),
}

/// A client and what is known of what the target can do.
pub(crate) struct Target<'a> {
    client: &'a Client,
    patch: bool,
    versions: bool,
}

impl<'a> Target<'a> {
    /// Asks the target what it can do; one that does not say is taken for one that can.
    pub(crate) async fn ask(client: &'a Client) -> Result<Self, Unanswered> {
        let answer = send(client, get("/ServiceProviderConfig")).await?;
        let found = Capabilities::read(answer.json().filter(|_| answer.status() == Some(200)), None, None);
        let can = |feature: &str| found.supports(feature).unwrap_or(true);
        Ok(Self { client, patch: can("patch"), versions: can("etag") })
    }

    /// Reads one object.
    pub(crate) async fn read(&self, object: ObjectType, id: &str) -> Result<Seen, Unanswered> {
        let answer = send(self.client, get(&path(object, id))).await?;
        Ok(match (answer.status(), answer.json()) {
            (Some(200), Some(resource)) if resource.is_object() => {
                let meta = Resource::of(resource).member("meta").and_then(|m| Resource::of(m).text("version"));
                let version = answer.header("etag").or(meta).filter(|_| self.versions).map(str::to_owned);
                Seen::There { resource: resource.clone(), version }
            }
            (Some(404 | 410), _) => Seen::Gone,
            _ => Seen::Refused(refusal(&answer)),
        })
    }

    /// Asks for a change to an object that was just read.
    pub(crate) async fn write(
        &mut self,
        object: ObjectType,
        id: &str,
        change: &Change,
        (current, version): (&Value, Option<&str>),
    ) -> Result<Written, Unanswered> {
        let path = path(object, id);
        let request = match (change, change.patch(), change.applied(current)) {
            (Change::Delete, ..) => Request::new(Method::Delete, &path),
            (_, Some(body), _) if self.patch => Request::new(Method::Patch, &path).json(&body),
            (_, _, Some(whole)) => Request::new(Method::Put, &path).json(&writable(&whole)),
            _ => return Ok(Written::Refused("what was read is no object, so nothing was sent".to_owned())),
        };
        let method = request.method;
        let request = if method == Method::Delete { request } else { request.header("content-type", SCIM) };
        let guarded = match version {
            Some(version) => request.clone().header("if-match", version),
            None => request.clone(),
        };
        let written = judged(&send(self.client, guarded).await?, object, method);
        match written {
            // What has no PATCH is given the whole object: it was read just now, and nothing of it is lost.
            Written::NoMethod(_) if method == Method::Patch => {
                self.patch = false;
                Box::pin(self.write(object, id, change, (current, version))).await
            }
            // Some targets take no weak validator for a match, so 412 alone does not say that somebody wrote.
            Written::Overtaken if version.is_some() => match self.read(object, id).await? {
                Seen::There { version: now, .. } if now.as_deref() == version => {
                    Ok(judged(&send(self.client, request).await?, object, method))
                }
                _ => Ok(Written::Overtaken),
            },
            written => Ok(written),
        }
    }

    /// Creates an object.
    pub(crate) async fn create(&self, object: ObjectType, body: &Value) -> Result<Written, Unanswered> {
        let request = Request::new(Method::Post, object.endpoint()).header("content-type", SCIM).json(&writable(body));
        Ok(judged(&send(self.client, request).await?, object, Method::Post))
    }

    /// The ids of the objects whose attribute has that value.
    pub(crate) async fn find(&self, object: ObjectType, name: &str, value: &str) -> Result<Vec<String>, Unanswered> {
        let filter = encode_part(&format!("{name} eq {}", Value::from(value)));
        let answer = send(self.client, get(&format!("{}?filter={filter}", object.endpoint()))).await?;
        if answer.status() != Some(200) {
            return Err(Unanswered { what: format!("GET {}", object.endpoint()), why: refusal(&answer) });
        }
        Ok(answer.resources().iter().filter_map(client::observe::id_text).collect())
    }
}

fn path(object: ObjectType, id: &str) -> String {
    format!("{}/{}", object.endpoint(), encode_part(id))
}

fn get(target: &str) -> Request {
    Request::new(Method::Get, target).header("accept", SCIM)
}

/// What a client sends: not what the server alone writes (RFC 7643 section 3.1).
fn writable(resource: &Value) -> Value {
    let mut body = resource.clone();
    if let Some(object) = body.as_object_mut() {
        object.retain(|name, value| {
            let server = ["meta", "groups", "id"].iter().any(|own| name.eq_ignore_ascii_case(own));
            !server && !value.is_null()
        });
    }
    body
}

async fn send(client: &Client, request: Request) -> Result<Observation, Unanswered> {
    let what = format!("{} {}", request.method, request.target);
    let exchange = client.send(request).await;
    let outcome = exchange.outcome();
    let why = match &exchange.result {
        Ok(_) if outcome == TransportOutcome::Answered => {
            let index = client.journal().len().saturating_sub(1);
            return Ok(Observation::read(exchange, index));
        }
        Ok(answer) => format!("the answer is {}: {}", answer.status, outcome.in_words()),
        Err(failure) => failure.to_string(),
    };
    Err(Unanswered { what, why })
}

fn judged(answer: &Observation, object: ObjectType, method: Method) -> Written {
    match answer.status() {
        Some(status @ 200..=299) => {
            let id = answer.json().filter(|_| method == Method::Post).and_then(client::observe::id_text);
            Written::Yes(status, id)
        }
        Some(404 | 410) if method == Method::Delete => Written::Yes(404, None),
        Some(412) => Written::Overtaken,
        Some(status @ (405 | 501)) => Written::NoMethod(status),
        _ => Written::Refused(format!("{method} {}/{{id}}: {}", object.endpoint(), refusal(answer))),
    }
}

/// Status and `detail` of a refusal.
fn refusal(answer: &Observation) -> String {
    let detail = answer.member("detail").and_then(Value::as_str).unwrap_or_default();
    let shown: String = detail.chars().take(DETAIL).flat_map(char::escape_debug).collect();
    let text = answer.status_text();
    if shown.is_empty() { text } else { format!("{text}: {shown}") }
}
