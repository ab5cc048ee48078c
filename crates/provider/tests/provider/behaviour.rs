//! Where correct products differ: each choice of a behaviour, over HTTP.

use crate::support::{Site, USER, group, user};
use provider::{Behaviour, Change, CreateOverInactive, DeleteGroup, DeleteUser, PatchAnswer, Profile, UnknownMember};
use serde_json::{Value, json};

fn with(change: impl FnOnce(&mut Behaviour)) -> Behaviour {
    let mut behaviour = Behaviour::default();
    change(&mut behaviour);
    behaviour
}

#[tokio::test]
async fn deleting_a_user_may_deactivate_it() {
    let site = Site::start(with(|b| b.delete_user = DeleteUser::Deactivate)).await;
    let path = format!("/Users/{}", site.scim.user("ann").await);
    assert_eq!(site.scim.delete(&path).await.status, 204);
    let read = site.scim.get(&path).await;
    assert_eq!((read.status, &read.body["active"]), (200, &json!(false)));
    assert_eq!(site.scim.post("/Users", user("ann")).await.status, 409);
}

#[tokio::test]
async fn a_user_name_may_be_fixed() {
    let rename = json!([{ "op": "replace", "path": "userName", "value": "eve" }, { "op": "add", "path": "title", "value": "Dr" }]);
    for (change, status, title) in [(Change::Kept, 200, json!("Dr")), (Change::Refused, 400, Value::Null)] {
        let site = Site::start(with(|b| b.user_name_change = change)).await;
        let path = format!("/Users/{}", site.scim.user("ann").await);
        let patched = site.scim.patch(&path, rename.clone()).await;
        assert_eq!(patched.status, status, "{patched:?}");
        assert_eq!(site.scim.put(&path, user("eve")).await.status, status);
        let read = site.scim.get(&path).await.body;
        assert_eq!(read["userName"], "ann");
        if change == Change::Refused {
            assert_eq!((&patched.body["scimType"], &read["title"]), (&json!("mutability"), &title));
        } else {
            assert_eq!(patched.body["title"], title);
        }
    }
}

#[tokio::test]
async fn e_mails_may_be_kept_as_they_were() {
    let site = Site::start(with(|b| b.emails_change = Change::Kept)).await;
    let sent =
        |mail: &str| json!({ "schemas": [USER], "userName": "ann", "title": mail, "emails": [{ "value": mail }] });
    let path = format!("/Users/{}", site.scim.post("/Users", sent("a@x")).await.id());
    let put = site.scim.put(&path, sent("b@x")).await;
    assert_eq!((put.status, &put.body["title"], &put.body["emails"][0]["value"]), (200, &json!("b@x"), &json!("a@x")));
}

#[tokio::test]
async fn a_create_may_bring_an_inactive_user_back() {
    let site = Site::start(with(|b| b.create_over_inactive = CreateOverInactive::Reactivate)).await;
    let id = site.scim.user("ann").await;
    assert_eq!(site.scim.post("/Users", user("ann")).await.status, 409, "an active one is in the way");
    site.scim.patch(&format!("/Users/{id}"), json!([{ "op": "replace", "path": "active", "value": false }])).await;
    let back = site.scim.post("/Users", user("Ann")).await;
    assert_eq!((back.status, back.id(), &back.body["active"]), (201, id, &json!(true)));
    assert_eq!(site.scim.get("/Users").await.total(), 1);
}

#[tokio::test]
async fn deleting_a_group_may_only_let_go_of_it() {
    let site = Site::start(with(|b| b.delete_group = DeleteGroup::Detach)).await;
    let ann = site.scim.user("ann").await;
    let id = site.scim.group("g", &[&ann]).await;
    assert_eq!(site.scim.delete(&format!("/Groups/{id}")).await.status, 204);
    assert_eq!(site.scim.get(&format!("/Groups/{id}")).await.status, 404);
    let state = site.admin.get("/tenants/default/state").await.body;
    assert_eq!(state["groups"], json!([]));
    assert_eq!(
        (&state["product_groups"][0]["name"], &state["product_groups"][0]["members"]),
        (&json!("g"), &json!([]))
    );
}

#[tokio::test]
async fn members_may_be_held_to_users_and_unknown_ones_passed_over() {
    let site = Site::start(with(|b| b.nested_groups = false)).await;
    let inner = site.scim.group("inner", &[]).await;
    let refused = site.scim.post("/Groups", group("outer", &[&inner])).await;
    assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidValue")));
    let site = Site::start(with(|b| b.unknown_member = UnknownMember::Skip)).await;
    let ann = site.scim.user("ann").await;
    let made = site.scim.post("/Groups", group("g", &["nobody", &ann])).await;
    assert_eq!((made.status, made.members()), (201, vec![ann]));
}

