//! One thing wrong with a server is told as what it is, and not as what it makes of other requests.

use super::play::run;
use super::proxy::{self, Asked, Memory, Tell, Told};
use super::support::{Place, Served};
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What is wrong, the scenarios that meet it, and the requirements that are red for it.
type Case = (&'static str, Tell, &'static str, &'static [&'static str]);

fn error(told: &mut Told, line: &str) {
    let status = line.split(' ').next().unwrap();
    let schemas = ["urn:ietf:params:scim:api:messages:2.0:Error"];
    *told = Told::scim(line, &json!({ "schemas": schemas, "status": status, "detail": "no" }));
}

fn no_configuration(asked: &Asked, told: &mut Told, _: &mut Memory) {
    if asked.path == "/ServiceProviderConfig" && asked.method == "GET" {
        error(told, "404 Not Found");
    }
}

fn creates_fail(asked: &Asked, told: &mut Told, _: &mut Memory) {
    if asked.method == "POST" && asked.path == "/Users" {
        error(told, "500 Internal Server Error");
    }
}

fn creates_are_not_offered(asked: &Asked, told: &mut Told, _: &mut Memory) {
    if asked.method == "POST" && asked.path == "/Users" {
        error(told, "501 Not Implemented");
    }
}

fn password_shown(asked: &Asked, told: &mut Told, _: &mut Memory) {
    let one = asked.path.starts_with("/Users") && !told.is_list() && !asked.path.ends_with("/.search");
    if one && told.status() < 300 {
        told.edit(|user| user["password"] = json!("$2b$10$hash"));
    }
}

fn page_size_for_page(asked: &Asked, told: &mut Told, _: &mut Memory) {
    if told.is_list() && !asked.is_discovery() {
        told.edit(|list| list["itemsPerPage"] = json!(77));
    }
}

fn members_reversed(asked: &Asked, told: &mut Told, _: &mut Memory) {
    if asked.reads_one() {
        told.edit(|group| group["members"].as_array_mut().into_iter().for_each(|all| all.reverse()));
    }
}

const CASES: &[Case] = &[
    ("no configuration", no_configuration, "@RFC7644-4-02 or @RFC7643-5-06", &["RFC7644-4-02"]),
    ("500 to a create", creates_fail, "@RFC7643-4.1.1-03 or @RFC7643-4.1.1-28", &["HTTP-03"]),
    ("501 to a create", creates_are_not_offered, "@RFC7643-4.1.1-03 or @RFC7643-4.1.1-28", &[]),
    ("a password", password_shown, "@RFC7643-4.1.1-28 or @RFC7643-7-32 or @F178", &["RFC7643-7-35"]),
    ("itemsPerPage", page_size_for_page, "@F143 or @RFC7644-3.4.2.4-11", &["RFC7644-3.4.2-11"]),
    ("members the other way round", members_reversed, "@F205 or @RFC7643-4.2-05", &[]),
];

/// The requirements that are red in a run against a server with that behaviour.
fn red(tell: Tell, tags: &str) -> BTreeSet<String> {
    let place = Place::new();
    let served = Served::start(&place, &[]);
    let url = proxy::start(&served.base, 1, tell);
    let (ran, _) = run(&place, &url, &["--tags", tags, "--timeout", "20s"]);
    assert!(ran.code < 4, "{}\n{}", ran.err, ran.out);
    let record: Value = place.json("run.json");
    let all = record["scenarios"].as_array().unwrap().iter().flat_map(|s| s["findings"].as_array().unwrap());
    let fails = all.filter(|finding| finding["severity"] != "warning");
    fails.map(|finding| finding["requirement"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn one_thing_wrong_is_told_once() {
    let mut trouble = Vec::new();
    for (name, tell, tags, expected) in CASES {
        let (red, expected) = (red(*tell, tags), expected.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>());
        if red != expected {
            trouble.push(format!("{name}: {red:?}, not {expected:?}"));
        }
    }
    assert!(trouble.is_empty(), "{}", trouble.join("\n"));
}
