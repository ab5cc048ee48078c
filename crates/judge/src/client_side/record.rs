//! The record of a graded client: what reports are written of.

use super::task::Task;
use super::{Sent, grade};
use crate::check::catalogue;
use crate::title::entitle;
use crate::verdict::{
    ClientRecord, ExchangeRecord, Exchanges, RECORD_VERSION, ReaderWord, RunRecord, ScenarioRecord, TargetRecord,
    Totals, Verdict, fold, readers, topics,
};
use client::observe::Endpoint;
use client::wire::Spool;
use scim::schema::ResourceType;
use std::collections::{BTreeMap, BTreeSet};

/// What a record says besides the grades.
#[derive(Debug, Clone)]
pub struct Head {
    /// Name and version of the writer.
    pub tool: String,
    /// When the first request came, RFC 3339.
    pub started_at: String,
    /// How long it took from there to the last answer, in milliseconds.
    pub duration_ms: f64,
    /// The server that the client talked to.
    pub target: TargetRecord,
    /// Where the traffic is, as a reader would open it.
    pub file: String,
    /// Whom the client is taken for.
    pub client: ClientRecord,
}

/// Grades a client. Its exchanges are kept in the spool.
#[must_use]
pub fn record(head: Head, all: Vec<Sent>, types: &[ResourceType], spool: &Spool) -> RunRecord {
    let mut scenarios = grade(&all, types);
    for (number, scenario) in scenarios.iter_mut().enumerate() {
        scenario.number = number;
        scenario.file.clone_from(&head.file);
        scenario.base_url.clone_from(&head.target.base_url);
    }
    keep(&mut scenarios, all, spool);
    let exercised: BTreeSet<String> = scenarios.iter().flat_map(|s| s.exercised.iter().cloned()).collect();
    let subjects: BTreeMap<String, String> =
        catalogue::of_clients().map(|rule| (rule.id.clone(), rule.topic.clone())).collect();
    let mut record = RunRecord {
        version: RECORD_VERSION,
        tool: head.tool,
        started_at: head.started_at,
        duration_ms: head.duration_ms,
        waited_ms: 0.0,
        late_body_ms: 0.0,
        seed: 0,
        asked: Vec::new(),
        readers: Vec::new(),
        shard: None,
        target: head.target,
        totals: Totals::of(&scenarios),
        findings: fold(&scenarios),
        exercised: exercised.into_iter().collect(),
        topics: Vec::new(),
        coverage: None,
        causes: Vec::new(),
        as_found: None,
        left_out: BTreeMap::new(),
        baseline: None,
        client: Some(head.client),
        scenarios,
    };
    entitle(&mut record.findings, &record.scenarios);
    let (told, coverage) = topics(&subjects, &record.exercised, &record.findings, &record.scenarios);
    (record.topics, record.coverage) = (told, Some(coverage));
    record.readers = readers(&record.scenarios, &[], &record.exercised, subjects.keys().map(String::as_str));
    if matches!(record.verdict(), Verdict::PartlyJudged | Verdict::NothingJudged) {
        // Three reads that were right say nothing of a client that was not seen to write.
        record.readers.iter_mut().for_each(|reader| reader.word = ReaderWord::NotJudged);
    }
    record
}

/// Each exchange goes to the scenario of its task.
fn keep(scenarios: &mut [ScenarioRecord], all: Vec<Sent>, spool: &Spool) {
    let mut parts: BTreeMap<&'static str, Vec<ExchangeRecord>> = BTreeMap::new();
    for sent in all {
        let exchange = sent.exchange;
        let below = exchange.url.strip_prefix("{base}").unwrap_or(&exchange.url);
        let path = below.split('?').next().unwrap_or_default();
        let task = Task::of(&exchange.method, &Endpoint::of(path));
        parts.entry(task.told()).or_default().push(exchange);
    }
    for scenario in scenarios {
        let part = parts.remove(scenario.name.as_str()).unwrap_or_default();
        scenario.exchanges = Exchanges::kept(part.into_iter(), spool);
    }
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Sending, ada, get, patch, post, with};
    use super::*;
    use serde_json::json;

    fn of(all: &[Sending]) -> RunRecord {
        let target = TargetRecord {
            name: "provider".into(),
            base_url: "http://h/scim".into(),
            profile: "rfc".into(),
            token_env: None,
        };
        let head = Head {
            tool: "scimulate 1".into(),
            started_at: "2026-01-01T00:00:00Z".into(),
            duration_ms: 1.0,
            target,
            file: "client.har".into(),
            client: ClientRecord::default(),
        };
        let types: Vec<ResourceType> = ResourceType::all().into_iter().cloned().collect();
        record(head, all.iter().map(|one| one.0.clone()).collect(), &types, &Spool::of(1 << 20))
    }

    fn words(record: &RunRecord) -> Vec<ReaderWord> {
        record.readers.iter().map(|reader| reader.word).collect()
    }

    #[test]
    fn three_reads_do_not_make_a_conformant_client() {
        let read = of(&[get("/Users/1"), get("/Users?count=1"), get("/Groups?filter=displayName%20eq%20%22a%22")]);
        assert_eq!(read.verdict(), Verdict::PartlyJudged);
        assert_eq!(words(&read), [ReaderWord::NotJudged, ReaderWord::NotJudged]);
        assert_eq!(of(&[]).verdict(), Verdict::NothingJudged);
    }

    #[test]
    fn a_client_that_creates_and_changes_is_judged() {
        let change = patch("/Users/u1", &[json!({"op": "replace", "path": "active", "value": false})]);
        let lookup = get("/Users?filter=userName%20eq%20%22ada%22");
        let sound = of(&[lookup.clone(), post("/Users", &ada()), change.clone()]);
        assert_eq!(sound.verdict(), Verdict::Conformant, "{:?}", sound.findings);
        assert_eq!(words(&sound), [ReaderWord::Conformant, ReaderWord::Safe]);
        let wrong = post("/Users", &with(&ada(), "/active", json!("True")));
        let broken = of(&[lookup, wrong, change]);
        assert_eq!((broken.verdict(), broken.findings.len()), (Verdict::Findings, 1));
        assert_eq!(broken.findings[0].title, "POST /Users sends active as \"True\"");
        assert_eq!(broken.findings[0].scenarios, ["SCIM client / creates"]);
        let failed = broken.scenarios.iter().find(|s| s.name == "creates").unwrap();
        assert_eq!(failed.exchanges.get(failed.findings[0].exchange.unwrap()).unwrap().method, "POST");
    }
}
