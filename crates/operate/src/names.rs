//! Who is meant: a person or a group by the name somebody typed.
//!
//! In: a directory and a name. Out: the key, or what is near. Never: a guess between two.

use directory::{Directory, Person};

/// A name that nobody or several have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Unknown(String);

fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}

/// By what a person may be named, the surest first.
const WAYS: &[fn(&Person, &str) -> bool] = &[
    |person, name| person.key == name,
    |person, name| person.user_name == name,
    |person, name| same(&person.user_name, name),
    |person, name| person.email.as_deref().is_some_and(|mail| same(mail, name)),
    |person, name| same(&person.display_name, name),
    |person, name| person.user_name.split('@').next().is_some_and(|local| same(local, name)),
    |person, name| same(&person.given_name, name),
];

/// The key of a person, by key, user name, e-mail address, name to show, user name before `@` or given name.
///
/// # Errors
/// When nobody is meant, with the nearest name, or several are.
pub fn person(directory: &Directory, name: &str) -> Result<String, Unknown> {
    for way in WAYS {
        let found: Vec<&Person> = directory.people().filter(|person| way(person, name)).take(4).collect();
        match found.as_slice() {
            [] => {}
            [one] => return Ok(one.key.clone()),
            several => {
                let names: Vec<&str> = several.iter().map(|p| p.user_name.as_str()).collect();
                return Err(Unknown(format!("`{name}` is several people: {}; use a user name", names.join(", "))));
            }
        }
    }
    let known = directory.people().flat_map(|p| {
        [p.user_name.as_str(), p.user_name.split('@').next().unwrap_or_default(), p.display_name.as_str()]
    });
    let near = scim::nearest(name, known).map(|near| format!("did you mean `{near}`? "));
    let count = directory.people().count();
    Err(Unknown(format!(
        "nobody in the directory is called `{name}`; {}`scimulate idp people` lists its {count} people. Nothing was sent",
        near.unwrap_or_default()
    )))
}

/// The key of a group, by key or name.
///
/// # Errors
/// When no group is meant, with the nearest name, or several are.
pub fn group(directory: &Directory, name: &str) -> Result<String, Unknown> {
    let exact: Vec<_> = directory.groups().filter(|g| g.key == name || g.name == name).collect();
    let alike: Vec<_> = directory.groups().filter(|g| same(&g.name, name)).collect();
    match (exact.as_slice(), alike.as_slice()) {
        ([one], _) | ([], [one]) => Ok(one.key.clone()),
        ([], []) => {
            let near = scim::nearest(name, directory.groups().map(|g| g.name.as_str()));
            let near = near.map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            let names: Vec<&str> = directory.groups().map(|g| g.name.as_str()).take(20).collect();
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            Err(Unknown(format!("no group is called `{name}`; {near}there are: {known}. Nothing was sent")))
        }
        (several @ [_, ..], _) | ([], several) => {
            let keys: Vec<&str> = several.iter().map(|g| g.key.as_str()).collect();
            Err(Unknown(format!("`{name}` is several groups: {}; use a key", keys.join(", "))))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::people::seeded;
    use super::*;
    use idp::Kind;

    #[test]
    fn a_person_is_known_by_any_name_and_a_slip_is_answered_with_the_nearest() {
        let mut directory = seeded(7, "acme", 5, Kind::OKTA_CUSTOM.keys());
        let one = directory.people().next().unwrap().clone();
        for name in [&one.key, &one.user_name, &one.user_name.to_uppercase(), &one.display_name, &one.given_name] {
            assert_eq!(person(&directory, name), Ok(one.key.clone()), "{name}");
        }
        let slip = format!("{}x", one.user_name.split('@').next().unwrap());
        let told = person(&directory, &slip).unwrap_err().to_string();
        assert!(told.contains("did you mean `") && told.contains("5 people"), "{told}");
        let twin = Person { key: "k2".into(), user_name: "twin@x".into(), ..one.clone() };
        directory.join(twin).unwrap();
        assert!(person(&directory, &one.display_name).unwrap_err().to_string().contains("several people"));
        assert!(group(&directory, "nothing").unwrap_err().to_string().contains("there are: "));
    }
}
