//! Which attributes an answer shows (RFC 7644 section 3.9, RFC 7643 section 7 `returned`).
//!
//! In: two query parameters, a resource. Out: the part of it to show. Never: a change of a value.

use super::error::ScimError;
use super::path::AttrPath;
use super::schema::{Attribute, ResourceType, Returned, Schema};
use super::urn;
use serde_json::{Map, Value};

/// What a client asked to see.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Projection {
    attributes: Option<Vec<AttrPath>>,
    excluded: Vec<AttrPath>,
    /// What the client sent: of attributes returned on request these are shown to it.
    sent: Vec<AttrPath>,
}

/// How far a list of paths names an attribute.
#[derive(Debug, PartialEq)]
enum Named {
    No,
    Whole,
    Parts(Vec<String>),
}

impl Projection {
    /// Reads the query parameters `attributes` and `excludedAttributes`. An empty one counts as absent; names no
    /// schema has are passed over later, when the resource type is known.
    ///
    /// # Errors
    /// `invalidValue` if both are given (RFC 7644 calls them mutually exclusive) or a name is none.
    pub fn parse(attributes: Option<&str>, excluded: Option<&str>) -> Result<Self, ScimError> {
        let read = |text: Option<&str>| -> Result<Vec<AttrPath>, ScimError> {
            let names = text.unwrap_or_default().split(',').map(str::trim).filter(|name| !name.is_empty());
            names.map(|name| AttrPath::parse(name).map_err(|e| ScimError::invalid_value(e.to_string()))).collect()
        };
        let (attributes, excluded) = (read(attributes)?, read(excluded)?);
        if !attributes.is_empty() && !excluded.is_empty() {
            return Err(ScimError::invalid_value("attributes and excludedAttributes exclude each other"));
        }
        Ok(Self { attributes: (!attributes.is_empty()).then_some(attributes), excluded, sent: Vec::new() })
    }

    /// The same for the answer to a write that named these attributes: one returned on request is shown to the client
    /// that sent it (RFC 7643 section 7).
    #[must_use]
    pub fn with_sent(mut self, paths: Vec<AttrPath>) -> Self {
        self.sent = paths;
        self
    }

    /// The resource as it is to be shown. What is always returned is there, what is never returned is not.
    #[must_use]
    pub fn apply(&self, mut resource: Value, rt: &ResourceType) -> Value {
        if let Value::Object(object) = &mut resource {
            object.retain(|name, value| {
                if let Some(attribute) = rt.base_attribute(name) {
                    return self.cut(value, None, attribute, rt);
                }
                match (rt.extension(name), value) {
                    (Some(schema), Value::Object(inner)) => self.cut_extension(inner, schema, rt),
                    _ => self.attributes.is_none(),
                }
            });
        }
        resource
    }

    /// Whether anything of the attribute will be shown, so that a store can leave it unread.
    #[must_use]
    pub fn wants(&self, name: &str, rt: &ResourceType) -> bool {
        let Some(found) = AttrPath::parse(name).ok().and_then(|path| rt.attribute(&path)) else { return true };
        let asked = |paths: &[AttrPath]| named(paths, found.extension, found.attribute, rt);
        match (found.attribute.returned, &self.attributes) {
            (Returned::Never, _) => false,
            (Returned::Always, _) => true,
            (_, Some(attributes)) => asked(attributes) != Named::No,
            (Returned::Request, None) => asked(&self.sent) != Named::No,
            (Returned::Default, None) => asked(&self.excluded) != Named::Whole,
        }
    }

    /// Leaves of an extension what is to be shown; whether that is anything.
    fn cut_extension(&self, inner: &mut Map<String, Value>, schema: &Schema, rt: &ResourceType) -> bool {
        inner.retain(|name, value| match schema.attribute(name) {
            Some(attribute) => self.cut(value, Some(schema), attribute, rt),
            None => self.attributes.is_none(),
        });
        !inner.is_empty()
    }

