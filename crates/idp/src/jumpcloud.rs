//! JumpCloud: the test of a connection makes a user and a group and removes them again; a change of status is a PUT of five attributes that
//! takes the others away.
//!
//! In: acts. Out: the requests of a custom SCIM connector. Never: a group without members, or a PATCH of a user.

use super::at_once::{Act, AtOnce, Done, Memory, Speaks};
use super::connection::Connection;
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, USERS, checked, equals, filled, found_id};
use directory::{Detail, Person};
use scim::urn;
use serde_json::{Value, json};

/// JumpCloud.
pub(super) const JUMPCLOUD: Product = Product {
    id: "jumpcloud",
    name: "JumpCloud",
    adds: "tests a connection with a real user and group, which it then deletes; PUT with `emails`: null and no externalId, with empty \
           arrays, and with the extension before the core in `schemas`",
    known_by: "captured bodies of users and documentation; lookups, changes of status and bodies for groups are unverified",
    modes: &[ProductMode {
        id: "jumpcloud/custom",
        name: "JumpCloud (custom SCIM)",
        summary: "lookup, POST and whole PUT; a status is a PUT of five attributes; groups are not created empty",
        base_query: None,
        dialect: || AtOnce::boxed(JumpCloud),
    }],
    // The keys captured are 24 hexadecimal digits (JCFIX; C); GUIDs here, so that golden exchanges know them again.
    // Neither content type nor agent was found; this one is ours (U).
    ..Product::PLAIN
};

#[derive(Clone, Copy)]
struct JumpCloud;

impl Speaks for JumpCloud {
    const NAME: &'static str = "JumpCloud";

    async fn act(self, connection: &mut Connection, _memory: &mut Memory, act: &Act) -> Done {
        match act {
            // Switching on asks for the address of the test user again (JCDOC; D).
            Act::Test | Act::SwitchedOn => return test(connection).await,
            Act::Enter(person) => return enter(connection, person).await,
            Act::Change(person) => return write(connection, person).await,
            Act::Enable(person) if connection.links.managed_person(person).is_none() => {
                return enter(connection, person).await;
            }
            Act::Enable(person) => return status(connection, person, true).await,
            Act::Disable(person) | Act::Exit(person) => return status(connection, person, false).await,
            Act::Delete(person) => return delete_user(connection, person).await,
            Act::PushGroup(group) => return push_group(connection, group).await,
            Act::RenameGroup(group) => return moves::rename_group(connection, group, "how a group is renamed").await,
            Act::Join { group, people } => return join(connection, group, people).await,
            Act::Leave { group, people } => return members(connection, group, ("remove", people)).await,
            Act::DropGroup(group) => return delete_group(connection, group).await,
            Act::ReleaseGroup(group) => return release_group(connection, group).await,
            Act::Sync => connection.note("JumpCloud has no full sync to start by hand; nothing is sent"),
            Act::Import => connection.unverified("what an import sends (nothing is assumed)"),
        }
        Ok(())
    }
}

/// A new user (JCFIX; C): the extension is named and not there, the telephone number is a `tel:` URI.
fn new_user(person: &Person) -> Value {
    user(person, None, &[urn::USER, urn::ENTERPRISE_USER])
}

/// The extension first, then the core; arrays that are empty are there (JCFIX; C).
fn whole_user(person: &Person, id: &str) -> Value {
    let mut body = user(person, Some(id), &[urn::ENTERPRISE_USER, urn::USER]);
    for name in ["addresses", "phoneNumbers"] {
        if body.get(name).is_none() {
            body[name] = json!([]);
        }
    }
    body[urn::ENTERPRISE_USER] =
        filled(json!({"employeeNumber": person.employee_number, "department": person.department}));
    body
}

fn user(person: &Person, id: Option<&str>, schemas: &[&str]) -> Value {
    let address = filled(json!({
        "streetAddress": person.detail(Detail::Street),
        "locality": person.detail(Detail::City),
        "region": person.detail(Detail::Region),
        "postalCode": person.detail(Detail::PostalCode),
        "country": person.detail(Detail::Country),
    }));
    let mut work = json!({"type": "work", "primary": true});
    let lives = address.as_object().filter(|address| !address.is_empty()).map(|address| {
        work.as_object_mut().into_iter().for_each(|work| work.extend(address.clone()));
        json!([work])
    });
    let phone = person
        .phone
        .as_ref()
        .map(|phone| json!([{"type": "work", "primary": true, "value": format!("tel:{}", phone.replace(' ', "-"))}]));
    filled(json!({
        "schemas": schemas,
        "id": id,
        "userName": person.user_name,
        "externalId": person.key,
        "active": person.active,
        "name": {"familyName": person.family_name, "givenName": person.given_name},
        "displayName": person.display_name,
        "emails": person.email.as_ref().map(|email| json!([{"type": "work", "primary": true, "value": email}])),
        "addresses": lives,
        "phoneNumbers": phone,
        "locale": "en-US",
        "preferredLanguage": person.detail(Detail::PreferredLanguage).unwrap_or("en-US"),
    }))
}

