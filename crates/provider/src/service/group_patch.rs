//! PATCH of a group (RFC 7644 section 3.5.2), operation by operation so that members stay rows.

use super::groups::{group_draft, members_of};
use super::users::stored;
use super::{Done, Reply, Work};
use crate::store::GroupRow;
use scim::patch::{MemberChange, Op, Patch};
use serde_json::Value;

impl Work<'_> {
    pub(super) fn patch_group(&self, id: &str) -> Done<Reply> {
        let group = self.find_group(id)?;
        self.check_if_match(group.version)?;
        let patch = Patch::from_json(&self.understood_patch(self.json()?, &group.id))?;
        self.check_member_operations(&patch)?;
        let mut moved = false;
        let mut resource = stored(&group.body);
        for operation in patch.operations {
            let single = Patch { operations: vec![operation] };
            moved |= self.apply_to_group(&group, &mut resource, &single)?;
        }
        self.hold_group_to_rules(&mut resource, &stored(&group.body))?;
        let group = self.write_group(&group, &group_draft(resource)?, moved)?;
        let place = (self.location("/Groups", &group.id), group.version);
        self.answer_patch(self.behaviour().group_patch_answer, place, || self.show_group(200, &group))
    }

    /// Applies one operation to the member rows or to the rest; says whether members moved.
    fn apply_to_group(&self, group: &GroupRow, resource: &mut Value, single: &Patch) -> Done<bool> {
        if !single.touches("members") {
            self.service.apply(single, resource, &self.service.types.groups)?;
            return Ok(false);
        }
        let Some(changes) = single.only_members(&self.service.rules) else {
            return self.apply_to_whole_group(group, resource, single);
        };
        let mut moved = false;
        for change in &changes {
            moved |= self.change_members(group, change)?;
        }
        Ok(moved)
    }

    /// The rest: an operation that reaches into members, or sets them among other attributes.
    fn apply_to_whole_group(&self, group: &GroupRow, resource: &mut Value, patch: &Patch) -> Done<bool> {
        let mut whole = resource.clone();
        let before = self.member_values(group)?;
        if !before.is_empty() {
            whole["members"] = before.clone().into();
        }
        self.service.apply(patch, &mut whole, &self.service.types.groups)?;
        let after = members_of(&whole);
        *resource = whole;
        if let Some(object) = resource.as_object_mut() {
            object.shift_remove("members");
        }
        let adds = patch.operations.iter().all(|operation| operation.op == Op::Add);
        if after == before {
            return Ok(false);
        }
        let change = if adds {
            let new = after.into_iter().filter(|m| !before.iter().any(|b| b.get("value") == m.get("value")));
            MemberChange::Add(new.collect())
        } else {
            MemberChange::Replace(after)
        };
        self.change_members(group, &change)
    }
}
