//! Bodies of Entra's requests (A3.1, A4, A5).

use super::super::options::{ExternalId, Options};
use super::Mode;
use client::observe::member;
use directory::{Detail, Group, Person};
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
pub(super) fn new_user(person: &Person, mode: Mode, options: &Options) -> Value {
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
    let work = person.phone.iter().map(|phone| json!({"type": "work", "value": phone, "primary": true}));
    let others = [(Detail::Mobile, "mobile"), (Detail::Fax, "fax")];
    let others =
        others.into_iter().filter_map(|(detail, of)| Some(json!({"type": of, "value": person.detail(detail)?})));
    let phones: Vec<Value> = work.chain(others).collect();
    if !phones.is_empty() {
        body.insert("phoneNumbers".into(), phones.into());
    }
    new_details(person, mode, &mut body);
    let mut extension = Map::new();
    if let Some(number) = &person.employee_number {
        extension.insert("employeeNumber".into(), json!(number));
    }
    if let Some(department) = &person.department {
        extension.insert("department".into(), json!(department));
    }
    for (detail, name) in IN_EXTENSION {
        extension.extend(person.detail(*detail).map(|value| ((*name).to_owned(), json!(value))));
    }
    if !extension.is_empty() {
        body.insert(EXTENSION.into(), extension.into());
    }
    body.insert("meta".into(), json!({"resourceType": "User"}));
    Value::Object(body)
}

/// Parts of the work address (M1; D, SIMPLEID808, LIMOSA34; C).
const IN_ADDRESS: &[(Detail, &str)] = &[
    (Detail::Office, "formatted"),
    (Detail::Street, "streetAddress"),
    (Detail::City, "locality"),
    (Detail::Region, "region"),
    (Detail::PostalCode, "postalCode"),
    (Detail::Country, "country"),
];

/// What the extension has besides number, department and manager. Not in the default mapping that is documented (U).
const IN_EXTENSION: &[(Detail, &str)] =
    &[(Detail::Organization, "organization"), (Detail::Division, "division"), (Detail::CostCenter, "costCenter")];

/// Address, language and role of a new user. A role has `primary` as the text `True` (S21; V).
fn new_details(person: &Person, mode: Mode, body: &mut Map<String, Value>) {
    let mut address = Map::new();
    for (detail, name) in IN_ADDRESS {
        address.extend(person.detail(*detail).map(|value| ((*name).to_owned(), json!(value))));
    }
    if !address.is_empty() {
        address.insert("type".into(), json!("work"));
        body.insert("addresses".into(), json!([address]));
    }
    if let Some(language) = person.detail(Detail::PreferredLanguage) {
        body.insert("preferredLanguage".into(), json!(language));
    }
    if let Some(role) = person.detail(Detail::Role) {
        body.insert("roles".into(), json!([{"primary": spelt(mode, &json!(true)), "value": role}]));
    }
}

/// Whether a person has something whose spelling nobody has documented.
pub(super) fn is_unverified(person: &Person) -> bool {
    let unseen = IN_EXTENSION.iter().map(|(detail, _)| *detail).chain([Detail::PreferredLanguage, Detail::Role]);
    unseen.into_iter().any(|detail| person.detail(detail).is_some())
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

/// The entry of a list that is of a type.
fn entry<'a>(seen: &'a Value, list: &str, of: &str) -> Option<&'a Value> {
    let is = |e: &&Value| member(e, "type").and_then(Value::as_str) == Some(of);
    member(seen, list)?.as_array()?.iter().find(is)
}

fn within(object: Option<&Value>, key: &str) -> Option<Value> {
    object.and_then(|o| member(o, key)).cloned()
}

/// What may differ: where it is written, what it is to be, what it is.
type Row = (String, Option<String>, Option<Value>);

/// Where a person and their representation on the target differ. What has no value in the directory is not compared:
/// empty values are never sent (L9, P21; D).
pub(super) fn user_edits(person: &Person, active: bool, seen: &Value, options: &Options) -> Vec<Edit> {
    let extension = member(seen, EXTENSION);
    let name = member(seen, "name");
    let work = |list: &str| within(entry(seen, list, "work"), "value");
    let some = |text: &str| Some(text.to_owned());
    let rows: Vec<Row> = vec![
        ("externalId".into(), some(&external_id(person, options)), within(Some(seen), "externalId")),
        ("userName".into(), some(&person.user_name), within(Some(seen), "userName")),
        ("displayName".into(), some(&person.display_name), within(Some(seen), "displayName")),
        ("title".into(), person.title.clone(), within(Some(seen), "title")),
        // Written like this even if there is no such entry: create-on-absent (M12, P25; C).
        ("emails[type eq \"work\"].value".into(), person.email.clone(), work("emails")),
        ("name.givenName".into(), some(&person.given_name), within(name, "givenName")),
        ("name.familyName".into(), some(&person.family_name), within(name, "familyName")),
        ("name.formatted".into(), some(&formatted(person)), within(name, "formatted")),
        ("phoneNumbers[type eq \"work\"].value".into(), person.phone.clone(), work("phoneNumbers")),
        (format!("{EXTENSION}:employeeNumber"), person.employee_number.clone(), within(extension, "employeeNumber")),
        (format!("{EXTENSION}:department"), person.department.clone(), within(extension, "department")),
    ];
    let mut edits = Vec::new();
    if super::super::moves::is_active(seen) != active {
        edits.push(Edit { path: "active".into(), value: json!(active), there: member(seen, "active").is_some() });
    }
    let rows = rows.into_iter().chain(details(person, seen));
    edits.extend(rows.filter_map(|(path, wanted, seen)| edit(path, wanted?, seen)));
    edits
}

/// The same of what few people have: phones of other types, the work address part by part, the rest of the extension.
fn details(person: &Person, seen: &Value) -> Vec<Row> {
    let row = |detail: Detail, path: String, seen: Option<Value>| -> Row {
        (path, person.detail(detail).map(str::to_owned), seen)
    };
    let mut rows = Vec::new();
    for (detail, of) in [(Detail::Mobile, "mobile"), (Detail::Fax, "fax")] {
        let there = within(entry(seen, "phoneNumbers", of), "value");
        rows.push(row(detail, format!("phoneNumbers[type eq \"{of}\"].value"), there));
    }
    for (detail, name) in IN_ADDRESS {
        let there = within(entry(seen, "addresses", "work"), name);
        rows.push(row(*detail, format!("addresses[type eq \"work\"].{name}"), there));
    }
    for (detail, name) in IN_EXTENSION {
        rows.push(row(*detail, format!("{EXTENSION}:{name}"), within(member(seen, EXTENSION), name)));
    }
    let language = "preferredLanguage";
    rows.push(row(Detail::PreferredLanguage, language.to_owned(), within(Some(seen), language)));
    rows.push(row(Detail::Role, "roles[primary eq \"True\"].value".to_owned(), primary_role(seen)));
    rows
}

/// The value of the role that is the primary one, written as a boolean or as a text.
fn primary_role(seen: &Value) -> Option<Value> {
    let is = |role: &&Value| match member(role, "primary") {
        Some(Value::Bool(primary)) => *primary,
        Some(Value::String(text)) => text.eq_ignore_ascii_case("true"),
        _ => false,
    };
    member(seen, "roles")?.as_array()?.iter().find(is).and_then(|role| member(role, "value")).cloned()
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
