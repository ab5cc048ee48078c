//! A recording sent again, to another server.
//!
//! In: a client, a recording, what its names are to be there. Out: what became of each exchange, and how its answer differs. Never: a
//! change of an object that the replay did not create, unless that was asked for; a recorded credential.

use super::archive::{Answered, Body, Entry, Recording};
use super::compare::{Compared, Difference, Level, compare};
use super::mapping::{Mapping, Names};
use client::observe::{Observation, id_text, member};
use client::wire::{Client, Exchange, Method, Request, TransportOutcome, decode_path, split_query};
use scim::secrecy::MARK;
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// Headers that are sent as they were recorded. Any other may prove somebody, or make another request of it for the server, as
/// `X-HTTP-Method-Override` does.
const SENT: [&str; 11] = [
    "accept",
    "accept-charset",
    "accept-language",
    "adscimversion",
    "content-type",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-unmodified-since",
    "prefer",
    "user-agent",
];

/// How a recording is replayed.
#[derive(Debug, Clone)]
pub struct Terms {
    /// What names are sent in the place of the recorded ones.
    pub names: Names,
    /// How closely answers are compared.
    pub level: Level,
    /// Whether requests about objects that the recording did not create are sent with the ids that they have in it.
    pub recorded_ids: bool,
    /// What is sent where a password was hidden.
    pub password: String,
}

/// What became of one exchange.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Its place in the recording.
    pub entry: usize,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of an exchange.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It was sent, and the answer differs in this.
    Sent(Vec<Difference>),
    /// Nothing was compared, for this reason; most often the request could not be sent.
    Skipped(String),
}

impl Step {
    /// The differences.
    #[must_use]
    pub fn differences(&self) -> &[Difference] {
        match &self.outcome {
            Outcome::Sent(differences) => differences,
            Outcome::Skipped(_) => &[],
        }
    }
}

/// Why a replay could not go on.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("entry {entry}, {what}: {why}")]
pub struct ReplayError {
    entry: usize,
    what: String,
    why: String,
}

/// Sends the entries at these places, in their order. `told` hears of each as it is done.
///
/// # Errors
/// When the target does not answer, or does not let us in where the recorded server did.
pub async fn replay(
    client: &Client,
    recording: &Recording,
    part: &[usize],
    terms: &Terms,
    told: &mut dyn FnMut(&Step),
) -> Result<Vec<Step>, ReplayError> {
    let mapping = Mapping {
        names: terms.names.clone(),
        ids: HashMap::new(),
        base: (recording.base.clone(), client.base().as_str().to_owned()),
        password: terms.password.clone(),
    };
    let mut replay = Replay { client, recording, terms, mapping, versions: HashMap::new() };
    let mut steps = Vec::new();
    for at in part {
        let Some(entry) = recording.entries.get(*at) else { continue };
        let outcome = replay.one(*at, entry).await?;
        let step = Step { entry: *at, outcome };
        told(&step);
        steps.push(step);
        // Everything that is still asked of an exchange was asked when it ended.
        client.journal().truncate(0);
    }
    Ok(steps)
}

struct Replay<'a> {
    client: &'a Client,
    recording: &'a Recording,
    terms: &'a Terms,
    mapping: Mapping,
    /// The last version of an object: as recorded, and as the target has it.
    versions: HashMap<String, (String, String)>,
}

