//! The witness: follows every write with a read of its own, keeps the ledger, and lets two IdPs take turns.

use super::bulk;
use crate::check::{Context, Verdicts, effect, lookup};
use crate::observe::{Endpoint, Observation};
use crate::target::{Ledger, id_text};
use crate::verdict::{Departures, Reading};
use crate::wire::{Client, Exchange, Hooks, Method, Request, encode_query_value};
use futures::future::BoxFuture;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// Follows the writes of one scenario.
pub(super) struct Witness {
    /// Reads in the witness's name; it has no hooks, so it is not followed itself.
    client: Client,
    ledger: Arc<Ledger>,
    scenario: usize,
    reading: Reading,
    departures: Departures,
    notes: Mutex<Notes>,
    turns: Mutex<Turns>,
    turned: Notify,
}

#[derive(Default)]
struct Notes {
    /// Last full reads of resources by their target path, with the count of writes at that time.
    known: HashMap<String, (u64, Value)>,
    /// Resources as they were before the write under way, by actor and target path.
    before: HashMap<(String, String), Value>,
    /// Creates under way: actor, endpoint, key, number in the ledger.
    creates: Vec<(String, String, Option<String>, usize)>,
    /// Creates within bulk jobs under way, by actor.
    jobs: HashMap<String, Vec<bulk::Create>>,
    writes: u64,
    verdicts: Verdicts,
}

/// Whose request comes next; empty when everybody may send.
#[derive(Default)]
struct Turns(Vec<String>);

impl Witness {
    pub(super) fn new(
        client: Client,
        ledger: Arc<Ledger>,
        scenario: usize,
        reading: Reading,
        departures: Departures,
    ) -> Self {
        Self {
            client,
            ledger,
            scenario,
            reading,
            departures,
            notes: Mutex::default(),
            turns: Mutex::default(),
            turned: Notify::new(),
        }
    }

    /// What the effects so far say.
    pub(super) fn verdicts(&self) -> Verdicts {
        self.notes().verdicts.clone()
    }

    /// Something outside SCIM changed the target: what was read before is no measure any more.
    pub(super) fn forget(&self) {
        self.notes().writes += 1;
    }

    /// Keeps the ledger, and judges nothing: for writes that overlap, where no read tells which did what.
    pub(super) fn ledger_only(self: &Arc<Self>) -> Arc<Bookkeeper> {
        Arc::new(Bookkeeper(self.clone()))
    }

