//! What SCIM asks of HTTP (RFC 7644 sections 3.1, 3.2, 3.8, 3.13).

use crate::site::{ENTERPRISE, ERROR, SEARCH, device, found, make, path, refused, rich};
use crate::support::{Client, GROUP, Site, USER, encode, user};
use serde_json::{Value, json};

/// Shows every text in a body.
fn each_text(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::String(text) => visit(text),
        Value::Array(list) => list.iter().for_each(|v| each_text(v, visit)),
        Value::Object(object) => object.values().for_each(|v| each_text(v, visit)),
        _ => {}
    }
}

async fn populated(site: &Site) -> String {
    let id = site.scim.post("/Users", rich("a")).await.id();
    site.scim.group("g", &[&id]).await;
    site.scim.post("/Devices", device("1")).await;
    path(&id)
}

cases! {
    ["RFC7643-1.1-01"] no_quotes_around_values(site) {
        populated(&site).await;
        for at in ["/", "/Schemas", "/ResourceTypes", "/ServiceProviderConfig", "/Users/nobody"] {
            let body = site.scim.get(at).await.body;
            each_text(&body["schemas"], &mut |text| assert!(!text.contains(['"', '\'']), "{text}"));
            each_text(&body["status"], &mut |text| assert!(!text.contains(['"', '\'']), "{text}"));
            for resource in body["Resources"].as_array().cloned().unwrap_or_default() {
                each_text(&resource["schemas"], &mut |text| assert!(!text.contains(['"', '\'']), "{text}"));
                each_text(&resource["meta"]["resourceType"], &mut |text| assert!(!text.contains(['"', '\'']), "{text}"));
            }
        }
    }
    ["RFC7643-3.1-30"] the_location_says_one_thing(site) {
        let at = populated(&site).await;
        for answer in [site.scim.get(&at).await, site.scim.put(&at, user("a")).await, site.scim.post("/Users", user("b")).await] {
            let named = answer.header("content-location");
            assert!(named.is_empty() || answer.body["meta"]["location"] == named);
            assert_eq!(answer.body["meta"]["location"], answer.header("location"));
        }
    }
    ["RFC7644-1.2-01", "RFC7644-1.3-01", "RFC7644-3.13-02"] urls_are_whole(site) {
        make(&site, json!({ "userName": "a b" })).await;
        for query in ["filter=userName%20eq%20%22a%20b%22", "filter=userName+eq+%22a+b%22"] {
            assert_eq!(site.scim.get(&format!("/Users?{query}")).await.total(), 1, "{query}");
        }
        populated(&site).await;
        for resource in site.scim.get("/?attributes=meta,members").await.body["Resources"].as_array().unwrap() {
            let location = resource["meta"]["location"].as_str().unwrap();
            let rest = location.strip_prefix(&site.scim.base).unwrap();
            assert!(site.scim.base.ends_with("/v2") && rest.split('/').count() == 3, "{location}");
            assert!(!location.contains([' ', '"', '?', '<']), "{location}");
        }
    }
    ["RFC7644-3.1-02", "RFC7644-3.1-03", "RFC7644-3.2-09", "RFC7644-3.8-06", "RFC7644-3.8-08"] bodies_are_scim_json(site) {
        let at = populated(&site).await;
        for headers in [&[][..], &[("accept", "application/scim+json")], &[("accept", "*/*")]] {
            for at in ["/Users", "/", &at, "/Schemas", "/ResourceTypes/User", "/ServiceProviderConfig", "/Users/nobody", "/Users?filter=x"] {
                let answer = site.scim.send("GET", at, headers, None).await;
                assert_eq!(answer.header("content-type"), "application/scim+json", "{at}");
                assert!(answer.body.is_object(), "{at}");
            }
        }
        let job = crate::bulk::job(json!([]));
        for message in [site.scim.get("/Users").await, site.scim.get("/Users/x").await, site.scim.post("/Bulk", job).await] {
            assert!(message.body["schemas"][0].as_str().unwrap().starts_with("urn:ietf:params:scim:api:"));
        }
    }
    ["RFC7644-3.2-06"] the_methods_there_are(site) {
        let at = populated(&site).await;
        let search = json!({ "schemas": [SEARCH] });
        for (method, at, body) in [
            ("GET", "/Users", None), ("POST", "/Users", Some(user("b"))), ("GET", "/Groups", None),
            ("POST", "/Groups", Some(json!({ "schemas": [GROUP], "displayName": "h" }))),
            ("GET", &at, None), ("PUT", &at, Some(user("a"))), ("PATCH", &at, Some(json!({}))),
            ("GET", "/Schemas", None), ("GET", "/ResourceTypes", None), ("GET", "/ServiceProviderConfig", None),
            ("POST", "/Bulk", Some(crate::bulk::job(json!([])))), ("POST", "/.search", Some(search.clone())),
            ("POST", "/Users/.search", Some(search.clone())), ("POST", "/Groups/.search", Some(search)),
            ("DELETE", &at, None),
        ] {
            let answer = site.scim.send(method, at, &[], body).await;
            assert!(![404, 405, 501].contains(&answer.status), "{method} {at}: {answer:?}");
        }
    }
    ["RFC7644-3.8-01", "RFC7644-3.8-02", "RFC7644-3.8-10", "RFC7643-2.3.1-01"] text_is_utf_8(site) {
        let text = "e\u{301} \u{1F600} \u{5d0}\u{5d1} \u{e9} \u{4e2d}";
        for (n, media) in ["application/scim+json", "application/scim+json; charset=utf-8", "application/json; charset=UTF-8"].iter().enumerate() {
            let name = format!("u{n}\u{fc}");
            let body = json!({ "schemas": [USER], "userName": name, "displayName": text });
            let made = site.scim.send("POST", "/Users", &[("content-type", media)], Some(body)).await;
            assert_eq!((made.status, &made.body["displayName"]), (201, &json!(text)), "{media}");
            assert_eq!(site.scim.get(&path(&made.id())).await.body["displayName"], text);
            assert_eq!(found(&site, &format!("userName eq \"{name}\"")).await, [name]);
        }
        let query = format!("/Users?filter={}", encode(&format!("displayName eq \"{text}\"")));
        assert_eq!(site.scim.get(&query).await.total(), 3);
    }
    ["RFC7644-3.8-13"] shapes_follow_the_schema(site) {
        let at = populated(&site).await;
        let body = site.scim.get(&at).await.body;
        for (urn, holder) in [(USER, &body), (ENTERPRISE, &body[ENTERPRISE])] {
            let schema = site.scim.get(&format!("/Schemas/{urn}")).await.body;
            for attribute in schema["attributes"].as_array().unwrap() {
                let Some(value) = holder.get(attribute["name"].as_str().unwrap()) else { continue };
                assert_eq!(value.is_array(), attribute["multiValued"] == true, "{attribute}");
                let complex = attribute["type"] == "complex";
                let one = value.as_array().map_or(value, |list| &list[0]);
                assert_eq!(one.is_object(), complex, "{attribute}");
            }
        }
    }
    ["RFC7644-3.13-03"] no_other_version(site) {
        let root = Client { base: site.scim.base.trim_end_matches("/scim/v2").to_owned(), ..site.scim.clone() };
        for at in ["/scim/v9/Users", "/scim/v1/Users", "/scim/Users"] {
            let answer = root.get(at).await;
            refused(&answer, 404, "");
            assert_eq!(answer.body["schemas"], json!([ERROR]));
        }
    }
}
