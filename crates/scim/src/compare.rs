//! Equality of values under an attribute's characteristics (RFC 7643 sections 2.2 to 2.4).

use super::filter::numbers;
use super::key;
use super::schema::{Attribute, Kind, ResourceType, Returned};
use super::{time, urn};
use serde_json::{Map, Value};

/// One place where a resource is not what was expected.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// JSON pointer (RFC 6901) into the expected resource; for a multi-valued attribute, the whole list.
    pub pointer: String,
    /// What was expected; `None` if nothing was.
    pub expected: Option<Value>,
    /// What was seen; `None` if nothing was.
    pub seen: Option<Value>,
}

/// Whether two values of an attribute are the same: case as the attribute has it, instants as instants, lists without
/// order, an absent sub-attribute like an unassigned one, `primary: false` like none.
#[must_use]
pub fn same_value(a: &Value, b: &Value, attribute: &Attribute) -> bool {
    match (key::is_unassigned(a), key::is_unassigned(b)) {
        (true, true) => return true,
        (false, false) => {}
        _ => return false,
    }
    if attribute.multi_valued && (a.is_array() || b.is_array()) {
        let list = |v: &Value| match v {
            Value::Array(list) => list.iter().filter(|e| !key::is_unassigned(e)).cloned().collect(),
            one => vec![one.clone()],
        };
        return same_list(&list(a), &list(b), attribute, same_one);
    }
    same_one(a, b, attribute)
}

/// Whether two lists hold the same values, each as often.
fn same_list(a: &[Value], b: &[Value], attribute: &Attribute, same: fn(&Value, &Value, &Attribute) -> bool) -> bool {
    a.len() == b.len() && unmatched(a, b, attribute, same).is_empty()
}

/// What of `wanted` has no counterpart in `found`. Lists are sorted by identity first, so that long member lists do
/// not cost their square.
fn unmatched<'a>(
    wanted: &'a [Value],
    found: &[Value],
    attribute: &Attribute,
    same: fn(&Value, &Value, &Attribute) -> bool,
) -> Vec<&'a Value> {
    let mut by_value: std::collections::HashMap<String, Vec<&Value>> = std::collections::HashMap::new();
    for value in found {
        by_value.entry(bucket(value, attribute)).or_default().push(value);
    }
    let mut missing = Vec::new();
    // Those that ask for most choose first, or a vague one takes the only value that fits a precise one.
    let mut wanted: Vec<&Value> = wanted.iter().collect();
    wanted.sort_by_key(|v| std::cmp::Reverse(v.as_object().map_or(0, Map::len)));
    for value in wanted {
        let candidates = by_value.entry(bucket(value, attribute)).or_default();
        match candidates.iter().position(|c| same(value, c, attribute)) {
            Some(at) => {
                candidates.swap_remove(at);
            }
            None => missing.push(value),
        }
    }
    missing
}

/// Values that are the same are in the same bucket.
fn bucket(value: &Value, attribute: &Attribute) -> String {
    let part = match value {
        Value::Object(object) => key::get(object, "value"),
        other => Some(other),
    };
    part.and_then(Value::as_str)
        .map(|text| key::fold(text, false).into_owned())
        .filter(|_| attribute.kind != Kind::DateTime)
        .unwrap_or_default()
}

fn same_one(a: &Value, b: &Value, attribute: &Attribute) -> bool {
    match (a, b) {
        (Value::Object(a), Value::Object(b)) if attribute.is_complex() => same_object(a, b, attribute),
        (Value::String(a), Value::String(b)) if attribute.kind == Kind::DateTime => {
            a == b || time::read(a).is_some_and(|a| time::read(b) == Some(a))
        }
        (Value::String(a), Value::String(b)) => {
            key::fold(a, attribute.case_exact) == key::fold(b, attribute.case_exact)
        }
        (Value::Number(a), Value::Number(b)) => numbers(a, b).is_some_and(std::cmp::Ordering::is_eq),
        _ => a == b,
    }
}

