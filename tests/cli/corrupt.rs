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
        place
            .run(&["sweep", ledger.to_str().unwrap(), "--target", &served.base, "--token-env", "TOKEN"])
            .expect(0, &["objects removed"]);
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

/// A target of the settings that wants a password, a header of its own and an attribute of users.
fn named(served: &Served, more: &str) -> Place {
    let made = served.admin("POST", "/basic-accounts", r#"{"name":"ada","password":"correct-horse-basic"}"#);
    assert!(made.is_object(), "{made}");
    let text = format!(
        "[targets.x]\nbase_url = \"{}\"\nauth = {{ kind = \"basic\", user = \"ada\", password = {{ file = \"password\" }} }}\n\
         [targets.x.users]\nmail_domain = \"acme.test\"\nadd = {{ title = \"Tester\" }}\n{more}\n",
        served.base
    );
    Place::new().with("password", "correct-horse-basic").with("own.toml", &text)
}

fn basic() -> Served {
    let basic = "title = \"one with HTTP Basic\"\n[behaviour.access]\nschemes = [\"bearer\", \"basic\"]\n";
    Served::start(&Place::new().with("basic.toml", basic), &["--profile", "basic.toml"])
}

#[test]
fn a_target_of_the_settings_is_reached_as_they_say() {
    let served = basic();
    let place = named(&served, "");
    let settings = ["--target", "x", "--config", "own.toml"];
    let made = place.run(&[&["corrupt", "--kind", "duplicate-users"], &settings[..]].concat());
    made.expect(0, &["@acme.test", "state diagnose --target x --config own.toml", "--target x --config own.toml"]);
    place.run(&[&["state", "diagnose"], &settings[..]].concat()).expect(1, &["two accounts"]);
    let ledger = place.ledger().unwrap();
    let sweep = ["sweep", ledger.to_str().unwrap()];
    place.run(&sweep).expect(2, &["no setting names that host", "--target"]);
    assert!(ledger.exists());
    place.run(&[&sweep, &settings[..]].concat()).expect(0, &["objects removed"]);
    served.expect_empty();
    let by_environment =
        |args: &[&str]| super::support::ended(place.command(args).env("SCIMULATE_CONFIG", "own.toml").spawn().unwrap());
    by_environment(&["state", "diagnose", "--target", "x"]).expect(0, &["nothing is wrong"]);
    by_environment(&["sweep", "--run-tag", "r0000", "--target", "x"]).expect(0, &["0 of 0 objects removed"]);
    place.run(&["state", "diagnose", "--target", "y", "--config", "own.toml"]).expect(2, &["no target is called `y`"]);
    place.run(&["corrupt", "--kind", "ghost-groups", "--target", "x"]).expect(2, &["`x` is no base URL"]);
}

#[test]
fn a_target_where_somebody_lives_is_not_corrupted_unless_asked() {
    let served = basic();
    let corrupt = |place: &Place, more: &[&str]| {
        let args = ["corrupt", "--kind", "ghost-groups", "--target", "x", "--config", "own.toml"];
        place.run(&[&args[..], more].concat())
    };
    let diagnose = |place: &Place| place.run(&["state", "diagnose", "--target", "x", "--config", "own.toml"]);
    let production = named(&served, "[targets.x.safety]\nmax_users = 2");
    let text = std::fs::read_to_string(production.path().join("own.toml")).unwrap();
    let text = text.replace("base_url", "environment = \"production\"\nbase_url");
    std::fs::write(production.path().join("own.toml"), text).unwrap();
    corrupt(&production, &[]).expect(2, &["x is called production", "--i-may-write"]);
    diagnose(&production).expect(0, &["nothing is wrong"]);

    for n in 0..3 {
        served.create(&format!("resident{n}"));
    }
    let full = Place::new().with("password", "correct-horse-basic").with(
        "own.toml",
        &std::fs::read_to_string(production.path().join("own.toml")).unwrap().replace("production", "test"),
    );
    corrupt(&full, &[]).expect(3, &["has 3 users, more than 2 (safety.max_users)", "--i-may-write"]);
    let text = std::fs::read_to_string(full.path().join("own.toml")).unwrap();
    std::fs::write(full.path().join("own.toml"), text.replace("max_users = 2", "read_only = true")).unwrap();
    corrupt(&full, &[]).expect(2, &["x may only be read (safety.read_only"]);
    corrupt(&full, &["--i-may-write"]).expect(2, &["--i-may-write", "read_only that it may not"]);
    diagnose(&full).expect(0, &["read 3 users"]);
    assert_eq!((served.total("/Users"), served.total("/Groups")), (3, 0));
    assert!(full.ledger().is_none() && production.ledger().is_none());

    corrupt(&production, &["--i-may-write"]).expect(0, &["ghost-groups"]);
    assert!(served.total("/Groups") > 0);
}
