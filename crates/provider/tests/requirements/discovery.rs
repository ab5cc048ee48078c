//! What the service says of itself (RFC 7644 section 4, RFC 7643 sections 5 to 7).

use crate::site::{BADGE, DEVICE, ENTERPRISE, LEASE, LIST, device, make, refused, rich};
use crate::support::{GROUP, Site, USER, encode};
use serde_json::{Value, json};

const CONFIG: &str = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig";
const RESOURCE_TYPE: &str = "urn:ietf:params:scim:schemas:core:2.0:ResourceType";
const SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:Schema";

async fn listed(site: &Site, at: &str) -> Vec<Value> {
    let answer = site.scim.get(at).await;
    assert_eq!((answer.status, &answer.body["schemas"]), (200, &json!([LIST])), "{answer:?}");
    let all = answer.body["Resources"].as_array().unwrap().clone();
    assert_eq!(answer.total() as usize, all.len());
    all
}

async fn config(site: &Site) -> Value {
    site.scim.get("/ServiceProviderConfig").await.body
}

/// Nothing here can be written.
async fn read_only(site: &Site, places: &[&str]) {
    for at in places {
        let before = site.scim.get(at).await.body;
        for answer in [
            site.scim.post(at, before.clone()).await,
            site.scim.put(at, before.clone()).await,
            site.scim.patch(at, json!([{ "op": "remove", "path": "name" }])).await,
            site.scim.delete(at).await,
        ] {
            refused(&answer, 405, "");
        }
        assert_eq!(site.scim.get(at).await.body, before);
    }
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name].as_str().filter(|t| !t.is_empty()).unwrap_or_else(|| panic!("no {name}: {value}"))
}

