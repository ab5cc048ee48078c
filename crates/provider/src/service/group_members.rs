//! What happens to a group's member rows.
//!
//! In: members as sent. Out: rows. The list as a whole is never loaded to change a part of it.

use super::{Done, Work, text};
use crate::behaviour::UnknownMember;
use crate::store::GroupRow;
use scim::error::ScimError;
use scim::patch::MemberChange;
use serde_json::Value;
use std::collections::HashSet;

impl Work<'_> {
    /// Applies one change; says whether anything moved.
    pub(super) fn change_members(&self, group: &GroupRow, change: &MemberChange) -> Done<bool> {
        match change {
            MemberChange::Add(members) => self.add_members(group, members),
            MemberChange::Replace(members) => self.set_members(group, members),
            MemberChange::Remove(ids) => {
                let mut moved = false;
                for id in ids {
                    moved |= self.store.remove_member(group, id)?;
                }
                Ok(moved)
            }
            MemberChange::Clear => Ok(self.store.clear_members(group)?),
        }
    }

    /// Adds members; who is in already stays as it is (RFC 7644 section 3.5.2.1).
    pub(crate) fn add_members(&self, group: &GroupRow, members: &[Value]) -> Done<bool> {
        let mut moved = false;
        for (id, kind) in self.resolve(group, members)? {
            moved |= self.store.add_member(group, id, kind)?;
        }
        Ok(moved)
    }

    /// Makes these the members and no others.
    pub(super) fn set_members(&self, group: &GroupRow, members: &[Value]) -> Done<bool> {
        let wanted = self.resolve(group, members)?;
        let ids: HashSet<&str> = wanted.iter().map(|(id, _)| *id).collect();
        let mut moved = false;
        if ids.is_empty() {
            return Ok(self.store.clear_members(group)?);
        }
        for member in self.store.members(group, None)? {
            if !ids.contains(member.id.as_str()) {
                moved |= self.store.remove_member(group, &member.id)?;
            }
        }
        for (id, kind) in wanted {
            moved |= self.store.add_member(group, id, kind)?;
        }
        Ok(moved)
    }

    /// What each member is, `User` or `Group`; an id of nobody's is refused or passed over.
    fn resolve<'m>(&self, group: &GroupRow, members: &'m [Value]) -> Done<Vec<(&'m str, &'static str)>> {
        let skip = self.behaviour().unknown_member == UnknownMember::Skip;
        let mut found = Vec::with_capacity(members.len());
        for member in members {
            let id = text(member, "value")
                .or(member.as_str())
                .ok_or_else(|| ScimError::invalid_value("a member needs a value: the id of a user or a group"))?;
            if id == group.id {
                return Err(ScimError::invalid_value("a group cannot be a member of itself").into());
            }
            match self.store.kind_of(group.tenant, id)? {
                Some("Group") if !self.behaviour().nested_groups => {
                    return Err(ScimError::invalid_value(format!("member {id} is a group, only users can be")).into());
                }
                Some(_) if self.leaves_out(id)? => {}
                Some(kind) => {
                    self.check_room_in_groups(group, id)?;
                    found.push((id, kind));
                }
                None if skip => {}
                None => return Err(ScimError::invalid_value(format!("member {id} is nobody here")).into()),
            }
        }
        Ok(found)
    }
}
