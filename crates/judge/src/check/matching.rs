//! Whether every item of a list matches the filter that was sent (RFC 7644 section 3.4.2.2).

use super::examination::{Deviation, Examination, resource_type};
use client::observe::{Observation, member};
use scim::filter::{CompareOp, Filter, Literal, Test};
use scim::path::AttrPath;
use scim::schema::{Kind, ResourceType};
use scim::urn;
use serde_json::Value;

pub(super) fn check(bench: &mut Examination<'_>) {
    let Some(rt) = resource_type(bench.seen) else { return };
    let Some(text) = bench.seen.asked("filter") else { return };
    let Some(filter) = Filter::parse(&text).ok().filter(|f| settled(f, None, rt)) else { return };
    let shown = |item: &Value| named(&filter).iter().all(|path| shows(item, path, rt));
    let items: Vec<(usize, &Value)> = bench.seen.resources().iter().enumerate().filter(|(_, r)| shown(r)).collect();
    if items.is_empty() {
        return;
    }
    let strays: Vec<_> = items.iter().filter(|(_, item)| !filter.matches(item, rt)).collect();
    let folded = fold_filter(&filter);
    let foreign = strays.iter().find(|(_, item)| !folded.matches(&fold(item), rt));
    let told = |at: usize, item: &Value| {
        let what = ["userName", "displayName", "id"].iter().find_map(|n| member(item, n));
        Deviation::body(format!("/Resources/{at}"), format!("what matches {text}"), super::examination::show(what))
    };
    let matched = bench.require("RFC7644-3.4.2.2-04", foreign.is_none(), || {
        foreign.map_or_else(|| Deviation::body("", "", ""), |(at, item)| told(*at, item))
    });
    if matched {
        let other_case = strays.first();
        bench.require("RFC7644-3.4.2.2-43", other_case.is_none(), || {
            other_case.map_or_else(|| Deviation::body("", "", ""), |(at, item)| told(*at, item))
        });
    }
}

/// Whether no more than one user can match: `userName` is unique (RFC 7643 section 4.1.1).
pub(super) fn names_one(seen: &Observation) -> bool {
    let users = resource_type(seen).is_some_and(|rt| rt.name == "User");
    users && seen.asked("filter").and_then(|text| Filter::parse(&text).ok()).is_some_and(|filter| is_one(&filter))
}

fn is_one(filter: &Filter) -> bool {
    match filter {
        Filter::Attr { path, test: Test::Compare(CompareOp::Eq, Literal::String(_)) } => {
            let core = path.urn.as_ref().is_none_or(|name| urn::same(name, urn::USER));
            core && path.sub.is_none() && path.name.eq_ignore_ascii_case("userName")
        }
        Filter::And(parts) => parts.iter().any(is_one),
        _ => false,
    }
}

/// Whether the RFC settles what the filter means: no wrong literal types, no null, no order among texts, no `ne` over
/// several values, no bare complex attribute. What it leaves open is never held against a server.
fn settled(filter: &Filter, inside: Option<&AttrPath>, rt: &ResourceType) -> bool {
    match filter {
        Filter::Attr { path, test } => {
            let path =
                inside.map_or_else(|| path.clone(), |outer| AttrPath { sub: Some(path.name.clone()), ..outer.clone() });
            let Some(found) = rt.attribute(&path) else { return false };
            let many = inside.is_none() && found.attribute.multi_valued;
            match test {
                Test::Present => true,
                Test::Compare(op, literal) => {
                    let typed = match (found.leaf().kind, literal) {
                        (Kind::Boolean, Literal::Bool(_)) => matches!(op, CompareOp::Eq | CompareOp::Ne),
                        (Kind::Integer | Kind::Decimal, Literal::Number(_)) => !op.looks_into(),
                        (Kind::DateTime, Literal::String(_)) => !op.looks_into(),
                        (Kind::String | Kind::Reference, Literal::String(text)) => !op.orders() && !text.is_empty(),
                        _ => false,
                    };
                    typed && !(many && *op == CompareOp::Ne)
                }
            }
        }
        Filter::ValuePath { attr, filter } => inside.is_none() && settled(filter, Some(attr), rt),
        Filter::ValuePathSub { .. } => false,
        Filter::Not(inner) => settled(inner, inside, rt),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().all(|part| settled(part, inside, rt)),
    }
}

/// The attributes that a filter looks at.
fn named(filter: &Filter) -> Vec<&AttrPath> {
    match filter {
        Filter::Attr { path, .. } => vec![path],
        Filter::ValuePath { attr, .. } | Filter::ValuePathSub { attr, .. } => vec![attr],
        Filter::Not(inner) => named(inner),
        Filter::And(parts) | Filter::Or(parts) => parts.iter().flat_map(named).collect(),
    }
}

