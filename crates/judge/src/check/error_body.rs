//! Error answers (RFC 7644 section 3.12).

use super::examination::{Deviation, Examination, is_message, media_type, show};
use crate::verdict::Severity;
use client::observe::Json;
use client::wire::Method;
use scim::error::ScimType;
use scim::urn;
use serde_json::Value;

/// Keywords of cursor paging (RFC 9865 section 2.1), beside those of RFC 7644 table 9.
const CURSOR_KEYWORDS: [&str; 3] = ["invalidCursor", "expiredCursor", "invalidCount"];

pub(super) fn check(bench: &mut Examination<'_>) {
    let Some(status) = bench.seen.status() else { return };
    if bench.seen.succeeded() {
        success_with_error(bench);
        return;
    }
    if !(400..=599).contains(&status) || !bench.whole() || !described(bench, status) {
        return;
    }
    code(bench, status);
    keyword(bench, status);
}

/// A client that looks at the status alone, as IdPs do, takes the error for a success.
fn success_with_error(bench: &mut Examination<'_>) {
    let Some(body) = bench.seen.json() else { return };
    let error = is_message(body, urn::ERROR);
    bench.require("HAZARD-ERROR-AS-SUCCESS", !error, || {
        let status = bench.seen.status().unwrap_or_default();
        Deviation::status("a status that says what the body says", format!("{status} with an error body: {body}"))
    });
}

/// Whether the body is a SCIM error. What a gateway or router may have said weighs less, and so does silence there.
fn described(bench: &mut Examination<'_>, status: u16) -> bool {
    let routers = matches!(status, 401 | 403 | 404 | 405 | 406 | 411..=417 | 431 | 500 | 501);
    let media = media_type(bench.seen);
    let html = media.as_deref().is_some_and(|kind| kind.contains("html"));
    let weigh = |flaw: Deviation| {
        let lenient = if html { matches!(status, 401 | 403) } else { routers };
        if lenient { flaw.weighing(Severity::Warning) } else { flaw }
    };
    let json = matches!(&bench.seen.body, Some(Ok(Json { value: Value::Object(_), .. })));
    let described = bench.require("RFC7644-3.12-01", json, || {
        let seen = match &bench.seen.body {
            None => "an empty body".to_owned(),
            Some(_) => format!("{}, no JSON object", media.as_deref().unwrap_or("something")),
        };
        weigh(Deviation::body("", "the error as JSON", seen))
    });
    let Some(body) = bench.seen.json().filter(|_| described) else { return false };
    bench.require("RFC7644-3.12-02", is_message(body, urn::ERROR), || {
        weigh(Deviation::body("/schemas", urn::ERROR, show(Some(body))))
    })
}

fn code(bench: &mut Examination<'_>, status: u16) {
    let given = bench.seen.member("status");
    let holds = given.and_then(Value::as_str) == Some(status.to_string().as_str());
    bench.require("RFC7644-3.12-03", holds, || Deviation::body("/status", format!("\"{status}\""), show(given)));
}

fn keyword(bench: &mut Examination<'_>, status: u16) {
    let given = bench.seen.member("scimType").filter(|v| !v.is_null() && *v != "");
    let word = given.and_then(Value::as_str);
    let known = |w: &str| ScimType::parse(w).is_some() || CURSOR_KEYWORDS.contains(&w);
    if given.is_some() {
        bench.require("RFC7644-3.12-28", word.is_some_and(known), || {
            Deviation::body("/scimType", "a keyword of RFC 7644 table 9", show(given))
        });
    }
    if status == 409 && bench.creates() {
        bench.require("RFC7644-3.3-12", word == Some("uniqueness"), || {
            Deviation::body("/scimType", "\"uniqueness\"", show(given))
        });
    }
    let filters = bench.seen.method() == Method::Get && bench.seen.query_value("filter").is_some();
    if status == 400 && filters {
        bench.require("RFC7644-3.12-18", word.is_some_and(known), || {
            Deviation::body("/scimType", "\"invalidFilter\", or the keyword of what else was wrong", show(given))
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Hazard, Violation, Warning};
    use client::wire::Method::{Get, Post};
    use serde_json::json;

    fn refused(status: u16) -> Seen {
        seen(Post, "/Users").sent(&ada_sent()).status(status)
    }

    #[test]
    fn an_error_is_described_in_json() {
        green(&refused(400).json(&error(400, None)).judge(), "RFC7644-3.12-01");
        red(&refused(400).judge(), "RFC7644-3.12-01", Violation);
        red(&refused(404).judge(), "RFC7644-3.12-01", Warning);
        let page = |status| refused(status).header("content-type", "text/html").text("<h1>No</h1>").judge();
        red(&page(404), "RFC7644-3.12-01", Violation);
        red(&page(403), "RFC7644-3.12-01", Warning);
    }

    #[test]
    fn an_error_names_its_urn_and_only_the_root_is_reported() {
        let mut lower = error(400, None);
        lower["schemas"][0] = "URN:ietf:params:scim:api:messages:2.0:error".into();
        green(&refused(400).json(&lower).judge(), "RFC7644-3.12-02");
        red(&refused(400).json(&json!({"message": "no"})).judge(), "RFC7644-3.12-02", Violation);
        red(&refused(405).json(&json!({"message": "no"})).judge(), "RFC7644-3.12-02", Warning);
    }

    #[test]
    fn the_code_is_a_string_and_equals_the_status() {
        green(&refused(400).json(&error(400, None)).judge(), "RFC7644-3.12-03");
        for wrong in [json!(400), json!("409"), json!(null)] {
            let body = with(&error(400, None), "/status", wrong);
            red(&refused(400).json(&body).judge(), "RFC7644-3.12-03", Violation);
        }
    }

    #[test]
    fn keywords_come_from_the_table() {
        green(&refused(400).json(&error(400, Some("invalidValue"))).judge(), "RFC7644-3.12-28");
        green(&refused(400).json(&error(400, Some("invalidCursor"))).judge(), "RFC7644-3.12-28");
        red(&refused(400).json(&error(400, Some("BAD_REQUEST"))).judge(), "RFC7644-3.12-28", Warning);
        clean(&refused(400).json(&with(&error(400, None), "/scimType", json!(null))).judge());
    }

    #[test]
    fn a_conflicting_create_says_uniqueness() {
        green(&refused(409).json(&error(409, Some("uniqueness"))).judge(), "RFC7644-3.3-12");
        red(&refused(409).json(&error(409, None)).judge(), "RFC7644-3.3-12", Violation);
    }

    #[test]
    fn a_refused_filter_says_so() {
        let refused =
            |keyword| seen(Get, "/Users?filter=title%20zz%201").status(400).json(&error(400, keyword)).judge();
        green(&refused(Some("invalidFilter")), "RFC7644-3.12-18");
        green(&refused(Some("tooMany")), "RFC7644-3.12-18");
        red(&refused(None), "RFC7644-3.12-18", Warning);
    }

    #[test]
    fn an_error_with_a_success_status_is_a_hazard() {
        let ok = seen(Get, "/Users/u1").json(&error(404, None)).judge();
        red(&ok, "HAZARD-ERROR-AS-SUCCESS", Hazard);
        green(&seen(Get, "/Users/u1").json(&ada()).judge(), "HAZARD-ERROR-AS-SUCCESS");
    }
}
