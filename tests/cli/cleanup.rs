//! Corrupted states planned, applied and taken back by the binary, as a support engineer does it.

use super::support::{Place, Ran, Served, Stub};

/// Every state that `corrupt` makes and a plan puts right, and an action that its plan has.
const KINDS: &[(&str, &str)] = &[
    ("two-applications", "delete-user"),
    ("ghost-groups", "delete-group"),
    ("foreign-external-id", "set-link"),
    ("duplicate-users", "delete-user"),
    ("stale-links", "set-link"),
    ("active-leavers", "deactivate"),
];

fn state(place: &Place, base: &str, action: &str, args: &[&str]) -> Ran {
    place.run(&[&["state", action, "--target", base, "--token-env", "TOKEN"], args].concat())
}

/// A provider with an administrator, in that state.
fn corrupted(place: &Place, kind: &str) -> Served {
    let served = Served::start(place, &[]);
    let args =
        ["corrupt", "--target", &served.base, "--token-env", "TOKEN", "--kind", kind, "--save-directory", "dir.json"];
    place.run(&args).expect(0, &[kind]);
    served.create("root");
    let mut directory = place.json("dir.json");
    directory["people"].as_array_mut().unwrap().push(serde_json::json!({"externalId": "e-root", "userName": "root"}));
    std::fs::write(place.path().join("dir.json"), directory.to_string()).unwrap();
    served
}

const PLAN: &[&str] =
    &["--directory", "dir.json", "--protect", "root", "--sure", "likely", "--delete", "--limit", "users=9"];

#[test]
fn every_state_is_planned_applied_and_sound_afterwards() {
    for (kind, action) in KINDS {
        let place = Place::new();
        let served = corrupted(&place, kind);
        state(&place, &served.base, "plan", PLAN).expect(1, &["items in plan.yaml", action, "next: read and edit"]);
        let apply = ["plan.yaml", "--directory", "dir.json"];
        let before = served.ids();
        state(&place, &served.base, "apply", &apply).expect(0, &["would", "nothing was changed", "--execute"]);
        assert_eq!(served.ids(), before);
        let ran = state(&place, &served.base, "apply", &[&apply[..], &["--execute"]].concat());
        let texts = [
            "afterwards: 0 wrong",
            "the next cycle of the IdP in charge",
            "0 conflicts",
            "in Okta",
            "in Entra ID",
            "state rollback plan.journal",
        ];
        ran.expect(0, &texts);
        let again = state(&place, &served.base, "apply", &[&apply[..], &["--execute"]].concat());
        again.expect(0, &["in an earlier run"]);
        state(&place, &served.base, "diagnose", &["--directory", "dir.json"]).expect(0, &["nothing is wrong"]);
        state(&place, &served.base, "rollback", &["plan.journal"]).expect(0, &["would", "nothing was changed"]);
        state(&place, &served.base, "rollback", &["plan.journal", "--execute"]).expect(0, &["done"]);
        state(&place, &served.base, "diagnose", &["--directory", "dir.json"]).expect(1, &["known by"]);
    }
}

#[test]
fn a_plan_is_made_from_a_capture_and_local_accounts_are_no_strangers() {
    let place = Place::new();
    let served = corrupted(&place, "stale-links");
    served.create("break-glass");
    state(&place, &served.base, "capture", &["--out", "t.jsonl.zst"]).expect(0, &["everything was read"]);
    let plan =
        |args: &[&str]| place.run(&[&["state", "plan", "t.jsonl.zst", "--directory", "dir.json"], args].concat());
    plan(&[]).expect(1, &["2 set-link", "1 not planned", "break-glass"]);
    let ran = plan(&["--local-account", "break-glass"]);
    ran.expect(1, &["2 set-link", &format!("state apply plan.yaml --target {}", served.base)]);
    assert!(!ran.out.contains("not planned"), "{}", ran.out);
    let apply = ["plan.yaml", "--directory", "dir.json", "--local-account", "break-glass", "--execute"];
    state(&place, &served.base, "apply", &apply).expect(0, &["2 done", "afterwards: 0 wrong"]);
    state(&place, &served.base, "capture", &["--out", "m.jsonl", "--mask", "key"]).expect(0, &["everything was read"]);
    place.run(&["state", "plan", "m.jsonl"]).expect(2, &["these files do not say which"]);
}

#[test]
fn what_is_only_possible_is_left_and_said() {
    // Where no group shows a member, the target may be one that shows none.
    let place = Place::new();
    let served = corrupted(&place, "half-way-run");
    let texts = ["0 items in plan.yaml", "1 not planned", "it is only possible: look at it in the product"];
    state(&place, &served.base, "plan", PLAN).expect(1, &texts);
}

