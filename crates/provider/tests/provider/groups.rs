//! Groups of the embedded provider, over HTTP.

use crate::support::{GROUP, Site, group};
use serde_json::json;

#[tokio::test]
async fn members_are_shown_with_all_their_parts() {
    let site = Site::correct().await;
    let base = &site.running.base_url;
    let ann = site.scim.user("ann").await;
    let inner = site.scim.group("inner", &[]).await;
    let made = site.scim.post("/Groups", group("outer", &[&ann, &inner])).await;
    assert_eq!(made.status, 201);
    assert_eq!(
        made.body["members"],
        json!([
            { "value": ann, "$ref": format!("{base}/Users/{ann}"), "display": "ann", "type": "User" },
            { "value": inner, "$ref": format!("{base}/Groups/{inner}"), "display": "inner", "type": "Group" },
        ])
    );
    let groups = site.scim.get(&format!("/Users/{ann}")).await.body["groups"].clone();
    let outer = made.id();
    let expected =
        json!([{ "value": outer, "$ref": format!("{base}/Groups/{outer}"), "display": "outer", "type": "direct" }]);
    assert_eq!(groups, expected);
}

#[tokio::test]
async fn members_come_and_go_one_by_one() {
    let site = Site::correct().await;
    let (a, b, c) = (site.scim.user("a").await, site.scim.user("b").await, site.scim.user("c").await);
    let id = site.scim.group("g", &[&a]).await;
    let path = format!("/Groups/{id}");
    let added = site
        .scim
        .patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": b }, { "value": c }] }]))
        .await;
    assert_eq!((added.status, added.text.as_str(), added.header("etag")), (204, "", "W/\"2\""));
    assert_eq!(site.scim.members_of(&id).await, [a.clone(), b.clone(), c.clone()]);
    let again = site.scim.patch(&path, json!([{ "op": "Add", "path": "members", "value": [{ "value": b }] }])).await;
    assert_eq!((again.status, again.header("etag")), (204, "W/\"2\""), "no change");
    site.scim.patch(&path, json!([{ "op": "remove", "path": format!("members[value eq \"{a}\"]") }])).await;
    assert_eq!(site.scim.members_of(&id).await, [b.clone(), c.clone()]);
    site.scim.patch(&path, json!([{ "op": "Remove", "path": "members", "value": [{ "value": b }] }])).await;
    assert_eq!(site.scim.members_of(&id).await, std::slice::from_ref(&c));
    let gone = site.scim.patch(&path, json!([{ "op": "remove", "path": format!("members[value eq \"{a}\"]") }])).await;
    assert_eq!(gone.status, 204, "{gone:?}");
    site.scim
        .patch(&path, json!([{ "op": "replace", "path": "members", "value": [{ "value": a }, { "value": b }] }]))
        .await;
    assert_eq!(site.scim.members_of(&id).await, [a.clone(), b.clone()]);
    site.scim.patch(&path, json!([{ "op": "remove", "path": "members" }])).await;
    assert!(site.scim.members_of(&id).await.is_empty());
}

#[tokio::test]
async fn a_user_changes_its_version_with_its_groups() {
    let site = Site::correct().await;
    let ann = site.scim.user("ann").await;
    site.scim.group("g", &[&ann]).await;
    let read = site.scim.send("GET", &format!("/Users/{ann}"), &[("if-none-match", "W/\"1\"")], None).await;
    assert_eq!((read.status, read.header("etag")), (200, "W/\"2\""));
}

#[tokio::test]
async fn unknown_and_self_members_are_refused_and_nothing_changes() {
    let site = Site::correct().await;
    let ann = site.scim.user("ann").await;
    let id = site.scim.group("g", &[&ann]).await;
    let path = format!("/Groups/{id}");
    for member in ["nobody", id.as_str()] {
        for op in ["add", "replace"] {
            let ops = json!([
                { "op": "replace", "path": "displayName", "value": "other" },
                { "op": op, "path": "members", "value": [{ "value": member }] }
            ]);
            let refused = site.scim.patch(&path, ops).await;
            assert_eq!((refused.status, &refused.body["scimType"]), (400, &json!("invalidValue")), "{refused:?}");
        }
        assert_eq!(site.scim.put(&path, group("other", &[member])).await.status, 400);
    }
    assert_eq!(site.scim.post("/Groups", group("h", &["nobody"])).await.status, 400);
    let read = site.scim.get(&path).await;
    assert_eq!((read.members(), &read.body["displayName"], read.header("etag")), (vec![ann], &json!("g"), "W/\"1\""));
    assert_eq!(site.scim.get("/Groups").await.total(), 1);
}

#[tokio::test]
async fn renames_leave_the_members_alone() {
    let site = Site::correct().await;
    let ann = site.scim.user("ann").await;
    let id = site.scim.group("g", &[&ann]).await;
    let path = format!("/Groups/{id}");
    for (n, ops) in [
        json!([{ "op": "replace", "path": "displayName", "value": "g0" }]),
        json!([{ "op": "replace", "value": { "displayName": "g1" } }]),
        json!([{ "op": "replace", "value": { "id": id, "displayName": "g2" } }]),
    ]
    .into_iter()
    .enumerate()
    {
        let renamed = site.scim.patch(&path, ops).await;
        assert_eq!(renamed.status, 204, "{renamed:?}");
        let read = site.scim.get(&path).await;
        assert_eq!(
            (read.body["displayName"].as_str().unwrap(), read.members()),
            (format!("g{n}").as_str(), vec![ann.clone()])
        );
        assert_eq!(
            site.scim.find("/Groups", &format!("displayName eq \"G{n}\"")).await.ids(),
            std::slice::from_ref(&id)
        );
    }
    let shown = site
        .scim
        .patch(
            &format!("{path}?attributes=displayName"),
            json!([{ "op": "replace", "path": "displayName", "value": "z" }]),
        )
        .await;
    assert_eq!((shown.status, &shown.body["displayName"]), (200, &json!("z")));
    assert!(shown.body.get("members").is_none());
}

