//! SailPoint: it reads everything first, and knows an account by what it has read. What is known is its documentation; no request of it was
//! captured.
//!
//! In: acts. Out: the requests of the SCIM 2.0 connector. Never: a lookup before a create, or a group made or renamed.

use super::admin_log::ProvisioningErrorKind;
use super::at_once::{Act, AtOnce, Done, Memory, Speaks};
use super::connection::Connection;
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, Refusal, USERS, checked, plain_user, replace};
use super::options::Removal;
use client::observe::Resource;
use client::wire::Method;
use directory::Person;
use serde_json::{Value, json};

/// SailPoint.
pub(super) const SAILPOINT: Product = Product {
    id: "sailpoint",
    name: "SailPoint",
    adds: "reads all discovery documents, two of the resource types by name; creates whoever its last aggregation did not show, without a \
           lookup; changes members of groups that it never makes",
    known_by: "documentation alone; every body is unverified",
    modes: &[
        ProductMode {
            id: "sailpoint/patch",
            name: "SailPoint (usePatch)",
            summary: "aggregation, then POST, and PATCH for users",
            base_query: None,
            dialect: || AtOnce::boxed(SailPoint { patches: true }),
        },
        ProductMode {
            id: "sailpoint/put",
            name: "SailPoint",
            summary: "the same with PUT for users",
            base_query: None,
            dialect: || AtOnce::boxed(SailPoint { patches: false }),
        },
    ],
    // No header was found; the content type is that of the RFC (U).
    ..Product::PLAIN
};

/// Resources asked for per page: pages are documented, their size was not found (U).
const PAGE: usize = 100;
/// What a test reads (SPDOC; D).
const TEST: [&str; 5] =
    ["/ServiceProviderConfig", "/ResourceTypes", "/Schemas", "/ResourceTypes/User", "/ResourceTypes/Group"];

#[derive(Clone, Copy)]
struct SailPoint {
    /// Whether a user is changed by PATCH: the setting `usePatch` (SPDOC; D, SPDISC; I).
    patches: bool,
}

impl Speaks for SailPoint {
    const NAME: &'static str = "SailPoint";

    async fn act(self, connection: &mut Connection, memory: &mut Memory, act: &Act) -> Done {
        match act {
            Act::Test => {
                for path in TEST {
                    checked(moves::send(connection, Method::Get, path.to_owned(), None).await)?;
                }
            }
            Act::Enter(person) => return self.enter(connection, memory, person).await,
            Act::Change(person) => return self.write(connection, person).await,
            Act::Enable(person) => return self.status(connection, person, true).await,
            Act::Disable(person) => return self.status(connection, person, false).await,
            Act::Exit(person) | Act::Delete(person) => return self.deprovision(connection, person).await,
            Act::PushGroup(group) => return adopt_group(connection, memory, group).await,
            Act::Join { group, people } => return members(connection, group, (people, true)).await,
            Act::Leave { group, people } => return members(connection, group, (people, false)).await,
            Act::RenameGroup(_) => connection.note("SailPoint does not rename the target's groups; nothing is sent"),
            Act::DropGroup(group) | Act::ReleaseGroup(group) => {
                connection.note("SailPoint does not delete the target's groups; nothing is sent");
                connection.links.cut_group(group);
            }
            Act::Sync | Act::Import => return aggregate(connection, memory).await,
            Act::SwitchedOn => {
                connection.unverified("what follows when provisioning is switched on (nothing is assumed)");
            }
        }
        Ok(())
    }
}

/// Users and groups, page by page (SPDOC; D).
async fn aggregate(connection: &Connection, memory: &mut Memory) -> Done {
    let name_of = |resource: &Value, name: &str| Resource::of(resource).text(name).map(str::to_owned);
    memory.seen.clear();
    for (endpoint, name) in [(USERS, "userName"), (GROUPS, "displayName")] {
        for resource in moves::pages(connection, endpoint, PAGE).await? {
            if let (Some(name), Some(id)) = (name_of(&resource, name), moves::id_of(&resource)) {
                memory.seen.insert(format!("{endpoint} {name}"), json!(id));
            }
        }
    }
    Ok(())
}

