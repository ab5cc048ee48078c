//! Stands before every request of a scenario: no write goes to what the run did not make, and the ledger has an entry before each
//! create is sent, its id once the target has answered.
//!
//! In: requests before they are sent, exchanges after. Out: whether a write may go out; entries of the ledger. Never: a request.

use super::bulk;
use super::ledger::{Before, Ledger};
use super::lookup::read_of;
use super::names::name_attribute;
use super::ownership::{NotOurs, Ownership, Read};
use client::observe::{Endpoint, Observation, id_text, member};
use client::wire::{Actor, Client, Exchange, Interceptor, Method, Request, TransportOutcome};
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
pub struct WriteGuard {
    ledger: Arc<Ledger>,
    scenario: usize,
    base: String,
    under_way: Mutex<Vec<(Create, usize)>>,
    /// Creates within bulk jobs under way, by actor.
    jobs: Mutex<HashMap<Actor, Vec<bulk::Create>>>,
    /// Whose the resources of the target are.
    ownership: Ownership,
    /// Reads what is about to be written to.
    reader: Client,
    /// Whether a create is refused of which nobody could tell afterwards that it is ours.
    provable: bool,
}

impl WriteGuard {
    /// Guards what a scenario writes below the base URL of `reader`, which no interceptor follows. The scenario's names carry
    /// that tag; where the tenant is shared with others, no write goes to what they made.
    #[must_use]
    pub fn new(ledger: Arc<Ledger>, scenario: usize, reader: Client, (tag, shared): (&str, bool)) -> Self {
        let (base, ownership) = (reader.base().as_str().to_owned(), Ownership::new(tag, shared));
        Self {
            ledger,
            scenario,
            base,
            under_way: Mutex::default(),
            jobs: Mutex::default(),
            ownership,
            reader,
            provable: false,
        }
    }

    /// The same, and a create is refused of which nobody could tell afterwards that it is ours ([`Self::unprovable`]): for requests
    /// that nobody looks at before.
    #[must_use]
    pub fn provable(self) -> Self {
        Self { provable: true, ..self }
    }

    /// Guards the same scenario in another environment of the target. Where the first was shared, so is a copy of it.
    #[must_use]
    pub fn elsewhere(&self, reader: Client) -> Self {
        let whose = (self.ownership.tag(), self.ownership.is_shared());
        Self::new(self.ledger.clone(), self.scenario, reader, whose)
    }

    /// Whether there are others in the tenant, whose objects must not be written to.
    #[must_use]
    pub fn is_shared(&self) -> bool {
        self.ownership.is_shared()
    }

    /// Takes down whose the resources of an answer are.
    pub fn learn(&self, seen: &Observation) {
        self.ownership.learn(seen);
    }

    /// The paths of the objects that a request would write to; within a bulk job, those that it names by their ids.
    #[must_use]
    pub fn addressed(request: &Request) -> Vec<String> {
        let path = request.path();
        match (request.method, Endpoint::of(path)) {
            (Method::Get, _) => Vec::new(),
            (Method::Post, Endpoint::Collection(at)) if at.eq_ignore_ascii_case("/Bulk") => {
                body_of(request).as_ref().map(bulk::addressed).unwrap_or_default()
            }
            (Method::Post, Endpoint::Collection(_) | Endpoint::Discovery(_) | Endpoint::Other(_)) => Vec::new(),
            _ => vec![path.to_owned()],
        }
    }

    /// Whether a write may be sent to the object at a path: to what others made none may. `read` is how it was read before.
    ///
    /// # Errors
    /// When it is not proven ours; says which.
    pub fn permit(&self, path: &str, read: Read<'_>) -> Result<(), NotPermitted> {
        let whose = match Endpoint::of(path) {
            // What describes the service is nobody's.
            Endpoint::Discovery(_) => return Ok(()),
            Endpoint::Resource(endpoint, id) => {
                let before = self.ledger.before(&self.base, &endpoint, &id);
                let created = self.ledger.find(&self.base, &endpoint, &id).is_some();
                self.ownership.may_write((&endpoint, &id), read, (before, created))
            }
            Endpoint::Collection(_) | Endpoint::Other(_) if self.is_shared() => Err(NotOurs::NoResource),
            Endpoint::Collection(_) | Endpoint::Other(_) => return Ok(()),
        };
        whose.map_err(|why| NotPermitted {
            why: format!("{path} is nothing that this run is known to have made, so it is left alone: {why}"),
            anothers: matches!(why, NotOurs::ThereBefore | NotOurs::Another),
        })
    }

