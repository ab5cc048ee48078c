//! One resource as an answer shows it: `schemas`, `id`, `meta`, what is required and what is never shown.

use super::address;
use super::examination::{Deviation, Examination, is_message, lists, resource_type, show, shows_one};
use super::shape::{self, Misshape, Moment, Sheet, moment};
use crate::verdict::Severity;
use client::observe::member;
use client::wire::Method;
use scim::schema::ResourceType;
use scim::secrecy::MARK;
use scim::urn;
use serde_json::Value;
use std::collections::BTreeMap;

pub(super) fn check(bench: &mut Examination<'_>) {
    let seen = bench.seen;
    let Some(body) = seen.json() else { return };
    if shows_one(seen) {
        if is_resource(bench, body) {
            let sheet = look(bench, body, false);
            bench.verdicts.exercised.extend(&sheet.held);
            for flaw in sheet.flaws {
                report(bench, flaw, "", None);
            }
            super::identity::check(bench, body);
        }
    } else if lists(seen) && is_message(body, urn::LIST_RESPONSE) {
        items(bench);
    }
}

/// Whether the body is a resource at all: one finding for the root, none for what follows from it.
fn is_resource(bench: &mut Examination<'_>, body: &Value) -> bool {
    let marks = ["id", "schemas", "userName", "displayName", urn::USER, urn::GROUP];
    let holds = !is_message(body, urn::LIST_RESPONSE) && marks.iter().any(|name| member(body, name).is_some());
    let id = match bench.seen.method() {
        Method::Post => "RFC7644-3.3-08",
        Method::Put => "RFC7644-3.5.1-19",
        Method::Patch => "RFC7644-3.5.2-26",
        Method::Get | Method::Delete => "RFC7644-3.4.1-01",
    };
    bench.require(id, holds, || Deviation::body("", "the resource", show(Some(body))).weighing(Severity::Violation))
}

fn report(bench: &mut Examination<'_>, flaw: Misshape, prefix: &str, count: Option<(usize, usize)>) {
    let seen = match count {
        Some((some, all)) if all > 1 => format!("{} ({some} of {all} resources)", flaw.seen),
        _ => flaw.seen,
    };
    let told = Deviation::body(format!("{prefix}{}", flaw.pointer), flaw.expected, seen);
    bench.broken(flaw.id, if flaw.mild { told.weighing(Severity::Warning) } else { told });
}

