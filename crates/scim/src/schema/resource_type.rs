//! Resource types: the built-in ones, and how a path finds an attribute of one.

use super::builtin::{common_attributes, enterprise_user, group_schema, user_schema};
use super::model::{Attribute, Returned, Schema};
use crate::path::AttrPath;
use crate::urn;
use std::sync::OnceLock;

/// A resource type (RFC 7643 section 6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ResourceType {
    /// Its name and id, `User`.
    pub name: String,
    /// For a human.
    pub description: String,
    /// Where it lives, `/Users`.
    pub endpoint: String,
    /// Its base schema.
    pub schema: Schema,
    /// Its extensions, and whether each is required.
    pub extensions: Vec<(Schema, bool)>,
}

/// What a path means in a resource type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolved<'a> {
    /// The extension whose object holds the attribute; `None` for base and common attributes.
    pub extension: Option<&'a Schema>,
    /// The attribute.
    pub attribute: &'a Attribute,
    /// Its sub-attribute, when the path names one.
    pub sub: Option<&'a Attribute>,
}

impl<'a> Resolved<'a> {
    /// The innermost attribute the path names.
    #[must_use]
    pub fn leaf(&self) -> &'a Attribute {
        self.sub.unwrap_or(self.attribute)
    }
}

impl ResourceType {
    /// Looks a path up: with or without URN, in any case, common attributes included (RFC 7644 section 3.10).
    ///
    /// A name without URN is sought in the base schema and the common attributes only: extension attributes are
    /// reached through their URN.
    #[must_use]
    pub fn attribute(&self, path: &AttrPath) -> Option<Resolved<'_>> {
        let (extension, attribute) = match &path.urn {
            None => (None, self.base_attribute(&path.name)?),
            Some(urn) if urn::same(urn, &self.schema.id) => (None, self.base_attribute(&path.name)?),
            Some(urn) => {
                let schema = self.extension(urn)?;
                (Some(schema), schema.attribute(&path.name)?)
            }
        };
        let sub = match &path.sub {
            None => None,
            Some(name) => Some(attribute.sub(name)?),
        };
        Some(Resolved { extension, attribute, sub })
    }

    /// The base or common attribute of that name; case does not count.
    #[must_use]
    pub fn base_attribute(&self, name: &str) -> Option<&Attribute> {
        let common = common_attributes().iter().find(|a| a.name.eq_ignore_ascii_case(name));
        self.schema.attribute(name).or(common)
    }

    /// Whether any attribute is shown on request only.
    #[must_use]
    pub fn shows_on_request(&self) -> bool {
        let extensions = self.extensions.iter().flat_map(|(schema, _)| &schema.attributes);
        self.schema.attributes.iter().chain(extensions).any(|a| a.returned == Returned::Request)
    }

    /// The extension of that URN; case does not count.
    #[must_use]
    pub fn extension(&self, urn: &str) -> Option<&Schema> {
        self.extensions.iter().map(|(schema, _)| schema).find(|s| urn::same(&s.id, urn))
    }

    /// The extension that a path names as a whole: read as a path, the last part of its URN looks like a name.
    #[must_use]
    pub fn whole_extension(&self, path: &AttrPath) -> Option<&Schema> {
        if path.sub.is_some() {
            return None;
        }
        let urn = path.urn.as_deref()?;
        self.extension(&format!("{urn}:{}", path.name))
    }

    /// Users, with the enterprise extension.
    pub fn user() -> &'static Self {
        static TYPE: OnceLock<ResourceType> = OnceLock::new();
        TYPE.get_or_init(|| {
            let extensions = vec![(enterprise_user().clone(), false)];
            Self { extensions, ..Self::plain("User", "A person's account", user_schema()) }
        })
    }

    /// Groups.
    pub fn group() -> &'static Self {
        static TYPE: OnceLock<ResourceType> = OnceLock::new();
        TYPE.get_or_init(|| Self::plain("Group", "A set of users and groups", group_schema()))
    }

    /// A type without extensions.
    fn plain(name: &str, description: &str, schema: &Schema) -> Self {
        let (name, description, endpoint) = (name.to_owned(), description.to_owned(), format!("/{name}s"));
        Self { name, description, endpoint, schema: schema.clone(), extensions: Vec::new() }
    }

    /// Every built-in type.
    pub fn all() -> [&'static Self; 2] {
        [Self::user(), Self::group()]
    }

    /// The type at an endpoint, with or without its leading slash.
    pub fn for_endpoint(endpoint: &str) -> Option<&'static Self> {
        let name = endpoint.trim_start_matches('/');
        Self::all().into_iter().find(|t| t.endpoint.trim_start_matches('/') == name)
    }
}
