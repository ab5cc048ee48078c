//! Invariants of one user's values: what stands in it twice, has another type than RFC 7643 gives it, or looks left behind.

use super::{Broken, id, show, text};
use crate::TenantState;
use client::observe::member;
use client::wire::encode_part;
use judge::verdict::Severity;
use serde_json::Value;
use std::collections::{HashMap, HashSet};

/// Attributes of several values (RFC 7643 section 4.1.2); `groups` is the service's own.
const LISTS: &[&str] =
    &["emails", "phoneNumbers", "ims", "photos", "addresses", "entitlements", "roles", "x509Certificates"];
/// Attributes that are text (RFC 7643 section 4.1.1).
const TEXTS: &[&str] = &["userName", "displayName", "nickName", "title", "userType"];
/// Attributes that hold others.
const OBJECTS: &[&str] = &["name", "meta", scim::urn::ENTERPRISE_USER];

pub(super) fn values(state: &TenantState, found: &mut Broken) {
    let everybody: HashMap<String, &Value> =
        state.users.iter().filter_map(|u| Some((text(u, "userName")?.to_lowercase(), u))).collect();
    for user in &state.users {
        twice(user, found);
        left_behind(user, &everybody, found);
        elsewhere(user, found);
        of_type(user, found);
    }
}

/// One primary value, and no value twice.
fn twice(user: &Value, found: &mut Broken) {
    for name in LISTS {
        let Some(all) = member(user, name).and_then(Value::as_array) else { continue };
        let primary = all.iter().filter(|v| member(v, "primary") == Some(&Value::Bool(true))).count();
        if primary > 1 {
            let text = format!("{primary} of {name} are primary");
            found.add("U9", Severity::Warning, vec![id(user)], text);
        }
        let mut once = HashSet::new();
        let pairs = all.iter().filter_map(|v| Some((text(v, "value")?, text(v, "type"))));
        if let Some((value, _)) = pairs.into_iter().find(|pair| !once.insert(*pair)) {
            let text = format!("{name} has \"{}\" twice", show(value));
            found.add("U9", Severity::Warning, vec![id(user)], text);
        }
    }
}

/// A user name as a product or an IdP makes one for what was deleted, invited, or met a name that was taken.
fn left_behind(user: &Value, everybody: &HashMap<String, &Value>, found: &mut Broken) {
    let Some(name) = text(user, "userName") else { return };
    let (begin, rest) = name.as_bytes().split_at(name.len().min(32));
    if begin.len() == 32 && begin.iter().all(u8::is_ascii_hexdigit) && !rest.iter().all(u8::is_ascii_hexdigit) {
        let text = format!(
            "userName \"{}\" is that of an account that was deleted: 32 hexadecimal digits before a name",
            show(name)
        );
        found.add("U10", Severity::Warning, vec![id(user)], text);
    } else if name.to_ascii_uppercase().contains("#EXT#") {
        let text = format!("userName \"{}\" is that of an invitation", show(name));
        found.add("U10", Severity::Warning, vec![id(user)], text);
    } else if let Some(other) = numbered(name).and_then(|base| everybody.get(&base)) {
        let named = |u: &Value| member(u, "name").filter(|n| n.is_object()).cloned();
        if named(user).is_some() && named(user) == named(other) {
            let text = format!("userName \"{}\" is that of another user of the same name, with a number", show(name));
            found.add("U10", Severity::Warning, vec![id(user), id(other)], text);
        }
    }
}

/// The name without the number that its local part ends in.
fn numbered(name: &str) -> Option<String> {
    let (local, rest) = name.find('@').map_or((name, ""), |at| name.split_at(at));
    let base = local.trim_end_matches(|c: char| c.is_ascii_digit());
    let base = if base.len() < local.len() { base.strip_suffix(['_', '-', '.']).unwrap_or(base) } else { return None };
    (!base.is_empty()).then(|| format!("{base}{rest}").to_lowercase())
}

/// `meta.location` is the user's own (RFC 7643 section 3.1).
fn elsewhere(user: &Value, found: &mut Broken) {
    let (Some(own), Some(at)) = (text(user, "id"), member(user, "meta").and_then(|meta| text(meta, "location"))) else {
        return;
    };
    let last = at.trim_end_matches('/').rsplit('/').next().unwrap_or_default();
    if last != own && last != encode_part(own) && at.contains("/Users/") {
        let text = format!("meta.location leads to \"{}\"", show(last));
        found.add("U15", Severity::Warning, vec![id(user)], text);
    }
}

