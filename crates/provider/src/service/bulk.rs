//! Many operations in one request (RFC 7644 section 3.7).
//!
//! Every operation is a call of its own and kept or undone by itself. One that refers to a resource the job is yet to
//! make waits for it: that POST is done first (forward references). Where two wait for each other one is made without
//! the reference and completed once the other is there (section 3.7.1).

use super::bulk_references::{References, substitute, without};
use super::{Call, Done, Method, Refusal, Reply, Target, Work, too_many};
use bytes::Bytes;
use scim::error::ScimError;
use scim::urn;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

/// One operation as it was asked for.
struct Operation {
    method: Method,
    word: String,
    bulk_id: Option<String>,
    path: String,
    version: Option<String>,
    data: Option<Value>,
    /// The bulkIds its data and path refer to.
    wanted: Vec<String>,
    /// Why it cannot be carried out at all.
    trouble: Option<ScimError>,
}

/// How far an operation is.
enum State {
    Waiting,
    Running,
    Over(Value),
}

/// A job at work.
struct Job<'w> {
    work: &'w Work<'w>,
    operations: Vec<Operation>,
    /// The POST of each bulkId.
    makers: HashMap<String, usize>,
    states: Vec<State>,
    references: References,
    errors: u64,
    most_errors: u64,
    /// Resources made without a reference that did not exist yet.
    incomplete: Vec<usize>,
}

impl Work<'_> {
    pub(super) fn bulk(&self) -> Done<Reply> {
        let body = self.json()?;
        let schemas = member(&body, "schemas").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        if !schemas.iter().filter_map(Value::as_str).any(|s| urn::same(s, urn::BULK_REQUEST)) {
            return Err(ScimError::invalid_syntax(format!("schemas does not name {}", urn::BULK_REQUEST)).into());
        }
        let Some(list) = member(&body, "Operations").and_then(Value::as_array) else {
            return Err(ScimError::invalid_syntax("Operations is missing or no array").into());
        };
        let most = self.behaviour().bulk_max_operations;
        if list.len() as u64 > most {
            return Err(ScimError::too_large(format!(
                "{} operations are more than maxOperations ({most})",
                list.len()
            ))
            .into());
        }
        let most_errors = match member(&body, "failOnErrors") {
            None | Some(Value::Null) => u64::MAX,
            Some(value) => value
                .as_u64()
                .filter(|n| *n > 0)
                .ok_or_else(|| ScimError::invalid_value("failOnErrors is no whole number above 0"))?,
        };
        let operations: Vec<Operation> = list.iter().map(read).collect();
        let mut job = Job {
            work: self,
            states: operations.iter().map(|_| State::Waiting).collect(),
            references: References::default(),
            operations,
            makers: HashMap::new(),
            errors: 0,
            most_errors,
            incomplete: Vec::new(),
        };
        job.find_makers();
        job.run()?;
        let results: Vec<Value> = job.states.into_iter().filter_map(over).collect();
        Ok(Reply::json(200, json!({ "schemas": [urn::BULK_RESPONSE], "Operations": results })))
    }
}

fn over(state: State) -> Option<Value> {
    match state {
        State::Over(result) => Some(result),
        State::Waiting | State::Running => None,
    }
}

