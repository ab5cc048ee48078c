//! Queries (RFC 7644 sections 3.4.2 and 3.4.3).

use crate::site::{LIST, SEARCH, make, make_device, names, refused};
use crate::support::{Site, USER, encode};
use serde_json::json;

async fn some(site: &Site) {
    for name in ["c", "a", "b"] {
        make(site, json!({ "userName": name, "displayName": format!("D{name}") })).await;
    }
}

cases! {
    ["RFC7644-3.4.2-04", "RFC7644-3.4.2-05", "RFC7644-3.4.2-08"] a_list(site) {
        some(&site).await;
        for answer in [
            site.scim.get("/Users").await,
            site.scim.get("/Groups").await,
            site.scim.post("/Users/.search", json!({ "schemas": [SEARCH] })).await,
            site.scim.post("/.search", json!({ "schemas": [SEARCH] })).await,
            site.scim.get("/").await,
        ] {
            assert_eq!((answer.status, &answer.body["schemas"]), (200, &json!([LIST])));
            assert!(answer.body["totalResults"].is_u64() && answer.body["Resources"].is_array());
            assert_eq!(answer.total() as usize, answer.ids().len());
        }
    }
    ["RFC7644-3.4.2-06"] the_total_is_of_all_pages(site) {
        some(&site).await;
        let answer = site.scim.get(&format!("/Users?count=1&filter={}", encode("displayName sw \"D\""))).await;
        assert_eq!((answer.total(), answer.ids().len()), (3, 1));
    }
    ["RFC7644-3.4.2-12"] nothing_found(site) {
        for endpoint in ["/Users", "/Groups", "/Devices", "/"] {
            let answer = site.scim.find(endpoint, "id eq \"nobody\"").await;
            assert_eq!((answer.status, answer.total(), answer.ids().len()), (200, 0, 0));
        }
    }
    ["RFC7644-3.4.2.1-02"] everything_at_the_root(site) {
        some(&site).await;
        site.scim.group("Da", &[]).await;
        make_device(&site, "1", json!({ "label": "Da" })).await;
        assert_eq!(names(&site.scim.find("/", "displayName eq \"da\"").await), ["a", "Da"]);
        assert_eq!(site.scim.get("/").await.total(), 5);
        let kinds = site.scim.find("/", "meta.resourceType eq \"Device\" or meta.resourceType eq \"Group\"").await;
        assert_eq!(kinds.total(), 2);
    }
    ["RFC7644-3.4.2.1-04"] a_broad_query(site) {
        some(&site).await;
        assert_eq!(site.scim.find("/Users", "userName pr").await.status, 200);
        assert_eq!(site.scim.find("/", "id pr").await.status, 200);
    }
    ["RFC7644-3.4.3-02", "RFC7644-3.4.3-04"] search_asks_and_makes_nothing(site) {
        some(&site).await;
        for at in ["/.search", "/Users/.search", "/Groups/.search", "/Devices/.search"] {
            assert_eq!(site.scim.post(at, json!({ "schemas": [SEARCH] })).await.status, 200);
            refused(&site.scim.post(at, json!({})).await, 400, "invalidSyntax");
            refused(&site.scim.post(at, json!({ "schemas": [USER], "userName": "z" })).await, 400, "invalidSyntax");
        }
        assert_eq!(site.scim.get("/").await.total(), 3);
    }
    ["RFC7644-3.4.3-18"] search_answers_like_get(site) {
        some(&site).await;
        let filter = "userName ge \"b\"";
        let asked = json!({ "schemas": [SEARCH], "filter": filter, "sortBy": "userName", "sortOrder": "descending", "count": 5, "startIndex": 1, "attributes": ["userName"] });
        for at in ["/Users", "/"] {
            let query = format!("{at}?filter={}&sortBy=userName&sortOrder=descending&count=5&startIndex=1&attributes=userName", encode(filter));
            let search = format!("{}/.search", at.trim_end_matches('/'));
            let (get, post) = (site.scim.get(&query).await, site.scim.post(&search, asked.clone()).await);
            assert_eq!((get.status, post.status, &get.body), (200, 200, &post.body));
            assert_eq!(names(&get), ["c", "b"]);
        }
    }
}
