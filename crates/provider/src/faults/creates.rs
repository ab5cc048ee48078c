//! Creates of users that are something else than a create, and users who are gone and there all the same.

use super::layer::Layer;
use super::names::FaultName as F;
use super::refusals::taken;
use super::tombstones::Tombstone;
use crate::service::{Done, Method, Refusal, Reply, put, stored, text, user_draft};
use crate::store::{GroupKey, UserRow};
use scim::error::ScimError;
use serde_json::{Value, json};

impl Layer<'_> {
    /// A create of a user that is answered without the service.
    pub(super) fn in_place_of_create(&self, body: &Value) -> Done<Option<Reply>> {
        let (name, external_id) = (text(body, "userName").unwrap_or_default(), text(body, "externalId"));
        if self.has(F::FailedCreateHoldsName) {
            if self.is_buried(Tombstone::HeldName, name)? {
                return Err(taken("userName"));
            }
            self.bury(Tombstone::HeldName, "", name)?;
            let error = ScimError { status: 503, ..ScimError::internal("try again later") };
            return Err(Refusal::Halfway(error));
        }
        if let Some(external_id) = external_id {
            let gone = self.has(F::DeletedExternalIdTaken) && self.is_buried(Tombstone::UserExternalId, external_id)?;
            let group = GroupKey::ExternalId(external_id.to_owned());
            let shared =
                self.has(F::ExternalIdSharedByTypes) && !self.store.groups_by(&self.call.tenant, &group)?.is_empty();
            if gone || shared {
                return Err(taken("externalId"));
            }
        }
        if self.has(F::EmptyExternalIdUnique) && body.get("externalId") == Some(&json!("")) {
            if self.is_buried(Tombstone::EmptyExternalId, "")? {
                return Err(taken("externalId"));
            }
            self.bury(Tombstone::EmptyExternalId, "", "")?;
        }
        let Some(user) = self.taken_for(name, external_id, body)? else { return Ok(None) };
        let status = if self.has(F::CreateIsUpsert) { 200 } else { 201 };
        self.work().show_user(status, &user).map(Some)
    }

    /// The user that a create is taken for, with what becomes of it; none where it goes its way.
    fn taken_for(&self, name: &str, external_id: Option<&str>, body: &Value) -> Done<Option<UserRow>> {
        if self.has(F::CreateHandsOutStranger)
            && let Some(stranger) = self.store.user_elsewhere(&self.call.tenant, name)?
        {
            return Ok(Some(stranger));
        }
        let become_sent =
            |user: &UserRow| -> Done<UserRow> { Ok(self.store.update_user(user, &user_draft(body.clone())?)?) };
        if self.has(F::LocalPartMerges)
            && let Some(holder) = self.same_local_part(name)?
        {
            return become_sent(&holder).map(Some);
        }
        let Some(holder) = self.holder(name)? else { return Ok(None) };
        if self.has(F::CreateHandsOutHolder) {
            return Ok(Some(holder));
        }
        if self.has(F::RepeatedCreateWipesUser) || self.has(F::CreateAdoptsLocalAccount) && !holder.managed {
            return become_sent(&holder).map(Some);
        }
        if self.has(F::CreateIsUpsert) {
            let mut resource = stored(&holder.body);
            for (name, value) in body.as_object().into_iter().flatten() {
                put(&mut resource, name, value.clone());
            }
            return Ok(Some(self.store.update_user(&holder, &user_draft(resource)?)?));
        }
        if self.has(F::CreateReactivatesStranger) && !holder.active && holder.external_id.as_deref() != external_id {
            return self.overwrite(&holder, &[("active", true.into())]).map(Some);
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
        if !self.has(F::DeletedUserStaysListed) {
            return Ok(None);
        }
        if self.is_buried(Tombstone::GoneUser, id)? {
            return Err(ScimError::not_found(format!("there is no user {id}")).into());
        }
        let Some(user) = self.store.user(&self.call.tenant, id)? else { return Ok(None) };
        if !self.method_is(Method::Delete) {
            return Ok(None);
        }
        self.overwrite(&user, &[("active", false.into())])?;
        self.store.leave_all_groups(user.tenant, &user.id)?;
        self.bury(Tombstone::GoneUser, id, id)?;
        Ok(Some(Reply::empty(204)))
    }
}
