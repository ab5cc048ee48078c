//! PATCH: the form of the message, and what each operation does to what.

use super::bench::{Bench, flaw};
use super::filters::belongs_to_extension;
use super::query::names;
use super::request::Request;
use super::values::Held;
use crate::check::{quote, show};
use client::observe::member;
use scim::patch::PatchPath;
use scim::schema::{Mutability, ResourceType};
use scim::urn;
use serde_json::{Map, Value};

pub(super) fn check(bench: &mut Bench, request: &Request<'_>) {
    let Some(body) = request.object() else { return };
    let schemas = request.sent("schemas");
    bench.hold(request, "RFC7644-3.5.2-03", names(schemas, urn::PATCH_OP), || {
        flaw("/schemas", urn::PATCH_OP, show(schemas))
    });
    operations(bench, request, body, "");
}

/// The operations of a PATCH message at a pointer.
fn operations(bench: &mut Bench, request: &Request<'_>, body: &Map<String, Value>, at: &str) {
    let sent = body.iter().find(|(name, _)| name.eq_ignore_ascii_case("Operations")).map(|(_, value)| value);
    let listed = sent.and_then(Value::as_array).filter(|all| !all.is_empty());
    bench.hold(request, "RFC7644-3.5.2-04", listed.is_some(), || {
        flaw(format!("{at}/Operations"), "an array of operations", show(sent))
    });
    for (nth, one) in listed.into_iter().flatten().enumerate() {
        let operation = Operation::read(one, format!("{at}/Operations/{nth}"));
        operation.check(bench, request);
    }
}

/// One operation.
struct Operation<'a> {
    at: String,
    op: Option<&'a str>,
    path: Option<&'a Value>,
    value: Option<&'a Value>,
}

impl<'a> Operation<'a> {
    fn read(one: &'a Value, at: String) -> Self {
        let present = |name| member(one, name);
        Self { at, op: present("op").and_then(Value::as_str), path: present("path"), value: present("value") }
    }

    fn check(&self, bench: &mut Bench, request: &Request<'_>) {
        let at = |part: &str| format!("{}/{part}", self.at);
        if !bench.hold(request, "RFC7644-3.5.2-05", self.op.is_some(), || flaw(at("op"), "one op", "none")) {
            return;
        }
        let sent = self.op.unwrap_or_default();
        let word = sent.to_ascii_lowercase();
        let known = ["add", "remove", "replace"].contains(&word.as_str());
        bench.hold(request, "RFC7644-3.5.2-06", known && sent == word, || {
            let due = if known { word.clone() } else { "add, remove or replace".to_owned() };
            flaw(at("op"), due, format!("{sent:?}"))
        });
        if !known {
            return;
        }
        let path = match self.path.filter(|path| !path.is_null()) {
            None => None,
            Some(sent) => {
                let read = sent.as_str().map(PatchPath::parse);
                let why = match &read {
                    Some(Ok(_)) => None,
                    Some(Err(error)) => Some(error.to_string()),
                    None => Some(show(Some(sent))),
                };
                bench.hold(request, "RFC7644-3.5.2-09", why.is_none(), || {
                    flaw(at("path"), "a path of section 3.5.2", why.unwrap_or_default())
                });
                let Some(Ok(path)) = read else { return };
                Some(path)
            }
        };
        self.members(bench, request, &word, path.as_ref());
        match path {
            Some(path) => self.at_path(bench, request, &word, &path),
            None if word != "remove" => self.without_path(bench, request),
            None => {}
        }
    }

    /// Whether what an operation needs is there.
    fn members(&self, bench: &mut Bench, request: &Request<'_>, op: &str, path: Option<&PatchPath>) {
        let at = |part: &str| format!("{}/{part}", self.at);
        match op {
            "remove" => {
                bench.hold(request, "RFC7644-3.5.2-08", path.is_some(), || flaw(at("path"), "a path", "none"));
                if let Some(path) = path {
                    self.removes_what_it_names(bench, request, path);
                }
            }
            op => {
                let id = if op == "add" { "RFC7644-3.5.2.1-01" } else { "RFC7644-3.5.2.3-11" };
                bench.hold(request, id, self.value.is_some(), || flaw(at("value"), "a value", "none"));
            }
        }
    }

