//! Equal runs give equal records and equal snapshots, however many scenarios run at once.

use super::support::{Place, ended};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Takes out what may differ between equal runs.
fn lasting(value: &mut Value) {
    match value {
        Value::Object(members) => {
            members.retain(|key, _| !(key.ends_with("_ms") || key == "started_at" || key == "base_url"));
            members.values_mut().for_each(lasting);
        }
        Value::Array(items) => items.iter_mut().for_each(lasting),
        _ => {}
    }
}

fn files(folder: &Path, below: &str, found: &mut BTreeMap<String, String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = format!("{below}/{}", path.file_name().unwrap().to_string_lossy());
        if path.is_dir() {
            files(&path, &name, found);
        } else {
            found.insert(name, std::fs::read_to_string(&path).unwrap());
        }
    }
}

#[test]
fn one_job_and_eight_find_the_same() {
    compare(&["--tags", "(@tenant-switch or @duplicate-idp) and not @race"]);
}

#[test]
#[ignore = "takes a minute without optimisation"]
fn one_job_and_eight_find_the_same_in_every_scenario() {
    // Where requests meet, the order of the exchanges is the network's.
    compare(&["--tags", "not @race"]);
}

fn compare(select: &[&str]) {
    let place = Place::new();
    // In 4 MB nearly every exchange goes to the file and is read back from it.
    let ways = [("1", "256"), ("8", "256"), ("7", "4")];
    let jobs = ways.map(|(jobs, _)| jobs);
    let start = |(jobs, memory): (&str, &str)| {
        let (report, folder) = (format!("json={jobs}.json"), format!("snapshots-{jobs}"));
        let args = ["run", "--jobs", jobs, "--memory", memory, "--report", &report];
        let golden = ["--snapshots", "propose", "--snapshots-dir", &folder];
        place.command(&[&args[..], &golden, select].concat()).spawn().unwrap()
    };
    // Both at the same time: a run of one job leaves the other processor idle.
    let started = ways.map(start);
    for child in started {
        ended(child).decent();
    }
    let mut seen = Vec::new();
    for jobs in jobs {
        let folder = format!("snapshots-{jobs}");
        let mut record = place.json(&format!("{jobs}.json"));
        lasting(&mut record);
        let mut proposals = BTreeMap::new();
        if place.path().join(&folder).exists() {
            files(&place.path().join(&folder), "", &mut proposals);
        }
        seen.push((record, proposals));
    }
    let [one, eight, small] = seen.as_slice() else { unreachable!("three ways") };
    assert!(one == small, "in little memory the record or the proposals are others");
    let scenarios = |record: &Value| record["scenarios"].as_array().unwrap().clone();
    for (a, b) in scenarios(&one.0).iter().zip(&scenarios(&eight.0)) {
        assert!(a == b, "{} differs:\n{}\n{}", a["name"], a["exchanges"], b["exchanges"]);
    }
    assert!(one.0 == eight.0, "the records differ outside the scenarios");
    let names = |proposals: &BTreeMap<String, String>| proposals.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(&one.1), names(&eight.1));
    for (name, text) in &one.1 {
        assert_eq!(text, &eight.1[name], "{name}");
    }
}

#[test]
fn proposals_are_pending_until_they_are_accepted() {
    let mine = "Feature: Mine\n  @okta\n  Scenario: Ada joins\n    When the IdP assigns \"Ada\"\n";
    let place = Place::new().with("mine.feature", mine);
    let propose = ["run", "mine.feature", "--snapshots", "propose"];
    place.run(&propose).expect(4, &["2 snapshots to look at", "scimulate snapshots review"]);
    place.run(&["snapshots", "review"]).expect(4, &["ada-joins.okta-custom (new)", "2 pending"]);
    place.run(&["snapshots", "accept", "*catalogue"]).expect(0, &["1 accepted"]);
    place.run(&propose).expect(4, &["1 snapshot to look at"]);
    place.run(&["snapshots", "accept"]).expect(0, &["1 accepted"]);
    place.run(&["snapshots", "review"]).expect(0, &[]);
    place.run(&propose).expect(0, &["conformant"]);
    place.run(&["snapshots", "reject", "nothing-like-it"]).expect(0, &["0 rejected"]);
    assert_eq!(place.names(), ["mine.feature", "snapshots"]);
}
