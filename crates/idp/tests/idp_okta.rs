//! What the two Okta app types send, event by event, and what they do about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use directory::Change;
use idp::{ConnectionState, Event, Kind, ProvisioningErrorKind, QuerySpace, RenameStyle};
use idp_support::{Stage, list, problem, scim};
use serde_json::json;
use std::time::Duration;
use wiremock::ResponseTemplate;

const KINDS: &[Kind] = &[Kind::OKTA_CUSTOM, Kind::OKTA_CATALOGUE];

event!(test_connection, |s| {}, Event::TestConnection);
event!(assign_new, |s| {}, Event::Assign { person: s.ada.key.clone() });
event!(
    assign_found_active,
    |s| { s.target.seed("/Users/x9", found(&s, true)) },
    Event::Assign { person: s.ada.key.clone() }
);
event!(
    assign_found_inactive,
    |s| { s.target.seed("/Users/x9", found(&s, false)) },
    Event::Assign { person: s.ada.key.clone() }
);
event!(
    update_attribute,
    |s| { s.provisioned().await },
    Event::Update { person: s.ada.key.clone(), change: Change::Title(Some("Director".into())) }
);
event!(
    clear_attribute,
    |s| { s.provisioned().await },
    Event::Update { person: s.ada.key.clone(), change: Change::Title(None) }
);
event!(
    rename,
    |s| { s.provisioned().await },
    Event::Rename { person: s.ada.key.clone(), user_name: "ada.new.t1@example.com".into() }
);
event!(deactivate, |s| { s.provisioned().await }, Event::Deactivate { person: s.ada.key.clone() });
event!(unassign, |s| { s.provisioned().await }, Event::Unassign { person: s.ada.key.clone() });
event!(unassign_all, |s| { s.provisioned().await }, Event::UnassignAll);
event!(suspend, |s| { s.provisioned().await }, Event::Suspend { person: s.ada.key.clone() });
event!(unsuspend, |s| { s.provisioned().await }, Event::Unsuspend { person: s.ada.key.clone() });
event!(
    delete_deactivated,
    |s| {
        s.provisioned().await;
        s.does(Event::Deactivate { person: s.ada.key.clone() }).await;
        s.forget();
    },
    Event::Delete { person: s.ada.key.clone() }
);
event!(restore, |s| { s.provisioned().await }, Event::Restore { person: s.ada.key.clone() });
event!(
    reactivate,
    |s| {
        s.provisioned().await;
        s.does(Event::Deactivate { person: s.ada.key.clone() }).await;
        s.forget();
    },
    Event::Reactivate { person: s.ada.key.clone() }
);
event!(reset_password, |s| { s.provisioned().await }, Event::ResetPassword { person: s.ada.key.clone() });
event!(
    set_manager,
    |s| { s.provisioned().await },
    Event::SetManager { person: s.ada.key.clone(), manager: s.grace.key.clone() }
);
event!(clear_manager, |s| { s.provisioned().await }, Event::ClearManager { person: s.ada.key.clone() });
event!(force_sync, |s| { s.provisioned().await }, Event::ForceSync);
event!(
    provision_backlog,
    |s| {
        s.provisioned().await;
        s.does(Event::DisableProvisioning).await;
        s.does(Event::Assign { person: s.bob.key.clone() }).await;
        s.does(Event::EnableProvisioning).await;
        s.forget();
    },
    Event::ProvisionBacklog
);
event!(push_group_new, |s| { s.provisioned().await }, Event::PushGroup { group: s.group.key.clone() });
event!(
    push_group_found,
    |s| {
        s.provisioned().await;
        s.target.seed("/Groups/x8", json!({"id": "x8", "displayName": s.group.name, "members": []}));
    },
    Event::PushGroup { group: s.group.key.clone() }
);
event!(
    rename_group,
    |s| { s.pushed().await },
    Event::RenameGroup { group: s.group.key.clone(), name: "Research-t1".into() }
);
event!(
    add_members,
    |s| {
        s.pushed().await;
        s.does(Event::Assign { person: s.bob.key.clone() }).await;
        s.forget();
    },
    Event::AddMembers { group: s.group.key.clone(), people: vec![s.bob.key.clone()] }
);
event!(
    add_member_not_provisioned,
    |s| { s.pushed().await },
    Event::AddMembers { group: s.group.key.clone(), people: vec![s.bob.key.clone()] }
);
event!(
    remove_members,
    |s| { s.pushed().await },
    Event::RemoveMembers { group: s.group.key.clone(), people: vec![s.ada.key.clone(), s.grace.key.clone()] }
);
event!(push_now, |s| { s.pushed().await }, Event::PushNow { group: s.group.key.clone() });
event!(pause_push, |s| { s.pushed().await }, Event::PausePush { group: s.group.key.clone() });
event!(
    resume_push,
    |s| {
        s.pushed().await;
        s.does(Event::PausePush { group: s.group.key.clone() }).await;
        s.forget();
    },
    Event::ResumePush { group: s.group.key.clone() }
);
event!(unlink_group_delete, |s| { s.pushed().await }, Event::UnlinkGroup { group: s.group.key.clone(), delete: true });
event!(unlink_group_leave, |s| { s.pushed().await }, Event::UnlinkGroup { group: s.group.key.clone(), delete: false });
event!(delete_group, |s| { s.pushed().await }, Event::DeleteGroup { group: s.group.key.clone() });
event!(
    link_group,
    |s| {
        s.provisioned().await;
        s.target.seed("/Groups/x8", json!({"id": "x8", "displayName": s.group.name, "members": []}));
    },
    Event::LinkGroup { group: s.group.key.clone() }
);
event!(import, |s| { s.provisioned().await }, Event::Import);
event!(disable_provisioning, |s| { s.provisioned().await }, Event::DisableProvisioning);
event!(
    enable_provisioning,
    |s| {
        s.provisioned().await;
        s.does(Event::DisableProvisioning).await;
        s.does(Event::Update { person: s.ada.key.clone(), change: Change::Title(None) }).await;
        s.forget();
    },
    Event::EnableProvisioning
);
event!(provision_on_demand, |s| { s.provisioned().await }, Event::ProvisionOnDemand { person: s.ada.key.clone() });
event!(restart, |s| { s.provisioned().await }, Event::Restart { full: true });
event!(delete_app, |s| { s.provisioned().await }, Event::DeleteApp);

