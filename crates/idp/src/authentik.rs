//! authentik: no lookup before a create; a create that conflicts is followed by one, and what it finds is linked. What the last answer
//! already shows is not written again.
//!
//! In: acts. Out: the requests of the outbound SCIM provider, as its source has them. Never: `active` without the rest of the user, or a
//! query of users before the target has said that one exists.

use super::admin_log::ProvisioningErrorKind;
use super::at_once::{Act, AtOnce, Done, Memory, Speaks};
use super::connection::{Connection, Spelling};
use super::dialect::{Product, ProductMode};
use super::moves::{self, GROUPS, USERS, checked, created_id, equals, filled, found_id, query};
use super::options::{Options, QuerySpace};
use client::observe::{List, Resource, member};
use client::wire::Method;
use directory::Person;
use scim::urn;
use serde_json::{Map, Value, json};

/// authentik.
pub(super) const AUTHENTIK: Product = Product {
    id: "authentik",
    name: "authentik",
    adds: "looks a user up only after a 409, before 2025.10 with a filter value that has no quotes; reads ServiceProviderConfig and \
           chooses PATCH or PUT by it; deletes who leaves; removes members with a value list",
    known_by: "read in its source",
    modes: &[
        ProductMode {
            id: "authentik/default",
            name: "authentik",
            summary: "create first, lookup after a 409; PUT for users, PATCH for groups where the target says it can",
            base_query: None,
            dialect: || AtOnce::boxed(Authentik { quotes: true }),
        },
        ProductMode {
            id: "authentik/unquoted",
            name: "authentik (before 2025.10)",
            summary: "the same, but the lookup is `userName eq VALUE` without quotes, which no filter grammar allows",
            base_query: None,
            dialect: || AtOnce::boxed(Authentik { quotes: false }),
        },
    ],
    // Users are known by a hash of 64 digits and groups by a GUID (AKUSERS, AKGROUPS; S); both are GUIDs here, so that golden
    // exchanges know them again.
    // On every request, with a body or without (AKBASE; S). What its HTTP library calls itself was not looked for.
    spelling: Spelling {
        headers: &[("accept", "application/scim+json")],
        without_body: &[("content-type", "application/scim+json")],
        ..Spelling::plain("application/scim+json")
    },
    // A query is form-encoded (AKUSERS; S).
    options: || Options { query_space: QuerySpace::Plus, ..Options::default() },
    sends_group_key: true,
    ..Product::PLAIN
};

/// Pages of the discovery read at most.
const PAGES: usize = 1_000;

#[derive(Clone, Copy)]
struct Authentik {
    /// Whether the value of the user lookup is in quotes: since 2025.10 (AKQUOTES; I, AKUSERS; S).
    quotes: bool,
}

impl Speaks for Authentik {
    const NAME: &'static str = "authentik";

    async fn act(self, connection: &mut Connection, memory: &mut Memory, act: &Act) -> Done {
        match act {
            Act::Test => connection.note("authentik has no test of a connection; nothing is sent"),
            Act::Enter(person) | Act::Change(person) | Act::Enable(person) | Act::Disable(person) => {
                configure(connection, memory).await;
                self.write_user(connection, memory, person).await?;
            }
            Act::Exit(person) | Act::Delete(person) => return delete_user(connection, memory, person).await,
            Act::PushGroup(group) | Act::RenameGroup(group) => {
                configure(connection, memory).await;
                write_group(connection, memory, group).await?;
            }
            Act::Join { group, people } => return members_changed(connection, memory, group, ("add", people)).await,
            Act::Leave { group, people } => {
                return members_changed(connection, memory, group, ("remove", people)).await;
            }
            Act::DropGroup(group) => return delete_group(connection, memory, group).await,
            Act::ReleaseGroup(group) => {
                connection.unverified("a group taken out of scope that stays on the target (nothing is assumed)");
                connection.links.cut_group(group);
            }
            // Saving the provider starts a full sync (AKTESTS; S).
            Act::Sync | Act::SwitchedOn => return self.sync(connection, memory).await,
            Act::Import => return discover(connection).await,
        }
        Ok(())
    }
}

