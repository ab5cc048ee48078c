//! What keeps somebody's tenant safe: nothing is written that was not allowed, and what was made goes.

use super::support::{ADMIN, Place, Ran, Served, ended, signal};

const ANY: &[&str] = &["--tags", "@F095", "--idp", "entra/default"];

fn create(served: &Served, user: &str) {
    let body = format!(r#"{{"userName":"{user}","email":"{user}","admin":false,"builtin_sign_in":true}}"#);
    served.admin("POST", "/accounts", &body);
}

fn run(place: &Place, served: &Served, settings: &str, args: &[&str]) -> Ran {
    let auth = "auth = { kind = \"bearer\", token = { env = \"TOKEN\" } }";
    let text = format!("[targets.x]\nbase_url = \"{}\"\n{auth}\n{settings}\n", served.base);
    std::fs::write(place.path().join("scimulate.toml"), text).unwrap();
    place.run(&[&["run", "--target", "x"], args].concat())
}

#[test]
fn a_tenant_with_many_users_is_not_written_to_unless_asked() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    for n in 0..3 {
        create(&served, &format!("somebody{n}@example.com"));
    }
    let few = "safety.max_users = 2";
    run(&place, &served, few, ANY).expect(3, &["has 3 users, more than 2", "--i-may-write", "--read-only"]);
    run(&place, &served, few, &[ANY, &["--i-may-write"]].concat())
        .expect(0, &["conformant", "3 there already", "left as found: users: 3 before and after, the same ids"]);
    assert_eq!(served.total("/Users"), 3);
    // Whom another run made does not live there.
    served.create("ada.rzzzz001@example.com");
    let lives = "safety.max_users = 3";
    run(&place, &served, lives, ANY).expect(0, &["conformant", "4 there already"]);
    served.create("somebody9@example.com");
    run(&place, &served, lives, ANY).expect(3, &["has 4 users, more than 3"]);
}

#[test]
fn read_only_writes_nothing_and_says_what_it_left_out() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    create(&served, "somebody@example.com");
    let ran = run(&place, &served, "", &["--read-only", "--tags", "@discovery or @F095", "--report", "json=run.json"]);
    assert!(ran.out.contains("writes, and only reading is allowed"), "{ran:#?}");
    let record = place.json("run.json");
    for scenario in record["scenarios"].as_array().unwrap() {
        for exchange in scenario["exchanges"].as_array().unwrap() {
            let method = exchange["method"].as_str().unwrap();
            let kept = exchange["failure"].as_str().is_some_and(|f| f.starts_with("not sent"));
            assert!(method == "GET" || kept || exchange["url"].as_str().unwrap().contains(".search"), "{exchange}");
        }
    }
    assert_eq!(record["totals"]["failed"], 0, "{}", ran.out);
    assert_eq!((served.total("/Users"), served.total("/Groups")), (1, 0));
}

#[test]
fn what_must_not_be_created_or_deleted_is_not() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let all = [ANY, &["--report", "json=run.json"]].concat();
    run(&place, &served, "safety.never_create = [\"groups\"]", &all).expect(3, &["never_create forbids"]);
    run(&place, &served, "safety.never_delete = [\"users\"]", &all)
        .expect(3, &["never_delete forbids to remove it again"]);
    served.expect_empty();
}

#[test]
fn a_budget_stops_the_run_and_cleanup_goes_on() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let ran =
        run(&place, &served, "pace.max_requests = 30\npace.in_flight = 1", &["--tags", "@group", "--idp", "entra"]);
    ran.expect(3, &["budget of 30 requests is used up (pace.max_requests)", "left as found"]);
    served.expect_empty();
}

#[test]
fn users_are_sent_as_the_product_wants_them() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let users = "[targets.x.users]\nmail_domain = \"acme.test\"\n[targets.x.users.add]\nnickName = \"{userName}\"\nuserType = \"probe\"";
    let ran = run(&place, &served, users, &[ANY, &["--report", "json=run.json"]].concat());
    ran.expect(0, &["conformant"]);
    let record = std::fs::read_to_string(place.path().join("run.json")).unwrap();
    assert!(record.contains("acme.test") && !record.contains("@example.com"), "the mail domain");
    assert!(record.contains(r#"\"userType\":\"probe\""#), "the added attribute");
    served.expect_empty();
}

#[test]
fn what_a_killed_run_left_is_found_by_its_id_alone() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    create(&served, "somebody@example.com");
    let args = ["run", "--target", &served.base, "--token-env", "TOKEN", "--tags", "@group"];
    let child = place.command(&args).spawn().unwrap();
    place.wait_for_creates(8);
    signal(&child, "KILL");
    ended(child);
    let ledger = place.ledger().unwrap();
    let name = ledger.file_stem().unwrap().to_str().unwrap().to_owned();
    let tag = name.strip_prefix("ledger-").unwrap();
    std::fs::remove_file(&ledger).unwrap();
    assert!(served.total("/Users") > 1, "the run was killed too late for this test");
    let sweep = |tag: &str| place.run(&["sweep", "--run-tag", tag, "--target", &served.base, "--token-env", "TOKEN"]);
    for wrong in ["r", "rabc", "somebody", "RABCD", "r%%%%"] {
        sweep(wrong).expect(2, &["is no run's id"]);
    }
    sweep("r0000").expect(0, &["0 of 0 objects removed"]);
    sweep(tag).expect(0, &["found /Users/", "objects removed"]);
    assert_eq!((served.total("/Users"), served.total("/Groups")), (1, 0));
    place.run(&["sweep", "--run-tag", tag]).expect(2, &["--target"]);
}

