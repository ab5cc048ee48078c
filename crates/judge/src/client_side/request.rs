//! One request of a client, read as SCIM.

use super::task::Task;
use crate::verdict::ExchangeRecord;
use client::observe::{Endpoint, Json, JsonError, member};
use client::wire::{decode_query, split_query};
use scim::schema::ResourceType;
use scim::secrecy::MARK;
use serde_json::{Map, Value};

/// A request and its answer as they were kept, secrets taken out.
#[derive(Debug, Clone, Default)]
pub struct Sent {
    /// The exchange.
    pub exchange: ExchangeRecord,
    /// There was a body, and it was not kept: nothing is said of it.
    pub unread: bool,
}

/// A request, read.
pub(super) struct Request<'a> {
    /// Its place among all of the client.
    pub(super) at: usize,
    pub(super) exchange: &'a ExchangeRecord,
    pub(super) endpoint: Endpoint,
    pub(super) task: Task,
    /// Path below the base URL and query, as they were sent.
    pub(super) path: &'a str,
    pub(super) query: &'a str,
    /// The body, where there was one and it was kept.
    pub(super) body: Option<Result<Json, JsonError>>,
    /// The answer's body, where it is JSON.
    pub(super) answer: Option<Value>,
    /// The type of the resource that is addressed.
    pub(super) kind: Option<&'a ResourceType>,
}

impl<'a> Request<'a> {
    pub(super) fn read(at: usize, sent: &'a Sent, types: &'a [ResourceType]) -> Self {
        let exchange = &sent.exchange;
        let (path, query) = split_query(exchange.url.strip_prefix("{base}").unwrap_or(&exchange.url));
        let endpoint = Endpoint::of(path);
        let text = exchange.body.as_deref().filter(|text| !sent.unread && !text.is_empty());
        let answer = exchange.answer.as_ref().filter(|answer| !answer.truncated);
        Self {
            at,
            exchange,
            task: Task::of(&exchange.method, &endpoint),
            kind: kind_of(&endpoint, types),
            endpoint,
            path,
            query: query.unwrap_or_default(),
            body: text.map(|text| Json::read(text.as_bytes())),
            answer: answer.and_then(|answer| serde_json::from_str(&answer.body).ok()),
        }
    }

    /// First header of that (lower-case) name.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.exchange.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// First header of the answer of that (lower-case) name.
    pub(super) fn answered_with(&self, name: &str) -> Option<&str> {
        let headers = self.exchange.answer.as_ref().map(|answer| &answer.headers)?;
        headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    pub(super) fn status(&self) -> Option<u16> {
        self.exchange.answer.as_ref().map(|answer| answer.status)
    }

    pub(super) fn succeeded(&self) -> bool {
        matches!(self.status(), Some(200..=299))
    }

    /// Whether the server refused it for what it is.
    pub(super) fn was_refused(&self) -> bool {
        matches!(self.status(), Some(400..=499)) && !matches!(self.status(), Some(401 | 407 | 408 | 425 | 429))
    }

    /// The body, where it is an object.
    pub(super) fn object(&self) -> Option<&Map<String, Value>> {
        self.body.as_ref()?.as_ref().ok()?.value.as_object()
    }

    /// A member of the body.
    pub(super) fn sent(&self, name: &str) -> Option<&Value> {
        member(&self.body.as_ref()?.as_ref().ok()?.value, name)
    }

    /// Names and values of the query, as they were sent; what proves somebody was taken out.
    pub(super) fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let pairs = self.query.split('&').filter(|pair| !pair.is_empty());
        pairs.map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }

    /// The decoded value of a parameter.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let found = self.parameters().find(|(known, _)| decode_query(known).eq_ignore_ascii_case(name));
        found.map(|(_, value)| decode_query(value))
    }

    /// The endpoint of the resource's type, and the id where one is named.
    pub(super) fn addressed(&self) -> Option<(&str, Option<&str>)> {
        match &self.endpoint {
            Endpoint::Collection(at) => Some((at, None)),
            Endpoint::Resource(at, id) => Some((at, Some(id))),
            Endpoint::Discovery(_) | Endpoint::Other(_) => None,
        }
    }

    /// Path and query without the marks of what was taken out.
    pub(super) fn target(&self) -> String {
        [self.path, "?", self.query].concat().replace(MARK, "")
    }
}

fn kind_of<'a>(endpoint: &Endpoint, types: &'a [ResourceType]) -> Option<&'a ResourceType> {
    let at = match endpoint {
        Endpoint::Collection(at) | Endpoint::Resource(at, _) => at,
        Endpoint::Other(path) => path.strip_suffix("/.search")?,
        Endpoint::Discovery(_) => return None,
    };
    types.iter().find(|kind| kind.endpoint.trim_start_matches('/') == at.trim_start_matches('/'))
}
