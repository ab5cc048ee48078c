//! What a tenant holds, as a file: captured, diagnosed, masked, and served again just as it was.

use super::support::{Place, Ran, Served};
use serde_json::Value;

/// The first accounts that the fixtures of the forms have, with what its own service would not let in.
const USERS: &str = r#"[
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "u1", "userName": "mara@nordwind.example", "externalId": "x1",
     "active": true, "emails": [{"value": "mara@nordwind.example", "primary": true}], "meta": {"created": "2024-03-01T10:00:00Z"}},
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "u2", "userName": "MARA@nordwind.example", "active": "False"},
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "u3", "externalId": "x1", "active": true},
    {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": "u4", "userName": "otto@nordwind.example", "active": true}
]"#;
const MEMBERS: &str = "Group,Member\nAdmins,mara@nordwind.example\nAdmins,gone-4711\nAdmins,u4\n";
const DIRECTORY: &str = "externalId,userName,active\nx1,mara@nordwind.example,true\n";

fn on(place: &Place, command: &[&str], base: &str, rest: &[&str]) -> Ran {
    place.run(&[command, &["--target", base, "--token-env", "TOKEN"], rest].concat())
}

/// What a diagnosis finds.
fn found(place: &Place, args: &[&str]) -> Value {
    let ran = place.run(&[&["state", "diagnose"], args, &["--report", "json=d.json"]].concat());
    assert!(ran.code == 0 || ran.code == 1, "{ran:#?}");
    place.json("d.json")["found"].take()
}

fn kinds(found: &Value) -> Vec<&str> {
    found.as_array().unwrap().iter().map(|one| one["kind"].as_str().unwrap()).collect()
}

#[test]
fn a_corrupted_tenant_is_the_same_live_as_a_file_and_served_from_it() {
    let place = Place::new();
    for kind in
        ["two-applications", "half-way-run", "ghost-groups", "foreign-external-id", "stale-links", "active-leavers"]
    {
        let served = Served::start(&place, &[]);
        let of = ["--kind", kind, "--save-directory", "dir.json"];
        on(&place, &["corrupt"], &served.base, &of).expect(0, &[]);
        let file = format!("{kind}.jsonl.zst");
        let ran = on(&place, &["state", "capture"], &served.base, &["--out", &file]);
        ran.expect(0, &["everything was read", "next: scimulate state diagnose"]);
        let again = Served::start(&place, &["--state", &file]);
        for with in [&[][..], &["--directory", "dir.json"]] {
            let live = found(&place, &[&["--target", &served.base, "--token-env", "TOKEN"], with].concat());
            assert_eq!(found(&place, &[&[file.as_str()], with].concat()), live, "{kind}");
            let target = ["--target", &again.base, "--token-env", "TOKEN"];
            assert_eq!(found(&place, &[&target, with].concat()), live, "{kind}");
        }
    }
}

#[test]
fn what_was_mailed_is_diagnosed_and_served_with_everything_that_is_wrong_with_it() {
    let place = Place::new().with("users.json", USERS).with("members.csv", MEMBERS).with("dir.csv", DIRECTORY);
    let files = found(&place, &["users.json", "members.csv", "--directory", "dir.csv"]);
    let expected = ["unknown-account", "unknown-member", "two-accounts", "dangling-member", "ill-formed", "ill-formed"];
    let mut seen = kinds(&files);
    seen.dedup();
    assert_eq!(seen, expected[..5], "{files:#}");
    let served = Served::start(&place, &["--state", "users.json", "--state", "members.csv"]);
    let live = found(&place, &["--target", &served.base, "--token-env", "TOKEN", "--directory", "dir.csv"]);
    assert_eq!(live, files);
    let ran = place.run(&[
        "state",
        "diagnose",
        "users.json",
        "members.csv",
        "--directory",
        "dir.csv",
        "--local-account",
        "Otto@nordwind.example",
    ]);
    ran.expect(1, &["members.csv: a table of members, 3 memberships", "columns: Group is group, Member is member"]);
    assert!(!ran.out.contains("unknown-"), "{ran:#?}");
    place.run(&["state", "diagnose", "users.json", "members.csv", "--report", "html=d.html"]).expect(1, &[]);
    let page = std::fs::read_to_string(place.path().join("d.html")).unwrap();
    assert!(
        page.contains("users.json, members.csv: 4 users, 1 groups") && page.contains("id=\"dangling-member\""),
        "{page}"
    );
}

#[test]
fn a_masked_capture_says_nothing_of_anybody_and_has_the_same_wrong_with_it() {
    let place = Place::new().with("users.json", USERS).with("members.csv", MEMBERS);
    let served = Served::start(&place, &["--state", "users.json", "--state", "members.csv"]);
    let masked = ["--out", "m.jsonl", "--mask", "mask.key"];
    let ran = on(&place, &["state", "capture"], &served.base, &masked);
    ran.expect(0, &["4 User", "1 Group"]);
    assert!(ran.err.contains("a new key of pseudonyms is in mask.key"), "{ran:#?}");
    let text = std::fs::read_to_string(place.path().join("m.jsonl")).unwrap();
    for original in ["nordwind", "gone-4711", "Admins", "127.0.0.1"] {
        assert!(!text.contains(original), "{original}: {text}");
    }
    let live = found(&place, &["--target", &served.base, "--token-env", "TOKEN"]);
    assert_eq!(kinds(&found(&place, &["m.jsonl"])), kinds(&live));
    for file in ["m.jsonl", "mask.key"] {
        use std::os::unix::fs::PermissionsExt as _;
        let mode = std::fs::metadata(place.path().join(file)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{file}");
    }
    on(&place, &["state", "capture"], &served.base, &masked).expect(2, &["m.jsonl is there already"]);
    let bad = ["--out", "n.jsonl", "--mask", "m.jsonl"];
    on(&place, &["state", "capture"], &served.base, &bad).expect(2, &["m.jsonl", "64 hexadecimal digits"]);
}

#[test]
fn files_that_cannot_be_read_are_told_with_the_place_and_nothing_is_served() {
    let place = Place::new().with("cut.json", &USERS[..300]).with("t.csv", "a,b\n1,2\n");
    let cut = place.run(&["state", "diagnose", "cut.json"]);
    cut.expect(2, &["cut.json: line ", "the file is cut off"]);
    place.run(&["serve", "--state", "cut.json"]).expect(2, &["the file is cut off"]);
    place.run(&["state", "diagnose", "t.csv"]).expect(2, &["say which is what, like --column userName=HEADER"]);
    place.run(&["state", "diagnose", "t.csv", "--column", "userNam=a"]).expect(2, &["did you mean `userName`?"]);
    place.run(&["state", "diagnose", "t.csv", "--target", "http://127.0.0.1:9"]).expect(2, &["cannot be used with"]);
}
