//! What the product adds to SCIM or takes from it, held against resources.
//!
//! In: a resource about to be stored, and what it was. Out: the resource, changed or refused as the rules say.

use super::users::put;
use super::{Done, Work, text};
use crate::choice::Change;
use crate::product::{GroupMapping, GroupRename, LocalEmail, Reactivation, UnmatchedLocal, UserRules, WholeList};
use crate::store::{GroupRow, UserRow};
use scim::error::ScimError;
use scim::patch::{Op, Patch};
use scim::path::AttrPath;
use scim::urn;
use serde_json::{Map, Value};

impl Work<'_> {
    /// Holds a new user to what the product needs of one.
    pub(super) fn check_new_user(&self, resource: &Value) -> Done<()> {
        let rules = &self.behaviour().users;
        check_required(resource, &rules.required)?;
        check_values(resource, None, rules)?;
        if let Some(most) = rules.most
            && self.store.count_users(&self.call.tenant)? >= most
        {
            return Err(ScimError::invalid_value(format!("this product has room for {most} users")).into());
        }
        Ok(())
    }

    /// Holds an update of a user to what the product lets clients change.
    pub(super) fn hold_to_rules(&self, resource: &mut Value, existing: &Value) -> Done<()> {
        let rules = &self.behaviour().users;
        hold_to(resource, existing, rules.updatable.as_deref(), rules.other_updates)?;
        check_values(resource, Some(existing), rules)?;
        let wakes = existing.get("active") == Some(&false.into()) && resource.get("active") == Some(&true.into());
        let relinked = existing.get("externalId") != resource.get("externalId");
        if wakes && relinked && rules.reactivation == Reactivation::SameExternalId {
            return Err(ScimError::invalid_value("a user comes back only with the externalId it had").into());
        }
        Ok(())
    }

    /// Refuses to take a local account for the person of another e-mail address.
    pub(super) fn check_same_person(&self, user: &UserRow, resource: &Value) -> Done<()> {
        let free = user.managed || user.external_id.is_some();
        if free || self.behaviour().users.local_email == LocalEmail::AsOthers {
            return Ok(());
        }
        let (before, now) = (addresses(&super::users::stored(&user.body)), addresses(resource));
        if now.is_empty() || now.iter().any(|address| before.contains(address)) {
            return Ok(());
        }
        let why = format!("userName {:?} is in use already, by somebody with another e-mail address", user.user_name);
        Err(ScimError::uniqueness(why).into())
    }

    /// What an update of somebody who never signed in comes to: the update, nothing, or a refusal.
    pub(super) fn hold_to_sign_in(&self, user: &UserRow, resource: Value) -> Done<Value> {
        let rule = self.behaviour().users.before_sign_in;
        if rule == Change::Applied || self.store.last_active(user)?.is_some() {
            return Ok(resource);
        }
        match rule {
            Change::Refused => Err(ScimError::mutability("a user can be changed after the first sign-in only").into()),
            _ => Ok(super::users::stored(&user.body)),
        }
    }

    /// Refuses a PATCH that names one of the guarded attributes twice, or removes it.
    pub(super) fn check_operations(&self, patch: &Patch) -> Done<()> {
        for name in &self.behaviour().users.one_operation_each {
            let touching = patch.operations.iter().filter(|operation| {
                let single = Patch { operations: vec![(*operation).clone()] };
                single.touches(name)
            });
            let (mut count, mut removes) = (0, false);
            for operation in touching {
                count += 1;
                removes |= operation.op == Op::Remove;
            }
            if count > 1 || removes {
                let why = format!("{name} may be named by one operation, and not be removed");
                return Err(ScimError::invalid_value(why).into());
            }
        }
        Ok(())
    }

    /// Lets go of a user: the account stays, unknown to SCIM.
    pub(super) fn release_user(&self, user: &UserRow) -> Done<()> {
        let mut resource = super::users::stored(&user.body);
        put(&mut resource, "externalId", Value::Null);
        self.store.leave_all_groups(user.tenant, &user.id)?;
        let mut released = self.store.update_user(user, &super::user_draft(resource)?)?;
        self.store.set_managed(&released, false)?;
        if self.behaviour().users.id_is_external_id {
            // The id was the client's; another user may come with it.
            let id = self.store.next_id(user.tenant)?;
            self.store.set_user_id(&mut released, &id)?;
        }
        Ok(())
    }

    /// Holds a new group to what the product needs of one.
    pub(super) fn check_new_group(&self, resource: &Value, members: &[Value]) -> Done<()> {
        let rules = &self.behaviour().groups;
        check_required(resource, &rules.required)?;
        self.check_member_count(members.len())?;
        if let Some(most) = rules.most
            && self.store.count_groups(&self.call.tenant)? >= most
        {
            return Err(ScimError::invalid_value(format!("this product has room for {most} groups")).into());
        }
        Ok(())
    }

    /// Holds an update of a group, its members aside, to what the product lets clients change.
    pub(super) fn hold_group_to_rules(&self, resource: &mut Value, existing: &Value) -> Done<()> {
        let rules = &self.behaviour().groups;
        hold_to(resource, existing, rules.updatable.as_deref(), rules.other_updates)
    }

    /// Refuses a request that names too many members.
    pub(super) fn check_member_count(&self, count: usize) -> Done<()> {
        match self.behaviour().groups.max_members_per_request {
            Some(most) if count > most => {
                Err(ScimError::invalid_value(format!("one request may name {most} members, not {count}")).into())
            }
            _ => Ok(()),
        }
    }

    /// Refuses operations on members that the product does not take.
    pub(super) fn check_member_operations(&self, patch: &Patch) -> Done<()> {
        let mut count = 0;
        for operation in &patch.operations {
            let single = Patch { operations: vec![operation.clone()] };
            if !single.touches("members") {
                continue;
            }
            let value = match operation.value.as_ref() {
                Some(Value::Object(attributes)) => field(attributes, "members").or(operation.value.as_ref()),
                other => other,
            };
            count += value.map_or(1, |value| value.as_array().map_or(1, Vec::len));
            let bare = operation.path.as_ref().is_none_or(|path| path.filter.is_none());
            let whole =
                bare && (operation.op == Op::Replace || operation.op == Op::Remove && operation.value.is_none());
            if whole && self.behaviour().groups.whole_member_list == WholeList::Refused {
                let why = "members are added and removed one by one, not replaced or removed as a whole";
                return Err(ScimError::invalid_value(why).into());
            }
        }
        self.check_member_count(count)
    }

    /// Whether the product leaves a member out, and says nothing of it.
    pub(super) fn leaves_out(&self, id: &str) -> Done<bool> {
        if self.behaviour().groups.unmatched_local == UnmatchedLocal::Joins {
            return Ok(false);
        }
        let Some(user) = self.store.user(&self.call.tenant, id)? else { return Ok(false) };
        let resource = super::users::stored(&user.body);
        let emails = resource.get("emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let mut addresses: Vec<&str> = emails.iter().filter_map(|email| text(email, "value")).collect();
        addresses.push(&user.user_name);
        Ok(user.managed && self.store.has_local_twin(&user, &addresses)?)
    }

    /// Refuses a member who is in as many groups as one may be.
    pub(super) fn check_room_in_groups(&self, group: &GroupRow, id: &str) -> Done<()> {
        let Some(most) = self.behaviour().groups.most_per_user else { return Ok(()) };
        let groups = self.store.memberships(group.tenant, id)?;
        if groups.iter().any(|g| g.id == group.id) || (groups.len() as i64) < most {
            return Ok(());
        }
        Err(ScimError::invalid_value(format!("member {id} is in {most} groups, which is the most")).into())
    }

    /// Tells the product of a group that came, or came to have another name.
    pub(super) fn follow_group(&self, group: &GroupRow, was: Option<&GroupRow>) -> Done<()> {
        let rules = &self.behaviour().groups;
        if rules.mapping == GroupMapping::Itself {
            return Ok(());
        }
        let Some(was) = was else {
            if rules.mapping == GroupMapping::ByName {
                self.map_by_name(group)?;
            }
            return Ok(self.store.complete_mapping(group)?);
        };
        if rules.idp_rename == GroupRename::Ignored {
            return Ok(());
        }
        if was.display_name != group.display_name
            && let Some(product) = self.store.product_group_of(group)?
        {
            self.store.map_group(&product, &group.display_name, Some(group.row))?;
            // A name that another group of the product has stays that one's.
            self.store.rename_product_group(&product, &group.display_name)?;
        }
        Ok(())
    }

    /// Maps a new group to the product's of that name, which is made where there is none.
    fn map_by_name(&self, group: &GroupRow) -> Done<()> {
        self.store.insert_product_group(group.tenant, &group.display_name)?;
        let own = self.store.product_groups(&self.call.tenant)?;
        if let Some(own) = own.iter().find(|own| own.name == group.display_name && own.mapped_name.is_none()) {
            self.store.map_group(own, &group.display_name, Some(group.row))?;
        }
        Ok(())
    }

    /// Leaves the product its group when the IdP's goes: empty, and mapped to nothing.
    pub(super) fn detach_group(&self, group: &GroupRow) -> Done<()> {
        match self.store.product_group_of(group)? {
            Some(product) => self.store.unmap_group(&product, false)?,
            None if self.behaviour().groups.mapping == GroupMapping::Itself => {
                self.store.insert_product_group(group.tenant, &group.display_name)?;
            }
            None => {}
        }
        Ok(())
    }
}

