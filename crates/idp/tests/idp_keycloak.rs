//! What Keycloak's clients send, event by event, and what they do about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use idp::{Event, ProvisioningErrorKind};
use idp_support::{Stage, contract, problem};

const KINDS: &[&str] = &["keycloak/put", "keycloak/patch", "keycloak/commercial"];

#[tokio::test]
async fn every_event_sends_what_the_sources_say() {
    for id in KINDS {
        insta::assert_snapshot!(id.replace('/', "_"), contract(id).await);
    }
}

#[tokio::test]
async fn a_conflict_is_the_last_that_is_heard_of_a_user() {
    for id in ["keycloak/put", "keycloak/patch"] {
        let mut s = Stage::plain(id).await;
        s.has_ada();
        s.does(Event::Assign { person: s.ada.key.clone() }).await;
        assert_eq!(s.sent(), ["POST /Users"]);
        assert!(s.report.has(ProvisioningErrorKind::Conflict));
        s.does(Event::Rename { person: s.ada.key.clone(), user_name: "ada.new.t1@example.com".into() }).await;
        assert_eq!(s.sent(), ["POST /Users"], "{id}");
    }
}

#[tokio::test]
async fn no_answer_is_tried_ten_times_and_a_status_never() {
    let mut s = Stage::plain("keycloak/put").await;
    s.unplug();
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent().len(), 10);
    let mut s = Stage::plain("keycloak/put").await;
    s.target.next("POST", "/Users", problem(503, "busy"));
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent().len(), 1);
}

#[tokio::test]
async fn the_status_is_a_text_in_patch_and_a_reconcile_has_json_within_a_text() {
    let mut s = Stage::plain("keycloak/patch").await;
    s.provisioned().await;
    s.does(Event::Deactivate { person: s.ada.key.clone() }).await;
    assert!(s.shown().contains("\"value\": \"false\""), "{}", s.shown());
    let mut s = Stage::plain("keycloak/commercial").await;
    s.provisioned().await;
    s.does(Event::ForceSync).await;
    assert!(s.shown().contains("\"value\": \"{\\\"schemas"), "{}", s.shown());
    assert!(s.report.notes.iter().any(|note| note.starts_with("unverified: a reconcile")));
}
