//! What users and groups of a target can have, by the target's own schemas: nothing else is asked of it.
//!
//! In: the discovery documents. Out: the built-in resource types without what the target's schemas lack, and with its own word on who
//! may write an attribute and when it is shown. Never: less than what decides who gets in and who belongs where.

use client::observe::{Capabilities, member};
use scim::schema::{Attribute, Mutability, ResourceType, Returned, Schema};
use serde_json::Value;

/// What a target is held to whatever its schemas say: a success that changes none of these is believed by every IdP.
const ALWAYS: &[&str] = &["userName", "externalId", "active", "members"];

/// What a target offers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Offered {
    types: Vec<ResourceType>,
}

impl Offered {
    /// Whatever the RFC has: of a target that says nothing of itself.
    pub const EVERYTHING: Self = Self { types: Vec::new() };

    /// What the target's discovery documents say.
    #[must_use]
    pub fn of(told: &Capabilities) -> Self {
        Self { types: ResourceType::all().into_iter().map(|rt| cut(rt, told)).collect() }
    }

    /// The attributes of users that this target lacks: `title`, `emails.type`, those of extensions with their URN, and the URN of
    /// an extension that is not there at all.
    #[must_use]
    pub fn lacking(&self) -> Vec<String> {
        let all = ResourceType::user();
        let own = self.cut_to(all);
        let mut lacking = missing(&all.schema.attributes, &own.schema.attributes, "");
        for (schema, _) in &all.extensions {
            match own.extension(&schema.id) {
                Some(kept) => {
                    lacking.extend(missing(&schema.attributes, &kept.attributes, &format!("{}:", schema.id)));
                }
                None => lacking.push(schema.id.clone()),
            }
        }
        lacking
    }

    /// The top-level attributes of users that clients may not change here, and may by the RFC's schemas.
    #[must_use]
    pub fn fixed(&self) -> Vec<String> {
        let all = ResourceType::user();
        let kept = |own: &&Attribute| {
            let theirs = all.schema.attribute(&own.name).is_some_and(|rfc| rfc.mutability == Mutability::ReadWrite);
            theirs && matches!(own.mutability, Mutability::ReadOnly | Mutability::Immutable)
        };
        self.cut_to(all).schema.attributes.iter().filter(kept).map(|own| own.name.clone()).collect()
    }

    /// A built-in type as this target has it.
    pub(super) fn cut_to<'a>(&'a self, rt: &'a ResourceType) -> &'a ResourceType {
        self.types.iter().find(|own| own.name == rt.name).unwrap_or(rt)
    }
}

fn missing(all: &[Attribute], own: &[Attribute], before: &str) -> Vec<String> {
    let mut lacking = Vec::new();
    for attribute in all {
        let path = format!("{before}{}", attribute.name);
        match own.iter().find(|kept| kept.name == attribute.name) {
            Some(kept) => {
                let inside = missing(&attribute.sub_attributes, &kept.sub_attributes, &format!("{path}."));
                lacking.extend(inside);
            }
            None => lacking.push(path),
        }
    }
    lacking
}

fn cut(rt: &ResourceType, told: &Capabilities) -> ResourceType {
    let mut own = rt.clone();
    let name = |name: &str| name.to_owned();
    retain(&mut own.schema, &rt.endpoint, told, name);
    own.extensions.retain_mut(|(schema, _)| {
        let urn = schema.id.clone();
        retain(schema, &rt.endpoint, told, |name| format!("{urn}:{name}"));
        told.knows(&rt.endpoint, &urn)
    });
    own
}

fn retain(schema: &mut Schema, endpoint: &str, told: &Capabilities, path: impl Fn(&str) -> String) {
    schema.attributes.retain_mut(|attribute| {
        let found = told.attribute(endpoint, &path(&attribute.name));
        let always = ALWAYS.contains(&attribute.name.as_str());
        match &found {
            Some(body) if always => attribute.returned = returned(body).unwrap_or(attribute.returned),
            Some(body) => adopt(attribute, body),
            None => {}
        }
        found.is_some() || always
    });
}

/// Takes over what the target's schema says of an attribute. Where it names no parts, the parts are the RFC's.
fn adopt(attribute: &mut Attribute, body: &Value) {
    attribute.returned = returned(body).unwrap_or(attribute.returned);
    attribute.mutability = read::<Mutability>(body, "mutability").unwrap_or(attribute.mutability);
    let parts = member(body, "subAttributes").and_then(Value::as_array).filter(|parts| !parts.is_empty());
    let Some(parts) = parts else { return };
    attribute.sub_attributes.retain_mut(|sub| {
        let named = |part: &&Value| {
            member(part, "name").and_then(Value::as_str).is_some_and(|name| name.eq_ignore_ascii_case(&sub.name))
        };
        let found = parts.iter().find(named);
        if let Some(body) = found {
            adopt(sub, body);
        }
        found.is_some()
    });
}

fn returned(body: &Value) -> Option<Returned> {
    read(body, "returned")
}

fn read<T: serde::de::DeserializeOwned>(body: &Value, name: &str) -> Option<T> {
    serde_json::from_value(member(body, name)?.clone()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn told() -> Capabilities {
        let types = json!({ "Resources": [{ "endpoint": "/Users", "schema": "urn:a" }] });
        let schemas = json!({ "Resources": [{ "id": "urn:a", "attributes": [
            { "name": "title", "type": "string", "mutability": "readOnly" },
            { "name": "active", "type": "boolean", "mutability": "readOnly" },
            { "name": "name", "type": "complex" },
            { "name": "emails", "type": "complex", "multiValued": true, "subAttributes": [{ "name": "value" }] } ] }] });
        Capabilities::read(None, Some(&types), Some(&schemas))
    }

    #[test]
    fn what_the_schemas_lack_is_not_asked_for() {
        let offered = Offered::of(&told());
        let user = offered.cut_to(ResourceType::user());
        let names: Vec<&str> = user.schema.attributes.iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names.iter().filter(|n| !ALWAYS.contains(n)).count(), 3, "{names:?}");
        assert!(user.extensions.is_empty() && names.contains(&"userName"));
        let emails = user.schema.attribute("emails").unwrap();
        assert!(emails.sub("value").is_some() && emails.sub("type").is_none());
        let lacking = offered.lacking();
        for path in ["nickName", "emails.type", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"] {
            assert!(lacking.iter().any(|lacks| lacks == path), "{lacking:?}");
        }
        assert!(!lacking.iter().any(|lacks| lacks.starts_with("name")), "{lacking:?}");
        assert!(user.schema.attribute("name").unwrap().sub("givenName").is_some(), "no word on its parts");
        let mutability = |name: &str| user.schema.attribute(name).unwrap().mutability;
        assert_eq!(offered.fixed(), ["title"]);
        assert_eq!((mutability("title"), mutability("active")), (Mutability::ReadOnly, Mutability::ReadWrite));
    }

    #[test]
    fn a_target_that_says_nothing_has_what_the_rfc_has() {
        let silent = Offered::of(&Capabilities::read(None, None, None));
        for rt in ResourceType::all() {
            assert_eq!(silent.cut_to(rt), rt);
            assert_eq!(Offered::EVERYTHING.cut_to(rt), rt);
        }
        assert_eq!((silent.lacking(), silent.fixed()), (Vec::new(), Vec::new()));
    }
}