/// The discovery document, read once; any failure means that nothing optional is supported (AKBASE; S).
async fn configure(connection: &Connection, memory: &mut Memory) {
    if memory.config.is_some() {
        return;
    }
    let answer = moves::send(connection, Method::Get, "/ServiceProviderConfig".to_owned(), None).await;
    let config = answer.succeeded().then(|| answer.json().cloned()).flatten();
    memory.config = Some(config.filter(|config| config.get("patch").is_some()).unwrap_or_else(|| json!({})));
}

fn supports(memory: &Memory, what: &str) -> bool {
    let config = memory.config.as_ref();
    config.and_then(|config| config.get(what)?.get("supported")?.as_bool()).unwrap_or(false)
}

/// The default property mappings (AKMAP, AKTESTS; S): the directory's one name is cut at its first space. `locale` and `photos` are
/// left out where there is none.
fn user(person: &Person, id: Option<&str>) -> Value {
    let (given, family) = person.display_name.split_once(' ').unwrap_or((&person.display_name, ""));
    let emails = person.email.as_ref().map(|email| json!([{"value": email, "type": "other", "primary": true}]));
    filled(json!({
        "schemas": [urn::USER],
        "id": id,
        "externalId": person.key,
        "userName": person.user_name,
        "name": {"formatted": person.display_name, "givenName": given, "familyName": family},
        "displayName": person.display_name,
        "active": person.active,
        "emails": emails.unwrap_or_else(|| json!([])),
    }))
}

/// What was last seen, with the new values merged in: objects by member, lists as unions (AKUSERS; S). An address taken away is
/// therefore no difference, and is never written.
fn merged(seen: &Value, new: &Value) -> Value {
    match (seen, new) {
        (Value::Object(seen), Value::Object(new)) => {
            let mut both: Map<String, Value> = seen.clone();
            for (name, value) in new {
                let value = both.get(name).map_or_else(|| value.clone(), |old| merged(old, value));
                both.insert(name.clone(), value);
            }
            both.into()
        }
        (Value::Array(seen), Value::Array(new)) => {
            let added = new.iter().filter(|value| !seen.contains(value));
            seen.iter().chain(added).cloned().collect()
        }
        _ => new.clone(),
    }
}

/// Whether the target was last seen to hold this already.
fn is_written(connection: &mut Connection, memory: &Memory, key: &str, body: &Value) -> bool {
    let same = memory.seen.get(key).is_some_and(|seen| merged(seen, body) == *seen);
    if same {
        connection.note("authentik writes nothing that the last answer already showed");
    }
    same
}

impl Authentik {
    async fn write_user(self, connection: &mut Connection, memory: &mut Memory, key: &str) -> Done {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        let Some(id) = connection.links.managed_person(key) else {
            return self.create_user(connection, memory, &person).await;
        };
        let body = user(&person, Some(&id));
        if is_written(connection, memory, key, &body) {
            return Ok(());
        }
        match checked(moves::put(connection, USERS, &id, &body).await) {
            Ok(answer) => {
                memory.seen.insert(key.to_owned(), answer.json().cloned().unwrap_or_default());
                connection.links.tie_person(key, &id, &person.user_name, person.active);
                Ok(())
            }
            // What is gone is forgotten and created anew (AKUSERS; S).
            Err(refusal) if refusal.kind == ProvisioningErrorKind::NotFound => {
                connection.links.cut_person(key);
                self.create_user(connection, memory, &person).await
            }
            Err(refusal) => Err(refusal),
        }
    }

    /// `POST`; a 409 is followed by a lookup of the user name, and its first hit is linked as it is (AKUSERS; S).
    async fn create_user(self, connection: &mut Connection, memory: &mut Memory, person: &Person) -> Done {
        let answer = match checked(moves::create(connection, USERS, &user(person, None)).await) {
            Ok(answer) => {
                let id = created_id(&answer, "user")?;
                let shown = answer.json().cloned().unwrap_or_default();
                return link_person(connection, memory, person, &id, shown);
            }
            Err(refusal) => refusal,
        };
        if answer.kind != ProvisioningErrorKind::Conflict || !supports(memory, "filter") {
            return Err(answer);
        }
        let filter = match self.quotes {
            true => equals(connection, "userName", &person.user_name),
            false => query(connection, &format!("userName eq {}", person.user_name)),
        };
        let found = moves::find(connection, USERS, &format!("filter={filter}")).await?;
        let Some(hit) = found else { return Err(answer) };
        let id = found_id(&hit, "user")?;
        link_person(connection, memory, person, &id, hit)
    }

