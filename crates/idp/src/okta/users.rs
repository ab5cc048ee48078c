//! Jobs about users.

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::Connection;
use super::super::moves::{self, GROUPS, USERS, counter_complaint, created_id, equals, found_id, is_active, readable};
use super::jobs::{Halt, Job, checked};
use super::{Okta, Push, bodies};
use directory::Person;
use serde_json::{Map, Value, json};

/// `GET` with the lookup query of Okta's; 404 counts as "none" (OKD20; D). Its test of a server asks with `count` first (OKSPEC; V).
pub(super) async fn look_up(
    connection: &mut Connection,
    endpoint: &str,
    attribute: &str,
    value: &str,
) -> Result<Option<Value>, Halt> {
    // The attribute is written userName whatever the identifier's own name is (OKD20; D).
    let filter = equals(connection, attribute, value);
    let observation = moves::list(connection, endpoint, &format!("filter={filter}&startIndex=1&count=100")).await;
    if observation.status() == Some(404) {
        return Ok(None);
    }
    let observation = checked(observation)?;
    // Any body is read as JSON (ROSTR; C).
    readable(&observation)?;
    if let Some(complaint) = counter_complaint(&observation) {
        return Err(Halt::Task(ProvisioningErrorKind::Unreadable, complaint));
    }
    if observation.resources().len() > 1 {
        // Not found in any source; the first is taken.
        connection.unverified("several hits on a lookup, the first is used");
    }
    Ok(observation.resources().first().cloned())
}

async fn get(connection: &Connection, id: &str) -> Result<Map<String, Value>, Halt> {
    let observation = checked(moves::read(connection, USERS, id, "").await)?;
    readable(&observation)?
        .as_object()
        .cloned()
        .ok_or_else(|| Halt::Task(ProvisioningErrorKind::Unreadable, "the answer is no user".to_owned()))
}

async fn put(connection: &Connection, id: &str, body: Map<String, Value>) -> Result<(), Halt> {
    checked(moves::put(connection, USERS, id, &Value::Object(body)).await).map(|_| ())
}

/// The manager's id on the target, when the app maps it.
fn manager(connection: &mut Connection, person: &Person) -> Option<String> {
    if !connection.options.map_manager {
        return None;
    }
    connection.unverified("a manager mapped to the enterprise extension");
    connection.links.managed_person(person.manager.as_deref()?)
}

/// A placeholder that satisfies Okta's default password policy.
fn password(connection: &mut Connection) -> String {
    format!("{}aA7!", connection.random.text(16))
}

/// Merges the mapped values into a user just read and puts it.
async fn put_merged(
    connection: &mut Connection,
    id: &str,
    mut seen: Map<String, Value>,
    person: &Person,
    first: bool,
) -> Result<(), Halt> {
    let manager = manager(connection, person);
    if bodies::merge(&mut seen, person, manager.as_deref(), (first, &connection.options.locale)) {
        connection.unverified("an emptied attribute is sent as an empty text");
    }
    put(connection, id, seen).await
}

impl Okta {
    /// *Test Connector Configuration*: constant parameters (ROSTR; C), and groups when they are imported (D).
    pub(super) async fn test(connection: &mut Connection) -> Result<(), Halt> {
        checked(moves::list(connection, USERS, "startIndex=1&count=2").await).map_err(|halt| match halt {
            Halt::Task(ProvisioningErrorKind::Forbidden, text) => Halt::Task(ProvisioningErrorKind::Unauthorized, text),
            other => other,
        })?;
        if connection.options.import_groups {
            checked(moves::list(connection, GROUPS, "startIndex=1&count=100").await)?;
        }
        Ok(())
    }

    /// Looks the person up, then creates or adopts.
    pub(super) async fn provision(&mut self, connection: &mut Connection, key: &str) -> Result<(), Halt> {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        if !connection.assigned.contains(key) || !person.active {
            return Ok(());
        }
        if connection.links.managed_person(key).is_some() {
            return Self::push_profile(connection, key).await;
        }
        let returning = connection.links.person(key).is_some();
        let id = match look_up(connection, USERS, "userName", &person.user_name).await? {
            None => Self::create(connection, &person).await?,
            Some(hit) => self.adopt(connection, &person, &hit).await?,
        };
        connection.links.tie_person(key, &id, &person.user_name, true);
        self.join_pushed_groups(connection, key, returning).await;
        Ok(())
    }