/// Ada as another product left her: unknown attributes, a formatted name, a foreign externalId.
fn found(s: &Stage, active: bool) -> serde_json::Value {
    json!({
        "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", "urn:example:x"],
        "id": "x9",
        "externalId": "old",
        "userName": s.ada.user_name,
        "name": {"formatted": "Old Name", "givenName": "Old", "familyName": "Name"},
        "emails": [{"type": "home", "value": "a@home.example"}],
        "active": active,
        "urn:example:x": {"shoeSize": 38},
        "meta": {"resourceType": "User", "created": "2020-01-01T00:00:00Z"},
    })
}

async fn stage(kind: Kind) -> Stage {
    Stage::new(kind, |_| {}).await
}

#[tokio::test]
async fn headers_are_those_of_the_capture() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    insta::assert_debug_snapshot!("okta_custom__headers_of_get", s.headers(1));
    insta::assert_debug_snapshot!("okta_custom__headers_of_post", s.headers(0));
}

#[tokio::test]
async fn a_404_to_the_lookup_means_none() {
    for kind in KINDS {
        let mut s = stage(*kind).await;
        s.target.next("GET", "/Users", problem(404, "none"));
        s.does(Event::Assign { person: s.ada.key.clone() }).await;
        assert!(s.report.clean());
        assert_eq!(s.idp.links().person(&s.ada.key).unwrap().id, "u1");
    }
}

#[tokio::test]
async fn a_conflict_ends_the_job_and_unassigning_sends_nothing() {
    for kind in KINDS {
        let mut s = stage(*kind).await;
        s.target.next("POST", "/Users", problem(409, "userName is taken"));
        s.does(Event::Assign { person: s.ada.key.clone() }).await;
        assert!(s.report.has(ProvisioningErrorKind::Conflict));
        assert_eq!(s.sent().len(), 2);
        s.does(Event::Unassign { person: s.ada.key.clone() }).await;
        assert_eq!(s.sent().len(), 2);
    }
}

