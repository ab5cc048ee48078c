//! GET of one resource (RFC 7644 section 3.4.1), and what every resource has.

use crate::site::{SEARCH, make_device, path, refused, rich};
use crate::support::{Site, USER, group, user};
use serde_json::json;

async fn one_of_each(site: &Site) -> [String; 3] {
    let user = path(&site.scim.post("/Users", rich("a")).await.id());
    let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
    [user, group, make_device(site, "1", json!({})).await]
}

cases! {
    ["RFC7643-3.1-06"] every_resource_has_an_id(site) {
        let [at, ..] = one_of_each(&site).await;
        let body = json!({ "schemas": [USER], "userName": "a" });
        let title = json!([{ "op": "replace", "path": "title", "value": "x" }]);
        for query in ["", "?attributes=title", "?excludedAttributes=id"] {
            for answer in [
                site.scim.get(&format!("{at}{query}")).await,
                site.scim.put(&format!("{at}{query}"), body.clone()).await,
                site.scim.patch(&format!("{at}{query}"), title.clone()).await,
                site.scim.post(&format!("/Users{query}"), user(&format!("u{}", query.len()))).await,
            ] {
                assert!(!answer.id().is_empty(), "{answer:?}");
            }
            assert!(site.scim.get(&format!("/{query}")).await.ids().iter().all(|id| !id.is_empty()));
        }
        let found = site.scim.post("/.search", json!({ "schemas": [SEARCH], "attributes": ["title"] })).await;
        assert_eq!(found.ids().len(), 6);
    }
    ["RFC7643-3.1-25", "RFC7643-3.1-27", "RFC7643-3.1-28", "RFC7643-3.1-31", "RFC7644-3.4.1-01"] meta_of_a_new_resource(site) {
        let types = site.scim.get("/ResourceTypes").await.body["Resources"].clone();
        for (at, kind) in one_of_each(&site).await.iter().zip(["User", "Group", "Device"]) {
            let read = site.scim.get(at).await;
            assert_eq!(read.status, 200);
            let meta = &read.body["meta"];
            assert_eq!(meta["resourceType"], kind);
            assert!(types.as_array().unwrap().iter().any(|t| t["name"] == kind));
            assert!(meta["created"].as_str().unwrap().parse::<jiff::Timestamp>().is_ok());
            assert_eq!(meta["created"], meta["lastModified"]);
            assert_eq!(meta["location"], format!("{}{at}", site.scim.base));
            assert!(read.body.get("Resources").is_none());
        }
        for at in ["/Schemas/urn:ietf:params:scim:schemas:core:2.0:User", "/ResourceTypes/User"] {
            assert_eq!(site.scim.get(at).await.status, 200);
        }
    }
    ["RFC7644-3.1-08"] answers_show_what_is_stored(site) {
        let made = site.scim.post("/Users", rich("a")).await;
        let at = path(&made.id());
        assert_eq!(site.scim.get(&at).await.body, made.body);
        let put = site.scim.put(&at, json!({ "schemas": [USER], "userName": "A", "emails": [{ "value": "x", "primary": true }] })).await;
        assert_eq!(site.scim.get(&at).await.body, put.body);
        let patch = site.scim.patch(&at, json!([{ "op": "add", "path": "emails", "value": [{ "value": "y" }] }])).await;
        assert_eq!(site.scim.get(&at).await.body, patch.body);
        let group = site.scim.post("/Groups", group("g", &[&made.id()])).await;
        assert_eq!(site.scim.get(&format!("/Groups/{}", group.id())).await.body, group.body);
    }
    ["RFC7644-3.4.1-02", "RFC7644-3.4.2-13"] nobody_there(site) {
        for at in ["/Users/x", "/Groups/x", "/Devices/x", "/Schemas/x", "/ResourceTypes/x", "/Nothing", "/Nothing/x"] {
            refused(&site.scim.get(at).await, 404, "");
        }
        assert_eq!(site.scim.find("/Users", "userName eq \"nobody\"").await.status, 200);
    }
}
