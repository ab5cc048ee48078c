//! What a scenario makes on the target as its ground: users and groups that fit the target's own schemas.

use super::lacks::is_shown_on_request;
use super::schema_bodies::complete;
use super::step_end::Stop;
use super::world::World;
use client::observe::{id_text, member};
use client::wire::{Method, Request, encode_query_value};
use scim::prune::take_out;
use serde_json::{Map, Value, json};

impl World {
    /// A user's or group's body with these attributes, complete by the target's schemas.
    pub(super) async fn body_for(&mut self, endpoint: &str, with: Value) -> Value {
        let told = self.site.capabilities().await;
        let number = self.exchanges();
        let mut body = if endpoint == "/Groups" {
            json!({ "displayName": format!("Group {number} {}", self.cast.tag) })
        } else {
            let name = self.cast.addresses.of(&format!("user{number}"));
            json!({ "userName": name, "name": { "givenName": "Given", "familyName": "Family" }, "displayName": "Given Family",
                    "emails": [{ "value": name, "type": "work", "primary": true }], "active": true })
        };
        for unknown in paths(&body).into_iter().filter(|path| !told.knows(endpoint, path)) {
            take_out(&mut body, &unknown);
        }
        if let Some(object) = body.as_object_mut() {
            for (name, value) in with.as_object().cloned().unwrap_or_default() {
                match value {
                    Value::Null => object.shift_remove(&name),
                    value => object.insert(name, value),
                };
            }
        }
        let removed: Vec<String> =
            with.as_object().into_iter().flatten().filter(|(_, v)| v.is_null()).map(|(n, _)| n.clone()).collect();
        let mut body = complete(&told, endpoint, body, &self.cast.addresses);
        if let Some(object) = body.as_object_mut() {
            object.retain(|name, _| !removed.contains(name));
        }
        body
    }

    /// A body without what the target has not, by its schemas, and with what they require.
    pub(super) fn fitting(&self, endpoint: &str, mut body: Value) -> Value {
        let told = &self.evidence.told;
        for unknown in paths(&body).into_iter().filter(|path| !told.knows(endpoint, path)) {
            take_out(&mut body, &unknown);
        }
        complete(told, endpoint, body, &self.cast.addresses)
    }

    /// A user or group, for a request to that path, with what this target's schemas require beyond the RFC's. What the RFC requires and
    /// the body lacks is left out on purpose.
    pub(super) fn with_what_is_required(&self, path: &str, body: Value) -> Value {
        let (endpoint, name) = match path.trim_start_matches('/').split('/').next() {
            Some("Users") => ("/Users", "userName"),
            Some("Groups") => ("/Groups", "displayName"),
            _ => return body,
        };
        let absent: Vec<&str> = [name, "schemas"].into_iter().filter(|name| member(&body, name).is_none()).collect();
        let mut whole = complete(&self.evidence.told, endpoint, body, &self.cast.addresses);
        if let Some(object) = whole.as_object_mut() {
            object.retain(|name, _| !absent.contains(&name.as_str()));
        }
        whole
    }

    /// A bulk job whose creates have what this target's schemas require.
    pub(super) fn with_whole_data(&self, mut job: Value) -> Value {
        let operations = job.get_mut("Operations").and_then(Value::as_array_mut);
        for operation in operations.into_iter().flatten() {
            let path = member(operation, "path").and_then(Value::as_str).unwrap_or_default().to_owned();
            let creates = member(operation, "method").and_then(Value::as_str) == Some("POST");
            if let Some(data) = operation.get_mut("data").filter(|data| creates && data.is_object()) {
                *data = self.with_what_is_required(&path, data.take());
            }
        }
        job
    }

    /// Makes a user or group and notes its name. What the target has not, by its schemas, is left out, and what it does not keep
    /// is noted: rows that name it are not asked, and the others are.
    pub(super) async fn make(&mut self, name: &str, endpoint: &str, mut with: Value) -> Result<(), Stop> {
        let told = self.evidence.told.clone();
        for unknown in paths(&with).into_iter().filter(|path| !told.knows(endpoint, path)) {
            take_out(&mut with, &unknown);
            self.noted.not_kept.insert((endpoint.to_owned(), unknown));
        }
        let mut body = self.body_for(endpoint, with).await;
        let request = Request::new(Method::Post, endpoint).header("content-type", "application/scim+json").json(&body);
        let made = self.evidence.dispatch(request, true).await?;
        let Some(id) = made.json().filter(|_| made.succeeded()).and_then(id_text) else {
            let status = made.status().unwrap_or_default();
            return Err(self
                .evidence
                .unprepared(&format!("a create at {endpoint} was answered {status}, without an id")));
        };
        let path = format!("{endpoint}/{}", encode_query_value(&id));
        let stored = self.evidence.state_at(&path).await?.unwrap_or_default();
        if is_shown_on_request(&told, endpoint, "members") {
            body.as_object_mut().map(|body| body.shift_remove("members"));
        }
        while let Some(lost) = lost(&body, &stored) {
            let lost = narrowed(&body, &stored, lost);
            if !take_out(&mut body, &lost) {
                return Err(self.evidence.unprepared(&format!("the server did not store {lost} as it was sent")));
            }
            self.noted.not_kept.insert((endpoint.to_owned(), lost));
        }
        self.noted.made.insert(name.to_owned(), path);
        Ok(())
    }
}

