//! Reads a list page by page, to its end: one way for the census, the cleanup and the sweep.
//!
//! In: an endpoint. Out: each resource once, and whether that was all. Never: a write, or a total believed: a list ends where a
//! further page is empty, whatever the counters say. Where a page names the cursor of the next (RFC 9865), that is followed, and
//! the list ends where a page names none.

use client::observe::{Observation, id_text};
use client::wire::{Client, Method, Request, encode_query_value};
use serde_json::Value;
use std::collections::BTreeSet;

/// Most pages of a list that are read.
const PAGES: usize = 500;
/// Resources asked for at once.
const PAGE: usize = 100;

/// How far a list was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Extent {
    /// How many resources were shown, each counted once.
    pub(super) read: u64,
    /// The largest total that a page told.
    pub(super) total: Option<u64>,
    /// Why it was not read to its end, where it was not.
    pub(super) short: Option<Short>,
}

impl Extent {
    /// Why something may be missing that the list could have shown. A target that has shown as many as it says, and knows no page
    /// after that, can show no more: enough to find what is ours, and no proof of what is not there.
    pub(super) fn missing(&self) -> Option<&Short> {
        self.short.as_ref().filter(|short| **short == Short::Long || self.total != Some(self.read))
    }
}

/// Why a list was not read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Short {
    /// The answer of that status, if it was one, ended it.
    Failed(Option<u16>, String),
    /// A page showed nothing that had not been shown before.
    Repeats,
    /// It has more than is read.
    Long,
}

impl Short {
    /// In words that follow the endpoint's name.
    pub(super) fn told(&self) -> String {
        match self {
            Self::Failed(_, why) => format!("could not be read: {why}"),
            Self::Repeats => "shows the same page again and again, so not all of it could be read".to_owned(),
            Self::Long => "has more than is read; use the ledger instead".to_owned(),
        }
    }
}

/// Sends a read and forgets the exchange: a long list is not held in memory.
pub(super) async fn get(client: &Client, target: &str) -> Observation {
    let before = client.journal().len();
    let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
    let exchange = client.send(request).await;
    client.journal().truncate(before);
    Observation::read(exchange, 0)
}

