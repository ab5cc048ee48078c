//! Users of the embedded provider, over HTTP.

use crate::support::{Site, USER, user};
use serde_json::json;

#[tokio::test]
async fn a_created_user_has_all_the_service_adds() {
    let site = Site::correct().await;
    let made = site.scim.post("/Users", user("ann@example.com")).await;
    assert_eq!(made.status, 201);
    assert_eq!(made.header("content-type"), "application/scim+json");
    let location = format!("{}/Users/{}", site.running.base_url, made.id());
    assert_eq!(made.header("location"), location);
    assert_eq!(made.body["meta"]["location"], location);
    assert_eq!(made.body["meta"]["resourceType"], "User");
    assert_eq!(made.body["meta"]["created"], "2026-01-01T00:00:00.001Z");
    assert_eq!(made.body["meta"]["version"], made.header("etag"));
    assert_eq!(made.header("etag"), "W/\"1\"");
    assert_eq!(made.body["active"], true);
    let read = site.scim.get(&format!("/Users/{}", made.id())).await;
    assert_eq!((read.status, &read.body), (200, &made.body));
}

#[tokio::test]
async fn the_client_chooses_neither_id_nor_meta_and_never_sees_a_password() {
    let site = Site::correct().await;
    let sent = json!({ "schemas": [USER], "userName": "a", "id": "mine", "password": "geheim",
        "meta": { "version": "x" }, "groups": [{ "value": "g" }] });
    let made = site.scim.post("/Users", sent).await;
    assert_eq!(made.status, 201);
    assert_ne!(made.id(), "mine");
    assert_eq!(made.body["meta"]["version"], "W/\"1\"");
    let id = made.id();
    let patched = site
        .scim
        .patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "password", "value": "neu" }]))
        .await;
    let read = site.scim.get(&format!("/Users/{id}?attributes=password,groups")).await;
    for answer in [&made, &patched, &read] {
        assert!(!answer.text.contains("geheim") && !answer.text.contains("neu"), "{answer:?}");
        assert!(answer.body.get("groups").is_none(), "{answer:?}");
    }
    let state = site.admin.get("/tenants/default/state").await;
    assert!(!state.text.contains("geheim") && !state.text.contains("neu"));
}

#[tokio::test]
async fn user_names_are_unique_whatever_their_case() {
    let site = Site::correct().await;
    let ann = site.scim.user("Ann@Example.com").await;
    let twin = site.scim.post("/Users", json!({ "schemas": [USER], "userName": "ann@EXAMPLE.com" })).await;
    assert_eq!(twin.status, 409);
    assert_eq!(twin.body["scimType"], "uniqueness");
    assert_eq!(twin.body["status"], "409");
    assert!(twin.body["detail"].as_str().unwrap().contains("userName"));
    let bob = site.scim.user("bob").await;
    for answer in [
        site.scim.put(&format!("/Users/{bob}"), user("ann@example.com")).await,
        site.scim
            .patch(
                &format!("/Users/{bob}"),
                json!([{ "op": "replace", "path": "userName", "value": "ann@example.com" }]),
            )
            .await,
    ] {
        assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")), "{answer:?}");
    }
    let recased = site
        .scim
        .patch(&format!("/Users/{ann}"), json!([{ "op": "replace", "path": "userName", "value": "ann@example.com" }]))
        .await;
    assert_eq!((recased.status, &recased.body["userName"]), (200, &json!("ann@example.com")));
}

#[tokio::test]
async fn many_creates_of_one_name_make_one_user() {
    let site = Site::correct().await;
    let sends = (0..20).map(|_| site.scim.post("/Users", user("ann")));
    let statuses: Vec<u16> = futures::future::join_all(sends).await.iter().map(|a| a.status).collect();
    assert_eq!(statuses.iter().filter(|s| **s == 201).count(), 1);
    assert_eq!(statuses.iter().filter(|s| **s == 409).count(), 19);
}

#[tokio::test]
async fn an_empty_external_id_is_no_value() {
    let site = Site::correct().await;
    for name in ["a", "b"] {
        let made = site.scim.post("/Users", json!({ "schemas": [USER], "userName": name, "externalId": "" })).await;
        assert_eq!(made.status, 201, "{made:?}");
        assert!(made.body.get("externalId").is_none());
    }
}

#[tokio::test]
async fn an_inactive_user_stays_readable_and_comes_back_with_its_id() {
    let site = Site::correct().await;
    let id = site.scim.user("ann").await;
    let path = format!("/Users/{id}");
    let off = site.scim.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
    assert_eq!((off.status, &off.body["active"]), (200, &json!(false)));
    assert_eq!(site.scim.get(&path).await.body["active"], false);
    assert_eq!(site.scim.find("/Users", "userName eq \"ANN\"").await.ids(), std::slice::from_ref(&id));
    assert_eq!(site.scim.get("/Users").await.ids(), std::slice::from_ref(&id));
    let on = site.scim.patch(&path, json!([{ "op": "replace", "value": { "active": true } }])).await;
    assert_eq!((on.status, on.id(), &on.body["active"]), (200, id, &json!(true)));
}

