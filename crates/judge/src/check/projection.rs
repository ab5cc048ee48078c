//! `attributes` and `excludedAttributes` (RFC 7644 section 3.9).

use super::examination::{Deviation, Examination, resource_type, shows_one};
use client::observe::member;
use scim::schema::{ResourceType, Returned};
use scim::urn;
use serde_json::Value;

pub(super) fn check(bench: &mut Examination<'_>) {
    let Some(rt) = resource_type(bench.seen) else { return };
    let (only, not) = (bench.seen.asked("attributes"), bench.seen.asked("excludedAttributes"));
    let one = shows_one(bench.seen);
    let whole = bench.seen.json().filter(|_| one).map(std::slice::from_ref);
    let items = whole.unwrap_or_else(|| bench.seen.resources());
    let at = |index: usize| if one { String::new() } else { format!("/Resources/{index}") };
    match (only.filter(|t| !t.trim().is_empty()), not.filter(|t| !t.trim().is_empty())) {
        // Both at once exclude each other; what then happens is nowhere said.
        (Some(names), None) => {
            let names = read(&names, rt);
            // One or two may be declared as always returned in the server's own schema.
            let extra =
                items.iter().enumerate().map(|(i, item)| (i, unasked(item, &names, rt))).find(|(_, e)| e.len() > 2);
            if !items.is_empty() {
                bench.require("RFC7644-3.9-02", extra.is_none(), || {
                    let (i, extra) = extra.unwrap_or_default();
                    let first = extra.first().copied().unwrap_or_default();
                    Deviation::body(
                        format!("{}/{first}", at(i)),
                        "only what was asked for",
                        format!("{} as well", extra.join(", ")),
                    )
                });
            }
            named(bench, items, &names, rt, &at);
        }
        (None, Some(names)) => {
            let names = read(&names, rt);
            let left = items.iter().enumerate().find_map(|(i, item)| Some((i, kept(item, &names, rt)?)));
            if !items.is_empty() {
                bench.require("RFC7644-3.9-05", left.is_none(), || {
                    let (i, name) = left.unwrap_or_default();
                    Deviation::body(format!("{}/{name}", at(i)), format!("no {name}: it was excluded"), "it is there")
                });
            }
        }
        _ => {}
    }
}

/// Names as they were asked for, lower-case, without the base schema's URN.
fn read(names: &str, rt: &ResourceType) -> Vec<String> {
    let base = format!("{}:", rt.schema.id.to_ascii_lowercase());
    names
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .map(|name| name.strip_prefix(&base).map_or_else(|| name.clone(), str::to_owned))
        .filter(|name| !name.is_empty())
        .collect()
}

/// Attributes nobody asked for. `meta`, `externalId` and the resource's name are let pass: a server may declare them
/// as always returned.
fn unasked<'a>(item: &'a Value, names: &[String], rt: &ResourceType) -> Vec<&'a str> {
    const PASS: [&str; 6] = ["id", "schemas", "meta", "externalid", "username", "displayname"];
    let shown = item.as_object().into_iter().flatten();
    let named = shown.filter(|(_, value)| has_value(value)).map(|(name, _)| name.as_str());
    let extra = named.filter(|name| {
        let lower = name.to_ascii_lowercase();
        let known =
            rt.base_attribute(name).is_some_and(|a| a.returned == Returned::Default) || rt.extension(name).is_some();
        let own = |asked: &String| {
            *asked == lower || asked.strip_prefix(&lower).is_some_and(|rest| rest.starts_with(['.', ':', '[']))
        };
        // An extension's attribute may have been named without its URN.
        let within = rt.extension(name).is_some_and(|e| names.iter().any(|n| e.attribute(n).is_some()));
        known && !within && !PASS.contains(&lower.as_str()) && !names.iter().any(own)
    });
    extra.collect()
}

/// An attribute that was to be left out. Only whole attributes are looked at.
fn kept<'a>(item: &'a Value, names: &[String], rt: &ResourceType) -> Option<&'a str> {
    item.as_object()?.iter().filter(|(_, value)| has_value(value)).map(|(name, _)| name.as_str()).find(|name| {
        let lower = name.to_ascii_lowercase();
        let optional = rt.base_attribute(name).is_some_and(|a| a.returned == Returned::Default && !a.required);
        optional && lower != "meta" && names.contains(&lower)
    })
}

/// No value at all is as good as absence (RFC 7643 section 2.5).
fn has_value(value: &Value) -> bool {
    !value.is_null() && value.as_array().is_none_or(|a| !a.is_empty())
}

/// What was asked for by name and surely has a value is shown.
fn named(
    bench: &mut Examination<'_>,
    items: &[Value],
    names: &[String],
    rt: &ResourceType,
    at: &dyn Fn(usize) -> String,
) {
    let key = if urn::same(&rt.schema.id, urn::USER) { "userName" } else { "displayName" };
    if items.is_empty() || !names.iter().any(|n| n.eq_ignore_ascii_case(key)) {
        return;
    }
    let missing = items.iter().position(|item| member(item, key).is_none());
    bench.require("RFC7644-3.9-03", missing.is_none(), || {
        Deviation::body(
            format!("{}/{key}", at(missing.unwrap_or_default())),
            format!("{key}: it was asked for"),
            "nothing",
        )
    });
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::Violation;
    use client::wire::Method::Get;
    use serde_json::{Value, json};

    fn shown(target: &str, item: &Value) -> super::super::Verdicts {
        seen(Get, target).json(item).judge()
    }

    #[test]
    fn only_what_was_asked_for() {
        let some = json!({"id": "u1", "schemas": ada()["schemas"], "userName": "ada", "name": {"givenName": "Ada"}});
        for names in ["userName,name", "USERNAME,name.givenName", "urn:ietf:params:scim:schemas:core:2.0:User:name"] {
            green(&shown(&format!("/Users/u1?attributes={names}"), &some), "RFC7644-3.9-02");
        }
        green(&shown("/Users/u1?attributes=userName", &some), "RFC7644-3.9-02");
        let in_list = list(&[json!({"id": "u1", "userName": "ada", "meta": ada()["meta"]})]);
        green(&shown("/Users?attributes=userName", &in_list), "RFC7644-3.9-02");
        red(&shown("/Users?attributes=userName", &list(&[ada()])), "RFC7644-3.9-02", Violation);
        clean(&shown("/Users/u1?attributes=userName&excludedAttributes=name", &ada()));
    }

    #[test]
    fn what_was_asked_for_is_there() {
        green(&shown("/Users/u1?attributes=userName", &json!({"id": "u1", "userName": "ada"})), "RFC7644-3.9-03");
        red(&shown("/Users/u1?attributes=userName", &json!({"id": "u1"})), "RFC7644-3.9-03", Violation);
    }

    #[test]
    fn what_was_excluded_is_not() {
        let at = "/Groups/g1?excludedAttributes=members";
        green(&shown(at, &without(&crew(), "/members")), "RFC7644-3.9-05");
        green(&shown(at, &with(&crew(), "/members", json!([]))), "RFC7644-3.9-05");
        red(&shown(at, &crew()), "RFC7644-3.9-05", Violation);
        green(&shown("/Groups/g1?excludedAttributes=id,displayName", &crew()), "RFC7644-3.9-05");
    }
}
