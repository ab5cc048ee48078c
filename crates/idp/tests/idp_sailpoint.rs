//! What SailPoint sends, event by event, and what it does about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use idp::{Event, ProvisioningErrorKind};
use idp_support::{Stage, contract};

const KINDS: &[&str] = &["sailpoint/patch", "sailpoint/put"];

#[tokio::test]
async fn every_event_sends_what_the_sources_say() {
    for id in KINDS {
        insta::assert_snapshot!(id.replace('/', "_"), contract(id).await);
    }
}

#[tokio::test]
async fn who_was_not_aggregated_is_created_without_a_lookup() {
    let mut s = Stage::plain("sailpoint/patch").await;
    s.has_ada();
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent(), ["POST /Users"]);
    assert!(s.report.has(ProvisioningErrorKind::Conflict));
    s.does(Event::Import).await;
    s.forget_all();
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent(), ["PATCH /Users/x9"]);
}

#[tokio::test]
async fn a_group_that_the_target_does_not_have_is_not_made() {
    let mut s = Stage::plain("sailpoint/patch").await;
    s.provisioned().await;
    s.does(Event::PushGroup { group: s.group.key.clone() }).await;
    assert!(s.report.has(ProvisioningErrorKind::NotFound));
    assert!(s.sent().iter().all(|sent| sent.starts_with("GET ")), "{:?}", s.sent());
}
