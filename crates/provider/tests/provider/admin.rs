//! Tenants, tokens and operator actions of the embedded provider.

use crate::support::{Client, Site, group, user};
use provider::{
    Behaviour, CleanedGroups, CleanedLinks, CleanedUsers, CleanupRules, Clock, LeftBehind, LocalAccounts, LocalMatch,
    Settings,
};
use serde_json::json;

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
