//! What a connection remembers of the objects on the target.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The tie between an object of the directory and one of the target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Link {
    /// The target's id.
    pub id: String,
    /// The value the object was matched by or created with.
    pub matching: String,
    /// Whether the product still manages the object. After an unassignment it only remembers the id.
    pub managed: bool,
    /// The `active` last written or seen; `None` for groups.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub active: Option<bool>,
}

/// The links of one connection, by the directory's keys.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    people: BTreeMap<String, Link>,
    groups: BTreeMap<String, Link>,
}

impl Links {
    /// The link of a person, managed or not.
    #[must_use]
    pub fn person(&self, key: &str) -> Option<&Link> {
        self.people.get(key)
    }

    /// The link of a group.
    #[must_use]
    pub fn group(&self, key: &str) -> Option<&Link> {
        self.groups.get(key)
    }

    /// Links of people by key.
    pub fn people(&self) -> impl Iterator<Item = (&str, &Link)> {
        self.people.iter().map(|(k, l)| (k.as_str(), l))
    }

    /// Links of groups by key.
    pub fn groups(&self) -> impl Iterator<Item = (&str, &Link)> {
        self.groups.iter().map(|(k, l)| (k.as_str(), l))
    }

    /// Whether nothing is linked.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.people.is_empty() && self.groups.is_empty()
    }

    /// The target id of a person the product manages.
    pub(super) fn managed_person(&self, key: &str) -> Option<String> {
        self.people.get(key).filter(|l| l.managed).map(|l| l.id.clone())
    }

    /// The target id of a group.
    pub(super) fn group_id(&self, key: &str) -> Option<String> {
        self.groups.get(key).map(|l| l.id.clone())
    }

    pub(super) fn tie_person(&mut self, key: &str, id: &str, matching: &str, active: bool) {
        let link = Link { id: id.to_owned(), matching: matching.to_owned(), managed: true, active: Some(active) };
        self.people.insert(key.to_owned(), link);
    }

    /// The account is inactive; who is no longer assigned is only remembered.
    pub(super) fn rest_person(&mut self, key: &str, managed: bool) {
        if let Some(link) = self.people.get_mut(key) {
            (link.active, link.managed) = (Some(false), managed);
        }
    }

    pub(super) fn tie_group(&mut self, key: &str, id: &str, matching: &str) {
        let link = Link { id: id.to_owned(), matching: matching.to_owned(), managed: true, active: None };
        self.groups.insert(key.to_owned(), link);
    }

    /// Drops the link to an object of the target that is gone.
    pub fn drop_id(&mut self, id: &str) {
        self.people.retain(|_, link| link.id != id);
        self.groups.retain(|_, link| link.id != id);
    }

    pub(super) fn person_mut(&mut self, key: &str) -> Option<&mut Link> {
        self.people.get_mut(key)
    }

    pub(super) fn cut_person(&mut self, key: &str) -> Option<Link> {
        self.people.remove(key)
    }

    pub(super) fn cut_group(&mut self, key: &str) -> Option<Link> {
        self.groups.remove(key)
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }
}
