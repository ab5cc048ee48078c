//! Schemas and the `schemas` attribute (RFC 7643 sections 2, 3, 7 and 8.7).

use crate::site::{BADGE, DEVICE, ENTERPRISE, LEASE, device, make, path, refused, rich};
use crate::support::{GROUP, Site, USER};
use serde_json::{Value, json};

async fn schemas(site: &Site) -> Vec<Value> {
    site.scim.get("/Schemas").await.body["Resources"].as_array().unwrap().clone()
}

async fn schema(site: &Site, urn: &str) -> Value {
    site.scim.get(&format!("/Schemas/{urn}")).await.body
}

fn attribute<'s>(schema: &'s Value, name: &str) -> &'s Value {
    schema["attributes"].as_array().unwrap().iter().find(|a| a["name"] == name).unwrap()
}

fn subs(attribute: &Value) -> Vec<&Value> {
    attribute["subAttributes"].as_array().map(|l| l.iter().collect()).unwrap_or_default()
}

/// Shows every attribute and sub-attribute there is.
async fn each_attribute(site: &Site, visit: impl Fn(&Value, bool)) {
    for schema in schemas(site).await {
        for attribute in schema["attributes"].as_array().unwrap() {
            visit(attribute, false);
            subs(attribute).iter().for_each(|sub| visit(sub, true));
        }
    }
}

fn one_of(attribute: &Value, name: &str, known: &[&str]) {
    assert!(attribute[name].as_str().is_some_and(|v| known.contains(&v)), "{name}: {attribute}");
}

const TYPES: &[&str] = &["string", "boolean", "decimal", "integer", "dateTime", "reference", "complex", "binary"];

