//! The schemas of RFC 7643 sections 3.1, 4 and 8.7.1, read once from the data files.

use super::model::{Attribute, Schema};
use std::sync::OnceLock;

/// Reads a data file. The files are part of the binary and read by a test, so the fallback is never seen. By way of a table,
/// here as for every data file: a type read straight from TOML is compiled for four deserializers.
fn read(text: &str) -> Schema {
    text.parse().and_then(toml::Table::try_into).unwrap_or_else(|_| Schema {
        id: String::new(),
        name: String::new(),
        description: String::new(),
        attributes: Vec::new(),
    })
}

/// The core User schema (RFC 7643 section 4.1).
pub fn user_schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| read(include_str!("../schemas/user.toml")))
}

/// The core Group schema (RFC 7643 section 4.2).
pub fn group_schema() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| read(include_str!("../schemas/group.toml")))
}

/// The Enterprise User extension (RFC 7643 section 4.3).
pub fn enterprise_user() -> &'static Schema {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    SCHEMA.get_or_init(|| read(include_str!("../schemas/enterprise_user.toml")))
}

/// The attributes every resource has: `schemas`, `id`, `externalId`, `meta` (RFC 7643 sections 3 and 3.1).
pub fn common_attributes() -> &'static [Attribute] {
    static SCHEMA: OnceLock<Schema> = OnceLock::new();
    &SCHEMA.get_or_init(|| read(include_str!("../schemas/common.toml"))).attributes
}

#[cfg(test)]
mod tests {
    use super::super::{Kind, Mutability, ResourceType, Returned, Uniqueness};
    use super::*;
    use crate::path::AttrPath;
    use crate::urn;

    fn find(text: &str) -> Option<(Option<&'static str>, &'static Attribute)> {
        let found = ResourceType::user().attribute(&AttrPath::parse(text).unwrap())?;
        Some((found.extension.map(|s| s.id.as_str()), found.leaf()))
    }

    #[test]
    fn every_data_file_is_read() {
        assert_eq!(user_schema().id, urn::USER);
        assert_eq!(group_schema().id, urn::GROUP);
        assert_eq!(enterprise_user().id, urn::ENTERPRISE_USER);
        let names: Vec<_> = common_attributes().iter().map(|a| a.name.as_str()).collect();
        assert_eq!(names, ["schemas", "id", "externalId", "meta"]);
        assert_eq!(user_schema().attributes.len(), 21);
    }

    #[test]
    fn complex_attributes_and_only_they_have_sub_attributes() {
        let mut all: Vec<&Attribute> = common_attributes().iter().collect();
        for schema in [user_schema(), group_schema(), enterprise_user()] {
            all.extend(&schema.attributes);
        }
        for attribute in all {
            assert_eq!(attribute.is_complex(), !attribute.sub_attributes.is_empty(), "{}", attribute.name);
            assert!(attribute.sub_attributes.iter().all(|s| !s.is_complex()), "{}", attribute.name);
            assert!(!attribute.description.is_empty(), "{}", attribute.name);
        }
    }

    #[test]
    fn characteristics_of_the_table_and_the_errata() {
        let (_, user_name) = find("userName").unwrap();
        assert!(user_name.required && !user_name.case_exact);
        assert_eq!(user_name.uniqueness, Uniqueness::Server);
        let (_, password) = find("password").unwrap();
        assert_eq!((password.mutability, password.returned), (Mutability::WriteOnly, Returned::Never));
        assert_eq!(find("groups").unwrap().1.mutability, Mutability::ReadOnly);
        assert_eq!(find("x509Certificates.value").unwrap().1.kind, Kind::Binary);
        assert!(group_schema().attribute("displayName").unwrap().required, "erratum 5368");
        let members = group_schema().attribute("members").unwrap();
        assert_eq!(members.sub("value").unwrap().mutability, Mutability::Immutable);
        let (_, id) = find("id").unwrap();
        assert_eq!((id.mutability, id.returned, id.case_exact), (Mutability::ReadOnly, Returned::Always, true));
    }

    #[test]
    fn paths_are_found_in_any_case_and_by_urn() {
        assert_eq!(find("NAME.GIVENNAME").unwrap().1.name, "givenName");
        assert_eq!(find("urn:ietf:params:scim:schemas:core:2.0:user:username").unwrap().1.name, "userName");
        assert_eq!(find("urn:ietf:params:scim:schemas:core:2.0:User:meta.created").unwrap().1.kind, Kind::DateTime);
        let (extension, manager) =
            find("urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.displayName").unwrap();
        assert_eq!((extension, manager.mutability), (Some(urn::ENTERPRISE_USER), Mutability::ReadOnly));
        assert!(find("department").is_none(), "an extension attribute is reached through its URN");
        assert!(find("name.nothing").is_none());
        assert!(find("urn:x:y:userName").is_none());
        let whole = AttrPath::parse(urn::ENTERPRISE_USER).unwrap();
        assert!(ResourceType::user().whole_extension(&whole).is_some());
    }

    #[test]
    fn endpoints_with_and_without_slash() {
        assert_eq!(ResourceType::for_endpoint("/Users").unwrap().name, "User");
        assert_eq!(ResourceType::for_endpoint("Groups").unwrap().name, "Group");
        assert!(ResourceType::for_endpoint("/Things").is_none());
    }
}
