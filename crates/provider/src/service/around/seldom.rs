//! Defects that few reports tell of, one of each.

use super::groups::named;
use super::{Before, Work, is_op, operations, path};
use crate::defects::{AnswerDefect as A, GroupDefect as G, ListDefect as L, UserDefect as U};
use crate::service::users::stored;
use crate::service::{Done, Method, Reply, Target, text};
use crate::store::UserRow;
use scim::error::{ScimError, ScimType};
use scim::list::list_response;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// Deepest nesting of a filter that the defect survives.
const DEEP: usize = 100;

impl Work<'_> {
    /// A page made of a page of the active and one of the inactive.
    pub(super) fn paged_by_status(&self) -> Done<Option<Reply>> {
        let paged = self.call.target == Target::Users && self.method_is(Method::Get);
        let asks_status = self.parameter("filter").is_some_and(|filter| filter.contains("active eq"));
        if !paged || asks_status || !self.behaviour().faults.lists.contains(&L::PagesByStatus) {
            return Ok(None);
        }
        let (mut all, mut total) = (Vec::new(), 0);
        for active in [true, false] {
            let mut call = self.call.clone();
            let own = self.parameter("filter").map(|filter| format!("({filter}) and ")).unwrap_or_default();
            call.query.retain(|(name, _)| name != "filter");
            call.query.push(("filter".to_owned(), format!("{own}active eq {active}")));
            let reply = Work { service: self.service, store: self.store, call: &call }.run()?;
            let body = reply.body.unwrap_or_default();
            total += body["totalResults"].as_u64().unwrap_or_default();
            all.extend(body["Resources"].as_array().cloned().unwrap_or_default());
        }
        let number = |name: &str| self.parameter(name).and_then(|n| n.parse::<u64>().ok());
        all.truncate(number("count").and_then(|n| usize::try_from(n).ok()).unwrap_or(usize::MAX));
        Ok(Some(Reply::json(200, list_response(all, total, number("startIndex").unwrap_or(1)))))
    }

    /// What is refused before it is looked at.
    pub(super) fn seldom_refused(&self, body: &Value) -> Done<()> {
        if let Target::Group(id) = &self.call.target
            && self.store.is_buried(self.call.tenant.row, "Hung", id)?
        {
            return Err(ScimError::internal("the members have no end").into());
        }
        let nested = self.parameter("filter").map_or(0, |filter| filter.matches('(').count());
        if self.answers_wrongly(A::DeepFilterIs500) && nested > DEEP {
            return Err(ScimError::internal("the worker is gone").into());
        }
        if let Target::User(id) = &self.call.target
            && self.method_is(Method::Put)
            && self.answers_wrongly(A::MailCaseRefused)
            && let Some(user) = self.store.user(&self.call.tenant, id)?
        {
            let (was, wanted) = (mails(&stored(&user.body)), mails(body));
            let lower = |all: &BTreeSet<String>| all.iter().map(|mail| mail.to_lowercase()).collect::<BTreeSet<_>>();
            if was != wanted && lower(&was) == lower(&wanted) {
                return Err(ScimError::mutability("emails cannot be changed").into());
            }
        }
        if self.call.target == Target::Users
            && self.method_is(Method::Post)
            && self.users_go_wrong(U::SharedMailConflicts)
        {
            let wanted = mails(body);
            let mut shared = false;
            self.store.each_user(&self.call.tenant, |user| {
                shared |= !wanted.is_disjoint(&mails(&stored(&user.body)));
            })?;
            if shared {
                return Err(ScimError::uniqueness("userName is in use already").into());
            }
        }
        Ok(())
    }

    /// A refusal turned into something else, or another refusal.
    pub(super) fn seldom_turned(
        &self,
        mut error: ScimError,
        before: &Before,
        body: &Value,
    ) -> Done<Result<Reply, ScimError>> {
        let (patch, tenant) = (self.method_is(Method::Patch), self.call.tenant.row);
        if let (true, Some(user)) = (patch, &before.user) {
            let sent = |o: &Value| o.get("value").and_then(|value| text(value, "id")).map(str::to_owned);
            if self.users_go_wrong(U::IdFromValue)
                && let Some(id) = operations(body).iter().find_map(sent)
            {
                return Ok(Ok(self.show_user(200, &self.store.readdress_user(user, Some(&id))?)?));
            }
            let polluting = operations(body).iter().find(|o| path(o).starts_with("__proto__."));
            if let (true, Some(operation)) = (self.users_go_wrong(U::PrototypeForAll), polluting) {
                let mut all = Vec::new();
                self.store.each_user(&self.call.tenant, |user| all.push(user))?;
                let value = operation.get("value").cloned().unwrap_or_default();
                for user in &all {
                    self.overwrite(user, &[("title", value.clone())])?;
                }
                return Ok(Ok(Reply::empty(204)));
            }
            if self.answers_wrongly(A::RenameConflictIs500) && error.status == 409 {
                return Ok(Err(ScimError::internal("duplicate key")));
            }
        }
        if let (true, Some(group)) = (patch && self.answers_wrongly(A::SelfMemberBreaksGroup), &before.group)
            && operations(body).iter().flat_map(named).any(|id| id == group.id)
        {
            self.store.bury(tenant, "Hung", &group.id, &group.id)?;
            return Ok(Ok(Reply::empty(204)));
        }
        if let (Target::Group(id), Method::Get, 404) = (&self.call.target, self.call.method, error.status)
            && self.answers_wrongly(A::DeletedGroupShown)
            && let Some(name) = self.store.buried(tenant, "GoneGroup", id)?.first()
        {
            let shown = json!({ "schemas": [self.service.types.groups.schema.id], "id": id, "displayName": name, "members": [] });
            return Ok(Ok(Reply::json(200, shown)));
        }
        if self.answers_wrongly(A::RefusalIs412) && error.scim_type == Some(ScimType::InvalidValue) {
            error = ScimError { status: 412, scim_type: None, ..error };
        }
        Ok(Err(error))
    }

    /// What has to be known later of a call that succeeded.
    pub(super) fn seldom_remembered(&self, before: &Before, body: &Value) -> Done<()> {
        let Some(group) = &before.group else { return Ok(()) };
        if self.method_is(Method::Delete) {
            return Ok(self.store.bury(group.tenant, "GoneGroup", &group.display_name, &group.id)?);
        }
        if self.groups_go_wrong(G::OldNameShown)
            && let Some(now) = self.store.group(&self.call.tenant, &group.id)?
            && now.display_name != group.display_name
        {
            self.store.bury(group.tenant, "OldName", &group.display_name, &group.id)?;
        }
        if self.users_go_wrong(U::GroupsNotFollowed) && self.method_is(Method::Patch) {
            for id in operations(body).iter().filter(|o| !is_op(o, "remove")).flat_map(named) {
                self.store.bury(group.tenant, "Unseen", &group.id, &id)?;
            }
        }
        Ok(())
    }

    /// What becomes of a new user.
    pub(super) fn seldom_made(&self, mut reply: Reply, user: &UserRow, body: &Value) -> Done<Reply> {
        if self.users_go_wrong(U::OldLocationOnRecreate)
            && let Some(old) = self.store.buried(user.tenant, "UsedId", &user.user_name)?.last()
        {
            let location = self.location("/Users", old);
            if let Some(body) = &mut reply.body {
                body["meta"]["location"] = location.as_str().into();
            }
            reply.location = Some(location);
        }
        if self.users_go_wrong(U::UnknownPartsKept)
            && let Some(name) = body.get("name").filter(|name| name.is_object())
        {
            return self.show_user(201, &self.overwrite(user, &[("name", name.clone())])?);
        }
        Ok(reply)
    }

    /// A resource shown otherwise than it is.
    pub(super) fn seldom_shown(&self, resource: &mut Value) -> Done<()> {
        let id = text(resource, "id").unwrap_or_default().to_owned();
        let tenant = self.call.tenant.row;
        if self.groups_go_wrong(G::OldNameShown)
            && let Some(name) = self.store.buried(tenant, "OldName", &id)?.first()
        {
            resource["displayName"] = name.as_str().into();
        }
        if self.users_go_wrong(U::UnknownPartsKept)
            && let Some(user) = self.store.user(&self.call.tenant, &id)?
            && let Some(name) = stored(&user.body).get("name")
        {
            resource["name"] = name.clone();
        }
        if self.users_go_wrong(U::GroupsNotFollowed)
            && let Some(groups) = resource.get_mut("groups").and_then(Value::as_array_mut)
        {
            let unseen = self.store.buried(tenant, "Unseen", &id)?;
            groups.retain(|group| !text(group, "value").is_some_and(|id| unseen.iter().any(|other| other == id)));
        }
        Ok(())
    }

    /// A list that holds more or less than it should.
    pub(super) fn seldom_listed(
        &self,
        defect: L,
        (filter, of_users): (&str, bool),
        all: &mut Vec<Value>,
        total: &mut u64,
    ) -> Done<()> {
        match defect {
            L::SlugsFind if !of_users => {
                let Some(name) = filter.strip_prefix("displayName eq \"") else { return Ok(()) };
                let slug = |name: &str| name.to_lowercase().replace([' ', '_'], "-");
                for group in self.store.all_groups(&self.call.tenant)? {
                    let known = all.iter().any(|shown| shown["id"] == *group.id);
                    if !known && slug(&group.display_name) == slug(name.trim_end_matches('"')) {
                        all.push(self.group_resource(&group, true)?);
                        *total += 1;
                    }
                }
            }
            _ => {}
        }
        Ok(())
    }
}

/// The e-mail addresses of a user.
fn mails(user: &Value) -> BTreeSet<String> {
    let emails = user.get("emails").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    emails.iter().filter_map(|email| text(email, "value")).map(str::to_owned).collect()
}
