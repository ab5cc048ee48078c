//! Lists: the envelope, its counters, and whether what came was asked for (RFC 7644 section 3.4.2).

use super::examination::{Deviation, Examination, is_message, lists, show};
use super::matching;
use crate::verdict::Severity;
use client::observe::{Endpoint, member};
use client::wire::Method;
use scim::urn;
use serde_json::Value;
use std::collections::HashSet;

pub(super) fn check(bench: &mut Examination<'_>) {
    let seen = bench.seen;
    let discovers = seen.method() == Method::Get
        && matches!(&seen.endpoint, Endpoint::Discovery(path) if matches!(path.as_str(), "/Schemas" | "/ResourceTypes"));
    let Some(body) = seen.json().filter(|_| lists(seen) || discovers) else { return };
    let named = bench.require("RFC7644-3.4.2-04", is_message(body, urn::LIST_RESPONSE), || {
        Deviation::body("", format!("an object with {}", urn::LIST_RESPONSE), show(Some(body)))
    });
    // A bare array or another shape has no counters to look at.
    if !named {
        return;
    }
    let Some(page) = counters(bench, body) else { return };
    resources(bench, body, &page);
    if discovers {
        return;
    }
    paging(bench, body, &page);
    unique_ids(bench);
    matching::check(bench);
}

/// The numbers of a page.
struct PageNumbers {
    total: Option<u64>,
    items: usize,
    count: Option<i64>,
    start: i64,
    /// Whether pages are followed by a cursor (RFC 9865), which needs no index.
    cursor: bool,
}

/// A whole, non-negative number; `2.0` is one too.
fn whole(value: &Value) -> Option<u64> {
    value.as_u64().or_else(|| value.as_f64().filter(|f| *f >= 0.0 && f.fract() == 0.0 && *f < 1e15).map(|f| f as u64))
}

fn counters(bench: &mut Examination<'_>, body: &Value) -> Option<PageNumbers> {
    let number = |name: &str| bench.seen.asked(name).and_then(|t| t.trim().parse::<i64>().ok());
    let (count, start) = (number("count"), number("startIndex").unwrap_or(1).max(1));
    let cursor = bench.seen.asked("cursor").is_some() || member(body, "nextCursor").is_some();
    let given = member(body, "totalResults").filter(|v| !v.is_null());
    let there = bench.require("RFC7644-3.4.2-05", given.is_some() || cursor, || {
        Deviation::body("/totalResults", "the number of all matches", "nothing")
    });
    for name in ["totalResults", "itemsPerPage", "startIndex"] {
        let Some(value) = member(body, name).filter(|v| !v.is_null()) else { continue };
        let least = u64::from(name == "startIndex" && !bench.seen.resources().is_empty());
        bench.require("RFC7644-3.4.2.4-10", whole(value).is_some_and(|n| n >= least), || {
            Deviation::body(format!("/{name}"), format!("a whole number from {least} up"), show(Some(value)))
        });
    }
    let total = given.and_then(whole);
    (there && (total.is_some() || given.is_none())).then(|| PageNumbers {
        total,
        items: bench.seen.resources().len(),
        count,
        start,
        cursor,
    })
}

fn resources(bench: &mut Examination<'_>, body: &Value, page: &PageNumbers) {
    let given = member(body, "Resources").filter(|v| !v.is_null());
    if let Some(wrong) = given.filter(|v| !v.is_array()) {
        bench.broken("RFC7644-3.4.2-08", Deviation::body("/Resources", "an array", show(Some(wrong))));
        return;
    }
    let Some(total) = page.total else { return };
    let beyond = u64::try_from(page.start).is_ok_and(|start| start > total);
    let wanted = total > 0 && page.count.is_none_or(|c| c > 0) && !beyond;
    if wanted {
        let there = bench.require("RFC7644-3.4.2-08", given.is_some(), || {
            Deviation::body("/Resources", format!("some of the {total} results"), "nothing")
        });
        if !there {
            return;
        }
        bench.require("RFC7644-3.4.2-06", page.items > 0, || {
            let seen = format!("totalResults {total} and no resource");
            Deviation::body("/totalResults", "the number of matches that can be had", seen).weighing(Severity::Warning)
        });
    }
    let fits = total >= page.items as u64;
    bench.require("RFC7644-3.4.2-06", fits, || {
        Deviation::body("/totalResults", format!("at least {}, as many as are shown", page.items), total.to_string())
    });
    // More than one only where more are shown: then that is the finding.
    if fits && matching::names_one(bench.seen) {
        bench.require("RFC7644-3.4.2-06", total <= page.items.max(1) as u64, || {
            Deviation::body("/totalResults", "at most 1: no two users have one userName", total.to_string())
        });
    }
    if total == 0
        && let Some(weight) = bench.context.weight("IDP-EMPTY-LIST")
    {
        let flaw = || Deviation::body("/Resources", "an empty array", "nothing").weighing(weight);
        bench.require("IDP-EMPTY-LIST", given.is_some(), flaw);
    }
}