    /// Leaves of a value what is to be shown; whether that is anything.
    fn cut(&self, value: &mut Value, extension: Option<&Schema>, attribute: &Attribute, rt: &ResourceType) -> bool {
        let asked = |paths: &[AttrPath]| named(paths, extension, attribute, rt);
        let mut part = |keep: &dyn Fn(&Attribute) -> bool| keep_parts(value, attribute, keep);
        let by_default = |s: &Attribute| s.returned != Returned::Request;
        let includes = |names: &[String], s: &Attribute| names.contains(&s.name);
        match (attribute.returned, self.attributes.as_deref().map(asked)) {
            (Returned::Never, _) => false,
            (Returned::Always, _) | (_, Some(Named::Whole)) => part(&by_default),
            (_, Some(Named::Parts(names))) => part(&|s| includes(&names, s)),
            (Returned::Request, None) if asked(&self.sent) != Named::No => part(&by_default),
            (_, Some(Named::No)) | (Returned::Request, None) => false,
            (Returned::Default, None) => match asked(&self.excluded) {
                Named::No => part(&by_default),
                Named::Whole => false,
                Named::Parts(names) => part(&|s| by_default(s) && !includes(&names, s)),
            },
        }
    }
}

fn named(paths: &[AttrPath], extension: Option<&Schema>, attribute: &Attribute, rt: &ResourceType) -> Named {
    let mut parts = Vec::new();
    for path in paths {
        if names_base_schema(path, rt) {
            if extension.is_none() && rt.schema.attribute(&attribute.name).is_some() {
                return Named::Whole;
            }
            continue;
        }
        if let Some(whole) = rt.whole_extension(path) {
            if extension.is_some_and(|e| e.id == whole.id) {
                return Named::Whole;
            }
            continue;
        }
        let Some(found) = rt.attribute(path) else { continue };
        let same_place = found.extension.map(|e| &e.id) == extension.map(|e| &e.id);
        if !same_place || found.attribute.name != attribute.name {
            continue;
        }
        match found.sub {
            None => return Named::Whole,
            Some(sub) => parts.push(sub.name.clone()),
        }
    }
    if parts.is_empty() { Named::No } else { Named::Parts(parts) }
}

/// Whether a path is the URN of the base schema: it stands for every attribute of that schema, as an extension's does.
fn names_base_schema(path: &AttrPath, rt: &ResourceType) -> bool {
    let urn = || path.urn.as_ref().map(|urn| format!("{urn}:{}", path.name));
    path.sub.is_none() && urn().is_some_and(|urn| urn::same(&urn, &rt.schema.id))
}

