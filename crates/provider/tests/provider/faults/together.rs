//! Faults in company: none hides another that does not contradict it, and none breaks the service for the rest.

use super::{crowd, pair, set};
use crate::support::{Client, PATCH, Site, USER, encode, group, user};
use provider::{Behaviour, Clock, Faults, Settings, faults};
use serde_json::{Value, json};

async fn site(names: &[&str], behaviour: Behaviour) -> Site {
    let faults = Faults::named(names).unwrap();
    Site::with(Settings { faults, behaviour, clock: Clock::logical(), ..Settings::default() }).await
}

async fn with(names: &[&str]) -> Site {
    site(names, Behaviour::default()).await
}

fn named(name: &str) -> Value {
    json!({ "schemas": [USER], "userName": name })
}

#[tokio::test]
async fn stale_members_are_written_past_the_rules_of_the_product() {
    let mut strict = Behaviour { max_body: 600, ..Behaviour::default() };
    strict.groups.whole_member_list = provider::WholeList::Refused;
    strict.groups.max_members_per_request = Some(1);
    let site = site(&["concurrent-member-patches-lost"], strict).await;
    let all = crowd(&site.scim, 12).await;
    let path = format!("/Groups/{}", site.scim.group("g", &[]).await);
    let add = |id: &String| {
        let (scim, path) = (site.scim.clone(), path.clone());
        let operations = json!([{ "op": "add", "path": "members", "value": [{ "value": id }] }]);
        async move { scim.patch(&path, operations).await.status }
    };
    for id in &all[..7] {
        assert_eq!(add(id).await, 204, "one after the other loses nobody");
    }
    assert_eq!(site.scim.get(&path).await.members(), all[..7]);
    let statuses = futures::future::join_all(all[7..].iter().map(add)).await;
    assert_eq!(statuses, [204; 5]);
    assert!(site.scim.get(&path).await.members().len() < 12);
}

#[tokio::test]
async fn an_order_that_changes_hides_no_other_fault_of_a_list() {
    let site = with(&["page-order-changes", "total-counts-page", "password-shown", "lookup-hides-inactive-user"]).await;
    let made = crowd(&site.scim, 6).await;
    site.scim.patch(&format!("/Users/{}", made[0]), set("active", false)).await;
    let page = site.scim.get("/Users?count=2").await;
    assert_eq!((page.total(), page.ids().len()), (2, 2));
    assert!(page.body["Resources"][0]["password"].is_string(), "{}", page.text);
    assert_ne!(page.ids(), made[..2]);
    let mut found = site.scim.find("/Users", "userName pr").await.ids();
    found.sort();
    let mut right = made[1..].to_vec();
    right.sort();
    assert_eq!(found, right);
}

#[tokio::test]
async fn who_is_hidden_is_hidden_before_the_list_is_cut_into_pages() {
    for (fault, hidden) in [("lookup-hides-unlinked-user", "externalId"), ("lookup-hides-inactive-user", "active")] {
        let site = with(&[fault]).await;
        let mut shown = Vec::new();
        for (n, hides) in [true, false, true, false, false].into_iter().enumerate() {
            let mut body = user(&format!("u{n}"));
            if hides {
                body[hidden] = if hidden == "active" { false.into() } else { Value::Null };
            }
            let id = site.scim.post("/Users", body).await.id();
            shown.extend((!hides).then_some(id));
        }
        let mut paged = Vec::new();
        for start in 1..=3 {
            let page = site.scim.get(&format!("/Users?filter=userName+pr&count=1&startIndex={start}")).await;
            assert_eq!((page.total(), page.body["itemsPerPage"].as_u64()), (3, Some(1)), "{fault}: {}", page.text);
            paged.extend(page.ids());
        }
        assert_eq!(paged, shown, "{fault}");
        assert_eq!(site.scim.get("/Users?filter=userName+pr&count=0").await.total(), 3, "{fault}");
    }
}

#[tokio::test]
async fn whoever_signs_in_though_inactive_has_been_there() {
    let site = with(&["inactive-people-sign-in"]).await;
    let path = format!("/Users/{}", site.scim.user("ann").await);
    site.scim.patch(&path, set("active", false)).await;
    let answer = site.admin.post("/tenants/default/sign-in", json!({ "userName": "ann" })).await;
    assert_eq!(answer.status, 200);
    let state = site.admin.get("/tenants/default/state").await.body;
    assert!(state["users"][0]["last_active"].is_string(), "{state}");
    assert_eq!(answer.body["last_active"], state["users"][0]["last_active"]);
}

