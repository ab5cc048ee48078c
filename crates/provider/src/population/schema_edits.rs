//! Schemas that are not quite the built-in ones (RFC 7643 section 7: a server says what its attributes are).

use scim::schema::{Attribute, Mutability, Registry, Returned, Schema};
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

impl SchemaEdit {
    /// Makes the edit.
    ///
    /// # Errors
    /// With the name of an attribute that is not there.
    pub(super) fn apply(&self, types: &mut Registry) -> Result<(), String> {
        let schema = match self.of {
            Of::User => &mut types.users.schema,
            Of::Group => &mut types.groups.schema,
            Of::Enterprise => match types.users.extensions.first_mut() {
                Some((schema, _)) => schema,
                // An earlier edit took the whole extension away: nothing is left to change.
                None => return Ok(()),
            },
        };
        if self.alone {
            schema.attributes.retain(|attribute| self.attributes.contains(&attribute.name));
            return Ok(());
        }
        for path in &self.attributes {
            self.apply_to(schema, path)?;
        }
        if schema.attributes.is_empty() {
            types.users.extensions.clear();
        }
        Ok(())
    }

    fn apply_to(&self, schema: &mut Schema, path: &str) -> Result<(), String> {
        let (name, sub) = path.split_once('.').map_or((path, None), |(name, sub)| (name, Some(sub)));
        let mut place = &mut schema.attributes;
        let mut wanted = name;
        if let Some(sub) = sub {
            let Some(parent) = place.iter_mut().find(|attribute| attribute.name == name) else {
                // Gone by an earlier edit, or never there: the test over the file tells the two apart.
                return known(path);
            };
            (place, wanted) = (&mut parent.sub_attributes, sub);
        }
        if self.removed {
            place.retain(|attribute| attribute.name != wanted);
            return known(path);
        }
        match place.iter_mut().find(|attribute| attribute.name == wanted) {
            Some(attribute) => self.change(attribute),
            None => return known(path),
        }
        Ok(())
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

/// Refuses a path that no built-in schema has.
fn known(path: &str) -> Result<(), String> {
    let (name, sub) = path.split_once('.').map_or((path, None), |(name, sub)| (name, Some(sub)));
    let schemas = [scim::schema::user_schema(), scim::schema::group_schema(), scim::schema::enterprise_user()];
    let found = schemas.iter().filter_map(|schema| schema.attribute(name));
    match found.filter(|attribute| sub.is_none_or(|sub| attribute.sub(sub).is_some())).count() {
        0 => Err(format!("no schema has {path}")),
        _ => Ok(()),
    }
}
