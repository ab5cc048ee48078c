//! Requests as IdPs spell them that no RFC makes a server accept, and that the server refused.
//!
//! The RFC is on the server's side: a warning in a plain client's exchange, and more in that of the IdP that needs it. Where
//! `effect` says the same with the state in hand, this leaves it to `effect`.

use super::examination::{Deviation, Examination};
use client::observe::{Endpoint, Observation, member};
use client::wire::Method;
use scim::filter::Filter;
use scim::patch::PatchPath;
use serde_json::Value;

/// Microsoft's own schema in the groups Entra creates (the documented sample; confidence C, "may appear").
const MICROSOFT_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// What `effect` holds in the exchanges of the IdP that needs it.
const WITH_THE_STATE: &[&str] = &["IDP-ENTRA-01", "IDP-ENTRA-02", "IDP-ENTRA-03", "IDP-OKTA-01"];

pub(super) fn check(bench: &mut Examination<'_>) {
    patch(bench);
    let Some(id) = spelling(bench.seen) else { return };
    let refused = refused(bench.seen);
    let followed = bench.seen.method() == Method::Patch && WITH_THE_STATE.contains(&id);
    if followed && bench.context.needs(id) {
        return;
    }
    let status = bench.seen.status().unwrap_or_default();
    let Some(weight) = bench.context.weight(id) else { return };
    bench.require(id, !refused, || {
        Deviation::status("success: an IdP sends it like this", format!("{status}, as the RFC allows")).weighing(weight)
    });
}

/// A server need not have PATCH (RFC 7644 section 3.5.2), but an IdP may have no other way to change anything.
fn patch(bench: &mut Examination<'_>) {
    let patches = bench.seen.method() == Method::Patch && matches!(bench.seen.endpoint, Endpoint::Resource(..));
    let (Some(weight), Some(status), true) = (bench.context.weight("IDP-PATCH"), bench.seen.status(), patches) else {
        return;
    };
    // 501 may be meant for this one way of writing it.
    let lacks = status == 405 || status == 501 && spelling(bench.seen).is_none();
    bench.require("IDP-PATCH", !lacks, || {
        Deviation::status("support for PATCH", format!("{status}, as the RFC allows")).weighing(weight)
    });
}

/// The requirement an IdP has here beyond the RFC, where the server refused the request: what follows from that in a
/// scenario is no defect by the RFC's letter.
#[must_use]
pub fn refused_beyond_the_rfc(seen: &Observation) -> Option<&'static str> {
    spelling(seen).filter(|_| refused(seen))
}

/// Whether the request itself was refused, and not who sent it or what it would collide with.
pub(super) fn refused(seen: &Observation) -> bool {
    matches!(seen.status(), Some(400 | 422 | 501))
}

fn spelling(seen: &Observation) -> Option<&'static str> {
    let sent = seen.sent.as_ref()?;
    match (seen.method(), &seen.endpoint) {
        (Method::Post, Endpoint::Collection(_)) => {
            let schemas = member(sent, "schemas").and_then(Value::as_array)?;
            let group = schemas.iter().any(|s| s == MICROSOFT_GROUP).then_some("IDP-ENTRA-04");
            group.or_else(|| has_quoted_primary(sent).then_some("IDP-ENTRA-03"))
        }
        (Method::Patch, Endpoint::Resource(..)) => {
            let operations = member(sent, "Operations").and_then(Value::as_array)?;
            operations.iter().find_map(|operation| operation_spelling(seen, operation))
        }
        _ => None,
    }
}

/// Whether one of a user's roles says in quotes that it is the primary one, as Entra's mapping without a flag does.
fn has_quoted_primary(sent: &Value) -> bool {
    let roles = member(sent, "roles").and_then(Value::as_array).into_iter().flatten();
    roles.filter_map(|role| member(role, "primary")).any(Value::is_string)
}

