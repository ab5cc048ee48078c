//! Bodies of Entra's requests (A3.1, A4, A5).

use super::super::options::{ExternalId, Options};
use super::Mode;
use client::observe::member;
use directory::{Group, Person};
use serde_json::{Map, Value, json};

pub(super) const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
const MICROSOFT_GROUP: &str = "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group";

/// The `externalId` the mapping gives a person.
pub(super) fn external_id(person: &Person, options: &Options) -> String {
    match options.external_id {
        ExternalId::MailNickname => person.nickname.clone(),
        ExternalId::ObjectId => person.key.clone(),
    }
}

/// A new user: what has a value, `meta.resourceType` included (quirk 11), no password (quirk 23). The manager
/// follows by PATCH.
pub(super) fn new_user(person: &Person, options: &Options) -> Value {
    let mut body = Map::new();
    body.insert("schemas".into(), json!([CORE, EXTENSION]));
    body.insert("externalId".into(), json!(external_id(person, options)));
    body.insert("userName".into(), json!(person.user_name));
    body.insert("active".into(), json!(true));
    body.insert("displayName".into(), json!(person.display_name));
    if let Some(title) = &person.title {
        body.insert("title".into(), json!(title));
    }
    if let Some(email) = &person.email {
        body.insert("emails".into(), json!([{"type": "work", "value": email, "primary": true}]));
    }
    let name = json!({
        "formatted": formatted(person),
        "familyName": person.family_name,
        "givenName": person.given_name,
    });
    body.insert("name".into(), name);
    if let Some(phone) = &person.phone {
        body.insert("phoneNumbers".into(), json!([{"type": "work", "value": phone, "primary": true}]));
    }
    let mut extension = Map::new();
    if let Some(number) = &person.employee_number {
        extension.insert("employeeNumber".into(), json!(number));
    }
    if let Some(department) = &person.department {
        extension.insert("department".into(), json!(department));
    }
    if !extension.is_empty() {
        body.insert(EXTENSION.into(), extension.into());
    }
    body.insert("meta".into(), json!({"resourceType": "User"}));
    Value::Object(body)
}

/// A new group, always without members (L14; D).
pub(super) fn new_group(group: &Group, options: &Options) -> Value {
    let schemas = if options.group_schema_urn { json!([GROUP, MICROSOFT_GROUP]) } else { json!([GROUP]) };
    json!({
        "schemas": schemas,
        "externalId": group.key,
        "displayName": group.name,
        "meta": {"resourceType": "Group"},
    })
}

fn formatted(person: &Person) -> String {
    format!("{} {}", person.given_name, person.family_name)
}

/// One attribute that differs.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Edit {
    path: String,
    value: Value,
    /// Whether the target has a value there.
    there: bool,
}

impl Edit {
    pub(super) fn replace(path: &str, value: Value) -> Self {
        Self { path: path.to_owned(), value, there: true }
    }

    /// A path with a filter in it cannot be a key of an operation without path.
    fn has_filter(&self) -> bool {
        self.path.contains('[')
    }
}

/// Where a person and their representation on the target differ. What has no value in the directory is not compared:
/// empty values are never sent (L9, P21; D).
pub(super) fn user_edits(person: &Person, active: bool, seen: &Value, options: &Options) -> Vec<Edit> {
    let extension = member(seen, EXTENSION);
    let name = member(seen, "name");
    let work = |list: &str| {
        let is_work = |e: &&Value| member(e, "type").and_then(Value::as_str) == Some("work");
        member(seen, list)?.as_array()?.iter().find(is_work).and_then(|e| member(e, "value"))
    };
    let within = |object: Option<&'_ Value>, key: &str| object.and_then(|o| member(o, key)).cloned();
    let some = |text: &str| Some(text.to_owned());
    let rows: Vec<(String, Option<String>, Option<Value>)> = vec![
        ("externalId".into(), some(&external_id(person, options)), within(Some(seen), "externalId")),
        ("userName".into(), some(&person.user_name), within(Some(seen), "userName")),
        ("displayName".into(), some(&person.display_name), within(Some(seen), "displayName")),
        ("title".into(), person.title.clone(), within(Some(seen), "title")),
        // Written like this even if there is no such entry: create-on-absent (M12, P25; C).
        ("emails[type eq \"work\"].value".into(), person.email.clone(), work("emails").cloned()),
        ("name.givenName".into(), some(&person.given_name), within(name, "givenName")),
        ("name.familyName".into(), some(&person.family_name), within(name, "familyName")),
        ("name.formatted".into(), some(&formatted(person)), within(name, "formatted")),
        ("phoneNumbers[type eq \"work\"].value".into(), person.phone.clone(), work("phoneNumbers").cloned()),
        (format!("{EXTENSION}:employeeNumber"), person.employee_number.clone(), within(extension, "employeeNumber")),
        (format!("{EXTENSION}:department"), person.department.clone(), within(extension, "department")),
    ];
    let mut edits = Vec::new();
    if super::super::moves::is_active(seen) != active {
        edits.push(Edit { path: "active".into(), value: json!(active), there: member(seen, "active").is_some() });
    }
    edits.extend(rows.into_iter().filter_map(|(path, wanted, seen)| edit(path, wanted?, seen)));
    edits
}

