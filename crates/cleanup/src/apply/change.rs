//! One change to one object: what it makes of the object, how it is asked for, and whether it is there.
//!
//! In: an item and the object as read. Out: the object afterwards, the body of a PATCH (RFC 7644 section 3.5.2). Never: a request.

use crate::plan::{Action, Item};
use client::observe::{Resource, member};
use serde_json::{Map, Value, json};
use state::address;

/// A change.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Change {
    /// An attribute gets a value; null takes it off.
    Attribute(&'static str, Value),
    /// A group gets a member.
    Join(String),
    /// A group loses a member.
    Leave(String),
    /// The object goes.
    Delete,
}

impl Change {
    /// What an item makes of an object.
    pub(crate) fn of(item: &Item, current: &Value) -> Self {
        let member = item.member().unwrap_or_default().to_owned();
        match item.action {
            Action::ClearLink => Self::Attribute("externalId", Value::Null),
            Action::SetLink => Self::Attribute("externalId", item.after.clone()),
            Action::Rename => Self::Attribute("userName", item.after.clone()),
            Action::SetMail => Self::Attribute("emails", with_address(current, &item.after)),
            Action::Activate => Self::Attribute("active", Value::Bool(true)),
            Action::Deactivate => Self::Attribute("active", Value::Bool(false)),
            Action::AddMember => Self::Join(member),
            Action::RemoveMember => Self::Leave(member),
            Action::DeleteUser | Action::DeleteGroup => Self::Delete,
        }
    }

    /// What takes an item back, from the object as it was before; `None` for a deletion, which is undone by creating.
    pub(crate) fn back(item: &Item, image: &Value) -> Option<Self> {
        let member = item.member().unwrap_or_default().to_owned();
        let name = match item.action {
            Action::ClearLink | Action::SetLink => "externalId",
            Action::Rename => "userName",
            Action::SetMail => "emails",
            Action::Activate | Action::Deactivate => "active",
            Action::AddMember => return Some(Self::Leave(member)),
            Action::RemoveMember => return Some(Self::Join(member)),
            Action::DeleteUser | Action::DeleteGroup => return None,
        };
        Some(Self::Attribute(name, self::member(image, name).cloned().unwrap_or(Value::Null)))
    }

    /// The object afterwards; `None` where it is gone.
    pub(crate) fn applied(&self, current: &Value) -> Option<Value> {
        let mut after = current.clone();
        let object = after.as_object_mut()?;
        match self {
            Self::Attribute(name, value) => put(object, name, value),
            Self::Join(id) => {
                let mut all = elements(current, "members");
                all.push(json!({ "value": id }));
                put(object, "members", &Value::Array(all));
            }
            Self::Leave(id) => {
                let mut all = elements(current, "members");
                all.retain(|m| Resource::of(m).key("value").as_deref() != Some(id));
                put(object, "members", &Value::Array(all));
            }
            Self::Delete => return None,
        }
        Some(after)
    }

    /// Whether the object is so already.
    pub(crate) fn holds(&self, current: &Value) -> bool {
        let listed = |id: &str| Resource::of(current).values("members").any(|m| m.key("value").as_deref() == Some(id));
        match self {
            Self::Attribute("emails", wanted) => addresses(wanted) == addresses(&elements(current, "emails").into()),
            Self::Attribute(name, wanted) => member(current, name).unwrap_or(&Value::Null) == wanted,
            Self::Join(id) => listed(id),
            Self::Leave(id) => !listed(id),
            Self::Delete => false,
        }
    }

    /// The body of the PATCH that asks for it.
    pub(crate) fn patch(&self) -> Option<Value> {
        let operation = match self {
            Self::Attribute(name, Value::Null) => json!({ "op": "remove", "path": name }),
            Self::Attribute(name, value) => json!({ "op": "replace", "path": name, "value": value }),
            Self::Join(id) => json!({ "op": "add", "path": "members", "value": [{ "value": id }] }),
            // The id is a JSON string in a filter (RFC 7644 section 3.4.2.2).
            Self::Leave(id) => {
                json!({ "op": "remove", "path": format!("members[value eq {}]", Value::from(id.as_str())) })
            }
            Self::Delete => return None,
        };
        Some(json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [operation] }))
    }
}