impl Replay<'_> {
    async fn one(&mut self, at: usize, entry: &Entry) -> Result<Outcome, ReplayError> {
        let target = self.recording.target(entry);
        let request = match self.request(entry, target) {
            Ok(request) => request,
            Err(why) => return Ok(Outcome::Skipped(why)),
        };
        let exchange = self.client.send(request).await;
        let index = self.client.journal().len().saturating_sub(1);
        let seen = self.heard(at, entry, exchange, index)?;
        self.learn(entry, target, &seen);
        let (Ok(Answered { status, body, .. }), Some(came)) = (&entry.answer, seen.status()) else {
            return Ok(Outcome::Skipped("it was sent, and the recording has no answer to compare with".to_owned()));
        };
        let expected = body.json().map(|body| self.mapping.body(&body));
        let left_out = matches!(body, Body::LeftOut(_));
        let level = if left_out || self.lists_others(entry, target) { Level::Status } else { self.terms.level };
        let expected = Compared { status: *status, body: expected.as_ref() };
        Ok(Outcome::Sent(compare(expected, Compared { status: came, body: seen.json() }, level)))
    }

    /// Whether a request reads a collection without asking for anything of the replay's own: what comes depends on everybody who is
    /// there.
    fn lists_others(&self, entry: &Entry, target: &str) -> bool {
        let path = split_query(target).0.trim_end_matches('/');
        entry.method == "GET" && ["/Users", "/Groups"].contains(&path) && !self.mapping.names_something(target)
    }

    /// The answer; what stands in the way of any answer ends the replay.
    fn heard(
        &self,
        at: usize,
        entry: &Entry,
        exchange: Arc<Exchange>,
        index: usize,
    ) -> Result<Observation, ReplayError> {
        let what = format!("{} {}", entry.method, self.recording.target(entry));
        let fail = |why: String| ReplayError { entry: at + 1, what: what.clone(), why };
        let outcome = exchange.outcome();
        if let Err(failure) = &exchange.result {
            return Err(fail(failure.to_string()));
        }
        // A recorded refusal may be what is replayed.
        if outcome == TransportOutcome::CredentialRefused && entry.status() != exchange.status() {
            let status = exchange.status().unwrap_or_default();
            return Err(fail(format!("the credential was refused ({status})")));
        }
        Ok(Observation::read(exchange, index))
    }

    fn request(&self, entry: &Entry, target: &str) -> Result<Request, String> {
        let method = match entry.method.as_str() {
            "GET" => Method::Get,
            "POST" => Method::Post,
            "PUT" => Method::Put,
            "PATCH" => Method::Patch,
            "DELETE" => Method::Delete,
            other => return Err(format!("{other} is not replayed")),
        };
        if target.contains(MARK) {
            return Err("a secret was taken out of its address".to_owned());
        }
        if !self.terms.recorded_ids
            && let Some(id) = self.mapping.unknown_id(target)
        {
            return Err(format!("the recording did not create {}", scim::printable::printable(&id)));
        }
        let mut request = Request::new(method, self.mapping.target(target));
        for (name, value) in &entry.headers {
            if !SENT.contains(&name.as_str()) || value.contains(MARK) || value.is_empty() {
                continue;
            }
            let value = if name.starts_with("if-") { self.version(target, value) } else { value.clone() };
            request = request.header(name, value);
        }
        match &entry.body {
            Body::None => Ok(request),
            Body::LeftOut(why) => Err(format!("its body is not in the recording: {why}")),
            Body::Text(text) => Ok(match serde_json::from_str::<Value>(text) {
                Ok(body) => request.json(&self.mapping.body(&body)),
                Err(_) => Request { body: Some(text.clone().into()), ..request },
            }),
        }
    }

    /// The target's version of an object where the recorded one was the last.
    fn version(&self, target: &str, recorded: &str) -> String {
        let known = self.versions.get(split_query(target).0).filter(|(last, _)| last == recorded);
        known.map_or_else(|| recorded.to_owned(), |(_, now)| now.clone())
    }

    /// Takes down the ids and versions that the target gave in the place of the recorded ones.
    fn learn(&mut self, entry: &Entry, target: &str, seen: &Observation) {
        let Ok(recorded) = &entry.answer else { return };
        let path = split_query(target).0.to_owned();
        let body = recorded.body.json();
        let created = entry.method == "POST" && recorded.status < 300 && seen.succeeded();
        let mut place = path.clone();
        if created && path.trim_matches('/').eq_ignore_ascii_case("Bulk") {
            self.learn_job(body.as_ref(), seen.json());
        } else if created && !path.contains("/.") {
            let location = |headers: &[(String, String)]| {
                let found = headers.iter().find(|(name, _)| name == "location")?;
                Some(decode_path(found.1.rsplit('/').next()?))
            };
            let before = body.as_ref().and_then(id_text).or_else(|| location(&recorded.headers));
            let now = seen
                .json()
                .and_then(id_text)
                .or_else(|| seen.header("location").and_then(|at| at.rsplit('/').next()).map(decode_path));
            if let (Some(before), Some(now)) = (before, now) {
                place = format!("{}/{before}", path.trim_end_matches('/'));
                self.mapping.ids.insert(before, now);
            }
        }
        let version = |body: Option<&Value>| {
            let meta = body.and_then(|b| member(b, "meta")).and_then(|m| member(m, "version"));
            meta.and_then(Value::as_str).map(str::to_owned)
        };
        let before = recorded.headers.iter().find(|(name, _)| name == "etag").map(|(_, value)| value.clone());
        let before = before.or_else(|| version(body.as_ref()));
        let now = seen.header("etag").map(str::to_owned).or_else(|| version(seen.json()));
        if let (Some(before), Some(now)) = (before, now) {
            self.versions.insert(place, (before, now));
        }
    }

    /// The same for what a bulk job created (RFC 7644 section 3.7): operations are answered in their order.
    fn learn_job(&mut self, recorded: Option<&Value>, seen: Option<&Value>) {
        let all = |of: Option<&Value>| -> Vec<Option<String>> {
            let operations = of.and_then(|body| member(body, "Operations")).and_then(Value::as_array);
            let location = |one: &Value| Some(decode_path(member(one, "location")?.as_str()?.rsplit('/').next()?));
            operations.into_iter().flatten().map(location).collect()
        };
        for (before, now) in all(recorded).into_iter().zip(all(seen)) {
            if let (Some(before), Some(now)) = (before, now) {
                self.mapping.ids.insert(before, now);
            }
        }
    }
}
