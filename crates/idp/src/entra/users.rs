//! Users in a cycle, and their managers.

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::Connection;
use super::super::mapping;
use super::super::moves::{self, USERS, equals, id_of, is_active};
use super::super::options::{ClearManager, Matching};
use super::reactions::{Fail, Object, Reach, Step, judge};
use super::{Entra, Mode, bodies};
use directory::Person;
use serde_json::{Value, json};
use std::borrow::Cow;

/// Attribute and value of the lookup.
fn matching(connection: &Connection, person: &Person) -> (&'static str, String) {
    match connection.options.matching {
        Matching::UserName => ("userName", person.user_name.clone()),
        Matching::ExternalId => ("externalId", bodies::external_id(person, &connection.options)),
    }
}

/// The name of the lookup attribute, for probes.
pub(super) fn matching_attribute(connection: &Connection) -> &'static str {
    match connection.options.matching {
        Matching::UserName => "userName",
        Matching::ExternalId => "externalId",
    }
}

/// Notes that the person has something whose spelling nobody has documented.
fn note_unverified(connection: &mut Connection, person: &Person) {
    if bodies::is_unverified(person) {
        connection.unverified("organization, division, cost center, language and role of a user");
    }
}

/// Whether the person is assigned, or a direct member of a group in scope (S3; D).
pub(super) fn in_scope(connection: &Connection, key: &str) -> bool {
    let has = |group: &String| connection.directory.group(group).is_some_and(|g| g.members.contains(key));
    let by_group = || connection.groups.iter().any(has);
    connection.assigned.contains(key) || (connection.options.scope_by_group && by_group())
}

/// Whether the person should be active on the target.
fn wanted(connection: &Connection, key: &str) -> bool {
    connection.directory.person(key).is_some_and(|p| p.active && !p.deleted) && in_scope(connection, key)
}

/// Whether handling this person would disable or delete them on the target.
pub(super) fn is_removal(connection: &Connection, key: &str) -> bool {
    let Some(link) = connection.links.person(key).filter(|l| l.managed) else { return false };
    match connection.directory.person(key) {
        None => connection.options.hard_delete,
        Some(_) if wanted(connection, key) => false,
        Some(person) => {
            let leaves = !person.deleted && !in_scope(connection, key);
            let skipped = connection.options.skip_out_of_scope_deletions && leaves;
            link.active != Some(false) && !skipped
        }
    }
}

/// The one hit of a lookup by filter.
pub(super) fn one_hit(hits: &[Value]) -> Result<Option<&Value>, Fail> {
    match hits {
        [] => Ok(None),
        [one] => Ok(Some(one)),
        _ => {
            let text = format!("DuplicateTargetEntries: {} objects match; nothing is written", hits.len());
            Err(Fail::lasting(ProvisioningErrorKind::DuplicateTarget, text))
        }
    }
}

/// The id of what was created or found.
pub(super) fn need_id(resource: Option<&Value>) -> Result<String, Fail> {
    resource.and_then(id_of).map(Cow::into_owned).ok_or_else(|| {
        Fail::lasting(ProvisioningErrorKind::MissingId, "the answer has no id to remember the object by")
    })
}

/// Writes the differences of a person or a group; none, and nothing is sent.
pub(super) async fn patch(
    connection: &Connection,
    endpoint: &str,
    id: &str,
    operations: Vec<Value>,
) -> Result<(), Fail> {
    let operations = match connection.unmapped.get() && endpoint == USERS {
        true => mapping::mapped(operations, &connection.options.lacking),
        false => operations,
    };
    if operations.is_empty() {
        // EntrySynchronizationSkipped (L4; D).
        return Ok(());
    }
    judge(Step::Update, moves::patch(connection, endpoint, id, operations).await).map(|_| ())
}

