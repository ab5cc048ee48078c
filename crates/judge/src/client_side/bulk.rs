//! Bulk jobs: the form of the message and of each operation.

use super::bench::{Bench, flaw};
use super::query::names;
use super::request::Request;
use crate::check::show;
use client::observe::{Endpoint, member};
use scim::schema::ResourceType;
use scim::urn;
use serde_json::Value;
use std::collections::BTreeSet;

/// How a reference to what the same job creates begins (RFC 7644 section 3.7.2).
const REFERENCE: &str = "bulkId:";

pub(super) fn check(bench: &mut Bench, request: &Request<'_>, types: &[ResourceType]) {
    if request.object().is_none() {
        return;
    }
    let schemas = request.sent("schemas");
    bench.hold(request, "RFC7644-3.7-02", names(schemas, urn::BULK_REQUEST), || {
        flaw("/schemas", urn::BULK_REQUEST, show(schemas))
    });
    let sent = request.sent("Operations");
    let listed = sent.and_then(Value::as_array);
    bench.hold(request, "RFC7644-3.7-06", listed.is_some(), || {
        flaw("/Operations", "an array of operations", show(sent))
    });
    let operations = listed.map(Vec::as_slice).unwrap_or_default();
    let ids: Vec<&str> = operations.iter().filter_map(|one| member(one, "bulkId")?.as_str()).collect();
    let twice = ids.iter().enumerate().find(|(nth, id)| ids[..*nth].contains(id));
    if !ids.is_empty() {
        bench.hold(request, "RFC7644-3.7-09", twice.is_none(), || {
            flaw("/Operations", "each bulkId once", twice.map(|(_, id)| format!("{id:?}")).unwrap_or_default())
        });
    }
    let known: BTreeSet<&str> = ids.iter().copied().collect();
    for (nth, one) in operations.iter().enumerate() {
        operation(bench, request, one, &format!("/Operations/{nth}"), types);
        references(bench, request, member(one, "data"), &known, &format!("/Operations/{nth}/data"));
    }
}

fn operation(bench: &mut Bench, request: &Request<'_>, one: &Value, at: &str, types: &[ResourceType]) {
    let part = |name: &str| format!("{at}/{name}");
    let method = member(one, "method");
    let word = method.and_then(Value::as_str).unwrap_or_default();
    let known = ["POST", "PUT", "PATCH", "DELETE"].contains(&word);
    bench.hold(request, "RFC7644-3.7-07", known, || flaw(part("method"), "POST, PUT, PATCH or DELETE", show(method)));
    if word == "POST" {
        let named = member(one, "bulkId").and_then(Value::as_str).is_some_and(|id| !id.is_empty());
        bench.hold(request, "RFC7644-3.7-08", named, || flaw(part("bulkId"), "a bulkId", "none"));
    }
    if known && word != "DELETE" {
        let data = member(one, "data").filter(|data| !data.is_null());
        bench.hold(request, "RFC7644-3.7-13", data.is_some(), || flaw(part("data"), "data", "none"));
    }
    let path = member(one, "path").and_then(Value::as_str);
    if !bench.hold(request, "RFC7644-3.7-11", path.is_some(), || flaw(part("path"), "a path", "none")) || !known {
        return;
    }
    let path = path.unwrap_or_default();
    let kind = |at: &str| types.iter().any(|kind| kind.endpoint.trim_start_matches('/') == at.trim_start_matches('/'));
    let fits = match Endpoint::of(path.split('?').next().unwrap_or_default()) {
        Endpoint::Collection(_) => word == "POST",
        Endpoint::Resource(at, _) => word != "POST" || !kind(&at),
        Endpoint::Discovery(_) | Endpoint::Other(_) => false,
    };
    bench.hold(request, "RFC7644-3.7-12", fits, || {
        let due = if word == "POST" { "a type's endpoint" } else { "one resource" };
        flaw(part("path"), due, format!("{word} {path}"))
    });
}

/// References inside the data of an operation.
fn references(bench: &mut Bench, request: &Request<'_>, value: Option<&Value>, known: &BTreeSet<&str>, at: &str) {
    match value {
        Some(Value::String(text)) => {
            if let Some(id) = text.strip_prefix(REFERENCE) {
                bench.hold(request, "RFC7644-3.7.2-01", known.contains(id), || {
                    flaw(at, "a bulkId of this job", format!("{text:?}"))
                });
            }
        }
        Some(Value::Array(all)) => {
            for (nth, one) in all.iter().enumerate() {
                references(bench, request, Some(one), known, &format!("{at}/{nth}"));
            }
        }
        Some(Value::Object(members)) => {
            for (name, one) in members {
                references(bench, request, Some(one), known, &format!("{at}/{name}"));
            }
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::Violation;
    use serde_json::{Value, json};

    fn job() -> Value {
        json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
            "Operations": [
                {"method": "POST", "path": "/Users", "bulkId": "a", "data": ada()},
                {"method": "POST", "path": "/Groups", "bulkId": "b",
                 "data": {"displayName": "Crew", "members": [{"value": "bulkId:a"}]}},
                {"method": "DELETE", "path": "/Users/u1"},
            ],
        })
    }

    #[test]
    fn a_bulk_job_has_the_form_of_one() {
        let sent = |pointer: &str, value| [post("/Bulk", &with(&job(), pointer, value))];
        let lacking = |nth: usize, name: &str| {
            let mut job = job();
            job["Operations"][nth].as_object_mut().unwrap().remove(name).unwrap();
            [post("/Bulk", &job)]
        };
        for (id, bad) in [
            ("RFC7644-3.7-02", sent("/schemas", json!(["urn:x"]))),
            ("RFC7644-3.7-06", sent("/Operations", json!({}))),
            ("RFC7644-3.7-07", sent("/Operations/2/method", json!("delete"))),
            ("RFC7644-3.7-08", lacking(1, "bulkId")),
            ("RFC7644-3.7-09", sent("/Operations/1/bulkId", json!("a"))),
            ("RFC7644-3.7-11", lacking(2, "path")),
            ("RFC7644-3.7-12", sent("/Operations/2/path", json!("/Users"))),
            ("RFC7644-3.7-12", sent("/Operations/0/path", json!("/Users/u1"))),
            ("RFC7644-3.7-13", lacking(1, "data")),
            ("RFC7644-3.7.2-01", sent("/Operations/1/data/members/0/value", json!("bulkId:c"))),
        ] {
            red(&bad, id, Violation);
        }
        for id in ["RFC7644-3.7-02", "RFC7644-3.7-06", "RFC7644-3.7-07", "RFC7644-3.7-08", "RFC7644-3.7-09"] {
            green(&[post("/Bulk", &job())], id);
        }
        for id in ["RFC7644-3.7-11", "RFC7644-3.7-12", "RFC7644-3.7-13", "RFC7644-3.7.2-01"] {
            green(&[post("/Bulk", &job())], id);
        }
    }
}
