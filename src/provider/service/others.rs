//! Resources of the types a schema file adds: create, read, replace, patch, delete, and uniqueness by schema.

use super::users::{meta, stored, whole};
use super::{Done, Reply, Work};
use crate::provider::behaviour::PatchAnswer;
use crate::provider::store::ResourceRow;
use crate::scim::error::ScimError;
use crate::scim::patch::Patch;
use crate::scim::resource::{accept_create, accept_replace};
use crate::scim::schema::{Attribute, ResourceType, Uniqueness};
use crate::scim::unique::{clashes, unique_attributes};
use serde_json::Value;

impl Work<'_> {
    /// The type at an endpoint, 404 when there is none.
    pub(super) fn other_type(&self, endpoint: &str) -> Done<&ResourceType> {
        let found = self.service.types.other(endpoint);
        found.ok_or_else(|| ScimError::not_found("there is no such endpoint").into())
    }

    pub(super) fn create_other(&self, rt: &ResourceType) -> Done<Reply> {
        let resource = accept_create(&self.json()?, rt, &self.service.rules)?;
        self.check_other_is_free(rt, &resource, None)?;
        let body = other_body(resource);
        let row = self.store.insert_resource(self.call.tenant.row, &rt.name, &body)?;
        self.show_other(201, rt, &row)
    }

    pub(super) fn read_other(&self, rt: &ResourceType, id: &str) -> Done<Reply> {
        let row = self.find_other(rt, id)?;
        self.show_other(200, rt, &row)
    }

    pub(super) fn replace_other(&self, rt: &ResourceType, id: &str) -> Done<Reply> {
        let row = self.find_other(rt, id)?;
        self.check_if_match(row.version)?;
        let resource = accept_replace(&self.json()?, &stored(&row.body), rt, &self.service.rules)?;
        let row = self.write_other(rt, &row, resource)?;
        self.show_other(200, rt, &row)
    }

    pub(super) fn patch_other(&self, rt: &ResourceType, id: &str) -> Done<Reply> {
        let row = self.find_other(rt, id)?;
        self.check_if_match(row.version)?;
        let patch = Patch::from_json(&self.understood_patch(self.json()?, &row.id), &self.service.rules)?;
        let mut resource = stored(&row.body);
        self.service.apply(&patch, &mut resource, rt)?;
        let row = self.write_other(rt, &row, resource)?;
        let place = (self.location(&rt.endpoint, &row.id), row.version);
        self.answer_patch(PatchAnswer::Resource, place, || self.show_other(200, rt, &row))
    }

    pub(super) fn delete_other(&self, rt: &ResourceType, id: &str) -> Done<Reply> {
        let row = self.find_other(rt, id)?;
        self.check_if_match(row.version)?;
        self.store.delete_resource(&row)?;
        Ok(Reply::empty(204))
    }

    fn find_other(&self, rt: &ResourceType, id: &str) -> Done<ResourceRow> {
        let found = self.store.resource(&self.call.tenant, &rt.name, id)?;
        found.ok_or_else(|| ScimError::not_found(format!("there is no {} {id}", rt.name)).into())
    }

    fn write_other(&self, rt: &ResourceType, row: &ResourceRow, resource: Value) -> Done<ResourceRow> {
        self.check_other_is_free(rt, &resource, Some(row))?;
        let body = other_body(resource);
        if body == row.body {
            return Ok(row.clone());
        }
        Ok(self.store.update_resource(row, &body)?)
    }

    fn show_other(&self, status: u16, rt: &ResourceType, row: &ResourceRow) -> Done<Reply> {
        let shown = self.projection_of(rt)?.apply(&self.other_resource(rt, row), rt);
        Ok(self.answer(status, shown, self.location(&rt.endpoint, &row.id), row.version))
    }

    /// The whole resource.
    pub(super) fn other_resource(&self, rt: &ResourceType, row: &ResourceRow) -> Value {
        let mut resource = whole(&row.body, &row.id);
        let location = self.location(&rt.endpoint, &row.id);
        resource.insert("meta".into(), meta(&rt.name, &row.created, &row.modified, &location, row.version));
        resource.into()
    }

    fn check_other_is_free(&self, rt: &ResourceType, resource: &Value, own: Option<&ResourceRow>) -> Done<()> {
        let unique = unique_attributes(rt);
        if unique.is_empty() {
            return Ok(());
        }
        let rows = self.store.all_resources(&self.call.tenant, &rt.name)?;
        let others = rows.iter().filter(|row| own.is_none_or(|own| own.row != row.row));
        refuse_clash(&unique, resource, others.map(|row| stored(&row.body)))
    }

    /// Holds a user to what extensions of a schema file call unique; `userName` has an index of its own.
    pub(super) fn check_user_extensions_are_free(&self, resource: &Value, own: Option<&str>) -> Done<()> {
        let mut unique = unique_attributes(&self.service.types.users);
        unique.retain(|(schema, _)| schema.is_some());
        if unique.is_empty() {
            return Ok(());
        }
        let mut others = Vec::new();
        self.store.each_user(&self.call.tenant, |user| {
            if own.is_none_or(|own| own != user.id) {
                others.push(stored(&user.body));
            }
        })?;
        refuse_clash(&unique, resource, others.into_iter())
    }
}

fn refuse_clash(
    unique: &[(Option<&str>, &Attribute)],
    resource: &Value,
    mut others: impl Iterator<Item = Value>,
) -> Done<()> {
    match others.find_map(|other| clashes(unique, resource, &other).map(|a| (a.name.clone(), a.uniqueness))) {
        Some((name, Uniqueness::Server | Uniqueness::Global)) => {
            Err(ScimError::uniqueness(format!("{name} is in use already")).into())
        }
        _ => Ok(()),
    }
}

/// What is stored of a resource: without what the service itself knows.
fn other_body(mut resource: Value) -> String {
    if let Some(object) = resource.as_object_mut() {
        object.retain(|name, _| !matches!(name.as_str(), "id" | "meta"));
    }
    resource.to_string()
}
