//! Who gets in: tokens, HTTP Basic, client credentials, and that tenants stay apart.

use crate::support::{Answer, Client, PATCH, Site, group, user};
use provider::{Behaviour, Scheme};
use serde_json::{Value, json};

/// An answer of the token endpoint to a form.
async fn token(site: &Site, path: &str, form: &str, basic: Option<(&str, &str)>) -> (u16, Value) {
    let origin = site.scim.base.trim_end_matches("/scim/v2");
    let mut request = site.scim.http.post(format!("{origin}{path}"));
    if let Some((name, secret)) = basic {
        request = request.basic_auth(name, Some(secret));
    }
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned());
    let response = request.send().await.unwrap_or_else(|e| panic!("{e}"));
    let status = response.status().as_u16();
    let text = response.text().await.unwrap_or_else(|e| panic!("{e}"));
    (status, serde_json::from_str(&text).unwrap_or(Value::Null))
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_else(|| panic!("no {name}: {value}")).to_owned()
}

async fn client(site: &Site, tenant: &str, id: &str, body: Value) -> String {
    let mut body = body;
    body["client_id"] = id.into();
    let made = site.admin.post(&format!("/tenants/{tenant}/oauth-clients"), body).await;
    assert_eq!(made.status, 201, "{made:?}");
    text(&made.body, "client_secret")
}

#[tokio::test]
async fn several_tokens_live_and_die_by_name() {
    let site = Site::correct().await;
    let mut clients = Vec::new();
    for name in ["old", "new"] {
        let made = site.admin.post("/tenants/default/tokens", json!({ "name": name })).await;
        clients.push(Client { token: text(&made.body, "token"), ..site.scim.clone() });
    }
    for client in &clients {
        assert_eq!(client.get("/Users").await.status, 200);
    }
    assert_eq!(site.admin.get("/tenants/default/state").await.body["tokens"], json!(["default", "old", "new"]));
    assert_eq!(site.admin.delete("/tenants/default/tokens/old").await.status, 204);
    let refused = clients[0].get("/Users").await;
    assert_eq!((refused.status, &refused.body["status"]), (401, &json!("401")));
    assert!(refused.header("www-authenticate").contains("invalid_token"), "{refused:?}");
    assert_eq!(clients[1].get("/Users").await.status, 200);
}

#[tokio::test]
async fn client_credentials_by_header_or_body_expire_on_the_providers_clock() {
    let site = Site::correct().await;
    let secret = client(&site, "default", "idp", json!({ "expires_in": 60 })).await;
    let (status, by_header) =
        token(&site, "/oauth/token", "grant_type=client_credentials", Some(("idp", &secret))).await;
    assert_eq!((status, &by_header["token_type"], &by_header["expires_in"]), (200, &json!("Bearer"), &json!(60)));
    let form = format!("grant_type=client_credentials&client_id=idp&client_secret={secret}");
    let (status, by_body) = token(&site, "/oauth/token", &form, None).await;
    assert_eq!(status, 200);
    let clients = [by_header, by_body].map(|t| Client { token: text(&t, "access_token"), ..site.scim.clone() });
    for client in &clients {
        assert_eq!(client.post("/Users", user(&client.token[..8])).await.status, 201);
    }
    site.admin.post("/tenants/default/clock", json!({ "seconds": 58 })).await;
    assert_eq!(clients[0].get("/Users").await.status, 200);
    site.admin.post("/tenants/default/clock", json!({ "seconds": 2 })).await;
    let expired = clients[0].get("/Users").await;
    assert_eq!((expired.status, expired.body["detail"].as_str()), (401, Some("this token has expired")));
    assert_eq!(site.scim.get("/Users").await.status, 200, "an operator's token has no end");
}

#[tokio::test]
async fn the_token_endpoint_refuses_as_the_rfc_has_it() {
    let site = Site::correct().await;
    let secret = client(&site, "default", "reader", json!({ "scope": "scim:read" })).await;
    let good = Some(("reader", secret.as_str()));
    for (form, basic, status, error) in [
        ("grant_type=client_credentials", None, 401, "invalid_client"),
        ("grant_type=client_credentials", Some(("reader", "wrong")), 401, "invalid_client"),
        ("grant_type=client_credentials", Some(("nobody", "x")), 401, "invalid_client"),
        ("grant_type=password", good, 400, "unsupported_grant_type"),
        ("", good, 400, "invalid_request"),
        ("grant_type=client_credentials&scope=scim", good, 400, "invalid_scope"),
        ("grant_type=client_credentials&client_id=reader&client_secret=x", good, 400, "invalid_request"),
    ] {
        let (got, body) = token(&site, "/oauth/token", form, basic).await;
        assert_eq!((got, &body["error"]), (status, &json!(error)), "{form} {body}");
    }
    let (_, granted) = token(&site, "/oauth/token", "grant_type=client_credentials", good).await;
    assert_eq!(granted["scope"], "scim:read");
    let reader = Client { token: text(&granted, "access_token"), ..site.scim.clone() };
    assert_eq!(reader.get("/Users").await.status, 200);
    let refused: Answer = reader.post("/Users", user("ann")).await;
    assert_eq!((refused.status, &refused.body["status"]), (403, &json!("403")));
    assert!(refused.header("www-authenticate").contains("insufficient_scope"), "{refused:?}");
    assert_eq!(site.admin.delete("/tenants/default/oauth-clients/reader").await.status, 204);
    assert_eq!(reader.get("/Users").await.status, 401, "its tokens went with it");
}

