//! Sorting (RFC 7644 section 3.4.2.3).
//!
//! In: resources, a path. Out: their order. Never: a collation; texts sort by code point, in lower case where case
//! does not count.

use super::filter::{numbers, values};
use super::key;
use super::path::AttrPath;
use super::schema::{Attribute, Kind, Resolved, ResourceType, Returned};
use super::time;
use super::value::is_primary;
use serde_json::{Number, Value};
use std::cmp::Ordering;

/// Sorts by an attribute, stable. Resources without a value stand last ascending, first descending; of a multi-valued
/// attribute the primary value counts, else the first. An unknown attribute, or one that is never returned, leaves the
/// order as it is.
pub fn sort(resources: &mut [Value], by: &AttrPath, descending: bool, rt: &ResourceType) {
    let mut keyed: Vec<(SortKey, Value)> =
        resources.iter_mut().map(|r| (SortKey::of(r, by, rt), std::mem::take(r))).collect();
    keyed.sort_by(|(a, _), (b, _)| a.order(b, descending));
    for (place, (_, resource)) in resources.iter_mut().zip(keyed) {
        *place = resource;
    }
}

/// What a resource is sorted by: it can be kept, written down and compared with that of a resource of another type.
#[derive(Debug, Clone, PartialEq)]
pub struct SortKey(Option<Key>);

impl SortKey {
    /// The key of a resource. An attribute its type does not have, or never shows, is no value.
    #[must_use]
    pub fn of(resource: &Value, by: &AttrPath, rt: &ResourceType) -> Self {
        let at = rt.attribute(by).filter(|at| at.leaf().returned != Returned::Never);
        Self(at.and_then(|at| Key::of(resource, &at)))
    }

    /// The order of two keys: no value is last ascending and first descending.
    #[must_use]
    pub fn order(&self, other: &Self, descending: bool) -> Ordering {
        let order = match (&self.0, &other.0) {
            (Some(a), Some(b)) => a.order(b),
            (None, None) => Ordering::Equal,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
        };
        if descending { order.reverse() } else { order }
    }

    /// The key as JSON.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match &self.0 {
            None => Value::Null,
            Some(Key::Bool(b)) => Value::Bool(*b),
            Some(Key::Number(n)) => Value::Number(n.clone()),
            Some(Key::Time(t)) => serde_json::json!({ "time": t.to_string() }),
            Some(Key::Text(text)) => Value::String(text.clone()),
        }
    }

    /// The key that [`Self::to_json`] wrote; `None` if it did not.
    #[must_use]
    pub fn from_json(value: &Value) -> Option<Self> {
        Some(Self(match value {
            Value::Null => None,
            Value::Bool(b) => Some(Key::Bool(*b)),
            Value::Number(n) => Some(Key::Number(n.clone())),
            Value::String(text) => Some(Key::Text(text.clone())),
            Value::Object(time) => Some(Key::Time(time.get("time")?.as_str()?.parse().ok()?)),
            Value::Array(_) => return None,
        }))
    }
}

/// What a resource with a value is sorted by.
#[derive(Debug, Clone, PartialEq)]
enum Key {
    Bool(bool),
    Number(Number),
    Time(jiff::Timestamp),
    Text(String),
}

impl Key {
    fn of(resource: &Value, at: &Resolved<'_>) -> Option<Self> {
        let whole = Resolved { sub: None, ..*at };
        let all = values(resource, &whole);
        let chosen = all.iter().find(|v| is_primary(v)).or(all.first())?;
        let leaf = match (at.sub, at.attribute.is_complex()) {
            (Some(sub), _) => sub,
            (None, true) => at.attribute.sub("value")?,
            (None, false) => return Self::read(chosen, at.attribute),
        };
        Self::read(key::get(chosen.as_object()?, &leaf.name)?, leaf)
    }

    fn read(value: &Value, attribute: &Attribute) -> Option<Self> {
        match value {
            Value::Bool(b) => Some(Self::Bool(*b)),
            Value::Number(n) => Some(Self::Number(n.clone())),
            Value::String(text) if text.is_empty() => None,
            Value::String(text) => {
                let instant = if attribute.kind == Kind::DateTime { time::read(text) } else { None };
                let text = || Self::Text(key::fold(text, attribute.case_exact).into_owned());
                Some(instant.map_or_else(text, Self::Time))
            }
            Value::Null | Value::Array(_) | Value::Object(_) => None,
        }
    }

    /// Values of different types, which only a broken resource has, sort by type.
    fn order(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => numbers(a, b).unwrap_or(Ordering::Equal),
            (Self::Time(a), Self::Time(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            _ => self.rank().cmp(&other.rank()),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Self::Bool(_) => 0,
            Self::Number(_) => 1,
            Self::Time(_) => 2,
            Self::Text(_) => 3,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn order(by: &str, descending: bool, resources: &[Value]) -> String {
        let mut all: Vec<Value> = resources.to_vec();
        all.iter_mut().zip("abcdef".chars()).for_each(|(r, c)| r["id"] = c.to_string().into());
        sort(&mut all, &AttrPath::parse(by).unwrap(), descending, ResourceType::user());
        all.iter().map(|r| r["id"].as_str().unwrap()).collect()
    }

    #[test]
    fn case_counts_where_the_schema_says_so() {
        let users = [
            json!({"userName": "b", "externalId": "b"}),
            json!({"userName": "A", "externalId": "a"}),
            json!({"userName": "C", "externalId": "C"}),
        ];
        assert_eq!(order("USERNAME", false, &users), "bac");
        assert_eq!(order("userName", true, &users), "cab");
        assert_eq!(order("externalId", false, &users), "cba");
    }

    #[test]
    fn no_value_is_last_or_first() {
        let users =
            [json!({}), json!({"title": "b"}), json!({"title": null}), json!({"title": "a"}), json!({"title": ""})];
        assert_eq!(order("title", false, &users), "dbace");
        assert_eq!(order("title", true, &users), "acebd");
    }

    #[test]
    fn keys_are_written_down_and_read_back() {
        let user = json!({"userName": "Bob", "active": true, "meta": {"created": "2020-01-01T01:00:00+02:00"}});
        for by in ["userName", "active", "meta.created", "title", "nothing", "password"] {
            let key = SortKey::of(&user, &AttrPath::parse(by).unwrap(), ResourceType::user());
            assert_eq!(SortKey::from_json(&key.to_json()), Some(key), "{by}");
        }
        assert_eq!(SortKey::from_json(&json!([])), None);
        assert_eq!(SortKey::from_json(&json!({"time": "x"})), None);
    }

    #[test]
    fn the_primary_value_counts_else_the_first() {
        let users = [
            json!({"emails": [{"value": "a"}, {"value": "z", "primary": true}]}),
            json!({"emails": [{"value": "m"}, {"value": "b"}]}),
            json!({"emails": []}),
        ];
        assert_eq!(order("emails.value", false, &users), "bac");
        assert_eq!(order("emails", true, &users), "cab");
    }

    #[test]
    fn instants_sort_as_instants_and_unknown_names_not_at_all() {
        let users = [
            json!({"meta": {"created": "2020-01-01T01:00:00+02:00"}}),
            json!({"meta": {"created": "2019-12-31T22:00:00Z"}}),
        ];
        assert_eq!(order("meta.created", false, &users), "ba");
        assert_eq!(order("nothing", true, &users), "ab");
        assert_eq!(order("name", true, &users), "ab");
    }
}
