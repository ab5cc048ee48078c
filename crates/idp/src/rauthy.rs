//! Rauthy: every write is preceded by lookups, by `externalId` first. Membership hangs on the user: which groups a user is in is read from
//! the answer to the write of that user, and each difference is one PATCH of one group.
//!
//! In: acts. Out: the requests of the SCIM client, as its source has them. Never: a write to what carries another product's
//! `externalId`, or a page size in a lookup.

use super::admin_log::ProvisioningErrorKind;
use super::at_once::{Act, AtOnce, Done, Memory, Retry, Speaks};
use super::connection::{Connection, Spelling};
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, Refusal, USERS, checked, created_id, found_id, readable};
use super::options::{Options, Removal};
use client::observe::{Resource, member};
use client::wire::encode_target;
use directory::Person;
use scim::urn;
use serde_json::{Value, json};
use std::time::Duration;

/// Rauthy.
pub(super) const RAUTHY: Product = Product {
    id: "rauthy",
    name: "Rauthy",
    adds: "looks users and groups up by externalId, then by name; stops at an account with a foreign externalId; reads memberships from \
           the user's `groups`, and writes each in a PATCH of its own; asks for lists without a page size",
    known_by: "read in its source",
    modes: &[ProductMode {
        id: "rauthy/default",
        name: "Rauthy",
        summary: "lookups by externalId before every write, PUT for users, PATCH for groups",
        base_query: None,
        dialect: || AtOnce::boxed(Rauthy),
    }],
    // Rauthy's own keys are 24 letters and digits; GUIDs here, so that golden exchanges know them again.
    // A lookup has neither `Accept` nor a content type (RASCIM; S). The agent ends in the version, whichever it is.
    spelling: Spelling {
        user_agent: Some("Rauthy Client v0.32.0"),
        with_body: &[("accept", "application/scim+json")],
        ..Spelling::plain("application/scim+json")
    },
    // Users are deleted on the target only if the operator has switched that on (RASCIM; S).
    options: || Options { on_removal: Removal::Nothing, ..Options::default() },
    sends_group_key: true,
    ..Product::PLAIN
};

/// Groups asked for per page in a full sync (RASCIM; S).
const PAGE: usize = 100;

#[derive(Clone, Copy)]
struct Rauthy;

impl Speaks for Rauthy {
    const NAME: &'static str = "Rauthy";
    /// A failed task is tried again after 60 to 90 seconds, a hundred times unless the operator has set another number (RARETRY; S).
    const RETRY: Option<Retry> = Some(Retry { after: Duration::from_secs(90), attempts: 100, without_answer: false });

    async fn act(self, connection: &mut Connection, _memory: &mut Memory, act: &Act) -> Done {
        match act {
            Act::Test => connection.note("Rauthy has no test of a connection; nothing is sent"),
            Act::Enter(person) | Act::Change(person) | Act::Enable(person) | Act::Disable(person) => {
                return write_user(connection, person, false).await;
            }
            Act::Exit(person) => return exit(connection, person).await,
            Act::Delete(person) => return delete_user(connection, person).await,
            Act::PushGroup(group) => {
                write_group(connection, group, true).await?;
                let (_, people) = moves::contents(connection, group).unwrap_or_default();
                return write_users(connection, &people).await;
            }
            Act::RenameGroup(group) => return write_group(connection, group, true).await,
            // A membership is a property of the user, so every user who joins or leaves is written (RASCIM; S).
            Act::Join { people, .. } | Act::Leave { people, .. } => return write_users(connection, people).await,
            Act::DropGroup(group) => return delete_group(connection, group).await,
            Act::ReleaseGroup(group) => return write_group(connection, group, false).await,
            Act::Sync | Act::SwitchedOn => return sync(connection).await,
            Act::Import => connection.note("Rauthy imports nobody; nothing is sent"),
        }
        Ok(())
    }
}

/// What Rauthy knows of a user: the e-mail address is the user name, and the name to show (RASCIM; S). Language and locale are there where
/// the client has the scope `profile`.
fn user(person: &Person, id: Option<&str>, linked: bool) -> Value {
    let mut body = moves::filled(json!({
        "schemas": [urn::USER],
        "id": id,
        "externalId": person.key,
        "userName": person.user_name,
        "name": {"familyName": person.family_name, "givenName": person.given_name},
        "displayName": person.user_name,
        "preferredLanguage": "en",
        "locale": "en",
        "active": person.active,
        "emails": [{"value": person.user_name, "primary": true}],
        "roles": [],
    }));
    if !linked {
        // `null`, not left out (RASCIM; S).
        body["externalId"] = Value::Null;
    }
    body
}