#[tokio::test]
async fn failed_tasks_wait_for_the_admin() {
    for (status, kind) in [
        (400, ProvisioningErrorKind::Rejected),
        (401, ProvisioningErrorKind::Unauthorized),
        (403, ProvisioningErrorKind::Forbidden),
        (500, ProvisioningErrorKind::ServerError),
        (501, ProvisioningErrorKind::ServerError),
    ] {
        let mut s = stage(Kind::OKTA_CATALOGUE).await;
        s.target.next("POST", "/Users", problem(status, "no"));
        s.does(Event::Assign { person: s.ada.key.clone() }).await;
        assert!(s.report.has(kind), "{status}: {:?}", s.report);
        assert_eq!(s.sent().len(), 2, "no retry after {status}");
        s.does(Event::RetryTasks).await;
        assert_eq!(s.idp.links().person(&s.ada.key).unwrap().id, "u1");
    }
}

#[tokio::test]
async fn answers_that_cannot_be_used_are_tasks() {
    let cases = [
        (ResponseTemplate::new(201), ProvisioningErrorKind::MissingId, "create returned empty user"),
        (scim(201, &json!({"userName": "x"})), ProvisioningErrorKind::MissingId, "without id"),
        (ResponseTemplate::new(201).set_body_string("created"), ProvisioningErrorKind::Unreadable, "no JSON"),
        (
            ResponseTemplate::new(502).set_body_string("Bad gateway"),
            ProvisioningErrorKind::ServerError,
            "502: the body is no JSON",
        ),
    ];
    for (answer, kind, text) in cases {
        let mut s = stage(Kind::OKTA_CUSTOM).await;
        s.target.next("POST", "/Users", answer);
        s.does(Event::Assign { person: s.ada.key.clone() }).await;
        let trouble = &s.report.troubles[0];
        assert!(trouble.kind == kind && trouble.text.contains(text), "{trouble:?}");
    }
}

#[tokio::test]
async fn counters_must_be_numbers() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    s.target.next("GET", "/Users", scim(200, &json!({"totalResults": "0", "Resources": []})));
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert!(s.report.has(ProvisioningErrorKind::Unreadable));
}

#[tokio::test]
async fn throttling_pauses_the_job_as_long_as_asked() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    s.target.next("POST", "/Users", problem(429, "slow").insert_header("retry-after", "7"));
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.idp.now(), Duration::from_secs(7));
    assert_eq!(s.sent().len(), 4, "the whole job runs again");
    assert!(s.idp.links().person(&s.ada.key).is_some());
}

#[tokio::test]
async fn throttling_without_a_usable_header_waits_five_minutes_and_doubles() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    for _ in 0..2 {
        s.target.next(
            "POST",
            "/Users",
            problem(429, "slow").insert_header("retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"),
        );
    }
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.idp.now(), Duration::from_secs(300 + 600));
}

#[tokio::test]
async fn a_throttled_job_is_given_up_after_ten_attempts() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    for _ in 0..20 {
        s.target.next("POST", "/Users", problem(429, "slow").insert_header("retry-after", "1"));
    }
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert!(s.report.has(ProvisioningErrorKind::GaveUp));
    assert_eq!(s.sent().len(), 20, "ten lookups and ten creates");
}

#[tokio::test]
async fn a_reactivation_the_next_read_does_not_show_is_rescheduled() {
    for kind in KINDS {
        let mut s = stage(*kind).await;
        s.target.seed("/Users/x9", found(&s, false));
        if *kind == Kind::OKTA_CUSTOM {
            s.target.next("GET", "/Users/x9", scim(200, &found(&s, false)));
        }
        s.target.next("GET", "/Users/x9", scim(200, &found(&s, false)));
        s.does(Event::Assign { person: s.ada.key.clone() }).await;
        assert!(s.report.has(ProvisioningErrorKind::ReactivationDelayed));
        assert_eq!(s.idp.links().person(&s.ada.key).unwrap().id, "x9", "the second attempt finds the user active");
    }
}

