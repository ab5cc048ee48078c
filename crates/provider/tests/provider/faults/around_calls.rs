//! The probes of most faults that are put around a call.

use super::{Seen, crowd, pair, seen, set};
use crate::support::{Client, GROUP, Site, USER, group, user};
use serde_json::{Value, json};

pub(super) fn named(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": name })
}

pub(super) fn mailed(name: &str, mail: &str) -> Value {
    json!({ "schemas": [USER], "userName": name, "emails": [{ "value": mail, "type": "work" }] })
}

pub(super) async fn made(scim: &Client, body: Value) -> String {
    format!("/Users/{}", scim.post("/Users", body).await.id())
}

pub(super) fn pathless(value: &Value) -> Value {
    json!([{ "op": "replace", "value": value }])
}

pub(super) fn add(id: &str) -> Value {
    json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])
}

fn remove(filter: &str) -> Value {
    json!([{ "op": "remove", "path": format!("members[{filter}]") }])
}

async fn creates(id: &str, scim: &Client) -> Option<Seen> {
    let post = async |body: Value| scim.post("/Users", body).await.status;
    Some(match id {
        "M002" => {
            let ann = scim.user("ann@one").await;
            seen(scim.post("/Users", named("ann@two")).await.id() == ann, false)
        }
        "M018" | "M023" | "M052" => {
            scim.user("ann").await;
            seen(post(json!({ "schemas": [USER], "userName": "ann", "externalId": "new" })).await, 409)
        }
        "M026" => {
            scim.user("ann").await;
            let body = json!({ "schemas": [GROUP], "displayName": "g", "externalId": "ext-ann" });
            seen(scim.post("/Groups", body).await.status, 201)
        }
        "M029" => {
            let empty = |name: &str| json!({ "schemas": [USER], "userName": name, "externalId": "" });
            seen((post(empty("ann")).await, post(empty("bob")).await), (201, 201))
        }
        "M032" => {
            let path = made(scim, named("ann.b")).await;
            seen(scim.get(&path).await.body["userName"].clone(), json!("ann.b"))
        }
        "M066" => seen(scim.post("/Users", named("ann")).await.body["active"].clone(), json!(true)),
        "M068" => {
            let path = made(scim, named("ann")).await;
            scim.delete(&path).await;
            seen(made(scim, named("ann")).await == path, false)
        }
        "M069" => {
            let path = made(scim, user("ann")).await;
            scim.patch(&path, set("active", false)).await;
            seen(post(json!({ "schemas": [USER], "userName": "ann", "externalId": "new" })).await, 409)
        }
        "M120" => seen(post(named("ann")).await, 201),
        "M122" => {
            let path = made(scim, user("ann")).await;
            post(named("ann")).await;
            seen(scim.get(&path).await.body["externalId"].clone(), json!("ext-ann"))
        }
        "M155" => {
            seen(post(json!({ "schemas": [USER], "userName": "ann", "addresses": [{ "locality": "x" }] })).await, 201)
        }
        "M197" => {
            let path = made(scim, user("ann")).await;
            scim.delete(&path).await;
            seen(post(json!({ "schemas": [USER], "userName": "bob", "externalId": "ext-ann" })).await, 201)
        }
        _ => return None,
    })
}

