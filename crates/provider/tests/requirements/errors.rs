//! Refusals and how they look (RFC 7644 section 3.12).

use crate::site::{ERROR, make, path, refused, rich, with};
use crate::support::{Answer, Client, USER, user};
use serde_json::{Value, json};

async fn raw(scim: &Client, text: &str) -> Answer {
    let request = scim.http.post(format!("{}/Users", scim.base)).header("content-type", "application/scim+json");
    let response = request.header("authorization", format!("Bearer {}", scim.token)).body(text.to_owned()).send().await;
    let response = response.unwrap();
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let text = response.text().await.unwrap();
    Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
}

cases! {
    ["RFC7644-3.3-12"] a_taken_name(site) {
        site.scim.user("a").await;
        refused(&site.scim.post("/Users", user("A")).await, 409, "uniqueness");
    }
    ["RFC7644-3.4.2.2-41"] an_unknown_operator(site) {
        refused(&site.scim.find("/Users", "userName regex \"x\"").await, 400, "invalidFilter");
    }
    ["RFC7644-3.5.1-21", "RFC7644-3.5.2-32"] an_update_to_a_taken_name(site) {
        site.scim.user("a").await;
        let at = path(&site.scim.user("b").await);
        refused(&site.scim.put(&at, json!({ "schemas": [USER], "userName": "A" })).await, 409, "uniqueness");
        let rename = json!([{ "op": "replace", "path": "userName", "value": "a" }]);
        refused(&site.scim.patch(&at, rename).await, 409, "uniqueness");
        assert_eq!(site.scim.get(&at).await.body["userName"], "b");
    }
    ["RFC7644-3.5.2-15", "RFC7644-3.5.2-24", "RFC7644-3.5.2-25"] a_failed_patch(site) {
        let at = path(&site.scim.user("a").await);
        let title = json!({ "op": "replace", "path": "title", "value": "x" });
        for (wrong, scim_type) in [
            (json!({ "op": "replace", "path": "active", "value": "abc" }), "invalidValue"),
            (json!({ "op": "replace", "path": "meta.created", "value": "2001-01-01T00:00:00Z" }), "mutability"),
            (json!({ "op": "replace", "path": "nothing", "value": "x" }), "invalidPath"),
            (json!({ "op": "move", "path": "title" }), "invalidSyntax"),
        ] {
            refused(&site.scim.patch(&at, json!([title, wrong])).await, 400, scim_type);
        }
    }
    ["RFC7644-3.5.2-33"] a_malformed_path(site) {
        let at = path(&site.scim.user("a").await);
        for path in ["foo bar", "urn:bad:::", "emails[type", "1st"] {
            let answer = site.scim.patch(&at, json!([{ "op": "replace", "path": path, "value": "x" }])).await;
            refused(&answer, 400, "invalidPath");
        }
    }
    ["RFC7644-3.5.2.2-10"] removing_what_must_stay(site) {
        let at = path(&site.scim.user("a").await);
        for path in ["userName", "meta"] {
            refused(&site.scim.patch(&at, json!([{ "op": "remove", "path": path }])).await, 400, "mutability");
        }
    }
    ["RFC7644-3.5.2.3-10"] replacing_nothing(site) {
        let at = path(&site.scim.post("/Users", rich("a")).await.id());
        let op = json!([{ "op": "replace", "path": "emails[type eq \"nomatch\"].value", "value": "x" }]);
        refused(&site.scim.patch(&at, op).await, 400, "noTarget");
    }
    ["RFC7644-3.7.4-04"] which_bulk_limit(_site) {
        let mut behaviour = crate::site::strict();
        (behaviour.bulk_max_operations, behaviour.max_body) = (2, 2000);
        let site = with(behaviour).await;
        let operation = json!({ "method": "DELETE", "path": "/Users/1" });
        let many = crate::bulk::job(json!([operation, operation, operation]));
        let answer = site.scim.post("/Bulk", many).await;
        refused(&answer, 413, "");
        assert!(answer.body["detail"].as_str().unwrap().contains("maxOperations (2)"), "{answer:?}");
        let long = crate::bulk::job(json!([{ "method": "DELETE", "path": "/".repeat(3000) }]));
        let answer = site.scim.post("/Bulk", long).await;
        refused(&answer, 413, "");
        assert!(answer.body["detail"].as_str().unwrap().contains("2000"), "{answer:?}");
    }
    ["RFC7644-3.8-14"] malformed_json(site) {
        for text in ["{", "[]", "null", "\"x\"", "", "{{}}", "{\"userName\":"] {
            refused(&raw(&site.scim, text).await, 400, "invalidSyntax");
        }
        assert_eq!(site.scim.get("/Users").await.total(), 0);
    }
    ["RFC7644-3.12-01", "RFC7644-3.12-02", "RFC7644-3.12-03", "RFC7644-3.12-E7898"] every_refusal_is_an_error(_site) {
        let mut behaviour = crate::site::strict();
        behaviour.max_body = 2000;
        let site = with(behaviour).await;
        let at = path(&make(&site, json!({ "userName": "a" })).await.id());
        let anonymous = Client { token: String::new(), ..site.scim.clone() };
        let long = json!({ "schemas": [USER], "userName": "x".repeat(3000) });
        let answers = [
            (400, site.scim.post("/Users", json!({})).await),
            (401, anonymous.get("/Users").await),
            (403, site.scim.find("/Schemas", "id pr").await),
            (404, site.scim.get("/Users/nobody").await),
            (404, site.scim.get("/Nothing").await),
            (405, site.scim.delete("/Users").await),
            (409, site.scim.post("/Users", json!({ "schemas": [USER], "userName": "a" })).await),
            (412, site.scim.send("DELETE", &at, &[("if-match", "W/\"99\"")], None).await),
            (413, site.scim.post("/Users", long).await),
            (415, site.scim.send("POST", "/Users", &[("content-type", "text/plain")], Some(json!({}))).await),
            (501, site.scim.get("/Me").await),
        ];
        for (status, answer) in answers {
            assert_eq!(answer.status, status, "{answer:?}");
            assert_eq!(answer.body["schemas"], json!([ERROR]), "{answer:?}");
            assert_eq!(answer.body["status"], json!(status.to_string()), "{answer:?}");
            assert!(answer.header("content-type").starts_with("application/scim+json"), "{answer:?}");
        }
    }
}
