//! Groups in a cycle, and their members.

use super::super::admin_log::ProvisioningErrorKind;
use super::super::connection::Connection;
use super::super::moves::{self, GROUPS, equals};
use super::super::options::NestedGroups;
use super::reactions::{Fail, Object, Step, judge};
use super::users::{need_id, one_hit, patch};
use super::{Entra, Mode, bodies};
use directory::Group;
use serde_json::Value;

/// Members are never asked for (quirk 13; D).
const WITHOUT_MEMBERS: &str = "excludedAttributes=members";

/// Query of a lookup by name.
pub(super) fn name_query(connection: &Connection, name: &str) -> String {
    format!("{WITHOUT_MEMBERS}&filter={}", equals(connection, "displayName", name))
}

/// Whether handling this group would delete it on the target.
pub(super) fn is_removal(connection: &Connection, key: &str) -> bool {
    connection.links.group(key).is_some() && !in_scope(connection, key)
}

fn in_scope(connection: &Connection, key: &str) -> bool {
    connection.groups.contains(key) && connection.directory.group(key).is_some()
}

impl Entra {
    /// Brings one group in step, without its members.
    pub(super) async fn do_group(
        &mut self,
        connection: &mut Connection,
        mode: Mode,
        key: &str,
        attributes: bool,
    ) -> Result<(), Fail> {
        let id = connection.links.group_id(key);
        let group = connection.directory.group(key).filter(|_| connection.groups.contains(key)).cloned();
        match (group, id) {
            (None, Some(id)) => {
                // L20: there is no soft delete for groups (D).
                judge(Step::Delete, moves::delete(connection, GROUPS, &id).await)?;
                connection.links.cut_group(key);
                self.members.remove(key);
                Ok(())
            }
            (None, None) => Ok(()),
            (Some(group), None) => self.match_or_create_group(connection, mode, &group).await,
            (Some(group), Some(id)) if attributes => {
                // L15 (D).
                let seen = judge(Step::Read, moves::read(connection, GROUPS, &id, WITHOUT_MEMBERS).await)?;
                if seen.resources().len() > 1 {
                    let code = "SystemForCrossDomainIdentityManagementMultipleEntriesInResponse";
                    let text = format!("{code}: a read of one group lists several");
                    return Err(Fail::lasting(ProvisioningErrorKind::Unreadable, text));
                }
                let edits = bodies::group_edits(&group, seen.json().unwrap_or(&Value::Null));
                patch(connection, GROUPS, &id, bodies::operations(mode, edits, &connection.options)).await?;
                connection.links.tie_group(key, &id, &group.name);
                Ok(())
            }
            (Some(_), Some(_)) => Ok(()),
        }
    }

    /// L14: looked up by name, then created without members, or adopted.
    async fn match_or_create_group(
        &mut self,
        connection: &mut Connection,
        mode: Mode,
        group: &Group,
    ) -> Result<(), Fail> {
        let query = name_query(connection, &group.name);
        let found = judge(Step::LookUp, moves::list(connection, GROUPS, &query).await)?;
        let id = match one_hit(found.resources())? {
            None => {
                let body = bodies::new_group(group, &connection.options);
                let created = judge(Step::Create, moves::create(connection, GROUPS, &body).await)?;
                need_id(created.json())?
            }
            Some(hit) => {
                let id = need_id(Some(hit))?;
                connection.links.tie_group(&group.key, &id, &group.name);
                let edits = bodies::group_edits(group, hit);
                patch(connection, GROUPS, &id, bodies::operations(mode, edits, &connection.options)).await?;
                id
            }
        };
        connection.links.tie_group(&group.key, &id, &group.name);
        Ok(())
    }

    /// L16: the ids of a group and of the member to add to it; `None` when there is nothing to do. What the group has
    /// on the target is not known, only what was sent.
    fn plan_add(
        &mut self,
        connection: &mut Connection,
        group: &str,
        member: &str,
    ) -> Result<Option<(String, String)>, Fail> {
        let Some(id) = connection.links.group_id(group) else {
            // In scope and failed: the member waits with the group, as it waits for a person who failed (L18; D for
            // people, Inf for the group itself).
            return match in_scope(connection, group) {
                true => Err(self.waits_for(connection, &Object::Group(group.to_owned()), "group")),
                false => Ok(None),
            };
        };
        let still = connection.directory.group(group).is_some_and(|g| g.members.contains(member));
        if !still || self.members.get(group).is_some_and(|m| m.contains_key(member)) {
            return Ok(None);
        }
        let nested = connection.directory.group(member).is_some();
        let member_id = match (nested, connection.options.nested_groups) {
            (true, NestedGroups::Drop) => {
                connection.note(format!("the nested group {} is left out", connection.label(member)));
                return Ok(None);
            }
            (true, NestedGroups::AddAsMember) => connection.links.group_id(member),
            (false, _) => connection.links.managed_person(member),
        };
        match member_id {
            Some(member_id) => Ok(Some((id, member_id))),
            None => self.missing_reference(connection, member, "member").map(|()| None),
        }
    }

    /// L16: one member per PATCH (C), as many at a time as the options say.
    pub(super) async fn do_adds(
        &mut self,
        connection: &mut Connection,
        mode: Mode,
        pairs: &[(String, String)],
    ) -> Vec<Result<(), Fail>> {
        let mut plans = Vec::new();
        for (group, member) in pairs {
            plans.push(self.plan_add(connection, group, member));
        }
        if mode.joins_attributes && plans.iter().any(|p| matches!(p, Ok(Some(_)))) {
            connection.unverified("how the flag spells the addition of a member");
        }
        let shared: &Connection = connection;
        let sending = plans.into_iter().map(|plan| async move {
            let Some((id, member_id)) = plan? else { return Ok(None) };
            patch(shared, GROUPS, &id, vec![bodies::add_member(mode, &member_id, &shared.options)]).await?;
            Ok(Some(member_id))
        });
        let sent: Vec<Result<Option<String>, Fail>> = futures::future::join_all(sending).await;
        let mut results = Vec::new();
        for ((group, member), result) in pairs.iter().zip(sent) {
            results.push(result.map(|added| {
                if let Some(id) = added {
                    self.members.entry(group.clone()).or_default().insert(member.clone(), id);
                }
            }));
        }
        results
    }

    /// L17.
    pub(super) async fn do_remove(
        &mut self,
        connection: &mut Connection,
        mode: Mode,
        group: &str,
        member: &str,
    ) -> Result<(), Fail> {
        let Some(id) = connection.links.group_id(group) else { return Ok(()) };
        let Some(member_id) = self.members.get(group).and_then(|m| m.get(member)).cloned() else { return Ok(()) };
        patch(connection, GROUPS, &id, vec![bodies::remove_member(mode, &member_id)]).await?;
        if let Some(members) = self.members.get_mut(group) {
            members.remove(member);
        }
        Ok(())
    }
}
