//! Every fault of the embedded provider shows in an HTTP answer, and the correct provider shows none.

mod around_calls;
mod narrow;
mod single_reports;
mod together;

use crate::support::{Client, Site, USER, encode, group, user};
use provider::{Behaviour, faults};
use serde_json::{Value, json};
use std::fmt::Debug;

/// What was seen, and what a correct server shows.
pub(crate) struct Seen {
    pub(crate) seen: String,
    pub(crate) right: String,
}

pub(crate) fn seen<T: Debug>(seen: T, right: T) -> Seen {
    Seen { seen: format!("{seen:?}"), right: format!("{right:?}") }
}

pub(crate) fn set(path: &str, value: impl Into<Value>) -> Value {
    let value: Value = value.into();
    json!([{ "op": "replace", "path": path, "value": value }])
}

pub(crate) async fn crowd(scim: &Client, size: usize) -> Vec<String> {
    let mut ids = Vec::new();
    for n in 0..size {
        ids.push(scim.user(&format!("u{n:03}")).await);
    }
    ids
}

/// A group of two, its path and its members.
pub(crate) async fn pair(scim: &Client) -> (String, String, String) {
    let (a, b) = (scim.user("a").await, scim.user("b").await);
    let path = format!("/Groups/{}", scim.group("g", &[&a, &b]).await);
    (path, a, b)
}

async fn paged(scim: &Client) -> Vec<String> {
    let mut ids = Vec::new();
    for start in [1, 4, 7] {
        ids.extend(scim.get(&format!("/Users?startIndex={start}&count=3")).await.ids());
    }
    ids
}