    /// Discovery of groups, then every user and every group in scope (AKGROUPS, AKTESTS; S).
    async fn sync(self, connection: &mut Connection, memory: &mut Memory) -> Done {
        memory.config = None;
        configure(connection, memory).await;
        discover(connection).await?;
        for person in connection.directory.in_order(&connection.assigned) {
            self.write_user(connection, memory, &person).await?;
        }
        for group in connection.directory.in_order(&connection.groups) {
            write_group(connection, memory, &group).await?;
        }
        Ok(())
    }
}

fn link_person(connection: &mut Connection, memory: &mut Memory, person: &Person, id: &str, seen: Value) -> Done {
    connection.links.tie_person(&person.key, id, &person.user_name, person.active);
    memory.seen.insert(person.key.clone(), seen);
    Ok(())
}

/// Out of scope and deleted are the same: `DELETE` (AKUSERS, AKTESTS; S).
async fn delete_user(connection: &mut Connection, memory: &mut Memory, key: &str) -> Done {
    let Some(id) = connection.links.managed_person(key) else {
        connection.note("the user is not known to the target; nothing is sent");
        return Ok(());
    };
    moves::remove(connection, USERS, &id).await?;
    connection.links.cut_person(key);
    memory.seen.remove(key);
    Ok(())
}

/// A group as it is written.
struct Written {
    name: String,
    body: Value,
    /// The target's ids of its members.
    ids: Vec<String>,
}

/// Members are in it only where the target cannot PATCH, and only if there are any (AKGROUPS; S).
fn written(connection: &mut Connection, memory: &Memory, key: &str, id: Option<&str>) -> Option<Written> {
    let (name, keys) = moves::contents(connection, key)?;
    let ids: Vec<String> = moves::provisioned(connection, &keys).into_iter().map(|(_, id)| id).collect();
    let listed = !supports(memory, "patch") && !ids.is_empty();
    let body = filled(json!({
        "schemas": [urn::GROUP],
        "id": id,
        "externalId": key,
        "displayName": name,
        "members": listed.then(|| moves::values(ids.iter().map(String::as_str))),
    }));
    Some(Written { name, body, ids })
}

/// A new group is created, with its members added after it; a known one is changed, and then its members compared (AKGROUPS; S).
async fn write_group(connection: &mut Connection, memory: &mut Memory, key: &str) -> Done {
    let known = connection.links.group_id(key);
    let Some(group) = written(connection, memory, key, known.as_deref()) else { return Ok(()) };
    let Some(id) = known else { return create_group(connection, memory, key, &group).await };
    if is_written(connection, memory, key, &group.body) {
        return compare_members(connection, memory, &id, &group.ids).await;
    }
    match change_group(connection, memory, &id, &group.body).await {
        Err(refusal) if refusal.kind == ProvisioningErrorKind::NotFound => {
            connection.links.cut_group(key);
            let Some(group) = written(connection, memory, key, None) else { return Ok(()) };
            return create_group(connection, memory, key, &group).await;
        }
        changed => changed?,
    }
    connection.links.tie_group(key, &id, &group.name);
    let seen = memory.seen.get(key).cloned().unwrap_or_default();
    memory.seen.insert(key.to_owned(), merged(&seen, &group.body));
    compare_members(connection, memory, &id, &group.ids).await
}

/// One `replace` without path, of the whole group but its members; or PUT, and that `replace` where PUT is refused (AKGROUPS; S).
async fn change_group(connection: &Connection, memory: &Memory, id: &str, body: &Value) -> Done {
    if !supports(memory, "patch") {
        match checked(moves::put(connection, GROUPS, id, body).await) {
            Err(refusal) if refusal.kind != ProvisioningErrorKind::NotFound => {}
            answered => return answered.map(|_| ()),
        }
    }
    let replace = json!({"op": "replace", "value": body});
    checked(moves::patch(connection, GROUPS, id, vec![replace]).await).map(|_| ())
}

