//! The directory a provider begins with.
//!
//! In: users and groups of SCIM, in whatever form they came; or a seed and a number. Out: people and groups with keys of the
//! product's shape. Never: two people with one user name, or a value of a user changed on the way.

use client::observe::{Resource, member};
use directory::{Detail, Directory, DirectoryError, Group, KeyShape, Keys, Person, Population, Random};
use scim::urn::ENTERPRISE_USER;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// Most people of one directory: all of them are in one file.
const MOST: usize = 200_000;

/// Why a directory cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum PeopleError {
    /// There is nobody in it.
    #[error("there is nobody in it; a table has a column userName, JSON has users of SCIM")]
    Nobody,
    /// There are too many.
    #[error("there are {0} people in it, and an IdP operated by hand takes {MOST}")]
    TooMany(usize),
    /// Somebody has no user name.
    #[error("user {nth} ({id}) has no userName; everybody needs one")]
    Nameless {
        /// Which, from 1.
        nth: usize,
        /// The id, or what is known instead.
        id: String,
    },
    /// Two people have one user name.
    #[error("two people have the user name `{name}` (users {first} and {second}); upper and lower case do not count")]
    Twice {
        /// The name.
        name: String,
        /// Which, from 1.
        first: usize,
        /// Which, from 1.
        second: usize,
    },
    /// Keys or members do not hold together.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
}

/// Whether a text is a key such as the product makes.
fn has_shape(text: &str, shape: KeyShape) -> bool {
    match shape {
        KeyShape::Prefixed { prefix, length } => {
            text.len() == length && text.starts_with(prefix) && text.bytes().all(|b| b.is_ascii_alphanumeric())
        }
        KeyShape::Guid => scim::is_guid(text),
    }
}

/// Gives keys: the one that a product gave where it has the shape, else a new one.
struct Keyring {
    random: Random,
    taken: HashSet<String>,
}

impl Keyring {
    fn key(&mut self, given: [Option<&str>; 2], shape: KeyShape) -> String {
        let own = given.into_iter().flatten().find(|text| has_shape(text, shape)).map(str::to_owned);
        let mut key = own.unwrap_or_else(|| shape.make(&mut self.random));
        while !self.taken.insert(key.clone()) {
            key = shape.make(&mut self.random);
        }
        key
    }
}

/// A directory of users and groups of SCIM. Members and managers are found by id, `userName`, `externalId` or address.
///
/// # Errors
/// When there is nobody, somebody has no user name, or two have one.
pub fn directory(
    users: &[Value],
    groups: &[Value],
    (seed, name): (u64, &str),
    keys: Keys,
) -> Result<Directory, PeopleError> {
    match users.len() {
        0 => return Err(PeopleError::Nobody),
        count if count > MOST => return Err(PeopleError::TooMany(count)),
        _ => {}
    }
    let mut ring = Keyring { random: Random::new(seed, name, 1), taken: HashSet::new() };
    let mut seen: HashMap<String, usize> = HashMap::new();
    let mut by_name: HashMap<String, String> = HashMap::new();
    let mut all = Vec::new();
    for (nth, user) in users.iter().enumerate() {
        let person = person(user, nth + 1, &mut ring, keys.person)?;
        if let Some(first) = seen.insert(person.user_name.to_lowercase(), nth + 1) {
            return Err(PeopleError::Twice { name: person.user_name, first, second: nth + 1 });
        }
        let resource = Resource::of(user);
        let names = [resource.id().map(|id| id.into_owned()), resource.text("externalId").map(str::to_owned)];
        let mails = person.email.clone().map(|mail| mail.to_lowercase());
        for name in names.into_iter().flatten().chain([person.user_name.to_lowercase()]).chain(mails) {
            by_name.entry(name).or_insert_with(|| person.key.clone());
        }
        all.push(person);
    }
    let known = |name: &str| by_name.get(name).or_else(|| by_name.get(&name.to_lowercase())).cloned();
    let mut directory = Directory::new();
    for (mut person, user) in all.into_iter().zip(users) {
        let extension = member(user, ENTERPRISE_USER);
        let manager = extension.and_then(|e| member(e, "manager"));
        let manager = manager.and_then(|m| m.as_str().or_else(|| member(m, "value")?.as_str()));
        person.manager = manager.and_then(known);
        directory.join(person)?;
    }
    add_groups(&mut directory, groups, &mut ring, keys, known)?;
    Ok(directory)
}

