//! Runs that do not reach their end: nothing stays on the target, or the ledger says what does.

use super::support::{Place, Served, ended, signal};
use std::process::Child;

/// A run against a served provider that has created something already.
fn under_way(place: &Place, served: &Served) -> Child {
    let args = ["run", "--target", &served.base, "--token-env", "TOKEN", "--tags", "@group or @tenant-switch"];
    let child = place.command(&args).spawn().unwrap();
    place.wait_for_creates(8);
    child
}

fn sweep(place: &Place, base: &str, removed: &str) {
    let ledger = place.ledger().unwrap();
    let ran = place.run(&["sweep", ledger.to_str().unwrap(), "--target", base, "--token-env", "TOKEN"]);
    ran.expect(0, &[removed]);
    assert!(!place.path().join(".scimulate").exists(), "the ledger is left: {:?}", place.ledger());
}

#[test]
fn an_interrupted_run_cleans_up_first() {
    for name in ["INT", "TERM"] {
        let place = Place::new();
        let served = Served::start(&place, &[]);
        let child = under_way(&place, &served);
        signal(&child, name);
        let ran = ended(child);
        ran.expect(130, &["interrupted: cleaning up", "interrupted"]);
        served.expect_empty();
        assert!(place.names().is_empty(), "{:?}", place.names());
    }
}

#[test]
fn what_a_killed_run_left_is_swept() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let child = under_way(&place, &served);
    signal(&child, "KILL");
    assert_eq!(ended(child).code, -1);
    assert!(served.total("/Users") > 0, "the run was killed too late for this test");
    let ledger = place.ledger().unwrap();
    let text = std::fs::read_to_string(&ledger).unwrap();
    assert!(!text.contains(super::support::TOKEN));

    let wrong = place.run(&["sweep", ledger.to_str().unwrap(), "--target", &served.base]);
    wrong.expect(3, &["401", "left: /Users"]);
    assert!(ledger.exists());
    let elsewhere = ["--target", "http://127.0.0.1:9/scim/v2", "--token-env", "TOKEN"];
    let elsewhere = place.run(&[&["sweep", ledger.to_str().unwrap()], &elsewhere[..]].concat());
    elsewhere.expect(2, &[&served.base, "not sent to another host"]);
    assert!(ledger.exists());
    sweep(&place, &served.base, "objects removed");
    served.expect_empty();
}

#[test]
fn a_target_that_dies_blocks_and_what_stays_is_swept_later() {
    let place = Place::new();
    let served = Served::start(&place, &["--db", "state.sqlite"]);
    let port = served.port().to_owned();
    let child = under_way(&place, &served);
    served.kill();
    let ran = ended(child);
    ran.expect(3, &["refused", "scimulate sweep .scimulate/ledger-"]);

    let served = Served::start(&place, &["--db", "state.sqlite", "--port", &port]);
    assert!(served.total("/Users") > 0, "nothing was left, so nothing is tested");
    sweep(&place, &served.base, "objects removed");
    served.expect_empty();
}