#[tokio::test]
async fn a_failed_push_stops_membership_pushes_until_push_now() {
    let mut s = stage(Kind::OKTA_CATALOGUE).await;
    s.provisioned().await;
    s.target.next("PATCH", "/Groups", problem(400, "unsupported"));
    s.does(Event::PushGroup { group: s.group.key.clone() }).await;
    assert!(s.report.has(ProvisioningErrorKind::Rejected));
    let before = s.sent().len();
    s.does(Event::RemoveMembers { group: s.group.key.clone(), people: vec![s.ada.key.clone()] }).await;
    assert_eq!(s.sent().len(), before);
    s.does(Event::PushNow { group: s.group.key.clone() }).await;
    assert_eq!(s.sent().len(), before + 1);
}

#[tokio::test]
async fn who_is_provisioned_later_joins_the_pushed_group() {
    let mut s = stage(Kind::OKTA_CATALOGUE).await;
    s.pushed().await;
    s.does(Event::AddMembers { group: s.group.key.clone(), people: vec![s.bob.key.clone()] }).await;
    assert!(s.sent().is_empty());
    s.does(Event::Assign { person: s.bob.key.clone() }).await;
    assert_eq!(s.sent().len(), 4, "{:?}", s.sent());
}

#[tokio::test]
async fn a_vanished_user_fails_the_job() {
    for kind in KINDS {
        let mut s = stage(*kind).await;
        s.provisioned().await;
        s.target.next("GET", "/Users/", problem(404, "gone"));
        s.does(Event::Update { person: s.ada.key.clone(), change: Change::Title(None) }).await;
        assert!(s.report.has(ProvisioningErrorKind::NotFound));
        assert_eq!(s.sent().len(), 1);
    }
}

#[tokio::test]
async fn an_import_that_misses_too_many_is_stopped() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    s.provisioned().await;
    s.target.next("GET", "/Users", list(&[]));
    s.does(Event::Import).await;
    assert!(s.report.has(ProvisioningErrorKind::Withheld));
    assert_eq!(s.idp.links().people().count(), 2);
}

#[tokio::test]
async fn an_import_reads_page_after_page() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    s.target.next("GET", "/Users", scim(200, &json!({"totalResults": 101, "Resources": [{"id": "a"}]})));
    s.target.next("GET", "/Users", scim(200, &json!({"totalResults": 101, "Resources": [{"id": "b"}]})));
    s.does(Event::Import).await;
    assert_eq!(s.sent(), ["GET /Users?startIndex=1&count=100", "GET /Users?startIndex=101&count=100"]);
}

#[tokio::test]
async fn changes_while_provisioning_is_off_are_missed() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    s.provisioned().await;
    s.does(Event::DisableProvisioning).await;
    s.does(Event::Unassign { person: s.ada.key.clone() }).await;
    s.does(Event::EnableProvisioning).await;
    assert_eq!(*s.idp.state(), ConnectionState::Enabled);
    assert_eq!(s.sent(), ["GET /Users?startIndex=1&count=2"]);
}

#[tokio::test]
async fn a_rename_can_be_an_exit_and_an_entry() {
    let mut s = Stage::new(Kind::OKTA_CATALOGUE, |o| o.rename = RenameStyle::DeactivateAndCreate).await;
    s.provisioned().await;
    s.does(Event::Rename { person: s.ada.key.clone(), user_name: "new.t1@example.com".into() }).await;
    let methods: Vec<String> = s.sent().iter().map(|t| t.split(' ').next().unwrap().to_owned()).collect();
    assert_eq!(methods, ["PATCH", "GET", "POST"]);
}

#[tokio::test]
async fn large_pushes_go_in_batches() {
    let mut s = Stage::new(Kind::OKTA_CATALOGUE, |o| o.push_batch = 1).await;
    s.provisioned().await;
    s.does(Event::PushGroup { group: s.group.key.clone() }).await;
    assert_eq!(s.sent().iter().filter(|t| t.starts_with("PATCH")).count(), 3, "rename, replace, add");
}

#[tokio::test]
async fn imported_groups_are_read_by_test_and_import() {
    let mut s = Stage::new(Kind::OKTA_CUSTOM, |o| o.import_groups = true).await;
    s.does(Event::TestConnection).await;
    s.does(Event::Import).await;
    let groups = "GET /Groups?startIndex=1&count=100";
    assert_eq!(s.sent(), ["GET /Users?startIndex=1&count=2", groups, "GET /Users?startIndex=1&count=100", groups]);
}

