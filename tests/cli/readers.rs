//! One run, one verdict for each reader.

use super::support::{Place, Served};
use serde_json::{Value, json};

/// What Entra does every day, and what the RFC says of the same.
const FEATURES: [&str; 3] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/features/lifecycle/leave_and_return.feature"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/features/group/membership.feature"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/features/rfc/delete.feature"),
];

fn word<'a>(record: &'a Value, reader: &str) -> &'a str {
    let all = record["readers"].as_array().unwrap();
    all.iter().find(|v| v["reader"] == reader).map_or("nothing", |v| v["word"].as_str().unwrap())
}

fn words(record: &Value) -> [&str; 4] {
    ["okta", "entra", "rfc", "data"].map(|reader| word(record, reader))
}

/// The profile `strict` refuses `"False"` and a remove with a list, as the RFC allows.
#[test]
fn a_server_may_hold_the_rfc_and_not_work_with_entra() {
    let place = Place::new();
    let served = Served::start(&place, &["--profile", "strict"]);
    let run = |more: &[&str]| {
        let target = ["run", "--target", &served.base, "--token-env", "TOKEN", "--report", "json=run.json"];
        place.run(&[&target, &FEATURES[..], more].concat())
    };
    run(&[]).expect(1, &["Entra ID       does not work", "RFC 7643/7644  conformant"]);
    let record = place.json("run.json");
    assert_eq!(words(&record), ["works", "does-not-work", "conformant", "safe"], "{}", record["readers"]);
    let failing: Vec<&Value> =
        record["findings"].as_array().unwrap().iter().filter(|f| f["severity"] != "warning").collect();
    for finding in &failing {
        assert_eq!(finding["breaks"], json!(["entra"]), "what follows is not told beside it: {finding}");
        assert!(["IDP-ENTRA-02", "IDP-ENTRA-03"].contains(&finding["requirement"].as_str().unwrap()), "{finding}");
    }
    assert_eq!(failing.len(), 2, "{failing:?}");
    // Whose verdict counts decides the exit code, and nothing else.
    for (asked, code) in [("rfc", 0), ("okta,data", 0), ("entra", 1), ("rfc,entra", 1)] {
        run(&["--for", asked]).expect(code, &[]);
        let of_those = place.json("run.json");
        assert_eq!(of_those["readers"], record["readers"], "--for {asked}");
        assert_eq!(of_those["totals"]["failed"], record["totals"]["failed"], "--for {asked}");
    }
    run(&["--reading", "strict"]).expect(0, &[]);
    served.expect_empty();
    // A record of the version before has no reader; it is read, and red as it was.
    let mut old = record;
    old["version"] = json!(1);
    old["reading"] = json!("strict");
    for name in ["asked", "readers"] {
        old.as_object_mut().unwrap().remove(name);
    }
    for scenario in old["scenarios"].as_array_mut().unwrap() {
        scenario.as_object_mut().unwrap().remove("readers");
        for finding in scenario["findings"].as_array_mut().unwrap() {
            finding.as_object_mut().unwrap().remove("breaks");
        }
    }
    std::fs::write(place.path().join("old.json"), old.to_string()).unwrap();
    place.run(&["merge", "old.json", "--report", "json=read.json"]).expect(1, &[]);
}

/// A need that one source shows and another contradicts is no sure verdict; its finding names both.
#[test]
fn what_is_contradicted_alone_says_may_not_work() {
    let place = Place::new();
    let feature = concat!(env!("CARGO_MANIFEST_DIR"), "/features/group/push.feature");
    place.run(&["run", "--idp", "entra/default", feature, "--report", "json=run.json"]).expect(0, &[]);
    let mut record = place.json("run.json");
    assert_eq!(words(&record), ["nothing", "works", "conformant", "safe"], "{}", record["readers"]);
    let of_the_schema = |s: &&mut Value| s["name"].as_str().unwrap().contains("Microsoft's own schema");
    let scenario = record["scenarios"].as_array_mut().unwrap().iter_mut().find(of_the_schema).unwrap();
    scenario["outcome"] = json!({ "kind": "failed", "reason": "1 requirement does not hold" });
    scenario["findings"] = json!([{
        "requirement": "IDP-ENTRA-04", "text": "x", "severity": "violation", "breaks": ["entra"],
        "confidence": "contradicted", "exchange": null, "place": { "kind": "status" }, "expected": "201", "seen": "400",
        "why": "", "remedy": ""
    }]);
    record["totals"]["passed"] = json!(record["totals"]["passed"].as_u64().unwrap() - 1);
    record["totals"]["failed"] = json!(1);
    std::fs::write(place.path().join("refused.json"), record.to_string()).unwrap();
    place.run(&["merge", "refused.json", "--report", "json=merged.json"]).expect(1, &[]);
    assert_eq!(words(&place.json("merged.json")), ["nothing", "may-not-work", "conformant", "safe"]);
    place.run(&["explain", "IDP-ENTRA-04"]).expect(0, &["contradicted", "tutorial", "validators", "S18"]);
}

#[test]
fn a_reader_that_nobody_knows_is_refused_with_the_nearest() {
    let place = Place::new();
    place.run(&["run", "--for", "entar"]).expect(2, &["there is no reader `entar`", "did you mean `entra`?"]);
    place.run(&["run", "--for", "rfc", "--reading", "okta"]).expect(2, &["cannot be used with"]);
}