async fn create_group(connection: &mut Connection, memory: &mut Memory, key: &str, group: &Written) -> Done {
    let (id, seen) = match checked(moves::create(connection, GROUPS, &group.body).await) {
        Ok(answer) => (created_id(&answer, "group")?, answer.json().cloned().unwrap_or_default()),
        Err(refusal) if refusal.kind == ProvisioningErrorKind::Conflict && supports(memory, "filter") => {
            let filter = equals(connection, "displayName", &group.name);
            let found = moves::find(connection, GROUPS, &format!("filter={filter}")).await?;
            let Some(hit) = found else { return Err(refusal) };
            (found_id(&hit, "group")?, hit)
        }
        Err(refusal) => return Err(refusal),
    };
    connection.links.tie_group(key, &id, &group.name);
    memory.seen.insert(key.to_owned(), seen);
    patch_members(connection, memory, &id, group.ids.iter().map(|id| operation("add", id)).collect()).await
}

/// One operation for each member. The value list of a `remove` is in no RFC (AKGROUPS; S).
fn operation(op: &str, id: &str) -> Value {
    json!({"op": op, "path": "members", "value": [{"value": id}]})
}

/// As many operations a request as the target allows for bulk jobs; all at once where it says nothing (AKGROUPS; S).
async fn patch_members(connection: &Connection, memory: &Memory, id: &str, operations: Vec<Value>) -> Done {
    let most = memory.config.as_ref().and_then(|config| config.get("bulk")?.get("maxOperations")?.as_u64());
    let most = most.and_then(|most| usize::try_from(most).ok()).filter(|most| *most > 0).unwrap_or(operations.len());
    for chunk in operations.chunks(most.max(1)) {
        checked(moves::patch(connection, GROUPS, id, chunk.to_vec()).await)?;
    }
    Ok(())
}

/// Reads the group, adds who is missing and removes who is too many (AKGROUPS; S).
async fn compare_members(connection: &Connection, memory: &Memory, id: &str, wanted: &[String]) -> Done {
    let answer = checked(moves::read(connection, GROUPS, id, "").await)?;
    let group = moves::readable(&answer)?;
    // Where the answer lists no members at all, nobody is added either.
    let listed = member(group, "members").is_some_and(|members| !members.is_null());
    let there: Vec<String> =
        Resource::of(group).values("members").filter_map(|m| m.key("value")).map(|id| id.into_owned()).collect();
    let adds = wanted.iter().filter(|id| listed && !there.contains(id)).map(|id| operation("add", id));
    let removes = there.iter().filter(|id| !wanted.contains(id)).map(|id| operation("remove", id));
    patch_members(connection, memory, id, adds.chain(removes).collect()).await
}

async fn members_changed(
    connection: &mut Connection,
    memory: &mut Memory,
    group: &str,
    (op, people): (&str, &[String]),
) -> Done {
    configure(connection, memory).await;
    let Some(id) = connection.links.group_id(group) else { return Ok(()) };
    if !supports(memory, "patch") {
        return write_group(connection, memory, group).await;
    }
    let ids = moves::provisioned(connection, people);
    patch_members(connection, memory, &id, ids.iter().map(|(_, id)| operation(op, id)).collect()).await
}

async fn delete_group(connection: &mut Connection, memory: &mut Memory, key: &str) -> Done {
    let Some(id) = connection.links.group_id(key) else { return Ok(()) };
    moves::remove(connection, GROUPS, &id).await?;
    connection.links.cut_group(key);
    memory.seen.remove(key);
    Ok(())
}

/// All groups of the target, page by page without a page size; those of a name in scope are linked (AKGROUPS; S).
async fn discover(connection: &mut Connection) -> Done {
    let mut seen = 0;
    for _ in 0..PAGES {
        let target = if seen == 0 { GROUPS.to_owned() } else { format!("{GROUPS}?startIndex={}", seen + 1) };
        let answer = checked(moves::send(connection, Method::Get, target, None).await)?;
        let groups = answer.resources();
        for group in groups {
            let (Some(id), Some(name)) = (moves::id_of(group), Resource::of(group).text("displayName")) else {
                continue;
            };
            let key = connection.directory.group_named(name).map(|group| group.key.clone());
            let known = connection.links.groups().any(|(_, link)| link.id == id);
            if let Some(key) = key.filter(|key| !known && connection.groups.contains(key)) {
                connection.links.tie_group(&key, &id, name);
            }
        }
        seen += groups.len();
        if groups.is_empty() || answer.list().and_then(List::total).unwrap_or(0) <= seen as u64 {
            break;
        }
    }
    Ok(())
}
