//! PATCH (RFC 7644 section 3.5.2).

use crate::site::{BADGE, ENTERPRISE, applied, found, make, make_device, path, refused, rich};
use crate::support::{Answer, PATCH, Site, USER};
use serde_json::{Value, json};

/// A rich user's path.
async fn babs(site: &Site) -> String {
    path(&site.scim.post("/Users", rich("bab")).await.id())
}

async fn one(site: &Site, at: &str, op: &str, path: &str, value: Value) -> Answer {
    site.scim.patch(at, json!([{ "op": op, "path": path, "value": value }])).await
}

async fn remove(site: &Site, at: &str, path: &str) -> Answer {
    site.scim.patch(at, json!([{ "op": "remove", "path": path }])).await
}

/// Refuses these operations with this keyword, and leaves the resource as it was.
async fn refuses(site: &Site, at: &str, cases: Vec<(Value, &str)>) {
    let before = site.scim.get(at).await.body;
    for (operations, scim_type) in cases {
        refused(&site.scim.patch(at, operations).await, 400, scim_type);
        assert_eq!(site.scim.get(at).await.body, before);
    }
}

fn values(list: &Value) -> Vec<&str> {
    list.as_array().map(|l| l.iter().filter_map(|v| v["value"].as_str()).collect()).unwrap_or_default()
}