/// The member of that name, whatever its case.
fn field<'v>(object: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    object.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The value at `name`, `name.sub` or `urn:name`.
fn at<'v>(resource: &'v Value, path: &str) -> Option<&'v Value> {
    let path = AttrPath::parse(path).ok()?;
    let mut place = resource.as_object()?;
    if let Some(wanted) = path.urn.as_ref().filter(|wanted| !urn::same(wanted, urn::USER)) {
        place = field(place, wanted)?.as_object()?;
    }
    let value = field(place, &path.name)?;
    match &path.sub {
        Some(sub) => field(value.as_object()?, sub),
        None => Some(value),
    }
}

/// The e-mail addresses of a user, lower case.
fn addresses(resource: &Value) -> Vec<String> {
    let emails = resource.get("emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    emails.iter().filter_map(|email| Some(text(email, "value")?.to_lowercase())).collect()
}

fn check_required(resource: &Value, required: &[String]) -> Done<()> {
    let empty = |value: &Value| match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(values) => values.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    };
    match required.iter().find(|path| at(resource, path).is_none_or(empty)) {
        Some(missing) => Err(ScimError::invalid_value(format!("{missing} is required")).into()),
        None => Ok(()),
    }
}

/// Holds the attributes that are new or other than before to the rules for values.
fn check_values(resource: &Value, existing: Option<&Value>, rules: &UserRules) -> Done<()> {
    let changed = |path: &str| {
        let now = at(resource, path);
        now.filter(|_| existing.is_none_or(|existing| at(existing, path) != now))
    };
    let refused = |why: String| Err(ScimError::invalid_value(why).into());
    if let Some(path) = rules.refused.iter().find(|path| changed(path).is_some()) {
        return refused(format!("{path} is not supported"));
    }
    for path in &rules.single_valued {
        if changed(path).and_then(Value::as_array).is_some_and(|values| values.len() > 1) {
            return refused(format!("{path} holds one value at most"));
        }
    }
    for path in &rules.primary_needed {
        let first = changed(path).and_then(Value::as_array).and_then(|values| values.first());
        if first.is_some_and(|value| value.get("primary") != Some(&true.into())) {
            return refused(format!("the first value of {path} has to be the primary one"));
        }
    }
    for (path, longest) in &rules.longest {
        if changed(path).and_then(Value::as_str).is_some_and(|text| text.chars().count() > *longest) {
            return refused(format!("{path} has at most {longest} characters"));
        }
    }
    for (path, characters) in &rules.rejected_in {
        if let Some(bad) = changed(path).and_then(Value::as_str).and_then(|text| bad_character(text, characters)) {
            return refused(format!("{path} may not have {bad:?}"));
        }
    }
    let Some(attributes) = resource.as_object().filter(|_| !rules.rejected_characters.is_empty()) else {
        return Ok(());
    };
    for (name, value) in attributes.iter().filter(|(name, _)| name.as_str() != "schemas") {
        if existing.and_then(|existing| existing.get(name)) != Some(value)
            && let Some(bad) = anywhere(value, &rules.rejected_characters)
        {
            return refused(format!("{name} may not have {bad:?}"));
        }
    }
    Ok(())
}

