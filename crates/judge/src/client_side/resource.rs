//! Whole resources: what a client creates and puts in place.

use super::bench::{Bench, flaw};
use super::query::names;
use super::request::Request;
use super::task::Task;
use super::values::Held;
use crate::check::show;
use client::observe::member;
use scim::schema::ResourceType;
use scim::urn;
use serde_json::{Map, Value};

pub(super) fn check(bench: &mut Bench, request: &Request<'_>) {
    if request.task == Task::Replace {
        let named = request.addressed().is_some_and(|(at, id)| id.is_some() || at == "/Me");
        bench.hold(request, "RFC7644-3.5.1-02", named, || flaw("URL", "the id of one resource", "none"));
    }
    let Some(object) = request.object() else { return };
    body(bench, request, object, request.kind);
}

/// A resource as it is created or put.
fn body(bench: &mut Bench, request: &Request<'_>, object: &Map<String, Value>, kind: Option<&ResourceType>) {
    schemas(bench, request, object, kind);
    if request.task == Task::Create {
        let id = request.sent("id").filter(|id| !id.is_null());
        bench.hold(request, "RFC7643-3.1-09", id.is_none(), || flaw("/id", "no id", show(id)));
    }
    let Some(kind) = kind else { return };
    required(bench, request, kind);
    if kind.name == "User" {
        groups(bench, request);
    }
    let unknown = Held { bench, request, alone: false }.attributes(object, kind, "");
    bench.hold(request, "CLIENT-UNDECLARED", unknown.is_empty(), || {
        flaw(format!("/{}", unknown[0]), "attributes of /Schemas", unknown.join(", "))
    });
}

fn schemas(bench: &mut Bench, request: &Request<'_>, object: &Map<String, Value>, kind: Option<&ResourceType>) {
    let sent = request.sent("schemas");
    let listed = sent.and_then(Value::as_array).is_some_and(|all| !all.is_empty() && all.iter().all(Value::is_string));
    let holds = bench.hold(request, "RFC7643-2.1-02", listed, || flaw("/schemas", "an array of URIs", show(sent)));
    if !holds {
        return;
    }
    let all: Vec<&str> = sent.and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let twice = all.iter().enumerate().find(|(nth, one)| all[..*nth].iter().any(|other| urn::same(one, other)));
    bench.hold(request, "RFC7643-3-08", twice.is_none(), || {
        flaw("/schemas", "each URI once", twice.map(|(_, one)| (*one).to_owned()).unwrap_or_default())
    });
    let Some(kind) = kind else { return };
    bench.hold(request, "RFC7643-3.3-03", names(sent, &kind.schema.id), || {
        flaw("/schemas", kind.schema.id.clone(), all.join(", "))
    });
    let used = |value: &Value| value.as_object().is_some_and(|object| !object.is_empty());
    for name in object.iter().filter(|(name, value)| name.contains(':') && used(value)).map(|(name, _)| name) {
        let core = urn::same(name, &kind.schema.id);
        bench.hold(request, "RFC7643-3.3-08", core || names(sent, name), || {
            flaw("/schemas", name.clone(), name.clone())
        });
    }
}

/// What the type requires of a client. What the server fills in by itself is not the client's to send.
fn required(bench: &mut Bench, request: &Request<'_>, kind: &ResourceType) {
    let missing = |name: &str| match request.sent(name) {
        None | Some(Value::Null) => true,
        Some(Value::String(text)) => text.trim().is_empty(),
        Some(_) => false,
    };
    match (request.task, kind.name.as_str()) {
        (Task::Create, "User") => {
            bench.hold(request, "RFC7643-4.1.1-01", !missing("userName"), || flaw("/userName", "a user name", "none"));
        }
        (Task::Create, "Group") => {
            bench.hold(request, "RFC7643-4.2-02", !missing("displayName"), || flaw("/displayName", "a name", "none"));
        }
        (Task::Replace, _) => {
            let attributes = kind.schema.attributes.iter().filter(|attribute| attribute.required);
            let lacking: Vec<&str> = attributes.map(|a| a.name.as_str()).filter(|name| missing(name)).collect();
            bench.hold(request, "RFC7644-3.5.1-17", lacking.is_empty(), || {
                flaw(format!("/{}", lacking[0]), lacking.join(", "), "nothing")
            });
        }
        _ => {}
    }
}