fn add_groups(
    directory: &mut Directory,
    groups: &[Value],
    ring: &mut Keyring,
    keys: Keys,
    person: impl Fn(&str) -> Option<String>,
) -> Result<(), PeopleError> {
    let mut by_id: HashMap<String, String> = HashMap::new();
    let mut made = Vec::new();
    for value in groups {
        let group = Resource::of(value);
        let Some(name) = group.text("displayName") else { continue };
        let id = group.id().map(|id| id.into_owned());
        let key = ring.key([group.text("externalId"), id.as_deref()], keys.group);
        by_id.extend(id.map(|id| (id, key.clone())));
        directory.add_group(Group { key: key.clone(), name: name.to_owned(), members: BTreeSet::new() })?;
        made.push((key, group));
    }
    for (key, group) in made {
        let members: Vec<String> = group
            .values("members")
            .filter_map(|one| one.key("value").map(|id| id.into_owned()))
            .filter_map(|id| person(&id).or_else(|| by_id.get(&id).cloned()))
            .filter(|member| *member != key)
            .collect();
        directory.add_members(&key, &members)?;
    }
    Ok(())
}

/// The value of the entry that is of type `work` or primary, else of the first.
fn work(user: Resource<'_>, list: &str) -> Option<String> {
    let all: Vec<Resource<'_>> = user.values(list).collect();
    let is =
        |one: &&Resource<'_>| one.text("type") == Some("work") || one.member("primary") == Some(&Value::Bool(true));
    all.iter().find(is).or(all.first()).and_then(|one| one.text("value")).map(str::to_owned)
}

fn person(value: &Value, nth: usize, ring: &mut Keyring, shape: KeyShape) -> Result<Person, PeopleError> {
    let user = Resource::of(value);
    let id = user.id().map(|id| id.into_owned());
    let Some(user_name) = user.text("userName").map(str::trim).filter(|name| !name.is_empty()) else {
        let id = id.or_else(|| user.text("displayName").map(str::to_owned));
        return Err(PeopleError::Nameless { nth, id: id.unwrap_or_else(|| "without id".to_owned()) });
    };
    let name = user.member("name").map(Resource::of);
    let part = |part: &str| name.and_then(|n| n.text(part)).map(str::to_owned);
    let text = |name: &str| user.text(name).filter(|text| !text.is_empty()).map(str::to_owned);
    let nickname = user_name.split('@').next().unwrap_or(user_name).to_owned();
    let shown = text("displayName").or_else(|| part("formatted"));
    let words = shown.clone().unwrap_or_else(|| nickname.replace(['.', '_'], " "));
    let (first, rest) = words.split_once(' ').unwrap_or((&words, ""));
    let given_name = part("givenName").unwrap_or_else(|| first.to_owned());
    let family_name = part("familyName").unwrap_or_else(|| rest.to_owned());
    let display_name = shown.unwrap_or_else(|| format!("{given_name} {family_name}").trim().to_owned());
    let extension = member(value, ENTERPRISE_USER).map(Resource::of);
    let further = |name: &str| extension.and_then(|e| e.key(name)).map(|v| v.into_owned());
    Ok(Person {
        key: ring.key([user.text("externalId"), id.as_deref()], shape),
        user_name: user_name.to_owned(),
        nickname,
        given_name,
        family_name,
        display_name,
        email: work(user, "emails"),
        title: text("title"),
        department: further("department"),
        employee_number: further("employeeNumber"),
        phone: work(user, "phoneNumbers"),
        manager: None,
        details: details(user, extension),
        active: user.active().unwrap_or(true),
        deleted: false,
    })
}

