//! Bulk jobs (RFC 7644 section 3.7).

use crate::site::{BULK, ENTERPRISE, ERROR, path, refused, strict, with};
use crate::support::{Answer, Client, GROUP, PATCH, Site, USER, group, user};
use serde_json::{Value, json};

pub(crate) fn job(operations: Value) -> Value {
    Value::Object([("schemas".to_owned(), json!([BULK])), ("Operations".to_owned(), operations)].into_iter().collect())
}

/// The results of a job that was processed.
async fn run(site: &Site, operations: Value) -> Vec<Value> {
    results(&site.scim.post("/Bulk", job(operations)).await)
}

fn results(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.body["Operations"].as_array().unwrap().clone()
}

fn post(id: &str, name: &str) -> Value {
    json!({ "method": "POST", "path": "/Users", "bulkId": id, "data": user(name) })
}

fn bad() -> Value {
    json!({ "method": "DELETE", "path": "/Users/nobody" })
}

fn statuses(results: &[Value]) -> Vec<&str> {
    results.iter().map(|r| r["status"].as_str().unwrap()).collect()
}

fn id_of(result: &Value) -> String {
    result["location"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

cases! {
    ["RFC7643-5-17", "RFC7643-5-18", "RFC7644-3.7.4-01"] the_limits_are_told(site) {
        let bulk = site.scim.get("/ServiceProviderConfig").await.body["bulk"].clone();
        assert_eq!(bulk["supported"], true);
        assert!(bulk["maxOperations"].as_u64().unwrap() > 0 && bulk["maxPayloadSize"].as_u64().unwrap() > 0);
    }
    ["RFC7644-3.7-02", "RFC7644-3.7-06", "RFC7644-3.7-20"] what_is_no_job(site) {
        for body in [
            json!({ "Operations": [] }), json!({ "schemas": [USER], "Operations": [] }), json!({ "schemas": [BULK] }),
            json!({ "schemas": [BULK], "Operations": {} }), json!([]),
        ] {
            refused(&site.scim.post("/Bulk", body).await, 400, "invalidSyntax");
        }
        let anonymous = Client { token: String::new(), ..site.scim.clone() };
        refused(&anonymous.post("/Bulk", job(json!([]))).await, 401, "");
        let failures = json!({ "schemas": [BULK], "failOnErrors": "x", "Operations": [] });
        refused(&site.scim.post("/Bulk", failures).await, 400, "invalidValue");
        assert!(run(&site, json!([])).await.is_empty());
    }
    ["RFC7644-3.7-03", "RFC7644-3.7-05", "RFC7644-3.7-19", "RFC7644-3.7.3-01"] the_answer(site) {
        let body = json!({ "schemas": [BULK], "failOnErrors": 5, "Operations": [post("a", "a"), bad(), post("b", "b")] });
        let answer = site.scim.post("/Bulk", body).await;
        assert_eq!(statuses(&results(&answer)), ["201", "404", "201"]);
        assert_eq!(answer.body["schemas"], json!(["urn:ietf:params:scim:api:messages:2.0:BulkResponse"]));
        assert!(answer.body.get("failOnErrors").is_none());
    }
    ["RFC7644-3.7-07", "RFC7644-3.7-08", "RFC7644-3.7-11", "RFC7644-3.7-12", "RFC7644-3.7-13"] what_is_no_operation(site) {
        let id = site.scim.user("a").await;
        let at = path(&id);
        for operation in [
            json!({ "path": "/Users/x" }),
            json!({ "method": "GET", "path": at }),
            json!({ "method": "POST", "path": "/Users", "data": user("b") }),
            json!({ "method": "POST", "bulkId": "b", "data": user("b") }),
            json!({ "method": "POST", "path": at, "bulkId": "b", "data": user("b") }),
            json!({ "method": "DELETE", "path": "/Users" }),
            json!({ "method": "POST", "path": "/Bulk", "bulkId": "b", "data": {} }),
            json!({ "method": "POST", "path": "/Users", "bulkId": "b" }),
            json!({ "method": "PUT", "path": at }),
            json!({ "method": "PATCH", "path": at }),
        ] {
            let result = run(&site, json!([operation])).await;
            assert_eq!(statuses(&result), ["400"], "{operation}");
            assert_eq!(result[0].get("method"), operation.get("method").or(Some(&json!(""))));
        }
        assert_eq!(site.scim.get("/Users").await.ids(), std::slice::from_ref(&id));
        let relative = run(&site, json!([{ "method": "DELETE", "path": at.trim_start_matches('/') }])).await;
        assert_eq!(statuses(&relative), ["204"]);
    }
    ["RFC7644-3.7-14", "RFC7644-3.7.3-E5050", "RFC7644-3.7-15", "RFC7644-3.7.3-02", "RFC7644-3.7-25"] each_method(site) {
        let (a, b) = (site.scim.user("a").await, site.scim.user("b").await);
        let patch = json!({ "schemas": [PATCH], "Operations": [{ "op": "replace", "path": "title", "value": "Dr" }] });
        let done = run(&site, json!([
            post("new", "c"),
            { "method": "PUT", "path": path(&a), "data": { "schemas": [USER], "userName": "a2" } },
            { "method": "PATCH", "path": path(&a), "data": patch },
            { "method": "DELETE", "path": path(&b) },
            { "method": "PUT", "path": "/Users/nobody", "data": user("x") },
            post("taken", "a2"),
        ])).await;
        assert_eq!(statuses(&done), ["201", "200", "200", "204", "404", "409"]);
        let at = |id: &str| json!(format!("{}{}", site.scim.base, path(id)));
        assert_eq!((&done[0]["bulkId"], &done[0]["location"]), (&json!("new"), &at(&id_of(&done[0]))));
        for (n, id) in [(1, a.as_str()), (2, &a), (3, &b), (4, "nobody")] {
            assert_eq!(done[n]["location"], at(id), "{}", done[n]);
        }
        assert!(done[5].get("location").is_none());
        let read = site.scim.get(&path(&a)).await.body;
        assert_eq!((&read["userName"], &read["title"]), (&json!("a2"), &json!("Dr")));
        assert_eq!(done[2]["version"], read["meta"]["version"]);
        assert_eq!(site.scim.get(&path(&id_of(&done[0]))).await.body["userName"], "c");
    }
    ["RFC7644-3.7-16", "RFC7644-3.7-18", "RFC7644-3.7.3-03", "RFC7644-3.7.3-04", "RFC7644-3.7.3-E7916"] a_failed_operation(site) {
        site.scim.user("a").await;
        let done = run(&site, json!([post("1", "b"), post("2", "a"), bad()])).await;
        assert_eq!(statuses(&done), ["201", "409", "404"]);
        for result in &done[1..] {
            let error = &result["response"];
            assert_eq!((&error["schemas"], &error["status"]), (&json!([ERROR]), &result["status"]));
            assert!(!error["detail"].as_str().unwrap().is_empty());
        }
        assert_eq!(done[1]["response"]["scimType"], "uniqueness");
    }
    ["RFC7644-3.7-21"] failures_do_not_stop_the_job(site) {
        let done = run(&site, json!([bad(), post("a", "a"), bad(), post("b", "b")])).await;
        assert_eq!(statuses(&done), ["404", "201", "404", "201"]);
        assert_eq!(site.scim.get("/Users").await.total(), 2);
    }
    ["RFC7644-3.7-23"] unless_they_are_counted(site) {
        let operations = json!([bad(), post("a", "a"), bad(), post("b", "b")]);
        let body = json!({ "schemas": [BULK], "failOnErrors": 2, "Operations": operations });
        assert_eq!(statuses(&results(&site.scim.post("/Bulk", body).await)), ["404", "201", "404"]);
        assert_eq!(crate::site::names(&site.scim.get("/Users").await), ["a"]);
    }
    ["RFC7644-3.7-27"] the_order_is_kept(site) {
        let at = path(&site.scim.user("a").await);
        let set = |title: &str| json!({ "method": "PATCH", "path": at, "data": { "schemas": [PATCH], "Operations": [{ "op": "replace", "path": "title", "value": title }] } });
        let done = run(&site, json!([set("1"), set("2"), set("3")])).await;
        assert_eq!(statuses(&done), ["200", "200", "200"]);
        assert_eq!(site.scim.get(&at).await.body["title"], "3");
    }
    ["RFC7644-3.7.1-01"] circles_are_resolved(site) {
        let ring = |id: &str, name: &str, other: &str| json!({
            "method": "POST", "path": "/Groups", "bulkId": id, "data": group(name, &[&format!("bulkId:{other}")]),
        });
        let done = run(&site, json!([ring("a", "A", "b"), ring("b", "B", "c"), ring("c", "C", "a")])).await;
        assert_eq!(statuses(&done), ["201", "201", "201"]);
        let ids: Vec<String> = done.iter().map(id_of).collect();
        for (n, next) in [(0, 1), (1, 2), (2, 0)] {
            let read = site.scim.get(&format!("/Groups/{}", ids[n])).await;
            assert_eq!(read.members(), [ids[next].clone()]);
            assert_eq!(read.header("etag"), done[n]["version"]);
        }
    }
    ["RFC7644-3.7.2-02"] references_become_ids(site) {
        let patched = json!({ "schemas": [PATCH], "Operations": [{ "op": "remove", "path": "members[value eq \"bulkId:two\"]" }] });
        let done = run(&site, json!([
            { "method": "POST", "path": "/Groups", "bulkId": "g", "data": group("g", &["bulkId:one", "bulkId:two"]) },
            post("one", "a"),
            post("two", "b"),
            { "method": "PATCH", "path": "/Groups/bulkId:g", "data": patched },
        ])).await;
        assert_eq!(statuses(&done), ["201", "201", "201", "204"]);
        let read = site.scim.get(&format!("/Groups/{}", id_of(&done[0]))).await;
        assert_eq!(read.members(), [id_of(&done[1])]);
        assert!(!read.text.contains("bulkId"));
        let lost = json!({ "method": "POST", "path": "/Groups", "bulkId": "h", "data": group("h", &["bulkId:nobody"]) });
        assert_eq!(statuses(&run(&site, json!([lost])).await), ["409"]);
        assert_eq!(site.scim.get("/Groups").await.total(), 1);
    }
    ["RFC7644-3.7.2-03"] references_in_extensions(site) {
        let data = json!({ "schemas": [USER, ENTERPRISE], "userName": "b", (ENTERPRISE): { "manager": { "value": "bulkId:boss" } } });
        let done = run(&site, json!([{ "method": "POST", "path": "/Users", "bulkId": "b", "data": data }, post("boss", "a")])).await;
        assert_eq!(statuses(&done), ["201", "201"]);
        let read = site.scim.get(&path(&id_of(&done[0]))).await;
        assert_eq!(read.body[ENTERPRISE]["manager"]["value"], id_of(&done[1]));
    }
    ["RFC7644-3.7.4-03"] too_much_is_413(_site) {
        let mut behaviour = strict();
        (behaviour.bulk_max_operations, behaviour.max_body) = (2, 2000);
        let site = with(behaviour).await;
        refused(&site.scim.post("/Bulk", job(json!([post("a", "a"), post("b", "b"), post("c", "c")]))).await, 413, "");
        refused(&site.scim.post("/Bulk", job(json!([post("a", &"x".repeat(3000))]))).await, 413, "");
        assert_eq!(site.scim.get("/Users").await.total(), 0);
        assert_eq!(run(&site, json!([post("a", "a"), post("b", "b")])).await.len(), 2);
    }
}

#[tokio::test]
async fn bulk_can_be_left_out() {
    let mut behaviour = strict();
    behaviour.bulk_max_operations = 0;
    let site = with(behaviour).await;
    assert_eq!(site.scim.get("/ServiceProviderConfig").await.body["bulk"]["supported"], false);
    refused(&site.scim.post("/Bulk", job(json!([]))).await, 501, "");
}

#[tokio::test]
async fn a_circle_that_cannot_be_closed_leaves_nothing() {
    let site = crate::site::start().await;
    let data = json!({ "schemas": [GROUP], "displayName": "A", "members": [{ "value": "bulkId:b" }] });
    let broken = json!({ "schemas": [GROUP], "members": [{ "value": "bulkId:a" }] });
    let done = run(
        &site,
        json!([
            { "method": "POST", "path": "/Groups", "bulkId": "a", "data": data },
            { "method": "POST", "path": "/Groups", "bulkId": "b", "data": broken },
            { "method": "POST", "path": "/Groups", "bulkId": "a", "data": data },
        ]),
    )
    .await;
    assert_eq!(statuses(&done), ["409", "400", "400"]);
    assert_eq!(site.scim.get("/Groups").await.total(), 0);
}

#[tokio::test]
async fn a_long_chain_of_references_is_followed() {
    let site = crate::site::start().await;
    let link = |n: usize| {
        let members: Vec<String> = (n < 999).then(|| format!("bulkId:{}", n + 1)).into_iter().collect();
        let members: Vec<&str> = members.iter().map(String::as_str).collect();
        json!({ "method": "POST", "path": "/Groups", "bulkId": n.to_string(), "data": group(&format!("g{n}"), &members) })
    };
    let done = run(&site, (0..1000).map(link).collect()).await;
    assert!(done.len() == 1000 && statuses(&done).iter().all(|s| *s == "201"));
    assert_eq!(site.scim.members_of(&id_of(&done[0])).await, [id_of(&done[1])]);
}
