//! Answers in another form that says the same, or says less where less is lawful.

use super::{Asked, leave_out};
use axum::http::{HeaderMap, HeaderValue, header};
use scim::error::ScimError;
use scim::schema::{Attribute, Mutability, Registry, ResourceType, Returned, Schema};
use scim::urn;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// An extension of the server's own, which no client has heard of.
const OWN_EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:tenant:2.0:User";
/// What its schema says besides.
const OWN_SCHEMA: &str = r#"
name = "Tenant"
description = "What the server knows of the account"
attributes = [{ name = "region", description = "Where the account is kept", mutability = "readOnly" }]
"#;

/// How unassigned attributes are shown (RFC 7643 section 2.5: left out, null and an empty array are the same).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unassigned {
    /// Not at all.
    #[default]
    LeftOut,
    /// Multi-valued ones as an empty array.
    Empty,
    /// Multi-valued ones as an empty array, the others as null.
    Null,
}

/// What an answer looks like.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AnswerForm {
    /// Whether the members of objects stand in reverse.
    pub members_reversed: bool,
    /// Whether the values of multi-valued attributes stand in reverse.
    pub values_reversed: bool,
    /// Whether the resources of an unsorted page stand in reverse.
    pub resources_reversed: bool,
    /// Attributes of resources that are written otherwise, by the name they have here.
    pub written: BTreeMap<String, String>,
    /// Whether `startIndex` and `itemsPerPage` are left out of a list that is whole.
    pub counters_when_partial: bool,
    /// Whether an empty list has no `Resources`.
    pub empty_resources_left_out: bool,
    /// How unassigned attributes are shown.
    pub unassigned: Unassigned,
    /// Whether every value of a multi-valued attribute says whether it is primary.
    pub primary_shown: bool,
    /// Whether `name.formatted` is made of the parts where no client wrote it.
    pub formatted_shown: bool,
    /// What no answer shows: `meta.version`, `members.display`.
    pub left_out: Vec<String>,
    /// Whether a `$ref` is relative to the base URL.
    pub references_relative: bool,
    /// Whether times have an offset in place of `Z`.
    pub times_with_offset: bool,
    /// Whether a resource of ours has an extension that only the server writes.
    pub own_extension: bool,
    /// Whether errors have no `detail`, but for a 413, which has to name its limit.
    pub no_detail: bool,
    /// Whether letters beyond ASCII are escaped.
    pub escaped: bool,
    /// Whether the text is set over several lines.
    pub pretty: bool,
    /// Whether the media type has a parameter.
    pub charset: bool,
    /// Whether entity tags are strong.
    pub strong_tags: bool,
    /// Whether there are no entity tags, no `Location` of an update and no version.
    pub no_tags: bool,
    /// What the ServiceProviderConfig says is not supported: `patch`, `sort`.
    pub unsupported: Vec<String>,
    /// Whether the discovery documents leave out every text for people.
    pub terse_discovery: bool,
    /// A filtered list of more than that is refused with `tooMany`.
    pub too_many: Option<u64>,
    /// Whether no answer has a `Location`.
    pub no_location: bool,
    /// Whether the answer to a create has the id in capitals.
    pub created_ids_upper: bool,
}

impl AnswerForm {
    /// The headers of the answer, as they are sent.
    pub(super) fn put_headers(&self, headers: &mut HeaderMap) {
        if self.charset && headers.contains_key(header::CONTENT_TYPE) {
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/scim+json; charset=utf-8"));
        }
        if self.no_tags {
            headers.remove(header::ETAG);
        }
        if self.no_location {
            headers.remove(header::LOCATION);
        }
        let tag = headers.get(header::ETAG).and_then(|tag| tag.to_str().ok());
        if self.strong_tags
            && let Some(tag) = tag.map(strong).and_then(|tag| HeaderValue::from_str(&tag).ok())
        {
            headers.insert(header::ETAG, tag);
        }
    }

    /// Why a list is refused after all.
    pub(super) fn refused(&self, asked: &Asked, body: &Value) -> Option<ScimError> {
        let most = self.too_many.filter(|_| asked.has("filter"))?;
        let total = body.get("totalResults").and_then(Value::as_u64)?;
        let why = || format!("this filter finds {total} resources; narrow it to {most}");
        (total > most).then(|| ScimError::too_many(why()))
    }

