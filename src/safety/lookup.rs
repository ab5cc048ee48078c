//! Finds what a run made by its name, on servers that filter and on servers that do not.
//!
//! In: an entry of a ledger. Out: the resources that carry its name exactly, or why nobody can say. Never: a write.

use super::ledger::Entry;
use super::names::name_attribute;
use super::ownership::Read;
use client::observe::{Observation, Resource, id_text};
use client::wire::{Client, Method, Request, TransportOutcome, encode_query_value};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// Most pages of an endpoint that are read to find something in it.
const PAGES: usize = 500;
/// Resources asked for at once.
const PAGE: usize = 100;

/// Why a name could not be looked up.
pub(super) enum Missed {
    /// The target gave no answer, or one that leaves open what it holds.
    Silent(String),
    /// It gave one that tells nothing.
    Unhelpful(String),
}

impl From<Missed> for String {
    fn from(missed: Missed) -> Self {
        match missed {
            Missed::Silent(why) | Missed::Unhelpful(why) => why,
        }
    }
}

/// The answer to a read of one resource.
pub(super) struct OneRead(Observation);

/// Reads one resource.
pub(super) async fn read_one(client: &Client, endpoint: &str, id: &str) -> OneRead {
    OneRead(get(client, &format!("{endpoint}/{}", encode_query_value(id))).await)
}

impl OneRead {
    /// What it shows.
    pub(super) fn as_read(&self) -> Read<'_> {
        read_of(&self.0)
    }

    /// How it ended, for a message.
    pub(super) fn told(&self) -> String {
        match self.0.failure() {
            Some(failure) => format!("reading it failed: {failure}"),
            None => format!("reading it was answered {}", self.0.status_text()),
        }
    }
}

/// What a read of one resource shows.
#[must_use]
pub fn read_of(answer: &Observation) -> Read<'_> {
    match (answer.status(), answer.json()) {
        (Some(404 | 410), _) => Read::Gone,
        // The body of an error is an object too, and no resource.
        (_, Some(resource)) if answer.succeeded() && resource.is_object() => Read::Shows(resource),
        _ => Read::Failed,
    }
}

async fn get(client: &Client, target: &str) -> Observation {
    let request = Request::new(Method::Get, target).header("accept", "application/scim+json");
    Observation::read(client.send(request).await, 0)
}

/// Looks names up. Where filters have no effect, an endpoint is read whole, once.
pub(super) struct Lookup<'a> {
    client: &'a Client,
    whole: BTreeMap<String, Result<Vec<Value>, String>>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, whole: BTreeMap::new() }
    }

    /// What carries the entry's name exactly.
    pub(super) async fn by_name(&mut self, entry: &Entry) -> Result<Vec<Value>, Missed> {
        let Some(key) = &entry.key else {
            return Err(Missed::Unhelpful("its create got no answer and it has no name to find it by".to_owned()));
        };
        let attribute = name_attribute(&entry.endpoint);
        let named = |r: &Value| Resource::of(r).text(attribute).is_some_and(|name| name.eq_ignore_ascii_case(key));
        if !self.whole.contains_key(&entry.endpoint) {
            let quoted = Value::from(key.as_str()).to_string();
            let filter = encode_query_value(&format!("{attribute} eq {quoted}"));
            let answer = get(self.client, &format!("{}?filter={filter}", entry.endpoint)).await;
            let all = listed(&answer, entry)?;
            if all.iter().all(named) {
                return Ok(all);
            }
            let whole = self.read_whole(&entry.endpoint).await;
            self.whole.insert(entry.endpoint.clone(), whole);
        }
        match self.whole.get(&entry.endpoint) {
            Some(Ok(all)) => Ok(all.iter().filter(|r| named(r)).cloned().collect()),
            Some(Err(why)) => Err(Missed::Silent(why.clone())),
            None => Ok(Vec::new()),
        }
    }

    async fn read_whole(&self, endpoint: &str) -> Result<Vec<Value>, String> {
        pages(self.client, endpoint).await.map_err(|short| format!("filters have no effect, and {}", short.why))
    }
}

/// The resources that a look-up was answered with.
fn listed(answer: &Observation, entry: &Entry) -> Result<Vec<Value>, Missed> {
    match answer.failure() {
        Some(failure) if answer.outcome() == TransportOutcome::NoConnection => {
            return Err(Missed::Silent(failure.to_string()));
        }
        Some(failure) => {
            let create = if entry.refused { "its create was refused" } else { "its create got no answer" };
            return Err(Missed::Silent(format!("{create}, and looking it up failed: {failure}")));
        }
        None => {}
    }
    if answer.status() == Some(404) {
        return Ok(Vec::new());
    }
    if !answer.succeeded() {
        return Err(Missed::Unhelpful(format!("looking it up was answered {}", answer.status_text())));
    }
    match answer.list() {
        Some(list) => Ok(list.resources().to_vec()),
        None => Err(Missed::Unhelpful("looking it up was answered with something that is no list".to_owned())),
    }
}

/// Why an endpoint could not be read whole.
pub(super) struct NotWhole {
    /// The status of the answer that ended it, where it was one.
    pub(super) status: Option<u16>,
    /// In words.
    pub(super) why: String,
}

/// Everything at an endpoint, page by page.
pub(super) async fn pages(client: &Client, endpoint: &str) -> Result<Vec<Value>, NotWhole> {
    let (mut all, mut seen, mut next) = (Vec::new(), BTreeSet::new(), 1);
    for _ in 0..PAGES {
        let answer = get(client, &format!("{endpoint}?startIndex={next}&count={PAGE}")).await;
        let Some(list) = answer.list().filter(|_| answer.succeeded()) else {
            let why = format!("{endpoint} could not be read: {}", answer.status_text());
            return Err(NotWhole { status: answer.status(), why });
        };
        let page = list.resources();
        next += page.len();
        let before = all.len();
        all.extend(page.iter().filter(|r| id_text(r).is_none_or(|id| seen.insert(id))).cloned());
        if page.is_empty() || list.total().is_some_and(|total| next as u64 > total) {
            return Ok(all);
        }
        if all.len() == before {
            let why = format!("{endpoint} shows the same page again and again, so not all of it could be read");
            return Err(NotWhole { status: None, why });
        }
    }
    Err(NotWhole {
        status: None,
        why: format!("{endpoint} has more than {PAGES} pages, which are not read; keep to the ledger"),
    })
}
