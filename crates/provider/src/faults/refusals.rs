//! Refusals that are wrong, and answers in the place of the service.

use super::layer::{Before, Layer, parameter, set_parameter};
use super::names::FaultName as F;
use super::sent::{is_op, named_members, operations, path, speaks_of};
use super::tombstones::Tombstone;
use crate::service::{Done, Method, Refusal, Reply, Target, stored, text};
use scim::error::{ScimError, ScimType};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Deepest nesting of a filter that the crash leaves alone.
const DEEP: usize = 100;

impl Layer<'_> {
    /// What is answered in the place of the service; `None` when the call goes its way.
    pub(super) fn in_place(&self, body: &Value) -> Done<Option<Reply>> {
        self.refuse_narrowly(body)?;
        if let Some(filter) = parameter(self.call, "filter").filter(|_| self.asks_list()) {
            return self.refuse_filter(&filter).map(|()| None);
        }
        self.refuse_group()?;
        if let Some(reply) = self.idle(body)? {
            return Ok(Some(reply));
        }
        self.refuse_user(body)?;
        match (&self.call.target, self.call.method) {
            (Target::Users, Method::Post) => self.in_place_of_create(body),
            (Target::User(id), _) => self.in_place_of_user(id),
            (Target::Groups, Method::Post) => self.in_place_of_group_create(body),
            (Target::Group(_), Method::Patch) => self.before_members_change(body).map(|()| None),
            _ => Ok(None),
        }
    }

    fn refuse_filter(&self, filter: &str) -> Done<()> {
        if self.has(F::DeepFilterCrashes) && filter.matches('(').count() > DEEP {
            return Err(ScimError::internal("the worker is gone").into());
        }
        if self.has(F::FiltersRefused) || (self.has(F::NonAsciiFilterRefused) && !filter.is_ascii()) {
            return Err(ScimError::invalid_filter("this filter is not understood").into());
        }
        Ok(())
    }

    fn refuse_group(&self) -> Done<()> {
        let Target::Group(id) = &self.call.target else { return Ok(()) };
        if self.has(F::SelfMemberBreaksGroup) && self.is_buried(Tombstone::HungGroup, id)? {
            return Err(ScimError::internal("the members have no end").into());
        }
        Ok(())
    }

    fn refuse_user(&self, body: &Value) -> Done<()> {
        let user = matches!(self.call.target, Target::User(_) | Target::Users);
        let patch = self.method_is(Method::Patch);
        if user && self.method_is(Method::Put) && self.has(F::PutAnswers404) {
            return Err(ScimError::not_found("there is no such user").into());
        }
        let wakes = |o: &Value| {
            let value = o.get("value");
            (path(o).eq_ignore_ascii_case("active") && is_true(value))
                || value.is_some_and(|v| is_true(v.get("active")))
        };
        if patch && self.has(F::ReactivationRefused) && operations(body).iter().any(wakes) {
            return Err(ScimError::invalid_value("active cannot be set").into());
        }
        if user && self.has(F::AddressesRefused) && speaks_of(body, "addresses") {
            return Err(ScimError::invalid_value("addresses are not understood").into());
        }
        let named = |o: &Value| path(o).ends_with("manager") && o.get("value").is_some_and(Value::is_string);
        if patch && self.has(F::ManagerStringCrashes) && operations(body).iter().any(named) {
            return Err(ScimError::internal("the manager is no object").into());
        }
        if patch && self.has(F::RefInMemberRefused) && body.to_string().contains("\"$ref\"") {
            return Err(ScimError::invalid_value("$ref is not understood").into());
        }
        self.refuse_mails(body)
    }

    fn refuse_mails(&self, body: &Value) -> Done<()> {
        if let Target::User(id) = &self.call.target
            && self.method_is(Method::Put)
            && self.has(F::MailCaseIsChange)
            && let Some(user) = self.store.user(&self.call.tenant, id)?
        {
            let (was, wanted) = (mails(&stored(&user.body)), mails(body));
            let lower = |all: &BTreeSet<String>| all.iter().map(|mail| mail.to_lowercase()).collect::<BTreeSet<_>>();
            if was != wanted && lower(&was) == lower(&wanted) {
                return Err(ScimError::mutability("emails cannot be changed").into());
            }
        }
        if self.call.target == Target::Users && self.method_is(Method::Post) && self.has(F::SharedMailConflicts) {
            let wanted = mails(body);
            let mut shared = false;
            self.store.each_user(&self.call.tenant, |user| {
                shared |= !wanted.is_disjoint(&mails(&stored(&user.body)));
            })?;
            if shared {
                return Err(taken("userName"));
            }
        }
        Ok(())
    }

    /// What becomes of a refusal of the service.
    pub(super) fn refused(&self, error: ScimError, before: &Before, body: &Value) -> Done<Reply> {
        if let Some(reply) = self.done_all_the_same(&error, before, body)? {
            return Ok(reply);
        }
        if self.has(F::ConflictClearsExternalId)
            && error.status == 409
            && self.call.target == Target::Users
            && let Some(holder) = self.holder(text(body, "userName").unwrap_or_default())?
        {
            self.overwrite(&holder, &[("externalId", Value::Null)])?;
            return Err(Refusal::Halfway(error));
        }
        Err(self.turned(error, before).into())
    }

    /// Another refusal in the place of the right one.
    fn turned(&self, error: ScimError, before: &Before) -> ScimError {
        let patch = self.method_is(Method::Patch);
        let crashes = (self.has(F::BadFilterCrashes) && error.scim_type == Some(ScimType::InvalidFilter))
            || (self.has(F::SecondDeleteCrashes) && self.method_is(Method::Delete) && error.status == 404)
            || (self.has(F::UnknownMemberCrashes) && patch && before.group.is_some() && error.status == 400)
            || (self.has(F::RenameConflictCrashes) && patch && before.user.is_some() && error.status == 409);
        if crashes {
            return ScimError::internal("something went wrong");
        }
        if self.has(F::RefusalIs412) && error.scim_type == Some(ScimType::InvalidValue) {
            return ScimError { status: 412, scim_type: None, ..error };
        }
        error
    }

    /// What is answered as a success though the service refused it; none where the refusal stands.
    fn done_all_the_same(&self, error: &ScimError, before: &Before, body: &Value) -> Done<Option<Reply>> {
        let patch = self.method_is(Method::Patch);
        if error.scim_type == Some(ScimType::InvalidFilter) && self.asks_list() {
            return self.list_without_filter();
        }
        if let (true, Some(user)) = (patch, &before.user) {
            let sent = |o: &Value| o.get("value").and_then(|value| text(value, "id")).map(str::to_owned);
            if self.has(F::IdTakenFromValue)
                && let Some(id) = operations(body).iter().find_map(sent)
                && let Some(user) = self.store.readdress_user(user, Some(&id))?
            {
                return self.work().show_user(200, &user).map(Some);
            }
            if self.has(F::PrototypePathHitsAll) && self.write_prototype(body)? {
                return Ok(Some(Reply::empty(204)));
            }
        }
        if let (true, Some(group)) = (patch && self.has(F::SelfMemberBreaksGroup), &before.group)
            && operations(body).iter().flat_map(named_members).any(|id| id == group.id)
        {
            self.bury(Tombstone::HungGroup, &group.id, &group.id)?;
            return Ok(Some(Reply::empty(204)));
        }
        if let (Target::Group(id), Method::Get, 404) = (&self.call.target, self.call.method, error.status)
            && self.has(F::DeletedGroupStillRead)
            && let Some(name) = self.buried(Tombstone::GoneGroup, id)?.first()
        {
            let schema = &self.service.types.groups.schema.id;
            let shown = json!({ "schemas": [schema], "id": id, "displayName": name, "members": [] });
            return Ok(Some(Reply::json(200, shown)));
        }
        if let Target::User(id) = &self.call.target
            && matches!(self.call.method, Method::Patch | Method::Put)
            && error.status == 404
            && self.has(F::UpdateOfUnknownIdSucceeds)
        {
            let stub = json!({ "schemas": [self.service.types.users.schema.id], "id": id });
            return Ok(Some(Reply::json(200, stub)));
        }
        Ok(None)
    }

    /// The list that is shown for a filter nobody can read.
    fn list_without_filter(&self) -> Done<Option<Reply>> {
        if self.has(F::BadFilterReturnsEverybody) {
            let mut call = self.call.clone();
            set_parameter(&mut call, "filter", None);
            return self.run_other(&call).map(Some);
        }
        Ok(self.has(F::UnknownAttributeFindsNobody).then(|| self.nothing_found()))
    }

    /// Sets everybody's title through a path into the prototype; says whether there was such a path.
    fn write_prototype(&self, body: &Value) -> Done<bool> {
        let polluting = operations(body).iter().find(|o| path(o).starts_with("__proto__."));
        let Some(operation) = polluting else { return Ok(false) };
        let mut all = Vec::new();
        self.store.each_user(&self.call.tenant, |user| all.push(user))?;
        let value = operation.get("value").cloned().unwrap_or_default();
        for user in &all {
            self.overwrite(user, &[("title", value.clone())])?;
        }
        Ok(true)
    }

    /// What was done, answered as if it was not.
    pub(super) fn denied(&self, before: &Before, after_active: Option<bool>, body: &Value) -> Done<()> {
        let patch = self.method_is(Method::Patch);
        if self.has(F::TooManyAfterWrite) && patch && before.user.is_some() {
            let error = ScimError { status: 429, ..ScimError::internal("too many requests") };
            return Err(Refusal::Halfway(error));
        }
        let left = before.user.as_ref().is_some_and(|user| user.active) && after_active == Some(false);
        if (self.has(F::DeactivationAnswers404) && patch && left)
            || (self.has(F::DeleteAnswers404) && self.method_is(Method::Delete))
        {
            return Err(Refusal::Halfway(ScimError::not_found("there is no such resource")));
        }
        let stranger = |o: &Value| {
            let named = path(o).split('"').nth(1);
            is_op(o, "remove") && named.is_some_and(|id| !before.members.iter().any(|member| member.id == id))
        };
        let removes = self.has(F::RemovingStrangerCrashes) && patch && before.group.is_some();
        if removes && operations(body).iter().any(stranger) {
            return Err(ScimError::internal("no such member").into());
        }
        Ok(())
    }
}

/// The refusal of what somebody else has.
pub(super) fn taken(what: &str) -> Refusal {
    ScimError::uniqueness(format!("{what} is in use already")).into()
}

fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|v| v == true || v.as_str().is_some_and(|s| s.eq_ignore_ascii_case("true")))
}

/// The e-mail addresses of a user.
fn mails(user: &Value) -> BTreeSet<String> {
    let emails = user.get("emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    emails.iter().filter_map(|email| text(email, "value")).map(str::to_owned).collect()
}