#[tokio::test]
async fn older_okta_writes_a_space_as_plus() {
    let mut s = Stage::new(Kind::OKTA_CUSTOM, |o| o.query_space = QuerySpace::Plus).await;
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent()[0], "GET /Users?filter=userName+eq+%22ada.t1%40example.com%22&startIndex=1&count=100");
}

#[tokio::test]
async fn a_stale_status_can_undo_a_reactivation() {
    let mut s = Stage::new(Kind::OKTA_CUSTOM, |o| o.stale_reactivation = true).await;
    s.target.seed("/Users/x9", found(&s, false));
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    let shown = s.shown();
    assert!(shown.find("\"active\": true").unwrap() < shown.find("\"active\": false").unwrap(), "{shown}");
}

#[tokio::test]
async fn no_answer_is_a_task() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    s.unplug();
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert!(s.report.has(ProvisioningErrorKind::NoAnswer));
}

#[tokio::test]
async fn several_hits_use_the_first() {
    let mut s = stage(Kind::OKTA_CATALOGUE).await;
    s.target.seed("/Users/x9", found(&s, true));
    s.target.seed("/Users/y9", found(&s, true));
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert!(s.report.clean() && s.report.notes.iter().any(|n| n.starts_with("unverified: several hits")));
}

#[tokio::test]
async fn what_the_target_lacks_and_refuses_is_taken_out_of_the_mapping_once() {
    const EXTENSION: &str = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    for kind in [Kind::OKTA_CUSTOM, Kind::ENTRA_DEFAULT] {
        let lacking = [EXTENSION, "displayName"].map(str::to_owned);
        let mut s = Stage::new(kind, |options| options.lacking = lacking.to_vec()).await;
        s.target.next("POST", "/Users", problem(400, "no such schema"));
        for person in [s.ada.key.clone(), s.grace.key.clone()] {
            s.does(Event::Assign { person }).await;
        }
        assert!(s.report.clean() && s.idp.has_unmapped(), "{:?}", s.report.troubles);
        let posts = s.shown();
        let posts: Vec<&str> = posts.split("POST ").skip(1).collect();
        let with: Vec<bool> = posts.iter().map(|post| post.contains(EXTENSION)).collect();
        assert_eq!(with, [true, false, false], "{kind:?}: sent once, and then no more");
        s.forget();
        s.does(Event::PushGroup { group: s.group.key.clone() }).await;
        let created = s.shown();
        let created = created.split("POST /Groups").nth(1).unwrap_or_default();
        assert!(created.contains("\"displayName\": \"Engineering"), "a group keeps its name: {created}");
        s.forget();
        let change = Change::Department(Some("Research".into()));
        s.does(Event::Update { person: s.ada.key.clone(), change }).await;
        assert!(s.report.clean() && !s.shown().contains(EXTENSION), "{}", s.shown());
    }
}

/// The text as gzip, not made smaller: one stored block (RFC 1951 section 3.2.4) in its wrapper.
fn gzipped(text: &str) -> Vec<u8> {
    let length = u16::try_from(text.len()).unwrap();
    let head = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 1];
    let lengths = [length.to_le_bytes(), (!length).to_le_bytes()].concat();
    [&head[..], &lengths, text.as_bytes(), &[0; 4], &u32::from(length).to_le_bytes()].concat()
}

#[tokio::test]
async fn packed_answers_are_asked_for_and_read() {
    let mut s = stage(Kind::OKTA_CUSTOM).await;
    let body = gzipped(r#"{"id": "packed7", "userName": "x"}"#);
    let packed = ResponseTemplate::new(201).insert_header("content-encoding", "gzip").set_body_bytes(body.clone());
    s.target.next("POST", "/Users", packed);
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.idp.links().person(&s.ada.key).unwrap().id, "packed7");
    // What breaks off is no answer that can be read.
    let cut = ResponseTemplate::new(201).insert_header("content-encoding", "gzip").set_body_bytes(&body[..20]);
    s.target.next("POST", "/Users", cut);
    s.does(Event::Assign { person: s.bob.key.clone() }).await;
    assert!(s.report.has(ProvisioningErrorKind::Unreadable), "{:?}", s.report.troubles);
}
