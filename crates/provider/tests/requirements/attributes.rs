//! Attributes, their types and characteristics (RFC 7643 sections 2 to 4 and 7).

use crate::site::{DEVICE, ENTERPRISE, LEASE, applied, device, found, make, make_device, path, refused, rich};
use crate::support::{Client, GROUP, Site, USER, group};
use serde_json::{Value, json};

/// A resource behind an absolute reference.
async fn follow(site: &Site, reference: &Value) -> String {
    let url = reference.as_str().unwrap();
    let rest = url.strip_prefix(&site.scim.base).unwrap_or_else(|| panic!("{url}"));
    assert!(url.starts_with("http://") && !url.contains(' '), "{url}");
    let answer = site.scim.get(rest).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.id()
}

fn with(mut body: Value, name: &str, value: Value) -> Value {
    body[name] = value;
    body
}

cases! {
    ["RFC7643-2-01", "RFC7643-2.3.2-01"] values_have_their_type(site) {
        for (name, value) in [("active", json!("maybe")), ("active", json!("true")), ("active", json!(1)), ("title", json!(7)), ("name", json!("x")), ("title", json!(["x"]))] {
            refused(&site.scim.post("/Users", with(rich("a"), name, value)).await, 400, "invalidValue");
        }
        let made = site.scim.post("/Users", rich("a")).await.body;
        assert_eq!((&made["active"], &made["emails"][0]["primary"]), (&json!(true), &json!(true)));
    }
    ["RFC7643-2.1-03"] names_have_no_case(site) {
        let made = site.scim.post("/Users", json!({ "SCHEMAS": [USER], "USERNAME": "x", "DisplayName": "y", "NAME": { "GIVENNAME": "g" } })).await;
        assert_eq!((made.status, &made.body["userName"], &made.body["displayName"]), (201, &json!("x"), &json!("y")));
        assert_eq!(made.body["name"], json!({ "givenName": "g" }));
        let at = path(&made.id());
        let put = site.scim.put(&at, json!({ "schemas": [USER], "username": "x", "DISPLAYNAME": "z" })).await;
        assert_eq!(applied(&put)["displayName"], "z");
        let patch = site.scim.patch(&at, json!([{ "OP": "replace", "Path": "DISPLAYNAME", "VALUE": "w" }])).await;
        assert_eq!(applied(&patch)["displayName"], "w");
    }
    ["RFC7643-2.3-02", "RFC7643-2.3.3-01", "RFC7643-2.3.4-01", "RFC7643-2.3.5-01", "RFC7643-2.3.5-02", "RFC7643-2.3.5-03",
     "RFC7643-2.3.6-01"] every_type_of_value(site) {
        let good = json!({
            "weight": 0.5, "ports": 4, "boughtAt": "2024-01-31T10:00:00Z", "key": "QUJD", "label": "l", "tags": ["a"],
            "owner": "https://x.example/1", "place": { "room": "r", "floor": -2 },
        });
        let at = make_device(&site, "1", good.clone()).await;
        let read = site.scim.get(&at).await;
        for (name, value) in good.as_object().unwrap() {
            assert_eq!(&read.body[name], value, "{name}");
        }
        assert!(read.text.contains("\"ports\":4,"), "{read:?}");
        let whole = make_device(&site, "2", json!({ "weight": 3.0 })).await;
        assert_eq!(site.scim.get(&whole).await.body["weight"].as_f64(), Some(3.0));
        for (name, value) in [
            ("weight", json!("0.5")), ("ports", json!(1.5)), ("ports", json!("4")), ("boughtAt", json!("2024-01-01")),
            ("boughtAt", json!(1_700_000_000)), ("boughtAt", json!("yesterday")), ("key", json!("!!notbase64!!")), ("tags", json!("a")), ("place", json!("r")),
        ] {
            refused(&site.scim.post("/Devices", with(device("3"), name, value)).await, 400, "invalidValue");
        }
        for name in ["created", "lastModified"] {
            let time = read.body["meta"][name].as_str().unwrap();
            assert!(time.parse::<jiff::Timestamp>().is_ok() && time.as_bytes()[10] == b'T', "{time}");
        }
    }
    ["RFC7643-2.3.7-02", "RFC7643-2.3.7-03", "RFC7643-2.3.7-06", "RFC7643-2.3.7-07", "RFC7643-4.1.2-25", "RFC7643-4.1.2-26",
     "RFC7643-4.2-05", "RFC7643-4.2-06"] references_lead_somewhere(site) {
        let user = site.scim.post("/Users", rich("a")).await.id();
        let inner = site.scim.group("inner", &[]).await;
        let outer = site.scim.group("outer", &[&user, &inner]).await;
        let read = site.scim.get(&format!("/Groups/{outer}")).await;
        assert_eq!(read.members(), [user.clone(), inner.clone()]);
        for member in read.body["members"].as_array().unwrap() {
            assert_eq!(follow(&site, &member["$ref"]).await, member["value"].as_str().unwrap());
        }
        let read = site.scim.get(&path(&user)).await.body;
        assert_eq!(read["groups"][0]["value"], outer);
        assert_eq!(follow(&site, &read["groups"][0]["$ref"]).await, outer);
        assert_eq!(follow(&site, &read["meta"]["location"]).await, user);
    }
    ["RFC7643-2.3.8-01"] the_order_of_members_is_nothing(site) {
        let sent = rich("a");
        let reversed: serde_json::Map<String, Value> = rich("b").as_object().unwrap().clone().into_iter().rev().collect();
        let one = site.scim.post("/Users", sent).await.body;
        let two = site.scim.post("/Users", Value::Object(reversed)).await;
        assert_eq!(two.status, 201);
        for name in ["schemas", "name", "displayName", ENTERPRISE] {
            assert_eq!(one[name], two.body[name], "{name}");
        }
        let patch = site.scim.patch(&path(&two.id()), json!([{ "value": "x", "path": "title", "op": "add" }])).await;
        assert_eq!(applied(&patch)["title"], "x");
    }
    ["RFC7643-2.4-01", "RFC7643-2.4-02"] several_values_are_an_array(site) {
        let made = make(&site, json!({ "userName": "a", "emails": [{ "VALUE": "x", "Type": "work" }], "roles": [{ "value": "r" }] })).await.body;
        assert_eq!((&made["emails"], &made["roles"]), (&json!([{ "value": "x", "type": "work" }]), &json!([{ "value": "r" }])));
        for value in [json!({ "value": "x" }), json!([{ "value": 1 }]), json!([{ "value": { "x": 1 } }]), json!([{ "primary": "yes" }])] {
            refused(&site.scim.post("/Users", with(rich("b"), "emails", value)).await, 400, "invalidValue");
        }
    }
    ["RFC7643-2.4-03"] well_known_parts(site) {
        for schema in site.scim.get("/Schemas").await.body["Resources"].as_array().unwrap() {
            for attribute in schema["attributes"].as_array().unwrap().iter().filter(|a| a["multiValued"] == true) {
                for sub in attribute["subAttributes"].as_array().unwrap_or(&Vec::new()) {
                    let expected = match sub["name"].as_str().unwrap() {
                        "primary" => "boolean",
                        "$ref" => "reference",
                        "type" | "display" => "string",
                        _ => continue,
                    };
                    assert_eq!(sub["type"], expected, "{attribute}");
                }
            }
        }
    }
    ["RFC7643-2.4-04", "RFC7643-2.4-06"] at_most_one_primary(site) {
        let two = json!([{ "value": "x", "primary": true }, { "value": "y", "primary": true }]);
        refused(&site.scim.post("/Users", with(rich("a"), "emails", two.clone())).await, 400, "invalidValue");
        let at = path(&make(&site, json!({ "userName": "b", "emails": [{ "value": "x" }] })).await.id());
        refused(&site.scim.put(&at, json!({ "schemas": [USER], "userName": "b", "emails": two })).await, 400, "invalidValue");
        assert_ne!(site.scim.get(&at).await.body["emails"][0]["primary"], true);
        assert!(found(&site, "emails[primary eq true]").await.is_empty());
    }
    ["RFC7643-2.4-08"] the_version_in_a_reference_is_nothing(site) {
        let user = site.scim.user("a").await;
        let own = format!("{}/Users/{user}", site.scim.base);
        let member = |reference: String| json!({ "value": user, "$ref": reference });
        let both = json!([member(own.clone()), member(own.replace("/v2/", "/")), member(own.replace("/v2/", "/v1/"))]);
        let at = format!("/Groups/{}", site.scim.group("g", &[]).await);
        for op in ["add", "add", "replace"] {
            let answer = site.scim.patch(&at, json!([{ "op": op, "path": "members", "value": both }])).await;
            assert_eq!(answer.status, 204, "{answer:?}");
            assert_eq!(site.scim.get(&at).await.members(), std::slice::from_ref(&user));
        }
    }
    ["RFC7643-2.5-01", "RFC7643-2.5-02"] three_ways_to_have_no_value(site) {
        let mut shown = Vec::new();
        for (name, more) in [("a", json!({})), ("b", json!({ "nickName": null, "emails": null })), ("c", json!({ "emails": [] }))] {
            let mut body = json!({ "userName": name });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let made = make(&site, body).await.body;
            shown.push(made.as_object().unwrap().keys().cloned().collect::<Vec<_>>());
        }
        assert!(shown.windows(2).all(|w| w[0] == w[1]), "{shown:?}");
        let at = path(&site.scim.post("/Users", rich("d")).await.id());
        let ops = json!([{ "op": "replace", "path": "nickName", "value": null }, { "op": "replace", "path": "emails", "value": [] }]);
        assert_eq!(site.scim.patch(&at, ops).await.status, 200);
        let other = path(&site.scim.post("/Users", rich("e")).await.id());
        let cleared = with(with(rich("e"), "nickName", Value::Null), "emails", json!([]));
        assert_eq!(site.scim.put(&other, cleared).await.status, 200);
        for at in [&at, &other] {
            let read = site.scim.get(at).await.body;
            assert_eq!((read.get("nickName"), read.get("emails")), (None, None));
        }
        assert!(found(&site, "nickName pr or emails pr").await.is_empty());
    }
    ["RFC7643-3-10", "RFC7643-3.1-01"] every_type_has_the_common_attributes(site) {
        make(&site, json!({ "userName": "a", "externalId": "E" })).await;
        site.scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "g", "externalId": "E" })).await;
        make_device(&site, "1", json!({ "externalId": "E" })).await;
        for endpoint in ["/Users", "/Groups", "/Devices"] {
            let list = site.scim.find(endpoint, "externalId eq \"E\" and meta.created pr and id pr").await;
            assert_eq!(list.total(), 1, "{endpoint}");
            assert!(list.body["Resources"][0]["id"].is_string() && list.body["Resources"][0]["meta"].is_object());
            let shown = site.scim.get(&format!("{endpoint}?attributes=externalId,meta.location")).await.body["Resources"][0].clone();
            assert!(shown["externalId"] == "E" && shown["meta"].as_object().unwrap().len() == 1);
        }
    }
    ["RFC7643-3-11", "RFC7643-3-12", "RFC7643-3.3-07"] where_attributes_stand(site) {
        let wrapped = json!({ "schemas": [USER], (USER): { "userName": "a" } });
        refused(&site.scim.post("/Users", wrapped).await, 400, "invalidValue");
        let made = site.scim.post("/Users", with(rich("b"), "costCenter", json!("7"))).await.body;
        assert!(made["userName"] == "b" && made.get(USER).is_none() && made.get("employeeNumber").is_none());
        assert_eq!((made.get("costCenter"), &made[ENTERPRISE]), (None, &rich("b")[ENTERPRISE]));
    }
    ["RFC7643-3.1-07", "RFC7643-3.1-08", "RFC7643-3.1-11"] ids_are_for_ever(site) {
        let mut ids = Vec::new();
        for n in 0..20 {
            ids.push(site.scim.user(&format!("u{n}")).await);
            ids.push(site.scim.group(&format!("g{n}"), &[]).await);
            ids.push(make_device(&site, &format!("d{n}"), json!({})).await.trim_start_matches("/Devices/").to_owned());
        }
        let first = path(&ids[0]);
        let put = site.scim.put(&first, json!({ "schemas": [USER], "userName": "new" })).await;
        let patch = site.scim.patch(&first, json!([{ "op": "replace", "path": "userName", "value": "newer" }])).await;
        assert_eq!((put.id(), patch.id()), (ids[0].clone(), ids[0].clone()));
        for at in [first, format!("/Groups/{}", ids[1]), format!("/Devices/{}", ids[2])] {
            assert_eq!(site.scim.delete(&at).await.status, 204);
        }
        for n in 0..20 {
            ids.push(site.scim.user(&format!("v{n}")).await);
        }
        let distinct: std::collections::BTreeSet<_> = ids.iter().collect();
        assert_eq!(distinct.len(), ids.len());
        assert!(ids.iter().all(|id| !id.to_lowercase().contains("bulkid")));
    }
    ["RFC7643-3.1-16"] the_server_invents_no_external_id(site) {
        let made = make(&site, json!({ "userName": "a" })).await;
        for body in [&made.body, &site.scim.get(&path(&made.id())).await.body, &site.scim.get("/Users").await.body["Resources"][0]] {
            assert!(body.get("externalId").is_none());
        }
    }
    ["RFC7643-4.1.1-19"] active_is_a_switch(site) {
        let at = path(&site.scim.user("a").await);
        site.scim.patch(&at, json!([{ "op": "replace", "path": "active", "value": false }])).await;
        assert_eq!(site.scim.get(&at).await.body["active"], false);
        assert_eq!(site.scim.get("/Users").await.total(), 1);
    }
    ["RFC7643-4.1.2-28"] groups_are_joined_from_the_group(site) {
        let other = site.scim.group("g", &[]).await;
        let made = make(&site, json!({ "userName": "a", "groups": [{ "value": other }] })).await;
        let at = path(&made.id());
        let put = site.scim.put(&at, json!({ "schemas": [USER], "userName": "a", "groups": [{ "value": other }] })).await;
        assert_eq!(put.status, 200);
        let add = json!([{ "op": "add", "path": "groups", "value": [{ "value": other }] }]);
        refused(&site.scim.patch(&at, add).await, 400, "mutability");
        assert!(site.scim.members_of(&other).await.is_empty());
    }
    ["RFC7643-4.3-05"] the_managers_name_is_the_servers(site) {
        let boss = site.scim.user("boss").await;
        let forged = json!({ "value": boss, "displayName": "Forged" });
        let body = json!({ "schemas": [USER, ENTERPRISE], "userName": "a", (ENTERPRISE): { "manager": forged } });
        let made = site.scim.post("/Users", body.clone()).await;
        let at = path(&made.id());
        let put = site.scim.put(&at, body).await;
        for answer in [&made, &put] {
            assert_eq!(answer.body[ENTERPRISE]["manager"]["value"], boss);
            assert_ne!(answer.body[ENTERPRISE]["manager"]["displayName"], "Forged");
        }
        let op = json!([{ "op": "replace", "path": format!("{ENTERPRISE}:manager.displayName"), "value": "Forged" }]);
        refused(&site.scim.patch(&at, op).await, 400, "mutability");
    }
    ["RFC7643-7-23"] case_is_kept(site) {
        let made = make(&site, json!({ "userName": "MiXeD", "externalId": "MiXeD" })).await;
        for body in [&made.body, &site.scim.get(&path(&made.id())).await.body, &site.scim.get("/Users").await.body["Resources"][0]] {
            assert_eq!((&body["externalId"], &body["userName"]), (&json!("MiXeD"), &json!("MiXeD")));
        }
    }
    ["RFC7643-7-27"] read_only_is_read_only(site) {
        let at = make_device(&site, "1", json!({ "state": "x" })).await;
        let put = site.scim.put(&at, with(device("1"), "state", json!("y"))).await;
        assert!(applied(&put).get("state").is_none());
        refused(&site.scim.patch(&at, json!([{ "op": "add", "path": "state", "value": "z" }])).await, 400, "mutability");
        let user = path(&site.scim.user("a").await);
        for (name, value) in [("id", json!("x")), ("meta.version", json!("x")), ("groups", json!([]))] {
            let op = json!([{ "op": "replace", "path": name, "value": value }]);
            refused(&site.scim.patch(&user, op).await, 400, "mutability");
        }
    }
    ["RFC7643-8.2-E5990"] countries_have_two_letters(site) {
        let address = |country: &str| json!([{ "type": "work", "country": country }]);
        let made = make(&site, json!({ "userName": "a", "addresses": address("US") })).await;
        assert_eq!(made.body["addresses"], address("US"));
    }
}

