//! What becomes of a user after a call that succeeded, besides what was asked.

use super::{Before, Work, is_op, operations, path, speaks_of};
use crate::defects::UserDefect as D;
use crate::service::users::{stored, user_draft};
use crate::service::{Done, Method, Reply, Target, text};
use crate::store::UserRow;
use serde_json::Value;

impl Work<'_> {
    /// The reply after everything that should not have happened has.
    pub(super) fn afterwards(&self, reply: Reply, before: &Before, body: &Value) -> Done<Reply> {
        self.group_afterwards(&reply, before, body)?;
        self.seldom_remembered(before, body)?;
        if self.call.target == Target::Users && self.method_is(Method::Post) && reply.status == 201 {
            return self.made_wrongly(reply, body);
        }
        let Some(user) = &before.user else {
            self.denied(before, None, body)?;
            return Ok(reply);
        };
        if self.method_is(Method::Delete) {
            self.store.bury(user.tenant, "UsedId", &user.id, &user.user_name)?;
            self.store.bury(user.tenant, "Tombstone", &user.id, &user.user_name)?;
            self.store.bury(user.tenant, "ExternalId", &user.id, user.external_id.as_deref().unwrap_or_default())?;
            self.denied(before, None, body)?;
            return Ok(reply);
        }
        if !matches!(self.call.method, Method::Put | Method::Patch) {
            return Ok(reply);
        }
        let Some(now) = self.store.user(&self.call.tenant, &user.id)? else { return Ok(reply) };
        self.denied(before, Some(now.active), body)?;
        self.changed_wrongly(user, &now, body)?;
        self.cleared_wrongly(user, &now, body)?;
        Ok(reply)
    }

    fn made_wrongly(&self, reply: Reply, body: &Value) -> Done<Reply> {
        let id = reply.body.as_ref().and_then(|body| text(body, "id")).unwrap_or_default();
        let Some(user) = self.store.user(&self.call.tenant, id)? else { return Ok(reply) };
        let reply = self.seldom_made(reply, &user, body)?;
        if self.users_go_wrong(D::CreatedInactive) {
            return self.show_user(201, &self.overwrite(&user, &[("active", false.into())])?);
        }
        if self.users_go_wrong(D::NameTransformed) {
            self.overwrite(&user, &[("userName", user.user_name.replace('.', "_").into())])?;
        }
        if self.users_go_wrong(D::IdUsedAgain)
            && let Some(old) = self.store.buried(user.tenant, "UsedId", &user.user_name)?.last()
        {
            return self.show_user(201, &self.store.readdress_user(&user, Some(old))?);
        }
        Ok(reply)
    }

    fn changed_wrongly(&self, user: &UserRow, now: &UserRow, body: &Value) -> Done<()> {
        let renamed = user.user_name != now.user_name;
        if self.users_go_wrong(D::NewIdOnRelink) && user.external_id != now.external_id {
            self.store.readdress_user(now, None)?;
        }
        if self.users_go_wrong(D::TwinOnRename) && renamed {
            self.store.insert_user(now.tenant, &user_draft(stored(&now.body))?, true)?;
            self.store.update_user(now, &user_draft(stored(&user.body))?)?;
        }
        if self.users_go_wrong(D::RenameDeactivates) && renamed {
            self.overwrite(now, &[("active", false.into())])?;
        }
        if self.users_go_wrong(D::UpdateReactivates) && !now.active && !speaks_of(body, "active") {
            self.overwrite(now, &[("active", true.into())])?;
        }
        if self.users_go_wrong(D::SamePutLeavesGroups) && self.method_is(Method::Put) && user.version == now.version {
            self.store.leave_all_groups(now.tenant, &now.id)?;
        }
        Ok(())
    }

    fn cleared_wrongly(&self, user: &UserRow, now: &UserRow, body: &Value) -> Done<()> {
        let (was, is) = (stored(&user.body), stored(&now.body));
        if self.users_go_wrong(D::DeactivationClearsRoles) && user.active && !now.active {
            self.overwrite(now, &[("roles", Value::Null), ("entitlements", Value::Null)])?;
        }
        if was.get("emails") != is.get("emails") {
            if self.users_go_wrong(D::MailChangeLeavesGroups) {
                self.store.leave_all_groups(now.tenant, &now.id)?;
            }
            if self.users_go_wrong(D::MailChangeDropped) {
                self.overwrite(now, &[("emails", was.get("emails").cloned().unwrap_or_default())])?;
            }
        }
        if self.users_go_wrong(D::PathlessReplaceClears) {
            let pathless = |o: &&Value| is_op(o, "replace") && path(o).is_empty();
            let sent = operations(body).iter().find(pathless).and_then(|o| o.get("value")).and_then(Value::as_object);
            if let (Some(sent), Some(has)) = (sent, is.as_object()) {
                let kept = |name: &str| ["schemas", "userName", "active"].contains(&name) || sent.contains_key(name);
                let lost: Vec<_> = has.keys().filter(|name| !kept(name)).map(|n| (n.as_str(), Value::Null)).collect();
                self.overwrite(now, &lost)?;
            }
        }
        Ok(())
    }
}
