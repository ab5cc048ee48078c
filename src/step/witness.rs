//! The witness: follows every write with a read of its own, keeps the ledger, and lets two IdPs take turns.

use crate::safety::{Ledger, NotPermitted, Read, WriteGuard, read_of};
use client::observe::{Endpoint, Observation, Resource};
use client::wire::{Actor, Client, Exchange, Interceptor, Interleaving, Method, Request, encode_query_value};
use futures::future::BoxFuture;
use judge::check::{Context, Offered, Verdicts, clause, effect, lookup};
use judge::verdict::{Departures, Place};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// Follows the writes of one scenario.
pub(super) struct Witness {
    /// Reads in the witness's name; no interceptor follows it.
    client: Client,
    guard: Arc<WriteGuard>,
    /// What the product departs in while everybody is recognised, and all that it documents.
    departures: Departures,
    documented: Departures,
    /// What the target's users and groups can have.
    pub(super) offered: Arc<Offered>,
    /// Whether somebody of this scenario has an account that the product may not recognise.
    unrecognised: AtomicBool,
    notes: Mutex<Notes>,
    /// Lets two IdPs take turns.
    pub(super) turns: Interleaving,
}

#[derive(Default)]
struct Notes {
    /// Last full reads of resources by their target path, with the count of writes at that time.
    known: HashMap<String, (u64, Value)>,
    /// Resources as they were before the write under way, by actor and target path.
    before: HashMap<(Actor, String), Value>,
    writes: u64,
    verdicts: Verdicts,
}

impl Notes {
    /// Notes a resource as it is now; what was read before the last write is no measure any more, and is forgotten.
    fn learn(&mut self, target: String, value: &Value) {
        let now = self.writes;
        self.known.retain(|_, (at, _)| *at == now);
        self.known.insert(target, (now, value.clone()));
    }
}

impl Witness {
    pub(super) fn new(
        client: Client,
        ledger: Arc<Ledger>,
        scenario: usize,
        product: (Departures, Arc<Offered>),
        whose: (&str, bool),
    ) -> Self {
        let guard = Arc::new(WriteGuard::new(ledger, scenario, client.clone(), whose));
        Self::with(client, guard, product)
    }

    /// The same witness with fresh notes, for a second environment of the target.
    pub(super) fn elsewhere(&self, client: Client) -> Self {
        let guard = Arc::new(self.guard.elsewhere(client.clone()));
        Self::with(client, guard, (self.documented.clone(), self.offered.clone()))
    }

    fn with(client: Client, guard: Arc<WriteGuard>, (documented, offered): (Departures, Arc<Offered>)) -> Self {
        Self {
            client,
            guard,
            departures: Departures { left_out: false, ..documented.clone() },
            documented,
            offered,
            unrecognised: AtomicBool::new(false),
            notes: Mutex::default(),
            turns: Interleaving::default(),
        }
    }

    /// What the effects so far say.
    pub(super) fn verdicts(&self) -> Verdicts {
        self.notes().verdicts.clone()
    }

    /// Takes back what was judged since; what was read stays known.
    pub(super) fn go_back_to(&self, verdicts: Verdicts) {
        self.notes().verdicts = verdicts;
    }

    /// Something outside SCIM changed the target: what was read before is no measure any more.
    pub(super) fn forget(&self) {
        self.notes().writes += 1;
    }

    /// From now on somebody has an account under a name that the IdP does not send: where the product documents to leave
    /// such members out, that is no finding. Before, a member left out is one.
    pub(super) fn expect_unrecognised(&self) {
        self.unrecognised.store(true, Ordering::Relaxed);
    }

    /// Why what a request creates could not be removed again.
    pub(super) fn unprovable(&self, request: &Request) -> Option<String> {
        self.guard.unprovable(request)
    }

    /// Keeps the ledger, and judges nothing: for writes that overlap, where no read tells which did what.
    pub(super) fn ledger_only(&self) -> Arc<WriteGuard> {
        self.guard.clone()
    }

    fn notes(&self) -> std::sync::MutexGuard<'_, Notes> {
        self.notes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes sure that the resource is known as it is before a write, and that it is the run's to write to.
    async fn look_before(&self, target: &str) -> Result<Option<Value>, String> {
        let fresh = {
            let notes = self.notes();
            notes.known.get(target).filter(|(at, _)| *at == notes.writes).map(|(_, v)| v.clone())
        };
        if let Some(value) = fresh {
            self.permitted(target, Some(&value), self.guard.permit(target, Read::Shows(&value)))?;
            return Ok(Some(value));
        }
        if !matches!(Endpoint::of(target), Endpoint::Resource(..)) {
            self.permitted(target, None, self.guard.permit(target, Read::Failed))?;
        }
        let seen = self.read(target).await;
        let read = read_of(&seen);
        let before = if let Read::Shows(value) = read { Some(value) } else { None };
        self.permitted(target, before, self.guard.permit(target, read))?;
        Ok(before.cloned())
    }

