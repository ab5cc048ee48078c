//! OneLogin: a body is a template that the admin of the connector writes, so its shape is whatever the template says; here the two that
//! OneLogin ships.
//!
//! In: acts. Out: the requests of a SCIM provisioner. Never: a page size, or a PATCH of a user.

use super::at_once::{Act, AtOnce, Done, Memory, Speaks};
use super::connection::{Connection, Spelling};
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, Refusal, USERS, checked, equals, filled, found_id};
use super::options::{Options, QuerySpace, Removal};
use client::observe::Observation;
use client::wire::Method;
use directory::Person;
use scim::urn;
use serde_json::{Value, json};

/// OneLogin.
pub(super) const ONELOGIN: Product = Product {
    id: "onelogin",
    name: "OneLogin",
    adds: "a query that ends in `&` and a PUT path that ends in `?`; bodies by a template, which may have SCIM 1.1 URNs and `emails` as \
           one object; members added and removed with a value list",
    known_by: "one captured log and documentation; changes of status and bodies for groups are unverified",
    modes: &[
        ProductMode {
            id: "onelogin/core",
            name: "OneLogin (v2 Core)",
            summary: "lookup with + and a trailing &, POST, PUT with a trailing ?",
            base_query: None,
            dialect: || AtOnce::boxed(OneLogin::Core),
        },
        ProductMode {
            id: "onelogin/enterprise",
            name: "OneLogin (v2 Enterprise)",
            summary: "the same, by the template with SCIM 1.1 URNs, emails as one object and the status as text",
            base_query: None,
            dialect: || AtOnce::boxed(OneLogin::Enterprise),
        },
    ],
    // OneLogin's ids are numbers, and no template of its own sends them (OLIMPL; D).
    // The default; a field of the connector sets others (AK11249; C). The agent was not found.
    spelling: Spelling::plain("application/json"),
    options: || Options { query_space: QuerySpace::Plus, ..Options::default() },
    ..Product::PLAIN
};

/// As captured: URNs of SCIM 1.1 with a 2 in them, which no version of SCIM has (AK11249; C).
const OLD_URNS: [&str; 2] = ["urn:scim:schemas:core:2.0", "urn:scim:schemas:extension:enterprise:2.0"];

#[derive(Clone, Copy, PartialEq, Eq)]
enum OneLogin {
    Core,
    Enterprise,
}

impl Speaks for OneLogin {
    const NAME: &'static str = "OneLogin";

    async fn act(self, connection: &mut Connection, _memory: &mut Memory, act: &Act) -> Done {
        match act {
            // A name that nobody has; an empty list or a 404 is a success (OLTEST; D).
            Act::Test => {
                let nobody = format!("nobody-{}", connection.random.text(12).to_lowercase());
                return find(connection, &nobody).await.map(|_| ());
            }
            Act::Enter(person) => return self.enter(connection, person).await,
            Act::Change(person) => return self.write(connection, person).await,
            Act::Enable(person) => return self.enable(connection, person).await,
            Act::Disable(person) | Act::Exit(person) | Act::Delete(person) => {
                return self.remove_access(connection, person).await;
            }
            Act::PushGroup(group) => return push_group(connection, group).await,
            Act::Join { group, people } => return members(connection, group, ("add", people)).await,
            Act::Leave { group, people } => return members(connection, group, ("remove", people)).await,
            Act::RenameGroup(_) => nothing(connection, "what a renamed group sends"),
            Act::DropGroup(group) | Act::ReleaseGroup(group) => {
                nothing(connection, "what a deleted group sends");
                connection.links.cut_group(group);
            }
            Act::Sync => {
                for person in connection.directory.in_order(&connection.assigned) {
                    self.enter(connection, &person).await?;
                }
            }
            // Refresh of the entitlements, and everybody (OLIMPL; D). Pages were not found.
            Act::Import => {
                checked(moves::send(connection, Method::Get, USERS.to_owned(), None).await)?;
                groups(connection).await?;
            }
            Act::SwitchedOn => nothing(connection, "what is sent when provisioning is switched on again"),
        }
        Ok(())
    }
}

fn nothing(connection: &mut Connection, what: &str) {
    connection.unverified(&format!("{what} (nothing is assumed)"));
}

