//! Tenants, tokens and operator actions of the embedded provider.

use crate::support::{Client, Site, group, user};
use provider::{
    AccessRules, Behaviour, CleanedGroups, CleanedLinks, CleanedUsers, CleanupRules, Clock, LeftBehind, LocalAccounts,
    LocalMatch, Scheme, Settings,
};
use serde_json::{Map, Value, json};

#[tokio::test]
async fn tenants_know_nothing_of_each_other() {
    let site = Site::correct().await;
    let (a, b) = (site.tenant("a").await, site.tenant("b").await);
    assert!(a.base.ends_with("/t/a/scim/v2"));
    let id = a.user("ann").await;
    let g = a.group("g", &[&id]).await;
    assert_eq!(b.get(&format!("/Users/{id}")).await.status, 404);
    assert_eq!(b.delete(&format!("/Users/{id}")).await.status, 404);
    assert_eq!(b.get(&format!("/Groups/{g}")).await.status, 404);
    assert_eq!(b.get("/Users").await.total(), 0);
    assert_eq!(b.post("/Groups", group("g", &[&id])).await.status, 400);
    let crossed = Client { token: a.token.clone(), ..b.clone() };
    assert_eq!(crossed.get("/Users").await.status, 401);
    assert_ne!(b.user("ann").await, id);
    assert_eq!(a.get(&format!("/Users/{id}")).await.body["meta"]["location"], format!("{}/Users/{id}", a.base));
}

#[tokio::test]
async fn the_same_requests_give_the_same_bytes() {
    let mut runs = Vec::new();
    for _ in 0..2 {
        let site = Site::correct().await;
        let mut said = String::new();
        let tenant = site.tenant("t").await;
        let ann = tenant.user("ann").await;
        let g = tenant.group("g", &[&ann]).await;
        tenant.patch(&format!("/Users/{ann}"), json!([{ "op": "replace", "path": "active", "value": false }])).await;
        for path in [format!("/Users/{ann}"), format!("/Groups/{g}"), "/Users".into(), "/ServiceProviderConfig".into()]
        {
            said += &tenant.get(&path).await.text;
        }
        runs.push(said.replace(&site.running.addr.to_string(), "host"));
        site.running.stop().await;
    }
    assert_eq!(runs[0], runs[1]);
}

#[tokio::test]
async fn tenants_are_made_and_deleted_by_the_admin_alone() {
    let site = Site::correct().await;
    let stranger = Client { token: site.scim.token.clone(), ..site.admin.clone() };
    assert_eq!(stranger.post("/tenants", json!({ "name": "x" })).await.status, 401);
    let t = site.tenant("t").await;
    let id = t.user("ann").await;
    assert_eq!(site.admin.post("/tenants", json!({ "name": "t" })).await.status, 409);
    for name in ["", "A", "a/b", &"x".repeat(81)] {
        assert_eq!(site.admin.post("/tenants", json!({ "name": name })).await.status, 400, "{name:?}");
    }
    assert_eq!(site.admin.delete("/tenants/t").await.status, 204);
    assert_eq!(site.admin.delete("/tenants/t").await.status, 404);
    assert_eq!(t.get("/Users").await.status, 404);
    let again = site.tenant("t").await;
    assert_eq!(again.get("/Users").await.total(), 0);
    assert_eq!(again.user("ann").await, id, "a fresh tenant repeats its ids");
    assert_eq!(site.admin.get("/nothing").await.status, 404);
}

