//! What a scenario makes on the target as its ground: users and groups that fit the target's own schemas.

use super::schema_bodies::complete;
use super::step_end::Stop;
use super::world::World;
use client::observe::{id_text, member};
use client::wire::{Method, Request, encode_query_value};
use judge::verdict::OutcomeKind;
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
        if let Some(object) = body.as_object_mut() {
            object.retain(|name, _| told.knows(endpoint, name));
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

    /// Makes a user or group and notes its name. A target that has no such attributes, or does not keep them, cannot be asked
    /// what the scenario asks: that is judged elsewhere.
    pub(super) async fn make(&mut self, name: &str, endpoint: &str, with: Value) -> Result<(), Stop> {
        let told = self.site.capabilities().await;
        if let Some(unknown) = paths(&with).into_iter().find(|path| !told.knows(endpoint, path)) {
            let reason = format!("by its schemas this target's resources at {endpoint} have no {unknown}");
            return Err(self.evidence.stop(OutcomeKind::Skipped, reason));
        }
        let body = self.body_for(endpoint, with).await;
        let request = Request::new(Method::Post, endpoint).header("content-type", "application/scim+json").json(&body);
        let made = self.evidence.dispatch(request, true).await?;
        let Some(id) = made.json().filter(|_| made.succeeded()).and_then(id_text) else {
            let status = made.status().unwrap_or_default();
            return Err(self
                .evidence
                .unprepared(&format!("a create at {endpoint} was answered {status}, without an id")));
        };
        let path = format!("{endpoint}/{}", encode_query_value(&id));
        let stored = self.evidence.state_at(&path).await?;
        if let Some(lost) = lost(&body, stored.as_ref().unwrap_or(&Value::Null)) {
            return Err(self.evidence.unprepared(&format!("{lost} is not kept as it was sent")));
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
    fn attributes_are_named_with_their_parts() {
        let body = json!({ "schemas": [], "title": "x", "emails": [{ "value": "a" }], "urn:x:Ext": { "level": 1 }, "roles": [] });
        assert_eq!(paths(&body), ["title", "emails.value", "urn:x:Ext:level", "roles"]);
    }
}