/// A lookup puts the value into the URL as it is: `+` and `&` are not encoded (RASCIM; S).
async fn find(
    connection: &Connection,
    endpoint: &str,
    (attribute, value): (&str, &str),
    key: &str,
) -> Result<Option<Value>, Refusal> {
    let filter = encode_target(&format!("{attribute} eq \"{value}\""));
    let answer = checked(moves::list(connection, endpoint, &format!("filter={filter}")).await)?;
    readable(&answer)?;
    let Some(hit) = answer.resources().first() else { return Ok(None) };
    match Resource::of(hit).text("externalId") {
        Some(other) if other != key => Err(Refusal::new(
            ProvisioningErrorKind::Conflict,
            format!("{value} has an externalId that is not ours: {other}"),
        )),
        _ => Ok(Some(hit.clone())),
    }
}

/// By `externalId`, then by the name the object was last known by (RASCIM; S).
async fn find_either(
    connection: &Connection,
    endpoint: &str,
    (attribute, name): (&str, &str),
    key: &str,
) -> Result<Option<Value>, Refusal> {
    match find(connection, endpoint, ("externalId", key), key).await? {
        None => find(connection, endpoint, (attribute, name), key).await,
        found => Ok(found),
    }
}

/// Looks the person up, then creates or replaces. `unlink` writes `externalId` as null.
async fn write_user(connection: &mut Connection, key: &str, unlink: bool) -> Done {
    let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
    let former = connection.links.person(key).map_or_else(|| person.user_name.clone(), |link| link.matching.clone());
    let answer = match find_either(connection, USERS, ("userName", &former), key).await? {
        None if unlink => return Ok(()),
        None => checked(moves::create(connection, USERS, &user(&person, None, true)).await)?,
        Some(hit) => {
            let id = found_id(&hit, "user")?;
            checked(moves::put(connection, USERS, &id, &user(&person, Some(&id), !unlink)).await)?
        }
    };
    let id = created_id(&answer, "user")?;
    let shown = readable(&answer)?.clone();
    match unlink {
        false => connection.links.tie_person(key, &id, &person.user_name, person.active),
        true => drop(connection.links.cut_person(key)),
    }
    write_memberships(connection, &person, (&id, &shown), unlink).await
}

async fn write_users(connection: &mut Connection, people: &[String]) -> Done {
    for person in people {
        if connection.assigned.contains(person) {
            write_user(connection, person, false).await?;
        }
    }
    Ok(())
}

/// The groups that the answer shows are compared with the directory's, by name. A target that shows no `groups` gets every membership again
/// each time, and never a removal (RASCIM; S).
async fn write_memberships(
    connection: &mut Connection,
    person: &Person,
    (id, shown): (&str, &Value),
    none: bool,
) -> Done {
    let mut there: Vec<(String, String)> = Resource::of(shown)
        .values("groups")
        .filter_map(|group| Some((group.text("display")?.to_owned(), group.key("value")?.into_owned())))
        .collect();
    let in_scope = |group: &&directory::Group| !none && connection.groups.contains(&group.key);
    let wanted: Vec<(String, String)> = connection
        .directory
        .groups_of(&person.key)
        .filter(in_scope)
        .map(|group| (group.key.clone(), group.name.clone()))
        .collect();
    for (key, name) in wanted {
        if let Some(at) = there.iter().position(|(display, _)| *display == name) {
            there.swap_remove(at);
            continue;
        }
        let group = match find_either(connection, GROUPS, ("displayName", &name), &key).await? {
            Some(hit) => found_id(&hit, "group")?,
            None => create_group(connection, &key, &name).await?,
        };
        connection.links.tie_group(&key, &group, &name);
        let add = json!({"op": "add", "path": "members", "value": [{"value": id, "display": person.user_name}]});
        moves::patch(connection, GROUPS, &group, vec![add]).await;
    }
    for (_, group) in there {
        let remove = json!({"op": "remove", "path": "members", "value": [{"value": id}]});
        moves::patch(connection, GROUPS, &group, vec![remove]).await;
    }
    Ok(())
}