fn bad_character(text: &str, rejected: &str) -> Option<char> {
    text.chars().find(|c| rejected.contains(*c))
}

fn anywhere(value: &Value, rejected: &str) -> Option<char> {
    match value {
        Value::String(text) => bad_character(text, rejected),
        Value::Array(values) => values.iter().find_map(|value| anywhere(value, rejected)),
        Value::Object(object) => object.values().find_map(|value| anywhere(value, rejected)),
        _ => None,
    }
}

/// Holds an update to the attributes a client may change.
fn hold_to(resource: &mut Value, existing: &Value, updatable: Option<&[String]>, others: Change) -> Done<()> {
    let Some(updatable) = updatable.filter(|_| others != Change::Applied) else { return Ok(()) };
    let (Some(object), Some(before)) = (resource.as_object_mut(), existing.as_object()) else { return Ok(()) };
    let mut names: Vec<String> = object.keys().chain(before.keys()).cloned().collect();
    names.dedup();
    for name in names {
        let free = name == "schemas" || updatable.iter().any(|free| free.eq_ignore_ascii_case(&name));
        if free || object.get(&name) == before.get(&name) {
            continue;
        }
        if others == Change::Refused {
            return Err(ScimError::mutability(format!("{name} cannot be changed")).into());
        }
        match before.get(&name) {
            Some(value) => object.insert(name, value.clone()),
            None => object.shift_remove(&name),
        };
    }
    Ok(())
}
