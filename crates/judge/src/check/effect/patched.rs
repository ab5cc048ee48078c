//! PATCH: the state afterwards is one that some reading of the operations gives (RFC 7644 section 3.5.2).

use super::stored::differs;
use super::written::{WrittenAttributes, agrees, boolean, ids, parts, same, weighty};
use super::{Expectation, Read};
use crate::check::examination::{Deviation, Examination, resource_type};
use crate::verdict::Severity;
use client::observe::{Observation, member};
use scim::error::ScimType;
use scim::patch::{Op, Operation, Patch};
use scim::rules::{NoMatch, PatchRules, RemoveValue, StringBooleans};
use scim::schema::ResourceType;
use serde_json::Value;

/// The RFC's letter where it speaks, and a refusal where it leaves a request without meaning.
fn letter() -> PatchRules {
    PatchRules {
        remove_value: RemoveValue::Reject,
        no_match: NoMatch::NoTarget,
        string_booleans: StringBooleans::Reject,
        manager_string: false,
        dotted_keys: false,
        ..PatchRules::default()
    }
}

/// What IdPs mean, readOnly values passed over.
fn meant() -> PatchRules {
    PatchRules { ignore_read_only: true, ..PatchRules::default() }
}

fn applied(body: &Value, before: &Value, rt: &ResourceType, rules: &PatchRules) -> Result<Value, Option<ScimType>> {
    let patch = Patch::from_json(body).map_err(|e| e.scim_type)?;
    let mut state = before.clone();
    patch.apply(&mut state, rt, rules).map_err(|e| e.scim_type)?;
    Ok(state)
}

/// The states that a successful PATCH may leave behind. They do not depend on the chosen reading: where the RFC gives
/// a request no meaning and a server does what the IdP meant, it is right in every reading.
pub(super) fn states(write: &Observation, before: &Value, rt: &ResourceType) -> Expectation {
    let Some(body) = &write.sent else { return Expectation::Open("nothing was sent") };
    let states: Vec<Value> = [letter(), PatchRules::default(), meant()]
        .iter()
        .filter_map(|rules| applied(body, before, rt, rules).ok())
        .collect();
    if states.is_empty() {
        return Expectation::Open("the operations mean nothing that we know; the server may know more attributes");
    }
    Expectation::OneOf(states)
}

/// Holds the state after a successful PATCH against the allowed ones.
pub(super) fn judge(
    bench: &mut Examination<'_>,
    states: &[Value],
    before: Option<&Value>,
    now: &Value,
    read: &Read<'_>,
    rt: &ResourceType,
) {
    let Some(before) = before else { return };
    let (was, is) = (parts(before, rt), parts(now, rt));
    let wanted: Vec<WrittenAttributes> = states.iter().map(|s| parts(s, rt)).collect();
    let off = |want: &WrittenAttributes| -> Vec<String> {
        let known: std::collections::BTreeSet<&String> = want.keys().chain(is.keys()).chain(was.keys()).collect();
        known.into_iter().filter(|key| !agrees(key, want, &is, rt)).cloned().collect()
    };
    let Some(want) = wanted.iter().min_by_key(|want| off(want).len()) else { return };
    let open = open_attributes(bench.seen, rt);
    for id in ["RFC7644-3.5.2-20", "HAZARD-NO-EFFECT", "HAZARD-COLLATERAL"] {
        bench.verdicts.exercised.insert(id);
    }
    if was.contains_key("members") {
        bench.verdicts.exercised.extend(["HAZARD-GROUP-EMPTIED", "HAZARD-MEMBERS-DROPPED"]);
    }
    let view = View { was: &was, want, is: &is, rt, read };
    for key in off(want) {
        if !open.contains(&key) {
            view.report(bench, &key);
        }
    }
    text_boolean(bench, &view);
    passed_over(bench, now, &view);
    accepted_without_match(bench, before, rt);
}