fn same_object(a: &Map<String, Value>, b: &Map<String, Value>, attribute: &Attribute) -> bool {
    let part = |o: &Map<String, Value>, sub: &Attribute| {
        let value = key::get(o, &sub.name).cloned().unwrap_or(Value::Null);
        if sub.name == "primary" && value == Value::Bool(false) { Value::Null } else { value }
    };
    let known = attribute.sub_attributes.iter().all(|sub| same_value(&part(a, sub), &part(b, sub), sub));
    // What the schema does not know has no characteristics: it is compared as it is.
    let unknown = |from: &Map<String, Value>, to: &Map<String, Value>| {
        from.iter().all(|(k, v)| attribute.sub(k).is_some() || key::get(to, k) == Some(v))
    };
    known && unknown(a, b) && unknown(b, a)
}

/// Where `seen` differs from `expected`. What a server adds is no difference: an attribute, or a sub-attribute, that
/// is absent from `expected`. One that is `null` or `[]` in `expected` is expected to have no value. An attribute that is
/// never returned (`password`) is not looked for.
#[must_use]
pub fn difference(expected: &Value, seen: &Value, rt: &ResourceType) -> Vec<Difference> {
    let (Some(want), Some(have)) = (expected.as_object(), seen.as_object()) else {
        return if expected == seen { Vec::new() } else { vec![different("", expected, Some(seen))] };
    };
    let mut out = Vec::new();
    for (name, value) in want {
        let at = pointer("", name);
        let found = key::get(have, name);
        if let Some(attribute) = rt.base_attribute(name) {
            attribute_difference(&at, value, found, attribute, &mut out);
        } else if let (Some(schema), Some(inner)) = (rt.extension(name), value.as_object()) {
            let empty = Map::new();
            let have = found.and_then(Value::as_object).unwrap_or(&empty);
            for (name, value) in inner {
                let (at, found) = (pointer(&at, name), key::get(have, name));
                match schema.attribute(name) {
                    Some(attribute) => attribute_difference(&at, value, found, attribute, &mut out),
                    None => plain_difference(&at, value, found, &mut out),
                }
            }
        } else {
            plain_difference(&at, value, found, &mut out);
        }
    }
    out
}

fn plain_difference(at: &str, value: &Value, found: Option<&Value>, out: &mut Vec<Difference>) {
    if found != Some(value) && !(key::is_unassigned(value) && found.is_none_or(key::is_unassigned)) {
        out.push(different(at, value, found));
    }
}

fn attribute_difference(
    at: &str,
    value: &Value,
    found: Option<&Value>,
    attribute: &Attribute,
    out: &mut Vec<Difference>,
) {
    let found = found.filter(|f| !key::is_unassigned(f));
    match (value, found) {
        _ if attribute.returned == Returned::Never => {}
        _ if key::is_unassigned(value) && found.is_none() => {}
        (Value::Array(want), Some(Value::Array(have))) if attribute.name == "schemas" => {
            // A server may list more extensions than it was told of; it may not lose one.
            let listed = |v: &Value| have.iter().any(|h| urn::same(h.as_str().unwrap_or(""), v.as_str().unwrap_or("")));
            if !want.iter().all(listed) {
                out.push(different(at, value, found));
            }
        }
        (Value::Array(want), Some(Value::Array(have))) if attribute.multi_valued => {
            let same = want.len() == have.len() && unmatched(want, have, attribute, covers).is_empty();
            if !same {
                out.push(different(at, value, found));
            }
        }
        (Value::Object(want), Some(Value::Object(have))) if attribute.is_complex() && !attribute.multi_valued => {
            for (name, value) in want {
                let (at, found) = (pointer(at, name), key::get(have, name));
                match attribute.sub(name) {
                    Some(sub) => attribute_difference(&at, value, found, sub, out),
                    None => plain_difference(&at, value, found, out),
                }
            }
        }
        (_, Some(found)) if same_value(value, found, attribute) => {}
        _ => out.push(different(at, value, found)),
    }
}

/// Whether a value has everything that is wanted of it, and perhaps more.
fn covers(wanted: &Value, found: &Value, attribute: &Attribute) -> bool {
    let (Value::Object(want), Value::Object(have)) = (wanted, found) else {
        return same_one(wanted, found, attribute);
    };
    want.iter().all(|(name, value)| {
        let found = key::get(have, name).unwrap_or(&Value::Null);
        match attribute.sub(name) {
            Some(sub) if sub.name == "primary" && *value == Value::Bool(false) => *found != Value::Bool(true),
            Some(sub) => same_value(value, found, sub),
            None => value == found,
        }
    })
}

