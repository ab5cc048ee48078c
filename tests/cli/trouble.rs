//! Trouble in the middle of a run: what is not the target's doing is no finding, and nothing stays behind.

use super::support::{Place, Served, ended};
use std::time::Duration;

const MANY: &[&str] = &["--tags", "@group-deletion or @username-conflict", "--report", "json=run.json"];

/// A run in whose middle the target is killed, and a second later is there again.
fn restarted_under(place: &Place, more: &[&str]) -> (super::support::Ran, Served) {
    let served = Served::start(place, &["--db", "state.sqlite"]);
    let port = served.port().to_owned();
    let args = [&["run", "--target", &served.base, "--token-env", "TOKEN"], MANY, more].concat();
    let child = place.command(&args).spawn().unwrap();
    place.wait_for_creates(8);
    served.kill();
    // Long enough that requests meet nobody, and well within what the run waits.
    std::thread::sleep(Duration::from_secs(1));
    let served = Served::start(place, &["--db", "state.sqlite", "--port", &port]);
    (ended(child), served)
}

#[test]
fn a_target_that_is_restarted_blocks_what_it_interrupts_and_nothing_else() {
    let place = Place::new();
    let (ran, served) = restarted_under(&place, &[]);
    ran.expect(3, &["left as found: users: 0 before and after"]);
    assert!(!ran.err.contains("scimulate sweep"), "{ran:#?}");
    let totals = &place.json("run.json")["totals"];
    assert_eq!((&totals["failed"], &totals["bugs"]), (&0.into(), &0.into()), "{ran:#?}");
    let (passed, blocked) = (totals["passed"].as_u64().unwrap(), totals["blocked"].as_u64().unwrap());
    assert!((1..=4).contains(&blocked) && passed > blocked, "{totals}");
    served.expect_empty();
    assert!(!place.path().join(".scimulate").exists());
}

#[test]
fn what_a_restart_interrupted_is_conformant_when_tried_again() {
    let place = Place::new();
    let (ran, served) = restarted_under(&place, &["--retries", "1"]);
    ran.expect(0, &["conformant", "left as found"]);
    served.expect_empty();
}

#[test]
fn a_disk_that_fills_up_in_the_middle_stops_what_would_create_more() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    // One block is room for an entry or two of the ledger.
    let args = ["run", "-v", "--target", &served.base, "--token-env", "TOKEN", "--tags", "@group"];
    let ran = place.run_on_full_disk(1, &args);
    ran.expect(3, &["nothing is created without it"]);
    let text = ran.out.clone() + &ran.err;
    assert!(!text.contains("FAILED"), "{text}");
    assert!(text.contains(" passed") || text.contains("left as found"), "{text}");
    served.expect_empty();
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn what_others_make_meanwhile_is_told_apart_from_what_is_left() {
    for (name, told) in [
        (
            "ada.rzzzz001@example.com",
            "left as found: users: 0 before and after, the same ids; of other runs 1 came and 0 went",
        ),
        ("somebody@example.com", "NOT left as found: users: 0 before, 1 after; new: "),
    ] {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let args =
            ["run", "--target", &served.base, "--token-env", "TOKEN", "--tags", "@group-deletion", "--idp", "entra"];
        let child = place.command(&args).spawn().unwrap();
        place.wait_for_creates(4);
        served.create(name);
        ended(child).expect(0, &["conformant", told]);
        assert_eq!(served.total("/Users"), 1);
    }
}

#[test]
fn a_killed_run_and_its_sweep_leave_a_lived_in_target_as_it_was() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    served.populate(3);
    let before = served.ids();
    let child = place
        .command(&[
            "run",
            "--target",
            &served.base,
            "--token-env",
            "TOKEN",
            "--tags",
            "@group-deletion or @username-conflict",
        ])
        .spawn()
        .unwrap();
    place.wait_for_creates(8);
    super::support::signal(&child, "KILL");
    ended(child);
    assert_ne!(served.ids(), before, "the run was killed too late for this test");
    let ledger = place.ledger().unwrap();
    place
        .run(&["sweep", ledger.to_str().unwrap(), "--target", &served.base, "--token-env", "TOKEN"])
        .expect(0, &["objects removed"]);
    assert_eq!(served.ids(), before);
    assert!(!place.path().join(".scimulate").exists());
}

#[test]
fn a_defect_of_ours_beside_a_finding_is_another_exit_code_than_alone() {
    // The embedded provider lets Entra in, so that an Entra tenant in quarantine would be a defect of ours.
    let defect = "Feature: Ours\n  @entra/default\n  Scenario: Defect\n    When the IdP assigns \"Ada\"\n    \
                  Then the IdP is in quarantine\n";
    let finding = "Feature: Theirs\n  Scenario: Finding\n    Then each of these is answered as it says:\n      \
                   | request | answer |\n      | GET /Users | 404 |\n";
    let place = Place::new().with("defect.feature", defect).with("finding.feature", finding);
    let run = |features: &[&str]| {
        place.run(&[&["run", "-v", "--snapshots", "off", "--report", "json=run.json"], features].concat())
    };
    run(&["defect.feature"]).expect(70, &["not in quarantine"]);
    run(&["finding.feature"]).expect(1, &["expected  404"]);
    run(&["defect.feature", "finding.feature"]).expect(71, &["not in quarantine", "expected  404"]);
    let totals = &place.json("run.json")["totals"];
    assert_eq!((&totals["failed"], &totals["bugs"]), (&1.into(), &1.into()), "{totals}");
}
