//! Effects: a write held against the state that an independent read shows afterwards.
//!
//! Success without effect is the worst and commonest failure in the field: no IdP looks again.

mod patched;
mod stored;
mod written;

use super::examination::{Deviation, Examination, creates, resource_type, show};
use super::{Context, Verdicts};
use crate::verdict::Departures;
use client::observe::{Endpoint, Observation, member};
use client::wire::Method;
use scim::schema::ResourceType;
use serde_json::Value;
use written::{changed, parts};

/// What a write has to leave behind.
#[derive(Debug, Clone, PartialEq)]
pub enum Expectation {
    /// The resource as it was before: the write was refused.
    Unchanged,
    /// No resource: it was deleted.
    Gone,
    /// What was sent, as far as the server's rules let it through.
    Stored(Value),
    /// One of these states.
    OneOf(Vec<Value>),
    /// Nothing can be said, for this reason.
    Open(&'static str),
}

/// What `write` has to leave behind, given the resource as it was read `before` (RFC 7644 sections 3.3 to 3.6).
#[must_use]
pub fn expect(write: &Observation, before: Option<&Value>) -> Expectation {
    let Some(status) = write.status().filter(|_| write.outcome().is_the_targets()) else {
        return Expectation::Open("no answer of the target's own: the write may or may not have been done");
    };
    let Some(rt) = resource_type(write) else {
        return Expectation::Open("the resource type is not built in");
    };
    let one = matches!(write.endpoint, Endpoint::Resource(..));
    match (write.method(), status) {
        // A PATCH is atomic whatever goes wrong; of another write that fails inside nothing is promised.
        (_, 400..=499) | (Method::Patch, 500) if before.is_some() => Expectation::Unchanged,
        (Method::Delete, 200..=299) if one => Expectation::Gone,
        (Method::Post, 200..=299) if creates(write) => sent(write),
        (Method::Put, 200..=299) if one => sent(write),
        (Method::Patch, 200..=299) if one => match before {
            Some(before) => patched::states(write, before, rt),
            None => Expectation::Open("the state before the PATCH is not known"),
        },
        _ => Expectation::Open("the write promises nothing that a read could show"),
    }
}

fn sent(write: &Observation) -> Expectation {
    write.sent.clone().map_or(Expectation::Open("nothing was sent"), Expectation::Stored)
}

/// Holds `write` against `after`, the witness's GET of the same resource.
///
/// Nothing is said when the read itself did not show the whole resource: no answer, refused, projected. `before` must
/// be the state right before the write: where several write at once, no single write can be judged this way.
#[must_use]
pub fn judge(write: &Observation, before: Option<&Value>, after: &Observation, context: &Context<'_>) -> Verdicts {
    let mut bench = Examination::new(write, context);
    let Some(read) = Read::of(after) else { return bench.verdicts };
    let Some(all) = resource_type(write) else { return bench.verdicts };
    // The operations mean what the RFC says; what has to come of them, only what the target has.
    let rt = context.offered.cut_to(all);
    if let Some(before) = before.filter(|_| write.method() == Method::Patch && write.outcome().is_the_targets()) {
        patched::needed(&mut bench, before, all);
    }
    let kept = |expected| match read.resource {
        Some(now) => excused(expected, before, now, rt, context.departures),
        None => expected,
    };
    match kept(expect(write, before)) {
        Expectation::Open(_) => {}
        Expectation::Gone => gone(&mut bench, &read),
        Expectation::Unchanged => unchanged(&mut bench, before, &read, rt),
        expected => match read.resource {
            None => absent(&mut bench, &read, after),
            Some(now) => {
                match expected {
                    Expectation::Stored(sent) if write.method() == Method::Post => {
                        stored::created(&mut bench, &sent, now, &read, rt);
                    }
                    Expectation::Stored(sent) => stored::replaced(&mut bench, &sent, before, now, &read, rt),
                    Expectation::OneOf(states) => patched::judge(&mut bench, &states, before, now, &read, rt),
                    Expectation::Unchanged | Expectation::Gone | Expectation::Open(_) => {}
                }
                same_id(&mut bench, before, now, &read);
                stored::echoed(&mut bench, now, &read, rt);
            }
        },
    }
    bench.verdicts
}

/// The same expectation, but for what the product documents to keep and did keep, and for newcomers to a group that it
/// documents to leave out and did leave out.
fn excused(
    expected: Expectation,
    before: Option<&Value>,
    now: &Value,
    rt: &ResourceType,
    departures: &Departures,
) -> Expectation {
    let kept = |mut state: Value| {
        for name in departures.kept.iter().filter(|_| rt.name == "User") {
            let was = before.and_then(|before| member(before, name)).cloned();
            let same = before.is_some() && member(now, name) == was.as_ref();
            if let Some(state) = state.as_object_mut().filter(|_| same) {
                state.retain(|key, _| !key.eq_ignore_ascii_case(name));
                state.extend(was.map(|was| (name.clone(), was)));
            }
        }
        let hidden = departures.members_hidden && rt.name == "Group" && written::ids(member(now, "members")).is_empty();
        if let Some(state) = state.as_object_mut().filter(|_| hidden) {
            state.retain(|key, _| !key.eq_ignore_ascii_case("members"));
        }
        if departures.left_out && rt.name == "Group" {
            let there = [Some(now), before].map(|group| written::ids(group.and_then(|group| member(group, "members"))));
            if let Some(Value::Array(wanted)) = state.get_mut("members") {
                let id = |m: &Value| member(m, "value").and_then(Value::as_str).map(str::to_owned);
                wanted.retain(|m| id(m).is_none_or(|id| there.iter().any(|known| known.contains(&id))));
            }
        }
        state
    };
    match expected {
        Expectation::Stored(state) => Expectation::Stored(kept(state)),
        Expectation::OneOf(states) => Expectation::OneOf(states.into_iter().map(kept).collect()),
        other => other,
    }
}

/// The witness's read: the resource, or its absence.
struct Read<'a> {
    resource: Option<&'a Value>,
    status: u16,
    what: String,
}

