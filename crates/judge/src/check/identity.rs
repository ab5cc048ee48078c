//! One resource against the exchange that shows it: headers, the id asked for, what a create sent.

use super::examination::{Deviation, Examination, show};
use super::shape::{Moment, moment};
use client::observe::{Endpoint, member};
use serde_json::Value;

pub(super) fn check(bench: &mut Examination<'_>, body: &Value) {
    let location = member(body, "meta").and_then(|m| member(m, "location")).and_then(Value::as_str);
    if bench.creates() && bench.seen.status() == Some(201) {
        created(bench, body, location);
    }
    asked_for(bench, body);
    if let (Some(header), Some(location)) = (bench.seen.header("content-location"), location) {
        bench.require("RFC7643-3.1-30", same_place(header, location), || {
            Deviation::header("content-location", location, header)
        });
    }
    version(bench, body);
}

fn created(bench: &mut Examination<'_>, body: &Value, location: Option<&str>) {
    let header = bench.seen.header("location").filter(|h| !h.trim().is_empty());
    let given = bench.require("RFC7644-3.3-09", header.is_some(), || {
        Deviation::header("location", "the URI of the new resource", "no such header")
    });
    if let (true, Some(header), Some(location)) = (given, header, location) {
        bench.require("RFC7644-3.3-10", same_place(header, location), || {
            Deviation::body("/meta/location", header, location)
        });
    }
    let time = |name: &str| {
        let text = member(body, "meta").and_then(|m| member(m, name)).and_then(Value::as_str)?;
        moment(text).and_then(|m| if let Moment::Instant(at) = m { Some(at) } else { None })
    };
    if let (Some(made), Some(changed)) = (time("created"), time("lastModified")) {
        bench.require("RFC7643-3.1-28", made == changed, || {
            Deviation::body("/meta/lastModified", format!("created, {made}"), changed.to_string())
        });
    }
    external_id(bench, body);
}

/// The client alone gives this id (RFC 7643 section 3.1). One that is not shown at all is the effect check's.
fn external_id(bench: &mut Examination<'_>, body: &Value) {
    let text = |v: &Value| v.as_str().filter(|t| !t.is_empty()).map(str::to_owned);
    let Some(shown) = member(body, "externalId").and_then(text) else { return };
    let sent = bench.seen.sent.as_ref().and_then(|s| member(s, "externalId")).and_then(text);
    let own = sent.as_deref().is_some_and(|sent| sent.eq_ignore_ascii_case(&shown));
    let expected = || sent.clone().unwrap_or_else(|| "no externalId: none was sent".to_owned());
    let theirs = bench.require("RFC7643-3.1-16", own, || Deviation::body("/externalId", expected(), shown.clone()));
    if theirs {
        let exact = sent.as_deref() == Some(shown.as_str());
        bench.require("RFC7643-7-23", exact, || Deviation::body("/externalId", expected(), shown.clone()));
    }
}

/// Ids that differ in case only are left alone: some servers write their UUIDs both ways.
fn asked_for(bench: &mut Examination<'_>, body: &Value) {
    let Endpoint::Resource(_, asked) = bench.seen.endpoint.clone() else { return };
    let Some(shown) = member(body, "id").and_then(Value::as_str).filter(|id| !id.is_empty()) else { return };
    bench.require("HAZARD-WRONG-RESOURCE", asked.eq_ignore_ascii_case(shown), || {
        Deviation::body("/id", asked.clone(), shown)
    });
}

fn version(bench: &mut Examination<'_>, body: &Value) {
    let version = member(body, "meta").and_then(|m| member(m, "version")).and_then(Value::as_str);
    let (Some(tag), Some(version)) = (bench.seen.header("etag"), version) else { return };
    let opaque = |t: &str| {
        let t = t.trim();
        t.strip_prefix("W/").or_else(|| t.strip_prefix("w/")).unwrap_or(t).trim_matches('"').to_owned()
    };
    // A proxy may weaken a tag; only another version misleads a client.
    let same = opaque(tag) == opaque(version);
    bench.require("RFC7643-3.1-32", tag.trim() == version, || {
        let flaw = Deviation::body("/meta/version", tag, show(Some(&version.into())));
        if same { flaw.weighing(crate::verdict::Severity::Warning) } else { flaw }
    });
}

