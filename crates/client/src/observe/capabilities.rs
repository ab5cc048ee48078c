//! What a target says it can do, read from its three discovery documents.

use super::resource::{List, member};
use scim::schema::ResourceType;
use scim::urn;
use serde_json::Value;

/// The discovery documents of a target, read for what they say. What is missing or cannot be read is a gap; for users
/// and groups the schemas of RFC 7643 then stand in.
#[derive(Debug, Clone, Default)]
pub struct Capabilities {
    config: Option<Value>,
    types: Vec<Value>,
    schemas: Vec<Value>,
    /// What could not be read, one sentence each.
    pub gaps: Vec<String>,
}

impl Capabilities {
    /// Reads the bodies of `/ServiceProviderConfig`, `/ResourceTypes` and `/Schemas`; `None` where there was none.
    #[must_use]
    pub fn read(config: Option<&Value>, types: Option<&Value>, schemas: Option<&Value>) -> Self {
        let mut found = Self { config: config.filter(|c| c.is_object()).cloned(), ..Self::default() };
        if found.config.is_none() {
            found.gaps.push("/ServiceProviderConfig is no JSON object".to_owned());
        }
        let mut list = |name: &str, body: Option<&Value>| {
            let all = body.and_then(List::of).map(|list| list.resources().to_vec());
            if all.is_none() {
                found.gaps.push(format!("{name} is no list of resources"));
            }
            all.unwrap_or_default()
        };
        (found.types, found.schemas) = (list("/ResourceTypes", types), list("/Schemas", schemas));
        found
    }

    /// Whether the configuration says that a feature (`patch`, `bulk`, `filter`, `sort`, `etag`, `changePassword`) is
    /// supported; `None` where it says nothing.
    #[must_use]
    pub fn supports(&self, feature: &str) -> Option<bool> {
        self.setting(feature, "supported")?.as_bool()
    }

    /// One setting of a feature, such as `maxOperations` of `bulk`.
    #[must_use]
    pub fn setting(&self, feature: &str, name: &str) -> Option<&Value> {
        member(member(self.config.as_ref()?, feature)?, name)
    }

    /// Whether the target says that it serves an endpoint.
    #[must_use]
    pub fn serves(&self, endpoint: &str) -> bool {
        self.at(endpoint).is_some()
    }

    /// Whether the target may serve an endpoint: it says so, or says nothing of what it serves. A target that shows its schemas and
    /// no resource types says it by the schemas.
    #[must_use]
    pub fn may_serve(&self, endpoint: &str) -> bool {
        if !self.types.is_empty() {
            return self.serves(endpoint);
        }
        let known = ResourceType::for_endpoint(endpoint);
        self.schemas.is_empty() || known.is_none_or(|known| self.schema(&known.schema.id).is_some())
    }

    /// The schema of that id with its attributes.
    fn schema(&self, id: &str) -> Option<&Value> {
        let with = |schema: &&Value| member(schema, "attributes").is_some_and(Value::is_array);
        self.schemas.iter().filter(with).find(|schema| text(schema, "id").is_some_and(|own| urn::same(own, id)))
    }

    /// The type served at an endpoint.
    fn at(&self, endpoint: &str) -> Option<&Value> {
        let endpoint = endpoint.trim_matches('/');
        // An endpoint is relative to the base (RFC 7643 section 6); of one with a host the last part still says what is served.
        let same = |at: &str| {
            let own = if at.contains("://") {
                at.trim_matches('/').rsplit('/').next().unwrap_or_default()
            } else {
                at.trim_matches('/')
            };
            own.eq_ignore_ascii_case(endpoint)
        };
        self.types.iter().find(|t| text(t, "endpoint").is_some_and(same))
    }

    /// Whether resources of this endpoint can have an attribute: `title`, `name.givenName`, or with its URN.
    #[must_use]
    pub fn knows(&self, endpoint: &str, path: &str) -> bool {
        self.attribute(endpoint, path).is_some() || ["id", "externalId", "meta", "schemas"].contains(&path)
    }

    /// What the schema says of an attribute.
    #[must_use]
    pub fn attribute(&self, endpoint: &str, path: &str) -> Option<Value> {
        let schemas = self.schemas_of(endpoint);
        let named = schemas.iter().find_map(|(schema, _)| {
            let rest = path.get(text(schema, "id")?.len()..)?;
            path[..path.len() - rest.len()].eq_ignore_ascii_case(text(schema, "id")?).then_some((schema, rest))
        });
        let (schema, rest) = match named {
            Some((schema, "")) => return Some(schema.clone()),
            Some((schema, rest)) => (schema, rest.trim_start_matches(':')),
            None => (&schemas.first()?.0, path),
        };
        let mut parts = rest.split('.');
        let name = parts.next()?;
        let first = find(member(schema, "attributes")?, name)?;
        let Some(sub) = parts.next() else { return Some(first.clone()) };
        match member(first, "subAttributes").filter(|parts| parts.as_array().is_some_and(|parts| !parts.is_empty())) {
            Some(parts) => find(parts, sub).cloned(),
            None => part_by_the_rfc(endpoint, text(schema, "id")?, name, sub),
        }
    }

    /// The schemas of an endpoint's resources, the base first, and whether each is required.
    #[must_use]
    pub fn schemas_of(&self, endpoint: &str) -> Vec<(Value, bool)> {
        let told = self.told_schemas(endpoint);
        if !told.is_empty() {
            return told;
        }
        let Some(known) = ResourceType::for_endpoint(endpoint) else { return Vec::new() };
        let extensions = known.extensions.iter().map(|(schema, required)| (schema.to_json(""), *required));
        std::iter::once((known.schema.to_json(""), true)).chain(extensions).collect()
    }

