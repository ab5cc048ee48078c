//! Who is in the way of a create or an update (RFC 7644 sections 3.3, 3.5.1, 3.5.2, RFC 7643 section 7 `uniqueness`).

use super::users::{put, stored};
use super::{Done, Reply, Work};
use crate::behaviour::{CreateOverInactive, LocalAccounts};
use crate::store::{GroupDraft, GroupKey, GroupRow, UserDraft, UserKey, UserRow};
use scim::error::ScimError;

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
        if relinked && self.behaviour().external_id_unique {
            let holders = self.store.users_by(&self.call.tenant, &UserKey::ExternalId(external_id.to_owned()))?;
            let others: Vec<UserRow> = self.others(holders, own).collect();
            if (self.service.parts.external_id_is_taken)(own, &others) {
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
        let holders = self.store.users_by(&self.call.tenant, &UserKey::UserName(draft.user_name.clone()))?;
        let others: Vec<UserRow> = self.others(holders, own).collect();
        Ok((self.service.parts.user_name_is_taken)(draft, &others))
    }

    /// What a POST does in place of creating when its userName is taken; `None` when it goes its way.
    pub(super) fn instead_of_create(&self, draft: &UserDraft) -> Done<Option<Reply>> {
        let key = UserKey::UserName(draft.user_name.clone());
        let holders = self.store.users_by(&self.call.tenant, &key)?;
        let Some(holder) = self.others(holders, None).next() else { return Ok(None) };
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
        if own.is_none_or(|own| own.display_name != name)
            && self.behaviour().group_name_unique
            && other(GroupKey::DisplayName(name.to_owned()))?
        {
            return Err(taken("displayName", name).into());
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
