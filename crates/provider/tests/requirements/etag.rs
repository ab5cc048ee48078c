//! Versions (RFC 7644 section 3.14).

use crate::site::{applied, make_device, path, refused, rich};
use crate::support::{GROUP, USER};
use serde_json::json;

cases! {
    ["RFC7643-3.1-32", "RFC7643-3.1-35", "RFC7644-3.14-02"] the_version_is_the_etag(site) {
        let made = site.scim.post("/Users", rich("a")).await;
        let at = path(&made.id());
        let title = json!([{ "op": "replace", "path": "title", "value": "x" }]);
        let mut tags = Vec::new();
        for answer in [
            made,
            site.scim.get(&at).await,
            site.scim.patch(&at, title).await,
            site.scim.put(&at, json!({ "schemas": [USER], "userName": "a" })).await,
        ] {
            assert_eq!(answer.body["meta"]["version"], answer.header("etag"));
            assert!(answer.header("etag").starts_with("W/\"") && answer.header("etag").ends_with('"'));
            tags.push(answer.header("etag").to_owned());
        }
        assert!(tags[0] == tags[1] && tags[1] != tags[2] && tags[2] != tags[3], "{tags:?}");
        let group = site.scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "g" })).await;
        let at = format!("/Groups/{}", group.id());
        let renamed = site.scim.patch(&at, json!([{ "op": "replace", "path": "displayName", "value": "h" }])).await;
        assert_eq!(renamed.status, 204);
        assert_eq!(renamed.header("etag"), site.scim.get(&at).await.header("etag"));
        assert_ne!(renamed.header("etag"), group.header("etag"));
    }
    ["RFC7643-3.1-33", "RFC7644-3.14-08"] a_change_of_what_is_current(site) {
        let user = path(&site.scim.post("/Users", rich("a")).await.id());
        let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
        let device = make_device(&site, "1", json!({})).await;
        for (at, name) in [(&user, "title"), (&group, "displayName"), (&device, "label")] {
            let before = site.scim.get(at).await;
            let tag = before.header("etag").to_owned();
            let patch = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": [{ "op": "replace", "path": name, "value": "new" }] });
            for (stale, wrong) in [("if-match", "W/\"99\""), ("if-match", &tag.to_lowercase().replace("w/", "w/x")), ("if-none-match", &tag)] {
                for method in ["PUT", "PATCH", "DELETE"] {
                    let body = (method != "DELETE").then(|| patch.clone());
                    refused(&site.scim.send(method, at, &[(stale, wrong)], body).await, 412, "");
                }
            }
            assert_eq!(site.scim.get(at).await.body, before.body);
            let done = site.scim.send("PATCH", at, &[("if-match", &tag)], Some(patch)).await;
            assert!([200, 204].contains(&done.status), "{done:?}");
            assert_eq!(site.scim.get(at).await.body[name], "new");
            assert_eq!(site.scim.send("DELETE", at, &[("if-match", "*")], None).await.status, 204);
        }
    }
    ["RFC7644-3.14-05", "RFC7644-3.14-06"] a_read_of_what_is_known(site) {
        let at = path(&site.scim.post("/Users", rich("a")).await.id());
        let tag = site.scim.get(&at).await.header("etag").to_owned();
        let known = site.scim.send("GET", &at, &[("if-none-match", &tag)], None).await;
        assert_eq!((known.status, known.text.as_str(), known.header("etag")), (304, "", tag.as_str()));
        let other = site.scim.send("GET", &at, &[("if-none-match", "W/\"99\"")], None).await;
        assert_eq!((other.status, other.header("etag")), (200, tag.as_str()));
        applied(&other);
    }
}

/// RFC 7644 section 3.14: a version stands for the whole representation, the names of others in it included.
#[tokio::test]
async fn a_name_shown_elsewhere_moves_that_version_too() {
    let site = crate::site::start().await;
    let ann = site.scim.user("ann").await;
    let inner = site.scim.group("inner", &[&ann]).await;
    let outer = site.scim.group("outer", &[&inner]).await;
    let (ann, inner, outer) = (path(&ann), format!("/Groups/{inner}"), format!("/Groups/{outer}"));
    let before = [site.scim.get(&ann).await, site.scim.get(&outer).await];
    let rename = |name: &str| json!([{ "op": "replace", "path": "displayName", "value": name }]);
    assert_eq!(site.scim.patch(&inner, rename("core")).await.status, 204);
    let after = [site.scim.get(&ann).await, site.scim.get(&outer).await];
    assert_eq!(
        (&after[0].body["groups"][0]["display"], &after[1].body["members"][0]["display"]),
        (&json!("core"), &json!("core"))
    );
    for (before, after) in before.iter().zip(&after) {
        assert_ne!(before.header("etag"), after.header("etag"));
        assert_eq!(before.body["meta"]["lastModified"], after.body["meta"]["lastModified"], "nobody modified it");
    }
    let known = [("if-none-match", before[0].header("etag"))];
    assert_eq!(site.scim.send("GET", &ann, &known, None).await.status, 200, "the old copy is no good");
    let tag = site.scim.get(&inner).await;
    applied(&site.scim.patch(&ann, rename("Ann")).await);
    let read = site.scim.get(&inner).await;
    assert_eq!(read.body["members"][0]["display"], "Ann");
    assert_ne!(tag.header("etag"), read.header("etag"));
}