#[tokio::test]
async fn the_first_create_of_a_tenant_is_lost_however_its_path_is_written() {
    let site = with(&["lost-answer-makes-twin"]).await;
    assert!(site.scim.try_send("POST", "/Users/", &[], Some(named("ann"))).await.is_err());
    assert_eq!(site.scim.post("/Users", named("bob")).await.status, 201);
    assert_eq!(site.scim.post("/%55sers", named("cid")).await.status, 201);
}

#[tokio::test]
async fn the_letter_case_of_a_body_hides_no_fault() {
    let site = with(&["remove-value-empties-group"]).await;
    let (path, a, _) = pair(&site.scim).await;
    let body = json!({ "SCHEMAS": [PATCH], "operations": [
        { "OP": "Remove", "Path": "members", "VALUE": [{ "Value": a }] } ] });
    site.scim.send("PATCH", &path, &[], Some(body)).await;
    assert!(site.scim.get(&path).await.members().is_empty());
    let site = with(&["create-reactivates-stranger"]).await;
    let ann = site.scim.user("ann").await;
    site.scim.patch(&format!("/Users/{ann}"), set("active", false)).await;
    let again = site.scim.post("/Users", json!({ "SCHEMAS": [USER], "USERNAME": "ann" })).await;
    assert_eq!((again.status, again.body["active"].clone()), (201, json!(true)));
}

#[tokio::test]
async fn an_echo_is_json_whatever_is_echoed() {
    let site = with(&["token-echoed"]).await;
    let odd = Client { token: "to\"ken\\".into(), ..site.scim.clone() };
    let answer = odd.get("/Users").await;
    assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains("to\"ken\\")), "{}", answer.text);
    let site = with(&["forwarded-host-believed"]).await;
    let ann = format!("/Users/{}", site.scim.user("ann").await);
    let shown = site.scim.send("GET", &ann, &[("x-forwarded-host", "else\"where")], None).await;
    assert!(shown.body["meta"]["location"].as_str().is_some_and(|at| at.starts_with("https://else\"where/")));
}

#[tokio::test]
async fn what_becomes_of_a_create_becomes_of_it_together() {
    let site = with(&["created-inactive", "stored-name-transformed", "id-used-again", "user-name-not-unique"]).await;
    let first = site.scim.post("/Users", named("ann.b")).await;
    assert_eq!((&first.body["active"], &first.body["userName"]), (&json!(false), &json!("ann.b")));
    let path = format!("/Users/{}", first.id());
    assert_eq!(site.scim.get(&path).await.body["userName"], "ann_b");
    let plain = site.scim.post("/Users", named("bob")).await.id();
    site.scim.delete(&format!("/Users/{plain}")).await;
    assert_eq!(site.scim.post("/Users", named("bob")).await.id(), plain);
    let twin = site.scim.post("/Users", named("bob")).await;
    assert_eq!(twin.status, 201, "the id is somebody's already: {}", twin.text);
    assert_ne!(twin.id(), plain);
}

#[tokio::test]
async fn what_follows_a_rename_follows_together() {
    let site = with(&["rename-only-echoed", "rename-deactivates", "too-many-after-write"]).await;
    let path = format!("/Users/{}", site.scim.user("ann").await);
    assert_eq!(site.scim.patch(&path, set("userName", "eve")).await.status, 429);
    let now = site.scim.get(&path).await.body;
    assert_eq!((&now["userName"], &now["active"]), (&json!("ann"), &json!(false)));
}

#[tokio::test]
async fn answers_in_the_place_of_the_service_are_shown_like_its_own() {
    let site = with(&["create-hands-out-holder", "create-hands-out-stranger", "password-shown"]).await;
    let ann = site.scim.user("ann").await;
    let again = site.scim.post("/Users", user("ann")).await;
    assert_eq!((again.status, again.id()), (201, ann));
    assert!(again.body["password"].is_string());
    let site = with(&["filter-without-count-is-empty", "no-match-is-404"]).await;
    site.scim.user("ann").await;
    assert_eq!(site.scim.find("/Users", "userName eq \"ann\"").await.status, 404);
}

#[tokio::test]
async fn refusals_are_wrong_in_more_than_one_way_at_once() {
    let site = with(&["conflict-without-scim-type", "conflict-body-breaks-off", "scim-type-null"]).await;
    site.scim.user("ann").await;
    let conflict = site.scim.post("/Users", user("ann")).await;
    assert!(conflict.body.is_null() && !conflict.text.contains("schemas"), "{}", conflict.text);
    assert_eq!(site.scim.get("/Users/x").await.body["scimType"], "null");
    let site = with(&["token-echoed", "html-errors"]).await;
    let other = Client { token: "to<ken".into(), ..site.scim.clone() };
    let page = other.get("/Users").await;
    assert!(page.header("content-type").starts_with("text/html") && page.text.contains("to&lt;ken"), "{}", page.text);
    let site = with(&["duplicate-check-case-exact", "unique-with-external-id-only"]).await;
    site.scim.user("ann").await;
    assert_eq!(site.scim.post("/Users", named("ann")).await.status, 201);
    assert_eq!(site.scim.post("/Users", json!({ "schemas": [USER], "userName": "ANN" })).await.status, 201);
}