/// Five attributes and `emails` as null (JCFIX; C). That it is a change of status is inferred.
fn short_user(person: &Person, id: &str, active: bool) -> Value {
    json!({
        "schemas": [urn::USER],
        "id": id,
        "userName": person.user_name,
        "name": {"familyName": person.family_name, "givenName": person.given_name},
        "active": active,
        "emails": null,
    })
}

/// That there is a lookup is documented, its query was not found (JCDOC; D).
const LOOKUP: &str = "the query of a lookup";

/// Looked up, then created or replaced (JCDOC; D, JCFIX; C).
async fn enter(connection: &mut Connection, key: &str) -> Done {
    let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
    connection.unverified(LOOKUP);
    let body = |id: Option<&str>| id.map_or_else(|| new_user(&person), |id| whole_user(&person, id));
    moves::replace_or_make(connection, &person, "userName", body).await
}

async fn write(connection: &mut Connection, key: &str) -> Done {
    let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
    moves::replace_user(connection, &person, &id, &whole_user(&person, &id)).await
}

async fn status(connection: &mut Connection, key: &str, active: bool) -> Done {
    let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
    connection.unverified("that a change of status is the PUT with emails null");
    checked(moves::put(connection, USERS, &id, &short_user(&person, &id, active)).await)?;
    moves::note_access(connection, &person, &id, active);
    Ok(())
}

/// The list of events has a deletion (JCDOC; D). When it is sent was not found.
async fn delete_user(connection: &mut Connection, key: &str) -> Done {
    let Some(link) = connection.links.cut_person(key) else { return Ok(()) };
    connection.unverified("that a user deleted in JumpCloud is deleted on the target");
    moves::remove(connection, USERS, &link.id).await
}

/// A user and a group are created, and deleted again; where that is refused, the user is deactivated (JCDOC; D, JCFIX; C). The values of
/// the fixture stand for those of the admin's test address.
async fn test(connection: &mut Connection) -> Done {
    let Some(mut tester) = connection.directory.people().next().cloned() else {
        connection.note("the directory has nobody to make a test address from; nothing is sent");
        return Ok(());
    };
    connection.unverified("the requests of a test beside the bodies of the user");
    tester.user_name = format!("test-{}", tester.user_name);
    tester.key = connection.random.guid();
    tester.email = Some(tester.user_name.clone());
    (tester.given_name, tester.family_name) = ("firstname".to_owned(), "lastname".to_owned());
    tester.display_name = "displayname".to_owned();
    let id = moves::make(connection, USERS, &new_user(&tester), "user").await?;
    let group = json!({"schemas": [urn::GROUP], "displayName": format!("test-{}", tester.nickname), "members": [{"value": id}]});
    let group = moves::make(connection, GROUPS, &group, "group").await?;
    moves::remove(connection, GROUPS, &group).await?;
    if moves::remove(connection, USERS, &id).await.is_err() {
        checked(moves::put(connection, USERS, &id, &short_user(&tester, &id, false)).await)?;
    }
    Ok(())
}

/// One of that name is taken over, an empty one is not created (JCDOC; D). The requests were not found.
async fn push_group(connection: &mut Connection, key: &str) -> Done {
    let Some((name, keys)) = moves::contents(connection, key) else { return Ok(()) };
    let ids = moves::provisioned(connection, &keys);
    if ids.is_empty() {
        connection.note("a group without provisioned members is not created; nothing is sent");
        return Ok(());
    }
    connection.unverified(LOOKUP);
    let query = format!("filter={}", equals(connection, "displayName", &name));
    match moves::find(connection, GROUPS, &query).await? {
        Some(hit) => {
            connection.links.tie_group(key, &found_id(&hit, "group")?, &name);
            members(connection, key, ("add", &keys)).await
        }
        None => {
            connection.unverified("the body of a new group");
            let members = moves::values(ids.iter().map(|(_, id)| id.as_str()));
            let body = json!({"schemas": [urn::GROUP], "displayName": name, "members": members});
            let id = moves::make(connection, GROUPS, &body, "group").await?;
            connection.links.tie_group(key, &id, &name);
            Ok(())
        }
    }
}

async fn join(connection: &mut Connection, group: &str, people: &[String]) -> Done {
    match connection.links.group(group) {
        Some(_) => members(connection, group, ("add", people)).await,
        None => push_group(connection, group).await,
    }
}

async fn members(connection: &mut Connection, group: &str, change: (&str, &[String])) -> Done {
    connection.unverified("the body of a change of members");
    moves::patch_members(connection, group, change).await
}

async fn delete_group(connection: &mut Connection, key: &str) -> Done {
    let Some(link) = connection.links.cut_group(key) else { return Ok(()) };
    moves::remove(connection, GROUPS, &link.id).await
}

/// The group stays as it is; its users are deactivated, unless another group brings them (JCDOC; D).
async fn release_group(connection: &mut Connection, key: &str) -> Done {
    let Some((_, keys)) = moves::contents(connection, key) else { return Ok(()) };
    connection.links.cut_group(key);
    for person in keys {
        let elsewhere = connection.directory.groups_of(&person).any(|group| connection.groups.contains(&group.key));
        if !elsewhere && connection.assigned.remove(&person) {
            status(connection, &person, false).await?;
        }
    }
    Ok(())
}
