//! Queries, discovery and the HTTP rules of the embedded provider.

use crate::support::{Client, Site, USER, encode, user};
use serde_json::json;

async fn crowd(site: &Site, size: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..size {
        ids.push(site.scim.user(&format!("u{n:03}")).await);
    }
    ids
}

#[tokio::test]
async fn pages_are_a_partition_in_a_stable_order() {
    let site = Site::correct().await;
    let ids = crowd(&site, 12).await;
    let mut seen = Vec::new();
    for start in [1, 6, 11] {
        let page = site.scim.get(&format!("/Users?startIndex={start}&count=5")).await;
        assert_eq!((page.total(), &page.body["startIndex"]), (12, &json!(start)));
        assert_eq!(page.body["itemsPerPage"], page.ids().len());
        seen.extend(page.ids());
    }
    assert_eq!(seen, ids);
    let filtered = site.scim.get(&format!("/Users?filter={}&startIndex=6&count=5", encode("userName sw \"U\""))).await;
    assert_eq!((filtered.total(), filtered.ids()), (12, ids[5..10].to_vec()));
}

#[tokio::test]
async fn paging_parameters_are_read_as_the_rfc_says() {
    let site = Site::correct().await;
    crowd(&site, 3).await;
    for (query, returned) in [
        ("count=0", 0),
        ("count=-3", 0),
        ("startIndex=0", 3),
        ("startIndex=-1&count=2", 2),
        ("startIndex=9", 0),
        ("count=9999", 3),
    ] {
        let list = site.scim.get(&format!("/Users?{query}")).await;
        assert_eq!((list.status, list.total(), list.ids().len()), (200, 3, returned), "{query}");
    }
    assert_eq!(site.scim.get("/Users?count=x").await.status, 400);
}

#[tokio::test]
async fn the_page_is_capped() {
    let site = Site::correct().await;
    let sends = (0..205).map(|n| site.scim.post("/Users", user(&format!("u{n}"))));
    futures::future::join_all(sends).await;
    let list = site.scim.get("/Users?count=1000").await;
    assert_eq!((list.total(), list.ids().len()), (205, 200));
    assert_eq!(site.scim.get("/Users").await.ids().len(), 100);
}

#[tokio::test]
async fn filters_find_what_they_describe() {
    let site = Site::correct().await;
    let ids = crowd(&site, 4).await;
    let ops =
        json!([{ "op": "add", "path": "title", "value": "Dr" }, { "op": "replace", "path": "active", "value": false }]);
    site.scim.patch(&format!("/Users/{}", ids[2]), ops).await;
    for (filter, expected) in [
        ("userName eq \"U001\"", vec![1]),
        ("externalId eq \"ext-u001\"", vec![1]),
        ("externalId eq \"EXT-u001\"", vec![]),
        ("userName eq \"u002\" and title eq \"dr\"", vec![2]),
        ("userName eq \"u001\" and title pr", vec![]),
        ("active eq false", vec![2]),
        ("not (userName co \"00\")", vec![]),
        ("urn:ietf:params:scim:schemas:core:2.0:User:userName eq \"u003\"", vec![3]),
        ("userName eq \"u000\" or title eq \"Dr\"", vec![0, 2]),
        ("meta.created ge \"2026-01-01T00:00:00Z\"", vec![0, 1, 2, 3]),
    ] {
        let expected: Vec<String> = expected.into_iter().map(|n: usize| ids[n].clone()).collect();
        let found = site.scim.find("/Users", filter).await;
        assert_eq!((found.status, found.ids()), (200, expected), "{filter}");
    }
    let by_id = site.scim.find("/Users", &format!("id eq \"{}\"", ids[3])).await;
    assert_eq!(by_id.ids(), [ids[3].clone()]);
    for filter in ["userName", "userName xx \"a\"", "shoeSize eq 44", "", "userName eq \"a", "(((("] {
        let refused = site.scim.find("/Users", filter).await;
        assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidFilter")), "{filter:?}");
    }
}

