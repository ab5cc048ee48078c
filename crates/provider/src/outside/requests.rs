//! What is not offered of the protocol, and what becomes of the values that a client sends.

use super::{Asked, leave_out};
use axum::body::Bytes;
use axum::http::request::Parts;
use axum::http::{Method, Uri, header};
use scim::error::{ScimError, ScimType};
use scim::is_guid;
use scim::schema::{Attribute, Registry, ResourceType};
use scim::urn;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What becomes of requests.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RequestRules {
    /// Whether PATCH is answered 501.
    pub no_patch: bool,
    /// Whether a filter is answered 400 `invalidFilter`, whatever it asks.
    pub no_filter: bool,
    /// Whether a filter is answered 501, whatever it asks.
    pub filter_not_implemented: bool,
    /// Attributes and extensions of users that are refused wherever they are sent.
    pub refused: Vec<String>,
    /// Parameters of a query that do nothing.
    pub ignored_parameters: Vec<String>,
    /// Whether `If-Match` and `If-None-Match` do nothing.
    pub conditions_ignored: bool,
    /// Endpoints that are 404.
    pub missing: Vec<String>,
    /// Whether a `type` that the schema does not list is refused.
    pub canonical_only: bool,
    /// Attributes whose values are brought into the form that RFC 7643 section 4.1.2 recommends: `emails`, `phoneNumbers`.
    pub canonicalized: Vec<String>,
    /// Attributes that are taken out of what is sent, which is answered as if it were kept: `emails.type`.
    pub dropped: Vec<String>,
    /// Attributes whose text is stored in lower case.
    pub lowered: Vec<String>,
    /// Whether the server makes `displayName`, whatever a client says.
    pub display_name_made: bool,
    /// Whether members of a new group get lost.
    pub members_dropped_on_create: bool,
    /// What a user may have; whatever else is sent is refused.
    pub refused_beyond: Vec<String>,
    /// What a PATCH of a user may name; anything else is refused.
    pub patchable: Vec<String>,
    /// Whether an id is known in any case.
    pub ids_in_any_case: bool,
}

type Object = Map<String, Value>;

impl RequestRules {
    /// The body that the service gets.
    ///
    /// # Errors
    /// What a client is told that asks for what is not offered.
    pub(super) fn taken(
        &self,
        asked: &Asked,
        parts: &mut Parts,
        sent: Bytes,
        types: &Registry,
    ) -> Result<Bytes, ScimError> {
        if self.missing.iter().any(|endpoint| endpoint == asked.endpoint()) {
            return Err(ScimError::not_found("there is no such endpoint"));
        }
        if self.no_patch && asked.method == Method::PATCH {
            return Err(ScimError::not_implemented("PATCH is not offered"));
        }
        if self.conditions_ignored {
            parts.headers.remove(header::IF_MATCH);
            parts.headers.remove(header::IF_NONE_MATCH);
        }
        self.address(asked, parts);
        let Ok(mut body) = serde_json::from_slice::<Value>(&sent) else {
            return if asked.has("filter") { self.filtered().map(|()| sent) } else { Ok(sent) };
        };
        let searches = asked.path.ends_with(".search");
        if asked.has("filter") || searches && body.get("filter").is_some() {
            self.filtered()?;
        }
        if !asked.writes() || *self == Self::default() {
            return Ok(sent);
        }
        if searches {
            if let Some(object) = body.as_object_mut() {
                object.retain(|name, _| !self.ignored_parameters.contains(name));
            }
            return Ok(body.to_string().into());
        }
        let rt = match asked.endpoint() {
            "Users" => &types.users,
            "Groups" => &types.groups,
            _ => return Ok(sent),
        };
        self.written(asked, &mut body, rt)?;
        Ok(body.to_string().into())
    }

    /// Whether a filter is taken.
    fn filtered(&self) -> Result<(), ScimError> {
        match (self.no_filter, self.filter_not_implemented) {
            (_, true) => Err(ScimError::not_implemented("filters are not offered")),
            (true, _) => Err(ScimError::invalid_filter("filters are not supported")),
            (false, false) => Ok(()),
        }
    }

    /// The address that is asked of the service.
    fn address(&self, asked: &Asked, parts: &mut Parts) {
        let ignored = |part: &&str| {
            let name = part.split('=').next().unwrap_or_default();
            !self.ignored_parameters.iter().any(|ignored| ignored == name)
        };
        let query: Vec<&str> = asked.query.split('&').filter(ignored).collect();
        let base = parts.uri.path().strip_suffix(&asked.path).unwrap_or_default();
        let path = if self.ids_in_any_case { lower_id(&asked.path) } else { asked.path.clone() };
        let whole =
            if asked.query.is_empty() { format!("{base}{path}") } else { format!("{base}{path}?{}", query.join("&")) };
        if let Ok(uri) = whole.parse::<Uri>() {
            parts.uri = uri;
        }
    }

