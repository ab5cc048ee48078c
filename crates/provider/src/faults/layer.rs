//! The layer around a call: misread it, answer in the place of the service, do more than was asked or undo it, show
//! something else.
//!
//! In: a call, and the service that would do it right. Out: a reply. Never: a look inside the service; what it takes is
//! calls and rows.

use super::Faults;
use super::memory::Memory;
use super::names::FaultName as F;
use super::sent::{is_idle, member, operations, sent};
use super::tombstones::Tombstone;
use crate::behaviour::PatchAnswer;
use crate::service::{Call, Done, Method, Refusal, Reply, Service, Target, Work, put, stored, user_draft};
use crate::store::{GroupRow, MemberRow, MembershipRow, Store, UserDraft, UserKey, UserRow};
use bytes::Bytes;
use scim::list::list_response;
use serde_json::{Value, json};

/// One call and what is wrong around it.
#[derive(Clone, Copy)]
pub(super) struct Layer<'a> {
    pub(super) on: &'a Faults,
    pub(super) service: &'a Service,
    pub(super) store: &'a Store,
    pub(super) memory: &'a Memory,
    /// The call as it was sent.
    pub(super) asked: &'a Call,
    /// The call as it is understood.
    pub(super) call: &'a Call,
}

/// What was there before the call, as far as a fault asks.
#[derive(Default)]
pub(super) struct Before {
    pub(super) user: Option<UserRow>,
    pub(super) group: Option<GroupRow>,
    /// The members of the group.
    pub(super) members: Vec<MemberRow>,
    /// The groups of the user.
    pub(super) memberships: Vec<MembershipRow>,
}

/// The faults that ask who was in a group before the call.
const ASK_MEMBERS: &[F] = &[
    F::MemberTwice,
    F::RemovalByPlace,
    F::LastGroupDeactivates,
    F::NewGroupInheritsMembers,
    F::GroupDeletionDeactivatesMembers,
    F::RemovingStrangerCrashes,
];

impl<'a> Layer<'a> {
    pub(super) fn new(on: &'a Faults, memory: &'a Memory, work: &Work<'a>) -> Self {
        Self { on, service: work.service, store: work.store, memory, asked: work.call, call: work.call }
    }

    /// Does what the call asks, wrongly.
    pub(super) fn perform(&self) -> Done<Reply> {
        let mut call = self.misread()?;
        if let Some(reply) = self.hold_members(&mut call)? {
            return Ok(reply);
        }
        let layer = Layer { call: &call, ..*self };
        let body = sent(&call, &self.service.types).unwrap_or_default();
        if call.method == Method::Patch && operations(&body).len() > 1 && self.has(F::PatchAppliedHalfway) {
            return layer.one_by_one(&body);
        }
        layer.answer(&body)
    }

    /// The operations of a PATCH, each a call of its own: what was done before one that fails stays.
    fn one_by_one(&self, body: &Value) -> Done<Reply> {
        let mut last = None;
        for operation in operations(body) {
            let mut single = body.clone();
            single["Operations"] = json!([operation]);
            let mut call = Call { body: Bytes::from(single.to_string()), ..self.call.clone() };
            if last.is_some() {
                call.if_match = None;
            }
            let layer = Layer { call: &call, ..*self };
            let keep = |done: &Done<Reply>| matches!(done, Ok(_) | Err(Refusal::Halfway(_)));
            let done = self.store.nested(|| layer.answer(&single), keep)?;
            last = Some(done.map_err(|refusal| match refusal {
                Refusal::Scim(error) => Refusal::Halfway(error),
                other => other,
            })?);
        }
        last.map_or_else(|| self.run(), Ok)
    }

    fn answer(&self, body: &Value) -> Done<Reply> {
        if let Some(reply) = self.in_place_of_lists() {
            return self.shown(reply);
        }
        if let Some(reply) = self.in_place(body)? {
            return self.shown(reply);
        }
        let before = self.before()?;
        self.prepare(&before)?;
        let done = if self.asks_list() { self.listed() } else { self.run() };
        let reply = match done {
            Ok(reply) => self.afterwards(reply, &before, body),
            Err(Refusal::Scim(error)) => self.refused(error, &before, body),
            Err(other) => Err(other),
        }?;
        self.shown(reply)
    }

