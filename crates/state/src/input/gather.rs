//! What came of all files so far, and the state that is made of it.
//!
//! In: resources and memberships. Out: a [`Dump`] with the evidence for and against its being everything. Never: two different
//! resources made into one: an id that is there twice is what may be wrong with the tenant.

use super::{Dump, FileRead};
use crate::read::TenantState;
use client::observe::{id_text, member};
use serde_json::Value;
use std::collections::HashMap;

/// What a resource is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kind {
    User,
    Group,
    Other(String),
}

impl Kind {
    pub(super) fn named(name: &str) -> Self {
        match name {
            "User" => Self::User,
            "Group" => Self::Group,
            other => Self::Other(other.to_owned()),
        }
    }

    /// What a resource says that it is, or shows by its attributes.
    pub(super) fn of(resource: &Value) -> Option<Self> {
        let stated = member(resource, "meta").and_then(|m| member(m, "resourceType")).and_then(Value::as_str);
        if let Some(name) = stated.filter(|name| !name.is_empty()) {
            return Some(Self::named(name));
        }
        let schemas = member(resource, "schemas").and_then(Value::as_array);
        let has = |urn: &str| {
            schemas.is_some_and(|all| all.iter().any(|s| s.as_str().is_some_and(|s| s.eq_ignore_ascii_case(urn))))
        };
        let shows = |name: &str| member(resource, name).is_some();
        if has(scim::urn::USER) || shows("userName") {
            Some(Self::User)
        } else if has(scim::urn::GROUP) || (shows("displayName") && shows("members")) {
            Some(Self::Group)
        } else {
            None
        }
    }
}

/// A membership that stands by itself: a group and a member, each by id or by name.
#[derive(Debug, Clone)]
pub(super) struct Membership {
    pub(super) group: String,
    pub(super) member: String,
}

/// What came so far.
#[derive(Debug)]
pub(super) struct Gathered {
    pub(super) users: Vec<Value>,
    pub(super) groups: Vec<Value>,
    pub(super) others: Vec<(String, Value)>,
    pub(super) memberships: Vec<Membership>,
    pub(super) files: Vec<FileRead>,
    pub(super) target: Option<String>,
    /// What `totalResults` of lists of users, and of groups, said.
    pub(super) totals: [Option<u64>; 2],
    pub(super) captured: bool,
    pub(super) complete: bool,
    pub(super) unsettled: bool,
    pub(super) paged: bool,
    pub(super) remarks: Vec<String>,
    /// What speaks against having everything.
    pub(super) doubts: Vec<String>,
    twice: usize,
    /// Where the resources of an id are, to know the same one when it comes again.
    places: HashMap<(bool, String), Vec<usize>>,
}

impl Default for Gathered {
    fn default() -> Self {
        Self {
            users: Vec::new(),
            groups: Vec::new(),
            others: Vec::new(),
            memberships: Vec::new(),
            files: Vec::new(),
            target: None,
            totals: [None; 2],
            captured: false,
            complete: true,
            unsettled: false,
            paged: false,
            remarks: Vec::new(),
            doubts: Vec::new(),
            twice: 0,
            places: HashMap::new(),
        }
    }
}

impl Gathered {
    /// Takes a resource in; one that came already, the same in every value, is not taken twice.
    pub(super) fn add(&mut self, kind: Kind, resource: Value, read: &mut FileRead) {
        let group = match kind {
            Kind::Other(kind) => {
                read.others += 1;
                self.others.push((kind, resource));
                return;
            }
            Kind::User => false,
            Kind::Group => true,
        };
        *(if group { &mut read.groups } else { &mut read.users }) += 1;
        let all = if group { &mut self.groups } else { &mut self.users };
        if let Some(id) = id_text(&resource) {
            let places = self.places.entry((group, id)).or_default();
            if places.iter().any(|at| all[*at] == resource) {
                self.twice += 1;
                return;
            }
            places.push(all.len());
        }
        all.push(resource);
    }

    /// Takes in what a resource looked like later: it stands in the place of what came before, whose members it keeps where it
    /// shows none.
    pub(super) fn replace(&mut self, kind: Kind, mut resource: Value, read: &mut FileRead) {
        let group = kind == Kind::Group;
        let place = id_text(&resource).and_then(|id| self.places.get(&(group, id))).and_then(|all| all.last()).copied();
        let Some(at) = place.filter(|_| !matches!(kind, Kind::Other(_))) else { return self.add(kind, resource, read) };
        let before = if group { &mut self.groups[at] } else { &mut self.users[at] };
        if let (Some(members), None, Some(now)) =
            (member(before, "members"), member(&resource, "members"), resource.clone().as_object_mut())
        {
            now.insert("members".to_owned(), members.clone());
            resource = Value::Object(std::mem::take(now));
        }
        *before = resource;
    }

    /// Notes how many a list says there are.
    pub(super) fn total(&mut self, kind: &Kind, total: u64) {
        let at = match kind {
            Kind::User => 0,
            Kind::Group => 1,
            Kind::Other(_) => return,
        };
        self.totals[at] = self.totals[at].max(Some(total));
    }

    /// The state of all that came; memberships are in their groups by then.
    pub(super) fn finish(mut self) -> Dump {
        let counts = [("users", self.users.len()), ("groups", self.groups.len())];
        for ((what, there), total) in counts.iter().zip(self.totals) {
            if let Some(total) = total.filter(|total| *total != *there as u64) {
                self.doubts.push(format!("totalResults says {total} {what}, {there} are there"));
            }
        }
        if !self.captured {
            for (what, there) in counts {
                if there == 0 {
                    self.doubts.push(format!("there are no {what} in what was given; nothing is said to be missing"));
                }
            }
            if self.totals.iter().any(Option::is_none) && self.doubts.is_empty() {
                self.remarks.push(
                    "nothing in the files says that they are everything; they are taken for everything".to_owned(),
                );
            }
        }
        if self.twice > 0 {
            self.remarks
                .push(format!("{} resources came twice, the same in every value; they are counted once", self.twice));
        }
        let state = TenantState {
            complete: self.complete && self.doubts.is_empty(),
            users: self.users,
            groups: self.groups,
            remarks: self.doubts.into_iter().chain(self.remarks).collect(),
            unsettled: self.unsettled,
            paged: self.paged,
            repeats: None,
            lookups: Vec::new(),
        };
        Dump { state, others: self.others, target: self.target, files: self.files }
    }
}
