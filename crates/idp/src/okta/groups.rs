//! Jobs about pushed groups.

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::Connection;
use super::super::moves::{self, GROUPS, created_id, found_id};
use super::jobs::{Halt, checked};
use super::users::look_up;
use super::{Okta, bodies};
use serde_json::{Value, json};

/// `value` and `display` of those who are provisioned (SDK419; C), the others are left out (OKHELPGP; D).
fn entries(connection: &mut Connection, keys: &[String]) -> Vec<Value> {
    let ids = moves::provisioned(connection, keys);
    let name = |key: &str| connection.directory.person(key).map(|person| person.user_name.clone());
    ids.iter().map(|(key, id)| json!({"value": id, "display": name(key)})).collect()
}

/// Name and provisioned members of a group.
fn contents(connection: &mut Connection, key: &str) -> Option<(String, Vec<Value>)> {
    let (name, keys) = moves::contents(connection, key)?;
    Some((name, entries(connection, &keys)))
}

async fn get_and_put(connection: &Connection, id: &str, name: &str, members: &[Value]) -> Result<(), Halt> {
    checked(moves::read(connection, GROUPS, id, "").await)?;
    // What was read is not echoed: captures show these members only (SID247; C).
    checked(moves::put(connection, GROUPS, id, &bodies::group(Some(id), name, members)).await).map(|_| ())
}

async fn patch(connection: &Connection, id: &str, operations: Vec<Value>) -> Result<(), Halt> {
    checked(moves::patch(connection, GROUPS, id, operations).await).map(|_| ())
}

fn add(members: &[Value]) -> Value {
    json!({"op": "add", "path": "members", "value": members})
}

/// The whole list by PATCH: a `replace` (OKD20; D, SDK757; C), the rest in further batches (U).
async fn patch_all(connection: &mut Connection, id: &str, members: &[Value]) -> Result<(), Halt> {
    let batch = connection.options.push_batch.max(1);
    let (first, rest) = members.split_at(batch.min(members.len()));
    let replace = match connection.options.push_without_path {
        true => json!({"op": "replace", "value": {"members": first}}),
        false => json!({"op": "replace", "path": "members", "value": first}),
    };
    patch(connection, id, vec![replace]).await?;
    if !rest.is_empty() {
        connection.unverified("a whole-list push above the batch size goes on with add");
    }
    for chunk in rest.chunks(batch) {
        patch(connection, id, vec![add(chunk)]).await?;
    }
    Ok(())
}

impl Okta {
    /// The first push: looked up by name, then created; a create is followed by GET and PUT of the same group
    /// (ROSTR, SID247; C) or by the rename PATCH and the members (OKD20; D, META113; I).
    pub(super) async fn push_new(&mut self, connection: &mut Connection, key: &str) -> Result<(), Halt> {
        let Some((name, members)) = contents(connection, key) else { return Ok(()) };
        let id = match look_up(connection, GROUPS, "displayName", &name).await? {
            Some(hit) => {
                connection.unverified("a first push of a group whose name the target already has");
                found_id(&hit, "group")?
            }
            None => {
                // Documented with and without members; the PATCH family sends them right after.
                let at_once: &[Value] = if self.mode.patches_groups { &[] } else { &members };
                let body = bodies::group(None, &name, at_once);
                created_id(&checked(moves::create(connection, GROUPS, &body).await)?, "group")?
            }
        };
        connection.links.tie_group(key, &id, &name);
        if self.mode.patches_groups {
            patch(connection, &id, vec![bodies::rename(&id, &name)]).await?;
            patch_all(connection, &id, &members).await
        } else {
            get_and_put(connection, &id, &name, &members).await
        }
    }

    /// *Push Now*, and the push that follows an activation.
    pub(super) async fn push_all(&mut self, connection: &mut Connection, key: &str) -> Result<(), Halt> {
        let Some(id) = connection.links.group_id(key) else { return self.push_new(connection, key).await };
        let Some((name, members)) = contents(connection, key) else { return Ok(()) };
        if self.mode.patches_groups {
            patch_all(connection, &id, &members).await
        } else {
            get_and_put(connection, &id, &name, &members).await
        }
    }

    pub(super) async fn rename_group(&mut self, connection: &mut Connection, key: &str) -> Result<(), Halt> {
        let Some(id) = connection.links.group_id(key) else { return Ok(()) };
        let Some((name, members)) = contents(connection, key) else { return Ok(()) };
        if self.mode.patches_groups {
            patch(connection, &id, vec![bodies::rename(&id, &name)]).await?;
        } else {
            get_and_put(connection, &id, &name, &members).await?;
        }
        connection.links.tie_group(key, &id, &name);
        Ok(())
    }

    /// A change of members. `removed` holds ids of the target. The PATCH family sends the rename each time (OKD20; D;
    /// that it comes first and as a request of its own: Inf), then removes, one operation each, then one add.
    pub(super) async fn push_members(
        &mut self,
        connection: &mut Connection,
        key: &str,
        added: &[String],
        removed: &[String],
    ) -> Result<(), Halt> {
        let Some(id) = connection.links.group_id(key) else { return Ok(()) };
        let Some((name, members)) = contents(connection, key) else { return Ok(()) };
        if !self.mode.patches_groups {
            return get_and_put(connection, &id, &name, &members).await;
        }
        let added = entries(connection, added);
        if added.is_empty() && removed.is_empty() {
            return Ok(());
        }
        patch(connection, &id, vec![bodies::rename(&id, &name)]).await?;
        let batch = connection.options.push_batch.max(1);
        let removes = removed.iter().map(|id| {
            let path = format!("members[value eq {}]", Value::from(id.as_str()));
            json!({"op": "remove", "path": path})
        });
        let mut operations: Vec<Value> = removes.collect();
        for chunk in added.chunks(batch) {
            operations.push(add(chunk));
            patch(connection, &id, std::mem::take(&mut operations)).await?;
        }
        match operations.is_empty() {
            true => Ok(()),
            false => patch(connection, &id, operations).await,
        }
    }

    /// *Link Group*: the admin picks an imported group. With renaming on, the rename goes out, then the members are
    /// added to those already there (C9315, C9330; D, the operations Inf).
    pub(super) async fn link_group(&mut self, connection: &mut Connection, key: &str) -> Result<(), Halt> {
        let Some((name, members)) = contents(connection, key) else { return Ok(()) };
        if !self.imported.contains_key(&name) {
            self.import_groups(connection).await?;
        }
        let Some(id) = self.imported.get(&name).cloned() else {
            return Err(Halt::Task(ProvisioningErrorKind::NotFound, "no imported group has this name".to_owned()));
        };
        connection.links.tie_group(key, &id, &name);
        connection.unverified("the requests that follow linking a group");
        if self.mode.patches_groups {
            patch(connection, &id, vec![bodies::rename(&id, &name)]).await?;
            let batch = connection.options.push_batch.max(1);
            for chunk in members.chunks(batch) {
                patch(connection, &id, vec![add(chunk)]).await?;
            }
            Ok(())
        } else {
            get_and_put(connection, &id, &name, &members).await
        }
    }

    /// Unlinked with deletion in the target; an empty 204 is fine (OKD20; D).
    pub(super) async fn delete_group(connection: &mut Connection, id: &str) -> Result<(), Halt> {
        checked(moves::delete(connection, GROUPS, id).await).map(|_| ())
    }
}