impl Job<'_> {
    fn run(&mut self) -> Done<()> {
        for at in 0..self.operations.len() {
            if self.errors >= self.most_errors {
                break;
            }
            self.carry_out(at)?;
        }
        Ok(())
    }

    /// A bulkId names one resource only (RFC 7644 section 3.7).
    fn find_makers(&mut self) {
        for (at, operation) in self.operations.iter_mut().enumerate().filter(|(_, o)| o.method == Method::Post) {
            let Some(id) = &operation.bulk_id else { continue };
            if self.makers.contains_key(id) {
                operation.trouble = Some(ScimError::invalid_value(format!("bulkId {id:?} is there twice")));
            } else if operation.trouble.is_none() {
                self.makers.insert(id.clone(), at);
            }
        }
    }

    /// The POST that makes the resource of a bulkId.
    fn maker(&self, id: &str) -> Option<usize> {
        self.makers.get(id).copied()
    }

    fn is_waiting(&self, at: usize) -> bool {
        matches!(self.states.get(at), Some(State::Waiting))
    }

    /// Carries an operation out, and before it what it refers to. Not by recursion: a client decides how long the
    /// chain is.
    fn carry_out(&mut self, at: usize) -> Done<()> {
        let mut chain = vec![(at, 0)];
        while let Some((at, asked)) = chain.last_mut() {
            let at = *at;
            if self.errors >= self.most_errors {
                // The last error allowed was one on the way: what waited for it was never tried.
                return Ok(());
            }
            if self.is_waiting(at) {
                self.set(at, State::Running);
            } else if !matches!(self.states.get(at), Some(State::Running)) {
                chain.pop();
                continue;
            }
            let wanted = self.operations.get(at).and_then(|o| o.wanted.get(*asked)).map(String::as_str);
            *asked += 1;
            match wanted.map(|id| self.maker(id)) {
                Some(Some(maker)) if self.is_waiting(maker) => chain.push((maker, 0)),
                Some(_) => {}
                None => {
                    self.settle(at)?;
                    chain.pop();
                }
            }
        }
        Ok(())
    }

    /// The operation itself, once what it refers to was tried.
    fn settle(&mut self, at: usize) -> Done<()> {
        let Some(operation) = self.operations.get(at) else { return Ok(()) };
        let open: Vec<String> = operation.wanted.iter().filter(|id| !self.references.knows(id)).cloned().collect();
        let runs = |id: &String| self.maker(id).is_some_and(|m| matches!(self.states.get(m), Some(State::Running)));
        let result = match (operation.trouble.clone(), open.iter().find(|id| !runs(id))) {
            (Some(trouble), _) => Err(trouble),
            (None, Some(id)) => Err(ScimError::conflict(format!("bulkId:{id} names nothing this job made"))),
            (None, None) => self.attempt(at, &open)?,
        };
        self.finish(at, result);
        self.complete_others()
    }

    /// The operation as a call, without the references that are still open.
    fn attempt(&mut self, at: usize, open: &[String]) -> Done<Result<Reply, ScimError>> {
        let Some(operation) = self.operations.get(at) else { return Ok(Err(ScimError::internal("no such operation"))) };
        let open_path = open.iter().any(|id| operation.path.contains(&format!("bulkId:{id}")));
        if !open.is_empty() && (operation.method != Method::Post || open_path) {
            return Ok(Err(ScimError::conflict("the references of this job run in a circle")));
        }
        let data = operation.data.as_ref().map(|data| match without(data, open) {
            Some(data) => substitute(&data, &self.references),
            None => Value::Object(Map::new()),
        });
        let path = self.references.in_text(&operation.path);
        let call = self.call(operation.method, &path, data, operation.version.clone());
        // A job is no way around the limits: each operation counts as the request it stands for.
        if let Some(wait) = self.work.service.seconds_to_wait(self.work.store, &call)? {
            return Ok(Err(too_many(wait)));
        }
        let reply = self.perform(&call)?;
        if reply.is_ok() && !open.is_empty() {
            self.incomplete.push(at);
        }
        Ok(reply)
    }

    fn call(&self, method: Method, path: &str, data: Option<Value>, version: Option<String>) -> Call {
        let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
        Call {
            method,
            target: Target::at(&segments),
            query: Vec::new(),
            if_match: version,
            if_none_match: None,
            body: data.map(|data| Bytes::from(data.to_string())).unwrap_or_default(),
            ..self.work.call.clone()
        }
    }

    /// Does a call; what it wrote stays only when it succeeds.
    fn perform(&self, call: &Call) -> Done<Result<Reply, ScimError>> {
        let single = Work { service: self.work.service, store: self.work.store, call };
        let keep = |done: &Done<Reply>| matches!(done, Ok(_) | Err(Refusal::Halfway(_)));
        match self.work.store.nested(|| (single.service.parts.perform)(&single), keep)? {
            Ok(reply) => Ok(Ok(reply)),
            Err(Refusal::Scim(error) | Refusal::Halfway(error) | Refusal::Challenged(error, _)) => Ok(Err(error)),
            Err(Refusal::Store(error)) => Err(error.into()),
        }
    }

    /// Gives what was made without a reference the reference, as soon as there is what it names.
    fn complete_others(&mut self) -> Done<()> {
        for at in std::mem::take(&mut self.incomplete) {
            let Some(operation) = self.operations.get(at) else { continue };
            let wanted = operation.wanted.clone();
            if !wanted.iter().all(|id| self.references.knows(id)) {
                // Its maker has failed, or is yet to come.
                let lost = wanted.iter().any(|id| {
                    let over = |maker| matches!(self.states.get(maker), Some(State::Over(_)));
                    !self.references.knows(id) && self.maker(id).is_none_or(over)
                });
                match lost {
                    true => self.take_back(at, ScimError::conflict("what this refers to could not be made"))?,
                    false => self.incomplete.push(at),
                }
                continue;
            }
            let path = operation.bulk_id.as_deref().and_then(|id| self.references.path(id)).unwrap_or_default();
            let data = operation.data.as_ref().map(|data| substitute(data, &self.references));
            let call = self.call(Method::Put, &path, data, None);
            match self.perform(&call)? {
                Ok(reply) => {
                    if let (Some(State::Over(result)), Some(etag)) = (self.states.get_mut(at), reply.etag) {
                        result["version"] = etag.into();
                    }
                }
                Err(error) => self.take_back(at, error)?,
            }
        }
        Ok(())
    }

    /// An operation that seemed to succeed and did not.
    fn take_back(&mut self, at: usize, error: ScimError) -> Done<()> {
        let id = self.operations.get(at).and_then(|operation| operation.bulk_id.clone());
        if let Some(path) = id.and_then(|id| self.references.path(&id)) {
            let call = self.call(Method::Delete, &path, None, None);
            let _ = self.perform(&call)?;
        }
        self.finish(at, Err(error));
        Ok(())
    }

    /// Notes how an operation ended (RFC 7644 section 3.7.3).
    fn finish(&mut self, at: usize, result: Result<Reply, ScimError>) {
        let Some(operation) = self.operations.get(at) else { return };
        let mut out = Map::new();
        out.insert("method".into(), operation.word.as_str().into());
        if let Some(id) = &operation.bulk_id {
            out.insert("bulkId".into(), id.as_str().into());
        }
        let base = self.work.call.base.trim_end_matches('/');
        let place = format!("{base}/{}", self.references.in_text(&operation.path).trim_matches('/'));
        match result {
            Ok(reply) => {
                let location = reply.location.unwrap_or(place);
                if let (Method::Post, Some(id)) = (operation.method, operation.bulk_id.clone()) {
                    self.references.made(id, location.strip_prefix(base).unwrap_or_default());
                }
                out.insert("location".into(), location.into());
                if let Some(etag) = reply.etag {
                    out.insert("version".into(), etag.into());
                }
                out.insert("status".into(), reply.status.to_string().into());
            }
            Err(error) => {
                self.errors += 1;
                if operation.method != Method::Post && !operation.path.is_empty() {
                    out.insert("location".into(), place.into());
                }
                out.insert("status".into(), error.status.to_string().into());
                let body = self.work.service.refuse(&error).body.unwrap_or_default();
                out.insert("response".into(), body);
            }
        }
        self.set(at, State::Over(out.into()));
    }

    fn set(&mut self, at: usize, state: State) {
        if let Some(place) = self.states.get_mut(at) {
            *place = state;
        }
    }
}