/// Whether two URIs name one place; a relative one is resolved against a root that we need not know.
fn same_place(a: &str, b: &str) -> bool {
    let (a, b) = (a.trim().trim_end_matches('/'), b.trim().trim_end_matches('/'));
    let absolute = |t: &str| t.contains("://");
    let ends = |long: &str, short: &str| long.ends_with(&format!("/{}", short.trim_start_matches('/')));
    match (absolute(a), absolute(b)) {
        (true, true) => {
            let parts = |t: &str| {
                let (scheme, rest) = t.split_once("://").unwrap_or(("", t));
                let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
                (scheme.to_ascii_lowercase(), host.to_ascii_lowercase(), path.to_owned())
            };
            parts(a) == parts(b)
        }
        (true, false) => ends(a, b),
        (false, true) => ends(b, a),
        (false, false) => a.trim_start_matches('/') == b.trim_start_matches('/') || ends(a, b) || ends(b, a),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Hazard, Violation, Warning};
    use client::wire::Method::{Get, Post};
    use serde_json::{Value, json};

    fn created(sent: &Value, shown: &Value) -> Seen {
        seen(Post, "/Users").sent(sent).status(201).header("location", &format!("{BASE}/Users/u1")).json(shown)
    }

    #[test]
    fn a_create_says_where() {
        green(&created(&ada_sent(), &ada()).judge(), "RFC7644-3.3-09");
        red(&created(&ada_sent(), &ada()).without("location").judge(), "RFC7644-3.3-09", Violation);
        green(&created(&ada_sent(), &ada()).header("location", "/scim/v2/Users/u1").judge(), "RFC7644-3.3-10");
        let other = created(&ada_sent(), &ada()).header("location", "https://b.example/Users/u1").judge();
        red(&other, "RFC7644-3.3-10", Violation);
    }

    #[test]
    fn a_new_resource_was_not_changed_yet() {
        green(
            &created(&ada_sent(), &with(&ada(), "/meta/created", "2026-01-02T04:04:05.678+01:00")).judge(),
            "RFC7643-3.1-28",
        );
        let later = with(&ada(), "/meta/lastModified", "2026-01-02T03:04:06Z");
        red(&created(&ada_sent(), &later).judge(), "RFC7643-3.1-28", Warning);
    }

    #[test]
    fn the_external_id_is_the_clients() {
        let sent = |id: Value| with(&ada_sent(), "/externalId", id);
        green(&created(&ada_sent(), &ada()).judge(), "RFC7643-3.1-16");
        red(&created(&sent(json!("other")), &ada()).judge(), "RFC7643-3.1-16", Violation);
        red(&created(&sent(json!(null)), &ada()).judge(), "RFC7643-3.1-16", Violation);
        clean(&created(&sent(json!(null)), &with(&ada(), "/externalId", json!(null))).judge());
        green(&created(&ada_sent(), &ada()).judge(), "RFC7643-7-23");
        red(&created(&sent(json!("E1")), &ada()).judge(), "RFC7643-7-23", Violation);
    }

    #[test]
    fn the_resource_shown_is_the_one_asked_for() {
        green(&seen(Get, "/Users/U1").json(&ada()).judge(), "HAZARD-WRONG-RESOURCE");
        red(&seen(Get, "/Users/u2").json(&ada()).judge(), "HAZARD-WRONG-RESOURCE", Hazard);
    }

    #[test]
    fn version_and_etag_are_one() {
        let shown = |tag: &str| {
            seen(Get, "/Users/u1").header("etag", tag).json(&with(&ada(), "/meta/version", "\"1\"")).judge()
        };
        green(&shown("\"1\""), "RFC7643-3.1-32");
        red(&shown("W/\"1\""), "RFC7643-3.1-32", Warning);
        red(&shown("\"2\""), "RFC7643-3.1-32", Violation);
    }

    #[test]
    fn content_location_is_the_location() {
        let shown = |at: &str| seen(Get, "/Users/u1").header("content-location", at).json(&ada()).judge();
        green(&shown("/Users/u1"), "RFC7643-3.1-30");
        red(&shown("/Users/u9"), "RFC7643-3.1-30", Violation);
    }
}
