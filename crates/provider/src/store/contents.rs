//! A whole tenant put in as it was elsewhere, below the rules of the service: with its ids, its times, and what is wrong with it.
//!
//! In: resources as a server showed them. Out: rows, and what no row can hold. Never: a correction, and never into a tenant
//! that has somebody in it.

use super::{Store, Stored, Tenant, fold};
use rusqlite::params;
use serde_json::{Map, Value};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Everything a tenant holds, as a server showed it.
#[derive(Debug, Clone, Default)]
pub struct Contents {
    /// Users.
    pub users: Vec<Value>,
    /// Groups with their members.
    pub groups: Vec<Value>,
    /// Resources of other types, each with the name of its type.
    pub others: Vec<(String, Value)>,
}

/// What could not be held: what it is, and how often.
pub(crate) type NotHeld = BTreeMap<&'static str, usize>;

/// The names of resources by their ids.
struct Known {
    users: HashSet<String>,
    groups: HashSet<String>,
}

impl Store {
    /// Puts everything into an empty tenant; `kinds` are the types that are served besides users and groups.
    pub(crate) fn put_contents(&self, tenant: &Tenant, all: &Contents, kinds: &[String]) -> Stored<NotHeld> {
        let mut not_held = NotHeld::new();
        let known = Known { users: ids(&all.users), groups: ids(&all.groups) };
        // Of the memberships a user shows only those of nobody else's groups need a place of their own.
        let mut listed: HashMap<String, usize> = HashMap::new();
        for member in all.groups.iter().flat_map(members) {
            if let Some(id) = key(member, "value") {
                *listed.entry(id).or_default() += 1;
            }
        }
        let mut taken = HashSet::new();
        for user in &all.users {
            self.put_user(tenant, user, &listed, &mut taken, &mut not_held)?;
        }
        for group in &all.groups {
            self.put_group(tenant, group, &known, &mut taken, &mut not_held)?;
        }
        for (kind, resource) in &all.others {
            if kinds.contains(kind) {
                self.put_other(tenant, kind, resource, &mut taken, &mut not_held)?;
            } else {
                count(&mut not_held, "resources of a type that is not served (--schemas names further types)");
            }
        }
        Ok(not_held)
    }

