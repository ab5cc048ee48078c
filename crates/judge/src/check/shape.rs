//! JSON types of attributes, held against the built-in schemas (RFC 7643 sections 2.3 and 2.4).

use client::observe::member;
use scim::schema::{Attribute, Kind, ResourceType};
use serde_json::Value;
use std::collections::{BTreeSet, HashSet};

/// What was held of a resource, and what did not hold. Pointers are relative to the resource.
#[derive(Default)]
pub(super) struct Sheet {
    pub(super) held: BTreeSet<&'static str>,
    pub(super) flaws: Vec<Misshape>,
}

/// One thing wrong with a resource.
pub(super) struct Misshape {
    pub(super) id: &'static str,
    pub(super) pointer: String,
    pub(super) expected: String,
    pub(super) seen: String,
    /// Weighs as a warning only.
    pub(super) mild: bool,
}

impl Sheet {
    pub(super) fn hold(
        &mut self,
        id: &'static str,
        holds: bool,
        pointer: &str,
        expected: impl Into<String>,
        seen: Option<&Value>,
    ) -> bool {
        self.held.insert(id);
        if !holds {
            let seen = super::examination::show(seen);
            self.flaws.push(Misshape { id, pointer: pointer.to_owned(), expected: expected.into(), seen, mild: false });
        }
        holds
    }

    /// The last flaw weighs as a warning.
    pub(super) fn mildly(&mut self, holds: bool) {
        if let Some(last) = self.flaws.last_mut().filter(|_| !holds) {
            last.mild = true;
        }
    }
}

/// Holds every attribute that the schema knows against its type. Null is no value (RFC 7643 section 2.5), and what
/// the schema does not know is the server's own. `schemas`, `id` and `meta` are looked at elsewhere.
pub(super) fn check(sheet: &mut Sheet, resource: &Value, rt: &ResourceType) {
    let Some(object) = resource.as_object() else { return };
    for (name, value) in object {
        if ["schemas", "id", "meta"].iter().any(|n| name.eq_ignore_ascii_case(n)) {
            continue;
        }
        let at = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        if let Some(attribute) = rt.base_attribute(name) {
            attribute_value(sheet, attribute, value, &at);
        } else if let Some(extension) = rt.extension(name) {
            let object = value.as_object();
            sheet.hold("RFC7643-2.3-02", object.is_some() || value.is_null(), &at, "an object", Some(value));
            for (name, value) in object.into_iter().flatten() {
                if let Some(attribute) = extension.attribute(name) {
                    attribute_value(sheet, attribute, value, &format!("{at}/{name}"));
                }
            }
        }
    }
}

fn attribute_value(sheet: &mut Sheet, attribute: &Attribute, value: &Value, at: &str) {
    if value.is_null() {
        return;
    }
    if !attribute.multi_valued {
        single(sheet, attribute, value, at);
        return;
    }
    let items = value.as_array();
    sheet.hold("RFC7643-2.4-01", items.is_some(), at, "an array", Some(value));
    let items = items.map(Vec::as_slice).unwrap_or_default();
    for (index, item) in items.iter().enumerate() {
        single(sheet, attribute, item, &format!("{at}/{index}"));
    }
    elements(sheet, items, at);
}

fn single(sheet: &mut Sheet, attribute: &Attribute, value: &Value, at: &str) {
    if value.is_null() {
        return;
    }
    match attribute.kind {
        Kind::Complex => {
            if sheet.hold("RFC7643-2.3-02", value.is_object(), at, "an object", Some(value)) {
                for (name, value) in value.as_object().into_iter().flatten() {
                    if let Some(sub) = attribute.sub(name) {
                        attribute_value(sheet, sub, value, &format!("{at}/{name}"));
                    }
                }
            }
        }
        Kind::Boolean => {
            sheet.hold("RFC7643-2.3.2-01", value.is_boolean(), at, "true or false", Some(value));
        }
        Kind::Integer | Kind::Decimal => {
            sheet.hold("RFC7643-2.3-02", value.is_number(), at, "a number", Some(value));
        }
        Kind::DateTime => {
            let holds = value.as_str().and_then(moment).is_some();
            sheet.hold("RFC7643-2.3.5-01", holds, at, "a date and time like 2026-01-02T03:04:05Z", Some(value));
        }
        Kind::String | Kind::Reference | Kind::Binary => {
            sheet.hold("RFC7643-2.3-02", value.is_string(), at, "a string", Some(value));
        }
    }
}

/// What holds among the elements of a multi-valued attribute (RFC 7643 section 2.4).
fn elements(sheet: &mut Sheet, items: &[Value], at: &str) {
    if items.len() < 2 {
        return;
    }
    let primary = items.iter().filter(|i| member(i, "primary") == Some(&Value::Bool(true))).count();
    let several = Value::from(format!("{primary} primary values"));
    sheet.hold("RFC7643-2.4-04", primary <= 1, at, "at most one primary value", Some(&several));
    let mut pairs = HashSet::new();
    let twice = items.iter().find(|item| {
        let pair = (member(item, "type").and_then(Value::as_str), member(item, "value").and_then(Value::as_str));
        pair.1.is_some() && !pairs.insert(pair)
    });
    sheet.hold("RFC7643-2.4-11", twice.is_none(), at, "each type and value once", twice);
}