cases! {
    ["RFC7643-3.1-23"] meta_is_the_servers(site) {
        let at = babs(&site).await;
        let set = |path: &str, value: &str| json!([{ "op": "replace", "path": path, "value": value }]);
        let created = (set("meta.created", "2001-01-01T00:00:00Z"), "mutability");
        refuses(&site, &at, vec![created, (set("meta.resourceType", "Evil"), "mutability")]).await;
    }
    ["RFC7643-4.2-04"] a_member_is_not_rewritten(site) {
        let (a, b) = (site.scim.user("a").await, site.scim.user("b").await);
        let group = format!("/Groups/{}", site.scim.group("g", &[&a]).await);
        let answer = one(&site, &group, "replace", &format!("members[value eq \"{a}\"].value"), json!(b)).await;
        refused(&answer, 400, "mutability");
        assert_eq!(site.scim.get(&group).await.members(), [a]);
        let schema = site.scim.get("/Schemas/urn:ietf:params:scim:schemas:core:2.0:Group").await;
        let members = schema.body["attributes"].as_array().unwrap().iter().find(|a| a["name"] == "members").unwrap();
        for sub in members["subAttributes"].as_array().unwrap() {
            // What the server draws from the member itself nobody else can write at all.
            let wanted = if sub["name"] == "display" { "readOnly" } else { "immutable" };
            assert_eq!(sub["mutability"], wanted, "{sub}");
        }
    }
    ["RFC7644-3.5.2-02", "RFC7644-3.5.2-05", "RFC7644-3.5.2-06"] operations_are_the_three(site) {
        let at = babs(&site).await;
        let op = |op: Value| json!([{ "op": op, "path": "title", "from": "nickName", "value": "x" }]);
        for other in ["move", "copy", "test", "upsert"] {
            refuses(&site, &at, vec![(op(json!(other)), "invalidSyntax")]).await;
        }
        refuses(&site, &at, vec![
            (op(Value::Null), "invalidSyntax"),
            (json!([{ "path": "title", "value": "x" }]), "invalidSyntax"),
            (json!([{ "op": "replace", "path": "emails/0", "value": {} }]), "invalidPath"),
        ]).await;
        let index = one(&site, &at, "replace", "emails[0]", json!({})).await;
        assert!(index.status == 400 && ["invalidPath", "invalidFilter"].contains(&index.body["scimType"].as_str().unwrap()));
        for (op, title) in [("add", json!("a")), ("replace", json!("b"))] {
            assert_eq!(applied(&one(&site, &at, op, "title", title.clone()).await)["title"], title);
        }
        assert!(applied(&remove(&site, &at, "title").await).get("title").is_none());
    }
    ["RFC7644-3.5.2-03", "RFC7644-3.5.2-04"] the_body_is_a_patch(site) {
        let at = babs(&site).await;
        let operations = json!([{ "op": "replace", "path": "title", "value": "x" }]);
        for body in [
            json!({ "Operations": operations }),
            json!({ "schemas": [USER], "Operations": operations }),
            json!({ "schemas": [PATCH] }),
            json!({ "schemas": [PATCH], "Operations": [] }),
            json!({ "schemas": [PATCH], "Operations": operations[0] }),
        ] {
            refused(&site.scim.send("PATCH", &at, &[], Some(body)).await, 400, "invalidSyntax");
        }
        assert_eq!(site.scim.get(&at).await.body["title"], "Guide");
    }
    ["RFC7644-3.5.2-09"] paths_follow_the_grammar(site) {
        let at = babs(&site).await;
        for path in ["", "emails[", "emails[type eq ]", "name..givenName", "emails.value[type eq \"x\"]", "na me"] {
            let answer = one(&site, &at, "replace", path, json!("x")).await;
            let kind = answer.body["scimType"].as_str().unwrap_or_default().to_owned();
            assert!(answer.status == 400 && ["invalidPath", "invalidFilter"].contains(&kind.as_str()), "{path}: {answer:?}");
        }
    }
    ["RFC7644-3.5.2-10"] a_value_path_selects(site) {
        let at = babs(&site).await;
        let answer = one(&site, &at, "replace", "emails[type eq \"work\"].value", json!("n@x.example")).await;
        assert_eq!(values(&applied(&answer)["emails"]), ["n@x.example", "bab@home.example"]);
    }
    ["RFC7644-3.5.2-11", "RFC7644-3.5.2-13"] targets_have_their_rules(site) {
        let at = babs(&site).await;
        let set = |op: &str, path: &str, value: Value| json!([{ "op": op, "path": path, "value": value }]);
        refuses(&site, &at, vec![
            (set("replace", "active", json!("abc")), "invalidValue"),
            (set("add", "emails", json!(7)), "invalidValue"),
            (set("replace", "id", json!("x")), "mutability"),
            (set("add", "groups", json!([{ "value": "x" }])), "mutability"),
            (set("replace", &format!("{ENTERPRISE}:manager.displayName"), json!("x")), "mutability"),
        ]).await;
    }
    ["RFC7644-3.5.2-16"] a_bare_name_is_of_the_resources_schema(site) {
        let at = babs(&site).await;
        let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
        assert_eq!(applied(&one(&site, &at, "replace", "displayName", json!("U")).await)["displayName"], "U");
        assert_eq!(one(&site, &group, "replace", "displayName", json!("G")).await.status, 204);
        assert_eq!(site.scim.get(&group).await.body["displayName"], "G");
        refused(&one(&site, &at, "replace", "department", json!("x")).await, 400, "invalidPath");
    }
    ["RFC7644-3.5.2-17", "RFC7644-3.5.2-19"] schemas_follow_the_data(site) {
        let at = path(&make(&site, json!({ "userName": "a" })).await.id());
        let answer = site.scim.patch(&at, json!([
            { "op": "add", "path": "schemas", "value": [BADGE] },
            { "op": "add", "path": format!("{BADGE}:number"), "value": "7" },
        ])).await;
        assert_eq!(applied(&answer)[BADGE], json!({ "number": "7" }));
        one(&site, &at, "add", &format!("{ENTERPRISE}:employeeNumber"), json!("701")).await;
        let read = site.scim.get(&at).await.body;
        for urn in [ENTERPRISE, BADGE] {
            assert!(read["schemas"].as_array().unwrap().contains(&json!(urn)), "{read}");
        }
        assert_eq!(read[ENTERPRISE], json!({ "employeeNumber": "701" }));
    }
    ["RFC7644-3.5.2-20"] operations_build_on_each_other(site) {
        let at = babs(&site).await;
        let answer = site.scim.patch(&at, json!([
            { "op": "remove", "path": "nickName" },
            { "op": "add", "path": "nickName", "value": "a" },
            { "op": "replace", "path": "nickName", "value": "b" },
            { "op": "add", "path": "emails", "value": [{ "value": "x@x" }] },
            { "op": "replace", "path": "emails[value eq \"x@x\"].type", "value": "other" },
        ])).await;
        assert_eq!(applied(&answer)["nickName"], "b");
        assert_eq!(answer.body["emails"][2], json!({ "value": "x@x", "type": "other" }));
    }
    ["RFC7644-3.5.2-21"] one_value_is_primary(site) {
        let at = babs(&site).await;
        for answer in [
            one(&site, &at, "replace", "emails[type eq \"home\"].primary", json!(true)).await,
            one(&site, &at, "add", "emails", json!([{ "value": "new@x", "primary": true }])).await,
        ] {
            let emails = applied(&answer)["emails"].as_array().unwrap();
            assert_eq!(emails.iter().filter(|e| e["primary"] == true).count(), 1, "{answer:?}");
            assert_ne!(emails[0]["primary"], true);
        }
    }
    ["RFC7644-3.5.2-22", "RFC7644-3.5.2-23"] all_or_nothing(site) {
        let at = babs(&site).await;
        let before = site.scim.get(&at).await;
        let answer = site.scim.patch(&at, json!([
            { "op": "replace", "path": "title", "value": "New" },
            { "op": "add", "path": "emails", "value": [{ "value": "new@x" }] },
            { "op": "replace", "path": "nothing", "value": 1 },
        ])).await;
        refused(&answer, 400, "invalidPath");
        let after = site.scim.get(&at).await;
        assert_eq!((after.body.clone(), after.header("etag")), (before.body.clone(), before.header("etag")));
        let user = site.scim.user("m").await;
        let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
        let add = json!({ "op": "add", "path": "members", "value": [{ "value": user }] });
        assert_eq!(site.scim.patch(&group, json!([add, { "op": "remove", "path": "displayName" }])).await.status, 400);
        assert!(site.scim.get(&group).await.members().is_empty());
        assert!(site.scim.get(&path(&user)).await.body.get("groups").is_none());
    }
    ["RFC7644-3.5.2-26"] success_is_200_or_204(site) {
        let at = babs(&site).await;
        let user = one(&site, &at, "replace", "title", json!("x")).await;
        assert_eq!((user.status, user.id()), (200, at.trim_start_matches("/Users/").to_owned()));
        assert_eq!(user.body, site.scim.get(&at).await.body);
        let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
        let answer = one(&site, &group, "replace", "displayName", json!("h")).await;
        assert_eq!((answer.status, answer.text.as_str()), (204, ""));
    }
    ["RFC7644-3.5.2-30"] nobody_is_not_found(site) {
        refused(&one(&site, "/Users/nobody", "add", "title", json!("x")).await, 404, "");
        assert_eq!(site.scim.get("/Users").await.total(), 0);
    }
    ["RFC7644-3.5.2-31"] paths_have_no_case(site) {
        let at = babs(&site).await;
        assert_eq!(applied(&one(&site, &at, "replace", "NAME.FAMILYNAME", json!("N")).await)["name"]["familyName"], "N");
        let urn = format!("{}:DEPARTMENT", ENTERPRISE.to_uppercase());
        assert_eq!(applied(&one(&site, &at, "replace", &urn, json!("D")).await)[ENTERPRISE]["department"], "D");
    }
    ["RFC7644-3.5.2.1-01", "RFC7644-3.5.2.3-11"] a_value_is_needed(site) {
        let at = babs(&site).await;
        let op = |op: &str| json!([{ "op": op, "path": "title" }]);
        refuses(&site, &at, vec![(op("add"), "invalidValue"), (op("replace"), "invalidValue")]).await;
    }
    ["RFC7644-3.5.2.1-03"] add_without_a_path(site) {
        let at = babs(&site).await;
        let value = json!({ "nickName": "a", "emails": [{ "value": "new@x" }] });
        let answer = site.scim.patch(&at, json!([{ "op": "add", "value": value }])).await;
        assert_eq!(applied(&answer)["nickName"], "a");
        assert_eq!(values(&answer.body["emails"]), ["bab@work.example", "bab@home.example", "new@x"]);
    }
    ["RFC7644-3.5.2.1-04", "RFC7644-3.5.2.1-08", "RFC7644-3.5.2.1-07"] add_sets_a_single_value(site) {
        let at = path(&make(&site, json!({ "userName": "a", "displayName": "old" })).await.id());
        for (name, value) in [("title", "T"), ("nickName", "N"), ("displayName", "new")] {
            assert_eq!(applied(&one(&site, &at, "add", name, json!(value)).await)[name], value);
        }
        assert_eq!(applied(&one(&site, &at, "add", "name.givenName", json!("G")).await)["name"]["givenName"], "G");
    }
    ["RFC7644-3.5.2.1-05"] add_to_a_complex_attribute(site) {
        let at = path(&make(&site, json!({ "userName": "a", "name": { "givenName": "G" } })).await.id());
        let answer = one(&site, &at, "add", "name", json!({ "middleName": "Q" })).await;
        assert_eq!(applied(&answer)["name"], json!({ "givenName": "G", "middleName": "Q" }));
        refused(&one(&site, &at, "add", "name", json!("x")).await, 400, "invalidValue");
    }
    ["RFC7644-3.5.2.1-06"] add_appends(site) {
        let at = babs(&site).await;
        let answer = one(&site, &at, "add", "emails", json!([{ "value": "new@x" }])).await;
        assert_eq!(values(&applied(&answer)["emails"]), ["bab@work.example", "bab@home.example", "new@x"]);
    }
    ["RFC7644-3.5.2.1-11"] what_is_there_already_moves_nothing(site) {
        let user = site.scim.user("a").await;
        let group = format!("/Groups/{}", site.scim.group("g", &[&user]).await);
        let before = site.scim.get(&group).await;
        assert_eq!(one(&site, &group, "add", "members", json!([{ "value": user }])).await.status, 204);
        let after = site.scim.get(&group).await;
        assert_eq!((after.body.clone(), after.header("etag")), (before.body.clone(), before.header("etag")));
        let at = babs(&site).await;
        let before = site.scim.get(&at).await.body;
        let email = before["emails"][0].clone();
        assert_eq!(applied(&one(&site, &at, "add", "emails", json!([email])).await), &before);
    }
    ["RFC7644-3.5.2.2-01"] remove_needs_a_path(site) {
        let at = babs(&site).await;
        refuses(&site, &at, vec![(json!([{ "op": "remove" }]), "noTarget")]).await;
    }
    ["RFC7644-3.5.2.2-02"] remove_a_single_value(site) {
        let at = babs(&site).await;
        assert!(applied(&remove(&site, &at, "nickName").await).get("nickName").is_none());
        assert!(site.scim.get(&at).await.body.get("nickName").is_none());
        assert!(found(&site, "nickName pr").await.is_empty());
    }
    ["RFC7644-3.5.2.2-03"] remove_every_value(site) {
        let at = babs(&site).await;
        assert!(applied(&remove(&site, &at, "emails").await).get("emails").is_none());
        let (a, b) = (site.scim.user("a").await, site.scim.user("b").await);
        let group = format!("/Groups/{}", site.scim.group("g", &[&a, &b]).await);
        assert_eq!(remove(&site, &group, "members").await.status, 204);
        assert!(site.scim.get(&group).await.members().is_empty());
    }
    ["RFC7644-3.5.2.2-04"] the_last_member_gone(site) {
        let a = site.scim.user("a").await;
        let group = format!("/Groups/{}", site.scim.group("g", &[&a]).await);
        assert_eq!(remove(&site, &group, &format!("members[value eq \"{a}\"]")).await.status, 204);
        assert!(site.scim.get(&group).await.body.get("members").is_none());
    }
    ["RFC7644-3.5.2.2-05", "RFC7644-3.5.2.2-06", "RFC7644-3.5.2.2-07"] remove_by_filter(site) {
        let at = babs(&site).await;
        let answer = remove(&site, &at, "emails[type eq \"work\"].primary").await;
        assert_eq!(applied(&answer)["emails"][0], json!({ "value": "bab@work.example", "type": "work" }));
        let answer = remove(&site, &at, "name.middleName").await;
        assert_eq!(applied(&answer)["name"], json!({ "givenName": "Bab", "familyName": "Jensen" }));
        let answer = remove(&site, &at, "emails[type eq \"work\"]").await;
        assert_eq!(values(&applied(&answer)["emails"]), ["bab@home.example"]);
        assert!(applied(&remove(&site, &at, "emails[value pr]").await).get("emails").is_none());
    }
    ["RFC7644-3.5.2.2-08", "RFC7644-3.5.2.2-09"] what_cannot_go(site) {
        let at = babs(&site).await;
        let op = |path: &str| json!([{ "op": "remove", "path": path }]);
        for path in ["userName", "id", "meta", "groups"] {
            refuses(&site, &at, vec![(op(path), "mutability")]).await;
        }
        let group = format!("/Groups/{}", site.scim.group("g", &[]).await);
        refuses(&site, &group, vec![(op("displayName"), "mutability")]).await;
        let device = make_device(&site, "1", json!({})).await;
        refuses(&site, &device, vec![(op("serial"), "mutability")]).await;
    }
    ["RFC7644-3.5.2.3-01"] replace_without_a_path(site) {
        let at = babs(&site).await;
        let answer = site.scim.patch(&at, json!([{ "op": "replace", "value": { "displayName": "n", "title": "t" } }])).await;
        assert_eq!((&applied(&answer)["displayName"], &answer.body["title"]), (&json!("n"), &json!("t")));
        assert_eq!(answer.body["nickName"], "Babs");
        refuses(&site, &at, vec![(json!([{ "op": "replace", "value": "x" }]), "invalidValue")]).await;
    }
    ["RFC7644-3.5.2.3-02", "RFC7644-3.5.2.3-03", "RFC7644-3.5.2.3-04"] replace_by_path(site) {
        let at = babs(&site).await;
        assert_eq!(applied(&one(&site, &at, "replace", "displayName", json!("n")).await)["displayName"], "n");
        let answer = one(&site, &at, "replace", "emails", json!([{ "value": "only@x" }])).await;
        assert_eq!(applied(&answer)["emails"], json!([{ "value": "only@x" }]));
        assert_eq!(applied(&one(&site, &at, "replace", "profileUrl", json!("https://x.example/")).await)["profileUrl"], "https://x.example/");
    }
    ["RFC7644-3.5.2.3-05", "RFC7644-3.5.2.3-06"] replace_parts_of_a_complex_attribute(site) {
        let at = babs(&site).await;
        let answer = one(&site, &at, "replace", "name", json!({ "givenName": "N" })).await;
        assert_eq!(applied(&answer)["name"], json!({ "givenName": "N", "familyName": "Jensen", "middleName": "J" }));
    }
    ["RFC7644-3.5.2.3-07", "RFC7644-3.5.2.3-08"] replace_every_match(site) {
        let place = |kind: &str, street: &str| json!({ "type": kind, "streetAddress": street, "locality": "L" });
        let addresses = json!([place("work", "1"), place("work", "2"), place("home", "3")]);
        let at = path(&make(&site, json!({ "userName": "a", "addresses": addresses })).await.id());
        let answer = one(&site, &at, "replace", "addresses[type eq \"work\"].postalCode", json!("9")).await;
        for (n, code) in [(0, json!("9")), (1, json!("9")), (2, Value::Null)] {
            assert_eq!(applied(&answer)["addresses"][n]["postalCode"], code);
            assert_eq!(answer.body["addresses"][n]["locality"], "L");
        }
        let answer = one(&site, &at, "replace", "addresses[type eq \"work\"]", json!({ "region": "R" })).await;
        assert_eq!(applied(&answer)["addresses"].as_array().unwrap().iter().filter(|a| a["region"] == "R").count(), 2);
        assert_eq!(answer.body["addresses"][2], place("home", "3"));
    }
    ["RFC7644-3.5.2.3-09"] replace_without_a_match(site) {
        let at = babs(&site).await;
        let op = json!([{ "op": "replace", "path": "emails[type eq \"nomatch\"].value", "value": "x" }]);
        refuses(&site, &at, vec![(op, "noTarget")]).await;
    }
}