/// The nearest to an assignment is the prefix of the groups that a client gets. Who no longer has one is deleted, where that is switched
/// on; otherwise the next full sync takes the `externalId` away (RASCIM; S).
async fn exit(connection: &mut Connection, key: &str) -> Done {
    if connection.options.on_removal == Removal::Delete {
        return delete_user(connection, key).await;
    }
    connection.note("Rauthy sends nothing until its next full sync, which takes the externalId away");
    Ok(())
}

/// Looked up, then deleted, only where that is switched on (RASCIM; S).
async fn delete_user(connection: &mut Connection, key: &str) -> Done {
    if connection.options.on_removal != Removal::Delete {
        connection
            .note("Rauthy deletes users on the target only if the operator has switched that on; nothing is sent");
        return Ok(());
    }
    let Some(name) = connection.links.person(key).map(|link| link.matching.clone()) else { return Ok(()) };
    if let Some(hit) = find_either(connection, USERS, ("userName", &name), key).await? {
        checked(moves::delete(connection, USERS, &found_id(&hit, "user")?).await)?;
    }
    connection.links.cut_person(key);
    Ok(())
}

/// The answer must show our `externalId` (RASCIM; S).
async fn create_group(connection: &mut Connection, key: &str, name: &str) -> Result<String, Refusal> {
    let body = json!({"schemas": [urn::GROUP], "externalId": key, "displayName": name});
    let answer = checked(moves::create(connection, GROUPS, &body).await)?;
    let id = created_id(&answer, "group")?;
    if answer.member("externalId").and_then(Value::as_str) != Some(key) {
        return Err(Refusal::unreadable("the target has not kept the externalId of the group"));
    }
    Ok(id)
}

/// Looked up, then created or changed by one `replace` without path; out of scope, its `externalId` becomes null (RASCIM; S).
async fn write_group(connection: &mut Connection, key: &str, linked: bool) -> Done {
    let Some((name, _)) = moves::contents(connection, key) else { return Ok(()) };
    let id = match find_either(connection, GROUPS, ("displayName", &name), key).await? {
        None if !linked => return Ok(()),
        None => create_group(connection, key, &name).await?,
        Some(hit) => {
            let id = found_id(&hit, "group")?;
            patch_group(connection, &id, &name, linked.then_some(key)).await?;
            id
        }
    };
    match linked {
        true => connection.links.tie_group(key, &id, &name),
        false => drop(connection.links.cut_group(key)),
    }
    Ok(())
}

async fn patch_group(connection: &Connection, id: &str, name: &str, key: Option<&str>) -> Done {
    let replace = json!({"op": "replace", "value": {"displayName": name, "externalId": key}});
    checked(moves::patch(connection, GROUPS, id, vec![replace]).await).map(|_| ())
}

/// Found by `externalId` alone (RASCIM; S).
async fn delete_group(connection: &mut Connection, key: &str) -> Done {
    if let Some(hit) = find(connection, GROUPS, ("externalId", key), key).await? {
        checked(moves::delete(connection, GROUPS, &found_id(&hit, "group")?).await)?;
    }
    connection.links.cut_group(key);
    Ok(())
}

/// Groups first, paired with those of the target by `externalId` or name; then every user (RASCIM; S).
async fn sync(connection: &mut Connection) -> Done {
    let remote = moves::pages(connection, GROUPS, PAGE).await?;
    for key in connection.directory.in_order(&connection.groups) {
        let Some((name, _)) = moves::contents(connection, &key) else { continue };
        let pair = remote.iter().find(|group| match Resource::of(group).text("externalId") {
            Some(other) => other == key,
            None => member(group, "displayName").and_then(Value::as_str) == Some(&name),
        });
        let id = match pair {
            None => create_group(connection, &key, &name).await?,
            Some(hit) => {
                let id = found_id(hit, "group")?;
                patch_group(connection, &id, &name, Some(&key)).await?;
                id
            }
        };
        connection.links.tie_group(&key, &id, &name);
    }
    let linked: Vec<String> = connection.links.people().map(|(key, _)| key.to_owned()).collect();
    let gone = linked.into_iter().filter(|key| !connection.assigned.contains(key)).collect::<Vec<_>>();
    for person in connection.directory.in_order(&connection.assigned) {
        write_user(connection, &person, false).await?;
    }
    for person in gone {
        write_user(connection, &person, true).await?;
    }
    Ok(())
}
