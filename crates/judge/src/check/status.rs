//! The status of a success, and the one refusal that is never right: 404 for an empty result.

use super::examination::{Deviation, Examination};
use crate::verdict::Severity;
use client::observe::Endpoint;
use client::wire::Method;
use scim::filter::Filter;

pub(super) fn check(bench: &mut Examination<'_>) {
    let Some(status) = bench.seen.status() else { return };
    let succeeded = bench.seen.succeeded();
    match (bench.seen.method(), bench.seen.endpoint.clone()) {
        (Method::Post, _) if succeeded && bench.creates() => {
            bench.require("RFC7644-3.3-07", status == 201, || {
                Deviation::status("201 for a creation", status.to_string())
            });
            // The URI belongs into the body (SHALL), so that there has to be one, though the body itself is a SHOULD.
            if status == 201 {
                bench.require("RFC7644-3.3-10", bench.seen.body.is_some(), || {
                    Deviation::body("", "the new resource with meta.location", "no body")
                });
            }
        }
        (Method::Delete, Endpoint::Resource(..)) if succeeded => {
            bench.require("RFC7644-3.6-06", status == 204, || {
                Deviation::status("204 for a deletion", status.to_string())
            });
        }
        (Method::Put, Endpoint::Resource(..)) if succeeded => replaced(bench, status),
        (Method::Get, Endpoint::Resource(..)) if succeeded => {
            bench.require("RFC7644-3.4.1-01", status == 200 && bench.seen.body.is_some(), || {
                let body = if bench.seen.body.is_some() { "" } else { " without a body" };
                Deviation::status("200 with the resource", format!("{status}{body}"))
            });
        }
        (Method::Get, Endpoint::Collection(at)) => collection(bench, status, &at),
        _ => {}
    }
}

/// RFC 7644 section 3.5.1: never a creation, and 200 "unless otherwise specified"; what an IdP does with 204 on PUT is
/// not known to be harm.
fn replaced(bench: &mut Examination<'_>, status: u16) {
    let kept = bench
        .require("RFC7644-3.5.1-02", status != 201, || Deviation::status("200, or 404 for what is not there", "201"));
    if !kept {
        return;
    }
    let Some(weight) = bench.context.weight("RFC7644-3.5.1-19") else { return };
    let holds = status == 200 && bench.seen.body.is_some();
    bench.require("RFC7644-3.5.1-19", holds, || {
        let body = if bench.seen.body.is_some() { "" } else { " without a body" };
        Deviation::status("200 with the whole resource", format!("{status}{body}")).weighing(weight)
    });
}

/// Only `/Users` is sure to be there: a 404 elsewhere may say that the endpoint is not.
fn collection(bench: &mut Examination<'_>, status: u16, at: &str) {
    let searches = bench.seen.query_value("filter").is_some();
    lookup(bench, status, at);
    if !(searches && (status == 404 || bench.seen.succeeded())) {
        return;
    }
    bench.require("RFC7644-3.4.2-12", status == 200, || {
        let flaw = Deviation::status("200 with totalResults 0 when nothing matches", status.to_string());
        if at == "/Users" { flaw } else { flaw.weighing(Severity::Warning) }
    });
}

/// What IdPs match by: whose habit it is (every IdP's where nobody is named), where, and the attribute.
const MATCHED_BY: &[(Option<&str>, &str, &str)] =
    &[(None, "/Users", "userName"), (Some("entra"), "/Groups", "displayName")];