    /// The same, after a read of it where what is known does not suffice.
    async fn permit_after_look(&self, path: &str) -> Result<(), NotPermitted> {
        let known = self.permit(path, Read::Failed);
        if known.is_ok() || !matches!(Endpoint::of(path), Endpoint::Resource(..)) {
            return known;
        }
        let seen = self.look(path).await;
        self.permit(path, read_of(&seen))
    }

    async fn look(&self, path: &str) -> Observation {
        let request = Request::new(Method::Get, path).header("accept", "application/scim+json");
        let seen = Observation::read(self.reader.send(request).await, 0);
        self.learn(&seen);
        seen
    }

    /// Takes down what a write that is about to be sent gives names to.
    ///
    /// # Errors
    /// When it puts somebody into a group whom the run did not make.
    pub fn permit_body(&self, request: &Request) -> Result<(), NotPermitted> {
        let Some(body) = body_of(request).filter(|_| request.method.writes()) else { return Ok(()) };
        let there =
            |id: &str| ["/Users", "/Groups"].iter().any(|at| self.ledger.before(&self.base, at, id) == Before::There);
        let groups = match Endpoint::of(request.path()) {
            Endpoint::Collection(at) | Endpoint::Resource(at, _) if at.eq_ignore_ascii_case("/Groups") => vec![&body],
            Endpoint::Collection(at) if at.eq_ignore_ascii_case("/Bulk") => bulk::of_groups(&body).collect(),
            _ => Vec::new(),
        };
        if let Some(id) = groups.into_iter().find_map(|body| self.ownership.stranger(body, there)) {
            let why = format!("{id} is nobody that this run made, so no group gets that member");
            return Err(NotPermitted { why, anothers: true });
        }
        self.ownership.gives(&body);
        Ok(())
    }

    /// Why nobody could tell afterwards that a request has made what it made: the name does not carry the run's tag, and of the
    /// ids that were there before not all are known.
    #[must_use]
    pub fn unprovable(&self, request: &Request) -> Option<String> {
        let endpoint = creates_at(request)?;
        let key = key_of(&body_of(request)?, &endpoint);
        let known = self.ledger.before(&self.base, &endpoint, "") != Before::Untagged;
        (!known && !key.is_some_and(|key| self.ownership.tagged(&key))).then(|| {
            format!(
                "its {} does not carry the run's id, and {endpoint} could not be read to its end before the run: cleanup could not \
                 tell it from what was there",
                name_attribute(&endpoint)
            )
        })
    }

    /// Writes the entry of a create; other requests are none of its business.
    ///
    /// # Errors
    /// When the ledger cannot be written: then the create must not be sent.
    pub fn announce(&self, actor: &Actor, request: &Request) -> Result<(), String> {
        let Some(endpoint) = creates_at(request) else { return Ok(()) };
        if endpoint == "/Bulk" {
            return self.announce_job(actor, request);
        }
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
        let counted = matches!(endpoint, "/Users" | "/Groups");
        if counted && self.is_shared() && self.ledger.before(&self.base, endpoint, "") == Before::Unknown {
            return Err(format!(
                "nothing is created at {endpoint}: it could not be read before the run, so cleanup could not tell what the run made \
                 from what was there; safety.exclusive = true says that nobody else uses the tenant"
            ));
        }
        let whose = (key, Some(self.ownership.tag()));
        self.ledger.intend(self.scenario, &self.base, endpoint, whose).map_err(|e| e.to_string())
    }