    /// A resource or a PATCH, as it is taken.
    fn written(&self, asked: &Asked, body: &mut Value, rt: &ResourceType) -> Result<(), ScimError> {
        if self.ids_in_any_case {
            lower_ids(body);
        }
        let Some(object) = body.as_object_mut() else { return Ok(()) };
        if asked.method == Method::PATCH {
            return self.patched(object, rt);
        }
        self.refuse_beyond(object.keys().map(String::as_str), rt)?;
        self.values(object, rt)?;
        if self.display_name_made && rt.name == "User" {
            let part = |key: &str| object.get("name").and_then(|name| name.get(key)).and_then(Value::as_str);
            let made = [part("givenName"), part("familyName")].into_iter().flatten().collect::<Vec<_>>().join(" ");
            let user_name = object.get("userName").and_then(Value::as_str).unwrap_or_default();
            let made = if made.is_empty() { user_name.to_owned() } else { made };
            object.insert("displayName".into(), made.into());
        }
        if self.members_dropped_on_create && asked.method == Method::POST {
            object.shift_remove("members");
        }
        Ok(())
    }

    /// The operations of a PATCH, as they are taken.
    fn patched(&self, object: &mut Object, rt: &ResourceType) -> Result<(), ScimError> {
        let operations = object.iter_mut().find(|(name, _)| name.eq_ignore_ascii_case("operations"));
        let Some(operations) = operations.and_then(|(_, all)| all.as_array_mut()) else { return Ok(()) };
        for operation in operations.iter_mut().filter_map(Value::as_object_mut) {
            let Some(path) = operation.get("path").and_then(Value::as_str).map(str::to_owned) else {
                if let Some(value) = operation.get_mut("value").and_then(Value::as_object_mut) {
                    self.refuse_beyond(value.keys().map(String::as_str), rt)?;
                    self.refuse_patch(value.keys().map(String::as_str), rt)?;
                    self.values(value, rt)?;
                }
                continue;
            };
            let name = root(&path);
            self.refuse_beyond([name].into_iter(), rt)?;
            self.refuse_patch([name].into_iter(), rt)?;
            let sub = path.rsplit_once('.').map(|(_, sub)| sub).filter(|_| !path.contains(':'));
            if let Some(value) = operation.get_mut("value") {
                // The value as the whole attribute has it, or the one sub-attribute that the path names.
                let mut place = Object::new();
                let wrapped = match sub {
                    Some(sub) => Value::Object([(sub.to_owned(), value.take())].into_iter().collect()),
                    None => value.take(),
                };
                place.insert(name.to_owned(), wrapped);
                self.values(&mut place, rt)?;
                let taken = place.remove(name).unwrap_or_default();
                *value = match sub {
                    Some(sub) => taken.get(sub).cloned().unwrap_or_default(),
                    None => taken,
                };
            }
        }
        let lost = |operation: &Value| {
            let path = operation.get("path").and_then(Value::as_str).unwrap_or_default();
            let plain = format!(
                "{}{}",
                root(path),
                path.rsplit_once('.').map(|(_, sub)| format!(".{sub}")).unwrap_or_default()
            );
            self.dropped.contains(&plain) || self.display_name_made && plain == "displayName" && rt.name == "User"
        };
        operations.retain(|operation| !lost(operation));
        Ok(())
    }

    /// The attributes of a body, as they are stored.
    fn values(&self, object: &mut Object, rt: &ResourceType) -> Result<(), ScimError> {
        for path in &self.dropped {
            leave_out(object, path);
        }
        for (name, value) in object.iter_mut() {
            let Some(attribute) = rt.base_attribute(name) else { continue };
            if self.lowered.contains(&attribute.name)
                && let Some(text) = value.as_str()
            {
                *value = text.to_lowercase().into();
            }
            let values = match value {
                Value::Array(values) => values.as_mut_slice(),
                single => std::slice::from_mut(single),
            };
            for element in values {
                self.check_type(element, attribute)?;
                if self.canonicalized.contains(&attribute.name) {
                    canonicalize(element, &attribute.name);
                }
            }
        }
        Ok(())
    }

    fn check_type(&self, element: &Value, attribute: &Attribute) -> Result<(), ScimError> {
        let (Some(sub), Some(kind)) = (attribute.sub("type"), element.get("type").and_then(Value::as_str)) else {
            return Ok(());
        };
        let known = sub.canonical_values.iter().any(|known| known.eq_ignore_ascii_case(kind));
        if !self.canonical_only || known || sub.canonical_values.is_empty() {
            return Ok(());
        }
        let why = format!("{} has the types {}", attribute.name, sub.canonical_values.join(", "));
        Err(ScimError::invalid_value(why))
    }