impl Entra {
    /// Brings one person in step. `attributes`: more than the status may have changed.
    pub(super) async fn do_person(
        &mut self,
        connection: &mut Connection,
        mode: Mode,
        key: &str,
        attributes: bool,
    ) -> Result<(), Fail> {
        let link = connection.links.person(key).filter(|l| l.managed).cloned();
        let Some(person) = connection.directory.person(key).cloned() else {
            return match link {
                Some(link) => Self::delete(connection, key, &link.id).await,
                None => Ok(()),
            };
        };
        let wanted = wanted(connection, key);
        match link {
            None if wanted => self.match_or_create(connection, mode, &person).await,
            None => {
                if in_scope(connection, key) {
                    connection.note(format!("{} is disabled and was never provisioned: skipped", person.user_name));
                }
                Ok(())
            }
            Some(link) => {
                let leaves = !in_scope(connection, key) && !person.deleted;
                if leaves && connection.options.skip_out_of_scope_deletions {
                    connection.note("leaving scope is ignored (SkipOutOfScopeDeletions)");
                    release(connection, key);
                    return Ok(());
                }
                if attributes && !leaves && !person.deleted {
                    Self::update(connection, mode, &person, &link.id, wanted).await?;
                } else if link.active != Some(wanted) {
                    Self::set_active(connection, mode, &person, &link.id, wanted).await?;
                }
                if leaves {
                    // Who was unassigned is not managed any more and gets no DELETE later (L13, P18; D).
                    release(connection, key);
                }
                Ok(())
            }
        }
    }

    /// L3, L4: looked up by the matching attribute, then created, or adopted and brought in step.
    async fn match_or_create(&mut self, connection: &mut Connection, mode: Mode, person: &Person) -> Result<(), Fail> {
        let (attribute, value) = matching(connection, person);
        let filter = equals(connection, attribute, &value);
        let found = judge(Step::LookUp, moves::list(connection, USERS, &format!("filter={filter}")).await)?;
        let id = match one_hit(found.resources())? {
            None => {
                note_unverified(connection, person);
                let body = bodies::new_user(person, mode, &connection.options);
                let created = judge(Step::Create, moves::create(connection, USERS, &body).await)?;
                need_id(created.json())?
            }
            Some(hit) => {
                let id = need_id(Some(hit))?;
                // The id is remembered at once: a link once made beats matching (M6; D).
                connection.links.tie_person(&person.key, &id, &value, is_active(hit));
                let edits = bodies::user_edits(person, true, hit, &connection.options);
                patch(connection, USERS, &id, bodies::operations(mode, edits, &connection.options)).await?;
                id
            }
        };
        connection.links.tie_person(&person.key, &id, &value, true);
        if person.manager.is_some() {
            self.work.managers.insert(person.key.clone());
        }
        Ok(())
    }

    /// L5, L6: the current state is read, then the differences written.
    async fn update(
        connection: &mut Connection,
        mode: Mode,
        person: &Person,
        id: &str,
        active: bool,
    ) -> Result<(), Fail> {
        let seen = judge(Step::Read, moves::read(connection, USERS, id, "").await)?;
        note_unverified(connection, person);
        let edits = bodies::user_edits(person, active, seen.json().unwrap_or(&Value::Null), &connection.options);
        patch(connection, USERS, id, bodies::operations(mode, edits, &connection.options)).await?;
        let (_, value) = matching(connection, person);
        connection.links.tie_person(&person.key, id, &value, active);
        Ok(())
    }

    /// L10, L12: blocked, unassigned and deleted look the same on the wire.
    async fn set_active(
        connection: &mut Connection,
        mode: Mode,
        person: &Person,
        id: &str,
        active: bool,
    ) -> Result<(), Fail> {
        let mut edits = Vec::new();
        if person.deleted && connection.options.tombstone_user_name {
            // P24 (I): the object id's hex digits in front of the user name.
            connection.unverified("the tombstone user name of a deleted user");
            let hex: String = person.key.chars().filter(char::is_ascii_hexdigit).collect();
            edits.push(bodies::Edit::replace("userName", json!(format!("{hex}{}", person.user_name))));
        }
        edits.push(bodies::Edit::replace("active", json!(active)));
        patch(connection, USERS, id, bodies::operations(mode, edits, &connection.options)).await?;
        if let Some(link) = connection.links.person_mut(&person.key) {
            link.active = Some(active);
        }
        Ok(())
    }