    /// A write that would have gone to what others made is a finding: the target has given its id for another.
    fn permitted(&self, target: &str, before: Option<&Value>, answer: Result<(), NotPermitted>) -> Result<(), String> {
        let Err(NotPermitted { why, anothers }) = answer else { return Ok(()) };
        if anothers {
            let shown = before.map(Resource::of).and_then(|b| b.text("userName").or_else(|| b.text("displayName")));
            let seen = shown.map_or_else(
                || "a resource that this scenario did not make".to_owned(),
                |name| format!("{name}, which this scenario did not make"),
            );
            let place = Place::State(format!("GET {target}"));
            let expected = "the resource that the lookup or the create was about";
            let mut verdicts = Verdicts::default();
            verdicts.findings.push(clause("HAZARD-WRONG-RESOURCE", None, place, (expected, &seen), None));
            verdicts.exercised.insert("HAZARD-WRONG-RESOURCE");
            self.judge(verdicts);
        }
        Err(why)
    }

    async fn read(&self, target: &str) -> Observation {
        let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
        let exchange = self.client.send(request).await;
        // The journal grows by the witness's own exchanges only while it reads: the last one is this one.
        let index = self.client.journal().len().saturating_sub(1);
        let seen = Observation::read(exchange, index);
        self.guard.learn(&seen);
        if seen.succeeded()
            && let Some(value) = seen.json().filter(|v| v.is_object())
        {
            self.notes().learn(target.to_owned(), value);
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
                    self.notes().learn(path(endpoint, id), value);
                }
            }
            (Method::Post, Endpoint::Collection(endpoint)) if endpoint == "/Bulk" => {
                self.notes().writes += 1;
                self.guard.book(write);
            }
            (Method::Post, Endpoint::Collection(endpoint)) => {
                self.notes().writes += 1;
                self.follow_create(write, endpoint).await;
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
                // What can still be read is still the run's to remove, and a read that fails says nothing.
                if write.method() == Method::Delete && write.succeeded() && matches!(read_of(&after), Read::Gone) {
                    self.guard.deleted(endpoint, id);
                }
                self.judge(effect::judge(write, before.as_ref(), &after, &self.context(&write.exchange.actor)));
            }
            _ => {}
        }
    }

    async fn follow_create(&self, write: &Observation, endpoint: &str) {
        if let Some(id) = self.guard.book(write) {
            let after = self.read(&path(endpoint, &id)).await;
            self.judge(effect::judge(write, None, &after, &self.context(&write.exchange.actor)));
        } else if write.status() == Some(409) {
            self.cross_check(write, endpoint).await;
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

    /// What the product documents to do against the RFC's letter, as things are.
    pub(super) fn departures(&self) -> &Departures {
        if self.unrecognised.load(Ordering::Relaxed) { &self.documented } else { &self.departures }
    }

    /// What an exchange of that actor is held with: an IdP's to what it needs as well.
    pub(super) fn context<'a>(&'a self, actor: &'a Actor) -> Context<'a> {
        Context { idp: actor.family(), departures: self.departures(), offered: &self.offered }
    }
}

fn path(endpoint: &str, id: &str) -> String {
    format!("{endpoint}/{}", encode_query_value(id))
}

impl Interceptor for Witness {
    fn before<'a>(&'a self, actor: &'a Actor, request: &'a Request) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            self.turns.wait(actor).await;
            let path = request.path();
            let parts: Vec<&str> = path.trim_matches('/').split('/').collect();
            if let (Method::Put | Method::Patch | Method::Delete, [_, _]) = (request.method, parts.as_slice()) {
                let before = self.look_before(path).await?;
                self.permitted(path, before.as_ref(), self.guard.permit_body(request))?;
                if let Some(before) = before {
                    self.notes().before.insert((actor.clone(), path.to_owned()), before);
                }
                return Ok(());
            }
            // What a bulk job writes to is looked at where it may be somebody else's.
            for target in WriteGuard::addressed(request).iter().filter(|_| self.guard.is_shared()) {
                self.look_before(target).await?;
            }
            self.permitted(path, None, self.guard.permit_body(request))?;
            self.guard.announce(actor, request)
        })
    }

    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let observation = Observation::read(exchange.clone(), index);
            self.guard.learn(&observation);
            self.follow(&observation).await;
            self.turns.pass(&exchange.actor);
        })
    }
}
