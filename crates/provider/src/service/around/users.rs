//! Users: creates that are something else, reads of what is gone.

use super::Work;
use crate::defects::UserDefect as D;
use crate::service::users::user_draft;
use crate::service::{Done, Method, Reply};
use crate::store::{UserDraft, UserRow};
use scim::error::ScimError;
use serde_json::Value;

impl Work<'_> {
    /// A create of a name that is taken, answered as something else than a conflict.
    pub(super) fn repeated_wrongly(&self, name: &str, external_id: Option<&str>, body: &Value) -> Done<Option<Reply>> {
        if self.users_go_wrong(D::LocalPartMerges)
            && let Some(holder) = self.same_local_part(name)?
        {
            let user = self.store.update_user(&holder, &draft(body)?)?;
            return Ok(Some(self.show_user(201, &user)?));
        }
        let Some(holder) = self.holder(name)? else { return Ok(None) };
        if self.users_go_wrong(D::RepeatHandsOut) {
            return Ok(Some(self.show_user(201, &holder)?));
        }
        if self.users_go_wrong(D::RepeatAdoptsLocal) && !holder.managed {
            let user = self.store.update_user(&holder, &draft(body)?)?;
            return Ok(Some(self.show_user(201, &user)?));
        }
        if self.users_go_wrong(D::RepeatReactivates) && !holder.active && holder.external_id.as_deref() != external_id {
            let user = self.overwrite(&holder, &[("active", true.into())])?;
            return Ok(Some(self.show_user(201, &user)?));
        }
        Ok(None)
    }

    /// Somebody else with the same name before the at sign.
    fn same_local_part(&self, name: &str) -> Done<Option<UserRow>> {
        let local = |name: &str| name.split('@').next().unwrap_or_default().to_lowercase();
        let mut found = None;
        self.store.each_user(&self.call.tenant, |user| {
            if local(&user.user_name) == local(name) && !user.user_name.eq_ignore_ascii_case(name) {
                found = Some(user);
            }
        })?;
        Ok(found)
    }

    /// A user who was deleted and is there all the same.
    pub(super) fn in_place_of_user(&self, id: &str) -> Done<Option<Reply>> {
        if !self.users_go_wrong(D::DeletedStaysListed) {
            return Ok(None);
        }
        if self.store.is_buried(self.call.tenant.row, "Gone", id)? {
            return Err(ScimError::not_found(format!("there is no user {id}")).into());
        }
        let Some(user) = self.store.user(&self.call.tenant, id)? else { return Ok(None) };
        if !self.method_is(Method::Delete) {
            return Ok(None);
        }
        self.overwrite(&user, &[("active", false.into())])?;
        self.store.leave_all_groups(user.tenant, &user.id)?;
        self.store.bury(user.tenant, "Gone", id, id)?;
        Ok(Some(Reply::empty(204)))
    }
}

fn draft(body: &Value) -> Done<UserDraft> {
    user_draft(body.clone())
}