impl OneLogin {
    fn user(self, person: &Person) -> Value {
        let email = person.email.as_deref();
        let (schemas, emails) = match self {
            // The first address has no `primary` (DJSCIM2; I).
            Self::Core => (json!([urn::USER]), email.map(|email| json!([{"value": email, "type": "work"}]))),
            // One object where the RFC has an array (OLIMPL; D, DJSCIM2; I).
            Self::Enterprise => (json!(OLD_URNS), email.map(|email| json!({"value": email, "type": "work"}))),
        };
        let active = match self {
            Self::Core => json!(person.active),
            // Some templates render it so (OLGUIDES; I).
            Self::Enterprise => json!(person.active.to_string()),
        };
        filled(json!({
            "schemas": schemas,
            "userName": person.user_name,
            "name": {"givenName": person.given_name, "familyName": person.family_name},
            "displayName": person.display_name,
            "title": person.title,
            "emails": emails,
            "active": active,
        }))
    }

    /// Looked up, then created or updated (OLIMPL; D, AK11249; C).
    async fn enter(self, connection: &mut Connection, key: &str) -> Done {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        let id = match connection.links.managed_person(key) {
            Some(id) => {
                self.put(connection, &id, &person).await?;
                id
            }
            None => match find(connection, &person.user_name).await? {
                Some(id) => {
                    self.put(connection, &id, &person).await?;
                    id
                }
                None => moves::make(connection, USERS, &self.user(&person), "user").await?,
            },
        };
        connection.links.tie_person(key, &id, &person.user_name, person.active);
        Ok(())
    }

    /// The whole template once more (OLIMPL; D).
    async fn write(self, connection: &mut Connection, key: &str) -> Done {
        let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
        self.put(connection, &id, &person).await?;
        connection.links.tie_person(key, &id, &person.user_name, person.active);
        Ok(())
    }

    async fn enable(self, connection: &mut Connection, key: &str) -> Done {
        if connection.links.managed_person(key).is_none() {
            return self.enter(connection, key).await;
        }
        connection.unverified("that a reactivation is a PUT with active true");
        self.write(connection, key).await
    }

    /// The path ends in a bare `?` (AK11249; C).
    async fn put(self, connection: &Connection, id: &str, person: &Person) -> Result<Observation, Refusal> {
        let target = format!("{USERS}/{}?", client::wire::encode_query_value(id));
        checked(moves::send(connection, Method::Put, target, Some(&self.user(person))).await)
    }

    /// By the admin's choice a suspension, a deletion or nothing (OLKB; D).
    async fn remove_access(self, connection: &mut Connection, key: &str) -> Done {
        let Some((person, id)) = moves::managed(connection, key) else { return Ok(()) };
        match connection.options.on_removal {
            Removal::Nothing => connection.note("the action on removal is to do nothing; nothing is sent"),
            Removal::Disable => {
                connection.unverified("that a suspension is a PUT with active false");
                self.put(connection, &id, &Person { active: false, ..person }).await?;
                connection.links.rest_person(key, connection.assigned.contains(key));
            }
            Removal::Delete => {
                moves::remove(connection, USERS, &id).await?;
                connection.links.cut_person(key);
            }
        }
        Ok(())
    }
}

/// `+` for a space, a trailing `&`, and nothing else (AK11249; C). A 404 means that there is nobody (OLTEST; D).
async fn find(connection: &Connection, user_name: &str) -> Result<Option<String>, Refusal> {
    let filter = equals(connection, "userName", user_name);
    let answer = moves::list(connection, USERS, &format!("filter={filter}&")).await;
    if answer.status() == Some(404) {
        return Ok(None);
    }
    let answer = checked(answer)?;
    answer.resources().first().map(|hit| found_id(hit, "user")).transpose()
}

async fn groups(connection: &Connection) -> Result<Vec<Value>, Refusal> {
    let answer = checked(moves::send(connection, Method::Get, GROUPS.to_owned(), None).await)?;
    Ok(answer.resources().to_vec())
}

/// A rule creates the group where the refreshed entitlements do not have it (OLIMPL; D, OLNODE; S). What SCIM 2.0 sends was not found.
async fn push_group(connection: &mut Connection, key: &str) -> Done {
    let Some((name, keys)) = moves::contents(connection, key) else { return Ok(()) };
    let all = groups(connection).await?;
    let id = match moves::named(&all, &name) {
        Some(hit) => found_id(hit, "group")?,
        None => {
            connection.unverified("the body of a new group");
            moves::make(connection, GROUPS, &moves::plain_group(&name), "group").await?
        }
    };
    connection.links.tie_group(key, &id, &name);
    members(connection, key, ("add", &keys)).await
}

/// A PATCH was seen, its body was not (AK11249; C): lower-case operations with a value list, for a removal too.
async fn members(connection: &mut Connection, group: &str, change: (&str, &[String])) -> Done {
    connection.unverified("the body of a change of members");
    moves::patch_members(connection, group, change).await
}