/// A point in time as SCIM writes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Moment {
    /// With a zone: an instant.
    Instant(jiff::Timestamp),
    /// Without: a reading of an unknown clock.
    Local(jiff::civil::DateTime),
}

/// Reads an xsd:dateTime (RFC 7643 section 2.3.5); `t` and `z` pass as RFC 3339 writes them, a blank between does not.
pub(super) fn moment(text: &str) -> Option<Moment> {
    let bytes = text.as_bytes();
    let pattern = b"dddd-dd-ddTdd:dd:dd";
    let fits = |(want, byte): (&u8, &u8)| match want {
        b'd' => byte.is_ascii_digit(),
        want => byte.eq_ignore_ascii_case(want),
    };
    if bytes.len() < pattern.len() || !pattern.iter().zip(bytes).all(fits) {
        return None;
    }
    let (head, tail) = text.split_at_checked(pattern.len())?;
    let digits = tail.strip_prefix('.').map(|f| f.bytes().take_while(u8::is_ascii_digit).count());
    if digits == Some(0) {
        return None;
    }
    let (fraction, zone) = tail.split_at_checked(digits.map_or(0, |d| d + 1))?;
    // More digits than nanoseconds are legal and carry nothing we compare.
    let whole = format!("{head}{}", fraction.get(..fraction.len().min(10))?);
    if zone.is_empty() {
        return whole.parse().ok().map(Moment::Local);
    }
    let offset = zone.as_bytes();
    let numeric = offset.len() == 6 && matches!(offset[0], b'+' | b'-') && offset[3] == b':';
    if !numeric && !zone.eq_ignore_ascii_case("z") {
        return None;
    }
    format!("{whole}{zone}").parse().ok().map(Moment::Instant)
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::*;
    use crate::verdict::Severity::{Violation, Warning};
    use client::wire::Method::Get;
    use serde_json::json;

    fn shown(resource: &Value) -> super::super::Verdicts {
        seen(Get, "/Users/u1").json(resource).judge()
    }

    #[test]
    fn booleans_are_booleans() {
        green(&shown(&ada()), "RFC7643-2.3.2-01");
        red(&shown(&with(&ada(), "/active", "True")), "RFC7643-2.3.2-01", Violation);
        red(&shown(&with(&ada(), "/emails/0/primary", "true")), "RFC7643-2.3.2-01", Violation);
        clean(&shown(&with(&ada(), "/active", json!(null))));
    }

    #[test]
    fn many_values_are_an_array_and_parts_an_object() {
        green(&shown(&ada()), "RFC7643-2.4-01");
        red(&shown(&with(&ada(), "/emails", json!({"value": "a@b.example"}))), "RFC7643-2.4-01", Violation);
        green(&shown(&ada()), "RFC7643-2.3-02");
        red(&shown(&with(&ada(), "/emails", json!(["a@b.example"]))), "RFC7643-2.3-02", Violation);
        red(&shown(&with(&ada(), "/name", "Ada")), "RFC7643-2.3-02", Violation);
        red(&shown(&with(&ada(), "/title", 7)), "RFC7643-2.3-02", Violation);
    }

    #[test]
    fn extensions_are_held_too() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let mut user = with(&ada(), &format!("/{urn}"), json!({"manager": {"value": "u2"}, "costCenter": "1"}));
        user["schemas"] = json!(["urn:ietf:params:scim:schemas:core:2.0:User", urn]);
        green(&shown(&user), "RFC7643-2.3-02");
        user[urn]["manager"] = "u2".into();
        red(&shown(&user), "RFC7643-2.3-02", Violation);
    }

    #[test]
    fn one_primary_and_no_pair_twice() {
        let two = |second: Value| with(&ada(), "/emails", json!([ada()["emails"][0], second]));
        green(&shown(&two(json!({"value": "x@y.example", "type": "home"}))), "RFC7643-2.4-04");
        red(&shown(&two(json!({"value": "x@y.example", "primary": true}))), "RFC7643-2.4-04", Violation);
        green(&shown(&two(json!({"value": "ada@example.com", "type": "home"}))), "RFC7643-2.4-11");
        red(&shown(&two(json!({"value": "ada@example.com", "type": "work"}))), "RFC7643-2.4-11", Warning);
    }

    #[test]
    fn what_the_schema_does_not_know_is_the_servers_own() {
        clean(&shown(&with(&ada(), "/favouriteColour", json!(["red", 7]))));
    }

    #[test]
    fn points_in_time() {
        for good in ["2026-01-02T03:04:05Z", "2026-01-02T03:04:05.1234567+02:00", "2026-01-02t03:04:05.123456789012z"] {
            assert!(matches!(moment(good), Some(Moment::Instant(_))), "{good}");
        }
        assert!(matches!(moment("2026-01-02T03:04:05"), Some(Moment::Local(_))));
        for bad in [
            "2026-01-02 03:04:05Z",
            "2026-01-02",
            "2026-13-02T03:04:05Z",
            "2026-01-02T03:04:05+0000",
            "2026-01-02T03:04:05.Z",
            "1767000000",
        ] {
            assert_eq!(moment(bad), None, "{bad}");
        }
    }
}