    fn put_user(
        &self,
        tenant: &Tenant,
        user: &Value,
        listed: &HashMap<String, usize>,
        taken: &mut HashSet<String>,
        not_held: &mut NotHeld,
    ) -> Stored<()> {
        let Some(id) = free_id(user, taken, not_held) else { return Ok(()) };
        let mut body = body(user);
        let shown = body.get("groups").and_then(Value::as_array).map_or(0, Vec::len);
        if body.shift_remove("password").is_some() {
            count(not_held, "passwords that were shown");
        }
        // The service works out who is in which group; what a user shows without being in any stays as it is.
        match listed.get(&id) {
            Some(count_of_groups) => {
                body.shift_remove("groups");
                if shown > 0 && shown != *count_of_groups {
                    count(not_held, "users who show other groups than those that list them");
                }
            }
            None if shown == 0 => drop(body.shift_remove("groups")),
            None => {}
        }
        let name = text(user, "userName").unwrap_or_default();
        let display = text(user, "displayName").unwrap_or(name);
        let (created, modified, version) = self.times(tenant, user)?;
        self.conn
            .prepare_cached(
                "INSERT INTO users (tenant, id, user_name, user_name_key, external_id, display, active, managed, body,
                 version, created, modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 1, ?8, ?9, ?10, ?11)",
            )?
            .execute(params![
                tenant.row,
                id,
                name,
                fold(name),
                text(user, "externalId"),
                display,
                member(user, "active").and_then(Value::as_bool).unwrap_or(true),
                Value::Object(body).to_string(),
                version,
                created,
                modified
            ])?;
        Ok(())
    }

    fn put_group(
        &self,
        tenant: &Tenant,
        group: &Value,
        known: &Known,
        taken: &mut HashSet<String>,
        not_held: &mut NotHeld,
    ) -> Stored<()> {
        let Some(id) = free_id(group, taken, not_held) else { return Ok(()) };
        let mut body = body(group);
        body.shift_remove("members");
        let name = text(group, "displayName").unwrap_or_default();
        let (created, modified, version) = self.times(tenant, group)?;
        self.conn
            .prepare_cached(
                "INSERT INTO groups (tenant, id, display_name, display_name_key, external_id, body, version, created,
                 modified) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?
            .execute(params![
                tenant.row,
                id,
                name,
                fold(name),
                text(group, "externalId"),
                Value::Object(body).to_string(),
                version,
                created,
                modified
            ])?;
        let row = self.conn.last_insert_rowid();
        for one in members(group) {
            let Some(value) = key(one, "value") else {
                count(not_held, "members without a value");
                continue;
            };
            let kind = match text(one, "type") {
                Some(kind) => kind,
                None if known.groups.contains(&value) && !known.users.contains(&value) => "Group",
                None => "User",
            };
            let added = self
                .conn
                .prepare_cached("INSERT OR IGNORE INTO members (grp, member, kind) VALUES (?1, ?2, ?3)")?
                .execute(params![row, value, kind])?;
            if added == 0 {
                count(not_held, "members that stand twice in a group");
            }
        }
        Ok(())
    }

    fn put_other(
        &self,
        tenant: &Tenant,
        kind: &str,
        resource: &Value,
        taken: &mut HashSet<String>,
        not_held: &mut NotHeld,
    ) -> Stored<()> {
        let Some(id) = free_id(resource, taken, not_held) else { return Ok(()) };
        let (created, modified, version) = self.times(tenant, resource)?;
        self.conn
            .prepare_cached(
                "INSERT INTO resources (tenant, kind, id, body, version, created, modified)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![
                tenant.row,
                kind,
                id,
                Value::Object(body(resource)).to_string(),
                version,
                created,
                modified
            ])?;
        Ok(())
    }

    /// When a resource was made and changed, as it says, and its version where that is a number; else now, and 1.
    fn times(&self, tenant: &Tenant, resource: &Value) -> Stored<(String, String, i64)> {
        let meta = member(resource, "meta");
        let stated = |name: &str| meta.and_then(|meta| text(meta, name)).map(str::to_owned);
        let now = self.moment(tenant.row)?;
        let created = stated("created").unwrap_or_else(|| now.clone());
        let modified = stated("lastModified").unwrap_or_else(|| created.clone());
        let number = |version: &str| version.trim_start_matches("W/").trim_matches('"').parse::<i64>().ok();
        let version = stated("version").as_deref().and_then(number).filter(|version| *version > 0);
        Ok((created, modified, version.unwrap_or(1)))
    }
}

fn count(not_held: &mut NotHeld, what: &'static str) {
    *not_held.entry(what).or_default() += 1;
}

/// The id of a resource, where it has one of its own.
fn free_id(resource: &Value, taken: &mut HashSet<String>, not_held: &mut NotHeld) -> Option<String> {
    let Some(id) = key(resource, "id") else {
        count(not_held, "resources without id");
        return None;
    };
    if !taken.insert(id.clone()) {
        count(not_held, "resources with the id of another");
        return None;
    }
    if member(resource, "id").is_some_and(Value::is_number) {
        count(not_held, "ids that were numbers and are text now");
    }
    Some(id)
}

/// What is stored of a resource: without what the service itself knows, its schemas first.
fn body(resource: &Value) -> Map<String, Value> {
    let mut body = Map::new();
    let Value::Object(all) = resource else { return body };
    let schemas = all.iter().find(|(name, _)| name.eq_ignore_ascii_case("schemas"));
    body.extend(schemas.map(|(name, value)| (name.clone(), value.clone())));
    let own = |name: &str| ["id", "meta", "schemas"].iter().any(|own| name.eq_ignore_ascii_case(own));
    body.extend(all.iter().filter(|(name, _)| !own(name)).map(|(name, value)| (name.clone(), value.clone())));
    body
}

fn ids(all: &[Value]) -> HashSet<String> {
    all.iter().filter_map(|resource| key(resource, "id")).collect()
}

fn members(group: &Value) -> impl Iterator<Item = &Value> {
    member(group, "members").and_then(Value::as_array).into_iter().flatten()
}

/// A member of an object, whatever the case of its name (RFC 7643 section 2.1).
fn member<'a>(value: &'a Value, name: &str) -> Option<&'a Value> {
    value.as_object()?.iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn text<'a>(value: &'a Value, name: &str) -> Option<&'a str> {
    member(value, name)?.as_str().filter(|text| !text.is_empty())
}

/// An id, as text or number.
fn key(value: &Value, name: &str) -> Option<String> {
    match member(value, name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