/// Types, and names that only a client that took a path for a name can have written.
fn of_type(user: &Value, found: &mut Broken) {
    let Some(object) = user.as_object() else { return };
    let mut wrong: Vec<String> = Vec::new();
    let not = |names: &[&str], is: fn(&Value) -> bool, what: &str| -> Vec<String> {
        let other = |name: &&&str| member(user, name).is_some_and(|v| !v.is_null() && !is(v));
        names.iter().filter(other).map(|name| format!("{name} is not {what}")).collect()
    };
    wrong.extend(not(TEXTS, Value::is_string, "text"));
    wrong.extend(not(OBJECTS, Value::is_object, "an object"));
    wrong.extend(not(LISTS, Value::is_array, "a list"));
    let odd = |key: &&String| {
        let urn = key.get(..4).is_some_and(|begin| begin.eq_ignore_ascii_case("urn:"));
        !urn && key.contains([':', '[', '.'])
    };
    wrong.extend(object.keys().filter(odd).map(|key| format!("there is an attribute \"{}\"", show(key))));
    if !wrong.is_empty() {
        let more = wrong.len().saturating_sub(3);
        wrong.truncate(3);
        let more = if more > 0 { format!(", and {more} more") } else { String::new() };
        found.add("U17", Severity::Warning, vec![id(user)], format!("{}{more}", wrong.join(", ")));
    }
}

#[cfg(test)]
mod tests {
    use crate::invariants::tests::{ids, state};
    use serde_json::{Value, json};

    fn broken(mut user: Value) -> Vec<&'static str> {
        user["id"] = "u1".into();
        if user.get("userName").is_none() {
            user["userName"] = "ada@x".into();
        }
        let other = json!({"id": "u2", "userName": "ben@x", "name": {"givenName": "Ben", "familyName": "B"}});
        ids(&state(json!([user, other]), json!([])))
    }

    #[test]
    fn a_value_stands_once_and_one_is_primary() {
        let mails = |a: Value, b: Value| broken(json!({"emails": [a, b]}));
        let mail = |value: &str, kind: &str, primary| json!({"value": value, "type": kind, "primary": primary});
        assert_eq!(mails(mail("a", "work", true), mail("b", "work", true)), ["U9"]);
        assert_eq!(mails(mail("a", "work", true), mail("a", "work", false)), ["U9"]);
        assert_eq!(mails(mail("a", "work", true), mail("a", "home", false)), Vec::<&str>::new());
    }

    #[test]
    fn names_that_were_left_behind_are_known_by_their_form() {
        let named = |name: &str| broken(json!({"userName": name, "name": {"givenName": "Ben", "familyName": "B"}}));
        assert_eq!(named("0123456789abcdef0123456789abcdefada@x"), ["U10"]);
        assert_eq!(named("ada_x.example#EXT#@y.example"), ["U10"]);
        for twin in ["ben2@x", "Ben_2@x", "ben.01@x"] {
            assert_eq!(named(twin), ["U10"], "{twin}");
        }
        for plain in ["0123456789abcdef0123456789abcdef", "2@x", "cem2@x", "ada"] {
            assert_eq!(named(plain), Vec::<&str>::new(), "{plain}");
        }
        assert_eq!(broken(json!({"userName": "ben2@x", "name": {"givenName": "Bea"}})), Vec::<&str>::new());
    }

    #[test]
    fn a_location_is_the_users_own() {
        let at = |location: &str| broken(json!({"meta": {"location": location}}));
        assert_eq!(at("https://h/scim/v2/Users/u2"), ["U15"]);
        for own in ["https://h/scim/v2/Users/u1", "/Users/u1/", "https://h/people?u1"] {
            assert_eq!(at(own), Vec::<&str>::new(), "{own}");
        }
    }

    #[test]
    fn values_have_their_types() {
        for wrong in [
            json!({"0:User:department": "Sales"}),
            json!({"name.givenName": "Ada"}),
            json!({"emails": "a@x"}),
            json!({"name": "Ada"}),
            json!({"title": 7}),
            json!({(scim::urn::ENTERPRISE_USER): []}),
        ] {
            assert_eq!(broken(wrong.clone()), ["U17"], "{wrong}");
        }
        let sound =
            json!({"urn:vendor:1.0:User": {"a": 1}, "emails": null, "name": {"givenName": "Ada"}, "title": "Dr"});
        assert_eq!(broken(sound), Vec::<&str>::new());
    }
}
