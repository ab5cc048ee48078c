//! Who is in the way of a create or an update (RFC 7644 sections 3.3, 3.5.1, 3.5.2, RFC 7643 section 7 `uniqueness`).

use super::users::{put, stored};
use super::{Done, Reply, Work};
use crate::behaviour::{CreateOverInactive, LocalAccounts, NameConflict, RepeatedCreate};
use crate::store::{GroupDraft, GroupKey, GroupRow, UserDraft, UserKey, UserRow};
use scim::error::ScimError;
use serde_json::Value;

impl Work<'_> {
    /// Refuses a user whose name or externalId is somebody else's.
    pub(super) fn check_user_is_free(&self, draft: &UserDraft, own: Option<&UserRow>) -> Done<()> {
        self.check_extensions_are_free(&self.service.types.users, &draft.body, own.map(|own| own.id.as_str()))?;
        let renamed = own.is_none_or(|own| own.user_name != draft.user_name);
        if renamed && self.name_is_taken(draft, own)? {
            return Err(taken("userName", &draft.user_name).into());
        }
        let Some(external_id) = draft.external_id.as_deref() else { return Ok(()) };
        let relinked = own.is_none_or(|own| own.external_id != draft.external_id);
        let asked = self.behaviour().external_id_unique
            && !(own.is_some() && self.behaviour().faults.update_shares_external_id);
        if relinked && asked {
            let holders = self.store.users_by(&self.call.tenant, &UserKey::ExternalId(external_id.to_owned()))?;
            if self.others(holders, own).next().is_some() {
                return Err(taken("externalId", external_id).into());
            }
        }
        Ok(())
    }

    fn others<'u>(
        &'u self,
        holders: Vec<UserRow>,
        own: Option<&'u UserRow>,
    ) -> impl Iterator<Item = UserRow> + use<'u> {
        let all = self.behaviour().local_accounts == LocalAccounts::InTheWay;
        holders.into_iter().filter(move |user| (all || self.knows(user)) && own.is_none_or(|own| own.row != user.row))
    }

    fn name_is_taken(&self, draft: &UserDraft, own: Option<&UserRow>) -> Done<bool> {
        let faults = &self.behaviour().faults;
        let tenant = &self.call.tenant;
        let name = draft.user_name.as_str();
        if faults.deleted_user_holds_name && self.store.is_buried(tenant.row, "User", name)? {
            return Ok(true);
        }
        if faults.former_names_reserved && self.store.is_buried(tenant.row, "Former", name)? {
            return Ok(true);
        }
        if faults.name_conflict == NameConflict::Unchecked {
            return Ok(false);
        }
        if faults.name_conflict == NameConflict::AllTenants && self.store.user_elsewhere(tenant, name)?.is_some() {
            return Ok(true);
        }
        let holders = self.store.users_by(tenant, &UserKey::UserName(name.to_owned()))?;
        let mut others = self.others(holders, own);
        Ok(match faults.name_conflict {
            NameConflict::CaseExact => others.any(|user| user.user_name == name),
            NameConflict::Unprepared => others.any(|user| user.user_name.to_lowercase() == name.to_lowercase()),
            NameConflict::WithExternalId => others.any(|user| user.external_id == draft.external_id),
            _ => others.next().is_some(),
        })
    }

    /// What a POST does in place of creating when its userName is taken; `None` when it goes its way.
    pub(super) fn instead_of_create(&self, draft: &UserDraft) -> Done<Option<Reply>> {
        let repeated = self.behaviour().faults.repeated_create;
        if repeated == RepeatedCreate::HandsOutStranger {
            return match self.store.user_elsewhere(&self.call.tenant, &draft.user_name)? {
                Some(stranger) => Ok(Some(self.show_user(201, &stranger)?)),
                None => Ok(None),
            };
        }
        let key = UserKey::UserName(draft.user_name.clone());
        let holders = self.store.users_by(&self.call.tenant, &key)?;
        let Some(holder) = self.others(holders, None).next() else { return Ok(None) };
        match repeated {
            RepeatedCreate::Overwrites => {
                let user = self.store.update_user(&holder, draft)?;
                return Ok(Some(self.show_user(201, &user)?));
            }
            RepeatedCreate::Merges => {
                let mut resource = stored(&holder.body);
                if let Value::Object(sent) = stored(&draft.body) {
                    sent.into_iter().for_each(|(name, value)| put(&mut resource, &name, value));
                }
                let user = self.write_user(&holder, resource)?;
                return Ok(Some(self.show_user(200, &user)?));
            }
            _ => {}
        }
        if holder.active || self.behaviour().create_over_inactive == CreateOverInactive::Conflict {
            return Ok(None);
        }
        let mut resource = stored(&draft.body);
        put(&mut resource, "active", true.into());
        let user = self.write_user(&holder, resource)?;
        Ok(Some(self.show_user(201, &user)?))
    }

    /// Refuses a group whose name or externalId is another's.
    pub(super) fn check_group_is_free(&self, draft: &GroupDraft, own: Option<&GroupRow>) -> Done<()> {
        self.check_extensions_are_free(&self.service.types.groups, &draft.body, own.map(|own| own.id.as_str()))?;
        let tenant = &self.call.tenant;
        let other = |key: GroupKey| -> Done<bool> {
            let holders = self.store.groups_by(tenant, &key)?;
            Ok(holders.iter().any(|group| own.is_none_or(|own| own.row != group.row)))
        };
        let name = draft.display_name.as_str();
        if own.is_none_or(|own| own.display_name != name) {
            let held =
                self.behaviour().faults.deleted_group_holds_name && self.store.is_buried(tenant.row, "Group", name)?;
            if held || self.behaviour().group_name_unique && other(GroupKey::DisplayName(name.to_owned()))? {
                return Err(taken("displayName", name).into());
            }
        }
        if let Some(external_id) = &draft.external_id
            && self.behaviour().external_id_unique
            && own.is_none_or(|own| own.external_id != draft.external_id)
            && other(GroupKey::ExternalId(external_id.clone()))?
        {
            return Err(taken("externalId", external_id).into());
        }
        Ok(())
    }
}

fn taken(attribute: &str, value: &str) -> ScimError {
    ScimError::uniqueness(format!("{attribute} {value:?} is in use already"))
}