fn member<'b>(object: &'b Value, name: &str) -> Option<&'b Value> {
    object.as_object()?.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn read(value: &Value) -> Operation {
    let text = |name: &str| member(value, name).and_then(Value::as_str).map(str::to_owned);
    let word = text("method").unwrap_or_default();
    let method = match word.to_ascii_uppercase().as_str() {
        "POST" => Method::Post,
        "PUT" => Method::Put,
        "PATCH" => Method::Patch,
        "DELETE" => Method::Delete,
        _ => Method::Other,
    };
    let mut operation = Operation {
        method,
        word,
        bulk_id: text("bulkId"),
        path: text("path").unwrap_or_default(),
        version: text("version"),
        data: member(value, "data").filter(|data| !data.is_null()).cloned(),
        wanted: Vec::new(),
        trouble: None,
    };
    operation.wanted = References::wanted(operation.data.as_ref(), &operation.path);
    operation.trouble = trouble(&operation).map(ScimError::invalid_syntax);
    operation
}

/// What RFC 7644 section 3.7 asks of an operation and this one has not.
fn trouble(operation: &Operation) -> Option<String> {
    let segments: Vec<&str> = operation.path.trim_matches('/').split('/').collect();
    let target = Target::at(&segments);
    match operation.method {
        Method::Other | Method::Get => Some("method is none of POST, PUT, PATCH, DELETE".into()),
        _ if operation.path.is_empty() => Some("path is missing".into()),
        Method::Post if !target.is_collection() => {
            Some(format!("{:?} is not where resources are made", operation.path))
        }
        Method::Post if operation.bulk_id.is_none() => Some("a POST needs a bulkId".into()),
        Method::Put | Method::Patch | Method::Delete if !target.is_resource() => {
            Some(format!("{:?} is no resource", operation.path))
        }
        Method::Post | Method::Put | Method::Patch if operation.data.is_none() => Some("data is missing".into()),
        _ => None,
    }
}
