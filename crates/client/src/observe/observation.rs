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

    /// What the request asked for by that name: in the query, or in the body of a search (RFC 7644 section 3.4.3).
    #[must_use]
    pub fn asked(&self, name: &str) -> Option<String> {
        if let Some(value) = self.query_value(name) {
            return Some(value.to_owned());
        }
        match member(self.sent.as_ref().filter(|_| self.searches())?, name)? {
            Value::String(text) => Some(text.clone()),
            Value::Number(number) => Some(number.to_string()),
            Value::Array(names) => Some(names.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(",")),
            _ => None,
        }
    }

    /// Whether the request is a search by POST.
    #[must_use]
    pub fn searches(&self) -> bool {
        self.method() == Method::Post && matches!(&self.endpoint, Endpoint::Other(path) if path.ends_with("/.search"))
    }

    /// Whether this is a page with fewer resources than were asked for, though there are more: servers may cut a list so
    /// (RFC 7644 section 3.4.2.4). A page that shows nobody is none.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        let Some(list) = self.list().filter(|_| self.succeeded()) else { return false };
        let shown = list.resources().len() as u64;
        let number = |name: &str| self.asked(name)?.trim().parse::<i64>().ok().map(|n| n.max(0).unsigned_abs());
        if shown == 0 || number("count").is_some_and(|wanted| wanted <= shown) {
            return false;
        }
        // Where a page of a cursor stands in the list, only its next cursor tells.
        if self.asked("cursor").is_some_and(|cursor| !cursor.is_empty()) {
            return list.next_cursor().is_some();
        }
        let start = number("startIndex").unwrap_or(1).max(1);
        list.total().is_some_and(|total| total >= start.saturating_add(shown))
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

    fn listed(target: &str, body: &Value) -> Observation {
        let answer = crate::wire::Answer::made_up(200, &[], body.to_string());
        Observation::read(Exchange::made_up("", crate::wire::Request::new(Method::Get, target), Ok(answer)).into(), 0)
    }

    #[test]
    fn a_page_is_cut_where_more_was_asked_for_and_is_there() {
        let page = serde_json::json!({ "totalResults": 3, "Resources": [{}, {}] });
        for cut in ["/Users", "/Users?count=3", "/Users?startIndex=0", "/Users?startIndex=-7&count=10"] {
            assert!(listed(cut, &page).is_cut(), "{cut}");
        }
        for whole in ["/Users?count=2", "/Users?count=-1", "/Users?startIndex=2", "/Users?startIndex=9&count=9"] {
            assert!(!listed(whole, &page).is_cut(), "{whole}");
        }
        let more = serde_json::json!({ "Resources": [{}], "nextCursor": "b" });
        assert!(
            listed("/Users?cursor=a&count=2", &more).is_cut() && !listed("/Users?cursor=a&count=1", &more).is_cut()
        );
        assert!(!listed("/Users?cursor=a&count=2", &page).is_cut(), "without a next cursor it is the last");
        assert!(!listed("/Users", &serde_json::json!({ "totalResults": 3, "Resources": [] })).is_cut());
    }

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
