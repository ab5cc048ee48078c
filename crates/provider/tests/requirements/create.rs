//! POST (RFC 7644 section 3.3).

use crate::site::{DEVICE, ENTERPRISE, LEASE, device, found, make, path, refused, rich};
use crate::support::{GROUP, USER};
use serde_json::{Value, json};

cases! {
    ["RFC7644-3.3-07", "RFC7644-3.3-09", "RFC7644-3.3-10", "RFC7643-3.1-02"] a_create_answers_201_with_its_location(site) {
        let group = json!({ "schemas": [GROUP], "displayName": "g" });
        for (endpoint, body) in [("/Users", rich("bab")), ("/Groups", group), ("/Devices", device("d"))] {
            let made = site.scim.post(endpoint, body).await;
            assert_eq!(made.status, 201, "{made:?}");
            let location = made.header("location").to_owned();
            assert_eq!(made.body["meta"]["location"], location);
            for part in ["resourceType", "created", "lastModified", "location"] {
                assert!(made.body["meta"][part].as_str().is_some_and(|t| !t.is_empty()), "{part}: {made:?}");
            }
            let read = site.scim.get(location.strip_prefix(&site.scim.base).unwrap()).await;
            assert_eq!((read.status, read.id()), (200, made.id()));
        }
    }
    ["RFC7644-3.3.1-01"] the_type_is_that_of_the_endpoint(site) {
        let made = site.scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "g" })).await;
        assert_eq!(made.body["meta"]["resourceType"], "Group");
        assert_eq!(make(&site, json!({ "userName": "a" })).await.body["meta"]["resourceType"], "User");
        assert_eq!(site.scim.post("/Devices", device("1")).await.body["meta"]["resourceType"], "Device");
    }
    ["RFC7643-3-07"] an_unknown_schema_is_not_stored(site) {
        let body = json!({ "schemas": [USER, "urn:example:unknown:1.0:Thing"], "userName": "a" });
        let made = site.scim.post("/Users", body).await;
        assert_eq!((made.status, &made.body["schemas"]), (201, &json!([USER])));
        assert_eq!(site.scim.get(&path(&made.id())).await.body["schemas"], json!([USER]));
    }
    ["RFC7643-3.1-10"] the_server_gives_the_id(site) {
        let made = make(&site, json!({ "userName": "a", "id": "client-chosen" })).await;
        assert_ne!(made.id(), "client-chosen");
        refused(&site.scim.get("/Users/client-chosen").await, 404, "");
    }
    ["RFC7643-3.1-22"] the_clients_meta_is_ignored(site) {
        let evil = json!({ "resourceType": "Evil", "created": "1999-01-01T00:00:00Z", "location": "http://x/", "version": "W/\"99\"" });
        let made = make(&site, json!({ "userName": "a", "meta": evil })).await;
        let put = site.scim.put(&path(&made.id()), json!({ "schemas": [USER], "userName": "a2", "meta": evil })).await;
        assert_eq!(put.status, 200);
        for answer in [made, put] {
            let meta = &answer.body["meta"];
            assert_eq!(meta["resourceType"], "User");
            assert!(!meta.to_string().contains("1999") && !meta.to_string().contains("http://x/"), "{meta}");
            assert_ne!(meta["version"], "W/\"99\"");
        }
    }
    ["RFC7644-3.3-02"] read_only_attributes_are_ignored(site) {
        let boss = make(&site, json!({ "userName": "boss" })).await.id();
        let group = site.scim.group("g", &[]).await;
        let made = make(&site, json!({
            "schemas": [USER, ENTERPRISE], "userName": "a", "groups": [{ "value": group }],
            (ENTERPRISE): { "manager": { "value": boss, "displayName": "Forged" } },
        })).await;
        assert!(made.body.get("groups").is_none(), "{made:?}");
        assert_eq!(made.body[ENTERPRISE]["manager"]["value"], boss);
        assert_ne!(made.body[ENTERPRISE]["manager"]["displayName"], "Forged");
        let mut body = device("1");
        body["state"] = "broken".into();
        assert!(site.scim.post("/Devices", body).await.body.get("state").is_none());
    }
    ["RFC7644-3.3-01"] each_attribute_by_its_own_mutability(site) {
        let mut body = device("1");
        for (name, value) in [("state", "broken"), ("label", "red"), ("pin", "1234"), ("site", "Bonn")] {
            body[name] = value.into();
        }
        let made = site.scim.post("/Devices", body).await;
        assert_eq!(made.status, 201, "{made:?}");
        assert_eq!((&made.body["label"], &made.body["site"]), (&json!("red"), &json!("Bonn")));
        assert_eq!((made.body.get("state"), made.body.get("pin")), (None, None));
    }
    ["RFC7643-4.1.1-01"] a_user_has_a_name(site) {
        for name in [None, Some(json!("")), Some(Value::Null)] {
            let mut body = json!({ "schemas": [USER], "displayName": "x" });
            if let Some(name) = name {
                body["userName"] = name;
            }
            refused(&site.scim.post("/Users", body).await, 400, "invalidValue");
        }
        assert_eq!(site.scim.get("/Users").await.total(), 0);
    }
    ["RFC7643-4.1.1-02", "RFC7644-3.3-11"] a_user_name_is_taken_once(site) {
        make(&site, json!({ "userName": "bob" })).await;
        for name in ["bob", "BOB"] {
            refused(&site.scim.post("/Users", json!({ "schemas": [USER], "userName": name })).await, 409, "uniqueness");
        }
        let other = path(&make(&site, json!({ "userName": "rob" })).await.id());
        refused(&site.scim.put(&other, json!({ "schemas": [USER], "userName": "Bob" })).await, 409, "uniqueness");
        let rename = json!([{ "op": "replace", "path": "userName", "value": "bob" }]);
        refused(&site.scim.patch(&other, rename).await, 409, "uniqueness");
        assert_eq!(site.scim.get(&other).await.body["userName"], "rob");
    }
    ["RFC7643-4.2-02"] a_group_has_a_name(site) {
        for body in [json!({ "schemas": [GROUP] }), json!({ "schemas": [GROUP], "displayName": "" })] {
            refused(&site.scim.post("/Groups", body).await, 400, "invalidValue");
        }
    }
    ["RFC7643-6-16"] a_required_extension_is_there(site) {
        let without = json!({ "schemas": [DEVICE], "serial": "1" });
        refused(&site.scim.post("/Devices", without).await, 400, "invalidValue");
        assert_eq!(site.scim.post("/Devices", device("1")).await.status, 201);
        let list = site.scim.get("/Devices").await;
        assert_eq!(list.total(), 1);
        assert_eq!(list.body["Resources"][0]["schemas"], json!([DEVICE, LEASE]));
    }
    ["RFC7643-6-17"] with_its_required_attributes(site) {
        let body = json!({ "schemas": [DEVICE, LEASE], "serial": "1", (LEASE): { "until": "2030-01-01T00:00:00Z" } });
        refused(&site.scim.post("/Devices", body).await, 400, "invalidValue");
    }
    ["RFC7644-3.3-13"] only_collections_take_a_post(site) {
        for endpoint in ["/Users", "/Groups", "/Devices"] {
            assert_eq!(site.scim.post(endpoint, json!({})).await.status, 400, "{endpoint}");
        }
        let user = path(&make(&site, json!({ "userName": "a" })).await.id());
        refused(&site.scim.post(&user, rich("b")).await, 405, "");
    }
    ["RFC7644-3.3-14"] a_refused_create_leaves_nothing(site) {
        make(&site, json!({ "userName": "a", "nickName": "first" })).await;
        let twice = json!({ "schemas": [USER], "userName": "A", "nickName": "second" });
        assert_eq!(site.scim.post("/Users", twice).await.status, 409);
        let wrong = json!({ "schemas": [USER], "userName": "b", "nickName": "second", "emails": "x" });
        assert_eq!(site.scim.post("/Users", wrong).await.status, 400);
        assert!(found(&site, "nickName eq \"second\"").await.is_empty());
        assert_eq!(site.scim.get("/Users").await.total(), 1);
        let nobody = json!({ "schemas": [GROUP], "displayName": "g", "members": [{ "value": "nobody" }] });
        assert_eq!(site.scim.post("/Groups", nobody).await.status, 400);
        assert_eq!(site.scim.get("/Groups").await.total(), 0);
    }
    ["RFC7644-3.3-16"] unknown_attributes_are_not_stored(site) {
        let made = make(&site, json!({
            "userName": "a", "shoeSize": 44, "schemas": [USER, ENTERPRISE], (ENTERPRISE): { "department": "d", "shoe": 1 },
        })).await;
        for body in [&made.body, &site.scim.get(&path(&made.id())).await.body] {
            assert!(!body.to_string().contains("shoe"), "{body}");
            assert_eq!(body[ENTERPRISE], json!({ "department": "d" }));
        }
    }
}
