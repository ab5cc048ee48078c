//! The discovery documents (RFC 7643 sections 6 and 7).

use super::model::{Attribute, Kind, Mutability, Returned, Schema, Uniqueness};
use super::resource_type::ResourceType;
use crate::urn;
use serde_json::{Map, Value, json};

impl Kind {
    /// The name in a schema document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Boolean => "boolean",
            Self::Decimal => "decimal",
            Self::Integer => "integer",
            Self::DateTime => "dateTime",
            Self::Reference => "reference",
            Self::Binary => "binary",
            Self::Complex => "complex",
        }
    }
}

impl Mutability {
    /// The name in a schema document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ReadOnly => "readOnly",
            Self::ReadWrite => "readWrite",
            Self::Immutable => "immutable",
            Self::WriteOnly => "writeOnly",
        }
    }
}

impl Returned {
    /// The name in a schema document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Always => "always",
            Self::Never => "never",
            Self::Default => "default",
            Self::Request => "request",
        }
    }
}

impl Uniqueness {
    /// The name in a schema document.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Server => "server",
            Self::Global => "global",
        }
    }
}

impl Attribute {
    /// The attribute as a schema document shows it.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut out = Map::new();
        out.insert("name".into(), self.name.as_str().into());
        out.insert("type".into(), self.kind.as_str().into());
        out.insert("multiValued".into(), self.multi_valued.into());
        out.insert("description".into(), self.description.as_str().into());
        out.insert("required".into(), self.required.into());
        if matches!(self.kind, Kind::String | Kind::Reference | Kind::Binary) {
            out.insert("caseExact".into(), self.case_exact.into());
        }
        out.insert("mutability".into(), self.mutability.as_str().into());
        out.insert("returned".into(), self.returned.as_str().into());
        // Erratum 6004: uniqueness means nothing on a complex attribute.
        if !self.is_complex() {
            out.insert("uniqueness".into(), self.uniqueness.as_str().into());
        }
        for (name, list) in [("canonicalValues", &self.canonical_values), ("referenceTypes", &self.reference_types)] {
            if !list.is_empty() {
                out.insert(name.into(), json!(list));
            }
        }
        if self.is_complex() {
            out.insert("subAttributes".into(), self.sub_attributes.iter().map(Self::to_json).collect());
        }
        Value::Object(out)
    }
}

impl Schema {
    /// The document at `/Schemas/{id}`; `location` there is relative to no base, so the caller may add one.
    #[must_use]
    pub fn to_json(&self, base_url: &str) -> Value {
        json!({
            "schemas": [urn::SCHEMA],
            "id": self.id,
            "name": self.name,
            "description": self.description,
            "attributes": self.attributes.iter().map(Attribute::to_json).collect::<Vec<_>>(),
            "meta": {
                "resourceType": "Schema",
                "location": format!("{}/Schemas/{}", base_url.trim_end_matches('/'), self.id),
            },
        })
    }
}

impl ResourceType {
    /// The document at `/ResourceTypes/{name}`.
    #[must_use]
    pub fn to_json(&self, base_url: &str) -> Value {
        let extensions: Vec<Value> =
            self.extensions.iter().map(|(s, required)| json!({"schema": s.id, "required": required})).collect();
        let mut out = json!({
            "schemas": [urn::RESOURCE_TYPE],
            "id": self.name,
            "name": self.name,
            "description": self.description,
            "endpoint": self.endpoint,
            "schema": self.schema.id,
            "meta": {
                "resourceType": "ResourceType",
                "location": format!("{}/ResourceTypes/{}", base_url.trim_end_matches('/'), self.name),
            },
        });
        if !extensions.is_empty() {
            out["schemaExtensions"] = extensions.into();
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::super::{group_schema, user_schema};
    use super::*;

    #[test]
    fn a_schema_document() {
        let doc = user_schema().to_json("https://x/scim/v2/");
        assert_eq!(doc["meta"]["location"], "https://x/scim/v2/Schemas/urn:ietf:params:scim:schemas:core:2.0:User");
        let user_name = &doc["attributes"][0];
        assert_eq!(user_name["name"], "userName");
        assert_eq!(user_name["uniqueness"], "server");
        assert_eq!(user_name["caseExact"], false);
        let members = &group_schema().to_json("")["attributes"][1];
        assert_eq!(members["type"], "complex");
        assert_eq!(members.get("uniqueness"), None);
        assert_eq!(members["subAttributes"][1]["referenceTypes"], json!(["User", "Group"]));
    }

    #[test]
    fn a_resource_type_document() {
        let doc = ResourceType::user().to_json("https://x");
        assert_eq!(doc["schemaExtensions"], json!([{"schema": urn::ENTERPRISE_USER, "required": false}]));
        assert_eq!(doc["meta"]["location"], "https://x/ResourceTypes/User");
        assert_eq!(ResourceType::group().to_json("x").get("schemaExtensions"), None);
    }
}
