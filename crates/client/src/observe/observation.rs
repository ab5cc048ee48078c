//! An exchange read as SCIM.

use super::json::{Json, JsonError};
use super::resource::{List, member};
use crate::wire::{Exchange, Failure, Method, TransportOutcome, decode_path, decode_query, split_query};
use serde_json::Value;
use std::sync::Arc;

/// What a request was addressed to, read from its path below the base URL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Endpoint {
    /// A resource type's endpoint, for example `/Users`.
    Collection(String),
    /// One resource: endpoint and id (decoded).
    Resource(String, String),
    /// A discovery endpoint: `/ServiceProviderConfig`, `/Schemas[/...]`, `/ResourceTypes[/...]`.
    Discovery(String),
    /// Anything else.
    Other(String),
}

/// One exchange read as SCIM: the bytes stay in `exchange`, beside what they say.
#[derive(Debug, Clone)]
pub struct Observation {
    /// The exchange itself.
    pub exchange: Arc<Exchange>,
    /// Its index in the scenario's journal.
    pub index: usize,
    /// What was addressed.
    pub endpoint: Endpoint,
    /// The query's members in order, decoded; a member without `=` has an empty value.
    pub query: Vec<(String, String)>,
    /// The body sent, where it is JSON.
    pub sent: Option<Value>,
    /// The answer's body: absent when there was no answer or it was empty.
    pub body: Option<Result<Json, JsonError>>,
}

impl Endpoint {
    /// What a path below the base URL, without its query, addresses.
    #[must_use]
    pub fn of(path: &str) -> Self {
        let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
        match parts.as_slice() {
            ["ServiceProviderConfig" | "Schemas" | "ResourceTypes", ..] => Self::Discovery(path.to_owned()),
            // An id may begin with a dot.
            [] | [""] | [.., ".search"] => Self::Other(path.to_owned()),
            [kind] => Self::Collection(format!("/{kind}")),
            [kind, id] => Self::Resource(format!("/{kind}"), decode_path(id)),
            _ => Self::Other(path.to_owned()),
        }
    }
}

impl Observation {
    /// Reads an exchange.
    #[must_use]
    pub fn read(exchange: Arc<Exchange>, index: usize) -> Self {
        let (path, query) = split_query(&exchange.request.target);
        let query =
            query.unwrap_or_default().split('&').filter(|m| !m.is_empty()).map(|member| match member.split_once('=') {
                Some((name, value)) => (decode_query(name), decode_query(value)),
                None => (decode_query(member), String::new()),
            });
        let body = exchange.result.as_ref().ok().filter(|a| !a.body.is_empty()).map(|a| Json::read(&a.body));
        Self {
            endpoint: Endpoint::of(path),
            query: query.collect(),
            sent: exchange.request.body.as_ref().and_then(|b| serde_json::from_slice(b).ok()),
            body,
            index,
            exchange,
        }
    }

    /// The method sent.
    #[must_use]
    pub fn method(&self) -> Method {
        self.exchange.method()
    }

    /// The answer's status.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        self.exchange.status()
    }

    /// How the exchange ended, as far as the way to the target is concerned.
    #[must_use]
    pub fn outcome(&self) -> TransportOutcome {
        self.exchange.outcome()
    }

    /// The answer's status as a report tells it: `201`, or `no answer`.
    #[must_use]
    pub fn status_text(&self) -> String {
        self.status().map_or_else(|| "no answer".to_owned(), |status| status.to_string())
    }

    /// Whether the answer's status is 2xx.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        matches!(self.status(), Some(200..=299))
    }

    /// The answer's body as a JSON value.
    #[must_use]
    pub fn json(&self) -> Option<&Value> {
        self.body.as_ref().and_then(|b| b.as_ref().ok()).map(|j| &j.value)
    }

    /// First response header of that (lower-case) name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.exchange.result.as_ref().ok().and_then(|a| a.header(name))
    }

    /// Why there was no answer.
    #[must_use]
    pub fn failure(&self) -> Option<&Failure> {
        self.exchange.result.as_ref().err()
    }

    /// First query member of that name.
    #[must_use]
    pub fn query_value(&self, name: &str) -> Option<&str> {
        self.query.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v.as_str())
    }

    /// The member of the body of that name, names compared without regard to case (RFC 7643 section 2.1).
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Value> {
        member(self.json()?, name)
    }

    /// The body as a list answer, where it is one.
    #[must_use]
    pub fn list(&self) -> Option<List<'_>> {
        List::of(self.json()?)
    }

    /// The resources of a list answer; empty when it is none.
    #[must_use]
    pub fn resources(&self) -> &[Value] {
        self.list().map(List::resources).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_read_as_what_they_address() {
        assert_eq!(Endpoint::of("/Users"), Endpoint::Collection("/Users".into()));
        assert_eq!(Endpoint::of("/Users/a%20b"), Endpoint::Resource("/Users".into(), "a b".into()));
        assert_eq!(Endpoint::of("/Users/a+b"), Endpoint::Resource("/Users".into(), "a+b".into()));
        assert_eq!(Endpoint::of("/Schemas/urn:x"), Endpoint::Discovery("/Schemas/urn:x".into()));
        assert_eq!(Endpoint::of("/Users/.hidden"), Endpoint::Resource("/Users".into(), ".hidden".into()));
        for other in ["/Users/.search", "/.search", "", "/", "/Users/1/emails"] {
            assert_eq!(Endpoint::of(other), Endpoint::Other(other.into()));
        }
    }
}
