//! Uniqueness as a schema asks for it (RFC 7643 section 7).
//!
//! In: two resources of a type. Out: the attribute in which they may not agree and do. Never: a store.

use super::compare::same_value;
use super::key;
use super::schema::{Attribute, ResourceType, Uniqueness};
use serde_json::Value;

/// The attributes of the base schema and the extensions whose values must be unique, with the URN of the extension.
/// `id` is the server's own business.
#[must_use]
pub fn unique_attributes(rt: &ResourceType) -> Vec<(Option<&str>, &Attribute)> {
    let asks = |a: &&Attribute| a.uniqueness != Uniqueness::None;
    let base = rt.schema.attributes.iter().filter(asks).map(|a| (None, a));
    let extensions = rt
        .extensions
        .iter()
        .flat_map(move |(s, _)| s.attributes.iter().filter(asks).map(move |a| (Some(s.id.as_str()), a)));
    base.chain(extensions).collect()
}

/// The first of these attributes that has the same value in both resources.
#[must_use]
pub fn clashes<'a>(unique: &[(Option<&str>, &'a Attribute)], a: &Value, b: &Value) -> Option<&'a Attribute> {
    let value = |resource: &Value, schema: &Option<&str>, attribute: &Attribute| -> Option<Value> {
        let holder = match schema {
            Some(urn) => key::get(resource.as_object()?, urn)?.as_object()?,
            None => resource.as_object()?,
        };
        key::get(holder, &attribute.name).filter(|v| !key::is_unassigned(v)).cloned()
    };
    let same = |(schema, attribute): &&(Option<&str>, &Attribute)| {
        let both = value(a, schema, attribute).zip(value(b, schema, attribute));
        both.is_some_and(|(a, b)| same_value(&a, &b, attribute))
    };
    unique.iter().find(same).map(|(_, attribute)| *attribute)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_unique_may_not_be_shared() {
        let unique = unique_attributes(ResourceType::user());
        assert_eq!(unique.len(), 1);
        let clash = |a: Value, b: Value| clashes(&unique, &a, &b).map(|a| a.name.as_str());
        assert_eq!(clash(json!({"userName": "a"}), json!({"userName": "A"})), Some("userName"));
        assert_eq!(clash(json!({"userName": "a"}), json!({"userName": "b"})), None);
        assert_eq!(clash(json!({}), json!({})), None);
    }
}
