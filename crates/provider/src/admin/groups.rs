//! Groups as the product has them, and what maps them to those of the IdP.

use super::{Answer, Done, Named, Refused, Renamed, SignIn, Work, because, not_empty, read};
use crate::product::{OwnRename, Unmapping};
use crate::service::{group_draft, put, stored};
use crate::store::{GroupKey, GroupRow, ProductGroup, Stored, Tenant};
use serde_json::{Value, json};

impl Work<'_> {
    /// Renames a group in the product. Where the product has groups of its own, SCIM keeps the name it knows.
    pub(super) fn rename_group(&self, tenant: &Tenant, id: &str) -> Done {
        let Renamed { display_name } = read(self.body)?;
        not_empty(&display_name, "displayName")?;
        let Some(group) = self.store.group(tenant, id)? else {
            return because(404, format!("there is no group {id}"));
        };
        if let Some(product) = self.store.product_group_of(&group)? {
            return self.rename(tenant, product, &display_name);
        }
        let holders = self.store.groups_by(tenant, &GroupKey::DisplayName(display_name.clone()))?;
        if self.behaviour.group_name_unique && holders.iter().any(|other| other.row != group.row) {
            return because(409, format!("there is a group {display_name:?} already"));
        }
        let mut resource = stored(&group.body);
        put(&mut resource, "displayName", display_name.into());
        let Ok(draft) = group_draft(resource) else { return because(400, "displayName may not be empty") };
        let group = self.store.update_group(&group, &draft)?;
        Answer::ok(200, self.group_state(&group)?)
    }

    /// The truth of a group of SCIM.
    pub(super) fn group_state(&self, group: &GroupRow) -> Stored<Value> {
        let members = self.store.members(group, None)?;
        let members: Vec<Value> =
            members.iter().map(|m| json!({ "value": m.id, "type": m.kind, "display": m.display })).collect();
        Ok(json!({
            "id": group.id,
            "displayName": group.display_name,
            "externalId": group.external_id,
            "version": group.version,
            "members": members,
            "resource": stored(&group.body),
        }))
    }

    /// The truth of a group of the product.
    pub(super) fn product_group_state(&self, group: &ProductGroup) -> Stored<Value> {
        Ok(json!({
            "id": group.id,
            "name": group.name,
            "mapped_to": group.mapped_name,
            "synced": group.mapped.is_some(),
            "members": self.store.product_members(group)?,
        }))
    }

    fn product_group(&self, tenant: &Tenant, id: &str) -> Result<ProductGroup, Refused> {
        let found = self.store.product_group(tenant, id)?;
        found.map_or_else(|| because(404, format!("there is no group {id} of the product")), Ok)
    }

    pub(super) fn create_product_group(&self, tenant: &Tenant) -> Done {
        let Named { name } = read(self.body)?;
        not_empty(&name, "name")?;
        match self.store.insert_product_group(tenant.row, &name)? {
            Some(group) => Answer::ok(201, self.product_group_state(&group)?),
            None => because(409, format!("there is a group {name:?} already")),
        }
    }

    pub(super) fn rename_product_group(&self, tenant: &Tenant, id: &str) -> Done {
        let Renamed { display_name } = read(self.body)?;
        not_empty(&display_name, "displayName")?;
        self.rename(tenant, self.product_group(tenant, id)?, &display_name)
    }

    fn rename(&self, tenant: &Tenant, group: ProductGroup, name: &str) -> Done {
        if !self.store.rename_product_group(&group, name)? {
            return because(409, format!("a group cannot take the name {name:?}"));
        }
        if self.behaviour.groups.own_rename == OwnRename::Shown {
            self.show_own_name(tenant, &group, name)?;
        }
        Answer::ok(200, self.product_group_state(&ProductGroup { name: name.to_owned(), ..group })?)
    }

    /// Gives the group that SCIM shows the name that the product's group has.
    fn show_own_name(&self, tenant: &Tenant, own: &ProductGroup, name: &str) -> Result<(), Refused> {
        let pushed = match (&own.mapped_name, own.mapped) {
            (Some(mapped_name), Some(row)) => {
                let named = self.store.groups_by(tenant, &GroupKey::DisplayName(mapped_name.clone()))?;
                named.into_iter().find(|group| group.row == row)
            }
            _ => None,
        };
        let Some(pushed) = pushed else { return Ok(()) };
        let mut resource = stored(&pushed.body);
        put(&mut resource, "displayName", name.into());
        let Ok(draft) = group_draft(resource) else { return because(400, "displayName may not be empty") };
        self.store.update_group(&pushed, &draft)?;
        Ok(())
    }

    /// Maps a group of the product to one of the IdP by name, whether or not that was pushed yet.
    pub(super) fn map_group(&self, tenant: &Tenant, id: &str) -> Done {
        let Renamed { display_name } = read(self.body)?;
        not_empty(&display_name, "displayName")?;
        let group = self.product_group(tenant, id)?;
        let mapped = |other: &ProductGroup| other.row != group.row && other.mapped_name.as_ref() == Some(&display_name);
        if self.store.product_groups(tenant)?.iter().any(mapped) {
            return because(409, format!("another group is mapped to {display_name:?}"));
        }
        let pushed = self.store.groups_by(tenant, &GroupKey::DisplayName(display_name.clone()))?;
        let row = pushed.iter().find(|pushed| pushed.display_name == display_name).map(|pushed| pushed.row);
        // Whoever was in by hand goes: from now on the IdP says who is in.
        self.store.clear_product_members(&group)?;
        self.store.map_group(&group, &display_name, row)?;
        Answer::ok(200, self.product_group_state(&self.product_group(tenant, id)?)?)
    }

    /// Ends a mapping; who came through it stays in the product's group.
    pub(super) fn unmap_group(&self, tenant: &Tenant, id: &str) -> Done {
        let group = self.product_group(tenant, id)?;
        if group.mapped_name.is_none() {
            return because(404, format!("group {:?} is not mapped", group.name));
        }
        self.store.unmap_group(&group, self.behaviour.groups.unmapping == Unmapping::Keeps)?;
        Answer::ok(200, self.product_group_state(&self.product_group(tenant, id)?)?)
    }

    /// Puts somebody into a group of the product by hand.
    pub(super) fn add_member(&self, tenant: &Tenant, id: &str) -> Done {
        let SignIn { user_name } = read(self.body)?;
        let group = self.product_group(tenant, id)?;
        let unmapped = group.mapped_name.is_none();
        self.check_permission(tenant, self.behaviour.permissions.add_to_group, "add a user to a group", unmapped)?;
        let user = self.person(tenant, &user_name)?;
        self.store.add_product_member(&group, &user)?;
        Answer::ok(200, self.product_group_state(&group)?)
    }
}
