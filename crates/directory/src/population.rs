//! Fake people and groups, reproducible from a seed.

use super::person::{Group, Person};
use super::random::{Keys, Random};
use fake::Fake;
use fake::faker::name::en::{FirstName, LastName};
use std::collections::{BTreeMap, BTreeSet};

const TITLES: &[&str] =
    &["Engineer", "Analyst", "Designer", "Accountant", "Team Lead", "Product Manager", "Consultant"];
const DEPARTMENTS: &[&str] = &["Engineering", "Finance", "Marketing", "Operations", "People", "Research", "Sales"];

/// Stream numbers: who people are does not depend on the shape of their keys, so that two products' directories
/// of one seed and tag hold the same people.
const PEOPLE: u64 = 0;
const KEYS: u64 = 1;

/// Makes people and groups of one tag. The tag is in every user name, e-mail address and group name, so that a run
/// is known by it on any target.
#[derive(Debug, Clone)]
pub struct Population {
    people: Random,
    keys: Random,
    shapes: Keys,
    tag: String,
    domain: String,
    used: BTreeMap<String, usize>,
}

impl Population {
    /// People of a seed and a tag, with e-mail addresses in `domain` and keys of that product's shape.
    #[must_use]
    pub fn new(seed: u64, tag: &str, domain: &str, keys: Keys) -> Self {
        Self::cast(seed, tag, tag, domain, keys)
    }

    /// People of a seed and a role: their names depend on these two, so a scenario keeps its people when its number in
    /// the plan, and with it the tag, changes. Their keys depend on the tag: two scenarios, or two runs, that share a
    /// target must not share an externalId.
    #[must_use]
    pub fn cast(seed: u64, role: &str, tag: &str, domain: &str, keys: Keys) -> Self {
        Self {
            people: Random::new(seed, role, PEOPLE),
            keys: Random::new(seed, tag, KEYS),
            shapes: keys,
            tag: tag.to_owned(),
            domain: domain.to_owned(),
            used: BTreeMap::new(),
        }
    }

    /// The tag.
    #[must_use]
    pub fn tag(&self) -> &str {
        &self.tag
    }

    /// The domain of the e-mail addresses.
    #[must_use]
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// A person of that given name; user name `ada.<tag>@<domain>`, for a second Ada `ada2.<tag>@<domain>`.
    pub fn named(&mut self, given_name: &str) -> Person {
        let family_name: String = LastName().fake_with_rng(self.people.rng());
        let slug = slug(given_name);
        let times = self.used.entry(slug.clone()).or_default();
        *times += 1;
        let number = if *times > 1 { times.to_string() } else { String::new() };
        let nickname = format!("{slug}{number}.{}", self.tag);
        let user_name = format!("{nickname}@{}", self.domain);
        Person {
            key: self.shapes.person.make(&mut self.keys),
            display_name: format!("{given_name} {family_name}"),
            given_name: given_name.to_owned(),
            family_name,
            email: Some(user_name.clone()),
            user_name,
            nickname,
            title: Some(self.title()),
            department: Some(self.department()),
            employee_number: Some(format!("{:05}", 10_000 + self.people.below(90_000))),
            // 555-01xx is set aside for fiction.
            phone: Some(format!("+1 555 01{:02}", self.people.below(100))),
            manager: None,
            details: BTreeMap::new(),
            active: true,
            deleted: false,
        }
    }

    /// A seeded job title.
    pub fn title(&mut self) -> String {
        TITLES[self.people.below(TITLES.len())].to_owned()
    }

    /// A seeded department.
    pub fn department(&mut self) -> String {
        DEPARTMENTS[self.people.below(DEPARTMENTS.len())].to_owned()
    }

    /// `count` people with seeded names.
    pub fn some(&mut self, count: usize) -> Vec<Person> {
        (0..count)
            .map(|_| {
                let given_name: String = FirstName().fake_with_rng(self.people.rng());
                self.named(&given_name)
            })
            .collect()
    }

    /// An empty group; its name carries the tag.
    pub fn group(&mut self, name: &str) -> Group {
        let key = self.shapes.group.make(&mut self.keys);
        Group { key, name: tagged(name, &self.tag), members: BTreeSet::new() }
    }

    /// The same person as another directory knows them: another key, no manager (managers are keys too).
    pub fn same(&mut self, person: &Person) -> Person {
        Person { key: self.shapes.person.make(&mut self.keys), manager: None, ..person.clone() }
    }
}

/// A name with the tag: `Engineering-<tag>`.
#[must_use]
pub fn tagged(name: &str, tag: &str) -> String {
    format!("{name}-{tag}")
}

fn slug(name: &str) -> String {
    let slug: String = name.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
    if slug.is_empty() { "person".to_owned() } else { slug }
}

#[cfg(test)]
mod tests {
    use super::super::KeyShape;
    use super::*;

    const OKTA: Keys = Keys {
        person: KeyShape::Prefixed { prefix: "00u", length: 20 },
        group: KeyShape::Prefixed { prefix: "00g", length: 20 },
    };
    const ENTRA: Keys = Keys { person: KeyShape::Guid, group: KeyShape::Guid };

    #[test]
    fn the_same_seed_gives_the_same_people() {
        let one = Population::new(42, "r7k2", "example.com", OKTA).some(20);
        assert_eq!(one, Population::new(42, "r7k2", "example.com", OKTA).some(20));
        assert_ne!(one, Population::new(43, "r7k2", "example.com", OKTA).some(20));
    }

    #[test]
    fn two_products_hold_the_same_people_under_other_keys() {
        let okta = Population::new(42, "r7k2", "example.com", OKTA).named("Ada");
        let entra = Population::new(42, "r7k2", "example.com", ENTRA).named("Ada");
        assert!(okta.key.starts_with("00u") && okta.key.len() == 20, "{}", okta.key);
        assert_eq!(entra.key.len(), 36);
        assert_eq!(Person { key: okta.key.clone(), ..entra }, okta);
    }

    #[test]
    fn the_tag_is_in_every_name_that_reaches_a_target() {
        let mut population = Population::new(1, "r7k2", "example.com", OKTA);
        assert_eq!(population.named("Ada").user_name, "ada.r7k2@example.com");
        assert_eq!(population.named("Ada").user_name, "ada2.r7k2@example.com");
        assert_eq!(population.group("Engineering").name, "Engineering-r7k2");
        for person in population.some(50) {
            assert!(person.user_name.contains(".r7k2@") && person.email.unwrap().contains(".r7k2@"));
        }
    }
}
