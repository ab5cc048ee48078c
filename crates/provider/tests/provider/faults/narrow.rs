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
        "M220" => {
            let kinds = scim.get("/ResourceTypes").await.body;
            seen(kinds["Resources"][0]["endpoint"].clone(), json!("/Users"))
        }
        "M221" => {
            let shown = scim.get(&ann().await).await.body["meta"]["location"].clone();
            seen(shown.as_str().is_some_and(|place| place.starts_with(&scim.base)), true)
        }
        "M222" => {
            ann().await;
            seen(scim.get("/Users").await.total(), 1)
        }
        "M223" => {
            ann().await;
            let path = format!("/Groups/{}", scim.group("g", &[]).await);
            seen(scim.get(&path).await.members().len(), 0)
        }
        "M224" => {
            let two = json!([{ "value": "a@x", "primary": true }, { "value": "b@x", "primary": true }]);
            let mut user = put(json!({ "emails": two }));
            let refused = scim.post("/Users", user.clone()).await.status;
            user["userName"] = "bob".into();
            let bob = format!("/Users/{}", scim.user("bob").await);
            let answer = scim.put(&bob, user).await;
            let kept = scim.get(&bob).await.body["emails"][1]["primary"].clone();
            seen((refused, answer.status, kept), (400, 400, Value::Null))
        }
        "M225" => {
            let path = ann().await;
            scim.put(&path, put(json!({ "title": "Dr" }))).await;
            scim.put(&path, put(json!({ "title": null }))).await;
            seen(scim.get(&path).await.body.get("title").is_some(), false)
        }
        "M226" | "M227" => {
            let path = ann().await;
            let emails = json!([{ "value": "a@x", "type": "home" }, { "value": "b@x", "type": "home" }]);
            scim.patch(&path, set("emails", emails)).await;
            let to = match id {
                "M226" => format!("{USER}:emails[value eq \"a@x\"].value"),
                _ => "emails[type eq \"home\" and value eq \"a@x\"].value".to_owned(),
            };
            scim.patch(&path, set(&to, "new@x")).await;
            let now = scim.get(&path).await.body["emails"].clone();
            seen((now[0]["value"].clone(), now[1]["value"].clone()), (json!("new@x"), json!("b@x")))
        }
        _ => return None,
    })
}