    fn refuse_beyond<'n>(&self, mut names: impl Iterator<Item = &'n str>, rt: &ResourceType) -> Result<(), ScimError> {
        if self.refused_beyond.is_empty() && self.refused.is_empty() || rt.name != "User" {
            return Ok(());
        }
        let among = |names: &[String], name: &str| names.iter().any(|known| known.eq_ignore_ascii_case(name));
        let known = |name: &str| match self.refused_beyond.as_slice() {
            [] => !among(&self.refused, name),
            all => name.eq_ignore_ascii_case("schemas") || among(all, name),
        };
        match names.find(|name| !known(name)) {
            Some(name) => Err(ScimError::invalid_value(format!("{name} is not known here"))),
            None => Ok(()),
        }
    }

    fn refuse_patch<'n>(&self, mut names: impl Iterator<Item = &'n str>, rt: &ResourceType) -> Result<(), ScimError> {
        if self.patchable.is_empty() || rt.name != "User" {
            return Ok(());
        }
        match names.find(|name| !self.patchable.iter().any(|known| known.eq_ignore_ascii_case(name))) {
            Some(name) => Err(ScimError {
                status: 400,
                scim_type: Some(ScimType::InvalidPath),
                detail: format!("PATCH changes {} and nothing else, not {name}", self.patchable.join(", ")),
            }),
            None => Ok(()),
        }
    }
}

/// The attribute that a path begins with, without the URN of the user's own schema; an extension by its whole URN.
fn root(path: &str) -> &str {
    let plain = path.strip_prefix(urn::USER).map_or(path, |rest| rest.trim_start_matches(':'));
    if plain.starts_with("urn:") {
        return plain.rsplit_once(':').map_or(plain, |(urn, _)| urn);
    }
    plain.split(['.', '[']).next().unwrap_or(plain)
}

/// RFC 7643 section 4.1.2: the domain of an address in lower case, a number with its scheme.
fn canonicalize(element: &mut Value, attribute: &str) {
    let text = match element {
        Value::Object(object) => object.get_mut("value"),
        Value::String(_) => Some(element),
        _ => None,
    };
    let Some((text, place)) = text.and_then(|place| Some((place.as_str()?.to_owned(), place))) else { return };
    *place = match (attribute, text.rsplit_once('@')) {
        ("emails", Some((local, domain))) => format!("{local}@{}", domain.to_lowercase()).into(),
        ("phoneNumbers", _) if text.starts_with('+') => format!("tel:{}", text.replace(' ', "-")).into(),
        _ => text.into(),
    };
}

/// A path with the id in it in lower case.
fn lower_id(path: &str) -> String {
    path.split('/')
        .map(|part| if is_guid(part) { part.to_lowercase() } else { part.to_owned() })
        .collect::<Vec<_>>()
        .join("/")
}

fn lower_ids(value: &mut Value) {
    match value {
        Value::String(text) if is_guid(text) => *text = text.to_lowercase(),
        Value::Array(values) => values.iter_mut().for_each(lower_ids),
        Value::Object(object) => object.values_mut().for_each(lower_ids),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn taken(rules: &RequestRules, method: Method, body: &Value) -> Result<Value, ScimError> {
        let asked = Asked { method, path: "/Users".into(), query: String::new() };
        let (mut parts, ()) = axum::http::Request::new(()).into_parts();
        let sent = body.to_string().into();
        let taken = rules.taken(&asked, &mut parts, sent, &Registry::default())?;
        Ok(serde_json::from_slice(&taken).unwrap_or_default())
    }

    fn patch(path: &str, value: &Value) -> Value {
        json!({ "Operations": [{ "op": "replace", "path": path, "value": value }] })
    }

    #[test]
    fn a_value_is_taken_the_same_way_in_a_body_and_in_a_patch() {
        let rules = RequestRules {
            canonicalized: vec!["emails".into()],
            lowered: vec!["userName".into()],
            dropped: vec!["emails.type".into()],
            ..RequestRules::default()
        };
        let sent = json!({ "userName": "ADA", "emails": [{ "value": "A@X.ORG", "type": "work" }] });
        assert_eq!(
            taken(&rules, Method::POST, &sent).unwrap(),
            json!({ "userName": "ada", "emails": [{ "value": "A@x.org" }] })
        );
        let whole = patch("emails[type eq \"work\"].value", &json!("B@Y.ORG"));
        assert_eq!(taken(&rules, Method::PATCH, &whole).unwrap()["Operations"][0]["value"], "B@y.org");
        let name = patch("userName", &json!("BOB"));
        assert_eq!(taken(&rules, Method::PATCH, &name).unwrap()["Operations"][0]["value"], "bob");
        let lost = patch("emails[value eq \"x\"].type", &json!("home"));
        assert_eq!(taken(&rules, Method::PATCH, &lost).unwrap(), json!({ "Operations": [] }));
    }

    #[test]
    fn what_is_beyond_is_refused() {
        let rules = RequestRules { refused_beyond: vec!["userName".into()], ..RequestRules::default() };
        assert!(taken(&rules, Method::POST, &json!({ "schemas": [], "userName": "a" })).is_ok());
        assert!(taken(&rules, Method::POST, &json!({ "userName": "a", "title": "b" })).is_err());
        let rules = RequestRules { patchable: vec!["active".into()], ..RequestRules::default() };
        assert!(taken(&rules, Method::PATCH, &patch("active", &json!(false))).is_ok());
        assert!(taken(&rules, Method::PATCH, &patch("name.familyName", &json!("x"))).is_err());
        let rules = RequestRules { canonical_only: true, ..RequestRules::default() };
        let odd = json!({ "emails": [{ "value": "a@x", "type": "summer" }] });
        assert!(taken(&rules, Method::POST, &odd).is_err());
    }
}
