//! Plans and states for the tests of this package.

use crate::plan::{Action, FORMAT, Item, Limits, ObjectType, Plan, PlannedState, VERSION};
use serde_json::Value;
use std::collections::BTreeMap;

/// An item on a user, or on a group where the action is one of groups.
pub(crate) fn item(number: u32, action: Action, id: &str, before: Value, after: Value) -> Item {
    let group = matches!(action, Action::AddMember | Action::RemoveMember | Action::DeleteGroup);
    Item {
        number,
        case: 1,
        action,
        object: if group { ObjectType::Group } else { ObjectType::User },
        id: id.into(),
        name: id.into(),
        before,
        after,
        reason: "two-accounts".into(),
        why: "a test".into(),
        risk: action.risk(),
        reversible: action.reversible(),
        mark: "0000000000000000".into(),
    }
}

/// A plan for a tenant of 20 users in which `root` is protected.
pub(crate) fn plan(items: Vec<Item>) -> Plan {
    Plan {
        format: FORMAT.into(),
        version: VERSION,
        target: "https://host.example/scim/v2".into(),
        made: "2026-01-01T00:00:00Z".into(),
        state: PlannedState { mark: "00".into(), users: 20, groups: 5, memberships: 40, complete: true },
        limits: Limits::default(),
        protected: BTreeMap::from([("root".into(), "root".into())]),
        kept: BTreeMap::new(),
        items,
        left: Vec::new(),
    }
}
