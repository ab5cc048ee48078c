//! Media types and encoding of answers (RFC 7644 sections 3.1 and 3.8).

use super::examination::{Deviation, Examination, media_type};
use crate::verdict::Severity;

const SCIM: &str = "application/scim+json";

pub(super) fn check(bench: &mut Examination<'_>) {
    if bench.seen.body.is_none() || !bench.whole() {
        return;
    }
    if bench.seen.succeeded() && !is_json(bench) {
        return;
    }
    if bench.seen.json().is_some() {
        named(bench);
    }
}

/// A success is JSON. One finding for the root: nothing else is asked of a page of HTML.
fn is_json(bench: &mut Examination<'_>) -> bool {
    let answer = bench.seen.exchange.result.as_ref().ok();
    let bytes = answer.map(|a| a.body.clone()).unwrap_or_default();
    let text = std::str::from_utf8(&bytes);
    let utf8 = bench
        .require("RFC7644-3.8-01", text.is_ok(), || Deviation::body("", "JSON in UTF-8", "bytes that are no UTF-8"));
    let json = bench.seen.json().is_some_and(|v| v.is_object() || v.is_array());
    if !utf8 {
        return false;
    }
    bench.require("RFC7644-3.2-09", json, || {
        let kind = media_type(bench.seen).unwrap_or_else(|| "no media type".to_owned());
        Deviation::body("", "a JSON body", format!("{kind}: {}", text.unwrap_or_default()))
    })
}

fn named(bench: &mut Examination<'_>) {
    let kind = media_type(bench.seen);
    let kind = kind.as_deref().unwrap_or("");
    if !bench.seen.succeeded() {
        bench.require("RFC7644-3.12-32", kind == SCIM || (kind == "application/json" && asked_for_json(bench)), || {
            Deviation::header("content-type", SCIM, shown(kind))
        });
        return;
    }
    let json = matches!(kind, SCIM | "application/json" | "");
    let readable = bench.require("RFC7644-3.1-02", json, || Deviation::header("content-type", SCIM, shown(kind)));
    if readable {
        let right = kind == SCIM || (kind == "application/json" && asked_for_json(bench));
        bench.require("RFC7644-3.8-08", right, || {
            Deviation::header("content-type", SCIM, shown(kind)).weighing(Severity::Warning)
        });
    }
}

fn shown(kind: &str) -> &str {
    if kind.is_empty() { "no Content-Type" } else { kind }
}

/// Whether the request named `application/json` as a form it takes (RFC 7644 section 3.8).
fn asked_for_json(bench: &Examination<'_>) -> bool {
    let headers = &bench.seen.exchange.request.headers;
    let accepts =
        headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("accept")).flat_map(|(_, v)| v.split(','));
    accepts
        .map(|part| part.split(';').next().unwrap_or("").trim())
        .any(|kind| kind.eq_ignore_ascii_case("application/json"))
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Violation, Warning};
    use client::wire::Method::Get;

    fn typed(kind: &str) -> Seen {
        seen(Get, "/Users/u1").header("content-type", kind).json(&ada())
    }

    #[test]
    fn scim_json_with_any_parameters_in_any_case() {
        for right in ["application/scim+json", "application/scim+json; charset=utf-8", "Application/SCIM+JSON;v=1"] {
            green(&typed(right).judge(), "RFC7644-3.8-08");
        }
    }

    #[test]
    fn plain_json_is_tolerated_and_right_when_asked_for() {
        red(&typed("application/json").judge(), "RFC7644-3.8-08", Warning);
        red(&typed("application/json").without("content-type").judge(), "RFC7644-3.8-08", Warning);
        green(&typed("application/json").accept("application/json").judge(), "RFC7644-3.8-08");
    }

    #[test]
    fn another_type_for_json_is_wrong() {
        green(&typed("application/scim+json").judge(), "RFC7644-3.1-02");
        red(&typed("text/html").judge(), "RFC7644-3.1-02", Violation);
    }

    #[test]
    fn a_page_instead_of_json_gives_one_finding() {
        let page = seen(Get, "/Users").header("content-type", "text/html").text("<html>Sign in</html>").judge();
        red(&page, "RFC7644-3.2-09", Violation);
        assert!(page.findings[0].seen.contains("Sign in"));
        green(&typed("application/scim+json").judge(), "RFC7644-3.2-09");
        clean(&seen(Get, "/Users").header("content-encoding", "gzip").text("\u{1f}x").judge());
    }

    #[test]
    fn errors_have_the_scim_type_too() {
        let error = || seen(Get, "/Users/x").status(404).json(&error(404, None));
        green(&error().judge(), "RFC7644-3.12-32");
        red(&error().header("content-type", "application/problem+json").judge(), "RFC7644-3.12-32", Warning);
    }

    #[test]
    fn bodies_are_utf_8() {
        green(&typed("application/scim+json").judge(), "RFC7644-3.8-01");
        let mut latin = seen(Get, "/Users/u1");
        latin = latin.bytes(b"{\"a\":\"\xe9\"}");
        red(&latin.judge(), "RFC7644-3.8-01", Violation);
    }
}
