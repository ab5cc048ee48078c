//! Groups: creates that are something else, members that are not what was sent, and what is done besides what was asked.

use super::layer::{Before, Layer};
use super::names::FaultName as F;
use super::refusals::taken;
use super::sent::{is_op, named_members, operations, path};
use super::tombstones::Tombstone;
use crate::service::{Done, Method, Reply, Target, members_of, text};
use crate::store::{GroupRow, UserDraft, UserKey};
use scim::error::ScimError;
use serde_json::{Value, json};

impl Layer<'_> {
    /// A create of a group answered with one that is there.
    pub(super) fn in_place_of_group_create(&self, body: &Value) -> Done<Option<Reply>> {
        if self.has(F::ExternalIdSharedByTypes)
            && let Some(external_id) = text(body, "externalId")
        {
            let holders = self.store.users_by(&self.call.tenant, &UserKey::ExternalId(external_id.to_owned()))?;
            if !holders.is_empty() {
                return Err(taken("externalId"));
            }
        }
        let name = text(body, "displayName").unwrap_or_default();
        let all = self.store.all_groups(&self.call.tenant)?;
        let folded = |name: &str| name.trim().to_lowercase();
        let twin = all.iter().any(|group| folded(&group.display_name) == folded(name));
        if twin && self.has(F::CreateTrimsGroupNames) {
            return Err(ScimError::uniqueness("a group of that name is there").into());
        }
        let of_that_name = all.iter().find(|group| group.display_name.eq_ignore_ascii_case(name));
        let group = match (all.first(), of_that_name) {
            (Some(first), _) if self.has(F::EveryGroupIsTheFirst) => first,
            (_, Some(holder)) if self.has(F::RepeatedGroupHandedOut) => holder,
            (_, Some(holder)) if self.has(F::RepeatedGroupEmptied) => {
                self.store.clear_members(holder)?;
                holder
            }
            _ => return Ok(None),
        };
        if !self.has(F::RepeatedGroupHandedOut) {
            self.work().add_members(group, &members_of(body))?;
        }
        Ok(Some(self.work().show_group(201, group)?))
    }

    /// What is done before the service gets the call.
    pub(super) fn prepare(&self, before: &Before) -> Done<()> {
        let Some(group) = &before.group else { return Ok(()) };
        if self.method_is(Method::Patch) && self.has(F::PatchCutsMembersAt100) {
            self.store.truncate_members(group, 100)?;
        }
        if self.method_is(Method::Delete) && self.has(F::DeletedGroupStaysOnUser) {
            self.store.bury_memberships(group)?;
        }
        Ok(())
    }

    /// What happens to the members a PATCH names before it is applied.
    pub(super) fn before_members_change(&self, body: &Value) -> Done<()> {
        if let Target::Group(id) = &self.call.target
            && self.has(F::DeletedUserStaysMember)
            && let Some(group) = self.store.group(&self.call.tenant, id)?
            && self.store.has_dangling_member(&group)?
        {
            return Err(ScimError::not_found("a member of this group is not to be found").into());
        }
        for operation in operations(body).iter().filter(|o| !is_op(o, "remove")) {
            for id in named_members(operation) {
                let user = self.store.user(&self.call.tenant, &id)?;
                if self.has(F::UnknownMemberBecomesUser) && user.is_none() {
                    let body = json!({ "userName": id, "active": true }).to_string();
                    let draft =
                        UserDraft { user_name: id.clone(), external_id: None, display: id.clone(), active: true, body };
                    let made = self.store.insert_user(self.call.tenant.row, &draft, true)?;
                    self.store.readdress_user(&made, Some(&id))?;
                }
                if self.has(F::RecreatedMemberRefused)
                    && let Some(user) = user
                    && self.is_buried(Tombstone::UserName, &user.user_name)?
                {
                    return Err(ScimError::invalid_value(format!("member {id} was deleted")).into());
                }
            }
        }
        Ok(())
    }

    /// What becomes of a group after a call that succeeded.
    pub(super) fn group_afterwards(&self, reply: &Reply, before: &Before, body: &Value) -> Done<()> {
        if self.call.target == Target::Groups && reply.status == 201 {
            return self.group_made(reply);
        }
        let Some(group) = &before.group else { return Ok(()) };
        if self.method_is(Method::Delete) {
            return self.group_deleted(group, before);
        }
        if let Some(now) = self.store.group(&self.call.tenant, &group.id)?
            && now.display_name != group.display_name
        {
            self.check_group_name(&now)?;
            self.bury(Tombstone::RenamedGroup, &group.id, &group.id)?;
            self.bury(Tombstone::GroupAlias, &group.id, &group.display_name)?;
            self.bury(Tombstone::FormerGroupName, &group.display_name, &group.id)?;
        }
        if !self.method_is(Method::Patch) {
            return Ok(());
        }
        for id in operations(body).iter().filter(|o| !is_op(o, "remove")).flat_map(named_members) {
            self.bury(Tombstone::UnseenMember, &group.id, &id)?;
        }
        let adds = operations(body).iter().filter(|o| is_op(o, "add"));
        for id in adds.flat_map(named_members).filter(|id| before.members.iter().any(|member| member.id == *id)) {
            self.bury(Tombstone::RepeatedMember, &id, &group.id)?;
        }
        self.removed_wrongly(group, before, body)
    }

    fn group_deleted(&self, group: &GroupRow, before: &Before) -> Done<()> {
        for member in &before.members {
            self.bury(Tombstone::GroupMember, &member.id, &group.display_name)?;
            if self.has(F::GroupDeletionDeactivatesMembers)
                && let Some(user) = self.store.user(&self.call.tenant, &member.id)?
            {
                self.overwrite(&user, &[("active", false.into())])?;
            }
        }
        self.bury(Tombstone::GoneGroup, &group.display_name, &group.id)?;
        self.bury(Tombstone::GroupName, &group.id, &group.display_name)
    }

    /// Refuses a name that should be free by now.
    fn check_group_name(&self, group: &GroupRow) -> Done<()> {
        let held =
            self.has(F::DeletedGroupBlocksCreate) && self.is_buried(Tombstone::GroupName, &group.display_name)?;
        if held { Err(taken("displayName")) } else { Ok(()) }
    }

    fn removed_wrongly(&self, group: &GroupRow, before: &Before, body: &Value) -> Done<()> {
        if !(self.has(F::RemovalByPlace) || self.has(F::LastGroupDeactivates)) {
            return Ok(());
        }
        let now = self.store.members(group, None)?;
        let gone: Vec<usize> = (0..before.members.len())
            .filter(|at| !now.iter().any(|member| member.id == before.members[*at].id))
            .collect();
        let by_filter = operations(body).iter().any(|o| is_op(o, "remove") && path(o).contains(" or "));
        if self.has(F::RemovalByPlace) && by_filter {
            let mut left: Vec<_> = before.members.iter().collect();
            for at in &gone {
                if *at < left.len() {
                    left.remove(*at);
                }
            }
            self.store.clear_members(group)?;
            for member in left {
                self.store.add_member(group, &member.id, &member.kind)?;
            }
        }
        if self.has(F::LastGroupDeactivates) {
            for member in gone.iter().map(|at| &before.members[*at]) {
                if self.store.memberships(group.tenant, &member.id)?.is_empty()
                    && let Some(user) = self.store.user(&self.call.tenant, &member.id)?
                {
                    self.overwrite(&user, &[("active", false.into())])?;
                }
            }
        }
        Ok(())
    }

    fn group_made(&self, reply: &Reply) -> Done<()> {
        let id = reply.body.as_ref().and_then(|body| text(body, "id")).unwrap_or_default();
        let Some(group) = self.store.group(&self.call.tenant, id)? else { return Ok(()) };
        self.check_group_name(&group)?;
        self.add_stranger(&group)?;
        if self.has(F::GroupMembersOnlyEchoed) {
            self.store.clear_members(&group)?;
        }
        if self.has(F::NewGroupInheritsMembers) {
            for member in self.buried(Tombstone::GroupMember, &group.display_name)? {
                if let Some(kind) = self.store.kind_of(group.tenant, &member)? {
                    self.store.add_member(&group, &member, kind)?;
                }
            }
        }
        Ok(())
    }
}