    /// The correct service's answer; what it wrote before a refusal is undone.
    pub(super) fn run(&self) -> Done<Reply> {
        if self.call.method == Method::Get || self.call.target.is_search() {
            return self.work().run();
        }
        self.store.nested(|| self.work().run(), |done| matches!(done, Ok(_) | Err(Refusal::Halfway(_))))?
    }

    /// The correct service's answer to another call.
    pub(super) fn run_other(&self, call: &Call) -> Done<Reply> {
        Layer { call, ..*self }.run()
    }

    fn before(&self) -> Done<Before> {
        let mut before = Before::default();
        match &self.call.target {
            Target::User(id) => before.user = self.store.user(&self.call.tenant, id)?,
            Target::Group(id) => before.group = self.store.group(&self.call.tenant, id)?,
            _ => {}
        }
        let changes = matches!(self.call.method, Method::Patch | Method::Delete);
        if let Some(group) = &before.group
            && changes
            && self.has_one_of(ASK_MEMBERS)
        {
            before.members = self.store.members(group, None)?;
        }
        if let (Some(user), Method::Delete) = (&before.user, self.call.method)
            && self.has(F::DeletedUserStaysMember)
        {
            before.memberships = self.store.memberships(user.tenant, &user.id)?;
        }
        Ok(before)
    }

    /// The answer to a PATCH of which the misreading left nothing: success without effect.
    pub(super) fn idle(&self, body: &Value) -> Done<Option<Reply>> {
        let meant = sent(self.asked, &self.service.types).unwrap_or_default();
        if self.call.method != Method::Patch || !is_idle(body) || is_idle(&meant) {
            return Ok(None);
        }
        let read = Call { method: Method::Get, body: Bytes::new(), ..self.call.clone() };
        let shown = self.run_other(&read)?;
        let users = matches!(self.call.target, Target::User(_));
        let behaviour = &self.service.behaviour;
        let how = if users { behaviour.user_patch_answer } else { behaviour.group_patch_answer };
        Ok(Some(if how == PatchAnswer::Resource { shown } else { Reply::empty(204) }))
    }

    pub(super) fn work(&self) -> Work<'a> {
        Work { service: self.service, store: self.store, call: self.call }
    }

    pub(super) fn has(&self, fault: F) -> bool {
        self.on.has(fault)
    }

    pub(super) fn has_one_of(&self, faults: &[F]) -> bool {
        faults.iter().any(|fault| self.has(*fault))
    }

    /// Remembers a name after its bearer is gone or changed, where a fault asks for it later.
    pub(super) fn bury(&self, of: Tombstone, id: &str, name: &str) -> Done<()> {
        if self.has_one_of(of.read_by()) {
            self.store.bury(self.call.tenant.row, of, id, name)?;
        }
        Ok(())
    }

    /// Whether there is such a tombstone under a name.
    pub(super) fn is_buried(&self, of: Tombstone, name: &str) -> Done<bool> {
        Ok(self.store.is_buried(self.call.tenant.row, of, name)?)
    }

    /// The ids of such tombstones under a name, in the order of their burial.
    pub(super) fn buried(&self, of: Tombstone, name: &str) -> Done<Vec<String>> {
        Ok(self.store.buried(self.call.tenant.row, of, name)?)
    }

    pub(super) fn method_is(&self, method: Method) -> bool {
        self.call.method == method
    }

    /// Whether the call asks for a page of a collection.
    pub(super) fn asks_list(&self) -> bool {
        let target = &self.call.target;
        self.method_is(Method::Get) && (target.is_collection() || *target == Target::Root)
            || self.method_is(Method::Post) && target.is_search()
    }

    /// The answer to a query that finds nobody.
    pub(super) fn nothing_found(&self) -> Reply {
        Reply::json(200, list_response(Vec::new(), 0, 1))
    }

    /// Whoever has a userName in this tenant.
    pub(super) fn holder(&self, user_name: &str) -> Done<Option<UserRow>> {
        Ok(self.store.users_by(&self.call.tenant, &UserKey::UserName(user_name.to_owned()))?.into_iter().next())
    }

    /// Writes some attributes of a user past every check, into what another fault may have made of it meanwhile.
    pub(super) fn overwrite(&self, user: &UserRow, changes: &[(&str, Value)]) -> Done<UserRow> {
        let Some(user) = self.store.user_at(user.row)? else { return Ok(user.clone()) };
        let mut resource = stored(&user.body);
        for (name, value) in changes {
            put(&mut resource, name, value.clone());
            if value.is_null()
                && let Some(object) = resource.as_object_mut()
            {
                object.shift_remove(*name);
            }
        }
        let draft: UserDraft = user_draft(resource)?;
        Ok(self.store.update_user(&user, &draft)?)
    }
}

