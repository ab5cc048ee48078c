//! The probes of faults that a single report tells of.

use super::around_calls::{add, made, mailed, named, pathless};
use super::{Seen, seen, set};
use crate::support::{Client, GROUP, Site, USER, user};
use serde_json::{Value, json};

pub(super) async fn probe(id: &str, site: &Site) -> Option<Seen> {
    let scim = &site.tenant("single").await;
    let status = async |body: Value| scim.post("/Users", body).await.status;
    Some(match id {
        "M034" => {
            status(mailed("a", "x@example.com")).await;
            seen(status(mailed("b", "x@example.com")).await, 201)
        }
        "M036" => {
            scim.delete(&made(scim, named("a")).await).await;
            let again = scim.post("/Users", named("a")).await;
            seen(again.header("location").ends_with(&again.id()), true)
        }
        "M042" => {
            made(scim, named("a")).await;
            let b = made(scim, named("b")).await;
            seen(scim.patch(&b, set("userName", "a")).await.status, 409)
        }
        "M046" => {
            made(scim, named("Ada")).await;
            seen(scim.find("/Users", "userName eq \"Ada\"").await.total(), 1)
        }
        "M047" => {
            let a = made(scim, mailed("a", "x@example.com")).await;
            seen(scim.put(&a, mailed("a", "X@example.com")).await.status, 200)
        }
        "M051" => {
            made(scim, named("a")).await;
            seen(scim.post("/Users", named("a")).await.body["status"].clone(), json!("409"))
        }
        "M055" => {
            made(scim, named("ren\u{e9}e")).await;
            seen(status(named("rene\u{301}e")).await, 409)
        }
        "M057" => seen(status(json!({ "schemas": [USER] })).await, 400),
        "M078" | "M084" | "M085" | "M089" | "M093" | "M101" | "M114" => return groups(id, site).await,
        "M159" => {
            let a = made(scim, named("a")).await;
            scim.patch(&a, pathless(&json!({ "id": "other" }))).await;
            seen(scim.get(&a).await.status, 200)
        }
        "M162" => {
            let body = json!({ "schemas": [USER], "userName": "a", "name": { "givenName": "A", "nothing": "x" } });
            let a = made(scim, body).await;
            seen(scim.get(&a).await.body["name"]["nothing"].clone(), Value::Null)
        }
        "M169" => {
            let media = [("content-type", "application/scim+json; charset=utf-8")];
            seen(scim.send("POST", "/Users", &media, Some(named("a"))).await.status, 201)
        }
        "M179" => {
            let deep = format!("{}title pr{}", "(".repeat(200), ")".repeat(200));
            seen(scim.find("/Users", &deep).await.status, 400)
        }
        "M180" => {
            let (a, b) = (made(scim, named("a")).await, made(scim, named("b")).await);
            scim.patch(&a, set("__proto__.title", "x")).await;
            seen(scim.get(&b).await.body["title"].clone(), Value::Null)
        }
        "M062" => {
            let a = made(scim, named("a")).await;
            scim.patch(&a, set("active", false)).await;
            let signs_in = site.admin.post("/tenants/single/sign-in", json!({ "userName": "a" })).await;
            seen(signs_in.status, 403)
        }
        "M147" => {
            for (name, active) in [("a", true), ("b", false), ("c", true), ("d", false)] {
                status(json!({ "schemas": [USER], "userName": name, "active": active })).await;
            }
            let pages = [1, 3].map(|start| format!("/Users?startIndex={start}&count=2"));
            let (one, two) = (scim.get(&pages[0]).await.ids(), scim.get(&pages[1]).await.ids());
            seen(one.iter().chain(&two).collect::<std::collections::BTreeSet<_>>().len(), 4)
        }
        "M168" => {
            let a = made(scim, named("a")).await;
            let read = scim.send("GET", &a, &[("x-forwarded-host", "elsewhere.example")], None).await;
            seen(read.text.contains("elsewhere.example"), false)
        }
        "M176" => {
            let a = made(&site.tenant("other").await, named("a")).await;
            seen(scim.send("GET", &a, &[("x-tenant-id", "other")], None).await.status, 404)
        }
        "M182" => {
            let stranger = Client { token: "unknown-and-long".to_owned(), ..scim.clone() };
            seen(stranger.get("/Users").await.text.contains("unknown-and-long"), false)
        }
        "M198" => {
            made(scim, named("a")).await;
            seen(site.admin.delete("/tenants/single/people/a").await.status, 204)
        }
        "M207" => {
            made(scim, named("a")).await;
            site.admin.delete("/tenants/single/people/a").await;
            seen(scim.find("/Users", "userName eq \"a\"").await.total(), 0)
        }
        "M199" => {
            let account = json!({ "userName": "root", "email": "r@x", "admin": true, "builtin_sign_in": true });
            site.admin.post("/tenants/single/accounts", account).await;
            site.admin.post("/tenants/single/cleanup", json!({})).await;
            let signs_in = site.admin.post("/tenants/single/sign-in", json!({ "userName": "root" })).await;
            seen(signs_in.status, 200)
        }
        _ => return None,
    })
}

async fn groups(id: &str, site: &Site) -> Option<Seen> {
    let scim = site.tenant("single-groups").await;
    let ann = scim.post("/Users", user("ann")).await.id();
    let (own, other) = (scim.group("a b", &[&ann]).await, scim.group("other", &[&ann]).await);
    let path = format!("/Groups/{own}");
    Some(match id {
        "M078" => {
            scim.patch(&path, set("displayName", "new")).await;
            seen(scim.get(&path).await.body["displayName"].clone(), json!("new"))
        }
        "M084" => {
            let twin = scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "A B " })).await;
            let created = twin.status < 300;
            if created {
                scim.delete(&format!("/Groups/{}", twin.id())).await;
            }
            seen(scim.patch(&format!("/Groups/{other}"), set("displayName", "A B ")).await.status < 300, created)
        }
        "M085" => {
            scim.group("a-b", &[]).await;
            seen(scim.find("/Groups", "displayName eq \"a b\"").await.total(), 1)
        }
        "M089" => {
            scim.delete(&path).await;
            seen(scim.get(&path).await.status, 404)
        }
        "M093" => {
            scim.patch(&path, add(&own)).await;
            seen(scim.get(&path).await.status, 200)
        }
        "M101" => {
            let body = json!({ "schemas": [GROUP], "displayName": "a b", "members": [{ "value": ann }] });
            scim.put(&path, body).await;
            seen(scim.members_of(&own).await, vec![ann])
        }
        "M114" => {
            let bob = scim.user("bob").await;
            scim.patch(&format!("/Groups/{other}"), add(&bob)).await;
            let groups = scim.get(&format!("/Users/{bob}")).await.body["groups"].as_array().map_or(0, Vec::len);
            seen(groups, 1)
        }
        _ => return None,
    })
}