    /// A body as it is sent.
    pub(super) fn put(&self, asked: &Asked, status: u16, mut body: Value, types: &Registry) -> String {
        if let Some(list) = body.get_mut("Resources").and_then(Value::as_array_mut) {
            let discovery = matches!(asked.endpoint(), "Schemas" | "ResourceTypes");
            list.iter_mut().for_each(|resource| self.resource(asked, resource, types));
            if self.resources_reversed && !asked.has("sortBy") && !asked.path.ends_with(".search") && !discovery {
                list.reverse();
            }
        } else if status < 400 {
            self.resource(asked, &mut body, types);
            if let Some(id) = body.get("id").and_then(Value::as_str).filter(|_| self.created_ids_upper && status == 201)
            {
                body["id"] = id.to_uppercase().into();
            }
        }
        self.message(status, &mut body);
        if self.members_reversed {
            reverse_members(&mut body);
        }
        let text = if self.pretty { serde_json::to_string_pretty(&body).unwrap_or_default() } else { body.to_string() };
        if self.escaped { escaped(&text) } else { text }
    }

    /// What is other about a list or an error.
    fn message(&self, status: u16, body: &mut Value) {
        let Some(object) = body.as_object_mut() else { return };
        // RFC 7644 section 3.7.4: a 413 has to name the limit.
        if status >= 400 && status != 413 && self.no_detail {
            object.shift_remove("detail");
        }
        let shown = object.get("Resources").and_then(Value::as_array).map(Vec::len);
        let total = object.get("totalResults").and_then(Value::as_u64);
        if let (Some(shown), Some(total)) = (shown, total) {
            if self.counters_when_partial && shown as u64 == total {
                object.shift_remove("startIndex");
                object.shift_remove("itemsPerPage");
            }
            if self.empty_resources_left_out && total == 0 {
                object.shift_remove("Resources");
            }
        }
    }

    fn resource(&self, asked: &Asked, resource: &mut Value, types: &Registry) {
        let Some(object) = resource.as_object_mut() else { return };
        let is = |wanted: &str| {
            let schemas = object.get("schemas").and_then(Value::as_array);
            schemas.is_some_and(|all| all.iter().filter_map(Value::as_str).any(|one| urn::same(one, wanted)))
        };
        let projected = asked.has("attributes") || asked.has("excludedAttributes") || asked.path.ends_with(".search");
        if is(urn::SERVICE_PROVIDER_CONFIG) {
            self.config(object);
        } else if is(urn::USER) {
            self.attributes(object, projected, &types.users);
        } else if is(urn::GROUP) {
            self.attributes(object, projected, &types.groups);
        } else if self.terse_discovery {
            terse(resource);
        }
    }

    fn config(&self, object: &mut Map<String, Value>) {
        for name in &self.unsupported {
            if let Some(feature) = object.get_mut(name).and_then(Value::as_object_mut) {
                feature.insert("supported".into(), false.into());
            }
        }
        if self.terse_discovery {
            object.shift_remove("documentationUri");
            let schemes = object.get_mut("authenticationSchemes").and_then(Value::as_array_mut);
            for scheme in schemes.into_iter().flatten().filter_map(Value::as_object_mut) {
                scheme.shift_remove("specUri");
                scheme.shift_remove("primary");
            }
        }
    }

    /// What is other about a user or a group.
    fn attributes(&self, object: &mut Map<String, Value>, projected: bool, rt: &ResourceType) {
        if !projected {
            self.more(object, rt);
        }
        for path in &self.left_out {
            leave_out(object, path);
        }
        for value in object.values_mut() {
            self.values(value);
        }
        if let Some(meta) = object.get_mut("meta").and_then(Value::as_object_mut) {
            if self.no_tags {
                meta.shift_remove("version");
            }
            for (name, value) in meta.iter_mut() {
                match (name.as_str(), value.as_str()) {
                    ("version", Some(tag)) if self.strong_tags => *value = strong(tag).into(),
                    ("created" | "lastModified", Some(time)) if self.times_with_offset => {
                        *value = format!("{}+00:00", time.trim_end_matches('Z')).into();
                    }
                    _ => {}
                }
            }
        }
        if !self.written.is_empty() {
            let renamed = std::mem::take(object).into_iter();
            object.extend(renamed.map(|(name, value)| (self.written.get(&name).cloned().unwrap_or(name), value)));
        }
    }

    /// What a whole resource shows besides.
    fn more(&self, object: &mut Map<String, Value>, rt: &ResourceType) {
        if self.formatted_shown
            && let Some(name) = object.get_mut("name").and_then(Value::as_object_mut)
            && !name.contains_key("formatted")
        {
            let part = |key: &str| name.get(key).and_then(Value::as_str).unwrap_or_default().to_owned();
            let formatted = format!("{} {}", part("givenName"), part("familyName")).trim().to_owned();
            if !formatted.is_empty() {
                name.insert("formatted".into(), formatted.into());
            }
        }
        let unassigned = |attribute: &&Attribute| {
            attribute.returned == Returned::Default && attribute.mutability == Mutability::ReadWrite
        };
        for attribute in rt.schema.attributes.iter().filter(unassigned) {
            if object.contains_key(&attribute.name) || self.unassigned == Unassigned::LeftOut {
                continue;
            }
            if attribute.multi_valued {
                object.insert(attribute.name.clone(), Value::Array(Vec::new()));
            } else if self.unassigned == Unassigned::Null {
                object.insert(attribute.name.clone(), Value::Null);
            }
        }
        if self.own_extension && rt.name == "User" {
            if let Some(schemas) = object.get_mut("schemas").and_then(Value::as_array_mut) {
                schemas.push(OWN_EXTENSION.into());
            }
            object.insert(OWN_EXTENSION.into(), serde_json::json!({ "region": "eu" }));
        }
    }

