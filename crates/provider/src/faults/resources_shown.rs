//! Resources shown otherwise than they are.

use super::layer::Layer;
use super::names::FaultName as F;
use super::sent::keep_where;
use super::tombstones::Tombstone;
use crate::service::{Done, Reply, Target, stored, text};
use serde_json::{Value, json};

impl Layer<'_> {
    /// The reply as the client gets to see it.
    pub(super) fn shown(&self, mut reply: Reply) -> Done<Reply> {
        let Some(body) = reply.body.as_mut().filter(|_| reply.status < 300) else { return Ok(self.readdressed(reply)) };
        match body.get_mut("Resources").and_then(Value::as_array_mut) {
            Some(resources) => {
                for resource in resources.iter_mut() {
                    self.show_wrongly(resource)?;
                }
                if self.asks_list() {
                    self.list_wrongly(body)?;
                }
            }
            None => self.show_wrongly(body)?,
        }
        Ok(self.readdressed(reply))
    }

    /// Whether the call is about users.
    pub(super) fn of_users(&self) -> bool {
        matches!(self.call.target, Target::Users | Target::User(_) | Target::SearchUsers)
    }

    fn show_wrongly(&self, resource: &mut Value) -> Done<()> {
        let id = text(resource, "id").unwrap_or_default().to_owned();
        if self.of_users() { self.show_user_wrongly(&id, resource) } else { self.show_group_wrongly(&id, resource) }
    }

    fn show_user_wrongly(&self, id: &str, resource: &mut Value) -> Done<()> {
        if self.has(F::UnknownPartsKept)
            && let Some(user) = self.store.user(&self.call.tenant, id)?
            && let Some(name) = stored(&user.body).get("name")
        {
            resource["name"] = name.clone();
        }
        if self.has(F::PasswordShown) {
            resource["password"] = "$2y$10$hash".into();
        }
        if self.has(F::PathBecomesKey) && resource.get("emails").is_some() {
            resource["emails[primary eq true]"] = json!({ "value": "x" });
        }
        if self.has(F::DeletedGroupStaysOnUser) {
            self.show_deleted_groups(id, resource)?;
        }
        let Some(groups) = resource.get_mut("groups").and_then(Value::as_array_mut) else { return Ok(()) };
        if self.has(F::GroupsOfUserNotFollowed) {
            let unseen = self.buried(Tombstone::UnseenMember, id)?;
            groups.retain(|group| !text(group, "value").is_some_and(|id| unseen.iter().any(|other| other == id)));
        }
        if self.has(F::UserGroupsEmbedMembers) {
            groups.iter_mut().for_each(|group| group["members"] = json!([]));
        }
        Ok(())
    }

    fn show_deleted_groups(&self, id: &str, resource: &mut Value) -> Done<()> {
        let gone = self.store.buried_memberships(self.call.tenant.row, id)?;
        if gone.is_empty() || !self.work().projection()?.wants("groups", &self.service.types.users) {
            return Ok(());
        }
        let mut groups = resource.get("groups").and_then(Value::as_array).cloned().unwrap_or_default();
        groups.extend(gone.iter().map(|group| {
            let place = self.work().location("/Groups", &group.id);
            json!({ "value": group.id, "$ref": place, "display": group.display, "type": "direct" })
        }));
        resource["groups"] = groups.into();
        Ok(())
    }

    fn show_group_wrongly(&self, id: &str, resource: &mut Value) -> Done<()> {
        if self.has(F::OldGroupNameShown)
            && let Some(name) = self.buried(Tombstone::FormerGroupName, id)?.first()
        {
            resource["displayName"] = name.as_str().into();
        }
        if self.has(F::MembersNeverShown)
            && let Some(object) = resource.as_object_mut()
        {
            object.shift_remove("members");
        }
        let Some(members) = resource.get_mut("members").and_then(Value::as_array_mut) else { return Ok(()) };
        let value = |member: &Value| text(member, "value").unwrap_or_default().to_owned();
        if self.has(F::MemberTwice) {
            let twice = self.buried(Tombstone::RepeatedMember, id)?;
            let again: Vec<Value> = members.iter().filter(|m| twice.contains(&value(m))).cloned().collect();
            members.extend(again);
        }
        if self.has(F::LocalMembersHidden) {
            keep_where(members, |member| {
                Ok(self.store.user(&self.call.tenant, &value(member))?.is_none_or(|user| user.managed))
            })?;
        }
        Ok(())
    }
}