impl<'a> Read<'a> {
    fn of(after: &'a Observation) -> Option<Self> {
        let status = after.status().filter(|_| after.outcome().is_the_targets())?;
        let projected = after.query_value("attributes").is_some() || after.query_value("excludedAttributes").is_some();
        let what = format!("GET {}", after.exchange.request.target);
        let resource = after.json().filter(|body| body.is_object() && status == 200);
        let tells = resource.is_some() || matches!(status, 404 | 410);
        (tells && !projected).then_some(Self { resource, status, what })
    }

    fn flaw(&self, expected: impl Into<String>, seen: impl Into<String>) -> Deviation {
        Deviation::state(self.what.clone(), expected, seen)
    }
}

/// RFC 7644 section 3.6: 404 for every later operation. A deactivated account that can still be read is a product's
/// habit that IdPs live with, and of some products documented; one that is still active is somebody's access.
fn gone(bench: &mut Examination<'_>, read: &Read<'_>) {
    let active = read.resource.map(|r| member(r, "active"));
    let alive = active.is_some_and(|a| a != Some(&Value::Bool(false)));
    let seen =
        read.resource.map_or_else(|| read.status.to_string(), |r| format!("200, active {}", show(member(r, "active"))));
    let weight = bench.context.weight("RFC7644-3.6-02");
    let flaw = read.flaw("404 after the deletion", seen.clone());
    let harmless = bench.require("HAZARD-DELETE-NO-EFFECT", !alive, || read.flaw("404 after the deletion", seen));
    if let Some(weight) = weight.filter(|_| harmless) {
        let stays = bench.context.departures.deleted_stay && read.resource.is_some();
        bench.require("RFC7644-3.6-02", read.status == 404 || stays, || flaw.weighing(weight));
    }
}

fn unchanged(bench: &mut Examination<'_>, before: Option<&Value>, read: &Read<'_>, rt: &ResourceType) {
    let Some(before) = before else { return };
    let id = if bench.seen.method() == Method::Patch { "RFC7644-3.5.2-23" } else { "HAZARD-REFUSED-WRITE" };
    let refusal = bench.seen.status().unwrap_or_default();
    let Some(now) = read.resource else {
        // A 404 to the write and to the read agree: it was gone before.
        if refusal != 404 {
            bench.broken(
                id,
                read.flaw(format!("the resource as it was: the write was refused {refusal}"), "it is gone"),
            );
        }
        return;
    };
    let (was, is) = (parts(before, rt), parts(now, rt));
    let differing = changed(&was, &is, rt);
    bench.require(id, differing.is_empty(), || {
        let key = differing.first().map_or("", String::as_str);
        read.flaw(
            format!("the resource as it was: the write was refused {refusal}; {key} {}", show(was.get(key))),
            format!("{} changed; {key} {}", differing.join(", "), show(is.get(key))),
        )
    });
}

/// The write succeeded, and nobody is there.
fn absent(bench: &mut Examination<'_>, read: &Read<'_>, after: &Observation) {
    let created = creates(bench.seen);
    let (Endpoint::Resource(_, asked), Some(body)) = (&after.endpoint, bench.seen.json().or(Some(&Value::Null))) else {
        return;
    };
    // Where the answer gave another id than was asked for, the read says nothing of the write.
    let other = created && member(body, "id").and_then(Value::as_str).is_some_and(|id| id != asked);
    if !other {
        let id = if created { "HAZARD-CREATE-NO-EFFECT" } else { "HAZARD-GONE" };
        bench.broken(id, read.flaw("the resource that was written", read.status.to_string()));
    }
}