async fn changes(id: &str, scim: &Client) -> Option<Seen> {
    let path = match id {
        "M002" => return None,
        _ => made(scim, user("ann")).await,
    };
    let now = async |name: &str| scim.get(&path).await.body[name].clone();
    Some(match id {
        "M008" => {
            scim.patch(&path, set("externalId", "new")).await;
            seen(scim.get(&path).await.status, 200)
        }
        "M011" => seen(scim.patch("/Users/nobody", set("title", "x")).await.status, 404),
        "M014" => {
            scim.patch(&path, set("roles", json!([{ "value": "auditor" }]))).await;
            scim.patch(&path, set("active", false)).await;
            seen(now("roles").await[0]["value"].clone(), json!("auditor"))
        }
        "M027" => {
            scim.put(&path, named("ann")).await;
            seen(now("externalId").await, Value::Null)
        }
        "M030" => seen(scim.get("/Users/ext-ann").await.status, 404),
        "M035" => {
            let bob = made(scim, user("bob")).await;
            scim.patch(&bob, set("active", false)).await;
            seen(scim.patch(&path, set("externalId", "ext-bob")).await.status, 409)
        }
        "M038" | "M039" => {
            scim.patch(&path, set("userName", "eve")).await;
            seen((now("userName").await, now("active").await), (json!("eve"), json!(true)))
        }
        "M049" | "M050" | "M053" => {
            let id = path.rsplit('/').next().unwrap_or_default().to_owned();
            let group = scim.group("g", &[&id]).await;
            if id.is_empty() || scim.members_of(&group).await.is_empty() {
                return None;
            }
            let same = scim.get(&path).await.body;
            scim.put(&path, same).await;
            scim.patch(&path, set("emails", json!([{ "value": "a@x" }]))).await;
            seen((scim.members_of(&group).await.len(), now("emails").await[0]["value"].clone()), (1, json!("a@x")))
        }
        "M065" => {
            scim.patch(&path, set("active", false)).await;
            scim.patch(&path, set("title", "x")).await;
            seen(now("active").await, json!(false))
        }
        "M067" | "M126" | "M158" => {
            let off = scim.patch(&path, set("active", false)).await.status;
            seen((off, scim.patch(&path, set("active", true)).await.status), (200, 200))
        }
        "M070" => {
            scim.delete(&path).await;
            seen((scim.get(&path).await.status, scim.get("/Users").await.total()), (404, 0))
        }
        "M071" => {
            scim.delete(&path).await;
            seen(scim.delete(&path).await.status, 404)
        }
        "M075" => {
            scim.patch(&path, pathless(&json!({ "title": "x" }))).await;
            seen(now("externalId").await, json!("ext-ann"))
        }
        "M111" => {
            scim.patch(&path, set(&format!("{USER}:title"), "x")).await;
            seen(now("title").await, json!("x"))
        }
        "M124" => {
            let two = json!([{ "op": "replace", "path": "title", "value": "1" },
                { "op": "replace", "path": "title", "value": "2" }]);
            scim.patch(&path, two).await;
            seen(now("title").await, json!("2"))
        }
        "M127" => seen(scim.put(&path, user("ann")).await.status, 200),
        "M151" => {
            scim.patch(&path, json!([{ "op": "add", "path": "emails[type eq \"work\"].value", "value": "a@x" }])).await;
            seen(now("emails").await[0]["type"].clone(), json!("work"))
        }
        "M152" => {
            let name = format!("{USER}:title");
            scim.patch(&path, pathless(&json!({ name: "x" }))).await;
            seen(now("title").await, json!("x"))
        }
        "M153" => {
            let manager = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager";
            seen(scim.patch(&path, set(manager, "26118915")).await.status, 200)
        }
        "M154" => seen(scim.patch(&path, set("favouriteColour", "red")).await.status, 400),
        "M160" => {
            scim.patch(&path, set("active", false)).await;
            scim.patch(&path, set("active", json!([false]))).await;
            seen(now("active").await, json!(false))
        }
        "M166" => seen(scim.get("/Users/nobody").await.body["scimType"].clone(), Value::Null),
        "M178" => seen(now("password").await, Value::Null),
        "M201" => seen(scim.delete(&path).await.status, 204),
        _ => return None,
    })
}

async fn lookups(id: &str, scim: &Client) -> Option<Seen> {
    let total = async |filter: &str| scim.find("/Users", filter).await.total();
    Some(match id {
        "M007" => {
            scim.user("ann").await;
            seen(total("externalId eq \"ext-ann\"").await, 1)
        }
        "M016" => {
            scim.user("ann").await;
            seen(total("active eq true").await, 1)
        }
        "M021" => {
            let ann = scim.user("ann").await;
            scim.group("g", &[&ann]).await;
            scim.group("h", &[&ann]).await;
            seen(scim.get("/Users").await.ids().len(), 1)
        }
        "M022" => {
            scim.post("/Users", mailed("ann", "a@x")).await;
            scim.post("/Users", mailed("bob", "a@x")).await;
            seen(total("emails.value eq \"a@x\"").await, 2)
        }
        "M031" | "M135" => seen(scim.find("/Users", "favouriteColour eq \"red\"").await.status, 400),
        "M045" => {
            scim.user("ann").await;
            seen(total("userName eq \"ANN\" and active eq true").await, 1)
        }
        "M048" => {
            scim.post("/Users", mailed("ann", "a@x")).await;
            seen(total("userName eq \"a@x\"").await, 0)
        }
        "M054" => seen(scim.find("/Users", "userName eq \"renée\"").await.status, 200),
        "M056" | "M131" => {
            scim.user("a+eq").await;
            seen(total("userName eq \"a+eq\"").await, 1)
        }
        "M090" => {
            scim.user("a\"b").await;
            seen(total("userName eq \"a\\\"b\"").await, 1)
        }
        "M132" => {
            scim.user("axb").await;
            seen(total("userName eq \"a_b\"").await, 0)
        }
        "M133" => {
            scim.post("/Users", mailed("ann", "a@x")).await;
            seen(total("emails[type eq \"work\"]").await, 1)
        }
        "M136" => {
            crowd(scim, 101).await;
            seen(total("userName sw \"u\"").await, 101)
        }
        "M137" => {
            scim.user("ann").await;
            seen(total("userName EQ \"ann\"").await, 1)
        }
        "M143" => {
            scim.user("ann").await;
            seen(scim.get("/Users?count=9").await.body["itemsPerPage"].clone(), json!(1))
        }
        "M144" => {
            scim.post("/Users", named("ann")).await;
            seen(scim.get("/Users").await.ids().len(), 1)
        }
        "M148" => seen(scim.get("/Users").await.total(), 0),
        "M167" => seen(scim.find("/Users", "userName eq \"ann\"").await.status, 200),
        "M187" => {
            scim.user("ann").await;
            seen(total("userName eq \"x' OR '1'='1\"").await, 0)
        }
        _ => return None,
    })
}