async fn users(id: &str, scim: &Client) -> Option<Seen> {
    let ann = async || format!("/Users/{}", scim.user("ann").await);
    let lookup = "userName eq \"ann\"";
    Some(match id {
        "M001" => {
            let path = ann().await;
            scim.patch(&path, set("externalId", "new")).await;
            seen(scim.get(&path).await.body["externalId"].clone(), json!("new"))
        }
        "M020" => {
            scim.post("/Users", json!({ "schemas": [USER], "userName": "ann" })).await;
            let total = scim.find("/Users", lookup).await.total();
            seen((total, scim.post("/Users", user("ann")).await.status), (1, 409))
        }
        "M028" => {
            let path = ann().await;
            scim.user("bob").await;
            seen(scim.patch(&path, set("externalId", "ext-bob")).await.status, 409)
        }
        "M033" => {
            let path = format!(
                "/Users/{}",
                scim.post("/Users", json!({ "schemas": [USER], "userName": "ann", "title": "Dr" })).await.id()
            );
            let status = scim.post("/Users", user("ann")).await.status;
            seen((status, scim.get(&path).await.body["title"].clone()), (409, json!("Dr")))
        }
        "M040" => {
            let path = ann().await;
            scim.patch(&path, set("userName", "0123ann")).await;
            seen(scim.patch(&path, set("userName", "ann")).await.status, 200)
        }
        "M041" => {
            let path = ann().await;
            let said = scim.patch(&path, set("userName", "eve")).await.body["userName"].clone();
            seen((said, scim.get(&path).await.body["userName"].clone()), (json!("eve"), json!("eve")))
        }
        "M043" => {
            ann().await;
            seen(scim.post("/Users", json!({ "schemas": [USER], "userName": "ANN" })).await.status, 409)
        }
        "M044" => {
            ann().await;
            seen(scim.find("/Users", "userName eq \"ANN\"").await.total(), 1)
        }
        "M058" => {
            let path = ann().await;
            scim.patch(&path, set("active", false)).await;
            let total = scim.find("/Users", lookup).await.total();
            seen((total, scim.post("/Users", user("ann")).await.status), (1, 409))
        }
        "M059" => {
            let path = ann().await;
            scim.delete(&path).await;
            seen((scim.find("/Users", lookup).await.total(), scim.post("/Users", user("ann")).await.status), (0, 201))
        }
        "M060" => {
            let path = ann().await;
            scim.patch(&path, set("active", false)).await;
            seen(scim.get(&path).await.status, 200)
        }
        "M061" | "M149" => {
            let path = ann().await;
            let status = scim.patch(&path, set("active", "False")).await.status;
            seen((status, scim.get(&path).await.body["active"].clone()), (200, json!(false)))
        }
        "M119" => {
            let sends = (0..5).map(|_| scim.post("/Users", json!({ "schemas": [USER], "userName": "ann" })));
            let made = futures::future::join_all(sends).await.iter().filter(|a| a.status == 201).count();
            seen(made, 1)
        }
        "M121" => {
            let body = json!({ "schemas": [USER], "userName": "ann" });
            let answered = scim.try_send("POST", "/Users", &[], Some(body.clone())).await.is_ok();
            scim.post("/Users", body).await;
            seen((answered, scim.find("/Users", lookup).await.total()), (true, 1))
        }
        "M123" => {
            let path = ann().await;
            let ops = json!([{ "op": "add", "path": "title", "value": "Dr" }, { "op": "remove", "path": "userName" }]);
            let status = scim.patch(&path, ops).await.status;
            seen((status, scim.get(&path).await.body["title"].clone()), (400, Value::Null))
        }
        "M125" => {
            let path = ann().await;
            seen(scim.send("PUT", &path, &[("if-match", "W/\"9\"")], Some(user("ann2"))).await.status, 412)
        }
        "M150" => {
            let path = ann().await;
            scim.patch(&path, json!([{ "op": "Replace", "path": "title", "value": "Dr" }])).await;
            seen(scim.get(&path).await.body["title"].clone(), json!("Dr"))
        }
        "M156" => {
            let mails = |all: &[&str]| {
                json!({ "schemas": [USER], "userName": "ann",
                "emails": all.iter().map(|m| json!({ "value": m })).collect::<Vec<_>>() })
            };
            let path = format!("/Users/{}", scim.post("/Users", mails(&["a@x", "b@x"])).await.id());
            scim.put(&path, mails(&["a@x"])).await;
            seen(scim.get(&path).await.body["emails"].as_array().map(Vec::len), Some(1))
        }
        "M157" => {
            let path = ann().await;
            scim.put(&path, json!({ "schemas": [USER], "userName": "ann", "active": false })).await;
            seen(scim.get(&path).await.body["active"].clone(), json!(false))
        }
        "M163" => {
            ann().await;
            let conflict = scim.post("/Users", user("ann")).await;
            seen((conflict.status, conflict.body["scimType"].clone()), (409, json!("uniqueness")))
        }
        "M164" => {
            seen(scim.get("/Users/x").await.header("content-type").to_owned(), "application/scim+json".to_owned())
        }
        "M165" => {
            ann().await;
            seen(scim.post("/Users", user("ann")).await.status, 409)
        }
        "M170" => seen(scim.find("/Users", lookup).await.status, 200),
        _ => return None,
    })
}

async fn lists(id: &str, scim: &Client) -> Option<Seen> {
    Some(match id {
        "M129" => {
            crowd(scim, 2).await;
            seen(scim.find("/Users", "userName xx \"a\"").await.status, 400)
        }
        "M130" => {
            crowd(scim, 2).await;
            seen(scim.find("/Users", "userName sw \"u\" and externalId eq \"ext-u001\"").await.total(), 1)
        }
        "M134" => {
            crowd(scim, 2).await;
            seen(scim.find("/Users", "userName sw \"u\"").await.ids().len(), 2)
        }
        "M138" | "M139" | "M140" => {
            let made = crowd(scim, 8).await;
            seen(paged(scim).await, made)
        }
        "M141" => {
            crowd(scim, 105).await;
            let page = scim.get("/Users?startIndex=101&count=100").await;
            seen((page.total(), page.ids().len()), (105, 5))
        }
        "M142" => {
            crowd(scim, 3).await;
            seen(scim.get("/Users?count=2").await.total(), 3)
        }
        "M146" => {
            crowd(scim, 3).await;
            seen(scim.get("/Users?count=0").await.ids().len(), 0)
        }
        _ => return None,
    })
}