fn paging(bench: &mut Examination<'_>, body: &Value, page: &PageNumbers) {
    match page.count {
        Some(count) if count <= 0 => {
            let id = if count < 0 { "RFC7644-3.4.2.4-07" } else { "RFC7644-3.4.2.4-08" };
            bench.require(id, page.items == 0, || {
                Deviation::body("/Resources", "no resource, the total alone", format!("{} resources", page.items))
            });
        }
        Some(count) => {
            let most = usize::try_from(count).unwrap_or(usize::MAX);
            bench.require("RFC7644-3.4.2.4-05", page.items <= most, || {
                Deviation::body("/Resources", format!("at most {count} resources"), format!("{} resources", page.items))
            });
        }
        None => {}
    }
    if page.cursor {
        return;
    }
    let part = page.items > 0 && page.total.is_some_and(|t| t > page.items as u64);
    let given = |name: &str| member(body, name).filter(|v| !v.is_null());
    let (start, size) = (given("startIndex"), given("itemsPerPage"));
    if part {
        bench.require("RFC7644-3.4.2-10", size.is_some(), || {
            Deviation::body("/itemsPerPage", page.items.to_string(), "nothing")
        });
    }
    if let Some(start) = start.and_then(whole).filter(|s| *s > 0 && page.items > 0) {
        bench.require("RFC7644-3.4.2-09", i64::try_from(start) == Ok(page.start), || {
            Deviation::body("/startIndex", page.start.to_string(), start.to_string())
        });
    } else if part {
        bench.require("RFC7644-3.4.2-09", start.is_some(), || {
            Deviation::body("/startIndex", page.start.to_string(), "nothing")
        });
    }
    if let Some(size) = size.and_then(whole) {
        // Who has everything advances by nothing: there the number may be left out, and a wrong one costs nobody.
        let severity = if part { Severity::Violation } else { Severity::Warning };
        bench.require("RFC7644-3.4.2-11", size == page.items as u64, || {
            let expected = format!("{}, as many as are shown", page.items);
            Deviation::body("/itemsPerPage", expected, size.to_string()).weighing(severity)
        });
    }
}

