//! Who may ask (RFC 7644 sections 2 and 6.2), and what stays apart.

use crate::site::{found, make, refused};
use crate::support::Client;
use serde_json::json;

cases! {
    ["RFC7644-2-06", "RFC7644-2-11"] strangers_are_refused(site) {
        let id = site.scim.user("a").await;
        for token in ["", "garbage"] {
            let stranger = Client { token: token.into(), ..site.scim.clone() };
            for at in ["/Users", "/Groups", "/Devices", "/Me", "/", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/Users/x"] {
                let answer = stranger.get(at).await;
                refused(&answer, 401, "");
                assert!(answer.header("www-authenticate").starts_with("Bearer"), "{answer:?}");
            }
            for at in ["/Users", "/Groups", "/Bulk", "/.search", "/Users/.search"] {
                refused(&stranger.post(at, json!({})).await, 401, "");
            }
            refused(&stranger.put(&format!("/Users/{id}"), json!({})).await, 401, "");
            refused(&stranger.patch(&format!("/Users/{id}"), json!([])).await, 401, "");
            refused(&stranger.delete(&format!("/Users/{id}")).await, 401, "");
        }
        assert_eq!(site.scim.get("/Users").await.ids(), [id]);
    }
    ["RFC7644-7.4-04"] a_granted_token_lives_as_long_as_was_said(site) {
        let made = site.admin.post("/tenants/default/oauth-clients", json!({ "client_id": "idp", "expires_in": 60 })).await;
        let secret = made.body["client_secret"].as_str().unwrap();
        let form = format!("grant_type=client_credentials&client_id=idp&client_secret={secret}");
        let asked = site.scim.http.post(site.scim.base.replace("/scim/v2", "/oauth/token"));
        let asked = asked.header("content-type", "application/x-www-form-urlencoded").body(form);
        let granted: serde_json::Value = serde_json::from_str(&asked.send().await.unwrap().text().await.unwrap()).unwrap();
        assert_eq!(granted["expires_in"], 60);
        let client = Client { token: granted["access_token"].as_str().unwrap().into(), ..site.scim.clone() };
        assert_eq!(client.get("/Users").await.status, 200);
        site.admin.post("/tenants/default/clock", json!({ "seconds": 59 })).await;
        assert_eq!(client.get("/Users").await.status, 200);
        site.admin.post("/tenants/default/clock", json!({ "seconds": 1 })).await;
        let expired = client.get("/Users").await;
        refused(&expired, 401, "");
        assert!(expired.header("www-authenticate").contains("invalid_token"), "{expired:?}");
    }
    ["RFC7643-3.1-17", "RFC7644-6.2-02"] tenants_have_ids_of_their_own(site) {
        let other = site.tenant("other").await;
        let own = make(&site, json!({ "userName": "a", "externalId": "701984" })).await.id();
        let theirs = other.post("/Users", json!({ "schemas": [crate::support::USER], "userName": "b", "externalId": "701984" })).await;
        assert_eq!(theirs.status, 201);
        assert_eq!(found(&site, "externalId eq \"701984\"").await, ["a"]);
        assert_eq!(other.find("/Users", "externalId eq \"701984\"").await.ids(), [theirs.id()]);
        refused(&other.get(&format!("/Users/{own}")).await, 404, "");
    }
}
