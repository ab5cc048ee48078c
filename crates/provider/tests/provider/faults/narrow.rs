//! One lawful way of writing taken for the only one.

use super::{Seen, seen, set};
use crate::support::{Client, GROUP, USER, group, user};
use serde_json::{Value, json};

pub(crate) async fn probe(id: &str, scim: &Client) -> Option<Seen> {
    let ann = async || format!("/Users/{}", scim.post("/Users", user("ann")).await.id());
    let put = |more: Value| {
        let mut body = json!({ "schemas": [USER], "userName": "ann" });
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        body
    };
    Some(match id {
        "M208" => {
            let path = ann().await;
            scim.patch(&path, set("roles", json!([{ "value": "auditor" }]))).await;
            scim.patch(&path, set("title", "Head")).await;
            seen(scim.get(&path).await.body["roles"][0]["value"].clone(), json!("auditor"))
        }
        "M209" => {
            let made = scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "iOS team" })).await;
            seen(made.body["displayName"].clone(), json!("iOS team"))
        }
        "M210" => {
            let operation = json!([{ "op": "Replace", "path": "title", "value": "x" }]);
            seen(scim.patch(&ann().await, operation).await.status, 200)
        }
        "M211" => seen(scim.patch(&ann().await, set("TITLE", "x")).await.status, 200),
        "M212" => {
            let path = ann().await;
            let part =
                |sub: &str| json!({ "op": "add", "path": format!("addresses[type eq \"work\"].{sub}"), "value": "x" });
            scim.patch(&path, json!([part("locality"), part("country")])).await;
            seen(scim.get(&path).await.body["addresses"].as_array().map(Vec::len), Some(1))
        }
        "M213" => {
            let path = ann().await;
            scim.patch(&path, set("emails", json!([{ "value": "a@x", "primary": true }]))).await;
            scim.patch(&path, set("emails[primary eq true].value", "b@x")).await;
            seen(scim.get(&path).await.body["emails"][0]["value"].clone(), json!("b@x"))
        }
        "M214" => {
            let member = scim.user("ann").await;
            let path = format!("/Groups/{}", scim.post("/Groups", group("g", &[])).await.id());
            scim.patch(&path, json!([{ "op": "add", "value": { "members": [{ "value": member }] } }])).await;
            seen(scim.get(&path).await.members().len(), 1)
        }
        "M215" => {
            let path = ann().await;
            scim.patch(&path, set("emails", json!([{ "value": "a@x" }]))).await;
            seen(scim.get(&path).await.body.get("emails[primary eq true]").is_some(), false)
        }
        "M216" => seen(scim.put(&ann().await, put(json!({}))).await.status, 200),
        "M217" => seen(scim.get("/Users?startIndex=0").await.status, 200),
        "M218" => {
            let shown = scim.get(&ann().await).await.body["meta"]["location"].clone();
            seen(shown.as_str().is_some_and(|place| place.starts_with(&scim.base)), true)
        }
        "M219" => seen(scim.put(&ann().await, put(json!({ "title": null }))).await.status, 200),
        _ => return None,
    })
}
