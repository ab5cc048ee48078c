//! What a bulk job creates and writes to: read from the job and its answer, so that the ledger knows of it.

use client::observe::{Observation, member};
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
    /// It has this id, still encoded as in the location.
    Made(String),
    /// The target said that it made nothing.
    Refused,
    /// Nobody can say.
    Unknown,
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
    let posts = all.filter(|(_, o)| text(o, "method").is_some_and(|m| m.eq_ignore_ascii_case("POST")));
    let made = posts.filter_map(|(place, o)| {
        let endpoint = format!("/{}", text(o, "path")?.trim_matches('/'));
        let bulk_id = text(o, "bulkId").map(str::to_owned);
        Some(Create { endpoint, data: member(o, "data").cloned(), number: 0, bulk_id, place })
    });
    made.collect()
}

/// The paths of objects that are there already, to which operations of a job write.
pub(super) fn addressed(job: &Value) -> Vec<String> {
    let writes = |o: &&Value| text(o, "method").is_some_and(|m| !["POST", "GET"].contains(&m.to_uppercase().as_str()));
    let paths = operations(job).iter().filter(writes).filter_map(|o| text(o, "path"));
    paths.filter(|path| !path.contains("bulkId:")).map(|path| format!("/{}", path.trim_start_matches('/'))).collect()
}

impl Create {
    /// What the job's answer says of it: by its bulkId, else by its place.
    pub(super) fn outcome(&self, job: &Observation) -> Outcome {
        let Some(status) = job.status() else { return Outcome::Unknown };
        if (400..500).contains(&status) {
            return Outcome::Refused;
        }
        let results = job.json().map(operations).unwrap_or_default();
        let same = |r: &&Value| self.bulk_id.is_some() && text(r, "bulkId") == self.bulk_id.as_deref();
        let Some(result) = results.iter().find(same).or_else(|| results.get(self.place)) else {
            // A job that stops early lists only what it has done.
            return if job.succeeded() { Outcome::Refused } else { Outcome::Unknown };
        };
        let location = text(result, "location").and_then(|l| l.trim_end_matches('/').rsplit('/').next());
        let status =
            member(result, "status").and_then(|s| s.as_str().map(str::to_owned).or_else(|| Some(s.to_string())));
        match (location, status.as_deref().map(|s| s.trim_matches('"').starts_with('4'))) {
            (_, Some(true)) => Outcome::Refused,
            (Some(id), _) if !id.is_empty() => Outcome::Made(id.to_owned()),
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
            { "method": "post", "path": "Groups", "bulkId": "b" },
            { "method": "POST", "path": "/Users", "bulkId": "c" },
        ] });
        let creates = creates(Some(&job));
        assert_eq!(addressed(&job), ["/Users/1"]);
        assert_eq!(creates.iter().map(|c| c.endpoint.as_str()).collect::<Vec<_>>(), ["/Users", "/Groups", "/Users"]);
        let answer = answered(
            200,
            &json!({ "Operations": [
            { "method": "DELETE", "status": "404" },
            { "method": "POST", "bulkId": "b", "status": "409", "location": "http://h/Groups/no" },
            { "method": "POST", "bulkId": "a", "status": "201", "location": "http://h/Users/77" },
        ] }),
        );
        let outcomes: Vec<_> = creates.iter().map(|c| c.outcome(&answer)).collect();
        assert_eq!(outcomes, [Outcome::Made("77".into()), Outcome::Refused, Outcome::Refused]);
        assert_eq!(creates[0].outcome(&answered(413, &json!({}))), Outcome::Refused);
        assert_eq!(creates[0].outcome(&answered(500, &json!({}))), Outcome::Unknown);
    }
}