    /// L13: only with the target action *Delete* on.
    async fn delete(connection: &mut Connection, key: &str, id: &str) -> Result<(), Fail> {
        if connection.options.hard_delete {
            let answer = judge(Step::Delete, moves::delete(connection, USERS, id).await)?;
            if answer.status() == Some(404) {
                connection.unverified("a 404 to DELETE is taken as done");
            }
        } else {
            connection.note("the target action Delete is off; nothing is sent");
        }
        connection.links.cut_person(key);
        Ok(())
    }

    /// L7, L8: in the reference pass, after users and groups.
    pub(super) async fn do_manager(&mut self, connection: &mut Connection, mode: Mode, key: &str) -> Result<(), Fail> {
        let Some(id) = connection.links.managed_person(key) else { return Ok(()) };
        let manager = connection.directory.person(key).and_then(|p| p.manager.clone());
        let Some(manager) = manager else { return self.clear_manager(connection, mode, key, &id).await };
        if self.managers.get(key) == Some(&manager) {
            return Ok(());
        }
        let Some(manager_id) = connection.links.managed_person(&manager) else {
            return self.missing_reference(connection, &manager, "manager");
        };
        if connection.options.manager_probe && Self::has_manager(connection, &id, &manager_id).await? {
            self.managers.insert(key.to_owned(), manager);
            return Ok(());
        }
        let first = !self.managers.contains_key(key);
        patch(connection, USERS, &id, vec![bodies::manager(mode, first, &json!(manager_id))]).await?;
        self.managers.insert(key.to_owned(), manager);
        Ok(())
    }

    /// L7 (D, called legacy): a target that refuses such a filter is written to all the same.
    async fn has_manager(connection: &mut Connection, id: &str, manager: &str) -> Result<bool, Fail> {
        let filter = format!("id eq {} and manager eq {}", Value::from(id), Value::from(manager));
        let query = format!("filter={}&attributes=id", moves::query(connection, &filter));
        let answer = moves::list(connection, USERS, &query).await;
        if matches!(answer.status(), Some(400 | 404 | 501)) {
            connection.unverified("a refused filter on the manager counts as no");
            return Ok(false);
        }
        Ok(judge(Step::LookUp, answer)?.resources().len() == 1)
    }

    async fn clear_manager(
        &mut self,
        connection: &mut Connection,
        mode: Mode,
        key: &str,
        id: &str,
    ) -> Result<(), Fail> {
        if !self.managers.contains_key(key) {
            return Ok(());
        }
        let value = match connection.options.clear_manager {
            ClearManager::Nothing => None,
            ClearManager::EmptyString => Some(json!("")),
            ClearManager::EmptyObject => Some(json!({"value": ""})),
        };
        connection.unverified("what a removed manager sends");
        if let Some(value) = value {
            patch(connection, USERS, id, vec![bodies::manager(mode, false, &value)]).await?;
        }
        self.managers.remove(key);
        Ok(())
    }
}

fn release(connection: &mut Connection, key: &str) {
    if let Some(link) = connection.links.person_mut(key) {
        link.managed = false;
    }
}

impl Entra {
    /// A reference waits for an object that failed, and as long as that does.
    pub(super) fn waits_for(&self, connection: &Connection, object: &Object, what: &str) -> Fail {
        let passes = self.escrow.get(object).is_some_and(|e| e.transient);
        let label = connection.label(object.key());
        let text = format!("UnableToResolveReferenceAttributeValue: the {what} {label} is not provisioned yet");
        let reach = if passes { Reach::Transient } else { Reach::Lasting };
        Fail { reach, ..Fail::lasting(ProvisioningErrorKind::NotFound, text) }
    }

    /// A reference to somebody who is not provisioned. Out of scope: left out, and not looked at again before a
    /// restart (L7, L18; D). In scope but failed: waits with the object.
    pub(super) fn missing_reference(&self, connection: &mut Connection, key: &str, what: &str) -> Result<(), Fail> {
        if wanted(connection, key) {
            return Err(self.waits_for(connection, &Object::Person(key.to_owned()), what));
        }
        let label = connection.label(key);
        connection.note(format!("the {what} {label} is not in scope and left out until a restart"));
        Ok(())
    }
}