    fn values(&self, value: &mut Value) {
        match value {
            Value::Array(values) => {
                if self.values_reversed {
                    values.reverse();
                }
                values.iter_mut().for_each(|value| self.element(value));
            }
            Value::Object(inner) => inner.values_mut().for_each(|value| self.values(value)),
            _ => {}
        }
    }

    /// One value of a multi-valued attribute.
    fn element(&self, value: &mut Value) {
        let Some(object) = value.as_object_mut() else { return };
        if self.primary_shown && !object.contains_key("primary") && !object.contains_key("$ref") {
            object.insert("primary".into(), false.into());
        }
        let reference = object.get("$ref").and_then(Value::as_str).filter(|_| self.references_relative);
        if let Some((_, path)) = reference.and_then(|reference| reference.split_once("/scim/v2/")) {
            let relative = format!("../{path}");
            object.insert("$ref".into(), relative.into());
        }
    }
}

/// The schema of the extension that only the server writes.
///
/// # Errors
/// Never, but by a bug: it is written in this file.
pub(crate) fn own_extension() -> Result<Schema, toml::de::Error> {
    format!("id = {OWN_EXTENSION:?}{OWN_SCHEMA}").parse().and_then(toml::Table::try_into)
}

fn strong(tag: &str) -> String {
    tag.trim_start_matches("W/").to_owned()
}

fn terse(value: &mut Value) {
    match value {
        Value::Object(object) => {
            object.shift_remove("description");
            object.values_mut().for_each(terse);
        }
        Value::Array(values) => values.iter_mut().for_each(terse),
        _ => {}
    }
}

fn reverse_members(value: &mut Value) {
    match value {
        Value::Object(object) => {
            let mut members: Vec<(String, Value)> = std::mem::take(object).into_iter().collect();
            members.reverse();
            members.iter_mut().for_each(|(_, value)| reverse_members(value));
            object.extend(members);
        }
        Value::Array(values) => values.iter_mut().for_each(reverse_members),
        _ => {}
    }
}

/// JSON of ASCII alone (RFC 8259 section 7).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut units = [0; 2];
    for c in text.chars() {
        if c.is_ascii() {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut units) {
            let _infallible = write!(out, "\\u{unit:04x}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::Method;
    use serde_json::json;

    fn put(form: &AnswerForm, path: &str, query: &str, body: Value) -> String {
        let asked = Asked { method: Method::GET, path: path.into(), query: query.into() };
        form.put(&asked, 200, body, &Registry::default())
    }

    fn user() -> Value {
        json!({ "schemas": [urn::USER], "id": "1", "userName": "é", "emails": [{ "value": "a" }, { "value": "b" }] })
    }

    #[test]
    fn a_whole_list_says_less() {
        let form = AnswerForm { counters_when_partial: true, empty_resources_left_out: true, ..AnswerForm::default() };
        let empty = scim::list::list_response(Vec::new(), 0, 1);
        assert_eq!(
            put(&form, "/Users", "", empty),
            json!({ "schemas": [urn::LIST_RESPONSE], "totalResults": 0 }).to_string()
        );
        let partial = scim::list::list_response(vec![user()], 2, 1);
        assert!(put(&form, "/Users", "", partial).contains("itemsPerPage"));
    }

    #[test]
    fn order_and_letters_change_and_what_is_said_does_not() {
        let form = AnswerForm {
            members_reversed: true,
            values_reversed: true,
            escaped: true,
            written: [("id".to_owned(), "Id".to_owned())].into(),
            ..AnswerForm::default()
        };
        let shown = put(&form, "/Users/1", "", user());
        assert_eq!(
            shown,
            format!(
                r#"{{"emails":[{{"value":"b"}},{{"value":"a"}}],"userName":"\u00e9","Id":"1","schemas":["{}"]}}"#,
                urn::USER
            )
        );
    }

    #[test]
    fn what_has_no_value_is_shown_only_where_all_is_wanted() {
        let form = AnswerForm { unassigned: Unassigned::Null, ..AnswerForm::default() };
        let shown = put(&form, "/Users/1", "", user());
        assert!(
            shown.contains(r#""title":null"#) && shown.contains(r#""phoneNumbers":[]"#) && !shown.contains("groups")
        );
        assert!(!put(&form, "/Users/1", "attributes=userName", user()).contains("title"));
    }
}