    /// From now on these actors send one request each in turn, until they are dismissed.
    pub(super) fn take_turns(&self, actors: Vec<String>) {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).0 = actors;
    }

    /// This actor has nothing more to send.
    pub(super) fn dismiss(&self, actor: &str) {
        self.turns.lock().unwrap_or_else(PoisonError::into_inner).0.retain(|a| a != actor);
        self.turned.notify_waiters();
    }

    async fn wait_for_turn(&self, actor: &str) {
        loop {
            let woken = self.turned.notified();
            {
                let turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
                if turns.0.first().is_none_or(|first| first == actor) || !turns.0.iter().any(|a| a == actor) {
                    return;
                }
            }
            woken.await;
        }
    }

    fn pass_turn(&self, actor: &str) {
        let mut turns = self.turns.lock().unwrap_or_else(PoisonError::into_inner);
        if turns.0.first().is_some_and(|first| first == actor) {
            turns.0.rotate_left(1);
        }
        drop(turns);
        self.turned.notify_waiters();
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn base(&self) -> &str {
        self.client.base().as_str()
    }

    fn announce(&self, actor: &str, request: &Request, endpoint: &str) -> Result<(), String> {
        let body: Option<Value> = request.body.as_ref().and_then(|b| serde_json::from_slice(b).ok());
        let key = body.as_ref().and_then(|b| key_of(b, endpoint));
        let number =
            self.ledger.intend(self.scenario, self.base(), endpoint, key.clone()).map_err(|e| e.to_string())?;
        self.notes().creates.push((actor.to_owned(), endpoint.to_owned(), key, number));
        Ok(())
    }

    /// Makes sure that the resource is known as it is before a write.
    async fn look_before(&self, actor: &str, target: &str) {
        let fresh = {
            let notes = self.notes();
            notes.known.get(target).filter(|(at, _)| *at == notes.writes).map(|(_, v)| v.clone())
        };
        let before = match fresh {
            Some(value) => Some(value),
            None => self.read(target).await.json().cloned().filter(Value::is_object),
        };
        if let Some(before) = before {
            self.notes().before.insert((actor.to_owned(), target.to_owned()), before);
        }
    }

    async fn read(&self, target: &str) -> Observation {
        let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
        let exchange = self.client.send(request).await;
        // The journal grows by the witness's own exchanges only while it reads: the last one is this one.
        let index = self.client.journal().len().saturating_sub(1);
        let seen = Observation::read(exchange, index);
        if seen.succeeded()
            && let Some(value) = seen.json().filter(|v| v.is_object())
        {
            let mut notes = self.notes();
            let at = notes.writes;
            notes.known.insert(target.to_owned(), (at, value.clone()));
        }
        seen
    }

    /// The resource at a path as it was last read in full, unless anything was written since.
    pub(super) fn latest(&self, target: &str) -> Option<Value> {
        let notes = self.notes();
        notes.known.get(target).filter(|(at, _)| *at == notes.writes).map(|(_, value)| value.clone())
    }

    async fn follow(&self, write: &Observation) {
        let actor = write.exchange.actor.clone();
        match (write.method(), &write.endpoint) {
            (Method::Get, Endpoint::Resource(endpoint, id)) => {
                if write.succeeded()
                    && write.query_value("attributes").is_none()
                    && write.query_value("excludedAttributes").is_none()
                    && let Some(value) = write.json().filter(|v| v.is_object())
                {
                    let mut notes = self.notes();
                    let at = notes.writes;
                    notes.known.insert(path(endpoint, id), (at, value.clone()));
                }
            }
            (Method::Post, Endpoint::Collection(endpoint)) if endpoint == "/Bulk" => {
                self.notes().writes += 1;
                self.book_job(write);
            }
            (Method::Post, Endpoint::Collection(endpoint)) => {
                self.notes().writes += 1;
                self.follow_create(write, &actor, endpoint).await;
            }
            (Method::Put | Method::Patch | Method::Delete, Endpoint::Resource(endpoint, id)) => {
                let target = path(endpoint, id);
                let before = {
                    let mut notes = self.notes();
                    notes.writes += 1;
                    notes.known.remove(&target);
                    notes.before.remove(&(actor, target.clone()))
                };
                if write.failure().is_some() {
                    return;
                }
                let after = self.read(&target).await;
                if write.method() == Method::Delete
                    && write.succeeded()
                    && let Some(number) = self.ledger.find(self.base(), endpoint, id)
                {
                    self.ledger.gone(number);
                }
                self.judge(effect::judge(write, before.as_ref(), &after, &self.context()));
            }
            _ => {}
        }
    }

    async fn follow_create(&self, write: &Observation, actor: &str, endpoint: &str) {
        if let Some(id) = self.book(write, actor, endpoint) {
            let after = self.read(&path(endpoint, &id)).await;
            self.judge(effect::judge(write, None, &after, &self.context()));
        } else if write.status() == Some(409) {
            self.cross_check(write, endpoint).await;
        }
    }

    /// Writes the outcome of a create into the ledger; gives the new id.
    fn book(&self, write: &Observation, actor: &str, endpoint: &str) -> Option<String> {
        let key = write.sent.as_ref().and_then(|b| key_of(b, endpoint));
        let number = {
            let mut notes = self.notes();
            let found = notes.creates.iter().position(|c| c.0 == actor && c.1 == endpoint && c.2 == key);
            found.map(|at| notes.creates.remove(at).3)
        };
        let id = write.json().filter(|_| write.succeeded()).and_then(id_text);
        match (&id, number) {
            (Some(id), Some(number)) => self.ledger.created(number, id),
            (None, Some(number)) if write.status().is_some_and(|s| matches!(s, 400..=499 | 501)) => {
                self.ledger.gone(number);
            }
            _ => {}
        }
        id
    }

    /// Writes the creates of a bulk job into the ledger before it is sent.
    fn announce_job(&self, actor: &str, request: &Request) -> Result<(), String> {
        let body: Option<Value> = request.body.as_ref().and_then(|b| serde_json::from_slice(b).ok());
        let mut creates = bulk::creates(body.as_ref());
        for create in &mut creates {
            let key = create.data.as_ref().and_then(|d| key_of(d, &create.endpoint));
            let intended = self.ledger.intend(self.scenario, self.base(), &create.endpoint, key);
            create.number = intended.map_err(|e| e.to_string())?;
        }
        self.notes().jobs.insert(actor.to_owned(), creates);
        Ok(())
    }

    /// Writes the outcome of a job's creates into the ledger.
    fn book_job(&self, job: &Observation) {
        let creates = self.notes().jobs.remove(&job.exchange.actor).unwrap_or_default();
        for create in creates {
            match create.outcome(job) {
                bulk::Outcome::Made(id) => self.ledger.created(create.number, &id),
                bulk::Outcome::Refused => self.ledger.gone(create.number),
                bulk::Outcome::Unknown => {}
            }
        }
    }

    /// A create that conflicts must be findable by the same key.
    async fn cross_check(&self, conflict: &Observation, endpoint: &str) {
        let Some(sent) = &conflict.sent else { return };
        let attributes: &[&str] = if endpoint == "/Groups" { &["displayName"] } else { &["userName", "externalId"] };
        let mut lookups = Vec::new();
        for attribute in attributes {
            let Some(value) = sent.get(*attribute).filter(|v| v.is_string()) else { continue };
            let filter = encode_query_value(&format!("{attribute} eq {value}"));
            lookups.push(self.read(&format!("{endpoint}?filter={filter}")).await);
        }
        self.judge(lookup::judge(conflict, &lookups.iter().collect::<Vec<_>>()));
    }

    fn judge(&self, verdicts: Verdicts) {
        self.notes().verdicts.merge(verdicts);
    }

    pub(super) fn context(&self) -> Context<'_> {
        Context { reading: self.reading, departures: &self.departures }
    }
}

