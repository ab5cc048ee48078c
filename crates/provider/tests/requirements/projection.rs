//! `attributes` and `excludedAttributes` (RFC 7644 section 3.9), `returned` (RFC 7643 section 7).

use crate::site::{ENTERPRISE, SEARCH, device, make, make_device, path, refused, rich};
use crate::support::{Site, USER, user};
use serde_json::{Value, json};

async fn babs(site: &Site) -> String {
    path(&site.scim.post("/Users", rich("bab")).await.id())
}

async fn shown(site: &Site, at: &str, query: &str) -> Value {
    let answer = site.scim.get(&format!("{at}?{query}")).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body
}

/// The names of what is shown, but for the minimum.
fn keys(body: &Value) -> Vec<&str> {
    let all = body.as_object().unwrap().keys().map(String::as_str);
    all.filter(|name| !matches!(*name, "id" | "schemas")).collect()
}

cases! {
    ["RFC7643-3.1-14", "RFC7643-7-34", "RFC7644-3.4.2.5-07", "RFC7644-3.9-04"] what_is_always_there(site) {
        let at = babs(&site).await;
        for query in ["attributes=userName", "excludedAttributes=id", "excludedAttributes=id,userName,schemas"] {
            let body = shown(&site, &at, query).await;
            assert!(body["id"].is_string() && body["schemas"].is_array(), "{query}: {body}");
        }
        assert!(shown(&site, &at, "excludedAttributes=id,userName").await.get("userName").is_none());
        assert_eq!(shown(&site, "/Users", "excludedAttributes=id").await["Resources"][0]["id"], at.trim_start_matches("/Users/"));
    }
    ["RFC7643-3.1-24"] meta_can_be_left_out(site) {
        let at = babs(&site).await;
        assert!(shown(&site, &at, "excludedAttributes=meta").await.get("meta").is_none());
        assert!(shown(&site, &at, "attributes=userName").await.get("meta").is_none());
        let only = shown(&site, &at, "attributes=meta.location").await;
        assert_eq!(only["meta"], json!({ "location": format!("{}{at}", site.scim.base) }));
    }
    ["RFC7643-4.1.1-20", "RFC7643-4.1.1-28", "RFC7643-7-35", "RFC7643-7-32"] secrets_are_never_shown(site) {
        let secret = "s3cret-0ne";
        let mut body = rich("a");
        body["password"] = secret.into();
        let made = site.scim.post("/Users?attributes=password,userName", body.clone()).await;
        let at = path(&made.id());
        let replaced = json!([{ "op": "replace", "path": "password", "value": secret }]);
        let mut thing = device("1");
        thing["pin"] = secret.into();
        let device = site.scim.post("/Devices", thing.clone()).await;
        let device_at = format!("/Devices/{}", device.id());
        let bulk = json!([{ "method": "PUT", "path": at, "data": body }]);
        for answer in [
            made,
            site.scim.put(&at, body.clone()).await,
            site.scim.patch(&format!("{at}?attributes=password"), replaced).await,
            site.scim.get(&at).await,
            site.scim.get(&format!("{at}?attributes=password")).await,
            site.scim.get("/Users?attributes=password").await,
            site.scim.post("/Users/.search", json!({ "schemas": [SEARCH], "attributes": ["password"] })).await,
            site.scim.post("/.search", json!({ "schemas": [SEARCH], "attributes": ["password", "pin"] })).await,
            site.scim.post("/Bulk", crate::bulk::job(bulk)).await,
            device,
            site.scim.put(&device_at, thing).await,
            site.scim.get(&format!("{device_at}?attributes=pin")).await,
        ] {
            assert!(answer.status < 300, "{answer:?}");
            assert!(!answer.text.contains(secret) && !answer.text.contains("\"password\"") && !answer.text.contains("\"pin\""), "{answer:?}");
        }
        for (endpoint, filter) in [("/Users", "password eq \"s3cret-0ne\""), ("/Users", "password pr"), ("/Devices", "pin sw \"s\"")] {
            assert_eq!(site.scim.find(endpoint, filter).await.total(), 0, "{filter}");
        }
    }
    ["RFC7643-7-37", "RFC7644-3.4-02"] the_default(site) {
        let at = babs(&site).await;
        let sent = rich("bab");
        let body = shown(&site, &at, "").await;
        for name in keys(&sent) {
            assert!(body.get(name).is_some(), "{name}");
        }
        assert_eq!(keys(&shown(&site, &at, "attributes=userName").await), ["userName"]);
        let thing = make_device(&site, "1", json!({ "note": "n", "pin": "1", "label": "l" })).await;
        let read = site.scim.get(&thing).await.body;
        assert_eq!((&read["label"], read.get("note"), read.get("pin")), (&json!("l"), None, None));
    }
    ["RFC7643-7-38"] on_request(site) {
        let mut body = device("1");
        body["note"] = "n".into();
        let made = site.scim.post("/Devices", body.clone()).await;
        assert_eq!(made.body["note"], "n", "what the client sent comes back");
        let at = format!("/Devices/{}", made.id());
        assert!(site.scim.get(&at).await.body.get("note").is_none());
        assert!(site.scim.get("/Devices").await.body["Resources"][0].get("note").is_none());
        assert_eq!(shown(&site, &at, "attributes=note").await["note"], "n");
        assert_eq!(shown(&site, "/Devices", "attributes=note").await["Resources"][0]["note"], "n");
        body["note"] = "m".into();
        assert_eq!(site.scim.put(&at, body).await.body["note"], "m");
        let patch = json!([{ "op": "replace", "path": "note", "value": "o" }]);
        assert_eq!(site.scim.patch(&at, patch).await.body["note"], "o");
        let other = json!([{ "op": "replace", "path": "label", "value": "x" }]);
        assert!(site.scim.patch(&at, other).await.body.get("note").is_none());
    }
    ["RFC7644-3.4.2.5-01", "RFC7644-3.4.2.5-03", "RFC7644-3.4.2.5-04", "RFC7644-3.9-02"] only_these(site) {
        let at = babs(&site).await;
        assert_eq!(keys(&shown(&site, &at, "attributes=displayName").await), ["displayName"]);
        assert_eq!(keys(&shown(&site, "/Users", "attributes=userName").await["Resources"][0]), ["userName"]);
        let but = shown(&site, "/Users", "excludedAttributes=userName").await["Resources"][0].clone();
        assert!(but.get("userName").is_none() && but["displayName"] == "Babs Jensen" && but["meta"].is_object());
        assert!(shown(&site, &at, "excludedAttributes=name").await.get("name").is_none());
    }
    ["RFC7644-3.4.2.5-05", "RFC7644-3.9-03", "RFC7644-3.9-06"] names_in_standard_notation(site) {
        let at = babs(&site).await;
        assert_eq!(shown(&site, &at, "attributes=name.givenName").await["name"], json!({ "givenName": "Bab" }));
        assert_eq!(keys(&shown(&site, &at, &format!("attributes={USER}:userName")).await), ["userName"]);
        for query in ["attributes=userName,displayName", "attributes=userName,%20displayName"] {
            assert_eq!(keys(&shown(&site, &at, query).await), ["userName", "displayName"]);
        }
        refused(&site.scim.get(&format!("{at}?attributes=emails%5Btype%20eq%20%22work%22%5D")).await, 400, "invalidValue");
    }
    ["RFC7644-3.4.2.5-06", "RFC7644-3.4.2.5-08", "RFC7644-3.9-05"] all_but_these(site) {
        let at = babs(&site).await;
        let whole = shown(&site, &at, "").await;
        for (query, gone) in [("name,emails", vec!["name", "emails"]), ("emails", vec!["emails"]), (&format!("{USER}:title"), vec!["title"])] {
            let body = shown(&site, &at, &format!("excludedAttributes={query}")).await;
            let expected: Vec<&str> = keys(&whole).into_iter().filter(|k| !gone.contains(k)).collect();
            assert_eq!(keys(&body), expected, "{query}");
        }
        let name = shown(&site, &at, "excludedAttributes=name.familyName").await["name"].clone();
        assert_eq!(name, json!({ "givenName": "Bab", "middleName": "J" }));
    }
    ["RFC7644-3.4.3-05", "RFC7644-3.4.3-07", "RFC7644-3.4.3-08"] in_the_body_of_a_search(site) {
        babs(&site).await;
        for at in ["/Users/.search", "/.search"] {
            let search = |name: &str, list: Value| site.scim.post(at, json!({ "schemas": [SEARCH], (name): list }));
            let only = search("attributes", json!(["userName", "name.givenName"])).await.body["Resources"][0].clone();
            assert_eq!((keys(&only), &only["name"]), (vec!["userName", "name"], &json!({ "givenName": "Bab" })));
            let but = search("excludedAttributes", json!(["id", "name.familyName"])).await.body["Resources"][0].clone();
            assert!(but["id"].is_string() && but["name"].get("familyName").is_none() && but["title"] == "Guide");
        }
    }
    ["RFC7644-3.5.2-28", "RFC7644-3.5.2-29"] after_a_patch(site) {
        let at = babs(&site).await;
        let patch = json!([{ "op": "replace", "path": "title", "value": "x" }]);
        let answer = site.scim.patch(&format!("{at}?attributes=displayName"), patch).await;
        assert_eq!((answer.status, keys(&answer.body)), (200, vec!["displayName"]));
        let group = format!("/Groups/{}?attributes=displayName", site.scim.group("g", &[]).await);
        let answer = site.scim.patch(&group, json!([{ "op": "replace", "path": "displayName", "value": "h" }])).await;
        assert_eq!((answer.status, keys(&answer.body)), (200, vec!["displayName"]));
    }
    ["RFC7644-3.9-10"] extensions_by_their_urn(site) {
        let at = babs(&site).await;
        assert_eq!(shown(&site, &at, &format!("attributes={ENTERPRISE}:department")).await[ENTERPRISE], json!({ "department": "Tours" }));
        let whole = shown(&site, &at, &format!("attributes={ENTERPRISE}")).await;
        assert_eq!((keys(&whole), &whole[ENTERPRISE]), (vec![ENTERPRISE], &rich("bab")[ENTERPRISE]));
        let without = shown(&site, &at, &format!("excludedAttributes={ENTERPRISE}")).await;
        assert!(without.get(ENTERPRISE).is_none() && without["userName"] == "bab");
        let base = shown(&site, &at, &format!("attributes={USER}")).await;
        assert!(base["userName"] == "bab" && base.get(ENTERPRISE).is_none());
    }
}

#[tokio::test]
async fn every_answer_with_a_body_is_projected() {
    let site = crate::site::start().await;
    let made = site.scim.post("/Users?attributes=userName", user("a")).await;
    assert_eq!(keys(&made.body), ["userName"]);
    let at = path(&made.id());
    let put = site.scim.put(&format!("{at}?excludedAttributes=meta"), user("a")).await;
    assert!(put.status == 200 && put.body.get("meta").is_none());
    make(&site, json!({ "userName": "b" })).await;
    let both = site.scim.get("/Users?attributes=a&excludedAttributes=b").await;
    refused(&both, 400, "invalidValue");
}