/// The items of a list: what is wrong with many of them in the same way is one finding, shown at the first.
fn items(bench: &mut Examination<'_>) {
    let all = bench.seen.resources();
    let mut alike: BTreeMap<(&'static str, String), (Misshape, usize, usize)> = BTreeMap::new();
    for (index, item) in all.iter().enumerate() {
        let sheet = look(bench, item, true);
        bench.verdicts.exercised.extend(&sheet.held);
        let mut told = std::collections::BTreeSet::new();
        for flaw in sheet.flaws {
            let key = (flaw.id, flaw.pointer.chars().filter(|c| !c.is_ascii_digit()).collect::<String>());
            let once = told.insert(key.clone());
            let entry = alike.entry(key).or_insert((flaw, index, 0));
            entry.2 += usize::from(once);
        }
    }
    for (_, (flaw, first, count)) in alike {
        report(bench, flaw, &format!("/Resources/{first}"), Some((count, all.len())));
    }
}

fn look(bench: &Examination<'_>, resource: &Value, in_list: bool) -> Sheet {
    let rt = resource_type(bench.seen);
    let projected = bench.seen.asked("attributes").is_some() || bench.seen.asked("excludedAttributes").is_some();
    let mut sheet = Sheet::default();
    schemas(&mut sheet, resource, rt, projected);
    id(&mut sheet, resource);
    meta(&mut sheet, resource, rt, projected);
    secrets(&mut sheet, resource, rt);
    names(&mut sheet, resource);
    address::check(&mut sheet, resource);
    let Some(rt) = rt else { return sheet };
    let nested = member(resource, &rt.schema.id).filter(|v| v.as_object().is_some_and(|o| !o.is_empty()));
    // Wrapped core attributes explain every attribute that then seems to be missing.
    if sheet.hold(
        "RFC7643-3.3-07",
        nested.is_none(),
        &format!("/{}", rt.schema.id),
        "core attributes at the top",
        nested,
    ) {
        if !projected {
            required(&mut sheet, resource, rt, in_list);
        }
        shape::check(&mut sheet, resource, rt);
    }
    sheet
}

fn schemas(sheet: &mut Sheet, resource: &Value, rt: Option<&ResourceType>, projected: bool) {
    let given = member(resource, "schemas");
    let names: Option<Vec<&str>> =
        given.and_then(Value::as_array).and_then(|all| all.iter().map(Value::as_str).collect());
    let Some(names) = names.filter(|n| !n.is_empty()) else {
        // Projections of lists are shown without it in the RFC's own examples.
        let holds = projected && given.is_none();
        sheet.hold("RFC7643-3-02", holds, "/schemas", "an array with the schemas' URNs", given);
        return;
    };
    sheet.held.insert("RFC7643-3-02");
    let mut lower: Vec<String> = names.iter().map(|n| n.to_ascii_lowercase()).collect();
    lower.sort_unstable();
    let quoted = names.iter().any(|n| address::is_quoted(n));
    if sheet.hold("RFC7643-1.1-01", !quoted, "/schemas", "URNs without quotation marks in them", given) {
        let uris = names.iter().all(|n| address::is_uri(n));
        sheet.hold("RFC7643-3-03", uris, "/schemas", "URIs", given);
    }
    let once = lower.windows(2).all(|pair| pair[0] != pair[1]);
    sheet.hold("RFC7643-3-08", once, "/schemas", "each URN once", given);
    if let Some(rt) = rt {
        let base = names.iter().any(|n| urn::same(n, &rt.schema.id));
        sheet.hold("RFC7643-3.3-03", base, "/schemas", format!("{} among them", rt.schema.id), given);
    }
    let extensions = resource.as_object().into_iter().flatten().filter(|(name, value)| {
        name.get(..4).is_some_and(|p| p.eq_ignore_ascii_case("urn:"))
            && value.as_object().is_some_and(|o| !o.is_empty())
    });
    for (name, _) in extensions.filter(|(name, _)| rt.is_none_or(|rt| !urn::same(name, &rt.schema.id))) {
        let named = names.iter().any(|n| urn::same(n, name));
        sheet.hold("RFC7643-3.3-08", named, "/schemas", format!("{name} among them"), given);
    }
}

fn id(sheet: &mut Sheet, resource: &Value) {
    let given = member(resource, "id");
    let text = given.and_then(Value::as_str).filter(|t| !t.is_empty());
    if sheet.hold("RFC7643-3.1-06", text.is_some(), "/id", "a string that is not empty", given) {
        let reserved = text.is_some_and(|t| t.contains("bulkId"));
        sheet.hold("RFC7643-3.1-11", !reserved, "/id", "an id without the reserved word bulkId", given);
    }
}

fn meta(sheet: &mut Sheet, resource: &Value, rt: Option<&ResourceType>, projected: bool) {
    let given = member(resource, "meta").filter(|m| !m.is_null());
    let Some(meta) = given.filter(|m| m.is_object()) else {
        sheet.hold("RFC7643-3.1-02", projected && given.is_none(), "/meta", "an object set by the server", given);
        return;
    };
    let part = |name: &str| member(meta, name).filter(|v| !v.is_null());
    if !projected {
        let missing: Vec<&str> =
            ["resourceType", "created", "lastModified", "location"].into_iter().filter(|n| part(n).is_none()).collect();
        let expected = format!("meta with {}", missing.join(", "));
        sheet.hold("RFC7643-3.1-02", missing.is_empty(), "/meta", expected, Some(meta));
    }
    if let (Some(kind), Some(rt)) = (part("resourceType"), rt) {
        let quoted = kind.as_str().is_some_and(address::is_quoted);
        if sheet.hold("RFC7643-1.1-01", !quoted, "/meta/resourceType", &*rt.name, Some(kind)) {
            sheet.hold("RFC7643-3.1-25", kind.as_str() == Some(&rt.name), "/meta/resourceType", &*rt.name, Some(kind));
        }
    }
    for name in ["created", "lastModified"] {
        let Some(value) = part(name) else { continue };
        let at = format!("/meta/{name}");
        let read = value.as_str().and_then(moment);
        if sheet.hold("RFC7643-2.3.5-01", read.is_some(), &at, "a date and time like 2026-01-02T03:04:05Z", Some(value))
        {
            let instant = matches!(read, Some(Moment::Instant(_)));
            sheet.hold("RFC7643-3.1-36", instant, &at, "a time with its zone", Some(value));
        }
    }
    for name in ["location", "version"] {
        if let Some(value) = part(name) {
            sheet.hold("RFC7643-2.3-02", value.is_string(), &format!("/meta/{name}"), "a string", Some(value));
        }
    }
    location(sheet, resource, part("location"));
}

/// Names of attributes have a form (RFC 7643 section 2.1); those of extensions are URNs. A path is no name.
fn names(sheet: &mut Sheet, resource: &Value) {
    let wrong = resource.as_object().into_iter().flatten().find_map(|(name, value)| {
        let own = !name.contains(':') && !is_name(name);
        if own { Some(name) } else { wrong_name(value) }
    });
    let shown = wrong.map(|name| Value::from(name.as_str()));
    let at = wrong.map_or(String::new(), |name| format!("/{}", name.replace('~', "~0").replace('/', "~1")));
    sheet.hold(
        "RFC7643-2.1-04",
        wrong.is_none(),
        &at,
        "names of letters, digits, hyphens and underscores",
        shown.as_ref(),
    );
}

/// The first member inside a value whose name is none.
fn wrong_name(value: &Value) -> Option<&String> {
    match value {
        Value::Array(values) => values.iter().find_map(wrong_name),
        Value::Object(members) => {
            members.iter().find_map(|(name, value)| if is_name(name) { wrong_name(value) } else { Some(name) })
        }
        _ => None,
    }
}

/// `$ref` is one, although the rule wants a letter first. What stands for a secret that was taken out is nobody's name.
fn is_name(name: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'$' | b'-' | b'_');
    name == "$ref"
        || name.contains(MARK)
        || name.starts_with(|c: char| c.is_ascii_alphabetic()) && name.bytes().all(plain)
}

