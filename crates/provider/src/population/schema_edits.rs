//! Schemas that are not quite the built-in ones (RFC 7643 section 7: a server says what its attributes are).

use scim::schema::{Attribute, Mutability, Registry, Returned, Schema, enterprise_user, group_schema, user_schema};
use serde::Deserialize;

/// One edit of some attributes of one schema.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct SchemaEdit {
    of: Of,
    /// `title`, or `name.middleName`.
    attributes: Vec<String>,
    /// They are not there.
    #[serde(default)]
    removed: bool,
    /// Of the schema they alone are there.
    #[serde(default)]
    alone: bool,
    required: Option<bool>,
    case_exact: Option<bool>,
    mutability: Option<Mutability>,
    returned: Option<Returned>,
    canonical_values: Option<Vec<String>>,
}

/// Which schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Of {
    User,
    Group,
    Enterprise,
}

impl Of {
    /// Refuses a path that the built-in schema does not have.
    fn check(self, path: &str) -> Result<(), String> {
        let schema = match self {
            Self::User => user_schema(),
            Self::Group => group_schema(),
            Self::Enterprise => enterprise_user(),
        };
        let (name, sub) = path.split_once('.').map_or((path, None), |(name, sub)| (name, Some(sub)));
        let attribute = schema.attributes.iter().find(|attribute| attribute.name == name);
        match attribute {
            Some(found) if sub.is_none_or(|sub| found.sub_attributes.iter().any(|one| one.name == sub)) => Ok(()),
            _ => Err(format!("the schema {} has no {path}", schema.name)),
        }
    }
}

impl SchemaEdit {
    /// Makes the edit. What an earlier one took away stays away.
    ///
    /// # Errors
    /// With the name of an attribute that was never there.
    pub(super) fn apply(&self, types: &mut Registry) -> Result<(), String> {
        self.attributes.iter().try_for_each(|path| self.of.check(path))?;
        let schema = match self.of {
            Of::User => &mut types.users.schema,
            Of::Group => &mut types.groups.schema,
            Of::Enterprise => match types.users.extensions.first_mut() {
                Some((schema, _)) => schema,
                None => return Ok(()),
            },
        };
        if self.alone {
            schema.attributes.retain(|attribute| self.attributes.contains(&attribute.name));
        } else {
            self.attributes.iter().for_each(|path| self.apply_to(schema, path));
        }
        if self.of == Of::Enterprise && schema.attributes.is_empty() {
            types.users.extensions.clear();
        }
        Ok(())
    }

    fn apply_to(&self, schema: &mut Schema, path: &str) {
        let (place, wanted) = match path.split_once('.') {
            None => (&mut schema.attributes, path),
            Some((name, sub)) => match schema.attributes.iter_mut().find(|attribute| attribute.name == name) {
                Some(parent) => (&mut parent.sub_attributes, sub),
                None => return,
            },
        };
        if self.removed {
            place.retain(|attribute| attribute.name != wanted);
        } else if let Some(attribute) = place.iter_mut().find(|attribute| attribute.name == wanted) {
            self.change(attribute);
        }
    }

    fn change(&self, attribute: &mut Attribute) {
        attribute.required = self.required.unwrap_or(attribute.required);
        attribute.case_exact = self.case_exact.unwrap_or(attribute.case_exact);
        attribute.mutability = self.mutability.unwrap_or(attribute.mutability);
        attribute.returned = self.returned.unwrap_or(attribute.returned);
        if let Some(values) = &self.canonical_values {
            attribute.canonical_values.clone_from(values);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_schema_never_had_is_refused_and_what_is_gone_is_not() {
        let edit = |text: &str| toml::from_str::<SchemaEdit>(text).unwrap();
        for wrong in [
            "of = 'user'\nattributes = ['userNam']\nalone = true",
            "of = 'group'\nattributes = ['title']\nremoved = true",
            "of = 'user'\nattributes = ['nickname']\nremoved = true",
            "of = 'user'\nattributes = ['name.value']\nrequired = true",
        ] {
            assert!(edit(wrong).apply(&mut Registry::default()).is_err(), "{wrong}");
        }
        let mut types = Registry::default();
        edit("of = 'enterprise'\nattributes = []\nalone = true").apply(&mut types).unwrap();
        assert!(types.users.extensions.is_empty());
        edit("of = 'enterprise'\nattributes = ['manager.value']\nrequired = true").apply(&mut types).unwrap();
    }
}
