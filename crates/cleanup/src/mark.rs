//! Marks: short hashes by which a later read tells whether an object, or a whole state, is still what a plan was made from.
//!
//! In: resources as read. Out: texts of 16 hexadecimal digits. Never: an attribute that no item of a plan depends on: a new title or
//! a later `meta.lastModified` makes no plan old.

use crate::plan::ObjectType;
use client::observe::{Resource, member};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use state::TenantState;
use std::borrow::Cow;

/// What a plan depends on, of a user: absent and null are one (RFC 7643 section 2.5).
const OF_USERS: &[&str] = &["userName", "externalId", "active", "emails"];
/// What a plan depends on, of a group, besides its members.
const OF_GROUPS: &[&str] = &["displayName", "externalId"];

/// The mark of one object: of a user by userName, externalId, active and emails; of a group by displayName, externalId and the
/// set of its members.
#[must_use]
pub fn mark(of: ObjectType, resource: &Value) -> String {
    let mut text = String::new();
    let names = match of {
        ObjectType::User => OF_USERS,
        ObjectType::Group => OF_GROUPS,
    };
    for name in names {
        text.push_str(name);
        sorted(member(resource, name).unwrap_or(&Value::Null), &mut text);
    }
    if of == ObjectType::Group {
        let mut members: Vec<Cow<'_, str>> =
            Resource::of(resource).values("members").filter_map(|m| m.key("value")).collect();
        members.sort_unstable();
        members.dedup();
        for id in members {
            text.push_str(&Value::from(&*id).to_string());
        }
    }
    digest(text.as_bytes())
}

/// The mark of everything that was read.
#[must_use]
pub fn mark_of_state(state: &TenantState) -> String {
    let marked = |of: ObjectType, all: &[Value]| -> Vec<String> {
        all.iter().map(|r| format!("{} {}", Resource::of(r).id().unwrap_or_default(), mark(of, r))).collect()
    };
    let mut all = marked(ObjectType::User, &state.users);
    all.extend(marked(ObjectType::Group, &state.groups));
    all.sort_unstable();
    digest(all.join("\n").as_bytes())
}

/// The first 16 digits of a SHA-256.
pub(crate) fn digest(bytes: &[u8]) -> String {
    scim::hex(&Sha256::digest(bytes)[..8])
}

/// JSON with the members of every object in one order.
fn sorted(value: &Value, out: &mut String) {
    match value {
        Value::Object(members) => {
            let mut all: Vec<_> = members.iter().collect();
            all.sort_unstable_by_key(|(name, _)| name.as_str());
            out.push('{');
            for (name, value) in all {
                out.push_str(&Value::from(name.as_str()).to_string());
                sorted(value, out);
            }
            out.push('}');
        }
        Value::Array(items) => {
            out.push('[');
            items.iter().for_each(|item| sorted(item, out));
            out.push(']');
        }
        plain => out.push_str(&plain.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_mark_follows_what_a_plan_depends_on_and_nothing_else() {
        let user =
            json!({"id": "1", "userName": "ada", "externalId": null, "emails": [{"value": "a", "primary": true}]});
        let same = json!({"id": "1", "userName": "ada", "emails": [{"primary": true, "value": "a"}], "title": "Dr", "groups": [{"value": "g"}]});
        let of = |v: &Value| mark(ObjectType::User, v);
        assert_eq!(of(&user), of(&same));
        for other in
            [json!({"userName": "Ada"}), json!({"userName": "ada", "externalId": ""}), json!({"active": "true"})]
        {
            assert_ne!(of(&other), of(&user), "{other}");
        }
        let group = |members: Value| mark(ObjectType::Group, &json!({"displayName": "Crew", "members": members}));
        assert_eq!(
            group(json!([{"value": "1"}, {"value": "2"}])),
            group(json!([{"value": "2", "display": "B"}, {"value": "1"}]))
        );
        assert_ne!(group(json!([{"value": "1"}])), group(json!([])));
    }

    #[test]
    fn the_mark_of_a_state_does_not_depend_on_the_order_of_a_list() {
        let (a, b) = (json!({"id": "1", "userName": "a"}), json!({"id": "2", "userName": "b"}));
        let state = |users: Vec<Value>| TenantState { users, ..TenantState::default() };
        assert_eq!(
            mark_of_state(&state(vec![a.clone(), b.clone()])),
            mark_of_state(&state(vec![b.clone(), a.clone()]))
        );
        assert_ne!(mark_of_state(&state(vec![a.clone(), b])), mark_of_state(&state(vec![a])));
    }
}