/// The host is left alone: behind a proxy a server often knows itself by another name.
fn location(sheet: &mut Sheet, resource: &Value, given: Option<&Value>) {
    let own = member(resource, "id").and_then(Value::as_str).filter(|id| !id.is_empty());
    let (Some(id), Some(place)) = (own, given.and_then(Value::as_str)) else {
        return;
    };
    let (path, plain) = address::path(place);
    let own = path.ends_with(&format!("/{id}")) || plain.to_lowercase().ends_with(&format!("/{}", id.to_lowercase()));
    sheet.hold("RFC7643-3.1-31", own, "/meta/location", format!("the resource's own URI, ending in /{id}"), given);
}

fn required(sheet: &mut Sheet, resource: &Value, rt: &ResourceType, in_list: bool) {
    let (id, name) = match rt.name.as_str() {
        "User" => ("RFC7643-4.1.1-01", "userName"),
        "Group" => ("RFC7643-4.2-02", "displayName"),
        _ => return,
    };
    let given = member(resource, name);
    let holds = match given {
        // A wrong type is another requirement's.
        Some(Value::String(text)) => !text.trim().is_empty(),
        Some(Value::Null) | None => false,
        Some(_) => true,
    };
    sheet.hold(id, holds, &format!("/{name}"), format!("a {name}"), given);
    // In a list it may be another client's leftover rather than what the server does.
    if in_list {
        sheet.mildly(holds);
    }
}

