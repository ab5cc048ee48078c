//! Keycloak, by its SCIM client extensions: the free one of libre.sh and MIT, which never looks anything up, and the commercial
//! `scim-for-keycloak`, which does.
//!
//! In: acts. Out: the requests of the extension and its options. Never: a re-link after a conflict, or a lookup by the free one.

use super::at_once::{Act, AtOnce, Done, Memory, Retry, Speaks};
use super::connection::Connection;
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, Refusal, USERS, checked, equals, filled, found_id, readable, set};
use directory::Person;
use scim::urn;
use serde_json::{Value, json};
use std::time::Duration;

/// Keycloak.
pub(super) const KEYCLOAK: Product = Product {
    id: "keycloak",
    name: "Keycloak",
    adds: "creates without any lookup and forgets a user whose create fails; writes the whole group and then the whole user for each \
           member; in PATCH \"true\" as text, and a `replace` without path whose value is JSON within a text",
    known_by: "read in the source of the libre.sh client; the commercial client by logs and reports, the rest of it unverified",
    modes: &[
        ProductMode {
            id: "keycloak/put",
            name: "Keycloak (libre.sh client)",
            summary: "no lookups; PUT for users and groups",
            base_query: None,
            dialect: || AtOnce::boxed(Keycloak::Put),
        },
        ProductMode {
            id: "keycloak/patch",
            name: "Keycloak (libre.sh client, patchOp options)",
            summary: "no lookups; PATCH of three attributes of a user, status as text, and of a group's whole member list",
            base_query: None,
            dialect: || AtOnce::boxed(Keycloak::Patch),
        },
        ProductMode {
            id: "keycloak/commercial",
            name: "Keycloak (scim-for-keycloak)",
            summary: "get, then update or create; members by PATCH; a reconcile writes JSON within a text",
            base_query: None,
            dialect: || AtOnce::boxed(Keycloak::Commercial),
        },
    ],
    // The content type is an option, this its default (KCMIT; S).
    sends_group_key: true,
    ..Product::PLAIN
};

#[derive(Clone, Copy, PartialEq, Eq)]
enum Keycloak {
    Put,
    Patch,
    Commercial,
}

impl Speaks for Keycloak {
    const NAME: &'static str = "Keycloak";
    /// Ten attempts, the first after half a second, and only where no answer came: a status is never retried (KCMIT; S).
    const RETRY: Option<Retry> = Some(Retry { after: Duration::from_millis(500), attempts: 10, without_answer: true });

    async fn act(self, connection: &mut Connection, _memory: &mut Memory, act: &Act) -> Done {
        match act {
            Act::Test | Act::Exit(_) | Act::ReleaseGroup(_) | Act::Import | Act::SwitchedOn
                if self == Self::Commercial =>
            {
                connection.unverified("what scim-for-keycloak sends for this (nothing is assumed)");
            }
            Act::Test => connection.note("Keycloak's client has no test of a connection; nothing is sent"),
            Act::Enter(person) if connection.links.managed_person(person).is_none() => {
                return self.create_user(connection, person).await;
            }
            Act::Enter(person) | Act::Change(person) | Act::Enable(person) | Act::Disable(person) => {
                return self.write_user(connection, person).await;
            }
            Act::Exit(_) => {
                connection.note("everybody of the realm is provisioned: there is no assignment; nothing is sent");
            }
            Act::Delete(person) => return self.delete(connection, USERS, person).await,
            Act::PushGroup(group) => return self.create_group(connection, group).await,
            Act::RenameGroup(group) => return self.write_group(connection, group).await,
            Act::Join { group, people } => return self.members(connection, group, (people, true)).await,
            Act::Leave { group, people } => return self.members(connection, group, (people, false)).await,
            Act::DropGroup(group) => return self.delete(connection, GROUPS, group).await,
            Act::ReleaseGroup(group) => {
                connection.note("every group of the realm is provisioned; nothing is sent");
                connection.links.cut_group(group);
            }
            Act::Sync => return self.sync(connection).await,
            Act::SwitchedOn => connection.note("nothing is made up for until the next full sync; nothing is sent"),
            // The list is asked for at a path that is the word "url", which no HTTP client accepts (KCMIT; S).
            Act::Import => {
                connection.note("Keycloak's client imports from an address that is invalid; nothing is sent");
            }
        }
        Ok(())
    }
}

