//! The directory itself: who is in it, in the order of joining.

use super::person::{Change, Group, Person};
use std::collections::{BTreeMap, HashMap};

/// Why a directory refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DirectoryError {
    /// No person has that key.
    #[error("nobody in the directory has the key {0}")]
    NoPerson(String),
    /// No group has that key.
    #[error("no group in the directory has the key {0}")]
    NoGroup(String),
    /// Neither a person nor a group has that key.
    #[error("neither a person nor a group in the directory has the key {0}")]
    NoMember(String),
    /// The key is taken.
    #[error("the key {0} is taken")]
    Taken(String),
    /// Only who is in the bin can be restored.
    #[error("the person with the key {0} is not in the bin, so there is nothing to restore")]
    NotDeleted(String),
}

/// Things by key, in the order they came: the order must not depend on random keys.
#[derive(Debug, Clone)]
struct Shelf<T> {
    items: BTreeMap<u64, T>,
    places: HashMap<String, u64>,
    next: u64,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { items: BTreeMap::new(), places: HashMap::new(), next: 0 }
    }
}

impl<T> Shelf<T> {
    fn put(&mut self, key: &str, item: T) {
        self.places.insert(key.to_owned(), self.next);
        self.items.insert(self.next, item);
        self.next += 1;
    }

    fn get(&self, key: &str) -> Option<&T> {
        self.items.get(self.places.get(key)?)
    }

    fn get_mut(&mut self, key: &str) -> Option<&mut T> {
        self.items.get_mut(self.places.get(key)?)
    }

    fn take(&mut self, key: &str) -> Option<T> {
        self.items.remove(&self.places.remove(key)?)
    }
}

/// People and groups, always walked in the order they joined.
#[derive(Debug, Clone, Default)]
pub struct Directory {
    people: Shelf<Person>,
    groups: Shelf<Group>,
}

impl Directory {
    /// An empty directory.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// A person joins.
    ///
    /// # Errors
    /// When the key is taken.
    pub fn join(&mut self, person: Person) -> Result<(), DirectoryError> {
        self.free(&person.key)?;
        let key = person.key.clone();
        self.people.put(&key, person);
        Ok(())
    }

    /// A group is made.
    ///
    /// # Errors
    /// When the key is taken.
    pub fn add_group(&mut self, group: Group) -> Result<(), DirectoryError> {
        self.free(&group.key)?;
        let key = group.key.clone();
        self.groups.put(&key, group);
        Ok(())
    }

    /// The person of that key, in the bin or not.
    #[must_use]
    pub fn person(&self, key: &str) -> Option<&Person> {
        self.people.get(key)
    }

    /// The group of that key.
    #[must_use]
    pub fn group(&self, key: &str) -> Option<&Group> {
        self.groups.get(key)
    }

    /// The person of that user name, in the bin or not.
    #[must_use]
    pub fn person_named(&self, user_name: &str) -> Option<&Person> {
        self.people().find(|p| p.user_name == user_name)
    }

    /// The group of that name.
    #[must_use]
    pub fn group_named(&self, name: &str) -> Option<&Group> {
        self.groups().find(|g| g.name == name)
    }

