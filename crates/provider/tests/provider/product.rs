//! What a product's rules beyond SCIM come to when one of them is another: each against its default.

use crate::support::{Client, Site, USER, user};
use provider::{Behaviour, Change, GroupMapping, GroupRename, LocalEmail, OwnRename, Profile, Unmapping};
use serde_json::{Value, json};

/// A service like that of the profile `atlan`, but for what `change` does to it.
async fn site(change: impl FnOnce(&mut Behaviour)) -> Site {
    let mut behaviour = Profile::built_in("atlan").unwrap_or_else(|e| panic!("{e}")).behaviour;
    change(&mut behaviour);
    Site::start(behaviour).await
}

async fn state(site: &Site) -> Value {
    site.admin.get("/tenants/default/state").await.body
}

/// A product group `crew` mapped to the pushed group `idp` of Ann; the ids of Ann and of both groups.
async fn mapped(site: &Site) -> (String, String, String) {
    let ann = site.scim.user("ann").await;
    let crew = site.admin.post("/tenants/default/product-groups", json!({ "name": "crew" })).await.id();
    let pushed = site.scim.group("idp", &[&ann]).await;
    let path = format!("/tenants/default/product-groups/{crew}/mapping");
    assert_eq!(site.admin.put(&path, json!({ "displayName": "idp" })).await.status, 200);
    (ann, crew, pushed)
}

async fn retitle(site: &Site, id: &str) -> u16 {
    let change = json!([{ "op": "replace", "path": "title", "value": "Dr" }]);
    site.scim.patch(&format!("/Users/{id}"), change).await.status
}

#[tokio::test]
async fn a_rename_at_the_idp_is_followed_or_not() {
    for (rule, name) in [(GroupRename::Followed, "new"), (GroupRename::Ignored, "crew")] {
        let site = site(|b| b.groups.idp_rename = rule).await;
        let (_, _, pushed) = mapped(&site).await;
        let rename = json!([{ "op": "replace", "path": "displayName", "value": "new" }]);
        site.scim.patch(&format!("/Groups/{pushed}"), rename).await;
        let own = state(&site).await["product_groups"][0].clone();
        let to = if rule == GroupRename::Followed { "new" } else { "idp" };
        assert_eq!((&own["name"], &own["mapped_to"]), (&json!(name), &json!(to)));
        assert_eq!(own["members"], json!(["ann"]));
    }
}

#[tokio::test]
async fn a_rename_in_the_product_is_its_own_or_shown() {
    for (rule, shown) in [(OwnRename::Apart, "idp"), (OwnRename::Shown, "ours")] {
        let site = site(|b| b.groups.own_rename = rule).await;
        let (_, crew, pushed) = mapped(&site).await;
        let path = format!("/tenants/default/product-groups/{crew}/rename");
        assert_eq!(site.admin.post(&path, json!({ "displayName": "ours" })).await.status, 200);
        assert_eq!(site.scim.get(&format!("/Groups/{pushed}")).await.body["displayName"], shown);
    }
}

#[tokio::test]
async fn an_ended_mapping_keeps_or_empties() {
    for (rule, left) in [(Unmapping::Keeps, json!(["ann"])), (Unmapping::Empties, json!([]))] {
        let site = site(|b| b.groups.unmapping = rule).await;
        let (_, crew, _) = mapped(&site).await;
        let ended = site.admin.delete(&format!("/tenants/default/product-groups/{crew}/mapping")).await;
        assert_eq!(ended.body["members"], left);
    }
}

#[tokio::test]
async fn a_group_is_mapped_by_its_name_where_the_product_does_so() {
    let site = site(|b| b.groups.mapping = GroupMapping::ByName).await;
    let ann = site.scim.user("ann").await;
    site.admin.post("/tenants/default/product-groups", json!({ "name": "there" })).await;
    site.scim.group("there", &[&ann]).await;
    site.scim.group("new", &[&ann]).await;
    let groups = state(&site).await["product_groups"].clone();
    for (at, name) in ["there", "new"].into_iter().enumerate() {
        assert_eq!((&groups[at]["mapped_to"], &groups[at]["members"]), (&json!(name), &json!(["ann"])));
    }
}