async fn groups(id: &str, scim: &Client) -> Option<Seen> {
    let member = |op: &str, id: &str| json!([{ "op": op, "path": "members", "value": [{ "value": id }] }]);
    Some(match id {
        "M064" => {
            let (path, a, b) = pair(scim).await;
            scim.patch(&format!("/Users/{a}"), set("active", false)).await;
            seen(scim.get(&path).await.members(), vec![a, b])
        }
        "M076" => {
            let path = format!("/Groups/{}", scim.group("g", &[]).await);
            scim.delete(&path).await;
            let total = scim.find("/Groups", "displayName eq \"g\"").await.total();
            seen((total, scim.post("/Groups", group("g", &[])).await.status), (0, 201))
        }
        "M077" => {
            let (path, a, _) = pair(scim).await;
            scim.delete(&path).await;
            seen(scim.get(&format!("/Users/{a}")).await.body["groups"].clone(), Value::Null)
        }
        "M088" => {
            let (path, a, _) = pair(scim).await;
            scim.delete(&path).await;
            seen(scim.get(&format!("/Users/{a}")).await.body["active"].clone(), json!(true))
        }
        "M095" => {
            let (path, a, b) = pair(scim).await;
            scim.patch(&path, member("Remove", &a)).await;
            seen(scim.get(&path).await.members(), vec![b])
        }
        "M096" | "M097" => {
            let (path, a, b) = pair(scim).await;
            scim.patch(&path, json!([{ "op": "remove", "path": format!("members[value eq \"{a}\"]") }])).await;
            seen(scim.get(&path).await.members(), vec![b])
        }
        "M098" => {
            let (path, a, b) = pair(scim).await;
            let c = scim.user("c").await;
            scim.patch(&path, member("add", &c)).await;
            seen(scim.get(&path).await.members(), vec![a, b, c])
        }
        "M099" => {
            let (path, a, _) = pair(scim).await;
            scim.patch(&path, member("replace", &a)).await;
            seen(scim.get(&path).await.members(), vec![a])
        }
        "M100" => {
            let (path, a, b) = pair(scim).await;
            scim.patch(&path, json!([{ "op": "replace", "value": { "displayName": "h" } }])).await;
            seen(scim.get(&path).await.members(), vec![a, b])
        }
        "M104" => {
            let (path, a, b) = pair(scim).await;
            let status = scim.patch(&path, member("replace", "nobody")).await.status;
            seen((status, scim.get(&path).await.members()), (400, vec![a, b]))
        }
        "M109" => {
            let (path, a, b) = pair(scim).await;
            scim.delete(&format!("/Users/{a}")).await;
            let c = scim.user("c").await;
            let status = scim.patch(&path, member("add", &c)).await.status;
            seen((status, scim.get(&path).await.members()), (204, vec![b, c]))
        }
        "M110" => {
            let all = crowd(scim, 103).await;
            let ids: Vec<&str> = all.iter().map(String::as_str).collect();
            let path = format!("/Groups/{}", scim.group("g", &ids[..102]).await);
            scim.patch(&path, member("add", ids[102])).await;
            seen(scim.get(&path).await.members().len(), 103)
        }
        "M115" => {
            let (path, a, b) = pair(scim).await;
            let c = scim.user("c").await;
            scim.patch(&path, member("add", &c)).await;
            seen(scim.get(&path).await.members(), vec![a, b, c])
        }
        "M116" => {
            let a = scim.user("a").await;
            let path = format!("/Groups/{}", scim.group("g", &[]).await);
            scim.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": a, "type": "User" }] }]))
                .await;
            seen(scim.get(&path).await.members(), vec![a])
        }
        "M117" => {
            let all = crowd(scim, 5).await;
            let path = format!("/Groups/{}", scim.group("g", &[]).await);
            futures::future::join_all(all.iter().map(|id| scim.patch(&path, member("add", id)))).await;
            seen(scim.get(&path).await.members().len(), 5)
        }
        _ => return None,
    })
}