fn operation_spelling(seen: &Observation, operation: &Value) -> Option<&'static str> {
    let path = member(operation, "path").and_then(Value::as_str).unwrap_or_default();
    let value = member(operation, "value");
    let op = member(operation, "op").and_then(Value::as_str).unwrap_or_default();
    let no_target = seen.member("scimType").and_then(Value::as_str) == Some("noTarget");
    let removes = op.eq_ignore_ascii_case("remove");
    match value {
        Some(Value::Array(_)) if removes && path.eq_ignore_ascii_case("members") => Some("IDP-ENTRA-02"),
        Some(Value::String(text)) if path.eq_ignore_ascii_case("active") => {
            let quoted = text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("false");
            quoted.then_some("IDP-ENTRA-03")
        }
        Some(Value::String(_)) if path.to_ascii_lowercase().ends_with(":manager") => Some("IDP-ENTRA-05"),
        Some(Value::Object(_)) if path.is_empty() && carries_its_id(seen, value) => Some("IDP-OKTA-01"),
        Some(_) if no_target && !removes && through_equality(path) => Some("IDP-ENTRA-01"),
        _ if op.starts_with(|c: char| c.is_ascii_uppercase()) && (!refused(seen) || names(seen, op)) => {
            Some("IDP-ENTRA-06")
        }
        _ => None,
    }
}

/// Whether a refusal speaks of a word that was sent: then it is the word that was refused.
fn names(seen: &Observation, word: &str) -> bool {
    seen.member("detail").and_then(Value::as_str).is_some_and(|detail| detail.contains(word))
}

/// Whether what is sent repeats the id of what it is sent to, as Okta's group push does.
fn carries_its_id(seen: &Observation, value: Option<&Value>) -> bool {
    let Endpoint::Resource(_, id) = &seen.endpoint else { return false };
    value.and_then(|value| member(value, "id")).and_then(Value::as_str) == Some(id)
}

/// Whether a path is as Entra writes it for an address or a number nobody has yet: `emails[type eq "work"].value`. What is no
/// path, and what would make a member of somebody else, no IdP sends.
fn through_equality(path: &str) -> bool {
    let Ok(path) = PatchPath::parse(path) else { return false };
    let by_eq = path.filter.as_ref().and_then(Filter::as_equality).is_some();
    by_eq && path.sub.is_some() && !path.attr.name.eq_ignore_ascii_case("members")
}

#[cfg(test)]
mod tests {
    use super::super::Verdicts;
    use super::super::testing::*;
    use super::*;
    use crate::verdict::Severity::{Violation, Warning};
    use serde_json::json;

    fn passively(seen: Seen, idp: Option<&str>) -> Verdicts {
        let (seen, context) = (seen.observe(), context(idp));
        let mut bench = Examination::new(&seen, &context);
        check(&mut bench);
        bench.verdicts
    }

    fn patched(operation: &Value, status: u16) -> Seen {
        seen(Method::Patch, "/Users/u1").sent(&json!({ "Operations": [operation] })).status(status)
    }

    #[test]
    fn a_refused_group_of_microsofts_schema_is_entras_need_and_no_breach() {
        let call =
            json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group", MICROSOFT_GROUP], "displayName": "E" });
        let push = |status| seen(Method::Post, "/Groups").sent(&call).status(status);
        red(&passively(push(400), RFC), "IDP-ENTRA-04", Warning);
        red(&passively(push(400), ENTRA), "IDP-ENTRA-04", Violation);
        green(&passively(push(201), ENTRA), "IDP-ENTRA-04");
        assert_eq!(refused_beyond_the_rfc(&push(400).observe()), Some("IDP-ENTRA-04"));
        assert_eq!(refused_beyond_the_rfc(&push(409).observe()), None);
    }

