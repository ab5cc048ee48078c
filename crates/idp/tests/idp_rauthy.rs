//! What Rauthy sends, event by event, and what it does about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use directory::Change;
use idp::{Event, Kind, ProvisioningErrorKind, Removal};
use idp_support::{Stage, contract, problem};
use serde_json::json;
use std::time::Duration;

const KINDS: &[&str] = &["rauthy/default"];

#[tokio::test]
async fn every_event_sends_what_the_sources_say() {
    for id in KINDS {
        insta::assert_snapshot!(id.replace('/', "_"), contract(id).await);
    }
}

async fn stage() -> Stage {
    Stage::plain("rauthy/default").await
}

#[tokio::test]
async fn a_lookup_has_no_accept_and_a_write_has() {
    let mut s = stage().await;
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    insta::assert_debug_snapshot!("headers_of_get", s.headers(1));
    insta::assert_debug_snapshot!("headers_of_post", s.headers(0));
}

#[tokio::test]
async fn a_foreign_external_id_stops_the_user_before_anything_is_written() {
    let mut s = stage().await;
    let other = json!({"id": "x9", "userName": s.ada.user_name, "externalId": "somebody else's"});
    s.target.seed("/Users/x9", other);
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent().len(), 2, "two lookups: {:?}", s.sent());
    assert!(s.report.has(ProvisioningErrorKind::Conflict) && s.idp.due().is_some());
}

#[tokio::test]
async fn a_failed_task_is_tried_again_by_itself() {
    let mut s = stage().await;
    s.target.next("POST", "/Users", problem(503, "busy"));
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent().len(), 6, "two lookups and a create, twice");
    assert_eq!(s.idp.now(), Duration::from_secs(90));
    assert!(s.idp.links().person(&s.ada.key).is_some());
}

#[tokio::test]
async fn an_answer_without_groups_gets_every_membership_again_and_no_removal() {
    let mut s = stage().await;
    s.pushed().await;
    s.does(Event::Update { person: s.ada.key.clone(), change: Change::Title(None) }).await;
    assert!(s.sent().last().unwrap().starts_with("PATCH /Groups/"), "{:?}", s.sent());
    s.forget();
    s.does(Event::RemoveMembers { group: s.group.key.clone(), people: vec![s.ada.key.clone()] }).await;
    assert!(s.sent().last().unwrap().starts_with("PUT /Users/"), "{:?}", s.sent());
}

#[tokio::test]
async fn users_are_deleted_where_that_is_switched_on() {
    let mut s = Stage::new(Kind::named("rauthy/default").unwrap(), |o| o.on_removal = Removal::Delete).await;
    s.provisioned().await;
    s.does(Event::Delete { person: s.ada.key.clone() }).await;
    let lookup = format!("GET /Users?filter=externalId%20eq%20%22{}%22", s.ada.key);
    assert_eq!(s.sent(), [lookup.as_str(), "DELETE /Users/u1"]);
}