/// Whether a value is what a schema of the document asks for, in the words that the document uses.
fn fits(value: &Value, schema: &Value) -> bool {
    let types: Vec<&str> = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect(),
        one => one.as_str().into_iter().collect(),
    };
    let of_type = |name: &&str| match *name {
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "boolean" => value.is_boolean(),
        "object" => value.is_object(),
        "null" => value.is_null(),
        other => panic!("{other} is no type of the document"),
    };
    if !types.is_empty() && !types.iter().any(of_type) {
        return false;
    }
    let listed = schema["enum"].as_array().is_none_or(|all| all.contains(value));
    let text = value.as_str().is_none_or(|text| {
        let length = text.chars().count() as u64;
        let pattern = match schema["pattern"].as_str() {
            None => true,
            Some("^[^:]+$") => !text.is_empty() && !text.contains(':'),
            Some("^[a-z0-9-]+$") => text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'),
            Some(other) => panic!("{other} is no pattern of the document"),
        };
        schema["minLength"].as_u64().is_none_or(|least| length >= least)
            && schema["maxLength"].as_u64().is_none_or(|most| length <= most)
            && pattern
    });
    let number = value.as_i64().is_none_or(|n| {
        schema["minimum"].as_i64().is_none_or(|least| n >= least) && schema["maximum"].as_i64().is_none_or(|m| n <= m)
    });
    let members = value.as_object().is_none_or(|object| {
        let known = |(name, value): (&String, &Value)| match schema["properties"].get(name) {
            Some(inner) => fits(value, inner),
            None => schema["additionalProperties"] != false,
        };
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        object.iter().all(known) && required.iter().filter_map(Value::as_str).all(|name| object.contains_key(name))
    });
    listed && text && number && members
}

#[tokio::test]
async fn the_document_allows_what_the_service_takes_and_no_more() {
    let document: Value = serde_json::from_str(include_str!("../../../../docs/admin-api.openapi.json")).unwrap();
    let access = AccessRules {
        schemes: vec![Scheme::Bearer, Scheme::Basic, Scheme::ClientCredentials],
        ..AccessRules::default()
    };
    let site = Site::start(Behaviour { access, ..Behaviour::default() }).await;
    let ann = site.scim.user("ann").await;
    let group = site.scim.group("g", &[]).await;
    let own = site.admin.post("/tenants/default/product-groups", json!({ "name": "own" })).await.id();
    let odd =
        [json!(""), json!("x"), json!("A/b"), json!("a:b"), json!("x".repeat(81)), json!(null), json!(-1), json!(0)];
    let odd: Vec<Value> =
        odd.into_iter().chain([json!(4_294_967_296_u64), json!(true), json!([]), json!({})]).collect();
    let mut tried = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap().iter().filter(|(name, _)| *name != "parameters") {
            let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
            let Some(properties) = schema["properties"].as_object() else { continue };
            let own_path = if path.starts_with("/tenants/{tenant}/groups") { &group } else { &own };
            let at = path.replace("{tenant}", "default").replace("{name}", "ann").replace("{id}", own_path);
            let good = |name: &str| match properties[name]["type"].as_str() {
                Some("boolean") => json!(true),
                Some("integer") => json!(1),
                _ if name == "userName" && !path.ends_with("accounts") && !path.ends_with("people") => json!("ann"),
                _ => json!(format!("{name}-{tried}").to_lowercase()),
            };
            let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
            let body: Map<String, Value> =
                required.iter().filter_map(Value::as_str).map(|name| (name.to_owned(), good(name))).collect();
            let with = |name: &str, value: &Value| {
                let mut other = body.clone();
                other.insert(name.to_owned(), value.clone());
                Value::Object(other)
            };
            let mut bodies = vec![json!({}), json!([]), with("stranger", &json!(1))];
            bodies.extend(
                properties.keys().flat_map(|name| odd.iter().map(|value| with(name, value)).collect::<Vec<_>>()),
            );
            for body in bodies {
                tried += 1;
                let answer = if method == "put" {
                    site.admin.put(&at, body.clone()).await
                } else {
                    site.admin.post(&at, body.clone()).await
                };
                let taken = answer.status != 400;
                assert_eq!(taken, fits(&body, schema), "{method} {path} {body}: {answer:?}");
            }
        }
    }
    assert!(tried > 200 && !ann.is_empty(), "{tried}");
}

#[tokio::test]
async fn what_the_admin_api_does_not_take_says_what_it_takes() {
    let site = Site::correct().await;
    for (path, allow) in [("/tenants", "POST"), ("/overview", "GET, HEAD"), ("/tenants/default", "DELETE")] {
        let answer = site.admin.put(path, json!({})).await;
        assert_eq!(
            (answer.status, answer.headers.get("allow").and_then(|v| v.to_str().ok())),
            (405, Some(allow)),
            "{path}"
        );
    }
    for query in ["wait=-1", "since=-1", "wait=soon", "since=1.5"] {
        assert_eq!(site.admin.get(&format!("/exchanges?{query}")).await.status, 400, "{query}");
    }
    assert_ne!(site.admin.get("/exchanges?since=0&wait=0").await.status, 400);
}