    #[test]
    fn a_refused_primary_role_in_quotes_is_entras_need_and_no_breach() {
        let user = |primary: Value| {
            let roles = json!([{ "primary": primary, "value": "Approver" }]);
            let call =
                json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "a", "roles": roles });
            seen(Method::Post, "/Users").sent(&call).status(400)
        };
        red(&passively(user(json!("True")), RFC), "IDP-ENTRA-03", Warning);
        red(&passively(user(json!("True")), ENTRA), "IDP-ENTRA-03", Violation);
        assert_eq!(refused_beyond_the_rfc(&user(json!(true)).observe()), None);
    }

    #[test]
    fn a_refused_plain_manager_is_entras_need_and_no_breach() {
        let path = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
        let call = |status| patched(&json!({ "op": "Add", "path": path, "value": "u2" }), status);
        red(&passively(call(400), RFC), "IDP-ENTRA-05", Warning);
        red(&passively(call(400), ENTRA), "IDP-ENTRA-05", Violation);
        green(&passively(call(204), ENTRA), "IDP-ENTRA-05");
    }

    #[test]
    fn the_other_spellings_are_warnings_by_the_rfcs_letter() {
        let text = json!({ "op": "Replace", "path": "active", "value": "False" });
        red(&passively(patched(&text, 400), RFC), "IDP-ENTRA-03", Warning);
        let list = json!({ "op": "Remove", "path": "members", "value": [{ "value": "u1" }] });
        red(&passively(patched(&list, 400), RFC), "IDP-ENTRA-02", Warning);
        let absent = json!({ "op": "Add", "path": "emails[type eq \"work\"].value", "value": "a@b.example" });
        let no_target = |operation: &Value| patched(operation, 400).json(&error(400, Some("noTarget")));
        red(&passively(no_target(&absent), RFC), "IDP-ENTRA-01", Warning);
        let plain = json!({ "op": "Replace", "path": "title", "value": "x" });
        assert_eq!(refused_beyond_the_rfc(&patched(&plain, 400).observe()), None);
        let told = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:Error"], "status": "400", "detail": "unknown op Replace" });
        red(&passively(patched(&plain, 400).json(&told), RFC), "IDP-ENTRA-06", Warning);
        red(&passively(patched(&plain, 400).json(&told), ENTRA), "IDP-ENTRA-06", Violation);
        green(&passively(patched(&plain, 204), ENTRA), "IDP-ENTRA-06");
    }

    #[test]
    fn without_patch_entra_can_change_nothing_and_the_rfc_is_held() {
        let call = |at: &str, status| {
            seen(Method::Patch, at)
                .sent(&json!({ "Operations": [{ "op": "Replace", "path": "title", "value": "x" }] }))
                .status(status)
        };
        red(&passively(call("/Users/u1", 405), ENTRA), "IDP-PATCH", Violation);
        red(&passively(call("/Users/u1", 501), ENTRA), "IDP-PATCH", Violation);
        red(&passively(call("/Users/u1", 405), OKTA), "IDP-PATCH", Warning);
        green(&passively(call("/Users/u1", 400), ENTRA), "IDP-PATCH");
        clean(&passively(call("/Users/u1", 405), RFC));
        // 501 may be meant for the text alone.
        let text = json!({ "op": "Replace", "path": "active", "value": "False" });
        clean(&passively(patched(&text, 501), ENTRA));
    }

    /// As django-scim2-server 1.1.0 answers it.
    #[test]
    fn a_refused_rename_with_the_groups_own_id_is_oktas_need_and_no_breach() {
        let rename = |id: &str, status| {
            let operation = json!({ "op": "replace", "value": { "id": id, "displayName": "New" } });
            seen(Method::Patch, "/Groups/g1").sent(&json!({ "Operations": [operation] })).status(status).observe()
        };
        assert_eq!(refused_beyond_the_rfc(&rename("g1", 400)), Some("IDP-OKTA-01"));
        assert_eq!(refused_beyond_the_rfc(&rename("g2", 400)), None);
        assert_eq!(refused_beyond_the_rfc(&rename("g1", 204)), None);
    }

    /// As scimmy-routers 1.3.2 answers them, 400 noTarget: none is a path that Entra writes.
    #[test]
    fn what_no_idp_sends_is_refused_without_a_word() {
        for path in ["emails[type eq ].value", "members[value eq \"u1\"].value", "emails[type pr].value"] {
            let call = patched(&json!({ "op": "replace", "path": path, "value": "u2" }), 400);
            let seen = call.json(&error(400, Some("noTarget")));
            assert_eq!(refused_beyond_the_rfc(&seen.clone().observe()), None, "{path}");
            clean(&passively(seen, RFC));
        }
    }
}