#[tokio::test]
async fn versions_guard_writes_and_save_reads() {
    let site = Site::correct().await;
    let path = format!("/Users/{}", site.scim.user("ann").await);
    let title = |title: &str| json!({ "schemas": [USER], "userName": "ann", "title": title });
    let known = site.scim.send("GET", &path, &[("if-none-match", "W/\"1\"")], None).await;
    assert_eq!((known.status, known.text.as_str()), (304, ""));
    assert_eq!(site.scim.send("GET", &path, &[("if-none-match", "W/\"7\"")], None).await.status, 200);
    let first = site.scim.send("PUT", &path, &[("if-match", "W/\"1\"")], Some(title("one"))).await;
    assert_eq!((first.status, first.header("etag")), (200, "W/\"2\""));
    for method in ["PUT", "DELETE"] {
        let late = site.scim.send(method, &path, &[("if-match", "W/\"1\"")], Some(title("two"))).await;
        assert_eq!(late.status, 412, "{late:?}");
    }
    assert_eq!(site.scim.get(&path).await.body["title"], "one");
    assert_eq!(site.scim.put(&path, title("one")).await.header("etag"), "W/\"2\"", "nothing changed");
    assert_eq!(site.scim.send("DELETE", &path, &[("if-match", "*")], None).await.status, 204);
}

#[tokio::test]
async fn a_put_clears_what_it_leaves_out() {
    let site = Site::correct().await;
    let sent =
        json!({ "schemas": [USER], "userName": "ann", "title": "Dr", "emails": [{ "value": "a@x", "type": "work" }] });
    let id = site.scim.post("/Users", sent).await.id();
    let path = format!("/Users/{id}");
    let put = site.scim.put(&path, json!({ "schemas": [USER], "userName": "ann2" })).await;
    assert_eq!((put.status, put.id(), &put.body["userName"]), (200, id, &json!("ann2")));
    assert!(put.body.get("title").is_none() && put.body.get("emails").is_none(), "{put:?}");
    let bad = site.scim.put(&path, json!({ "schemas": [USER], "title": "x" })).await;
    assert_eq!((bad.status, &bad.body["scimType"]), (400, &json!("invalidValue")));
    assert_eq!(site.scim.put("/Users/nobody", user("x")).await.status, 404);
}

#[tokio::test]
async fn a_patch_is_applied_as_a_whole_or_not_at_all() {
    let site = Site::correct().await;
    let path = format!("/Users/{}", site.scim.user("ann").await);
    let failed = site
        .scim
        .patch(
            &path,
            json!([{ "op": "replace", "path": "title", "value": "Dr" }, { "op": "remove", "path": "userName" }]),
        )
        .await;
    assert_eq!(failed.status, 400, "{failed:?}");
    assert!(site.scim.get(&path).await.body.get("title").is_none());
    assert_eq!(
        site.scim.patch("/Users/nobody", json!([{ "op": "add", "path": "title", "value": "x" }])).await.status,
        404
    );
}

#[tokio::test]
async fn a_deleted_user_is_gone_and_its_name_free() {
    let site = Site::correct().await;
    let id = site.scim.user("ann").await;
    let group = site.scim.group("g", &[&id]).await;
    let path = format!("/Users/{id}");
    assert_eq!(site.scim.delete(&path).await.status, 204);
    for answer in [site.scim.get(&path).await, site.scim.put(&path, user("ann")).await, site.scim.delete(&path).await] {
        assert_eq!((answer.status, &answer.body["status"]), (404, &json!("404")));
    }
    assert_eq!(site.scim.find("/Users", "userName eq \"ann\"").await.total(), 0);
    assert!(site.scim.members_of(&group).await.is_empty());
    assert_ne!(site.scim.user("ann").await, id);
}

#[tokio::test]
async fn projection_holds_for_every_answer_with_a_body() {
    let site = Site::correct().await;
    let sent = json!({ "schemas": [USER], "userName": "ann", "title": "Dr", "nickName": "A" });
    let made = site.scim.post("/Users?attributes=title", sent.clone()).await;
    let id = made.id();
    let only = |path: &str| format!("/Users{path}?attributes=title");
    let answers = [
        made,
        site.scim.get(&only(&format!("/{id}"))).await,
        site.scim.put(&only(&format!("/{id}")), sent).await,
        site.scim.patch(&only(&format!("/{id}")), json!([{ "op": "replace", "path": "title", "value": "Dr" }])).await,
    ];
    for answer in &answers {
        assert_eq!(answer.body["title"], "Dr", "{answer:?}");
        assert!(answer.body.get("nickName").is_none(), "{answer:?}");
    }
    let without = site.scim.get("/Users?excludedAttributes=nickName").await;
    assert!(without.body["Resources"][0].get("nickName").is_none());
    assert_eq!(without.body["Resources"][0]["title"], "Dr");
}

#[tokio::test]
async fn a_status_taken_away_is_shown_no_more_and_wakes_nobody() {
    let site = Site::correct().await;
    let path = format!("/Users/{}", site.scim.user("ann").await);
    site.scim.patch(&path, json!([{ "op": "replace", "path": "active", "value": false }])).await;
    let removed = site.scim.patch(&path, json!([{ "op": "remove", "path": "active" }])).await;
    assert!(removed.status < 300, "{}", removed.status);
    assert_eq!(site.scim.get(&path).await.body.get("active"), None);
    site.scim.patch(&path, json!([{ "op": "replace", "path": "title", "value": "Engineer" }])).await;
    assert_eq!(site.scim.get(&path).await.body.get("active"), None);
    site.scim.patch(&path, json!([{ "op": "add", "path": "active", "value": true }])).await;
    assert_eq!(site.scim.get(&path).await.body["active"], true);
}
