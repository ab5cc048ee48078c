//! PUT (RFC 7644 section 3.5.1).

use crate::site::{DEVICE, ENTERPRISE, LEASE, device, make, make_device, path, refused, rich};
use crate::support::{GROUP, USER};
use serde_json::json;

cases! {
    ["RFC7643-3.1-13"] the_id_stays(site) {
        let id = site.scim.user("a").await;
        let put = site.scim.put(&path(&id), json!({ "schemas": [USER], "userName": "a", "id": "other" })).await;
        assert_eq!((put.status, put.id()), (200, id.clone()));
        refused(&site.scim.patch(&path(&id), json!([{ "op": "replace", "path": "id", "value": "x" }])).await, 400, "mutability");
    }
    ["RFC7643-3.1-20"] the_external_id_changes(site) {
        let at = path(&site.scim.user("a").await);
        site.scim.put(&at, json!({ "schemas": [USER], "userName": "a", "externalId": "two" })).await;
        assert_eq!(site.scim.get(&at).await.body["externalId"], "two");
        site.scim.patch(&at, json!([{ "op": "replace", "path": "externalId", "value": "three" }])).await;
        assert_eq!(site.scim.get(&at).await.body["externalId"], "three");
    }
    ["RFC7643-3.1-29"] the_last_change_moves(site) {
        let first = make(&site, json!({ "userName": "a" })).await;
        let at = path(&first.id());
        let put = site.scim.put(&at, json!({ "schemas": [USER], "userName": "a", "title": "x" })).await;
        let patch = site.scim.patch(&at, json!([{ "op": "replace", "path": "title", "value": "y" }])).await;
        let time = |body: &serde_json::Value, name: &str| body["meta"][name].as_str().unwrap().parse::<jiff::Timestamp>().unwrap();
        for (before, after) in [(&first.body, &put.body), (&put.body, &patch.body)] {
            assert!(time(after, "lastModified") > time(before, "lastModified"));
            assert_eq!(time(after, "created"), time(before, "created"));
        }
    }
    ["RFC7644-3.1-06", "RFC7644-3.5.1-16"] what_was_read_can_be_sent_back(site) {
        let boss = site.scim.user("boss").await;
        let mut sent = rich("a");
        sent[ENTERPRISE]["manager"] = json!({ "value": boss });
        let at = path(&site.scim.post("/Users", sent).await.id());
        let group = site.scim.group("g", &[at.trim_start_matches("/Users/")]).await;
        let before = site.scim.get(&at).await.body;
        let mut body = before.clone();
        body["displayName"] = "New".into();
        let put = site.scim.put(&at, body.clone()).await;
        assert_eq!((put.status, &put.body["displayName"]), (200, &json!("New")));
        body["id"] = "x".into();
        body["meta"] = json!({ "resourceType": "x", "created": "1999-01-01T00:00:00Z" });
        body["groups"] = json!([]);
        body[ENTERPRISE]["manager"]["displayName"] = "Forged".into();
        let put = site.scim.put(&at, body).await;
        assert_eq!((put.status, &put.body["id"]), (200, &before["id"]));
        assert_eq!(put.body["meta"]["created"], before["meta"]["created"]);
        assert_eq!(put.body["groups"][0]["value"], group);
        assert_eq!(put.body[ENTERPRISE], before[ENTERPRISE]);
        let thing = make_device(&site, "1", json!({})).await;
        let mut body = device("1");
        body["state"] = "x".into();
        assert!(site.scim.put(&thing, body).await.body.get("state").is_none());
    }
    ["RFC7644-3.2-05", "RFC7644-3.5.1-02"] a_put_makes_nothing(site) {
        refused(&site.scim.put("/Users/0f5e5a7e-0000-4000-a000-000000000000", rich("a")).await, 404, "");
        refused(&site.scim.put("/Users", rich("a")).await, 405, "");
        refused(&site.scim.put("/Devices/x", device("1")).await, 404, "");
        assert_eq!(site.scim.get("/").await.total(), 0);
    }
    ["RFC7644-3.5-01", "RFC7644-3.5.1-04", "RFC7644-3.5.1-19"] what_is_sent_is_there(site) {
        let at = path(&site.scim.post("/Users", rich("a")).await.id());
        let body = json!({ "schemas": [USER], "userName": "b", "name": { "givenName": "N" }, "emails": [{ "value": "only@x" }] });
        let put = site.scim.put(&at, body).await;
        assert_eq!((put.status, &put.body["userName"], &put.body["name"]), (200, &json!("b"), &json!({ "givenName": "N" })));
        assert_eq!(put.body["emails"], json!([{ "value": "only@x" }]));
        assert_eq!(site.scim.get(&at).await.body, put.body);
        let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
        let put = site.scim.put(&group, json!({ "schemas": [GROUP], "displayName": "h" })).await;
        assert_eq!((put.status, &put.body["displayName"]), (200, &json!("h")));
    }
    ["RFC7644-3.5.1-05"] write_only_values_are_taken(site) {
        let at = path(&make(&site, json!({ "userName": "a", "password": "one" })).await.id());
        let put = site.scim.put(&at, json!({ "schemas": [USER], "userName": "a", "password": "two" })).await;
        assert_eq!(put.status, 200);
        let thing = make_device(&site, "1", json!({ "pin": "1" })).await;
        let version = site.scim.get(&thing).await.header("etag").to_owned();
        let mut body = device("1");
        body["pin"] = "2".into();
        let put = site.scim.put(&thing, body).await;
        // Nobody can read it, but the version shows that something was stored.
        assert!(put.status == 200 && put.header("etag") != version, "{put:?}");
    }
    ["RFC7644-3.5.1-10"] what_is_left_out_goes(site) {
        let at = path(&site.scim.post("/Users", rich("a")).await.id());
        let put = site.scim.put(&at, json!({ "schemas": [USER], "userName": "a" })).await;
        for name in ["externalId", "name", "displayName", "nickName", "title", "emails", ENTERPRISE] {
            assert!(put.body.get(name).is_none(), "{name}");
        }
        assert_eq!(put.body["active"], true);
        let member = site.scim.user("m").await;
        let group = format!("/Groups/{}", site.scim.group("g", &[&member]).await);
        assert!(site.scim.put(&group, json!({ "schemas": [GROUP], "displayName": "g" })).await.members().is_empty());
    }
    ["RFC7644-3.5.1-15", "RFC7643-7-30"] immutable_is_written_once(site) {
        let at = make_device(&site, "1", json!({})).await;
        let with = |site: &str| {
            let mut body = device("1");
            body["site"] = site.into();
            body
        };
        let put = site.scim.put(&at, with("Bonn")).await;
        assert_eq!((put.status, &put.body["site"]), (200, &json!("Bonn")));
        assert_eq!(site.scim.put(&at, with("Bonn")).await.status, 200);
        refused(&site.scim.put(&at, with("Ulm")).await, 400, "mutability");
        refused(&site.scim.patch(&at, json!([{ "op": "replace", "path": "site", "value": "Ulm" }])).await, 400, "mutability");
        refused(&site.scim.put(&at, device("2")).await, 400, "mutability");
        let read = site.scim.get(&at).await.body;
        assert_eq!((&read["site"], &read["serial"]), (&json!("Bonn"), &json!("1")));
    }
    ["RFC7644-3.5.1-18"] what_is_required_must_be_sent(site) {
        let user = path(&site.scim.user("a").await);
        let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
        let thing = make_device(&site, "1", json!({})).await;
        for (at, body) in [
            (&user, json!({ "schemas": [USER], "title": "x" })),
            (&group, json!({ "schemas": [GROUP] })),
            (&thing, json!({ "schemas": [DEVICE], "serial": "1" })),
            (&thing, json!({ "schemas": [DEVICE, LEASE], "serial": "1", (LEASE): {} })),
        ] {
            let before = site.scim.get(at).await.body;
            let put = site.scim.put(at, body).await;
            refused(&put, 400, "invalidValue");
            assert_eq!(site.scim.get(at).await.body, before);
        }
    }
}
