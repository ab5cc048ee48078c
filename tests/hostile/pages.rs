//! Lists that go on and on: whoever reads them to judge a row gives up in time.

use super::play::run;
use super::proxy::{self, Asked, Memory, Told};
use super::support::{Place, Served};
use serde_json::json;

/// Each page shows somebody new and promises one more.
fn never_the_last(asked: &Asked, told: &mut Told, memory: &mut Memory) {
    if asked.path == "/Users" && asked.query.contains("filter=") && told.is_list() {
        memory.count += 1;
        let somebody = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": format!("n{}", memory.count),
            "userName": format!("n{}@x.example", memory.count), "meta": { "resourceType": "User" } });
        let start =
            asked.query.split("startIndex=").nth(1).and_then(|n| n.split('&').next()?.parse().ok()).unwrap_or(1);
        told.edit(|list| {
            list["Resources"] = json!([somebody]);
            list["startIndex"] = json!(start);
            list["itemsPerPage"] = json!(1);
            list["totalResults"] = json!(start + 1);
        });
    }
}

#[test]
fn a_list_without_a_last_page_is_given_up() {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let url = proxy::start(&served.base, 1, never_the_last);
    run(&place, &url, &["--tags", "@RFC7644-3.4.2.2-12", "--timeout", "20s"]);
    let record = place.json("run.json").to_string();
    assert!(record.contains("startIndex=100"), "it was read page by page");
    assert!(!record.contains("startIndex=300"), "and not for ever");
}