    /// The same, as far as the target's own documents tell: empty unless the base schema is among them.
    fn told_schemas(&self, endpoint: &str) -> Vec<(Value, bool)> {
        let by_id = |id: &str| self.schema(id);
        if self.types.is_empty() {
            return self.schemas_by_name(endpoint);
        }
        let Some(kind) = self.at(endpoint) else { return Vec::new() };
        let Some(base) = text(kind, "schema").and_then(by_id) else { return Vec::new() };
        let extensions = member(kind, "schemaExtensions").and_then(Value::as_array).cloned().unwrap_or_default();
        let extensions = extensions.iter().filter_map(|e| {
            let required = member(e, "required").and_then(Value::as_bool).unwrap_or_default();
            Some((by_id(text(e, "schema")?)?.clone(), required))
        });
        std::iter::once((base.clone(), true)).chain(extensions).collect()
    }

    /// Those of the RFC's schemas of an endpoint that the target has, where no resource type says which are meant.
    fn schemas_by_name(&self, endpoint: &str) -> Vec<(Value, bool)> {
        let Some(known) = ResourceType::for_endpoint(endpoint) else { return Vec::new() };
        let Some(base) = self.schema(&known.schema.id) else { return Vec::new() };
        let extensions =
            known.extensions.iter().filter_map(|(schema, _)| Some((self.schema(&schema.id)?.clone(), false)));
        std::iter::once((base.clone(), true)).chain(extensions).collect()
    }
}

fn text<'a>(object: &'a Value, name: &str) -> Option<&'a str> {
    member(object, name)?.as_str()
}

fn find<'a>(list: &'a Value, name: &str) -> Option<&'a Value> {
    list.as_array()?.iter().find(|a| text(a, "name").is_some_and(|n| n.eq_ignore_ascii_case(name)))
}

/// A part of a complex attribute as the RFC's schema of that name has it: a target that names no parts has those.
fn part_by_the_rfc(endpoint: &str, schema: &str, name: &str, sub: &str) -> Option<Value> {
    let known = ResourceType::for_endpoint(endpoint)?;
    let all = std::iter::once(&known.schema).chain(known.extensions.iter().map(|(extension, _)| extension));
    let own = all.into_iter().find(|own| own.id.eq_ignore_ascii_case(schema)).unwrap_or(&known.schema).to_json("");
    find(member(find(member(&own, "attributes")?, name)?, "subAttributes")?, sub).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_cannot_be_read_is_a_gap_and_core_schemas_stand_in() {
        let none = Capabilities::read(Some(&json!([])), None, Some(&json!({ "Resources": 3 })));
        assert_eq!(none.gaps.len(), 3, "{:?}", none.gaps);
        assert_eq!(none.supports("bulk"), None);
        assert!(none.knows("/Users", "title") && none.knows("/Users", "NAME.givenName"));
        assert!(none.knows("/Users", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"));
        assert!(!none.knows("/Users", "shoeSize") && !none.knows("/Lamps", "title"));
    }

    #[test]
    fn schemas_without_resource_types_are_known_by_their_names() {
        let user = "urn:ietf:params:scim:schemas:core:2.0:User";
        let schemas = json!({ "Resources": [{ "id": user, "attributes": [{ "name": "userName" }, { "name": "roles", "returned": "request" }] }] });
        let caps = Capabilities::read(None, None, Some(&schemas));
        assert!(caps.knows("/Users", "userName") && !caps.knows("/Users", "title"));
        assert!(!caps.knows("/Users", "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:department"));
        assert_eq!(caps.attribute("/Users", "roles").unwrap()["returned"], "request");
        // A complex attribute of which the document names no parts has those of the RFC.
        assert!(caps.knows("/Users", "roles.value") && !caps.knows("/Users", "roles.size"));
        assert!(caps.may_serve("/Users") && !caps.may_serve("/Groups") && caps.may_serve("/Lamps"));
        let silent = Capabilities::read(None, None, None);
        assert!(silent.may_serve("/Groups"));
    }

    #[test]
    fn a_targets_own_schemas_decide() {
        let types = json!({ "Resources": [{ "endpoint": "Users", "schema": "urn:a:User",
            "schemaExtensions": [{ "schema": "urn:x:Ext", "required": true }] }] });
        let schemas = json!({ "Resources": [
            { "id": "urn:A:User", "attributes": [{ "name": "userName", "required": true }] },
            { "id": "urn:x:Ext", "attributes": [{ "name": "badge", "type": "integer" }] },
        ] });
        let config = json!({ "bulk": { "supported": true, "maxOperations": 7 }, "sort": { "supported": "yes" } });
        let caps = Capabilities::read(Some(&config), Some(&types), Some(&schemas));
        assert!(caps.gaps.is_empty());
        assert_eq!((caps.supports("bulk"), caps.supports("sort")), (Some(true), None));
        assert_eq!(caps.setting("bulk", "maxOperations"), Some(&json!(7)));
        assert!(caps.knows("/Users", "username") && !caps.knows("/Users", "title"));
        assert_eq!(caps.attribute("/Users", "urn:x:ext:BADGE").unwrap()["type"], "integer");
        assert_eq!(caps.schemas_of("/Users").iter().map(|(_, r)| *r).collect::<Vec<_>>(), [true, true]);
    }
}
