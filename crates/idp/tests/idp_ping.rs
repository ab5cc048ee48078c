//! What PingFederate and PingOne send, event by event, and what they do about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use idp::Event;
use idp_support::{Stage, contract};

const KINDS: &[&str] = &["pingfederate/default", "pingfederate/emu", "pingone/default"];

#[tokio::test]
async fn every_event_sends_what_the_sources_say() {
    for id in KINDS {
        insta::assert_snapshot!(id.replace('/', "_"), contract(id).await);
    }
}

#[tokio::test]
async fn the_connector_for_github_asks_for_user_0_before_every_write() {
    let mut s = Stage::plain("pingfederate/emu").await;
    s.provisioned().await;
    s.does(Event::Deactivate { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent(), ["GET /Users/0", "PATCH /Users/u1"]);
    s.forget();
    s.target.seed("/Users/0", serde_json::json!({"id": "0"}));
    s.does(Event::Reactivate { person: s.ada.key.clone() }).await;
    assert!(s.report.clean(), "a user of that id is no trouble either");
}

#[tokio::test]
async fn a_disabled_user_is_not_created() {
    let mut s = Stage::plain("pingfederate/default").await;
    s.does(Event::Deactivate { person: s.ada.key.clone() }).await;
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert!(s.sent().is_empty(), "{:?}", s.sent());
}

#[tokio::test]
async fn pingone_never_patches() {
    let mut s = Stage::plain("pingone/default").await;
    s.pushed().await;
    s.does(Event::RemoveMembers { group: s.group.key.clone(), people: vec![s.ada.key.clone()] }).await;
    s.does(Event::Deactivate { person: s.ada.key.clone() }).await;
    assert!(s.sent().iter().all(|sent| sent.starts_with("PUT ")), "{:?}", s.sent());
}