    fn removes_what_it_names(&self, bench: &mut Bench, request: &Request<'_>, path: &PatchPath) {
        let several = request.kind.and_then(|kind| kind.attribute(&path.attr)).is_some_and(|a| a.leaf().multi_valued);
        if !several || path.filter.is_some() || path.sub_name().is_some() {
            return;
        }
        let value = self.value.filter(|value| match value {
            Value::Null => false,
            Value::Array(all) => !all.is_empty(),
            _ => true,
        });
        bench.hold(request, "HAZARD-REMOVES-ALL", value.is_none(), || {
            let meant = match value {
                Some(Value::Array(all)) if all.len() != 1 => format!("{} of its values", all.len()),
                _ => "one value".to_owned(),
            };
            flaw(format!("{}/path", self.at), format!("{}[value eq \"...\"]", path.attr), meant)
                .about(&path.attr.to_string())
        });
    }

    /// An operation on one attribute.
    fn at_path(&self, bench: &mut Bench, request: &Request<'_>, op: &str, path: &PatchPath) {
        let Some(kind) = request.kind else { return };
        let at = format!("{}/path", self.at);
        let extension = belongs_to_extension(&path.attr, kind);
        let in_extension = path.attr.urn.as_deref().is_some_and(|urn| kind.extension(urn).is_some());
        if extension.is_some() || in_extension {
            bench.hold(request, "RFC7644-3.10-03", extension.is_none(), || {
                flaw(at.clone(), format!("{}:{}", extension.unwrap_or_default(), path), path.to_string())
            });
        }
        if kind.whole_extension(&path.attr).is_some() || extension.is_some() {
            return;
        }
        let found = kind.attribute(&path.attr);
        let sub = path.sub.as_deref().map(|name| found.and_then(|found| found.leaf().sub(name)));
        let whole = found.is_some() && sub != Some(None);
        // A server may have more than its schemas say, so its refusal has to say the same.
        if whole || request.was_refused() {
            bench.hold(request, "RFC7644-3.5.2-11", whole, || {
                flaw(at.clone(), "a path of the schemas", path.to_string())
            });
        }
        let Some(found) = found.filter(|_| whole) else { return };
        let leaf = sub.flatten().unwrap_or(found.leaf());
        let fixed = [found.attribute, found.leaf(), leaf].iter().any(|a| a.mutability == Mutability::ReadOnly);
        if !bench.hold(request, "RFC7644-3.5.2-12", !fixed, || flaw(at, "what may be changed", path.to_string())) {
            return;
        }
        if op == "remove" {
            return;
        }
        let Some(value) = self.value else { return };
        // The attribute says more than the operation's place does.
        let place = path.sub_name().map_or(path.attr.name.clone(), |sub| format!("{}.{sub}", path.attr.name));
        let element = path.filter.is_some() && path.sub.is_none();
        if leaf.is_complex() && !leaf.multi_valued && !value.is_null() {
            let id = if op == "add" { "RFC7644-3.5.2.1-05" } else { "RFC7644-3.5.2.3-05" };
            let object = value.is_object();
            if !bench
                .hold(request, id, object, || flaw(place.clone(), "an object of sub-attributes", show(Some(value))))
            {
                return;
            }
        }
        let name = found.attribute.name.clone();
        let mut held = Held { bench, request, alone: true };
        if element {
            held.element(leaf, value, &place);
        } else {
            held.attribute(leaf, value, &place);
            if let Some(sub) = path.sub_name() {
                held.form(&name, sub, value, &place);
            }
        }
    }

