//! Users: create, read, replace, patch, delete (RFC 7644 sections 3.3 to 3.6).

use super::{Done, Reply, Work, text};
use crate::behaviour::{DeleteUser, LocalAccounts, PatchAnswer};
use crate::choice::Change;
use crate::product::{Deactivation, LocalMatch};
use crate::store::{UserDraft, UserRow};
use scim::error::ScimError;
use scim::patch::Patch;
use scim::resource::{accept_create, accept_replace};
use serde_json::{Map, Value, json};

impl Work<'_> {
    pub(super) fn create_user(&self) -> Done<Reply> {
        let resource = accept_create(&self.json()?, &self.service.types.users, &self.service.rules)?;
        self.check_new_user(&resource)?;
        let draft = user_draft(resource)?;
        if let Some(reply) = self.instead_of_create(&draft)? {
            return Ok(reply);
        }
        self.check_user_is_free(&draft, None)?;
        let mut user = self.store.insert_user(self.call.tenant.row, &draft, true)?;
        self.follow_external_id(&mut user)?;
        self.show_user(201, &user)
    }

    pub(super) fn read_user(&self, id: &str) -> Done<Reply> {
        let user = self.find_user(id)?;
        self.show_user(200, &user)
    }

    pub(super) fn replace_user(&self, id: &str) -> Done<Reply> {
        let user = self.find_user(id)?;
        self.check_if_match(user.version)?;
        let existing = stored(&user.body);
        let mut resource = accept_replace(&self.json()?, &existing, &self.service.types.users, &self.service.rules)?;
        self.check_same_person(&user, &resource)?;
        self.hold_to_changes(&mut resource, &existing)?;
        self.hold_to_rules(&mut resource, &existing)?;
        let user = self.write_user(&user, resource)?;
        self.show_user(200, &user)
    }

    pub(super) fn patch_user(&self, id: &str) -> Done<Reply> {
        let user = self.find_user(id)?;
        self.check_if_match(user.version)?;
        let patch = Patch::from_json(&self.understood_patch(self.json()?, &user.id))?;
        self.check_operations(&patch)?;
        let user = self.apply_to_user(&user, &patch)?;
        let place = (self.location("/Users", &user.id), user.version);
        self.answer_patch(self.behaviour().user_patch_answer, place, || self.show_user(200, &user))
    }

    fn apply_to_user(&self, user: &UserRow, patch: &Patch) -> Done<UserRow> {
        let existing = stored(&user.body);
        let mut resource = existing.clone();
        self.service.apply(patch, &mut resource, &self.service.types.users)?;
        self.check_same_person(user, &resource)?;
        self.hold_to_changes(&mut resource, &existing)?;
        self.hold_to_rules(&mut resource, &existing)?;
        if resource.get("active").is_none() {
            put(&mut resource, "active", Value::Null);
        }
        self.write_user(user, resource)
    }

    pub(super) fn delete_user(&self, id: &str) -> Done<Reply> {
        let user = self.find_user(id)?;
        self.check_if_match(user.version)?;
        match self.behaviour().delete_user {
            DeleteUser::Remove => {}
            DeleteUser::Deactivate => {
                let mut resource = stored(&user.body);
                put(&mut resource, "active", false.into());
                self.write_user(&user, resource)?;
                return Ok(Reply::empty(204));
            }
            DeleteUser::Release => {
                self.release_user(&user)?;
                return Ok(Reply::empty(204));
            }
        }
        self.store.leave_all_groups(user.tenant, &user.id)?;
        self.store.delete_user(&user)?;
        Ok(Reply::empty(204))
    }

    /// The user of that id, 404 when there is none for this client.
    fn find_user(&self, id: &str) -> Done<UserRow> {
        let found = self.store.user(&self.call.tenant, id)?;
        found
            .filter(|user| self.knows(user))
            .ok_or_else(|| ScimError::not_found(format!("there is no user {id}")).into())
    }

    /// Whether SCIM clients know of a user at all.
    pub(super) fn knows(&self, user: &UserRow) -> bool {
        user.managed || self.behaviour().local_accounts == LocalAccounts::Visible
    }

    /// Stores what a user has become; nothing when it is what it was.
    ///
    /// An `active` of null is unassigned: it is shown no more, and whether the user may sign in stays as it was.
    pub(super) fn write_user(&self, user: &UserRow, resource: Value) -> Done<UserRow> {
        let resource = self.hold_to_sign_in(user, resource)?;
        let unassigned = resource.get("active").is_some_and(Value::is_null);
        let mut draft = user_draft(resource)?;
        if unassigned {
            draft = without_active(draft, user.active);
        }
        if draft.body == user.body {
            return Ok(user.clone());
        }
        self.check_user_is_free(&draft, Some(user))?;
        let mut written = self.store.update_user(user, &draft)?;
        if user_draft(stored(&user.body))?.display != draft.display {
            self.store.mark_groups_of(user.tenant, &user.id)?;
        }
        self.follow_external_id(&mut written)?;
        let rule = self.behaviour().users.local_match;
        if !user.managed && rule == LocalMatch::Provisioned && written.external_id.is_some() {
            self.store.set_managed(&written, true)?;
            written.managed = true;
        }
        if user.active && !written.active && self.behaviour().users.deactivation == Deactivation::Released {
            self.release_user(&written)?;
        }
        Ok(written)
    }

    /// Where the client's externalId is the id, makes it so.
    fn follow_external_id(&self, user: &mut UserRow) -> Done<()> {
        match user.external_id.clone() {
            Some(id) if self.behaviour().users.id_is_external_id && id != user.id => {
                Ok(self.store.set_user_id(user, &id)?)
            }
            _ => Ok(()),
        }
    }

    /// Holds an update to what this product lets clients change.
    fn hold_to_changes(&self, resource: &mut Value, existing: &Value) -> Done<()> {
        for (name, change) in
            [("userName", self.behaviour().user_name_change), ("emails", self.behaviour().emails_change)]
        {
            let (Some(object), before) = (resource.as_object_mut(), existing.get(name)) else { continue };
            if change == Change::Applied || object.get(name) == before {
                continue;
            }
            if change == Change::Refused {
                return Err(ScimError::mutability(format!("{name} cannot be changed")).into());
            }
            match before {
                Some(before) => object.insert(name.to_owned(), before.clone()),
                None => object.shift_remove(name),
            };
        }
        Ok(())
    }

    /// The user as the answer to this call.
    pub(crate) fn show_user(&self, status: u16, user: &UserRow) -> Done<Reply> {
        let projection = self.projection_of(&self.service.types.users)?;
        let groups = projection.wants("groups", &self.service.types.users);
        let resource = self.user_resource(user, groups)?;
        let shown = projection.apply(resource, &self.service.types.users);
        Ok(self.answer(status, shown, self.location("/Users", &user.id), user.version))
    }

    /// The whole resource, with the groups of the user when they are wanted (RFC 7643 section 4.1.2).
    pub(super) fn user_resource(&self, user: &UserRow, with_groups: bool) -> Done<Value> {
        let mut resource = whole(&user.body, &user.id);
        if with_groups {
            let groups = self.store.memberships(user.tenant, &user.id)?;
            if !groups.is_empty() {
                let groups: Vec<Value> = groups
                    .iter()
                    .map(|group| {
                        json!({
                            "value": group.id,
                            "$ref": self.location("/Groups", &group.id),
                            "display": group.display,
                            "type": "direct",
                        })
                    })
                    .collect();
                resource.insert("groups".into(), groups.into());
            }
        }
        let location = self.location("/Users", &user.id);
        resource.insert("meta".into(), meta("User", &user.created, &user.modified, &location, user.version));
        Ok(resource.into())
    }

    /// What a successful PATCH answers: a service must answer 200 when attributes are named (RFC 7644 section 3.5.2).
    /// Without a body nothing is read for it.
    pub(super) fn answer_patch(
        &self,
        how: PatchAnswer,
        (location, version): (String, i64),
        show: impl FnOnce() -> Done<Reply>,
    ) -> Done<Reply> {
        if how == PatchAnswer::Resource || self.parameter("attributes").is_some() {
            return show();
        }
        Ok(Reply { location: Some(location), etag: Some(super::etag(version)), ..Reply::empty(204) })
    }
}

