//! What stands around the service when a defect does: a call misread, an answer in its place, an effect nobody asked
//! for, a resource shown wrongly. The service itself stays correct, and without a defect none of this is entered.
//!
//! In: a call. Out: a reply. Never: a decision of its own; which defects there are the behaviour says.

mod effects;
mod groups;
mod misread;
mod refusals;
mod seldom;
mod shown;
mod users;

use super::users::stored;
use super::{Call, Done, Method, Refusal, Reply, Service, Target, Work};
use crate::behaviour::Faults;
use crate::defects::{GroupDefect, UserDefect};
use crate::store::{GroupRow, MemberRow, UserDraft, UserKey, UserRow};
use scim::list::list_response;
use serde_json::Value;

/// What was there before the call.
struct Before {
    user: Option<UserRow>,
    group: Option<GroupRow>,
    members: Vec<MemberRow>,
}

impl Faults {
    pub(super) fn stand_around(&self) -> bool {
        !(self.requests.is_empty()
            && self.answers.is_empty()
            && self.lists.is_empty()
            && self.users.is_empty()
            && self.groups.is_empty())
    }
}

impl Service {
    /// The answer to a query that finds nobody.
    pub(crate) fn nothing_found(&self) -> Reply {
        Reply::json(200, list_response(Vec::new(), 0, 1))
    }
}

impl Work<'_> {
    /// Does what the call asks, through whatever stands around the service.
    pub(super) fn run_around(&self) -> Done<Reply> {
        if !self.behaviour().faults.stand_around() {
            return self.run();
        }
        let call = self.misread()?;
        let work = Work { service: self.service, store: self.store, call: &call };
        let body = serde_json::from_slice(&call.body).unwrap_or_default();
        if let Some(reply) = work.paged_by_status()? {
            return Ok(reply);
        }
        if let Some(reply) = work.in_place_of_lists().map_or_else(|| work.in_place(&body), |reply| Ok(Some(reply)))? {
            return Ok(reply);
        }
        let before = work.before()?;
        let reply = match work.run() {
            Ok(reply) => work.afterwards(reply, &before, &body),
            Err(Refusal::Scim(error)) => work.refused(error, &before, &body),
            Err(other) => Err(other),
        }?;
        work.shown(reply)
    }

    fn before(&self) -> Done<Before> {
        let (mut user, mut group, mut members) = (None, None, Vec::new());
        match &self.call.target {
            Target::User(id) => user = self.store.user(&self.call.tenant, id)?,
            Target::Group(id) => group = self.store.group(&self.call.tenant, id)?,
            _ => {}
        }
        if let Some(group) = &group {
            members = self.store.members(group, None)?;
        }
        Ok(Before { user, group, members })
    }

    fn users_go_wrong(&self, defect: UserDefect) -> bool {
        self.behaviour().faults.users.contains(&defect)
    }

    fn groups_go_wrong(&self, defect: GroupDefect) -> bool {
        self.behaviour().faults.groups.contains(&defect)
    }

    /// Whoever has a userName in this tenant.
    fn holder(&self, user_name: &str) -> Done<Option<UserRow>> {
        Ok(self.store.users_by(&self.call.tenant, &UserKey::UserName(user_name.to_owned()))?.into_iter().next())
    }

    /// Writes some attributes of a user past every check.
    fn overwrite(&self, user: &UserRow, changes: &[(&str, Value)]) -> Done<UserRow> {
        let mut resource = stored(&user.body);
        for (name, value) in changes {
            super::users::put(&mut resource, name, value.clone());
            if value.is_null()
                && let Some(object) = resource.as_object_mut()
            {
                object.shift_remove(*name);
            }
        }
        let draft: UserDraft = super::users::user_draft(resource)?;
        Ok(self.store.update_user(user, &draft)?)
    }

    fn method_is(&self, method: Method) -> bool {
        self.call.method == method
    }
}

/// The operations of a PATCH body.
fn operations(body: &Value) -> &[Value] {
    body.get("Operations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn path(operation: &Value) -> &str {
    operation.get("path").and_then(Value::as_str).unwrap_or_default()
}

fn is_op(operation: &Value, op: &str) -> bool {
    operation.get("op").and_then(Value::as_str).is_some_and(|o| o.eq_ignore_ascii_case(op))
}

/// Whether a body, or an operation in it, speaks of an attribute.
fn speaks_of(body: &Value, name: &str) -> bool {
    let has = |value: Option<&Value>| {
        value.and_then(Value::as_object).is_some_and(|o| o.keys().any(|key| key.eq_ignore_ascii_case(name)))
    };
    let begins = |path: &str| path.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name));
    has(Some(body)) || operations(body).iter().any(|o| begins(path(o)) || has(o.get("value")))
}

/// The value of a query's parameter.
fn parameter<'c>(call: &'c mut Call, name: &str) -> Option<&'c mut String> {
    call.query.iter_mut().find(|(n, _)| n == name).map(|(_, value)| value)
}
