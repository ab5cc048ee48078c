//! The resource types of one service: the built-in ones, and what a file adds to them.

use super::builtin::{common_attributes, enterprise_user, group_schema, user_schema};
use super::model::{Attribute, Kind, Schema};
use super::resource_type::ResourceType;
use crate::path::is_attribute_name;
use crate::urn;
use serde::Deserialize;
use serde_json::Value;

/// Endpoints that are none of a resource type (RFC 7644 section 3.2).
const RESERVED: &[&str] = &["Me", "Bulk", ".search", "ServiceProviderConfig", "Schemas", "ResourceTypes"];

/// Every resource type a service has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Registry {
    /// Users, with their extensions.
    pub users: ResourceType,
    /// Groups, with their extensions.
    pub groups: ResourceType,
    /// The types of the file.
    pub others: Vec<ResourceType>,
    /// Schemas of the file that no type uses; they are served all the same.
    spare: Vec<Schema>,
}

/// Why a file of schemas cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("schemas: {0}")]
pub struct BadSchemas(String);

/// The file: schemas and resource types in the form of RFC 7643 sections 6 and 7.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    #[serde(default)]
    schemas: Vec<SchemaDocument>,
    #[serde(default)]
    resource_types: Vec<TypeDocument>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct SchemaDocument {
    #[serde(default, rename = "schemas")]
    _schemas: Value,
    #[serde(default, rename = "meta")]
    _meta: Value,
    id: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    description: String,
    attributes: Vec<Attribute>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct TypeDocument {
    #[serde(default, rename = "schemas")]
    _schemas: Value,
    #[serde(default, rename = "meta")]
    _meta: Value,
    #[serde(default, rename = "id")]
    _id: Value,
    name: String,
    #[serde(default)]
    description: String,
    endpoint: String,
    schema: String,
    #[serde(default)]
    schema_extensions: Vec<ExtensionDocument>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExtensionDocument {
    schema: String,
    required: bool,
}

impl Default for Registry {
    fn default() -> Self {
        Self {
            users: ResourceType::user().clone(),
            groups: ResourceType::group().clone(),
            others: Vec::new(),
            spare: Vec::new(),
        }
    }
}

fn bad<T>(why: impl Into<String>) -> Result<T, BadSchemas> {
    Err(BadSchemas(why.into()))
}

impl Registry {
    /// The built-in types and what a file adds: JSON with `schemas` (RFC 7643 section 7) and `resourceTypes`
    /// (section 6). A type named `User` or `Group` adds its extensions to the built-in one.
    ///
    /// # Errors
    /// When the text is no such file, or what it describes cannot be served; the message names the place.
    pub fn with_file(text: &str) -> Result<Self, BadSchemas> {
        let file: File = serde_json::from_str(text).map_err(|e| BadSchemas(e.to_string()))?;
        let mut known = vec![user_schema().clone(), group_schema().clone(), enterprise_user().clone()];
        for document in file.schemas {
            let schema = read_schema(document)?;
            if known.iter().any(|s| urn::same(&s.id, &schema.id)) {
                return bad(format!("{} is there already; extend it by a schema of another URN", schema.id));
            }
            known.push(schema);
        }
        let mut registry = Self::default();
        for document in file.resource_types {
            registry.add(document, &known)?;
        }
        let used = |s: &Schema| registry.schemas().iter().any(|u| u.id == s.id);
        let spare = known.iter().filter(|s| !used(s)).cloned().collect();
        registry.spare = spare;
        Ok(registry)
    }

    /// Every type, the built-in ones first.
    pub fn all(&self) -> impl Iterator<Item = &ResourceType> {
        [&self.users, &self.groups].into_iter().chain(&self.others)
    }

    /// The type of the file at an endpoint, without its leading slash.
    #[must_use]
    pub fn other(&self, endpoint: &str) -> Option<&ResourceType> {
        self.others.iter().find(|t| t.endpoint.trim_start_matches('/') == endpoint)
    }

    /// Every schema, each once.
    #[must_use]
    pub fn schemas(&self) -> Vec<&Schema> {
        let mut out: Vec<&Schema> = Vec::new();
        let bases = self.all().map(|t| &t.schema);
        let extensions = self.all().flat_map(|t| t.extensions.iter().map(|(schema, _)| schema));
        for schema in bases.chain(extensions).chain(&self.spare) {
            if !out.iter().any(|s| s.id == schema.id) {
                out.push(schema);
            }
        }
        out
    }

    fn add(&mut self, document: TypeDocument, known: &[Schema]) -> Result<(), BadSchemas> {
        let find = |id: &str| match known.iter().find(|s| urn::same(&s.id, id)) {
            Some(schema) => Ok(schema.clone()),
            None => bad(format!("resource type {}: there is no schema {id}", document.name)),
        };
        let endpoint = format!("/{}", document.endpoint.trim_matches('/'));
        let schema = find(&document.schema)?;
        let mut extensions = Vec::new();
        for extension in &document.schema_extensions {
            extensions.push((find(&extension.schema)?, extension.required));
        }
        for built_in in [&mut self.users, &mut self.groups] {
            if built_in.name != document.name {
                continue;
            }
            if built_in.endpoint != endpoint || built_in.schema.id != schema.id {
                return bad(format!("resource type {}: only extensions can be added to it", document.name));
            }
            extensions.retain(|(schema, _)| built_in.extension(&schema.id).is_none());
            built_in.extensions.extend(extensions);
            return Ok(());
        }
        let segment = &endpoint[1..];
        let fits = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '_';
        if segment.is_empty() || !segment.chars().all(fits) || RESERVED.contains(&segment) {
            return bad(format!("resource type {}: {endpoint} can be no endpoint", document.name));
        }
        if self.all().any(|t| t.endpoint == endpoint || t.name == document.name) {
            return bad(format!("resource type {}: its name or endpoint is taken", document.name));
        }
        let TypeDocument { name, description, .. } = document;
        self.others.push(ResourceType { name, description, endpoint, schema, extensions });
        Ok(())
    }
}

fn read_schema(document: SchemaDocument) -> Result<Schema, BadSchemas> {
    let SchemaDocument { id, name, description, mut attributes, .. } = document;
    attributes.iter_mut().for_each(settle_case);
    // Only so can a path name the schema as a whole, and a colon end its URN in a path.
    let ends_in_a_name = id.rsplit_once(':').is_some_and(|(urn, name)| urn.contains(':') && is_attribute_name(name));
    if !ends_in_a_name {
        return bad(format!("{id} is no schema URN that ends in a name, as urn:example:schemas:1.0:Device does"));
    }
    check_attributes(&id, &attributes, false)?;
    if let Some(common) = common_attributes().iter().find(|c| attributes.iter().any(|a| a.name == c.name)) {
        return bad(format!("{id}: {} is an attribute every resource has (RFC 7643 section 3.1)", common.name));
    }
    Ok(Schema { name: if name.is_empty() { id.clone() } else { name }, id, description, attributes })
}

/// Binaries and references are case-exact whatever a schema says (RFC 7643 sections 2.3.6 and 2.3.7).
fn settle_case(attribute: &mut Attribute) {
    attribute.case_exact |= matches!(attribute.kind, Kind::Binary | Kind::Reference);
    attribute.sub_attributes.iter_mut().for_each(settle_case);
}

fn check_attributes(at: &str, attributes: &[Attribute], inside: bool) -> Result<(), BadSchemas> {
    for (i, attribute) in attributes.iter().enumerate() {
        let at = format!("{at}:{}", attribute.name);
        if !is_attribute_name(&attribute.name) {
            return bad(format!("{at} is no attribute name (RFC 7643 section 2.1)"));
        }
        if attributes[..i].iter().any(|other| other.name.eq_ignore_ascii_case(&attribute.name)) {
            return bad(format!("{at} is there twice"));
        }
        if inside && attribute.is_complex() {
            return bad(format!("{at}: a complex attribute has no complex parts (RFC 7643 section 2.3.8)"));
        }
        if attribute.is_complex() == attribute.sub_attributes.is_empty() {
            return bad(format!("{at}: complex attributes have subAttributes, others have none"));
        }
        check_attributes(&at, &attribute.sub_attributes, true)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn device() -> Value {
        json!({
            "schemas": [{
                "schemas": [urn::SCHEMA], "id": "urn:example:1.0:Device", "name": "Device", "meta": {},
                "attributes": [{ "name": "serial", "type": "string", "required": true, "uniqueness": "server" }],
            }, { "id": "urn:example:1.0:Badge", "attributes": [{ "name": "number", "type": "integer" }] }],
            "resourceTypes": [
                { "name": "Device", "endpoint": "/Devices", "schema": "urn:example:1.0:Device" },
                { "name": "User", "endpoint": "/Users", "schema": urn::USER,
                  "schemaExtensions": [{ "schema": "urn:example:1.0:Badge", "required": false }] },
            ],
        })
    }

    fn refusal(change: impl FnOnce(&mut Value)) -> String {
        let mut file = device();
        change(&mut file);
        Registry::with_file(&file.to_string()).unwrap_err().to_string()
    }

    #[test]
    fn a_file_adds_types_and_extensions() {
        let registry = Registry::with_file(&device().to_string()).unwrap();
        assert_eq!(registry.other("Devices").unwrap().name, "Device");
        assert!(registry.users.extension("URN:example:1.0:badge").is_some());
        assert_eq!(registry.users.extensions.len(), 2, "the enterprise extension stays");
        assert_eq!(registry.schemas().len(), 5);
        assert_eq!(Registry::with_file("{}").unwrap(), Registry::default());
    }

    #[test]
    fn what_cannot_be_served_is_named() {
        assert!(refusal(|f| f["schemas"][0]["id"] = "device".into()).contains("ends in a name"));
        assert!(refusal(|f| f["schemas"][0]["id"] = urn::USER.into()).contains("already"));
        assert!(refusal(|f| f["schemas"][0]["attributes"][0]["name"] = "a b".into()).contains("no attribute name"));
        assert!(refusal(|f| f["schemas"][0]["attributes"][0]["type"] = "complex".into()).contains("subAttributes"));
        assert!(refusal(|f| f["schemas"][0]["attributes"][0]["name"] = "id".into()).contains("every resource"));
        assert!(refusal(|f| f["resourceTypes"][0]["schema"] = "urn:x:y:Z".into()).contains("no schema urn:x:y:Z"));
        assert!(refusal(|f| f["resourceTypes"][0]["endpoint"] = "/Bulk".into()).contains("no endpoint"));
        assert!(refusal(|f| f["resourceTypes"][0]["endpoint"] = "/Groups".into()).contains("taken"));
        assert!(refusal(|f| f["resourceTypes"][1]["endpoint"] = "/People".into()).contains("only extensions"));
        assert!(refusal(|f| f["more"] = 1.into()).contains("more"));
    }
}
