//! What the target says it can do, read once for a run and product.
//!
//! In: a client whose requests are part of no scenario's evidence: which scenario asks first is chance. Out: abilities. Never:
//! a judgement.

use client::observe::{Capabilities, Observation};
use client::wire::{Client, Method, Request};
use judge::check::Offered;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::OnceCell;

/// What is known of abilities, by product: a scenario that expects another product is played against one.
#[derive(Debug, Default)]
pub struct Discovery(Mutex<BTreeMap<String, Arc<Abilities>>>);

/// What is known of one product's abilities.
#[derive(Debug, Default)]
struct Abilities {
    announced: OnceCell<(Arc<Capabilities>, Arc<Offered>)>,
    probed: OnceCell<BTreeMap<&'static str, bool>>,
}

/// Features that no document announces, and the request that shows whether they are there.
const PROBES: &[(&str, Method, &str)] = &[
    ("/Me", Method::Get, "/Me"),
    (".search", Method::Post, "/Users/.search"),
    ("root searches", Method::Post, "/.search"),
    ("root queries", Method::Get, "/?count=1"),
];

/// Whether a feature is announced by no document, so that only a try shows it.
pub(super) fn is_probed(feature: &str) -> bool {
    PROBES.iter().any(|(name, ..)| *name == feature)
}

/// Features that nobody needs from a server that does not say that it has them: no client of such a server uses them.
const EXTRAS: &[&str] = &["bulk", "sort", "etag", "password changes"];

/// Whether a target that says nothing of a feature is not asked for it.
pub(super) fn is_extra(feature: &str) -> bool {
    EXTRAS.contains(&feature)
}

impl Discovery {
    fn of(&self, product: &str) -> Arc<Abilities> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.entry(product.to_owned()).or_default().clone()
    }

    /// What the discovery documents say, and what users and groups can have by them.
    pub(super) async fn announced(&self, product: &str, client: &Client) -> (Arc<Capabilities>, Arc<Offered>) {
        let known = self.of(product);
        let read = async {
            let config = quietly(client, Method::Get, "/ServiceProviderConfig").await;
            let types = quietly(client, Method::Get, "/ResourceTypes").await;
            let schemas = quietly(client, Method::Get, "/Schemas").await;
            let [config, types, schemas] = [&config, &types, &schemas].map(|o| o.json().filter(|_| o.succeeded()));
            let told = Capabilities::read(config, types, schemas);
            let offered = Offered::of(&told);
            (Arc::new(told), Arc::new(offered))
        };
        known.announced.get_or_init(|| read).await.clone()
    }

    /// Whether a feature that no document announces is there.
    pub(super) async fn probed(&self, product: &str, feature: &str, client: &Client) -> Option<bool> {
        let known = self.of(product);
        let probe = async {
            let mut found = BTreeMap::new();
            for (name, method, path) in PROBES {
                let answer = quietly(client, *method, path).await;
                // No answer, or one of a server in trouble, says nothing.
                if !answer.outcome().is_the_targets() || answer.status() == Some(500) {
                    continue;
                }
                found.insert(*name, answer.status() == Some(200) && answer.json().is_some_and(Value::is_object));
            }
            found
        };
        known.probed.get_or_init(|| probe).await.get(feature).copied()
    }
}

/// What the discovery documents say of a feature that they announce. The inner value is none where they say nothing of it; the
/// outer one, where no document announces such a feature.
pub(super) fn announced(told: &Capabilities, feature: &str) -> Option<Option<bool>> {
    Some(match feature {
        "patch" | "bulk" | "filter" | "sort" | "etag" => told.supports(feature),
        "password changes" => told.supports("changePassword"),
        "cursors" => Some(told.setting("pagination", "cursor") == Some(&Value::Bool(true))),
        // Before RFC 9865 there was no word for it, and every server that pages did so.
        "pages by index" => Some(told.setting("pagination", "index") != Some(&Value::Bool(false))),
        "groups" => Some(told.may_serve("/Groups")),
        _ => return None,
    })
}

/// One request that is part of no evidence.
pub(super) async fn quietly(client: &Client, method: Method, path: &str) -> Observation {
    let mut request = Request::new(method, path).header("accept", "application/scim+json");
    if method == Method::Post {
        let body = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"], "count": 1 });
        request = request.header("content-type", "application/scim+json").json(&body);
    }
    Observation::read(client.send(request).await, 0)
}
