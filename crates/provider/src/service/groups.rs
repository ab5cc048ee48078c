//! Groups: create, read, replace, delete. Their PATCH is in `group_patch`, their member rows in `group_members`.

use super::users::{meta, stored, whole};
use super::{Done, Reply, Work, text};
use crate::behaviour::DeleteGroup;
use crate::store::{GroupDraft, GroupRow};
use scim::error::ScimError;
use scim::resource::{accept_create, accept_replace};
use serde_json::{Value, json};

impl Work<'_> {
    pub(super) fn create_group(&self) -> Done<Reply> {
        let resource = accept_create(&self.json()?, &self.service.types.groups, &self.service.rules)?;
        let members = members_of(&resource);
        self.check_new_group(&resource, &members)?;
        let draft = group_draft(resource)?;
        self.check_group_is_free(&draft, None)?;
        let group = self.store.insert_group(self.call.tenant.row, &draft)?;
        self.follow_group(&group, None)?;
        self.add_members(&group, &members)?;
        self.show_group(201, &group)
    }

    pub(super) fn read_group(&self, id: &str) -> Done<Reply> {
        let group = self.find_group(id)?;
        self.show_group(200, &group)
    }

    pub(super) fn replace_group(&self, id: &str) -> Done<Reply> {
        let group = self.find_group(id)?;
        self.check_if_match(group.version)?;
        let existing = stored(&group.body);
        let mut resource = accept_replace(&self.json()?, &existing, &self.service.types.groups, &self.service.rules)?;
        let members = members_of(&resource);
        self.check_member_count(members.len())?;
        if let Some(object) = resource.as_object_mut() {
            object.shift_remove("members");
        }
        self.hold_group_to_rules(&mut resource, &existing)?;
        let draft = group_draft(resource)?;
        let moved = self.set_members(&group, &members)?;
        let group = self.write_group(&group, &draft, moved)?;
        self.show_group(200, &group)
    }

    pub(super) fn delete_group(&self, id: &str) -> Done<Reply> {
        let group = self.find_group(id)?;
        self.check_if_match(group.version)?;
        if self.behaviour().delete_group == DeleteGroup::Detach {
            self.detach_group(&group)?;
        }
        self.store.clear_members(&group)?;
        self.store.leave_all_groups(group.tenant, &group.id)?;
        self.store.delete_group(&group)?;
        Ok(Reply::empty(204))
    }

    /// The group of that id, 404 when there is none for this client.
    pub(super) fn find_group(&self, id: &str) -> Done<GroupRow> {
        let found = self.store.group(&self.call.tenant, id)?;
        found.ok_or_else(|| ScimError::not_found(format!("there is no group {id}")).into())
    }

    /// Stores what a group has become; `moved` says whether its members changed.
    pub(super) fn write_group(&self, group: &GroupRow, draft: &GroupDraft, moved: bool) -> Done<GroupRow> {
        if draft.body != group.body {
            self.check_group_is_free(draft, Some(group))?;
            let written = self.store.update_group(group, draft)?;
            if written.display_name != group.display_name {
                self.store.mark_members(group)?;
                self.store.mark_groups_of(group.tenant, &group.id)?;
            }
            self.follow_group(&written, Some(group))?;
            return Ok(written);
        }
        Ok(if moved { self.store.touch_group(group)? } else { group.clone() })
    }

    /// The group as the answer to this call; its members are read only when they are shown.
    pub(crate) fn show_group(&self, status: u16, group: &GroupRow) -> Done<Reply> {
        let projection = self.projection_of(&self.service.types.groups)?;
        let members = projection.wants("members", &self.service.types.groups);
        let resource = self.group_resource(group, members)?;
        let shown = projection.apply(resource, &self.service.types.groups);
        Ok(self.answer(status, shown, self.location("/Groups", &group.id), group.version))
    }

    /// The resource as it is shown, with its members when they are wanted (RFC 7643 section 4.2).
    pub(crate) fn group_resource(&self, group: &GroupRow, with_members: bool) -> Done<Value> {
        self.group_with(group, with_members && self.behaviour().groups.members_shown)
    }

    /// The resource with its members, or without.
    pub(super) fn group_with(&self, group: &GroupRow, with_members: bool) -> Done<Value> {
        let mut resource = whole(&group.body, &group.id);
        if with_members {
            let members = self.member_values(group)?;
            if !members.is_empty() {
                resource.insert("members".into(), members.into());
            }
        }
        let location = self.location("/Groups", &group.id);
        resource.insert("meta".into(), meta("Group", &group.created, &group.modified, &location, group.version));
        Ok(resource.into())
    }

    /// The members as values of the attribute.
    pub(super) fn member_values(&self, group: &GroupRow) -> Done<Vec<Value>> {
        Ok(self.store.members_as(group, None, |member| {
            let endpoint = if member.kind == "Group" { "/Groups" } else { "/Users" };
            let mut value = json!({ "value": member.id, "$ref": self.location(endpoint, &member.id) });
            if let Some(display) = member.display {
                value["display"] = display.into();
            }
            value["type"] = member.kind.into();
            value
        })?)
    }
}

/// The members a resource has.
pub(crate) fn members_of(resource: &Value) -> Vec<Value> {
    resource.get("members").and_then(Value::as_array).cloned().unwrap_or_default()
}

/// What is stored of a resource: without members and what the service itself knows.
pub(crate) fn group_draft(mut resource: Value) -> Done<GroupDraft> {
    let display_name = text(&resource, "displayName")
        .ok_or_else(|| ScimError::invalid_value("displayName is required and may not be empty"))?
        .to_owned();
    let external_id = text(&resource, "externalId").map(str::to_owned);
    if let Some(object) = resource.as_object_mut() {
        object.retain(|name, _| !matches!(name.as_str(), "id" | "meta" | "members"));
        if external_id.is_none() {
            object.shift_remove("externalId");
        }
    }
    Ok(GroupDraft { display_name, external_id, body: resource.to_string() })
}