/// Whether an item shows the attribute: of what is left out of an answer nothing is known.
fn shows(item: &Value, path: &AttrPath, rt: &ResourceType) -> bool {
    let holder = match &path.urn {
        Some(name) if !urn::same(name, &rt.schema.id) => member(item, name),
        _ => Some(item),
    };
    let value = holder.and_then(|h| member(h, &path.name));
    let value = match (&path.sub, value) {
        (Some(sub), Some(Value::Object(_))) => value.and_then(|v| member(v, sub)),
        (Some(sub), Some(Value::Array(items))) => items.iter().find_map(|v| member(v, sub)),
        _ => value,
    };
    // A value of the wrong type is the type's finding, not the filter's.
    let boolean = rt.attribute(path).is_some_and(|found| found.leaf().kind == Kind::Boolean);
    value.is_some_and(|v| !(v.is_null() || (boolean && v.is_string())))
}

/// The value with every text in lower case.
fn fold(value: &Value) -> Value {
    match value {
        Value::String(text) => text.to_lowercase().into(),
        Value::Array(items) => items.iter().map(fold).collect(),
        Value::Object(members) => Value::Object(members.iter().map(|(n, v)| (n.clone(), fold(v))).collect()),
        other => other.clone(),
    }
}

fn fold_filter(filter: &Filter) -> Filter {
    let fold_test = |test: &Test| match test {
        Test::Compare(op, Literal::String(text)) => Test::Compare(*op, Literal::String(text.to_lowercase())),
        other => other.clone(),
    };
    match filter {
        Filter::Attr { path, test } => Filter::Attr { path: path.clone(), test: fold_test(test) },
        Filter::ValuePath { attr, filter } => {
            Filter::ValuePath { attr: attr.clone(), filter: Box::new(fold_filter(filter)) }
        }
        Filter::ValuePathSub { attr, filter, sub, test } => Filter::ValuePathSub {
            attr: attr.clone(),
            filter: Box::new(fold_filter(filter)),
            sub: sub.clone(),
            test: fold_test(test),
        },
        Filter::Not(inner) => Filter::Not(Box::new(fold_filter(inner))),
        Filter::And(parts) => Filter::And(parts.iter().map(fold_filter).collect()),
        Filter::Or(parts) => Filter::Or(parts.iter().map(fold_filter).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use crate::verdict::Severity::{Hazard, Violation};
    use client::wire::Method::Get;
    use client::wire::encode_query_value;
    use serde_json::{Value, json};

    fn found(filter: &str, item: &Value) -> super::super::Verdicts {
        seen(Get, &format!("/Users?filter={}", encode_query_value(filter)))
            .json(&list(std::slice::from_ref(item)))
            .judge()
    }

    #[test]
    fn what_comes_matches_the_filter() {
        for right in [
            r#"userName eq "ADA@example.com""#,
            r#"USERNAME Eq "ada@example.com" and active eq true"#,
            r#"emails[type eq "work" and primary eq true]"#,
            r#"urn:ietf:params:scim:schemas:core:2.0:User:externalId eq "e1""#,
            r#"not (name.givenName eq "Bob")"#,
            r#"meta.created ge "2026-01-02T03:04:05Z""#,
        ] {
            green(&found(right, &ada()), "RFC7644-3.4.2.2-04");
        }
        red(&found(r#"userName eq "bob""#, &ada()), "RFC7644-3.4.2.2-04", Hazard);
        red(&found("active eq false", &ada()), "RFC7644-3.4.2.2-04", Hazard);
        red(&found(r#"emails[type eq "home" and primary eq true]"#, &ada()), "RFC7644-3.4.2.2-04", Hazard);
    }

    #[test]
    fn exact_values_are_matched_exactly() {
        green(&found(r#"externalId eq "e1""#, &ada()), "RFC7644-3.4.2.2-43");
        red(&found(r#"externalId eq "E1""#, &ada()), "RFC7644-3.4.2.2-43", Violation);
    }

    #[test]
    fn what_is_open_or_not_shown_is_not_judged() {
        for open in [
            r#"active eq "True""#,
            r#"userName eq null"#,
            r#"userName gt "zzz""#,
            r#"emails.value ne "ada@example.com""#,
            r#"emails[type eq "work"].value eq "x""#,
            r#"colour eq "red""#,
            r#"title eq "Countess""#,
            "userName zz",
        ] {
            let verdicts = found(open, &ada());
            clean(&verdicts);
            assert!(!verdicts.exercised.contains("RFC7644-3.4.2.2-04"), "{open}");
        }
        red(&found("active eq true", &with(&ada(), "/active", "true")), "RFC7643-2.3.2-01", Violation);
        clean(&found(r#"title eq "x""#, &with(&ada(), "/title", json!(null))));
    }
}