async fn groups(id: &str, scim: &Client) -> Option<Seen> {
    let (path, a, b) = pair(scim).await;
    let found = async |name: &str| scim.find("/Groups", &format!("displayName eq \"{name}\"")).await.total();
    Some(match id {
        "M072" => {
            scim.patch(&path, remove(&format!("value eq \"{a}\""))).await;
            seen(scim.get(&format!("/Users/{a}")).await.body["active"].clone(), json!(true))
        }
        "M079" | "M082" => {
            scim.patch(&path, set("displayName", "h")).await;
            seen((found("g").await, found("h").await), (0, 1))
        }
        "M080" => {
            scim.delete(&path).await;
            let again = scim.group("g", &[]).await;
            seen(scim.members_of(&again).await.len(), 0)
        }
        "M083" => {
            let other = scim.group("h", &[]).await;
            seen(path.ends_with(&other), false)
        }
        "M091" => {
            let other = scim.group("h", &[&a]).await;
            seen(scim.members_of(&other).await.len(), 1)
        }
        "M092" | "M205" => seen(scim.post("/Groups", group("g", &[])).await.status, 409),
        "M102" => {
            let (c, d) = (scim.user("c").await, scim.user("d").await);
            let other = scim.group("h", &[&a, &b, &c, &d]).await;
            scim.patch(&format!("/Groups/{other}"), remove(&format!("value eq \"{a}\" or value eq \"{b}\""))).await;
            seen(scim.members_of(&other).await, vec![c, d])
        }
        "M105" | "M106" => seen(scim.patch(&path, add("nobody")).await.status, 400),
        "M107" => {
            scim.patch(&path, add(&a)).await;
            seen(scim.get(&path).await.members(), vec![a, b])
        }
        "M108" => seen(scim.patch(&path, remove("value eq \"nobody\"")).await.status, 204),
        "M113" => {
            scim.delete(&format!("/Users/{a}")).await;
            let again = scim.user("a").await;
            seen(scim.patch(&path, add(&again)).await.status, 204)
        }
        "M161" => {
            let c = scim.user("c").await;
            let value = json!([{ "value": c, "$ref": format!("../Users/{c}") }]);
            seen(scim.patch(&path, json!([{ "op": "add", "path": "members", "value": value }])).await.status, 204)
        }
        "M189" => {
            let answer = scim.get("/Groups?filter=displayName%20eq%20%22g%22&excludedAttributes=members").await;
            seen(answer.body["Resources"][0]["members"].clone(), Value::Null)
        }
        "M190" => {
            let ann = scim.get(&format!("/Users/{a}")).await.body;
            seen(ann["groups"][0]["members"].clone(), Value::Null)
        }
        "M191" => {
            let all = crowd(scim, 101).await;
            let value: Vec<Value> = all.iter().map(|id| json!({ "value": id })).collect();
            scim.patch(&path, json!([{ "op": "add", "path": "members", "value": value }])).await;
            seen(scim.get(&path).await.members().len(), 103)
        }
        _ => return None,
    })
}

/// Local accounts and tokens, where the admin API is needed.
async fn doors(id: &str, site: &Site) -> Option<Seen> {
    let local = async || {
        let body = json!({ "userName": "ann", "email": "ann@x" });
        let answer = site.admin.post("/tenants/default/accounts", body).await;
        assert!(answer.status < 300, "{answer:?}");
        answer
    };
    let stranger = |token: &'static str| Client { token: String::new(), ..site.scim.clone() }.with_header(token);
    Some(match id {
        "M004" => {
            let client = site.tenant("doors").await;
            site.admin.delete("/tenants/doors/tokens/default").await;
            seen(client.get("/Users").await.status, 401)
        }
        "M019" | "M177" => {
            local().await;
            seen(site.scim.post("/Users", named("ann")).await.status, 409)
        }
        "M037" => {
            local().await;
            let ann = site.scim.find("/Users", "userName eq \"ann\"").await.ids();
            let group = site.scim.group("g", &[&ann[0]]).await;
            seen(site.scim.members_of(&group).await, ann)
        }
        "M174" => seen(stranger("Bearer").await, 401),
        "M175" => seen(stranger("Bearer a.b.c").await, 401),
        "M184" => seen(stranger("Bearer unknown").await, 401),
        _ => return None,
    })
}

impl Client {
    /// The status that a read with this Authorization header is answered.
    async fn with_header(self, value: &str) -> u16 {
        self.send("GET", "/Users", &[("authorization", value)], None).await.status
    }
}

pub(super) async fn probe(id: &str, site: &Site) -> Option<Seen> {
    if let Some(seen) = doors(id, site).await {
        return Some(seen);
    }
    if let Some(seen) = super::single_reports::probe(id, site).await {
        return Some(seen);
    }
    if let Some(seen) = creates(id, &site.scim).await {
        return Some(seen);
    }
    if let Some(seen) = lookups(id, &site.scim).await {
        return Some(seen);
    }
    // What changes and groups need is made before they look, so each asks on a tenant of its own.
    let scim = site.tenant("changes").await;
    if let Some(seen) = changes(id, &scim).await {
        return Some(seen);
    }
    groups(id, &site.tenant("groups").await).await
}
