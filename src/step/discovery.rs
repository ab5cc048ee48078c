//! What the target says it can do, read once for a run and product.

use super::stop::Stop;
use super::world::World;
use client::observe::{Capabilities, Observation};
use client::wire::{Actor, BaseUrl, Client, Journal, Method, Request};
use judge::verdict::OutcomeKind;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// What is known of abilities, by product: a scenario that expects another product is played against one. Its reads are in no
/// scenario's evidence: which scenario asks first is chance.
#[derive(Debug, Default)]
pub struct Discovery(Mutex<BTreeMap<String, Arc<Known>>>);

/// What is known of one product's abilities.
#[derive(Debug, Default)]
struct Known {
    told: OnceCell<Arc<Capabilities>>,
    probed: OnceCell<BTreeMap<&'static str, bool>>,
}

/// Features that no document announces, and the request that shows whether they are there.
const PROBES: &[(&str, Method, &str)] = &[
    ("/Me", Method::Get, "/Me"),
    (".search", Method::Post, "/Users/.search"),
    ("root searches", Method::Post, "/.search"),
    ("root queries", Method::Get, "/?count=1"),
];

impl Discovery {
    fn of(&self, product: &str) -> Arc<Known> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(product.to_owned()).or_default().clone()
    }
}

impl World {
    /// What the target's discovery documents say.
    pub(super) async fn capabilities(&self) -> Arc<Capabilities> {
        let known = self.session.discovery.of(&self.product);
        let read = async {
            let config = self.quietly(Method::Get, "/ServiceProviderConfig").await;
            let types = self.quietly(Method::Get, "/ResourceTypes").await;
            let schemas = self.quietly(Method::Get, "/Schemas").await;
            let body = |o: &Observation| o.json().filter(|_| o.succeeded()).cloned();
            let bodies = [body(&config), body(&types), body(&schemas)];
            Arc::new(Capabilities::read(bodies[0].as_ref(), bodies[1].as_ref(), bodies[2].as_ref()))
        };
        known.told.get_or_init(|| read).await.clone()
    }

    /// Whether a feature that no document announces is there.
    async fn probed(&self, name: &str) -> Option<bool> {
        let known = self.session.discovery.of(&self.product);
        let probe = async {
            let mut found = BTreeMap::new();
            for (name, method, path) in PROBES {
                let answer = self.quietly(*method, path).await;
                // No answer, or one of a server in trouble, says nothing.
                if !answer.outcome().is_the_targets() || answer.status() == Some(500) {
                    continue;
                }
                found.insert(*name, answer.status() == Some(200) && answer.json().is_some_and(Value::is_object));
            }
            found
        };
        known.probed.get_or_init(|| probe).await.get(name).copied()
    }

    /// One request that is part of no evidence.
    async fn quietly(&self, method: Method, path: &str) -> Observation {
        self.quietly_below(self.tenancy.base.clone(), method, path).await
    }

    /// The same below another base URL of the same host.
    pub(super) async fn quietly_below(&self, base: BaseUrl, method: Method, path: &str) -> Observation {
        let credential = self.tenancy.credential.clone();
        let client =
            Client::new(self.session.transport.clone(), base, credential, Actor::Discovery, Journal::default());
        let mut request = Request::new(method, path).header("accept", "application/scim+json");
        if method == Method::Post {
            let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1 });
            request = request.header("content-type", "application/scim+json").json(&body);
        }
        Observation::read(client.send(request).await, 0)
    }

    /// Whether the target has a feature; `None` where its documents say nothing of it.
    pub(super) async fn supports(&mut self, feature: &str) -> Result<Option<bool>, Stop> {
        if PROBES.iter().any(|(name, ..)| *name == feature) {
            return Ok(self.probed(feature).await);
        }
        let told = self.capabilities().await;
        match feature {
            "patch" | "bulk" | "filter" | "sort" | "etag" => Ok(told.supports(feature)),
            "password changes" => Ok(told.supports("changePassword")),
            "cursors" => Ok(Some(told.setting("pagination", "cursor") == Some(&Value::Bool(true)))),
            // Before RFC 9865 there was no word for it, and every server that pages did so.
            "pages by index" => Ok(Some(told.setting("pagination", "index") != Some(&Value::Bool(false)))),
            "groups" => Ok(Some(told.gaps.iter().any(|g| g.starts_with("/ResourceTypes")) || told.serves("/Groups"))),
            other => Err(self.misuse(format!("{other} is no feature a target announces"))),
        }
    }

    /// Skips the scenario unless the target has the feature, or says nothing of it.
    pub(super) async fn needs(&mut self, feature: &str) -> Result<(), Stop> {
        if self.supports(feature).await? == Some(false) {
            let how = if PROBES.iter().any(|(name, ..)| *name == feature) { "as a try shows" } else { "as it says" };
            return Err(self.stop(OutcomeKind::Skipped, format!("this target does not support {feature}, {how}")));
        }
        Ok(())
    }
}