#[tokio::test]
async fn results_are_sorted() {
    let site = Site::correct().await;
    for (name, title) in [("b", "2"), ("c", "1"), ("a", "3")] {
        site.scim.post("/Users", json!({ "schemas": [USER], "userName": name, "title": title })).await;
    }
    let names = |answer: &crate::support::Answer| -> Vec<String> {
        let all = answer.body["Resources"].as_array().unwrap();
        all.iter().map(|r| r["userName"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&site.scim.get("/Users?sortBy=userName").await), ["a", "b", "c"]);
    assert_eq!(names(&site.scim.get("/Users?sortBy=title&sortOrder=descending&count=2").await), ["a", "b"]);
    assert_eq!(names(&site.scim.get("/Users?sortBy=title&startIndex=2&count=1").await), ["b"]);
}

#[tokio::test]
async fn a_search_by_post_is_a_query() {
    let site = Site::correct().await;
    let ids = crowd(&site, 3).await;
    let search = json!({ "schemas": ["urn:ietf:params:scim:api:messages:2.0:SearchRequest"],
        "filter": "userName sw \"u\"", "startIndex": 2, "count": 1, "attributes": ["userName"] });
    let found = site.scim.post("/Users/.search", search).await;
    assert_eq!((found.status, found.total(), found.ids()), (200, 3, vec![ids[1].clone()]));
    assert!(found.body["Resources"][0].get("active").is_none());
    assert_eq!(site.scim.post("/Users/.search", json!({})).await.status, 400);
}

#[tokio::test]
async fn the_service_describes_itself() {
    let site = Site::correct().await;
    let config = site.scim.get("/ServiceProviderConfig").await;
    assert_eq!((config.status, &config.body["patch"]["supported"]), (200, &json!(true)));
    assert_eq!(config.body["filter"]["maxResults"], 200);
    let schemas = site.scim.get("/Schemas").await;
    assert_eq!((schemas.status, schemas.total()), (200, 3));
    for id in schemas.ids() {
        let one = site.scim.get(&format!("/Schemas/{id}")).await;
        assert_eq!((one.status, one.id()), (200, id));
    }
    let types = site.scim.get("/ResourceTypes").await;
    assert_eq!(types.total(), 2);
    assert_eq!(site.scim.get("/ResourceTypes/User").await.body["endpoint"], "/Users");
    assert_eq!(site.scim.get("/Schemas/urn:x").await.status, 404);
    for path in ["/Schemas", "/ResourceTypes", "/ServiceProviderConfig"] {
        assert_eq!(site.scim.find(path, "id pr").await.status, 403);
        assert_eq!(site.scim.delete(path).await.status, 405);
    }
}

#[tokio::test]
async fn every_refusal_has_a_scim_body() {
    let site = Site::correct().await;
    let id = site.scim.user("ann").await;
    let nobody = Client { token: String::new(), ..site.scim.clone() };
    let wrong = Client { token: "wrong".into(), ..site.scim.clone() };
    let root = Client { base: format!("http://{}", site.running.addr), ..site.scim.clone() };
    let raw = |body: &'static str, media: &'static str| {
        let request = site.scim.http.post(format!("{}/Users", site.scim.base)).bearer_auth(&site.scim.token);
        async move {
            let response = request.header("content-type", media).body(body).send().await.unwrap();
            (
                response.status().as_u16(),
                serde_json::from_str::<serde_json::Value>(&response.text().await.unwrap()).unwrap(),
            )
        }
    };
    for (answer, status) in [
        (nobody.get("/Users").await, 401),
        (wrong.get("/Users").await, 401),
        (wrong.get("/Users/x").await, 401),
        (site.scim.get("/Users/nobody").await, 404),
        (site.scim.get("/Nothing").await, 404),
        (site.scim.get("/Users/a/b").await, 404),
        (root.get("/").await, 404),
        (root.get("/t/none/scim/v2/Users").await, 404),
        (site.scim.get("/Me").await, 501),
        (site.scim.get("/Bulk").await, 405),
        (site.scim.delete("/Users").await, 405),
        (site.scim.post(&format!("/Users/{id}"), json!({})).await, 405),
        (site.scim.send("OPTIONS", "/Users", &[], None).await, 405),
    ] {
        assert_eq!(answer.status, status, "{answer:?}");
        assert_eq!(answer.header("content-type"), "application/scim+json");
        assert_eq!(answer.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:Error"]));
        assert_eq!(answer.body["status"], status.to_string());
    }
    assert!(nobody.get("/Users").await.header("www-authenticate").starts_with("Bearer"));
    assert_eq!(site.scim.delete("/Users").await.header("allow"), "GET, POST");
    assert_eq!(raw("{", "application/scim+json").await.1["scimType"], "invalidSyntax");
    assert_eq!(raw("[]", "application/scim+json").await.0, 400);
    assert_eq!(raw("userName=a", "application/x-www-form-urlencoded").await.0, 415);
    assert_eq!(raw(r#"{"userName":"j"}"#, "application/json; charset=utf-8").await.0, 201);
    let both = site.scim.get("/Users?attributes=title&excludedAttributes=active").await;
    assert_eq!(both.status, 400);
}

#[tokio::test]
async fn a_body_of_more_than_a_mebibyte_is_refused() {
    let site = Site::correct().await;
    let long = json!({ "schemas": [USER], "userName": "a", "title": "x".repeat(3 << 20) });
    let refused = site.scim.post("/Users", long).await;
    assert_eq!((refused.status, &refused.body["status"]), (413, &json!("413")));
}