/// What an item makes of an object; `None` where it is gone. Pure: what a dry run shows is what is sent.
#[must_use]
pub fn changed(item: &Item, current: &Value) -> Option<Value> {
    Change::of(item, current).applied(current)
}

/// Sets a member whatever its case; null takes it off.
fn put(object: &mut Map<String, Value>, name: &str, value: &Value) {
    let known = object.keys().find(|key| key.eq_ignore_ascii_case(name)).cloned();
    let key = known.unwrap_or_else(|| name.to_owned());
    if value.is_null() {
        object.shift_remove(&key);
    } else {
        object.insert(key, value.clone());
    }
}

fn elements(resource: &Value, name: &str) -> Vec<Value> {
    member(resource, name).and_then(Value::as_array).cloned().unwrap_or_default()
}

/// The emails with another address in the place of the one that stands for the user.
fn with_address(current: &Value, wanted: &Value) -> Value {
    let mut all = elements(current, "emails");
    let old = address(current).map(str::to_owned);
    let at = all.iter().position(|e| old.is_some() && member(e, "value").and_then(Value::as_str) == old.as_deref());
    match at.and_then(|at| all[at].as_object_mut()) {
        Some(email) => put(email, "value", wanted),
        None => all.push(json!({ "value": wanted, "primary": true })),
    }
    Value::Array(all)
}

/// The addresses and which of them is the primary one, in one order: a target may add to an element.
fn addresses(emails: &Value) -> Vec<(String, bool)> {
    let one = |e: &Value| {
        let value = member(e, "value").and_then(Value::as_str).unwrap_or_default().to_owned();
        (value, member(e, "primary") == Some(&Value::Bool(true)))
    };
    let mut all: Vec<_> = emails.as_array().into_iter().flatten().map(one).collect();
    all.sort_unstable();
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixtures::item;

    #[test]
    fn every_action_holds_once_it_is_applied_and_is_taken_back() {
        let user = json!({"ID": "u1", "UserName": "ada", "externalId": "e", "active": true, "title": "Dr",
                          "emails": [{"value": "a@x", "type": "home"}, {"value": "b@x", "primary": true}]});
        let group = json!({"id": "g1", "displayName": "Crew", "members": [{"value": "u1", "display": "Ada"}]});
        let cases = [
            (Action::ClearLink, &user, json!("e"), json!(null)),
            (Action::SetLink, &user, json!("e"), json!("f")),
            (Action::Rename, &user, json!("ada"), json!("Ada")),
            (Action::SetMail, &user, json!("b@x"), json!("c@x")),
            (Action::Deactivate, &user, json!(true), json!(false)),
            (Action::AddMember, &group, json!(null), json!("u2")),
            (Action::RemoveMember, &group, json!("u1"), json!(null)),
        ];
        for (action, resource, before, after) in cases {
            let item = item(1, action, "u1", before, after);
            let change = Change::of(&item, resource);
            assert!(!change.holds(resource), "{action}");
            let changed = change.applied(resource).unwrap();
            assert!(change.holds(&changed), "{action}: {changed}");
            let back = Change::back(&item, resource).unwrap();
            let restored = back.applied(&changed).unwrap();
            assert!(back.holds(&restored), "{action}");
            assert_eq!(changed.as_object().unwrap().get("title"), resource.get("title"), "{action}");
        }
        let mail =
            Change::of(&item(1, Action::SetMail, "u1", json!("b@x"), json!("c@x")), &user).applied(&user).unwrap();
        assert_eq!(mail["emails"], json!([{"value": "a@x", "type": "home"}, {"value": "c@x", "primary": true}]));
    }

    #[test]
    fn an_id_with_a_quote_stays_in_its_filter() {
        let patch = Change::Leave("a\" or value pr or value eq \"".into()).patch().unwrap();
        let path = "members[value eq \"a\\\" or value pr or value eq \\\"\"]";
        assert_eq!(patch["Operations"], json!([{"op": "remove", "path": path}]));
        assert_eq!(Change::Attribute("externalId", Value::Null).patch().unwrap()["Operations"][0]["op"], "remove");
    }
}
