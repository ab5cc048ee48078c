//! Answers in the place of the service, and refusals that are wrong.

use super::misread::is_idle;
use super::{Before, is_op, operations, path, speaks_of};
use crate::defects::{AnswerDefect as D, ListDefect, UserDefect};
use crate::service::{Done, Method, Refusal, Reply, Target, Work, text};
use crate::store::{GroupKey, UserKey};
use scim::error::{ScimError, ScimType};
use serde_json::{Value, json};

impl Work<'_> {
    pub(super) fn answers_wrongly(&self, defect: D) -> bool {
        self.behaviour().faults.answers.contains(&defect)
    }

    /// What a query is answered without looking; `None` when it is looked.
    pub(super) fn in_place_of_lists(&self) -> Option<Reply> {
        let filter = self.parameter("filter").filter(|_| self.method_is(Method::Get))?;
        let lists = &self.behaviour().faults.lists;
        let asks = |name: &str| filter.to_ascii_lowercase().contains(&name.to_ascii_lowercase());
        let blind = |defect: &ListDefect| match defect {
            ListDefect::ExternalIdFindsNobody => asks("externalId"),
            ListDefect::OnlyNamesFind => !["userName", "displayName", "id eq"].into_iter().any(asks),
            ListDefect::ValuePathFindsNobody => filter.contains('['),
            ListDefect::CapitalsFindNobody => {
                let value = filter.split('"').nth(1).unwrap_or_default();
                asks("userName") && value.chars().any(char::is_uppercase)
            }
            ListDefect::UpperCaseOperatorFindsNobody => filter.contains(" EQ ") || filter.contains(" SW "),
            _ => false,
        };
        lists.iter().any(blind).then(|| self.service.nothing_found())
    }

    /// What is answered in the place of the service; `None` when the call goes its way.
    pub(super) fn in_place(&self, body: &Value) -> Done<Option<Reply>> {
        self.seldom_refused(body)?;
        let filter = self.parameter("filter").filter(|_| self.method_is(Method::Get));
        if let Some(filter) = filter {
            let refused = self.answers_wrongly(D::FiltersRefused)
                || (self.answers_wrongly(D::NonAsciiFilterRefused) && !filter.is_ascii());
            return if refused {
                Err(ScimError::invalid_filter("this filter is not understood").into())
            } else {
                Ok(None)
            };
        }
        if self.method_is(Method::Patch) && is_idle(body) {
            return Ok(Some(Reply::empty(204)));
        }
        self.refused_on_sight(body)?;
        match (&self.call.target, self.call.method) {
            (Target::Users, Method::Post) => self.in_place_of_create(body),
            (Target::User(id), _) => self.in_place_of_user(id),
            (Target::Groups, Method::Post) => self.in_place_of_group_create(body),
            (Target::Group(_), Method::Patch) => self.before_members_change(body).map(|()| None),
            _ => Ok(None),
        }
    }

    fn refused_on_sight(&self, body: &Value) -> Done<()> {
        let user = matches!(self.call.target, Target::User(_) | Target::Users);
        let patch = self.method_is(Method::Patch);
        if user && self.method_is(Method::Put) && self.answers_wrongly(D::PutIs404) {
            return Err(ScimError::not_found("there is no such user").into());
        }
        let wakes = |o: &Value| {
            let value = o.get("value");
            (path(o).eq_ignore_ascii_case("active") && is_true(value))
                || value.is_some_and(|v| is_true(v.get("active")))
        };
        if patch && self.answers_wrongly(D::ReactivationRefused) && operations(body).iter().any(wakes) {
            return Err(ScimError::invalid_value("active cannot be set").into());
        }
        if user && self.answers_wrongly(D::AddressesRefused) && speaks_of(body, "addresses") {
            return Err(ScimError::invalid_value("addresses are not understood").into());
        }
        let named = |o: &Value| path(o).ends_with("manager") && o.get("value").is_some_and(Value::is_string);
        if patch && self.answers_wrongly(D::ManagerStringIs500) && operations(body).iter().any(named) {
            return Err(ScimError::internal("the manager is no object").into());
        }
        if patch && self.answers_wrongly(D::RefRefused) && body.to_string().contains("\"$ref\"") {
            return Err(ScimError::invalid_value("$ref is not understood").into());
        }
        Ok(())
    }

    /// A create that is answered without the service.
    fn in_place_of_create(&self, body: &Value) -> Done<Option<Reply>> {
        let (name, external_id) = (text(body, "userName").unwrap_or_default(), text(body, "externalId"));
        let tenant = self.call.tenant.row;
        let taken = |what: &str| Err(ScimError::uniqueness(format!("{what} is in use already")).into());
        if self.answers_wrongly(D::FailsHoldingName) {
            if self.store.is_buried(tenant, "Held", name)? {
                return taken("userName");
            }
            self.store.bury(tenant, "Held", "", name)?;
            let error = ScimError { status: 503, ..ScimError::internal("try again later") };
            return Err(Refusal::Halfway(error));
        }
        if let Some(external_id) = external_id {
            let gone = self.users_go_wrong(UserDefect::DeletedKeepsExternalId)
                && self.store.is_buried(tenant, "ExternalId", external_id)?;
            let group = GroupKey::ExternalId(external_id.to_owned());
            let shared = self.users_go_wrong(UserDefect::ExternalIdSharedWithGroups)
                && !self.store.groups_by(&self.call.tenant, &group)?.is_empty();
            if gone || shared {
                return taken("externalId");
            }
        }
        if self.users_go_wrong(UserDefect::EmptyExternalIdUnique) && body.get("externalId") == Some(&json!("")) {
            if self.store.is_buried(tenant, "Empty", "")? {
                return taken("externalId");
            }
            self.store.bury(tenant, "Empty", "", "")?;
        }
        self.repeated_wrongly(name, external_id, body)
    }

    /// What becomes of a refusal of the service.
    pub(super) fn refused(&self, error: ScimError, before: &Before, body: &Value) -> Done<Reply> {
        let mut error = match self.seldom_turned(error, before, body)? {
            Ok(reply) => return Ok(reply),
            Err(error) => error,
        };
        let patch = self.method_is(Method::Patch);
        if self.users_go_wrong(UserDefect::ConflictClearsExternalId)
            && error.status == 409
            && self.call.target == Target::Users
            && let Some(holder) = self.holder(text(body, "userName").unwrap_or_default())?
        {
            self.overwrite(&holder, &[("externalId", Value::Null)])?;
            return Err(Refusal::Halfway(error));
        }
        if self.users_go_wrong(UserDefect::InactiveExternalIdFree)
            && patch
            && error.status == 409
            && let Some(user) = &before.user
            && let Some(wanted) = operations(body).iter().find(|o| path(o) == "externalId").and_then(|o| o.get("value"))
            && let Some(wanted) = wanted.as_str()
        {
            let holders = self.store.users_by(&self.call.tenant, &UserKey::ExternalId(wanted.to_owned()))?;
            if holders.iter().all(|holder| !holder.active) {
                return self.show_user(200, &self.overwrite(user, &[("externalId", wanted.into())])?);
            }
        }
        let unknown = matches!(self.call.method, Method::Patch | Method::Put) && error.status == 404;
        if let Target::User(id) = &self.call.target
            && unknown
            && self.answers_wrongly(D::StubForUnknownId)
        {
            return Ok(Reply::json(200, json!({ "schemas": [self.service.types.users.schema.id], "id": id })));
        }
        let crashes = (self.answers_wrongly(D::BadFilterIs500) && error.scim_type == Some(ScimType::InvalidFilter))
            || (self.answers_wrongly(D::SecondDeleteIs500) && self.method_is(Method::Delete) && error.status == 404)
            || (self.answers_wrongly(D::UnknownMemberIs500) && patch && before.group.is_some() && error.status == 400);
        if crashes {
            error = ScimError::internal("something went wrong");
        }
        if self.answers_wrongly(D::ScimTypeNull) && error.scim_type.is_none() {
            let mut reply = self.service.refuse(&error);
            if let Some(body) = &mut reply.body {
                body["scimType"] = "null".into();
            }
            return Ok(reply);
        }
        Err(error.into())
    }

    /// What was done, answered as if it was not.
    pub(super) fn denied(&self, before: &Before, after_active: Option<bool>, body: &Value) -> Done<()> {
        let patch = self.method_is(Method::Patch);
        if self.answers_wrongly(D::TooManyAfterWrite) && patch && before.user.is_some() {
            let error = ScimError { status: 429, ..ScimError::internal("too many requests") };
            return Err(Refusal::Halfway(error));
        }
        let left = before.user.as_ref().is_some_and(|user| user.active) && after_active == Some(false);
        if (self.answers_wrongly(D::DeactivationIs404) && patch && left)
            || (self.answers_wrongly(D::DeleteIs404) && self.method_is(Method::Delete))
        {
            return Err(Refusal::Halfway(ScimError::not_found("there is no such resource")));
        }
        let stranger = |o: &Value| {
            let named = path(o).split('"').nth(1);
            is_op(o, "remove") && named.is_some_and(|id| !before.members.iter().any(|member| member.id == id))
        };
        let removes = self.answers_wrongly(D::RemovingStrangerIs500) && patch && before.group.is_some();
        if removes && operations(body).iter().any(stranger) {
            return Err(ScimError::internal("no such member").into());
        }
        Ok(())
    }
}

fn is_true(value: Option<&Value>) -> bool {
    value.is_some_and(|v| v == true || v.as_str().is_some_and(|s| s.eq_ignore_ascii_case("true")))
}