#[tokio::test]
async fn names_and_external_ids_may_be_shared() {
    let site = Site::start(with(|b| (b.group_name_unique, b.external_id_unique) = (false, false))).await;
    site.scim.group("g", &[]).await;
    site.scim.group("g", &[]).await;
    assert_eq!(site.scim.find("/Groups", "displayName eq \"g\"").await.total(), 2);
    for name in ["a", "b"] {
        let made = site.scim.post("/Users", json!({ "schemas": [USER], "userName": name, "externalId": "x" })).await;
        assert_eq!(made.status, 201);
    }
}

#[tokio::test]
async fn what_is_unique_is_unique_under_every_method() {
    let site = Site::start(with(|b| b.external_id_unique = true)).await;
    let (ann, bob) = (site.scim.user("ann").await, site.scim.user("bob").await);
    let link = json!([{ "op": "replace", "path": "externalId", "value": "ext-bob" }]);
    let linked = json!({ "schemas": [USER], "userName": "ann", "externalId": "ext-bob" });
    let new = json!({ "schemas": [USER], "userName": "cem", "externalId": "ext-bob" });
    for answer in [
        site.scim.patch(&format!("/Users/{ann}"), link).await,
        site.scim.put(&format!("/Users/{ann}"), linked).await,
        site.scim.post("/Users", new.clone()).await,
    ] {
        assert_eq!((answer.status, &answer.body["scimType"]), (409, &json!("uniqueness")), "{answer:?}");
    }
    site.scim.delete(&format!("/Users/{bob}")).await;
    assert_eq!(site.scim.post("/Users", new).await.status, 201);
}

#[tokio::test]
async fn the_schema_says_whether_the_name_of_a_group_is_unique() {
    for (unique, says, status) in [(true, "server", 409), (false, "none", 201)] {
        let site = Site::start(with(|b| b.group_name_unique = unique)).await;
        let schema = site.scim.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group").await.body;
        let attributes = schema["attributes"].as_array().unwrap();
        let name = attributes.iter().find(|a| a["name"] == "displayName").unwrap();
        site.scim.group("Team", &[]).await;
        let second = site.scim.post("/Groups", group("TEAM", &[])).await;
        assert_eq!((name["uniqueness"].as_str(), second.status), (Some(says), status));
    }
}

#[tokio::test]
async fn a_patch_may_answer_with_or_without_a_body() {
    let behaviour =
        with(|b| (b.user_patch_answer, b.group_patch_answer) = (PatchAnswer::NoContent, PatchAnswer::Resource));
    let site = Site::start(behaviour).await;
    let ann = site.scim.user("ann").await;
    let g = site.scim.group("g", &[&ann]).await;
    let title = json!([{ "op": "add", "path": "title", "value": "Dr" }]);
    let user = site.scim.patch(&format!("/Users/{ann}"), title.clone()).await;
    assert_eq!((user.status, user.text.as_str(), user.header("etag")), (204, "", "W/\"3\""));
    assert_eq!(site.scim.patch(&format!("/Users/{ann}?attributes=title"), title).await.status, 200);
    let renamed = site
        .scim
        .patch(&format!("/Groups/{g}"), json!([{ "op": "replace", "path": "displayName", "value": "h" }]))
        .await;
    assert_eq!((renamed.status, renamed.members()), (200, vec![ann]));
}

#[tokio::test]
async fn the_strict_profile_refuses_what_the_rfc_does_not_say() {
    let no_work_mail = json!([{ "op": "replace", "path": "emails[type eq \"work\"].value", "value": "a@x" }]);
    let listed = |id: &str| json!([{ "op": "remove", "path": "members", "value": [{ "value": id }] }]);
    for (profile, mail, text, removal) in [("rfc", 400, 200, 204), ("strict", 400, 400, 400)] {
        let behaviour = Profile::built_in(profile).unwrap_or_else(|e| panic!("{e}")).behaviour;
        let site = Site::start(behaviour).await;
        let ann = site.scim.user("ann").await;
        let path = format!("/Users/{ann}");
        let g = site.scim.group("g", &[&ann]).await;
        assert_eq!(site.scim.patch(&path, no_work_mail.clone()).await.status, mail, "{profile}");
        let added = json!([{ "op": "add", "path": "emails[type eq \"home\"].value", "value": "b@x" }]);
        assert_eq!(site.scim.patch(&path, added).await.status, 200, "{profile}");
        let active = json!([{ "op": "replace", "path": "active", "value": "False" }]);
        assert_eq!(site.scim.patch(&path, active).await.status, text, "{profile}");
        assert_eq!(site.scim.patch(&format!("/Groups/{g}"), listed(&ann)).await.status, removal, "{profile}");
    }
}
