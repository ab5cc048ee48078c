//! What the target's schemas tell of users' attributes, one by one.
//!
//! In: the discovery documents. Out: an [`AttributeDescription`] for each attribute, of the base schema or of its extensions too. Never: a
//! request beyond discovery, or a judgement.

use super::schema_bodies::sample;
use super::site::Site;
use client::observe::member;
use directory::Addresses;
use serde_json::{Map, Value};

/// An attribute's description.
pub(super) struct AttributeDescription {
    pub(super) name: String,
    /// The extension it belongs to; none for the base schema's.
    pub(super) urn: Option<String>,
    pub(super) body: Value,
}

impl AttributeDescription {
    pub(super) fn is(&self, characteristic: &str, value: &str) -> bool {
        member(&self.body, characteristic).and_then(Value::as_str).is_some_and(|v| v.eq_ignore_ascii_case(value))
    }

    pub(super) fn yes(&self, characteristic: &str) -> bool {
        member(&self.body, characteristic) == Some(&Value::Bool(true))
    }

    /// Whether a client may write it, at creation at least, and then see it.
    pub(super) fn kept(&self) -> bool {
        let hidden = self.is("returned", "never") || self.is("mutability", "writeOnly");
        !hidden && !self.is("mutability", "readOnly")
    }

    /// Whether it is one text that any client may write.
    pub(super) fn writable_text(&self) -> bool {
        let plain = self.is("type", "string") && !self.yes("multiValued");
        let canonical = member(&self.body, "canonicalValues").and_then(Value::as_array).is_some_and(|c| !c.is_empty());
        plain && !canonical && self.kept() && !self.is("mutability", "immutable")
    }

    /// Its name as filters, paths and projections write it.
    pub(super) fn path(&self) -> String {
        self.urn.as_ref().map_or_else(|| self.name.clone(), |urn| format!("{urn}:{}", self.name))
    }

    /// Where a JSON pointer finds it.
    pub(super) fn pointer(&self) -> String {
        self.urn.as_ref().map_or_else(|| format!("/{}", self.name), |urn| format!("/{urn}/{}", self.name))
    }

    /// Its value in a resource; null counts as none.
    pub(super) fn of<'a>(&self, resource: &'a Value) -> Option<&'a Value> {
        let holder = match &self.urn {
            Some(urn) => member(resource, urn)?,
            None => resource,
        };
        member(holder, &self.name).filter(|v| !v.is_null())
    }

    /// Puts a value into a resource.
    pub(super) fn put(&self, resource: &mut Value, value: Value) {
        let Some(object) = resource.as_object_mut() else { return };
        let holder = match &self.urn {
            Some(urn) => object.entry(urn.clone()).or_insert_with(|| Value::Object(Map::new())).as_object_mut(),
            None => Some(object),
        };
        if let Some(holder) = holder {
            holder.insert(self.name.clone(), value);
        }
    }

    /// A value that fits it, one for each tag where its type has so many.
    pub(super) fn sample(&self, addresses: &Addresses) -> Value {
        sample(&self.body, addresses)
    }
}

/// The top-level attributes of a schema.
fn of_schema(schema: &Value, urn: Option<&str>) -> Vec<AttributeDescription> {
    let all = member(schema, "attributes").and_then(Value::as_array).cloned().unwrap_or_default();
    let named = all.into_iter().filter_map(|a| {
        let name = member(&a, "name").and_then(Value::as_str)?.to_owned();
        Some(AttributeDescription { name, urn: urn.map(str::to_owned), body: a })
    });
    named.collect()
}

impl Site {
    /// The top-level attributes of the target's users, as its base schema tells.
    pub(super) async fn base_attributes(&self) -> Vec<AttributeDescription> {
        let told = self.capabilities().await;
        told.schemas_of("/Users").first().map(|(base, _)| of_schema(base, None)).unwrap_or_default()
    }

    /// The same with those of the extensions.
    pub(super) async fn all_attributes(&self) -> Vec<AttributeDescription> {
        let told = self.capabilities().await;
        let mut all = Vec::new();
        for (n, (schema, _)) in told.schemas_of("/Users").iter().enumerate() {
            let urn = member(schema, "id").and_then(Value::as_str).filter(|_| n > 0);
            all.extend(of_schema(schema, urn));
        }
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_attribute_is_found_and_put_where_it_belongs() {
        let schema = json!({ "attributes": [{ "name": "grade", "type": "decimal" }] });
        let (base, own) = (of_schema(&schema, None).remove(0), of_schema(&schema, Some("urn:x")).remove(0));
        let mut resource = json!({ "id": "1" });
        base.put(&mut resource, json!(1));
        own.put(&mut resource, json!(2));
        assert_eq!(resource, json!({ "id": "1", "grade": 1, "urn:x": { "grade": 2 } }));
        assert_eq!((base.of(&resource), own.of(&resource)), (Some(&json!(1)), Some(&json!(2))));
        assert_eq!((own.path(), own.pointer()), ("urn:x:grade".to_owned(), "/urn:x/grade".to_owned()));
    }
}