/// What else a user shows.
fn details(user: Resource<'_>, extension: Option<Resource<'_>>) -> BTreeMap<Detail, String> {
    let entry = |list: &str, of: &str| user.values(list).find(|one| one.text("type") == Some(of));
    let address = entry("addresses", "work").or_else(|| user.values("addresses").next());
    let part = |name: &str| address.and_then(|a| a.text(name));
    let of_work = |name: &str| extension.and_then(|e| e.text(name));
    let role = user.values("roles").find_map(|role| role.text("value"));
    let all = [
        (Detail::Mobile, entry("phoneNumbers", "mobile").and_then(|one| one.text("value"))),
        (Detail::Fax, entry("phoneNumbers", "fax").and_then(|one| one.text("value"))),
        (Detail::Office, part("formatted")),
        (Detail::Street, part("streetAddress")),
        (Detail::City, part("locality")),
        (Detail::Region, part("region")),
        (Detail::PostalCode, part("postalCode")),
        (Detail::Country, part("country")),
        (Detail::Organization, of_work("organization")),
        (Detail::Division, of_work("division")),
        (Detail::CostCenter, of_work("costCenter")),
        (Detail::PreferredLanguage, user.text("preferredLanguage")),
        (Detail::Role, role),
    ];
    all.into_iter().filter_map(|(detail, value)| Some((detail, value?.to_owned()))).collect()
}

/// A directory of seeded people in two groups of halves.
#[must_use]
pub fn seeded(seed: u64, name: &str, count: usize, keys: Keys) -> Directory {
    let mut population = Population::cast(seed, name, name, "example.com", keys);
    let mut directory = Directory::new();
    let people = population.some(count.min(MOST));
    let mut halves = ["Engineering", "Sales"].map(|group| population.group(group));
    for (nth, person) in people.into_iter().enumerate() {
        halves[nth % 2].members.insert(person.key.clone());
        // Seeded keys are as many letters as those of a product: that two are the same is not to be expected.
        let _joined = directory.join(person);
    }
    for group in halves {
        let _made = directory.add_group(group);
    }
    directory
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const KEYS: Keys = Keys { person: KeyShape::Guid, group: KeyShape::Guid };

    #[test]
    fn users_of_scim_are_a_directory() {
        let guid = "2f1b2c3d-0000-4000-8000-000000000001";
        let users = [
            json!({"id": "1", "externalId": guid, "userName": "ada@x.example", "displayName": "Ada Lovelace", "active": false,
                "emails": [{"value": "home@x"}, {"value": "ada@x.example", "type": "work"}], "title": "Countess",
                ENTERPRISE_USER: {"department": "Engines", "manager": {"value": "2"}}}),
            json!({"id": "2", "userName": "charles.babbage@x.example", "externalId": "c"}),
        ];
        let groups = [
            json!({"id": "9", "displayName": "Crew", "members": [{"value": "1"}, {"value": "CHARLES.babbage@x.example"}]}),
        ];
        let directory = directory(&users, &groups, (7, "acme"), KEYS).unwrap();
        let ada = directory.person_named("ada@x.example").unwrap();
        let charles = directory.person_named("charles.babbage@x.example").unwrap();
        assert_eq!((ada.key.as_str(), ada.given_name.as_str(), ada.family_name.as_str()), (guid, "Ada", "Lovelace"));
        assert_eq!(
            (ada.email.as_deref(), ada.active, ada.department.as_deref()),
            (Some("ada@x.example"), false, Some("Engines"))
        );
        assert_eq!(ada.manager.as_ref(), Some(&charles.key));
        assert_eq!((charles.given_name.as_str(), charles.family_name.as_str()), ("charles", "babbage"));
        assert!(has_shape(&charles.key, KeyShape::Guid), "{}", charles.key);
        assert_eq!(directory.group_named("Crew").unwrap().members.len(), 2);
    }

    #[test]
    fn who_cannot_be_told_apart_is_refused() {
        let of = |users: &[Value]| directory(users, &[], (7, "acme"), KEYS).unwrap_err().to_string();
        assert!(of(&[]).contains("nobody"));
        assert_eq!(of(&[json!({"id": "5"})]), "user 1 (5) has no userName; everybody needs one");
        let twice = of(&[json!({"userName": "ada"}), json!({"userName": "ADA"})]);
        assert!(twice.contains("`ADA` (users 1 and 2)"), "{twice}");
    }

    #[test]
    fn seeded_people_are_the_same_again() {
        let one: Vec<Person> = seeded(7, "acme", 5, KEYS).people().cloned().collect();
        assert!(one.len() == 5 && seeded(7, "acme", 5, KEYS).people().eq(&one));
    }
}