#[tokio::test]
async fn a_scheme_that_is_off_opens_nothing() {
    let mut behaviour = Behaviour::default();
    behaviour.access.schemes = vec![Scheme::Basic];
    let site = Site::start(behaviour).await;
    assert_eq!(site.scim.get("/Users").await.status, 401);
    let refused = site.scim.get("/Users").await;
    assert!(refused.header("www-authenticate").starts_with("Basic"), "{refused:?}");
    let (status, body) = token(&site, "/oauth/token", "grant_type=client_credentials", Some(("a", "b"))).await;
    assert_eq!((status, &body["error"]), (400, &json!("unauthorized_client")));
}

#[tokio::test]
async fn nothing_crosses_from_tenant_to_tenant() {
    let mut behaviour = Behaviour::default();
    behaviour.access.schemes = vec![Scheme::Bearer, Scheme::Basic, Scheme::ClientCredentials];
    let site = Site::start(behaviour).await;
    let (a, b) = (site.tenant("a").await, site.tenant("b").await);
    let (ann, eve) = (a.user("ann").await, b.user("eve").await);
    let (g, h) = (a.group("g", &[&ann]).await, b.group("h", &[&eve]).await);
    for (mine, theirs) in [(format!("/Users/{eve}"), "ann"), (format!("/Groups/{h}"), "g")] {
        assert_eq!(a.get(&mine).await.status, 404, "read");
        assert_eq!(a.put(&mine, user("x")).await.status, 404, "put");
        assert_eq!(a.patch(&mine, json!([{ "op": "replace", "path": "displayName", "value": "x" }])).await.status, 404);
        assert_eq!(a.delete(&mine).await.status, 404, "{theirs}");
    }
    assert_eq!(a.find("/Users", "userName eq \"eve\"").await.total(), 0);
    assert_eq!(a.find("/Users", &format!("id eq \"{eve}\"")).await.total(), 0);
    assert_eq!(a.find("/Groups", &format!("members.value eq \"{eve}\"")).await.total(), 0);
    assert_eq!(a.post("/Groups", group("k", &[&eve])).await.status, 400);
    let add = json!([{ "op": "add", "path": "members", "value": [{ "value": eve }] }]);
    assert_eq!(a.patch(&format!("/Groups/{g}"), add).await.status, 400);
    site.admin.post("/tenants/a/basic-accounts", json!({ "name": "idp", "password": "pw" })).await;
    let basic = [("authorization", "Basic aWRwOnB3")];
    let anonymous = |client: &Client| Client { token: String::new(), ..client.clone() };
    assert_eq!(anonymous(&a).send("GET", "/Users", &basic, None).await.status, 200);
    assert_eq!(anonymous(&b).send("GET", "/Users", &basic, None).await.status, 401);
    let secret = client(&site, "a", "idp", json!({})).await;
    let (_, granted) = token(&site, "/t/a/oauth/token", "grant_type=client_credentials", Some(("idp", &secret))).await;
    let crossed = Client { token: text(&granted, "access_token"), ..b.clone() };
    assert_eq!(crossed.get("/Users").await.status, 401);
    assert_eq!(token(&site, "/t/b/oauth/token", "grant_type=client_credentials", Some(("idp", &secret))).await.0, 401);
}

#[tokio::test]
async fn a_copied_tenant_has_the_same_people_and_its_own_token() {
    let site = Site::correct().await;
    let live = site.tenant("live").await;
    let ann = live.user("ann").await;
    let g = live.group("g", &[&ann]).await;
    let made = site.admin.post("/tenants/live/copy", json!({ "name": "recovery" })).await;
    assert_eq!(made.status, 201, "{made:?}");
    let copy = Client { base: text(&made.body, "base_url"), token: text(&made.body, "token"), ..live.clone() };
    assert_eq!(copy.get(&format!("/Users/{ann}")).await.body["externalId"], "ext-ann", "stale links come along");
    assert_eq!(copy.members_of(&g).await, std::slice::from_ref(&ann));
    let leave = json!([{ "op": "remove", "path": format!("members[value eq \"{ann}\"]") }]);
    assert_eq!(copy.patch(&format!("/Groups/{g}"), leave).await.status, 204);
    assert_eq!(copy.delete(&format!("/Users/{ann}")).await.status, 204);
    assert_eq!(live.members_of(&g).await, std::slice::from_ref(&ann), "the original is untouched");
    assert_eq!(live.get(&format!("/Users/{ann}")).await.status, 200);
    assert_ne!(copy.user("bob").await, live.user("bob").await);
    assert_eq!(Client { token: live.token.clone(), ..copy }.get("/Users").await.status, 401);
}

#[tokio::test]
async fn signing_in_is_shown_and_owners_need_not_have() {
    let site = Site::correct().await;
    site.scim.user("ann").await;
    let owner = site.admin.put("/tenants/default/assets/report/owner", json!({ "userName": "ann" })).await;
    assert_eq!(owner.status, 200, "{owner:?}");
    let state = || site.admin.get("/tenants/default/state");
    let before = state().await.body;
    assert_eq!(
        (&before["assets"], &before["users"][0]["last_active"]),
        (&json!([{ "name": "report", "owner": "ann" }]), &Value::Null)
    );
    assert_eq!(before["users"][0]["status"], "Enabled");
    site.admin.post("/tenants/default/sign-in", json!({ "userName": "ann" })).await;
    assert!(state().await.body["users"][0]["last_active"].is_string());
    assert_eq!(site.admin.send("PATCH", "/tenants", &[], Some(json!({ "schemas": [PATCH] }))).await.status, 405);
}
