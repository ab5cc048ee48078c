//! The service without sockets, for the fuzz targets: a request's parts in, status and body out.
//!
//! Compiled under `cfg(fuzzing)` only. The body takes the way it takes behind HTTP.

use super::behaviour::Behaviour;
use super::clock::Clock;
use super::service::{Call, Method, Parts, Service, Target};
use super::store::{Store, Tenant};
use bytes::Bytes;
use scim::schema::Registry;
use serde_json::{Value, json};

/// A service with a tenant, a user and a group that has the user as its member.
pub struct Direct {
    store: Store,
    service: Service,
    tenant: Tenant,
    /// The user's id.
    pub user: String,
    /// The group's id.
    pub group: String,
}

impl Direct {
    /// A service as it is at its beginning.
    ///
    /// # Panics
    /// When the database in memory cannot be made.
    #[expect(clippy::new_without_default, reason = "a default that panics would be a trap")]
    #[expect(clippy::unwrap_used, reason = "without a service there is nothing to fuzz")]
    pub fn new() -> Self {
        let store = Store::open(None, 0, Clock::logical()).unwrap();
        let service = Service::new(Behaviour::default(), Registry::default(), Parts::default());
        let tenant = Tenant { row: 0, name: "t".into() };
        let mut direct = Self { store, service, tenant, user: String::new(), group: String::new() };
        direct.begin_again();
        direct
    }

    /// Forgets everything, so that an input gives the same answer each time.
    ///
    /// # Panics
    /// When the database in memory cannot be written.
    #[expect(clippy::unwrap_used, reason = "without a service there is nothing to fuzz")]
    pub fn begin_again(&mut self) {
        let tenant = self.tenant.clone();
        let made = self.store.transact(
            |store| {
                store.delete_tenant(&tenant)?;
                store.create_tenant("t")
            },
            Result::is_ok,
        );
        self.tenant = made.unwrap().unwrap().unwrap();
        let id = |answer: (u16, Option<Value>)| answer.1.unwrap()["id"].as_str().unwrap().to_owned();
        let ada = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "ada", "externalId": "x1",
            "emails": [{ "value": "ada@example.com", "type": "work", "primary": true }]
        });
        self.user = id(self.send("POST", "/Users", ada.to_string().as_bytes()));
        let team = json!({
            "schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group"], "displayName": "Team",
            "members": [{ "value": self.user }]
        });
        self.group = id(self.send("POST", "/Groups", team.to_string().as_bytes()));
    }

    /// One request of an authenticated client.
    pub fn send(&mut self, method: &str, path: &str, body: &[u8]) -> (u16, Option<Value>) {
        let method = match method {
            "GET" => Method::Get,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            _ => Method::Other,
        };
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        let call = Call {
            base: "http://127.0.0.1/scim/v2".into(),
            ..Call::plain(self.tenant.clone(), method, Target::at(&segments), Bytes::copy_from_slice(body))
        };
        let reply = self.service.handle(&mut self.store, &call);
        (reply.status, reply.body)
    }
}
