//! People: local accounts, signing in, and what an administrator does by hand.

use super::{Answer, Done, Refused, SignIn, Work, because, read};
use crate::product::{Cells, CleanedGroups, CleanedLinks, CleanedLocals, CleanedUsers, LeftBehind, Permission};
use crate::service::{Erasure, put, stored, user_draft};
use crate::store::{AccountRow, Tenant, UserKey, UserRow};
use scim::urn;
use serde::Deserialize;
use serde_json::{Map, Value, json};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NewAccount {
    #[serde(rename = "userName")]
    user_name: String,
    email: String,
    #[serde(default)]
    admin: bool,
    #[serde(default)]
    builtin_sign_in: bool,
}

impl Work<'_> {
    /// A person the product knows without SCIM.
    pub(super) fn create_account(&self, tenant: &Tenant) -> Done {
        let account: NewAccount = read(self.body)?;
        self.new_account(tenant, &account)
    }

    fn new_account(&self, tenant: &Tenant, account: &NewAccount) -> Done {
        if !self.store.users_by(tenant, &UserKey::UserName(account.user_name.clone()))?.is_empty() {
            return because(409, format!("there is a user {:?} already", account.user_name));
        }
        let resource = json!({
            "schemas": [urn::USER],
            "userName": account.user_name,
            "active": true,
            "emails": [{ "value": account.email, "type": "work", "primary": true }],
        });
        let Ok(draft) = user_draft(resource) else { return because(400, "userName may not be empty") };
        let user = self.store.insert_user(tenant.row, &draft, false)?;
        self.store.insert_account(&user, &account.email, account.admin, account.builtin_sign_in)?;
        Answer::ok(201, json!({ "id": user.id, "userName": user.user_name, "admin": account.admin }))
    }

    /// Whether somebody would get in: the effect of `active`, which SCIM itself cannot show.
    pub(super) fn sign_in(&self, tenant: &Tenant) -> Done {
        let SignIn { user_name } = read(self.body)?;
        let user = self.person(tenant, &user_name)?;
        if !(self.parts.signs_in)(&user) {
            return because(403, format!("user {user_name:?} is suspended"));
        }
        // Read without moving the clock on: who signs in must not show in the resources' times.
        let now = self.store.advance(tenant, 0)?;
        self.store.set_last_active(&user, &now)?;
        Answer::ok(200, json!({ "id": user.id, "userName": user.user_name, "last_active": now }))
    }

    /// The user of that name, whoever made it.
    pub(super) fn person(&self, tenant: &Tenant, name: &str) -> Result<UserRow, Refused> {
        let found = self.store.users_by(tenant, &UserKey::UserName(name.to_owned()))?.into_iter().next();
        found.map_or_else(|| because(404, format!("there is no user {name:?}")), Ok)
    }

    /// Makes a local account as an administrator would in the product.
    pub(super) fn invite(&self, tenant: &Tenant) -> Done {
        let account: NewAccount = read(self.body)?;
        self.check_permission(tenant, self.behaviour.permissions.invite, "invite a user", false)?;
        self.new_account(tenant, &account)
    }

    /// Lays attributes over a user's.
    pub(super) fn edit_profile(&self, tenant: &Tenant, name: &str) -> Done {
        let attributes: Map<String, Value> = read(self.body)?;
        let fits = |name: &str, value: &Value| {
            value.is_null() || if name == "name" { value.is_object() } else { value.is_string() }
        };
        self.check_permission(tenant, self.behaviour.permissions.edit_profile, "edit a profile", false)?;
        let user = self.person(tenant, name)?;
        if let Some(fixed) =
            attributes.keys().find(|name| !["displayName", "name", "title", "nickName"].contains(&name.as_str()))
        {
            return because(
                400,
                format!("{fixed} is not part of a profile; displayName, name, title and nickName are"),
            );
        }
        if let Some((name, _)) = attributes.iter().find(|(name, value)| !fits(name, value)) {
            return because(400, format!("{name} is a text, or with name an object, or null"));
        }
        let mut resource = stored(&user.body);
        attributes.into_iter().for_each(|(name, value)| put(&mut resource, &name, value));
        self.write_person(&user, resource)
    }

    /// Erases somebody with every membership, which SCIM cannot do where the product keeps whom it deletes.
    pub(super) fn erase(&self, tenant: &Tenant, name: &str) -> Done {
        let user = self.person(tenant, name)?;
        match (self.parts.erasure)(&user) {
            Erasure::Done => {
                self.store.leave_all_groups(user.tenant, &user.id)?;
                self.store.delete_user(&user)?;
                Answer::done()
            }
            Erasure::Refused => because(409, "this user is managed by SCIM"),
            Erasure::Feigned => Answer::done(),
        }
    }

    /// Lets somebody in again.
    pub(super) fn enable(&self, tenant: &Tenant, name: &str) -> Done {
        self.set_active(tenant, name, true)
    }

    /// Lets somebody in no more.
    pub(super) fn disable(&self, tenant: &Tenant, name: &str) -> Done {
        self.set_active(tenant, name, false)
    }

    fn set_active(&self, tenant: &Tenant, name: &str, active: bool) -> Done {
        self.check_permission(tenant, self.behaviour.permissions.enable_disable, "enable or disable a user", false)?;
        let user = self.person(tenant, name)?;
        let mut resource = stored(&user.body);
        put(&mut resource, "active", active.into());
        self.write_person(&user, resource)
    }

    fn write_person(&self, user: &UserRow, resource: Value) -> Done {
        let Ok(draft) = user_draft(resource) else { return because(400, "userName may not be empty") };
        let user = self.store.update_user(user, &draft)?;
        Answer::ok(200, self.user_state(&user)?)
    }

    /// Makes somebody the owner of a thing of the product, whether or not they ever signed in.
    pub(super) fn assign_owner(&self, tenant: &Tenant, asset: &str) -> Done {
        let SignIn { user_name } = read(self.body)?;
        let user = self.person(tenant, &user_name)?;
        if !user.active {
            return because(409, format!("user {user_name:?} is suspended"));
        }
        if !self.behaviour.users.owns_before_sign_in && self.store.last_active(&user)?.is_none() {
            return because(409, format!("user {user_name:?} never signed in"));
        }
        self.store.put_asset(tenant, asset, &user)?;
        Answer::ok(200, json!({ "name": asset, "owner": user.user_name }))
    }

    /// Refuses what the product does not let an administrator do while its sign-on is set as it is.
    pub(super) fn check_permission(
        &self,
        tenant: &Tenant,
        cells: Cells,
        action: &str,
        unmapped: bool,
    ) -> Result<(), Refused> {
        let (scim, sso) = self.store.sign_on(tenant)?;
        let on = |on: bool| if on { "on" } else { "off" };
        let setting = format!("with SCIM {} and single sign-on {}enforced", on(scim), if sso { "" } else { "not " });
        match cells.at(scim, sso) {
            Permission::Yes => Ok(()),
            Permission::UnmappedOnly if unmapped => Ok(()),
            Permission::UnmappedOnly => because(403, format!("{action} {setting}: only in unmapped groups")),
            Permission::No => because(403, format!("{action} {setting}: not allowed")),
            Permission::Unknown => {
                because(409, format!("{action} {setting}: unknown, no source says whether this product allows it"))
            }
        }
    }

    /// What support does on a server before another IdP takes over. Unless the product does otherwise, every SCIM user
    /// is suspended and unlinked, every SCIM group removed, local accounts are left alone, and it is refused while
    /// nobody could sign in afterwards.
    pub(super) fn clean_up(&self, tenant: &Tenant) -> Done {
        let rules = self.behaviour.cleanup;
        let left = |a: &AccountRow| a.active && rules.needs.counts(a.provisioned, a.admin, a.builtin_sign_in);
        if rules.needs != LeftBehind::Nobody && !self.store.accounts(tenant)?.iter().any(left) {
            return because(
                409,
                "no local admin with built-in sign-in exists, so nobody could sign in after the cleanup; create one first",
            );
        }
        let mut users = Vec::new();
        self.store.each_user(tenant, |user| users.push(user))?;
        let mut suspended = 0;
        let locals = rules.local_accounts == CleanedLocals::Included;
        for user in users.iter().filter(|user| user.managed || locals) {
            suspended += i64::from(self.clean_user(user)?);
        }
        let removed = match rules.groups {
            CleanedGroups::Removed => self.store.delete_groups(tenant)?,
            CleanedGroups::Kept => 0,
        };
        Answer::ok(200, json!({ "users_suspended": suspended, "groups_removed": removed }))
    }

    /// One user of a cleanup; says whether the user was suspended.
    fn clean_user(&self, user: &UserRow) -> Result<bool, Refused> {
        let rules = self.behaviour.cleanup;
        if rules.users == CleanedUsers::Removed {
            self.store.leave_all_groups(user.tenant, &user.id)?;
            self.store.delete_user(user)?;
            return Ok(false);
        }
        let mut resource = stored(&user.body);
        if rules.users == CleanedUsers::Suspended {
            put(&mut resource, "active", false.into());
        }
        if rules.links == CleanedLinks::Cleared {
            put(&mut resource, "externalId", Value::Null);
        }
        let Ok(draft) = user_draft(resource) else { return Ok(false) };
        self.store.update_user(user, &draft)?;
        Ok(rules.users == CleanedUsers::Suspended)
    }
}