cases! {
    ["RFC7643-1.2-02", "RFC7643-1.2-03", "RFC7643-2.3.8-02", "RFC7643-8.7.2-E8415"] one_level_of_parts(site) {
        each_attribute(&site, |attribute, inside| {
            assert_eq!(attribute["type"] == "complex", !subs(attribute).is_empty(), "{attribute}");
            assert!(!inside || attribute["type"] != "complex", "{attribute}");
        }).await;
        let nested = json!({ "schemas": [USER], "userName": "a", "name": { "givenName": { "value": "x" } } });
        refused(&site.scim.post("/Users", nested).await, 400, "invalidValue");
    }
    ["RFC7643-2.1-01", "RFC7643-3-02", "RFC7643-3-03", "RFC7643-3-04", "RFC7643-3-06", "RFC7643-3-08", "RFC7643-3.3-02",
     "RFC7643-3.1-03"] every_body_names_its_schemas(site) {
        let user = site.scim.post("/Users", rich("a")).await;
        let twice = json!({ "schemas": [USER, USER, ENTERPRISE], "userName": "b" });
        let answers = [
            site.scim.post("/Users", twice).await,
            site.scim.put(&path(&user.id()), rich("a")).await,
            user,
            site.scim.post("/Groups", json!({ "schemas": [GROUP], "displayName": "g" })).await,
            site.scim.post("/Devices", device("1")).await,
            site.scim.get("/Users").await,
            site.scim.get("/Users/nobody").await,
            site.scim.post("/Bulk", crate::bulk::job(json!([]))).await,
        ];
        let declared = |kind: &str| match kind {
            "User" => vec![USER, ENTERPRISE, BADGE],
            "Group" => vec![GROUP],
            _ => vec![DEVICE, LEASE],
        };
        for answer in answers {
            let urns: Vec<String> = answer.body["schemas"].as_array().unwrap().iter().map(|u| u.as_str().unwrap().to_lowercase()).collect();
            assert!(!urns.is_empty() && urns.iter().all(|u| u.starts_with("urn:")), "{answer:?}");
            assert_eq!(urns.iter().collect::<std::collections::BTreeSet<_>>().len(), urns.len());
            if let Some(kind) = answer.body["meta"]["resourceType"].as_str() {
                assert!(urns.iter().all(|u| declared(kind).iter().any(|d| d.eq_ignore_ascii_case(u))), "{answer:?}");
            }
        }
        for schema in schemas(&site).await {
            let common = |a: &Value| ["id", "externalId", "meta", "schemas"].iter().any(|n| a["name"] == *n);
            assert!(!schema["attributes"].as_array().unwrap().iter().all(common));
        }
    }
    ["RFC7643-2.1-04", "RFC7643-7-07", "RFC7643-7-14", "RFC7643-7-16", "RFC7643-7-17", "RFC7643-7-18", "RFC7643-7-26",
     "RFC7643-7-33", "RFC7643-7-39", "RFC7643-7-E8435", "RFC7643-2.3.8-03"] every_attribute_is_described(site) {
        each_attribute(&site, |attribute, _| {
            let name = attribute["name"].as_str().unwrap();
            let rest = name.strip_prefix('$').unwrap_or(name);
            assert!(rest.starts_with(|c: char| c.is_ascii_alphabetic()) && rest.chars().all(|c| c.is_ascii_alphanumeric() || "$_-".contains(c)), "{name}");
            one_of(attribute, "type", TYPES);
            one_of(attribute, "mutability", &["readOnly", "readWrite", "immutable", "writeOnly"]);
            one_of(attribute, "returned", &["always", "never", "default", "request"]);
            assert!(attribute["multiValued"].is_boolean() && attribute["required"].is_boolean(), "{attribute}");
            assert!(attribute["description"].is_string(), "{attribute}");
            if attribute["type"] == "complex" {
                assert!(attribute.get("uniqueness").is_none_or(|u| u == "none") && attribute["caseExact"] != true);
            } else {
                one_of(attribute, "uniqueness", &["none", "server", "global"]);
            }
        }).await;
    }
    ["RFC7643-2.2-03"] what_is_not_said_is_a_single_string(site) {
        let plain = attribute(&schema(&site, DEVICE).await, "plain").clone();
        assert_eq!((&plain["type"], &plain["multiValued"], &plain["required"]), (&json!("string"), &json!(false), &json!(false)));
        let mut body = device("1");
        body["plain"] = json!(["x"]);
        refused(&site.scim.post("/Devices", body.clone()).await, 400, "invalidValue");
        body["plain"] = "x".into();
        assert_eq!(site.scim.post("/Devices", body).await.body["plain"], "x");
    }
    ["RFC7643-2.3.7-05", "RFC7643-7-47", "RFC7643-7-48", "RFC7643-8.7.2-E5607"] references_say_what_to(site) {
        let types = site.scim.get("/ResourceTypes").await.body["Resources"].clone();
        let mut known: Vec<String> = types.as_array().unwrap().iter().map(|t| t["name"].as_str().unwrap().to_owned()).collect();
        known.extend(["external".to_owned(), "uri".into()]);
        each_attribute(&site, |attribute, _| {
            let Some(list) = attribute.get("referenceTypes") else {
                return assert_ne!(attribute["type"], "reference", "{attribute}");
            };
            assert_eq!(attribute["type"], "reference", "{attribute}");
            let list = list.as_array().unwrap();
            assert!(!list.is_empty() && list.iter().all(|t| known.contains(&t.as_str().unwrap().to_owned())), "{attribute}");
        }).await;
    }
    ["RFC7643-3-09"] the_order_of_schemas_is_nothing(site) {
        let mut first = rich("a");
        let one = site.scim.post("/Users", first.clone()).await.body;
        first["schemas"] = json!([ENTERPRISE, USER]);
        first["userName"] = "b".into();
        first["externalId"] = "b".into();
        let two = site.scim.post("/Users", first).await.body;
        assert_eq!((&one["schemas"], &one[ENTERPRISE]), (&two["schemas"], &two[ENTERPRISE]));
    }
    ["RFC7643-3.1-05"] common_attributes_are_as_they_are(site) {
        for schema in schemas(&site).await {
            for name in ["id", "externalId", "meta"] {
                assert!(!schema["attributes"].as_array().unwrap().iter().any(|a| a["name"] == name));
            }
        }
        let made = make(&site, json!({ "userName": "a", "id": "x", "externalId": "AbC" })).await;
        assert_ne!(made.id(), "x");
        assert_eq!(site.scim.find("/Users", "externalId eq \"abc\"").await.total(), 0);
    }
    ["RFC7643-3.3-03"] the_base_schema_is_named(site) {
        for (at, urn) in [("/Users", USER), ("/Devices", DEVICE)] {
            let body = if at == "/Users" { rich("a") } else { device("1") };
            let made = site.scim.post(at, body.clone()).await;
            assert!(made.body["schemas"].as_array().unwrap().contains(&json!(urn)));
            let mut without = body;
            without["schemas"] = json!([if at == "/Users" { ENTERPRISE } else { LEASE }]);
            refused(&site.scim.post(at, without).await, 400, "invalidValue");
        }
    }
    ["RFC7643-4.1-01", "RFC7643-4.2-01"] the_core_types(site) {
        for (name, urn) in [("User", USER), ("Group", GROUP)] {
            assert_eq!(site.scim.get(&format!("/ResourceTypes/{name}")).await.body["schema"], urn);
        }
    }
    ["RFC7643-4.1.1-03", "RFC7643-4.1.1-27", "RFC7643-4.1.2-29", "RFC7643-8.7.2-E5606"] the_user_schema(site) {
        let user = schema(&site, USER).await;
        assert_eq!(attribute(&user, "userName")["required"], true);
        let password = attribute(&user, "password");
        assert_eq!((&password["mutability"], &password["returned"]), (&json!("writeOnly"), &json!("never")));
        assert_eq!(attribute(&user, "groups")["mutability"], "readOnly");
        let certificate = attribute(&user, "x509Certificates");
        assert_eq!(subs(certificate).iter().find(|s| s["name"] == "value").unwrap()["type"], "binary");
        let at = path(&site.scim.user("a").await);
        refused(&site.scim.put(&at, json!({ "schemas": [USER] })).await, 400, "invalidValue");
    }
    ["RFC7643-8.7.1-E5368"] the_group_schema(site) {
        assert_eq!(attribute(&schema(&site, GROUP).await, "displayName")["required"], true);
    }
    ["RFC7643-4.3-01"] the_enterprise_extension(site) {
        let made = site.scim.post("/Users", rich("a")).await;
        assert_eq!((made.status, &made.body[ENTERPRISE]), (201, &rich("a")[ENTERPRISE]));
    }
    ["RFC7643-7-08", "RFC7643-7-09", "RFC7643-7-10", "RFC7643-7-12"] schemas_have_id_name_and_description(site) {
        let all = schemas(&site).await;
        let mut ids: Vec<&str> = all.iter().map(|s| s["id"].as_str().unwrap()).collect();
        assert!(ids.iter().all(|id| id.starts_with("urn:")));
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), all.len());
        for schema in &all {
            for part in ["name", "description"] {
                assert!(schema[part].as_str().is_some_and(|t| !t.is_empty()), "{part}: {}", schema["id"]);
            }
        }
    }
    ["RFC7643-7-19"] required_is_required(site) {
        for (endpoint, urn, body) in [("/Users", USER, rich("a")), ("/Groups", GROUP, json!({ "schemas": [GROUP], "displayName": "g" })), ("/Devices", DEVICE, device("1"))] {
            for attribute in schema(&site, urn).await["attributes"].as_array().unwrap() {
                if attribute["required"] == true {
                    let mut without = body.clone();
                    without.as_object_mut().unwrap().shift_remove(attribute["name"].as_str().unwrap());
                    refused(&site.scim.post(endpoint, without).await, 400, "invalidValue");
                }
            }
            assert_eq!(site.scim.post(endpoint, body).await.status, 201);
        }
    }
}
