//! Corrupted states made on purpose, seen by the diagnosis, and swept away.

use super::support::{Place, Ran, Served, Stub, TOKEN};
use serde_json::Value;
use std::net::TcpListener;

/// Every state: what the diagnosis finds without the directory in charge, and with it.
const KINDS: &[(&str, &[&str], &[&str])] = &[
    ("two-applications", &["two-accounts certain"; 3], &["two-accounts certain"; 3]),
    ("half-way-run", &["unclaimed-group possible"], &["other-members possible"]),
    ("ghost-groups", &["unclaimed-group possible"], &["unclaimed-group certain"; 2]),
    ("foreign-external-id", &["wrong-person likely"], &["wrong-person certain"; 2]),
    ("duplicate-users", &["two-accounts certain"; 2], &["two-accounts certain"; 2]),
    ("stale-links", &["stale-link possible"], &["stale-link certain"; 2]),
    ("active-leavers", &[], &["active-leaver certain"]),
];

fn make(place: &Place, base: &str, args: &[&str]) -> Ran {
    place.run(&[&["corrupt", "--target", base, "--token-env", "TOKEN"], args].concat())
}

/// The diagnosis and what it found, a line each.
fn diagnose(place: &Place, base: &str, args: &[&str]) -> (Ran, Vec<String>) {
    let always = ["state", "diagnose", "--target", base, "--token-env", "TOKEN", "--report", "json=d.json"];
    let ran = place.run(&[&always[..], args].concat());
    let report = place.json("d.json");
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let line = |a: &Value| format!("{} {}", text(&a["kind"]), text(&a["sure"]));
    (ran, report["found"].as_array().unwrap().iter().map(line).collect())
}

/// What was made and found, without what differs from run to run: the run's id, keys and ids.
fn normalised(text: &str, tag: &str) -> String {
    let mut out = String::new();
    for line in text.replace(tag, "TAG").lines().filter(|l| !l.contains("next:") && !l.contains("afterwards:")) {
        let mut rest = line;
        while let Some((before, after)) = ["(id ", "externalId "].iter().find_map(|m| rest.split_once(m)) {
            out += before;
            rest = after.split_once([')', ',']).map_or("", |(_, rest)| rest);
        }
        out += rest;
        out.push('\n');
    }
    out
}

#[test]
fn every_state_is_seen_for_what_it_is_and_swept() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    for (kind, without, with) in KINDS {
        let made = make(&place, &served.base, &["--kind", kind, "--save-directory", "dir.json"]);
        made.expect(0, &[kind, "what happened", "made", "(id ", "next: scimulate state diagnose", "scimulate sweep"]);
        let (ran, found) = diagnose(&place, &served.base, &[]);
        assert_eq!(found, *without, "{kind}: {ran:#?}");
        ran.expect(i32::from(!without.is_empty()), &["read "]);
        let (ran, found) = diagnose(&place, &served.base, &["--directory", "dir.json"]);
        assert_eq!(found, *with, "{kind}: {ran:#?}");
        ran.expect(1, &["known by", "harm", "do ", "guide     docs/cleanup.md#"]);
        let ledger = place.ledger().unwrap();
        place.run(&["sweep", ledger.to_str().unwrap(), "--token-env", "TOKEN"]).expect(0, &["objects removed"]);
        served.expect_empty();
    }
    let (ran, _) = diagnose(&place, &served.base, &[]);
    ran.expect(0, &["nothing is wrong"]);
    assert_eq!(place.names(), ["d.json", "dir.json"]);
}

#[test]
fn the_same_state_is_made_twice() {
    for (kind, ..) in KINDS {
        let once = || {
            let place = Place::new();
            let served = Served::start(&place, &[]);
            let made = make(&place, &served.base, &["--kind", kind]);
            made.expect(0, &[]);
            let ledger = place.ledger().unwrap();
            let tag = ledger.file_stem().unwrap().to_str().unwrap().strip_prefix("ledger-").unwrap().to_owned();
            let (ran, _) = diagnose(&place, &served.base, &[]);
            normalised(&made.out, &tag) + &normalised(&ran.out, &tag)
        };
        let (first, second) = (once(), once());
        assert_eq!(first, second, "{kind}");
    }
}