/// A success for an attribute that the target has not, by its own schemas. It may pass over it; the IdP takes it for done.
fn passed_over(bench: &mut Examination<'_>, now: &Value, view: &View<'_>) {
    let patch = bench.seen.sent.as_ref().and_then(|body| Patch::from_json(body).ok());
    let (Some(all), Some(patch)) = (resource_type(bench.seen), patch) else { return };
    let shown = parts(now, all);
    let named = patch.operations.iter().filter(|o| o.op != Op::Remove).filter_map(|o| o.path.as_ref());
    let lacking = named.filter(|path| view.rt.attribute(&path.attr).is_none()).find_map(|path| {
        let found = all.attribute(&path.attr)?;
        let urn = found.extension.map(|schema| format!("{}:", schema.id)).unwrap_or_default();
        Some(format!("{urn}{}", found.attribute.name))
    });
    if let Some(key) = lacking.filter(|key| !shown.contains_key(key)) {
        let flaw = view.read.flaw(format!("{key} stored, or an error"), format!("a success, and no {key}"));
        bench.broken("HAZARD-NO-EFFECT", flaw.weighing(Severity::Warning));
    }
}

struct View<'a> {
    was: &'a WrittenAttributes,
    want: &'a WrittenAttributes,
    is: &'a WrittenAttributes,
    rt: &'a ResourceType,
    read: &'a Read<'a>,
}

impl View<'_> {
    fn report(&self, bench: &mut Examination<'_>, key: &str) {
        let flaw = differs(self.read, key, self.want, self.is);
        let addressed = !same(key, self.was, self.want, self.rt);
        let untouched = same(key, self.was, self.is, self.rt);
        if key == "members" && self.members(bench) {
            return;
        }
        if key == "active" && sent_boolean_text(bench.seen).is_some() {
            return;
        }
        if !addressed {
            self.collateral(bench, key, flaw);
        } else if untouched {
            // What a server has never shown it may not have; a success is wrong all the same.
            let unknown = !self.was.contains_key(key) && key != "members";
            bench.broken("HAZARD-NO-EFFECT", if unknown { flaw.weighing(Severity::Violation) } else { flaw });
        } else {
            bench.broken("RFC7644-3.5.2-20", flaw);
        }
    }

    /// Members that were to stay and are gone; whether that was the case.
    fn members(&self, bench: &mut Examination<'_>) -> bool {
        let [was, want, is] = [self.was, self.want, self.is].map(|p| ids(p.get("members")));
        let flaw = |lost: usize| {
            let (asked, removed) = (was.difference(&want).count(), was.difference(&is).count());
            let all = if is.is_empty() && removed > 1 { "all " } else { "" };
            let seen = match asked {
                0 => format!("{lost} of {} lost", counted(was.len())),
                _ if removed > asked => format!("{all}{} removed, {asked} to be removed", counted(removed)),
                _ => format!("{} removed that stay in the group", counted(lost)),
            };
            self.read.flaw(counted(want.len()), seen)
        };
        let lost = was.intersection(&want).filter(|id| !is.contains(*id)).count();
        if lost == 0 {
            return false;
        }
        let id = if is.is_empty() { "HAZARD-GROUP-EMPTIED" } else { "HAZARD-MEMBERS-DROPPED" };
        bench.broken(id, flaw(lost));
        true
    }

    /// Something changed that no operation named. A loss is a loss; a name computed from another is a server's right.
    fn collateral(&self, bench: &mut Examination<'_>, key: &str, flaw: Deviation) {
        let derived = matches!(key, "displayName" | "nickName") && self.rt.name == "User";
        let lost = !self.is.contains_key(key);
        let weight = match key {
            "userName" | "displayName" if !derived && !lost => Severity::Violation,
            _ if lost || weighty(key, self.rt) => Severity::Hazard,
            _ => Severity::Warning,
        };
        let named = ["name", "userName"].iter().any(|n| !same(n, self.was, self.want, self.rt));
        if !(derived && named) {
            bench.broken("HAZARD-COLLATERAL", flaw.weighing(weight));
        }
    }
}