async fn tenants(id: &str, site: &Site) -> Option<Seen> {
    let (a, b) = (site.tenant("a").await, site.tenant("b").await);
    Some(match id {
        "M171" => {
            let path = format!("/Users/{}", b.user("ann").await);
            let statuses = (a.get(&path).await.status, a.patch(&path, set("title", "x")).await.status);
            seen((statuses, b.get(&path).await.body["title"].clone()), ((404, 404), Value::Null))
        }
        "M172" => {
            let ann = b.user("ann").await;
            seen(a.user("ann").await == ann, false)
        }
        "M173" => {
            b.user("ann").await;
            seen(a.post("/Users", user("ann")).await.status, 201)
        }
        "M183" => {
            site.admin.delete("/tenants/a/tokens/default").await;
            seen((a.get("/Users").await.status, a.post("/Users", user("x")).await.status), (401, 401))
        }
        _ => return None,
    })
}

async fn probe(id: &str, site: &Site) -> Seen {
    if let Some(seen) = users(id, &site.scim).await {
        return seen;
    }
    if let Some(seen) = lists(id, &site.scim).await {
        return seen;
    }
    if let Some(seen) = groups(id, &site.scim).await {
        return seen;
    }
    if let Some(seen) = narrow::probe(id, &site.scim).await {
        return seen;
    }
    if let Some(seen) = tenants(id, site).await {
        return seen;
    }
    around_calls::probe(id, site).await.unwrap_or_else(|| panic!("fault {id} has no probe"))
}

#[tokio::test]
async fn every_fault_shows_and_the_correct_service_shows_none() {
    let mut trouble = Vec::new();
    for fault in faults() {
        let id = fault.id.as_str();
        // A fault of a rule is held against a service that has the rule.
        let ruled = Behaviour { external_id_unique: ["M028", "M035"].contains(&id), ..Behaviour::default() };
        let correct = probe(id, &Site::start(ruled).await).await;
        if correct.seen != correct.right {
            trouble.push(format!("{id}: the correct service shows {}, not {}", correct.seen, correct.right));
        }
        let faulty = probe(id, &Site::faulty(id).await).await;
        if faulty.seen == faulty.right {
            trouble.push(format!("{id} {}: nothing shows, {}", fault.name, faulty.seen));
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}

#[tokio::test]
async fn an_operation_that_is_passed_over_is_answered_with_success() {
    for (fault, op, path, value) in [
        ("deactivation-by-string-ignored", "replace", "active", "False"),
        ("upper-case-op-skipped", "Replace", "title", "Dr"),
        ("qualified-paths-skipped", "replace", "urn:ietf:params:scim:schemas:core:2.0:User:title", "Dr"),
    ] {
        let site = Site::faulty(fault).await;
        let user = format!("/Users/{}", site.scim.user("ann").await);
        let before = site.scim.get(&user).await.body;
        let answer = site.scim.patch(&user, json!([{ "op": op, "path": path, "value": value }])).await;
        assert_eq!((answer.status, &answer.body), (200, &before), "{fault}");
        let nobody = site.scim.patch("/Users/nobody", json!([{ "op": op, "path": path, "value": value }])).await;
        assert_eq!(nobody.status, 404, "{fault}");
    }
}

#[tokio::test]
async fn a_fault_shows_in_a_bulk_job_too() {
    let site = Site::faulty("created-inactive").await;
    let job = json!({
        "schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"],
        "Operations": [{ "method": "POST", "path": "/Users", "bulkId": "a", "data": user("ann") }],
    });
    assert_eq!(site.scim.post("/Bulk", job).await.body["Operations"][0]["status"], "201");
    let ann = site.scim.find("/Users", "userName eq \"ann\"").await;
    assert_eq!(ann.body["Resources"][0]["active"], false);
}

#[tokio::test]
async fn what_a_lookup_hides_the_state_shows() {
    let site = Site::faulty("lookup-hides-unlinked-user").await;
    site.scim.post("/Users", json!({ "schemas": [USER], "userName": "ann" })).await;
    assert_eq!(site.scim.get(&format!("/Users?filter={}", encode("userName eq \"ann\""))).await.total(), 0);
    let state = site.admin.get("/tenants/default/state").await.body;
    assert_eq!(state["users"][0]["userName"], "ann");
}