/// All that is mapped (KCMIT; S). Roles are there only if a role is marked for it.
fn user(person: &Person, id: Option<&str>) -> Value {
    filled(json!({
        "schemas": [urn::USER],
        "id": id,
        "externalId": person.key,
        "userName": person.user_name,
        "displayName": format!("{} {}", person.given_name, person.family_name).trim(),
        "name": {"familyName": person.family_name, "givenName": person.given_name},
        "emails": person.email.as_ref().map(|email| json!([{"value": email}])),
        "active": person.active,
    }))
}

/// Without members there is no `members` at all (KCMIT, KC134; S, C).
fn group(connection: &mut Connection, key: &str, id: Option<&str>) -> Option<(Value, String)> {
    let (name, keys) = moves::contents(connection, key)?;
    let ids = moves::provisioned(connection, &keys);
    let members: Vec<Value> = ids.iter().map(|(_, id)| json!({"value": id, "$ref": format!("Users/{id}")})).collect();
    let body = filled(json!({
        "schemas": [urn::GROUP],
        "id": id,
        "externalId": key,
        "displayName": name,
        "members": (!members.is_empty()).then_some(members),
    }));
    Some((body, name))
}

impl Keycloak {
    /// `POST` without a lookup (KCMIT; S). The commercial one gets first, then updates or creates (SFK114; I).
    async fn create_user(self, connection: &mut Connection, key: &str) -> Done {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        if self == Self::Commercial
            && let Some(hit) = look_up(connection, USERS, ("userName", &person.user_name)).await?
        {
            connection.links.tie_person(key, &found_id(&hit, "user")?, &person.user_name, person.active);
            return self.write_user(connection, key).await;
        }
        let id = moves::make(connection, USERS, &user(&person, None), "user").await.map_err(lost)?;
        connection.links.tie_person(key, &id, &person.user_name, person.active);
        // The groups of a new user are written after it (KCMIT; S).
        let linked = |group: &&directory::Group| connection.links.group(&group.key).is_some();
        let groups: Vec<String> = match self {
            Self::Commercial => Vec::new(),
            _ => connection.directory.groups_of(key).filter(linked).map(|group| group.key.clone()).collect(),
        };
        for group in groups {
            self.write_group(connection, &group).await?;
        }
        Ok(())
    }

    async fn write_user(self, connection: &mut Connection, key: &str) -> Done {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        let Some(id) = connection.links.managed_person(key) else {
            // Whoever could not be created has no mapping, and is never heard of again (KCMIT; S).
            connection.note("there is no mapping of the user; nothing is sent");
            return Ok(());
        };
        match self {
            Self::Put => checked(moves::put(connection, USERS, &id, &user(&person, Some(&id))).await)?,
            Self::Patch => checked(moves::patch(connection, USERS, &id, three_attributes(&person)).await)?,
            Self::Commercial => echoed(connection, &person, &id).await?,
        };
        connection.links.tie_person(key, &id, &person.user_name, person.active);
        Ok(())
    }

    /// A new group is created with its members (KCMIT; S).
    async fn create_group(self, connection: &mut Connection, key: &str) -> Done {
        if connection.links.group(key).is_some() {
            return self.write_group(connection, key).await;
        }
        let Some((body, name)) = group(connection, key, None) else { return Ok(()) };
        if self == Self::Commercial
            && let Some(hit) = look_up(connection, GROUPS, ("displayName", &name)).await?
        {
            connection.links.tie_group(key, &found_id(&hit, "group")?, &name);
            return self.write_group(connection, key).await;
        }
        let id = moves::make(connection, GROUPS, &body, "group").await.map_err(lost)?;
        connection.links.tie_group(key, &id, &name);
        Ok(())
    }

    async fn write_group(self, connection: &mut Connection, key: &str) -> Done {
        let Some(id) = connection.links.group_id(key) else {
            connection.note("there is no mapping of the group; nothing is sent");
            return Ok(());
        };
        let Some((body, name)) = group(connection, key, Some(&id)) else { return Ok(()) };
        if self == Self::Commercial {
            connection.unverified("how a group is written whole");
        }
        match self {
            Self::Patch => checked(moves::patch(connection, GROUPS, &id, whole_group(&body, key, &name)).await)?,
            Self::Put | Self::Commercial => checked(moves::put(connection, GROUPS, &id, &body).await)?,
        };
        connection.links.tie_group(key, &id, &name);
        Ok(())
    }