    /// Writes down how a job's creates ended.
    fn book_job(&self, job: &Observation) {
        let under_way = self.jobs.lock().unwrap_or_else(PoisonError::into_inner).remove(&job.exchange.actor);
        for create in under_way.unwrap_or_default() {
            match create.outcome(job) {
                bulk::Outcome::Made(id) => self.ledger.created(create.number, &id),
                bulk::Outcome::Refused => {
                    let key = create.data.as_ref().and_then(|d| key_of(d, &create.endpoint));
                    self.book_refusal(create.number, key.as_deref());
                }
                bulk::Outcome::Unknown => {}
            }
        }
    }

    /// A target may have made what it says it refused: it is looked for by its name. Without the tag that may be another's.
    fn book_refusal(&self, number: usize, key: Option<&str>) {
        match key.is_some_and(|key| self.ownership.tagged(key)) {
            true => self.ledger.refused(number),
            false => self.ledger.gone(number),
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
        let entry = {
            let mut under_way = self.lock();
            let found = under_way.iter().position(|(c, _)| *c == create);
            found.map(|at| under_way.remove(at))
        };
        let id = write.json().filter(|_| write.succeeded()).and_then(id_text);
        let Some((create, number)) = entry else { return id };
        let never_came = matches!(write.outcome(), TransportOutcome::NoConnection | TransportOutcome::NotSent);
        match &id {
            Some(id) => self.ledger.created(number, id),
            None if write.status().is_some_and(bulk::refuses) => self.book_refusal(number, create.key.as_deref()),
            None if never_came => self.ledger.gone(number),
            None => {}
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

/// The endpoint where a request creates something, or that of bulk jobs; none for every other request.
fn creates_at(request: &Request) -> Option<String> {
    let path = request.path().trim_matches('/');
    let creates = request.method == Method::Post && !path.contains(['.', '/']) && !DESCRIBING.contains(&path);
    creates.then(|| format!("/{path}"))
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
                self.permit_after_look(&path).await.map_err(|e| e.why)?;
            }
            self.permit_body(request).map_err(|e| e.why)?;
            // The creates of a bulk job are told apart when it is announced.
            let alone = self.provable && creates_at(request).is_some_and(|endpoint| endpoint != "/Bulk");
            if let Some(why) = alone.then(|| self.unprovable(request)).flatten() {
                return Err(why);
            }
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
                && matches!(read_of(&self.look(exchange.request.path()).await), Read::Gone)
            {
                self.deleted(endpoint, id);
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ledger::Prior;
    use super::*;
    use client::wire::{BaseUrl, Journal, Transport, TransportLimits};
    use serde_json::json;

    #[test]
    fn what_nobody_could_tell_from_others_afterwards_is_not_created() {
        let guard = |whole: bool, shared: bool| {
            let transport = Transport::new(TransportLimits::default()).unwrap();
            let base = BaseUrl::parse("http://h").unwrap();
            let reader = Client::new(transport, base, None, Actor::Witness, Journal::default());
            let (base, endpoint, ids) = (reader.base().as_str().to_owned(), "/Users".to_owned(), Vec::new());
            let ledger = Arc::new(Ledger::in_memory());
            ledger.found_before(vec![Prior { base, endpoint, ids, whole, untagged: true }]);
            WriteGuard::new(ledger, 0, reader, ("rk3f9001", shared))
        };
        let create = |body: Value| Request::new(Method::Post, "/Users").json(&body);
        for nameless in [json!({ "userName": "" }), json!({ "emails": [{ "value": "a.rk3f9001@x.example" }] })] {
            let why = guard(false, true).unprovable(&create(nameless.clone())).unwrap();
            assert!(why.starts_with("its userName does not carry the run's id"), "{why}");
            assert_eq!(guard(true, true).unprovable(&create(nameless.clone())), None, "every id is known");
            assert!(guard(false, false).unprovable(&create(nameless)).is_some(), "cleanup is as careful there");
        }
        assert_eq!(guard(false, true).unprovable(&create(json!({ "userName": "ada.rk3f9001@x.example" }))), None);
        assert_eq!(guard(false, true).unprovable(&Request::new(Method::Post, "/Users/.search").json(&json!({}))), None);
    }
}
