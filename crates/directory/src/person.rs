//! One person, one group, one change.

use super::detail::Detail;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// A person in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person {
    /// The directory product's own key (an Okta user id, an Entra object id).
    pub key: String,
    /// Sign-in name, written like an e-mail address.
    pub user_name: String,
    /// Mail nickname: the part before `@` when the person joined; a rename does not change it.
    pub nickname: String,
    /// Given name.
    pub given_name: String,
    /// Family name.
    pub family_name: String,
    /// Name to show.
    pub display_name: String,
    /// Work e-mail address.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Job title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// Department.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<String>,
    /// Employee number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub employee_number: Option<String>,
    /// Work phone number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Key of the manager.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manager: Option<String>,
    /// What else is known of the person.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub details: BTreeMap<Detail, String>,
    /// Whether sign-in is allowed.
    pub active: bool,
    /// Whether the person is in the bin (soft deleted): restorable, not yet purged.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub deleted: bool,
}

/// A group in a directory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Group {
    /// The directory product's own key.
    pub key: String,
    /// Name.
    pub name: String,
    /// Keys of the direct members, people and groups.
    pub members: BTreeSet<String>,
}

/// One change of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Another sign-in name.
    UserName(String),
    /// Another given name. The display name stays.
    GivenName(String),
    /// Another family name. The display name stays.
    FamilyName(String),
    /// Another name to show.
    DisplayName(String),
    /// Another e-mail address, or none.
    Email(Option<String>),
    /// Another job title, or none.
    Title(Option<String>),
    /// Another department, or none.
    Department(Option<String>),
    /// Another employee number, or none.
    EmployeeNumber(Option<String>),
    /// Another phone number, or none.
    Phone(Option<String>),
    /// Another manager (key), or none.
    Manager(Option<String>),
    /// Sign-in allowed or not.
    Active(bool),
    /// Another value of what else is known, or none.
    Detail(Detail, Option<String>),
}

/// An attribute name no person has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a person has no attribute `{name}`; there are: {}", Change::attributes().collect::<Vec<_>>().join(", "))]
pub struct UnknownAttribute {
    /// The name given.
    pub name: String,
}

impl Change {
    /// The names [`Change::named`] knows.
    pub fn attributes() -> impl Iterator<Item = &'static str> {
        Self::ATTRIBUTES.iter().copied().chain(Detail::all().map(|(_, name)| name))
    }

    const ATTRIBUTES: &'static [&'static str] = &[
        "user name",
        "given name",
        "family name",
        "display name",
        "email",
        "title",
        "department",
        "employee number",
        "phone",
    ];

    /// The change of an attribute given by name; case, spaces, `_` and `-` do not count, so `givenName` is known too.
    /// An empty value clears what can be empty.
    ///
    /// # Errors
    /// When no attribute has that name.
    pub fn named(attribute: &str, value: &str) -> Result<Self, UnknownAttribute> {
        let plain: String = attribute.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let text = value.to_owned();
        let maybe = (!value.is_empty()).then(|| text.clone());
        Ok(match plain.as_str() {
            "username" | "login" => Self::UserName(text),
            "givenname" | "firstname" => Self::GivenName(text),
            "familyname" | "lastname" | "surname" => Self::FamilyName(text),
            "displayname" => Self::DisplayName(text),
            "email" | "mail" | "emailaddress" => Self::Email(maybe),
            "title" | "jobtitle" => Self::Title(maybe),
            "department" => Self::Department(maybe),
            "employeenumber" | "employeeid" => Self::EmployeeNumber(maybe),
            "phone" | "phonenumber" => Self::Phone(maybe),
            other => match Detail::plain(other) {
                Some(detail) => Self::Detail(detail, maybe),
                None => return Err(UnknownAttribute { name: attribute.to_owned() }),
            },
        })
    }
}

impl Person {
    /// What else is known of the person.
    #[must_use]
    pub fn detail(&self, detail: Detail) -> Option<&str> {
        self.details.get(&detail).map(String::as_str)
    }

    /// Applies a change.
    pub fn apply(&mut self, change: Change) {
        match change {
            Change::UserName(v) => self.user_name = v,
            Change::GivenName(v) => self.given_name = v,
            Change::FamilyName(v) => self.family_name = v,
            Change::DisplayName(v) => self.display_name = v,
            Change::Email(v) => self.email = v,
            Change::Title(v) => self.title = v,
            Change::Department(v) => self.department = v,
            Change::EmployeeNumber(v) => self.employee_number = v,
            Change::Phone(v) => self.phone = v,
            Change::Manager(v) => self.manager = v,
            Change::Active(v) => self.active = v,
            Change::Detail(detail, Some(v)) => drop(self.details.insert(detail, v)),
            Change::Detail(detail, None) => drop(self.details.remove(&detail)),
        }
    }
}
