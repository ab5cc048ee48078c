//! A run divided among several processes, and put together again.

use super::support::Place;
use serde_json::Value;

const PART: &[&str] = &["run", "--tags", "@username-conflict"];

/// The record without what differs between equal runs.
fn steady(mut record: Value) -> Value {
    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.retain(|key, _| !key.ends_with("_ms") && key != "started_at" && key != "base_url");
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
    strip(&mut record);
    record
}

#[test]
fn shards_merged_are_the_single_run() {
    let place = Place::new();
    place.run(&[PART, &["--report", "json=whole.json"]].concat()).expect(0, &[]);
    let whole = steady(place.json("whole.json"));
    for times in [&[][..], &["--shard-times", "whole.json"]] {
        for part in ["1/4", "2/4", "3/4", "4/4"] {
            let report = format!("json={}.json", &part[..1]);
            let ran = place.run(&[PART, &["--shard", part, "--report", &report], times].concat());
            ran.expect(0, &["conformant"]);
        }
        let files = ["3.json", "1.json", "4.json", "2.json"];
        place.run(&[&["merge"], &files[..], &["--report", "json=merged.json"]].concat()).expect(0, &[]);
        let merged = steady(place.json("merged.json"));
        assert_eq!(merged["totals"], whole["totals"]);
        assert_eq!(merged, whole, "by {times:?}");
        let many: Vec<usize> = files.iter().map(|f| place.json(f)["scenarios"].as_array().unwrap().len()).collect();
        assert!(many.iter().all(|n| *n > 0), "{many:?}");
    }
}

#[test]
fn what_is_not_all_shards_of_one_run_is_refused() {
    let place = Place::new();
    let shard = |part: &str, file: &str, more: &[&str]| {
        let report = format!("json={file}");
        place.run(&[PART, &["--shard", part, "--report", &report], more].concat()).expect(0, &[]);
    };
    shard("1/2", "1.json", &[]);
    shard("2/2", "other.json", &["--seed", "5"]);
    shard("1/3", "third.json", &[]);
    let merge = |files: &[&str]| place.run(&[&["merge"], files].concat());
    merge(&["1.json"]).expect(2, &["a shard is missing: 2/2"]);
    merge(&["1.json", "1.json"]).expect(2, &["1.json is shard 1/2, which came before"]);
    merge(&["1.json", "other.json"]).expect(2, &["other.json has another seed than 1.json"]);
    merge(&["1.json", "third.json"]).expect(2, &["third.json"]);
    merge(&["none.json"]).expect(2, &["none.json cannot be read"]);
    merge(&[]).expect(2, &["RECORD"]);
    let mut newer = place.json("1.json");
    newer["version"] = 99.into();
    std::fs::write(place.path().join("newer.json"), newer.to_string()).unwrap();
    merge(&["newer.json", "1.json"]).expect(2, &["newer.json is a record of version 99, and this program reads 1"]);
    std::fs::write(place.path().join("odd.json"), "{\"a\":").unwrap();
    merge(&["odd.json"]).expect(2, &["odd.json is no record of a run"]);
    place.run(&[PART, &["--shard", "3/2"]].concat()).expect(2, &["`3/2` is no shard", "as in 2/4"]);
}