    /// An operation on the resource: its value names the attributes.
    fn without_path(&self, bench: &mut Bench, request: &Request<'_>) {
        let place = format!("{}/value", self.at);
        let Some(value) = self.value else { return };
        let object = value.as_object();
        let odd = object.and_then(|object| object.keys().find(|name| is_path(name, request.kind)));
        bench.hold(request, "RFC7644-3.5.2.3-01", object.is_some() && odd.is_none(), || match odd {
            Some(name) => {
                flaw(place.clone(), "names of attributes", format!("the name {}", quote(name))).weighing_less()
            }
            None => flaw(place.clone(), "an object of attributes", format!("the value {}", show(Some(value)))),
        });
        let (Some(object), Some(kind)) = (object, request.kind) else { return };
        let own_id = request.addressed().and_then(|(_, id)| id);
        let changed = object.iter().find(|(name, value)| {
            let fixed = kind.base_attribute(name).is_some_and(|a| a.mutability == Mutability::ReadOnly);
            let named = !value.is_null() && !value.as_array().is_some_and(Vec::is_empty);
            fixed && named && !name.eq_ignore_ascii_case("meta") && value.as_str() != own_id
        });
        bench.hold(request, "RFC7644-3.5.2-12", changed.is_none(), || {
            let (name, value) = changed.map_or(("", &Value::Null), |(name, value)| (name.as_str(), value));
            flaw(format!("{place}/{name}"), "what may be changed", format!("{name}: {}", show(Some(value))))
        });
        Held { bench, request, alone: true }.attributes(object, kind, &place);
    }
}

