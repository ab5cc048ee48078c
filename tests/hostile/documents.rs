//! Discovery documents that are something else. The run goes on with the schemas of the standard: people and groups are
//! judged all the same.

use super::play::{LIE, Lie, play};
use super::proxy::Told;
use serde_json::{Value, json};

/// The documents, and one person.
const DISCOVERY: &str = "@F112 or @RFC7643-5-02";

fn attributes(count: usize) -> Value {
    let one = |n| {
        json!({ "name": format!("a{n}"), "type": "string", "multiValued": false, "required": false,
        "caseExact": false, "mutability": "readWrite", "returned": "default", "uniqueness": "none" })
    };
    (0..count).map(one).collect()
}

const DOCUMENTS: &[Lie] = &[
    Lie {
        name: "discovery documents are arrays",
        tell: |asked, told, _| {
            if asked.is_discovery() {
                told.edit(|b| *b = json!([b.clone()]));
            }
        },
        ..LIE
    },
    Lie {
        name: "discovery documents are strings",
        tell: |asked, told, _| {
            if asked.is_discovery() {
                told.edit(|b| *b = json!("see the manual"));
            }
        },
        ..LIE
    },
    Lie {
        name: "discovery documents are sign-in pages",
        tell: |asked, told, _| {
            if asked.is_discovery() {
                *told = Told::new("200 OK", "text/html", "<p>Sign in</p>");
            }
        },
        ..LIE
    },
    Lie {
        name: "discovery documents redirect in a circle",
        tell: |asked, told, _| {
            if asked.is_discovery() {
                *told = Told::new("302 Found", "", "");
                told.set("location", format!("/scim/v2{}", asked.path));
            }
        },
        ..LIE
    },
    Lie {
        name: "discovery documents have 9 MB",
        tell: |asked, told, _| {
            if asked.is_discovery() {
                told.edit(|b| b["x"] = json!("x".repeat(9 << 20)));
            }
        },
        tags: "@RFC7643-5-02",
        timeout: "60s",
        words: &["HTTP-05"],
        ..LIE
    },
    Lie {
        name: "discovery documents contradict each other",
        tell: |asked, told, _| {
            if asked.is_discovery() {
                told.edit(|b| {
                    if asked.path == "/ServiceProviderConfig" {
                        for feature in ["patch", "bulk", "filter", "sort", "etag", "changePassword"] {
                            b[feature] = json!({ "supported": "perhaps", "maxResults": -4, "maxOperations": 1e300 });
                        }
                    } else if let Some(all) = b["Resources"].as_array_mut() {
                        let again = all.clone();
                        all.extend(again);
                        for (n, r) in all.iter_mut().enumerate() {
                            r["schema"] = json!(format!("urn:nowhere:{n}"));
                            r["endpoint"] = json!(["/Users"]);
                            r["attributes"] = json!({ "userName": n });
                        }
                    }
                });
            }
        },
        ..LIE
    },
    Lie {
        name: "schemas go round in a circle",
        tell: |asked, told, _| {
            if asked.path.starts_with("/Schemas") {
                told.edit(|b| if let Some(all) = b["Resources"].as_array_mut() { for schema in all.iter_mut() {
                let id = schema["id"].clone();
                let mut inner = json!({ "name": "again", "type": "complex", "required": true, "subAttributes": [], "$ref": id });
                for _ in 0..100 { inner = json!({ "name": "again", "type": "complex", "multiValued": true, "required": true, "subAttributes": [inner], "$ref": id }) }
                schema["attributes"].as_array_mut().unwrap().push(inner);
                schema["schemaExtensions"] = json!([{ "schema": id, "required": true }]);
            } });
            } else if asked.path.starts_with("/ResourceTypes") {
                told.edit(|b| {
                    if let Some(all) = b["Resources"].as_array_mut() {
                        for kind in all.iter_mut() {
                            kind["schemaExtensions"] = json!([{ "schema": kind["schema"], "required": true }]);
                        }
                    }
                });
            }
        },
        code: 0,
        ..LIE
    },
    Lie {
        name: "schemas have ten thousand attributes",
        tell: |asked, told, _| {
            if asked.path.starts_with("/Schemas") {
                told.edit(|b| {
                    if let Some(all) = b["Resources"].as_array_mut() {
                        for schema in all.iter_mut() {
                            let more = attributes(10_000);
                            schema["attributes"].as_array_mut().unwrap().extend(more.as_array().unwrap().clone());
                        }
                    }
                });
            }
        },
        tags: DISCOVERY,
        timeout: "60s",
        code: 0,
        ..LIE
    },
    Lie {
        name: "discovery never answers",
        tell: |asked, told, _| {
            if asked.is_discovery() {
                told.pen = Some(|_, _| {
                    std::thread::sleep(std::time::Duration::from_secs(20));
                    Ok(())
                });
            }
        },
        timeout: "2s",
        tags: DISCOVERY,
        code: 3,
        ..LIE
    },
];

#[test]
fn discovery_that_lies() {
    play(DOCUMENTS);
}