fn same_id(bench: &mut Examination<'_>, before: Option<&Value>, now: &Value, read: &Read<'_>) {
    let id = |r: &Value| member(r, "id").filter(|v| !v.is_null()).cloned();
    let shown = bench.seen.json().filter(|_| creates(bench.seen)).and_then(id);
    // It is there: see `absent`.
    bench.verdicts.exercised.insert(if creates(bench.seen) { "HAZARD-CREATE-NO-EFFECT" } else { "HAZARD-GONE" });
    if let (Some(was), Some(is)) = (before.and_then(id).or(shown), id(now)) {
        bench.require("RFC7643-3.1-08", was == is, || read.flaw(show(Some(&was)), show(Some(&is))));
    }
}

#[cfg(test)]
mod tests {
    use super::judge;
    use crate::check::testing::*;
    use crate::check::{Context, Offered, Verdicts};
    use crate::verdict::Departures;
    use crate::verdict::Severity::{Hazard, Violation};
    use client::wire::Method::{Delete, Get, Patch, Post, Put};
    use serde_json::{Value, json};

    fn atlan() -> Departures {
        Departures { kept: ["userName".to_owned()].into(), deleted_stay: true, left_out: true, ..Departures::NONE }
    }

    fn held(write: &Seen, now: &Value, departures: &Departures) -> Verdicts {
        let after = seen(Get, "/Users/u1").json(now).observe();
        let context = Context { idp: RFC, departures, offered: &Offered::EVERYTHING };
        judge(&write.clone().observe(), Some(&ada()), &after, &context)
    }

    fn has(verdicts: &Verdicts, id: &str) -> bool {
        verdicts.findings.iter().any(|f| f.requirement == id)
    }

    #[test]
    fn what_a_product_keeps_on_purpose_is_no_finding_and_nothing_else_is_excused() {
        let replace = json!([{"op": "replace", "value": {"userName": "new", "title": "x"}}]);
        let renamed = seen(Patch, "/Users/u1").sent(&json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": replace
        }));
        let put = seen(Put, "/Users/u1").sent(&with(&with(&ada(), "/userName", "new"), "/title", "x"));
        for write in [renamed, put] {
            let kept = with(&ada(), "/title", "x");
            clean(&held(&write, &kept, &atlan()));
            clean(&held(&write, &with(&kept, "/userName", "new"), &atlan()));
            assert!(has(&held(&write, &kept, &Departures::NONE), "HAZARD-NO-EFFECT"));
            assert!(has(&held(&write, &ada(), &atlan()), "HAZARD-NO-EFFECT"), "the title is lost");
            assert!(!held(&write, &with(&kept, "/userName", "third"), &atlan()).findings.is_empty());
        }
    }

    #[test]
    fn newcomers_a_product_leaves_out_on_purpose_are_no_finding_and_lost_members_are() {
        let add = seen(Patch, "/Groups/g1").sent(&json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"],
            "Operations": [{"op": "add", "path": "members", "value": [{"value": "u9"}]}]
        }));
        let put = seen(Put, "/Groups/g1").sent(&with(
            &crew(),
            "/members",
            json!([{"value": "u1"}, {"value": "u2"}, {"value": "u9"}]),
        ));
        let held = |write: &Seen, now: &Value, departures: &Departures| {
            let after = seen(Get, "/Groups/g1").json(now).observe();
            let context = Context { idp: RFC, departures, offered: &Offered::EVERYTHING };
            judge(&write.clone().observe(), Some(&crew()), &after, &context)
        };
        for write in [&add, &put] {
            clean(&held(write, &crew(), &atlan()));
            assert!(!held(write, &crew(), &Departures::NONE).findings.is_empty());
            let lost = with(&crew(), "/members", json!([{"value": "u1"}]));
            assert!(!held(write, &lost, &atlan()).findings.is_empty(), "u2 was a member and is none");
        }
        let created = seen(Post, "/Groups").status(201).sent(&crew()).json(&with(&crew(), "/members", json!([])));
        let after = seen(Get, "/Groups/g1").json(&with(&crew(), "/members", json!([]))).observe();
        for (departures, found) in [(atlan(), false), (Departures::NONE, true)] {
            let context = Context { idp: RFC, departures: &departures, offered: &Offered::EVERYTHING };
            assert_eq!(has(&judge(&created.clone().observe(), None, &after, &context), "HAZARD-NO-EFFECT"), found);
        }
    }

    #[test]
    fn a_product_may_keep_the_deleted_readable_but_not_active() {
        let write = seen(Delete, "/Users/u1").status(204).without("content-type");
        let off = with(&ada(), "/active", false);
        clean(&held(&write, &off, &atlan()));
        red(&held(&write, &ada(), &atlan()), "HAZARD-DELETE-NO-EFFECT", Hazard);
        red(&held(&write, &off, &Departures::NONE), "RFC7644-3.6-02", Violation);
    }
}
