//! Keeps the ledger: an entry before each create is sent, its id once the target has answered.

use super::bulk;
use super::ledger::Ledger;
use super::names::name_attribute;
use super::ours::Ours;
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

/// Endpoints that only describe the service: a POST there creates nothing that could be removed.
const DESCRIBING: [&str; 3] = ["Schemas", "ResourceTypes", "ServiceProviderConfig"];

/// Books what passes into one scenario's part of a ledger.
#[derive(Debug)]
pub struct Keeper {
    ledger: Arc<Ledger>,
    scenario: usize,
    base: String,
    under_way: Mutex<Vec<(Create, usize)>>,
    /// Creates within bulk jobs under way, by actor.
    jobs: Mutex<HashMap<Actor, Vec<bulk::Create>>>,
    /// Whose the resources of the target are, where that is kept.
    ours: Option<Ours>,
}

impl Keeper {
    /// Keeps `ledger` for what a scenario creates below a base URL.
    #[must_use]
    pub fn new(ledger: Arc<Ledger>, scenario: usize, base: &str) -> Self {
        let base = base.to_owned();
        Self { ledger, scenario, base, under_way: Mutex::default(), jobs: Mutex::default(), ours: None }
    }

    /// The same keeper, for a scenario whose names carry that tag: it lets no write go to what others made, where there
    /// are others.
    #[must_use]
    pub fn of(self, tag: &str, shared: bool) -> Self {
        Self { ours: Some(Ours::new(tag, shared)), ..self }
    }

    /// Takes down whose the resources of an answer are.
    pub fn learn(&self, seen: &Observation) {
        if let Some(ours) = &self.ours {
            ours.learn(seen);
        }
    }

    /// Whether a write may be sent: to what others made none may. `before` is how it was read, if it could be.
    ///
    /// # Errors
    /// When it is another's; says which.
    pub fn permit(&self, request: &Request, before: Option<&Value>) -> Result<(), String> {
        let Some(ours) = &self.ours else { return Ok(()) };
        if request.method == Method::Get {
            return Ok(());
        }
        let path = request.path();
        if let Endpoint::Resource(endpoint, id) = Endpoint::of(path)
            && !ours.may_write(&endpoint, &id, before)
        {
            return Err(format!("{endpoint}/{id} is nothing that this run made, so it is left alone"));
        }
        let body: Option<Value> = request.body.as_ref().and_then(|b| serde_json::from_slice(b).ok());
        let Some(body) = body else { return Ok(()) };
        if path.starts_with("/Groups")
            && let Some(id) = ours.stranger(&body)
        {
            return Err(format!("/Users/{id} is nobody that this run made, so no group gets that member"));
        }
        ours.gives(&body);
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
        let body: Option<Value> = request.body.as_ref().and_then(|b| serde_json::from_slice(b).ok());
        let key = body.as_ref().and_then(|b| key_of(b, &endpoint));
        let number =
            self.ledger.intend(self.scenario, &self.base, &endpoint, key.clone()).map_err(|e| e.to_string())?;
        self.lock().push((Create { actor: actor.clone(), endpoint, key }, number));
        Ok(())
    }

    /// Writes the creates of a bulk job into the ledger before it is sent.
    fn announce_job(&self, actor: &Actor, request: &Request) -> Result<(), String> {
        let body: Option<Value> = request.body.as_ref().and_then(|b| serde_json::from_slice(b).ok());
        let mut creates = bulk::creates(body.as_ref());
        for create in &mut creates {
            let key = create.data.as_ref().and_then(|d| key_of(d, &create.endpoint));
            let intended = self.ledger.intend(self.scenario, &self.base, &create.endpoint, key);
            create.number = intended.map_err(|e| e.to_string())?;
        }
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner).insert(actor.clone(), creates);
        Ok(())
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
                let tagged = |key: &String| self.ours.as_ref().is_some_and(|ours| ours.tagged(key));
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

/// The name an object can be found by again.
fn key_of(body: &Value, endpoint: &str) -> Option<String> {
    member(body, name_attribute(endpoint)).and_then(Value::as_str).map(str::to_owned)
}

impl Interceptor for Keeper {
    fn before<'a>(&'a self, actor: &'a Actor, request: &'a Request) -> BoxFuture<'a, Result<(), String>> {
        Box::pin(async move {
            self.permit(request, None)?;
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
