//! What a bulk job creates and writes to: read from the job and its answer, so that the ledger knows of it.

use client::observe::{Endpoint, Observation, member};
use client::wire::{decode_path, split_query};
use serde_json::Value;

/// One create within a job.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Create {
    /// Where, for example `/Users`.
    pub(super) endpoint: String,
    /// The resource.
    pub(super) data: Option<Value>,
    /// Its number in the ledger.
    pub(super) number: usize,
    bulk_id: Option<String>,
    /// Its place in the job.
    place: usize,
}

/// What became of a create.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It has this id.
    Made(String),
    /// The target said that it made nothing.
    Refused,
    /// Nobody can say.
    Unknown,
}

/// Whether an answer of that status says that nothing was made. Who asks for patience, or has lost patience, may have made it.
pub(super) fn refuses(status: u16) -> bool {
    matches!(status, 400..=499 | 501) && !matches!(status, 408 | 425 | 429 | 499)
}

fn operations(body: &Value) -> &[Value] {
    member(body, "Operations").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
}

fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    member(of, name)?.as_str()
}

/// The creates of a job.
pub(super) fn creates(job: Option<&Value>) -> Vec<Create> {
    let all = job.map(operations).unwrap_or_default().iter().enumerate();
    let posts = all.filter(|(_, o)| method_is(o, "POST"));
    let made = posts.filter_map(|(place, o)| {
        let endpoint = format!("/{}", text(o, "path")?.trim_matches('/'));
        matches!(Endpoint::of(&endpoint), Endpoint::Collection(_)).then_some(())?;
        let bulk_id = text(o, "bulkId").map(str::to_owned);
        Some(Create { endpoint, data: member(o, "data").cloned(), number: 0, bulk_id, place })
    });
    made.collect()
}

/// The paths of objects that are there already, to which operations of a job write. An operation whose path or method is missing
/// may be read as a write to all.
pub(super) fn addressed(job: &Value) -> Vec<String> {
    let made = |path: &str| path.trim_matches('/').split('/').nth(1).is_some_and(|id| id.starts_with("bulkId:"));
    let writes = operations(job).iter().filter_map(|o| {
        let path = format!("/{}", text(o, "path").unwrap_or_default().trim_start_matches('/'));
        let creates = method_is(o, "POST") && matches!(Endpoint::of(&path), Endpoint::Collection(_));
        (!creates && !method_is(o, "GET") && !made(&path)).then_some(path)
    });
    writes.collect()
}

/// The paths that a job deletes.
pub(super) fn deleted(job: &Value) -> Vec<String> {
    let paths = operations(job).iter().filter(|o| method_is(o, "DELETE")).filter_map(|o| text(o, "path"));
    paths.map(|path| format!("/{}", path.trim_start_matches('/'))).collect()
}

/// What a job writes to groups.
pub(super) fn of_groups(job: &Value) -> impl Iterator<Item = &Value> {
    let groups = |o: &&Value| text(o, "path").is_some_and(|path| path.trim_start_matches('/').starts_with("Groups"));
    operations(job).iter().filter(groups).filter_map(|o| member(o, "data"))
}

fn method_is(operation: &Value, method: &str) -> bool {
    text(operation, "method").is_some_and(|m| m.eq_ignore_ascii_case(method))
}

impl Create {
    /// What the job's answer says of it: by its bulkId, else by its place.
    pub(super) fn outcome(&self, job: &Observation) -> Outcome {
        let Some(status) = job.status() else { return Outcome::Unknown };
        if refuses(status) {
            return Outcome::Refused;
        }
        let results = job.json().map(operations).unwrap_or_default();
        let same = |r: &&Value| self.bulk_id.is_some() && text(r, "bulkId") == self.bulk_id.as_deref();
        let Some(result) = results.iter().find(same).or_else(|| results.get(self.place)) else {
            // A job that stops early lists only what it has done.
            return if job.succeeded() { Outcome::Refused } else { Outcome::Unknown };
        };
        let location = text(result, "location").map(|l| split_query(l).0.trim_end_matches('/'));
        let id = location.and_then(|l| l.rsplit('/').next()).map(decode_path);
        let status = member(result, "status").and_then(|s| s.as_u64().or_else(|| s.as_str()?.trim().parse().ok()));
        match (id, status) {
            (_, Some(status)) if u16::try_from(status).is_ok_and(refuses) => Outcome::Refused,
            (Some(id), Some(200..=299) | None) if !id.is_empty() => Outcome::Made(id),
            _ => Outcome::Unknown,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use client::wire::{Answer, Exchange, Method, Request};
    use serde_json::json;
    use std::sync::Arc;

    fn answered(status: u16, body: &Value) -> Observation {
        let answer = Answer::made_up(status, &[], body.to_string());
        Observation::read(Arc::new(Exchange::made_up("http://h", Request::new(Method::Post, "/Bulk"), Ok(answer))), 0)
    }

    #[test]
    fn the_creates_of_a_job_and_what_became_of_them() {
        let job = json!({ "Operations": [
            { "method": "DELETE", "path": "/Users/1" },
            { "method": "POST", "path": "/Users", "bulkId": "a", "data": { "userName": "x" } },
            { "method": "post", "path": "Groups", "bulkId": "b", "data": { "members": [] } },
            { "method": "POST", "path": "/Users", "bulkId": "c" },
            { "method": "PATCH", "path": "/Users/bulkId:a" },
            { "method": "DELETE" },
            { "path": "/Users/2" },
            { "method": "POST", "path": "/Users/3" },
            { "method": "GET", "path": "/Users/4" },
        ] });
        let creates = creates(Some(&job));
        assert_eq!(addressed(&job), ["/Users/1", "/", "/Users/2", "/Users/3"]);
        assert_eq!((deleted(&job), of_groups(&job).count()), (vec!["/Users/1".to_owned()], 1));
        assert_eq!(creates.iter().map(|c| c.endpoint.as_str()).collect::<Vec<_>>(), ["/Users", "/Groups", "/Users"]);
        let answer = answered(
            200,
            &json!({ "Operations": [
            { "method": "DELETE", "status": "404" },
            { "method": "POST", "bulkId": "b", "status": "409", "location": "http://h/Groups/no" },
            { "method": "POST", "bulkId": "a", "status": "201", "location": "http://h/Users/7%207?x=/" },
        ] }),
        );
        let outcomes: Vec<_> = creates.iter().map(|c| c.outcome(&answer)).collect();
        assert_eq!(outcomes, [Outcome::Made("7 7".into()), Outcome::Refused, Outcome::Refused]);
        assert_eq!(creates[0].outcome(&answered(413, &json!({}))), Outcome::Refused);
        for unknown in [500, 408, 429] {
            assert_eq!(creates[0].outcome(&answered(unknown, &json!({}))), Outcome::Unknown);
        }
    }
}
