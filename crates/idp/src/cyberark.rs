//! CyberArk Identity: what is known is the list of endpoints that a server must have; no request was captured, and no text says what
//! becomes of people who leave.
//!
//! In: acts. Out: requests to those endpoints. Never: a request that the list does not have.

use super::at_once::{Act, AtOnce, Done, Memory, Speaks};
use super::connection::Connection;
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, USERS, checked, plain_user};
use client::wire::Method;
use scim::urn;

/// CyberArk Identity.
pub(super) const CYBERARK: Product = Product {
    id: "cyberark",
    name: "CyberArk",
    adds: "reads single resource types and schemas by their ids, not the lists; probes with `count=1` and no startIndex",
    known_by: "a list of endpoints; every body is unverified, and leavers are unknown",
    modes: &[ProductMode {
        id: "cyberark/default",
        name: "CyberArk Identity",
        summary: "discovery by id, lookup, POST and PUT for users, PATCH for groups; what a leaver causes is not known",
        base_query: None,
        dialect: || AtOnce::boxed(CyberArk),
    }],
    // No header was found; the content type is that of the RFC (U).
    ..Product::PLAIN
};

const GROUP_BODY: &str = "the body of a PATCH of a group";

#[derive(Clone, Copy)]
struct CyberArk;

impl Speaks for CyberArk {
    const NAME: &'static str = "CyberArk";

    async fn act(self, connection: &mut Connection, _memory: &mut Memory, act: &Act) -> Done {
        match act {
            Act::Test => return test(connection).await,
            Act::Enter(person) => return enter(connection, person).await,
            Act::Change(person) => return write(connection, person).await,
            Act::Enable(person) if connection.links.managed_person(person).is_none() => {
                return enter(connection, person).await;
            }
            Act::Enable(_) | Act::Disable(_) | Act::Exit(_) | Act::Delete(_) => {
                connection.unverified("what a change of access sends (nothing is assumed)");
            }
            Act::PushGroup(group) => return push_group(connection, group).await,
            Act::RenameGroup(group) => return moves::rename_group(connection, group, GROUP_BODY).await,
            Act::Join { group, people } => return members(connection, group, (people, true)).await,
            Act::Leave { group, people } => return members(connection, group, (people, false)).await,
            Act::DropGroup(group) | Act::ReleaseGroup(group) => {
                connection.unverified("what a group out of scope sends (nothing is assumed)");
                connection.links.cut_group(group);
            }
            Act::Sync | Act::Import | Act::SwitchedOn => {
                connection.unverified("what a sync and an import send (nothing is assumed)");
            }
        }
        Ok(())
    }
}

/// Discovery, one resource at a time, and a probe (CYB; D). The order is that of the list.
async fn test(connection: &mut Connection) -> Done {
    connection.unverified("the order of discovery and probe");
    let schemas = [urn::USER, urn::ENTERPRISE_USER, urn::GROUP].map(|schema| format!("/Schemas/{schema}"));
    let mut paths =
        vec!["/ServiceProviderConfig".to_owned(), "/ResourceTypes/User".into(), "/ResourceTypes/Group".into()];
    paths.extend(schemas);
    for path in paths {
        checked(moves::send(connection, Method::Get, path, None).await)?;
    }
    checked(moves::list(connection, USERS, "count=1").await).map(|_| ())
}

/// A lookup, then POST or PUT (CYB; D). Their bodies were not found.
async fn enter(connection: &mut Connection, key: &str) -> Done {
    let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
    if connection.links.managed_person(key).is_some() {
        return write(connection, key).await;
    }
    connection.unverified("the body of a user");
    moves::replace_or_make(connection, &person, "userName", |id| plain_user(&person, id)).await
}

async fn write(connection: &mut Connection, key: &str) -> Done {
    let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
    connection.unverified("the body of a user");
    moves::replace_user(connection, &person, &id, &plain_user(&person, Some(&id))).await
}

/// Groups are read, created and patched (CYB; D). How one is found, and what is in the bodies, was not.
async fn push_group(connection: &mut Connection, key: &str) -> Done {
    let Some((name, keys)) = moves::contents(connection, key) else { return Ok(()) };
    connection.unverified("how a group is found, and the body of a new one");
    let answer = checked(moves::send(connection, Method::Get, GROUPS.to_owned(), None).await)?;
    moves::link_or_make_group(connection, key, &name, answer.resources()).await?;
    members(connection, key, (&keys, true)).await
}

async fn members(connection: &mut Connection, group: &str, (people, join): (&[String], bool)) -> Done {
    let Some((id, operations)) = moves::member_change(connection, group, people, join) else { return Ok(()) };
    connection.unverified(GROUP_BODY);
    checked(moves::patch(connection, GROUPS, &id, operations).await).map(|_| ())
}