/// Filtering is optional by the RFC, but the lookup by the matching attribute is how an IdP finds who is there already.
fn lookup(bench: &mut Examination<'_>, status: u16, at: &str) {
    let Some(weight) = bench.context.weight("IDP-LOOKUP") else { return };
    let matches_by = |(whose, endpoint, _): &&(Option<&str>, &str, &str)| {
        *endpoint == at && whose.is_none_or(|idp| bench.context.idp == Some(idp))
    };
    let Some((.., key)) = MATCHED_BY.iter().find(matches_by) else { return };
    let filter = bench.seen.query_value("filter").and_then(|f| Filter::parse(f).ok());
    // No IdP's key holds quotes; whether their escapes are read is another requirement's.
    let plain = |value: &str| !value.contains('"');
    let asked = filter
        .as_ref()
        .and_then(Filter::as_equality)
        .is_some_and(|(path, value)| path.name.eq_ignore_ascii_case(key) && plain(value));
    if asked && matches!(status, 200..=299 | 400 | 403 | 405 | 414 | 501) {
        bench.require("IDP-LOOKUP", status < 300, || {
            Deviation::status(format!("200 for a filter {key} eq \"...\""), status.to_string()).weighing(weight)
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Violation, Warning};
    use client::wire::Method::{Delete, Get, Post, Put};
    use serde_json::json;

    #[test]
    fn a_creation_is_201() {
        let created = |status| {
            let location = format!("{BASE}/Users/u1");
            seen(Post, "/Users").sent(&ada_sent()).status(status).header("location", &location).json(&ada()).judge()
        };
        green(&created(201), "RFC7644-3.3-07");
        red(&created(200), "RFC7644-3.3-07", Violation);
        red(&seen(Post, "/Users").sent(&ada_sent()).status(201).judge(), "RFC7644-3.3-10", Violation);
        clean(&seen(Post, "/Bulk").sent(&json!({})).json(&json!({"schemas": []})).judge());
    }

    #[test]
    fn a_deletion_is_204() {
        green(&seen(Delete, "/Users/u1").status(204).judge(), "RFC7644-3.6-06");
        red(&seen(Delete, "/Users/u1").status(200).judge(), "RFC7644-3.6-06", Violation);
    }

    #[test]
    fn a_replacement_is_200_with_the_resource() {
        let put = || seen(Put, "/Users/u1").sent(&ada());
        green(&put().json(&ada()).judge(), "RFC7644-3.5.1-02");
        green(&put().json(&ada()).judge(), "RFC7644-3.5.1-19");
        red(&put().status(204).judge_as(RFC), "RFC7644-3.5.1-19", Violation);
        red(&put().status(204).judge_as(OKTA), "RFC7644-3.5.1-19", Violation);
        red(&put().status(201).json(&ada()).judge(), "RFC7644-3.5.1-02", Violation);
    }

    #[test]
    fn a_read_is_200_with_a_body() {
        green(&seen(Get, "/Users/u1").json(&ada()).judge(), "RFC7644-3.4.1-01");
        red(&seen(Get, "/Users/u1").status(204).judge(), "RFC7644-3.4.1-01", Violation);
    }

    #[test]
    fn an_idp_can_look_up_by_its_key() {
        let asked = |status, body: serde_json::Value| {
            seen(Get, "/Users?filter=userName%20eq%20%22x%22").status(status).json(&body)
        };
        green(&asked(200, list(&[])).judge_as(OKTA), "IDP-LOOKUP");
        red(&asked(501, error(501, None)).judge_as(OKTA), "IDP-LOOKUP", Violation);
        clean(&asked(501, error(501, None)).judge_as(RFC));
    }

    /// As scimmy-routers 1.3.2 answers it: its filters know no escapes, which is RFC 7644 section 3.4.2.2's business.
    #[test]
    fn what_gets_out_of_quotes_is_no_lookup_of_an_idp() {
        let target = "/Users?filter=userName%20eq%20%22x%5C%22%20or%20userName%20pr%20or%20userName%20eq%20%5C%22%22";
        let refused = seen(Get, target).status(400).json(&error(400, Some("invalidFilter")));
        assert!(!refused.clone().judge_as(OKTA).exercised.contains("IDP-LOOKUP"));
        clean(&refused.judge_as(OKTA));
    }

    #[test]
    fn nothing_found_is_no_404() {
        let filter = "?filter=userName%20eq%20%22nobody%22";
        green(&seen(Get, &format!("/Users{filter}")).json(&list(&[])).judge(), "RFC7644-3.4.2-12");
        let missing = |at: &str| seen(Get, at).status(404).json(&error(404, None)).judge();
        red(&missing(&format!("/Users{filter}")), "RFC7644-3.4.2-12", Violation);
        red(&missing("/Groups?filter=displayName%20eq%20%22x%22"), "RFC7644-3.4.2-12", Warning);
        clean(&missing("/Groups"));
    }
}