/// What the last aggregation showed of that name: that accounts are matched so is inferred.
fn aggregated(memory: &Memory, endpoint: &str, name: &str) -> Option<String> {
    memory.seen.get(&format!("{endpoint} {name}")).and_then(Value::as_str).map(str::to_owned)
}

impl SailPoint {
    async fn enter(self, connection: &mut Connection, memory: &mut Memory, key: &str) -> Done {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        let remembered = connection.links.person(key).map(|link| link.id.clone());
        let id = match remembered.or_else(|| aggregated(memory, USERS, &person.user_name)) {
            Some(id) => {
                self.change(connection, &person, &id).await?;
                id
            }
            None => {
                connection.unverified("the body of a new user");
                moves::make(connection, USERS, &plain_user(&person, None), "user").await?
            }
        };
        connection.links.tie_person(key, &id, &person.user_name, person.active);
        Ok(())
    }

    async fn write(self, connection: &mut Connection, key: &str) -> Done {
        let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
        self.change(connection, &person, &id).await?;
        connection.links.tie_person(key, &id, &person.user_name, person.active);
        Ok(())
    }

    /// PATCH or PUT, by a setting (SPDOC; D). No body was found.
    async fn change(self, connection: &mut Connection, person: &Person, id: &str) -> Done {
        connection.unverified("the body of a change of a user");
        if !self.patches {
            return checked(moves::put(connection, USERS, id, &plain_user(person, Some(id))).await).map(|_| ());
        }
        let mut operations = vec![
            replace("userName", person.user_name.as_str()),
            replace("name.givenName", person.given_name.as_str()),
            replace("name.familyName", person.family_name.as_str()),
            replace("displayName", person.display_name.as_str()),
            replace("active", person.active),
        ];
        operations.extend(person.title.as_deref().map(|title| replace("title", title)));
        let email = person.email.as_ref();
        let emails = email.map(|email| json!([{"value": email, "type": "work", "primary": true}]));
        operations.extend(emails.map(|emails| replace("emails", emails)));
        checked(moves::patch(connection, USERS, id, operations).await).map(|_| ())
    }

    /// An update of `active` (SPDOC; D).
    async fn status(self, connection: &mut Connection, key: &str, active: bool) -> Done {
        let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
        let person = Person { active, ..person };
        match self.patches {
            true => {
                connection.unverified("the body of a change of status");
                checked(moves::patch(connection, USERS, &id, vec![replace("active", active)]).await)?;
            }
            false => self.change(connection, &person, &id).await?,
        }
        moves::note_access(connection, &person, &id, active);
        Ok(())
    }

    /// The account is disabled or deleted (SPDOC; D); which of the two is the admin's choice.
    async fn deprovision(self, connection: &mut Connection, key: &str) -> Done {
        if connection.options.on_removal == Removal::Disable {
            return self.status(connection, key, false).await;
        }
        let Some((_, id)) = moves::managed(connection, key) else { return Ok(()) };
        if connection.options.on_removal == Removal::Delete {
            moves::remove(connection, USERS, &id).await?;
            connection.links.cut_person(key);
        }
        Ok(())
    }
}

/// A group is one that the target already has: nothing was found that would make one.
async fn adopt_group(connection: &mut Connection, memory: &mut Memory, key: &str) -> Done {
    let Some((name, keys)) = moves::contents(connection, key) else { return Ok(()) };
    if connection.links.group(key).is_none() {
        aggregate(connection, memory).await?;
        let Some(id) = aggregated(memory, GROUPS, &name) else {
            let text = "the target has no group of this name, and SailPoint makes none";
            return Err(Refusal::new(ProvisioningErrorKind::NotFound, text));
        };
        connection.links.tie_group(key, &id, &name);
    }
    members(connection, key, (&keys, true)).await
}

/// PATCH of the group (SPDOC; D, SPDISC; I); its body was not found.
async fn members(connection: &mut Connection, group: &str, (people, join): (&[String], bool)) -> Done {
    let Some((id, operations)) = moves::member_change(connection, group, people, join) else { return Ok(()) };
    connection.unverified("the body of a change of members");
    checked(moves::patch(connection, GROUPS, &id, operations).await).map(|_| ())
}
