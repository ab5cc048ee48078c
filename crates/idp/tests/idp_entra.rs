//! What Entra sends with and without the feature flag, event by event, and what it does about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use directory::{Change, Detail};
use idp::{
    ClearManager, ConnectionState, Event, ExternalId, Kind, Matching, NestedGroups, Options, ProvisioningErrorKind,
};
use idp_support::{Stage, list, problem, scim};
use serde_json::json;
use std::time::Duration;
use wiremock::ResponseTemplate;

const KINDS: &[Kind] = &[Kind::ENTRA_DEFAULT, Kind::ENTRA_OPT_SCIM];
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

event!(test_connection, |s| {}, Event::TestConnection);
event!(assign_new, |s| {}, Event::Assign { person: s.ada.key.clone() });
event!(assign_found, |s| { s.target.seed("/Users/x9", found(&s)) }, Event::Assign { person: s.ada.key.clone() });
event!(
    update_attribute,
    |s| { s.provisioned().await },
    Event::Update { person: s.ada.key.clone(), change: Change::Title(Some("Director".into())) }
);
event!(
    update_several_attributes,
    |s| {
        s.provisioned().await;
        s.does(Event::DisableProvisioning).await;
        for change in [
            Change::Title(Some("Director".into())),
            Change::FamilyName("King".into()),
            Change::Email(Some("king.t1@example.com".into())),
            Change::Department(Some("Board".into())),
        ] {
            s.does(Event::Update { person: s.ada.key.clone(), change }).await;
        }
        assert!(s.sent().is_empty());
    },
    Event::EnableProvisioning
);
event!(
    assign_with_every_detail,
    |s| {
        for (detail, name) in Detail::all() {
            let change = Change::Detail(detail, Some(format!("her {name}")));
            s.does(Event::Update { person: s.ada.key.clone(), change }).await;
        }
        assert!(s.sent().iter().all(|line| line.starts_with("GET")), "nobody is assigned yet");
        s.forget_all();
    },
    Event::Assign { person: s.ada.key.clone() }
);
event!(
    update_every_detail,
    |s| {
        s.provisioned().await;
        s.does(Event::DisableProvisioning).await;
        for (detail, name) in Detail::all() {
            let change = Change::Detail(detail, Some(format!("her {name}")));
            s.does(Event::Update { person: s.ada.key.clone(), change }).await;
        }
        assert!(s.sent().is_empty());
    },
    Event::EnableProvisioning
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
event!(
    set_manager,
    |s| { s.provisioned().await },
    Event::SetManager { person: s.ada.key.clone(), manager: s.grace.key.clone() }
);
event!(
    change_manager,
    |s| {
        s.provisioned().await;
        s.does(Event::Assign { person: s.bob.key.clone() }).await;
        s.does(Event::SetManager { person: s.ada.key.clone(), manager: s.grace.key.clone() }).await;
        s.forget();
    },
    Event::SetManager { person: s.ada.key.clone(), manager: s.bob.key.clone() }
);
event!(
    clear_manager,
    |s| {
        s.provisioned().await;
        s.does(Event::SetManager { person: s.ada.key.clone(), manager: s.grace.key.clone() }).await;
        s.forget();
    },
    Event::ClearManager { person: s.ada.key.clone() }
);
event!(deactivate, |s| { s.provisioned().await }, Event::Deactivate { person: s.ada.key.clone() });
event!(suspend, |s| { s.provisioned().await }, Event::Suspend { person: s.ada.key.clone() });
event!(unsuspend, |s| { s.provisioned().await }, Event::Unsuspend { person: s.ada.key.clone() });
event!(unassign, |s| { s.provisioned().await }, Event::Unassign { person: s.ada.key.clone() });
event!(unassign_all, |s| { s.pushed().await }, Event::UnassignAll);
event!(delete, |s| { s.provisioned().await }, Event::Delete { person: s.ada.key.clone() });
event!(
    reactivate,
    |s| {
        s.provisioned().await;
        s.does(Event::Deactivate { person: s.ada.key.clone() }).await;
        s.forget();
    },
    Event::Reactivate { person: s.ada.key.clone() }
);
event!(
    assign_again,
    |s| {
        s.provisioned().await;
        s.does(Event::Unassign { person: s.ada.key.clone() }).await;
        s.forget();
    },
    Event::Assign { person: s.ada.key.clone() }
);
event!(
    restore,
    |s| {
        s.provisioned().await;
        s.does(Event::Delete { person: s.ada.key.clone() }).await;
        s.forget();
    },
    Event::Restore { person: s.ada.key.clone() }
);
event!(
    purge,
    |s| {
        s.provisioned().await;
        s.does(Event::Delete { person: s.ada.key.clone() }).await;
        s.forget();
    },
    Event::Purge { person: s.ada.key.clone() }
);
event!(reset_password, |s| { s.provisioned().await }, Event::ResetPassword { person: s.ada.key.clone() });
event!(push_group_new, |s| { s.provisioned().await }, Event::PushGroup { group: s.group.key.clone() });
event!(push_group_found, |s| { seed_group(&s) }, Event::PushGroup { group: s.group.key.clone() });
event!(link_group, |s| { seed_group(&s) }, Event::LinkGroup { group: s.group.key.clone() });
event!(
    rename_group,
    |s| { s.pushed().await },
    Event::RenameGroup { group: s.group.key.clone(), name: "Research-t1".into() }
);
event!(
    add_members,
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
event!(resume_push, |s| { s.pushed().await }, Event::ResumePush { group: s.group.key.clone() });
event!(unlink_group_delete, |s| { s.pushed().await }, Event::UnlinkGroup { group: s.group.key.clone(), delete: true });
event!(unlink_group_leave, |s| { s.pushed().await }, Event::UnlinkGroup { group: s.group.key.clone(), delete: false });
event!(delete_group, |s| { s.pushed().await }, Event::DeleteGroup { group: s.group.key.clone() });
event!(import, |s| { s.provisioned().await }, Event::Import);
event!(force_sync, |s| { s.pushed().await }, Event::ForceSync);
event!(provision_backlog, |s| { s.provisioned().await }, Event::ProvisionBacklog);
event!(provision_on_demand_new, |s| {}, {
    s.idp.handle(Event::Assign { person: s.ada.key.clone() }).await;
    s.does(Event::DisableProvisioning).await;
    Event::ProvisionOnDemand { person: s.ada.key.clone() }
});
event!(
    provision_on_demand_linked,
    |s| {
        s.provisioned().await;
        s.does(Event::DisableProvisioning).await;
        s.does(Event::Deactivate { person: s.ada.key.clone() }).await;
    },
    Event::ProvisionOnDemand { person: s.ada.key.clone() }
);
event!(disable_provisioning, |s| { s.pushed().await }, Event::DisableProvisioning);
event!(
    enable_provisioning,
    |s| {
        s.pushed().await;
        s.does(Event::DisableProvisioning).await;
        s.does(Event::Unassign { person: s.ada.key.clone() }).await;
        s.does(Event::Deactivate { person: s.grace.key.clone() }).await;
    },
    Event::EnableProvisioning
);
event!(restart, |s| { s.pushed().await }, Event::Restart { full: false });
event!(restart_full, |s| { s.pushed().await }, Event::Restart { full: true });
event!(
    forget_link,
    |s| {
        s.provisioned().await;
        s.does(Event::DisableProvisioning).await;
        s.does(Event::ForgetLink { object: s.ada.key.clone() }).await;
    },
    Event::EnableProvisioning
);
event!(delete_app, |s| { s.pushed().await }, Event::DeleteApp);

/// Ada as another product left her.
fn found(s: &Stage) -> serde_json::Value {
    json!({
        "id": "x9",
        "externalId": "old",
        "userName": s.ada.user_name,
        "name": {"givenName": "Ada", "familyName": "Old"},
        "active": false,
    })
}

fn seed_group(s: &Stage) {
    s.target.seed("/Groups/x8", json!({"id": "x8", "displayName": s.group.name}));
}

async fn stage(set: impl FnOnce(&mut Options)) -> Stage {
    Stage::new(Kind::ENTRA_DEFAULT, set).await
}

/// Methods sent, probes left out.
fn methods(s: &Stage) -> Vec<String> {
    let probe = |t: &&String| t.matches('-').count() >= 4 && t.starts_with("GET") && t.contains("filter=");
    s.sent().iter().filter(|t| !probe(t)).map(|t| t.split(' ').next().unwrap().to_owned()).collect()
}

async fn assign(s: &mut Stage) {
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
}

#[tokio::test]
async fn headers_are_those_of_the_sources() {
    let mut s = stage(|_| {}).await;
    assign(&mut s).await;
    insta::assert_debug_snapshot!("entra_default__headers_of_get", s.headers(1));
    insta::assert_debug_snapshot!("entra_default__headers_of_post", s.headers(0));
}

#[tokio::test]
async fn a_404_to_a_lookup_is_a_problem_of_the_whole_job() {
    let mut s = stage(|_| {}).await;
    s.idp.handle(Event::Assign { person: s.ada.key.clone() }).await;
    s.target.next("GET", "/Users", list(&[]));
    s.target.next("GET", "/Users", problem(404, "none"));
    let report = s.idp.settle().await;
    assert!(report.has(ProvisioningErrorKind::Incompatible) && report.has(ProvisioningErrorKind::Quarantined));
    assert!(matches!(s.idp.state(), ConnectionState::Quarantined { .. }));
    let report = s.idp.cycle().await;
    assert!(report.clean(), "{report:?}");
    assert_eq!(*s.idp.state(), ConnectionState::Enabled, "a cycle that goes well lifts the quarantine");
    assert!(s.idp.links().person(&s.ada.key).is_some());
}

#[tokio::test]
async fn a_401_means_quarantine_and_after_four_weeks_the_end() {
    let mut s = stage(|_| {}).await;
    s.target.next("GET", "/Users", problem(401, "expired"));
    assign(&mut s).await;
    assert!(s.report.has(ProvisioningErrorKind::Unauthorized));
    assert_eq!(*s.idp.state(), ConnectionState::Quarantined { reason: "EncounteredQuarantineException".into() });
    assert_eq!(s.sent().len(), 1);
    s.idp.advance(DAY * 29);
    assert_eq!(*s.idp.state(), ConnectionState::Disabled);
    assert!(s.idp.cycle().await.has(ProvisioningErrorKind::GaveUp));
}

#[tokio::test]
async fn a_conflict_adopts_nothing_and_is_retried_less_and_less_often() {
    let mut s = stage(|_| {}).await;
    s.target.next("POST", "/Users", problem(409, "taken"));
    s.target.next("POST", "/Users", problem(409, "taken"));
    assign(&mut s).await;
    assert!(s.report.has(ProvisioningErrorKind::Conflict));
    assert_eq!(methods(&s), ["GET", "POST"]);
    s.idp.cycle().await;
    assert_eq!(methods(&s).len(), 2, "not in the next cycle");
    s.idp.advance(DAY / 4);
    s.idp.cycle().await;
    assert_eq!(methods(&s).len(), 4, "after six hours");
    s.idp.advance(DAY / 4);
    assert!(s.idp.cycle().await.clean());
    assert!(s.idp.links().person(&s.ada.key).is_some());
}

#[tokio::test]
async fn what_fails_for_28_days_is_dropped_and_the_job_disabled() {
    let mut s = stage(|_| {}).await;
    for _ in 0..60 {
        s.target.next("POST", "/Users", problem(400, "no"));
    }
    assign(&mut s).await;
    for _ in 0..40 {
        s.idp.advance(DAY);
        s.idp.cycle().await;
    }
    assert_eq!(*s.idp.state(), ConnectionState::Disabled);
}

#[tokio::test]
async fn what_passes_is_retried_in_the_next_cycle() {
    for (answer, kind) in [
        (problem(429, "slow").insert_header("retry-after", "5"), ProvisioningErrorKind::Throttled),
        (ResponseTemplate::new(503).set_body_string("busy"), ProvisioningErrorKind::ServerError),
    ] {
        let mut s = stage(|_| {}).await;
        s.target.next("POST", "/Users", answer);
        assign(&mut s).await;
        assert!(s.report.has(kind));
        assert_eq!(s.idp.now(), Duration::from_secs(40 * 60));
        assert!(s.idp.links().person(&s.ada.key).is_some());
    }
}

#[tokio::test]
async fn retry_after_can_be_honoured() {
    let mut s = stage(|o| o.honour_retry_after = true).await;
    s.target.next("POST", "/Users", problem(429, "slow").insert_header("retry-after", "5"));
    assign(&mut s).await;
    assert!(s.report.clean());
    assert_eq!(s.idp.now(), Duration::from_secs(5));
}

#[tokio::test]
async fn two_hits_write_nothing() {
    let mut s = stage(|_| {}).await;
    s.target.seed("/Users/a", json!({"id": "a", "userName": s.ada.user_name}));
    s.target.seed("/Users/b", json!({"id": "b", "userName": s.ada.user_name}));
    assign(&mut s).await;
    assert!(s.report.has(ProvisioningErrorKind::DuplicateTarget));
    assert_eq!(methods(&s), ["GET"]);
}

#[tokio::test]
async fn a_vanished_object_is_an_invalid_anchor_and_not_created_again() {
    let mut s = stage(|_| {}).await;
    s.provisioned().await;
    s.target.next("GET", "/Users/", problem(404, "gone"));
    s.does(Event::Update { person: s.ada.key.clone(), change: Change::Title(None) }).await;
    assert!(s.report.has(ProvisioningErrorKind::NotFound) && s.report.troubles[0].text.starts_with("InvalidAnchor"));
    assert_eq!(methods(&s), ["GET"]);
    s.does(Event::Restart { full: true }).await;
    assert!(methods(&s).len() > 1, "a full restart matches anew");
}

#[tokio::test]
async fn answers_that_cannot_be_used_are_failures_of_the_object() {
    let urn = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User";
    let cases = [
        (ResponseTemplate::new(201).set_body_string("created"), ProvisioningErrorKind::Unreadable),
        (scim(201, &json!({"userName": "x"})), ProvisioningErrorKind::MissingId),
        (ResponseTemplate::new(201), ProvisioningErrorKind::MissingId),
        (scim(201, &json!({"id": "1", urn: {"manager": "2"}})), ProvisioningErrorKind::Unreadable),
        (problem(403, "no"), ProvisioningErrorKind::Forbidden),
        (problem(400, "no"), ProvisioningErrorKind::Rejected),
    ];
    for (answer, kind) in cases {
        let mut s = stage(|_| {}).await;
        s.target.next("POST", "/Users", answer);
        assign(&mut s).await;
        assert!(s.report.has(kind), "{:?}", s.report);
        assert!(s.idp.links().person(&s.ada.key).is_none());
        assert_eq!(*s.idp.state(), ConnectionState::Enabled);
    }
}

#[tokio::test]
async fn many_failures_mean_quarantine() {
    let mut s = stage(|o| o.quarantine.evaluated_from = 1).await;
    s.target.next("POST", "/Users", problem(400, "no"));
    assign(&mut s).await;
    assert_eq!(*s.idp.state(), ConnectionState::Quarantined { reason: "EncounteredEscrowProportionThreshold".into() });
}

#[tokio::test]
async fn the_deletion_guard_withholds_until_allowed() {
    let mut s = stage(|o| o.deletion_threshold = Some(1)).await;
    s.provisioned().await;
    s.does(Event::UnassignAll).await;
    assert!(s.report.has(ProvisioningErrorKind::Withheld));
    assert_eq!(*s.idp.state(), ConnectionState::Quarantined { reason: "TooManyDeletes".into() });
    assert_eq!(methods(&s), Vec::<String>::new());
    s.does(Event::AllowDeletions).await;
    assert_eq!(methods(&s), ["PATCH", "PATCH"]);
    assert_eq!(*s.idp.state(), ConnectionState::Enabled);
}

#[tokio::test]
async fn thirty_days_in_the_bin_end_in_a_delete() {
    let mut s = stage(|_| {}).await;
    s.provisioned().await;
    s.does(Event::Delete { person: s.ada.key.clone() }).await;
    assert_eq!(methods(&s), ["PATCH"]);
    s.idp.advance(DAY * 30);
    s.idp.settle().await;
    assert_eq!(methods(&s), ["PATCH", "DELETE"]);
    assert!(s.idp.directory().person(&s.ada.key).is_none() && s.idp.links().person(&s.ada.key).is_none());
}

#[tokio::test]
async fn who_was_unassigned_gets_no_delete_later() {
    let mut s = stage(|_| {}).await;
    s.provisioned().await;
    s.does(Event::Unassign { person: s.ada.key.clone() }).await;
    s.does(Event::Purge { person: s.ada.key.clone() }).await;
    assert_eq!(methods(&s), ["PATCH"]);
}

#[tokio::test]
async fn hard_deletes_and_out_of_scope_deletions_can_be_off() {
    let mut s = stage(|o| o.hard_delete = false).await;
    s.provisioned().await;
    s.does(Event::Purge { person: s.ada.key.clone() }).await;
    assert!(methods(&s).is_empty());
    let mut s = stage(|o| o.skip_out_of_scope_deletions = true).await;
    s.provisioned().await;
    s.does(Event::Unassign { person: s.ada.key.clone() }).await;
    assert!(methods(&s).is_empty());
}

#[tokio::test]
async fn a_deleted_user_can_carry_a_tombstone_name() {
    let mut s = stage(|o| o.tombstone_user_name = true).await;
    s.provisioned().await;
    s.does(Event::Delete { person: s.ada.key.clone() }).await;
    insta::assert_snapshot!("entra_default__delete_with_tombstone", s.shown());
}

#[tokio::test]
async fn who_is_disabled_is_never_provisioned_first() {
    let mut s = stage(|_| {}).await;
    s.idp.handle(Event::Deactivate { person: s.ada.key.clone() }).await;
    assign(&mut s).await;
    assert!(methods(&s).is_empty());
}

#[tokio::test]
async fn a_member_out_of_scope_is_left_out_until_a_restart() {
    let mut s = stage(|o| o.scope_by_group = false).await;
    assign(&mut s).await;
    s.does(Event::PushGroup { group: s.group.key.clone() }).await;
    s.forget();
    s.does(Event::Assign { person: s.grace.key.clone() }).await;
    assert_eq!(methods(&s), ["GET", "POST"], "the membership is not sent");
    s.forget();
    s.does(Event::Restart { full: false }).await;
    assert_eq!(methods(&s), ["GET", "GET", "GET", "PATCH"]);
}

#[tokio::test]
async fn a_member_whose_creation_failed_is_added_once_it_succeeds() {
    let mut s = stage(|_| {}).await;
    s.target.next("POST", "/Users", problem(500, "oops"));
    s.does(Event::PushGroup { group: s.group.key.clone() }).await;
    assert_eq!(methods(&s).iter().filter(|m| *m == "PATCH").count(), 2);
    assert_eq!(s.idp.now(), Duration::from_secs(40 * 60));
}

#[tokio::test]
async fn nested_groups_are_dropped_or_added() {
    for (option, patches) in [(NestedGroups::Drop, 0), (NestedGroups::AddAsMember, 1)] {
        let mut s = stage(|o| o.nested_groups = option).await;
        let mut outer = s.group.clone();
        outer.key = "11111111-2222-4333-8444-555555555555".into();
        outer.name = "Outer-t1".into();
        outer.members = [s.group.key.clone()].into();
        s.idp.directory_mut().add_group(outer.clone()).unwrap();
        s.pushed().await;
        s.does(Event::PushGroup { group: outer.key }).await;
        assert_eq!(methods(&s).iter().filter(|m| *m == "PATCH").count(), patches);
    }
}

#[tokio::test]
async fn matching_can_be_by_external_id() {
    let mut s = stage(|o| {
        o.matching = Matching::ExternalId;
        o.external_id = ExternalId::ObjectId;
    })
    .await;
    assign(&mut s).await;
    let lookup = format!("GET /Users?filter=externalId+eq+%22{}%22", s.ada.key);
    assert!(s.sent().contains(&lookup), "{:?}", s.sent());
    assert_eq!(s.idp.links().person(&s.ada.key).unwrap().matching, s.ada.key);
}

#[tokio::test]
async fn the_flag_can_add_a_member_by_replace() {
    let mut s = Stage::new(Kind::ENTRA_OPT_SCIM, |o| o.add_member_by_replace = true).await;
    s.pushed().await;
    s.does(Event::AddMembers { group: s.group.key.clone(), people: vec![s.bob.key.clone()] }).await;
    assert!(s.shown().contains("\"op\": \"replace\""), "{}", s.shown());
}

#[tokio::test]
async fn a_removed_manager_can_send_nothing() {
    let mut s = stage(|o| o.clear_manager = ClearManager::Nothing).await;
    s.provisioned().await;
    s.does(Event::SetManager { person: s.ada.key.clone(), manager: s.grace.key.clone() }).await;
    s.forget();
    s.does(Event::ClearManager { person: s.ada.key.clone() }).await;
    assert!(methods(&s).is_empty());
}

#[tokio::test]
async fn members_can_be_added_at_the_same_time() {
    let mut s = stage(|o| o.parallel_members = 8).await;
    s.pushed().await;
    assert_eq!(s.idp.links().groups().count(), 1);
    s.target.next("PATCH", "/Groups", problem(503, "busy"));
    s.does(Event::Restart { full: true }).await;
    assert_eq!(methods(&s).iter().filter(|m| *m == "PATCH").count(), 3, "two, and the failed one again");
}

#[tokio::test]
async fn a_membership_waits_as_long_as_its_member() {
    let mut s = stage(|_| {}).await;
    s.target.next("POST", "/Users", problem(409, "taken"));
    s.does(Event::PushGroup { group: s.group.key.clone() }).await;
    assert!(s.report.has(ProvisioningErrorKind::Conflict) && s.report.has(ProvisioningErrorKind::NotFound));
    assert_eq!(s.idp.now(), Duration::ZERO, "a lasting failure is not waited for");
    s.forget_all();
    s.idp.advance(DAY);
    assert!(s.idp.cycle().await.clean());
    assert_eq!(methods(&s), ["GET", "POST", "PATCH"]);
}

#[tokio::test]
async fn no_answer_is_retried_in_the_next_cycle() {
    let mut s = stage(|_| {}).await;
    s.provisioned().await;
    s.idp.handle(Event::Deactivate { person: s.ada.key.clone() }).await;
    let plugged = s.idp.client().clone();
    s.unplug();
    assert!(s.idp.cycle().await.has(ProvisioningErrorKind::NoAnswer));
    s.idp.set_client(plugged);
    assert!(s.idp.settle().await.clean());
    assert_eq!(methods(&s).last().unwrap(), "PATCH");
}