/// Shows each resource of a list to `each`, up to about `most` of them.
pub(super) async fn pages(client: &Client, endpoint: &str, most: u64, mut each: impl FnMut(&Value)) -> Extent {
    let mut seen = BTreeSet::new();
    let mut extent = Extent { read: 0, total: None, short: None };
    let mut next = 1;
    let mut cursor: Option<String> = None;
    for _ in 0..PAGES {
        let from = match &cursor {
            Some(cursor) => format!("cursor={}", encode_query_value(cursor)),
            None => format!("startIndex={next}"),
        };
        let answer = get(client, &format!("{endpoint}?{from}&count={PAGE}")).await;
        let Some(list) = answer.list().filter(|_| answer.succeeded()) else {
            let why = match answer.failure() {
                Some(failure) => failure.to_string(),
                None if answer.succeeded() => format!("answered {} with what is no list", answer.status_text()),
                None => format!("answered {}", answer.status_text()),
            };
            return Extent { short: Some(Short::Failed(answer.status(), why)), ..extent };
        };
        extent.total = extent.total.max(list.total());
        let before = extent.read;
        for resource in list.resources() {
            // What has no id cannot be told from what was shown before.
            if id_text(resource).is_none_or(|id| seen.insert(id.to_lowercase())) {
                extent.read += 1;
                each(resource);
            }
        }
        next += list.resources().len();
        let by_cursor = cursor.is_some();
        cursor = list.further();
        if list.resources().is_empty() || (by_cursor && cursor.is_none()) {
            return extent;
        }
        if extent.read == before {
            return Extent { short: Some(Short::Repeats), ..extent };
        }
        if extent.read > most || extent.total.is_some_and(|total| total > most) {
            return Extent { short: Some(Short::Long), ..extent };
        }
    }
    Extent { short: Some(Short::Long), ..extent }
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Actor, BaseUrl, Journal, Transport, TransportLimits};
    use serde_json::json;
    use wiremock::matchers::{method, query_param};
    use wiremock::{Mock, MockServer, ResponseTemplate};

    /// What is read where the pages from these indexes on are answered so, and every other with the last.
    async fn read(answers: &[(&str, Value)], most: u64) -> (Extent, Vec<String>, usize) {
        let server = MockServer::start().await;
        for (from, answer) in answers {
            let mock = Mock::given(method("GET")).and(query_param("startIndex", *from));
            mock.respond_with(ResponseTemplate::new(200).set_body_json(answer)).mount(&server).await;
        }
        let transport = Transport::new(TransportLimits::default()).unwrap();
        let base = BaseUrl::parse(&server.uri()).unwrap();
        let client = Client::new(transport, base, None, Actor::Census, Journal::default());
        let mut ids = Vec::new();
        let extent = pages(&client, "/Users", most, |r| ids.extend(id_text(r))).await;
        (extent, ids, client.journal().len())
    }

    fn page(ids: &[&str], total: u64) -> Value {
        let all: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        json!({ "totalResults": total, "Resources": all })
    }

    #[tokio::test]
    async fn an_empty_page_is_the_end_and_a_total_is_not() {
        let (extent, ids, kept) =
            read(&[("1", page(&["1", "2"], 2)), ("3", page(&["3", "2"], 2)), ("5", page(&[], 2))], 9).await;
        assert_eq!((extent, ids.len()), (Extent { read: 3, total: Some(2), short: None }, 3));
        assert_eq!(kept, 0, "no exchange is held");
        let (extent, ..) = read(&[("1", page(&["a"], 1)), ("2", page(&["A"], 1))], 9).await;
        assert_eq!(
            (extent.missing(), &extent.short),
            (None, &Some(Short::Repeats)),
            "ids are compared without regard to case"
        );
        let (extent, ..) = read(&[("1", page(&["a"], 1))], 9).await;
        assert!(matches!(extent.short, Some(Short::Failed(Some(404), _))), "{extent:?}");
        let (extent, ..) = read(&[("1", page(&["a"], 2)), ("2", page(&["a"], 2))], 9).await;
        assert_eq!(extent.missing(), Some(&Short::Repeats));
        let (extent, ..) = read(&[("1", page(&["a"], 10))], 9).await;
        assert_eq!(extent.short, Some(Short::Long));
    }

    #[tokio::test]
    async fn a_cursor_is_followed_to_the_page_that_names_none() {
        let server = MockServer::start().await;
        let answer = |got: &wiremock::Request| {
            let cursor = got.url.query_pairs().find(|(name, _)| name == "cursor").map(|(_, value)| value.into_owned());
            let mut body = match cursor.as_deref() {
                None => page(&["1"], 3),
                Some("a+b") => page(&["2"], 3),
                Some(_) => page(&["3"], 3),
            };
            match cursor.as_deref() {
                None => body["nextCursor"] = json!("a+b"),
                Some("a+b") => body["nextCursor"] = json!("c"),
                Some(_) => {}
            }
            ResponseTemplate::new(200).set_body_json(body)
        };
        Mock::given(method("GET")).respond_with(answer).mount(&server).await;
        let transport = Transport::new(TransportLimits::default()).unwrap();
        let client =
            Client::new(transport, BaseUrl::parse(&server.uri()).unwrap(), None, Actor::Census, Journal::default());
        let mut ids = Vec::new();
        let extent = pages(&client, "/Users", 9, |r| ids.extend(id_text(r))).await;
        assert_eq!(
            (extent, ids),
            (Extent { read: 3, total: Some(3), short: None }, vec!["1".into(), "2".into(), "3".into()])
        );
    }
}