/// Whether a name in the place of an attribute's is a path.
fn is_path(name: &str, kind: Option<&ResourceType>) -> bool {
    if name.contains('[') {
        return true;
    }
    let whole = kind.is_some_and(|kind| kind.extension(name).is_some());
    if whole {
        return false;
    }
    match name.rsplit_once(':') {
        // An extension that is not known may end so too.
        Some((urn, _)) => kind.is_some_and(|kind| kind.extension(urn).is_some()),
        None => name.contains('.'),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Hazard, Violation, Warning};
    use serde_json::{Value, json};

    fn patched(target: &str, operation: Value) -> [Sending; 1] {
        [patch(target, &[operation])]
    }

    fn user(operation: Value) -> [Sending; 1] {
        patched("/Users/u1", operation)
    }

    #[test]
    fn a_patch_is_a_message_of_operations() {
        let good = user(json!({"op": "replace", "path": "active", "value": false}));
        green(&good, "RFC7644-3.5.2-03");
        green(&good, "RFC7644-3.5.2-04");
        let operations = json!([{"op": "replace", "path": "active", "value": false}]);
        let raw = |body: Value| [sent("PATCH", "/Users/u1", Some(&body))];
        red(&raw(json!({"Operations": operations})), "RFC7644-3.5.2-03", Violation);
        let urn = "urn:ietf:params:scim:api:messages:2.0:PatchOp";
        green(&raw(json!({"schemas": [urn], "operations": operations})), "RFC7644-3.5.2-04");
        red(&raw(json!({"schemas": [urn]})), "RFC7644-3.5.2-04", Violation);
        red(&raw(json!({"schemas": [urn], "Operations": []})), "RFC7644-3.5.2-04", Violation);
        red(&raw(json!({"schemas": [urn], "Operations": {"op": "add"}})), "RFC7644-3.5.2-04", Violation);
    }

    #[test]
    fn an_operation_has_what_it_needs() {
        green(&user(json!({"op": "remove", "path": "title"})), "RFC7644-3.5.2-05");
        red(&user(json!({"path": "title"})), "RFC7644-3.5.2-05", Violation);
        green(&user(json!({"op": "add", "path": "title", "value": "x"})), "RFC7644-3.5.2-06");
        red(&user(json!({"op": "Add", "path": "title", "value": "x"})), "RFC7644-3.5.2-06", Violation);
        red(&user(json!({"op": "move", "path": "title"})), "RFC7644-3.5.2-06", Violation);
        green(&user(json!({"op": "remove", "path": "title"})), "RFC7644-3.5.2-08");
        red(&user(json!({"op": "remove", "value": {"title": "x"}})), "RFC7644-3.5.2-08", Violation);
        green(&user(json!({"op": "add", "path": "title", "value": "x"})), "RFC7644-3.5.2.1-01");
        red(&user(json!({"op": "add", "path": "title"})), "RFC7644-3.5.2.1-01", Violation);
        green(&user(json!({"op": "replace", "path": "title", "value": null})), "RFC7644-3.5.2.3-11");
        red(&user(json!({"op": "replace", "path": "title"})), "RFC7644-3.5.2.3-11", Violation);
    }

    #[test]
    fn a_path_is_one_and_leads_to_what_may_be_changed() {
        for good in ["title", "name.givenName", "emails[type eq \"work\"].value"] {
            green(&user(json!({"op": "replace", "path": good, "value": "a@b.example"})), "RFC7644-3.5.2-09");
        }
        for bad in [json!("emails[type eq work].value"), json!("/title"), json!(["title"])] {
            red(&user(json!({"op": "replace", "path": bad, "value": "x"})), "RFC7644-3.5.2-09", Violation);
        }
        let unknown =
            |status| [patch("/Users/u1", &[json!({"op": "add", "path": "shoeSize", "value": 4})]).status(status)];
        unseen(&unknown(200), "RFC7644-3.5.2-11");
        red(&unknown(400), "RFC7644-3.5.2-11", Violation);
        green(&user(json!({"op": "add", "path": "title", "value": "x"})), "RFC7644-3.5.2-11");
        green(&user(json!({"op": "add", "path": "title", "value": "x"})), "RFC7644-3.5.2-12");
        red(&user(json!({"op": "add", "path": "groups", "value": [{"value": "g"}]})), "RFC7644-3.5.2-12", Violation);
        red(&user(json!({"op": "replace", "path": "meta.created", "value": "x"})), "RFC7644-3.5.2-12", Violation);
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let path = format!("{urn}:department");
        green(&user(json!({"op": "add", "path": path, "value": "x"})), "RFC7644-3.10-03");
        red(&user(json!({"op": "add", "path": "department", "value": "x"})), "RFC7644-3.10-03", Warning);
        clean(&user(json!({"op": "add", "path": urn, "value": {"department": "x"}})));
    }

    #[test]
    fn values_fit_where_they_go() {
        red(&user(json!({"op": "replace", "path": "active", "value": "False"})), "RFC7643-2.3.2-01", Violation);
        green(&user(json!({"op": "replace", "path": "active", "value": false})), "RFC7643-2.3.2-01");
        let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
        for (op, id) in [("add", "RFC7644-3.5.2.1-05"), ("replace", "RFC7644-3.5.2.3-05")] {
            green(&user(json!({"op": op, "path": manager, "value": {"value": "4711"}})), id);
            red(&user(json!({"op": op, "path": manager, "value": "4711"})), id, Violation);
        }
        let add = |value: Value| patched("/Groups/g1", json!({"op": "add", "path": "members", "value": value}));
        clean(&add(json!([{"value": "u1"}])));
        clean(&add(json!({"value": "u1"})));
        red(&add(json!(["u1"])), "RFC7643-2.3-02", Violation);
        clean(&user(json!({"op": "replace", "path": "emails[type eq \"work\"]", "value": {"value": "a@b.example"}})));
        red(
            &user(json!({"op": "add", "path": "addresses[type eq \"work\"].country", "value": "Sweden"})),
            "RFC7643-4.1.2-21",
            Violation,
        );
    }

    #[test]
    fn without_a_path_the_value_names_attributes() {
        let id = "RFC7644-3.5.2.3-01";
        let replace = |value: Value| user(json!({"op": "replace", "value": value}));
        green(&replace(json!({"active": false})), id);
        red(&replace(json!("{\"active\": false}")), id, Violation);
        red(&replace(json!({"name.givenName": "Ada"})), id, Warning);
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        red(&replace(json!({format!("{urn}:department"): "x"})), id, Warning);
        clean(&replace(json!({urn: {"department": "x"}})));
        red(&replace(json!({"active": "False"})), "RFC7643-2.3.2-01", Violation);
        green(&replace(json!({"id": "u1", "title": "x", "groups": []})), "RFC7644-3.5.2-12");
        red(&replace(json!({"id": "u2", "title": "x"})), "RFC7644-3.5.2-12", Violation);
    }

    #[test]
    fn one_member_is_removed_by_a_path() {
        let id = "HAZARD-REMOVES-ALL";
        let remove =
            |path: &str, value: Value| patched("/Groups/g1", json!({"op": "remove", "path": path, "value": value}));
        green(&patched("/Groups/g1", json!({"op": "remove", "path": "members"})), id);
        green(&remove("members", json!([])), id);
        red(&remove("members", json!([{"value": "u1"}])), id, Hazard);
        clean(&remove("members[value eq \"u1\"]", Value::Null));
    }
}
