//! What is to become of each account and group, gathered from all diagnoses before it is put in an order.

use super::claims::Claims;
use super::{Believe, Options, left};
use crate::plan::Left;
use client::observe::Resource;
use serde_json::Value;
use state::{Diagnosis, TenantState};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Why something is to happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reason {
    /// The kind of the diagnosis.
    pub(super) kind: &'static str,
    /// Why this object and this value.
    pub(super) why: String,
}

/// A value to be had, and why.
pub(super) type Wish<T> = Option<(T, Reason)>;

/// What is to become of one account.
#[derive(Debug, Clone, Default)]
pub(super) struct UserWish {
    /// The externalId; an inner `None` is none.
    pub(super) link: Wish<Option<String>>,
    pub(super) user_name: Wish<String>,
    pub(super) mail: Wish<String>,
    pub(super) active: Wish<bool>,
    pub(super) delete: Option<Reason>,
}

/// What is to become of one group.
#[derive(Debug, Clone, Default)]
pub(super) struct GroupWish {
    pub(super) link: Wish<Option<String>>,
    pub(super) delete: Option<Reason>,
    /// Members to come (true) and to go (false).
    pub(super) members: BTreeMap<String, (bool, Reason)>,
}

/// Everything that is to happen, in no order yet.
pub(super) struct Draft<'a> {
    pub(super) state: &'a TenantState,
    pub(super) claims: Option<&'a Claims<'a>>,
    pub(super) options: &'a Options,
    pub(super) protected: &'a BTreeMap<String, String>,
    pub(super) users: HashMap<String, &'a Value>,
    pub(super) groups: HashMap<String, &'a Value>,
    /// The groups that list somebody, by the member's id.
    pub(super) memberships: HashMap<String, Vec<String>>,
    pub(super) user_wishes: BTreeMap<String, UserWish>,
    pub(super) group_wishes: BTreeMap<String, GroupWish>,
    /// Whose account was chosen, by the person's place in the directory.
    pub(super) accounts: HashMap<usize, String>,
    /// Accounts and groups that give way to another: to whom.
    pub(super) gives_way: HashMap<String, String>,
    pub(super) kept: BTreeMap<String, String>,
    pub(super) left: Vec<Left>,
    /// Objects that belong to one case.
    pub(super) together: Vec<Vec<String>>,
}

impl<'a> Draft<'a> {
    pub(super) fn new(
        state: &'a TenantState,
        claims: Option<&'a Claims<'a>>,
        options: &'a Options,
        protected: &'a BTreeMap<String, String>,
    ) -> Self {
        let by_id = |all: &'a [Value]| -> HashMap<String, &'a Value> { all.iter().map(|r| (id(r), r)).collect() };
        let mut memberships: HashMap<String, Vec<String>> = HashMap::new();
        for group in &state.groups {
            let members: HashSet<String> = members(group).collect();
            for member in members {
                memberships.entry(member).or_default().push(id(group));
            }
        }
        Self {
            state,
            claims,
            options,
            protected,
            users: by_id(&state.users),
            groups: by_id(&state.groups),
            memberships,
            user_wishes: BTreeMap::new(),
            group_wishes: BTreeMap::new(),
            accounts: HashMap::new(),
            gives_way: HashMap::new(),
            kept: BTreeMap::new(),
            left: Vec::new(),
            together: Vec::new(),
        }
    }

    /// The users a diagnosis speaks of, as read.
    pub(super) fn users_of(&self, diagnosis: &Diagnosis) -> Vec<&'a Value> {
        self.of(diagnosis, "user", &self.users)
    }

    /// The groups a diagnosis speaks of, as read.
    pub(super) fn groups_of(&self, diagnosis: &Diagnosis) -> Vec<&'a Value> {
        self.of(diagnosis, "group", &self.groups)
    }

    fn of(&self, diagnosis: &Diagnosis, what: &str, all: &HashMap<String, &'a Value>) -> Vec<&'a Value> {
        let ids = diagnosis.objects.iter().filter(|o| o.what == what).filter_map(|o| o.id.as_deref());
        let mut once = HashSet::new();
        ids.filter(|id| once.insert(*id)).filter_map(|id| all.get(id).copied()).collect()
    }

    pub(super) fn user(&mut self, id: &str) -> &mut UserWish {
        self.user_wishes.entry(id.to_owned()).or_default()
    }

    pub(super) fn group(&mut self, id: &str) -> &mut GroupWish {
        self.group_wishes.entry(id.to_owned()).or_default()
    }

    /// A member to come or to go; the first word on a member stands.
    pub(super) fn member(&mut self, group: &str, member: &str, comes: bool, reason: Reason) {
        self.group(group).members.entry(member.to_owned()).or_insert((comes, reason));
    }

    /// Whether it is protected; then the diagnosis is left.
    pub(super) fn spared(&mut self, id: &str, diagnosis: &Diagnosis) -> bool {
        let spared = self.protected.get(id).cloned();
        if let Some(name) = &spared {
            self.leave(diagnosis, &format!("{} is protected", scim::printable::printable(name)));
        }
        spared.is_some()
    }

    pub(super) fn leave(&mut self, diagnosis: &Diagnosis, why: &str) {
        self.left.push(left(diagnosis, why));
    }

    /// Whose account it is once the plan is carried out: where link and name are of two people, the one that is believed.
    pub(super) fn owner(&self, user: &Value) -> Option<usize> {
        let claims = self.claims?;
        match (self.options.believe, claims.by_link(user), claims.by_name(user)) {
            (Believe::Name, Some(_), Some(named)) if !self.protected.contains_key(&id(user)) => Some(named),
            _ => claims.owner(user),
        }
    }

    /// Whether deletions may be planned; where not, why not.
    pub(super) fn may_delete(&self) -> Result<(), &'static str> {
        match (self.options.delete, self.state.complete) {
            (false, _) => Err("deleting was not asked for (--delete)"),
            (true, false) => Err("not everything could be read, so nothing is deleted"),
            (true, true) => Ok(()),
        }
    }
}

pub(super) fn reason(diagnosis: &Diagnosis, why: impl Into<String>) -> Reason {
    Reason { kind: diagnosis.kind.id, why: why.into() }
}

pub(super) fn id(resource: &Value) -> String {
    Resource::of(resource).id().unwrap_or_default().into_owned()
}

/// What to call it.
pub(super) fn name(resource: &Value) -> String {
    let resource = Resource::of(resource);
    ["userName", "displayName"].iter().find_map(|n| resource.text(n)).unwrap_or("(no name)").to_owned()
}

/// The externalId, where there is one.
pub(super) fn link(resource: &Value) -> Option<String> {
    Resource::of(resource).text("externalId").filter(|text| !text.trim().is_empty()).map(str::to_owned)
}

/// The ids of a group's members.
pub(super) fn members(group: &Value) -> impl Iterator<Item = String> {
    Resource::of(group).values("members").filter_map(|m| m.key("value").map(std::borrow::Cow::into_owned))
}
