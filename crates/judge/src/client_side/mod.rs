//! The other side: what a client sends, held against the clauses that bind clients.
//!
//! In: requests of one client with their answers, in the order sent, and the resource types of the server. Out: a scenario for each of
//! the client's tasks (it creates, it changes, it deletes, ...) with findings, and the record of them. Never: a judgement of the
//! server, a request, or a word about a task that was not seen but that it was not.

mod bench;
mod bulk;
mod filters;
mod headers;
mod known;
mod list;
mod patch;
mod query;
mod record;
mod request;
mod resource;
mod task;
#[cfg(test)]
mod testing;
mod values;

pub use record::{Head, record};
pub use request::Sent;

use crate::check::catalogue;
use crate::verdict::{Outcome, OutcomeKind, PassedOver, Reader, ScenarioRecord};
use bench::Bench;
use known::Known;
use list::Lists;
use request::Request;
use scim::schema::ResourceType;
use task::Task;

/// Holds all requests of a client against what binds clients; a scenario for each task.
#[must_use]
pub fn grade(all: &[Sent], types: &[ResourceType]) -> Vec<ScenarioRecord> {
    let mut bench = Bench::default();
    let (mut known, mut lists) = (Known::default(), Lists::default());
    let mut tasks = Vec::with_capacity(all.len());
    for (at, sent) in all.iter().enumerate() {
        let request = Request::read(at, sent, types);
        tasks.push(request.task);
        headers::check(&mut bench, &request);
        query::check(&mut bench, &request);
        match request.task {
            Task::Create | Task::Replace => resource::check(&mut bench, &request),
            Task::Patch => patch::check(&mut bench, &request),
            Task::Bulk => bulk::check(&mut bench, &request, types),
            _ => {}
        }
        lists.check(&mut bench, &request);
        known.check(&mut bench, &request);
    }
    lists.end(&mut bench);
    Task::ALL.iter().filter_map(|task| scenario(*task, &tasks, &bench)).collect()
}

/// One task as a scenario; `None` for requests of no known kind that were not sent.
fn scenario(task: Task, tasks: &[Task], bench: &Bench) -> Option<ScenarioRecord> {
    let places: Vec<usize> = (0..tasks.len()).filter(|at| tasks[*at] == task).collect();
    let rules = catalogue::of_clients().filter(|rule| task.shows(rule));
    let rules: Vec<String> = rules.map(|rule| rule.id.clone()).collect();
    let exercised: Vec<String> = bench.held(task).map(str::to_owned).collect();
    let mut findings = Vec::new();
    for (at, finding) in bench.findings() {
        if let Ok(index) = places.binary_search(at) {
            findings.push(crate::verdict::Finding { exchange: Some(index), ..finding.clone() });
        }
    }
    let failing = findings.iter().filter(|finding| finding.severity.fails()).count();
    let outcome = match (places.len(), failing) {
        (0, _) => task.absent(tasks)?,
        (_, 0) => Outcome::passed(),
        (_, 1) => Outcome::of(OutcomeKind::Failed, "1 finding"),
        (_, n) => Outcome::of(OutcomeKind::Failed, format!("{n} findings")),
    };
    let passed_over = match (&outcome.hindrance, &outcome.reason) {
        (Some(hindrance), Some(reason)) => {
            let over = |requirement: String| PassedOver { requirement, hindrance: *hindrance, reason: reason.clone() };
            rules.iter().cloned().map(over).collect()
        }
        _ => Vec::new(),
    };
    Some(ScenarioRecord {
        feature: "SCIM client".to_owned(),
        name: task.told().to_owned(),
        line: places.first().map_or(1, |at| at + 1),
        readers: vec![Reader::Rfc],
        tags: rules,
        outcome,
        findings,
        exercised,
        passed_over,
        requests: places.len(),
        ..ScenarioRecord::blank()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The files of this room: what checks, and what tests it.
    fn halves() -> (String, String) {
        let files = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/client_side")).unwrap();
        let texts = files.map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap());
        texts.fold((String::new(), String::new()), |(mut code, mut tests), text| {
            let (own, tested) = text.split_once("#[cfg(test)]\nmod tests {").unwrap_or((&text, ""));
            code.push_str(own);
            tests.push_str(tested);
            (code, tests)
        })
    }

    #[test]
    fn rules_and_catalogue_name_the_same() {
        let (code, tests) = halves();
        let is_id = |word: &&str| {
            let known = ["RFC7", "RFC9", "HTTP-", "HAZARD-", "CLIENT-"].iter().any(|begin| word.starts_with(begin));
            known
                && word.len() > 5
                && !word.ends_with('-')
                && word.chars().all(|c| c.is_ascii_alphanumeric() || "-.".contains(c))
        };
        let used: BTreeSet<&str> = code.split('"').filter(is_id).collect();
        let listed: BTreeSet<&str> = catalogue::of_clients().map(|rule| rule.id.as_str()).collect();
        assert_eq!(used, listed);
        let tested: BTreeSet<&str> = tests.split('"').filter(is_id).collect();
        assert_eq!(tested, listed, "each rule is seen red and green in a test");
        for rule in catalogue::of_clients() {
            assert!(rule.title.is_some() && !rule.why.is_empty() && !rule.remedy.is_empty(), "{}", rule.id);
        }
    }
}