fn different(at: &str, expected: &Value, seen: Option<&Value>) -> Difference {
    let expected = (!key::is_unassigned(expected)).then(|| expected.clone());
    Difference { pointer: at.to_owned(), expected, seen: seen.cloned() }
}

fn pointer(at: &str, name: &str) -> String {
    format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointers(expected: &Value, seen: &Value) -> Vec<String> {
        difference(expected, seen, ResourceType::user()).into_iter().map(|d| d.pointer).collect()
    }

    #[test]
    fn what_the_server_adds_is_no_difference() {
        let sent = json!({
            "schemas": [urn::USER], "USERNAME": "Bob", "emails": [{"value": "b@x", "primary": false}, {"value": "a@x"}], "title": null, "password": "p",
            (urn::ENTERPRISE_USER): {"manager": {"value": "1"}},
        });
        let seen = json!({
            "schemas": [urn::ENTERPRISE_USER, urn::USER], "id": "1", "meta": {}, "userName": "bob", "active": true,
            "emails": [{"value": "A@x", "type": "work"}, {"value": "b@x"}],
            (urn::ENTERPRISE_USER): {"manager": {"value": "1", "displayName": "M"}},
        });
        assert_eq!(pointers(&sent, &seen), [""; 0]);
    }

    #[test]
    fn a_vague_wish_leaves_the_precise_one_its_value() {
        let sent = json!({"emails": [{"value": "a"}, {"value": "a", "type": "work"}]});
        assert_eq!(
            pointers(&sent, &json!({"emails": [{"value": "a", "type": "work"}, {"value": "a", "type": "home"}]})),
            [""; 0]
        );
        assert_eq!(pointers(&sent, &json!({"emails": [{"value": "a"}, {"value": "a"}]})), ["/emails"]);
    }

    #[test]
    fn differences_have_their_place() {
        let sent = json!({
            "userName": "bob", "name": {"givenName": "Bob", "familyName": "B"}, "externalId": "x", "title": [],
            "emails": [{"value": "a"}, {"value": "a"}], "a/b": 1, (urn::ENTERPRISE_USER): {"department": "d", "manager": {"value": "m"}},
        });
        let seen = json!({
            "userName": "rob", "name": {"givenName": "Bob", "familyName": "b2"}, "externalId": "X", "title": "t",
            "emails": [{"value": "a"}, {"value": "b"}], (urn::ENTERPRISE_USER): {"manager": {"value": "M"}},
        });
        let extension = |rest: &str| format!("/{}/{rest}", urn::ENTERPRISE_USER);
        let expected = [
            "/userName".to_owned(),
            "/name/familyName".into(),
            "/externalId".into(),
            "/title".into(),
            "/emails".into(),
            "/a~1b".into(),
            extension("department"),
            extension("manager/value"),
        ];
        assert_eq!(pointers(&sent, &seen), expected);
        let title = &difference(&sent, &seen, ResourceType::user())[3];
        assert_eq!((&title.expected, &title.seen), (&None, &Some(json!("t"))));
    }

    #[test]
    fn characteristics_decide_what_is_the_same() {
        let rt = ResourceType::user();
        let same = |name: &str, a: Value, b: Value| {
            let path = crate::path::AttrPath::parse(name).unwrap();
            same_value(&a, &b, rt.attribute(&path).unwrap().leaf())
        };
        assert!(same("userName", json!("A"), json!("a")));
        assert!(!same("externalId", json!("A"), json!("a")));
        assert!(!same("active", json!("true"), json!(true)), "a string is no boolean");
        assert!(same("meta.created", json!("2020-01-01T00:00:00Z"), json!("2020-01-01T01:00:00.000+01:00")));
        assert!(same("schemas", json!(["a:B", "c"]), json!(["c", "A:b"])));
        assert!(same("roles", json!([]), json!(null)));
        assert!(same("emails", json!([{"value": "a", "primary": false}]), json!([{"VALUE": "A", "type": null}])));
        assert!(!same("emails", json!([{"value": "a"}, {"value": "a"}]), json!([{"value": "a"}])));
    }

    #[test]
    fn long_lists_do_not_cost_their_square() {
        let list =
            |order: &mut dyn Iterator<Item = u32>| order.map(|i| json!({"value": format!("m{i}")})).collect::<Value>();
        let members = ResourceType::group().base_attribute("members").unwrap();
        assert!(same_value(&list(&mut (0..50_000)), &list(&mut (0..50_000).rev()), members));
    }
}