#[tokio::test]
async fn who_never_signed_in_is_changed_kept_or_refused() {
    for (rule, status, title) in
        [(Change::Applied, 200, json!("Dr")), (Change::Kept, 200, Value::Null), (Change::Refused, 400, Value::Null)]
    {
        let site = site(|b| b.users.before_sign_in = rule).await;
        let ann = site.scim.user("ann").await;
        assert_eq!(retitle(&site, &ann).await, status);
        assert_eq!(site.scim.get(&format!("/Users/{ann}")).await.body["title"], title);
        site.admin.post("/tenants/default/sign-in", json!({ "userName": "ann" })).await;
        assert_eq!(retitle(&site, &ann).await, 200, "after the first sign-in all is as usual");
        assert_eq!(site.scim.get(&format!("/Users/{ann}")).await.body["title"], "Dr");
    }
}

#[tokio::test]
async fn who_never_signed_in_has_a_status_of_its_own_and_owns_nothing_where_the_product_says_so() {
    let site = site(|b| {
        b.users.status_before_sign_in = Some("Invited".into());
        b.users.owns_before_sign_in = false;
    })
    .await;
    site.scim.user("ann").await;
    let own = || site.admin.put("/tenants/default/assets/sales/owner", json!({ "userName": "ann" }));
    assert_eq!((state(&site).await["users"][0]["status"].clone(), own().await.status), (json!("Invited"), 409));
    site.admin.post("/tenants/default/sign-in", json!({ "userName": "ann" })).await;
    assert_eq!((state(&site).await["users"][0]["status"].clone(), own().await.status), (json!("Enabled"), 200));
}

#[tokio::test]
async fn an_operators_token_lives_as_long_as_the_product_says() {
    for (days, status) in [(None, 200), (Some(30), 401)] {
        let site = site(|b| b.access.token_days = days).await;
        let made = site.admin.post("/tenants/default/tokens", json!({ "name": "idp" })).await;
        let idp = Client { token: made.body["token"].as_str().unwrap().into(), ..site.scim.clone() };
        let pass = |seconds: u32| site.admin.post("/tenants/default/clock", json!({ "seconds": seconds }));
        pass(29 * 86_400).await;
        assert_eq!(idp.get("/Users").await.status, 200);
        pass(2 * 86_400).await;
        assert_eq!(idp.get("/Users").await.status, status);
    }
}

#[tokio::test]
async fn a_local_account_is_not_taken_for_somebody_of_another_address() {
    for (rule, status, address) in [(LocalEmail::Conflicts, 409, "a@x"), (LocalEmail::AsOthers, 200, "b@x")] {
        let site = site(|b| {
            b.users.local_email = rule;
            b.emails_change = Change::Applied;
        })
        .await;
        let made = site.admin.post("/tenants/default/accounts", json!({ "userName": "ann", "email": "a@x" })).await;
        let path = format!("/Users/{}", made.id());
        let sent = |address: &str| json!({ "schemas": [USER], "userName": "ann", "externalId": "e1", "emails": [{ "value": address }] });
        assert_eq!(site.scim.put(&path, sent("b@x")).await.status, status);
        assert_eq!(site.scim.get(&path).await.body["emails"][0]["value"], address);
        assert_eq!(site.scim.put(&path, sent("A@x")).await.status, 200, "the same address is the same person");
        assert_eq!(site.scim.put(&path, sent("c@x")).await.status, 200, "linked, so changes are what they always are");
    }
}

#[tokio::test]
async fn an_operator_erases_for_good() {
    let site = site(|_| {}).await;
    let (ann, ..) = mapped(&site).await;
    assert_eq!(site.scim.delete(&format!("/Users/{ann}")).await.status, 204);
    assert_eq!(site.scim.get(&format!("/Users/{ann}")).await.body["active"], false, "SCIM only disables");
    assert_eq!(site.admin.delete("/tenants/default/people/ann").await.status, 204);
    assert_eq!(site.admin.delete("/tenants/default/people/ann").await.status, 404);
    assert_eq!(site.scim.get(&format!("/Users/{ann}")).await.status, 404);
    assert_eq!(state(&site).await["product_groups"][0]["members"], json!([]));
    assert_eq!(site.scim.post("/Users", user("ann")).await.status, 201, "the name is free");
}

#[tokio::test]
async fn a_mapped_group_takes_people_by_hand_where_the_product_allows_it() {
    use provider::Permission::{UnmappedOnly, Yes};
    for (rule, status, members) in [(UnmappedOnly, 403, json!(["ann"])), (Yes, 200, json!(["ann", "bob"]))] {
        let site = site(|b| b.permissions.add_to_group.scim = rule).await;
        let (_, crew, _) = mapped(&site).await;
        site.scim.user("bob").await;
        let path = format!("/tenants/default/product-groups/{crew}/members");
        assert_eq!(site.admin.post(&path, json!({ "userName": "bob" })).await.status, status);
        assert_eq!(state(&site).await["product_groups"][0]["members"], members);
    }
}
