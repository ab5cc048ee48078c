//! A running provider and a small HTTP client, for the tests of the provider.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]
#![allow(
    dead_code,
    clippy::allow_attributes,
    reason = "each test file uses its own part, so none can expect what is left"
)]

pub(crate) mod raw;

use provider::{Behaviour, Clock, Faults, Provider, Running, Settings};
use reqwest::header::HeaderMap;
use serde_json::{Value, json};

pub(crate) const USER: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
pub(crate) const GROUP: &str = "urn:ietf:params:scim:schemas:core:2.0:Group";
pub(crate) const PATCH: &str = "urn:ietf:params:scim:api:messages:2.0:PatchOp";

/// One answer; the body is null when there is none or it is no JSON.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) body: Value,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|v| v.to_str().unwrap()).unwrap_or_default()
    }

    pub(crate) fn id(&self) -> String {
        self.body["id"].as_str().unwrap_or_else(|| panic!("no id: {self:?}")).to_owned()
    }

    pub(crate) fn total(&self) -> u64 {
        self.body["totalResults"].as_u64().unwrap_or_else(|| panic!("no list: {self:?}"))
    }

    pub(crate) fn ids(&self) -> Vec<String> {
        let all = self.body["Resources"].as_array().unwrap_or_else(|| panic!("no list: {self:?}"));
        all.iter().map(|r| r["id"].as_str().unwrap().to_owned()).collect()
    }

    /// The ids of a group's members.
    pub(crate) fn members(&self) -> Vec<String> {
        let members = self.body["members"].as_array().cloned().unwrap_or_default();
        members.iter().map(|m| m["value"].as_str().unwrap().to_owned()).collect()
    }
}

/// A base URL with a token.
#[derive(Clone)]
pub(crate) struct Client {
    pub(crate) http: reqwest::Client,
    pub(crate) base: String,
    pub(crate) token: String,
}

impl Client {
    pub(crate) async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answer {
        self.try_send(method, path, headers, body).await.unwrap()
    }

    pub(crate) async fn try_send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer, reqwest::Error> {
        let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
        let mut request = self.http.request(method, format!("{}{path}", self.base));
        if !self.token.is_empty() {
            request = request.header("authorization", format!("Bearer {}", self.token));
        }
        if let Some(body) = body {
            if !headers.iter().any(|(name, _)| *name == "content-type") {
                request = request.header("content-type", "application/scim+json");
            }
            request = request.body(body.to_string());
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let headers = response.headers().clone();
        let text = response.text().await?;
        let body = serde_json::from_str(&text).unwrap_or(Value::Null);
        Ok(Answer { status, headers, text, body })
    }

    pub(crate) async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], None).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Answer {
        self.send("POST", path, &[], Some(body)).await
    }

    pub(crate) async fn put(&self, path: &str, body: Value) -> Answer {
        self.send("PUT", path, &[], Some(body)).await
    }

    pub(crate) async fn patch(&self, path: &str, operations: Value) -> Answer {
        self.send("PATCH", path, &[], Some(json!({ "schemas": [PATCH], "Operations": operations }))).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, &[], None).await
    }

    /// The answer to a query by filter.
    pub(crate) async fn find(&self, endpoint: &str, filter: &str) -> Answer {
        self.get(&format!("{endpoint}?filter={}", encode(filter))).await
    }

    /// Makes a user and gives its id.
    pub(crate) async fn user(&self, name: &str) -> String {
        let answer = self.post("/Users", user(name)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.id()
    }

    /// Makes a group and gives its id.
    pub(crate) async fn group(&self, name: &str, members: &[&str]) -> String {
        let answer = self.post("/Groups", group(name, members)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        answer.id()
    }

    pub(crate) async fn members_of(&self, group: &str) -> Vec<String> {
        self.get(&format!("/Groups/{group}")).await.members()
    }
}

pub(crate) fn user(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": name, "externalId": format!("ext-{name}") })
}

pub(crate) fn group(name: &str, members: &[&str]) -> Value {
    let members: Vec<Value> = members.iter().map(|id| json!({ "value": id })).collect();
    json!({ "schemas": [GROUP], "displayName": name, "members": members })
}

pub(crate) fn encode(text: &str) -> String {
    text.bytes()
        .map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") })
        .collect()
}

/// A provider with a logical clock.
pub(crate) struct Site {
    pub(crate) running: Running,
    pub(crate) scim: Client,
    pub(crate) admin: Client,
}

impl Site {
    pub(crate) async fn start(behaviour: Behaviour) -> Self {
        Self::with(Settings { behaviour, clock: Clock::logical(), ..Settings::default() }).await
    }

    pub(crate) async fn correct() -> Self {
        Self::start(Behaviour::default()).await
    }

    pub(crate) async fn faulty(fault: &str) -> Self {
        let faults = Faults::named(&[fault]).unwrap();
        Self::with(Settings { faults, clock: Clock::logical(), ..Settings::default() }).await
    }

    pub(crate) async fn with(settings: Settings) -> Self {
        let running = Provider::start(settings).await.unwrap();
        let http = reqwest::Client::builder().no_proxy().build().unwrap();
        let client = |base: &str, token: &str| Client { http: http.clone(), base: base.into(), token: token.into() };
        let scim = client(&running.base_url, &running.token);
        let admin = client(&running.admin_url, &running.admin_token);
        Self { running, scim, admin }
    }

    /// A client of a new tenant.
    pub(crate) async fn tenant(&self, name: &str) -> Client {
        let made = self.admin.post("/tenants", json!({ "name": name })).await;
        assert_eq!(made.status, 201, "{made:?}");
        let part = |key: &str| made.body[key].as_str().unwrap().to_owned();
        Client { http: self.scim.http.clone(), base: part("base_url"), token: part("token") }
    }
}
