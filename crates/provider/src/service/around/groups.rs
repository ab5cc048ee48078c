//! Groups: creates that are something else, members that are not what was sent.

use super::{Before, Work, is_op, operations, path};
use crate::defects::GroupDefect as D;
use crate::service::groups::members_of;
use crate::service::{Done, Method, Reply, Target, text};
use crate::store::{GroupKey, GroupRow, UserDraft, UserKey};
use scim::error::ScimError;
use serde_json::{Value, json};

impl Work<'_> {
    /// A create of a group answered with one that is there.
    pub(super) fn in_place_of_group_create(&self, body: &Value) -> Done<Option<Reply>> {
        if self.users_go_wrong(crate::defects::UserDefect::ExternalIdSharedWithGroups)
            && let Some(external_id) = text(body, "externalId")
        {
            let holders = self.store.users_by(&self.call.tenant, &UserKey::ExternalId(external_id.to_owned()))?;
            if !holders.is_empty() {
                return Err(ScimError::uniqueness("externalId is in use already").into());
            }
        }
        let name = text(body, "displayName").unwrap_or_default();
        let all = self.store.all_groups(&self.call.tenant)?;
        let folded = |name: &str| name.trim().to_lowercase();
        let twin = all.iter().any(|group| folded(&group.display_name) == folded(name));
        if twin && self.groups_go_wrong(D::CreateTrimsNames) {
            return Err(ScimError::uniqueness("a group of that name is there").into());
        }
        let of_that_name = all.iter().find(|group| group.display_name.eq_ignore_ascii_case(name));
        let group = match (all.first(), of_that_name) {
            (Some(first), _) if self.groups_go_wrong(D::FirstGroupHandedOut) => first,
            (_, Some(holder)) if self.groups_go_wrong(D::RepeatHandsOut) => holder,
            (_, Some(holder)) if self.groups_go_wrong(D::RepeatEmpties) => {
                self.store.clear_members(holder)?;
                holder
            }
            _ => return Ok(None),
        };
        if !self.groups_go_wrong(D::RepeatHandsOut) {
            self.add_members(group, &members_of(body))?;
        }
        Ok(Some(self.show_group(201, group)?))
    }

    /// What happens to the members a PATCH names before it is applied.
    pub(super) fn before_members_change(&self, body: &Value) -> Done<()> {
        for operation in operations(body).iter().filter(|o| !is_op(o, "remove")) {
            for id in named(operation) {
                let user = self.store.user(&self.call.tenant, &id)?;
                if self.groups_go_wrong(D::UnknownMemberMadeUp) && user.is_none() {
                    let body = json!({ "userName": id, "active": true }).to_string();
                    let draft =
                        UserDraft { user_name: id.clone(), external_id: None, display: id.clone(), active: true, body };
                    let made = self.store.insert_user(self.call.tenant.row, &draft, true)?;
                    self.store.readdress_user(&made, Some(&id))?;
                }
                if self.groups_go_wrong(D::RecreatedMemberRefused)
                    && let Some(user) = user
                    && self.store.is_buried(user.tenant, "Tombstone", &user.user_name)?
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
        let tenant = group.tenant;
        if self.method_is(Method::Delete) {
            for member in &before.members {
                self.store.bury(tenant, "Member", &member.id, &group.display_name)?;
            }
            return Ok(());
        }
        if let Some(now) = self.store.group(&self.call.tenant, &group.id)?
            && now.display_name != group.display_name
        {
            self.store.bury(tenant, "Renamed", &group.id, &group.id)?;
            self.store.bury(tenant, "Alias", &group.id, &group.display_name)?;
        }
        if !self.method_is(Method::Patch) {
            return Ok(());
        }
        let adds = operations(body).iter().filter(|o| is_op(o, "add"));
        for id in adds.flat_map(named).filter(|id| before.members.iter().any(|member| member.id == *id)) {
            self.store.bury(tenant, "Twice", &id, &group.id)?;
        }
        self.removed_wrongly(group, before, body)
    }

    fn removed_wrongly(&self, group: &GroupRow, before: &Before, body: &Value) -> Done<()> {
        let now = self.store.members(group, None)?;
        let gone: Vec<usize> = (0..before.members.len())
            .filter(|at| !now.iter().any(|member| member.id == before.members[*at].id))
            .collect();
        let by_filter = operations(body).iter().any(|o| is_op(o, "remove") && path(o).contains(" or "));
        if self.groups_go_wrong(D::RemovalByPlace) && by_filter {
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
        if self.groups_go_wrong(D::LastGroupDeactivates) {
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
        if self.groups_go_wrong(D::MembersOnlyEchoed) {
            self.store.clear_members(&group)?;
        }
        if self.groups_go_wrong(D::MembersInherited) {
            for member in self.store.buried(group.tenant, "Member", &group.display_name)? {
                if let Some(kind) = self.store.kind_of(group.tenant, &member)? {
                    self.store.add_member(&group, &member, kind)?;
                }
            }
        }
        Ok(())
    }

    /// Groups a lookup by this filter finds under a name they no longer have.
    pub(super) fn aliased(&self, filter: &str) -> Done<Vec<GroupRow>> {
        let Some(name) = filter.strip_prefix("displayName eq \"") else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for id in self.store.buried(self.call.tenant.row, "Alias", name.trim_end_matches('"'))? {
            found.extend(self.store.groups_by(&self.call.tenant, &GroupKey::Id(id))?);
        }
        Ok(found)
    }
}

/// The ids of the members an operation names in its value.
pub(super) fn named(operation: &Value) -> Vec<String> {
    let Some(value) = operation.get("value") else { return Vec::new() };
    let list = if path(operation).eq_ignore_ascii_case("members") { value } else { &value["members"] };
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(|member| text(member, "value")).map(str::to_owned).collect()
}
