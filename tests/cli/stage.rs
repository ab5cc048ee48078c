//! Scenarios that only read share what their background makes, on our own provider and on somebody's server.

use super::support::{Place, Served};
use serde_json::Value;

const MINE: &str = r#"Feature: Mine

  Background:
    Given a user "Ada"
    And a user "Ben"

  @reads
  Scenario: First
    Then a lookup of the userName of "Ada" finds one account

  Scenario: Its own
    Given a user "Cem"
    Then a lookup of the userName of "Cem" finds one account

  @reads
  Scenario: Wrong
    Then a lookup of the userName of "Ada" finds nobody

  @reads
  Scenario: Last
    Then a lookup of the userName of "Ben" finds one account
    And a lookup of the userName of "Cem" finds nobody
"#;

fn scenario<'a>(record: &'a Value, name: &str) -> &'a Value {
    record["scenarios"].as_array().unwrap().iter().find(|s| s["name"] == name).unwrap()
}

fn creates(scenario: &Value) -> Vec<&str> {
    let all = scenario["exchanges"].as_array().unwrap().iter();
    all.filter(|e| e["method"] == "POST").map(|e| e["answer"]["body"].as_str().unwrap()).collect()
}

/// The scenarios that share, the one with a stage of its own, and nothing left; whatever the target is.
fn judged(record: &Value) {
    let [first, wrong, last] = ["First", "Wrong", "Last"].map(|name| scenario(record, name));
    let own = scenario(record, "Its own");
    assert_eq!(creates(first).len(), 2);
    // The evidence of each stands alone; what made the stage was sent once.
    assert_eq!(creates(first), creates(last));
    assert_eq!(creates(first), creates(wrong));
    assert!(creates(own).len() == 3 && !creates(first).contains(&creates(own)[0]));
    let sent = |scenario: &Value| scenario["requests"].as_u64().unwrap();
    assert_eq!([first, wrong, last].map(sent), [5, 1, 2]);
    assert_eq!(wrong["outcome"]["kind"], "failed");
    assert!([first, own, last].iter().all(|s| s["outcome"]["kind"] == "passed"), "{record:#}");
    assert_eq!(wrong["findings"].as_array().unwrap().len(), 1);
    assert!(last["findings"].as_array().unwrap().is_empty(), "{last:#}");
    for step in last["steps"].as_array().unwrap() {
        assert_eq!(step["outcome"]["kind"], "passed", "{step}");
    }
    assert_eq!(last["steps"][1]["exchanges"], first["steps"][1]["exchanges"]);
    assert!(record["scenarios"].as_array().unwrap().iter().all(|s| s["left_behind"] == Value::Array(vec![])));
}

#[test]
fn what_the_background_makes_is_made_once_on_our_provider() {
    let place = Place::new().with("mine.feature", MINE);
    place
        .run(&["run", "-v", "mine.feature", "--snapshots", "off", "--report", "json=run.json"])
        .expect(1, &["LOOKUP-FINDS"]);
    judged(&place.json("run.json"));
}

#[test]
fn what_the_background_makes_is_made_once_elsewhere_and_goes() {
    let place = Place::new().with("mine.feature", MINE);
    let served = Served::start(&place, &[]);
    let run = ["run", "-v", "mine.feature", "--snapshots", "off", "--target", &served.base, "--token-env", "TOKEN"];
    place.run(&[&run, &["--report", "json=run.json"][..]].concat()).expect(1, &["LOOKUP-FINDS", "left as found"]);
    judged(&place.json("run.json"));
    served.expect_empty();
    // Another attempt has a stage of its own; so have those after it. Where the run is broken off, nothing stays either.
    place.run(&[&run, &["--retries", "1"][..]].concat()).expect(1, &["LOOKUP-FINDS", "left as found"]);
    served.expect_empty();
    place.run(&[&run, &["--fail-fast", "--jobs", "1"][..]].concat()).expect(1, &["not reached", "left as found"]);
    served.expect_empty();
}

#[test]
fn who_says_to_read_and_writes_is_told() {
    let text = MINE.replace(
        "@reads\n  Scenario: Wrong\n",
        "@reads\n  Scenario: Wrong\n    When a client deletes the account of \"Ada\"\n",
    );
    let place = Place::new().with("mine.feature", &text);
    place
        .run(&["run", "-v", "mine.feature", "--snapshots", "off", "--report", "json=run.json"])
        .expect(3, &["@reads sent DELETE /Users/"]);
    let record = place.json("run.json");
    // Whoever comes next does not find what was written on.
    assert_eq!(scenario(&record, "Last")["outcome"]["kind"], "passed");
    assert!(creates(scenario(&record, "Last")) != creates(scenario(&record, "First")));
}

#[test]
fn shards_keep_together_who_shares() {
    let place = Place::new().with("mine.feature", MINE);
    for of in 2..6 {
        let mut seen = Vec::new();
        for number in 1..=of {
            let (shard, report) = (format!("{number}/{of}"), format!("json={number}.json"));
            let ran =
                place.run(&["run", "-v", "mine.feature", "--snapshots", "off", "--shard", &shard, "--report", &report]);
            if ran.out.contains("no scenario") || ran.err.contains("no scenario") {
                continue;
            }
            let record = place.json(&format!("{number}.json"));
            let names: Vec<String> =
                record["scenarios"].as_array().unwrap().iter().map(|s| s["name"].to_string()).collect();
            let shared = names.iter().filter(|n| !n.contains("Its own")).count();
            assert!(shared == 0 || shared == 3, "{shard}: {names:?}");
            seen.extend(names);
        }
        assert_eq!(seen.len(), 4, "{of}: {seen:?}");
    }
}
