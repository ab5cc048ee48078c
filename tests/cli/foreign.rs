//! A target that is not ours to look into: one tenant for all scenarios, no operator.

use super::support::{Place, Served, TOKEN};

#[test]
fn a_correct_target_passes_or_is_skipped_with_the_reason_and_is_left_as_it_was() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let args =
        ["--tags", "(@tenant-switch or @duplicate-idp) and not @alation", "--jobs", "6", "--report", "json=run.json"];
    let ran = place.run(&[&["run", "--target", &served.base, "--token-env", "TOKEN"], &args[..]].concat());
    ran.expect(0, &["this target has no operator action `create a local account`", "conformant"]);
    assert!(!std::fs::read_to_string(place.path().join("run.json")).unwrap().contains(TOKEN));
    let record = place.json("run.json");
    let totals = &record["totals"];
    assert_eq!(
        totals["passed"].as_u64().unwrap() + totals["skipped"].as_u64().unwrap(),
        totals["scenarios"],
        "{totals}"
    );
    assert!(totals["passed"].as_u64() > totals["skipped"].as_u64(), "{totals}");
    served.expect_empty();
    assert_eq!(place.names(), ["run.json"]);
}

#[test]
fn a_broken_target_is_shown_with_requirement_exchange_and_remedy() {
    let place = Place::new();
    let served = Served::start(&place, &["--fault", "M095"]);
    let args =
        ["run", "-v", "--target", &served.base, "--token-env", "TOKEN", "--tags", "@F095", "--report", "junit=j.xml"];
    let ran = place.run(&args);
    ran.expect(
        1,
        &["NOT conformant", "HAZARD-GROUP-EMPTIED", "request", "PATCH", "expected", "seen", "breaks", "change"],
    );
    let named = ran.out.split("scimulate explain ").nth(1).unwrap().split('`').next().unwrap();
    place.run(&["explain", named]).expect(0, &[named, "remedy"]);
    assert!(std::fs::read_to_string(place.path().join("j.xml")).unwrap().contains("<failure"));
    served.expect_empty();
}

#[test]
fn the_first_failure_ends_a_run_that_fails_fast_and_retries_are_counted() {
    let place = Place::new();
    let served = Served::start(&place, &["--fault", "M095"]);
    let run = |args: &[&str]| {
        let target = ["run", "-v", "--target", &served.base, "--token-env", "TOKEN", "--tags", "@F095", "--jobs", "1"];
        place.run(&[&target, args].concat())
    };
    run(&["--idp", "entra", "--fail-fast"]).expect(1, &["an earlier scenario failed (--fail-fast)"]);
    run(&["--idp", "entra/default", "--retries", "1"]).expect(1, &["(attempt 2)"]);
    served.expect_empty();
}

#[test]
fn in_a_large_tenant_people_and_groups_are_looked_up_instead_of_read_whole() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    served.populate(1_001);
    let args = ["--tags", "@F095", "--jobs", "2", "--report", "json=run.json", "--i-may-write", "-v"];
    let ran = place.run(&[&["run", "--target", &served.base, "--token-env", "TOKEN"], &args[..]].concat());
    ran.expect(0, &["conformant", "the tenant holds 100", "looked up, not read whole"]);
    let text = std::fs::read_to_string(place.path().join("run.json")).unwrap();
    assert!(!text.contains("startIndex=101") && text.contains("filter=displayName"), "{}", ran.out);
    assert_eq!((served.total("/Users"), served.total("/Groups")), (1_001, 0));
    drop(served);
    let broken = Served::start(&place, &["--fault", "M095"]);
    broken.populate(1_001);
    let args = ["run", "--target", &broken.base, "--token-env", "TOKEN", "--tags", "@F095", "--i-may-write", "-v"];
    place.run(&args).expect(1, &["HAZARD-GROUP-EMPTIED", "STATE-MEMBERS"]);
}
