//! Servers of the population over HTTP: what stands between the service and its clients.

use crate::support::{Site, user};
use provider::{Clock, Departure, Server, Settings, choices};

fn departure(choice: &str, name: &str) -> &'static Departure {
    let choice = choices().iter().find(|one| one.name == choice).unwrap();
    choice.departures.iter().find(|one| one.name == name).unwrap()
}

async fn with(departures: &[(&str, &str)]) -> Site {
    let departures = departures.iter().map(|(choice, name)| departure(choice, name));
    let Server { behaviour, types, outside } = Server::with(departures).unwrap();
    Site::with(Settings { behaviour, types, outside, clock: Clock::logical(), ..Settings::default() }).await
}

#[tokio::test]
async fn a_refusal_has_the_form_of_every_answer() {
    let site = with(&[("patch", "none"), ("media-type", "charset"), ("error-detail", "none")]).await;
    let ann = site.scim.user("ann").await;
    let refused = site.scim.patch(&format!("/Users/{ann}"), serde_json::json!([])).await;
    assert_eq!(refused.status, 501, "{refused:?}");
    assert_eq!(refused.header("content-type"), "application/scim+json; charset=utf-8");
    assert!(refused.body.get("status").is_some() && refused.body.get("detail").is_none(), "{refused:?}");
    let unknown = site.scim.get("/Users/nobody").await;
    assert_eq!((unknown.status, unknown.header("content-type")), (404, refused.header("content-type")));
}

#[tokio::test]
async fn an_extension_that_is_shown_is_declared() {
    let site = with(&[("own-extension", "shown")]).await;
    let made = site.scim.post("/Users", user("ann")).await;
    let urn = made.body["schemas"].as_array().unwrap().last().unwrap().as_str().unwrap();
    assert_eq!(made.body[urn]["region"], "eu", "{made:?}");
    assert_eq!(site.scim.get(&format!("/Schemas/{urn}")).await.body["attributes"][0]["name"], "region");
}

#[tokio::test]
async fn a_filter_that_finds_too_much_is_refused() {
    let site = with(&[("too-many", "above-3")]).await;
    for name in ["a", "b", "c", "d"] {
        site.scim.user(name).await;
    }
    let refused = site.scim.find("/Users", "userName pr").await;
    assert_eq!((refused.status, &refused.body["scimType"]), (400, &"tooMany".into()), "{refused:?}");
    assert_eq!(site.scim.find("/Users", "userName eq \"a\"").await.total(), 1);
}