#[tokio::test]
async fn tokens_come_and_go() {
    let site = Site::correct().await;
    let t = site.tenant("t").await;
    let made = site.admin.post("/tenants/t/tokens", json!({ "name": "second" })).await;
    assert_eq!(made.status, 201);
    let second = Client { token: made.body["token"].as_str().unwrap().into(), ..t.clone() };
    assert_eq!(second.get("/Users").await.status, 200);
    assert_eq!(site.admin.post("/tenants/t/tokens", json!({ "name": "second" })).await.status, 409);
    assert_eq!(site.admin.delete("/tenants/t/tokens/second").await.status, 204);
    assert_eq!(second.get("/Users").await.status, 401);
    assert_eq!(t.get("/Users").await.status, 200);
    assert_eq!(site.admin.delete("/tenants/t/tokens/second").await.status, 404);
    assert_eq!(site.admin.post("/tenants/t/tokens", json!({ "name": "second" })).await.status, 201);
    assert_eq!(site.admin.post("/tenants/none/tokens", json!({ "name": "x" })).await.status, 404);
}

#[tokio::test]
async fn a_local_account_is_found_and_in_the_way() {
    let account = json!({ "userName": "root", "email": "root@x", "admin": true, "builtin_sign_in": true });
    let site = Site::correct().await;
    let made = site.admin.post("/tenants/default/accounts", account.clone()).await;
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(site.scim.find("/Users", "userName eq \"root\"").await.total(), 1);
    assert_eq!(site.scim.post("/Users", user("root")).await.status, 409);
    assert_eq!(site.admin.post("/tenants/default/accounts", account.clone()).await.status, 409);
    let hidden = Behaviour { local_accounts: LocalAccounts::Hidden, ..Behaviour::default() };
    let site = Site::start(hidden).await;
    let id = site.admin.post("/tenants/default/accounts", account).await.id();
    assert_eq!(site.scim.get("/Users").await.total(), 0);
    assert_eq!(site.scim.get(&format!("/Users/{id}")).await.status, 404);
    assert_eq!(site.scim.post("/Users", user("root")).await.status, 201);
}

#[tokio::test]
async fn a_cleanup_is_what_the_product_makes_of_it() {
    let account = |name: &str, admin: bool, builtin: bool| json!({ "userName": name, "email": "x@x", "admin": admin, "builtin_sign_in": builtin });
    let cases = [
        (LeftBehind::LocalAdminWithSignIn, account("root", true, false), 409),
        (LeftBehind::LocalAdmin, account("root", true, false), 200),
        (LeftBehind::LocalAdminWithSignIn, account("root", false, true), 409),
        (LeftBehind::LocalSignIn, account("root", false, true), 200),
        (LeftBehind::LocalAdminWithSignIn, account("root", true, true), 200),
    ];
    for (needs, account, status) in cases {
        let cleanup = CleanupRules {
            needs,
            users: CleanedUsers::Kept,
            links: CleanedLinks::Kept,
            groups: CleanedGroups::Kept,
            ..CleanupRules::default()
        };
        let site = Site::start(Behaviour { cleanup, ..Behaviour::default() }).await;
        let ann = site.scim.user("ann").await;
        site.scim.group("g", &[&ann]).await;
        site.admin.post("/tenants/default/accounts", account).await;
        let before = site.scim.get(&format!("/Users/{ann}")).await.body["externalId"].clone();
        assert_eq!(site.admin.post("/tenants/default/cleanup", json!({})).await.status, status, "{needs:?}");
        let after = site.scim.get(&format!("/Users/{ann}")).await.body;
        assert_eq!((&after["active"], &after["externalId"]), (&json!(true), &before));
        assert_eq!(site.scim.get("/Groups").await.total(), 1);
    }
    let cleanup = CleanupRules { needs: LeftBehind::Nobody, users: CleanedUsers::Removed, ..CleanupRules::default() };
    let site = Site::start(Behaviour { cleanup, ..Behaviour::default() }).await;
    site.scim.user("ann").await;
    assert_eq!(site.admin.post("/tenants/default/cleanup", json!({})).await.status, 200);
    assert_eq!(site.scim.get("/Users").await.total(), 0);
}