cases! {
    ["RFC7643-5-01", "RFC7644-4-02", "RFC7643-5-05", "RFC7643-5-07", "RFC7643-5-09", "RFC7643-5-11", "RFC7643-5-13",
     "RFC7643-5-15"] the_configuration(site) {
        let config = config(&site).await;
        assert_eq!((&config["schemas"], config.get("Resources")), (&json!([CONFIG]), None));
        for part in ["patch", "bulk", "filter", "changePassword", "sort", "etag"] {
            assert!(config[part].is_object() && config[part]["supported"].is_boolean(), "{part}");
        }
    }
    ["RFC7643-5-02"] the_configuration_is_read_only(site) {
        read_only(&site, &["/ServiceProviderConfig"]).await;
    }
    ["RFC7643-5-06", "RFC7643-5-08", "RFC7643-5-10", "RFC7643-5-14", "RFC7643-5-16"] what_is_promised_works(site) {
        let config = config(&site).await;
        for part in ["patch", "bulk", "filter", "sort", "etag"] {
            assert_eq!(config[part]["supported"], true, "{part}");
        }
        let made = make(&site, json!({ "userName": "b" })).await;
        make(&site, json!({ "userName": "a" })).await;
        let at = format!("/Users/{}", made.id());
        assert_eq!(site.scim.patch(&at, json!([{ "op": "add", "path": "title", "value": "x" }])).await.body["title"], "x");
        assert_eq!(site.scim.post("/Bulk", crate::bulk::job(json!([]))).await.status, 200);
        assert_eq!(site.scim.find("/Users", "title pr").await.ids(), [made.id()]);
        assert_eq!(crate::site::names(&site.scim.get("/Users?sortBy=userName").await), ["a", "b"]);
        assert_eq!(site.scim.send("DELETE", &at, &[("if-match", "W/\"0\"")], None).await.status, 412);
    }
    ["RFC7643-5-12"] passwords_are_not_changed_here(site) {
        assert_eq!(config(&site).await["changePassword"]["supported"], false);
    }
    ["RFC7643-5-22", "RFC7643-5-23", "RFC7643-5-25", "RFC7643-5-26"] how_to_sign_in(site) {
        let schemes = config(&site).await["authenticationSchemes"].as_array().unwrap().clone();
        assert!(!schemes.is_empty());
        for scheme in &schemes {
            for part in ["type", "name", "description"] {
                text(scheme, part);
            }
        }
    }
    ["RFC7643-6-01", "RFC7643-7-02"] types_and_schemas_are_read_only(site) {
        read_only(&site, &["/ResourceTypes", "/ResourceTypes/User", "/Schemas", &format!("/Schemas/{USER}")]).await;
    }
    ["RFC7643-6-02", "RFC7643-6-03", "RFC7643-6-05", "RFC7643-6-07", "RFC7643-6-11", "RFC7643-6-14", "RFC7643-6-15",
     "RFC7643-8.7.2-E7522", "RFC7644-4-05", "RFC7643-1.1-E8280"] the_resource_types(site) {
        let types = listed(&site, "/ResourceTypes").await;
        let names: Vec<_> = types.iter().map(|t| text(t, "name")).collect();
        assert_eq!(names, ["User", "Group", "Device"]);
        for kind in &types {
            assert_eq!(kind["schemas"], json!([RESOURCE_TYPE]));
            for part in ["name", "description", "endpoint", "schema"] {
                text(kind, part);
            }
            if let Some(extensions) = kind.get("schemaExtensions") {
                for extension in extensions.as_array().unwrap() {
                    assert!(extension["required"].is_boolean() && !text(extension, "schema").is_empty());
                }
            }
        }
        assert_eq!(types[0]["schemaExtensions"], json!([{ "schema": ENTERPRISE, "required": false }, { "schema": BADGE, "required": false }]));
        assert_eq!(types[2]["schemaExtensions"], json!([{ "schema": LEASE, "required": true }]));
    }
    ["RFC7643-3.2-01", "RFC7643-6-06", "RFC7643-6-09", "RFC7643-6-10", "RFC7643-6-13"] types_lead_to_resources_and_schemas(site) {
        site.scim.post("/Users", rich("a")).await;
        site.scim.group("g", &[]).await;
        assert_eq!(site.scim.post("/Devices", device("1")).await.status, 201);
        for kind in listed(&site, "/ResourceTypes").await {
            let resources = listed(&site, text(&kind, "endpoint")).await;
            assert_eq!(resources[0]["meta"]["resourceType"], kind["name"]);
            let extensions = kind["schemaExtensions"].as_array().cloned().unwrap_or_default();
            for urn in extensions.iter().map(|e| text(e, "schema")).chain([text(&kind, "schema")]) {
                let schema = site.scim.get(&format!("/Schemas/{urn}")).await;
                assert_eq!((schema.status, schema.id().as_str()), (200, urn));
            }
        }
    }
    ["RFC7643-7-01", "RFC7643-7-03", "RFC7643-7-05", "RFC7643-8.7.2-E8417", "RFC7644-4-03", "RFC7644-4-04"] the_schemas(site) {
        site.scim.post("/Users", rich("a")).await;
        site.scim.group("g", &[]).await;
        site.scim.post("/Devices", device("1")).await;
        let schemas = listed(&site, "/Schemas").await;
        let ids: Vec<_> = schemas.iter().map(|s| text(s, "id")).collect();
        for urn in [USER, GROUP, ENTERPRISE, DEVICE, LEASE, BADGE] {
            assert!(ids.contains(&urn), "{urn}");
        }
        for resource in listed(&site, "/").await {
            for urn in resource["schemas"].as_array().unwrap() {
                assert!(ids.contains(&urn.as_str().unwrap()), "{urn}");
            }
        }
        for schema in &schemas {
            let id = text(schema, "id");
            assert_eq!((&schema["schemas"], &schema["meta"]["resourceType"]), (&json!([SCHEMA]), &json!("Schema")));
            assert_eq!(schema["meta"]["location"], format!("{}/Schemas/{id}", site.scim.base));
            for at in [id.to_owned(), encode(id)] {
                let answer = site.scim.get(&format!("/Schemas/{at}")).await;
                assert_eq!((answer.status, &answer.body), (200, schema));
            }
            assert_eq!(site.scim.get(&format!("/Schemas/{id}?attributes=name")).await.id(), id);
        }
    }
    ["RFC7644-3.1-04"] messages_are_no_schemas(site) {
        for schema in listed(&site, "/Schemas").await {
            assert!(!text(&schema, "id").starts_with("urn:ietf:params:scim:api:"));
        }
        refused(&site.scim.get("/Schemas/urn:ietf:params:scim:api:messages:2.0:Error").await, 404, "");
    }
    ["RFC7644-3.2-01"] users_and_groups(site) {
        listed(&site, "/Users").await;
        listed(&site, "/Groups").await;
    }
    ["RFC7644-4-06", "RFC7644-4-07"] one_or_many(site) {
        let one = site.scim.get("/ResourceTypes/User").await;
        assert_eq!((one.status, &one.body["name"], one.body.get("Resources")), (200, &json!("User"), None));
        refused(&site.scim.get("/ResourceTypes/Nobody").await, 404, "");
        assert_eq!(listed(&site, "/ResourceTypes").await.len(), 3);
        assert_eq!(listed(&site, "/Schemas").await.len(), 6);
    }
    ["RFC7644-4-08"] pages_do_not_matter_here(site) {
        for at in ["/Schemas", "/ResourceTypes"] {
            let whole = site.scim.get(at).await.body;
            assert_eq!(site.scim.get(&format!("{at}?count=1&startIndex=2&sortBy=id&sortOrder=descending")).await.body, whole);
        }
    }
}
