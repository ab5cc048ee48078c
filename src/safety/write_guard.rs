//! Stands before every request of a scenario: no write goes to what the run did not make, and the ledger has an entry before each
//! create is sent, its id once the target has answered.
//!
//! In: requests before they are sent, exchanges after. Out: whether a write may go out; entries of the ledger. Never: a request.

use super::bulk;
use super::ledger::Ledger;
use super::names::name_attribute;
use super::ownership::{NotOurs, Ownership, Read};
use client::observe::{Endpoint, Observation, id_text, member};
use client::wire::{Actor, Exchange, Interceptor, Method, Request, TransportOutcome};
use futures::future::BoxFuture;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A create under way.
#[derive(Debug, PartialEq)]
struct Create {
    actor: Actor,
    endpoint: String,
    key: Option<String>,
}

/// Why a write is not sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotPermitted {
    /// In a sentence.
    pub why: String,
    /// Whether it would have gone to what somebody else made, rather than to what is not known.
    pub anothers: bool,
}

/// Endpoints that only describe the service: a POST there creates nothing that could be removed.
const DESCRIBING: [&str; 3] = ["Schemas", "ResourceTypes", "ServiceProviderConfig"];

/// Guards one scenario's writes, and keeps its part of a ledger.
#[derive(Debug)]
pub struct WriteGuard {
    ledger: Arc<Ledger>,
    scenario: usize,
    base: String,
    under_way: Mutex<Vec<(Create, usize)>>,
    /// Creates within bulk jobs under way, by actor.
    jobs: Mutex<HashMap<Actor, Vec<bulk::Create>>>,
    /// Whose the resources of the target are, where that is kept.
    ownership: Option<Ownership>,
}

impl WriteGuard {
    /// Keeps `ledger` for what a scenario creates below a base URL.
    #[must_use]
    pub fn new(ledger: Arc<Ledger>, scenario: usize, base: &str) -> Self {
        let base = base.to_owned();
        Self { ledger, scenario, base, under_way: Mutex::default(), jobs: Mutex::default(), ownership: None }
    }

    /// The same guard, for a scenario whose names carry that tag: it lets no write go to what others made, where there
    /// are others.
    #[must_use]
    pub fn of(self, tag: &str, shared: bool) -> Self {
        Self { ownership: Some(Ownership::new(tag, shared)), ..self }
    }