/// Leaves of a value the sub-attributes to keep; whether anything is left of it. A list of a hundred thousand members
/// is cut where it stands: a second one beside it would cost as much memory again.
fn keep_parts(value: &mut Value, attribute: &Attribute, keep: &dyn Fn(&Attribute) -> bool) -> bool {
    let of_one = |value: &mut Value| match value {
        Value::Object(object) if attribute.is_complex() => {
            object.retain(|name, _| match attribute.sub(name) {
                Some(sub) => match sub.returned {
                    Returned::Always => true,
                    Returned::Never => false,
                    Returned::Default | Returned::Request => keep(sub),
                },
                None => false,
            });
            !object.is_empty()
        }
        _ => true,
    };
    match value {
        Value::Array(list) => {
            let was_empty = list.is_empty();
            list.retain_mut(of_one);
            was_empty || !list.is_empty()
        }
        one => of_one(one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn user() -> Value {
        json!({
            "schemas": [urn::USER], "id": "1", "userName": "bob", "password": "p", "name": {"givenName": "Bob", "familyName": "B"},
            "emails": [{"value": "a", "type": "work"}, {"value": "b"}], "meta": {"version": "1", "location": "l"},
            (urn::ENTERPRISE_USER): {"department": "d", "manager": {"value": "m", "displayName": "M"}},
        })
    }

    fn show(attributes: &str, excluded: &str) -> Value {
        Projection::parse(Some(attributes), Some(excluded)).unwrap().apply(user(), ResourceType::user())
    }

    #[test]
    fn without_a_wish_all_but_the_secret() {
        let mut expected = user();
        expected.as_object_mut().unwrap().shift_remove("password");
        assert_eq!(show("", ""), expected);
        assert_eq!(Projection::default().apply(user(), ResourceType::user()), expected);
    }

    #[test]
    fn attributes_adds_to_what_is_always_there() {
        let base = |more: Value| {
            let mut out = json!({"schemas": [urn::USER], "id": "1"});
            out.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            out
        };
        assert_eq!(show("USERNAME", ""), base(json!({"userName": "bob"})));
        assert_eq!(show("password,nothing", ""), base(json!({})));
        assert_eq!(
            show("name.GivenName, emails.type,meta.version", ""),
            base(json!({"name": {"givenName": "Bob"}, "emails": [{"type": "work"}], "meta": {"version": "1"}}))
        );
        let urn = urn::ENTERPRISE_USER;
        assert_eq!(show(&format!("{urn}:department"), ""), base(json!({(urn): {"department": "d"}})));
        assert_eq!(
            show(&format!("{urn}:manager.displayName"), ""),
            base(json!({(urn): {"manager": {"displayName": "M"}}}))
        );
        assert_eq!(show(urn, ""), base(json!({(urn): user()[urn]})));
        assert_eq!(show("urn:ietf:params:scim:schemas:core:2.0:User:userName", ""), base(json!({"userName": "bob"})));
    }

    #[test]
    fn the_base_schema_as_a_whole() {
        let only = show(urn::USER, "");
        assert_eq!(only["userName"], "bob");
        assert_eq!((only.get("meta"), only.get(urn::ENTERPRISE_USER)), (None, None));
        let without = show("", urn::USER);
        assert_eq!((without.get("userName"), &without["id"]), (None, &json!("1")));
        assert!(without.get(urn::ENTERPRISE_USER).is_some());
    }

    #[test]
    fn excluded_takes_away_but_not_the_id() {
        let out = show("", &format!("id,schemas,name.familyName,emails,{}:manager", urn::ENTERPRISE_USER));
        assert_eq!((&out["id"], &out["name"]), (&json!("1"), &json!({"givenName": "Bob"})));
        assert_eq!((out.get("emails"), out.get("password")), (None, None));
        assert_eq!(out[urn::ENTERPRISE_USER], json!({"department": "d"}));
        assert_eq!(show("", urn::ENTERPRISE_USER).get(urn::ENTERPRISE_USER), None);
    }

    #[test]
    fn returned_on_request() {
        let mut rt = ResourceType::user().clone();
        rt.schema.attributes.iter_mut().find(|a| a.name == "emails").unwrap().returned = Returned::Request;
        let shows = |attributes| {
            let projection = Projection::parse(attributes, None).unwrap();
            let shown = projection.apply(user(), &rt).get("emails").is_some();
            assert_eq!(projection.wants("emails", &rt), shown);
            shown
        };
        assert!(!shows(None));
        assert!(shows(Some("emails")));
    }

    #[test]
    fn a_store_learns_what_to_leave_unread() {
        let wants = |attributes, excluded| {
            Projection::parse(attributes, excluded).unwrap().wants("members", ResourceType::group())
        };
        assert!(wants(None, None) && wants(Some("Members.value"), None) && wants(None, Some("members.value")));
        assert!(!wants(Some("displayName"), None) && !wants(None, Some("MEMBERS")));
        assert!(!Projection::default().wants("password", ResourceType::user()));
        assert!(Projection::parse(Some("id"), None).unwrap().wants("id", ResourceType::user()));
    }

    #[test]
    fn what_cannot_be_asked() {
        assert!(Projection::parse(Some("a"), Some("b")).is_err());
        assert!(Projection::parse(Some("a b"), None).is_err());
        assert!(Projection::parse(Some(" , "), Some("b")).is_ok());
    }
}