    /// Everybody, in the bin or not, in the order of joining.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.items.values()
    }

    /// All groups in the order they were made.
    pub fn groups(&self) -> impl Iterator<Item = &Group> {
        self.groups.items.values()
    }

    /// The groups a person or group is a direct member of.
    pub fn groups_of(&self, member: &str) -> impl Iterator<Item = &Group> {
        self.groups().filter(move |g| g.members.contains(member))
    }

    /// The keys in the directory's order, people before groups; unknown keys are left out.
    #[must_use]
    pub fn in_order<'a>(&self, keys: impl IntoIterator<Item = &'a String>) -> Vec<String> {
        let mut placed: Vec<(bool, u64, &String)> = keys
            .into_iter()
            .filter_map(|key| match (self.people.places.get(key), self.groups.places.get(key)) {
                (Some(place), _) => Some((false, *place, key)),
                (None, Some(place)) => Some((true, *place, key)),
                (None, None) => None,
            })
            .collect();
        placed.sort_unstable();
        placed.into_iter().map(|(.., key)| key.clone()).collect()
    }

    /// Changes a person.
    ///
    /// # Errors
    /// When nobody has that key.
    pub fn change(&mut self, key: &str, change: Change) -> Result<(), DirectoryError> {
        self.person_mut(key)?.apply(change);
        Ok(())
    }

    /// A person leaves: into the bin, restorable.
    ///
    /// # Errors
    /// When nobody has that key.
    pub fn leave(&mut self, key: &str) -> Result<(), DirectoryError> {
        self.person_mut(key)?.deleted = true;
        Ok(())
    }

    /// A person comes back from the bin.
    ///
    /// # Errors
    /// When nobody has that key or the person is not in the bin.
    pub fn restore(&mut self, key: &str) -> Result<(), DirectoryError> {
        let person = self.person_mut(key)?;
        if !person.deleted {
            return Err(DirectoryError::NotDeleted(key.to_owned()));
        }
        person.deleted = false;
        Ok(())
    }

    /// A person is gone for good, from groups and as a manager too.
    ///
    /// # Errors
    /// When nobody has that key.
    pub fn purge(&mut self, key: &str) -> Result<Person, DirectoryError> {
        let gone = self.people.take(key).ok_or_else(|| DirectoryError::NoPerson(key.to_owned()))?;
        for group in self.groups.items.values_mut() {
            group.members.remove(key);
        }
        for person in self.people.items.values_mut() {
            if person.manager.as_deref() == Some(key) {
                person.manager = None;
            }
        }
        Ok(gone)
    }

    /// Renames a group.
    ///
    /// # Errors
    /// When no group has that key.
    pub fn rename_group(&mut self, key: &str, name: &str) -> Result<(), DirectoryError> {
        self.group_mut(key)?.name = name.to_owned();
        Ok(())
    }

    /// Adds members (people or groups); who is one already stays one.
    ///
    /// # Errors
    /// When the group or a member is unknown; nothing is changed then.
    pub fn add_members(&mut self, key: &str, members: &[String]) -> Result<(), DirectoryError> {
        if let Some(unknown) = members.iter().find(|m| self.person(m).is_none() && self.group(m).is_none()) {
            return Err(DirectoryError::NoMember(unknown.clone()));
        }
        self.group_mut(key)?.members.extend(members.iter().cloned());
        Ok(())
    }

    /// Removes members; who is none already stays none.
    ///
    /// # Errors
    /// When no group has that key.
    pub fn remove_members(&mut self, key: &str, members: &[String]) -> Result<(), DirectoryError> {
        let group = self.group_mut(key)?;
        for member in members {
            group.members.remove(member);
        }
        Ok(())
    }

    /// Deletes a group, as a member of others too.
    ///
    /// # Errors
    /// When no group has that key.
    pub fn delete_group(&mut self, key: &str) -> Result<Group, DirectoryError> {
        let gone = self.groups.take(key).ok_or_else(|| DirectoryError::NoGroup(key.to_owned()))?;
        for group in self.groups.items.values_mut() {
            group.members.remove(key);
        }
        Ok(gone)
    }

    fn free(&self, key: &str) -> Result<(), DirectoryError> {
        match self.people.get(key).is_some() || self.groups.get(key).is_some() {
            true => Err(DirectoryError::Taken(key.to_owned())),
            false => Ok(()),
        }
    }

    fn person_mut(&mut self, key: &str) -> Result<&mut Person, DirectoryError> {
        self.people.get_mut(key).ok_or_else(|| DirectoryError::NoPerson(key.to_owned()))
    }

    fn group_mut(&mut self, key: &str) -> Result<&mut Group, DirectoryError> {
        self.groups.get_mut(key).ok_or_else(|| DirectoryError::NoGroup(key.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::super::{KeyShape, Keys, Population};
    use super::*;

    fn keys() -> Keys {
        Keys { person: KeyShape::Guid, group: KeyShape::Guid }
    }

    #[test]
    fn people_are_walked_in_the_order_of_joining_whatever_their_keys() {
        let mut population = Population::new(7, "r1", "example.com", keys());
        let mut directory = Directory::new();
        let people = population.some(50);
        let mut group = population.group("All");
        for person in &people {
            directory.join(person.clone()).unwrap();
            group.members.insert(person.key.clone());
        }
        assert!(directory.people().eq(people.iter()));
        let in_order = directory.in_order(&group.members);
        assert!(in_order.iter().eq(people.iter().map(|p| &p.key)));
        assert_eq!(directory.join(people[0].clone()), Err(DirectoryError::Taken(people[0].key.clone())));
    }

    #[test]
    fn who_is_purged_is_gone_from_groups_and_as_a_manager() {
        let mut population = Population::new(7, "r1", "example.com", keys());
        let (ada, bo) = (population.named("Ada"), population.named("Bo"));
        let group = population.group("All");
        let mut directory = Directory::new();
        directory.join(ada.clone()).unwrap();
        directory.join(bo.clone()).unwrap();
        directory.add_group(group.clone()).unwrap();
        directory.add_members(&group.key, &[ada.key.clone(), bo.key.clone()]).unwrap();
        directory.change(&bo.key, Change::Manager(Some(ada.key.clone()))).unwrap();
        assert_eq!(directory.restore(&ada.key), Err(DirectoryError::NotDeleted(ada.key.clone())));
        directory.leave(&ada.key).unwrap();
        directory.restore(&ada.key).unwrap();
        directory.purge(&ada.key).unwrap();
        assert_eq!(directory.person(&bo.key).unwrap().manager, None);
        assert_eq!(directory.group(&group.key).unwrap().members.len(), 1);
    }
}
