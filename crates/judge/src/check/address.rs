//! Addresses in a resource: `$ref` and `meta.location` are URIs over HTTP (RFC 7643 section 2.3.7), `schemas` names URIs
//! (section 3), and a reference names what it should. Where they lead is not followed here.

use super::shape::Sheet;
use client::observe::member;
use client::wire::decode_path;
use serde_json::Value;

/// Holds every `$ref`, however deep, and `meta.location`.
pub(super) fn check(sheet: &mut Sheet, resource: &Value) {
    if let Some(location) = member(resource, "meta").and_then(|m| member(m, "location")) {
        reference(sheet, location, "/meta/location");
    }
    for (name, value) in resource.as_object().into_iter().flatten() {
        let at = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
        inside(sheet, value, &at, 2);
    }
}

/// Looks `depth` levels down: an extension's attribute and its value are as deep as references stand.
fn inside(sheet: &mut Sheet, value: &Value, at: &str, depth: usize) {
    match value {
        Value::Array(items) => {
            for (n, item) in items.iter().enumerate() {
                inside(sheet, item, &format!("{at}/{n}"), depth);
            }
        }
        Value::Object(_) => {
            if let Some(found) = member(value, "$ref") {
                reference(sheet, found, &format!("{at}/$ref"));
            }
            for (name, value) in value.as_object().into_iter().flatten().filter(|_| depth > 0) {
                inside(sheet, value, &format!("{at}/{name}"), depth - 1);
            }
        }
        _ => {}
    }
}

/// Another type than text is the type's requirement.
fn reference(sheet: &mut Sheet, value: &Value, at: &str) {
    let Some(text) = value.as_str() else { return };
    let holds = is_reference(text);
    if sheet.hold("RFC7643-2.3.7-02", holds, at, "an absolute or relative URI", Some(value)) {
        let http = scheme(text).is_none_or(|s| s.eq_ignore_ascii_case("http") || s.eq_ignore_ascii_case("https"));
        sheet.hold("RFC7643-2.3.7-06", http, at, "an address that HTTP reaches", Some(value));
    }
}

/// Whether a text can be a URI or a relative reference (RFC 3986). Letters beyond ASCII pass: many servers write them plainly.
fn is_reference(text: &str) -> bool {
    let bytes = text.as_bytes();
    let escape = |at: usize| bytes.get(at + 1..at + 3).is_some_and(|hex| hex.iter().all(u8::is_ascii_hexdigit));
    let fits = |(at, byte): (usize, &u8)| match byte {
        b'%' => escape(at),
        b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' => false,
        other => !other.is_ascii_control(),
    };
    !text.is_empty() && bytes.iter().enumerate().all(fits)
}

/// Whether a reference can be that of what stands at `path` below the base URL, `/Users/2819` for example. A relative one is
/// resolved from there (RFC 7643 section 2.3.7), or read kindly, as if from the resource that shows it. Of any other the host,
/// and whatever stands before the path, is left alone: behind a proxy a server often knows itself by another name.
#[must_use]
pub fn names(reference: &str, path: &str) -> bool {
    let scheme = scheme(reference);
    let http = scheme.is_none_or(|s| s.eq_ignore_ascii_case("http") || s.eq_ignore_ascii_case("https"));
    let whole = scheme.is_some() || reference.starts_with('/');
    let (own, plain) = self::path(reference);
    let fits = |own: &str| match own.strip_prefix("../").or_else(|| own.strip_prefix("./")) {
        _ if whole => own.ends_with(path),
        rest => path.strip_prefix('/') == Some(rest.unwrap_or(own)),
    };
    http && (fits(own) || fits(&plain))
}

/// What of an address tells which resource it is, its query and a last slash left out: as it stands, and percent-decoded.
pub(super) fn path(address: &str) -> (&str, String) {
    let path = address.split(['?', '#']).next().unwrap_or(address).trim_end_matches('/');
    (path, decode_path(path))
}

/// What stands before the first colon, where that can be a URI's scheme.
pub(super) fn scheme(text: &str) -> Option<&str> {
    let (scheme, _) = text.split_once(':')?;
    let plain = scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    (plain && scheme.starts_with(|c: char| c.is_ascii_alphabetic())).then_some(scheme)
}

