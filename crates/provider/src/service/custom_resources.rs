//! Resources of the types a schema file adds: create, read, replace, patch, delete, and uniqueness by schema.

use super::users::{meta, stored, whole};
use super::{Done, Reply, Work};
use crate::behaviour::PatchAnswer;
use crate::store::ResourceRow;
use scim::error::ScimError;
use scim::patch::Patch;
use scim::resource::{accept_create, accept_replace};
use scim::schema::{Attribute, ResourceType, Uniqueness};
use scim::unique::{clashes, unique_attributes};
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
        let patch = Patch::from_json(&self.understood_patch(self.json()?, &row.id))?;
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
        let shown = self.projection_of(rt)?.apply(self.other_resource(rt, row), rt);
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
        self.refuse_clash(rt, &unique_attributes(rt), resource, own.map(|own| own.id.as_str()))
    }

    /// Holds a user or group to what extensions of a schema file call unique; names have an index of their own.
    pub(super) fn check_extensions_are_free(&self, rt: &ResourceType, body: &str, own: Option<&str>) -> Done<()> {
        let mut unique = unique_attributes(rt);
        unique.retain(|(schema, _)| schema.is_some());
        self.refuse_clash(rt, &unique, &stored(body), own)
    }

    /// Refuses what another resource has already: one of this tenant, or where uniqueness is global, of any.
    fn refuse_clash(
        &self,
        rt: &ResourceType,
        unique: &[(Option<&str>, &Attribute)],
        resource: &Value,
        own: Option<&str>,
    ) -> Done<()> {
        if unique.is_empty() {
            return Ok(());
        }
        let everywhere: Vec<_> = unique.iter().filter(|(_, a)| a.uniqueness == Uniqueness::Global).copied().collect();
        for other in self.store.bodies(&rt.name)? {
            let held = if other.tenant == self.call.tenant.row { unique } else { &everywhere };
            if own.is_none_or(|own| own != other.id)
                && let Some(attribute) = clashes(held, resource, &stored(&other.body))
            {
                return Err(ScimError::uniqueness(format!("{} is in use already", attribute.name)).into());
            }
        }
        Ok(())
    }
}

/// What is stored of a resource: without what the service itself knows.
fn other_body(mut resource: Value) -> String {
    if let Some(object) = resource.as_object_mut() {
        object.retain(|name, _| !matches!(name.as_str(), "id" | "meta"));
    }
    resource.to_string()
}
