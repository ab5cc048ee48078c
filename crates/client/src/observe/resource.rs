//! What a server shows, read with tolerance: the one place that knows how ids, names and counters may be written.
//!
//! In: a JSON value out of an answer. Out: its members by name in any letter case, ids and counters as text or number, and the
//! value as it came. Never: a judgement. A check that judges how something is spelt looks at the raw value on purpose.

use serde_json::Value;
use std::borrow::Cow;

/// Longest cursor that is sent back, in bytes.
const LONGEST_CURSOR: usize = 4_000;

/// What a resource is known by.
pub const NAMES: [&str; 3] = ["userName", "displayName", "externalId"];

/// One object that a server shows: a resource, or a complex value within one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Resource<'a>(&'a Value);

impl<'a> Resource<'a> {
    /// The view of a value; of one that is no object it has no members.
    #[must_use]
    pub fn of(value: &'a Value) -> Self {
        Self(value)
    }

    /// The value as it came.
    #[must_use]
    pub fn raw(self) -> &'a Value {
        self.0
    }

    /// The member of that name, in any letter case (RFC 7643 section 2.1).
    #[must_use]
    pub fn member(self, name: &str) -> Option<&'a Value> {
        member(self.0, name)
    }

    /// The member of that name, where it is text.
    #[must_use]
    pub fn text(self, name: &str) -> Option<&'a str> {
        self.member(name)?.as_str()
    }

    /// The member of that name as text, whether it is text or a number; an empty one is none.
    #[must_use]
    pub fn key(self, name: &str) -> Option<Cow<'a, str>> {
        match self.member(name)? {
            Value::String(text) if !text.is_empty() => Some(Cow::Borrowed(text)),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            _ => None,
        }
    }

    /// The `id`: servers use numbers too.
    #[must_use]
    pub fn id(self) -> Option<Cow<'a, str>> {
        self.key("id")
    }

    /// The names it shows: user name, display name and external id.
    pub fn names(self) -> impl Iterator<Item = &'a str> {
        NAMES.iter().filter_map(move |name| self.text(name))
    }

    /// `active`, where it is true or false, as text too.
    #[must_use]
    pub fn active(self) -> Option<bool> {
        match self.member("active")? {
            Value::Bool(active) => Some(*active),
            Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
            Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
            _ => None,
        }
    }

    /// The values of a multi-valued attribute, such as `emails` or `members`.
    pub fn values(self, name: &str) -> impl Iterator<Item = Resource<'a>> {
        self.member(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default().iter().map(Resource)
    }
}

/// The id of a resource as text.
#[must_use]
pub fn id_text(resource: &Value) -> Option<String> {
    Resource::of(resource).id().map(Cow::into_owned)
}

/// A list answer (RFC 7644 section 3.4.2).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct List<'a>(Resource<'a>);

impl<'a> List<'a> {
    /// The view of a body that is a list answer: an object with resources in an array, or with a total.
    #[must_use]
    pub fn of(body: &'a Value) -> Option<Self> {
        let list = Resource::of(body);
        let resources = list.member("Resources").filter(|r| !r.is_null());
        match resources {
            Some(resources) => resources.is_array().then_some(Self(list)),
            None => list.member("totalResults").map(|_| Self(list)),
        }
    }

    /// The resources on this page.
    #[must_use]
    pub fn resources(self) -> &'a [Value] {
        self.0.member("Resources").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// `totalResults`, as a number or as text.
    #[must_use]
    pub fn total(self) -> Option<u64> {
        self.counter("totalResults")
    }

    /// `itemsPerPage`.
    #[must_use]
    pub fn items_per_page(self) -> Option<u64> {
        self.counter("itemsPerPage")
    }

    /// `startIndex`.
    #[must_use]
    pub fn start_index(self) -> Option<u64> {
        self.counter("startIndex")
    }

    /// `nextCursor` (RFC 9865), where there is one.
    #[must_use]
    pub fn next_cursor(self) -> Option<Cow<'a, str>> {
        self.0.key("nextCursor")
    }

    /// The cursor of the next page, where it can be sent back: neither empty nor longer than 4,000 bytes, which the request line of many servers has no room for.
    #[must_use]
    pub fn further(self) -> Option<String> {
        let cursor = self.next_cursor()?;
        (!cursor.is_empty() && cursor.len() <= LONGEST_CURSOR).then(|| cursor.into_owned())
    }

    fn counter(self, name: &str) -> Option<u64> {
        let value = self.0.member(name)?;
        value.as_u64().or_else(|| value.as_str()?.trim().parse().ok())
    }
}

/// The member of an object, names compared without regard to case (RFC 7643 section 2.1).
#[must_use]
pub fn member<'a>(object: &'a Value, name: &str) -> Option<&'a Value> {
    let object = object.as_object()?;
    object.get(name).or_else(|| object.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, v)| v))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_resource_is_read_in_any_spelling() {
        let value = json!({ "ID": 7, "UserName": "ada", "DISPLAYNAME": "Ada", "Active": "False",
                            "Emails": [{ "Value": "ada@example.com" }], "externalid": "" });
        let ada = Resource::of(&value);
        assert_eq!((ada.id().as_deref(), ada.active()), (Some("7"), Some(false)));
        assert_eq!(ada.names().collect::<Vec<_>>(), ["ada", "Ada", ""]);
        assert_eq!(ada.values("emails").filter_map(|e| e.text("value")).collect::<Vec<_>>(), ["ada@example.com"]);
        assert_eq!(ada.raw(), &value);
        for none in
            [json!({ "id": "" }), json!({ "id": null }), json!({ "id": {} }), json!([{ "id": "1" }]), json!("x")]
        {
            assert_eq!(Resource::of(&none).id(), None, "{none}");
        }
        assert_eq!(Resource::of(&json!({ "Id": "b", "id": "a" })).id().as_deref(), Some("a"), "the exact name first");
    }

    #[test]
    fn a_list_is_read_in_any_spelling_and_what_is_no_list_is_none() {
        let body = json!({ "TotalResults": "5000", "resources": [1], "ItemsPerPage": 1, "STARTINDEX": "3", "nextcursor": "c" });
        let list = List::of(&body).unwrap();
        assert_eq!((list.total(), list.items_per_page(), list.start_index()), (Some(5000), Some(1), Some(3)));
        assert_eq!((list.next_cursor().as_deref(), list.resources()), (Some("c"), &[json!(1)][..]));
        let unknown = json!({ "Resources": [], "totalResults": -1 });
        assert_eq!(List::of(&unknown).unwrap().total(), None);
        let none = [
            json!({}),
            json!([]),
            json!({ "Resources": {} }),
            json!({ "detail": "fine" }),
            json!({ "Resources": null }),
        ];
        assert!(none.iter().all(|body| List::of(body).is_none()));
        assert!(List::of(&json!({ "totalResults": 0 })).is_some());
    }
}
