//! What CyberArk sends, event by event, and what it does about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use idp::Event;
use idp_support::{Stage, contract};

const KINDS: &[&str] = &["cyberark/default"];

#[tokio::test]
async fn every_event_sends_what_the_sources_say() {
    for id in KINDS {
        insta::assert_snapshot!(id.replace('/', "_"), contract(id).await);
    }
}

#[tokio::test]
async fn single_resource_types_and_schemas_are_read() {
    let mut s = Stage::plain("cyberark/default").await;
    s.discoverable();
    s.does(Event::TestConnection).await;
    assert!(s.report.clean(), "{:?}", s.report);
    assert_eq!(s.sent().last().unwrap(), "GET /Users?count=1");
    assert!(s.sent().contains(&"GET /ResourceTypes/Group".to_owned()), "{:?}", s.sent());
}