fn path(endpoint: &str, id: &str) -> String {
    format!("{endpoint}/{}", encode_query_value(id))
}

/// The name an object can be found by again.
fn key_of(body: &Value, endpoint: &str) -> Option<String> {
    let attribute = if endpoint == "/Groups" { "displayName" } else { "userName" };
    crate::observe::member(body, attribute).and_then(Value::as_str).map(str::to_owned)
}

impl Hooks for Witness {
    fn before<'a>(&'a self, actor: &'a str, request: &'a Request) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            self.wait_for_turn(actor).await;
            let path = request.target.split('?').next().unwrap_or_default();
            let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
            match (request.method, parts.as_slice()) {
                (Method::Post, ["Bulk"]) => self.announce_job(actor, request),
                (Method::Post, [kind]) if !kind.starts_with('.') => self.announce(actor, request, &format!("/{kind}")),
                (Method::Put | Method::Patch | Method::Delete, [_, _]) => {
                    self.look_before(actor, path).await;
                    Ok(())
                }
                _ => Ok(()),
            }
        })
    }

    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let observation = Observation::read(exchange.clone(), index);
            self.follow(&observation).await;
            self.pass_turn(&exchange.actor);
        })
    }
}

/// The witness without its eyes.
pub(super) struct Bookkeeper(Arc<Witness>);

impl Hooks for Bookkeeper {
    fn before<'a>(&'a self, actor: &'a str, request: &'a Request) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            let path = request.target.split('?').next().unwrap_or_default().trim_matches('/');
            if request.method == Method::Post && !path.contains(['.', '/']) {
                return self.0.announce(actor, request, &format!("/{path}"));
            }
            Ok(())
        })
    }

    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let observation = Observation::read(exchange.clone(), index);
            if let (Method::Post, Endpoint::Collection(endpoint)) = (observation.method(), &observation.endpoint) {
                self.0.book(&observation, &exchange.actor, endpoint);
            }
        })
    }
}
