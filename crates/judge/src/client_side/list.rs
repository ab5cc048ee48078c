//! Pages: whether a client that lists goes on where the last page ended, and to the end.

use super::bench::{Bench, flaw};
use super::request::Request;
use super::task::Task;
use client::observe::List;
use client::wire::decode_query;
use std::collections::BTreeMap;

/// A page that is asked for with fewer resources than this is a look, not a list.
const LOOK: u64 = 20;

/// Path and parameters of a query, without where its page begins.
type Query = (String, Vec<(String, String)>);

/// What is known of the lists that a client reads.
#[derive(Default)]
pub(super) struct Lists {
    pages: BTreeMap<Query, Page>,
    cursors: BTreeMap<String, Query>,
}

/// How far a list was read.
struct Page {
    at: usize,
    /// Where the next page begins.
    next: u64,
    total: u64,
    /// Resources asked for, where it was said.
    count: Option<u64>,
}

impl Lists {
    pub(super) fn check(&mut self, bench: &mut Bench, request: &Request<'_>) {
        if request.task != Task::Read || request.addressed().is_none_or(|(_, id)| id.is_some()) {
            return;
        }
        let cursor = request.parameter("cursor").filter(|cursor| !cursor.is_empty());
        let query = query_of(request);
        if let Some(cursor) = &cursor {
            self.goes_on(bench, request, cursor, &query);
        }
        let Some(list) = request.answer.as_ref().filter(|_| request.succeeded()).and_then(List::of) else { return };
        for name in ["nextCursor", "previousCursor"] {
            let given = request.answer.as_ref().and_then(|answer| answer.get(name)?.as_str());
            if let Some(given) = given {
                self.cursors.insert(given.to_owned(), query.clone());
            }
        }
        let Some(total) = list.total().filter(|_| cursor.is_none() && request.parameter("cursor").is_none()) else {
            return;
        };
        let number = |name: &str| request.parameter(name)?.trim().parse::<i64>().ok().map(|n| n.max(0).unsigned_abs());
        let (start, count) = (number("startIndex").unwrap_or(1).max(1), number("count"));
        let shown = list.resources().len() as u64;
        if let Some(before) = self.pages.get(&query).filter(|before| start > 1 && before.next <= before.total) {
            let next = before.next;
            bench.hold(request, "CLIENT-PAGE-GAP", start <= next, || {
                flaw("query startIndex", next.to_string(), start.to_string())
            });
        }
        self.pages.insert(query, Page { at: request.at, next: start + shown, total, count });
    }

    fn goes_on(&self, bench: &mut Bench, request: &Request<'_>, cursor: &str, query: &Query) {
        let given = self.cursors.get(cursor);
        bench.hold(request, "RFC9865-2-16", given.is_some(), || flaw("query cursor", "a cursor of an answer", cursor));
        if let Some(given) = given {
            bench.hold(request, "RFC9865-2-14", given == query, || {
                let told = |query: &Query| {
                    let all: Vec<String> = query.1.iter().map(|(name, value)| format!("{name}={value}")).collect();
                    format!("{}?{}", query.0, all.join("&"))
                };
                flaw("query", told(given), told(query))
            });
        }
    }

    /// Whether what was begun was read to its end. What is looked up by a filter may be left.
    pub(super) fn end(&self, bench: &mut Bench) {
        for ((_, parameters), page) in &self.pages {
            let filtered = parameters.iter().any(|(name, _)| name == "filter");
            if filtered || page.count.is_some_and(|count| count < LOOK) {
                continue;
            }
            bench.hold_at((page.at, Task::Read), "CLIENT-PAGE-STOPPED", page.next > page.total, || {
                let seen = format!("{} of {} resources", page.next.saturating_sub(1), page.total);
                flaw("query startIndex", "all of them", seen)
            });
        }
    }
}

fn query_of(request: &Request<'_>) -> Query {
    let mut parameters: Vec<(String, String)> = request
        .parameters()
        .map(|(name, value)| (decode_query(name).to_ascii_lowercase(), decode_query(value)))
        .filter(|(name, _)| !matches!(name.as_str(), "startindex" | "count" | "cursor"))
        .collect();
    parameters.sort();
    (request.path.to_owned(), parameters)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Violation, Warning};
    use serde_json::json;

    fn page(target: &str, shown: usize, total: usize) -> Sending {
        let people: Vec<_> = (0..shown).map(|n| json!({"id": n.to_string()})).collect();
        let urn = "urn:ietf:params:scim:api:messages:2.0:ListResponse";
        get(target).answered(200, &json!({"schemas": [urn], "totalResults": total, "Resources": people}))
    }

    #[test]
    fn a_page_begins_where_the_last_one_ended() {
        let all = |second: &str| [page("/Users?count=100&startIndex=1", 30, 50), page(second, 20, 50)];
        green(&all("/Users?count=100&startIndex=31"), "CLIENT-PAGE-GAP");
        red(&all("/Users?count=100&startIndex=101"), "CLIENT-PAGE-GAP", Warning);
    }

    #[test]
    fn a_list_is_read_to_its_end() {
        let id = "CLIENT-PAGE-STOPPED";
        green(&[page("/Users", 30, 50), page("/Users?startIndex=31", 20, 50)], id);
        red(&[page("/Users", 30, 50)], id, Warning);
        red(&[page("/Users?count=30", 30, 50)], id, Warning);
        unseen(&[page("/Users?count=2", 2, 50)], id);
        unseen(&[page("/Users?filter=active%20eq%20true", 30, 50)], id);
    }

    #[test]
    fn a_cursor_comes_from_an_answer_and_the_query_stays() {
        let first = || {
            get("/Users?cursor&count=2").answered(
                200,
                &json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:ListResponse"], "totalResults": 9,
                    "nextCursor": "a=b", "Resources": [{"id": "1"}, {"id": "2"}]}),
            )
        };
        green(&[first(), get("/Users?cursor=a%3Db&count=2")], "RFC9865-2-16");
        red(&[first(), get("/Users?cursor=2")], "RFC9865-2-16", Warning);
        green(&[first(), get("/Users?cursor=a%3Db&count=2")], "RFC9865-2-14");
        red(&[first(), get("/Users?cursor=a%3Db&attributes=id")], "RFC9865-2-14", Violation);
    }
}