/// The attributes a body names, those in extensions with their URN.
fn paths(body: &Value) -> Vec<String> {
    let mut found = Vec::new();
    for (name, value) in body.as_object().into_iter().flatten().filter(|(n, _)| *n != "schemas") {
        let join = if name.contains(':') { ":" } else { "." };
        let parts: Vec<&Map<String, Value>> = match value {
            Value::Object(parts) => vec![parts],
            Value::Array(items) => items.iter().filter_map(Value::as_object).collect(),
            _ => Vec::new(),
        };
        if parts.is_empty() {
            found.push(name.clone());
        }
        let inner: Vec<String> =
            parts.iter().flat_map(|p| p.keys()).map(|part| format!("{name}{join}{part}")).collect();
        found.extend(inner);
    }
    found
}

/// Of an attribute whose values are not as they were sent, the part without which they are, where there is one.
fn narrowed(sent: &Value, kept: &Value, whole: String) -> String {
    let values = member(sent, &whole).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    let parts: Vec<String> = values.iter().filter_map(Value::as_object).flat_map(|v| v.keys().cloned()).collect();
    let makes_good = |part: &&String| {
        let mut without = json!({ whole.as_str(): values });
        take_out(&mut without, &format!("{whole}.{part}")) && lost(&without, kept).is_none()
    };
    match parts.iter().filter(|part| *part != "value").find(makes_good) {
        Some(part) => format!("{whole}.{part}"),
        None => whole,
    }
}

/// The first attribute that was sent and is not there as it was sent.
pub(super) fn lost(sent: &Value, kept: &Value) -> Option<String> {
    let skip = |name: &str| ["schemas", "password", "$ref"].iter().any(|n| name.eq_ignore_ascii_case(n));
    match (sent, kept) {
        (Value::Object(sent), Value::Object(_)) => {
            sent.iter().filter(|(name, _)| !skip(name)).find_map(|(name, value)| match member(kept, name) {
                Some(found) => lost(value, found)
                    .map(|inner| if inner.is_empty() { name.clone() } else { format!("{name}.{inner}") }),
                None => Some(name.clone()),
            })
        }
        (Value::Array(sent), Value::Array(kept)) => {
            let missing = |value: &&Value| !kept.iter().any(|k| lost(value, k).is_none());
            sent.iter().find(missing).map(|_| String::new())
        }
        (sent, kept) => (sent != kept).then(String::new),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_target_does_not_keep_is_named() {
        let sent = json!({ "a": 1, "b": [{ "v": 1 }, { "v": 2 }], "n": { "x": "y" }, "password": "p" });
        assert_eq!(
            lost(&sent, &json!({ "A": 1, "b": [{ "v": 2, "z": 0 }, { "v": 1 }], "n": { "x": "y" }, "id": "7" })),
            None
        );
        assert_eq!(lost(&sent, &json!({ "a": 1, "b": [{ "v": 1 }, { "v": 2 }], "n": { "x": "Y" } })).unwrap(), "n.x");
        assert_eq!(lost(&sent, &json!({ "a": 1, "b": [{ "v": 1 }], "n": { "x": "y" } })).unwrap(), "b");
        assert_eq!(lost(&sent, &json!({ "b": [] })).unwrap(), "a");
    }

    #[test]
    fn what_is_lost_of_several_values_is_narrowed_to_a_part() {
        let sent = json!({ "emails": [{ "value": "a", "type": "work" }, { "value": "b", "type": "home" }] });
        let untyped = json!({ "emails": [{ "value": "a" }, { "value": "b" }] });
        assert_eq!(narrowed(&sent, &untyped, "emails".to_owned()), "emails.type");
        let gone = json!({ "emails": [{ "value": "a", "type": "work" }] });
        assert_eq!(narrowed(&sent, &gone, "emails".to_owned()), "emails");
    }

    #[test]
    fn attributes_are_named_with_their_parts() {
        let body = json!({ "schemas": [], "title": "x", "emails": [{ "value": "a" }], "urn:x:Ext": { "level": 1 }, "roles": [] });
        assert_eq!(paths(&body), ["title", "emails.value", "urn:x:Ext:level", "roles"]);
    }
}