/// A password in an answer is a leak, wherever it stands in the resource.
fn secrets(sheet: &mut Sheet, resource: &Value, rt: Option<&ResourceType>) {
    let user = rt.is_some_and(|rt| rt.name == "User");
    if !user {
        return;
    }
    let holders = [Some(resource), member(resource, urn::USER)];
    let shown = holders.into_iter().flatten().find_map(|r| member(r, "password")).filter(|p| !p.is_null());
    let told = shown.map(|_| Value::from("a password (not shown here)"));
    sheet.hold("RFC7643-7-35", shown.is_none(), "/password", "no password", told.as_ref());
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Place;
    use crate::verdict::Severity::{Hazard, Violation, Warning};
    use client::wire::Method::{Get, Post};
    use serde_json::{Value, json};

    fn shown(resource: &Value) -> super::super::Verdicts {
        seen(Get, "/Users/u1").json(resource).judge()
    }

    #[test]
    fn schemas_name_the_base_once() {
        green(&shown(&ada()), "RFC7643-3-02");
        red(&shown(&without(&ada(), "/schemas")), "RFC7643-3-02", Violation);
        red(&shown(&with(&ada(), "/schemas", json!([]))), "RFC7643-3-02", Violation);
        green(&shown(&ada()), "RFC7643-3.3-03");
        red(&shown(&with(&ada(), "/schemas", json!(["urn:x:y"]))), "RFC7643-3.3-03", Violation);
        let urn = "urn:ietf:params:scim:schemas:core:2.0:User";
        green(&shown(&with(&ada(), "/schemas", json!([urn.to_lowercase()]))), "RFC7643-3-08");
        red(&shown(&with(&ada(), "/schemas", json!([urn, urn]))), "RFC7643-3-08", Violation);
    }

    #[test]
    fn an_extension_is_named() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let user = with(&ada(), &format!("/{urn}"), json!({"department": "R"}));
        red(&shown(&user), "RFC7643-3.3-08", Warning);
        let named = with(&user, "/schemas", json!(["urn:ietf:params:scim:schemas:core:2.0:User", urn]));
        green(&shown(&named), "RFC7643-3.3-08");
        clean(&shown(&with(&ada(), &format!("/{urn}"), json!({}))));
    }

    #[test]
    fn ids_are_strings() {
        green(&shown(&ada()), "RFC7643-3.1-06");
        for wrong in [json!(5), json!(""), json!(null)] {
            red(&shown(&with(&ada(), "/id", wrong)), "RFC7643-3.1-06", Violation);
        }
        green(&shown(&ada()), "RFC7643-3.1-11");
        let reserved = with(&with(&ada(), "/id", "bulkId:1"), "/meta/location", "/Users/bulkId:1");
        red(&seen(Get, "/Users/bulkId:1").json(&reserved).judge(), "RFC7643-3.1-11", Violation);
    }

    #[test]
    fn meta_is_whole_and_right() {
        green(&shown(&with(&ada(), "/meta/version", "W/\"1\"")), "RFC7643-3.1-02");
        red(&shown(&without(&ada(), "/meta")), "RFC7643-3.1-02", Violation);
        red(&shown(&without(&ada(), "/meta/created")), "RFC7643-3.1-02", Violation);
        green(&shown(&ada()), "RFC7643-3.1-25");
        red(&shown(&with(&ada(), "/meta/resourceType", "user")), "RFC7643-3.1-25", Violation);
        green(&shown(&ada()), "RFC7643-2.3.5-01");
        red(&shown(&with(&ada(), "/meta/created", 1_767_000_000)), "RFC7643-2.3.5-01", Violation);
        green(&shown(&ada()), "RFC7643-3.1-36");
        red(&shown(&with(&ada(), "/meta/lastModified", "2026-01-02T03:04:05")), "RFC7643-3.1-36", Warning);
    }

    #[test]
    fn the_location_is_the_resources_own() {
        for right in ["/Users/u1", "http://internal:8080/scim/Users/u1/", "https://app.example/scim/v2/Users/u%31?x=1"]
        {
            green(&shown(&with(&ada(), "/meta/location", right)), "RFC7643-3.1-31");
        }
        red(&shown(&with(&ada(), "/meta/location", "https://app.example/scim/v2/Users")), "RFC7643-3.1-31", Violation);
    }

    #[test]
    fn required_attributes_have_a_value() {
        green(&shown(&ada()), "RFC7643-4.1.1-01");
        red(&shown(&without(&ada(), "/userName")), "RFC7643-4.1.1-01", Violation);
        let group = |g: &Value| seen(Get, "/Groups/g1").json(g).judge();
        green(&group(&crew()), "RFC7643-4.2-02");
        green(&group(&without(&crew(), "/members")), "RFC7643-4.2-02");
        red(&group(&with(&crew(), "/displayName", " ")), "RFC7643-4.2-02", Violation);
    }

    #[test]
    fn attribute_names_have_no_case() {
        let mut user = without(&ada(), "/userName");
        user["USERNAME"] = "ada@example.com".into();
        clean(&shown(&user));
    }

    #[test]
    fn names_of_attributes_have_a_form() {
        let referring = with(&ada(), "/groups", json!([{"value": "g1", "$ref": "/Groups/g1", "x-y_1": true}]));
        green(&shown(&referring), "RFC7643-2.1-04");
        green(&shown(&with(&ada(), "/[redacted]", "x")), "RFC7643-2.1-04");
        for name in ["emails[primary eq true]", "name.givenName", "1st", "first name", ""] {
            let mut user = ada();
            user[name] = json!("x");
            red(&shown(&user), "RFC7643-2.1-04", Violation);
            red(&shown(&with(&ada(), "/name", json!({ name: "x" }))), "RFC7643-2.1-04", Violation);
        }
        let urn = "urn:example:ext:2.0:User";
        let mut user = with(&ada(), "/schemas", json!([ada()["schemas"][0], urn]));
        user[urn] = json!({"a b": 1});
        red(&shown(&user), "RFC7643-2.1-04", Violation);
    }

    #[test]
    fn wrapped_core_attributes_give_one_finding() {
        let urn = "urn:ietf:params:scim:schemas:core:2.0:User";
        let user = with(&without(&ada(), "/userName"), &format!("/{urn}"), json!({"userName": "ada"}));
        red(&shown(&user), "RFC7643-3.3-07", Violation);
        green(&shown(&ada()), "RFC7643-3.3-07");
    }

    #[test]
    fn a_password_is_never_shown() {
        green(&shown(&with(&ada(), "/password", json!(null))), "RFC7643-7-35");
        red(&shown(&with(&ada(), "/password", "hunter2")), "RFC7643-7-35", Hazard);
        assert!(!format!("{:?}", shown(&with(&ada(), "/password", "hunter2"))).contains("hunter2"));
    }

    #[test]
    fn a_list_in_place_of_a_resource_gives_one_finding() {
        red(&shown(&list(&[ada()])), "RFC7644-3.4.1-01", Violation);
        let created = |body: &Value| {
            seen(Post, "/Users")
                .sent(&ada_sent())
                .status(201)
                .header("location", &format!("{BASE}/Users/u1"))
                .json(body)
        };
        red(&created(&json!({"user": ada()})).judge(), "RFC7644-3.3-08", Violation);
        green(&created(&ada()).judge(), "RFC7644-3.3-08");
    }

    #[test]
    fn the_same_flaw_of_many_items_is_one_finding() {
        let item = |n: usize| {
            let user = with(&with(&ada(), "/id", format!("u{n}")), "/meta/location", format!("/Users/u{n}"));
            with(&user, "/active", if n == 0 { json!(true) } else { json!("true") })
        };
        let items: Vec<Value> = (0..40).map(item).collect();
        let verdicts = seen(Get, "/Users").json(&list(&items)).judge();
        red(&verdicts, "RFC7643-2.3.2-01", Violation);
        assert_eq!(verdicts.findings[0].place, Place::Body("/Resources/1/active".into()));
        assert!(verdicts.findings[0].seen.contains("39 of 40"), "{}", verdicts.findings[0].seen);
    }

    #[test]
    fn a_nameless_user_in_a_list_may_be_anothers() {
        let items = [without(&ada(), "/userName")];
        red(&seen(Get, "/Users").json(&list(&items)).judge(), "RFC7643-4.1.1-01", Warning);
    }

    #[test]
    fn a_projection_need_not_show_everything() {
        let bare = json!({"id": "u1", "userName": "ada@example.com"});
        clean(&seen(Get, "/Users/u1?attributes=userName").json(&bare).judge());
    }
}