/// What a query asks under a name, in the URL or in the body of a `.search`.
pub(super) fn parameter(call: &Call, name: &str) -> Option<String> {
    if call.target.is_search() {
        let body: Value = serde_json::from_slice(&call.body).ok()?;
        return member(&body, name).map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned));
    }
    call.query.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone())
}

/// The same call asking something else under that name, or nothing.
pub(super) fn set_parameter(call: &mut Call, name: &str, value: Option<String>) {
    if !call.target.is_search() {
        call.query.retain(|(known, _)| known != name);
        call.query.extend(value.map(|value| (name.to_owned(), value)));
        return;
    }
    let Ok(Value::Object(mut body)) = serde_json::from_slice::<Value>(&call.body) else { return };
    body.retain(|known, _| !known.eq_ignore_ascii_case(name));
    if let Some(value) = value {
        body.insert(name.to_owned(), value.into());
    }
    call.body = Value::Object(body).to_string().into();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::behaviour::Behaviour;
    use crate::clock::Clock;
    use scim::schema::Registry;
    use scim::urn;

    fn tombstones(fault: &str) -> i64 {
        let store = Store::open(None, 0, Clock::logical()).unwrap();
        let tenant = store.transact(|store| store.create_tenant("t"), Result::is_ok).unwrap().unwrap().unwrap();
        let parts = Faults::named(&[fault]).unwrap().parts();
        let service = Service::new(Behaviour::default(), Registry::default(), parts);
        let send = |method, target, body: Value| {
            let call = Call::plain(tenant.clone(), method, target, Bytes::from(body.to_string()));
            let reply = service.handle(&store, &call);
            assert!(reply.status < 300, "{reply:?}");
            reply.body.and_then(|body| Some(body["id"].as_str()?.to_owned())).unwrap_or_default()
        };
        let user = send(Method::Post, Target::Users, json!({ "schemas": [urn::USER], "userName": "ann" }));
        let group = json!({ "schemas": [urn::GROUP], "displayName": "g", "members": [{ "value": user }] });
        let group = send(Method::Post, Target::Groups, group);
        let renamed = json!({ "schemas": [urn::PATCH_OP], "Operations": [
            { "op": "replace", "path": "displayName", "value": "h" },
            { "op": "add", "path": "members", "value": [{ "value": user }] } ] });
        send(Method::Patch, Target::Group(group.clone()), renamed);
        send(Method::Delete, Target::Group(group), Value::Null);
        send(Method::Delete, Target::User(user), Value::Null);
        store.conn.query_row("SELECT count(*) FROM tombstones", [], |row| row.get(0)).unwrap()
    }

    #[test]
    fn what_no_fault_asks_for_is_not_remembered() {
        assert_eq!(tombstones("password-shown"), 0);
        assert_eq!(tombstones("id-used-again"), 1);
        assert_eq!(tombstones("old-group-name-shown"), 1);
    }
}