#[cfg(unix)]
#[test]
fn plan_and_journal_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::new();
    let served = corrupted(&place, "stale-links");
    state(&place, &served.base, "plan", &["--directory", "dir.json"]).expect(1, &["2 set-link"]);
    state(&place, &served.base, "apply", &["plan.yaml", "--execute"]).expect(0, &["2 done"]);
    for name in ["plan.yaml", "plan.journal"] {
        let mode = std::fs::metadata(place.path().join(name)).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
        assert!(!std::fs::read_to_string(place.path().join(name)).unwrap().contains(super::support::TOKEN));
    }
}

#[test]
fn a_captured_tenant_is_put_right_where_it_is_served_again_and_stays_as_it_is_where_it_came_from() {
    for (kind, action) in KINDS {
        let place = Place::new();
        let origin = corrupted(&place, kind);
        state(&place, &origin.base, "capture", &["--out", "tenant.jsonl.zst"]).expect(0, &["everything was read"]);
        let copy = Served::start(&place, &["--state", "tenant.jsonl.zst"]);
        let directory = ["--directory", "dir.json"];
        state(&place, &copy.base, "diagnose", &directory).expect(1, &["known by"]);
        state(&place, &copy.base, "plan", PLAN).expect(1, &["items in plan.yaml", action]);
        let apply = ["plan.yaml", "--directory", "dir.json", "--execute"];
        state(&place, &copy.base, "apply", &apply).expect(0, &["afterwards: 0 wrong", "0 conflicts"]);
        state(&place, &copy.base, "diagnose", &directory).expect(0, &["nothing is wrong"]);
        state(&place, &origin.base, "diagnose", &directory).expect(1, &["known by"]);
        state(&place, &origin.base, "apply", &apply).expect(2, &["the plan is for"]);
    }
}

#[test]
fn what_is_typed_or_edited_wrong_is_refused_before_anything_is_written() {
    let place = Place::new();
    let served = corrupted(&place, "active-leavers");
    let plan = |args: &[&str]| state(&place, &served.base, "plan", &[&["--directory", "dir.json"], args].concat());
    plan(&[]).expect(2, &["no account is protected", "--protect"]);
    plan(&["--protect", "roto"]).expect(2, &["did you mean `root`?"]);
    plan(&["--protect", "root", "--limit", "user=3"]).expect(2, &["did you mean `users`?"]);
    plan(&["--protect", "root", "--limit", "users=many"]).expect(2, &["`many` is no limit"]);
    plan(&["--protect", "root", "--survivor", "oldst"]).expect(2, &["did you mean `oldest`?"]);
    plan(&["--protect", "root", "--limit", "users=0"]).expect(2, &["takes away 1 of 4 users", "--limit users=1"]);
    assert!(!place.names().contains(&"plan.yaml".to_owned()));
    plan(&["--protect", "root"]).expect(1, &["1 deactivate"]);
    let text = std::fs::read_to_string(place.path().join("plan.yaml")).unwrap();
    let apply = |edited: &str| {
        std::fs::write(place.path().join("edited.yaml"), edited).unwrap();
        state(&place, &served.base, "apply", &["edited.yaml", "--execute"])
    };
    apply(&text.replace("\"deactivate\"", "\"deactivat\""))
        .expect(2, &["edited.yaml", "line", "did you mean `deactivate`?"]);
    apply(&text.replace("version: 1", "version: 9")).expect(2, &["version 9"]);
    apply("hello").expect(2, &["state plan"]);
    apply(&text.replace(&served.base, "https://elsewhere.example/scim/v2")).expect(2, &["elsewhere.example"]);
    served.create("late");
    apply(&text).expect(2, &["has changed since the plan was made", "--despite-changes"]);
    state(&place, &served.base, "apply", &["none.yaml"]).expect(2, &["none.yaml"]);
    state(&place, &served.base, "rollback", &["none.journal"]).expect(2, &["none.journal"]);
    state(&place, &served.base, "diagnose", &["--directory", "dir.json"]).expect(1, &["active-leaver"]);
}

#[test]
fn a_target_that_does_not_answer_is_blocked() {
    let stub = Stub::answering("503 Service Unavailable\r\nretry-after: 99999", "{}");
    let place = Place::new();
    state(&place, &stub.url, "plan", &[]).expect(3, &[]);
    assert!(place.names().is_empty());
}