fn unique_ids(bench: &mut Examination<'_>) {
    let items = bench.seen.resources();
    if items.len() < 2 {
        return;
    }
    let mut ids = HashSet::new();
    let all = items.iter().enumerate().filter_map(|(at, r)| Some((at, member(r, "id")?.as_str()?)));
    let twice = all.clone().find(|(_, id)| !ids.insert(*id));
    bench.require("RFC7643-3.1-07", twice.is_none(), || {
        let (at, id) = twice.unwrap_or_default();
        Deviation::body(format!("/Resources/{at}/id"), "an id of its own", format!("{id}, as another on this page"))
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Violation, Warning};
    use client::wire::Method::{Get, Post};
    use serde_json::{Value, json};

    fn users(n: usize) -> Vec<Value> {
        (0..n).map(|n| with(&with(&ada(), "/id", format!("u{n}")), "/meta/location", format!("/Users/u{n}"))).collect()
    }

    fn page(total: u64, start: u64, items: usize) -> Value {
        let mut body = list(&users(items));
        body["totalResults"] = total.into();
        body["startIndex"] = start.into();
        body["itemsPerPage"] = items.into();
        body
    }

    fn answered(target: &str, body: &Value) -> super::super::Verdicts {
        seen(Get, target).json(body).judge()
    }

    #[test]
    fn a_list_says_that_it_is_one() {
        green(&answered("/Users", &list(&users(1))), "RFC7644-3.4.2-04");
        red(&answered("/Users", &json!(users(1))), "RFC7644-3.4.2-04", Violation);
        red(&answered("/Schemas", &json!([{"id": "urn:x"}])), "RFC7644-3.4.2-04", Violation);
        clean(&answered("/ServiceProviderConfig", &json!({"patch": {"supported": true}})));
        let found = seen(Post, "/Users/.search").sent(&json!({"count": 2})).json(&list(&users(2))).judge();
        green(&found, "RFC7644-3.4.2.4-05");
    }

    #[test]
    fn the_total_is_a_number_and_there() {
        green(&answered("/Users", &list(&[])), "RFC7644-3.4.2-05");
        red(&answered("/Users", &without(&list(&users(1)), "/totalResults")), "RFC7644-3.4.2-05", Violation);
        clean(&answered("/Users?cursor=", &without(&list(&users(1)), "/totalResults")));
        green(&answered("/Users", &list(&users(1))), "RFC7644-3.4.2.4-10");
        red(&answered("/Users", &with(&list(&users(1)), "/totalResults", "1")), "RFC7644-3.4.2.4-10", Violation);
        red(&answered("/Users", &with(&list(&users(1)), "/startIndex", 0)), "RFC7644-3.4.2.4-10", Violation);
        clean(&answered("/Users", &with(&list(&[]), "/startIndex", 0)));
    }

    #[test]
    fn results_are_shown() {
        green(&answered("/Users", &list(&users(1))), "RFC7644-3.4.2-08");
        let hidden = with(&without(&list(&[]), "/Resources"), "/totalResults", 3);
        red(&answered("/Users", &hidden), "RFC7644-3.4.2-08", Violation);
        clean(&answered("/Users?count=0", &hidden));
        clean(&answered("/Users?startIndex=9", &hidden));
        red(&answered("/Users", &with(&list(&[]), "/Resources", json!({}))), "RFC7644-3.4.2-08", Violation);
        green(&answered("/Users", &list(&users(2))), "RFC7644-3.4.2-06");
        red(&answered("/Users", &with(&list(&users(2)), "/totalResults", 1)), "RFC7644-3.4.2-06", Violation);
        red(&answered("/Users", &with(&list(&[]), "/totalResults", 1)), "RFC7644-3.4.2-06", Warning);
        let looked_up = |total| answered("/Users?filter=userName%20eq%20%22ada@example.com%22", &page(total, 1, 1));
        green(&looked_up(1), "RFC7644-3.4.2-06");
        red(&looked_up(8), "RFC7644-3.4.2-06", Violation);
        clean(&answered("/Users?filter=title%20pr&count=1", &page(8, 1, 1)));
    }

    #[test]
    fn nothing_found_is_an_empty_array_for_idps_only() {
        let none = || seen(Get, "/Users").json(&without(&list(&[]), "/Resources"));
        clean(&none().judge());
        red(&none().judge_as(OKTA), "IDP-EMPTY-LIST", Warning);
        green(&seen(Get, "/Users").json(&list(&[])).judge_as(ENTRA), "IDP-EMPTY-LIST");
    }

    #[test]
    fn a_page_is_no_longer_than_asked() {
        green(&answered("/Users?count=2", &page(5, 1, 2)), "RFC7644-3.4.2.4-05");
        red(&answered("/Users?count=2", &page(5, 1, 3)), "RFC7644-3.4.2.4-05", Violation);
        green(&answered("/Users?count=0", &with(&list(&[]), "/totalResults", 5)), "RFC7644-3.4.2.4-08");
        red(&answered("/Users?count=0", &page(5, 1, 5)), "RFC7644-3.4.2.4-08", Violation);
        green(&answered("/Users?count=-1", &with(&list(&[]), "/totalResults", 5)), "RFC7644-3.4.2.4-07");
        red(&answered("/Users?count=-1", &page(5, 1, 5)), "RFC7644-3.4.2.4-07", Violation);
    }

    #[test]
    fn a_part_says_which_part_it_is() {
        green(&answered("/Users?startIndex=3&count=2", &page(5, 3, 2)), "RFC7644-3.4.2-09");
        red(&answered("/Users?startIndex=3&count=2", &page(5, 1, 2)), "RFC7644-3.4.2-09", Violation);
        red(&answered("/Users?count=2", &without(&page(5, 1, 2), "/startIndex")), "RFC7644-3.4.2-09", Violation);
        green(&answered("/Users?count=2", &page(5, 1, 2)), "RFC7644-3.4.2-10");
        red(&answered("/Users?count=2", &without(&page(5, 1, 2), "/itemsPerPage")), "RFC7644-3.4.2-10", Violation);
        green(&answered("/Users", &page(2, 1, 2)), "RFC7644-3.4.2-11");
        clean(&answered("/Users?count=2&cursor=", &without(&page(5, 1, 2), "/startIndex")));
        red(&answered("/Users", &with(&page(2, 1, 2), "/itemsPerPage", 10)), "RFC7644-3.4.2-11", Warning);
        red(&answered("/Users", &with(&page(5, 1, 2), "/itemsPerPage", 10)), "RFC7644-3.4.2-11", Violation);
    }

    #[test]
    fn ids_on_a_page_differ() {
        green(&answered("/Users", &list(&users(2))), "RFC7643-3.1-07");
        red(&answered("/Users", &list(&[ada(), ada()])), "RFC7643-3.1-07", Violation);
    }
}