fn counted(members: usize) -> String {
    format!("{members} member{}", if members == 1 { "" } else { "s" })
}

/// Attributes where two readings of the RFC differ: a replace of whole elements through a filter may merge or replace.
fn open_attributes(write: &Observation, rt: &ResourceType) -> Vec<String> {
    let Some(patch) = write.sent.as_ref().and_then(|body| Patch::from_json(body).ok()) else {
        return Vec::new();
    };
    let whole = patch.operations.iter().filter(|o| o.op == Op::Replace).filter_map(|o| o.path.as_ref());
    whole
        .filter(|path| path.filter.is_some() && path.sub.is_none())
        .filter_map(|path| rt.attribute(&path.attr).map(|found| found.attribute.name.clone()))
        .collect()
}

/// What the operations say of `active` where they say it in quotes.
fn sent_boolean_text(write: &Observation) -> Option<bool> {
    let operations = write.sent.as_ref().and_then(|s| member(s, "Operations")).and_then(Value::as_array)?;
    operations.iter().rev().find_map(|operation| {
        let value = member(operation, "value")?;
        match member(operation, "path").and_then(Value::as_str) {
            Some(path) => path.to_ascii_lowercase().ends_with("active").then(|| value.as_str().and_then(boolean))?,
            None => member(value, "active").and_then(Value::as_str).and_then(boolean),
        }
    })
}

fn text_boolean(bench: &mut Examination<'_>, view: &View<'_>) {
    let Some(meant) = sent_boolean_text(bench.seen) else { return };
    if let Some(shown) = view.is.get("active").and_then(Value::as_bool) {
        bench.require("HAZARD-STRING-BOOLEAN", shown == meant, || {
            view.read.flaw(format!("active {meant}, as sent in quotes"), format!("active {shown}"))
        });
    }
}

/// By the letter a replace whose filter matches nothing fails; Entra needs it to create the value.
fn accepted_without_match(bench: &mut Examination<'_>, before: &Value, rt: &ResourceType) {
    let Some(body) = &bench.seen.sent else { return };
    let lenient = PatchRules { no_match: NoMatch::NoTarget, ..meant() };
    let replaces = Patch::from_json(body).is_ok_and(|p| {
        p.operations.iter().any(|o| o.op == Op::Replace && o.path.as_ref().is_some_and(|path| path.filter.is_some()))
    });
    if let Some(weight) = bench.context.weight("RFC7644-3.5.2.3-09").filter(|_| replaces) {
        let unmatched = applied(body, before, rt, &lenient) == Err(Some(ScimType::NoTarget));
        bench.require("RFC7644-3.5.2.3-09", !unmatched, || {
            let status = bench.seen.status().unwrap_or_default();
            let expected = "400 with noTarget: the filter of a replace matches nothing";
            Deviation::status(expected, status.to_string()).weighing(weight)
        });
    }
}

/// What an IdP sends as a matter of course is done. Held only where leaving out that one leniency refuses the request
/// and the IdP's meaning is plain: what the letter lets through as well may have been refused for another reason.
pub(super) fn needed(bench: &mut Examination<'_>, before: &Value, rt: &ResourceType) {
    let (Some(body), Some(200..=299 | 400 | 422 | 501)) = (&bench.seen.sent, bench.seen.status()) else { return };
    let names_others = |o: &Operation| {
        o.op != Op::Remove && o.raw_path.as_deref().is_some_and(|p| p.to_ascii_lowercase().starts_with("members"))
    };
    let Ok(patch) = Patch::from_json(body) else { return };
    if patch.operations.iter().any(names_others) || applied(body, before, rt, &meant()).is_err() {
        return;
    }
    let fails = |without: PatchRules| applied(body, before, rt, &without).is_err();
    // What it takes to do it; the table of readings says who needs that.
    let takes = [
        ("IDP-OKTA-01", carries_own_id(&patch, before)),
        ("IDP-ENTRA-01", fails(PatchRules { no_match: NoMatch::NoTarget, ..meant() })),
        ("IDP-ENTRA-02", fails(PatchRules { remove_value: RemoveValue::Reject, ..meant() })),
        ("IDP-ENTRA-03", fails(PatchRules { string_booleans: StringBooleans::Reject, ..meant() })),
    ];
    let Some((id, _)) = takes.iter().find(|(id, is)| *is && bench.context.needs(id)) else { return };
    let Some(weight) = bench.context.weight(id) else { return };
    if bench.seen.member("scimType").and_then(Value::as_str) == Some(ScimType::Uniqueness.as_str()) {
        return;
    }
    bench.require(id, bench.seen.succeeded(), || {
        let detail = bench.seen.member("detail").and_then(Value::as_str).unwrap_or("no detail");
        Deviation::status("success", format!("{}: {detail}", bench.seen.status().unwrap_or_default())).weighing(weight)
    });
}

