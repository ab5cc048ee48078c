//! A value as a client sent it, read under the characteristics of its attribute.
//!
//! In: JSON, an attribute, rules. Out: the value in canonical spelling, `None` for unassigned, or `invalidValue`
//! naming the attribute. Never: where the value goes.

use super::error::ScimError;
use super::key;
use super::rules::{PatchRules, StringBooleans};
use super::schema::{Attribute, Kind, Mutability};
use super::time;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// Reads values for POST and PUT, or more tolerantly for PATCH.
#[derive(Clone, Copy)]
pub(super) struct Reader<'r> {
    pub(super) rules: &'r PatchRules,
    /// In PATCH one value of a multi-valued attribute may come without its array.
    pub(super) patch: bool,
}

/// The parts of a complex value: each known, writable sub-attribute, `None` for unassigned.
pub(super) type Parts<'a> = Vec<(&'a Attribute, Option<Value>)>;

fn wrong(at: &str, expected: &str) -> ScimError {
    ScimError::invalid_value(format!("{at} is not {expected}"))
}

impl Reader<'_> {
    /// The value of an attribute, canonical; `None` if it is unassigned (RFC 7643 section 2.5).
    pub(super) fn read(self, value: &Value, attribute: &Attribute, at: &str) -> Result<Option<Value>, ScimError> {
        if value.is_null() {
            return Ok(None);
        }
        if !attribute.multi_valued {
            return self.one(value, attribute, at);
        }
        let list = self.elements(value, attribute, at)?;
        check_primary(&list, at)?;
        Ok((!list.is_empty()).then_some(Value::Array(list)))
    }

    /// The values of a multi-valued attribute, empty and repeated ones left out.
    pub(super) fn elements(self, value: &Value, attribute: &Attribute, at: &str) -> Result<Vec<Value>, ScimError> {
        let given = match value {
            Value::Null => return Ok(Vec::new()),
            Value::Array(list) => list.as_slice(),
            one if self.patch => std::slice::from_ref(one),
            _ => return Err(wrong(at, "an array")),
        };
        let mut list = Collection::new(attribute, Vec::new());
        for element in given {
            if let Some(element) = self.one(element, attribute, at)? {
                list.add(element);
            }
        }
        Ok(list.values)
    }

    /// One value.
    pub(super) fn one(self, value: &Value, attribute: &Attribute, at: &str) -> Result<Option<Value>, ScimError> {
        if value.is_null() {
            return Ok(None);
        }
        if !attribute.is_complex() {
            return self.simple(value, attribute, at).map(Some);
        }
        let mut out = Map::new();
        for (sub, value) in self.parts(value, attribute, at)? {
            if let Some(value) = value {
                out.insert(sub.name.clone(), value);
            }
        }
        // A member is nothing without its id, though the schema of RFC 7643 calls it optional.
        let needed = |s: &&Attribute| s.required || (s.name == "value" && s.mutability == Mutability::Immutable);
        for sub in attribute.sub_attributes.iter().filter(|s| needed(s) && !out.is_empty()) {
            if out.get(&sub.name).is_none_or(|v| v.as_str() == Some("")) {
                return Err(ScimError::invalid_value(format!("{at}.{} is required", sub.name)));
            }
        }
        Ok((!out.is_empty()).then_some(Value::Object(out)))
    }

    /// The parts of a complex value. Unknown sub-attributes and readOnly ones are left out; where nothing at all is
    /// known of one value among several (`{"id": "x"}` as a member), success would be without effect.
    pub(super) fn parts<'a>(self, value: &Value, attribute: &'a Attribute, at: &str) -> Result<Parts<'a>, ScimError> {
        let bare = self.rules.manager_string && !attribute.multi_valued;
        match value {
            Value::Object(given) => {
                let written = |name: &String| attribute.sub(name).is_some_and(|s| s.mutability != Mutability::ReadOnly);
                let strange = !given.is_empty() && !given.keys().any(written);
                if strange && attribute.multi_valued {
                    return Err(wrong(at, "an object of its sub-attributes"));
                }
                let mut parts: Parts<'a> = Vec::new();
                for (name, value) in given {
                    let Some(sub) = attribute.sub(name) else { continue };
                    if sub.mutability == Mutability::ReadOnly {
                        continue;
                    }
                    let value = self.read(value, sub, &format!("{at}.{}", sub.name))?;
                    parts.retain(|(known, _)| known.name != sub.name);
                    parts.push((sub, value));
                }
                Ok(parts)
            }
            Value::String(text) if bare => match attribute.sub("value") {
                Some(sub) if text.is_empty() => Ok(vec![(sub, None)]),
                Some(sub) => Ok(vec![(sub, self.read(value, sub, at)?)]),
                None => Err(wrong(at, "an object")),
            },
            _ => Err(wrong(at, "an object")),
        }
    }

    fn simple(self, value: &Value, attribute: &Attribute, at: &str) -> Result<Value, ScimError> {
        let fits = match (attribute.kind, value) {
            (Kind::Boolean, Value::String(text)) => return self.boolean(text, at),
            (Kind::Boolean, value) => value.is_boolean(),
            (Kind::Integer, value) => value.is_i64() || value.is_u64(),
            (Kind::Decimal, value) => value.is_number(),
            (Kind::DateTime, Value::String(text)) => time::is_date_time(text),
            (Kind::Binary, Value::String(text)) => is_base64(text),
            (Kind::String | Kind::Reference, Value::String(_)) => true,
            _ => false,
        };
        if fits { Ok(value.clone()) } else { Err(wrong(at, described(attribute.kind))) }
    }

    fn boolean(self, text: &str, at: &str) -> Result<Value, ScimError> {
        match self.rules.string_booleans {
            StringBooleans::Coerce if text.eq_ignore_ascii_case("true") => Ok(Value::Bool(true)),
            StringBooleans::Coerce if text.eq_ignore_ascii_case("false") => Ok(Value::Bool(false)),
            StringBooleans::Coerce | StringBooleans::Reject => Err(wrong(at, described(Kind::Boolean))),
        }
    }
}

