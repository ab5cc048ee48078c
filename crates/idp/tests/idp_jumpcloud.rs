//! What JumpCloud sends, event by event, and what it does about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use idp::Event;
use idp_support::{Stage, contract, problem};

const KINDS: &[&str] = &["jumpcloud/custom"];

#[tokio::test]
async fn every_event_sends_what_the_sources_say() {
    for id in KINDS {
        insta::assert_snapshot!(id.replace('/', "_"), contract(id).await);
    }
}

#[tokio::test]
async fn a_test_leaves_nothing_and_deactivates_who_cannot_be_deleted() {
    let mut s = Stage::plain("jumpcloud/custom").await;
    s.does(Event::TestConnection).await;
    assert_eq!(s.sent(), ["POST /Users", "POST /Groups", "DELETE /Groups/g2", "DELETE /Users/u1"]);
    s.forget();
    s.target.next("DELETE", "/Users", problem(405, "no"));
    s.does(Event::TestConnection).await;
    assert_eq!(s.sent().last().unwrap(), "PUT /Users/u3");
}

#[tokio::test]
async fn an_empty_group_waits_for_its_first_member() {
    let mut s = Stage::plain("jumpcloud/custom").await;
    s.does(Event::PushGroup { group: s.group.key.clone() }).await;
    assert!(s.sent().is_empty());
    s.does(Event::Assign { person: s.bob.key.clone() }).await;
    s.does(Event::AddMembers { group: s.group.key.clone(), people: vec![s.bob.key.clone()] }).await;
    assert_eq!(s.sent().last().unwrap(), "POST /Groups");
}