#[test]
fn a_full_disk_stops_a_run_before_it_creates_anything() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    place
        .run_on_full_disk(0, &["run", "-v", "--target", &served.base, "--token-env", "TOKEN", "--tags", "@F095"])
        .expect(3, &["nothing is created without it"]);
    served.expect_empty();
    assert!(place.names().is_empty(), "{:?}", place.names());
}

#[test]
fn two_runs_at_once_do_not_meet() {
    let place = Place::new();
    let other = Place::new();
    let served = Served::start(&place, &[]);
    let args = [
        "run",
        "--target",
        &served.base,
        "--token-env",
        "TOKEN",
        "--tags",
        "@F095 or @rename",
        "--idp",
        "entra/default",
    ];
    let both = [place.command(&args).spawn().unwrap(), other.command(&args).spawn().unwrap()];
    for child in both {
        ended(child).expect(0, &["conformant"]);
    }
    served.expect_empty();
}

/// Every action of the admin API, as settings say it for somebody's product.
fn operator(served: &Served) -> String {
    let root = format!("http://127.0.0.1:{}/admin/tenants", served.port());
    let mut text = String::new();
    for (key, method, path, body, more) in [
        ("open_tenant", "POST", "", "body = { name = \"{tenant}\" }", ""),
        ("close_tenant", "DELETE", "/{tenant}", "", ""),
        ("cleanup", "POST", "/{tenant}/cleanup", "body = {}", "refused = [409]"),
        (
            "add_account",
            "POST",
            "/{tenant}/accounts",
            "body = { userName = \"{userName}\", email = \"{email}\", admin = \"{admin}\", builtin_sign_in = \"{builtinSignIn}\" }",
            "",
        ),
        (
            "issue_token",
            "POST",
            "/{tenant}/tokens",
            "body = { name = \"{tokenName}\" }",
            "take = { token = \"/token\" }",
        ),
        ("revoke_token", "DELETE", "/{tenant}/tokens/{tokenName}", "", ""),
        ("rename_group", "POST", "/{tenant}/groups/{groupId}/rename", "body = { displayName = \"{groupName}\" }", ""),
        (
            "sign_in",
            "POST",
            "/{tenant}/sign-in",
            "body = { userName = \"{userName}\" }",
            "refused = [401, 403, 404, 409]",
        ),
    ] {
        text += &format!("[targets.x.operator.{key}]\nmethod = \"{method}\"\nurl = \"{root}{path}\"\n");
        text += &format!("headers = {{ authorization = {{ env = \"ADMIN\" }} }}\n{body}\n{more}\n");
    }
    text
}

#[test]
fn operator_actions_are_done_as_the_settings_say() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let tags = ["--tags", "(@tenant-switch or @duplicate-idp or @rename) and not @policy", "--report", "json=run.json"];
    let ran = run(&place, &served, &operator(&served), &tags);
    ran.expect(0, &["conformant"]);
    let record = place.json("run.json");
    let skipped: Vec<_> =
        record["scenarios"].as_array().unwrap().iter().filter(|s| s["outcome"]["kind"] == "skipped").collect();
    let named: Vec<&str> = skipped.iter().map(|s| s["outcome"]["reason"].as_str().unwrap()).collect();
    assert!(named.iter().all(|reason| !reason.contains("operator.")), "{named:#?}");
    assert!(!record.to_string().contains(ADMIN));
    served.expect_empty();
}

#[test]
fn a_scenario_without_its_action_is_skipped_and_the_summary_says_what_would_unlock_it() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let some = ["--tags", "((@tenant-switch and @cleanup) or @F095) and not @alation"];
    let ran = run(&place, &served, "", &some);
    ran.expect(0, &["to play more, set in scimulate.toml", "safety.exclusive"]);
    let ran = run(&place, &served, "safety.exclusive = true", &some);
    ran.expect(0, &["to play more, set in scimulate.toml", "operator.add_account"]);
    assert!(!ran.out.contains("safety.exclusive"), "{}", ran.out);
    served.expect_empty();
}