fn described(kind: Kind) -> &'static str {
    match kind {
        Kind::String => "a string",
        Kind::Boolean => "a boolean",
        Kind::Decimal => "a number",
        Kind::Integer => "a whole number",
        Kind::DateTime => "a dateTime",
        Kind::Reference => "a URI in a string",
        Kind::Binary => "base64 in a string",
        Kind::Complex => "an object",
    }
}

/// Base64, plain or URL-safe (RFC 7643 section 2.3.6); line breaks are seen in certificates.
fn is_base64(text: &str) -> bool {
    let body = text.trim_end_matches(['=', '\r', '\n', ' ']);
    body.bytes().all(|b| b.is_ascii_alphanumeric() || b"+/-_\r\n".contains(&b))
}

/// At most one value is the primary one (RFC 7643 section 2.4).
pub(super) fn check_primary(list: &[Value], at: &str) -> Result<(), ScimError> {
    match list.iter().filter(|v| is_primary(v)).count() {
        0 | 1 => Ok(()),
        _ => Err(ScimError::invalid_value(format!("{at} has more than one primary value"))),
    }
}

/// Whether a value says it is the primary one.
pub(super) fn is_primary(value: &Value) -> bool {
    value.as_object().and_then(|o| key::get(o, "primary")) == Some(&Value::Bool(true))
}

/// What makes two values of a multi-valued attribute the same one: `value` and `type` of a complex attribute (`value`
/// alone where it is immutable: one member is one member, however it is displayed), everything but `primary` where
/// there is no `value`.
pub(super) fn identity(value: &Value, attribute: &Attribute) -> String {
    let Value::Object(object) = value else {
        return scalar(value, attribute.case_exact);
    };
    let part = |sub: &Attribute| key::get(object, &sub.name).map(|v| scalar(v, sub.case_exact));
    let named = attribute.sub("value").and_then(|sub| part(sub).map(|value| (sub, value)));
    match named {
        Some((sub, value)) if sub.mutability == Mutability::Immutable => value,
        Some((_, value)) => {
            let kind = attribute.sub("type").and_then(part).unwrap_or_default();
            format!("{value}\n{kind}")
        }
        None => {
            let others = attribute.sub_attributes.iter().filter(|s| s.name != "primary");
            others.map(|s| part(s).unwrap_or_default()).collect::<Vec<_>>().join("\n")
        }
    }
}

fn scalar(value: &Value, case_exact: bool) -> String {
    match value {
        // As JSON, so that a line break inside cannot pass for a boundary.
        Value::String(text) => Value::String(key::fold(text, case_exact).into_owned()).to_string(),
        other => other.to_string(),
    }
}

/// The values of a multi-valued attribute while some are added: finding one costs the same in a list of any length.
pub(super) struct Collection<'a> {
    attribute: &'a Attribute,
    places: HashMap<String, usize>,
    pub(super) values: Vec<Value>,
}

impl<'a> Collection<'a> {
    pub(super) fn new(attribute: &'a Attribute, values: Vec<Value>) -> Self {
        let places = values.iter().enumerate().map(|(i, v)| (identity(v, attribute), i)).collect();
        Self { attribute, places, values }
    }

    /// Adds a value, or completes the one that is there already; says where it is now.
    pub(super) fn add(&mut self, value: Value) -> usize {
        let identity = identity(&value, self.attribute);
        let Some(&at) = self.places.get(&identity) else {
            self.places.insert(identity, self.values.len());
            self.values.push(value);
            return self.values.len() - 1;
        };
        if let (Some(Value::Object(known)), Value::Object(new)) = (self.values.get_mut(at), value) {
            for (name, value) in new {
                let fixed = self.attribute.sub(&name).is_some_and(|s| s.mutability == Mutability::Immutable);
                if !(fixed && key::get(known, &name).is_some()) {
                    key::set(known, &name, value);
                }
            }
        }
        at
    }
}

/// Puts parts into a complex value; what is not among them stays. When the `value` of a reference changes, what the
/// server derived from the old one (`$ref`, readOnly parts) goes with it.
pub(super) fn merge(
    target: &mut Map<String, Value>,
    parts: Parts<'_>,
    attribute: &Attribute,
    at: &str,
) -> Result<(), ScimError> {
    let moved = parts.iter().any(|(sub, new)| sub.name == "value" && key::get(target, "value") != new.as_ref());
    if moved && attribute.sub("$ref").is_some() {
        let derived = |s: &&Attribute| s.name == "$ref" || s.mutability == Mutability::ReadOnly;
        let names: Vec<_> = attribute.sub_attributes.iter().filter(derived).map(|s| s.name.as_str()).collect();
        if attribute.sub("value").is_some_and(|s| s.mutability != Mutability::Immutable) {
            names.into_iter().for_each(|name| key::remove(target, name));
        }
    }
    for (sub, new) in parts {
        let old = key::get(target, &sub.name).filter(|v| !key::is_unassigned(v));
        if sub.mutability == Mutability::Immutable && old.is_some_and(|old| Some(old) != new.as_ref()) {
            return Err(ScimError::mutability(format!("{at}.{} is immutable", sub.name)));
        }
        match new {
            Some(new) => key::set(target, &sub.name, new),
            None if sub.required => {
                return Err(ScimError::mutability(format!("{at}.{} is required", sub.name)));
            }
            None => key::remove(target, &sub.name),
        }
    }
    Ok(())
}
