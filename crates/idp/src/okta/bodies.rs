//! Bodies of Okta's requests. Key order as in its documentation; captures confirm the keys.

use super::super::moves::set;
use super::{CORE, EXTENSION, GROUP};
use client::observe::member;
use directory::Person;
use serde_json::{Map, Value, json};

/// A new user. `password` and the read-only `groups` are always there (OKD20, OKKBPW; D, C); the extension appears
/// only with a value in it (C).
pub(super) fn new_user(person: &Person, manager: Option<&str>, password: &str, locale: &str) -> Value {
    let extension = extension(person, manager);
    let mut body = Map::new();
    let mut schemas = vec![CORE];
    schemas.extend((!extension.is_empty()).then_some(EXTENSION));
    body.insert("schemas".into(), json!(schemas));
    body.insert("userName".into(), json!(person.user_name));
    body.insert("name".into(), json!({"givenName": person.given_name, "familyName": person.family_name}));
    if let Some(email) = &person.email {
        body.insert("emails".into(), json!([{"primary": true, "value": email, "type": "work"}]));
    }
    body.insert("displayName".into(), json!(person.display_name));
    body.insert("locale".into(), json!(locale));
    body.insert("externalId".into(), json!(person.key));
    body.insert("groups".into(), json!([]));
    body.insert("password".into(), json!(password));
    body.insert("active".into(), json!(true));
    if !extension.is_empty() {
        body.insert(EXTENSION.into(), extension.into());
    }
    if let Some(title) = &person.title {
        body.insert("title".into(), json!(title));
    }
    if let Some(phone) = &person.phone {
        body.insert("phoneNumbers".into(), json!([{"primary": true, "value": phone, "type": "work"}]));
    }
    Value::Object(body)
}

fn extension(person: &Person, manager: Option<&str>) -> Map<String, Value> {
    let mut extension = Map::new();
    if let Some(number) = &person.employee_number {
        extension.insert("employeeNumber".into(), json!(number));
    }
    if let Some(department) = &person.department {
        extension.insert("department".into(), json!(department));
    }
    if let Some(manager) = manager {
        extension.insert("manager".into(), json!({"value": manager}));
    }
    extension
}

/// The target's own representation with Okta's mapped values laid over it: everything else is echoed, `meta`, `id`,
/// unknown attributes and a `name.formatted` gone stale (FZ; C). `active` is only set by the first push after a
/// match: later profile pushes do not drive it (OKCON; D). Says whether something was emptied.
pub(super) fn merge(
    seen: &mut Map<String, Value>,
    person: &Person,
    manager: Option<&str>,
    (first, locale): (bool, &str),
) -> bool {
    let mut emptied = false;
    set(seen, "userName", json!(person.user_name));
    let shown = seen.iter().find(|(key, _)| key.eq_ignore_ascii_case("name")).map(|(_, name)| name);
    let mut name = shown.and_then(Value::as_object).cloned().unwrap_or_default();
    set(&mut name, "givenName", json!(person.given_name));
    set(&mut name, "familyName", json!(person.family_name));
    set(seen, "name", name.into());
    emptied |= merge_work_value(seen, "emails", person.email.as_deref());
    set(seen, "displayName", json!(person.display_name));
    set(seen, "locale", json!(locale));
    set(seen, "externalId", json!(person.key));
    set(seen, "groups", json!([]));
    if first {
        set(seen, "active", json!(true));
    }
    emptied |= set_or_empty(seen, "title", person.title.as_deref());
    emptied |= merge_work_value(seen, "phoneNumbers", person.phone.as_deref());
    emptied | merge_extension(seen, person, manager)
}

fn merge_extension(seen: &mut Map<String, Value>, person: &Person, manager: Option<&str>) -> bool {
    let mut extension = seen.get(EXTENSION).and_then(Value::as_object).cloned().unwrap_or_default();
    let mut emptied = set_or_empty(&mut extension, "employeeNumber", person.employee_number.as_deref());
    emptied |= set_or_empty(&mut extension, "department", person.department.as_deref());
    if let Some(manager) = manager {
        set(&mut extension, "manager", json!({"value": manager}));
    }
    if extension.is_empty() {
        return emptied;
    }
    set(seen, EXTENSION, extension.into());
    match seen.get_mut("schemas").and_then(Value::as_array_mut) {
        Some(schemas) if schemas.iter().any(|s| s == EXTENSION) => {}
        Some(schemas) => schemas.push(EXTENSION.into()),
        None => set(seen, "schemas", json!([CORE, EXTENSION])),
    }
    emptied
}

/// The value, or an empty text over one that is there: emptied values are part of the push (C9337; D), their
/// spelling was not found (U).
fn set_or_empty(object: &mut Map<String, Value>, name: &str, value: Option<&str>) -> bool {
    let there = object.iter().any(|(k, v)| k.eq_ignore_ascii_case(name) && !v.is_null() && v != "");
    match value {
        Some(value) => set(object, name, json!(value)),
        None if there => set(object, name, json!("")),
        None => {}
    }
    value.is_none() && there
}

/// Lays the work value over the entry that is of type `work` or primary; other entries are echoed.
fn merge_work_value(seen: &mut Map<String, Value>, name: &str, value: Option<&str>) -> bool {
    let mut entries = seen.get(name).and_then(Value::as_array).cloned().unwrap_or_default();
    let is_work = |e: &Value| member(e, "type") == Some(&json!("work")) || member(e, "primary") == Some(&json!(true));
    let place = entries.iter().position(is_work);
    match (place.and_then(|at| entries.get_mut(at)).and_then(Value::as_object_mut), value) {
        (Some(entry), Some(value)) => set(entry, "value", json!(value)),
        (Some(_), None) => {
            entries.retain(|e| !is_work(e));
            set(seen, name, entries.into());
            return true;
        }
        (None, Some(value)) => entries.push(json!({"primary": true, "value": value, "type": "work"})),
        (None, None) => return false,
    }
    set(seen, name, entries.into());
    false
}

/// A group, new (`id` absent) or replaced. The `id` is there in captures and absent in the documentation (SID247; C).
pub(super) fn group(id: Option<&str>, name: &str, members: &[Value]) -> Value {
    let mut body = Map::new();
    body.insert("schemas".into(), json!([GROUP]));
    if let Some(id) = id {
        body.insert("id".into(), json!(id));
    }
    body.insert("displayName".into(), json!(name));
    body.insert("members".into(), json!(members));
    Value::Object(body)
}

/// The rename of the PATCH family: no path, and the `id` in the value (OKD20; D).
pub(super) fn rename(id: &str, name: &str) -> Value {
    json!({"op": "replace", "value": {"id": id, "displayName": name}})
}

/// The activation of the PATCH family: no path (OKD20; D, GL25649; C).
pub(super) fn status(active: bool) -> Value {
    json!({"op": "replace", "value": {"active": active}})
}