#[tokio::test]
async fn a_matched_local_account_is_provisioned_where_the_product_has_it_so() {
    let root = json!({ "userName": "root", "email": "root@x", "admin": true, "builtin_sign_in": true });
    for (local_match, status) in [(LocalMatch::StaysLocal, 200), (LocalMatch::Provisioned, 409)] {
        let mut behaviour = Behaviour::default();
        behaviour.users.local_match = local_match;
        let site = Site::start(behaviour).await;
        let id = site.admin.post("/tenants/default/accounts", root.clone()).await.id();
        let link = json!([{ "op": "add", "path": "externalId", "value": "00u1" }]);
        assert_eq!(site.scim.patch(&format!("/Users/{id}"), link).await.status, 200);
        assert_eq!(site.admin.post("/tenants/default/cleanup", json!({})).await.status, status, "{local_match:?}");
    }
}

#[tokio::test]
async fn a_cleanup_suspends_unlinks_and_spares_local_accounts() {
    let site = Site::correct().await;
    let ann = site.scim.user("ann").await;
    site.scim.group("g", &[&ann]).await;
    let refused = site.admin.post("/tenants/default/cleanup", json!({})).await;
    assert_eq!(refused.status, 409);
    assert!(refused.body["error"].as_str().unwrap().contains("local admin"));
    assert_eq!(site.scim.get("/Groups").await.total(), 1);
    let root = json!({ "userName": "root", "email": "root@x", "admin": true, "builtin_sign_in": true });
    site.admin.post("/tenants/default/accounts", root).await;
    let done = site.admin.post("/tenants/default/cleanup", json!({})).await;
    assert_eq!((done.status, &done.body), (200, &json!({ "users_suspended": 1, "groups_removed": 1 })));
    let read = site.scim.get(&format!("/Users/{ann}")).await;
    assert_eq!(read.body["active"], false);
    assert!(read.body.get("externalId").is_none() && read.body.get("groups").is_none(), "{read:?}");
    assert_eq!(site.scim.get("/Groups").await.total(), 0);
    let sign_in = |name: &str| site.admin.post("/tenants/default/sign-in", json!({ "userName": name }));
    assert_eq!(sign_in("ann").await.status, 403);
    assert_eq!(sign_in("root").await.status, 200);
    assert_eq!(sign_in("nobody").await.status, 404);
    let state = site.admin.get("/tenants/default/state").await.body;
    assert_eq!(state["local_accounts"][0]["userName"], "root");
    assert_eq!(state["users"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn a_group_renamed_by_the_operator_keeps_working() {
    let site = Site::correct().await;
    let ann = site.scim.user("ann").await;
    let id = site.scim.group("g", &[]).await;
    let renamed = site.admin.post(&format!("/tenants/default/groups/{id}/rename"), json!({ "displayName": "h" })).await;
    assert_eq!((renamed.status, &renamed.body["displayName"]), (200, &json!("h")));
    site.scim
        .patch(&format!("/Groups/{id}"), json!([{ "op": "add", "path": "members", "value": [{ "value": ann }] }]))
        .await;
    let state = site.admin.get("/tenants/default/state").await.body;
    assert_eq!(state["groups"][0]["displayName"], "h");
    assert_eq!(state["groups"][0]["members"][0]["value"], ann);
}

#[tokio::test]
async fn a_database_file_outlives_the_service() {
    let path = std::env::temp_dir().join(format!("scimulate-test-{}.db", std::process::id()));
    let settings = || Settings {
        db: Some(path.clone()),
        clock: Clock::logical(),
        token: Some("given".into()),
        ..Settings::default()
    };
    let site = Site::with(settings()).await;
    assert_eq!(site.running.token, "given");
    let id = site.scim.user("ann").await;
    site.running.stop().await;
    let site = Site::with(Settings { token: None, ..settings() }).await;
    assert_ne!(site.running.token, "given");
    assert_eq!(site.scim.get(&format!("/Users/{id}")).await.body["userName"], "ann");
    assert_ne!(site.scim.user("bob").await, id);
    let old = Client { token: "given".into(), ..site.scim.clone() };
    assert_eq!(old.get("/Users").await.status, 401);
    site.running.stop().await;
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path.display()));
    }
}