/// Whether a replace without path repeats the resource's id, as Okta's group push does.
fn carries_own_id(patch: &Patch, before: &Value) -> bool {
    let id = member(before, "id");
    let whole = patch.operations.iter().filter(|o| o.path.is_none()).filter_map(|o| o.value.as_ref());
    id.is_some() && whole.into_iter().any(|value| member(value, "id") == id)
}

#[cfg(test)]
mod tests {
    use super::super::judge;
    use crate::check::testing::*;
    use crate::check::{Context, Offered, Verdicts};
    use crate::verdict::Severity::{Hazard, Violation, Warning};
    use client::observe::Capabilities;
    use client::wire::Method::{Get, Patch};
    use serde_json::{Value, json};

    fn patch(at: &str, operations: &Value) -> Seen {
        seen(Patch, at).sent(&json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations
        }))
    }

    fn held(idp: Option<&str>, operations: &Value, before: &Value, now: &Value) -> Verdicts {
        let at = if before.get("members").is_some() { "/Groups/g1" } else { "/Users/u1" };
        let write = patch(at, operations).status(204).observe();
        judge(&write, Some(before), &seen(Get, at).json(now).observe(), &context(idp))
    }

    fn members(ids: &[&str]) -> Value {
        let list: Vec<Value> = ids.iter().map(|id| json!({"value": id, "display": "x", "type": "User"})).collect();
        with(&crew(), "/members", list)
    }

    #[test]
    fn a_change_is_made() {
        let retitle = json!([{"op": "replace", "path": "title", "value": "Countess"}]);
        let before = with(&ada(), "/title", "Miss");
        let done = with(&with(&before, "/title", "Countess"), "/meta/version", "2");
        green(&held(RFC, &retitle, &before, &done), "HAZARD-NO-EFFECT");
        red(&held(RFC, &retitle, &before, &before), "HAZARD-NO-EFFECT", Hazard);
        red(&held(OKTA, &retitle, &ada(), &ada()), "HAZARD-NO-EFFECT", Violation);
        green(&held(RFC, &retitle, &before, &done), "RFC7644-3.5.2-20");
        red(&held(RFC, &retitle, &before, &with(&before, "/title", "Lord")), "RFC7644-3.5.2-20", Violation);
    }

    /// As django-scim2-server 1.1.0 answers: it has no title, and neither has its `/Schemas`.
    #[test]
    fn what_the_target_has_not_is_not_asked_for() {
        let told = Capabilities::read(
            None,
            Some(&json!({ "Resources": [{ "endpoint": "/Users", "schema": "urn:a" }] })),
            Some(&json!({ "Resources": [{ "id": "urn:a", "attributes": [{ "name": "emails", "type": "complex",
                "multiValued": true, "subAttributes": [{ "name": "value" }] }] }] })),
        );
        let offered = Offered::of(&told);
        let held = |operations: &Value, now: &Value| {
            let write = patch("/Users/u1", operations).status(204).observe();
            let context = Context { offered: &offered, ..context(RFC) };
            judge(&write, Some(&ada()), &seen(Get, "/Users/u1").json(now).observe(), &context)
        };
        let mail =
            json!([{ "op": "replace", "path": "emails", "value": [{ "value": "n@example.com", "type": "home" }] }]);
        let stored = with(&ada(), "/emails", json!([{ "value": "n@example.com" }]));
        green(&held(&mail, &stored), "HAZARD-NO-EFFECT");
        assert!(held(&mail, &stored).findings.iter().all(|f| !f.severity.fails()));
        red(&held(&mail, &ada()), "HAZARD-NO-EFFECT", Hazard);
        let title = json!([{ "op": "replace", "path": "title", "value": "x" }]);
        red(&held(&title, &ada()), "HAZARD-NO-EFFECT", Warning);
        clean(&held(&json!([{ "op": "replace", "value": { "title": "x" } }]), &ada()));
    }

    #[test]
    fn nothing_else_changes() {
        let rename = json!([{"op": "replace", "path": "displayName", "value": "New"}]);
        let renamed = |g: Value| with(&g, "/displayName", "New");
        green(&held(RFC, &rename, &crew(), &renamed(crew())), "HAZARD-COLLATERAL");
        red(&held(RFC, &rename, &crew(), &without(&renamed(crew()), "/members")), "HAZARD-GROUP-EMPTIED", Hazard);
        let off = json!([{"op": "replace", "path": "name.givenName", "value": "Augusta"}]);
        let named = with(&ada(), "/name/givenName", "Augusta");
        green(&held(RFC, &off, &ada(), &with(&named, "/displayName", "Augusta L.")), "HAZARD-COLLATERAL");
        red(&held(RFC, &off, &ada(), &with(&named, "/active", false)), "HAZARD-COLLATERAL", Hazard);
        red(&held(RFC, &off, &ada(), &without(&named, "/emails")), "HAZARD-COLLATERAL", Hazard);
        red(&held(RFC, &off, &ada(), &with(&named, "/title", "x")), "HAZARD-COLLATERAL", Warning);
    }

    #[test]
    fn removing_one_member_leaves_the_others() {
        for operation in [
            json!([{"op": "remove", "path": "members[value eq \"u1\"]"}]),
            json!([{"op": "Remove", "path": "members", "value": [{"value": "u1"}]}]),
        ] {
            for reading in [RFC, OKTA, ENTRA] {
                green(&held(reading, &operation, &crew(), &members(&["u2"])), "HAZARD-GROUP-EMPTIED");
                red(&held(reading, &operation, &crew(), &members(&[])), "HAZARD-GROUP-EMPTIED", Hazard);
                red(&held(reading, &operation, &crew(), &without(&crew(), "/members")), "HAZARD-GROUP-EMPTIED", Hazard);
                red(&held(reading, &operation, &crew(), &crew()), "HAZARD-NO-EFFECT", Hazard);
            }
        }
    }

    #[test]
    fn clearing_a_group_on_request_is_no_accident() {
        clean(&held(RFC, &json!([{"op": "remove", "path": "members"}]), &crew(), &members(&[])));
        let both = json!([{"op": "remove", "path": "members", "value": [{"value": "u1"}, {"value": "u2"}]}]);
        clean(&held(ENTRA, &both, &crew(), &members(&[])));
    }

    #[test]
    fn adding_keeps_who_was_there() {
        let add = json!([{"op": "add", "path": "members", "value": [{"value": "u3"}]}]);
        green(&held(RFC, &add, &crew(), &members(&["u3", "u1", "u2"])), "HAZARD-MEMBERS-DROPPED");
        red(&held(OKTA, &add, &crew(), &members(&["u3"])), "HAZARD-MEMBERS-DROPPED", Hazard);
        red(&held(OKTA, &add, &crew(), &crew()), "HAZARD-NO-EFFECT", Hazard);
    }

    #[test]
    fn false_in_quotes_is_not_true() {
        for operation in [
            json!([{"op": "Replace", "path": "active", "value": "False"}]),
            json!([{"op": "replace", "value": {"active": "False"}}]),
        ] {
            green(&held(RFC, &operation, &ada(), &with(&ada(), "/active", false)), "HAZARD-STRING-BOOLEAN");
            red(&held(RFC, &operation, &ada(), &ada()), "HAZARD-STRING-BOOLEAN", Hazard);
        }
    }

    #[test]
    fn a_replace_without_a_match_is_needed_and_against_the_rfc() {
        let call = json!([{"op": "replace", "path": "phoneNumbers[type eq \"work\"].value", "value": "1"}]);
        let done = with(&ada(), "/phoneNumbers", json!([{"type": "work", "value": "1"}]));
        red(&held(RFC, &call, &ada(), &done), "RFC7644-3.5.2.3-09", Violation);
        // Whoever sends it: Entra needs it done, and the RFC is broken all the same.
        let of_entra = held(ENTRA, &call, &ada(), &done);
        red(&of_entra, "RFC7644-3.5.2.3-09", Violation);
        assert!(of_entra.exercised.contains("IDP-ENTRA-01"));
        let again = json!([{"op": "replace", "path": "phoneNumbers[type eq \"work\"].value", "value": "2"}]);
        let twice = with(&ada(), "/phoneNumbers", json!([{"type": "work", "value": "2"}]));
        green(&held(RFC, &again, &done, &twice), "RFC7644-3.5.2.3-09");
    }

    fn refused(idp: Option<&str>, operations: &Value, before: &Value, now: &Value) -> Verdicts {
        let at = if before.get("members").is_some() { "/Groups/g1" } else { "/Users/u1" };
        let write = patch(at, operations).status(400).json(&error(400, Some("noTarget"))).observe();
        judge(&write, Some(before), &seen(Get, at).json(now).observe(), &context(idp))
    }

    #[test]
    fn a_refused_patch_changes_nothing() {
        let call = json!([{"op": "replace", "path": "title", "value": "x"}, {"op": "remove", "path": "userName"}]);
        green(&refused(RFC, &call, &ada(), &ada()), "RFC7644-3.5.2-23");
        red(&refused(RFC, &call, &ada(), &with(&ada(), "/title", "x")), "RFC7644-3.5.2-23", Hazard);
    }

    #[test]
    fn what_idps_need_is_asked_for_in_their_exchanges_only() {
        let call = json!([{"op": "Replace", "path": "phoneNumbers[type eq \"work\"].value", "value": "1"}]);
        red(&refused(ENTRA, &call, &ada(), &ada()), "IDP-ENTRA-01", Violation);
        let list = json!([{"op": "Remove", "path": "members", "value": [{"value": "u1"}]}]);
        red(&refused(ENTRA, &list, &crew(), &crew()), "IDP-ENTRA-02", Violation);
        green(&held(ENTRA, &list, &crew(), &members(&["u2"])), "IDP-ENTRA-02");
        let text = json!([{"op": "Replace", "path": "active", "value": "False"}]);
        red(&refused(ENTRA, &text, &ada(), &ada()), "IDP-ENTRA-03", Violation);
        green(&held(ENTRA, &text, &ada(), &with(&ada(), "/active", false)), "IDP-ENTRA-03");
        let push = json!([{"op": "replace", "value": {"id": "g1", "displayName": "New"}}]);
        red(&refused(OKTA, &push, &crew(), &crew()), "IDP-OKTA-01", Violation);
        green(&held(OKTA, &push, &crew(), &with(&crew(), "/displayName", "New")), "IDP-OKTA-01");
        for operation in [&call, &text] {
            clean(&refused(RFC, operation, &ada(), &ada()));
        }
        clean(&refused(RFC, &list, &crew(), &crew()));
        clean(&refused(RFC, &push, &crew(), &crew()));
    }

    #[test]
    fn an_attribute_we_do_not_know_is_not_judged() {
        let own = json!([{"op": "add", "path": "urn:acme:2.0:User:badge", "value": "7"}]);
        clean(&held(RFC, &own, &ada(), &with(&ada(), "/urn:acme:2.0:User", json!({"badge": "7"}))));
    }
}
