//! What becomes of a user besides what was asked.

use super::layer::{Before, Layer};
use super::names::FaultName as F;
use super::refusals::taken;
use super::sent::{is_op, operations, path, speaks_of};
use super::tombstones::Tombstone;
use crate::service::{Done, Method, Reply, Target, stored, text, user_draft};
use crate::store::UserRow;
use serde_json::Value;

impl Layer<'_> {
    /// The reply after everything that should not have happened has.
    pub(super) fn afterwards(&self, reply: Reply, before: &Before, body: &Value) -> Done<Reply> {
        self.group_afterwards(&reply, before, body)?;
        if self.call.target == Target::Users && self.method_is(Method::Post) && reply.status == 201 {
            return self.made_wrongly(reply, body);
        }
        let Some(user) = &before.user else {
            self.denied(before, None, body)?;
            return Ok(reply);
        };
        if self.method_is(Method::Delete) {
            self.deleted_wrongly(user, before)?;
            self.denied(before, None, body)?;
            return Ok(reply);
        }
        if !matches!(self.call.method, Method::Put | Method::Patch) {
            return Ok(reply);
        }
        let Some(now) = self.store.user(&self.call.tenant, &user.id)? else { return Ok(reply) };
        self.check_name(Some(user), &now)?;
        self.renamed_wrongly(user, &now)?;
        self.switched_wrongly(user, &now, body)?;
        self.cleared_wrongly(user, &now, body)?;
        let reply = self.kept_wrongly(reply, user, &now)?;
        self.denied(before, Some(now.active), body)?;
        Ok(reply)
    }

    /// Refuses a name that should be free by now.
    fn check_name(&self, before: Option<&UserRow>, now: &UserRow) -> Done<()> {
        if before.is_some_and(|before| before.user_name == now.user_name) {
            return Ok(());
        }
        let held = |of: Tombstone| self.is_buried(of, &now.user_name);
        let abroad = self.has(F::ConflictAcrossTenants)
            && self.store.user_elsewhere(&self.call.tenant, &now.user_name)?.is_some();
        if abroad
            || self.has(F::DeletedUserBlocksCreate) && held(Tombstone::UserName)?
            || self.has(F::FormerNameStaysReserved) && held(Tombstone::FormerUserName)?
        {
            return Err(taken("userName"));
        }
        Ok(())
    }

    fn made_wrongly(&self, mut reply: Reply, body: &Value) -> Done<Reply> {
        let id = reply.body.as_ref().and_then(|body| text(body, "id")).unwrap_or_default();
        let Some(made) = self.store.user(&self.call.tenant, id)? else { return Ok(reply) };
        self.check_name(None, &made)?;
        let former = self.buried(Tombstone::UserId, &made.user_name)?.pop();
        let mut user = made.clone();
        if self.has(F::UnknownPartsKept)
            && let Some(name) = body.get("name").filter(|name| name.is_object())
        {
            user = self.overwrite(&user, &[("name", name.clone())])?;
        }
        if self.has(F::CreatedInactive) {
            user = self.overwrite(&user, &[("active", false.into())])?;
        }
        if let Some(former) = former.as_deref().filter(|_| self.has(F::IdUsedAgain)) {
            user = self.store.readdress_user(&user, Some(former))?.unwrap_or(user);
        }
        if user != made {
            reply = self.work().show_user(201, &user)?;
        }
        if self.has(F::StoredNameTransformed) {
            self.overwrite(&user, &[("userName", user.user_name.replace('.', "_").into())])?;
        }
        if let Some(former) = former.filter(|_| self.has(F::RecreatedUserHasOldLocation)) {
            let location = self.work().location("/Users", &former);
            if let Some(meta) = reply.body.as_mut().and_then(|body| body.get_mut("meta")?.as_object_mut()) {
                meta.insert("location".to_owned(), location.as_str().into());
            }
            reply.location = Some(location);
        }
        self.make_shadow(&made)?;
        self.keep_primaries(reply, &user)
    }

    fn deleted_wrongly(&self, user: &UserRow, before: &Before) -> Done<()> {
        self.bury(Tombstone::UserId, &user.id, &user.user_name)?;
        self.bury(Tombstone::UserName, &user.id, &user.user_name)?;
        self.bury(Tombstone::UserExternalId, &user.id, user.external_id.as_deref().unwrap_or_default())?;
        if self.has(F::DeletedUserStaysMember) {
            for membership in &before.memberships {
                if let Some(group) = self.store.group(&self.call.tenant, &membership.id)? {
                    self.store.add_member(&group, &user.id, "User")?;
                }
            }
        }
        Ok(())
    }

    fn renamed_wrongly(&self, user: &UserRow, now: &UserRow) -> Done<()> {
        if self.has(F::RelinkChangesId) && user.external_id != now.external_id {
            self.store.readdress_user(now, None)?;
        }
        if user.user_name == now.user_name {
            return Ok(());
        }
        self.bury(Tombstone::FormerUserName, &user.id, &user.user_name)?;
        if self.has(F::RenameMakesTwin) {
            self.store.insert_user(now.tenant, &user_draft(stored(&now.body))?, true)?;
            self.store.update_user(now, &user_draft(stored(&user.body))?)?;
        }
        if self.has(F::RenameOnlyEchoed) && self.method_is(Method::Patch) {
            self.overwrite(now, &[("userName", user.user_name.as_str().into())])?;
        }
        if self.has(F::RenameDeactivates) {
            self.overwrite(now, &[("active", false.into())])?;
        }
        Ok(())
    }

    fn switched_wrongly(&self, user: &UserRow, now: &UserRow, body: &Value) -> Done<()> {
        if self.has(F::UpdateReactivates) && !now.active && !speaks_of(body, "active") {
            self.overwrite(now, &[("active", true.into())])?;
        }
        if now.active {
            return Ok(());
        }
        if user.active && self.has(F::DeactivationClearsRoles) {
            self.overwrite(now, &[("roles", Value::Null), ("entitlements", Value::Null)])?;
        }
        if user.active && self.has(F::DeactivationLeavesGroups) {
            self.store.leave_all_groups(now.tenant, &now.id)?;
        }
        if self.has(F::DeactivationDeletesUser) && self.method_is(Method::Patch) {
            self.store.delete_user(now)?;
        }
        Ok(())
    }

    fn cleared_wrongly(&self, user: &UserRow, now: &UserRow, body: &Value) -> Done<()> {
        self.emptied(now, body)?;
        let (was, is) = (stored(&user.body), stored(&now.body));
        if self.has(F::SamePutLeavesGroups) && self.method_is(Method::Put) && user.version == now.version {
            self.store.leave_all_groups(now.tenant, &now.id)?;
        }
        if was.get("emails") != is.get("emails") {
            if self.has(F::MailChangeLeavesGroups) {
                self.store.leave_all_groups(now.tenant, &now.id)?;
            }
            if self.has(F::MailChangeDropped) {
                self.overwrite(now, &[("emails", was.get("emails").cloned().unwrap_or_default())])?;
            }
        }
        if self.has(F::PathlessReplaceClears) {
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

    /// What an update leaves as it was, and shows so.
    fn kept_wrongly(&self, reply: Reply, user: &UserRow, now: &UserRow) -> Done<Reply> {
        let reply = self.keep_primaries(reply, now)?;
        let relinked = user.external_id.is_some() && user.external_id != now.external_id;
        if !(relinked && self.has(F::ExternalIdWriteOnce)) {
            return Ok(reply);
        }
        let kept = self.overwrite(now, &[("externalId", user.external_id.clone().into())])?;
        if reply.body.is_some() { self.work().show_user(reply.status, &kept) } else { Ok(reply) }
    }
}
