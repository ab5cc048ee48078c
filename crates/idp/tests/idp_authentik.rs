//! What authentik sends, event by event, and what it does about answers.

#![expect(clippy::unwrap_used, reason = "a test may fail by panic")]

mod idp_support;

use idp::{Event, ProvisioningErrorKind};
use idp_support::{Stage, contract, problem};

const KINDS: &[&str] = &["authentik/default", "authentik/unquoted"];

#[tokio::test]
async fn every_event_sends_what_the_sources_say() {
    for id in KINDS {
        insta::assert_snapshot!(id.replace('/', "_"), contract(id).await);
    }
}

async fn stage(id: &str) -> Stage {
    let s = Stage::plain(id).await;
    s.discoverable();
    s
}

#[tokio::test]
async fn every_request_has_accept_and_a_content_type() {
    let mut s = stage("authentik/default").await;
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    insta::assert_debug_snapshot!("headers_of_get", s.headers(1));
    insta::assert_debug_snapshot!("headers_of_post", s.headers(0));
}

#[tokio::test]
async fn a_lookup_follows_a_409_alone_and_had_no_quotes() {
    for (id, value) in
        [("authentik/default", "%22ada.t1%40example.com%22"), ("authentik/unquoted", "ada.t1%40example.com")]
    {
        let mut s = stage(id).await;
        s.has_ada();
        s.does(Event::Assign { person: s.ada.key.clone() }).await;
        let lookup = format!("GET /Users?filter=userName+eq+{value}");
        assert_eq!(s.sent(), ["GET /ServiceProviderConfig", "POST /Users", &lookup]);
        let quotes = id == "authentik/default";
        assert_eq!(
            s.idp.links().person(&s.ada.key).is_some(),
            quotes,
            "a filter without quotes is none: {:?}",
            s.report
        );
        assert_eq!(s.report.has(ProvisioningErrorKind::Rejected), !quotes);
    }
}

#[tokio::test]
async fn a_target_without_discovery_gets_no_lookup_and_no_patch() {
    let mut s = Stage::plain("authentik/default").await;
    s.pushed().await;
    s.does(Event::RenameGroup { group: s.group.key.clone(), name: "Research-t1".into() }).await;
    assert_eq!(s.sent()[0].split(' ').next(), Some("PUT"));
    s.forget();
    s.has_ada();
    s.does(Event::ForgetLink { object: s.ada.key.clone() }).await;
    s.does(Event::Assign { person: s.ada.key.clone() }).await;
    assert_eq!(s.sent(), ["POST /Users"]);
    assert!(s.report.has(ProvisioningErrorKind::Conflict));
}

#[tokio::test]
async fn what_was_written_is_not_written_again_and_what_is_gone_is_made_anew() {
    let mut s = stage("authentik/default").await;
    s.provisioned().await;
    s.does(Event::ForceSync).await;
    assert_eq!(s.sent(), ["GET /ServiceProviderConfig", "GET /Groups"]);
    s.target.next("PUT", "/Users", problem(404, "gone"));
    s.forget();
    s.does(Event::Rename { person: s.ada.key.clone(), user_name: "ada.new.t1@example.com".into() }).await;
    assert_eq!(s.sent(), ["PUT /Users/u1", "POST /Users"]);
    assert_eq!(s.idp.links().person(&s.ada.key).unwrap().id, "u3");
}