    async fn create(connection: &mut Connection, person: &Person) -> Result<String, Halt> {
        let password = password(connection);
        let manager = manager(connection, person);
        let body = bodies::new_user(person, manager.as_deref(), &password, &connection.options.locale);
        // 409 ends the job; there is no second look (OKD20; D, DF27262; I).
        let observation = checked(moves::create(connection, USERS, &body).await)?;
        // A create without an id is an error (OKD20; D).
        Ok(created_id(&observation, "user")?)
    }

    async fn adopt(&self, connection: &mut Connection, person: &Person, hit: &Value) -> Result<String, Halt> {
        let id = &*found_id(hit, "user")?;
        if !is_active(hit) {
            if self.mode.patches_status {
                checked(moves::patch(connection, USERS, id, vec![bodies::status(true)]).await)?;
            } else {
                let before = get(connection, id).await?;
                let mut seen = before.clone();
                moves::set(&mut seen, "active", json!(true));
                put(connection, id, seen).await?;
                if connection.options.stale_reactivation {
                    // DF14380 (I).
                    connection.unverified("a profile push with the status read before the reactivation");
                    get(connection, id).await?;
                    put_merged(connection, id, before, person, false).await?;
                    return Ok(id.to_owned());
                }
            }
        }
        let seen = get(connection, id).await?;
        if !is_active(hit) && !is_active(&Value::Object(seen.clone())) {
            // SNIPE14481 (I): the job is rescheduled.
            let text = "the push failed because the remote user was not reactivated in time".to_owned();
            return Err(Halt::Wait(ProvisioningErrorKind::ReactivationDelayed, text, None));
        }
        put_merged(connection, id, seen, person, true).await?;
        Ok(id.to_owned())
    }

    /// Who is provisioned after their group was pushed is added to it then (OKHELPGP; D), but who comes back is not:
    /// the group has to be pushed again (P11; D).
    async fn join_pushed_groups(&mut self, connection: &mut Connection, key: &str, returning: bool) {
        let groups: Vec<String> = connection
            .directory
            .groups_of(key)
            .map(|g| g.key.clone())
            .filter(|g| self.pushes.get(g) == Some(&Push::Active) && connection.links.group(g).is_some())
            .collect();
        if returning && !groups.is_empty() {
            connection.note("groups of a reactivated person are not pushed by themselves; use Push Now");
            return;
        }
        for group in groups {
            let job = Job::Members { group, added: vec![key.to_owned()], removed: Vec::new() };
            Box::pin(self.run(connection, job)).await;
        }
    }

    /// GET, then PUT of the whole merged profile, in both app types (OKD20; D, C).
    pub(super) async fn push_profile(connection: &mut Connection, key: &str) -> Result<(), Halt> {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        let Some(id) = connection.links.managed_person(key) else { return Ok(()) };
        let seen = get(connection, &id).await?;
        put_merged(connection, &id, seen, &person, false).await?;
        connection.links.tie_person(key, &id, &person.user_name, true);
        Ok(())
    }

    /// PUT family: a pure echo of what was read with `active` flipped, mapped values are not laid over it (FZ; C).
    pub(super) async fn deactivate(&self, connection: &mut Connection, id: &str) -> Result<(), Halt> {
        if self.mode.patches_status {
            return checked(moves::patch(connection, USERS, id, vec![bodies::status(false)]).await).map(|_| ());
        }
        let mut seen = get(connection, id).await?;
        moves::set(&mut seen, "active", json!(false));
        put(connection, id, seen).await
    }

    /// A new password. The bodies were not found in any source.
    pub(super) async fn push_password(&self, connection: &mut Connection, key: &str) -> Result<(), Halt> {
        let Some(person) = connection.directory.person(key).cloned() else { return Ok(()) };
        let Some(id) = connection.links.managed_person(key) else { return Ok(()) };
        connection.unverified("the body of a password push");
        let password = password(connection);
        if self.mode.patches_status {
            let operation = json!({"op": "replace", "value": {"password": password}});
            return checked(moves::patch(connection, USERS, &id, vec![operation]).await).map(|_| ());
        }
        let mut seen = get(connection, &id).await?;
        moves::set(&mut seen, "password", json!(password));
        put_merged(connection, &id, seen, &person, false).await
    }
}