/// Where a group and its representation on the target differ. `Add externalId` was seen on adopted groups (S26; C).
pub(super) fn group_edits(group: &Group, seen: &Value) -> Vec<Edit> {
    let rows = [("displayName", &group.name), ("externalId", &group.key)];
    rows.into_iter()
        .filter_map(|(path, wanted)| edit(path.to_owned(), wanted.clone(), member(seen, path).cloned()))
        .collect()
}

fn edit(path: String, wanted: String, seen: Option<Value>) -> Option<Edit> {
    let wanted = Value::String(wanted);
    let seen = seen.filter(|v| !v.is_null());
    (seen.as_ref() != Some(&wanted)).then(|| Edit { path, value: wanted, there: seen.is_some() })
}

/// The operations for these edits.
pub(super) fn operations(mode: Mode, edits: Vec<Edit>, options: &Options) -> Vec<Value> {
    let verb = |edit: &Edit| if edit.there && !options.add_for_existing { mode.replace } else { mode.add };
    let single = |edit: &Edit| json!({"op": verb(edit), "path": edit.path, "value": spelt(mode, &edit.value)});
    if !mode.joins_attributes {
        return edits.iter().map(single).collect();
    }
    let (filtered, simple): (Vec<Edit>, Vec<Edit>) = edits.into_iter().partition(Edit::has_filter);
    let mut operations = Vec::new();
    for op in [mode.replace, mode.add] {
        let these: Vec<&Edit> = simple.iter().filter(|e| verb(e) == op).collect();
        match these.as_slice() {
            [] => {}
            [one] => operations.push(single(one)),
            _ => {
                let value: Map<String, Value> = these.iter().map(|e| (e.path.clone(), e.value.clone())).collect();
                operations.push(json!({"op": op, "value": value}));
            }
        }
    }
    operations.extend(filtered.iter().map(single));
    operations
}

fn spelt(mode: Mode, value: &Value) -> Value {
    match value {
        Value::Bool(true) if mode.text_booleans => json!("True"),
        Value::Bool(false) if mode.text_booleans => json!("False"),
        other => other.clone(),
    }
}

/// One member added. `$ref: null` is in sample bodies (L16; D).
pub(super) fn add_member(mode: Mode, id: &str, options: &Options) -> Value {
    let op = if mode.joins_attributes && options.add_member_by_replace { mode.replace } else { mode.add };
    match mode.joins_attributes {
        true => json!({"op": op, "path": "members", "value": [{"value": id}]}),
        false => json!({"op": op, "path": "members", "value": [{"$ref": null, "value": id}]}),
    }
}

/// One member removed: the list in the value, which a strict reading of the RFC takes for everybody (L17; D, C), or
/// the filter the flag asks for (A4; D).
pub(super) fn remove_member(mode: Mode, id: &str) -> Value {
    match mode.removes_by_filter {
        true => json!({"op": mode.remove, "path": format!("members[value eq {}]", Value::from(id))}),
        false => json!({"op": mode.remove, "path": "members", "value": [{"value": id}]}),
    }
}

/// The manager as a bare text below the extension's URN (L7; C, V).
pub(super) fn manager(mode: Mode, first: bool, value: &Value) -> Value {
    let op = if first { mode.add } else { mode.replace };
    json!({"op": op, "path": format!("{EXTENSION}:manager"), "value": value})
}