/// Whether a text is a URI of its own: a scheme and something behind it.
pub(super) fn is_uri(text: &str) -> bool {
    is_reference(text) && scheme(text).is_some_and(|s| text.len() > s.len() + 1)
}

/// Whether a text has its quotation marks in it.
pub(super) fn is_quoted(text: &str) -> bool {
    text.len() > 1 && text.starts_with('"') && text.ends_with('"')
}

#[cfg(test)]
mod tests {
    use super::super::testing::*;
    use super::names;
    use crate::verdict::Severity::Violation;
    use client::wire::Method::Get;
    use serde_json::{Value, json};

    fn group(reference: &str) -> super::super::Verdicts {
        let crew = with(&crew(), "/members", json!([{ "value": "u1", "$ref": reference }]));
        seen(Get, "/Groups/g1").json(&crew).judge()
    }

    fn shown(resource: &Value) -> super::super::Verdicts {
        seen(Get, "/Users/u1").json(resource).judge()
    }

    #[test]
    fn a_reference_is_a_uri() {
        for right in
            ["https://app.example/scim/v2/Users/u1", "Users/u1", "../Users/u1", "/Users/%75%31", "Users/ren\u{e9}e"]
        {
            green(&group(right), "RFC7643-2.3.7-02");
        }
        for wrong in ["", "Users/u 1", "Users/%7", "<Users/u1>"] {
            red(&group(wrong), "RFC7643-2.3.7-02", Violation);
        }
        let spaced = with(&ada(), "/meta/location", "https://app.example/my users/u1");
        red(&shown(&spaced), "RFC7643-2.3.7-02", Violation);
    }

    #[test]
    fn a_reference_is_reached_by_http() {
        green(&group("https://app.example/scim/v2/Users/u1"), "RFC7643-2.3.7-06");
        green(&group("Users/u1"), "RFC7643-2.3.7-06");
        red(&group("ldap://app.example/u1"), "RFC7643-2.3.7-06", Violation);
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let managed = with(&ada(), &format!("/{urn}"), json!({ "manager": { "value": "u2", "$ref": "urn:x:u2" } }));
        let named = with(&managed, "/schemas", json!(["urn:ietf:params:scim:schemas:core:2.0:User", urn]));
        red(&shown(&named), "RFC7643-2.3.7-06", Violation);
    }

    #[test]
    fn a_reference_names_what_stands_at_its_end() {
        for right in [
            "https://app.example/scim/v2/Users/u1",
            "http://internal:8080/Users/u1",
            "https://app.example/scim/v2/Users/%75%31/?x=1",
            "//app.example/Users/u1",
            "/scim/v2/Users/u1",
            "/Users/u1",
            "Users/u1",
            "./Users/u1",
            "../Users/u1",
        ] {
            assert!(names(right, "/Users/u1"), "{right}");
        }
        for wrong in [
            "",
            "u1",
            "https://app.example/scim/v2/Users",
            "https://app.example/scim/v2/Users/u11",
            "https://app.example/scim/v2/Groups/u1",
            "https://app.example/scim/v2/users/u1",
            "https://app.example/?at=/Users/u1",
            "ldap://app.example/Users/u1",
            "urn:x:/Users/u1",
            "nested/Users/u1",
            "../../Users/u1",
        ] {
            assert!(!names(wrong, "/Users/u1"), "{wrong}");
        }
    }

    #[test]
    fn schemas_are_uris() {
        let core = "urn:ietf:params:scim:schemas:core:2.0:User";
        let naming = |name: &str| shown(&with(&ada(), "/schemas", json!([core, name])));
        green(&naming("https://app.example/schemas/badge"), "RFC7643-3-03");
        for wrong in ["Badge", "", "urn:", "urn:x y"] {
            red(&naming(wrong), "RFC7643-3-03", Violation);
        }
    }

    #[test]
    fn quotation_marks_are_typography() {
        let core = "urn:ietf:params:scim:schemas:core:2.0:User";
        green(&shown(&ada()), "RFC7643-1.1-01");
        red(&shown(&with(&ada(), "/schemas", json!([core, "\"urn:x:badge\""]))), "RFC7643-1.1-01", Violation);
        red(&shown(&with(&ada(), "/meta/resourceType", "\"User\"")), "RFC7643-1.1-01", Violation);
    }
}
