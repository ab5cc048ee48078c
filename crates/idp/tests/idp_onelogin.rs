//! What OneLogin sends, event by event, and what it does about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use idp::{Event, Kind, Removal};
use idp_support::{Stage, contract, problem};

const KINDS: &[&str] = &["onelogin/core", "onelogin/enterprise"];

#[tokio::test]
async fn every_event_sends_what_the_sources_say() {
    for id in KINDS {
        insta::assert_snapshot!(id.replace('/', "_"), contract(id).await);
    }
}

#[tokio::test]
async fn a_lookup_ends_in_an_ampersand_and_a_put_in_a_question_mark() {
    let mut s = Stage::plain("onelogin/core").await;
    s.has_ada();
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent(), ["GET /Users?filter=userName+eq+%22ada.t1%40example.com%22&", "PUT /Users/x9?"]);
}

#[tokio::test]
async fn a_404_to_the_lookup_means_nobody() {
    let mut s = Stage::plain("onelogin/core").await;
    s.target.next("GET", "/Users", problem(404, "none"));
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert!(s.report.clean() && s.idp.links().person(&s.ada.key).is_some());
}

#[tokio::test]
async fn who_loses_access_is_suspended_deleted_or_left_alone() {
    let cases: [(Removal, &[&str]); 3] =
        [(Removal::Disable, &["PUT /Users/u1?"]), (Removal::Delete, &["DELETE /Users/u1"]), (Removal::Nothing, &[])];
    for (removal, sent) in cases {
        let mut s = Stage::new(Kind::named("onelogin/core").unwrap(), |o| o.on_removal = removal).await;
        s.provisioned().await;
        s.does(Event::Unassign { person: s.ada.key.clone() }).await;
        assert_eq!(s.sent(), sent);
    }
}