/// A stored body. What is stored was serialised here, so an unreadable one means a damaged file: shown as empty.
pub(crate) fn stored(body: &str) -> Value {
    serde_json::from_str(body).unwrap_or_else(|_| Value::Object(Map::new()))
}

/// A stored body with its id where readers look for it: after `schemas`.
pub(super) fn whole(body: &str, id: &str) -> Map<String, Value> {
    let mut out = Map::new();
    if let Value::Object(object) = stored(body) {
        let mut rest = object.into_iter();
        if let Some((name, value)) = rest.next() {
            out.insert(name, value);
        }
        out.insert("id".into(), id.into());
        out.extend(rest);
    }
    out
}

/// The `meta` attribute (RFC 7643 section 3.1).
pub(super) fn meta(kind: &str, created: &str, modified: &str, location: &str, version: i64) -> Value {
    json!({
        "resourceType": kind,
        "created": created,
        "lastModified": modified,
        "location": location,
        "version": super::etag(version),
    })
}

pub(crate) fn put(resource: &mut Value, name: &str, value: Value) {
    if let Some(object) = resource.as_object_mut() {
        object.retain(|n, _| !n.eq_ignore_ascii_case(name));
        object.insert(name.to_owned(), value);
    }
}

/// What is stored of a resource: without what the service itself knows, and never a password.
pub(crate) fn user_draft(mut resource: Value) -> Done<UserDraft> {
    let user_name = text(&resource, "userName")
        .ok_or_else(|| ScimError::invalid_value("userName is required and may not be empty"))?
        .to_owned();
    let active = resource.get("active").and_then(Value::as_bool).unwrap_or(true);
    let external_id = text(&resource, "externalId").map(str::to_owned);
    let display = text(&resource, "displayName").unwrap_or(&user_name).to_owned();
    if let Some(object) = resource.as_object_mut() {
        object.retain(|name, _| !matches!(name.as_str(), "id" | "meta" | "groups" | "password"));
        object.insert("active".into(), active.into());
        if external_id.is_none() {
            object.shift_remove("externalId");
        }
    }
    Ok(UserDraft { user_name, external_id, display, active, body: resource.to_string() })
}

fn without_active(draft: UserDraft, active: bool) -> UserDraft {
    let mut resource = stored(&draft.body);
    if let Some(object) = resource.as_object_mut() {
        object.shift_remove("active");
    }
    UserDraft { active, body: resource.to_string(), ..draft }
}
