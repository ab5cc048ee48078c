//! Finds what a run made by its name, on servers that filter and on servers that do not.
//!
//! In: an entry of a ledger. Out: what carries its name exactly, or why nobody can say. Never: a write.

use super::ledger::Entry;
use super::names::name_attribute;
use super::ownership::{Read, is_of};
use super::pages::{get, pages};
use client::observe::{Observation, Resource, id_text};
use client::wire::{Client, TransportOutcome, encode_query_value};
use serde_json::Value;
use std::collections::BTreeMap;

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

    /// Whether it shows the resource of that id.
    pub(super) fn is_of(&self, id: &str) -> bool {
        self.0.json().is_some_and(|body| is_of(body, id))
    }

    /// How it ended, for a message.
    pub(super) fn told(&self) -> String {
        match self.0.failure() {
            Some(failure) => format!("reading it failed: {failure}"),
            None if self.0.succeeded() => {
                format!("reading it was answered {}, and not with a resource of that id", self.0.status_text())
            }
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

/// What a list shows of one resource.
#[derive(Debug, Clone)]
pub(super) struct Row {
    /// Its id; without one nothing can address it.
    pub(super) id: Option<String>,
    /// Whether it is active.
    pub(super) active: Option<bool>,
}

impl Row {
    fn of(resource: &Value) -> Self {
        Self { id: id_text(resource), active: Resource::of(resource).active() }
    }
}

/// A list read whole: its rows by name, in lower case.
type Whole = Result<BTreeMap<String, Vec<Row>>, String>;

/// Looks names up. Where filters have no effect, an endpoint is read whole, once.
pub(super) struct Lookup<'a> {
    client: &'a Client,
    whole: BTreeMap<String, Whole>,
}

impl<'a> Lookup<'a> {
    pub(super) fn new(client: &'a Client) -> Self {
        Self { client, whole: BTreeMap::new() }
    }

    /// What carries the entry's name exactly.
    pub(super) async fn by_name(&mut self, entry: &Entry) -> Result<Vec<Row>, Missed> {
        let Some(key) = &entry.key else {
            return Err(Missed::Unhelpful("its create got no answer, and it has no name to find it by".to_owned()));
        };
        let attribute = name_attribute(&entry.endpoint);
        let named = |r: &Value| Resource::of(r).text(attribute).is_some_and(|name| name.eq_ignore_ascii_case(key));
        if !self.whole.contains_key(&entry.endpoint) {
            let quoted = Value::from(key.as_str()).to_string();
            let filter = encode_query_value(&format!("{attribute} eq {quoted}"));
            let answer = get(self.client, &format!("{}?filter={filter}", entry.endpoint)).await;
            let all = listed(&answer, entry)?;
            if all.iter().all(named) {
                return Ok(all.iter().map(Row::of).collect());
            }
            let whole = self.read_whole(&entry.endpoint).await;
            self.whole.insert(entry.endpoint.clone(), whole);
        }
        match self.whole.get(&entry.endpoint) {
            Some(Ok(all)) => Ok(all.get(&key.to_lowercase()).cloned().unwrap_or_default()),
            Some(Err(why)) => Err(Missed::Silent(why.clone())),
            None => Ok(Vec::new()),
        }
    }

    async fn read_whole(&self, endpoint: &str) -> Whole {
        let mut all: BTreeMap<String, Vec<Row>> = BTreeMap::new();
        let extent = pages(self.client, endpoint, u64::MAX, |resource| {
            let name = Resource::of(resource).text(name_attribute(endpoint)).unwrap_or_default().to_lowercase();
            all.entry(name).or_default().push(Row::of(resource));
        })
        .await;
        match extent.missing() {
            None => Ok(all),
            Some(short) => Err(format!("the target ignores filters, and {endpoint} {}", short.told())),
        }
    }
}

/// The resources that a look-up was answered with.
fn listed<'a>(answer: &'a Observation, entry: &Entry) -> Result<&'a [Value], Missed> {
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
    let status = answer.status_text();
    match answer.status() {
        Some(404) => Ok(&[]),
        Some(200..=299) => match answer.list() {
            Some(list) => Ok(list.resources()),
            None => {
                Err(Missed::Unhelpful(format!("looking it up was answered {status} with something that is no list")))
            }
        },
        // What refuses the request itself says that there is no such look-up; all else leaves open what there is.
        Some(400 | 405 | 501) => {
            Err(Missed::Unhelpful(format!("the target does not support this look-up: it was answered {status}")))
        }
        _ => Err(Missed::Silent(format!("looking it up was answered {status}"))),
    }
}