#[tokio::test]
async fn what_an_extension_calls_unique_is_unique() {
    let site = crate::site::start().await;
    let badge = |name: &str, number: &str| json!({ "userName": name, (crate::site::BADGE): { "number": number } });
    let first = make(&site, badge("a", "7")).await;
    let mut body = badge("b", "7");
    body["schemas"] = json!([USER]);
    refused(&site.scim.post("/Users", body).await, 409, "uniqueness");
    make(&site, badge("c", "8")).await;
    let op = json!([{ "op": "replace", "path": format!("{}:number", crate::site::BADGE), "value": "8" }]);
    refused(&site.scim.patch(&path(&first.id()), op).await, 409, "uniqueness");
    let chip = |name: &str| json!({ "schemas": [USER], "userName": name, (crate::site::BADGE): { "chip": "c", "number": "7" } });
    assert_eq!(site.tenant("first").await.post("/Users", chip("x")).await.status, 201, "a number is a tenant's own");
    refused(&site.tenant("second").await.post("/Users", chip("x")).await, 409, "uniqueness");
    make_device(&site, "s", json!({})).await;
    refused(&site.scim.post("/Devices", device("s")).await, 409, "uniqueness");
    assert_eq!(site.scim.get("/Devices").await.total(), 1);
}

#[tokio::test]
async fn tenants_have_their_own_devices() {
    let site = crate::site::start().await;
    let at = make_device(&site, "1", json!({})).await;
    let other: Client = site.tenant("other").await;
    assert_eq!(other.get(&at).await.status, 404);
    assert_eq!(other.post("/Devices", device("1")).await.status, 201);
    assert_eq!(other.post("/Groups", group("g", &[])).await.status, 201);
    assert_eq!(site.scim.get("/Devices").await.body["Resources"][0]["schemas"], json!([DEVICE, LEASE]));
}
