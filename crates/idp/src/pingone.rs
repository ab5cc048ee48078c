//! PingOne: an outbound SCIM store that knows no PATCH. What is known is its documentation; no request of it was captured.
//!
//! In: acts. Out: the requests of a store and its rule. Never: PATCH, or an attribute that was emptied.

use super::at_once::{Act, AtOnce, Done, Memory, Speaks};
use super::connection::Connection;
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, USERS, checked, plain_user};
use super::options::Removal;
use directory::Person;
use serde_json::{Value, json};

/// PingOne.
pub(super) const PINGONE: Product = Product {
    id: "pingone",
    name: "PingOne",
    adds: "knows no PATCH, for groups neither; gives one address as work and as home, both primary; writes `username` in its filter",
    known_by: "documentation and one report; lookups and bodies are unverified",
    modes: &[ProductMode {
        id: "pingone/default",
        name: "PingOne (SCIM outbound)",
        summary: "lookup, POST and PUT, for groups too",
        base_query: None,
        dialect: || AtOnce::boxed(PingOne),
    }],
    // A server that has to recognise Ping does so by addresses alone (BWCTX; C): there is no header of its own.
    ..Product::PLAIN
};

/// Groups asked for per page. Whether it pages was not found (U).
const PAGE: usize = 100;

#[derive(Clone, Copy)]
struct PingOne;

impl Speaks for PingOne {
    const NAME: &'static str = "PingOne";

    async fn act(self, connection: &mut Connection, _memory: &mut Memory, act: &Act) -> Done {
        match act {
            Act::Test => connection.unverified("what a test of the connection sends (nothing is assumed)"),
            Act::Enter(person) => return enter(connection, person).await,
            Act::Change(person) | Act::Enable(person) => return write(connection, person).await,
            Act::Disable(person) | Act::Exit(person) | Act::Delete(person) => {
                return deprovision(connection, person).await;
            }
            Act::PushGroup(group) => return push_group(connection, group).await,
            Act::RenameGroup(group) | Act::Join { group, .. } | Act::Leave { group, .. } => {
                return write_group(connection, group).await;
            }
            Act::DropGroup(group) => return delete_group(connection, group).await,
            Act::ReleaseGroup(group) => {
                connection.unverified("what a group out of scope sends (nothing is assumed)");
                connection.links.cut_group(group);
            }
            // An activated rule begins with a full sync (P1SYNC; D).
            Act::Sync | Act::SwitchedOn => {
                for person in connection.directory.in_order(&connection.assigned) {
                    enter(connection, &person).await?;
                }
                for group in connection.directory.in_order(&connection.groups) {
                    push_group(connection, &group).await?;
                }
            }
            Act::Import => connection.note("the outbound store imports nobody; nothing is sent"),
        }
        Ok(())
    }
}

/// One address as two, both of them primary (P1LIM; D). The rest of the body was not found.
fn user(person: &Person, id: Option<&str>) -> Value {
    let mut body = plain_user(person, id);
    if let Some(email) = &person.email {
        let address = |kind: &str| json!({"value": email, "type": kind, "primary": true});
        body["emails"] = json!([address("work"), address("home")]);
    }
    body
}

async fn enter(connection: &mut Connection, key: &str) -> Done {
    let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
    if connection.links.managed_person(key).is_some() {
        return write(connection, key).await;
    }
    // A server had to read `username` in any letter case for Ping (BW4804; I).
    connection.unverified("the query of a lookup, and the body of a user beside its addresses");
    moves::replace_or_make(connection, &person, "username", |id| user(&person, id)).await
}

/// PUT for everything (P1LIM; D).
async fn write(connection: &mut Connection, key: &str) -> Done {
    let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
    connection.unverified("the body of a user beside its addresses");
    moves::replace_user(connection, &person, &id, &user(&person, Some(&id))).await
}

/// Disabled or deleted, by the admin's choice (P1CONN; D).
async fn deprovision(connection: &mut Connection, key: &str) -> Done {
    let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
    match connection.options.on_removal {
        Removal::Nothing => connection.note("the action on removal is to do nothing; nothing is sent"),
        Removal::Disable => {
            connection.unverified("the body of a user beside its addresses");
            let person = Person { active: false, ..person };
            checked(moves::put(connection, USERS, &id, &user(&person, Some(&id))).await)?;
            connection.links.rest_person(key, connection.assigned.contains(key));
        }
        Removal::Delete => {
            moves::remove(connection, USERS, &id).await?;
            connection.links.cut_person(key);
        }
    }
    Ok(())
}

/// All groups are read, then one is created where none has the name; the whole of it follows by PUT (P1GRP; D, BW4804; I).
async fn push_group(connection: &mut Connection, key: &str) -> Done {
    let Some((name, _)) = moves::contents(connection, key) else { return Ok(()) };
    if connection.links.group(key).is_none() {
        let all = moves::pages(connection, GROUPS, PAGE).await?;
        moves::link_or_make_group(connection, key, &name, &all).await?;
    }
    write_group(connection, key).await
}

async fn write_group(connection: &mut Connection, key: &str) -> Done {
    let Some((name, keys)) = moves::contents(connection, key) else { return Ok(()) };
    let Some(id) = connection.links.group_id(key) else { return Ok(()) };
    connection.unverified("that a group and its members are written by PUT");
    let ids = moves::provisioned(connection, &keys);
    let mut body = moves::plain_group(&name);
    body["id"] = json!(id);
    body["members"] = moves::values(ids.iter().map(|(_, id)| id.as_str()));
    checked(moves::put(connection, GROUPS, &id, &body).await)?;
    connection.links.tie_group(key, &id, &name);
    Ok(())
}

async fn delete_group(connection: &mut Connection, key: &str) -> Done {
    let Some(link) = connection.links.group(key).cloned() else { return Ok(()) };
    connection.unverified("that a group out of scope is deleted");
    moves::remove(connection, GROUPS, &link.id).await?;
    connection.links.cut_group(key);
    Ok(())
}