#[test]
fn a_run_breaks_off_where_it_is_told_to() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let made = make(&place, &served.base, &["--kind", "half-way-run", "--at", "5", "--save-directory", "dir.json"]);
    made.expect(0, &["breaks off at request 5"]);
    assert_eq!((served.total("/Users"), served.total("/Groups")), (1, 0));
    let (_, found) = diagnose(&place, &served.base, &["--directory", "dir.json"]);
    assert_eq!(found, ["missing-account certain", "missing-account certain", "missing-group certain"]);
    let early = make(&place, &served.base, &["--kind", "half-way-run", "--at", "1"]);
    early.expect(3, &["broke off at request 1", "name a higher --at"]);
    let late = make(&place, &served.base, &["--kind", "half-way-run", "--at", "400"]);
    late.expect(2, &["requests only", "name a lower --at"]);
}

#[test]
fn what_is_typed_wrong_sends_nothing() {
    let stub = Stub::answering("200 OK", "{}");
    let place = Place::new().with("bad.csv", "login,mail\nada,ada\n");
    let make = |args: &[&str]| place.run(&[&["corrupt"], args].concat());
    make(&["--kind", "ghost-group", "--target", &stub.url])
        .expect(2, &["did you mean `ghost-groups`?", "half-way-run"]);
    make(&["--kind", "ghost-groups"]).expect(2, &["--target"]);
    make(&["--kind", "ghost-groups", "--target", &stub.url, "--at", "3"]).expect(2, &["--at belongs to"]);
    make(&["--kind", "ghost-groups", "--target", &stub.url, "--token-env", "NONE"]).expect(2, &["NONE is not set"]);
    make(&["--kind", "ghost-groups", "--target", "https://scim.example/v2", "--token-env", "TOKEN"])
        .expect(2, &["scim.example", "--i-may-write"]);
    let diagnose = |args: &[&str]| place.run(&[&["state", "diagnose"], args].concat());
    diagnose(&[]).expect(2, &["--target"]);
    diagnose(&["--target", "nowhere"]).expect(2, &["`nowhere` is no base URL"]);
    diagnose(&["--target", &stub.url, "--report", "yaml=x"]).expect(2, &["`yaml=x`", "json=diagnosis.json"]);
    diagnose(&["--target", &stub.url, "--directory", "none.csv"]).expect(2, &["none.csv"]);
    diagnose(&["--target", &stub.url, "--directory", "bad.csv"]).expect(2, &["bad.csv", "no column `externalId`"]);
    assert_eq!(stub.heard(), Vec::<String>::new());
    assert_eq!(place.names(), ["bad.csv"]);
}

#[test]
fn a_world_in_the_way_is_no_diagnosis() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = format!("http://{}/scim/v2", listener.local_addr().unwrap());
    drop(listener);
    for (target, text) in [(&served.base, "the credential was refused"), (&gone, "refused")] {
        place.run(&["corrupt", "--kind", "ghost-groups", "--target", target]).expect(3, &[text]);
        place.run(&["state", "diagnose", "--target", target]).expect(3, &[text]);
    }
    served.expect_empty();
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn a_diagnosis_only_reads_and_says_where_it_stopped() {
    let body =
        r#"{"totalResults": 9, "Resources": [{"id": "1", "userName": "a\u001b[2J"}, {"id": "2", "userName": "b"}]}"#;
    let stub = Stub::answering("200 OK\r\ncontent-type: application/scim+json", body);
    let place = Place::new();
    let ran = place.run(&["state", "diagnose", "--target", &stub.url, "--token-env", "TOKEN", "--limit", "2"]);
    ran.expect(1, &["/Users was read up to the limit of 2", "\\u{1b}"]);
    assert!(stub.heard().iter().all(|request| request.starts_with("GET ")), "{:?}", stub.heard());
    assert!(stub.heard().iter().all(|request| request.contains(TOKEN)));
}