/// A PUT may send back what was read (RFC 7644 section 3.5.1), so there only what differs from the answer is a change.
fn groups(bench: &mut Bench, request: &Request<'_>) {
    let sent = request.sent("groups").and_then(Value::as_array).filter(|groups| !groups.is_empty());
    let ids = |groups: &[Value]| -> Vec<String> {
        let mut ids: Vec<String> =
            groups.iter().map(|one| one.get("value").unwrap_or(one)).map(ToString::to_string).collect();
        ids.sort();
        ids
    };
    let kept = request.answer.as_ref().and_then(|answer| member(answer, "groups")).and_then(Value::as_array);
    let same = match (request.task, sent) {
        (_, None) => true,
        (Task::Replace, Some(sent)) => !request.succeeded() || kept.is_none_or(|kept| ids(kept) == ids(sent)),
        (_, Some(_)) => false,
    };
    bench.hold(request, "RFC7643-4.1.2-27", same, || flaw("/groups", "no groups", show(request.sent("groups"))));
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Violation, Warning};
    use serde_json::json;

    const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

    #[test]
    fn a_resource_names_its_schemas() {
        let sent = |schemas| [post("/Users", &with(&ada(), "/schemas", schemas))];
        green(&sent(json!([CORE.to_lowercase()])), "RFC7643-2.1-02");
        red(&[post("/Users", &without(&ada(), "schemas"))], "RFC7643-2.1-02", Violation);
        red(&sent(json!([])), "RFC7643-2.1-02", Violation);
        red(&sent(json!(CORE)), "RFC7643-2.1-02", Violation);
        green(&sent(json!([CORE, "urn:x:own"])), "RFC7643-3.3-03");
        red(&sent(json!(["urn:scim:schemas:core:1.0"])), "RFC7643-3.3-03", Violation);
        green(&sent(json!([CORE])), "RFC7643-3-08");
        red(&sent(json!([CORE, CORE])), "RFC7643-3-08", Violation);
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let body = with(&ada(), &format!("/{urn}"), json!({"department": "x"}));
        green(&[post("/Users", &with(&body, "/schemas/1", json!(urn)))], "RFC7643-3.3-08");
        red(&[post("/Users", &body)], "RFC7643-3.3-08", Warning);
        unseen(&[post("/Users", &with(&ada(), &format!("/{urn}"), json!({})))], "RFC7643-3.3-08");
    }

    #[test]
    fn the_server_gives_the_id() {
        green(&[post("/Users", &ada())], "RFC7643-3.1-09");
        green(&[post("/Users", &with(&ada(), "/id", json!(null)))], "RFC7643-3.1-09");
        red(&[post("/Users", &with(&ada(), "/id", json!("1")))], "RFC7643-3.1-09", Violation);
    }

    #[test]
    fn what_is_required_is_sent() {
        green(&[post("/Users", &ada())], "RFC7643-4.1.1-01");
        red(&[post("/Users", &without(&ada(), "userName"))], "RFC7643-4.1.1-01", Violation);
        red(&[post("/Users", &with(&ada(), "/userName", json!(" ")))], "RFC7643-4.1.1-01", Violation);
        green(&[post("/Groups", &crew())], "RFC7643-4.2-02");
        red(&[post("/Groups", &without(&crew(), "displayName"))], "RFC7643-4.2-02", Violation);
        green(&[put("/Users/1", &ada())], "RFC7644-3.5.1-17");
        red(&[put("/Users/1", &without(&ada(), "userName"))], "RFC7644-3.5.1-17", Violation);
        green(&[put("/Users/1", &ada())], "RFC7644-3.5.1-02");
        red(&[put("/Users", &ada())], "RFC7644-3.5.1-02", Violation);
    }

    #[test]
    fn a_user_is_put_into_a_group_at_the_group() {
        let groups = json!([{"value": "g1"}]);
        let member = with(&ada(), "/groups", groups.clone());
        green(&[post("/Users", &with(&ada(), "/groups", json!([])))], "RFC7643-4.1.2-27");
        red(&[post("/Users", &member)], "RFC7643-4.1.2-27", Violation);
        let answered = |groups: serde_json::Value| [put("/Users/1", &member).answered(200, &json!({"groups": groups}))];
        green(&answered(groups), "RFC7643-4.1.2-27");
        red(&answered(json!([])), "RFC7643-4.1.2-27", Violation);
    }

    #[test]
    fn attributes_are_declared() {
        green(&[post("/Users", &ada())], "CLIENT-UNDECLARED");
        red(&[post("/Users", &with(&ada(), "/shoeSize", json!(42)))], "CLIENT-UNDECLARED", Warning);
    }
}
