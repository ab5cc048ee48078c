//! What a tenant asks of users, and whether it is there for one run alone.

use bytes::Bytes;
use client::wire::{Method, Request};
use serde_json::{Map, Value, json};
use std::sync::Arc;
use tokio::sync::{OwnedRwLockReadGuard, OwnedRwLockWriteGuard, RwLock};

/// What a tenant asks for and allows.
#[derive(Debug, Clone)]
pub struct TenantSettings {
    /// Domain of user names and e-mail addresses.
    pub mail_domain: String,
    /// Attributes every user is sent with where it has none: path and value. Text may hold `{userName}`, `{givenName}`,
    /// `{familyName}` and `{tag}`.
    pub add: Vec<(String, Value)>,
    /// Whether nobody else uses the tenant: then scenarios tagged `@exclusive` are played, one at a time.
    pub exclusive: bool,
    queue: Arc<RwLock<()>>,
}

impl Default for TenantSettings {
    fn default() -> Self {
        Self { mail_domain: "example.com".to_owned(), add: Vec::new(), exclusive: false, queue: Arc::default() }
    }
}

/// A scenario's place in a tenant it shares: beside others, or alone.
#[derive(Debug)]
pub enum TenantLock {
    /// Beside others.
    Shared(OwnedRwLockReadGuard<()>),
    /// Alone.
    Alone(OwnedRwLockWriteGuard<()>),
}

impl TenantSettings {
    /// Waits for a place in the shared tenant.
    pub async fn lock(&self, alone: bool) -> TenantLock {
        if alone {
            TenantLock::Alone(self.queue.clone().write_owned().await)
        } else {
            TenantLock::Shared(self.queue.clone().read_owned().await)
        }
    }
}

/// Adds what the tenant asks for to a request that creates or replaces a user, as an administrator would by a mapping
/// of the IdP. What is there stays, and what is no JSON object is left alone.
pub fn add_required(add: &[(String, Value)], tag: &str, request: &mut Request) {
    let path = request.path();
    let whole = match request.method {
        Method::Post => path == "/Users",
        Method::Put => path.starts_with("/Users/"),
        _ => false,
    };
    let body = request.body.as_ref().filter(|_| whole && !add.is_empty());
    let Some(Value::Object(mut user)) = body.and_then(|b| serde_json::from_slice(b).ok()) else { return };
    for (path, value) in add {
        let value = filled(value, &user, tag);
        put(&mut user, path, value);
    }
    request.body = Some(Bytes::from(Value::Object(user).to_string()));
}

fn put(user: &mut Map<String, Value>, path: &str, value: Value) {
    let (extension, path) = match path.rsplit_once(':').filter(|_| path.starts_with("urn:")) {
        Some((urn, path)) => (Some(urn), path),
        None => (None, path),
    };
    let mut parts: Vec<&str> = extension.into_iter().chain(path.split('.')).collect();
    let Some(last) = parts.pop() else { return };
    let mut at = &mut *user;
    for part in parts {
        match at.entry(part).or_insert_with(|| json!({})) {
            Value::Object(inner) => at = inner,
            _ => return,
        }
    }
    let there = at.keys().any(|k| k.eq_ignore_ascii_case(last));
    if !there {
        at.insert(last.to_owned(), value);
    }
    if let (Some(urn), Some(Value::Array(schemas))) = (extension, user.get_mut("schemas"))
        && !schemas.iter().any(|s| s == urn)
    {
        schemas.push(urn.into());
    }
}

fn filled(value: &Value, user: &Map<String, Value>, tag: &str) -> Value {
    let of = |pointer: &str| {
        let (first, rest) = pointer.split_once('/').unwrap_or((pointer, ""));
        let found = user.get(first)?;
        if rest.is_empty() { found.as_str() } else { found.get(rest)?.as_str() }
    };
    match value {
        Value::String(text) => {
            let names =
                [("{userName}", "userName"), ("{givenName}", "name/givenName"), ("{familyName}", "name/familyName")];
            let text =
                names.iter().fold(text.replace("{tag}", tag), |t, (n, p)| t.replace(n, of(p).unwrap_or_default()));
            text.into()
        }
        Value::Array(all) => all.iter().map(|v| filled(v, user, tag)).collect(),
        Value::Object(all) => all.iter().map(|(k, v)| (k.clone(), filled(v, user, tag))).collect::<Map<_, _>>().into(),
        other => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_sent_with_what_the_tenant_asks_for_and_keeps_what_it_has() {
        let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
        let add = [
            ("title".to_owned(), json!("Tester")),
            ("nickName".to_owned(), json!("{userName}/{tag}")),
            ("name.honorificPrefix".to_owned(), json!("Dr")),
            (format!("{urn}:costCenter"), json!("4711")),
            ("roles".to_owned(), json!([{"value": "{givenName}"}])),
        ];
        let body = json!({"schemas": ["s"], "userName": "ada", "Title": "Boss", "name": {"givenName": "Ada"}});
        let mut request = Request::new(Method::Post, "/Users").json(&body);
        add_required(&add, "r1", &mut request);
        let sent: Value = serde_json::from_slice(request.body.as_ref().unwrap()).unwrap();
        let expected = json!({
            "schemas": ["s", urn], "userName": "ada", "Title": "Boss", "name": {"givenName": "Ada", "honorificPrefix": "Dr"},
            "nickName": "ada/r1", urn: {"costCenter": "4711"}, "roles": [{"value": "Ada"}],
        });
        assert_eq!(sent, expected);
        for (method, path, body) in [
            (Method::Patch, "/Users/1", r#"{"a":1}"#),
            (Method::Post, "/Groups", r#"{"a":1}"#),
            (Method::Post, "/Users", "[1]"),
            (Method::Post, "/Users", "no json"),
        ] {
            let mut request = Request::new(method, path);
            request.body = Some(Bytes::from(body));
            add_required(&add, "r1", &mut request);
            assert_eq!(request.body.unwrap(), body);
        }
    }
}
