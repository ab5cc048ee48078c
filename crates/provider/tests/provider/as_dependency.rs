//! The service as the tests of somebody's client start it.

use crate::support::{Client, USER, group, user};
use provider::{Provider, Running, StartError};
use serde_json::json;

fn client(server: &Running) -> Client {
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    Client { http, base: server.base_url.clone(), token: server.token.clone() }
}

#[tokio::test]
async fn one_line_starts_a_server_with_a_token_of_its_own() {
    let server = Provider::builder().start().await.unwrap();
    let scim = client(&server);
    assert_eq!(scim.post("/Users", user("ada")).await.status, 201);
    assert_eq!(Client { token: "another".into(), ..scim }.get("/Users").await.status, 401);
    let other = Provider::builder().token("known").start().await.unwrap();
    assert_eq!((other.token.as_str(), client(&other).get("/Users").await.total()), ("known", 0));
}

#[tokio::test]
async fn it_is_the_product_and_has_the_fault_that_was_named() {
    let profile = provider::Profile::built_in("slack").unwrap();
    assert_ne!(profile.behaviour, provider::Behaviour::default());
    let server = Provider::builder().profile("slack").start().await.unwrap();
    let documents = client(&server).get("/ServiceProviderConfig").await;
    let plain = client(&Provider::builder().start().await.unwrap()).get("/ServiceProviderConfig").await;
    assert_ne!(documents.text.replace(&server.base_url, ""), plain.text);
    // M095: removing one member empties the group.
    for (faults, left) in [(&[][..], 1), (&["M095"][..], 0)] {
        let builder = faults.iter().fold(Provider::builder(), |builder, name| builder.fault(name));
        let server = builder.start().await.unwrap();
        let scim = client(&server);
        let (ada, ben) = (scim.user("ada").await, scim.user("ben").await);
        let engineering = scim.group("Engineering", &[&ada, &ben]).await;
        let remove = json!([{ "op": "remove", "path": "members", "value": [{ "value": ben }] }]);
        scim.patch(&format!("/Groups/{engineering}"), remove).await;
        assert_eq!(scim.members_of(&engineering).await.len(), left, "{faults:?}");
    }
}

#[tokio::test]
async fn what_it_holds_from_the_beginning_is_as_it_was_given() {
    let ada = json!({ "schemas": [USER], "id": "u1", "userName": "ada", "active": false });
    let mut engineering = group("Engineering", &["u1"]);
    engineering["id"] = "g1".into();
    let builder = Provider::builder().users([ada]).groups([engineering]);
    let server = builder.settings(|all| all.clock = provider::Clock::logical()).start().await.unwrap();
    let scim = client(&server);
    assert_eq!(scim.get("/Users/u1").await.body["active"], false);
    assert_eq!(scim.members_of("g1").await, ["u1"]);
}

#[tokio::test]
async fn what_nobody_knows_is_named() {
    let nobody = |started: Result<Running, StartError>| started.err().unwrap().to_string();
    let profile = nobody(Provider::builder().profile("slak").start().await);
    assert!(profile.contains("did you mean slack?"), "{profile}");
    let fault = nobody(Provider::builder().fault("M9999").start().await);
    assert!(fault.contains("M9999"), "{fault}");
}

#[tokio::test]
async fn it_tells_the_address_that_clients_reach_it_under() {
    let public = "http://scim.test:8080".parse().unwrap();
    let server = Provider::builder().settings(|all| all.public_url = Some(public)).start().await.unwrap();
    assert_eq!(server.base_url, "http://scim.test:8080/scim/v2");
    let here = Client { base: format!("http://{}/scim/v2", server.addr), ..client(&server) };
    let made = here.post("/Users", user("ada")).await;
    assert_eq!(made.header("location"), format!("{}/Users/{}", server.base_url, made.id()));
    let admin = Client { base: format!("http://{}/admin", server.addr), token: server.admin_token.clone(), ..here };
    let host = |name: &'static str| [("host", name)];
    assert_eq!(admin.send("GET", "/overview", &host("scim.test:8080"), None).await.status, 200);
    assert_eq!(admin.send("GET", "/overview", &host("evil.test:8080"), None).await.status, 421);
}