#[tokio::test]
async fn what_is_applied_halfway_ends_before_what_is_refused() {
    let site = with(&["patch-applied-halfway", "former-name-stays-reserved"]).await;
    let path = format!("/Users/{}", site.scim.user("ann").await);
    site.scim.patch(&path, set("userName", "eve")).await;
    let back = json!([{ "op": "replace", "path": "title", "value": "Dr" },
        { "op": "replace", "path": "userName", "value": "ann" }]);
    assert_eq!(site.scim.patch(&path, back).await.status, 409);
    let now = site.scim.get(&path).await.body;
    assert_eq!((&now["title"], &now["userName"]), (&json!("Dr"), &json!("eve")));
}

/// What every client does, whatever it meets.
async fn lifecycle(scim: &Client) -> Vec<(String, u16)> {
    let mut seen = Vec::new();
    let mut ids = Vec::new();
    let mut note = |what: &str, status: u16| seen.push((what.to_owned(), status));
    for name in ["ann", "Bob.c", "ann", "dé"] {
        if let Ok(answer) = scim.try_send("POST", "/Users", &[], Some(user(name))).await {
            note("create", answer.status);
            ids.extend(answer.body["id"].as_str().map(str::to_owned));
        }
    }
    let (a, b) = (ids.first().cloned().unwrap_or_default(), ids.get(1).cloned().unwrap_or_default());
    let made = scim.post("/Groups", group("g", &[&a, &b])).await;
    note("create group", made.status);
    let of_group = format!("/Groups/{}", made.body["id"].as_str().unwrap_or("none"));
    let member = |op: &str, id: &str| json!([{ "op": op, "path": "members", "value": [{ "value": id }] }]);
    for operations in [
        member("add", &b),
        member("Remove", &a),
        member("add", &a),
        json!([{ "op": "remove", "path": format!("members[value eq \"{a}\"]") }]),
        json!([{ "op": "replace", "value": { "displayName": "h" } }]),
    ] {
        note("patch group", scim.patch(&of_group, operations).await.status);
    }
    for filter in ["userName eq \"ann\"", "userName eq \"ANN\" and active eq true", "emails[value eq \"x\"]", "x"] {
        note("find", scim.get(&format!("/Users?filter={}&count=2", encode(filter))).await.status);
    }
    note("list", scim.get("/Users?startIndex=2&count=1").await.status);
    note("find group", scim.find("/Groups", "displayName eq \"g\"").await.status);
    let path = format!("/Users/{a}");
    for operations in [
        set("userName", "eve"),
        set("active", "False"),
        set("active", true),
        json!([{ "op": "replace", "value": { "title": "Dr", "active": false } }, { "op": "remove", "path": "title" }]),
        set("emails", json!([{ "value": "e@x", "type": "work" }])),
    ] {
        note("patch", scim.patch(&path, operations).await.status);
    }
    note("put", scim.put(&path, user("eve")).await.status);
    note("read", scim.get(&path).await.status);
    note("delete", scim.delete(&path).await.status);
    note("delete group", scim.delete(&of_group).await.status);
    if let Ok(answer) = scim.try_send("POST", "/Users", &[], Some(user("ann"))).await {
        note("create again", answer.status);
    }
    seen
}

#[tokio::test]
async fn twenty_at_once_do_not_break_the_service() {
    // These say themselves that they break: everybody else's 500 would be an accident.
    let breaks = |name: &str| ["crashes", "breaks", "412", "holds-name"].iter().any(|word| name.contains(word));
    let names: Vec<&str> = faults().iter().map(|fault| fault.name.as_str()).filter(|name| !breaks(name)).collect();
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut trouble = Vec::new();
    for _ in 0..40 {
        let mut chosen = Vec::new();
        while chosen.len() < 20 {
            // A generator of Marsaglia's: the same sets in every run.
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            let name = names[usize::try_from(state % names.len() as u64).unwrap()];
            if !chosen.contains(&name) {
                chosen.push(name);
            }
        }
        let site = with(&chosen).await;
        for (what, status) in lifecycle(&site.scim).await {
            if status >= 500 {
                trouble.push(format!("{what} is answered {status} under {chosen:?}"));
            }
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}