    /// Whether there are others in the tenant, whose objects must not be written to.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.ownership.as_ref().is_some_and(Ownership::is_shared)
    }

    /// Takes down whose the resources of an answer are.
    pub fn learn(&self, seen: &Observation) {
        if let Some(ownership) = &self.ownership {
            ownership.learn(seen);
        }
    }

    /// The paths of the objects that a request would write to; within a bulk job, those that it names by their ids.
    #[must_use]
    pub fn addressed(request: &Request) -> Vec<String> {
        match (request.method, request.path()) {
            (Method::Put | Method::Patch | Method::Delete, path) => vec![path.to_owned()],
            (Method::Post, "/Bulk") => body_of(request).as_ref().map(bulk::addressed).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    /// Whether a write may be sent to the object at a path: to what others made none may. `read` is how it was read before.
    ///
    /// # Errors
    /// When it is not proven ours; says which.
    pub fn permit(&self, path: &str, read: Read<'_>) -> Result<(), NotPermitted> {
        let (Some(ownership), Endpoint::Resource(endpoint, id)) = (&self.ownership, Endpoint::of(path)) else {
            return Ok(());
        };
        let before = self.ledger.before(&self.base, &endpoint, &id);
        let created = self.ledger.find(&self.base, &endpoint, &id).is_some();
        ownership.may_write(&endpoint, &id, read, (before, created)).map_err(|why| NotPermitted {
            why: format!("{endpoint}/{id} is nothing that this run is known to have made, so it is left alone: {why}"),
            anothers: matches!(why, NotOurs::ThereBefore | NotOurs::Another),
        })
    }

    /// Takes down what a write that is about to be sent gives names to.
    ///
    /// # Errors
    /// When it puts somebody into a group whom the run did not make.
    pub fn permit_body(&self, request: &Request) -> Result<(), NotPermitted> {
        let (Some(ownership), true) = (&self.ownership, request.method.writes()) else { return Ok(()) };
        let Some(body) = body_of(request) else { return Ok(()) };
        if request.path().starts_with("/Groups")
            && let Some(id) = ownership.stranger(&body)
        {
            let why = format!("/Users/{id} is nobody that this run made, so no group gets that member");
            return Err(NotPermitted { why, anothers: true });
        }
        ownership.gives(&body);
        Ok(())
    }

    /// Keeps the same part of the ledger for what is created below another base URL.
    #[must_use]
    pub fn elsewhere(&self, base: &str) -> Self {
        Self::new(self.ledger.clone(), self.scenario, base)
    }

    /// Writes the entry of a create; other requests are none of its business.
    ///
    /// # Errors
    /// When the ledger cannot be written: then the create must not be sent.
    pub fn announce(&self, actor: &Actor, request: &Request) -> Result<(), String> {
        let path = request.path().trim_matches('/');
        if request.method != Method::Post || path.contains(['.', '/']) || DESCRIBING.contains(&path) {
            return Ok(());
        }
        if path == "Bulk" {
            return self.announce_job(actor, request);
        }
        let endpoint = format!("/{path}");
        let key = body_of(request).as_ref().and_then(|b| key_of(b, &endpoint));
        let number = self.intend(&endpoint, key.clone())?;
        self.lock().push((Create { actor: actor.clone(), endpoint, key }, number));
        Ok(())
    }

    /// Writes the creates of a bulk job into the ledger before it is sent.
    fn announce_job(&self, actor: &Actor, request: &Request) -> Result<(), String> {
        let mut creates = bulk::creates(body_of(request).as_ref());
        for create in &mut creates {
            let key = create.data.as_ref().and_then(|d| key_of(d, &create.endpoint));
            create.number = self.intend(&create.endpoint, key)?;
        }
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).insert(actor.clone(), creates);
        Ok(())
    }

    fn intend(&self, endpoint: &str, key: Option<String>) -> Result<usize, String> {
        let tag = self.ownership.as_ref().map(Ownership::tag);
        self.ledger.intend(self.scenario, &self.base, endpoint, (key, tag)).map_err(|e| e.to_string())
    }

    /// Writes down how a job's creates ended.
    fn book_job(&self, job: &Observation) {
        let under_way = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.exchange.actor);
        for create in under_way.unwrap_or_default() {
            match create.outcome(job) {
                bulk::Outcome::Made(id) => self.ledger.created(create.number, &id),
                bulk::Outcome::Refused => self.ledger.gone(create.number),
                bulk::Outcome::Unknown => {}
            }
        }
    }

    /// Writes down how a create ended; gives the new id.
    pub fn book(&self, write: &Observation) -> Option<String> {
        let (Method::Post, Endpoint::Collection(endpoint)) = (write.method(), &write.endpoint) else { return None };
        if endpoint == "/Bulk" {
            self.book_job(write);
            return None;
        }
        let key = write.sent.as_ref().and_then(|b| key_of(b, endpoint));
        let create = Create { actor: write.exchange.actor.clone(), endpoint: endpoint.clone(), key };
        let number = {
            let mut under_way = self.lock();
            let found = under_way.iter().position(|(c, _)| *c == create);
            found.map(|at| under_way.remove(at)).map(|(create, number)| {
                // Without the tag the name may be another's: it is not looked for.
                let tagged = |key: &String| self.ownership.as_ref().is_some_and(|ownership| ownership.tagged(key));
                (number, create.key.as_ref().is_some_and(tagged))
            })
        };
        let id = write.json().filter(|_| write.succeeded()).and_then(id_text);
        let refused = write.status().is_some_and(|s| matches!(s, 400..=499 | 501));
        let never_came = matches!(write.outcome(), TransportOutcome::NoConnection | TransportOutcome::NotSent);
        match (&id, number) {
            (Some(id), Some((number, _))) => self.ledger.created(number, id),
            (None, Some((number, true))) if refused => self.ledger.refused(number),
            (None, Some((number, _))) if refused || never_came => self.ledger.gone(number),
            _ => {}
        }
        id
    }

    /// Strikes out what a DELETE removed.
    pub fn deleted(&self, endpoint: &str, id: &str) {
        if let Some(number) = self.ledger.find(&self.base, endpoint, id) {
            self.ledger.gone(number);
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<(Create, usize)>> {
        self.under_way.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn body_of(request: &Request) -> Option<Value> {
    request.body.as_ref().and_then(|b| serde_json::from_slice(b).ok())
}

/// The name an object can be found by again.
fn key_of(body: &Value, endpoint: &str) -> Option<String> {
    member(body, name_attribute(endpoint)).and_then(Value::as_str).map(str::to_owned)
}

impl Interceptor for WriteGuard {
    fn before<'a>(&'a self, actor: &'a Actor, request: &'a Request) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            for path in Self::addressed(request) {
                self.permit(&path, Read::Failed).map_err(|e| e.why)?;
            }
            self.permit_body(request).map_err(|e| e.why)?;
            self.announce(actor, request)
        })
    }

    fn after<'a>(&'a self, exchange: &'a Arc<Exchange>, index: usize) -> BoxFuture<'a, ()> {
        Box::pin(async move {
            let observation = Observation::read(exchange.clone(), index);
            self.learn(&observation);
            self.book(&observation);
            if let (Method::Delete, Endpoint::Resource(endpoint, id)) = (observation.method(), &observation.endpoint)
                && observation.succeeded()
            {
                self.deleted(endpoint, id);
            }
        })
    }
}
