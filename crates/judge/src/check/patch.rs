//! PATCH as one exchange shows it (RFC 7644 section 3.5.2). What it did to the resource is `effect`'s.

use super::examination::{Deviation, Examination, show};
use client::observe::{Endpoint, member};
use client::wire::Method;
use serde_json::Value;

pub(super) fn check(bench: &mut Examination<'_>) {
    let seen = bench.seen;
    if seen.method() != Method::Patch || !matches!(seen.endpoint, Endpoint::Resource(..)) || !seen.succeeded() {
        return;
    }
    let status = seen.status().unwrap_or_default();
    let bodied = if seen.body.is_some() { "" } else { " without a body" };
    let told = || format!("{status}{bodied}");
    if seen.query_value("attributes").is_some() {
        bench
            .require("RFC7644-3.5.2-28", status == 200, || Deviation::status("200: attributes were asked for", told()));
    } else {
        let right = status == 204 || (status == 200 && seen.body.is_some());
        bench.require("RFC7644-3.5.2-26", right, || Deviation::status("200 with the resource, or 204", told()));
    }
    let operations = seen.sent.as_ref().and_then(|s| member(s, "Operations")).and_then(Value::as_array);
    for operation in operations.into_iter().flatten() {
        accepted(bench, operation);
    }
}

/// Requests that no reading lets through: a success means that something was guessed, or nothing was done.
fn accepted(bench: &mut Examination<'_>, operation: &Value) {
    let Some(op) = member(operation, "op") else { return };
    let word = op.as_str().unwrap_or_default().to_ascii_lowercase();
    let known = matches!(word.as_str(), "add" | "remove" | "replace");
    bench.require("RFC7644-3.5.2-06", known, || {
        Deviation::status(format!("400: {} is no operation", show(Some(op))), "success")
    });
    let path = member(operation, "path").and_then(Value::as_str).filter(|p| !p.trim().is_empty());
    if word == "remove" {
        bench.require("RFC7644-3.5.2.2-01", path.is_some(), || {
            Deviation::status("400 with noTarget: a remove without path", "success")
        });
    }
    if let Some(path) = path {
        let open = path.matches('[').count() == path.matches(']').count() || path.contains('"');
        bench.require("RFC7644-3.5.2-33", open, || Deviation::status(format!("400: {path} is no path"), "success"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::Violation;
    use client::wire::Method::Patch;
    use serde_json::{Value, json};

    fn patched(operation: &Value) -> Seen {
        seen(Patch, "/Users/u1").sent(&json!({
            "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation]
        }))
    }

    fn titled() -> Seen {
        patched(&json!({"op": "Replace", "path": "title", "value": "x"}))
    }

    #[test]
    fn success_is_200_with_the_resource_or_204() {
        green(&titled().status(204).judge(), "RFC7644-3.5.2-26");
        green(&titled().json(&ada()).judge(), "RFC7644-3.5.2-26");
        red(&titled().status(200).judge(), "RFC7644-3.5.2-26", Violation);
        red(&titled().status(202).judge(), "RFC7644-3.5.2-26", Violation);
        clean(&titled().status(404).json(&error(404, None)).judge());
    }

    #[test]
    fn with_attributes_it_is_200() {
        let asked = |status, body: &Value| seen(Patch, "/Users/u1?attributes=userName").status(status).json(body);
        green(&asked(200, &json!({"id": "u1", "userName": "ada"})).judge(), "RFC7644-3.5.2-28");
        red(&seen(Patch, "/Users/u1?attributes=userName").status(204).judge(), "RFC7644-3.5.2-28", Violation);
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        let done = |operation: &Value| patched(operation).status(204).judge();
        green(&done(&json!({"op": "Remove", "path": "title"})), "RFC7644-3.5.2-06");
        red(&done(&json!({"op": "move", "path": "title"})), "RFC7644-3.5.2-06", Violation);
        green(&done(&json!({"op": "remove", "path": "title"})), "RFC7644-3.5.2.2-01");
        red(&done(&json!({"op": "remove"})), "RFC7644-3.5.2.2-01", Violation);
        green(&done(&json!({"op": "remove", "path": "emails[type eq \"a]\"]"})), "RFC7644-3.5.2-33");
        red(&done(&json!({"op": "remove", "path": "emails[type pr"})), "RFC7644-3.5.2-33", Violation);
    }
}