    /// For each membership the whole group, then the whole user (KCMIT; S); the commercial one sends the difference (SFK134; C).
    async fn members(self, connection: &mut Connection, group: &str, (people, join): (&[String], bool)) -> Done {
        if self == Self::Commercial {
            let Some(id) = connection.links.group_id(group) else { return Ok(()) };
            let ids = moves::provisioned(connection, people);
            let operations = moves::member_operations(&ids, join);
            return checked(moves::patch(connection, GROUPS, &id, operations).await).map(|_| ());
        }
        for person in people {
            self.write_group(connection, group).await?;
            self.write_user(connection, person).await?;
        }
        Ok(())
    }

    /// The mapping goes even where the server says no (KCMIT; S).
    async fn delete(self, connection: &mut Connection, endpoint: &str, key: &str) -> Done {
        let link = if endpoint == USERS { connection.links.cut_person(key) } else { connection.links.cut_group(key) };
        let Some(link) = link else {
            connection.note("there is no mapping; nothing is sent");
            return Ok(());
        };
        if self == Self::Commercial {
            connection.unverified("what a deletion sends");
        }
        checked(moves::delete(connection, endpoint, &link.id).await).map(|_| ())
    }

    /// A refresh writes everybody and every group, those without a mapping as new ones (KCMIT; S). The commercial one's reconcile has put
    /// a JSON text where an object belongs (SFK172; I).
    async fn sync(self, connection: &mut Connection) -> Done {
        for person in connection.directory.in_order(&connection.assigned) {
            match (self, connection.links.managed_person(&person)) {
                (_, None) => self.create_user(connection, &person).await?,
                (Self::Commercial, Some(id)) => reconcile(connection, &person, &id).await?,
                _ => self.write_user(connection, &person).await?,
            }
        }
        for group in connection.directory.in_order(&connection.groups) {
            self.create_group(connection, &group).await?;
        }
        Ok(())
    }
}

/// What a refused create leaves behind: nothing, not even the intention.
fn lost(mut refusal: Refusal) -> Refusal {
    refusal.text.push_str("; the mapping is lost, and no later change is sent");
    refusal
}

/// Three attributes and no more: another name or address never arrives. The status is a text (KCMIT; S).
fn three_attributes(person: &Person) -> Vec<Value> {
    let replace = |path: &str, value: &str| json!({"path": path, "op": "replace", "value": value});
    let name = format!("{} {}", person.given_name, person.family_name);
    vec![
        replace("active", if person.active { "true" } else { "false" }),
        replace("userName", &person.user_name),
        replace("displayName", name.trim()),
    ]
}

/// The whole member list, or its removal, then two names (KCMIT; S).
fn whole_group(body: &Value, key: &str, name: &str) -> Vec<Value> {
    let replace = |path: &str, value: Value| json!({"path": path, "op": "replace", "value": value});
    let ids = body["members"].as_array().map(|all| all.iter().filter_map(|m| m["value"].as_str()).collect::<Vec<_>>());
    let members = match ids {
        Some(ids) => replace("members", moves::values(ids)),
        None => json!({"path": "members", "op": "remove"}),
    };
    vec![members, replace("displayName", name.into()), replace("externalId", key.into())]
}

async fn look_up(
    connection: &mut Connection,
    endpoint: &str,
    (attribute, value): (&str, &str),
) -> Result<Option<Value>, Refusal> {
    connection.unverified("the query by which scim-for-keycloak gets an object before it updates or creates it");
    let filter = equals(connection, attribute, value);
    moves::find(connection, endpoint, &format!("filter={filter}")).await
}

/// What the target shows, `meta` and `groups` included, with the mapped values laid over it (SFK114; C).
async fn echoed(connection: &Connection, person: &Person, id: &str) -> Result<client::observe::Observation, Refusal> {
    let answer = checked(moves::read(connection, USERS, id, "").await)?;
    let mut body = readable(&answer)?.as_object().cloned().unwrap_or_default();
    if let Value::Object(mapped) = user(person, Some(id)) {
        for (name, value) in mapped.into_iter().filter(|(name, _)| name != "schemas") {
            set(&mut body, &name, value);
        }
    }
    checked(moves::put(connection, USERS, id, &body.into()).await)
}

/// One `replace` without path, whose value is an object written as a text (SFK172; I).
async fn reconcile(connection: &mut Connection, key: &str, id: &str) -> Done {
    let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
    connection.unverified("a reconcile whose value is JSON within a text (one report)");
    let replace = json!({"op": "replace", "value": user(&person, Some(id)).to_string()});
    checked(moves::patch(connection, USERS, id, vec![replace]).await).map(|_| ())
}
