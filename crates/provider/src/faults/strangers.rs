//! Accounts and members that nobody asked for.
//!
//! In: a create that succeeded. Out: rows beside what was created. Never: a change of the answer.

use super::layer::Layer;
use super::names::FaultName as F;
use crate::service::{Done, stored, user_draft};
use crate::store::{GroupRow, UserRow};

impl Layer<'_> {
    /// Makes a second account beside a new one, active, with a name of its own and no externalId.
    pub(super) fn make_shadow(&self, of: &UserRow) -> Done<()> {
        let name = format!("shadow-{}", of.user_name);
        if !self.has(F::CreateMakesShadow) || self.holder(&name)?.is_some() {
            return Ok(());
        }
        let mut resource = stored(&of.body);
        if let Some(object) = resource.as_object_mut() {
            object.shift_remove("externalId");
            object.insert("userName".to_owned(), name.into());
            object.insert("active".to_owned(), true.into());
        }
        self.store.insert_user(of.tenant, &user_draft(resource)?, true)?;
        Ok(())
    }

    /// Puts the first user of the tenant into a new group.
    pub(super) fn add_stranger(&self, group: &GroupRow) -> Done<()> {
        let mut first = None;
        if self.has(F::StrangerInNewGroups) {
            self.store.each_user(&self.call.tenant, |user| {
                first.get_or_insert(user.id);
            })?;
        }
        let members = self.store.members(group, None)?;
        if let Some(id) = first.filter(|id| members.iter().all(|member| member.id != *id)) {
            self.store.add_member(group, &id, "User")?;
        }
        Ok(())
    }
}