#[tokio::test]
async fn one_patch_may_rename_and_move_members() {
    let site = Site::correct().await;
    let (a, b) = (site.scim.user("a").await, site.scim.user("b").await);
    let id = site.scim.group("g", &[&a]).await;
    let ops = json!([{ "op": "replace", "value": { "displayName": "h", "members": [{ "value": b }] } }]);
    assert_eq!(site.scim.patch(&format!("/Groups/{id}"), ops).await.status, 204);
    let read = site.scim.get(&format!("/Groups/{id}")).await;
    assert_eq!((read.members(), &read.body["displayName"]), (vec![b], &json!("h")));
}

#[tokio::test]
async fn a_put_replaces_name_and_members() {
    let site = Site::correct().await;
    let (a, b) = (site.scim.user("a").await, site.scim.user("b").await);
    let id = site.scim.group("g", &[&a]).await;
    let put = site.scim.put(&format!("/Groups/{id}"), group("h", &[&b])).await;
    assert_eq!((put.status, put.members(), &put.body["displayName"]), (200, vec![b], &json!("h")));
    let emptied = site.scim.put(&format!("/Groups/{id}"), json!({ "schemas": [GROUP], "displayName": "h" })).await;
    assert_eq!((emptied.status, emptied.members()), (200, vec![]));
}

#[tokio::test]
async fn group_names_are_unique_by_default_and_free_after_deletion() {
    let site = Site::correct().await;
    let id = site.scim.group("Staff", &[]).await;
    let other = site.scim.group("Other", &[]).await;
    let twin = site.scim.post("/Groups", group("staff", &[])).await;
    assert_eq!((twin.status, &twin.body["scimType"]), (409, &json!("uniqueness")));
    let renamed = site
        .scim
        .patch(&format!("/Groups/{other}"), json!([{ "op": "replace", "path": "displayName", "value": "staff" }]))
        .await;
    assert_eq!(renamed.status, 409);
    assert_eq!(site.scim.delete(&format!("/Groups/{id}")).await.status, 204);
    assert_eq!(site.scim.get(&format!("/Groups/{id}")).await.status, 404);
    site.scim.group("staff", &[]).await;
}

#[tokio::test]
async fn groups_are_found_by_name_and_by_member() {
    let site = Site::correct().await;
    let (a, b) = (site.scim.user("a").await, site.scim.user("b").await);
    let g = site.scim.group("g", &[&a]).await;
    let h = site.scim.group("h", &[&a, &b]).await;
    for (filter, expected) in [
        ("displayName eq \"G\"".to_owned(), vec![&g]),
        (format!("members.value eq \"{a}\""), vec![&g, &h]),
        (format!("members[value eq \"{b}\"]"), vec![&h]),
        (format!("members eq \"{b}\""), vec![&h]),
        (format!("members.value eq \"{a}\" and displayName eq \"h\""), vec![&h]),
        (format!("id eq \"{g}\" and members.value eq \"{b}\""), vec![]),
        (format!("displayName sw \"g\" or members.value eq \"{b}\""), vec![&g, &h]),
    ] {
        let found = site.scim.find("/Groups", &filter).await;
        assert_eq!(found.ids().iter().collect::<Vec<_>>(), expected, "{filter}");
    }
    let bare = site.scim.get("/Groups?excludedAttributes=members").await;
    assert!(bare.body["Resources"].as_array().unwrap().iter().all(|g| g.get("members").is_none()));
}

#[tokio::test]
async fn parallel_member_patches_all_count() {
    let site = Site::correct().await;
    let mut users = Vec::new();
    for n in 0..20 {
        users.push(site.scim.user(&format!("u{n}")).await);
    }
    let path = format!("/Groups/{}", site.scim.group("g", &[]).await);
    let sends = users
        .iter()
        .map(|id| site.scim.patch(&path, json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }])));
    assert!(futures::future::join_all(sends).await.iter().all(|a| a.status == 204));
    assert_eq!(site.scim.get(&path).await.members().len(), 20);
}

#[tokio::test]
async fn a_deleted_group_leaves_its_members_and_its_parents() {
    let site = Site::correct().await;
    let ann = site.scim.user("ann").await;
    let inner = site.scim.group("inner", &[&ann]).await;
    let outer = site.scim.group("outer", &[&inner]).await;
    assert_eq!(site.scim.delete(&format!("/Groups/{inner}")).await.status, 204);
    assert!(site.scim.members_of(&outer).await.is_empty());
    let read = site.scim.get(&format!("/Users/{ann}")).await;
    assert_eq!((read.status, &read.body["active"]), (200, &json!(true)));
    assert!(read.body.get("groups").is_none());
}
