//! Full reads of a tenant in several pages: where somebody slips from one to another, and where the pages repeat.

use super::play;
use super::proxy::{self, Tell};
use super::support::{Place, Served};
use serde_json::{Value, json};

/// More than one page holds.
const RESIDENTS: usize = 130;

fn run(tell: Tell, tags: &str) -> (super::support::Ran, Value) {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    served.populate(RESIDENTS);
    let url = proxy::start(&served.base, 1, tell);
    let (ran, _) = play::run(&place, &url, &["--tags", tags, "--jobs", "1"]);
    (ran, place.json("run.json"))
}

/// As seen with scim2-server 0.8.3: between two pages somebody else is deleted, somebody else is created, and whoever
/// stood first on the second page stands on none that is read. All counters agree.
#[test]
fn whoever_slips_from_page_to_page_is_asked_for_by_name() {
    let slips: Tell = |asked, told, memory| {
        if asked.path != "/Users" || !asked.query.starts_with("startIndex=") || !asked.query.ends_with("count=100") {
            return;
        }
        memory.count += usize::from(asked.query.starts_with("startIndex=1&"));
        if memory.count % 2 == 1 {
            told.edit(|page| {
                for user in page["Resources"].as_array_mut().unwrap() {
                    if !user["userName"].as_str().unwrap_or_default().starts_with("resident") {
                        *user = json!({ "id": format!("gone-{}", user["id"]), "userName": "gone@example.com" });
                    }
                }
            });
        }
    };
    let (ran, record) = run(slips, "@F112 or @F095");
    let states = |f: &&Value| f["requirement"].as_str().is_some_and(|r| r.starts_with("STATE-"));
    assert_eq!(record["findings"].as_array().unwrap().iter().find(states), None, "{ran:#?}");
    assert!(record["totals"]["requests"].as_u64().unwrap() > 0 && ran.out.contains("left as found"), "{ran:#?}");
}

/// As seen with scimmy-routers 1.3.2: `startIndex` and `count` have no effect.
#[test]
fn pages_that_repeat_are_the_finding_and_not_what_stands_behind_them() {
    let repeats: Tell = |asked, told, _| {
        if asked.path == "/Users" && asked.query.starts_with("startIndex=") {
            told.edit(|page| {
                let all: Vec<Value> = (0..20)
                    .map(|n| {
                        json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "id": format!("r{n}"),
                        "userName": format!("resident{n}"), "meta": { "resourceType": "User" } })
                    })
                    .collect();
                page["startIndex"] = 1.into();
                page["itemsPerPage"] = all.len().into();
                page["Resources"] = all.into();
            });
        }
    };
    let (ran, record) = run(repeats, "@AL5");
    let found: Vec<&str> =
        record["findings"].as_array().unwrap().iter().filter_map(|f| f["requirement"].as_str()).collect();
    assert!(found.contains(&"LIST-WHOLE") && !found.iter().any(|r| r.starts_with("STATE-")), "{found:?}\n{ran:#?}");
    assert!(ran.out.contains("shows again what came before"), "{ran:#?}");
}
